"""Plays a timeline through the real pipeline on PostgreSQL, with the clock standing where the timeline stands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime, work_off
from backend.db import Database, uuid7
from backend.events.log import NewEvent, append, append_external
from backend.events.outbox import deliver_due
from backend.identity.people import import_people
from backend.messaging.service import mark_read, outbox_handlers
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.records.ddl import DDL
from backend.records.query import ListQuery
from backend.social.people import link_identities
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage
from backend.templates import install_app
from tests.scenarios import company
from tests.scenarios.outcomes import Account, Found, FoundDeed, plain, wanted_of
from tests.scenarios.timeline import (
    Answered,
    At,
    Expect,
    Given,
    Happening,
    Moved,
    Read,
    Said,
    See,
    Timeline,
    Wait,
    Written,
)
from tests.scenarios.values import Ref, Value
from tests.scenarios.world import PERSON, id_of

_BEFORE = dt.timedelta(days=400)
_A_MOMENT = dt.timedelta(microseconds=1)
_AT_A_TIME = dt.timedelta(hours=1)
_STATUS = {"done": "fired"}
#: The segments that shipped rules wait for.
_WATCHED = frozenset({"dormant_vip"})


async def install(database: Database) -> None:
    """Both apps with their people and message templates, without other sample records."""
    publishing = await _publishing(database)
    for app in ("crm", "scrm"):
        await install_app(database, publishing, company.BUILTIN / app, sample_data=False, password_hash=None)
    async with database.transaction() as session:
        people = orjson.loads((company.BUILTIN / "crm" / "people.json").read_bytes())
        await import_people(session, people, None)
        templates = json.loads((company.BUILTIN / "crm/samples/records/message_template.json").read_bytes())
        for template in templates["records"]:
            await records.create(session, publishing.store.current, SYSTEM, "message_template", template["values"])


async def _publishing(database: Database) -> Publishing:
    store = MetadataStore(database)
    await store.load()
    return Publishing(store, DDL(), ActionRegistry(ACTIONS).signatures())


async def differences(timeline: Timeline, database: Database) -> list[str]:
    """What came of the timeline that it does not expect, and the other way round; in a database that `install` prepared."""
    store = (await _publishing(database)).store
    actions = ActionRegistry(ACTIONS)
    stage = SocialStage(WordListReader())
    play = _Play(timeline, database, store, Pipeline(store, stage), RuleRuntime(store, actions))
    return [sentence async for sentence in play.run()]


@dataclass
class _Play:
    timeline: Timeline
    database: Database
    store: MetadataStore
    pipeline: Pipeline
    rules: RuleRuntime
    users: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    seen: dict[UUID, str] = field(default_factory=dict)
    now: dt.datetime = field(init=False)

    async def run(self) -> AsyncIterator[str]:
        self._numbers = count(1)
        self.users = {email.partition("@")[0]: id for email, id in await self._emails()}
        account = Account(self.users)
        await self._begin()
        for step in (*self.timeline.steps, Expect(0, ())):
            if isinstance(step, Expect):
                difference = account.difference(step, await self._news())
                if difference is not None:
                    yield difference
            elif isinstance(step, Wait):
                await self._run_until(step.until)
            elif isinstance(step, See):
                for unlike in await self._unlike(step):
                    yield f"line {step.line}: {unlike}"
            else:
                await self._happens(step.what, step.at)

    async def _emails(self) -> list[tuple[str, str]]:
        return [(row.email, str(row.id)) for row in await self._rows("SELECT email, id FROM weft.user")]

    # -- time

    async def _begin(self) -> None:
        """What is there beforehand was made long ago, when no rule was on."""
        await self._switch(off=True)
        self.now = self.timeline.begins - _BEFORE
        for given in self.timeline.given:
            await self._given(given)
        self.now = self.timeline.begins - _A_MOMENT
        await self._work()
        await self._switch(off=False)
        await self._work()

    async def _switch(self, *, off: bool) -> None:
        """Switch every rule off, or those on that the timeline names."""
        on = [] if off else list(self.timeline.rules)
        statement = (
            "INSERT INTO weft.rule_switch (kind, key, off, reason, changed_at)"
            " SELECT 'rule', key, NOT key = ANY(:on), 'timeline', now() FROM unnest(CAST(:keys AS text[])) AS key"
            " ON CONFLICT (kind, key) DO UPDATE SET off = excluded.off"
        )
        await self._rows(statement, on=on, keys=list(self.store.current.rules))

    async def _run_until(self, moment: dt.datetime) -> None:
        """Do everything that is due up to a moment, one due time after the other."""
        while self.now < moment:
            self.now = min([moment, *await self._stops()])
            await self._work()

    async def _stops(self) -> list[dt.datetime]:
        """Where the clock has to stand next: at a deadline; what comes every minute is done an hour at a time."""
        (waiting,) = await self._rows(_WAITING, now=self.now)
        instant = waiting.instant and max(waiting.instant, self.now + _AT_A_TIME)
        return [stop.astimezone(clock.zone()) for stop in (waiting.deadline, instant) if stop is not None]

    async def _work(self) -> None:
        """Handle all there is at the present moment, messages included."""
        with clock.standing_at(self.now):
            while True:
                await work_off(self.database, self.pipeline.consumer(), self.rules)
                if not await deliver_due(self.database, outbox_handlers(self.database, self.store)):
                    return

    # -- what happens

    async def _happens(self, what: Happening, at: dt.datetime) -> None:
        """It happens after everything that was due before; what happens many times is handled in batches."""
        await self._run_until(at - _A_MOMENT)
        times, over = (what.times, what.over) if isinstance(what, Said) else (1, dt.timedelta(0))
        for number in range(times):
            moment = at + over * number / max(times - 1, 1)
            await _DO[type(what)](self, what, moment)
            if number == times - 1 or moment - self.now > _AT_A_TIME / 2:
                self.now = max(self.now, moment)
                await self._work()

    async def _given(self, given: Given) -> None:
        with clock.standing_at(self.now):
            async with self.database.transaction() as session:
                data = self._data(given.values)
                id = UUID(id_of(given.name))
                await records.create(session, self.store.current, SYSTEM, given.entity, data, id=id)
        if given.entity == PERSON:
            await self._link(given.name, str(given.values["name"]))

    async def _link(self, who: str, name: str) -> None:
        """Their handles on WeChat and on all channels that the timeline speaks of."""
        happenings = [step.what for step in self.timeline.steps if isinstance(step, At)]
        channels = {"wechat", *(each.channel for each in happenings if isinstance(each, Said | Answered))}
        self.known.add(who)
        links = [
            {"channel": channel, "external_id": who, "person_id": UUID(id_of(who)), "name": name}
            for channel in channels
        ]
        async with self.database.transaction() as session:
            await link_identities(session, links)

    async def _said(self, what: Said, at: dt.datetime) -> None:
        number = next(self._numbers)
        who = what.who or f"stranger{number}"
        external = f"timeline-{number}"
        data: dict[str, Any] = {
            "external_id": external,
            "type": what.kind,
            "author": {"id": who, "name": await self._name(who)},
            "text": what.text,
            "target": None,
            "occurred_at": at.isoformat(),
        }
        event = NewEvent(
            what.kind, data, channel=what.channel, external_id=external, actor_kind="channel", occurred_at=at
        )
        async with self.database.transaction() as session:
            await append_external(session, [event])

    async def _name(self, who: str) -> str:
        rows = await self._rows("SELECT name FROM data.person WHERE id = :id", id=UUID(id_of(who)))
        return str(rows[0].name) if rows else who

    async def _written(self, what: Written, at: dt.datetime) -> None:
        metadata, id, data = self.store.current, UUID(id_of(what.name)), self._data(what.values)
        with clock.standing_at(at):
            async with self.database.transaction() as session:
                if what.what == "created":
                    await records.create(session, metadata, SYSTEM, what.entity, data, id=id)
                elif what.what == "updated":
                    await records.update(session, metadata, SYSTEM, what.entity, id, data, version=None)
                else:
                    await records.delete(session, metadata, SYSTEM, what.entity, id)

    async def _answered(self, what: Answered, at: dt.datetime) -> None:
        data = {"message_id": str(uuid7()), "channel": what.channel, "recipient": what.whom, "text": what.text}
        data |= {"rule": "another"} if what.automatic else {}
        await self._tell(NewEvent("message.sent", data, person_id=await self._person(what.whom), occurred_at=at))

    async def _read(self, what: Read, at: dt.datetime) -> None:
        newest = "SELECT id FROM weft.sent_message WHERE person_id = :person ORDER BY id DESC LIMIT 1"
        message = (await self._rows(newest, person=await self._person(what.who)))[0].id
        with clock.standing_at(at):
            async with self.database.transaction() as session:
                await mark_read(session, message, at)

    async def _moved(self, what: Moved, at: dt.datetime) -> None:
        """Who belongs to segments that rules wait for is found out by the pipeline itself; of others it is told here."""
        person = await self._person(what.who)
        type = "segment.entered" if what.entered else "segment.left"
        if what.segment in _WATCHED:
            told = (
                "SELECT FROM weft.event WHERE type = :type AND subject_id = :person AND data ->> 'segment' = :segment"
            )
            await self._work()
            assert await self._rows(told, type=type, person=person, segment=what.segment), f"{what}: not found out"
            return
        await self._tell(
            NewEvent(type, {"segment": what.segment, "source": "condition"}, PERSON, person, person, occurred_at=at)
        )

    async def _tell(self, event: NewEvent) -> None:
        async with self.database.transaction() as session:
            await append(session, event)

    async def _person(self, who: str) -> UUID:
        """The person of that name: one that was given, or whoever has the handle."""
        handle = "SELECT person_id FROM weft.identity WHERE external_id = :who LIMIT 1"
        rows = await self._rows(handle, who=who)
        return UUID(str(rows[0].person_id)) if rows else UUID(id_of(who))

    def _data(self, values: Mapping[str, Value]) -> dict[str, Any]:
        return {key: self._id(value) if isinstance(value, Ref) else value for key, value in values.items()}

    def _id(self, ref: Ref) -> str:
        return self.users.get(ref.name) or id_of(ref.name)

    # -- what came of it

    async def _news(self) -> list[Found]:
        """Firings that are new, or have another status, since somebody asked."""
        rows = await self._rows(_FIRINGS)
        news = [row for row in rows if self.seen.get(row.id) != row.status]
        self.seen = {row.id: row.status for row in rows}
        return [_found(row) for row in news]

    async def _unlike(self, see: See) -> list[str]:
        """What the records of an entity say otherwise than they should."""
        async with self.database.transaction() as session:
            page = await records.list_json(session, self.store.current, SYSTEM, see.entity, ListQuery(limit=200))
        found: list[dict[str, Any]] = orjson.loads(page)["items"]
        if see.name is not None:
            found = [each for each in found if each["id"] == str(await self._person(see.name))]
        wanted = {key: wanted_of(value, self.users) for key, value in see.values.items()}
        fitting = [each for each in found if all(plain(each.get(key)) == value for key, value in wanted.items())]
        return [] if len(fitting) == see.count else [f"{len(fitting)} {see.entity} fit {wanted}, of {found}"]

    async def _rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.database.transaction() as session:
            result = await session.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]  # a CursorResult


_FIRINGS = """
SELECT f.id, f.rule, f.status, f.branch, f.actions, f.error, f.person_id, i.external_id AS handle
FROM weft.rule_firing f LEFT JOIN LATERAL (
    SELECT external_id FROM weft.identity WHERE person_id = f.person_id ORDER BY channel LIMIT 1
) AS i ON true
ORDER BY f.happened_at, f.id
"""

_WAITING = """
SELECT (SELECT min(due_at) FROM weft.rule_deadline WHERE due_at > :now) AS deadline, (
    SELECT min(next_due) FROM weft.rule_schedule
    WHERE NOT EXISTS (SELECT FROM weft.rule_switch WHERE kind = 'rule' AND key = rule AND off)
) AS instant
"""

_DO: Mapping[type, Any] = {
    Said: _Play._said,
    Written: _Play._written,
    Answered: _Play._answered,
    Read: _Play._read,
    Moved: _Play._moved,
}


def _found(row: Any) -> Found:
    about = id_of(row.handle) if row.handle else row.person_id and str(row.person_id)
    return Found(row.rule, _STATUS.get(row.status, row.status), row.branch, about, tuple(map(_deed, row.actions)))


def _deed(done: Mapping[str, Any]) -> FoundDeed:
    result = done.get("result") or {}
    if "error" in done:
        return FoundDeed(f"{done['action']} failed: {done['error']}", done["arguments"])
    leaves = result.get("not_before")
    return FoundDeed(
        done["action"], done["arguments"], result.get("refused"), dt.datetime.fromisoformat(leaves) if leaves else None
    )
