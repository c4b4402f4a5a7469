"""What can be defined survives a file: every type of node, every member, nested or not, drawn or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import export_bpmn, import_bpmn
from engine.definitions import Flow
from engine.definitions.codec import decode, encode
from tests.conformance.drawing import drawn
from tests.conformance.script import CASES, read
from tests.engine.bpmn.generating import flows
from tests.engine.flow.format.running import APPROVALS, EXAMPLES, document
from tests.engine.flow.generating import random_flow

_SHIPPED = sorted(Path(__file__).parents[3].glob("builtin_templates/*/flows/*.json"))


def _assert_survives(flow: Flow, locale: str) -> None:
    data = export_bpmn(flow, locale)
    found = import_bpmn(data)
    assert [encode(each) for each in found.flows] == [encode(flow)]
    assert found.flows == (flow,)
    assert export_bpmn(found.flows, locale) == data


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flows(), st.sampled_from(["zh", "en"]))
def test_a_definition_survives(flow: Flow, locale: str) -> None:
    _assert_survives(flow, locale)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_flow_survives(path: Path, locale: str) -> None:
    _assert_survives(decode("flow", json.loads(path.read_text(encoding="utf-8"))), locale)


def test_every_example_of_the_format_survives() -> None:
    for type_ in (*EXAMPLES, *APPROVALS):
        _assert_survives(decode("flow", document(type_)), "en")


def test_every_flow_that_a_case_runs_survives() -> None:
    for path in sorted(CASES.rglob("*.case")):
        script = read(path)
        for section in ("flow", "new flow"):
            lines = [line.removeprefix("  ") for line in script.lines(section)]
            if lines:
                _assert_survives(drawn(lines, script.lines("variables")), "zh")


def test_random_flows_survive() -> None:
    for seed in range(40):
        _assert_survives(random_flow(seed), "en")
