"""The explaining evaluation: the value of every part of an expression, what went wrong while reading, and why a condition is not
true. It gives the same value as the compiled evaluation, only slower, and evaluates also what that leaves out: those parts
are not `reached`, and what goes wrong in them is not told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.definitions import Text
from engine.language.context import Context, Environment
from engine.language.functions import BY_KEY
from engine.language.operations import (
    OPERATIONS,
    list_holds_all,
    list_holds_any,
    ordered,
    text_holds,
    text_holds_all,
    text_holds_any,
)
from engine.language.tree import BINDERS, Node
from engine.language.types import Type
from engine.language.values import display, normalise

if TYPE_CHECKING:
    from engine.language.surfaces import Surface

#: Items of a list whose parts are kept.
MOST_ITEMS = 20

MESSAGES: Mapping[str, Text] = {
    "division_by_zero": Text("“{part}”除以了零，结果为空", "“{part}” divides by zero and is empty"),
    "wrong_type": Text("“{part}”的值不是{type}，当作空", "the value of “{part}” is not {type} and counts as empty"),
    "out_of_calendar": Text("“{part}”超出了日历的范围，结果为空", "“{part}” leaves the calendar and is empty"),
    "out_of_range": Text("“{part}”太大了，结果为空", "“{part}” is too large and is empty"),
    "not_whole_months": Text("“{part}”不是整数个月，结果为空", "“{part}” is not a whole number of months and is empty"),
    "not_a_number": Text("“{part}”不能读成数字，结果为空", "“{part}” cannot be read as a number and is empty"),
    "not_a_date": Text("“{part}”不是日历上的日期，结果为空", "“{part}” is not a date of the calendar and is empty"),
    "not_a_time": Text("“{part}”不是一天中的时刻，结果为空", "“{part}” is not a time of day and is empty"),
    "missing_record": Text(
        "“{part}”要读的记录没有给出，当作空", "the record that “{part}” reads was not given; it counts as empty"
    ),
}
#: What a function tells that has no sentence of its own.
_NO_RESULT = Text("“{part}”没有结果，为空", "“{part}” has no result and is empty")


@dataclass(frozen=True, slots=True)
class Warning:
    """Why a part is empty though something was there. `start` and `end` are where it stands in the text."""

    code: str
    start: int
    end: int
    message: Text


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression, its value, and its own parts. For an operation that goes through a list, `items` holds what became
    of the first items, each as the item and the part evaluated for it. `written` is the text the whole was made from.
    """

    node: Node
    value: Any
    parts: tuple[Part, ...] = ()
    items: tuple[tuple[object, Part], ...] = ()
    reached: bool = True
    written: str = field(default="", repr=False, compare=False)

    @property
    def text(self) -> str:
        """How it is written; canonical English for what has no text of its own."""
        return text_of(self.node, self.written, "en")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an evaluation gave, and why."""

    value: Any
    warnings: tuple[Warning, ...]
    part: Part
    why_not: tuple[Text, ...]


def explain(
    tree: Node, text: str, values: Mapping[str, object], now: dt.datetime | None, context: Context
) -> Explanation:
    """The evaluation of a tree, explained; `text` is what it was made from."""
    from engine.language.reasons import reasons

    explainer = Explainer(text, Environment(values, now, context))
    part = explainer.part(tree)
    why_not = (
        reasons(part, explainer.environment.zone) if tree.type.kind == "boolean" and part.value is not True else ()
    )
    return Explanation(part.value, tuple(explainer.warnings.values()), part, why_not)


def text_of(node: Node, written: str, surface: Surface) -> str:
    """How a part is written: as its author did, or canonically."""
    from engine.language.printer import print_tree

    return written[node.start : node.end] if node.end > node.start else print_tree(node, surface)


class Explainer:
    """One explaining evaluation."""

    def __init__(self, text: str, environment: Environment) -> None:
        self.environment = environment
        self.warnings: dict[object, Warning] = {}
        self._text = text
        self._bound: dict[str, object] = {}
        self._reached = True

    def part(self, node: Node) -> Part:
        """The part that a node is, evaluated."""
        evaluate = _OPERATIONS.get(node.op)
        if evaluate is None:
            raise ValueError(f"no operation is called {node.op!r}")
        return evaluate(self, node)

    def parts(self, nodes: Sequence[Node]) -> tuple[Part, ...]:
        """Parts that are all evaluated."""
        return tuple(map(self.part, nodes))

    def made(
        self, node: Node, value: object, parts: tuple[Part, ...] = (), items: tuple[tuple[object, Part], ...] = ()
    ) -> Part:
        """A part with its value."""
        return Part(node, value, parts, items, self._reached, self._text)

    def until(self, nodes: Sequence[Node], decided: Callable[[Any], bool]) -> tuple[Part, ...]:
        """Parts of which those after the first that decides are not reached."""
        parts: list[Part] = []
        done = False
        for node in nodes:
            with self.unreached(done):
                parts.append(self.part(node))
            done = done or decided(parts[-1].value)
        return tuple(parts)

    @contextmanager
    def unreached(self, unreached: bool) -> Iterator[None]:
        """What is evaluated inside only to be shown, if `unreached`."""
        before = self._reached
        self._reached = before and not unreached
        try:
            yield
        finally:
            self._reached = before

    @contextmanager
    def binding(self, variable: str, item: object) -> Iterator[None]:
        """What is evaluated inside for an item."""
        before = self._bound
        self._bound = {**before, variable: item}
        try:
            yield
        finally:
            self._bound = before

    def warn(self, code: str, node: Node) -> None:
        """Tells, once for a place, why it is empty."""
        if not self._reached:
            return
        place = (code, node.start, node.end) if node.end > node.start else (code, node)
        template, type = MESSAGES.get(code, _NO_RESULT), node.type.describe()
        message = Text(
            template.zh.format(part=text_of(node, self._text, "zh"), type=type.zh),
            template.en.format(part=text_of(node, self._text, "en"), type=type.en),
        )
        self.warnings.setdefault(place, Warning(code, node.start, node.end, message))

    # -- reading

    def read(self, node: Node) -> object:
        """The value of a field, by its path."""
        first, *rest = node.path
        if first in self._bound:
            return self.read_below(node, self._bound[first], rest, node.hops) if rest else self._bound[first]
        return self.read_below(node, self.environment.values, node.path, (None, *node.hops))

    def read_below(self, node: Node, base: object, path: Sequence[str], hops: Sequence[str | None]) -> object:
        """The value at a path below `base`; a hop tells that what stands before its step is a record's id or the record."""
        current = base
        for index, step in enumerate(path):
            if not isinstance(current, Mapping):
                if not _is_nothing(current):
                    self.warn("missing_record" if any(hops[index : index + 1]) else "wrong_type", node)
                return None
            current = current.get(step)
        value = normalise(node.type, current)
        if not _fits(node.type, current, value):
            self.warn("wrong_type", node)
        return value

    # -- computing

    def computed(self, node: Node, compute: Callable[..., object], warning: str | None, *operands: object) -> object:
        """What `compute` makes of operands that are not empty."""
        try:
            value = compute(*operands)
        except OverflowError:
            self.warn("out_of_calendar", node)
            return None
        if value is None and warning is not None:
            self.warn(warning, node)
        return value


