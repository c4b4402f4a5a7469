"""The inbox as the effects of flows change it: opening tasks for the people found, closing, escalating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from backend.flows.approval_errors import ChoosePeople
from backend.flows.repository import Locked
from backend.identity.superiors import superior_of
from backend.metadata.snapshot import Metadata
from backend.tasks import repository
from backend.tasks.models import Task
from backend.tasks.notices import notify_task
from backend.tasks.people import Chosen, Known, Named, choice_of, meant, people_for
from backend.tasks.rights import subject_under
from engine.definitions import Assignment, Node, Outcome
from engine.flow import CloseTask, Copy, OpenTask, Person

#: Parts whose people have no superior to ask: they look on, or are superiors themselves.
_NOT_ABOVE = frozenset({*repository.READING, "escalation"})


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that is about to be open: its row, whom it is copied to, and whom the flow asks, or where it finds nobody (`named` for that
    case). `choice`: the people are still to be chosen of those."""

    row: Mapping[str, Any]
    copied: Sequence[UUID]
    people: tuple[Person, ...]
    administrators: tuple[str, ...]
    named: str | None
    choice: ChoosePeople | None = None


async def opening(
    session: AsyncSession,
    metadata: Metadata,
    node: Node,
    instance: Locked,
    effect: OpenTask,
    named: Named,
    now: datetime,
    chosen: Chosen,
) -> Opening:
    """Find the people of a node's task; `named` are those whom expressions among its candidates give, `chosen` those whom somebody chose,
    by node. Raises UsersInvalid for people who may not be chosen."""
    assignment, known = node.assignment or Assignment(()), Known(session, metadata, instance, agents=instance.agents)
    people, administrators, stands_in = await people_for(known, node, named, chosen)
    asks = assignment.chosen_by is not None and people and chosen.of(node, people) is None
    choice = await choice_of(session, node, people) if asks else None
    copied = [user.id for user in await known.people(meant(assignment.cc, "cc", named))]
    title = {"zh": node.title.zh, "en": node.title.en}
    return Opening(
        _row(metadata, instance, effect, node, title, now), copied, people, administrators, stands_in, choice
    )


async def write_task(session: AsyncSession, opening: Opening, items: Sequence[Mapping[str, Any]]) -> None:
    """The task is open now, with these parts."""
    asked = {item["user_id"] for item in items}
    copied = [user for user in opening.copied if str(user) not in asked]
    await repository.insert_task(session, opening.row, {"cc": copied}, items)
    await notify_task(session, "copied", opening.row["id"], opening.row["title"], opening.row["subject"], copied)


async def copy(
    session: AsyncSession,
    metadata: Metadata,
    node: Node,
    instance: Locked,
    effect: Copy,
    named: Named,
    now: datetime,
) -> list[UUID]:
    """A copy for the people that a cc node names: a task that is over, in their box of copies. Returns who they are."""
    known, assignment = Known(session, metadata, instance), node.assignment or Assignment(())
    told = (*meant(assignment.candidates, "candidates", named), *meant(assignment.cc, "cc", named))
    users = [user.id for user in await known.people(told)]
    if not users:
        return []
    id, title = uuid5(NAMESPACE_OID, f"copy:{effect.id}"), {"zh": node.title.zh, "en": node.title.en}
    subject = _subject(metadata, node, instance)
    row = {"id": id, "instance_id": instance.id, "node_id": node.id, "title": title, "subject": subject}
    about: dict[str, Any] = {
        "entity": instance.entity,
        "record_id": instance.record_id,
        "outcomes": [],
        "form": node.form,
        "rights": dict(node.rights),
    }
    times = {"status": "completed", "opened_at": now, "closed_at": now}
    await repository.insert_task(session, {**row, **about, **times}, {"cc": users})
    await notify_task(session, "copied", id, title, subject, users)
    return users


def _row(
    metadata: Metadata, instance: Locked, effect: OpenTask, node: Node, title: dict[str, str], now: datetime
) -> dict[str, Any]:
    return {
        "id": UUID(effect.task),
        "instance_id": instance.id,
        "node_id": node.id,
        "title": title,
        "subject": _subject(metadata, node, instance),
        "form": node.form,
        "form_version": metadata.versions.get(("form", node.form)) if node.form else None,
        "mode": node.assignment.mode if node.assignment else "any",
        "outcomes": [_outcome(outcome) for outcome in node.outcomes],
        "entity": instance.entity,
        "record_id": instance.record_id,
        "priority": node.priority,
        "round": effect.round,
        "rights": dict(node.rights),
        "opened_at": now,
    }


def _subject(metadata: Metadata, node: Node, instance: Locked) -> str:
    return subject_under(node.rights, metadata.entities.get(instance.entity), instance.title)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "label": {"zh": outcome.label.zh, "en": outcome.label.en},
        "kind": outcome.kind,
        "comment": outcome.comment,
        "signature": outcome.signature,
        "straight": outcome.straight,
        "target": outcome.target,
        "rounds": outcome.rounds,
    }


async def close_task(
    session: AsyncSession, effect: CloseTask, items: Sequence[Mapping[str, Any]], now: datetime
) -> list[UUID]:
    """The task is over, with these parts as they have become; returns everybody who had a part to the end."""
    user = UUID(effect.user) if effect.user else None
    return await repository.close(session, UUID(effect.task), effect.status, effect.outcome, user, now, items)


async def escalation(
    session: AsyncSession, instance_id: UUID, task_id: UUID | None, besides: UUID | None = None
) -> tuple[UUID, list[UUID]] | None:
    """An open task of the instance (the one with this id, or the oldest), and the superiors it goes to; None when it is not open.

    Somebody without a superior escalates to an administrator; in the place of `besides` it is whoever is above them.
    """
    task = await repository.open_task_at(session, instance_id, task_id)
    return None if task is None else (task.id, await superiors_of(session, task, besides))


async def superiors_of(session: AsyncSession, task: Task, besides: UUID | None = None) -> list[UUID]:
    """Who an open task is escalated to: the superiors of its assignees (in the place of `besides` whoever is above them), or an
    administrator where they have none."""
    items = await repository.items(session, task.id)
    assignees = [
        item.user_id
        for item in items
        if item.user_id is not None and item.kind not in _NOT_ABOVE and item.status == "open"
    ]
    found = [await superior_of(session, user) for user in assignees]
    if besides is not None and any(user is not None and user.id == besides for user in found):
        found = [*(user for user in found if user is None or user.id != besides), await superior_of(session, besides)]
    superiors = [user.id for user in found if user is not None]
    return list(dict.fromkeys(superiors or [user.id for user in (await repository.administrators(session))[:1]]))
