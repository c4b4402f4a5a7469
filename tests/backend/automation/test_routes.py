"""Rules over HTTP: authors and operators each find their own, nobody else finds anything, and nothing is written by asking."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.auth import service as auth
from backend.automation.incidents import open_incident
from backend.automation.switches import switched_off
from backend.db import Database, uuid7
from backend.identity.models import User, UserRole
from backend.main import create_app
from backend.settings import Settings
from engine.definitions import Text
from tests.backend.automation.authoring import Company, founded, label

RULE = 'rule angry "Angry" priority 5 purpose care when social.post as p if p.text contains any of keywords("defects") then tag(["x"]) end'
TEST = {
    "title": {"zh": "漏水", "en": "A leak"},
    "given": [{"at": "2026-11-23T09:00", "event": "social.post", "values": {"text": "漏水"}, "person": {"id": "a"}}],
    "expect": [{"at": "2026-11-23T09:00", "branch": "then", "actions": [{"action": "tag"}]}],
}
Clients = dict[str, httpx.AsyncClient]


@pytest.fixture
async def company(database: Database) -> Company:
    rule = {"kind": "rule", "key": "angry", "label": label("angry"), "text": RULE, "tests": [TEST]}
    company = await founded(database, rule)
    await company.publish({**rule, "text": RULE.replace("priority 5", "priority 7")})
    await company.person("甲", level="vip")
    return company


@pytest.fixture
async def clients(company: Company, tmp_path: Path) -> AsyncIterator[Clients]:
    """A client for an author, for an operator, and for somebody who is neither."""
    database = company.database
    app = create_app(Settings(database_url=database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    await app.state.metadata.load()
    keys: dict[str, str] = {}
    async with database.transaction() as session:
        for name in ("author", "operator", "nobody"):
            user = User(id=uuid7(), email=f"{name}@weft.local", name=name)
            session.add(user)
            await session.flush()
            roles = [] if name == "nobody" else [name]
            session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
            _, keys[name] = await auth.create_key(session, name=name, user_id=user.id, roles=roles or ["author"])
            if name == "nobody":
                keys.pop(name)
    transport = httpx.ASGITransport(app)
    headers = {name: {"Authorization": f"Bearer {key}"} for name, key in keys.items()}
    made = {
        name: httpx.AsyncClient(transport=transport, base_url="http://weft", headers=headers.get(name, {}))
        for name in ("author", "operator", "nobody")
    }
    yield made
    for client in made.values():
        await client.aclose()
    await app.state.services.close()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def asked(client: httpx.AsyncClient, what: str, **body: Any) -> Any:
    answer = await client.post(f"/api/rules/{what}", json={"text": RULE, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_rule_is_checked_printed_counted_and_tested(clients: Clients) -> None:
    author = clients["author"]
    checked = await asked(author, "check")
    assert checked["problems"] == []
    assert (checked["rule"]["key"], checked["rule"]["purpose"], checked["rule"]["actions"]) == (
        "angry",
        "care",
        ["tag"],
    )
    broken = await asked(author, "check", text=RULE.replace("social.post", "social.pots"))
    assert broken["rule"] is None
    (problem,) = broken["problems"]
    assert problem["suggestions"][0] == "social.post"
    chinese = (await asked(author, "print", language="zh"))["text"]
    assert chinese.startswith("规则 angry")
    assert (await asked(author, "print", text=chinese, language="en"))["text"].startswith("rule angry")
    assert (await asked(author, "print", text="rule", language="en"))["problems"]
    completed = await asked(author, "complete", text="rule x when soc", offset=15)
    assert "social.post" in [item["insert"] for item in completed["items"]] or completed["items"]
    assert (await asked(author, "matches"))["basis"] == "person"
    (passed,) = (await asked(author, "test", tests=[TEST]))["results"]
    assert passed["passed"], passed["sentence"]
    (failed,) = (await asked(author, "test", tests=[{**TEST, "expect": []}]))["results"]
    assert not failed["passed"]
    assert failed["found"]


async def test_a_dry_run_and_a_why_write_nothing(clients: Clients, company: Company) -> None:
    event = await company.said("甲", "漏水了", ago=timedelta(hours=1))
    before = await company.count("SELECT count(*) FROM weft.event")
    found = await asked(clients["author"], "dry-run", days=2)
    assert (found["fired"], found["persons"], len(found["firings"])) == (1, 1, 1)
    assert code(await clients["author"].post("/api/rules/why", json={"text": RULE, "event_id": event}))[0] == 403
    assert before == await company.count("SELECT count(*) FROM weft.event")
    assert await company.count("SELECT count(*) FROM weft.rule_firing") == 0


async def test_rules_are_listed_with_what_becomes_of_them(clients: Clients) -> None:
    (shown,) = (await clients["author"].get("/api/rules")).json()
    assert (shown["key"], shown["purpose"], shown["off"], shown["problem"]) == ("angry", "care", False, None)
    assert shown["trigger"]["kind"] == "event"
    assert shown["trigger"]["sentence"]["zh"]
    assert [shown[name] for name in ("fired", "limited", "failed", "retracted", "pending", "incidents")] == [0] * 6
    one = (await clients["operator"].get("/api/rules/angry")).json()
    assert (one["draft"], one["tests"][0]["title"]) == (False, TEST["title"])
    versions = (await clients["author"].get("/api/rules/angry/versions")).json()
    assert [(each["version"], each["current"]) for each in versions] == [(2, True), (1, False)]
    assert "priority 7" in versions[0]["text"]
    assert "priority 5" in versions[1]["text"]


async def test_switches_are_turned_by_operators_and_told(clients: Clients, company: Company) -> None:
    operator = clients["operator"]
    turned = (await operator.put("/api/rules/angry/switch", json={"off": True, "reason": "太吵"})).json()
    assert (turned["off"], turned["reason"], turned["changed_by"]) == (True, "太吵", "operator")
    (shown,) = (await operator.get("/api/rules")).json()
    assert (shown["off"], shown["off_reason"], shown["off_by"]) == (True, "太吵", "operator")
    await operator.put("/api/rules/purposes/care/switch", json={"off": True})
    (purpose,) = (await operator.get("/api/rules/purposes")).json()
    assert (purpose["key"], purpose["off"], purpose["rules"], purpose["pending"]) == ("care", True, ["angry"], 0)
    async with company.database.transaction() as session:
        off = await switched_off(session)
    assert (off.rules, off.purposes) == ({"angry"}, {"care"})
    assert (await operator.put("/api/rules/angry/switch", json={"off": False})).json()["off"] is False
    assert code(await operator.put("/api/rules/purposes/nothing/switch", json={"off": True})) == (404, "not_found")
    assert code(await operator.put("/api/rules/angry/switch", json={"off": True, "more": 1})) == (422, "invalid")


async def test_incidents_are_listed_and_resolved(clients: Clients, company: Company) -> None:
    async with company.database.transaction() as session:
        await open_incident(session, "angry", 1, "rule.budget", Text("太多了", "Too many"))
    operator = clients["operator"]
    (incident,) = (await operator.get("/api/rules/incidents?status=open&rule=angry")).json()["items"]
    assert incident["message"] == {"zh": "太多了", "en": "Too many"}
    address = f"/api/rules/incidents/{incident['id']}"
    assert code(await operator.post(f"{address}/retry")) == (409, "incident.nothing_to_retry")
    assert (await operator.post(f"{address}/resolve")).status_code == 204
    assert code(await operator.post(f"{address}/resolve")) == (409, "incident.resolved")
    assert (await operator.get("/api/rules/incidents?status=open")).json() == {"items": [], "next": None}
    (done,) = (await operator.get("/api/rules/incidents?status=resolved")).json()["items"]
    assert done["resolved_by"] == "operator"


async def test_each_finds_only_their_own(clients: Clients) -> None:
    for address in ("firings", "incidents", "pending", "purposes", "failed-events"):
        assert code(await clients["author"].get(f"/api/rules/{address}")) == (403, "forbidden")
        assert code(await clients["nobody"].get(f"/api/rules/{address}")) == (401, "unauthenticated")
    for address in ("check", "complete", "print", "matches", "dry-run", "why", "test"):
        assert code(await clients["operator"].post(f"/api/rules/{address}", json={"text": RULE})) == (403, "forbidden")
    assert code(await clients["operator"].get("/api/rules/angry/versions")) == (403, "forbidden")
    assert code(await clients["author"].put("/api/rules/angry/switch", json={"off": True})) == (403, "forbidden")