def _is_nothing(raw: object) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple | set | frozenset | Mapping) and not raw)


def _fits(type: Type, raw: object, value: object) -> bool:
    """Whether nothing was lost when a raw value was brought into the form of its type."""
    if (
        type.kind == "list"
        and type.item is not None
        and isinstance(raw, Sequence | set | frozenset)
        and value is not None
    ):
        return all(_fits(type.item, item, normalise(type.item, item)) for item in raw)
    if value is not None or _is_nothing(raw):
        return True
    if isinstance(raw, Mapping) and type.kind in ("money", "reference"):
        return _is_nothing(raw.get("amount" if type.kind == "money" else "id"))
    return isinstance(raw, list | tuple) and all(map(_is_nothing, raw))


# -- values


def _const(x: Explainer, node: Node) -> Part:
    return x.made(node, node.value)


def _field(x: Explainer, node: Node) -> Part:
    return x.made(node, x.read(node))


def _get(x: Explainer, node: Node) -> Part:
    base = _raw_call(x, node.args[0]) if node.args[0].op == "call" else x.part(node.args[0])
    return x.made(node, x.read_below(node, base.value, node.path, node.hops), (base,))


def _list(x: Explainer, node: Node) -> Part:
    parts = x.parts(node.args)
    return x.made(node, tuple(part.value for part in parts if part.value is not None) or None, parts)


