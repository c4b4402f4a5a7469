"""Which expressions say the same of an event whenever they are asked, so that events may be kept by what they say."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language import Checked, Node
from engine.language.functions import BY_KEY
from engine.language.operations import OPERATIONS
from engine.language.tree import BINDERS

#: Operations that read the time or the zone besides those of the two tables.
_HOSTED = frozenset({"template", "keywords"})


def reads_only(expression: Checked, alias: str) -> bool:
    """Whether its value depends on nothing but the event of that name: no other name, no clock, nothing of the host's."""
    return all(path[0] == alias for path in expression.references()) and all(
        _is_fixed(node) for node in expression.tree.walk()
    )


def _is_fixed(node: Node) -> bool:
    if node.op == "call":
        function = BY_KEY[str(node.value)]
        return not function.clocked and not function.needs
    operation = OPERATIONS.get(node.op)
    return node.op not in _HOSTED and (operation is None or not operation.clocked)


def reads_clock(expression: Checked) -> bool:
    """Whether it may change by time alone."""
    return any(
        (node.op == "call" and BY_KEY[str(node.value)].clocked)
        or (node.op in OPERATIONS and OPERATIONS[node.op].clocked)
        for node in expression.tree.walk()
    )


def equalities(condition: Checked | None, alias: str) -> Iterator[tuple[Checked, Checked]]:
    """The conjuncts `a = b` of a condition of which one side reads only the event `alias` and the other only one other name: as
    (that of the event, the other)."""
    for node in _conjuncts(condition.tree) if condition is not None else ():
        if node.op == "=" and node.args[0].type.kind not in ("list", "record"):
            left, right = (Checked(side) for side in node.args)
            for own, other in ((left, right), (right, left)):
                if _reads(own) == {alias} and reads_only(own, alias):
                    names = _reads(other)
                    if len(names) == 1 and reads_only(other, next(iter(names))) and names != {alias}:
                        yield own, other


def _reads(expression: Checked) -> set[str]:
    return {path[0] for path in expression.references()}


def _conjuncts(node: Node) -> Iterator[Node]:
    if node.op == "and":
        for arg in node.args:
            yield from _conjuncts(arg)
    elif node.op not in BINDERS:
        yield node
