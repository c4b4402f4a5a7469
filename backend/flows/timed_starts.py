"""Flows that the clock starts, and messages that waited long enough. Where a timer stands is a row, locked while it starts an instance."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import structlog
from sqlalchemy import delete as delete_rows
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.db.passing import passes
from backend.events.notify import METADATA, Listener, wait_any
from backend.flows import subscriptions
from backend.flows.beginning import Beginning
from backend.flows.immediate import begin
from backend.flows.models import FlowSchedule
from backend.flows.programs import program_of
from backend.flows.start_events import StartEvent, timed_starts
from backend.flows.starting import StartServices
from backend.metadata.snapshot import Metadata
from engine.flow.duration import parse_cycle, parse_duration
from engine.flow.expressions import Key, is_iso

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 1.0
#: Of the starts that were missed, so many are caught up.
MOST_MISSED = 100
_FORGET_SECONDS = 60.0


class TimedStarts:
    """Starts what is due."""

    def __init__(self, services: StartServices) -> None:
        self._services = services
        self._aligned: Metadata | None = None
        self._forgotten: datetime | None = None

    async def run(self, now: datetime) -> int:
        """Start what is due by `now`; returns how many instances that were."""
        metadata, database = self._services.metadata.current, self._services.database
        events = {(each.flow.key, each.node): each for each in timed_starts(metadata)}
        if metadata is not self._aligned:
            async with database.transaction() as session:
                await self._align(session, metadata, events, now)
            self._aligned = metadata
        await self._forget(now)
        started = 0
        while events and await self._next(events, now):
            started += 1
        return started

    async def _align(
        self, session: AsyncSession, metadata: Metadata, events: dict[tuple[str, str], StartEvent], now: datetime
    ) -> None:
        """A timer counts from its publication; one that is written differently begins anew, one that is gone is forgotten."""
        row = FlowSchedule
        gone = delete_rows(row).where(tuple_(row.flow, row.node_id).not_in(list(events) or [("", "")]))
        await session.execute(gone.execution_options(synchronize_session=False))
        known = {(each.flow, each.node_id): each for each in (await session.execute(select(row))).scalars()}
        for address, event in events.items():
            written = _written(event)
            there = known.get(address)
            if there is not None and there.written == written:
                continue
            due, left = self._first(metadata, event, now)
            values = {"written": written, "due": due, "left": left}
            statement = insert(row).values(flow=address[0], node_id=address[1], **values)
            await session.execute(statement.on_conflict_do_update(index_elements=["flow", "node_id"], set_=values))

    def _first(self, metadata: Metadata, event: StartEvent, now: datetime) -> tuple[datetime | None, int | None]:
        """When it is due first, and how often after that; never for a date that is over."""
        timer = event.event.timer
        assert timer is not None, "publishing refuses a timer event without a timer"
        if timer.cycle is not None:
            times, period = parse_cycle(timer.cycle)
            return now + period, None if times is None else times - 1
        if timer.duration is not None and is_iso(timer.duration):
            return now + parse_duration(timer.duration), 0
        program = program_of(event.flow, metadata, self._services.actions)
        part = "date" if timer.date is not None else "duration"
        found = program.raw(Key(event.node, part, str(_place(event))), {}, now, metadata.context)
        due = now + found if isinstance(found, timedelta) else _moment(found, program.zone)
        return (due if due is not None and due > now else None), 0

    async def _next(self, events: dict[tuple[str, str], StartEvent], now: datetime) -> bool:
        """Start the earliest that is due; False when nothing is, or another worker is at it."""
        row = FlowSchedule
        earliest = select(row).where(row.due <= now).order_by(row.due).limit(1).with_for_update(skip_locked=True)
        async with self._services.database.transaction() as session:
            found = (await session.execute(earliest)).scalar_one_or_none()
            if found is None or found.due is None:
                return False
            event = events.get((found.flow, found.node_id))
            if event is not None:
                await self._start(session, event, found.due)
            _move(found, event, now)
        return True

    async def _start(self, session: AsyncSession, event: StartEvent, due: datetime) -> None:
        metadata = self._services.metadata.current
        beginning = Beginning(
            flow=event.flow,
            version=metadata.versions[("flow", event.flow.key)],
            node=event.node,
            payload={"due": due.isoformat()},
            id=uuid5(NAMESPACE_OID, f"timer:{event.flow.key}:{event.node}:{due.isoformat()}"),
        )
        try:
            async with session.begin_nested():
                await begin(session, metadata, self._services.actions, beginning)
        except Exception as error:  # the clock goes on for the others, and for the next time
            if passes(error):
                raise
            log.exception("flow.not_started_by_clock", flow=event.flow.key, node=event.node)

    async def _forget(self, now: datetime) -> None:
        """Messages that nobody took in time go, now and then."""
        if self._forgotten is not None and (now - self._forgotten).total_seconds() < _FORGET_SECONDS:
            return
        async with self._services.database.transaction() as session:
            await subscriptions.expire(session, now)
        self._forgotten = now


def _written(event: StartEvent) -> dict[str, Any]:
    timer = event.event.timer
    assert timer is not None, "publishing refuses a timer event without a timer"
    return {name: getattr(timer, name) for name in ("duration", "date", "cycle") if getattr(timer, name) is not None}


def _place(event: StartEvent) -> int:
    node = event.flow.node(event.node)
    return node.events.index(event.event) if node is not None else 0


def _moment(found: object, zone: Any) -> datetime | None:
    if isinstance(found, datetime):
        return found if found.tzinfo is not None else found.replace(tzinfo=zone)
    return datetime(found.year, found.month, found.day, tzinfo=zone) if isinstance(found, date) else None


def _move(row: FlowSchedule, event: StartEvent | None, now: datetime) -> None:
    """On to the next time, counted from the one before; of very many that were missed only the last are caught up."""
    cycle = event.event.timer.cycle if event is not None and event.event.timer is not None else None
    if cycle is None or row.due is None or row.left == 0:
        row.due = None
        return
    _, period = parse_cycle(cycle)
    missed = max(int((now - row.due) / period) - MOST_MISSED, 0) + 1
    if row.left is not None and missed > row.left:
        row.due = None
        return
    row.due = row.due + missed * period
    row.left = None if row.left is None else row.left - missed


async def run_timed_starts(services: StartServices, listener: Listener, stop: asyncio.Event) -> None:
    """Start what is due by the clock until `stop`, looking once a second and as soon as something is published."""
    starts = TimedStarts(services)
    async with listener.subscribed(METADATA) as signal:
        while not stop.is_set():
            try:
                await services.metadata.refresh()
                await starts.run(clock.now())
            except OperationalError as error:
                log.warning("timed_starts.database_lost", error=str(error.orig).strip())
            await wait_any(signal, stop, _IDLE_SECONDS)
