"""The same question on each road, of the running product: which rows and which fields somebody may see.

`tests/backend/access/test_matrix.py` asks the services about every scope; here real people ask through REST, GraphQL, live
updates, the dashboard, the time line and a running flow, and every road must answer alike.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.product import Product
from tests.story import CHEN, SUN, TRIAGE, WANG, ZHOU, decide, task_of

ADMIN, CLERK = "admin@weft.local", "clerk@weft.local"
#: A role of the test's own: only one's own tickets, without the compensation, and the dashboard of them.
CLERK_ROLE = {
    "kind": "role",
    "key": "own_tickets",
    "label": {"zh": "自己的工单", "en": "Own tickets"},
    "grants": [{"entity": "ticket", "actions": ["read"], "scope": "own", "fields": {"compensation": "hidden"}}],
    "permissions": ["analytics"],
}
#: Who sees which of the opportunities `mine` (of 王伟) and `other`, and of the tickets `clerks` and `other`.
ROWS = {
    ADMIN: {"opportunity": {"mine", "other"}, "ticket": {"clerks", "other"}},
    WANG: {"opportunity": {"mine"}, "ticket": {"clerks", "other"}},
    CHEN: {"opportunity": set(), "ticket": {"clerks", "other"}},
    SUN: {"opportunity": {"mine", "other"}, "ticket": {"clerks", "other"}},
    CLERK: {"opportunity": set(), "ticket": {"clerks"}},
}
#: Who may read ticket.compensation.
MONEY = {ADMIN: True, WANG: True, SUN: True, CHEN: False, ZHOU: False, CLERK: False}
_PLURAL = {"opportunity": "opportunities", "ticket": "tickets"}


class Company:
    """People signed in, and records whose sight differs."""

    def __init__(self, product: Product, stack: ExitStack) -> None:
        self.product = product
        self.admin = product.client(ADMIN)
        self._make_clerk()
        self.clients = {who: product.client(who) for who in (WANG, CHEN, SUN, ZHOU, CLERK)} | {ADMIN: self.admin}
        for client in self.clients.values():
            stack.callback(client.close)
        ids = {who: client.get("/api/me").json()["user"]["id"] for who, client in self.clients.items()}
        self.mark = uuid4().hex[:12]
        self.person = self.make("person", name="路人甲")
        self.rows = {
            "opportunity": {
                "mine": self.make("opportunity", name=f"甲 {self.mark}", owner=ids[WANG]),
                "other": self.make("opportunity", name=f"乙 {self.mark}"),
            },
            "ticket": {
                "clerks": self.make("ticket", title=f"甲 {self.mark}", owner=ids[CLERK], **self._money()),
                "other": self.make("ticket", title=f"乙 {self.mark}", **self._money()),
            },
        }
        self.change("ticket", self.rows["ticket"]["clerks"], compensation="88.25")

    def _money(self) -> dict[str, Any]:
        return {"compensation": "77.75", "person": self.person}

    def _make_clerk(self) -> None:
        """The role and its only holder; a second run against the same product finds them there."""
        self.admin.put("/api/definitions/role/own_tickets", json={"content": CLERK_ROLE}).raise_for_status()
        keys = [{"kind": "role", "key": "own_tickets"}]
        published = self.admin.post("/api/publish", json={"keys": keys})
        assert published.status_code == 200, published.text
        clerk = {"email": CLERK, "name": "文员", "password": self.product.password, "roles": ["own_tickets"]}
        made = self.admin.post("/api/users", json=clerk)
        assert made.status_code == 201 or made.json()["error"]["code"] == "user.email_taken", made.text

    def make(self, entity: str, **values: Any) -> str:
        answer = self.admin.post(f"/api/records/{entity}", json=values)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def change(self, entity: str, id: str, **values: Any) -> None:
        at = f"/api/records/{entity}/{id}"
        version = self.admin.get(at).json()["version"]
        self.admin.patch(at, json={"version": version, "data": values}).raise_for_status()


@pytest.fixture(scope="package")
def company(product: Product) -> Iterator[Company]:
    with ExitStack() as stack:
        yield Company(product, stack)


def graphql(client: httpx.Client, query: str) -> Any:
    """The data, or None when the schema of this caller does not have what is asked for."""
    answer = client.post("/graphql", json={"query": query}).json()
    if "errors" in answer:
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"graphql.invalid"}, answer
        return None
    return answer["data"]


# --- rows ------------------------------------------------------------------------------------------------------------


def _by_list(client: httpx.Client, entity: str, _: dict[str, str], mark: str) -> set[str]:
    answer = client.get(f"/api/records/{entity}", params={"search": mark, "count": True})
    if answer.status_code == 403:
        return set()
    page = answer.json()
    assert page["count"] == len(page["items"])
    return {item["id"] for item in page["items"]}


def _by_filter(client: httpx.Client, entity: str, _: dict[str, str], mark: str) -> set[str]:
    title = {"opportunity": "name", "ticket": "title"}[entity]
    answer = client.get(f"/api/records/{entity}", params={"filter": f'{title} contains "{mark}"', "columns": title})
    return {item["id"] for item in answer.json().get("items", [])}


def _by_get(client: httpx.Client, entity: str, rows: dict[str, str], _: str) -> set[str]:
    return {id for id in rows.values() if client.get(f"/api/records/{entity}/{id}").status_code == 200}


def _by_history(client: httpx.Client, entity: str, rows: dict[str, str], _: str) -> set[str]:
    return {id for id in rows.values() if client.get(f"/api/records/{entity}/{id}/history").status_code == 200}


def _by_graphql_list(client: httpx.Client, entity: str, _: dict[str, str], mark: str) -> set[str]:
    plural = _PLURAL[entity]
    data = graphql(client, f'{{ {plural}(search: "{mark}") {{ count items {{ id }} }} }}')
    found = {item["id"] for item in data[plural]["items"]} if data else set()
    assert not data or data[plural]["count"] == len(found)
    return found


def _by_graphql_get(client: httpx.Client, entity: str, rows: dict[str, str], _: str) -> set[str]:
    answers = {id: graphql(client, f'{{ {entity}(id: "{id}") {{ id }} }}') for id in rows.values()}
    return {id for id, data in answers.items() if data and data[entity]}


ROW_ROADS: tuple[Callable[[httpx.Client, str, dict[str, str], str], set[str]], ...] = (
    _by_list,
    _by_filter,
    _by_get,
    _by_history,
    _by_graphql_list,
    _by_graphql_get,
)


@pytest.mark.parametrize("road", ROW_ROADS, ids=lambda road: road.__name__.strip("_"))
@pytest.mark.parametrize("who", ROWS)
def test_rows_are_the_same_on_every_road(company: Company, who: str, road: Any) -> None:
    for entity, seen in ROWS[who].items():
        rows = company.rows[entity]
        assert road(company.clients[who], entity, rows, company.mark) == {rows[name] for name in seen}, entity


def test_live_updates_tell_of_the_same_rows(company: Company) -> None:
    """Everybody listens while every row changes; the ticket of the clerk changes last, which all of them may see."""
    listeners = {who: Listening(client) for who, client in company.clients.items() if who in ROWS}
    for entity, field in (("opportunity", "next_step"), ("ticket", "description")):
        for name in ("other", "mine", "clerks"):
            if name in company.rows[entity]:
                company.change(entity, company.rows[entity][name], **{field: uuid4().hex})
    last = company.rows["ticket"]["clerks"]
    told = {who: listening.records_until(last) for who, listening in listeners.items()}
    ours = {id: name for rows in company.rows.values() for name, id in rows.items()}
    for who, seen in ROWS.items():
        expected = {company.rows[entity][name] for entity, names in seen.items() for name in names}
        assert told[who] & set(ours) == expected, who


def test_the_dashboard_counts_the_same_rows(company: Company) -> None:
    for who in (ADMIN, SUN, CLERK):
        client = company.clients[who]
        figures = client.get("/api/dashboard").json()
        query: dict[str, str | int | bool] = {
            "filter": 'not (status in ["closed", "rejected"])',
            "count": True,
            "limit": 1,
        }
        listed = client.get("/api/records/ticket", params=query).json()
        assert figures["open_tickets"] == listed["count"], who
    assert company.clients[CHEN].get("/api/dashboard").status_code == 403


class Listening:
    """Somebody's open stream, read beside the test."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._opened = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._opened.wait(20), "the stream does not open"

    def _read(self) -> None:
        own = httpx.Client(base_url=self._client.base_url, cookies=self._client.cookies, timeout=30)
        with own, own.stream("GET", "/api/live") as answer:
            for line in answer.iter_lines():
                self._opened.set()
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
                    if "stop" in self._lines:
                        return

    def records_until(self, last: str) -> set[str]:
        """The ids of the records told of, once `last` is among them."""
        with self._changed:
            assert self._changed.wait_for(lambda: last in self._records(), 20), f"never told of {last}"
            self._lines.append("stop")
            return self._records()

    def _records(self) -> set[str]:
        data = [json.loads(line.removeprefix("data: ")) for line in self._lines if line.startswith("data: ")]
        return {each["id"] for each in data if "entity" in each}


