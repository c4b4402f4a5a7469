"""Whom a step tells what about tasks: those whose turn it is, those from whom it was taken, and whoever started it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from backend.events.log import held
from backend.flows.own_step import is_done_with_start
from backend.flows.work import Work
from backend.tasks.notices import notify_instance, notify_task
from backend.tasks.rights import subject_under
from engine.flow import CloseTask, End, Item, Remind

_OPEN, _DELEGATE = "open", "delegate"
#: Of whom something was delegated to: themselves, or an agent of theirs in their place.
_ANSWERED = frozenset({"done", "skipped"})
#: What people are told by the kind of their part; everybody else that there is a new task.
_BY_KIND: Mapping[str, str] = {
    "escalation": "escalated",
    "before": "added",
    "after": "added",
    "alongside": "added",
    "delegate": "delegated",
    "agent": "appointed",
}
#: What people are told whom an operation has given a part that was somebody else's.
_BY_OPERATION: Mapping[str, str] = {"transfer": "transferred", "reassign": "handed_over"}
#: Why tasks are gone, by what the history says; and why one is there again.
_GONE: Mapping[str, str] = {"withdrawn": "withdrawn", "reclaimed": "reclaimed"}
_SENT_BACK = "sent_back"
#: What people are told whose part changes because somebody took back a sign, by how theirs stands then.
_RECLAIM = "reclaim"
_TAKEN_BACK: Mapping[str, str] = {"open": "open_again", "waiting": "waits_again"}


async def tell_turn(work: Work, task: str, node: str, items: Sequence[Item], *, first: bool) -> None:
    """Those among the changed parts whose turn it is now; `first`: the task is just opened. Who acts knows of it."""
    if first and is_done_with_start(work, node, items):
        return
    told: dict[str, list[UUID]] = {}
    for item in items:
        user, what = UUID(item.user) if item.user else None, _what(work, item, items, first=first)
        if user is not None and what is not None and (first or user != work.actor_id):
            told.setdefault(what, []).append(user)
    for what, users in told.items():
        await _notify(work, what, task, node, users, again=not first)


def _what(work: Work, item: Item, items: Iterable[Item], *, first: bool) -> str | None:
    if not first and work.command.get("kind") == _RECLAIM:
        return _TAKEN_BACK.get(item.status)
    if item.status != _OPEN:
        return None
    if first:
        came_back = _SENT_BACK in _happened(work) and item.kind not in _BY_KIND
        return _SENT_BACK if came_back else _BY_KIND.get(item.kind, "opened")
    if any(each.kind == _DELEGATE and each.status in _ANSWERED and each.parent == item.id for each in items):
        return "returned"
    moved = item.owner is not None and item.owner != item.user and item.kind not in _BY_KIND
    given = _BY_OPERATION.get(str(work.command.get("operation"))) if moved else None
    return given or _BY_KIND.get(item.kind, "opened")


async def tell_reminded(work: Work, effect: Remind) -> None:
    """Those whom a task waits for: it is overdue, or somebody asks for haste."""
    users = [UUID(user) for user in effect.users if user]
    await _notify(work, effect.why, effect.task, effect.node, users, again=True)


async def tell_closed(work: Work, effect: CloseTask, users: Sequence[UUID]) -> None:
    """Those whose task is gone because it was taken back, and whoever started what was refused."""
    why = next((_GONE[type] for type in _happened(work) if type in _GONE), None)
    if effect.status == "cancelled" and why is not None:
        await _notify(work, why, effect.task, effect.node, [user for user in users if user != work.actor_id])
    outcomes = {outcome.key: outcome.kind for outcome in work.program.nodes[effect.node].outcomes}
    if effect.status == "completed" and outcomes.get(effect.outcome or "") == "refuse":
        await _notify(work, "refused", effect.task, effect.node, _initiator(work))


async def tell_ended(work: Work, effect: End) -> None:
    """Whoever started an instance that has come to its end; one that another called is that one's business."""
    initiator = _initiator(work)
    if effect.status == "completed" and initiator and work.instance.parent_instance_id is None:
        label = work.program.flow.label
        title = {"zh": label.zh, "en": label.en}
        await notify_instance(work.session, "completed", work.instance.id, title, work.instance.title, initiator)


def _initiator(work: Work) -> list[UUID]:
    initiator = work.instance.initiator_id
    return [initiator] if initiator is not None and initiator != work.actor_id else []


def _happened(work: Work) -> list[str]:
    return [line["type"] for line in work.history]


async def _notify(work: Work, what: str, task: str, node: str, users: Sequence[UUID], *, again: bool = False) -> None:
    if not users:
        return
    about, moment = work.program.nodes[node], work.now if again else None
    named = {"zh": about.title.zh, "en": about.title.en}
    subject = subject_under(about.rights, work.metadata.entities.get(work.instance.entity), work.instance.title)
    with held(work.session) as events:
        await notify_task(work.session, what, UUID(task), named, subject, users, priority=about.priority, again=moment)
    work.events += events
