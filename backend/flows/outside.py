"""Messages and signals from other systems: each thrown once, however often it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.actions.registry import ActionRegistry
from backend.errors import Invalid
from backend.events.log import Cause
from backend.flows.beginning import require_storable
from backend.flows.immediate import begin
from backend.flows.messages import WAITS, Message, broadcast, lock, post
from backend.flows.models import FlowMessageKey
from backend.flows.schemas import SendMessage, SendSignal
from backend.metadata.snapshot import Metadata

#: A payload is copied into variables: it is no place for documents.
LONGEST = 64 * 1024
Answer = dict[str, Any]


async def send(
    session: AsyncSession, metadata: Metadata, actions: ActionRegistry, caller: Caller, sent: SendMessage
) -> Answer:
    """Throw a message. Raises Forbidden, Invalid."""

    async def throw(key: str) -> Answer:
        waits = WAITS if sent.waits_seconds is None else timedelta(seconds=sent.waits_seconds)
        message = Message(key, sent.name, sent.correlation, sent.payload, _cause(caller), waits)
        await lock(session, [(message.name, message.correlation)])
        start = partial(begin, session, metadata, actions)
        posted = await post(session, metadata, start, message, clock.now())
        return {"outcome": posted.outcome, "instance_id": posted.instance and str(posted.instance)}

    _require(metadata, caller, sent.payload)
    require_storable({"name": sent.name, "correlation": sent.correlation}, "name")
    return await _once(session, caller, sent.id, throw)


async def shout(
    session: AsyncSession, metadata: Metadata, actions: ActionRegistry, caller: Caller, sent: SendSignal
) -> Answer:
    """Throw a signal. Raises Forbidden, Invalid."""

    async def throw(key: str) -> Answer:
        start = partial(begin, session, metadata, actions)
        shouted = await broadcast(session, metadata, start, key, sent.name, sent.payload, _cause(caller))
        return {
            "told": [str(each) for each in shouted.told],
            "started": [str(each) for each in shouted.started],
            "failed": {flow: refusal.to_json()["error"] for flow, refusal in shouted.failed.items()},
        }

    _require(metadata, caller, sent.payload)
    require_storable({"name": sent.name}, "name")
    return await _once(session, caller, sent.id, throw)


def _require(metadata: Metadata, caller: Caller, payload: dict[str, Any]) -> None:
    require_permission(caller, metadata.roles, "operate")
    require_storable(payload, "payload")
    if len(orjson.dumps(payload)) > LONGEST:
        raise Invalid(path="payload", reason=f"longer than {LONGEST} bytes")


def _cause(caller: Caller) -> Cause:
    return Cause(actor_id=caller.user_id, actor_kind=caller.kind)


async def _once(
    session: AsyncSession, caller: Caller, id: str | None, throw: Callable[[str], Awaitable[Answer]]
) -> Answer:
    """What `throw` answers, the first time; the same again every other time that the caller sends this id."""
    key = f"{caller.kind}:{caller.user_id}:{id or uuid4()}"
    if id is None:
        return await throw(key)
    row = FlowMessageKey
    taken = insert(row).values(id=key, answer={}).on_conflict_do_nothing().returning(row.id)
    if (await session.execute(taken)).first() is None:
        known: Answer = (await session.execute(select(row.answer).where(row.id == key))).scalar_one()
        return known | {"repeated": True}
    answer = await throw(key)
    await session.execute(update(row).where(row.id == key).values(answer=answer))
    return answer
