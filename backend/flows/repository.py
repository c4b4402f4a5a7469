"""All SQL that writes instances, their history and the answers of commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from backend import clock
from backend.events.log import APPENDING, NewEvent, rows_of
from backend.flows.models import Command, Instance, InstanceHistory

#: How far before the end a step may have been committed without Temporal knowing.
_CUT_OFF = timedelta(seconds=30)


#: The instance with what a step needs of it, and which of some commands were answered, in one statement. A lock that had to be
#: waited for gives the newest row beside answers that may be older: the sequence tells then.
_LOCK = text(
    """
    SELECT i.id, i.flow, i.flow_version, i.status, i.title, i.entity, i.record_id, i.person_id, i.initiator_id, i.sequence, i.event_id,
        i.depth, i.parent_instance_id, i.parent_call, i.results, i.chosen, i.filled,
        EXISTS (SELECT FROM weft.standing_agent s WHERE s.revoked_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > :at)) AS agents,
        (SELECT jsonb_object_agg(c.id, jsonb_build_object('instance', c.instance_id, 'actor', c.actor_id, 'answer', c.answer))
         FROM weft.command c WHERE c.id = ANY(CAST(:commands AS text[]))) AS known
    FROM weft.instance i WHERE i.id = :id FOR UPDATE OF i
    """
)

#: What a step leaves behind, in one statement.
_SAVE = text(
    f"""
    WITH answered AS (
        INSERT INTO weft.command (id, instance_id, actor_id, answer)
        SELECT c.id, :id, c.actor_id, c.answer
        FROM jsonb_to_recordset(CAST(:answers AS jsonb)) AS c(id text, actor_id uuid, answer jsonb)
    ), joined AS (
        UPDATE weft.command AS c
        SET answer = c.answer || jsonb_build_object('instance_status', j.status, 'next_tasks', (c.answer -> 'next_tasks') || j.tasks)
        FROM jsonb_to_recordset(CAST(:joined AS jsonb)) AS j(id text, status text, tasks jsonb) WHERE c.id = j.id
    ), appended AS (
        {APPENDING}
    ), told AS (
        INSERT INTO weft.instance_history (instance_id, at, type, node_id, actor_id, data)
        SELECT :id, h.at, h.type, h.node_id, h.actor_id, h.data
        FROM ROWS FROM (jsonb_to_recordset(CAST(:history AS jsonb)) AS (
            at timestamptz, type text, node_id text, actor_id uuid, data jsonb
        )) WITH ORDINALITY AS h(at, type, node_id, actor_id, data, place) ORDER BY h.place
    )
    UPDATE weft.instance SET sequence = :sequence, state = CAST(:state AS jsonb), tokens = CAST(:tokens AS jsonb),
        variables = CAST(:variables AS jsonb), status = :status, incident = CAST(:incident AS jsonb), outcome = :outcome,
        suspended = :suspended, results = CAST(:results AS jsonb), depth = :depth, flow_version = :flow_version,
        ended_at = CASE WHEN :ended THEN CAST(:now AS timestamptz) END
    WHERE id = :id
    """
)


@dataclass(frozen=True, slots=True)
class Known:
    """A command that was answered before."""

    instance: str
    actor: str | None
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Locked:
    """What a step needs of an instance, held until the end of the transaction. Its state is not read: the step brings the next. `agents`:
    whether anybody in the company acts for anybody."""

    id: UUID
    flow: str
    flow_version: int
    status: str
    title: str
    entity: str
    record_id: UUID | None
    person_id: UUID | None
    initiator_id: UUID | None
    sequence: int
    event_id: int | None
    depth: int
    parent_instance_id: UUID | None
    parent_call: str | None
    results: Mapping[str, Any]
    chosen: Mapping[str, Any]
    filled: str | None
    agents: bool
    known: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a step leaves on the instance, with lines of history and answers of commands (id, who, answer)."""

    sequence: int
    state: Mapping[str, Any]
    tokens: Sequence[Mapping[str, Any]]
    variables: Mapping[str, Any]
    status: str
    incident: Mapping[str, Any] | None
    outcome: str | None
    suspended: bool
    results: Mapping[str, Any]
    depth: int
    flow_version: int
    ended: bool


