"""Activities: what tasks, called flows, loops and ad-hoc sub-processes need."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.definitions import Call, Flow, Loop, Node
from engine.flow.checking.abstraction import abstract, external, waits
from engine.flow.checking.arguments import check_found, check_person, fits, tell_type
from engine.flow.checking.events import check_output
from engine.flow.checking.problem import Checking
from engine.flow.checking.shape import LOOP_RESERVED, may_be_jumped_to
from engine.flow.checking.vocabulary import ACTIVITIES, LOOP_MEMBERS, SUB_PROCESSES, members_set
from engine.flow.checking.wording import alternatives
from engine.language import TEXT, flow_scope

#: Types of variables that can hold what the children of a loop gather.
_LISTS = frozenset({"tags", "multi_choice"})


def check_activities(checking: Checking) -> None:
    """Each node by its type, and its loop."""
    for node in checking.nodes.values():
        _CHECKS.get(node.type, _nothing)(checking, node)
        if node.loop is not None:
            _check_loop(checking, node, node.loop)


def _nothing(_: Checking, __: Node) -> None:
    """Types that need nothing."""


# -- tasks


def _check_service(checking: Checking, node: Node) -> None:
    path, actions = checking.paths[node.id], checking.known.actions
    signature = actions.get(node.action or "")
    if signature is None:
        checking.unknown("action", node.action or "", actions, f"{path}/action", node.id)
        return
    names = {parameter.name for parameter in signature.parameters}
    for name in node.arguments:
        if name not in names and not signature.open:
            checking.unknown("parameter", name, names, f"{path}/arguments/{name}", node.id)
    for parameter in signature.parameters:
        if parameter.required and parameter.name not in node.arguments:
            checking.at(node, "flow.missing_argument", "arguments", key=parameter.name)
    for names in getattr(signature, "one_of", ()):
        if not any(name in node.arguments for name in names):
            checking.at(node, "flow.missing_one", "arguments", names=alternatives(names))
    check_person(checking, node, signature)
    for variable in node.outputs:
        check_output(checking, node, variable, f"outputs/{variable}")
    check_found(checking, node)


def _check_send(checking: Checking, node: Node) -> None:
    """A message or an action."""
    if node.action is not None:
        if node.events:
            checking.at(node, "flow.member_unused", "events", member="events", type="send_task (action)")
        _check_service(checking, node)
        return
    for member in ("arguments", "outputs"):
        if getattr(node, member):
            checking.at(node, "flow.member_unused", member, member=member, type="send_task (message)")


def _check_script(checking: Checking, node: Node) -> None:
    if not node.assign:
        checking.at(node, "flow.no_assignments", "assign")
    for variable in node.assign:
        check_output(checking, node, variable, f"assign/{variable}")


def _check_rule(checking: Checking, node: Node) -> None:
    if (node.decision is None) == (not node.rules):
        checking.at(node, "flow.decision_or_rules", "decision")
    elif node.rules:
        _check_rules(checking, node)
    else:
        _check_decision(checking, node)
    for variable in node.outputs:
        check_output(checking, node, variable, f"outputs/{variable}")


def _check_rules(checking: Checking, node: Node) -> None:
    """Rules that go through records can be asked about the one that the flow is about."""
    path, known = checking.paths[node.id], checking.known.rules
    if node.arguments:
        checking.at(node, "flow.member_unused", "arguments", member="arguments", type="rule_task (rules)")
    for index, key in enumerate(node.rules if known is not None else ()):
        at, entity = f"{path}/rules/{index}", checking.flow.entity
        if key not in (known or {}):
            checking.unknown("rule", key, known or {}, at, node.id)
        elif (known or {})[key] != entity:
            checking.report("flow.rule_elsewhere", at, node=node.id, key=key, entity=entity)


def _check_decision(checking: Checking, node: Node) -> None:
    path, decisions = checking.paths[node.id], checking.known.decisions
    if decisions is not None and node.decision not in decisions:
        checking.unknown("decision", node.decision or "", decisions, f"{path}/decision", node.id)
    elif decisions is not None and node.decision is not None:
        inputs = decisions[node.decision].fields["inputs"].fields
        for name in node.arguments:
            if name not in inputs:
                checking.unknown("input", name, inputs, f"{path}/arguments/{name}", node.id)
    if not node.outputs:
        checking.at(node, "flow.no_outputs", "outputs")


def _check_jump(checking: Checking, node: Node) -> None:
    target = checking.nodes.get(node.target or "")
    known = [each.id for each in checking.children.get(node.parent, ()) if each.id != node.id]
    if target is None:
        checking.unknown("node", node.target or "", known, f"{checking.paths[node.id]}/target", node.id)
    elif not may_be_jumped_to(node, target):
        checking.at(node, "flow.jump_target", "target", target=target.id)


# -- called flows


def _check_call(checking: Checking, node: Node) -> None:
    call = node.call or Call()
    if (call.flow is None) == (call.flow_expression is None):
        checking.at(node, "flow.call_members", "call")
    for variable in call.outputs:
        check_output(checking, node, variable, f"call/outputs/{variable}")
    flows = checking.known.flows
    if call.flow is None or flows is None:
        return
    called = checking.flow if call.flow == checking.flow.key else flows.get(call.flow)
    if called is None:
        path = f"{checking.paths[node.id]}/call/flow"
        checking.unknown("flow", call.flow, [*flows, checking.flow.key], path, node.id)
    else:
        _check_called(checking, node, call, called)


def _check_called(checking: Checking, node: Node, call: Call, called: Flow) -> None:
    path, variables = checking.paths[node.id], [variable.key for variable in called.variables]
    for name in call.inputs:
        if name not in variables:
            checking.unknown("called_variable", name, variables, f"{path}/call/inputs/{name}", node.id)
    for variable, name in call.outputs.items():
        if name not in (*variables, "outcome"):
            checking.unknown("called_variable", name, variables, f"{path}/call/outputs/{variable}", node.id)
    _check_given_back(checking, node, call, called)
    if called.entity != checking.flow.entity and call.record is None:
        checking.at(node, "flow.call_record", "call/record", flow=called.key)
    if not any(each.type == "start_event" and each.parent is None and not each.events for each in called.nodes):
        checking.at(node, "flow.call_start", "call/flow", flow=called.key)
    if called.key == checking.flow.key:
        checking.at(node, "flow.calls_itself", "call/flow", severity="warning")


def _check_given_back(checking: Checking, node: Node, call: Call, called: Flow) -> None:
    """What the called flow gives back fits the variable that it is put into."""
    ours = flow_scope(checking.flow, checking.known.entities).variables
    theirs = {**flow_scope(called, checking.known.entities).variables, "outcome": TEXT}
    for variable, name in call.outputs.items():
        wanted, given = ours.get(variable), theirs.get(name)
        if wanted is not None and given is not None and not fits(given, wanted):
            path = f"{checking.paths[node.id]}/call/outputs/{variable}"
            tell_type(checking, "flow.assigned_type", path, node.id, variable, given, wanted)


# -- loops


def _check_loop(checking: Checking, node: Node, loop: Loop) -> None:
    for member in members_set(loop):
        if member not in LOOP_MEMBERS[loop.kind]:
            checking.at(node, "flow.member_unused", f"loop/{member}", member=member, type=f"loop: {loop.kind}")
    if loop.kind == "standard":
        if loop.condition is None:
            checking.at(node, "flow.endless_loop", "loop")
        elif loop.maximum is None and not _may_wait(checking, node):
            checking.at(node, "flow.automatic_repeat", "loop/condition", severity="warning")
        return
    if (loop.cardinality is None) == (loop.collection is None):
        checking.at(node, "flow.loop_members", "loop")
    if loop.element is not None and loop.collection is None:
        checking.at(node, "flow.element_of_nothing", "loop/element")
    variables = {variable.key: variable.type for variable in checking.flow.variables}
    if loop.element is not None and (loop.element in LOOP_RESERVED or loop.element in variables):
        checking.report(
            "flow.variable_taken", f"{checking.paths[node.id]}/loop/element", node=node.id, key=loop.element
        )
    if (loop.output is None) != (loop.output_collection is None):
        checking.at(node, "flow.loop_output", "loop/output")
    elif loop.output_collection is not None:
        check_output(checking, node, loop.output_collection, "loop/output_collection")
        if variables.get(loop.output_collection) not in (None, *_LISTS):
            checking.at(node, "flow.output_collection", "loop/output_collection", key=loop.output_collection)


def _may_wait(checking: Checking, node: Node) -> bool:
    """Whether anything in an activity may wait for something outside."""
    bare = {each.id: each for each in abstract(checking.flow, external(checking.known.actions), with_waits=False).nodes}
    return any(waits(bare[each.id]) for each in (node, *checking.inside(node.id)))


# -- sub-processes


def _check_sub_process(checking: Checking, node: Node) -> None:
    inside = checking.children.get(node.id, ())
    if not any(each.type not in ("event_sub_process", "boundary_event") for each in inside):
        checking.at(node, "flow.empty_sub_process")


def _check_ad_hoc(checking: Checking, node: Node) -> None:
    inside = checking.children.get(node.id, ())
    entries = [each.id for each in inside if each.type in ACTIVITIES and not checking.incoming[each.id]]
    if not entries:
        checking.at(node, "flow.empty_sub_process")
    for each in inside:
        if each.type in ("start_event", "end_event"):
            checking.at(each, "flow.ad_hoc_content", "parent", parent=node.id)
    for index, start in enumerate(node.ad_hoc.start if node.ad_hoc else ()):
        if start not in entries:
            checking.unknown("node", start, entries, f"{checking.paths[node.id]}/ad_hoc/start/{index}", node.id)


_CHECKS: Mapping[str, Callable[[Checking, Node], None]] = {
    "service_task": _check_service,
    "send_task": _check_send,
    "script_task": _check_script,
    "rule_task": _check_rule,
    "jump": _check_jump,
    "call_activity": _check_call,
    "ad_hoc_sub_process": _check_ad_hoc,
    **dict.fromkeys(SUB_PROCESSES - {"ad_hoc_sub_process"}, _check_sub_process),
}
