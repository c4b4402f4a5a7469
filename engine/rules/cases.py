"""The test cases kept with a rule: what happens is played to it alone, and everything it does must be what the case expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.definitions import Expected, ExpectedAction, Given, RuleTest, Text
from engine.language import Type, zones
from engine.language.problems import nearest
from engine.language.values import json_value, normalise
from engine.rules.events import all_names, event_kind
from engine.rules.history import Occurrence, Values
from engine.rules.model import PERSON, CompiledRule, EventKind, RuleScope
from engine.rules.outcomes import Deed, Facts, Outcome
from engine.rules.simulation import READ, Simulation
from engine.rules.situations import id_of
from engine.rules.waiting import ENTERED, LEFT

#: Kinds of events that rules do not name, but that happen to them.
_UNNAMED = frozenset({ENTERED, LEFT, READ})

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a test case went: everything that was expected and that was found, in a form to be shown, and a sentence."""

    title: Text
    passed: bool
    expected: tuple[Json, ...]
    found: tuple[Json, ...]
    sentence: Text


class Unplayable(ValueError):
    """A case that cannot be played; the sentence says why."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


def run_case(rule: CompiledRule, case: RuleTest, facts: Facts, scope: RuleScope) -> CaseResult:
    """Plays a case to a rule. The case's own records are the only ones there are."""
    expected = tuple(_expected_json(each) for each in case.expect)
    try:
        stage = _Stage(rule, case, facts, scope)
        outcomes = stage.play()
        wanted = [(stage.moment(each.at), each) for each in case.expect]
    except Unplayable as error:
        return CaseResult(case.title, False, expected, (), error.sentence)
    done = [each for each in outcomes if each.status == "fired"]
    passed = _agree(rule, wanted, done)
    found = tuple(_found_json(rule, each) for each in outcomes)
    sentence = _PASSED if passed else _difference(expected, tuple(_found_json(rule, each) for each in done))
    return CaseResult(case.title, passed, expected, found, sentence)


_PASSED = Text("规则做的正是所期望的", "The rule does what is expected, and nothing else")


# -- what happens


class _Stage:
    """A case being played."""

    def __init__(self, rule: CompiledRule, case: RuleTest, facts: Facts, scope: RuleScope) -> None:
        self._rule, self._case, self._scope = rule, case, scope
        self._facts = replace(
            facts, records=case.records, people={}, context=replace(facts.context, lookup=self._look_up)
        )

    def moment(self, written: str) -> dt.datetime:
        """The moment of a wall time."""
        try:
            wall = dt.datetime.fromisoformat(written)
        except ValueError:
            wall = None
        found = None if wall is None or wall.tzinfo is not None else zones.moment(wall, self._facts.zone)
        if found is None:
            sentence = f"没有“{written}”这个时刻", f"There is no moment “{written}”"
            raise Unplayable(Text(*sentence))
        return found.astimezone(self._facts.zone)

    def play(self) -> Sequence[Outcome]:
        """Everything the rule does, from the first moment that the case names to the last."""
        written = [*(each.at for each in self._case.given), *(each.at for each in self._case.expect)]
        moments = [self.moment(each) for each in written]
        simulation = Simulation([self._rule], self._facts, min(moments))
        for number, given in enumerate(self._case.given, 1):
            if given.event is None:
                simulation.advance(self.moment(given.at))
            else:
                simulation.play([self._occurrence(number, given, given.event)])
        simulation.advance(max(moments))
        return simulation.outcomes

    def _occurrence(self, number: int, given: Given, event: str) -> Occurrence:
        at = self.moment(given.at)
        changes = {key: (pair[0], pair[1]) for key, pair in given.changes.items()}
        if event in _UNNAMED:
            person = _known(given.person, PERSON)
            record = given.values.get("record")
            about = record if isinstance(record, Mapping) else person
            return Occurrence(number, at, {event: given.values}, person, changes, about)
        kind = self._kind(event)
        values = self._values(kind, given, at)
        person = values if kind.entity == PERSON else _known(given.person, PERSON)
        return Occurrence(number, at, dict(self._kinds(kind, values, changes)), person, changes)

    def _kind(self, event: str) -> EventKind:
        kind = event_kind(event, self._scope)
        if kind is None:
            near = nearest(event, all_names(self._scope))
            hint = Text(f"，是“{near[0]}”吗？", f"; “{near[0]}” perhaps?") if near else Text("", "")
            raise Unplayable(Text(f"没有事件“{event}”{hint.zh}", f"There is no event “{event}”{hint.en}"))
        return kind

    def _values(self, kind: EventKind, given: Given, at: dt.datetime) -> Values:
        """The values of an event, with what goes without saying."""
        values = dict(given.values)
        if kind.entity == PERSON:
            values = {**(given.person or {}), **values}
        person = _known(given.person, PERSON)
        if kind.person is not None and kind.entity != PERSON and person is not None:
            values.setdefault(kind.person, person["id"])
        if kind.became is not None:
            values.setdefault(*kind.became)
        for field, pair in given.changes.items():
            values.setdefault(field, pair[1])
        plain = {"id": kind.entity or str(at), "type": kind.key, "occurred_at": at}
        return {**{key: value for key, value in plain.items() if key in kind.type.fields}, **values}

    def _kinds(
        self, kind: EventKind, values: Values, changes: Mapping[str, tuple[object, object]]
    ) -> Iterator[tuple[str, Values]]:
        """The kinds that an event is of: an update of an order is also a payment, when its status came to be that."""
        yield kind.key, values
        for other in self._scope.events.values():
            if kind.became is None and other.became is not None and kind.key in other.logged:
                field, option = other.became
                came = changes.get(field, (None, None))[1] if kind.key.endswith(".updated") else values.get(field)
                if came == option:
                    yield other.key, values

    def _look_up(self, entity: str, fields: Mapping[str, object]) -> Values | None:
        """The first record of the case with these values."""
        type = self._scope.records.get(entity)
        for record in self._case.records.get(entity, ()):
            if type is not None and all(
                key in type.fields and normalise(type.fields[key], record.get(key)) == value
                for key, value in fields.items()
            ):
                return record
        return None


