"""Aggregates over past events in the conditions of rules: `count(social.like where .. within 24 hours by person) >= 3`.

In the typed tree an aggregate is the field (`$windows`, number), and the rule keeps what that number means. So every reading of
an expression takes it as it is, and who evaluates a rule says what was counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lark import Token, Tree

from engine.definitions import SYSTEM_FIELDS, Text
from engine.language import BOOLEAN, NUMBER, Checked, Scope, Type
from engine.language.checker import Checker
from engine.language.mismatch import Mismatch
from engine.language.names import Bound, NameMismatch, find, resolve, surface
from engine.language.problems import nearest
from engine.language.syntax import Syntax, span
from engine.language.tree import Node
from engine.language.types import ORDERED
from engine.rules.events import all_names, event_kind
from engine.rules.lengths import length_of
from engine.rules.model import CUSTOMER, PERSON, WINDOWS, EventKind, Length, RuleScope, Step, Window
from engine.rules.syntax import language_of

#: What aggregates are called, in English and Chinese.
FUNCTIONS = {
    "count": "count", "计数": "count", "次数": "count",
    "sum": "sum", "求和": "sum", "合计": "sum",
    "avg": "avg", "average": "avg", "平均": "avg", "平均值": "avg",
    "min": "min", "最小": "min", "最小值": "min",
    "max": "max", "最大": "max", "最大值": "max",
    "distinct": "distinct", "去重计数": "distinct", "不同": "distinct",
    "spike": "spike", "突增": "spike",
}  # fmt: skip
#: Those that add something up of each event, and the kinds of values they take.
_OF_VALUES = {
    "sum": frozenset({"number", "money"}),
    "avg": frozenset({"number", "money"}),
    "min": ORDERED - {"text"},
    "max": ORDERED - {"text"},
    "distinct": ORDERED | {"choice", "reference", "boolean"},
}
MAX_WINDOWS = 20


@dataclass
class Reading:
    """One compilation: the text, what may be named, and the windows met so far."""

    text: str
    scope: RuleScope
    windows: list[Window] = field(default_factory=list)


class RuleChecker(Checker):
    """The checker of expressions, which takes aggregates where `counts` allows them. `trigger` is the name of the event whose
    fields stand bare as keys of windows."""

    def __init__(
        self,
        reading: Reading,
        scope: Scope,
        *,
        templates: bool = False,
        bound: Sequence[Bound] = (),
        counts: bool = False,
        trigger: str | None = None,
    ) -> None:
        super().__init__(scope, templates, bound=bound, text=reading.text)
        self._reading = reading
        self._counts = counts
        self._trigger = trigger

    def _path(self, syntax: Syntax) -> Node:
        try:
            node = super()._path(syntax)
        except NameMismatch as error:
            raise self._of_the_event(error, syntax) from error
        bound = any(each.variable == CUSTOMER for each in self._bound)
        return node if bound else as_person(node, self._reading.scope)

    def _part(self, offset: int, text: str) -> Checker:
        inner = RuleChecker(self._reading, self._scope, bound=self._bound)
        inner._offset, inner._text, inner._trigger = offset, text, self._trigger
        return inner

    def _of_the_event(self, error: NameMismatch, syntax: Syntax) -> NameMismatch:
        """What is told of a name that nothing has, when the event that the rule waits for has a field of that name."""
        steps = [child for child in syntax.children if isinstance(child, Token)]
        trigger = self._scope.variables.get(self._trigger or "")
        if error.code != "unknown_name" or trigger is None or self._trigger is None:
            return error
        members = self._scope.members(trigger)
        if find(members, surface(steps[0])) is not None:
            meant = f"{self._trigger}.{steps[0]}"
            return NameMismatch(steps[0], "field_of_event", (meant,), name=surface(steps[0]), meant=meant)
        if not error.suggestions and len(steps) > 1 and find(members, surface(steps[1])) is not None:
            return NameMismatch(steps[0], "unknown_name", (self._trigger,), name=surface(steps[0]))
        return error

    def _call(self, syntax: Syntax) -> Node:
        name, *arguments = syntax.children
        if isinstance(name, Token) and surface(name).lower() in FUNCTIONS and len(arguments) == 1:
            argument = arguments[0]
            is_path = isinstance(argument, Tree) and argument.data in ("path", "filter", "named", "named_filter")
            event = next(argument.find_data("path"), None) if isinstance(argument, Tree) and is_path else None
            if event is not None and self._names_event(event):
                raise self._without_time(syntax, argument)
        return super()._call(syntax)

    def _names_event(self, path: Syntax) -> bool:
        steps = [child for child in path.children if isinstance(child, Token)]
        if event_kind(".".join(map(surface, steps)), self._reading.scope) is None:
            return False
        try:
            resolve(self._scope, steps, self._bound)
        except NameMismatch:
            return True
        return False

    def _without_time(self, syntax: Syntax, argument: Token | Syntax) -> Mismatch:
        """`count(order.paid)`: past events are counted within some time."""
        within = self._said("within 7 days", "7 天内")
        if FUNCTIONS[self._text[slice(*span(syntax))].partition("(")[0].strip().lower()] == "spike":
            within = self._said("within 1 hour baseline 7 days", "1 小时内 基线 7 天")
        counted = self._text[slice(*span(argument))]
        meant = f"{self._text[span(syntax)[0] : span(argument)[0]]}{counted} {within})"
        return Mismatch("missing_within", (meant,), meant=within)

    def _said(self, english: str, chinese: str) -> str:
        return english if language_of(self._reading.text) == "en" else chinese

    def _window(self, syntax: Syntax) -> Node:
        try:
            return self._read_window(syntax)
        except NameMismatch:
            raise
        except Mismatch as error:
            mend = _MENDED.get(error.code)
            written = self._text[slice(*span(syntax))]
            raise Mismatch(error.code, (mend(self, syntax, written),), **error.params) if mend else error from error

    def _read_window(self, syntax: Syntax) -> Node:
        name = next(child for child in syntax.children if isinstance(child, Token))
        function = FUNCTIONS.get(surface(name).lower())
        if function is None:
            raise NameMismatch(name, "unknown_aggregate", nearest(surface(name), FUNCTIONS), name=surface(name))
        if not self._counts or self._bound:
            raise Mismatch("window_misplaced")
        if len(self._reading.windows) >= MAX_WINDOWS:
            raise Mismatch("too_many_windows", limit=MAX_WINDOWS)
        argument, *rest = (child for child in syntax.children if isinstance(child, Tree))
        counted = self._counted(argument, f"$w{len(self._reading.windows)}")
        window = self._described(function, counted, rest)
        number = str(len(self._reading.windows))
        self._reading.windows.append(window)
        return Node("field", window.type, path=(WINDOWS, number), hops=(None,))

    def _described(self, function: str, counted: Counted, rest: list[Syntax]) -> Window:
        lengths = [length_of(tree) for tree in rest if tree.data == "length"]
        path = next((tree for tree in rest if tree.data == "path"), None)
        by, key = self.key(path, counted) if path is not None else (None, None)
        baseline = lengths[1] if len(lengths) > 1 else None
        self._measured(function, lengths, baseline)
        value, type = self._value(function, counted)
        return Window(function, counted.step, lengths[0], type, value, by, key, baseline)

    def _measured(self, function: str, lengths: list[Length], baseline: Length | None) -> None:
        if any(length.business or length.business_days for length in lengths):
            raise Mismatch("window_business")
        if (function == "spike") != (baseline is not None):
            raise Mismatch("spike_needs_baseline" if function == "spike" else "baseline_without_spike")
        if baseline is not None and (baseline.fixed is None or lengths[0].fixed is None):
            raise Mismatch("spike_fixed")
        if baseline is not None and lengths[0].fixed and baseline.fixed and baseline.fixed < lengths[0].fixed:
            raise Mismatch("baseline_too_short")

    # -- what is counted

    def _counted(self, argument: Syntax, hidden: str) -> Counted:
        """The events in the parentheses: `[value:] EVENT [as NAME] [where ..]`."""
        value, event, alias, where = _parts(argument)
        if event.data != "path":
            raise Mismatch("window_without_event")
        kind = self._kind(event)
        name = surface(alias) if alias is not None else hidden
        return Counted(Step(kind.key, name, self._where(where, name, kind)), kind, value)

    def _kind(self, path: Syntax) -> EventKind:
        steps = [child for child in path.children if isinstance(child, Token)]
        written = ".".join(surface(token) for token in steps)
        kind = event_kind(written, self._reading.scope)
        if kind is None:
            error = NameMismatch(
                steps[-1], "unknown_event", nearest(written, all_names(self._reading.scope)), name=written
            )
            error.first = steps[0]
            raise error
        return kind

    def _where(self, syntax: Syntax | None, alias: str, kind: EventKind) -> Checked | None:
        if syntax is None:
            return None
        bound = (Bound(alias, kind.type), Bound(alias, kind.type, implicit=True))
        inner = RuleChecker(self._reading, self._scope, bound=bound)
        node = inner.expect(inner.check(syntax), BOOLEAN)
        self.problems.extend(inner.problems)
        return Checked(node)

    def _value(self, function: str, counted: Counted) -> tuple[Checked | None, Type]:
        wanted = _OF_VALUES.get(function)
        if wanted is None:
            if counted.value is not None:
                raise NameMismatch(counted.value, "value_not_wanted", (), name=function)
            return None, replace(NUMBER, nullable=False)
        if counted.value is None:
            raise Mismatch("value_wanted", name=function)
        name = surface(counted.value)
        key = find(counted.kind.type.fields, name)
        if key is None:
            known = list(counted.kind.type.fields)
            raise NameMismatch(
                counted.value,
                "unknown_member",
                nearest(name, known) or tuple(known[:3]),
                owner=counted.kind.key,
                name=name,
            )
        type = counted.kind.type.fields[key]
        if type.kind not in wanted:
            raise NameMismatch(counted.value, "value_of_other_type", (), name=function, found=type.phrase())
        node = Node("field", type, path=(counted.step.alias, key), hops=(None,))
        return Checked(node), replace(NUMBER, nullable=False) if function == "distinct" else type

    # -- whose events

    def key(self, path: Syntax, counted: Counted) -> tuple[tuple[str, ...] | None, Checked | None]:
        """The field of the counted events that `by` names, and the value that it must equal."""
        steps = [child for child in path.children if isinstance(child, Token)]
        by = self._own(steps, counted)
        key = self._outer(steps, by)
        if key.type.kind != by.type.kind or key.type.kind in ("list", "record"):
            raise NameMismatch(steps[-1], "window_key_type", (), name=surface(steps[-1]))
        return by.path[1:], Checked(key)

    def _own(self, steps: list[Token], counted: Counted) -> Node:
        kind, alias = counted.kind, counted.step.alias
        key = find(kind.type.fields, surface(steps[0]))
        person = kind.person if find(self._reading.scope.globals, surface(steps[0])) in (PERSON, CUSTOMER) else None
        if person is not None and (key is None or len(steps) == 1):
            return Node("field", kind.type.fields[person], path=(alias, person), hops=(None,))
        if key is None:
            suggestions = nearest(surface(steps[0]), kind.type.fields) or tuple(kind.type.fields)[:3]
            raise NameMismatch(steps[0], "unknown_member", suggestions, owner=kind.key, name=surface(steps[0]))
        bound = (Bound(alias, kind.type, implicit=True),)
        return resolve(Scope({}, self._scope.records, self._scope.provides), steps, bound)

    def _outer(self, steps: list[Token], by: Node) -> Node:
        """The value at the trigger: of a field of that name, of a variable of that name, or of the record gone through."""
        trigger = self._scope.variables.get(self._trigger or "")
        name = surface(steps[0])
        if len(steps) == 1 and self._is_the_person(trigger, name):
            return Node("field", self._reading.scope.globals[PERSON], path=(PERSON,))
        if trigger is not None and self._trigger is not None and find(self._scope.members(trigger), name) is not None:
            return resolve(self._scope, steps, (Bound(self._trigger, trigger, implicit=True),))
        variable = find(self._scope.variables, name)
        if variable is not None and len(steps) == 1:
            node = Node("field", self._scope.variables[variable], path=(variable,))
            return as_person(node, self._reading.scope)
        if trigger is not None and trigger.kind == "reference" and trigger.entity == by.type.entity and self._trigger:
            return Node("field", trigger, path=(self._trigger,))
        raise NameMismatch(steps[0], "window_key_unknown", (), name=name)

    def _is_the_person(self, trigger: Type | None, name: str) -> bool:
        """Whether a name means the person: not when it is that of another field of the trigger."""
        if (
            find(self._reading.scope.globals, name) not in (PERSON, CUSTOMER)
            or PERSON not in self._reading.scope.globals
        ):
            return False
        fields = self._scope.members(trigger) if trigger is not None else {}
        persons = [
            key for key, type in fields.items() if type.kind == "reference" and type.entity == PERSON and key != "id"
        ]
        key = find(fields, name)
        return key is None or key == PERSON or persons == [key]


@dataclass(frozen=True, slots=True)
class Counted:
    """The events of a window, and the name of the field of each that is added up."""

    step: Step
    kind: EventKind
    value: Token | None


#: What may stand in the parentheses of an aggregate; a name before a colon is the value, one after it the alias.
_SHAPES = frozenset({"path", "aliased", "filter", "named", "named_aliased", "named_filter"})


def _parts(argument: Syntax) -> tuple[Token | None, Syntax, Token | None, Syntax | None]:
    """The value, the event, the alias and the condition of `[value:] EVENT [as NAME] [where ..]`."""
    data = str(argument.data)
    if data not in _SHAPES:
        raise Mismatch("window_without_event")
    if data == "path":
        return None, argument, None, None
    names = [child for child in argument.children if isinstance(child, Token) and child.type == "NAME"]
    trees = [child for child in argument.children if isinstance(child, Tree)]
    value = names.pop(0) if data.startswith("named") else None
    return value, trees[0], names[0] if names else None, trees[1] if data.endswith("filter") else None


#: What an aggregate is called in each language, for printing.
LABELS = {
    "count": Text("计数", "count"),
    "sum": Text("求和", "sum"),
    "avg": Text("平均", "avg"),
    "min": Text("最小", "min"),
    "max": Text("最大", "max"),
    "distinct": Text("去重计数", "distinct"),
    "spike": Text("突增", "spike"),
}


def _with_baseline(checker: RuleChecker, _: Syntax, written: str) -> str:
    return f"{written[:-1]} {checker._said('baseline 7 days', '基线 7 天')})"


def _in_calendar_time(_: RuleChecker, __: Syntax, written: str) -> str:
    days = re.sub(r"business (?=day|hour|minute)", "", written)
    return re.sub(r"个?工作日", "天", re.sub(r"个?工作(?=小时|分钟)", "", days))


def _with_value(checker: RuleChecker, syntax: Syntax, written: str) -> str:
    """The first field of the event that the aggregate takes."""
    event = next(syntax.find_data("path"))
    kind = checker._kind(event)
    name, _, rest = written.partition("(")
    wanted = _OF_VALUES[FUNCTIONS[name.strip().lower()]]
    fields = {key: type for key, type in kind.type.fields.items() if type.kind in wanted and key not in SYSTEM_FIELDS}
    if not fields:
        return written
    key, type = next(iter(fields.items()))
    label = type.label.zh if type.label is not None else key
    return f"{name}({checker._said(key, label)}: {rest}"


#: What an aggregate that is refused is written as instead.
_MENDED: Mapping[str, Callable[[RuleChecker, Syntax, str], str]] = {
    "spike_needs_baseline": _with_baseline,
    "window_business": _in_calendar_time,
    "value_wanted": _with_value,
}


def as_person(node: Node, scope: RuleScope) -> Node:
    """One name for the person, who is also called the customer: the same rule in other words is the same rule."""
    if node.op == "field" and node.path[0] == CUSTOMER and CUSTOMER in scope.globals and PERSON in scope.globals:
        return replace(node, path=(PERSON, *node.path[1:]))
    return node
