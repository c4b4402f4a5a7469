"""Deciding many tasks at once: each by itself, with its own answer or error; what needs a look of its own is refused like anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.db import Database
from backend.errors import WeftError
from backend.metadata.store import MetadataStore
from backend.tasks.service import Decision, complete
from engine.host import HostClient

#: Of one request: other people's need connections too.
_AT_ONCE = 4


async def complete_many(
    database: Database,
    store: MetadataStore,
    caller: Caller,
    host: HostClient,
    decisions: Sequence[tuple[UUID, Decision]],
) -> list[dict[str, Any]]:
    """The results in the order of the decisions: `{task, ok, answer | error}`. Raises Forbidden."""
    require_tasks(caller)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(id: UUID, decision: Decision) -> dict[str, Any]:
        async with gate:
            try:
                async with database.transaction() as session:
                    answer = await complete(session, store, caller, host, id, decision)
            except WeftError as error:
                return {"task": str(id), "ok": False, **error.to_json()}
        return {"task": str(id), "ok": True, "answer": answer}

    return list(await asyncio.gather(*(one(id, decision) for id, decision in decisions)))
