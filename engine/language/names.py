"""Names: from what somebody wrote (a key, or a label in either language) to the path of keys it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lark import Token

from engine.definitions import Text
from engine.language.glued import taken_apart
from engine.language.mismatch import Mismatch
from engine.language.problems import nearest
from engine.language.stops import HOLE
from engine.language.surfaces import can_be_written
from engine.language.surfaces import name as writable
from engine.language.synonyms import PROPERTIES, VALUES, folded
from engine.language.tree import Node
from engine.language.types import UNKNOWN, Scope, Type, list_of


class NameMismatch(Mismatch):
    """A step of a path that names nothing; `token` is that step, `first` where what is wrong begins."""

    def __init__(self, token: Token, code: str, suggestions: Sequence[str], **params: str | int | Text) -> None:
        super().__init__(code, suggestions, **params)
        self.token = token
        self.first = token


def surface(token: Token) -> str:
    """The name as written, backticks taken off."""
    return str(token).strip("`")


#: What the item itself is called where its fields stand bare.
ITEM_NAMES = ("item", "项")


@dataclass(frozen=True, slots=True)
class Bound:
    """A variable that stands for each item of a list. When it is `implicit`, the item's fields stand bare."""

    variable: str
    type: Type
    implicit: bool = False


def implicit_variable(depth: int) -> str:
    """The variable of items that nobody named; no name a person may give looks like it."""
    return f"${depth + 1}"


def is_implicit(name: str) -> bool:
    """Whether a name looks like that of such a variable."""
    return name.startswith("$")


def resolve(scope: Scope, steps: Sequence[Token], bound: Sequence[Bound] = ()) -> Node:
    """What a path names: a field, or, through a list of records, the field of each. Raises NameMismatch."""
    if steps[0] == HOLE:
        return Node("const", UNKNOWN)
    first = _first(scope, steps[0], bound)
    if first is None:
        known = {**scope.variables, **_bound_names(scope, bound)}
        raise _unknown(known, (), steps[0], None)
    return follow(scope, first, steps, 1, len(bound))


def follow(scope: Scope, node: Node, steps: Sequence[Token], index: int, depth: int) -> Node:
    """`node` and what the steps from `index` on read of it. Raises NameMismatch."""
    for position in range(index, len(steps)):
        item = node.type.item
        if node.type.kind == "list" and item is not None and item.kind == "record":
            return _of_each(scope, node, steps, position, depth)
        if steps[position] == HOLE:
            return Node("const", UNKNOWN)
        members = scope.members(node.type)
        key = find(members, surface(steps[position]))
        if key is None:
            raise _unknown(members, steps[:position], steps[position], node.type)
        node = _step(node, key, members[key])
    return node


def _step(node: Node, key: str, type: Type) -> Node:
    if node.type.kind == "reference" and key == "id":
        return node  # a reference is the id of its record, whether or not the record is given with it
    hop = node.type.entity if node.type.kind == "reference" else None
    if node.op in ("field", "get"):
        return Node(node.op, type, node.args, path=(*node.path, key), hops=(*node.hops, hop))
    return Node("get", type, (node,), path=(key,), hops=(hop,))


def _of_each(scope: Scope, node: Node, steps: Sequence[Token], position: int, depth: int) -> Node:
    variable = implicit_variable(depth)
    assert node.type.item is not None, "only lists of records come here"
    each = follow(scope, Node("field", node.type.item, path=(variable,)), steps, position, depth + 1)
    if each.type.kind == "list":
        raise NameMismatch(steps[-1], "list_in_list", ())
    return Node("map", list_of(each.type), (node, each), variable)


def _first(scope: Scope, step: Token, bound: Sequence[Bound]) -> Node | None:
    name = surface(step)
    for each in reversed(bound):
        if each.implicit:
            members = scope.members(each.type)
            key = find(members, name)
            if key is not None:
                return Node("field", members[key], path=(each.variable, key), hops=(_hop(each.type),))
            if name in ITEM_NAMES:
                return Node("field", each.type, path=(each.variable,))
        elif name == each.variable:
            return Node("field", each.type, path=(each.variable,))
    key = find(scope.variables, name)
    return None if key is None else Node("field", scope.variables[key], path=(key,))


def _hop(type: Type) -> str | None:
    return type.entity if type.kind == "reference" else None


def _bound_names(scope: Scope, bound: Sequence[Bound]) -> Mapping[str, Type]:
    names: dict[str, Type] = {}
    for each in bound:
        names |= scope.members(each.type) if each.implicit else {each.variable: each.type}
    return names


def find(members: Mapping[str, Type], name: str) -> str | None:
    """The key of the member called `name` by key or by label; keys first."""
    if name in members:
        return name
    folded = _fold(name)
    for key, type in members.items():
        label = type.label
        if label is not None and folded in (_fold(label.zh), _fold(label.en)):
            return key
    return None


@lru_cache(maxsize=8192)
def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().lower())


def _unknown(members: Mapping[str, Type], before: Sequence[Token], step: Token, owner: Type | None) -> NameMismatch:
    name = surface(step)
    if owner is not None:
        return _unknown_member(members, before, step, owner)
    meant = VALUES.get(folded(name))
    if meant is not None:
        return NameMismatch(step, "other_value", (meant,), name=name, meant=meant)
    split = taken_apart(name, lambda piece: find(members, piece) is not None)
    if split is not None:
        return NameMismatch(step, "missing_space", (split,), found=name, split=split)
    return NameMismatch(step, "unknown_name", _nearby(name, members), name=name)


def _unknown_member(members: Mapping[str, Type], before: Sequence[Token], step: Token, owner: Type) -> NameMismatch:
    name = surface(step)
    written = ".".join(surface(token) for token in before)
    if members:
        return NameMismatch(step, "unknown_member", _nearby(name, members), owner=written, name=name)
    function = PROPERTIES.get(folded(name))
    if function is None:
        return NameMismatch(step, "no_members", (), owner=written, type=owner.phrase(), name=name)
    meant = f"{function}({written})"
    error = NameMismatch(step, "property", (meant,), name=name, meant=meant)
    error.first = before[0]
    return error


def _nearby(name: str, members: Mapping[str, Type]) -> tuple[str, ...]:
    """The names most like one: keys and labels of either language, each field once, as it can be written."""
    labels = {
        label: key for key, type in members.items() if type.label for label in (type.label.zh, type.label.en) if label
    }
    found: dict[str, str] = {}
    for candidate in nearest(name, filter(can_be_written, (*members, *labels)), count=6):
        found.setdefault(labels.get(candidate, candidate), candidate)
    return tuple(map(writable, list(found.values())[:3]))