# --- one field -------------------------------------------------------------------------------------------------------


def _money_in_list(client: httpx.Client, company: Company) -> bool:
    items = client.get("/api/records/ticket", params={"search": company.mark}).json()["items"]
    assert len({"compensation" in item for item in items}) == 1
    return "compensation" in items[0]


def _money_in_get(client: httpx.Client, company: Company) -> bool:
    return "compensation" in client.get(f"/api/records/ticket/{company.rows['ticket']['clerks']}").json()


def _money_as_column(client: httpx.Client, _: Company) -> bool:
    return client.get("/api/records/ticket?columns=compensation").status_code == 200


def _money_to_sort(client: httpx.Client, _: Company) -> bool:
    return client.get("/api/records/ticket?sort=compensation").status_code == 200


def _money_to_filter(client: httpx.Client, _: Company) -> bool:
    return client.get("/api/records/ticket", params={"filter": "compensation > 1 CNY"}).status_code == 200


def _money_in_history(client: httpx.Client, company: Company) -> bool:
    body = client.get(f"/api/records/ticket/{company.rows['ticket']['clerks']}/history").text
    assert ("compensation" in body) is ("88.25" in body)
    return "compensation" in body


def _money_in_graphql(client: httpx.Client, company: Company) -> bool:
    id = company.rows["ticket"]["clerks"]
    return graphql(client, f'{{ ticket(id: "{id}") {{ compensation {{ amount }} }} }}') is not None


