"""The sheet that random flows are drawn on: single nodes of every type, and what is put on activities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from engine.definitions import (
    Assignment,
    Call,
    Candidate,
    Edge,
    Entity,
    EventDefinition,
    Field,
    Flow,
    Loop,
    Node,
    Outcome,
    Text,
    Timer,
    Variable,
)

_TEXT = Text("文", "text")
#: What the flows are about, for the compiler.
ENTITIES: Mapping[str, Entity] = {
    "ticket": Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", Text("标题", "Title")),), "title")
}
#: Names of messages and signals, codes of errors and escalations: few, so that they meet.
NAMES = ("red", "blue")
CODES = ("E1", "E2")
CONDITIONS = ("flag", "not flag", "n > 1", "n = 0 or flag", 'outcome = "other"', "n < 3", "true")
#: Nodes that anybody waits at.
WAITING = ("user_task", "user_task", "approval", "handle", "receive_task", "message", "timer", "signal", "conditional")
PASSING = (
    "task", "manual_task", "script_task", "service_task", "send_task", "notify", "create_record", "cc", "set_tag",
    "throw_none", "throw_message", "throw_signal", "throw_escalation", "throw_compensation",
)  # fmt: skip
ASKING = ("call_activity", "find_record", "asking_service", "delay", "wait_for_record", "update_record")
#: Activities that may carry boundary events and loops.
HOSTS = frozenset(
    {"task", "user_task", "approval", "handle", "receive_task", "service_task", "asking_service", "call_activity", "script_task", "manual_task"}
)  # fmt: skip


@dataclass
class Sheet:
    """A flow being drawn: nodes, edges, and how many nodes may still come."""

    random: Random
    room: int
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def add(self, type_: str, parent: str | None, **members: Any) -> str:
        """Draw a node; its id."""
        id = f"{_INITIALS.get(type_, type_[0])}{len(self.nodes)}"
        self.nodes[id] = Node(id, type_, _TEXT, parent=parent, **members)
        self.room -= 1
        return id

    def change(self, id: str, **members: Any) -> None:
        """Set members of a node."""
        self.nodes[id] = replace(self.nodes[id], **members)

    def edge(self, source: str, target: str, when: str | None = None, default: bool = False) -> None:
        """Draw an edge."""
        self.edges.append(Edge(f"f{len(self.edges)}", source, target, when, default))

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.random.random() < share

    def condition(self) -> str:
        """A condition over the variables."""
        return self.random.choice(CONDITIONS)

    def inside(self, parent: str | None) -> list[Node]:
        """The nodes of a scope so far."""
        return [node for node in self.nodes.values() if node.parent == parent]

    def flow(self) -> Flow:
        """The drawing as a definition."""
        variables = (
            Variable("n", "number", _TEXT, default=0),
            Variable("flag", "boolean", _TEXT, default=False),
            Variable("got", "text", _TEXT),
            Variable("gathered", "tags", _TEXT),
        )
        return Flow("generated", _TEXT, "ticket", tuple(self.nodes.values()), tuple(self.edges), variables)


_INITIALS: Mapping[str, str] = {
    "exclusive_gateway": "x", "parallel_gateway": "p", "inclusive_gateway": "o", "complex_gateway": "k", "event_based_gateway": "v",
    "boundary_event": "b", "intermediate_catch_event": "i", "intermediate_throw_event": "w", "end_event": "z", "start_event": "s",
    "sub_process": "P", "event_sub_process": "E", "transaction": "T", "ad_hoc_sub_process": "A", "call_activity": "C", "user_task": "u",
    "receive_task": "r", "send_task": "d", "script_task": "n", "service_task": "a",
}  # fmt: skip


# -- parts of nodes


def event(sheet: Sheet, kind: str, *, throws: bool = False) -> EventDefinition:
    """An event definition of a kind that is caught (or thrown)."""
    random = sheet.random
    if kind == "timer":
        return EventDefinition("timer", timer=_timer(sheet))
    if kind == "conditional":
        return EventDefinition("conditional", condition=random.choice(("flag", "n > 1", "n > 2")))
    if kind == "message":
        return EventDefinition("message", name=random.choice(NAMES), correlation=random.choice((None, '"k"')))
    if kind == "signal":
        return EventDefinition("signal", name=random.choice(NAMES))
    if kind in ("error", "escalation"):
        return EventDefinition(kind, code=random.choice(CODES if throws else (*CODES, None, None)))
    return EventDefinition(kind)


def _timer(sheet: Sheet) -> Timer:
    return sheet.random.choice(
        (Timer(duration="PT10M"), Timer(duration="PT1H"), Timer(duration="30 minutes"), Timer(date="now() + 1 hour"))
    )


def _cycle(sheet: Sheet) -> EventDefinition:
    return EventDefinition("timer", timer=Timer(cycle=sheet.random.choice(("R2/PT10M", "R/PT1H"))))


def _assignment(sheet: Sheet) -> Assignment:
    """Two people, whom the double of the host finds."""
    candidates = (Candidate(user="ann"), Candidate(user="bob"))
    return Assignment(candidates, sheet.random.choice(("one", "any", "all")))


def _outcomes(sheet: Sheet, parent: str | None) -> tuple[Outcome, ...]:
    done, other = Outcome("done", _TEXT), Outcome("other", _TEXT, sheet.random.choice(("complete", "refuse")))
    tasks = [n.id for n in sheet.nodes.values() if n.type == "user_task" and n.parent in (parent, None)]
    if tasks and sheet.chance(0.6):
        return done, other, Outcome("back", _TEXT, "send_back", target=sheet.random.choice(tasks[-3:]))
    return done, other


# -- single nodes


def leaf(sheet: Sheet, parent: str | None, kind: str) -> str:
    """Draw one activity or intermediate event."""
    return _LEAVES.get(kind, _plain)(sheet, parent, kind)


def _plain(sheet: Sheet, parent: str | None, kind: str) -> str:
    return sheet.add(kind, parent)


def _person(sheet: Sheet, parent: str | None, kind: str) -> str:
    if kind == "user_task":
        return sheet.add(kind, parent, assignment=_assignment(sheet), outcomes=_outcomes(sheet, parent))
    return sheet.add(kind, parent, assignment=_assignment(sheet))


def _script(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("script_task", parent, assign=sheet.random.choice(({"n": "n + 1"}, {"flag": "not flag"})))


def _service(sheet: Sheet, parent: str | None, kind: str) -> str:
    outputs = {"got": "text"} if kind == "asking_service" else {}
    return sheet.add(
        "service_task",
        parent,
        action="outside.ask" if sheet.chance(0.5) else "ask",
        arguments={"n": "n"},
        outputs=outputs,
    )


def _record(sheet: Sheet, parent: str | None, kind: str) -> str:
    return sheet.add(kind, parent, outputs={"got": "text"} if kind == "find_record" else {})


def _catch(sheet: Sheet, parent: str | None, kind: str) -> str:
    events: tuple[EventDefinition, ...] = (event(sheet, kind),)
    if sheet.chance(0.15):
        events += (event(sheet, sheet.random.choice(("message", "signal", "timer"))),)
    return sheet.add(
        "intermediate_catch_event", parent, events=events, parallel_multiple=len(events) > 1 and sheet.chance(0.5)
    )


def _receive(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("receive_task", parent, events=(event(sheet, "message"),))


def _send(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("send_task", parent, events=(event(sheet, "message"),))


def _throw(sheet: Sheet, parent: str | None, kind: str) -> str:
    thrown = kind.removeprefix("throw_")
    events = () if thrown == "none" else (event(sheet, thrown, throws=True),)
    if thrown == "compensation" and sheet.chance(0.3):
        events = (EventDefinition("compensation", parallel=True),)
    return sheet.add("intermediate_throw_event", parent, events=events)


def _delay(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("delay", parent, events=(event(sheet, "timer"),))


def _wait_for_record(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("wait_for_record", parent, condition="n > 1 or flag")


def _call_activity(sheet: Sheet, parent: str | None, _: str) -> str:
    return sheet.add("call_activity", parent, call=Call("child", inputs={"n": "n"}, outputs={"n": "n"}))


_LEAVES: Mapping[str, Callable[[Sheet, str | None, str], str]] = {
    "user_task": _person,
    "approval": _person,
    "handle": _person,
    "cc": _person,
    "script_task": _script,
    "service_task": _service,
    "asking_service": _service,
    "find_record": _record,
    "receive_task": _receive,
    "send_task": _send,
    "delay": _delay,
    "wait_for_record": _wait_for_record,
    "call_activity": _call_activity,
    **dict.fromkeys(("message", "timer", "signal", "conditional"), _catch),
    **{kind: _throw for kind in PASSING if kind.startswith("throw_")},
}


# -- what is put on an activity


def adorn(sheet: Sheet, id: str) -> str:
    """Perhaps a loop, boundary events and a compensation handler; the node where the main path goes on."""
    node = sheet.nodes[id]
    if sheet.chance(0.2):
        sheet.change(id, loop=_loop(sheet))
    if sheet.chance(0.25):
        compensable(sheet, node)
    if sheet.room > 2 and sheet.chance(0.45):
        return boundary(sheet, node)
    return id


def _loop(sheet: Sheet) -> Loop:
    kind = sheet.random.choice(("standard", "parallel", "sequential"))
    if kind == "standard":
        return Loop(
            "standard", condition=sheet.random.choice(("n < 2", "true")), test_before=sheet.chance(0.5), maximum=2
        )
    completion = "completed_instances >= 1" if sheet.chance(0.3) else None
    if sheet.chance(0.5):
        return Loop(kind, cardinality=sheet.random.choice(("0", "1", "2", "3")), completion=completion)
    collection = sheet.random.choice(("[1, 2, 3]", "[7]"))
    made = Loop(kind, collection=collection, element="each", completion=completion)
    if sheet.chance(0.5):
        return replace(made, output="each + loop_counter", output_collection="gathered")
    return made


def compensable(sheet: Sheet, node: Node) -> None:
    kind = sheet.random.choice(("task", "user_task", "service_task", "script_task"))
    handler = leaf(sheet, node.parent, kind)
    sheet.change(handler, for_compensation=True)
    events = (EventDefinition("compensation", handler=handler),)
    sheet.add("boundary_event", node.parent, attached_to=node.id, events=events)


def boundary(sheet: Sheet, node: Node) -> str:
    """A boundary event whose path ends by itself or meets the main one again."""
    scope = node.type in ("sub_process", "call_activity", "ad_hoc_sub_process", "transaction")
    kind = sheet.random.choice(
        (
            "message",
            "timer",
            "signal",
            "conditional",
            *(("error", "error", "escalation", "escalation") if scope else ("error",)),
        )
    )
    interrupting = kind == "error" or sheet.chance(0.5)
    caught = _cycle(sheet) if kind == "timer" and not interrupting else event(sheet, kind)
    attached = sheet.add(
        "boundary_event", node.parent, attached_to=node.id, events=(caught,), interrupting=interrupting
    )
    return side_path(sheet, node, attached)


def side_path(sheet: Sheet, node: Node, boundary: str) -> str:
    """What follows a boundary event; the node where the main path goes on."""
    last = boundary
    if sheet.room > 0 and sheet.chance(0.5):
        last = leaf(sheet, node.parent, sheet.random.choice(WAITING + PASSING))
        sheet.edge(boundary, last)
    if sheet.chance(0.5):
        if sheet.chance(0.7):
            sheet.edge(last, ending(sheet, node.parent))
        return node.id
    merge = sheet.add("exclusive_gateway", node.parent)
    sheet.edge(last, merge)
    sheet.edge(node.id, merge)
    return merge


def ending(sheet: Sheet, parent: str | None) -> str:
    """An end event: mostly none."""
    kind = "none"
    if sheet.chance(0.3):
        cancels = ("cancel",) if _in_transaction(sheet, parent) else ()
        inside = ("error", "error", "escalation") if parent is not None else ()
        kind = sheet.random.choice(("terminate", "message", "signal", "compensation", *inside, *cancels, *cancels))
    events = () if kind == "none" else (event(sheet, kind, throws=True),)
    return sheet.add("end_event", parent, events=events, outcome=f"by{len(sheet.nodes)}")


def _in_transaction(sheet: Sheet, parent: str | None) -> bool:
    return parent is not None and sheet.nodes[parent].type == "transaction"
