"""What never changes: conditions that always or never hold, numbers of children that nothing can run."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from engine.definitions import Node
from engine.flow.checking.problem import Checking
from engine.flow.expressions import Expression
from engine.flow.loops import MOST_CHILDREN
from engine.language import Checked

#: A timer that fires more often than this is hardly meant.
_OFTEN = timedelta(minutes=1)
#: Parts whose expression is a condition.
_CONDITIONS = frozenset({"when", "condition", "event_condition", "loop", "ad_hoc"})


def check_constant(checking: Checking, expression: Expression, found: Checked) -> None:
    """One expression that reads nothing."""
    if found.references() or any(each.op == "call" for each in found.tree.walk()):
        return
    if expression.key[1:] == ("loop", "cardinality"):
        _check_cardinality(checking, expression, found.evaluate({}))
    elif expression.key.part in _CONDITIONS and found.type.kind == "boolean":
        _check_condition(checking, expression, holds=found.evaluate({}) is True)


def _check_cardinality(checking: Checking, expression: Expression, number: object) -> None:
    if not isinstance(number, Decimal) or number != int(number) or not 0 <= number <= MOST_CHILDREN:
        checking.report(
            "flow.cardinality", expression.path, node=expression.node, text=expression.text, most=MOST_CHILDREN
        )


def _check_condition(checking: Checking, expression: Expression, *, holds: bool) -> None:
    if holds and _may_always_hold(checking, expression):
        return
    code = "flow.always_holds" if holds else "flow.never_holds"
    checking.report(code, expression.path, node=expression.node, severity="warning", text=expression.text)


def _may_always_hold(checking: Checking, expression: Expression) -> bool:
    """Where `true` says something: a branch that is always taken with others, going round until the most, the first who is enough."""
    node = checking.nodes[expression.node]
    if expression.key.part == "when":
        return node.type != "exclusive_gateway"
    if expression.key[1:] == ("loop", "condition"):
        return node.loop is not None and node.loop.maximum is not None
    return expression.key.name == "completion"


def check_often(checking: Checking, node: Node, period: timedelta, member: str) -> None:
    """A repeating timer leaves time for what it starts."""
    if period < _OFTEN:
        checking.at(node, "flow.too_often", member, severity="warning")
