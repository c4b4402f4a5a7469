"""Decision tables and calendars tried out over HTTP, and published: who may, what is answered, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.access.caller import Caller
from backend.auth.dependencies import get_caller
from backend.db import Database, uuid7
from backend.main import create_app
from backend.settings import Settings
from tests.backend.metadata.documents import label

Json = dict[str, Any]
ADMIN = Caller(uuid7(), "admin", is_admin=True)
NOBODY = Caller(uuid7(), "nobody")
ROWS = [
    {"when": {"level": '"gold"', "amount": ">= 100 CNY"}, "then": {"rate": "0.8"}},
    {"when": {"level": '"gold"', "amount": "< 50 CNY"}, "then": {"rate": "0.9"}},
]


def table(*rows: Json, **members: Any) -> Json:
    return {
        "kind": "decision_table",
        "key": "discount",
        "label": label("Discount"),
        "inputs": [
            {
                "key": "level",
                "label": label("Level"),
                "type": "choice",
                "options": [{"key": "gold", "label": label("Gold")}],
            },
            {"key": "amount", "label": label("Amount"), "type": "money:CNY"},
        ],
        "outputs": [{"key": "rate", "label": label("Rate"), "type": "number"}],
        "rules": list(rows or ROWS),
        **members,
    }


CALENDAR = {
    "kind": "calendar",
    "key": "office",
    "label": label("Office"),
    "week": {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)},
    "holidays": [{"from": "2026-10-01", "to": "2026-10-07", "label": label("National Day")}],
    "workdays": [{"date": "2026-10-10", "label": label("make-up")}],
    "makeup": [["10:00", "00:00"]],
    "default": True,
}


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> AsyncIterator[FastAPI]:
    app = create_app(Settings(database_url=database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    app.dependency_overrides[get_caller] = lambda: ADMIN
    await app.state.services.metadata.load()
    yield app
    await app.state.services.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft/api") as client:
        yield client


async def publish(client: httpx.AsyncClient, *documents: Json) -> Json:
    for each in documents:
        await client.put(f"/definitions/{each['kind']}/{each['key']}", json={"content": each})
    answer: Json = (await client.post("/publish", json={})).json()
    return answer


async def test_a_table_is_looked_at_while_it_is_written(client: httpx.AsyncClient) -> None:
    found = (await client.post("/decision-tables/check", json={"document": table()})).json()
    assert (found["problems"], found["overlaps"], found["skipped"], found["complete"]) == ([], [], [], True)
    (gap,) = found["gaps"]
    assert gap["when"] == {"amount": ">= 50 CNY and < 100 CNY"}
    assert gap["example"] == {"level": "gold", "amount": {"amount": "50", "currency": "CNY"}}
    assert gap["message"]["zh"].startswith("没有一行适用于")


async def test_mistakes_come_with_their_places(client: httpx.AsyncClient) -> None:
    wrong = table({"when": {"level": '"golden"', "amount": "< 5"}, "then": {"rate": '"a"'}})
    found = (await client.post("/decision-tables/check", json={"document": wrong})).json()
    assert [(each["path"], each["suggestion"], each["span"]) for each in found["problems"]] == [
        ("/rules/0/when/level", '"gold"', [0, 8]),
        ("/rules/0/when/amount", "5 CNY", [2, 3]),
        ("/rules/0/then/rate", None, [0, 3]),
    ]
    found = (await client.post("/decision-tables/check", json={"document": {"key": "x", "rulez": []}})).json()
    assert "schema.required" in {each["code"] for each in found["problems"]}


async def test_a_table_decides_while_it_is_written_and_when_it_is_published(client: httpx.AsyncClient) -> None:
    inputs = {"level": "gold", "amount": 120}
    answer = await client.post("/decision-tables/decide", json={"document": table(), "inputs": inputs})
    assert answer.json() == {"outputs": {"rate": 0.8}, "matched": [0], "problem": None}
    assert (await client.post("/decision-tables/decide", json={"key": "discount", "inputs": inputs})).status_code == 404
    plan = await publish(client, table())
    assert [(each["code"], each["severity"]) for each in plan["problems"]] == [("gap", "warning")]
    answer = await client.post("/decision-tables/decide", json={"key": "discount", "inputs": inputs})
    assert answer.json()["outputs"] == {"rate": 0.8}
    both = table(*ROWS, {"then": {"rate": "1"}})
    answer = await client.post("/decision-tables/decide", json={"document": both, "inputs": inputs})
    assert (answer.json()["matched"], answer.json()["problem"]["code"]) == ([0, 2], "several_rows")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"key": "discount", "document": {}}, 422, "invalid"),
        ({"key": "nothing"}, 404, "not_found"),
        ({"document": {"key": "discount"}}, 422, "decision_table.invalid"),
        ({"document": table({"when": {"level": "gold"}})}, 422, "decision_table.invalid"),
        ({"document": table(), "inputs": {"levl": "gold"}}, 422, "decision_table.input"),
        ({"document": table(), "inputs": {"amount": "many"}}, 422, "decision_table.input"),
        ({"document": table(), "inputs": {"level": "\0"}}, 422, "definition.not_storable"),
    ],
)
async def test_what_cannot_be_decided_is_refused(client: httpx.AsyncClient, body: Json, status: int, code: str) -> None:
    answer = await client.post("/decision-tables/decide", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_a_year_is_shown_day_by_day(client: httpx.AsyncClient) -> None:
    drafted = (await client.post("/calendars/preview", json={"document": CALENDAR, "year": 2026})).json()
    assert (await client.get("/calendars/office/preview", params={"year": 2026})).status_code == 404
    assert (await publish(client, CALENDAR))["published"]
    found = (await client.get("/calendars/office/preview", params={"year": 2026})).json()
    assert found == drafted
    days = {each["date"]: each for each in found["days"]}
    assert (found["year"], len(days)) == (2026, 365)
    assert days["2026-09-30"] == {
        "date": "2026-09-30", "kind": "workday", "hours": [["09:00", "12:00"], ["13:00", "18:00"]], "label": None,
    }  # fmt: skip
    assert (days["2026-10-01"]["kind"], days["2026-10-01"]["hours"]) == ("holiday", [])
    assert days["2026-10-01"]["label"] == label("National Day")
    assert (days["2026-10-10"]["kind"], days["2026-10-10"]["hours"]) == ("makeup", [["10:00", "00:00"]])
    assert days["2026-10-11"]["kind"] == "free"


async def test_the_browser_is_given_the_default_calendar(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metadata")).json()["calendar"] is None
    await publish(client, CALENDAR)
    given = (await client.get("/metadata")).json()["calendar"]
    assert (given["workdays"], given["holidays"][-1], given["zone"]) == (["2026-10-10"], "2026-10-07", None)


async def test_a_calendar_with_mistakes_is_neither_shown_nor_published(client: httpx.AsyncClient) -> None:
    idle = CALENDAR | {"week": {}, "workdays": []}
    answer = await client.post("/calendars/preview", json={"document": idle, "year": 2026})
    assert (answer.status_code, answer.json()["error"]["path"]) == (422, "document/week")
    assert (await publish(client, idle))["error"]["code"] == "publish.invalid"


async def test_only_those_who_build_may_ask(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.dependency_overrides[get_caller] = lambda: NOBODY
    for path in ("decision-tables/check", "decision-tables/decide", "calendars/preview"):
        assert (await client.post(f"/{path}", json={"document": {}, "year": 2026})).status_code in (403, 422)
    assert (await client.post("/decision-tables/check", json={"document": {}})).status_code == 403
    assert (await client.get("/calendars/office/preview", params={"year": 2026})).status_code == 403
