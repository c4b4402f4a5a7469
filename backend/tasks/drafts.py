"""What somebody has written on a task's form and not sent yet. It is theirs alone, and goes when they decide or the task closes.

| status | code | when |
| --- | --- | --- |
| 403 | `task.not_yours` | no part of this task is theirs to decide |
| 409 | `task.already_handled` | their part, or the task, is over |
| 422 | `task.invalid_data` | values that the node's rights do not let them write |
| 422 | `task.draft_too_large` | more than a draft holds |
| 422 | `invalid` | text that cannot be stored |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import Invalid
from backend.flows.beginning import require_storable
from backend.flows.words import said
from backend.records.errors import problem
from backend.tasks.forms import TaskForm, admitted, refuse
from backend.tasks.models import Task

MOST_BYTES = 512 * 1024


class DraftTooLarge(Invalid):
    """A draft is what fits a form, not a place for files."""

    code = "task.draft_too_large"
    zh, en = "草稿太大，最多 {limit} KB", "A draft holds at most {limit} KB"


@dataclass(frozen=True, slots=True)
class Draft:
    """Values of the form as they were sent, half typed ones too, with the opinion and the outcome chosen so far."""

    data: Mapping[str, Any]
    comment: str | None = None
    outcome: str | None = None


_SAVE = text(
    """
    INSERT INTO weft.task_draft (task_id, user_id, data, comment, outcome, updated_at)
    VALUES (:task, :user, CAST(:data AS jsonb), :comment, :outcome, now())
    ON CONFLICT (task_id, user_id) DO UPDATE
        SET data = excluded.data, comment = excluded.comment, outcome = excluded.outcome, updated_at = excluded.updated_at
    RETURNING updated_at
    """
)
_READ = text("SELECT data, comment, outcome, updated_at FROM weft.task_draft WHERE task_id = :task AND user_id = :user")
_FORGET = text("DELETE FROM weft.task_draft WHERE task_id = :task AND user_id = :user")


async def save(
    session: AsyncSession, task: Task, user_id: UUID, form: TaskForm | None, record: Mapping[str, Any], draft: Draft
) -> dict[str, Any]:
    """Keep it in place of the one before. Raises InvalidData, DraftTooLarge, Invalid."""
    if form is None:
        refuse([problem(key[:100], "field.unknown") for key in draft.data])
    else:
        require_writable(form, record, draft.data)
    said(draft.comment)
    written = stored(draft.data)
    row = {"task": task.id, "user": user_id, "comment": draft.comment, "outcome": draft.outcome}
    at = (await session.execute(_SAVE, {**row, "data": written})).scalar_one()
    return {"task_id": str(task.id), "updated_at": at}


def require_writable(form: TaskForm, record: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Raises InvalidData for values that the form does not let its reader write."""
    _, problems = admitted(form, record, data)
    refuse(problems)


def stored(data: Mapping[str, Any]) -> str:
    """The values as they are kept. Raises DraftTooLarge, Invalid."""
    require_storable({"data": data}, "data")
    written = orjson.dumps(dict(data))
    if len(written) > MOST_BYTES:
        raise DraftTooLarge(path="data", limit=MOST_BYTES // 1024)
    return written.decode()


async def read(session: AsyncSession, task_id: UUID, user_id: UUID, form: TaskForm | None) -> dict[str, Any] | None:
    """Somebody's draft of a task, without what its form does not let them write any more; None when there is none."""
    row = (await session.execute(_READ, {"task": task_id, "user": user_id})).mappings().first()
    if row is None:
        return None
    writes = form.rights.writes if form is not None else lambda _: False
    return {**row, "data": {key: value for key, value in row["data"].items() if writes(key)}}


async def forget(session: AsyncSession, task_id: UUID, user_id: UUID) -> None:
    """It was sent, or is not wanted any more."""
    await session.execute(_FORGET, {"task": task_id, "user": user_id})
