"""Expressions: each in its place, with the names it has there and the type it must give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definitions import Text
from engine.flow.checking.arguments import ANY, check_argument, fits, tell
from engine.flow.checking.constants import check_constant
from engine.flow.checking.outcomes import check_outcome_named
from engine.flow.checking.problem import Checking, FlowProblem
from engine.flow.expressions import Expression, expressions_of, named
from engine.language import Checked, Problems, Scope, Type, check, describe, flow_scope

#: A duration that is no expression either: "soon", "-PT5M".
_BARE = re.compile(r"-?[A-Za-z0-9]+")


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
            _tell(checking, expression, found, scope)
            continue
        check_constant(checking, expression, found)
        check_outcome_named(checking, expression, found)
        if expression.key.part in ("assign", "decision"):
            _check_fits(checking, expression, found.type, within.variables.get(expression.key.name))
        elif expression.key[1:] == ("loop", "collection"):
            _check_list(checking, expression, found)
        elif expression.key.part in _CHECKS:
            _CHECKS[expression.key.part](checking, expression, found)


def checked(expression: Expression, scope: Scope) -> Checked | Problems:
    """The expression compiled as the first of the types that it may give, or its problems as that."""
    wanted: tuple[Type | None, ...] = expression.expects or (None,)
    tried = [check(expression.text, scope, expects=each, templates=not expression.expects) for each in wanted]
    return next((each for each in tried if not isinstance(each, Problems)), tried[0])


def _tell(checking: Checking, expression: Expression, found: Problems, scope: Scope) -> None:
    if expression.key.part == "decision" and _tell_inputs(checking, expression, scope):
        return
    if expression.key.part == "duration" and _BARE.fullmatch(expression.text):
        path, text = expression.path, expression.text
        checking.report("flow.duration", path, node=expression.node, suggestion="PT30M", text=text)
        return
    first = found.problems[0]
    suggestion = first.suggestions[0] if first.suggestions else None
    mending = Text("改好这个表达式", "Put the expression right")
    if suggestion is not None:
        mending = Text(f"改成：{suggestion}", f"Write: {suggestion}")
    checking.problems.append(
        FlowProblem(expression.path, "flow.expression", describe(found), expression.node, suggestion, mending=mending)
    )


def _tell_inputs(checking: Checking, expression: Expression, scope: Scope) -> bool:
    """What is wrong with the inputs that a decision table is given, told once; whether anything is."""
    node = checking.nodes[expression.node]
    table = (checking.known.decisions or {}).get(node.decision or "")
    if table is None:
        return False
    path, before = f"{checking.paths[node.id]}/arguments", len(checking.problems)
    told = any(each.node == node.id and each.path.startswith(path) for each in checking.problems)
    for name, wanted in table.fields["inputs"].fields.items() if not told else ():
        if name not in node.arguments:
            checking.report("flow.missing_input", f"{path}/{name}", node=node.id, key=name)
            continue
        key = expression.key._replace(part="arguments", name=name)
        own = replace(expression, key=key, path=f"{path}/{name}", text=node.arguments[name], expects=())
        given = checked(own, named(scope, own.names))
        if isinstance(given, Problems):
            _tell(checking, own, given, scope)
        elif not fits(given.type, wanted):
            tell(checking, own, "flow.argument_type", given.type, wanted)
    return told or len(checking.problems) > before


def _check_start(checking: Checking, expression: Expression, found: Checked) -> None:
    """Before there is an instance, there is nothing that the time of a start event could read."""
    node = checking.nodes[expression.node]
    if node.type == "start_event" and node.parent is None and found.references():
        checking.report("flow.start_data", expression.path, node=node.id, id=node.id)


def _check_fits(checking: Checking, expression: Expression, given: Type, wanted: Type | None) -> None:
    if wanted is not None and not fits(given, wanted):
        tell(checking, expression, "flow.assigned_type", given, wanted)


def _check_people(checking: Checking, expression: Expression, found: Checked) -> None:
    """Who gets a task is a user, an e-mail address, or a list of them."""
    given = found.type.item or found.type
    if given.kind not in ("text", *ANY) and (given.kind, given.entity) != ("reference", "user"):
        types = found.type.describe()
        checking.report("flow.not_people", expression.path, node=expression.node, type=types.en, type_zh=types.zh)


def _check_list(checking: Checking, expression: Expression, found: Checked) -> None:
    if found.type.kind not in ("list", *ANY):
        types = found.type.describe()
        checking.report("flow.not_a_list", expression.path, node=expression.node, type=types.en, type_zh=types.zh)


def _check_input(checking: Checking, expression: Expression, found: Checked) -> None:
    """What a called flow is given fits its variable."""
    call = checking.nodes[expression.node].call
    flows = {**(checking.known.flows or {}), checking.flow.key: checking.flow}
    called = flows.get(call.flow or "") if call is not None else None
    if called is None:
        return
    scope = flow_scope(called, checking.known.entities)
    variable = next((each for each in called.variables if each.key == expression.key.name), None)
    _check_fits(checking, expression, found.type, scope.variables[variable.key] if variable is not None else None)


def _check_record(checking: Checking, expression: Expression, found: Checked) -> None:
    """What a called flow is about is a record of its entity, or the id of one."""
    call = checking.nodes[expression.node].call
    called = (checking.known.flows or {}).get(call.flow or "") if call is not None else None
    given = found.type
    about = given.kind == "reference" and (called is None or given.entity in (None, called.entity))
    if expression.key.name == "record" and not about and given.kind not in ("text", *ANY):
        types = given.describe()
        checking.report("flow.not_a_record", expression.path, node=expression.node, type=types.en, type_zh=types.zh)


#: What else is asked of an expression, by its part.
_CHECKS: Mapping[str, Callable[[Checking, Expression, Checked], None]] = {
    "arguments": check_argument,
    "candidates": _check_people,
    "cc": _check_people,
    "veto": _check_people,
    "inputs": _check_input,
    "call": _check_record,
    "date": _check_start,
    "duration": _check_start,
}
