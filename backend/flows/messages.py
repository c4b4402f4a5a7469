"""Messages and signals between instances, and what waits for them.

A message goes to exactly one receiver: the instance that has waited longest for its name and correlation key, else the flow that it
starts, else it waits in `flow_message` until somebody does or it expires. A signal goes to all who wait for it now, and starts the
flows that it starts. What throws and what begins to wait are brought together in the transaction of each, under a lock of the name
and key, so that neither misses the other; the delivery itself goes through the outbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.actions.arguments import id_of
from backend.errors import WeftError
from backend.events.log import Cause
from backend.events.outbox import enqueue
from backend.flows import repository, subscriptions
from backend.flows.beginning import DEEPEST, Beginning, Start
from backend.flows.signals import tell
from backend.flows.start_events import StartEvent, starts_of
from backend.flows.work import Work
from backend.metadata.snapshot import Metadata
from engine.flow import ConditionsChanged, Publish, Signal

MESSAGE, SIGNAL, CONDITIONAL = "message", "signal", "conditional"
#: The outbox kind that gives a message to the one who waits.
DELIVER_MESSAGE = "deliver_message"
#: How long a message waits for a receiver.
WAITS = timedelta(days=7)
#: Members of a payload that name the record that a flow is started about.
_RECORD = ("record", "record_id")


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way; `key` names it for ever."""

    key: str
    name: str
    correlation: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    cause: Cause = field(default_factory=Cause)
    waits: timedelta = WAITS

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE_OID, f"message:{self.key}")


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a message: `delivered` (on its way to `instance`), `started` (that instance), or `waiting`."""

    outcome: str
    instance: UUID | None = None


@dataclass(frozen=True, slots=True)
class Shouted:
    """What became of a signal: the instances that are told, those that it started, and the flows that it could not start."""

    told: list[UUID]
    started: list[UUID] = field(default_factory=list)
    failed: dict[str, WeftError] = field(default_factory=dict)


async def exchange(work: Work) -> None:
    """Write down what an application waits for, and pass on what it throws."""
    instance, ended = work.instance, work.state.status != "running"
    if work.unsubscribed or ended:
        await subscriptions.remove(work.session, instance.id, None if ended else work.unsubscribed)
    if work.subscribed and not ended:
        await subscriptions.add(work.session, instance, work.subscribed.values(), work.now)
    thrown = [(key, effect, cause) for key, effect, cause in work.thrown if effect.name]
    waited = [] if ended else await _newly_waited(work)
    named = [(effect.name or "", effect.correlation or "") for _, effect, _ in thrown if effect.kind == MESSAGE]
    await lock(work.session, named + [(place.name, place.correlation) for place in waited])
    for key, effect, cause in thrown:
        await _pass_on(work, key, effect, cause)
    for place in waited:
        await offer(work.session, place.instance_id, place.id, work.now)
    if any(each.kind == CONDITIONAL for each in work.subscribed.values()) and not ended:
        # What the condition reads may have changed between its being read and the commit of its waiting.
        key = f"{instance.id}:{work.step.sequence}:conditions"
        await tell(work.session, key, instance.id, ConditionsChanged(), Cause(instance.event_id, work.depth - 1))


async def _pass_on(work: Work, key: str, effect: Publish, cause: Cause) -> None:
    """Pass on what an application throws. A flow that cannot be started by it is no fault of the thrower's, whose history says so."""
    name, payload = effect.name or "", effect.payload
    if cause.depth > DEEPEST:  # instances that answer one another at once, without end
        work.note("throw_failed", effect.node, name=name, detail=f"a chain of more than {DEEPEST} causes led to it")
        return
    try:
        async with work.session.begin_nested():
            if effect.kind == SIGNAL:
                but = work.instance.id
                shouted = await broadcast(work.session, work.metadata, work.start, key, name, payload, cause, but=but)
                for flow, refusal in shouted.failed.items():
                    work.note("throw_failed", effect.node, name=name, flow=flow, detail=str(refusal))
            else:
                message = Message(key, name, effect.correlation or "", payload, cause)
                await post(work.session, work.metadata, work.start, message, work.now)
    except WeftError as error:
        work.note("throw_failed", effect.node, name=name, detail=str(error))


async def _newly_waited(work: Work) -> list[subscriptions.Waiting]:
    """The messages that the instance waits for since this application; after it was held, all that it waits for."""
    if any(line["type"] == "resumed" for line in work.history):
        await repository.update_instance(work.session, work.instance.id, {"suspended": False})
        return await subscriptions.messages_of(work.session, work.instance.id)
    return [
        subscriptions.Waiting(work.instance.id, each.id, each.name or "", each.correlation or "")
        for each in work.subscribed.values()
        if each.kind == MESSAGE
    ]


