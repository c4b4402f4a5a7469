"""One refusal: a request and the code that it earns; and the ways of writing down those that come often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.story import CHEN, WANG

ADMIN = "admin@weft.local"
NOBODY = "00000000-0000-7000-8000-000000000000"
LONG = "x" * 20_001
NUL = "a\0b"


@dataclass(frozen=True)
class Refusal:
    """A request and the code it is refused with."""

    code: str
    method: str
    path: str
    body: Any = None
    who: str | None = ADMIN
    status: int = 422
    query: dict[str, str] = field(default_factory=dict)
    #: A body that is not JSON, and headers; for what a program may send.
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.code} {self.method} {self.path}"


def record(code: str, entity: str, body: Any, status: int = 422, who: str = ADMIN) -> Refusal:
    return Refusal(code, "POST", f"/api/records/{entity}", body, who, status)


def listing(code: str, **query: str) -> Refusal:
    return Refusal(code, "GET", "/api/records/ticket", query=query)


def complete(code: str, task: str, body: dict[str, Any], status: int = 422, who: str = WANG) -> Refusal:
    return Refusal(code, "POST", f"/api/tasks/{task}/complete", {"command_id": "{fresh}"} | body, who, status)


def task_draft(code: str, body: dict[str, Any], status: int = 422, who: str = WANG, task: str = "{task}") -> Refusal:
    return Refusal(code, "PUT", f"/api/tasks/{task}/draft", body, who, status)


def graphql(code: str, query: str, who: str = ADMIN) -> Refusal:
    return Refusal(code, "POST", "/graphql", {"query": query}, who, 200)


def draft(code: str, address: str, content: Any, status: int = 422, **more: Any) -> Refusal:
    return Refusal(code, "PUT", f"/api/definitions/{address}", {"content": content, **more}, ADMIN, status)


def not_there(method: str, path: str, body: Any = None) -> Refusal:
    return Refusal("not_found", method, path, body, status=404)


def not_allowed(method: str, path: str, body: Any = None, who: str = CHEN) -> Refusal:
    return Refusal("forbidden", method, path, body, who, 403)


def with_key(method: str, path: str, body: Any = None) -> Refusal:
    """Refused to a key that was not made for its user's tasks."""
    return Refusal("forbidden", method, path, body, None, 403, headers={"Authorization": "Bearer {key}"})


def limited(path: str, **query: str) -> Refusal:
    return Refusal("invalid", "GET", path, query=query or {"limit": "0"})
