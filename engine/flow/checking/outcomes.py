"""Which outcome a token may have at a node: that of the tasks it has come from. A condition that names another never holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.definitions import Node
from engine.flow.checking.problem import Checking, nearest
from engine.flow.expressions import Expression
from engine.language import BOOLEAN, TEXT, Checked, Problems, Scope, check
from engine.language.tree import Node as Tree

_OUTCOME = ("outcome",)
_ONLY_OUTCOME = Scope({"outcome": TEXT})


def check_outcome_named(checking: Checking, expression: Expression, found: Checked) -> None:
    """The outcomes that a condition compares with exist."""
    if expression.key.part != "when":
        return
    possible = outcomes_at(checking, expression.node)
    if possible is None:
        return
    known = [each for each in possible if each is not None]
    for name in dict.fromkeys(_named(found.tree)):
        if name not in known:
            _tell(checking, expression, name, known)


def _tell(checking: Checking, expression: Expression, name: str, known: list[str]) -> None:
    checking.report(
        "flow.unknown_outcome",
        expression.path,
        node=expression.node,
        suggestion=nearest(name, known),
        severity="warning",
        key=name,
        known=", ".join(known) or "–",
    )


def covers_outcomes(checking: Checking, node: Node) -> bool:
    """Whether the conditions of what leaves a node name every outcome that a token may have there, so that one always holds."""
    possible = outcomes_at(checking, node.id)
    if not possible or None in possible:
        return False
    named: set[str] = set()
    for edge in checking.outgoing[node.id]:
        named |= _sufficient(edge.when or "false")
    return {each for each in possible if each is not None} <= named


def _named(tree: Tree) -> Iterator[str]:
    """The texts that the outcome is compared with."""
    for each in tree.walk():
        sides = each.args if each.op in ("=", "in") else ()
        if any(side.op == "field" and side.path == _OUTCOME for side in sides):
            texts = (leaf for side in sides for leaf in (side.args if side.op == "list" else (side,)))
            yield from (str(leaf.value) for leaf in texts if leaf.op == "const" and isinstance(leaf.value, str))


@lru_cache(maxsize=256)
def _sufficient(text: str) -> frozenset[str]:
    """The outcomes with which a condition that reads nothing else certainly holds."""
    found = check(text, _ONLY_OUTCOME, expects=BOOLEAN)
    return frozenset() if isinstance(found, Problems) else frozenset(_any_of(found.tree))


def _any_of(tree: Tree) -> Iterator[str]:
    if tree.op == "or":
        for each in tree.args:
            yield from _any_of(each)
    elif tree.op in ("=", "in"):
        yield from _named(tree)


# -- where a token comes from


def outcomes_at(checking: Checking, id: str) -> list[str | None] | None:
    """The outcomes that a token which leaves the node may have (None among them: no outcome); None where that is not known."""
    found: dict[str | None, None] = {}
    seen: set[str] = set()
    waiting = [id]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        before = _before(checking, checking.nodes[current], found)
        if before is None:
            return None
        waiting += before
    return list(found)


def _before(checking: Checking, node: Node, found: dict[str | None, None]) -> list[str] | None:
    """The nodes whose outcomes a token at the node may have; None where that cannot be told. Adds the outcomes that the node gives."""
    if node.type == "user_task":
        found.update((each.key, None) for each in node.outcomes if _leads_on(each.kind, each.target))
        return [] if node.loop is None else _into(checking, node)
    if node.type == "start_event":
        return _started(checking, node, found)
    if node.type == "boundary_event":
        return _into(checking, checking.nodes[node.attached_to or ""])
    if node.type in ("sub_process", "transaction", "event_sub_process", "ad_hoc_sub_process", "call_activity"):
        return None
    return _into(checking, node)


def _leads_on(kind: str, target: str | None) -> bool:
    """Whether a token leaves by the edges with such an outcome."""
    return kind != "send_back" and (kind != "refuse" or target is None)


def _into(checking: Checking, node: Node) -> list[str] | None:
    """What leads into a node by its edges; None where it is come to by other ways too, or starts by itself."""
    linked = node.type == "intermediate_catch_event" and any(event.kind == "link" for event in node.events)
    if node.id in checking.jumped_to or linked:
        return None
    return [edge.source for edge in checking.incoming[node.id]] or None


def _started(checking: Checking, node: Node, found: dict[str | None, None]) -> list[str] | None:
    parent = checking.nodes.get(node.parent or "")
    if parent is None:
        found[None] = None
        return []
    return None if parent.type == "event_sub_process" or parent.loop is not None else _into(checking, parent)
