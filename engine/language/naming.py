"""What a printed tree calls things: labels where they lead back to the same key, else keys.

Labels and options are no part of a stored tree, so they are first looked up in the scope and put back into its types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from lark import Token

from engine.definitions import Option, Text
from engine.language.functions import BY_KEY
from engine.language.mismatch import Mismatch
from engine.language.names import ITEM_NAMES, Bound, NameMismatch, find, resolve
from engine.language.surfaces import RESERVED, Surface, can_be_written, name, quoted
from engine.language.tree import BINDERS, Node
from engine.language.types import UNKNOWN, Scope, Type, list_of


class Naming:
    """The names of one printed tree. `bind` and `release` follow the variables of lists gone through. `reserved` words are no
    names where the text will stand; the fields of what is `bare` stand without its name, where they can. With `keys`,
    everything is called by its key."""

    def __init__(
        self,
        surface: Surface,
        scope: Scope | None,
        reserved: Collection[str] = RESERVED,
        bare: Bound | None = None,
        keys: bool = False,
    ) -> None:
        self._surface = surface
        self._scope = scope
        self._reserved = reserved
        self._keys = keys
        self._bound: list[Bound] = [] if bare is None else [bare]

    def bind(self, variable: str, item: Type | None) -> None:
        """From here on a variable stands for each item of a list."""
        self._bound.append(Bound(variable, item or UNKNOWN, implicit=variable.startswith("$")))

    def release(self) -> None:
        """The variable bound last is gone."""
        self._bound.pop()

    def name(self, written: str) -> str:
        """A name where a word of the language could stand."""
        return name(written, self._reserved)

    def function(self, key: str) -> tuple[str, int]:
        """What a function is called, and how many arguments can be written; the checker adds others behind them."""
        function = BY_KEY.get(key)
        if function is None:
            raise ValueError(f"no function has the key {key!r}")
        return function.names[1 if self._surface == "zh" else 0], function.most

    def option(self, node: Node) -> str | None:
        """The label of a constant option, when no other option is called the same."""
        options = node.type.options
        label = next((_label(o.label, self._surface) for o in options if o.key == node.value), "")
        if self._scope is None or self._keys or node.type.kind != "choice" or not label:
            return None
        return quoted(label) if _names_of(options)[label] == 1 else None

    def path(self, node: Node) -> str:
        """A path; the fields of an unnamed item stand bare."""
        first, *rest = node.path
        item = self._variable_type(first)
        unnamed = first.startswith("$")
        if not unnamed and not (rest and self._stands_bare(first, rest[0], item)):
            return self._first((first,)) + self._rest(item, rest)
        if not rest:
            return ITEM_NAMES[1 if self._surface == "zh" else 0]
        return self._first((first, rest[0]), item) + self._rest(self._member_type(item, rest[0]), rest[1:])

    def steps(self, owner: Type | None, keys: Sequence[str]) -> str:
        """Steps after a value of type `owner`, each with its dot."""
        return self._rest(owner, keys)

    def _rest(self, owner: Type | None, keys: Sequence[str]) -> str:
        written = ""
        for key in keys:
            members = self._scope.members(owner) if self._scope is not None and owner is not None else {}
            owner = members.get(key)
            written += f".{name(self._choose(key, owner, partial(_finds, members, key)))}"
        return written

    def _stands_bare(self, variable: str, key: str, item: Type | None) -> bool:
        """Whether a field of a named item can be written without the item's name."""
        if not any(bound.implicit and bound.variable == variable for bound in self._bound):
            return False
        type = self._member_type(item, key)
        return any(self._leads(word) == (variable, key) for word in self._called(key, type))

    def _first(self, path: tuple[str, ...], item: Type | None = None) -> str:
        """The first written word of a path, which must lead to `path` from inside all that is bound here."""
        type = self._member_type(item, path[-1]) if item is not None else self._variable_type(path[-1])
        return self.name(self._choose(path[-1], type, lambda word: self._leads(word) == path))

    def _choose(self, key: str, type: Type | None, leads_back: Callable[[str], bool]) -> str:
        if self._scope is None:
            return key
        return next(
            (called for called in self._called(key, type) if can_be_written(called) and leads_back(called)), key
        )

    def _called(self, key: str, type: Type | None) -> Iterator[str]:
        """What a field may be called, best first."""
        label = type.label if type is not None else None
        called = (key,) if label is None else (_label(label, self._surface), key, label.zh, label.en)
        yield from (key, *called) if self._keys else called

    def _leads(self, word: str) -> tuple[str, ...] | None:
        assert self._scope is not None, "asked only with a scope"
        try:
            return resolve(self._scope, [Token("NAME", word)], self._bound).path
        except NameMismatch:
            return None

    def _variable_type(self, variable: str) -> Type | None:
        for bound in reversed(self._bound):
            if bound.variable == variable:
                return bound.type
        return self._scope.variables.get(variable) if self._scope is not None else None

    def _member_type(self, owner: Type | None, key: str) -> Type | None:
        return self._scope.members(owner).get(key) if self._scope is not None and owner is not None else None

    def refreshed(self, tree: Node) -> Node:
        """The tree with labels, fields and options in its types, as the scope has them now."""
        bound = {each.variable: each.type for each in self._bound}
        return tree if self._scope is None else _refreshed(self._scope, tree, bound)


