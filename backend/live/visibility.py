"""Who may get which signal: asked of the one permission compiler, once per caller and batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import compile_access, has_permission
from backend.flows.models import Instance
from backend.live.signals import Signal
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.tasks.models import Task, TaskItem


async def allowed(session: AsyncSession, metadata: Metadata, caller: Caller, signals: Sequence[Signal]) -> list[bool]:
    """For each signal whether `caller` may get it."""
    by_audience: dict[str, list[int]] = {}
    for place, signal in enumerate(signals):
        by_audience.setdefault(signal.audience, []).append(place)
    verdict = [False] * len(signals)
    for audience, places in by_audience.items():
        answers = await _AUDIENCES[audience](session, metadata, caller, [signals[place] for place in places])
        for place, answer in zip(places, answers, strict=True):
            verdict[place] = answer
    return verdict


async def _records(session: AsyncSession, metadata: Metadata, caller: Caller, signals: Sequence[Signal]) -> list[bool]:
    wanted: dict[str, set[UUID]] = {}
    for signal in signals:
        if signal.entity is not None and signal.id is not None and signal.entity in metadata.entities:
            wanted.setdefault(signal.entity, set()).add(signal.id)
    visible: dict[str, set[UUID]] = {}
    for entity, ids in wanted.items():
        access = compile_access(caller, metadata.entities[entity], metadata.roles, "read", metadata.entities)
        if access.everything:
            visible[entity] = ids
        elif access.allowed:
            visible[entity] = await records.visible_ids(session, metadata, caller, entity, ids)
    return [signal.id in visible.get(signal.entity or "", ()) for signal in signals]


async def _instances(
    session: AsyncSession, metadata: Metadata, caller: Caller, signals: Sequence[Signal]
) -> list[bool]:
    """Operators, whoever started the instance, those with a part in one of its tasks, and those who see its record."""
    if has_permission(caller, metadata.roles, "operate"):
        return [True] * len(signals)
    part = (
        select(Task.instance_id)
        .join(TaskItem, TaskItem.task_id == Task.id)
        .where(TaskItem.user_id == caller.user_id, TaskItem.status != "removed")
    )
    begun = Instance.initiator_id == caller.user_id
    mine = or_(begun, Instance.id.in_(part)) if caller.tasks else false()
    ids = {signal.id for signal in signals if signal.id is not None}
    statement = select(Instance.id, Instance.entity, Instance.record_id, mine.label("mine")).where(Instance.id.in_(ids))
    rows = (await session.execute(statement)).all()
    about = [Signal("", {}, "records", entity=row.entity, id=row.record_id) for row in rows]
    seen = await _records(session, metadata, caller, about)
    visible = {row.id for row, record in zip(rows, seen, strict=True) if row.mine or record}
    return [signal.id in visible for signal in signals]


async def _users(_: AsyncSession, __: Metadata, caller: Caller, signals: Sequence[Signal]) -> list[bool]:
    """Those named; a key only when it was made for its user's tasks."""
    me = str(caller.user_id) if caller.user_id and caller.tasks else None
    return [me is not None and me in signal.users for signal in signals]


async def _social(_: AsyncSession, metadata: Metadata, caller: Caller, signals: Sequence[Signal]) -> list[bool]:
    return [has_permission(caller, metadata.roles, "social")] * len(signals)


async def _rules(_: AsyncSession, metadata: Metadata, caller: Caller, signals: Sequence[Signal]) -> list[bool]:
    """Those who operate rules or write them, and those who see on the wall which fired."""
    concerned = any(has_permission(caller, metadata.roles, each) for each in ("operate", "build", "social"))
    return [concerned] * len(signals)


async def _everybody(_: AsyncSession, __: Metadata, ___: Caller, signals: Sequence[Signal]) -> list[bool]:
    return [True] * len(signals)


_Audience = Callable[[AsyncSession, Metadata, Caller, Sequence[Signal]], Awaitable[list[bool]]]
_AUDIENCES: Mapping[str, _Audience] = {
    "records": _records,
    "instances": _instances,
    "users": _users,
    "social": _social,
    "rules": _rules,
    "everybody": _everybody,
}
