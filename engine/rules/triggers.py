"""What a rule waits for, and what it may name when that has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lark import Token

from engine.language import BOOLEAN, Checked, Scope, Type, reference
from engine.language.literals import literal
from engine.language.mismatch import Mismatch
from engine.language.names import Bound, find, is_implicit, surface
from engine.language.problems import nearest
from engine.language.stops import HOLE
from engine.language.syntax import Syntax
from engine.rules.events import all_names, entity_named, event_kind
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    PERSON,
    ChangeTrigger,
    Each,
    EventKind,
    EventTrigger,
    Length,
    Link,
    ScheduleTrigger,
    SegmentTrigger,
    Step,
    Trigger,
    WatchTrigger,
)
from engine.rules.pieces import one, tokens_of, trees
from engine.rules.sets import person_field, set_problems

if TYPE_CHECKING:
    from engine.rules.compile import Compiler

MAX_LINKS = 5
_DAY = dt.timedelta(days=1)
_SHORTEST = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Triggered:
    """A trigger, the scope of what a rule does then, and the name of what it is about."""

    trigger: Trigger
    scope: Scope
    alias: str


@dataclass
class _Names:
    """The variables known so far in a pattern."""

    variables: dict[str, Type] = field(default_factory=dict)


class Triggers:
    """Reads the trigger of one rule."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._scope = compiler.scope

    def read(self, syntax: Syntax) -> Triggered | None:
        """The trigger; None where it waits for something unknown."""
        readers = {
            "on_event": self._on_event,
            "on_change": self._on_change,
            "on_segment": self._on_segment,
            "on_schedule": self._on_schedule,
            "on_watch": self._on_watch,
        }
        return readers[str(syntax.data)](syntax)

    # -- events

    def _on_event(self, syntax: Syntax) -> Triggered | None:
        first, *links = trees(syntax)
        names = _Names()
        sequence = any(link.data == "followed" for link in links)
        begun = self._step(first, names, "$e0" if sequence else EVENT)
        if begun is None:
            return None
        step, kind = begun
        last, found = (step, kind), []
        for number, link in enumerate(links):
            fires = not any(later.data == "followed" for later in links[number + 1 :])
            read = self._link(link, names, number, fires=fires, last=number == len(links) - 1)
            if read is None:
                return None
            joined, kind = read
            found.append(joined)
            if not joined.without:
                last = (joined.step, kind)
        if len(links) > MAX_LINKS:
            self._compiler.report(syntax, "too_many_links", limit=MAX_LINKS)
        variables = {**names.variables, EVENT: last[1].type}
        return Triggered(EventTrigger(step, tuple(found)), self._scope.scope(variables), last[0].alias)

    def _link(
        self, syntax: Syntax, names: _Names, number: int, *, fires: bool, last: bool
    ) -> tuple[Link, EventKind] | None:
        step, length = trees(syntax)
        without = syntax.data == "absent"
        if without and not last:
            self._compiler.report(syntax, "without_not_last")
        alias = EVENT if fires and not without else f"$e{number + 1}"
        read = self._step(step, _Names(dict(names.variables)) if without else names, alias)
        if read is None:
            return None
        within = self._compiler.length(length)
        if not without and (within.business is not None or within.business_days is not None):
            self._compiler.report(length, "window_business")
        return Link(read[0], within, without), read[1]

    def _step(self, syntax: Syntax, names: _Names, hidden: str) -> tuple[Step, EventKind] | None:
        path, *rest = trees(syntax)
        written = ".".join(surface(token) for token in tokens_of(path))
        kind = event_kind(written, self._scope) or self._event_meant(path, written)
        if kind is None:
            return None
        alias = self._alias(syntax, hidden, names.variables)
        bound = (Bound(alias, kind.type), Bound(alias, kind.type, implicit=True))
        scope = self._scope.scope(names.variables)
        where = self._compiler.checked(rest[-1], scope, BOOLEAN, bound=bound) if rest else None
        if not is_implicit(alias):
            names.variables[alias] = kind.type
        return Step(kind.key, alias, where), kind

    def _event_meant(self, path: Syntax, written: str) -> EventKind | None:
        """What was probably meant by an event that there is not: the rest is checked as if it had been written."""
        if HOLE in written:  # told already
            return None
        suggestions = nearest(written, all_names(self._scope))
        self._compiler.report(path, "unknown_event", suggestions, name=written)
        return event_kind(suggestions[0], self._scope) if suggestions else None

    def _alias(self, syntax: Syntax, hidden: str, taken: Mapping[str, Type]) -> str:
        token = next((token for token in tokens_of(syntax) if token.type == "NAME"), None)
        if token is None:
            return hidden
        name = surface(token)
        if name in self._scope.globals or name in taken or is_implicit(name):
            free = (each for each in (name[0], f"{name}2", f"{name}3") if each not in taken)
            self._compiler.report(token, "name_taken", (next(free),), name=name)
        return name

    # -- changes and segments

    def _on_change(self, syntax: Syntax) -> Triggered | None:
        path, *values = trees(syntax)
        entity = self._entity(tokens_of(path)[0])
        if entity is None:
            return None
        fields = self._scope.records[entity].fields
        written = tokens_of(path)[1:]
        key = find(fields, surface(written[0])) if len(written) == 1 else None
        if key is None:
            name = ".".join(surface(token) for token in written)
            suggestions = nearest(name, fields) or tuple(fields)[:3]
            place = written[0] if len(written) == 1 else path
            self._compiler.report(place, "unknown_member", suggestions, owner=entity, name=name)
            return None
        sides = [token.type for token in tokens_of(syntax) if token.type in ("FROM", "TO")]
        constants = {side: self._constant(value, fields[key]) for side, value in zip(sides, values, strict=True)}
        variables: dict[str, Type] = {entity: self._record(entity), EVENT: reference(entity)}
        trigger = ChangeTrigger(entity, entity, key, constants.get("FROM"), constants.get("TO"))
        return Triggered(trigger, self._scope.scope(variables), entity)

    def _constant(self, syntax: Syntax, type: Type) -> Checked:
        found = self._compiler.checked(syntax, Scope({}), type)
        if found.references():
            self._compiler.report(syntax, "not_constant")
        return found

    def _on_segment(self, syntax: Syntax) -> Triggered | None:
        token = tokens_of(syntax)[-1]
        known = self._scope.segments
        key = self._compiler.known(token, "segment", None if known is None else list(known))
        entity = PERSON if known is None else known.get(key)
        if entity is None:
            return None
        entered = any(each.type == "ENTERS" for each in tokens_of(syntax))
        variables: dict[str, Type] = {entity: self._record(entity)}
        return Triggered(SegmentTrigger(key, entered, entity, entity), self._scope.scope(variables), entity)

    def _entity(self, token: Token) -> str | None:
        name = surface(token)
        key = entity_named(name, self._scope.records)
        if name == HOLE:  # told already
            return None
        if key is None or key in ("user", "department"):
            known = [each for each in self._scope.records if each not in ("user", "department")]
            self._compiler.report(token, "unknown_entity", nearest(name, [*known, CUSTOMER]), name=name)
            return None
        return key

    def _record(self, entity: str) -> Type:
        """A record that goes by the name of its entity, in either language."""
        known = self._scope.records.get(entity)
        return reference(entity).named(None if known is None else known.label)

    # -- sets of records

    def _each(self, syntax: Syntax) -> tuple[Each, Scope] | None:
        token = next(token for token in tokens_of(syntax) if token.type == "NAME")
        entity = self._entity(token)
        if entity is None:
            return None
        names = [each for each in tokens_of(syntax) if each.type == "NAME"]
        alias = surface(names[1]) if len(names) > 1 else entity
        if len(names) > 1 and (alias in self._scope.globals or is_implicit(alias)):
            self._compiler.report(names[1], "name_taken", (alias[0],), name=alias)
        type = self._record(entity) if alias == entity else reference(entity)
        bound = (Bound(alias, type), Bound(alias, type, implicit=True))
        conditions = trees(syntax)
        scope = self._scope.scope({alias: type})
        where = self._compiler.checked(conditions[-1], scope, BOOLEAN, bound=bound) if conditions else None
        each = Each(entity, alias, where)
        if not self._compiler.problems:
            self._compiler.problems.extend(set_problems(each, person_field(self._scope, entity)))
        return each, scope

    def _on_schedule(self, syntax: Syntax) -> Triggered | None:
        length, each = one(syntax, "length"), one(syntax, "each")
        assert length is not None, "the grammar gives every schedule a length"
        assert each is not None, "the grammar gives every schedule a set"
        every, at = self._compiler.length(length), self._time(syntax)
        if at is not None and every.fixed is not None and every.fixed % _DAY:
            self._compiler.report(length, "at_without_days", (self._compiler.said("1 day", "1 天"),))
        self._often(length, every)
        found = self._each(each)
        if found is None:
            return None
        return Triggered(ScheduleTrigger(every, at, found[0]), found[1], found[0].alias)

    def _on_watch(self, syntax: Syntax) -> Triggered | None:
        condition, each, length = trees(syntax)
        every = self._compiler.length(length)
        self._often(length, every)
        found = self._each(each)
        if found is None:
            return None
        checked = self._compiler.checked(condition, found[1], BOOLEAN, counts=True, trigger=found[0].alias)
        if not self._compiler.reading.windows and not self._compiler.problems:
            self._compiler.report(condition, "nothing_watched")
        return Triggered(WatchTrigger(checked, found[0], every), found[1], found[0].alias)

    def _often(self, syntax: Syntax, every: Length) -> None:
        if every.business is not None or (every.business_days or 1) != 1:
            self._compiler.report(syntax, "every_business", (self._compiler.said("1 business day", "1 个工作日"),))
        if every.fixed is not None and every.fixed < _SHORTEST:
            self._compiler.report(syntax, "too_often", (self._compiler.said("1 minute", "1 分钟"),))

    def _time(self, syntax: Syntax) -> dt.time | None:
        token = next((token for token in tokens_of(syntax) if token.type == "TIME"), None)
        if token is None:
            return None
        try:
            value = literal(token).value
        except Mismatch as error:
            self._compiler.mismatch(token, error)
            return None
        assert isinstance(value, dt.time), "the literal of a time of day"
        return value
