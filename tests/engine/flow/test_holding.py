"""What arrives while an instance is held: kept, and passed on where nothing waits for it any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from engine.flow import (
    Cancel,
    Command,
    Deliver,
    Effect,
    Instruction,
    Modify,
    Publish,
    Record,
    Refused,
    Resume,
    Retry,
    Signal,
    Start,
    State,
    Suspend,
    step,
)
from engine.flow import waits_for_resume as waits
from tests.engine.flow.scripts import BEGIN, INSTANCE, flow_of
from tests.flow_fuzz.playing import compiled

_NODES = [
    {"id": "paid", "type": "intermediate_catch_event", "events": [{"kind": "message", "name": "paid"}]},
    {"id": "task", "type": "task"},
]
_SAID = {"said": "thanks"}


@dataclass
class Played:
    """Where an instance is after some commands, and what the last of them led to."""

    state: State
    effects: Sequence[Effect] = ()


def _played(*commands: Command) -> Played:
    program = compiled(flow_of({"nodes": _NODES, "edges": [["paid", "task"]]}))
    made = Played(State(INSTANCE))
    for command in (Start(), *commands):
        made = Played(*step(program, made.state, command, BEGIN))
    return made


def _subscription() -> int:
    return _played().state.subscriptions[0].id


def _held(*more: Command) -> Played:
    """The message has come while all was held."""
    return _played(Suspend(), Deliver(_subscription(), _SAID), *more)


def _gives_back(made: Played) -> list[Publish]:
    return [effect for effect in made.effects if isinstance(effect, Publish)]


def _cancel() -> Modify:
    return Modify((Instruction("cancel", "paid"), Instruction("start_before", "paid")))


def test_a_message_whose_receiver_is_cancelled_is_passed_on_at_once() -> None:
    made = _held(_cancel())
    (passed,) = _gives_back(made)
    assert (passed.kind, passed.name, passed.correlation, passed.payload) == ("message", "paid", None, _SAID)
    assert made.state.deferred == ()
    assert [each.type for each in made.effects if isinstance(each, Record)].count("too_late") == 1


def test_a_message_that_is_still_waited_for_arrives_at_resume_and_is_not_passed_on() -> None:
    assert _gives_back(_held()) == []
    made = _held(Resume())
    assert _gives_back(made) == []
    assert made.state.status == "completed"


def test_the_messages_of_an_instance_that_is_ended_while_it_is_held_are_passed_on() -> None:
    made = _held(Cancel())
    assert [each.payload for each in _gives_back(made)] == [_SAID]
    assert (made.state.status, made.state.deferred) == ("cancelled", ())


def test_of_two_that_were_kept_for_one_the_second_is_passed_on_at_resume() -> None:
    second = Deliver(_subscription(), {"said": "again"})
    made = _held(second, Resume())
    assert [each.payload for each in _gives_back(made)] == [{"said": "again"}]


def test_what_nothing_waits_for_is_refused_also_while_all_is_held() -> None:
    with pytest.raises(Refused, match="not_waiting"):
        _held(_cancel(), Deliver(_subscription()))


def test_who_gives_commands_can_tell_which_wait_for_resume() -> None:
    assert [waits(each) for each in (Retry(), Signal("paid"), Deliver(1), Resume())] == [True, False, False, False]
