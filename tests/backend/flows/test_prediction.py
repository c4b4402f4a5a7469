"""Who gets it next, over HTTP: of an instance that runs, and of one that nobody has started."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text

from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, QUALITY, SERVICE, Company
from tests.backend.flows.drawing import flow, node
from tests.backend.tasks.approving import Approving, step
from tests.backend.tasks.approving import flow as approval
from tests.backend.tasks.conftest import SignIn, sign_in

__all__ = ["sign_in"]


def asked(*candidates: dict[str, Any], **policies: Any) -> dict[str, Any]:
    return {"mode": "any", "candidates": list(candidates), **policies}


def approving() -> dict[str, Any]:
    """Agents first, then whoever is above the one who did it; the owner of urgent ones too, else nobody that there is."""
    return flow(
        "approving",
        [
            node("first", "task", assignment=asked({"user": AGENT})),
            node("above", "task", assignment=asked({"superior_of": "first"}, {"role": "cs_lead"}, mode="all")),
            node("which", "xor"),
            node("owner", "task", assignment=asked({"record_field": "owner"}, {"expression": "record.owner"})),
            node("gone", "task", assignment=asked({"user": "gone@weft.local"})),
        ],
        "start -> first -> above -> which -> [record.priority = 'urgent'] owner -> end",
        "which -> [*] gone -> end",
    )


def seen(prediction: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The tasks with their people and, in English, why."""
    return [
        (task["node_id"], [f"{p['user']['name']}: {(p['because'] or {'en': None})['en']}" for p in task["people"]])
        for task in prediction["tasks"]
    ]


async def ask(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await http.post("/flows/approving/prediction", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_who_would_get_it_and_then_does(company: Company, sign_in: SignIn) -> None:
    await company.publish(approving())
    owner = str((await company.caller(FINANCE)).user_id)
    ticket = await company.ticket(owner=owner, priority="urgent")
    http = await sign_in(ADMIN)
    before = await ask(http, record_id=str(ticket))
    assert seen(before) == [
        ("first", ["王伟: Named by the flow"]),
        ("above", ["李娜: Superior of whoever did “first”"]),
        ("owner", ["孙丽: “Owner” of the record"]),
    ]
    assert (before["ended"], before["sure"], before["waits"]) == (True, True, [])
    instance = await company.start("approving", ticket)
    await company.until(lambda: company.has_open(instance, "first"))
    running = (await http.get(f"/instances/{instance}/prediction")).json()
    assert [task["now"] for task in running["tasks"]] == [True, False, False]
    assert seen(running) == seen(before)
    for email, id in ((AGENT, "first"), (LEAD, "above"), (FINANCE, "owner")):
        await company.decide(email, instance, id, "done")
    over = (await http.get(f"/instances/{instance}/prediction")).json()
    assert (over["ended"], over["tasks"]) == (True, [])


async def test_values_that_are_on_no_record_yet_and_where_nobody_is_found(company: Company, sign_in: SignIn) -> None:
    await company.publish(approving())
    http = await sign_in(ADMIN)
    owner = str((await company.caller(FINANCE)).user_id)
    urgent = await ask(http, data={"priority": "urgent", "owner": owner})
    assert seen(urgent)[-1] == ("owner", ["孙丽: “Owner” of the record"])
    calm = await ask(http, data={"priority": "low"})
    assert seen(calm)[-1] == ("gone", ["管理员: Nobody was found: it goes to an administrator"])
    wrong: list[dict[str, Any]] = [{"priority": {}}, {"no_such": 1}, {"title": "a\0"}]
    for data in wrong:
        answer = await http.post("/flows/approving/prediction", json={"data": data})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid"), data


async def test_a_drawing_is_played_through_for_builders_only(company: Company, sign_in: SignIn) -> None:
    drawing = approving()
    ticket = str(await company.ticket())
    admin, agent = await sign_in(ADMIN), await sign_in(AGENT)
    assert len((await ask(admin, record_id=ticket, document=drawing))["tasks"]) == 3
    answer = await agent.post("/flows/approving/prediction", json={"record_id": ticket, "document": drawing})
    assert answer.status_code == 403
    drawing["edges"] = drawing["edges"][1:]
    answer = await admin.post("/flows/approving/prediction", json={"record_id": ticket, "document": drawing})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "flow.drawing_invalid")
    assert error["problems"]


async def test_it_is_for_those_who_see_the_instance_or_may_start_the_flow(company: Company, sign_in: SignIn) -> None:
    await company.publish(approving())
    ticket = await company.ticket()
    instance = await company.start("approving", ticket)
    await company.until(lambda: company.has_open(instance, "first"))
    taking_part, stranger = await sign_in(AGENT), await sign_in(OTHER_AGENT)
    assert (await taking_part.get(f"/instances/{instance}/prediction")).status_code == 200
    assert (await taking_part.get(f"/instances/{uuid4()}/prediction")).status_code == 404
    answer = await stranger.post("/flows/approving/prediction", json={"record_id": str(ticket)})
    assert answer.status_code == 403
    admin = await sign_in(ADMIN)
    assert (await admin.post("/flows/nowhere/prediction", json={})).status_code == 404
    answer = await admin.post("/flows/approving/prediction", json={"record_id": str(uuid4())})
    assert answer.status_code == 404


async def test_an_instance_that_has_not_begun_is_played_from_its_start(company: Company, sign_in: SignIn) -> None:
    await company.publish(approving())
    instance = await company.start("approving", await company.ticket())
    await company.until(lambda: company.has_open(instance, "first"))
    async with company.services.database.transaction() as session:
        unbegun = text("UPDATE weft.instance SET state = NULL, status = 'starting' WHERE id = :id")
        await session.execute(unbegun, {"id": instance})
    http = await sign_in(ADMIN)
    found = (await http.get(f"/instances/{instance}/prediction")).json()
    assert [task["now"] for task in found["tasks"]] == [False, False, False]


async def test_whoever_was_given_a_part_by_somebody_is_told_as_such(company: Company, sign_in: SignIn) -> None:
    document = approval("both", step("both", AGENT, LEAD, mode="all"), step("next", OTHER_AGENT))
    run = await Approving.started(company, sign_in, document, ADMIN)
    quality, finance = await run.id(QUALITY), await run.id(FINANCE)
    assert (await run.do(AGENT, "transfer", users=[quality])).status_code == 200
    assert (await run.do(QUALITY, "transfer", users=[finance])).status_code == 200
    http = await sign_in(ADMIN)
    found = (await http.get(f"/instances/{run.instance}/prediction")).json()
    assert seen(found)[0] == ("both", ["孙丽: Transferred by 陈杰", "李娜: Named by the flow"])
    assert found["tasks"][0]["people"][0]["because"]["zh"] == "由陈杰转办"
    added = await run.do(LEAD, "add_before", users=[await run.id(SERVICE)])
    assert added.status_code == 200
    assert (await run.do(SERVICE, "transfer", users=[quality])).status_code == 200
    people = (await http.get(f"/instances/{run.instance}/prediction")).json()["tasks"][0]["people"]
    assert [each["because"]["en"] for each in people if each["kind"] == "before"] == ["Transferred by 赵磊"]