def _money_in_graphql_filter(client: httpx.Client, _: Company) -> bool:
    query = '{ tickets(filter: "compensation > 1 CNY") { count } }'
    return "errors" not in client.post("/graphql", json={"query": query}).json()


def _money_in_metadata(client: httpx.Client, _: Company) -> bool:
    ticket = client.get("/api/metadata").json()["entities"]["ticket"]
    return "compensation" in {field["key"] for field in ticket["fields"]}


def _money_in_me(client: httpx.Client, _: Company) -> bool:
    fields: dict[str, str] = client.get("/api/me").json()["entities"]["ticket"]["fields"]
    return fields["compensation"] != "hidden"


FIELD_ROADS: tuple[Callable[[httpx.Client, Company], bool], ...] = (
    _money_in_list,
    _money_in_get,
    _money_as_column,
    _money_to_sort,
    _money_to_filter,
    _money_in_history,
    _money_in_graphql,
    _money_in_graphql_filter,
    _money_in_metadata,
    _money_in_me,
)


@pytest.mark.parametrize("road", FIELD_ROADS, ids=lambda road: road.__name__.strip("_"))
@pytest.mark.parametrize("who", MONEY)
def test_a_field_is_the_same_on_every_road(company: Company, who: str, road: Any) -> None:
    assert road(company.clients[who], company) is MONEY[who]


def test_the_time_line_names_the_same_field(company: Company) -> None:
    """It says which fields changed; of a hidden one not even that."""
    for who in (ADMIN, WANG, SUN, CHEN, ZHOU):
        text = company.clients[who].get(f"/api/people/{company.person}/timeline").text
        assert ("补偿金额" in text or "compensation" in text) is MONEY[who], who


def test_a_running_flow_shows_the_same_field(company: Company) -> None:
    """The quality engineer has a task of the flow whose variable carries the compensation."""
    ticket = company.make("ticket", title=f"流程 {company.mark}", **company._money())
    started = company.admin.post("/api/flows/urgent_complaint/instances", json={"record_id": ticket})
    assert started.status_code == 201, started.text
    decide(company.clients[WANG], task_of(company.clients[WANG], "triage", f"流程 {company.mark}"), "confirm", TRIAGE)
    task = task_of(company.clients[CHEN], "quality_check", f"流程 {company.mark}")
    for who in (ADMIN, WANG, SUN, CHEN):
        instance = company.clients[who].get(f"/api/instances/{started.json()['id']}").json()
        assert ("compensation" in instance["variables"]) is MONEY[who], who
        seen = json.dumps({name: value for name, value in instance.items() if name != "definition"})
        assert ("77.75" in seen) is MONEY[who], who
    assert "77.75" not in company.clients[CHEN].get(f"/api/tasks/{task['id']}").text
    query = f'{{ task(id: "{task["id"]}") {{ id values }} }}'
    assert "77.75" not in company.clients[CHEN].post("/graphql", json={"query": query}).text
