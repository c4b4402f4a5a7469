"""Names: from what somebody wrote (a key, or a label in either language) to the path of keys it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lark import Token

from engine.definitions import Text
from engine.language.operators import Mismatch
from engine.language.problems import nearest
from engine.language.syntax import split_at_keyword
from engine.language.tree import Node
from engine.language.types import Scope, Type


class NameMismatch(Mismatch):
    """A step of a path that names nothing; `token` is that step."""

    def __init__(self, token: Token, code: str, suggestions: Sequence[str], **params: str | int | Text) -> None:
        super().__init__(code, suggestions, **params)
        self.token = token


def surface(token: Token) -> str:
    """The name as written, backticks taken off."""
    return str(token).strip("`")


def resolve(scope: Scope, steps: Sequence[Token]) -> Node:
    """The field a path names. Raises NameMismatch."""
    members: Mapping[str, Type] = scope.variables
    path: list[str] = []
    hops: list[str | None] = []
    type = None
    for index, step in enumerate(steps):
        key = find(members, surface(step))
        if key is None:
            raise _unknown(scope, members, steps[:index], step, type)
        type = members[key]
        path.append(key)
        members = scope.members(type)
        if index < len(steps) - 1:
            hops.append(type.entity if type.kind == "reference" else None)
    assert type is not None, "the grammar gives a path at least one step"
    return Node("field", type, path=tuple(path), hops=tuple(hops))


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


def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().lower())


def _unknown(
    scope: Scope, members: Mapping[str, Type], before: Sequence[Token], step: Token, owner: Type | None
) -> NameMismatch:
    name = surface(step)
    candidates = [*members, *(label.zh for t in members.values() if (label := t.label) and label.zh)]
    suggestions = nearest(name, candidates)
    written = ".".join(surface(token) for token in before)
    if owner is not None and not members:
        return NameMismatch(step, "no_members", (), owner=written, type=owner.describe())
    if owner is not None:
        return NameMismatch(step, "unknown_member", suggestions, owner=written, name=name)
    split = split_at_keyword(name)
    if split and any(find(scope.variables, part) for part in split.split()):
        return NameMismatch(step, "missing_space", (split,), found=name, split=split)
    return NameMismatch(step, "unknown_name", suggestions, name=name)