def _template(x: Explainer, node: Node) -> Part:
    parts = x.parts(node.args)
    texts = (display(part.node.type, part.value, x.environment.zone) for part in parts)
    return x.made(node, "".join(texts) or None, parts)


def _strict(x: Explainer, node: Node) -> Part:
    operation = OPERATIONS[node.op]
    parts = x.parts(node.args)
    operands = [part.value for part in parts]
    if None in operands:
        return x.made(node, None, parts)
    before = (x.environment,) if operation.clocked else ()
    return x.made(node, x.computed(node, operation.compute, operation.warning, *before, *operands), parts)


def _call(x: Explainer, node: Node) -> Part:
    part = _raw_call(x, node)
    return x.made(node, normalise(node.type, part.value), part.parts) if node.type.kind == "reference" else part


def _raw_call(x: Explainer, node: Node) -> Part:
    function = BY_KEY[str(node.value)]
    parts = x.parts(node.args)
    shown = parts[: len(function.written(node.args))]
    if function.strict and any(part.value is None for part in parts):
        return x.made(node, None, shown)
    operands = [part.value for part in parts if part.node.op != "named"]
    named = {str(part.node.value): part.value for part in parts if part.node.op == "named"}
    before = (x.environment,) if function.clocked else ()

    def compute() -> object:
        return function.compute(*before, *operands, **named)

    return x.made(node, x.computed(node, compute, function.warning), shown)


def _named(x: Explainer, node: Node) -> Part:
    part = x.part(node.args[0])
    return x.made(node, part.value, (part,))


def _if(x: Explainer, node: Node) -> Part:
    condition = x.part(node.args[0])
    holds = condition.value is True
    with x.unreached(not holds):
        then = x.part(node.args[1])
    with x.unreached(holds):
        otherwise = x.part(node.args[2])
    return x.made(node, (then if holds else otherwise).value, (condition, then, otherwise))


def _coalesce(x: Explainer, node: Node) -> Part:
    parts = x.until(node.args, lambda value: value is not None)
    return x.made(node, next((part.value for part in parts if part.value is not None), None), parts)


# -- conditions


def _and(x: Explainer, node: Node) -> Part:
    parts = x.until(node.args, lambda value: value is not True)
    return x.made(node, all(part.value is True for part in parts), parts)


def _or(x: Explainer, node: Node) -> Part:
    parts = x.until(node.args, lambda value: value is True)
    return x.made(node, any(part.value is True for part in parts), parts)


def _of_values(compute: Callable[..., bool]) -> Callable[[Explainer, Node], Part]:
    """A condition on the values of its operands, empty or not."""

    def evaluate(x: Explainer, node: Node) -> Part:
        parts = x.parts(node.args)
        return x.made(node, compute(*(part.value for part in parts)), parts)

    return evaluate


def _ordered(op: str) -> Callable[[Any, Any], bool]:
    compare = ordered(op)
    return lambda left, right: left is not None and right is not None and compare(left, right)


