"""The set of records that a rule goes through by the clock: chosen by SQL, page by page, and read as rules read records."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation.behind import id_of
from backend.automation.firing import Match
from backend.automation.happenings import Happening, Reading
from backend.automation.matching import Attempt, Host
from backend.automation.rule_book import Program
from backend.automation.windows import BEHIND_EVERYTHING
from backend.events.models import SLOTS
from backend.records.filters import live
from backend.records.tables import tables_of
from engine.language import Checked, Context
from engine.rules import Moment
from engine.rules.model import CUSTOMER, PERSON, ScheduleTrigger, WatchTrigger
from engine.rules.rounds import stamp
from engine.rules.sets import names_in_set, over_record, person_field
from engine.rules.spelling import spelled_out

#: Records of one page.
PAGE = 500


class RecordSet:
    """The records of a rule's `for each`."""

    def __init__(self, host: Host, program: Program) -> None:
        trigger = program.rule.trigger
        assert isinstance(trigger, ScheduleTrigger | WatchTrigger), "others go through no set"
        self.host = host
        self._book = host.book
        self.program = program
        self.each = trigger.each
        self._person = person_field(self._book.scope, self.each.entity)
        self._table = tables_of(self._book.metadata.entity(self.each.entity)).alias()

    async def page(self, session: AsyncSession, instant: datetime, after: UUID | None) -> Sequence[UUID]:
        """The ids of the next records of the set at a moment, in their order."""
        behind = true() if after is None else self._table.c["id"] > after
        return await self._ids(session, instant, behind)

    async def among(self, session: AsyncSession, instant: datetime, ids: Collection[UUID]) -> list[UUID]:
        """Those of the ids that belong to the set at a moment, in their order."""
        found: list[UUID] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), PAGE):
            found += await self._ids(session, instant, self._table.c["id"].in_(wanted[start : start + PAGE]))
        return found

    async def _ids(self, session: AsyncSession, instant: datetime, which: ColumnElement[bool]) -> Sequence[UUID]:
        id = self._table.c["id"]
        statement = select(id).where(live(self._table), which, self._where(instant)).order_by(id).limit(PAGE)
        return (await session.execute(statement)).scalars().all()

    def _where(self, instant: datetime) -> ColumnElement[bool]:
        if self.each.where is None:
            return true()
        tree = over_record(self.each.where.tree, names_in_set(self.each, self._person))
        assert tree is not None, "the compiler refuses what reads more than the record"
        relations = self._book.reading.looker.reader.relations
        return Checked(spelled_out(tree, self._book.words)).sql(
            self._table, instant, relations=relations, context=self.context()
        )

    def context(self) -> Context:
        """What conditions are given that are about no one record."""
        return self.host.context(self.program, self._book.index.reading())

    # -- records

    async def attempts(self, session: AsyncSession, instant: datetime, ids: Sequence[UUID]) -> list[Attempt]:
        """The rule facing each of the records, as they are now, at a moment."""
        records = await self._book.reading.records(session, self.each.entity, ids)
        persons = await self._persons(session, records)
        return [self._attempt(id, records[id], persons, instant) for id in ids if id in records]

    async def _persons(
        self, session: AsyncSession, records: Mapping[UUID, dict[str, Any]]
    ) -> Mapping[UUID, dict[str, Any]]:
        """The persons that the records are about."""
        if self.each.entity == PERSON or self._person is None:
            return records if self.each.entity == PERSON else {}
        ids = {id for record in records.values() if (id := id_of(record.get(self._person))) is not None}
        return await self._book.reading.persons(session, ids)

    def _attempt(
        self, id: UUID, record: dict[str, Any], persons: Mapping[UUID, dict[str, Any]], instant: datetime
    ) -> Attempt:
        person_id = None if self._person is None else id_of(record.get(self._person))
        person = persons.get(person_id) if person_id is not None else None
        values = {PERSON: person, CUSTOMER: person, self.each.entity: record, self.each.alias: record}
        slot = zlib.crc32(str(person_id or id).encode()) % SLOTS
        happening = Happening(
            0,
            BEHIND_EVERYTHING,
            BEHIND_EVERYTHING,
            instant,
            (),
            record,
            person_id,
            0,
            slot,
            "",
            entity=self.each.entity,
            record_id=id,
        )
        words = self._book.index.reading()
        moment = Moment(values, instant, self.host.context(self.program, words), words)
        return Attempt(self.program, happening, moment, {})


def match_at(attempt: Attempt, kind: str) -> Match:
    """An attempt that fires on a record at a moment; `kind` says why it was looked at (`schedule`, `watch`)."""
    firing, happening = attempt.firing, attempt.happening
    assert firing is not None, "only what fires is a match"
    return Match(
        attempt.program, firing, f"{kind}:{stamp(happening.at)}:{happening.record_id}", happening.at, happening.slot,
        person_id=happening.person_id, entity=happening.entity, record_id=happening.record_id,
    )  # fmt: skip


# -- what is left for later

#: A firing of a rule that goes through records names its record at the end of its cause; what is done later names the firing.
_SUBJECTS = text(
    """
    WITH RECURSIVE chain AS (
        SELECT id AS firing, cause FROM weft.rule_firing WHERE id = ANY(:firings)
        UNION ALL
        SELECT chain.firing, before.cause FROM chain
        JOIN weft.rule_firing AS before ON before.id = split_part(chain.cause, ':', 2)::uuid
        WHERE chain.cause LIKE 'after:%'
    )
    SELECT firing, right(cause, 36)::uuid AS record FROM chain WHERE cause ~ '^(schedule|watch|flow):'
    """
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that a rule came to by the clock; None when it is gone for good."""

    entity: str
    id: UUID
    record: dict[str, Any] | None


async def subjects_of(session: AsyncSession, reading: Reading, entities: Mapping[UUID, str]) -> dict[UUID, Subject]:
    """The records that firings of rules that run by the clock are about, as they are now; `entities` by firing."""
    if not entities:
        return {}
    rows = (await session.execute(_SUBJECTS, {"firings": list(entities)})).all()
    ids: dict[str, set[UUID]] = {}
    for row in rows:
        ids.setdefault(entities[row.firing], set()).add(row.record)
    found = {entity: await reading.records(session, entity, some) for entity, some in ids.items()}
    return {
        row.firing: Subject(entity, row.record, found[entity].get(row.record))
        for row in rows
        if (entity := entities[row.firing])
    }
