"""What operators do to instances, over HTTP: incidents, holding, triggering, ad-hoc work, changes and migrations; and what others send."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from tests.backend.flows.company import ADMIN, AGENT, Company
from tests.backend.flows.drawing import flow, message, node, signal, variable
from tests.backend.flows.test_messages import left, over, send, stands, waiting
from tests.backend.tasks.conftest import SignIn, sign_in

__all__ = ["sign_in"]


def order(**members: Any) -> dict[str, Any]:
    return {"command_id": str(uuid4()), **members}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def choosing() -> dict[str, Any]:
    """Writes what nobody can write, until somebody mends the variable."""
    return flow(
        "choosing",
        [node("work", "task"), node("write", "update_record", arguments={"priority": "way"})],
        "start -> work -> write -> end",
        variables=[variable("way")],
    )


async def stopped(company: Company, *ways: str) -> list[UUID]:
    """Instances that have no way out."""
    ids = [await company.start("choosing", await company.ticket(), way=way) for way in ways]
    for id in ids:
        await company.settled(lambda id=id: company.has_open(id, "work"))  # type: ignore[misc]  # the default binds it
        await company.decide(AGENT, id, "work", "done")
    return ids


async def test_incidents_are_listed_with_what_they_mean_and_retried_together(company: Company, sign_in: SignIn) -> None:
    await company.publish(choosing())
    ids = await stopped(company, "up", "down", "high")
    http = await sign_in(ADMIN)
    found = (await http.get("/incidents", params={"flow": "choosing"})).json()
    assert {item["instance_id"] for item in found["items"]} == {str(id) for id in ids[:2]}
    first = found["items"][0]
    assert (first["code"], first["node_id"], first["status"], found["counts"]) == (
        "action_failed",
        "write",
        "failed",
        {"action_failed": 2},
    )
    assert all(first[name][tongue] for name in ("message", "mending") for tongue in ("zh", "en"))
    assert first["since"]
    asked = order(code="action_failed", variables={"way": "high"})
    answer = (await http.post("/incidents/retry", json=asked)).json()
    assert [(item["ok"], item["status"]) for item in answer["items"]] == [(True, "completed")] * 2
    assert (await http.get("/incidents")).json()["items"] == []
    gone = (await http.post("/incidents/retry", json=order(ids=[str(ids[2])]))).json()
    assert gone == {"items": [], "left": 0}
    assert code(await (await sign_in(AGENT)).get("/incidents")) == (403, "forbidden")


async def test_many_are_retried_as_they_run_and_long_ids_with_one_beginning_are_two(
    company: Company, sign_in: SignIn
) -> None:
    await company.publish(choosing())
    ids = [str(id) for id in await stopped(company, "up", "down")]
    await company.publish(flow("choosing", [node("work", "task")], "start -> work -> end"))
    http, long = await sign_in(ADMIN), "x" * 70
    for number, (way, status) in enumerate([("sideways", "failed"), ("high", "completed")]):
        asked = {"command_id": f"{long}-{number}", "ids": ids, "variables": {"way": way}}
        answer = (await http.post("/incidents/retry", json=asked)).json()
        assert [(item["ok"], item["status"]) for item in answer["items"]] == [(True, status)] * 2


async def test_one_is_retried_with_a_variable_that_must_fit(company: Company, sign_in: SignIn) -> None:
    await company.publish(choosing())
    (id,) = await stopped(company, "up")
    http = await sign_in(ADMIN)
    wrong = await http.post("/incidents/retry", json=order(ids=[str(id)], variables={"day": 1}))
    assert wrong.json()["items"][0]["error"]["code"] == "flow.invalid"
    for variables in ({"day": 1}, {"way": 7}):
        refused = await http.post(f"/instances/{id}/retry", json=order(variables=variables))
        assert code(refused) == (422, "flow.invalid")
    retry = order(node_id="write", variables={"way": "high"})
    done = await http.post(f"/instances/{id}/retry", json=retry)
    assert done.json()["instance_status"] == "completed"
    assert (await http.post(f"/instances/{id}/retry", json=retry)).json() == done.json()


async def test_a_held_instance_keeps_what_arrives(company: Company, sign_in: SignIn) -> None:
    await company.publish(waiting())
    id = await company.start("waiting", await company.ticket(), order="A")
    await stands(company, id, "paid")
    http = await sign_in(ADMIN)
    assert (await http.post(f"/instances/{id}/suspend", json=order())).status_code == 200
    assert (await company.instance(id))["suspended"]
    assert code(await http.post(f"/instances/{id}/suspend", json=order())) == (409, "flow.suspended")
    assert (await send(company, "paid", "A", said="meanwhile")).outcome == "waiting"
    assert (await http.post(f"/instances/{id}/resume", json=order())).status_code == 200
    assert (await over(company, id))["variables"]["said"] == "meanwhile"
    assert await left(company) == (0, 0)


async def test_what_waits_is_triggered_by_hand(company: Company, sign_in: SignIn) -> None:
    await company.publish(waiting())
    id = await company.start("waiting", await company.ticket(), order="A")
    await stands(company, id, "paid")
    http = await sign_in(ADMIN)
    assert code(await http.post(f"/instances/{id}/trigger", json=order(node_id="fine"))) == (409, "event.not_waiting")
    assert code(await http.post(f"/instances/{id}/trigger", json=order(node_id="no"))) == (422, "flow.unknown_node")
    done = await http.post(f"/instances/{id}/trigger", json=order(node_id="paid", payload={"said": "by hand"}))
    assert done.json()["instance_status"] == "completed"
    assert (await company.instance(id))["variables"]["said"] == "by hand"


async def test_ad_hoc_work_is_started_and_finished(company: Company, sign_in: SignIn) -> None:
    await company.publish(
        flow(
            "free",
            [
                node("any", "ad_hoc_sub_process", ad_hoc={}),
                node("call", "task", parent="any"),
                node("visit", "task", parent="any"),
            ],
            "start -> any -> end",
        )
    )
    id = await company.start("free", await company.ticket())
    await stands(company, id, "any")
    http = await sign_in(ADMIN)
    assert (await http.post(f"/instances/{id}/activate", json=order(node_id="visit"))).status_code == 200
    assert await company.has_open(id, "visit")
    token = next(t for t in (await company.instance(id))["tokens"] if t["node_id"] == "any")
    finish = order(scope=token["detail"]["scope"])
    done = await http.post(f"/instances/{id}/finish", json=finish)
    assert (await http.post(f"/instances/{id}/finish", json=finish)).json() == done.json()
    assert done.json()["instance_status"] == "completed"
    assert not await company.has_open(id, "visit")


async def test_a_change_is_tried_out_before_it_is_made(company: Company, sign_in: SignIn) -> None:
    await company.publish(choosing())
    (id,) = await stopped(company, "up")
    http = await sign_in(ADMIN)
    token = (await company.instance(id))["tokens"][0]["id"]
    change = {"instructions": [{"kind": "move", "token": token, "node_id": "work"}], "variables": {"way": "high"}}
    tried = (await http.post(f"/instances/{id}/modify", json=order(**change, dry_run=True))).json()
    assert ([t["node_id"] for t in tried["tokens"]], tried["incident"]) == (["work"], None)
    assert [each["effect"] for each in tried["effects"]] == ["open_task"]
    assert (await company.instance(id))["tokens"][0]["node_id"] == "write"
    assert (await http.post(f"/instances/{id}/modify", json=order(**change))).status_code == 200
    assert (await company.decide(AGENT, id, "work", "done"))["instance_status"] == "completed"


async def test_running_instances_are_taken_to_a_new_version(company: Company, sign_in: SignIn) -> None:
    await company.publish(choosing())
    ids = [await company.start("choosing", await company.ticket(), way="high") for _ in range(2)]
    for id in ids:
        await stands(company, id, "work")
    new = choosing()
    new["nodes"] = [{**each, "id": "labour"} if each["id"] == "work" else each for each in new["nodes"]]
    for edge in new["edges"]:
        edge |= {end: "labour" for end in ("source", "target") if edge[end] == "work"}
    await company.publish(new)
    http = await sign_in(ADMIN)
    foreseen = (await http.post("/flows/choosing/migrate", json=order(dry_run=True))).json()
    assert [item["ok"] for item in foreseen["items"]] == [False, False]
    assert foreseen["unmapped"] == {"work": 2}
    nodes = {"work": "labour"}
    foreseen = (await http.post("/flows/choosing/migrate", json=order(dry_run=True, nodes=nodes))).json()
    assert [item["ok"] for item in foreseen["items"]] == [True, True]
    assert (await company.instance(ids[0]))["flow_version"] == 1
    done = (await http.post("/flows/choosing/migrate", json=order(nodes=nodes))).json()
    assert [item["ok"] for item in done["items"]] == [True, True]
    for id in ids:
        shown = await company.instance(id)
        assert (shown["flow_version"], shown["tokens"][0]["node_id"]) == (2, "labour")
    task = next(t for t in await company.inbox(AGENT) if t["instance_id"] == str(ids[0]))
    assert (await company.complete(AGENT, task["id"], "done"))["instance_status"] == "completed"


async def test_other_systems_send_messages_once(company: Company, sign_in: SignIn) -> None:
    await company.publish(waiting())
    id = await company.start("waiting", await company.ticket(), order="A")
    await stands(company, id, "paid")
    http = await sign_in(ADMIN)
    sent = {"id": "payment-0001", "name": "paid", "correlation": "A", "payload": {"said": "by ERP"}}
    first = await http.post("/flows/messages", json=sent)
    assert (first.status_code, first.json()) == (202, {"outcome": "delivered", "instance_id": str(id)})
    again = [(await http.post("/flows/messages", json=sent)).json() for _ in range(2)]
    assert all(each == {**first.json(), "repeated": True} for each in again)
    assert (await over(company, id))["variables"]["said"] == "by ERP"
    assert await left(company) == (0, 0)
    assert code(await (await sign_in(AGENT)).post("/flows/messages", json=sent)) == (403, "forbidden")


async def test_other_systems_send_signals_once(company: Company, sign_in: SignIn) -> None:
    await company.publish(flow("opened", [node("heard", "start", events=signal("sale"))], "heard -> end"))
    http = await sign_in(ADMIN)
    sent = {"id": "signal-0001", "name": "sale"}
    answers = [(await http.post("/flows/signals", json=sent)).json() for _ in range(3)]
    assert [len(each["started"]) for each in answers] == [1, 1, 1]
    assert await company.scalar(text("SELECT count(*) FROM weft.instance WHERE flow = 'opened'")) == 1


async def test_messages_sent_at_once_with_one_id_are_one(company: Company, sign_in: SignIn) -> None:
    await company.publish(flow("ordered", [node("on", "start", events=message("ordered"))], "on -> end"))
    http = await sign_in(ADMIN)
    sent = {"id": "message-0001", "name": "ordered"}
    answers = await asyncio.gather(*(http.post("/flows/messages", json=sent) for _ in range(5)))
    assert {each.json()["instance_id"] for each in answers} == {answers[0].json()["instance_id"]}
    assert await company.scalar(text("SELECT count(*) FROM weft.instance WHERE flow = 'ordered'")) == 1
