"""The outbox handler `deliver_message`: gives a message to the instance that waits for it. One that comes too late finds another."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.events.log import Cause
from backend.events.outbox import Persistent
from backend.flows import repository, subscriptions
from backend.flows.errors import InstanceStarting
from backend.flows.immediate import begin
from backend.flows.messages import Message, lock, offer, post
from backend.flows.models import FlowMessage
from backend.flows.signals import attempt, command_id, told
from backend.flows.starting import StartServices, host_of
from engine.flow import Deliver, command_to_json
from engine.host import CommandInput


class Deliverer(Persistent):
    """Never gives up: a message is delivered, or goes back to those that wait."""

    def __init__(self, services: StartServices) -> None:
        self._services = services

    async def __call__(self, payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        instance, subscription = UUID(payload["instance"]), int(payload["subscription"])
        async with self._services.database.transaction() as session:
            message = await subscriptions.message(session, UUID(payload["message"]))
            found = await repository.bare_instance(session, instance)
        if message is None:
            return None
        if found is not None and found.status == "starting":
            raise InstanceStarting()  # it has not reached Temporal yet; the outbox comes back
        arrived = found is not None and await self._give(message, instance, subscription, key)
        async with self._services.database.transaction() as session:
            await self._settle(session, message, instance, subscription, arrived=arrived)
        return {"instance": str(instance), "told": arrived}

    async def not_yet(self, session: AsyncSession, payload: dict[str, Any], attempts: int, error: Exception) -> None:
        """What keeps it waiting is on the outbox's row."""

    async def _give(self, message: FlowMessage, instance: UUID, subscription: int, key: str) -> bool:
        document = command_to_json(Deliver(subscription, message.payload))
        document |= {"cause": {"event_id": message.event_id, "depth": message.depth}}
        host = await host_of(self._services)
        return await told(partial(host.command, str(instance), attempt(CommandInput(command_id(key), document))))

    async def _settle(
        self, session: AsyncSession, message: FlowMessage, instance: UUID, subscription: int, *, arrived: bool
    ) -> None:
        """The message is gone and its receiver free for the next; or it looks for another receiver."""
        now = clock.now()
        await lock(session, [(message.name, message.correlation)])
        await subscriptions.forget(session, message.id)
        if arrived:
            await subscriptions.claim(session, instance, subscription, None)
            await offer(session, instance, subscription, now)
            return
        await subscriptions.remove(session, instance, [subscription])
        metadata, actions = self._services.metadata.current, self._services.actions
        cause = Cause(message.event_id, message.depth)
        again = Message(
            f"{message.id}:again", message.name, message.correlation, message.payload, cause, message.expires_at - now
        )
        await post(session, metadata, partial(begin, session, metadata, actions), again, now)
