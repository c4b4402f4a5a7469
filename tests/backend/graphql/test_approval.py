"""What people do with tasks and runs, by GraphQL: with real flows, what REST does and nothing else."""

from __future__ import annotations

import secrets
from uuid import UUID

from tests.backend.agents.approval import approval, parts, signing
from tests.backend.flows.company import ADMIN, AGENT, LEAD, QUALITY, Company
from tests.backend.flows.conftest import client, company, temporal
from tests.backend.graphql.conftest import statements
from tests.backend.graphql.people import People, people

__all__ = ["client", "company", "people", "temporal"]
TASK = """
query ($id: ID!) { task(id: $id) { id mode can_act allowed my_item removable progress { mode agreed left needed { en } }
  outcomes { key kind comment signature targets { node_id } } draft { data comment }
  items { item kind status sign user { id name } owner { name } parent reason comment } } }
"""
ACT = """
mutation ($id: ID!, $operation: String!, $key: String!, $users: [ID!], $item: Int) {
  act_on_task(id: $id, operation: $operation, command_id: $key, users: $users, item: $item) { status instance_status } }
"""


def key() -> str:
    return secrets.token_hex(8)


async def id_of(company: Company, email: str) -> str:
    return str((await company.caller(email)).user_id)


async def permit(company: Company, *operations: str, withdraw: str = "any") -> tuple[UUID, str]:
    """An instance whose task 王伟 and 陈杰 sign, where these operations are allowed."""
    flow = approval(AGENT, QUALITY) | {"withdraw": withdraw}
    flow["nodes"][1]["assignment"]["operations"] = list(operations)
    return await signing(company, flow=flow)


async def test_a_task_shows_its_people_and_what_may_be_done(company: Company, people: People) -> None:
    wang = await people(AGENT)
    _, task = await permit(company, "add_before", "delegate")
    found = (await wang.data(TASK, id=task))["task"]
    assert [(item["kind"], item["user"]["name"], item["status"]) for item in found["items"]] == [
        ("assignee", "王伟", "open"),
        ("assignee", "陈杰", "open"),
    ]
    assert found["progress"] == {"mode": "all", "agreed": 0, "left": 2, "needed": None}
    assert {"decide", "add_before", "delegate"} <= set(found["allowed"])
    assert found["my_item"] == 1


async def test_operations_are_mutations_and_stand_alone(company: Company, people: People) -> None:
    wang, li = await people(AGENT), await people(LEAD)
    _, task = await permit(company, "add_before", "transfer")
    lead = await id_of(company, LEAD)
    command = key()
    given = {"id": task, "operation": "add_before", "key": command, "users": [lead]}
    done = await wang.data(ACT, **given)
    assert done["act_on_task"]["status"] == "open"
    assert await wang.data(ACT, **given) == done
    assert ("before", LEAD, "open") in await parts(company, task)
    assert await li.code(ACT, id=task, operation="transfer", key=key(), users=["nobody"]) == "invalid"
    assert await wang.code(ACT, id=task, operation="transfer", key=key(), users=[lead]) == "task.not_yet"
    chen = await people(QUALITY)
    assert await chen.code(ACT, id=task, operation="delegate", key=key(), users=[lead]) == "task.not_allowed"
    two = 'mutation ($id: ID!) { a: act_on_task(id: $id, operation: "urge", command_id: "command-1") { status } b: __typename }'
    assert await wang.code(two, id=task) == "invalid"


async def test_boxes_are_filtered_and_sorted(company: Company, people: People) -> None:
    wang = await people(AGENT)
    _, task = await permit(company)
    query = "query ($flow: String, $sort: String!) { tasks(flow: $flow, sort: $sort) { items { id part } counts { todo drafts } } }"
    found = (await wang.data(query, flow="signing", sort="due"))["tasks"]
    assert found == {"items": [{"id": task, "part": "assignee"}], "counts": {"todo": 1, "drafts": 0}}
    assert (await wang.data(query, flow="other", sort="priority"))["tasks"]["items"] == []
    assert await wang.code(query, sort="beauty") == "invalid"


async def test_drafts_are_kept_and_thrown_away(company: Company, people: People) -> None:
    wang = await people(AGENT)
    _, task = await permit(company)
    save = 'mutation ($id: ID!) { save_task_draft(id: $id, comment: "还没想好") { task_id updated_at } }'
    assert (await wang.data(save, id=task))["save_task_draft"]["task_id"] == task
    assert (await wang.data(TASK, id=task))["task"]["draft"]["comment"] == "还没想好"
    await wang.data("mutation ($id: ID!) { discard_task_draft(id: $id) }", id=task)
    assert (await wang.data(TASK, id=task))["task"]["draft"] is None