async def lock(session: AsyncSession, places: Iterable[tuple[str, str]]) -> None:
    """Hold these names and keys until the end of the transaction."""
    named = sorted({f"{name}\n{correlation}" for name, correlation in places})
    if named:
        await subscriptions.hold(session, named)


async def post(session: AsyncSession, metadata: Metadata, start: Start, message: Message, now: datetime) -> Posted:
    """Find the receiver of a message; its name and key are held."""
    place = await subscriptions.longest_waiting(session, message.name, message.correlation)
    if place is not None:
        await subscriptions.keep(session, message, now, claimed=True)
        await deliver(session, message.id, place, message.cause)
        return Posted("delivered", place.instance_id)
    for event in starts_of(metadata, MESSAGE, message.name)[:1]:
        instance = await _started(start, metadata, event, message.key, message.payload, message.cause)
        return Posted("started", instance)
    await subscriptions.keep(session, message, now, claimed=False)
    return Posted("waiting")


async def offer(session: AsyncSession, instance: UUID, subscription: int, now: datetime) -> None:
    """Give the oldest waiting message to a subscription that is free; its name and key are held."""
    found = await subscriptions.oldest_message(session, instance, subscription, now)
    if found is not None:
        place = subscriptions.Waiting(instance, subscription, found.name, found.correlation)
        await deliver(session, found.id, place, Cause(found.event_id, found.depth))


async def deliver(session: AsyncSession, message: UUID, place: subscriptions.Waiting, cause: Cause) -> None:
    """Let the outbox give the message to the subscription, which takes no other meanwhile."""
    await subscriptions.claim(session, place.instance_id, place.id, message)
    payload = {"message": str(message), "instance": str(place.instance_id), "subscription": place.id}
    key = f"deliver:{message}:{place.instance_id}:{place.id}"
    await enqueue(session, DELIVER_MESSAGE, key, payload, event_id=cause.event_id)


async def broadcast(
    session: AsyncSession,
    metadata: Metadata,
    start: Start,
    key: str,
    name: str,
    payload: Mapping[str, Any],
    cause: Cause,
    *,
    but: UUID | None = None,
) -> Shouted:
    """Tell every instance that waits for the signal, except one, and start the flows that it starts: one that cannot be started keeps it
    from nobody else."""
    shouted = Shouted([each for each in await subscriptions.waiting_for_signal(session, name) if each != but])
    for instance in shouted.told:
        await tell(session, f"{key}:{instance}", instance, Signal(name, payload), cause)
    for event in starts_of(metadata, SIGNAL, name):
        try:
            async with session.begin_nested():
                shouted.started.append(
                    await _started(start, metadata, event, f"{key}:{event.flow.key}", payload, cause)
                )
        except WeftError as error:
            shouted.failed[event.flow.key] = error
    return shouted


async def give(
    session: AsyncSession, key: str, instance: UUID, name: str, payload: Mapping[str, Any], cause: Cause
) -> None:
    """Give one instance a signal or message by its name, whatever its correlation key, where something in it waits for that."""
    if await subscriptions.waiting_for_signal(session, name, instance):
        await tell(session, f"{key}:signal", instance, Signal(name, payload), cause)
    for place in await subscriptions.messages_of(session, instance, name=name):
        await lock(session, [(place.name, place.correlation)])
        message = Message(f"{key}:{place.id}", name, place.correlation, payload, cause)
        if await subscriptions.is_free(session, place):
            await subscriptions.keep(session, message, clock.now(), claimed=True)
            await deliver(session, message.id, place, cause)


async def _started(
    start: Start, metadata: Metadata, event: StartEvent, key: str, payload: Mapping[str, Any], cause: Cause
) -> UUID:
    """An instance that begins at a start event, about the record that the payload names."""
    record = next((id_of(payload[name]) for name in _RECORD if payload.get(name)), None)
    beginning = Beginning(
        flow=event.flow,
        version=metadata.versions[("flow", event.flow.key)],
        record_id=record,
        cause=Cause(cause.event_id, cause.depth + 1, cause.actor_id, cause.actor_kind),
        node=event.node,
        payload=payload,
        id=uuid5(NAMESPACE_OID, f"started:{key}:{event.flow.key}:{event.node}"),
    )
    return await start(beginning)
