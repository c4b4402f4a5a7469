"""States to JSON and back: nothing is lost, and what is empty takes no room."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from engine.flow import Publish, Subscribe, Unsubscribe, effect_from_json, effect_to_json
from engine.flow.serial import dump, load
from engine.flow.state import Consumed, LoopState, Origin, Problem, Scope, State, Subscription, Task, Token

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHOLE = State(
    "i",
    tokens=(Token(1, "a", 0, "task", NOW, frozenset({2, 1}), problem=Problem("no_path")),),
    scopes=(Scope(0, None), Scope(3, "loop", 0, host=1, loop=LoopState((1, None), outputs={1: "x"}))),
    tasks=(Task("t", "a", 1, 1),),
    origins={2: Origin("join", consumed=(Consumed("e", frozenset({1})),))},
    rounds={"a": 2},
    resets={"0:k": ("e",)},
    variables={"n": None, "list": [1, {"a": []}]},
    suspended=NOW,
    deferred=({"kind": "signal", "name": None},),
)


def test_a_state_comes_back_as_it_was() -> None:
    assert load(State, json.loads(json.dumps(dump(WHOLE)))) == WHOLE


def test_nothing_where_the_default_is_something_is_told() -> None:
    endless = Subscription(1, "a", "timer", due=NOW, left=None)
    assert load(Subscription, dump(endless)) == endless


def test_what_is_empty_is_left_out() -> None:
    assert dump(State("i")) == {
        "instance": "i",
        "status": "running",
        "sequence": 0,
        "next": 1,
        "acted": False,
        "called": False,
    }


def test_a_document_of_another_shape_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        load(Token, {"colour": "red"})


def test_an_effect_that_has_a_kind_of_its_own_comes_back() -> None:
    for effect in (Subscribe(1, "a", "message", "paid"), Unsubscribe(1, "message"), Publish("signal", "a")):
        assert effect_from_json(json.loads(json.dumps(effect_to_json(effect)))) == effect
