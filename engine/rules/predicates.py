"""What conditions ask of single fields, as far as an index can look it up: which values, which items, which words, between which
bounds. Every `Demand` is implied by the conditions it was taken from, so that leaving it or taking it never loses a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.language import Checked, Node, Type
from engine.language.operations import ascii_folded, ordered
from engine.rules.model import CUSTOMER, EVENT, PERSON

#: Types whose values are looked up by being equal: each has one run-time form, which can be hashed.
SCALARS = frozenset(
    {"boolean", "text", "choice", "number", "money", "date", "time", "datetime", "duration", "period", "reference"}
)
#: Types whose values a bound is compared with. Texts are ordered, too, but nobody bounds them.
BOUNDED = frozenset({"number", "money", "date", "time", "datetime", "duration", "period"})

#: What of a field is looked at.
VALUE, PRESENCE, ITEMS, WORDS, SIZE = "value", "presence", "items", "words", "size"


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A field of what happened, and what of it is looked at: its `value`, its `presence`, its `items`, the `words` in its text, or
    its `size` beside bounds. Each is there once, see `Fields`."""

    field: Node
    aspect: str


class Field:
    """A field under its one name, and what of it is looked at."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._attributes: dict[str, Attribute] = {}

    def attribute(self, aspect: str) -> Attribute:
        """What of the field is looked at."""
        found = self._attributes.get(aspect)
        if found is None:
            found = self._attributes[aspect] = Attribute(self._node, aspect)
        return found


class Fields:
    """The fields that conditions read of what happened and of its person: the same one for the same field."""

    def __init__(self) -> None:
        self._fields: dict[tuple[tuple[str, ...], Type], Field] = {}
        self._roots: dict[tuple[str, bool], Roots] = {}

    def roots(self, alias: str, fires: bool) -> Roots:
        """For conditions in which what happened is called `alias`, and, where it `fires` the rule, `event`."""
        found = self._roots.get((alias, fires))
        if found is None:
            names = {alias: EVENT, **({EVENT: EVENT} if fires else {})}
            if alias not in (PERSON, CUSTOMER):  # a record of that name may be another than that of the person
                names |= {PERSON: PERSON, CUSTOMER: PERSON}
            found = self._roots[alias, fires] = Roots(names, self._fields)
        return found


class Roots:
    """What the first step of a path stands for: the names of what happened and of its person, each with one name for all."""

    def __init__(self, names: Mapping[str, str], fields: dict[tuple[tuple[str, ...], Type], Field]) -> None:
        self._names = names
        self._fields = fields
        self._met: dict[tuple[tuple[str, ...], Type], Field | None] = {}

    def field(self, node: Node) -> Field | None:
        """The field that is read; None where it is of anything else, which is not known when rules are looked for."""
        if node.op != "field":
            return None
        key = (node.path, node.type)
        if key not in self._met:
            self._met[key] = self._found(node)
        return self._met[key]

    def _found(self, node: Node) -> Field | None:
        root = self._names.get(node.path[0])
        if root is None:
            return None
        path = (root, *node.path[1:])
        return self._fields.setdefault((path, node.type), Field(Node("field", node.type, path=path, hops=node.hops)))


@dataclass(frozen=True, slots=True)
class Point:
    """Met when the attribute has this key: a value (None: empty), True or False for presence, an item, a folded text, or the key
    of a word list in a tuple."""

    attribute: Attribute
    key: object


@dataclass(frozen=True, slots=True)
class Band:
    """Met when the value lies between the bounds, themselves taken in; None is no bound. An empty value lies in no band."""

    attribute: Attribute
    low: Any
    high: Any


#: One of these must be met; none of them can be when there are none.
Demand = tuple[Point | Band, ...]


def demands(conditions: Iterable[Checked], roots: Roots) -> tuple[Demand, ...]:
    """What must be met for all the conditions to hold; bounds of one field are one demand."""
    found = [demand for condition in conditions for demand in _demands(condition.tree, roots)]
    return tuple(_narrowed(found))


def _demands(node: Node, roots: Roots) -> Iterator[Demand]:
    for part in _conjuncts(node):
        ask = _DEMANDS.get(part.op)
        demand = ask(part, roots) if ask else None
        if demand is not None:
            yield demand


def _conjuncts(node: Node) -> Iterator[Node]:
    """The parts that must all hold."""
    if node.op == "and":
        for part in node.args:
            yield from _conjuncts(part)
    elif node.op == "not" and node.args[0].op in ("or", "not"):
        inner = node.args[0]
        parts = inner.args if inner.op == "not" else (replace(node, args=(part,)) for part in inner.args)
        for part in parts:
            yield from _conjuncts(part)
    else:
        yield node


def _narrowed(found: Sequence[Demand]) -> Iterator[Demand]:
    """The demands, with those that are one band of the same field as one."""
    bands: dict[Attribute, Band] = {}
    for demand in found:
        if len(demand) == 1 and isinstance(demand[0], Band):
            band = demand[0]
            bands[band.attribute] = _both(bands[band.attribute], band) if band.attribute in bands else band
        else:
            yield demand
    for band in bands.values():
        nothing = band.low is not None and band.high is not None and band.low > band.high
        yield () if nothing else (band,)


def _both(left: Band, right: Band) -> Band:
    lows = [band.low for band in (left, right) if band.low is not None]
    highs = [band.high for band in (left, right) if band.high is not None]
    return Band(left.attribute, max(lows, default=None), min(highs, default=None))


# -- operands


@dataclass(frozen=True, slots=True)
class _Operand:
    """A field, or a field and the constant that stands in for it when it is empty."""

    field: Field
    otherwise: object = None


def _operand(node: Node, roots: Roots, kinds: frozenset[str]) -> _Operand | None:
    otherwise = None
    if node.op == "??" and len(node.args) == 2 and node.args[1].op == "const":
        node, otherwise = node.args[0], node.args[1].value
    field = roots.field(node) if node.type.kind in kinds else None
    return _Operand(field, otherwise) if field is not None else None


def _one_of(operand: _Operand, values: Iterable[object]) -> Demand:
    """The field has one of the values; None among them is empty."""
    wanted = dict.fromkeys(values)
    keys = [value for value in wanted if value is not None]
    if operand.otherwise in wanted:
        keys.append(None)
    if keys == [None]:
        return _presence(operand.field, False)
    attribute = operand.field.attribute(VALUE)
    return tuple([Point(attribute, key) for key in keys])


def _presence(field: Field, present: bool) -> Demand:
    return (Point(field.attribute(PRESENCE), present),)


def _constants(node: Node) -> list[object] | None:
    """The values of a list that is written out, empty ones too; None when it holds anything but constants."""
    if node.op != "list" or any(arg.op != "const" for arg in node.args):
        return None
    return [arg.value for arg in node.args]


# -- one function for each operation


def _true(node: Node, roots: Roots) -> Demand | None:
    """A boolean field standing for itself."""
    operand = _operand(node, roots, frozenset({"boolean"}))
    return _one_of(operand, [True]) if operand else None


def _not(node: Node, roots: Roots) -> Demand | None:
    inner = node.args[0]
    if inner.op == "is_empty":
        field = roots.field(inner.args[0])
        return _presence(field, True) if field is not None else None
    operand = _operand(inner, roots, frozenset({"boolean"}))
    return _one_of(operand, [False, None]) if operand else None


def _is_empty(node: Node, roots: Roots) -> Demand | None:
    field = roots.field(node.args[0])
    return _presence(field, False) if field is not None else None


def _equal(node: Node, roots: Roots) -> Demand | None:
    for side, other in (node.args, node.args[::-1]):
        operand = _operand(side, roots, SCALARS) if other.op == "const" else None
        if operand:
            return _one_of(operand, [other.value])
    return None


def _in(node: Node, roots: Roots) -> Demand | None:
    item, items = node.args
    if item.op == "const":
        return _items(items, [item.value], roots)
    values, operand = _constants(items), _operand(item, roots, SCALARS)
    return _one_of(operand, values) if operand and values is not None else None


def _ordered(node: Node, roots: Roots) -> Demand | None:
    left, right = node.args
    if right.op == "const":
        return _bounded(left, node.op, right.value, roots)
    return _bounded(right, _MIRRORED[node.op], left.value, roots) if left.op == "const" else None


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _bounded(side: Node, sign: str, bound: object, roots: Roots) -> Demand | None:
    operand = _operand(side, roots, BOUNDED)
    if operand is None or bound is None:
        return None
    attribute = operand.field.attribute(SIZE)
    band = Band(attribute, bound, None) if sign in (">", ">=") else Band(attribute, None, bound)
    if operand.otherwise is None or not ordered(sign)(operand.otherwise, bound):
        return (band,)
    return (band, *_presence(operand.field, False))


def _contains(node: Node, roots: Roots) -> Demand | None:
    holder, part = node.args
    if part.op != "const":
        return None
    return (_items if holder.type.kind == "list" else _texts)(holder, [part.value], roots)


def _contains_any(node: Node, roots: Roots) -> Demand | None:
    holder, parts = node.args
    if parts.op == "keywords":
        field = roots.field(holder)
        return (Point(field.attribute(WORDS), (str(parts.value),)),) if field is not None else None
    values = _constants(parts)
    if values is None:
        return None
    return (_items if holder.type.kind == "list" else _texts)(holder, values, roots)


def _contains_all(node: Node, roots: Roots) -> Demand | None:
    """One of the parts, the longest, stands for all: it is the rarest."""
    holder, parts = node.args
    values = [value for value in _constants(parts) or () if value is not None]
    if not values:
        return None
    rarest = max(values, key=lambda value: len(str(value)))
    return (_items if holder.type.kind == "list" else _texts)(holder, [rarest], roots)


def _items(holder: Node, values: Iterable[object], roots: Roots) -> Demand | None:
    item = holder.type.item
    field = roots.field(holder) if item is not None and item.kind in SCALARS else None
    if field is None:
        return None
    attribute = field.attribute(ITEMS)
    return tuple([Point(attribute, value) for value in dict.fromkeys(values) if value is not None])


def _texts(holder: Node, values: Iterable[object], roots: Roots) -> Demand | None:
    field = roots.field(holder) if holder.type.kind in ("text", "choice") else None
    texts = dict.fromkeys(ascii_folded(str(value)) for value in values if value is not None)
    # The empty text is in every text, and no automaton finds it.
    if field is None or "" in texts:
        return None
    attribute = field.attribute(WORDS)
    return tuple([Point(attribute, text) for text in texts])


def _or(node: Node, roots: Roots) -> Demand | None:
    """The narrowest demand of every part; none when a part has none."""
    found: dict[Point | Band, None] = {}
    for part in node.args:
        narrowest = min(_narrowed(list(_demands(part, roots))), key=breadth, default=None)
        if narrowest is None:
            return None
        found.update(dict.fromkeys(narrowest))
    return tuple(found)


def breadth(demand: Demand) -> tuple[int, int]:
    """How much a demand lets through, as far as it can be told from itself alone."""
    kinds = [_breadth(each.attribute) for each in demand]
    return max(kinds, default=0), len(kinds)


def _breadth(attribute: Attribute) -> int:
    """A yes or no lets as much through as whether there is anything at all."""
    return _BREADTH[PRESENCE if attribute.field.type.kind == "boolean" else attribute.aspect]


_BREADTH = {VALUE: 0, ITEMS: 1, WORDS: 1, SIZE: 2, PRESENCE: 3}

_DEMANDS: Mapping[str, Callable[[Node, Roots], Demand | None]] = {
    "field": _true,
    "??": _true,
    "not": _not,
    "is_empty": _is_empty,
    "=": _equal,
    "in": _in,
    **dict.fromkeys(_MIRRORED, _ordered),
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
    "or": _or,
}
