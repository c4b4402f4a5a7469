"""Checks of what is written as a plain value in a call, for functions to `adapt` their arguments with."""

from __future__ import annotations

from decimal import Decimal

from engine.language.functions.function import Adapt
from engine.language.operators import Mismatch, reconcile
from engine.language.tree import Node
from engine.language.types import TEXT, Scope, Type

#: Characters of a text that a function searches for or puts in.
LONGEST_TEXT = 100


def whole(index: int, low: int, high: int) -> Adapt:
    """The argument at `index`, where it is given, must be a whole number from `low` to `high`."""

    def check(_: Scope, arguments: list[Node]) -> list[Node]:
        if len(arguments) > index and arguments[index].value not in range(low, high + 1):
            raise Mismatch("out_of_range", low=low, high=high).on(arguments[index])
        return arguments

    return check


def short_text(index: int, fewest: int = 1, most: int = LONGEST_TEXT) -> Adapt:
    """The argument at `index`, where it is given, must be a text of `fewest` to `most` characters."""

    def check(_: Scope, arguments: list[Node]) -> list[Node]:
        if len(arguments) > index and not fewest <= len(str(arguments[index].value or "")) <= most:
            raise Mismatch("out_of_range", shortest=fewest, longest=most).on(arguments[index])
        return arguments

    return check


def beside(wanted: Type, value: Node) -> Node:
    """A value in the type of what it is given for. Raises Mismatch."""
    try:
        item, adapted = reconcile(Node("item", wanted), value)
    except Mismatch as error:
        raise error.on(value) from error
    if item.op != "item":
        raise Mismatch("not_comparable", left=wanted.phrase(), right=value.type.phrase()).on(value)
    return adapted


def all_of(*steps: Adapt) -> Adapt:
    """One after the other."""

    def adapt(scope: Scope, arguments: list[Node]) -> list[Node]:
        for step in steps:
            arguments = step(scope, arguments)
        return arguments

    return adapt


def implied(*texts: str) -> list[Node]:
    """Arguments that nobody writes: what back ends must know and the checker does, behind the last that can be written."""
    return [Node("const", TEXT, value=text) for text in texts]


def literal_number(node: Node) -> int:
    """A whole number that was written."""
    return int(Decimal(str(node.value or 0)))
