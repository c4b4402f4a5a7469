"""The examples of docs/flow-format.md in a real installation: published with what stands around them, each starts and stops nowhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from temporalio.client import Client

from backend.assembly import build_services
from backend.connecting import actions
from backend.connecting.connectors import read
from backend.flows import service
from backend.identity.service import create_user
from backend.settings import Settings
from tests.backend.connecting.test_calling import Other, other
from tests.backend.flows.company import Company
from tests.engine.flow.format.running import APPROVALS, AROUND, EXAMPLES, document, run

__all__ = ["other"]

ALL = {**EXAMPLES, **APPROVALS}
#: Those that begin with somebody's start; the others begin with an event.
STARTED = [key for key, example in ALL.items() if example["steps"][0] == "start"]
ANN = "ann@example.com"
#: What goes on by itself in an installation: other systems answer, called flows end.
_BY_THEMSELVES = frozenset({"service", "child"})


@pytest.fixture
async def installation(
    database_url: str, client: Client, other: Other, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Company]:
    """One with nothing but the definitions around the examples, somebody in the role `agent` who has a superior, and the connector `credit`."""
    known = read(json.dumps({"credit": {"url": other.url}}), "")
    monkeypatch.setattr(actions, "allowed", lambda: known)
    queue = f"weft-{secrets.token_hex(6)}"
    services = build_services(Settings(database_url=database_url, temporal_task_queue=queue, secret="s" * 32))
    services._temporal = client
    await services.metadata.load()
    made = Company(services, client)
    for definition in AROUND:
        await made.publish(definition, definition["kind"])
    async with services.database.transaction() as session:
        lee = await create_user(session, email="lee@example.com", name="Lee", password_hash=None)
        await create_user(
            session, email=ANN, superior_id=lee.id, name="Ann", password_hash=None, roles=["agent"], is_admin=True
        )
    async with made.working():
        yield made
    await services.close()


async def test_each_is_published_and_started_and_stops_nowhere(installation: Company) -> None:
    for key in ALL:
        await installation.publish(document(key))
    person = await installation.create("person", {"name": "Wang"})
    ticket = await installation.create("ticket", {"title": "Printer", "person": str(person)})
    started = {key: await _started(installation, key, ticket) for key in STARTED}
    for key, id in started.items():
        await _stands(installation, key, id)
    assert (await installation.record("person", person))["tags"] == ["vip"]


async def _started(installation: Company, key: str, ticket: UUID) -> UUID:
    """The example, started by Ann."""
    async with installation.services.database.transaction() as session:
        return await service.start(
            session,
            installation.services.metadata.current,
            await installation.caller(ANN),
            f"example_{key}",
            actions=installation.services.actions,
            record_id=ticket,
            variables=ALL[key].get("set", {}),
        )


async def _stands(installation: Company, key: str, id: UUID) -> None:
    """The instance is over, or waits for what the page says that the example waits for."""
    first = run(key).told[0][1]
    ended = not first.startswith("`") or any(f"({reason})" in first for reason in _BY_THEMSELVES)

    async def there() -> bool:
        shown = await installation.instance(id)
        assert shown["incident"] is None, (key, shown["incident"])
        return bool(shown["status"] == ("completed" if ended else "running"))

    await installation.settled(there, 60)