async def locked(session: AsyncSession, id: UUID, commands: Sequence[str]) -> Locked | None:
    """The instance, locked until the end of the transaction, with what is known of these commands; None when there is none."""
    row = (await session.execute(_LOCK, {"id": id, "commands": list(commands), "at": clock.now()})).one_or_none()
    if row is None:
        return None
    members = dict(row._mapping)
    return Locked(**{**members, "known": {key: Known(**each) for key, each in (members["known"] or {}).items()}})


async def state_of(session: AsyncSession, id: UUID) -> dict[str, Any] | None:
    """The state of the instance, or None."""
    return (await session.execute(select(Instance.state).where(Instance.id == id))).scalar_one_or_none()


async def save(
    session: AsyncSession,
    id: UUID,
    saved: Saved,
    history: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    joined: Sequence[Mapping[str, Any]],
    events: Sequence[NewEvent],
    now: Any,
) -> None:
    """What a step leaves behind; `joined` are what the answers of earlier commands have in addition. One statement."""
    members = {name: getattr(saved, name) for name in saved.__dataclass_fields__}
    documents = ("state", "tokens", "variables", "results", "incident")
    written = {name: _json(members[name]) if members[name] is not None else None for name in documents}
    rows = {"answers": _json(answers), "joined": _json(joined), "history": _json(history)}
    rows["events"] = rows_of(session, events)
    await session.execute(_SAVE, {**members, **written, **rows, "id": id, "now": now})


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


async def insert_instance(session: AsyncSession, **values: Any) -> None:
    """A new instance, not yet running."""
    await session.execute(insert(Instance).values(**values))


async def instance(session: AsyncSession, id: UUID) -> Instance | None:
    """The instance, or None."""
    return (await session.execute(select(Instance).where(Instance.id == id))).scalar_one_or_none()


async def bare_instance(session: AsyncSession, id: UUID) -> Instance | None:
    """The instance without its state, tokens and results, which most who ask do not need; or None."""
    statement = select(Instance).where(Instance.id == id)
    heavy = defer(Instance.state), defer(Instance.tokens), defer(Instance.results)
    return (await session.execute(statement.options(*heavy))).scalar_one_or_none()


async def locked_instance(session: AsyncSession, id: UUID) -> Instance | None:
    """The instance, locked until the end of the transaction, or None."""
    statement = select(Instance).where(Instance.id == id).with_for_update()
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def update_instance(session: AsyncSession, id: UUID, values: dict[str, Any]) -> None:
    """New values of an instance."""
    statement = update(Instance).where(Instance.id == id).values(**values)
    await session.execute(statement.execution_options(synchronize_session=False))


async def add_history(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Lines of history, in order."""
    if rows:
        await session.execute(insert(InstanceHistory), list(rows))


async def open_tasks(session: AsyncSession, id: UUID) -> Sequence[UUID]:
    """The open tasks of the instance, the oldest first."""
    statement = text("SELECT id FROM weft.task WHERE instance_id = :id AND status = 'open' ORDER BY opened_at, id")
    return (await session.execute(statement, {"id": id})).scalars().all()


async def last_moment(session: AsyncSession, id: UUID) -> datetime | None:
    """When the last line of the instance's history was written, or None."""
    last = select(InstanceHistory.at).where(InstanceHistory.instance_id == id).order_by(InstanceHistory.id.desc())
    return (await session.execute(last.limit(1))).scalar_one_or_none()


async def command(session: AsyncSession, id: str) -> Command | None:
    """The command with this id if it was answered, or None."""
    return (await session.execute(select(Command).where(Command.id == id))).scalar_one_or_none()


async def keep_answer(
    session: AsyncSession, id: str, instance_id: UUID, actor_id: UUID | None, answer: dict[str, Any]
) -> None:
    """The answer that a command's repetition gets."""
    values = {"id": id, "instance_id": instance_id, "actor_id": actor_id, "answer": answer}
    await session.execute(insert(Command).values(values))


async def live(session: AsyncSession) -> Sequence[UUID]:
    """Every instance that has begun and is not over, the latest first."""
    statement = select(Instance.id).where(Instance.status.in_(("running", "failed")), Instance.sequence > 0)
    return (await session.execute(statement.order_by(Instance.started_at.desc()))).scalars().all()


async def last_commanded(session: AsyncSession) -> Sequence[UUID]:
    """The instances whose last command was among the last of all: what a crash of everything may have cut off."""
    newest = select(func.max(Command.at)).scalar_subquery()
    statement = select(Command.instance_id).where(Command.at > newest - _CUT_OFF).distinct()
    return (await session.execute(statement)).scalars().all()