async def test_many_are_decided_each_with_its_answer(company: Company, people: People) -> None:
    wang = await people(AGENT)
    _, task = await permit(company)
    many = "mutation ($d: [TaskDecision!]!) { complete_tasks(decisions: $d) { task ok answer error } }"
    decisions = [
        {"task": task, "outcome": "agree", "command_id": key()},
        {"task": str(UUID(int=7)), "outcome": "agree", "command_id": key()},
    ]
    good, bad = (await wang.data(many, d=decisions))["complete_tasks"]
    assert (good["ok"], good["answer"]["status"]) == (True, "open")
    assert (bad["ok"], bad["error"]["code"]) == (False, "not_found")
    assert await wang.code(many, d=[]) == "invalid"


async def test_who_comes_next_is_told(company: Company, people: People) -> None:
    admin = await people(ADMIN)
    instance, _ = await signing(company, AGENT, more=[LEAD])
    people_of = "{ tasks { node_id now people { user { name } because { en } } } ended outcome }"
    found = await admin.data(f"query ($id: ID!) {{ instance_prediction(id: $id) {people_of} }}", id=str(instance))
    assert [(each["node_id"], each["now"]) for each in found["instance_prediction"]["tasks"]] == [
        ("sign", True),
        ("more", False),
    ]
    start = await admin.data(f'{{ flow_prediction(flow: "signing") {people_of} }}')
    assert [p["user"]["name"] for t in start["flow_prediction"]["tasks"] for p in t["people"]] == ["王伟", "李娜"]


async def test_runs_are_taken_back_voided_and_reopened(company: Company, people: People) -> None:
    admin = await people(ADMIN)
    instance, _ = await permit(company)
    allowed = (await admin.data("query ($id: ID!) { instance(id: $id) { allowed } }", id=str(instance)))["instance"]
    assert allowed["allowed"]["cancel"] is True
    withdraw = "mutation ($id: ID!, $key: String!) { withdraw_instance(id: $id, command_id: $key) { instance_status } }"
    assert await admin.code(withdraw, id=str(instance), key=key()) == "flow.not_yours_to_withdraw"
    void = 'mutation ($id: ID!) { void_instance(id: $id, reason: "错误") { id } }'
    assert await admin.code(void, id=str(instance)) == "flow.not_ended"
    for email in (AGENT, QUALITY):
        await company.decide(email, instance, "sign", "agree")
    assert await admin.data(void, id=str(instance)) == {"void_instance": {"id": str(instance)}}


async def test_agents_and_hand_overs(company: Company, people: People) -> None:
    wang, admin = await people(AGENT), await people(ADMIN)
    _, task = await permit(company)
    lead = await id_of(company, LEAD)
    give = "mutation ($a: ID!) { appoint_agent(agent: $a, open_tasks: true) { id status agent { name } applied } }"
    made = (await wang.data(give, a=lead))["appoint_agent"]
    assert (made["status"], made["agent"]["name"], made["applied"]) == ("active", "李娜", {"done": 1, "failed": 0})
    mine = (await wang.data("{ task_agents { given { id mine } received { id } } }"))["task_agents"]
    assert mine == {"given": [{"id": made["id"], "mine": True}], "received": []}
    await wang.data("mutation ($id: ID!) { revoke_agent(id: $id) }", id=made["id"])
    assert ("agent", LEAD, "removed") in await parts(company, task)

    prepare = """mutation ($f: ID!, $t: ID!) { prepare_handover(from_user: $f, to_user: $t, parts: ["items"])
      { id status giver { name } counts lines { kind label { zh } } } }"""
    both = {"f": await id_of(company, AGENT), "t": lead}
    assert await wang.code(prepare, **both) == "forbidden"
    seen = (await admin.data(prepare, **both))["prepare_handover"]
    assert (seen["status"], seen["giver"]["name"], [line["kind"] for line in seen["lines"]]) == (
        "preview",
        "王伟",
        ["item"],
    )
    run = "mutation ($id: ID!) { run_handover(id: $id) { status } }"
    assert (await admin.data(run, id=seen["id"]))["run_handover"]["status"] == "running"
    page = (await admin.data("{ task_handovers { items { id status } next } }"))["task_handovers"]
    assert page == {"items": [{"id": seen["id"], "status": "running"}], "next": None}


async def test_a_box_takes_as_many_statements_for_many_tasks_as_for_one(company: Company, people: People) -> None:
    wang = await people(AGENT)
    box = "{ tasks { items { id title { zh } outcome_label { zh } on_behalf_of { name } claimed_by { name } } } }"
    await permit(company)
    counts = []
    for _ in range(2):
        with statements(wang.app) as seen:
            await wang.data(box)
        counts.append(len(seen))
        await company.start("signing", await company.ticket())
        await company.settled(lambda: _two(company))
    assert counts[0] == counts[1]


async def _two(company: Company) -> bool:
    return len(await company.inbox(AGENT)) >= 2