def _in(x: Explainer, node: Node) -> Part:
    item, items = x.parts(node.args)
    # A list that is written out may hold empty, and empty is then in it.
    members = [part.value for part in items.parts] if items.node.op == "list" else items.value or ()
    return x.made(node, item.value in members, (item, items))


def _holds(holder: object, part: object) -> bool:
    if holder is None or part is None:
        return False
    return text_holds(holder, str(part)) if isinstance(holder, str) else part in holder  # type: ignore[operator]  # a tuple


def _holds_any(holder: object, parts: Any) -> bool:
    if holder is None or parts is None:
        return False
    return text_holds_any(holder, parts) if isinstance(holder, str) else list_holds_any(holder, parts)  # type: ignore[arg-type]  # a tuple


def _holds_all(holder: object, parts: Any) -> bool:
    if parts is None or holder is None:
        return parts is None
    return text_holds_all(holder, parts) if isinstance(holder, str) else list_holds_all(holder, parts)  # type: ignore[arg-type]  # a tuple


def _contains_any(x: Explainer, node: Node) -> Part:
    if node.args[1].op != "keywords":
        return _of_values(_holds_any)(x, node)
    holder = x.part(node.args[0])
    found = () if holder.value is None else x.environment.context.words(str(node.args[1].value), holder.value)
    return x.made(node, bool(found), (holder, x.made(node.args[1], tuple(sorted(found)) or None)))


# -- lists gone through item by item


def _through(x: Explainer, node: Node) -> Part:
    listed = x.part(node.args[0])
    outcome = _OUTCOMES[node.op]()
    items: list[tuple[object, Part]] = []
    for item in listed.value or ():
        with x.binding(str(node.value), item), x.unreached(outcome.decided):
            part = x.part(node.args[1])
        outcome.take(item, part.value)
        if len(items) < MOST_ITEMS:
            items.append((item, part))
        elif outcome.decided:
            break
    return x.made(node, outcome.value(), (listed,), tuple(items))


class _Collected:
    """What a filter or a map keeps."""

    decided = False

    def __init__(self, keep: Callable[[object, object], object]) -> None:
        self._keep = keep
        self._kept: list[object] = []

    def take(self, item: object, value: object) -> None:
        kept = self._keep(item, value)
        if kept is not None:
            self._kept.append(kept)

    def value(self) -> object:
        return tuple(self._kept) or None


class _Quantified:
    """Whether an item was found that decides: one for which the condition is `sought`."""

    def __init__(self, sought: bool) -> None:
        self._sought = sought
        self.decided = False

    def take(self, _: object, value: object) -> None:
        self.decided = self.decided or (value is True) == self._sought

    def value(self) -> object:
        return self.decided == self._sought


_OUTCOMES: Mapping[str, Callable[[], _Collected | _Quantified]] = {
    "some": lambda: _Quantified(True),
    "every": lambda: _Quantified(False),
    "filter": lambda: _Collected(lambda item, value: item if value is True else None),
    "map": lambda: _Collected(lambda _, value: value),
}

_OPERATIONS: Mapping[str, Callable[[Explainer, Node], Part]] = {
    "const": _const,
    "field": _field,
    "get": _get,
    "list": _list,
    "and": _and,
    "or": _or,
    "not": _of_values(lambda operand: operand is not True),
    "=": _of_values(lambda left, right: left == right),
    **{op: _of_values(_ordered(op)) for op in ("<", "<=", ">", ">=")},
    "in": _in,
    "is_empty": _of_values(lambda operand: operand is None),
    "contains": _of_values(_holds),
    "contains_any": _contains_any,
    "contains_all": _of_values(_holds_all),
    **dict.fromkeys(BINDERS, _through),
    "??": _coalesce,
    "if": _if,
    "template": _template,
    "call": _call,
    "named": _named,
    **dict.fromkeys(OPERATIONS, _strict),
}
