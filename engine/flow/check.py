"""`check(flow, ...)`: everything about a flow that would not run, each with the place, the reason and how to mend it.

Publishing refuses a flow with an error, so the interpreter never meets one; warnings are shown and allowed.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.definitions import Edge, Entity, Flow, Form, Node, Outcome, Text, Variable
from engine.flow.duration import parse_duration
from engine.flow.messages import MESSAGES
from engine.flow.nodes import NODE_TYPES
from engine.flow.soundness import explore
from engine.language import BOOLEAN, Problems, Scope, Type, describe, flow_scope
from engine.language import check as check_expression

#: What a variable may be: the scalar field types, and lists of text.
VARIABLE_TYPES = (
    *("text", "long_text", "number", "money", "boolean", "date", "datetime", "choice", "stage", "multi_choice"),
    *("reference", "user", "department", "phone", "email", "tags"),
)
#: Names that expressions of every flow have.
RESERVED = frozenset({"outcome", "record", "initiator"})


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """`path` is a JSON pointer into the flow; `node` the node it concerns, to be marked in the drawing."""

    path: str
    code: str
    message: Text
    node: str | None = None
    suggestion: str | None = None
    severity: str = "error"


class Parameter(Protocol):
    """What is asked of a parameter of an action."""

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...


class ActionSignature(Protocol):
    """What is asked of an action: its parameters, and whether it takes further ones (`open`)."""

    @property
    def parameters(self) -> Sequence[Parameter]: ...
    @property
    def open(self) -> bool: ...


class _Flow:
    """The flow being checked and what it may refer to."""

    def __init__(
        self,
        flow: Flow,
        entities: Mapping[str, Entity],
        forms: Mapping[str, Form],
        actions: Mapping[str, ActionSignature],
        roles: Collection[str] | None,
        departments: Collection[str] | None,
    ) -> None:
        self.flow, self.entities, self.forms, self.actions = flow, entities, forms, actions
        self.roles, self.departments = roles, departments
        self.places = {node.id: f"/nodes/{index}" for index, node in enumerate(flow.nodes)}
        self.problems: list[FlowProblem] = []

    def report(
        self,
        code: str,
        path: str,
        *,
        node: str | None = None,
        suggestion: str | None = None,
        severity: str = "error",
        **params: object,
    ) -> None:
        message = MESSAGES[code]
        text = Text(message.zh.format(**params), message.en.format(**params))
        self.problems.append(FlowProblem(path, code, text, node, suggestion, severity))

    def unknown(self, what: str, key: str, known: Iterable[str], path: str, node: str | None = None) -> None:
        self.report(f"flow.unknown_{what}", path, node=node, suggestion=_nearest(key, known), key=key)


def check(
    flow: Flow,
    entities: Mapping[str, Entity],
    forms: Mapping[str, Form],
    actions: Mapping[str, ActionSignature],
    roles: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    decisions: Mapping[str, Type] | None = None,
) -> list[FlowProblem]:
    """The problems of a flow, in the order of the document. `roles` and `departments` None are not looked at; `decisions` are the
    decision tables its expressions may ask."""
    checked = _Flow(flow, entities, forms, actions, roles, departments)
    _check_shape(checked)
    if any(problem.severity == "error" for problem in checked.problems):
        return checked.problems
    scope = flow_scope(flow, entities, decisions=decisions)
    for edge_index, edge in enumerate(flow.edges):
        _check_edge(checked, edge, f"/edges/{edge_index}", scope)
    for node in flow.nodes:
        _NODE_CHECKS.get(node.type, _nothing)(checked, node, scope)
    _check_soundness(checked)
    return checked.problems


# -- shape: what the rest relies on


def _check_shape(checked: _Flow) -> None:
    flow = checked.flow
    if flow.entity not in checked.entities:
        checked.unknown("entity", flow.entity, checked.entities, "/entity")
    for kind, ids in (("nodes", [n.id for n in flow.nodes]), ("edges", [e.id for e in flow.edges])):
        for index, id in enumerate(ids):
            if id in ids[:index]:
                checked.report("flow.repeated_id", f"/{kind}/{index}/id", id=id)
    if not any(node.type == "start_event" for node in flow.nodes):
        checked.report("flow.no_start", "/nodes")
    for index, variable in enumerate(flow.variables):
        _check_variable(checked, variable, index)
    for node in flow.nodes:
        _check_node_shape(checked, node)
    for index, edge in enumerate(flow.edges):
        _check_edge_shape(checked, edge, f"/edges/{index}")


def _check_variable(checked: _Flow, variable: Variable, index: int) -> None:
    path = f"/variables/{index}"
    if variable.type not in VARIABLE_TYPES:
        checked.unknown("variable_type", variable.type, VARIABLE_TYPES, f"{path}/type")
    if variable.key in RESERVED or variable.key in [v.key for v in checked.flow.variables[:index]]:
        checked.report("flow.variable_taken", f"{path}/key", key=variable.key)
    if variable.type == "reference" and variable.entity not in checked.entities:
        checked.unknown("entity", variable.entity or "", checked.entities, f"{path}/entity")


def _check_node_shape(checked: _Flow, node: Node) -> None:
    path = checked.places[node.id]
    if node.type not in NODE_TYPES:
        checked.unknown("node_type", node.type, NODE_TYPES, f"{path}/type", node.id)
    if (node.type == "boundary_timer") != (node.attached_to is not None):
        checked.report("flow.attachment", f"{path}/attached_to", node=node.id, id=node.id)
    elif node.attached_to is not None:
        host = checked.flow.node(node.attached_to)
        if host is None:
            checked.unknown("node", node.attached_to, checked.places, f"{path}/attached_to", node.id)
        elif host.type != "user_task":
            checked.report("flow.attachment", f"{path}/attached_to", node=node.id, id=node.id)


def _check_edge_shape(checked: _Flow, edge: Edge, path: str) -> None:
    for end, id in (("source", edge.source), ("target", edge.target)):
        node = checked.flow.node(id)
        if node is None:
            checked.unknown("node", id, checked.places, f"{path}/{end}")
        elif node.type in NODE_TYPES:
            type_ = NODE_TYPES[node.type]
            if (end == "source" and type_.ends) or (end == "target" and type_.starts):
                checked.report("flow.wrong_end", f"{path}/{end}", node=id, id=id)


# -- expressions


def _check_expression(
    checked: _Flow, text: str, scope: Scope, path: str, node: str | None, expects: Type | None = None
) -> None:
    found = check_expression(text, scope, expects=expects, templates=expects is None)
    if isinstance(found, Problems):
        first = found.problems[0]
        suggestion = first.suggestions[0] if first.suggestions else None
        message = describe(found)
        checked.problems.append(FlowProblem(path, "flow.expression", message, node, suggestion))


def _check_edge(checked: _Flow, edge: Edge, path: str, scope: Scope) -> None:
    source = checked.flow.node(edge.source)
    if edge.when is not None:
        _check_expression(checked, edge.when, scope, f"{path}/when", edge.source, BOOLEAN)
    if source is not None and source.type != "exclusive_gateway" and (edge.when is not None or edge.default):
        checked.report("flow.condition_ignored", path, node=edge.source, id=edge.id)


# -- each type of node


def _nothing(_: _Flow, __: Node, ___: Scope) -> None:
    """Node types with nothing of their own to check."""


def _check_exclusive(checked: _Flow, node: Node, _: Scope) -> None:
    edges = [edge for edge in checked.flow.edges if edge.source == node.id]
    path = checked.places[node.id]
    if len(edges) > 1 and not any(edge.default for edge in edges):
        checked.report("flow.no_default", path, node=node.id, id=node.id)
    if sum(edge.default for edge in edges) > 1:
        checked.report("flow.two_defaults", path, node=node.id, id=node.id)
    for edge in edges:
        if len(edges) > 1 and edge.when is None and not edge.default:
            checked.report("flow.no_condition", path, node=node.id, id=edge.id)


def _check_timer(checked: _Flow, node: Node, _: Scope) -> None:
    _check_duration(checked, node, node.timer.duration if node.timer else "", "timer/duration")


def _check_duration(checked: _Flow, node: Node, text: str, member: str) -> None:
    try:
        parse_duration(text)
    except ValueError:
        path = f"{checked.places[node.id]}/{member}"
        checked.report("flow.duration", path, node=node.id, suggestion="PT30M", text=text)


def _check_service(checked: _Flow, node: Node, scope: Scope) -> None:
    path = checked.places[node.id]
    signature = checked.actions.get(node.action or "")
    if signature is None:
        checked.unknown("action", node.action or "", checked.actions, f"{path}/action", node.id)
        return
    names = {parameter.name for parameter in signature.parameters}
    for name, text in node.arguments.items():
        if name not in names and not signature.open:
            checked.unknown("parameter", name, names, f"{path}/arguments/{name}", node.id)
        _check_expression(checked, text, scope, f"{path}/arguments/{name}", node.id)
    for parameter in signature.parameters:
        if parameter.required and parameter.name not in node.arguments:
            checked.report("flow.missing_argument", f"{path}/arguments", node=node.id, key=parameter.name)


def _check_user_task(checked: _Flow, node: Node, _: Scope) -> None:
    path = checked.places[node.id]
    if node.form is not None and node.form not in checked.forms:
        checked.unknown("form", node.form, checked.forms, f"{path}/form", node.id)
    elif node.form is not None and checked.forms[node.form].entity != checked.flow.entity:
        checked.report("flow.form_entity", f"{path}/form", node=node.id, key=node.form)
    if not node.outcomes:
        checked.report("flow.no_outcomes", f"{path}/outcomes", node=node.id, id=node.id)
    for index, outcome in enumerate(node.outcomes):
        _check_outcome(checked, node, outcome, f"{path}/outcomes/{index}")
    agreements = [outcome for outcome in node.outcomes if outcome.kind == "complete"]
    if node.assignment is not None and node.assignment.mode == "all" and len(agreements) > 1:
        checked.report("flow.many_agreements", f"{path}/outcomes", node=node.id, severity="warning", id=node.id)
    if node.due is not None:
        _check_duration(checked, node, node.due, "due")
    _check_assignment(checked, node, path)


def _check_outcome(checked: _Flow, node: Node, outcome: Outcome, path: str) -> None:
    if outcome.kind != "send_back":
        return
    target = checked.flow.node(outcome.target or "")
    if target is None:
        tasks = [n.id for n in checked.flow.nodes if n.type == "user_task" and n.id != node.id]
        checked.unknown("node", outcome.target or "", tasks, f"{path}/target", node.id)
    elif target.type != "user_task" or target.id == node.id or node.id not in _reachable(checked.flow, target.id):
        checked.report("flow.send_back_target", f"{path}/target", node=node.id, id=target.id)


def _check_assignment(checked: _Flow, node: Node, path: str) -> None:
    if node.assignment is None or not node.assignment.candidates:
        checked.report("flow.no_candidates", f"{path}/assignment", node=node.id, id=node.id)
        return
    entity = checked.entities[checked.flow.entity]
    users = {field.key for field in entity.fields if field.type == "user"} | {"owner", "created_by", "updated_by"}
    groups = (("candidates", node.assignment.candidates), ("cc", node.assignment.cc))
    for member, index, candidate in ((m, i, c) for m, cs in groups for i, c in enumerate(cs)):
        place = f"{path}/assignment/{member}/{index}"
        known: tuple[tuple[str, str | None, Collection[str] | None], ...] = (
            ("role", candidate.role, checked.roles),
            ("department", candidate.department, checked.departments),
            ("node", candidate.superior_of, checked.places),
            ("user_field", candidate.record_field, users),
        )
        for what, key, keys in known:
            if key is not None and keys is not None and key not in keys:
                checked.unknown(what, key, keys, place, node.id)


_NODE_CHECKS: Mapping[str, Callable[[_Flow, Node, Scope], None]] = {
    "user_task": _check_user_task,
    "service_task": _check_service,
    "exclusive_gateway": _check_exclusive,
    "timer_event": _check_timer,
    "boundary_timer": _check_timer,
}


# -- the whole


def _check_soundness(checked: _Flow) -> None:
    found = explore(checked.flow)
    for node in checked.flow.nodes:
        path = checked.places[node.id]
        if node.id in found.stuck:
            checked.report("flow.stuck_join", path, node=node.id, id=node.id)
        elif found.complete and node.id not in found.entered and node.type != "boundary_timer":
            checked.report("flow.unreachable", path, node=node.id, id=node.id)
        if _ends_silently(checked.flow, node):
            checked.report("flow.no_way_on", path, node=node.id, severity="warning", id=node.id)
    for edge in sorted(found.crowded):
        checked.report("flow.multiplies", "/edges", id=edge)
    for loop in _automatic_loops(checked.flow):
        checked.report("flow.automatic_loop", checked.places[loop], node=loop, severity="warning", id=loop)


def _ends_silently(flow: Flow, node: Node) -> bool:
    return not NODE_TYPES[node.type].ends and not any(edge.source == node.id for edge in flow.edges)


def _automatic_loops(flow: Flow) -> Iterator[str]:
    """Gateways from which a path of automatic nodes leads back to themselves."""
    waiting = {node.id for node in flow.nodes if node.type in ("user_task", "timer_event")}
    for node in flow.nodes:
        if node.type == "exclusive_gateway" and node.id in _reachable(flow, node.id, avoiding=waiting):
            yield node.id


def _reachable(flow: Flow, start: str, avoiding: Collection[str] = ()) -> set[str]:
    """The nodes that a token leaving `start` may enter; boundary timers count as ways out of their hosts."""
    followed: set[str] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        sources = {current, *(node.id for node in flow.nodes if node.attached_to == current)}
        nexts = {edge.target for edge in flow.edges if edge.source in sources} - followed - set(avoiding)
        followed |= nexts
        waiting += nexts
    return followed


def _nearest(key: str, known: Iterable[str]) -> str | None:
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return close[0] if close else None
