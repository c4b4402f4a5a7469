"""The inbox as the effects of flows change it: opening tasks for the people found, deciding, closing, escalating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.events.log import Cause, NewEvent, append
from backend.flows import repository as instances
from backend.flows.models import Instance
from backend.flows.repository import Locked
from backend.identity import service as identity
from backend.identity.models import User
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.tasks import repository
from backend.tasks.models import Task
from backend.tasks.notices import notify_task
from engine.definitions import Assignment, Candidate, Node, Text
from engine.flow import CloseTask, Copy, DecideItem, OpenTask, State, assign, dump, load
from engine.flow.duration import parse_duration

#: A list of candidates and the place of one in it, with the users that its expression gives.
Named = Mapping[tuple[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A task now open. `unassigned` when its people are administrators because no candidate was found."""

    people: list[UUID]
    title: dict[str, str]
    unassigned: bool


async def open_task(
    session: AsyncSession,
    metadata: Metadata,
    node: Node,
    instance: Locked,
    effect: OpenTask,
    named: Named,
    now: datetime,
) -> Opened:
    """Open the task of a node for its people; `named` are those whom expressions among its candidates give."""
    task_id, assignment = UUID(effect.task), node.assignment or Assignment(())
    known = _Known(session, metadata, instance)
    found = await known.people(_meant(assignment.candidates, "candidates", named))
    chosen = found[:1] if assignment.mode == "one" else found
    people = [user.id for user in chosen or (await repository.administrators(session))[:1]]
    title = {"zh": node.title.zh, "en": node.title.en}
    copied = [user.id for user in await known.people(_meant(assignment.cc, "cc", named))]
    parts = {"assignee": people, "cc": [user for user in copied if user not in people]}
    await repository.insert_task(session, parts, **_row(metadata, instance, effect, node, title, now))
    await notify_task(session, "opened", task_id, title, instance.title, people)
    return Opened(people, title, not chosen)


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
    known, assignment = _Known(session, metadata, instance), node.assignment or Assignment(())
    meant = (*_meant(assignment.candidates, "candidates", named), *_meant(assignment.cc, "cc", named))
    users = [user.id for user in await known.people(meant)]
    if not users:
        return []
    id, title = uuid5(NAMESPACE_OID, f"copy:{effect.id}"), {"zh": node.title.zh, "en": node.title.en}
    row = {"id": id, "instance_id": instance.id, "node_id": node.id, "title": title, "subject": instance.title}
    about: dict[str, Any] = {
        "entity": instance.entity,
        "record_id": instance.record_id,
        "outcomes": [],
        "form": node.form,
    }
    times = {"status": "completed", "opened_at": now, "closed_at": now}
    await repository.insert_task(session, {"cc": users}, **row, **about, **times)
    await notify_task(session, "copied", id, title, instance.title, users)
    return users


def _meant(candidates: Sequence[Candidate], member: str, named: Named) -> tuple[Candidate, ...]:
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
        "subject": instance.title,
        "form": node.form,
        "form_version": metadata.versions.get(("form", node.form)) if node.form else None,
        "mode": node.assignment.mode if node.assignment else "any",
        "outcomes": [_outcome(outcome.key, outcome.label, outcome.kind, outcome.comment) for outcome in node.outcomes],
        "entity": instance.entity,
        "record_id": instance.record_id,
        "priority": node.priority,
        "round": effect.round,
        "opened_at": now,
        "due_at": now + parse_duration(node.due) if node.due else None,
    }


def _outcome(key: str, label: Text, kind: str, comment: bool) -> dict[str, Any]:
    return {"key": key, "label": {"zh": label.zh, "en": label.en}, "kind": kind, "comment": comment}


