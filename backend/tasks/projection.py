"""The inbox as the effects of flows change it: opening tasks for the people found, closing, escalating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.flows.repository import Locked
from backend.identity import service as identity
from backend.identity.models import User
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.tasks import repository
from backend.tasks.models import Task
from backend.tasks.notices import notify_task
from backend.tasks.rights import subject_under
from engine.definitions import Assignment, Candidate, Node, Outcome
from engine.flow import CloseTask, Copy, OpenTask, Person
from engine.flow.duration import parse_duration

#: Parts whose people have no superior to ask: they look on, or are superiors themselves.
_NOT_ABOVE = frozenset({*repository.READING, "escalation"})

#: A list of candidates and the place of one in it, with the users that its expression gives.
Named = Mapping[tuple[str, int], Sequence[str]]
Found = tuple[tuple[Person, ...], tuple[str, ...]]


class About(Protocol):
    """An instance, or one that might be begun, as far as its people are looked for."""

    @property
    def id(self) -> UUID: ...
    @property
    def flow(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def record_id(self) -> UUID | None: ...
    @property
    def initiator_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that is about to be open: its row, whom it is copied to, and whom the flow asks, or where it finds nobody."""

    row: Mapping[str, Any]
    copied: Sequence[UUID]
    people: tuple[Person, ...]
    administrators: tuple[str, ...]


async def opening(
    session: AsyncSession,
    metadata: Metadata,
    node: Node,
    instance: Locked,
    effect: OpenTask,
    named: Named,
    now: datetime,
) -> Opening:
    """Find the people of a node's task; `named` are those whom expressions among its candidates give."""
    assignment, known = node.assignment or Assignment(()), Known(session, metadata, instance)
    people, administrators = await people_for(known, node, named)
    copied = [user.id for user in await known.people(meant(assignment.cc, "cc", named))]
    title = {"zh": node.title.zh, "en": node.title.en}
    return Opening(_row(metadata, instance, effect, node, title, now), copied, people, administrators)


async def people_for(known: Known, node: Node, named: Named) -> Found:
    """Whom a node's task asks, and the administrators who get it where nobody is found."""
    people = await known.persons(node.assignment or Assignment(()), named)
    administrators = () if people else tuple(str(user.id) for user in await repository.administrators(known.session))
    return people, administrators


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


def meant(candidates: Sequence[Candidate], member: str, named: Named) -> tuple[Candidate, ...]:
    """The candidates with those that an expression gives put in its place."""
    found: list[Candidate] = []
    for place, candidate in enumerate(candidates):
        given = named.get((member, place))
        found += [candidate] if given is None else [Candidate(user=user) for user in given]
    return tuple(found)


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
        "due_at": now + parse_duration(node.due) if node.due else None,
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


@dataclass
class Known:
    """What is known of an instance where people are looked for; the record and earlier actors are read only when somebody asks.
    `acted`, `held` and `data`: who, as far as one can tell, will have done nodes that are still to come, or have their tasks, and what
    will be on the record."""

    session: AsyncSession
    metadata: Metadata
    instance: About
    acted: Mapping[str, UUID] = field(default_factory=dict)
    held: Mapping[str, UUID] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    async def people(self, candidates: Sequence[Candidate]) -> list[User]:
        """Who the candidates are now."""
        if not candidates:
            return []
        instance, record = self.instance, await self._record(candidates)
        asks_actors = any(candidate.superior_of for candidate in candidates)
        actors = (
            {**self.held, **await repository.actors(self.session, instance.id), **self.acted} if asks_actors else {}
        )
        return await identity.resolve_candidates(
            self.session, candidates, initiator_id=instance.initiator_id, record=record, task_actors=actors
        )

    async def persons(self, assignment: Assignment, named: Named) -> tuple[Person, ...]:
        """Whom the assignment asks, with what its policies need to know of them."""
        users = await self.people(meant(assignment.candidates, "candidates", named))
        veto = {user.id for user in await self.people(assignment.vote.veto)} if assignment.vote else set()
        return tuple(Person(str(user.id), veto=user.id in veto) for user in users)

    async def _record(self, candidates: Sequence[Candidate]) -> dict[str, Any]:
        if not any(candidate.record_field for candidate in candidates):
            return {}
        entity, id = self.instance.entity, self.instance.record_id
        stored = await records.get(self.session, self.metadata, SYSTEM, entity, id) if id is not None else {}
        return {**stored, **self.data}


async def close_task(session: AsyncSession, effect: CloseTask, now: datetime) -> list[UUID]:
    """The task is over; returns everybody who had a part."""
    user = UUID(effect.user) if effect.user else None
    return await repository.close(session, UUID(effect.task), effect.status, effect.outcome, user, now)


async def escalation(session: AsyncSession, instance_id: UUID, task_id: UUID | None) -> tuple[UUID, list[UUID]] | None:
    """An open task of the instance (the one with this id, or the oldest), and the superiors it goes to; None when it is not open.

    Somebody without a superior escalates to an administrator.
    """
    task = await repository.open_task_at(session, instance_id, task_id)
    return None if task is None else (task.id, await superiors_of(session, task))


async def superiors_of(session: AsyncSession, task: Task) -> list[UUID]:
    """Who an open task is escalated to: the superiors of its assignees, or an administrator where they have none."""
    items = await repository.items(session, task.id)
    assignees = [
        item.user_id
        for item in items
        if item.user_id is not None and item.kind not in _NOT_ABOVE and item.status == "open"
    ]
    found = [await identity.superior_of(session, user) for user in assignees]
    superiors = [user.id for user in found if user is not None]
    return list(dict.fromkeys(superiors or [user.id for user in (await repository.administrators(session))[:1]]))
