"""The statements of every batch, each with all its rows in one parameter: they stay prepared, whatever the size of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

_FIRINGS = text(
    """
    INSERT INTO weft.rule_firing (id, rule, rule_version, cause, event_id, branch, subject, quotas, person_id, status,
        error, actions, trace, events, happened_at)
    SELECT f.id, f.rule, f.rule_version, f.cause, f.event_id, f.branch, f.subject, f.quotas, f.person_id, f.status,
        f.error, f.actions, f.trace, f.events, f.happened_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f(id uuid, rule text, rule_version integer, cause text,
        event_id bigint, branch text, subject text, quotas text[], person_id uuid, status text, error text, actions jsonb,
        trace jsonb, events jsonb, happened_at timestamptz)
    ON CONFLICT DO NOTHING RETURNING id
    """
)
_DEADLINES = text(
    """
    INSERT INTO weft.rule_deadline (id, slot, kind, rule, rule_version, key, due_at, firing_id, place, events, person_id,
        purpose, attempts)
    SELECT d.id, d.slot, d.kind, d.rule, d.rule_version, d.key, d.due_at, d.firing_id, d.place, d.events, d.person_id,
        d.purpose, d.attempts
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS d(id uuid, slot smallint, kind text, rule text,
        rule_version integer, key text, due_at timestamptz, firing_id uuid, place text, events jsonb, person_id uuid,
        purpose text, attempts integer)
    ON CONFLICT DO NOTHING
    """
)
_DUE = text(
    """
    SELECT id, slot, kind, rule, rule_version, key, due_at, firing_id, place, events, person_id, purpose, attempts
    FROM weft.rule_deadline WHERE slot = :slot AND due_at <= :until ORDER BY due_at, id LIMIT :limit
    """
)
_FIRED = text(
    """
    SELECT f.rule, f.cause FROM unnest(:rules, :causes) AS w(rule, cause)
    JOIN weft.rule_firing AS f ON f.rule = w.rule AND f.cause = w.cause
    """
).bindparams(bindparam("rules", type_=ARRAY(Text)), bindparam("causes", type_=ARRAY(Text)))
_FORGET = text("DELETE FROM weft.rule_deadline WHERE id = ANY(:ids) RETURNING id").bindparams(
    bindparam("ids", type_=ARRAY(PgUUID(as_uuid=True)))
)
#: Who looks whether something followed, and who takes in what followed, do not overlap: else neither would see the other.
_FOR_ABSENCES = "FROM (SELECT 'absence:' || rule AS key FROM unnest(:rules) AS rule) AS locks"
_JUDGE = text(f"SELECT count(pg_advisory_xact_lock(hashtextextended(key, 0))) {_FOR_ABSENCES}").bindparams(
    bindparam("rules", type_=ARRAY(Text))
)
_REFUTE = text(f"SELECT count(pg_advisory_xact_lock_shared(hashtextextended(key, 0))) {_FOR_ABSENCES}").bindparams(
    bindparam("rules", type_=ARRAY(Text))
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A row of `rule_deadline`, see the model. Thousands are read in a second: they are no objects of the mapper."""

    id: UUID
    slot: int
    kind: str
    rule: str
    rule_version: int
    key: str
    due_at: datetime
    firing_id: UUID | None
    place: str
    events: Mapping[str, Any]
    person_id: UUID | None
    purpose: str | None
    attempts: int


async def due_deadlines(session: AsyncSession, slot: int, until: datetime, limit: int) -> list[Deadline]:
    """What is due in a slot, oldest first."""
    rows = await session.execute(_DUE, {"slot": slot, "until": until, "limit": limit})
    return [Deadline(*row) for row in rows]


async def insert_firings(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Write firings down, and say which; one that is there already stays as it is."""
    return set((await session.execute(_FIRINGS, {"rows": _json(rows)})).scalars())


async def insert_deadlines(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write deadlines down; one that is there already stays as it is."""
    await session.execute(_DEADLINES, {"rows": _json(rows)})


async def fired(session: AsyncSession, identities: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the firings, by rule and cause, that are there."""
    wanted = {"rules": [rule for rule, _ in identities], "causes": [cause for _, cause in identities]}
    return {(row.rule, row.cause) for row in await session.execute(_FIRED, wanted)}


async def forget_deadlines(session: AsyncSession, ids: Iterable[UUID]) -> set[UUID]:
    """Forget deadlines that are dealt with; those that were still there. The others have been cancelled meanwhile."""
    return set((await session.execute(_FORGET, {"ids": list(ids)})).scalars())


async def judging_absences(session: AsyncSession, rules: Iterable[str]) -> None:
    """For the rest of the transaction: nobody takes in what these rules wait for in vain, unseen."""
    await _locked(session, _JUDGE, rules)


async def refuting_absences(session: AsyncSession, rules: Iterable[str]) -> None:
    """For the rest of the transaction: nobody judges that nothing followed for these rules."""
    await _locked(session, _REFUTE, rules)


async def _locked(session: AsyncSession, lock: TextClause, rules: Iterable[str]) -> None:
    wanted = sorted(set(rules))
    if wanted:
        await session.execute(lock, {"rules": wanted})


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()
