"""What an evaluation may cost, told from the tree alone: steps when every list has fifty items, and the size of the largest value.

Refusing what could take long when it is saved is what lets evaluation go without a clock or a budget of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.language.functions import BY_KEY
from engine.language.problems import Problem, problem
from engine.language.tree import BINDERS, Node

#: Parts of a typed tree, constants not counted. What stands in a `between` is there twice, and four times in two of them.
MAX_PARTS = 3_000
#: How long a list is taken to be.
LIST_LENGTH = 50
MAX_COST = 250_000
#: Characters of a text field, digits of a number field.
FIELD_SIZES: Mapping[str, int] = {"text": 2_000, "number": 60, "money": 60}
MAX_SIZES: Mapping[str, int] = {"text": 1_000_000, "number": 12_000, "money": 12_000}


@dataclass(frozen=True, slots=True)
class Estimate:
    """Steps of an evaluation, and the most characters or digits of its value."""

    cost: int
    size: int


def cost_problems(tree: Node, items: int = LIST_LENGTH) -> list[Problem]:
    """Why the tree is refused; nothing when it is cheap enough. `items` is how long lists are."""
    if has_too_many_parts(tree):
        return [problem("too_many_nodes", tree.start, tree.end, limit=MAX_PARTS)]
    found: list[Problem] = []
    estimate = _estimated(tree, found, items)
    if estimate.cost > MAX_COST and not found:
        found.append(problem("too_costly", tree.start, tree.end))
    return found[:1]


def has_too_many_parts(tree: Node) -> bool:
    """Whether nobody should walk through the tree: a few lines of text can have millions of parts."""
    return _parts(tree, {}) > MAX_PARTS


def _parts(node: Node, known: dict[int, int]) -> int:
    """How many there are, each node that stands at several places looked into once."""
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = (node.op != "const") + sum(_parts(arg, known) for arg in node.args)
    return found


def _estimated(node: Node, found: list[Problem], items: int) -> Estimate:
    parts = [_estimated(arg, found, items) for arg in node.args]
    cost = 1 + sum(part.cost * (items if node.op in BINDERS and i == 1 else 1) for i, part in enumerate(parts))
    size = _size(node, tuple(part.size for part in parts))
    most = MAX_SIZES.get(node.type.kind)
    if most is not None and size > most and not found:
        found.append(problem("too_large", node.start, node.end))
    return Estimate(cost, size)


def _size(node: Node, parts: tuple[int, ...]) -> int:
    if not parts:
        return _leaf_size(node)
    if node.op in ("concat", "template", "*"):
        return sum(parts)
    if node.op in ("+", "-", "/"):
        return max(parts) + (13 if node.op == "/" else 1)
    if node.op == "call":
        grows = BY_KEY[str(node.value)].grows
        return grows(parts, node) if grows is not None else max(parts)
    return max(parts)


def _leaf_size(node: Node) -> int:
    if node.op == "const":
        return len(str(node.value))
    kind = node.type.item.kind if node.type.item is not None else node.type.kind
    return FIELD_SIZES.get(kind, 1)
