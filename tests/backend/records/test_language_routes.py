"""Expressions over HTTP: completed, explained and printed within what the caller may read; strange input is refused, not a crash."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from backend.access.caller import SYSTEM
from backend.records import service
from tests.backend.records.conftest import World
from tests.backend.records.test_routes import TICKETS, clients

__all__ = ["clients"]

Clients = dict[str, httpx.AsyncClient]
ABOUT = {"entity": "ticket"}


async def ask(client: httpx.AsyncClient, what: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = await client.post(f"/api/language/{what}", json={**ABOUT, **body})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_check_answers_the_canonical_text_and_the_places_of_the_parts(clients: Clients) -> None:
    found = await ask(clients["agent"], "check", {"text": "  (score>1)and 工单 为空"})
    assert not found["ok"]
    found = await ask(clients["agent"], "check", {"text": '  (score>1)and not status="open"', "expects": "boolean"})
    assert found["text"]["en"] == 'score > 1 and status != "open"'
    assert found["text"]["zh"] == 'score > 1 且 status != "open"'
    assert (found["json"]["start"], found["json"]["op"]) == (2, "and")


async def test_what_is_expected_and_where_it_must_work_are_checked(clients: Clients) -> None:
    agent = clients["agent"]
    assert (await ask(agent, "check", {"text": "score", "expects": "boolean"}))["problems"][0][
        "code"
    ] == "type_mismatch"
    assert (await ask(agent, "check", {"text": "score", "expects": "number"}))["ok"]
    assert (await ask(agent, "check", {"text": "score", "expects": "poem"}, 422))["error"]["code"] == "invalid"


async def test_completion_offers_what_the_caller_may_read(clients: Clients) -> None:
    found = await ask(clients["agent"], "complete", {"text": "score > 1 and comp", "position": 18})
    assert found["items"][0]["insert"] == "compensation"
    assert (found["from"], found["to"]) == (14, 18)
    assert found["items"][0]["detail"] == {"zh": "金额（CNY）", "en": "money (CNY)"}
    hidden = await ask(clients["lead"], "complete", {"text": "comp", "position": 4})
    assert "compensation" not in [item["insert"] for item in hidden["items"]]
    chinese = await ask(clients["agent"], "complete", {"text": "cd", "position": 2, "surface": "zh"})
    assert chinese["items"][0]["insert"] == "长度("


async def test_an_explanation_says_why_a_record_is_not_meant(clients: Clients) -> None:
    agent = clients["agent"]
    person = (await agent.post("/api/records/person", json={"name": "王五"})).json()
    assert "error" in person, "this role may only read people"
    made = (await agent.post(TICKETS, json={"title": "漏水", "score": 3})).json()
    found = await ask(agent, "explain", {"text": 'score > 5 or person.level = "vip"', "record": made["id"]})
    assert found["value"] is False
    assert found["type"] == "boolean"
    assert [part["value"] for part in found["part"]["parts"]] == [False, False]
    assert any("score" in reason["en"] and "3" in reason["en"] for reason in found["why_not"])
    over = await ask(agent, "explain", {"text": "score > 5", "record": made["id"], "values": {"score": 6}})
    assert over["value"] is True


async def test_what_is_looked_up_is_explained_within_what_the_caller_may_read(clients: Clients) -> None:
    text = 'lookup("user", name: "lead").department.key = "service" and exists("ticket", title: title)'
    values = {"title": "只有客服看得到"}
    await clients["agent"].post(TICKETS, json=values)
    found = await ask(clients["agent"], "explain", {"text": text, "values": values})
    assert found["value"] is True
    hidden = await ask(clients["other"], "explain", {"text": 'exists("everything", text: title)', "values": values})
    assert [problem["code"] for problem in hidden["problems"]] == ["unknown_entity"]
    refused = await ask(clients["agent"], "check", {"text": 'has_role(owner, "agent_own")'})
    assert [problem["code"] for problem in refused["problems"]] == ["not_provided"]
    browser = await ask(clients["agent"], "check", {"text": 'exists("ticket", title: title)', "target": "browser"})
    assert [problem["code"] for problem in browser["problems"]] == ["not_provided"]


async def test_an_explanation_warns_of_what_could_not_be_read(clients: Clients) -> None:
    found = await ask(clients["agent"], "explain", {"text": "10 / score", "values": {"score": 0}})
    assert found["value"] is None
    assert [warning["code"] for warning in found["warnings"]] == ["division_by_zero"]


@pytest.mark.parametrize("owner", ["abc", ["abc"], {"id": "abc"}, {"id": None}, 7])
async def test_what_is_no_id_of_anybody_is_read_as_nobody(clients: Clients, owner: object) -> None:
    found = await ask(clients["agent"], "explain", {"text": "owner.name is empty", "values": {"owner": owner}})
    assert found["value"] is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("owner.department.key", "night"),
        ("created_by.department.name", "night"),
        ("me.department.key", "night"),
        ("me.name", "agent"),
    ],
)
async def test_people_are_read_as_far_as_paths_go_as_in_a_filter(clients: Clients, text: str, value: str) -> None:
    agent = clients["agent"]
    made = (await agent.post(TICKETS, json={"title": "漏水"})).json()
    found = await ask(agent, "explain", {"text": text, "record": made["id"]})
    assert found["value"] == value
    listed = (await agent.get(TICKETS, params={"filter": f'{text} = "{value}"'})).json()
    assert [item["id"] for item in listed["items"]] == [made["id"]]


async def test_a_record_in_the_trash_is_read_behind_a_reference_as_in_a_filter(clients: Clients, world: World) -> None:
    agent = clients["agent"]
    async with world.database.transaction() as session:
        person = await service.create(session, world.metadata, SYSTEM, "person", {"name": "王五"})
    made = (await agent.post(TICKETS, json={"title": "漏水", "person": person["id"]})).json()
    async with world.database.transaction() as session:
        await service.delete(session, world.metadata, SYSTEM, "person", person["id"])
    text = 'person.name = "王五" and not exists("person", name: person.name)'
    assert (await ask(agent, "explain", {"text": text, "record": made["id"]}))["value"] is True
    listed = (await agent.get(TICKETS, params={"filter": text})).json()
    assert [item["id"] for item in listed["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("explain", r'{"text": "title", "values": {"title": "\ud800"}}'),
        ("print", r'{"json": {"op": "const", "type": "text", "value": "\ud800"}}'),
        ("print", r'{"json": {"op": "field", "type": "text", "path": ["\ud800"]}}'),
        ("print", json.dumps({"json": {"op": "const", "type": "list:" * 3_000 + "text", "value": [1]}})),
        (
            "print",
            json.dumps(
                {"json": {"op": "and", "type": "boolean", "args": [{"op": "text", "text": "1 = " * 2_000}] * 9}}
            ),
        ),
        ("explain", json.dumps({"text": "title", "values": {"tags": ["a"] * 400_000}})),
    ],
    ids=lambda value: value[:40],
)
async def test_what_cannot_be_written_or_is_too_large_is_refused(clients: Clients, what: str, body: str) -> None:
    content = f'{{"entity": "ticket", {body[1:]}'
    answer = await clients["agent"].post(f"/api/language/{what}", content=content.encode())
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    ("listed", "values", "most"),
    [("tags", {"tags": ["a", "b"] * 500}, 1_000), ('split(phone, ",")', {"phone": "a,b," * 500}, 500)],
)
async def test_an_explanation_over_long_lists_is_refused_when_it_would_take_long(
    clients: Clients, listed: str, values: dict[str, Any], most: int
) -> None:
    about = {"entity": "person", "text": f"some x in {listed} satisfies some y in {listed} satisfies x & y = name"}
    few: dict[str, Any] = {key: value[:8] for key, value in values.items()}
    assert (await ask(clients["agent"], "explain", {**about, "values": {**few, "name": "ba"}}))["value"] is True
    refused = await ask(clients["agent"], "explain", {**about, "values": {**values, "name": "ba"}})
    assert [problem["code"] for problem in refused["problems"]] == ["too_costly"]
    shown = await ask(clients["agent"], "explain", {**about, "text": listed, "values": values})
    assert (len(shown["value"]), len(shown["part"]["value"])) == (most, 100)


async def test_records_of_others_cannot_be_explained(clients: Clients) -> None:
    made = (await clients["agent"].post(TICKETS, json={"title": "漏水", "score": 3})).json()
    await ask(clients["other"], "explain", {"text": "score > 5", "record": made["id"]})
    hidden = await ask(clients["lead"], "explain", {"text": "compensation > 5 CNY", "record": made["id"]}, 200)
    assert [problem["code"] for problem in hidden["problems"]] == ["unknown_name"]


async def test_the_addresses_people_log_in_with_are_not_to_be_asked_for(clients: Clients) -> None:
    agent = clients["agent"]
    offered = await ask(agent, "complete", {"text": "owner.", "position": 6})
    assert "`E-mail`" not in [item["insert"] for item in offered["items"]]
    for text in ('owner.email contains "a"', 'lookup("user", name: "lead").email = "x"', 'exists("user", email: "x")'):
        assert not (await ask(agent, "check", {"text": text}))["ok"], text


async def test_a_tree_is_printed_with_the_texts_in_it(clients: Clients) -> None:
    tree = {
        "op": "and",
        "type": "boolean",
        "args": [
            {
                "op": ">",
                "type": "boolean",
                "args": [
                    {"op": "field", "type": "number", "path": ["score"]},
                    {"op": "const", "type": "number", "value": "5"},
                ],
            },
            {"op": "text", "text": 'title contains "漏" or title is empty'},
        ],
    }
    found = await ask(clients["agent"], "print", {"json": tree})
    assert found["text"]["en"] == 'score > 5 and (title contains "漏" or title is empty)'
    assert found["ok"]
    assert found["json"]["op"] == "and"


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"op": "poem", "type": "boolean"},
        {"op": "and", "type": "boolean", "args": "x"},
        {"op": "and", "type": "boolean", "args": [1]},
        {"op": ">", "type": "boolean", "args": []},
        {"op": "field", "type": "number"},
        {"op": "const", "type": "date", "value": "2026-02-30"},
        {"op": "const", "type": "number", "value": {"a": 1}},
        {"op": "call", "type": "number", "value": "poem"},
        {"op": "some", "type": "boolean", "args": [], "value": 7},
        {"v": 99, "op": "const", "type": "boolean", "value": True},
    ],
    ids=str,
)
async def test_what_is_no_tree_is_refused(clients: Clients, tree: dict[str, Any]) -> None:
    answer = await clients["agent"].post("/api/language/print", json={**ABOUT, "json": tree})
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["text"]
    else:
        assert answer.json()["error"]["code"] == "invalid"


async def test_a_tree_too_deep_is_refused(clients: Clients) -> None:
    tree: dict[str, Any] = {"op": "const", "type": "boolean", "value": True}
    for _ in range(400):
        tree = {"op": "not", "type": "boolean", "args": [tree]}
    await ask(clients["agent"], "print", {"json": tree}, 422)
