"""A flow that asks what lies outside its values: answered by the host, in Temporal, and the same when its history is replayed."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.worker import Replayer

from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.backend.flows.company import AGENT, LEAD, Company

TITLE = {"zh": "分派", "en": "Route"}
#: The ticket is called like a colleague, who reports to a lead; its batch is the phone of somebody.
TO_LEAD = (
    'has_role(superior_of(lookup("user", name: record.title)), "cs_lead")'
    ' and lookup("person", phone: record.batch).name = "王五"'
    ' and in_department(lookup("person", phone: record.batch).owner, "company")'
)


def routing() -> dict[str, Any]:
    """A gateway before one task of a lead and one of an agent."""
    outcomes = [{"key": "done", "label": TITLE}]
    tasks = [
        {
            "id": node,
            "type": "user_task",
            "title": TITLE,
            "outcomes": outcomes,
            "assignment": {"mode": "any", "candidates": [{"role": role}]},
        }
        for node, role in (("lead", "cs_lead"), ("agent", "cs_agent"))
    ]
    return {
        "kind": "flow",
        "key": "routing",
        "label": TITLE,
        "entity": "ticket",
        "nodes": [
            {"id": "start", "type": "start_event", "title": TITLE},
            {"id": "which", "type": "exclusive_gateway", "title": TITLE},
            *tasks,
            {"id": "end", "type": "end_event", "title": TITLE},
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "which"},
            {"id": "b", "source": "which", "target": "lead", "when": TO_LEAD},
            {"id": "c", "source": "which", "target": "agent", "default": True},
            {"id": "d", "source": "lead", "target": "end"},
            {"id": "e", "source": "agent", "target": "end"},
        ],
    }


@pytest.mark.parametrize(
    ("title", "phone", "node", "who"),
    [
        ("王伟", "13800000001", "lead", LEAD),
        ("王伟", "13800000002", "agent", AGENT),
        ("李娜", "13800000001", "agent", AGENT),
        ("谁", "13800000001", "agent", AGENT),
    ],
)
async def test_a_gateway_asks_the_host(company: Company, title: str, phone: str, node: str, who: str) -> None:
    await company.publish(routing())
    owner = str((await company.caller(AGENT)).user_id)
    await company.create("person", {"name": "王五", "phone": "13800000001", "owner": owner})
    instance = await company.start("routing", await company.ticket(title=title, batch=phone))
    await company.until(lambda: company.has_open(instance, node))
    answer = await company.decide(who, instance, node, "done")
    assert answer["instance_status"] == "completed"
    history = await company.client.get_workflow_handle(f"instance:{instance}").fetch_history()
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)
