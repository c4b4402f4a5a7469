"""Which first step a start form stands for: one that only asks the initiator for what the form has."""

from __future__ import annotations

from typing import Any

import pytest

from backend.flows.own_step import own_step
from engine.definitions import Flow
from engine.definitions.codec import decode_checked
from tests.backend.flows.drawing import flow, node

_OK = {"key": "ok", "label": {"zh": "好", "en": "OK"}}


def drawn(*paths: str, nodes: list[dict[str, Any]] | None = None, **fill: Any) -> Flow:
    steps = [
        node("fill", "initiator", **fill),
        node("approve", "approval", assignment={"candidates": [{"role": "cs_lead"}]}),
    ]
    document = flow("request", [*steps, *(nodes or [])], *(paths or ("start -> fill -> approve -> end",)))
    found: Flow = decode_checked("flow", document)
    return found


def test_the_initiators_step_right_after_the_start() -> None:
    for fill in ({}, {"form": "request"}, {"outcomes": [_OK]}, {"assignment": {"candidates": [{"initiator": True}]}}):
        found = own_step(drawn(**fill))
        assert found is not None
        assert found.id == "fill"


@pytest.mark.parametrize(
    "fill",
    [
        {"outcomes": [_OK, {**_OK, "key": "other"}]},
        {"outcomes": [{**_OK, "comment": True}]},
        {"outcomes": [{**_OK, "signature": True}]},
        {"assignment": {"candidates": [{"role": "cs_lead"}]}},
    ],
)
def test_not_where_it_asks_for_more(fill: dict[str, Any]) -> None:
    assert own_step(drawn(**fill)) is None


def test_not_where_something_else_comes_first() -> None:
    assert own_step(drawn("start -> approve -> fill -> end")) is None
    both = node("both", "and")
    assert own_step(drawn("start -> both -> fill -> end", "both -> approve -> end", nodes=[both])) is None


@pytest.mark.parametrize("between", ["", "both -> "])
def test_not_where_it_chooses_who_comes_next(between: str) -> None:
    chosen = {"candidates": [{"role": "cs_lead"}, {"role": "cs_agent"}], "chosen_by": "previous"}
    nodes = [node("sign", "approval", assignment=chosen), node("both", "xor")]
    assert own_step(drawn(f"start -> fill -> {between}sign -> approve -> end", nodes=nodes)) is None
    assert own_step(drawn("start -> fill -> approve -> sign -> end", nodes=nodes)) is not None