def _known(record: Values | None, id: str) -> Values | None:
    """A record that has an id at any rate, so that it can be counted by."""
    return record if record is None or id_of(record) is not None else {**record, "id": id}


# -- what is expected


def _agree(rule: CompiledRule, wanted: Sequence[tuple[dt.datetime, Expected]], done: Sequence[Outcome]) -> bool:
    """Whether each expected firing is one of those found, and the other way round."""
    left = list(done)
    for at, each in sorted(wanted, key=lambda pair: -_weight(pair[1])):
        fitting = next((outcome for outcome in left if _fits(rule, at, each, outcome)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return not left


def _weight(expected: Expected) -> int:
    """How much is said: what says more finds its firing first."""
    return sum(1 + len(each.arguments) for each in expected.actions) + (expected.branch is not None)


def _fits(rule: CompiledRule, at: dt.datetime, expected: Expected, outcome: Outcome) -> bool:
    done = _done(outcome)
    return (
        outcome.at == at
        and expected.branch in (None, _branch(outcome))
        and len(expected.actions) == len(done)
        and all(_is(rule, wanted, deed) for wanted, deed in zip(expected.actions, done, strict=True))
    )


def _is(rule: CompiledRule, wanted: ExpectedAction, deed: Deed) -> bool:
    return wanted.action == deed.action and all(
        _equal(types_of(rule, deed.action, name), value, deed.arguments.get(name))
        for name, value in wanted.arguments.items()
    )


def _equal(types: Sequence[Type], wanted: Any, found: object) -> bool:
    """Whether a value of a case, JSON, is that of an argument."""
    return any(
        normalise(type, [wanted] if type.kind == "list" and not isinstance(wanted, list) else wanted)
        == normalise(type, found)
        or json_value(type, found) == wanted
        for type in types
    )


def types_of(rule: CompiledRule, action: str, name: str) -> list[Type]:
    """The types that an argument of an action has in a rule."""
    return [call.arguments[name].type for call in rule.calls() if call.action == action and name in call.arguments]


def _done(outcome: Outcome) -> list[Deed]:
    return [deed for deed in outcome.actions if deed.refused is None]


def _branch(outcome: Outcome) -> str:
    """The branch, also of what it left for later."""
    return outcome.branch.partition(".")[0]


# -- as it is shown


def _expected_json(expected: Expected) -> Json:
    branch = {} if expected.branch is None else {"branch": expected.branch}
    actions = [{"action": each.action, "arguments": dict(each.arguments)} for each in expected.actions]
    return {"at": expected.at.replace(" ", "T"), **branch, "actions": actions}


def _found_json(rule: CompiledRule, outcome: Outcome) -> Json:
    actions = [
        {
            "action": deed.action,
            "arguments": {name: _json(rule, deed.action, name, value) for name, value in deed.arguments.items()},
            **({"refused": deed.refused} if deed.refused is not None else {}),
        }
        for deed in outcome.actions
    ]
    status = outcome.error or outcome.status
    at = outcome.at.isoformat(timespec="seconds")[:19].removesuffix(":00")
    return {"at": at, "branch": _branch(outcome), "status": status, "actions": actions}


def _json(rule: CompiledRule, action: str, name: str, value: object) -> object:
    types = types_of(rule, action, name)
    return json_value(types[0], value) if types else None


def _difference(expected: Sequence[Json], found: Sequence[Json]) -> Text:
    zh = f"期望{_told(expected, '什么都不做', '分支')}；实际{_told(found, '什么都没做', '分支')}"
    return Text(zh, f"Expected {_told(expected, 'nothing', 'branch')}; found {_told(found, 'nothing', 'branch')}")


def _told(firings: Sequence[Json], nothing: str, branch: str) -> str:
    """Firings in short."""
    told = []
    for each in firings:
        actions = ", ".join(_call(action) for action in each["actions"]) or "–"
        named = f" ({branch} {each['branch']})" if "branch" in each else ""
        told.append(f"{each['at'].replace('T', ' ')}{named}: {actions}")
    return " | ".join(told) or nothing


def _call(action: Json) -> str:
    arguments = ", ".join(f"{name}: {value}" for name, value in action["arguments"].items() if value is not None)
    refused = f" [{action['refused']}]" if "refused" in action else ""
    return f"{action['action']}({arguments}){refused}"
