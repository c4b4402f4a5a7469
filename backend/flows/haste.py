"""Asking for haste: who may, and where it was done a moment ago, when again and whom it reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from engine.flow.approval.items import OPEN
from engine.flow.approval.operations import URGED_AGAIN
from engine.flow.state import Task

#: Everybody whom the last reminder of each task has reached, as the log says.
_REMINDED = text(
    """
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('id', u.id, 'name', u.name)), '[]')
    FROM unnest(CAST(:tasks AS uuid[])) task(id)
        CROSS JOIN LATERAL (
            SELECT e.data FROM weft.event e
            WHERE e.subject_entity = 'task' AND e.subject_id = task.id AND e.type = 'task.urged' ORDER BY e.id DESC LIMIT 1
        ) last
        CROSS JOIN LATERAL jsonb_array_elements_text(last.data -> 'users') told(id)
        JOIN weft."user" u ON u.id = CAST(nullif(told.id, '') AS uuid)
    """
)


def may_urge(task: Task, user: str, *, initiator: bool) -> bool:
    """Whether somebody may ask those for haste whom a task waits for, now or in a while."""
    mine = initiator or any(item.user == user and item.counts for item in task.items)
    return mine and any(item.status == OPEN and item.user != user for item in task.items)


def urged_until(task: Task, now: datetime) -> datetime | None:
    """Before when nobody may ask for haste again, where somebody has."""
    again = None if task.urged is None else task.urged + URGED_AGAIN
    return again if again is not None and now < again else None


async def urged(
    session: AsyncSession, tasks: Iterable[Task], user: str, now: datetime, *, initiator: bool
) -> dict[str, Any] | None:
    """`{"again", "reminded": [{id, name}]}` where somebody may ask for haste, but for none of these tasks now; else None."""
    waits = {task.id: urged_until(task, now) for task in tasks if may_urge(task, user, initiator=initiator)}
    moments = [moment for moment in waits.values() if moment is not None]
    if not moments or len(moments) < len(waits):
        return None
    found = (await session.execute(_REMINDED, {"tasks": [UUID(id) for id in waits]})).scalar_one()
    return {"again": min(moments), "reminded": sorted(found, key=lambda each: str(each["name"]))}