def _finds(members: Mapping[str, Type], key: str, word: str) -> bool:
    return find(members, word) == key


def _label(label: Text, surface: Surface) -> str:
    return label.zh if surface == "zh" else label.en


def _names_of(options: Sequence[Option]) -> Counter[str]:
    """How many options each word could mean."""
    return Counter(word for option in options for word in {option.key, option.label.zh, option.label.en})


def _refreshed(scope: Scope, node: Node, bound: Mapping[str, Type]) -> Node:
    if node.op in BINDERS:
        items = _refreshed(scope, node.args[0], bound)
        inner = {**bound, str(node.value): items.type.item or UNKNOWN}
        args: tuple[Node, ...] = (items, _refreshed(scope, node.args[1], inner))
    else:
        args = tuple(_refreshed(scope, arg, bound) for arg in node.args)
    made = _with_options(replace(node, args=args))
    find_type = _TYPES.get(node.op)
    type = find_type(scope, made, bound) if find_type is not None else None
    return replace(made, type=type) if type == node.type and type is not None else made


def _read(scope: Scope, start: Type | None, path: Iterable[str]) -> Type | None:
    for step in path:
        if start is None:
            return None
        start = scope.members(start).get(step)
    return start


def _field(scope: Scope, node: Node, bound: Mapping[str, Type]) -> Type | None:
    first, *rest = node.path
    return _read(scope, bound.get(first) or scope.variables.get(first), rest)


def _get(scope: Scope, node: Node, _: Mapping[str, Type]) -> Type | None:
    return _read(scope, node.args[0].type, node.path)


def _call(scope: Scope, node: Node, _: Mapping[str, Type]) -> Type | None:
    function = BY_KEY.get(str(node.value))
    try:
        return function.result_of(scope, node.args) if function is not None and node.args else None
    except Mismatch:
        return None


def _of_part(index: int) -> Callable[[Scope, Node, Mapping[str, Type]], Type | None]:
    return lambda _, node, __: node.args[index].type


def _of_any(_: Scope, node: Node, __: Mapping[str, Type]) -> Type | None:
    """The type of the part that knows most: options and fields come from fields, not from literals."""
    values = node.args[1:] if node.op == "if" else node.args
    known = (arg.type for arg in values if _knows(arg.type))
    return next(known, None)


def _knows(type: Type) -> bool:
    return bool(type.options or type.fields or (type.item is not None and _knows(type.item)))


def _of_items(scope: Scope, node: Node, bound: Mapping[str, Type]) -> Type | None:
    item = _of_any(scope, node, bound)
    return None if item is None else list_of(item)


_TYPES: Mapping[str, Callable[[Scope, Node, Mapping[str, Type]], Type | None]] = {
    "const": lambda _, node, __: replace(node.type, options=()),
    "field": _field,
    "get": _get,
    "call": _call,
    "named": _of_part(0),
    "filter": _of_part(0),
    "map": lambda _, node, __: list_of(node.args[1].type),
    "list": _of_items,
    "if": _of_any,
    "??": _of_any,
}

#: Operations whose operands share their options, and the first of those operands.
_SHARING: Mapping[str, int] = {
    "=": 0, "in": 0, "contains": 0, "contains_any": 0, "contains_all": 0, "if": 1, "??": 0, "list": 0, "call": 0,
}  # fmt: skip
#: Of these, those whose value is one of the operands.
_PASSING = frozenset({"if", "??", "list"})


def _with_options(node: Node) -> Node:
    """The node with the options that one operand gives to the literals beside it: none when two operands disagree."""
    if node.op not in _SHARING:
        return node
    first = _SHARING[node.op]
    found = {options for arg in node.args[first:] for options in _options(arg)}
    return _given(node, found.pop() if len(found) == 1 else (), first)


def _options(node: Node) -> Iterator[tuple[Option, ...]]:
    """The options of what an operand can be, literals aside."""
    if node.op in _PASSING:
        for arg in node.args[_SHARING[node.op] :]:
            yield from _options(arg)
    elif node.op != "const":
        type = node.type.item or node.type
        yield from (type.options,) if type.options else ()


def _given(node: Node, options: tuple[Option, ...], first: int) -> Node:
    """The node with the options in the literals among its operands, and in those that these pass on."""
    return replace(node, args=(*node.args[:first], *(_literal(arg, options) for arg in node.args[first:])))


def _literal(node: Node, options: tuple[Option, ...]) -> Node:
    if node.op == "const" and node.type.kind == "choice":
        return replace(node, type=replace(node.type, options=options))
    return _given(node, options, _SHARING[node.op]) if node.op in _PASSING else node
