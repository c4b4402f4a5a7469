"""Notices to people about their tasks, and about what they started; the same notice is given once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.messaging.notices import notify

#: Tasks of this priority and above reach people in their quiet hours, too.
URGENT = 2

_TEXTS: Mapping[str, tuple[str, str]] = {
    "opened": ("新任务：{title}{subject}", "New task: {title}{subject}"),
    "copied": ("抄送给您：{title}{subject}", "Copied to you: {title}{subject}"),
    "consulted": ("请您提供意见：{title}{subject}", "Your opinion is asked for: {title}{subject}"),
    "advised": ("您征求的意见已回复：{title}{subject}", "The opinion you asked for is here: {title}{subject}"),
    "added": ("邀请您参与审批：{title}{subject}", "You were asked to sign: {title}{subject}"),
    "transferred": ("任务已转交给您：{title}{subject}", "A task was transferred to you: {title}{subject}"),
    "delegated": ("任务已委派给您：{title}{subject}", "A task was delegated to you: {title}{subject}"),
    "returned": (
        "您委派的任务已处理，请您决定：{title}{subject}",
        "What you delegated is back to decide: {title}{subject}",
    ),
    "handed_over": ("任务已交接给您：{title}{subject}", "A task was handed over to you: {title}{subject}"),
    "appointed": ("您可代理处理：{title}{subject}", "You may act for somebody: {title}{subject}"),
    "escalated": ("任务已升级给您：{title}{subject}", "A task was escalated to you: {title}{subject}"),
    "superior": (
        "下属的任务已逾期，请您处理：{title}{subject}",
        "An overdue task of your people came to you: {title}{subject}",
    ),
    "overdue": ("任务已逾期，请尽快处理：{title}{subject}", "A task is overdue: {title}{subject}"),
    "urged": ("催办：{title}{subject}", "You are asked for haste: {title}{subject}"),
    "sent_back": ("任务被退回给您：{title}{subject}", "A task was sent back to you: {title}{subject}"),
    "reclaimed": ("上一步已被拿回：{title}{subject}", "The step before was taken back: {title}{subject}"),
    "open_again": (
        "处理意见被收回，请您重新处理：{title}{subject}",
        "A decision was taken back; it is yours to decide again: {title}{subject}",
    ),
    "waits_again": (
        "前面的处理被收回，暂时不用您处理：{title}{subject}",
        "What came before you was taken back; it is not your turn for now: {title}{subject}",
    ),
    "withdrawn": ("发起人已撤回：{title}{subject}", "Whoever started it has withdrawn it: {title}{subject}"),
    "refused": ("您发起的流程被驳回：{title}{subject}", "What you started was refused: {title}{subject}"),
    "completed": ("您发起的流程已完成：{title}{subject}", "What you started is completed: {title}{subject}"),
    "voided": ("流程已被作废：{title}{subject}", "It was declared void: {title}{subject}"),
}


async def notify_task(
    session: AsyncSession,
    what: str,
    task_id: UUID,
    title: Mapping[str, str],
    subject: str,
    users: Sequence[UUID],
    *,
    priority: int = 0,
    again: datetime | None = None,
) -> None:
    """Tell these users what happened to a task; `what` is a key of _TEXTS. The same is told once, or once for each `again`."""
    key = f"task:{task_id}:{what}" + (f":{again.isoformat()}" if again else "")
    text = _text(what, title, subject)
    await notify(session, users, text, key=key, link=f"/tasks/{task_id}", urgent=priority >= URGENT)


async def notify_instance(
    session: AsyncSession,
    what: str,
    instance_id: UUID,
    title: Mapping[str, str],
    subject: str,
    users: Sequence[UUID],
    *,
    again: datetime | None = None,
) -> None:
    """Tell these users what happened to an instance as a whole: withdrawn, refused, completed, voided."""
    key = f"instance:{instance_id}:{what}" + (f":{again.isoformat()}" if again else "")
    await notify(session, users, _text(what, title, subject), key=key, link=f"/instances/{instance_id}")


def _text(what: str, title: Mapping[str, str], subject: str) -> dict[str, str]:
    zh, en = _TEXTS[what]
    about = f" · {subject}" if subject else ""
    return {"zh": zh.format(title=title["zh"], subject=about), "en": en.format(title=title["en"], subject=about)}
