"""Notices to people about their tasks; the same notice is given once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.messaging import service as messaging

_TEXTS: Mapping[str, tuple[str, str]] = {
    "opened": ("新任务:{title}{subject}", "New task: {title}{subject}"),
    "copied": ("抄送给您:{title}{subject}", "Copied to you: {title}{subject}"),
    "escalated": ("任务已升级给您:{title}{subject}", "A task was escalated to you: {title}{subject}"),
}


async def notify_task(
    session: AsyncSession, what: str, task_id: UUID, title: Mapping[str, str], subject: str, users: Sequence[UUID]
) -> None:
    """Tell these users that a task was opened for them, escalated to them or copied to them."""
    zh, en = _TEXTS[what]
    about = f" · {subject}" if subject else ""
    text = {"zh": zh.format(title=title["zh"], subject=about), "en": en.format(title=title["en"], subject=about)}
    await messaging.notify(session, users, text, key=f"task:{task_id}:{what}", link=f"/tasks/{task_id}")
