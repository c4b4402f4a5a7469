"""What people do with files over HTTP, at a task and at the whole run."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from tests.backend.tasks.approving import Approving

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


async def _sent(run: Approving, who: str, place: str, content: Any, query: dict[str, str]) -> httpx.Response:
    wish = {"name": "合同.pdf", "command_id": str(uuid4()), **query}
    headers = {"Content-Type": "application/pdf"}
    return await (await run.http(who)).post(f"/{place}/attachments", params=wish, content=content, headers=headers)


async def attach(run: Approving, who: str, task: str, content: Any = PDF, **query: str) -> httpx.Response:
    """A file that somebody attaches to a task."""
    return await _sent(run, who, f"tasks/{task}", content, query)


async def attach_to_run(run: Approving, who: str, content: Any = PDF, **query: str) -> httpx.Response:
    """A file that somebody attaches to the run itself."""
    return await _sent(run, who, f"instances/{run.instance}", content, query)


def made(answer: httpx.Response) -> dict[str, Any]:
    """The file that was attached."""
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def attached(run: Approving, who: str, task: str, **query: str) -> dict[str, Any]:
    return made(await attach(run, who, task, **query))


async def fetch(run: Approving, who: str, file: dict[str, Any]) -> httpx.Response:
    return await (await run.http(who)).get(f"/attachments/{file['id']}")


async def take_away(run: Approving, who: str, file: dict[str, Any]) -> httpx.Response:
    return await (await run.http(who)).delete(f"/attachments/{file['id']}")


async def page(run: Approving, who: str, task: str) -> dict[str, Any]:
    """A task as its page shows it."""
    found: dict[str, Any] = (await (await run.http(who)).get(f"/tasks/{task}")).json()
    return found
