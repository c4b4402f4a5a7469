"""A node's rights at work: conditions on what is hidden, rights that stay with the task, and values put together under somebody's hands."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text as sql

from backend.flows import reading
from backend.flows.errors import InvalidData, Relayed
from backend.records import service as records
from backend.tasks import service as tasks
from tests.attacks.definitions import FORM, text
from tests.backend.flows.company import ADMIN, AGENT, QUALITY, Company

_TOLD = sql("SELECT json_agg(n.text) FROM weft.notification n")
_ITEMS = [{"part": "门封", "quantity": 3, "price": "88.31"}, {"part": "水管", "quantity": 1, "price": "9.00"}]


def flow(rights: dict[str, str], key: str = "trial") -> dict[str, Any]:
    outcomes = [
        {"key": "ok", "label": text("同意", "Agree")},
        {"key": "no", "label": text("拒绝", "Refuse"), "kind": "refuse"},
    ]
    work = {
        "id": "work",
        "type": "user_task",
        "title": text("处理", "Work"),
        "form": "trial",
        "assignment": {"candidates": [{"user": QUALITY}], "mode": "any", "cc": [{"user": AGENT}]},
        "outcomes": outcomes,
        "rights": rights,
    }
    start, end = ({"id": each, "type": f"{each}_event", "title": text(each, each)} for each in ("start", "end"))
    edges = [{"id": f"{a}_{b}", "source": a, "target": b} for a, b in (("start", "work"), ("work", "end"))]
    head = {"kind": "flow", "key": key, "label": text("试验", "Trial"), "entity": "ticket"}
    return {**head, "nodes": [start, work, end], "edges": edges}


async def begin(
    company: Company, rights: dict[str, str], form: dict[str, Any] | None = None, **data: Any
) -> tuple[UUID, str]:
    """A ticket with a task under these rights: (ticket, task)."""
    await company.publish(form or FORM, "form")
    await company.publish(flow(rights))
    ticket = await company.ticket(items=_ITEMS, **data)
    instance = await company.start("trial", ticket)
    await company.until(lambda: company.has_open(instance, "work"))
    return ticket, (await company.task(QUALITY, instance, "work"))["id"]


def problems(error: InvalidData) -> list[tuple[str, str]]:
    return [(each["path"], each["code"]) for each in error.problems or []]


def item(task: dict[str, Any], field: str) -> dict[str, Any] | None:
    items = (each for section in task["form"]["sections"] for each in section["items"])
    return next((each for each in items if each["field"] == field), None)


def with_item(**members: Any) -> dict[str, Any]:
    """The form with the members of `batch` changed."""
    form: dict[str, Any] = json.loads(json.dumps(FORM))
    next(each for each in form["sections"][0]["items"] if each["field"] == "batch").update(members)
    return form


@pytest.mark.parametrize(("amount", "shown"), [("700", True), ("300", False)])
async def test_conditions_on_what_is_hidden_are_decided_before_anything_is_typed(
    company: Company, amount: str, shown: bool
) -> None:
    form = with_item(visible_when="compensation > 500 CNY", required_when="compensation > 500 CNY")
    ticket, id = await begin(company, {"compensation": "hidden"}, form, compensation=amount)
    task = await company.detail(QUALITY, id)
    found = item(task, "batch")
    assert (found is not None) == shown
    assert ("batch" in task["values"]) == shown
    if found is None:
        await company.complete(QUALITY, id, "ok", {"batch": "B1"})
        assert (await company.record("ticket", ticket))["batch"] is None, "what is not shown is not taken"
        return
    assert found["required"]
    assert not {"visible_when", "visible_when_tree", "required_when", "required_when_tree"} & found.keys()
    with pytest.raises(InvalidData) as caught:
        await company.complete(QUALITY, id, "ok", {})
    assert problems(caught.value) == [("/batch", "field.required")]
    await company.complete(QUALITY, id, "ok", {"batch": "B1"})


async def test_a_check_on_what_is_hidden_is_made_and_names_no_hidden_field(company: Company) -> None:
    check = {
        "expression": "batch is empty or compensation is empty or compensation < 500 CNY",
        "message": text("超出授权", "Beyond what you may"),
        "field": "compensation",
    }
    _, id = await begin(company, {"compensation": "hidden"}, {**FORM, "checks": [check]}, compensation="700")
    assert (await company.detail(QUALITY, id))["form"]["checks"] == []
    with pytest.raises(InvalidData) as caught:
        await company.complete(QUALITY, id, "ok", {"batch": "B1"})
    assert problems(caught.value) == [("", "check")]
    await company.complete(QUALITY, id, "ok", {})


async def test_rights_stay_with_the_task_and_hold_for_copies(company: Company) -> None:
    _, id = await begin(company, {"title": "hidden", "compensation": "masked"}, compensation="700")
    await company.publish(flow({}))
    for who in (QUALITY, AGENT):
        assert await titles(company, who) == ["", ""]
        task = await company.detail(who, id)
        assert (task["subject"], task["values"]["compensation"], item(task, "title")) == ("", "***", None)
    assert set((await company.detail(AGENT, id))["rights"].values()) == {"read", "masked"}
    assert await titles(company, ADMIN) == ["刚买的洗衣机漏水", "刚买的洗衣机漏水"]
    told = await company.scalar(_TOLD)
    assert "漏水" not in json.dumps(told, ensure_ascii=False)


async def titles(company: Company, who: str) -> list[str]:
    """What the one run there is is called for somebody, in the list and on its page."""
    store, caller = company.services.metadata, await company.caller(who)
    async with company.services.database.transaction() as session:
        listed = json.loads(await reading.list_json(session, store.current, caller))["items"]
        shown = await reading.detail(session, store, caller, UUID(listed[0]["id"]))
    return [listed[0]["title"], shown["title"]]


async def test_a_version_from_the_future_protects_nothing_less(company: Company) -> None:
    """Whoever claims to have seen more than there is gets their values in; kept ones are as stored, and never overtaken."""
    ticket, id = await begin(company, {"items.price": "hidden"})
    rows = (await company.detail(QUALITY, id))["values"]["items"]
    kept = (await company.record("ticket", ticket))["items"]
    async with company.services.database.transaction() as session:
        data = {"items": [{**row, "price": "1.00"} for row in kept]}
        metadata, caller = company.services.metadata.current, await company.caller(ADMIN)
        await records.update(session, metadata, caller, "ticket", ticket, data, version=None)
    given = [{**row, "quantity": 9} for row in rows]
    with pytest.raises(Relayed) as caught:
        await decide(company, id, {"items": given}, version=1)
    told = caught.value.to_json()["error"]
    assert told["code"] == "task.data_changed"
    assert all("price" not in row for each in told["problems"] for row in each["new"])
    await decide(company, id, {"items": given}, version=2**31 - 1)
    after = (await company.record("ticket", ticket))["items"]
    assert [(row["quantity"], row["price"]["amount"]) for row in after] == [(9, "1.00"), (9, "1.00")]


async def decide(company: Company, task: str, data: dict[str, Any], version: int) -> None:
    decision = tasks.Decision("ok", uuid4().hex, data, None, version)
    async with company.services.database.transaction() as session:
        store, caller = company.services.metadata, await company.caller(QUALITY)
        await tasks.complete(session, store, caller, company.host, UUID(task), decision)
