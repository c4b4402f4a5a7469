"""Each endpoint's refusals by code, asked of the running product; and that they are documented and change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api import error_reference
from tests.api.refusal import Refusal
from tests.api.refusals import OPEN, REFUSALS, UNUSUAL
from tests.product import Product
from tests.story import CHEN, DEFECT, LI, SUN, WANG, ZHAO, Sender, decide, post, task_of, until

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
#: Signed by a channel's secret, or what opens a session: no cookie is asked for.
_WITHOUT_SESSION = {"POST /api/auth/login", "POST /api/channels/{channel}/events"}


class Scene:
    """People signed in, and what the placeholders of the table stand for."""

    def __init__(self, product: Product, stack: ExitStack) -> None:
        self.product, self._stack = product, stack
        self._clients: dict[str | None, httpx.Client] = {}
        self.sender = Sender(product)
        self.names: dict[str, str] = {"password": product.password}

    def client(self, who: str | None) -> httpx.Client:
        """Somebody's client; nobody's for None and for channels."""
        if who not in self._clients:
            signed_in = who is not None and "@" in who
            client = self.product.client(str(who)) if signed_in else httpx.Client(base_url=self.product.url, timeout=30)
            self._stack.callback(client.close)
            self._clients[who] = client
        return self._clients[who]

    def filled(self, value: Any) -> Any:
        """`value` with its placeholders filled in; `{fresh}` is a new id each time."""
        if isinstance(value, str):
            for name, found in {**self.names, "fresh": str(uuid4())}.items():
                value = value.replace("{" + name + "}", found)
        elif isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        elif isinstance(value, list):
            return [self.filled(item) for item in value]
        return value

    def ask(self, refusal: Refusal) -> httpx.Response:
        body = refusal.raw if refusal.raw is not None else json.dumps(self.filled(refusal.body)).encode()
        headers = {"Content-Type": "application/json"}
        if refusal.who == "weibo":
            headers |= self.sender.headers(body, refusal.headers.get("X-Weft-Timestamp"))
        request = {"content": body} if refusal.method != "GET" else {}
        return self.client(refusal.who).request(
            refusal.method,
            self.filled(refusal.path),
            params=refusal.query,
            headers=headers | self.filled(refusal.headers),
            **request,  # type: ignore[arg-type]  # one member or none
        )


@pytest.fixture(scope="package")
def scene(product: Product) -> Iterator[Scene]:
    with ExitStack() as stack:
        scene = Scene(product, stack)
        _people(scene)
        _records(scene)
        _tasks(scene)
        _unusual_state(scene)
        until(lambda: _settled(product), "quiet")
        yield scene


def _people(scene: Scene) -> None:
    admin = scene.client("admin@weft.local")
    scene.names["admin"] = admin.get("/api/me").json()["user"]["id"]
    users = {user["email"]: user["id"] for user in admin.get("/api/users").json()["items"]}
    scene.names |= {"wang": users[WANG], "li": users[LI]}
    scene.names |= {"chen": users[CHEN], "zhao": users[ZHAO]}
    _away(admin, scene)
    key = {"name": "ERP", "roles": ["cs_agent"], "user_id": users[WANG]}
    scene.names["key"] = admin.post("/api/api-keys", json=key).json()["token"]
    departments = {each["key"]: each["id"] for each in admin.get("/api/departments").json()["items"]}
    scene.names |= {key: departments[key] for key in ("company", "quality")}


def _away(admin: httpx.Client, scene: Scene) -> None:
    """Somebody who left, agents in a time far off (王伟's is 陈杰, whose is 赵磊, whose is 孙丽), and a hand-over that was only looked at."""
    names = scene.names
    gone = {"email": "gone@weft.local", "name": "离职", "password": names["password"]}
    names["gone"] = admin.post("/api/users", json=gone).json()["id"]
    admin.patch(f"/api/users/{names['gone']}", json={"active": False}).raise_for_status()
    users = {user["email"]: user["id"] for user in admin.get("/api/users").json()["items"]}
    then = {"starts_at": "2999-01-01T00:00:00Z", "ends_at": "2999-02-01T00:00:00Z"}
    people = (users[WANG], users[CHEN], users[ZHAO], users[SUN])
    for principal, agent in pairwise(people):
        given = admin.post("/api/agents", json={"principal_id": principal, "agent_id": agent, **then})
        assert given.status_code == 201, given.text
        names.setdefault("agent", given.json()["id"])
    both = {"from_user": users[WANG], "to_user": users[LI], "parts": ["items"]}
    names["handover"] = admin.post("/api/handovers", json=both).json()["id"]


def _records(scene: Scene) -> None:
    admin = scene.client("admin@weft.local")
    ticket = admin.post("/api/records/ticket", json={"title": "漏水", "compensation": "100"}).json()
    admin.patch(
        f"/api/records/ticket/{ticket['id']}", json={"version": 1, "data": {"title": "洗衣机漏水"}}
    ).raise_for_status()
    product = admin.get("/api/records/product?limit=1").json()["items"][0]
    person = admin.get("/api/records/person?limit=1").json()["items"][0]
    opportunity = admin.post("/api/records/opportunity", json={"name": "别人的"}).json()
    scene.names |= {"ticket": ticket["id"], "sku": product["sku"], "person": person["id"]}
    scene.names["other_opportunity"] = opportunity["id"]


def _tasks(scene: Scene) -> None:
    """Three complaints: one waits for triage and was changed meanwhile, one was cancelled, one is held. A fourth was started with a form."""
    admin, agent = scene.client("admin@weft.local"), scene.client(WANG)
    complaints = (("零", ("held_task", "held")), ("一", ("handled", "ended")), ("二", ("task", "instance")))
    for number, names in complaints:
        text = f"{number} {DEFECT}"
        scene.sender.deliver(post(text))
        task = task_of(agent, "triage", text)
        scene.names |= dict(zip(names, (task["id"], task["instance_id"]), strict=True))
    record = f"/api/records/ticket/{task['record_id']}"
    change = {"version": admin.get(record).json()["version"], "data": {"severity": "minor"}}
    admin.patch(record, json=change).raise_for_status()
    scene.names["used"] = str(uuid4())
    cancelled = admin.post(f"/api/instances/{scene.names['ended']}/cancel", json={"command_id": scene.names["used"]})
    assert cancelled.status_code == 200, cancelled.text
    scene.names["started"] = str(uuid4())
    form = {"id": scene.names["started"], "data": {"title": f"四 {DEFECT}"}}
    started = agent.post("/api/start-forms/urgent_complaint", json=form)
    assert started.status_code == 201, started.text
    held = admin.post(f"/api/instances/{scene.names['held']}/suspend", json={"command_id": str(uuid4())})
    assert held.status_code == 200, held.text


def _unusual_state(scene: Scene) -> None:
    """What takes more than one request: a draft with a mistake, a tired login, a channel switched off."""
    broken = {"kind": "rule", "key": "broken", "label": {"zh": "坏", "en": "Broken"}, "text": "rule broken when"}
    saved = scene.client("admin@weft.local").put("/api/definitions/rule/broken", json={"content": broken})
    assert saved.status_code == 200, saved.text
    for _ in range(5):
        scene.client(None).post("/api/auth/login", json={"email": "tired@weft.local", "password": "wrong"})
    with psycopg.connect(scene.product.database_url) as connection:
        connection.execute("UPDATE weft.channel SET enabled = false WHERE key = 'web'")


def _settled(product: Product) -> bool:
    with psycopg.connect(product.database_url) as connection:
        waiting = connection.execute("SELECT count(*) FROM weft.outbox WHERE status = 'pending'").fetchone()
    return waiting == (0,)


def _events(product: Product) -> int:
    with psycopg.connect(product.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM weft.event").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_refused(scene: Scene, refusal: Refusal) -> None:
    before = _events(scene.product)
    answer = scene.ask(refusal)
    assert answer.status_code == refusal.status, answer.text
    document = answer.json()
    if refusal.status == 200:
        assert refusal.code in {error["extensions"]["code"] for error in document["errors"]}, document
    else:
        error = document["error"]
        assert error["code"] == refusal.code, document
        assert {"code", "message", "path", "suggestion", "params"} <= set(error)
        assert "{" not in error["message"]["zh"] + error["message"]["en"], "a parameter is missing"
    assert _events(scene.product) == before, "a refused request has changed something"


def test_every_operation_asks_who_is_there(scene: Scene) -> None:
    client = scene.client(None)
    for operation in operations(scene) - OPEN - _WITHOUT_SESSION:
        answer = client.request(*_example(operation))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated"), operation


def test_every_change_by_cookie_needs_its_token(scene: Scene) -> None:
    client = scene.client("admin@weft.local")
    for operation in operations(scene) - _WITHOUT_SESSION:
        if operation.split()[0] in _UNSAFE:
            answer = client.request(*_example(operation), headers={"X-CSRF-Token": ""})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth.csrf"), operation


def test_every_operation_and_every_code_is_in_the_table(scene: Scene) -> None:
    missing = {op for op in operations(scene) - OPEN if not any(_fits(op, refusal) for refusal in REFUSALS)}
    assert not missing, "no refusal of these operations is tested"
    assert error_reference.codes() == {refusal.code for refusal in REFUSALS} | set(UNUSUAL)


def test_the_page_of_errors_is_up_to_date() -> None:
    written = error_reference.DOCUMENT.read_text(encoding="utf-8")
    assert written == error_reference.document(), "run `python -m tests.api.error_reference`"


def test_a_repeated_command_answers_the_same(scene: Scene) -> None:
    agent = scene.client(WANG)
    scene.sender.deliver(post(f"三 {DEFECT}"))
    task = task_of(agent, "triage", f"三 {DEFECT}")
    body = {"outcome": "refuse", "comment": "不是我们的产品", "command_id": str(uuid4())}
    answers = [agent.post(f"/api/tasks/{task['id']}/complete", json=body) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json() == answers[1].json() == answers[2].json()
    with pytest.raises(AssertionError, match=r"task\.already_handled"):
        decide(agent, task, "refuse", comment="再来一次")


def operations(scene: Scene) -> set[str]:
    paths = scene.client(None).get("/api/openapi.json").json()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def _fits(operation: str, refusal: Refusal) -> bool:
    method, path = operation.split()
    wanted, given = path.split("/"), refusal.path.split("/")
    pairs = list(zip(wanted, given, strict=False))
    return method == refusal.method and len(wanted) == len(given) and all(w == g or w[:1] == "{" for w, g in pairs)


def _example(operation: str) -> tuple[str, str]:
    method, path = operation.split()
    for name, value in {
        "{id}": str(uuid4()),
        "{entity}": "ticket",
        "{kind}": "rule",
        "{version}": "1",
        "{event_id}": "1",
    }.items():
        path = path.replace(name, value)
    return method, path.replace("{key}", "nothing").replace("{channel}", "weibo")
