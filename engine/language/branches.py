"""Chains of `else if`: which nested conditions one chain writes, so that the checker reads back the very same tree.

The checker brings all values of a chain to one type together, and those of a condition in parentheses by themselves. That makes
a difference only where a literal takes its type from its neighbours, which is tried out here on stand-ins for the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.definitions import Option, Text
from engine.language.operators import Mismatch, as_datetime, unified
from engine.language.tree import Node
from engine.language.types import TEXT, UNKNOWN, Type, list_of


def chain(node: Node) -> tuple[list[Node], Node]:
    """The conditions that one chain from `node` on can write, as their nodes, and what its `else` holds."""
    cases = [node]
    while cases[-1].args[2].op == "if" and cases[-1].args[2].type == node.type:
        cases.append(cases[-1].args[2])
    while len(cases) > 1 and not _reads_back(cases):
        cases.pop()
    return cases, cases[-1].args[2]


def _reads_back(cases: Sequence[Node]) -> bool:
    values = [*(case.args[1] for case in cases), cases[-1].args[2]]
    options = tuple(dict.fromkeys(_options(values)))
    try:
        found, type = unified([_written(value, options) for value in values], "branches_differ")
    except Mismatch:
        return False
    return type == cases[0].type and found == [_read(value, options) for value in values]


def _options(values: Sequence[Node]) -> list[Option]:
    parts = (part for value in values for part in value.walk())
    keys = (str(part.value) for part in parts if part.op == "const" and part.type.kind == "choice")
    return [Option(key, Text(key, key)) for key in keys] or [Option("", Text("", ""))]


def _written(value: Node, options: tuple[Option, ...]) -> Node:
    """A stand-in for a value as it is before its neighbours are known."""
    if value.op in ("to_datetime", "to_date"):
        return _written(value.args[0], options)
    if value.op == "list" and value.args:
        items, type = unified([_written(arg, options) for arg in value.args], "items_differ")
        return Node("list", list_of(type), tuple(items))
    if value.op == "const" and value.type.kind in ("choice", "reference"):
        return Node("const", TEXT, value=value.value)
    return _read(value, options)


def _read(value: Node, options: tuple[Option, ...]) -> Node:
    """The same stand-in as the tree has it."""
    if value.op == "to_datetime":
        return as_datetime(_read(value.args[0], options))
    if value.op == "list":
        return replace(value, args=tuple(_read(arg, options) for arg in value.args))
    if value.op == "const":
        return value
    return Node("item", _with_options(value.type, options))


def _with_options(type: Type, options: tuple[Option, ...]) -> Type:
    """A type as the scope has it; a stored one has lost its options, and takes all that are written."""
    if type.kind == "choice":
        return replace(type, options=type.options or options)
    if type.kind == "list":
        return replace(type, item=_with_options(type.item or UNKNOWN, options))
    return type
