"""Events: which kinds may stand where, what each needs, and what belongs together (links, transactions, compensation, errors)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.definitions import EventDefinition, Node, Text, Timer
from engine.flow.checking.constants import check_often
from engine.flow.checking.problem import Checking, nearest
from engine.flow.checking.vocabulary import (
    ACTIVITIES,
    ALONE,
    ARMED,
    CATCH_MEMBERS,
    EVENTS,
    INTERRUPTS,
    LAST,
    MAY_FAIL,
    PLAIN_EVENTS,
    SINGLE_EVENTS,
    SUB_PROCESSES,
    THROW_MEMBERS,
    THROWING,
    event_place,
    members_set,
)
from engine.flow.checking.wording import kinds
from engine.flow.duration import parse_cycle, parse_duration
from engine.flow.expressions import is_iso


def check_events(checking: Checking) -> None:
    """Each node's events, and what belongs together."""
    for node in checking.nodes.values():
        place = event_place(node, checking.nodes.get(node.parent or ""))
        if place in EVENTS:
            _check_node(checking, node, place)
    _check_links(checking)
    _check_event_sub_processes(checking)
    _check_compensation(checking)
    _check_thrown(checking)
    _check_caught(checking)


def _check_node(checking: Checking, node: Node, place: str) -> None:
    kinds = [event.kind for event in node.events]
    if not kinds and place not in PLAIN_EVENTS and node.action is None:
        checking.at(node, "flow.no_event", "events")
    alone = ALONE | LAST if place in THROWING else ALONE
    if len(kinds) > 1 and (place in SINGLE_EVENTS or alone & set(kinds)):
        checking.at(node, "flow.event_alone", "events")
    if node.parallel_multiple and place == "start":
        checking.at(node, "flow.member_unused", "parallel_multiple", member="parallel_multiple", type=node.type)
    elif node.parallel_multiple and (len(kinds) < 2 or not set(kinds) <= ARMED):
        checking.at(node, "flow.parallel_multiple", "parallel_multiple")
    if not node.interrupting and place != "boundary_event" and place != "event_start":
        checking.at(node, "flow.member_unused", "interrupting", member="interrupting", type=node.type)
    if not node.interrupting and (INTERRUPTS & set(kinds) or "compensation" in kinds):
        checking.at(node, "flow.must_interrupt", "interrupting")
    for index, event in enumerate(node.events):
        _check_event(checking, node, event, index, place)


def _check_event(checking: Checking, node: Node, event: EventDefinition, index: int, place: str) -> None:
    member = f"events/{index}"
    if event.kind not in EVENTS[place]:
        allowed = EVENTS[place]
        path = f"{checking.paths[node.id]}/{member}/kind"
        listed = kinds(allowed) if allowed else Text("不带事件", "no event at all")
        suggestion = nearest(event.kind, allowed)
        checking.report(
            "flow.event_kind", path, node=node.id, suggestion=suggestion, id=node.id, kind=event.kind, allowed=listed
        )
        return
    read = (THROW_MEMBERS if place in THROWING else CATCH_MEMBERS)[event.kind]
    for name in members_set(event):
        if name not in read:
            checking.at(node, "flow.member_unused", f"{member}/{name}", member=name, type=f"{node.type} ({event.kind})")
    for variable in event.outputs:
        check_output(checking, node, variable, f"{member}/outputs/{variable}")
    _NEEDS.get(event.kind, _nothing)(checking, node, event, member, place)


def check_output(checking: Checking, node: Node, variable: str, member: str) -> None:
    """What is written is a variable of the flow."""
    variables = [each.key for each in checking.flow.variables]
    if variable not in variables:
        checking.unknown("variable", variable, variables, f"{checking.paths[node.id]}/{member}", node.id)


def _nothing(_: Checking, __: Node, ___: EventDefinition, ____: str, _____: str) -> None:
    """Kinds that need nothing."""


def _needs_name(checking: Checking, node: Node, event: EventDefinition, member: str, place: str) -> None:
    if not event.name:
        checking.at(node, "flow.no_name", f"{member}/name", kind=event.kind)
    if place == "start" and event.correlation is not None:
        checking.at(node, "flow.start_correlation", f"{member}/correlation")


def _needs_condition(checking: Checking, node: Node, event: EventDefinition, member: str, _: str) -> None:
    if not event.condition:
        checking.at(node, "flow.no_event_condition", f"{member}/condition")


def _needs_code(checking: Checking, node: Node, event: EventDefinition, member: str, place: str) -> None:
    if place in THROWING and not event.code:
        checking.at(node, "flow.no_code", f"{member}/code", kind=event.kind)


def _needs_transaction(checking: Checking, node: Node, _: EventDefinition, member: str, place: str) -> None:
    if place == "boundary_event":
        host = checking.nodes.get(node.attached_to or "")
        if host is not None and host.type != "transaction":
            checking.at(node, "flow.cancel_boundary", f"{member}/kind", host=host.id)
        return
    transaction = next((each for each in checking.around(node) if each.type == "transaction"), None)
    if transaction is None:
        checking.at(node, "flow.cancel_outside", f"{member}/kind")
    elif not any(e.kind == "cancel" for b in checking.boundaries[transaction.id] for e in b.events):
        checking.at(node, "flow.cancel_uncaught", f"{member}/kind", transaction=transaction.id)


