"""The flow of the fault run: parallel branches, tasks in a loop, a timer, a service, a child instance, messages between instances.

What is done in it can be counted from outside: each completion writes its command id into a field of the record of its own branch, every round adds one
to the record, and each instance tells its partner who it is.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.flows_company import (
    ROLE,
    Json,
    edge,
    entity,
    field,
    flow,
    form,
    label,
    node,
    path,
    role,
    task,
    write_app,
)

ENTITY = "parcel"
FLOW, CHILD = "delivery", "inspection"
#: Nodes with a task -> how often one instance comes there; `check` as often as the start says.
ONCE = ("pack", "remind", "inspect", "confirm", "close")
PARTS = ("check", *ONCE)
MESSAGE = "parcel_ready"
CONNECTOR = "depot"
#: How long each instance pauses.
PAUSE = "PT4S"
REPEATS = 3


def note(node: str) -> str:
    """The field of the record that the task of a node writes."""
    return f"{node}_note"


def documents() -> list[Json]:
    """Everything to publish."""
    fields = [field("name", required=True), field("partner", required=True)]
    fields += [field(key, "number", scale=0, default=0) for key in ("counted", "ticks")]
    fields += [field("heard"), field("receipt"), *(field(note(part)) for part in PARTS)]
    return [
        entity(ENTITY, *fields),
        *(form(f"parcel_{part}", ENTITY, note(part)) for part in PARTS),
        role(ROLE, ENTITY),
        _delivery(),
        flow(
            CHILD,
            ENTITY,
            [node("start", "start_event"), task("inspect", "parcel_inspect"), node("end", "end_event")],
            path("start", "inspect", "end"),
        ),
    ]


def _delivery() -> Json:
    nodes = [
        node("start", "start_event"),
        node("split", "parallel_gateway"),
        node("join", "parallel_gateway"),
        task("close", "parcel_close"),
        node("end", "end_event"),
        *_checking(),
        *_packing(),
        node("pause", "intermediate_catch_event", events=[{"kind": "timer", "timer": {"duration": PAUSE}}]),
        task("remind", "parcel_remind"),
        node("inspection", "call_activity", call={"flow": CHILD}),
        *_meeting(),
    ]
    edges = [
        *path("start", "split", "check", "count", "minus", "more"),
        edge("more", "check", when="rounds_left > 0"),
        edge("more", "join", default=True),
        *path("split", "reserve", "file_receipt", "pack", "join"),
        *path("pack_slow", "seen", "tick", "ticked"),
        *path("split", "pause", "remind", "join"),
        *path("split", "inspection", "join"),
        *path("split", "tell", "hear", "file_heard", "confirm", "join"),
        *path("join", "close", "end"),
    ]
    variables: list[Json] = [
        {"key": "rounds_left", "type": "number", "label": label("rounds left")},
        {"key": "ticks_seen", "type": "number", "label": label("ticks seen"), "default": 0},
        {"key": "receipt_number", "type": "text", "label": label("receipt number")},
        {"key": "heard_from", "type": "text", "label": label("heard from")},
    ]
    return flow(FLOW, ENTITY, nodes, edges, variables)


def _checking() -> list[Json]:
    """Rounds of one task; each adds one to the record."""
    return [
        task("check", "parcel_check"),
        node("count", "update_record", arguments={"counted": "record.counted + 1"}),
        node("minus", "script_task", assign={"rounds_left": "rounds_left - 1"}),
        node("more", "exclusive_gateway"),
    ]


def _packing() -> list[Json]:
    """A call of another system, whose answer is written down; then a task beside which a timer repeats."""
    repeating = {"kind": "timer", "timer": {"cycle": f"R{REPEATS}/PT2S"}}
    return [
        node(
            "reserve",
            "service_task",
            action="call_http",
            arguments={"connector": f'"{CONNECTOR}"', "path": '"reserve"', "method": '"POST"'},
            outputs={"receipt_number": "body.receipt"},
        ),
        node("file_receipt", "update_record", arguments={"receipt": "receipt_number"}),
        task("pack", "parcel_pack"),
        node("pack_slow", "boundary_event", attached_to="pack", interrupting=False, events=[repeating]),
        node("seen", "script_task", assign={"ticks_seen": "ticks_seen + 1"}),
        node("tick", "update_record", arguments={"ticks": "ticks_seen"}),
        node("ticked", "end_event"),
    ]


def _meeting() -> list[Json]:
    """Each tells its partner its own name, and waits to be told the partner's."""
    return [
        node(
            "tell",
            "intermediate_throw_event",
            events=[
                {
                    "kind": "message",
                    "name": MESSAGE,
                    "correlation": "record.partner",
                    "arguments": {"sender": "record.name"},
                }
            ],
        ),
        node(
            "hear",
            "intermediate_catch_event",
            events=[
                {
                    "kind": "message",
                    "name": MESSAGE,
                    "correlation": "record.name",
                    "outputs": {"heard_from": "sender"},
                }
            ],
        ),
        node("file_heard", "update_record", arguments={"heard": "heard_from"}),
        task("confirm", "parcel_confirm"),
    ]


def write(folder: Path, people: int) -> Path:
    """The app's folder."""
    return write_app(folder, documents(), people)


def connectors(service: str) -> str:
    """The setting that names the system which is called."""
    return json.dumps({CONNECTOR: {"url": service, "attempts": 20}})
