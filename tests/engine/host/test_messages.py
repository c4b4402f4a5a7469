"""What crosses the wire comes back as it went; a running instance depends on these names and shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.converter import DataConverter

from engine.flow import State, Token, dump, load
from engine.host import messages
from engine.host.codec import data_converter
from engine.host.messages import (
    Application,
    Applied,
    CommandInput,
    ContextQuestion,
    HostQuestions,
    InstanceInput,
    NewerState,
    ProgramQuestion,
    ServiceInput,
    StateQuestion,
    Step,
)

STEP = Step("c", 1, {"kind": "start"}, [{"kind": "end"}])
MESSAGES: list[Any] = [
    InstanceInput("i", {"flow": {}}, 3, "hash", {"variables": {"x": None}}, None, {"i:1:1": [1]}, 7),
    CommandInput("c", {"kind": "retry"}, "u", "好", {"a": [1]}, 3, {"record": {"a": 1}}, 4, {"signature": "x"}),
    Application("i", 1, [STEP], {"instance": "i"}, "2026-11-23T00:00:00+00:00"),
    Applied("applied", {"c": {"a": 1}}, {"i:1:1": 2}, {"id": "why"}, {}, {}, {"s": 1}, 2),
    StateQuestion("i", 3, [{"id": "c", "user": None, "task": "t"}]),
    NewerState({"instance": "i"}, {"c": {}}, {}, 2),
    ContextQuestion("i", [["record", "person", "level"]], {"a": 1}),
    ProgramQuestion("i", 2),
    HostQuestions("i", [{"ask": "user", "of": "u"}], {"person": [["name"]]}),
    ServiceInput("i", "i:1:1", "call", "call_http", {"url": "u"}),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
async def test_a_message_survives_the_wire(message: Any) -> None:
    converter = data_converter()
    payloads = await converter.encode([message])
    assert await converter.decode(payloads, [type(message)]) == [message]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
async def test_the_sdk_reads_what_we_write_and_we_what_it_writes(message: Any) -> None:
    ours, theirs = data_converter(), DataConverter.default
    for writer, reader in ((ours, theirs), (theirs, ours)):
        assert await reader.decode(await writer.encode([message]), [type(message)]) == [message]


async def test_numbers_of_any_size_and_members_of_a_newer_version() -> None:
    converter = data_converter()
    large = CommandInput("c", {"kind": "retry", "variables": {"n": 10**30}})
    assert await converter.decode(await converter.encode([large]), [CommandInput]) == [large]
    newer = {"instance": "i", "sequence": 3, "what_is_this": 1}
    assert await converter.decode(await converter.encode([newer]), [StateQuestion]) == [StateQuestion("i", 3)]


def test_names_on_the_wire_stay() -> None:
    assert (messages.WORKFLOW, messages.COMMAND, messages.CATCH_UP) == ("FlowInstance", "command", "catch_up")
    local = (messages.APPLY_EFFECTS, messages.NEWER_STATE, messages.READ_CONTEXT, messages.READ_PROGRAM)
    assert local == ("apply_effects", "newer_state", "read_context", "read_program")
    assert (messages.ANSWER_QUESTIONS, messages.CALL_SERVICE) == ("answer_questions", "call_service")
    assert messages.workflow_id("x") == "instance:x"


def test_a_state_written_by_this_version_is_read() -> None:
    """What running instances hold in their histories; adding members keeps this, renaming one does not."""
    written = {
        "instance": "i",
        "status": "running",
        "sequence": 2,
        "next": 4,
        "tokens": [
            {"id": 1, "node": "a", "scope": 0, "waiting": "task", "since": "2026-11-23T09:00:00+00:00", "lineage": [2]}
        ],
        "scopes": [{"id": 0, "node": None}],
        "tasks": [{"id": "t", "node": "a", "token": 1, "round": 1, "items": [{"user": "u", "kind": "assignee"}]}],
        "subscriptions": [{"id": 3, "node": "b", "kind": "timer", "token": 1, "due": "2026-11-23T09:30:00+00:00"}],
        "calls": [{"id": "i:1:1", "token": 1, "node": "a", "kind": "service", "action": "call_http"}],
        "origins": {"2": {"node": "z"}},
        "rounds": {"a": 1},
        "variables": {"x": None},
    }
    state = load(State, written)
    assert state.tokens == (Token(1, "a", 0, "task", datetime(2026, 11, 23, 9, tzinfo=UTC), frozenset({2})),)
    assert state.next_due == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert load(State, dump(state)) == state
