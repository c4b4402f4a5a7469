"""What everything else relies on: ids, types, variables, what is in what, and where edges may lead."""

from __future__ import annotations

from collections.abc import Sequence

from engine.definitions import Edge, Node, Variable
from engine.flow.checking.outcomes import covers_outcomes
from engine.flow.checking.problem import Checking
from engine.flow.checking.vocabulary import ACTIVITIES, DECIDES, MEMBERS, SCOPES, members_set
from engine.flow.expressions import COUNTERS, LOOP_COUNTER

#: What a variable may be: the scalar field types, and lists of text.
VARIABLE_TYPES = (
    *("text", "long_text", "number", "money", "boolean", "date", "datetime", "choice", "stage", "multi_choice"),
    *("reference", "user", "department", "phone", "email", "tags"),
)
#: Names that expressions of every flow have.
RESERVED = frozenset({"outcome", "record", "initiator"})
#: Names that the element of a loop cannot have.
LOOP_RESERVED = RESERVED | {LOOP_COUNTER, *COUNTERS}
_DEFAULT_TYPES: dict[str, type | tuple[type, ...]] = {
    "number": (int, float, str),
    "money": (int, float, str),
    "boolean": bool,
    "multi_choice": list,
    "tags": list,
}


def check_shape(checking: Checking) -> None:
    """What the other checks cannot do without."""
    flow = checking.flow
    if flow.entity not in checking.known.entities:
        checking.unknown("entity", flow.entity, checking.known.entities, "/entity")
    _check_ids(checking, "nodes", [(node.id, node.id) for node in flow.nodes])
    _check_ids(checking, "edges", [(edge.id, edge.source) for edge in flow.edges])
    for index, variable in enumerate(flow.variables):
        _check_variable(checking, variable, index)
    for node in flow.nodes:
        _check_place(checking, node)
    for index, edge in enumerate(flow.edges):
        _check_edge(checking, edge, f"/edges/{index}")
    if not any(node.type == "start_event" and node.parent is None for node in flow.nodes):
        checking.report("flow.no_start", "/nodes")


def _check_ids(checking: Checking, kind: str, ids: Sequence[tuple[str, str]]) -> None:
    """Each id is used once; it stands with the node to mark."""
    seen: set[str] = set()
    for index, (id, node) in enumerate(ids):
        if id in seen:
            checking.report(
                "flow.repeated_id", f"/{kind}/{index}/id", node=node if node in checking.nodes else None, key=id
            )
        seen.add(id)


def _check_variable(checking: Checking, variable: Variable, index: int) -> None:
    path = f"/variables/{index}"
    if variable.type not in VARIABLE_TYPES:
        checking.unknown("variable_type", variable.type, VARIABLE_TYPES, f"{path}/type")
    if variable.key in RESERVED or variable.key in [v.key for v in checking.flow.variables[:index]]:
        checking.report("flow.variable_taken", f"{path}/key", key=variable.key)
    if variable.type == "reference" and variable.entity not in checking.known.entities:
        checking.unknown("entity", variable.entity or "", checking.known.entities, f"{path}/entity")
    if variable.default is not None and not isinstance(variable.default, _DEFAULT_TYPES.get(variable.type, str)):
        checking.report("flow.default_type", f"{path}/default", key=variable.key)


def _check_place(checking: Checking, node: Node) -> None:
    path, nodes = checking.paths[node.id], checking.nodes
    if node.type not in MEMBERS:
        checking.unknown("node_type", node.type, MEMBERS, f"{path}/type", node.id)
    if node.parent is None:
        return
    parent = nodes.get(node.parent)
    if parent is None:
        scopes = [each.id for each in nodes.values() if each.type in SCOPES]
        checking.unknown("node", node.parent, scopes, f"{path}/parent", node.id)
    elif parent.type not in SCOPES:
        checking.at(node, "flow.parent_type", "parent", parent=parent.id)
    elif _holds_itself(checking, node):
        checking.at(node, "flow.parent_cycle", "parent")


def _holds_itself(checking: Checking, node: Node) -> bool:
    seen: set[str] = set()
    current: Node | None = node
    while current is not None and current.parent is not None:
        if current.id in seen:
            return True
        seen.add(current.id)
        current = checking.nodes.get(current.parent)
    return False


