"""Small flows for the host's tests."""

from __future__ import annotations

from engine.definitions import Flow
from tests.engine.host.ledger import flow_of


def tasks_in_a_loop() -> Flow:
    """One task again and again, until its variable `over` is true."""
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "work", "type": "user_task"},
        {"id": "end", "type": "end_event"},
    ]
    edges = [("start", "work"), ("work", "work", "not over"), ("work", "end", "over")]
    return flow_of(nodes, edges, [{"key": "over", "type": "boolean", "default": False}])


def side_by_side(count: int) -> Flow:
    """So many tasks at once."""
    tasks = [f"work{number}" for number in range(count)]
    nodes = [{"id": "start", "type": "start_event"}, {"id": "fork", "type": "parallel_gateway"}]
    nodes += [{"id": task, "type": "user_task"} for task in tasks]
    nodes += [{"id": "join", "type": "parallel_gateway"}, {"id": "end", "type": "end_event"}]
    edges = [
        ("start", "fork"),
        *(("fork", task) for task in tasks),
        *((task, "join") for task in tasks),
        ("join", "end"),
    ]
    return flow_of(nodes, edges)


def found_then_decided() -> Flow:
    """A task, an awaited action whose result a variable takes, and another task."""
    find = {"action": "find_record", "arguments": {"entity": '"ticket"'}, "outputs": {"found": "title"}}
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "ask", "type": "user_task"},
        {"id": "find", "type": "service_task", **find},
        {"id": "decide", "type": "user_task"},
        {"id": "end", "type": "end_event"},
    ]
    edges = [("start", "ask"), ("ask", "find"), ("find", "decide"), ("decide", "end")]
    return flow_of(nodes, edges, [{"key": "found", "type": "text"}])


def another_system() -> Flow:
    """A call of another system with a boundary timer of an hour and an error boundary, then a task for each way it may go."""
    call = {"action": "call_http", "arguments": {"url": '"https://example.org"'}, "outputs": {"answer": "body"}}
    timer = {"kind": "timer", "timer": {"duration": "PT1H"}}
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "call", "type": "service_task", **call},
        {"id": "late", "type": "boundary_event", "attached_to": "call", "events": [timer]},
        {
            "id": "wrong",
            "type": "boundary_event",
            "attached_to": "call",
            "events": [{"kind": "error", "code": "http_404"}],
        },
        *({"id": id, "type": "user_task"} for id in ("good", "slow", "bad")),
        {"id": "end", "type": "end_event"},
    ]
    edges = [("start", "call"), ("call", "good"), ("late", "slow"), ("wrong", "bad")]
    edges += [(id, "end") for id in ("good", "slow", "bad")]
    return flow_of(nodes, edges, [{"key": "answer", "type": "text"}])


def timed(duration: str, *, interrupting: bool = True) -> Flow:
    """A task with a boundary timer that leads to another."""
    timer = {"kind": "timer", "timer": {"duration": duration}}
    late = {
        "id": "late",
        "type": "boundary_event",
        "attached_to": "work",
        "interrupting": interrupting,
        "events": [timer],
    }
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "work", "type": "user_task"},
        late,
        {"id": "escalated", "type": "user_task"},
        {"id": "end", "type": "end_event"},
    ]
    edges = [("start", "work"), ("work", "end"), ("late", "escalated"), ("escalated", "end")]
    return flow_of(nodes, edges)


def until_the_record_says_so() -> Flow:
    """One task again and again, until the record's title is `over`."""
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "work", "type": "user_task"},
        {"id": "beside", "type": "user_task"},
        {"id": "end", "type": "end_event"},
    ]
    over = 'record.title = "over"'
    edges = [
        ("start", "work"),
        ("start", "beside"),
        ("work", "work", f"not ({over})"),
        ("work", "end", over),
        ("beside", "end"),
    ]
    return flow_of(nodes, edges)


def finding_without_end() -> Flow:
    """An awaited action again and again, once a task is done."""
    find = {"action": "find_record", "arguments": {"entity": '"ticket"'}, "outputs": {"found": "title"}}
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "ask", "type": "user_task"},
        {"id": "find", "type": "service_task", **find},
        {"id": "end", "type": "end_event"},
    ]
    edges = [("start", "ask"), ("ask", "find"), ("find", "find", 'found != "over"'), ("find", "end", 'found = "over"')]
    return flow_of(nodes, edges, [{"key": "found", "type": "text"}])
