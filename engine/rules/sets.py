"""What a rule asks of a record, as a condition over the fields of that record alone: then SQL can choose by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.definitions import Text
from engine.language import Node
from engine.language.portability import untranslatable
from engine.language.problems import Problem, problem
from engine.language.tree import BINDERS
from engine.rules.model import CUSTOMER, PERSON, Each, RuleScope
from engine.rules.spelling import spelled_out

Path = tuple[str, ...]


def person_field(scope: RuleScope, entity: str) -> str | None:
    """The field that says which person a record is about, `id` when it is one; None when it is about nobody."""
    kind = scope.events.get(f"{entity}.created")
    return kind.person if kind is not None else None


def names_in_set(each: Each, person: str | None) -> Mapping[Path, Path]:
    """What the names of a set's condition stand for, as paths from its record; `person` is the field that says which person a
    record is about (`id` when it is one)."""
    names: dict[Path, Path] = {}
    if person is not None:
        own: Path = () if each.entity == PERSON else (person,)
        names |= {(PERSON,): own, (CUSTOMER,): own}
    return {**names, (each.entity,): (), (each.alias,): ()}


def over_record(tree: Node, names: Mapping[Path, Path]) -> Node | None:
    """The tree with the record's fields as bare names. None when it reads anything else, or hides a name of the record."""
    firsts = {name[0] for name in names}
    if any(node.op in BINDERS and node.value in firsts for node in tree.walk()):
        return None
    if any(_name_of(path, names) is None for path in tree.references()):
        return None
    return _bare(tree, names)


def set_problems(each: Each, person: str | None) -> list[Problem]:
    """Why the records of a set cannot be chosen by its condition; nothing when they can."""
    if each.where is None:
        return []
    tree = over_record(each.where.tree, names_in_set(each, person))
    if tree is None:
        return [_problem(node, _written(node)) for node in _strangers(each.where.tree, names_in_set(each, person))]
    return [_problem(node, what) for node, what in untranslatable(spelled_out(tree, {}))]


def _problem(node: Node, what: str | Text) -> Problem:
    return problem("set_not_in_sql", node.start, node.end, what=what)


def _written(node: Node) -> str:
    return f"“{'.'.join(node.path) or node.value}”"


def _strangers(tree: Node, names: Mapping[Path, Path]) -> list[Node]:
    """The parts that read what is not the record."""
    paths = {path for path in tree.references() if _name_of(path, names) is None}
    found = [node for node in tree.walk() if node.op == "field" and node.path in paths]
    return found or [tree]


def _name_of(path: Path, names: Mapping[Path, Path]) -> Path | None:
    return max((name for name in names if path[: len(name)] == name), key=len, default=None)


def _bare(node: Node, names: Mapping[Path, Path]) -> Node:
    args = tuple(_bare(arg, names) for arg in node.args)
    name = _name_of(node.path, names) if node.op == "field" else None
    if name is None:
        return replace(node, args=args)
    path = (*names[name], *node.path[len(name) :])
    return replace(node, args=args, path=path or ("id",), hops=node.hops[len(node.path) - len(path) :] if path else ())