def _needs_timer(checking: Checking, node: Node, event: EventDefinition, member: str, place: str) -> None:
    timer = event.timer or Timer()
    given = [each for each in ("duration", "date", "cycle") if getattr(timer, each) is not None]
    if len(given) != 1:
        checking.at(node, "flow.timer_members", f"{member}/timer")
        return
    if timer.duration is not None and is_iso(timer.duration):
        check_duration(checking, node, timer.duration, f"{member}/timer/duration")
    if timer.cycle is not None:
        _check_cycle(checking, node, timer.cycle, f"{member}/timer/cycle", place)


def check_duration(checking: Checking, node: Node, text: str, member: str) -> None:
    """The text is an ISO 8601 duration of fixed length."""
    try:
        parse_duration(text)
    except ValueError:
        path = f"{checking.paths[node.id]}/{member}"
        checking.report("flow.duration", path, node=node.id, suggestion="PT30M", text=text)


def _check_cycle(checking: Checking, node: Node, text: str, member: str, place: str) -> None:
    try:
        _, period = parse_cycle(text)
    except ValueError:
        path = f"{checking.paths[node.id]}/{member}"
        checking.report("flow.cycle", path, node=node.id, suggestion="R3/PT30M", text=text)
        return
    if place != "start" and (node.interrupting or place not in ("boundary_event", "event_start")):
        checking.at(node, "flow.cycle_once", member)
    check_often(checking, node, period, member)


_NEEDS: Mapping[str, Callable[[Checking, Node, EventDefinition, str, str], None]] = {
    "message": _needs_name,
    "signal": _needs_name,
    "link": _needs_name,
    "conditional": _needs_condition,
    "error": _needs_code,
    "escalation": _needs_code,
    "cancel": _needs_transaction,
    "timer": _needs_timer,
}


# -- what belongs together


def _check_links(checking: Checking) -> None:
    """Every link that is thrown is caught once in the same scope, and the other way round."""
    ends: dict[tuple[str | None, str], dict[str, list[Node]]] = {}
    for node in checking.nodes.values():
        for event in node.events:
            if event.kind == "link" and event.name and node.type.startswith("intermediate"):
                sides = ends.setdefault((node.parent, event.name), {"throw": [], "catch": []})
                sides["throw" if node.type == "intermediate_throw_event" else "catch"].append(node)
    for (_, name), sides in ends.items():
        for node in sides["throw"] if not sides["catch"] else ():
            checking.at(node, "flow.link_nowhere", "events/0/name", name=name)
        for node in sides["catch"] if not sides["throw"] else ():
            checking.at(node, "flow.link_from_nowhere", "events/0/name", name=name)
        for node in sides["catch"][1:]:
            checking.at(node, "flow.link_twice", "events/0/name", name=name)


def _check_event_sub_processes(checking: Checking) -> None:
    for node in checking.nodes.values():
        if node.type != "event_sub_process":
            continue
        starts = [each for each in checking.children.get(node.id, ()) if each.type == "start_event"]
        if len(starts) != 1:
            checking.at(node, "flow.event_sub_process_start", count=len(starts))
        elif not starts[0].events:
            checking.at(starts[0], "flow.no_event", "events")
        parent = checking.nodes.get(node.parent or "")
        kinds = {event.kind for start in starts for event in start.events}
        if "compensation" in kinds and (parent is None or parent.type not in SUB_PROCESSES):
            checking.at(node, "flow.compensation_start")


def _check_compensation(checking: Checking) -> None:
    named: set[str] = set()
    for node in checking.nodes.values():
        for index, event in enumerate(node.events):
            if event.kind == "compensation" and node.type == "boundary_event":
                named.add(event.handler or "")
                _check_handler(checking, node, event, f"events/{index}/handler")
            elif event.kind == "compensation" and node.type in THROWING:
                _check_compensated(checking, node, event, f"events/{index}/activity")
    for node in checking.nodes.values():
        if node.for_compensation and node.id not in named:
            checking.at(node, "flow.handler_unused", "for_compensation")


def _check_caught_once(checking: Checking, handlers: list[Node]) -> None:
    """Of the events that catch in one place, the first of each code catches."""
    first: dict[tuple[str, str | None], Node] = {}
    for node in handlers:
        for index, event in enumerate(node.events):
            if event.kind not in ("error", "escalation"):
                continue
            taken = first.setdefault((event.kind, event.code), node)
            if taken is not node:
                checking.at(node, "flow.caught_twice", f"events/{index}/code", kind=event.kind, first=taken.id)


def _check_handler(checking: Checking, node: Node, event: EventDefinition, member: str) -> None:
    handler = checking.nodes.get(event.handler or "")
    if handler is None:
        activities = [each.id for each in checking.nodes.values() if each.for_compensation]
        checking.unknown("node", event.handler or "", activities, f"{checking.paths[node.id]}/{member}", node.id)
    elif handler.type not in ACTIVITIES or handler.parent != node.parent or not handler.for_compensation:
        checking.at(node, "flow.handler", member, handler=handler.id)


