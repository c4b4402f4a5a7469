"""What crosses the wire comes back as it went; a running instance depends on these names and shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.converter import DataConverter

from engine.flow import State, Token, dump, load
from engine.host import messages
from engine.host.messages import (
    Application,
    Applied,
    CancelInput,
    CompleteTaskInput,
    ContextQuestion,
    InstanceInput,
    RetryInput,
    StateQuestion,
)

MESSAGES: list[Any] = [
    InstanceInput("i", {"flow": {}}, {"x": None}, {}, None),
    CompleteTaskInput("c", "t", "u", "done", "好", {"a": [1]}, {"a": [1]}, None),
    RetryInput("c", "u", "n", {"x": {"amount": "1.00", "currency": "CNY"}}),
    CancelInput("c", "u", "why"),
    Application("i", 1, "c", {"kind": "start"}, [{"kind": "end"}], {"instance": "i"}, "2026-11-23T00:00:00+00:00"),
    Applied("applied", {"a": 1}, {"s": 1}, {"t": ["u"]}, {"t": ["v"]}, ["t"], {"id": "why"}),
    StateQuestion("i", 3),
    ContextQuestion("i", [["record", "person", "level"]]),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
async def test_a_message_survives_the_wire(message: Any) -> None:
    converter = DataConverter.default
    payloads = await converter.encode([message])
    assert await converter.decode(payloads, [type(message)]) == [message]


def test_names_on_the_wire_stay() -> None:
    names = (messages.WORKFLOW, messages.COMPLETE_TASK, messages.RETRY, messages.CANCEL, messages.CATCH_UP)
    assert names == ("FlowInstance", "complete_task", "retry", "cancel", "catch_up")
    assert (messages.APPLY_EFFECTS, messages.NEWER_STATE, messages.READ_CONTEXT) == (
        "apply_effects",
        "newer_state",
        "read_context",
    )
    assert messages.workflow_id("x") == "instance:x"


def test_a_state_written_by_the_first_version_is_read() -> None:
    """What running instances hold in their histories; adding members keeps this, renaming one does not."""
    written = {
        "instance": "i",
        "status": "running",
        "sequence": 2,
        "next": 4,
        "tokens": [{"id": 1, "node": "a", "waiting": "task", "since": "2026-11-23T09:00:00+00:00", "lineage": [2]}],
        "tasks": [{"id": "t", "node": "a", "token": 1, "round": 1, "items": [{"user": "u", "kind": "assignee"}]}],
        "timers": [{"id": 3, "node": "b", "token": 1, "due": "2026-11-23T09:30:00+00:00"}],
        "origins": {"2": {"node": "z"}},
        "rounds": {"a": 1},
        "variables": {"x": None},
    }
    state = load(State, written)
    assert state.tokens == (Token(1, "a", "task", datetime(2026, 11, 23, 9, tzinfo=UTC), frozenset({2})),)
    assert state.next_due == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    again = dump(state)
    assert {k: again[k] for k in written if k != "tasks"} == {k: v for k, v in written.items() if k != "tasks"}
    assert load(State, again) == state
