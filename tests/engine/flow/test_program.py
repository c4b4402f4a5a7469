"""Expressions of a flow count days in the company's zone, and a stored program keeps it."""

from __future__ import annotations

import datetime as dt
import json

from engine.flow.program import Program, compile_flow
from tests.engine.flow.scripts import TICKET, flow_of

FLOW = flow_of(
    {
        "nodes": [
            {"id": "start", "type": "start_event"},
            {"id": "split", "type": "exclusive_gateway"},
            {"id": "end", "type": "end_event"},
            {"id": "other", "type": "end_event"},
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


def test_days_are_counted_in_the_companys_zone() -> None:
    monday = next(edge for edge in FLOW.edges if edge.id == "monday")
    for zone, holds in (("Asia/Shanghai", True), ("UTC", False)):
        program = compile_flow(FLOW, {"ticket": TICKET}, zone)
        again = Program.from_json(json.loads(json.dumps(program.to_json())))
        assert program.holds(monday, {}, NOW) is holds
        assert again.holds(monday, {}, NOW) is holds


def test_a_program_stored_before_zones_and_in_the_first_version_of_the_language_runs() -> None:
    stored = json.loads(json.dumps(compile_flow(FLOW, {"ticket": TICKET}).to_json()))
    del stored["zone"]
    stored["conditions"]["monday"] = {
        "v": 1,
        "op": "contains_words",
        "type": "boolean",
        "value": "list",
        "args": [{"op": "const", "type": "text", "value": "x"}],
    }
    program = Program.from_json(stored)
    assert not program.holds(next(edge for edge in FLOW.edges if edge.id == "monday"), {}, NOW)
