"""Expressions: each in its place, with the names it has there and the type it must give."""

from __future__ import annotations

from dataclasses import replace

from engine.definitions import Text
from engine.flow.checking.problem import Checking, FlowProblem
from engine.flow.expressions import Expression, expressions_of, named
from engine.language import Checked, Problems, Scope, Type, check, describe, flow_scope

#: Kinds of which a variable of another kind takes values too.
_TAKES: dict[str, frozenset[str]] = {
    "text": frozenset({"choice"}),
    "choice": frozenset({"text"}),
    "datetime": frozenset({"date"}),
}
_ANY = frozenset({"empty", "unknown"})


def check_expressions(checking: Checking) -> None:
    """All that the compiler would compile, and that what is written to variables fits them."""
    flow = replace(checking.flow, nodes=tuple(checking.nodes.values()))
    scope = flow_scope(flow, checking.known.entities, decisions=checking.known.decisions)
    seen: dict[tuple[object, ...], Checked | Problems] = {}
    for expression in expressions_of(flow, scope):
        within = named(scope, expression.names)
        key = (expression.text, expression.expects, tuple(sorted(expression.names)))
        if key not in seen:
            seen[key] = checked(expression, within)
        found = seen[key]
        if isinstance(found, Problems):
            _tell(checking, expression, found)
        elif expression.key.part in ("date", "duration"):
            _check_start(checking, expression, found)
        elif expression.key.part in ("assign", "decision"):
            _check_fits(checking, expression, found.type, within)
        elif (
            expression.key.part == "loop"
            and expression.key.name == "collection"
            and found.type.kind not in ("list", *_ANY)
        ):
            checking.report(
                "flow.not_a_list",
                expression.path,
                node=expression.node,
                type=found.type.describe().en,
                type_zh=found.type.describe().zh,
            )


def checked(expression: Expression, scope: Scope) -> Checked | Problems:
    """The expression compiled as the first of the types that it may give, or its problems as that."""
    wanted: tuple[Type | None, ...] = expression.expects or (None,)
    tried = [check(expression.text, scope, expects=each, templates=not expression.expects) for each in wanted]
    return next((each for each in tried if not isinstance(each, Problems)), tried[0])


def _tell(checking: Checking, expression: Expression, found: Problems) -> None:
    first = found.problems[0]
    suggestion = first.suggestions[0] if first.suggestions else None
    mending = Text("改好这个表达式", "Put the expression right")
    if suggestion is not None:
        mending = Text(f"改成：{suggestion}", f"Write: {suggestion}")
    checking.problems.append(
        FlowProblem(expression.path, "flow.expression", describe(found), expression.node, suggestion, mending=mending)
    )


def _check_start(checking: Checking, expression: Expression, found: Checked) -> None:
    """Before there is an instance, there is nothing that the time of a start event could read."""
    node = checking.nodes[expression.node]
    if node.type == "start_event" and node.parent is None and found.references():
        checking.report("flow.start_data", expression.path, node=node.id, id=node.id)


def _check_fits(checking: Checking, expression: Expression, given: Type, scope: Scope) -> None:
    variable = scope.variables.get(expression.key.name)
    if variable is None or fits(given, variable):
        return
    checking.report(
        "flow.assigned_type",
        expression.path,
        node=expression.node,
        key=expression.key.name,
        given=given.describe().en,
        wanted=variable.describe().en,
        given_zh=given.describe().zh,
        wanted_zh=variable.describe().zh,
    )


def fits(given: Type, wanted: Type) -> bool:
    """Whether a variable of type `wanted` can hold a value of type `given`."""
    if given.kind in _ANY or wanted.kind in _ANY:
        return True
    if given.kind != wanted.kind:
        return given.kind in _TAKES.get(wanted.kind, ())
    if given.kind == "list":
        return given.item is None or wanted.item is None or fits(given.item, wanted.item)
    if given.kind == "money":
        return given.currency in (None, wanted.currency)
    return given.kind != "reference" or given.entity in (None, wanted.entity)
