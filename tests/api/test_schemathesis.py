"""Whatever a program sends to whatever the API documents: never a server error, and every refusal with a documented code.

Requests are generated from `/api/openapi.json` and sent to the running product as its administrator, half of them to the addresses
of things that are really there. It comes last in this folder: it changes what it can.
"""

from __future__ import annotations

import zlib
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from backend.api import build_app
from backend.settings import Settings
from tests.api import error_reference
from tests.product import Product
from tests.story import DEFECT, WANG, Sender, post, task_of

EXAMPLES = 15
#: What would end the session, and what never ends by itself; both are tested by hand.
_EXCLUDED = ["/api/auth/logout", "/api/live"]
_CODES = error_reference.codes()
#: What the server below us says to what is no HTTP at all, a line too long for it included.
_NO_HTTP = "Invalid HTTP request received."


class Administrator:
    """The administrator's session, and addresses of things that are there."""

    def __init__(self, product: Product) -> None:
        self.url = product.url
        client = product.client()
        self.headers = {"X-CSRF-Token": client.headers["X-CSRF-Token"]}
        self.cookies = dict(client.cookies)
        Sender(product).deliver(post(f"尽管试 {DEFECT}"))
        task = task_of(product.client(WANG), "triage", "尽管试")
        users = {user["email"]: user["id"] for user in client.get("/api/users").json()["items"]}
        departments = client.get("/api/departments").json()["items"]
        self.ids = {
            "/api/users/": users["zhang.min@weft.local"],
            "/api/departments/": departments[-1]["id"],
            "/api/records/": task["record_id"],
            "/api/instances/": task["instance_id"],
            "/api/tasks/": task["id"],
            "/api/people/": self._first(client, "person"),
        }
        self.words = {"entity": "ticket", "kind": "flow", "key": "urgent_complaint", "channel": "weibo", "version": 1}

    @staticmethod
    def _first(client: httpx.Client, entity: str) -> str:
        return str(client.get(f"/api/records/{entity}?limit=1").json()["items"][0]["id"])

    def aim(self, case: Any) -> None:
        """Point every other case at something that is there; which one follows from the case, so that it can be repeated."""
        if zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace")) % 2:
            return
        ids = next((id for prefix, id in self.ids.items() if case.path.startswith(prefix)), None)
        real = {**self.words, "id": ids}
        given = dict(case.path_parameters or {})
        case.path_parameters = {name: real.get(name) or value for name, value in given.items()}


@pytest.fixture(scope="package")
def administrator(product: Product) -> Administrator:
    return Administrator(product)


#: The same document that the product serves; taken from the application so that each operation is a test of its own.
schema = schemathesis.openapi.from_dict(build_app(Settings()).openapi()).exclude(path=_EXCLUDED)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_sent_is_a_server_error(case: Any, administrator: Administrator) -> None:
    administrator.aim(case)
    answer = case.call(base_url=administrator.url, headers=administrator.headers, cookies=administrator.cookies)
    assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"
    if answer.status_code >= 400 and answer.text != _NO_HTTP:
        assert answer.json()["error"]["code"] in _CODES, answer.text