def _check_edge(checking: Checking, edge: Edge, path: str) -> None:
    ends = [checking.nodes.get(edge.source), checking.nodes.get(edge.target)]
    for end, id, node in zip(("source", "target"), (edge.source, edge.target), ends, strict=True):
        if node is None:
            checking.unknown("node", id, checking.nodes, f"{path}/{end}")
    source, target = ends
    if source is None or target is None:
        return
    for end, node in (("source", source), ("target", target)):
        reason = _no_edge(node, end)
        if reason is not None:
            checking.report(reason, f"{path}/{end}", node=node.id, id=node.id)
    if source.parent != target.parent:
        checking.report("flow.crosses_scope", path, node=source.id, id=checking.wording.edge(edge))


def _no_edge(node: Node, end: str) -> str | None:
    """Why no edge may have this end at the node."""
    kinds = {event.kind for event in node.events}
    linked = node.type.startswith("intermediate") and "link" in kinds
    if node.type == "event_sub_process":
        return "flow.event_sub_process_edge"
    if node.for_compensation:
        return "flow.handler_edge"
    if end == "source" and (node.type == "end_event" or node.type == "jump" or (linked and "throw" in node.type)):
        return "flow.edge_from_end"
    if end == "source" and node.type == "boundary_event" and "compensation" in kinds:
        return "flow.handler_edge"
    if end == "target" and (node.type in ("start_event", "boundary_event") or (linked and "catch" in node.type)):
        return "flow.edge_into_start"
    return None


def check_members(checking: Checking) -> None:
    """Members that are set on a node whose type does not read them; what is not executed is not accepted."""
    for node in checking.flow.nodes:
        for member in members_set(node):
            if member not in MEMBERS[node.type] and member != "parent" and member != "documentation":
                checking.at(node, "flow.member_unused", member, member=member, type=node.type)


def check_attachments(checking: Checking) -> None:
    """Boundary events are attached to activities of their own scope."""
    for node in checking.nodes.values():
        if node.type != "boundary_event":
            continue
        host = checking.nodes.get(node.attached_to or "")
        path = f"{checking.paths[node.id]}/attached_to"
        if node.attached_to is None:
            checking.at(node, "flow.not_attached", "attached_to")
        elif host is None:
            activities = [each.id for each in checking.nodes.values() if each.type in ACTIVITIES]
            checking.unknown("node", node.attached_to, activities, path, node.id)
        elif host.type not in ACTIVITIES:
            checking.at(node, "flow.attached_to", "attached_to", host=host.id)
        elif host.parent != node.parent:
            checking.at(node, "flow.attached_elsewhere", "attached_to", host=host.id)


def check_conditions(checking: Checking) -> None:
    """Conditions and defaults stand where they are looked at, and something always leads on."""
    for edge in checking.flow.edges:
        decides = checking.nodes[edge.source].type in DECIDES
        if not decides and (edge.when is not None or edge.default):
            path = checking.edge_paths[edge.id] + ("/when" if edge.when is not None else "/default")
            checking.report(
                "flow.condition_ignored", path, node=edge.source, id=checking.wording.edge(edge), source=edge.source
            )
        elif edge.default and edge.when is not None:
            path = f"{checking.edge_paths[edge.id]}/when"
            checking.report("flow.default_with_condition", path, node=edge.source, id=checking.wording.edge(edge))
    for node in checking.nodes.values():
        if node.type in DECIDES:
            _check_choice(checking, node)


def _check_choice(checking: Checking, node: Node) -> None:
    edges = checking.outgoing[node.id]
    defaults = [edge for edge in edges if edge.default]
    if len(defaults) > 1:
        checking.at(node, "flow.two_defaults")
    free = [edge for edge in edges if edge.when is None and not edge.default]
    if node.type in ("exclusive_gateway", "inclusive_gateway"):
        if len(edges) > 1 and not defaults and not covers_outcomes(checking, node):
            checking.at(node, "flow.no_default")
        for edge in free if len(edges) > 1 else ():
            checking.report(
                "flow.no_condition", checking.edge_paths[edge.id], node=node.id, id=checking.wording.edge(edge)
            )
        free = free if len(edges) == 1 else []
        if len(edges) == 1 and edges[0].when is not None:
            checking.at(node, "flow.no_default")
    elif edges and not free and not defaults:
        checking.at(node, "flow.no_default")
    elif len(edges) == len(defaults) == 1:
        checking.report(
            "flow.lone_default", checking.edge_paths[edges[0].id], node=node.id, severity="warning", id=node.id
        )


def may_be_jumped_to(node: Node, target: Node) -> bool:
    """Whether a token at a node may go on at another of the same scope."""
    never = ("start_event", "boundary_event", "event_sub_process", "jump")
    return target.parent == node.parent and target.type not in never and not target.for_compensation