def _check_compensated(checking: Checking, node: Node, event: EventDefinition, member: str) -> None:
    """What is compensated can be: an activity with a handler, or a sub-process, of a scope around the throwing event."""
    scopes = {node.parent, *(each.parent for each in checking.around(node))}
    able = [each.id for scope in scopes for each in checking.children.get(scope, ()) if _compensable(checking, each)]
    if event.activity is None:
        if not able:
            checking.at(node, "flow.nothing_to_compensate", member.removesuffix("/activity"))
    elif event.activity not in checking.nodes:
        checking.unknown("node", event.activity, able, f"{checking.paths[node.id]}/{member}", node.id)
    elif event.activity not in able:
        checking.at(node, "flow.not_compensable", member, activity=event.activity)


def _compensable(checking: Checking, node: Node) -> bool:
    if any(event.kind == "compensation" for each in checking.boundaries[node.id] for event in each.events):
        return True
    return node.type in SUB_PROCESSES and any(
        event.kind == "compensation"
        and event_place(each, checking.nodes.get(each.parent or "")) in ("boundary_event", "event_start")
        for each in checking.inside(node.id)
        for event in each.events
    )


def _check_thrown(checking: Checking) -> None:
    """Errors that nothing around catches stop the instance, unless another flow called it: told, not refused."""
    for node in checking.nodes.values():
        for index, event in enumerate(node.events):
            if node.type == "end_event" and event.kind == "error" and not _is_caught(checking, node, event.code):
                checking.at(node, "flow.uncaught_error", f"events/{index}", severity="warning", code=event.code)


def _is_caught(checking: Checking, node: Node, code: str | None) -> bool:
    def catches(each: Node) -> bool:
        return any(event.kind == "error" and event.code in (None, code) for event in each.events)

    own = {each.id for each in checking.around(node)}
    for scope in (*checking.around(node), None):
        for handler in checking.children.get(scope.id if scope else None, ()):
            starts = checking.children.get(handler.id, ()) if handler.type == "event_sub_process" else ()
            if handler.id not in own and any(catches(start) for start in starts if start.type == "start_event"):
                return True
        if scope is not None and any(catches(each) for each in checking.boundaries[scope.id]):
            return True
    return False


def _check_caught(checking: Checking) -> None:
    """An error or escalation that is waited for can come from what it is attached to, and comes to one handler."""
    for scope in (None, *checking.nodes):
        inside = checking.children.get(scope, ())
        within = [each.id for each in inside if each.type == "event_sub_process"]
        _check_caught_once(
            checking, [n for id in within for n in checking.children.get(id, ()) if n.type == "start_event"]
        )
    for boundaries in checking.boundaries.values():
        _check_caught_once(checking, boundaries)
        undoing = [each for each in boundaries if any(event.kind == "compensation" for event in each.events)]
        for node in undoing[1:]:
            checking.at(node, "flow.two_handlers", "events", host=node.attached_to)
    for node in checking.nodes.values():
        host = checking.nodes.get(node.attached_to or "")
        if node.type != "boundary_event" or host is None or host.type not in ACTIVITIES:
            continue
        _check_can_be_thrown(checking, node, host.id, [host, *checking.inside(host.id)])
        if any(event.kind == "cancel" for event in node.events) and not _cancels(checking, host):
            checking.at(node, "flow.never_thrown", "events/0", host=host.id, kind="cancel")
    for node in checking.nodes.values():
        around = checking.nodes.get(node.parent or "")
        if node.type == "start_event" and around is not None and around.type == "event_sub_process":
            own = {each.id for each in checking.inside(around.id)}
            parts = [each for each in checking.inside(around.parent) if each.id not in own]
            _check_can_be_thrown(checking, node, around.parent or checking.flow.label, parts)


def _check_can_be_thrown(checking: Checking, node: Node, host: str | Text, parts: Sequence[Node]) -> None:
    for index, event in enumerate(node.events):
        if event.kind in ("error", "escalation") and not _can_throw(parts, event):
            checking.at(node, "flow.never_thrown", f"events/{index}", host=host, kind=event.kind)


def _cancels(checking: Checking, transaction: Node) -> bool:
    """Whether a cancel end is inside, in no transaction of its own; what is no transaction is told of elsewhere."""
    ends = (each for each in checking.inside(transaction.id) if any(event.kind == "cancel" for event in each.events))
    inner = (next((a for a in checking.around(end) if a.type == "transaction"), None) for end in ends)
    return transaction.type != "transaction" or any(each is transaction for each in inner)


def _can_throw(parts: Sequence[Node], caught: EventDefinition) -> bool:
    may = MAY_FAIL if caught.kind == "error" else {"call_activity"}
    if caught.kind == "error" and any(each.type == "send_task" and each.action is not None for each in parts):
        return True
    return any(each.type in may for each in parts) or any(
        event.kind == caught.kind and caught.code in (None, event.code)
        for each in parts
        if each.type in THROWING
        for event in each.events
    )
