"""A flow that asks a decision table and counts in business days, in Temporal: answered by the host, the same when replayed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from temporalio.worker import Replayer

from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.backend.flows.company import AGENT, LEAD, Company
from tests.backend.flows.test_questions import TITLE, routing

#: A ticket of the batch B1 is for the lead, when the flow knows the holidays of the company's calendar: it is a Thursday.
WHEN = 'decide("desk", batch: record.batch, times: 1 + 1).desk = "lead" and not is_business_day(2026-10-01)'
TABLE: dict[str, Any] = {
    "kind": "decision_table",
    "key": "desk",
    "label": TITLE,
    "inputs": [
        {"key": "batch", "label": TITLE, "type": "text"},
        {"key": "times", "label": TITLE, "type": "number"},
    ],
    "outputs": [{"key": "desk", "label": TITLE, "type": "text", "default": '"agent"'}],
    "rules": [{"when": {"batch": '"B1"', "times": "2"}, "then": {"desk": '"lead"'}}],
}


@pytest.mark.parametrize(("batch", "node", "who"), [("B1", "lead", LEAD), ("B2", "agent", AGENT)])
async def test_a_gateway_asks_a_table(company: Company, batch: str, node: str, who: str) -> None:
    flow = copy.deepcopy(routing())
    flow["edges"][1]["when"] = WHEN
    await company.publish(TABLE, "decision_table")
    await company.publish(flow)
    instance = await company.start("routing", await company.ticket(title="a", batch=batch))
    await company.until(lambda: company.has_open(instance, node))
    answer = await company.decide(who, instance, node, "done")
    assert answer["instance_status"] == "completed"
    history = await company.client.get_workflow_handle(f"instance:{instance}").fetch_history()
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)