@dataclass
class _Known:
    """What is known of an instance where people are looked for; the record and earlier actors are read only when somebody asks."""

    session: AsyncSession
    metadata: Metadata
    instance: Locked

    async def people(self, candidates: Sequence[Candidate]) -> list[User]:
        """Who the candidates are now."""
        if not candidates:
            return []
        instance, record = self.instance, await self._record(candidates)
        asks_actors = any(candidate.superior_of for candidate in candidates)
        actors = await repository.actors(self.session, instance.id) if asks_actors else {}
        return await identity.resolve_candidates(
            self.session, candidates, initiator_id=instance.initiator_id, record=record, task_actors=actors
        )

    async def _record(self, candidates: Sequence[Candidate]) -> dict[str, Any]:
        if self.instance.record_id is None or not any(candidate.record_field for candidate in candidates):
            return {}
        return await records.get(self.session, self.metadata, SYSTEM, self.instance.entity, self.instance.record_id)


async def decide(session: AsyncSession, effect: DecideItem, comment: str | None, now: datetime) -> None:
    """A person has done their part."""
    await repository.decide(session, UUID(effect.task), UUID(effect.user), effect.outcome, comment, now)


async def close_task(session: AsyncSession, effect: CloseTask, now: datetime) -> list[UUID]:
    """The task is over; returns everybody who had a part."""
    user = UUID(effect.user) if effect.user else None
    return await repository.close(session, UUID(effect.task), effect.status, effect.outcome, user, now)


async def escalate(
    session: AsyncSession, instance_id: UUID, task_id: UUID | None, now: datetime
) -> tuple[UUID, list[UUID]] | None:
    """Give an open task to the superiors of its assignees as well; None when it is not open any more.

    Somebody without a superior escalates to an administrator.
    """
    task = await repository.open_task_at(session, instance_id, task_id)
    if task is None:
        return None
    superiors = await superiors_of(session, task)
    items = await repository.items(session, task.id)
    known = {item.user_id for item in items if item.kind in repository.DECIDING}
    added = [user for user in superiors if user not in known]
    await repository.insert_items(session, task.id, added, "escalation", now)
    await repository.mark_escalated(session, task.id)
    await notify_task(session, "escalated", task.id, task.title, task.subject, superiors)
    return task.id, added


async def superiors_of(session: AsyncSession, task: Task) -> list[UUID]:
    """Who an open task is escalated to: the superiors of its assignees, or an administrator where they have none."""
    items = await repository.items(session, task.id)
    assignees = [item.user_id for item in items if item.kind == "assignee" and item.status == "open"]
    found = [await identity.superior_of(session, user) for user in assignees]
    superiors = [user.id for user in found if user is not None]
    return list(dict.fromkeys(superiors or [user.id for user in (await repository.administrators(session))[:1]]))


async def escalate_from_outside(session: AsyncSession, task: Task, now: datetime, cause: Cause) -> list[UUID]:
    """Escalate a task of an instance when no step of the instance asks for it. The instance's state is moved on with the table,
    under the sequence that guards both: a running workflow finds the newer state at its next command."""
    assert task.instance_id is not None, "a task that stands alone is escalated by tasks.alone"
    instance = await instances.locked_instance(session, task.instance_id)
    if instance is None or instance.status != "running" or instance.state is None:
        return []
    escalated = await escalate(session, instance.id, task.id, now)
    if escalated is None:
        return []
    id, added = escalated
    users = [str(user) for user in added]
    state = assign(load(State, instance.state), {str(id): users}, kind="escalation")
    state = replace(state, sequence=instance.sequence + 1)
    await instances.update_instance(session, instance.id, {"sequence": state.sequence, "state": dump(state)})
    line = {"instance_id": instance.id, "at": now, "type": "task_escalated", "node_id": task.node_id, "actor_id": None}
    await instances.add_history(session, [{**line, "data": {"task": str(id), "users": users}}])
    await append(session, _escalated(instance, task, users).caused_by(cause))
    return added


def _escalated(instance: Instance, task: Task, users: Sequence[str]) -> NewEvent:
    about = {
        "instance_id": str(instance.id),
        "flow": instance.flow,
        "title": instance.title,
        "entity": instance.entity,
        "record_id": instance.record_id and str(instance.record_id),
    }
    data = {**about, "node_id": task.node_id, "users": list(users)}
    return NewEvent("task.escalated", data, "task", task.id, instance.person_id)
