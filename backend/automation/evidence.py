"""Which events a firing counted: its windows, asked again at its place in the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.automation.happenings import Happening
from backend.automation.matching import Host
from backend.automation.models import RuleFiring
from backend.automation.record_sets import subjects_of
from backend.automation.rule_book import Program, RuleBook, RuleLibrary
from backend.automation.sources import POSTS
from backend.automation.windows import BEHIND_EVERYTHING, Asker
from backend.errors import NotFound
from backend.events.models import Event
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.definitions import Text
from engine.language import Problems
from engine.rules.model import CUSTOMER, EVENT, PERSON, ScheduleTrigger, WatchTrigger

#: Events of one window that are named; its value says how many there were.
MOST = 50


async def counted(
    session: AsyncSession, store: MetadataStore, library: RuleLibrary, metadata: Metadata, id: UUID
) -> dict[str, Any]:
    """The windows of a firing: what was made of which events, the latest first. Values are as they were; events in the trash of
    time, moved to other people since, are as they are now. Raises NotFound."""
    firing = (await session.execute(select(RuleFiring).where(RuleFiring.id == id))).scalar_one_or_none()
    if firing is None:
        raise NotFound(what=Text("触发记录", "firing"), key=id)
    rule: Any = await store.definition(session, "rule", firing.rule, firing.rule_version)
    program = library.program(metadata, rule, firing.rule_version)
    if isinstance(program, Problems) or not program.rule.windows:
        return {"windows": []}
    host = await Host(library.book(metadata)).begun(session)
    asker = await _asker(session, host.book, program, firing)
    context = host.context(program, host.book.index.reading())
    windows = []
    kept = firing.trace.get("$windows") or []
    for number, query in enumerate(program.windows):
        found = await query.events(session, asker, context, MOST)
        told = await _told(session, [each for each, _ in found])
        value = kept[number]["value"] if number < len(kept) else None
        events = [
            {"id": each, "at": at, **told.get(each, {"type": query.window.step.event, "text": None})}
            for each, at in found
        ]
        windows.append(
            {"function": query.window.function, "event": query.window.step.event, "value": value, "events": events}
        )
    return {"windows": windows}


async def _asker(session: AsyncSession, book: RuleBook, program: Program, firing: RuleFiring) -> Asker:
    """The firing as one who asks: with its values, at its place in the log."""
    happenings = await book.reading.by_ids(session, (int(each) for each in firing.events.values()))
    people = await book.reading.persons(session, [firing.person_id] if firing.person_id is not None else [])
    person = next(iter(people.values()), None)
    values: dict[str, object] = {PERSON: person, CUSTOMER: person}
    named: dict[str, Happening] = {
        alias: happenings[int(each)] for alias, each in firing.events.items() if int(each) in happenings
    }
    for alias, happening in named.items():
        values[alias] = happening.record if happening.record is not None else happening.values
    last = named.get(program.last_step.alias) if program.rule.steps else next(iter(named.values()), None)
    if last is not None:
        values[EVENT] = last.values
    trigger = program.rule.trigger
    if isinstance(trigger, ScheduleTrigger | WatchTrigger):
        entity = trigger.each.entity
        subject = (await subjects_of(session, book.reading, {firing.id: entity})).get(firing.id)
        values |= dict.fromkeys((entity, trigger.each.alias), subject.record if subject is not None else None)
    at = firing.happened_at.astimezone(clock.zone())
    if firing.cause.startswith("event:") and last is not None:
        return Asker(values, at, last.xid, last.position)
    return Asker(values, at, BEHIND_EVERYTHING, BEHIND_EVERYTHING)


async def _told(session: AsyncSession, ids: list[int]) -> dict[int, dict[str, Any]]:
    """The type of each event, and what was said where something was."""
    posts = await session.execute(select(POSTS.c.event_id, POSTS.c.type, POSTS.c.text).where(POSTS.c.event_id.in_(ids)))
    found = {row.event_id: {"type": row.type, "text": row.text} for row in posts}
    rest = [id for id in ids if id not in found]
    if rest:
        events = await session.execute(
            select(Event.id, Event.type, Event.data["text"].astext).where(Event.id.in_(rest))
        )
        found |= {id: {"type": type, "text": text} for id, type, text in events}
    return found
