"""What is half filled in to start a flow: its author's alone, there again, and gone once it was sent or thrown away."""

from __future__ import annotations

from uuid import uuid4

from backend.access.caller import SYSTEM
from backend.metadata.service import publish, save_draft
from backend.start_forms import drafts
from tests.backend.flows.company import ADMIN, QUALITY, Company
from tests.backend.start_forms.applying import APPLICANT, CLERK, FORM, applicant, filled, request_flow, start
from tests.backend.tasks.approving import code
from tests.backend.tasks.conftest import SignIn


async def begin(company: Company) -> None:
    await applicant(company, request_flow(QUALITY))


async def test_a_draft_is_kept_opened_again_and_gone_once_sent(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, body = await sign_in(CLERK), filled(title="换门")
    at = f"/start-drafts/{body['id']}"
    for title in ("换门", "换门封"):
        kept = await http.put(at, json={"flow": "request", "data": {"title": title, "severity": None}})
        assert kept.status_code == 200, kept.text
    (listed,) = (await http.get("/start-drafts")).json()["items"]
    assert (listed["id"], listed["subject"], listed["flow_label"]["zh"]) == (body["id"], "换门封", "request")
    assert (await http.get("/tasks")).json()["counts"]["drafts"] == 1
    opened = (await http.get(at)).json()
    assert (opened["flow"], opened["data"]) == ("request", {"title": "换门封", "severity": None})
    refused = await http.post("/start-forms/request", json=body)
    assert code(refused) == (422, "task.invalid_data")
    assert (await http.get(at)).status_code == 200, "a refusal keeps it"
    await start(http, {**body, "data": {"title": "换门封", "severity": "minor"}})
    assert (await http.get("/start-drafts")).json()["items"] == []
    late = await http.put(at, json={"flow": "request", "data": {"title": "晚到"}})
    assert code(late) == (409, "start.already_started")
    assert (await http.get("/tasks")).json()["counts"]["drafts"] == 0


async def test_a_draft_is_thrown_away(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, at = await sign_in(CLERK), f"/start-drafts/{uuid4()}"
    await http.put(at, json={"flow": "request", "data": {"title": "换门"}})
    assert [(await http.delete(at)).status_code for _ in range(2)] == [204, 204]
    assert code(await http.get(at)) == (404, "not_found")


async def test_a_draft_is_its_authors_alone(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, admin = await sign_in(CLERK), await sign_in(ADMIN)
    at = f"/start-drafts/{uuid4()}"
    await http.put(at, json={"flow": "request", "data": {"title": "换门"}})
    assert (await admin.get("/start-drafts")).json()["items"] == []
    assert code(await admin.get(at)) == (404, "not_found")
    assert code(await admin.put(at, json={"flow": "request", "data": {"title": "改"}})) == (404, "not_found")
    assert (await admin.delete(at)).status_code == 204
    assert (await http.get(at)).json()["data"] == {"title": "换门"}


async def test_a_draft_holds_only_what_its_form_lets_be_written(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, at = await sign_in(CLERK), f"/start-drafts/{uuid4()}"
    for data in ({"compensation": "1"}, {"no_such": 1}, {"status": "closed"}):
        assert code(await http.put(at, json={"flow": "request", "data": data})) == (422, "task.invalid_data")
    too_much = {"flow": "request", "data": {"title": "x" * 600_000}}
    assert code(await http.put(at, json=too_much)) == (422, "task.draft_too_large")
    assert code(await http.put(at, json={"flow": "request", "data": {"title": "a\0"}})) == (422, "invalid")
    await http.put(at, json={"flow": "request", "data": {"title": "换门", "description": "缺"}})
    narrower = {**FORM, "sections": [{"items": [{"field": "title"}, {"field": "severity"}]}]}
    await company.publish(narrower, "form")
    assert (await http.get(at)).json()["data"] == {"title": "换门"}


async def test_there_are_only_so_many(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, first = await sign_in(CLERK), str(uuid4())
    for id in (first, *(str(uuid4()) for _ in range(drafts.MOST - 1))):
        answer = await http.put(f"/start-drafts/{id}", json={"flow": "request", "data": {"title": "一"}})
        assert answer.status_code == 200
    full = await http.put(f"/start-drafts/{uuid4()}", json={"flow": "request", "data": {"title": "多"}})
    assert code(full) == (409, "start.too_many_drafts")
    again = await http.put(f"/start-drafts/{first}", json={"flow": "request", "data": {"title": "改"}})
    assert again.status_code == 200


async def test_a_draft_of_a_flow_that_is_gone_is_listed_and_discarded(company: Company, sign_in: SignIn) -> None:
    await begin(company)
    http, at = await sign_in(CLERK), f"/start-drafts/{uuid4()}"
    await http.put(at, json={"flow": "request", "data": {"title": "换门"}})
    await company.publish({**APPLICANT, "flows": []}, "role")
    async with company.services.database.transaction() as session:
        await save_draft(session, company.services.publishing, SYSTEM, "flow", "request", None)
        await publish(session, company.services.publishing, SYSTEM, [("flow", "request")])
    await company.services.metadata.refresh()
    (listed,) = (await http.get("/start-drafts")).json()["items"]
    assert (listed["flow_label"], listed["subject"]) == (None, "")
    assert code(await http.get(at)) == (404, "not_found")
    assert (await http.delete(at)).status_code == 204
