"""Expressions of a flow count days in the company's zone, and a stored program keeps it."""

from __future__ import annotations

import datetime as dt
import json

from engine.flow import Program, Start, State, compile_flow, step
from tests.engine.flow.scripts import INSTANCE, TICKET, flow_of

FLOW = flow_of(
    {
        "nodes": [
            {"id": "start", "type": "start_event"},
            {"id": "split", "type": "exclusive_gateway"},
            {"id": "end", "type": "end_event", "outcome": "monday"},
            {"id": "other", "type": "end_event", "outcome": "other"},
        ],
        "edges": [
            {"id": "in", "source": "start", "target": "split"},
            {"id": "monday", "source": "split", "target": "end", "when": "today() = 2026-11-23"},
            {"id": "else", "source": "split", "target": "other", "default": True},
        ],
    }
)
#: Sunday in London, Monday in Shanghai.
NOW = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)


def _ends_at(program: Program) -> str | None:
    state, _ = step(program, State(INSTANCE), Start(), NOW)
    return state.outcome


def test_days_are_counted_in_the_companys_zone() -> None:
    for zone, outcome in (("Asia/Shanghai", "monday"), ("UTC", "other")):
        program = compile_flow(FLOW, {"ticket": TICKET}, zone)
        again = Program.from_json(json.loads(json.dumps(program.to_json())))
        assert _ends_at(program) == outcome
        assert _ends_at(again) == outcome


def test_a_program_stored_in_the_first_version_of_the_language_runs() -> None:
    stored = json.loads(json.dumps(compile_flow(FLOW, {"ticket": TICKET}, "Asia/Shanghai").to_json()))
    earlier = {
        "v": 1,
        "op": "contains_words",
        "type": "boolean",
        "value": "list",
        "args": [{"op": "const", "type": "text", "value": "x"}],
    }
    stored["expressions"] = [[*key, earlier] for *key, _ in stored["expressions"]]
    assert _ends_at(Program.from_json(stored)) == "other"
