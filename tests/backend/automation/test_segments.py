"""Who enters and leaves segments, by a change or by time alone, and what rules that wait for it do, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from backend import clock
from backend.access.caller import SYSTEM
from backend.automation import segments
from backend.automation.runtime import RuleRuntime
from backend.db import Database
from backend.metadata.store import MetadataStore
from backend.records import service as records
from tests.backend.social.company import DEFECT_RULE, Company, Document, column, entity, found, label, post, rule

TEN = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CASE = entity(
    "case",
    "name",
    column("name", required=True),
    column("person", "reference", entity="person"),
    column("touched_at", "datetime"),
    column("open", "boolean"),
)


def segment(key: str, entity: str, condition: str | None) -> Document:
    found = {"kind": "segment", "key": key, "label": label(key), "entity": entity}
    return found if condition is None else {**found, "condition": condition}


LOUD = segment("loud", "person", 'level = "vip" and "loud" in tags')
IDLE = segment("idle", "case", "open and touched_at < now() - 2 hours")
ENTER = (
    'rule entering when enters segment "loud" if person.level = "vip" then create_ticket(title: "in {person.name}") end'
)
LEAVE = 'rule leaving when exits segment "loud" then create_ticket(title: "out {customer.name} {person.level}") end'
RESTS = 'rule resting when enters segment "idle" if case.name != "x" then create_ticket(title: "{case.name} of {case.person.name} {person.name}") end'


async def company_of(database: Database, *documents: Document) -> Company:
    with clock.standing_at(TEN):
        company = await found(database, CASE, *documents)
        await company.process()
    return company


async def add(company: Company, key: str, **data: Any) -> UUID:
    async with company.database.transaction() as session:
        record = await records.create(session, company.store.current, SYSTEM, key, data)
    return UUID(str(record["id"]))


async def change(company: Company, key: str, id: UUID, **data: Any) -> None:
    async with company.database.transaction() as session:
        await records.update(session, company.store.current, SYSTEM, key, id, data, version=None)


async def titles(company: Company) -> list[str]:
    return [row.title for row in await company.rows("SELECT title FROM data.ticket ORDER BY created_at, title")]


async def members(company: Company, key: str) -> set[UUID]:
    rows = await company.rows("SELECT record_id FROM weft.segment_member WHERE segment = :key", key=key)
    return {row.record_id for row in rows}


async def test_a_change_of_the_record_takes_it_in_and_out(database: Database) -> None:
    company = await company_of(database, LOUD, rule(ENTER), rule(LEAVE))
    with clock.standing_at(TEN + 5 * MINUTE):
        person = await add(company, "person", name="wang", level="vip")
        await company.process()
        assert await titles(company) == []
        await change(company, "person", person, tags=["loud"])
        await company.process()
        assert (await titles(company), await members(company, "loud")) == (["in wang"], {person})
        await change(company, "person", person, name="wang2")
        await company.process()
        assert await titles(company) == ["in wang"]
        await change(company, "person", person, level="svip")
        await company.process()
        assert (await titles(company), await members(company, "loud")) == (["in wang", "out wang2 svip"], set())
    events = await company.rows("SELECT * FROM weft.event WHERE type LIKE 'segment.%' ORDER BY id")
    assert [(each.type, each.data, each.subject_entity, each.subject_id, each.person_id) for each in events] == [
        ("segment.entered", {"segment": "loud", "source": "condition"}, "person", person, person),
        ("segment.left", {"segment": "loud", "source": "condition"}, "person", person, person),
    ]
    assert all(each.causation_id and each.depth == 1 and each.occurred_at == TEN + 5 * MINUTE for each in events)


async def test_the_trash_and_back(database: Database) -> None:
    company = await company_of(database, LOUD, rule(ENTER), rule(LEAVE))
    person = await add(company, "person", name="wang", level="vip", tags=["loud"])
    await company.process()
    async with database.transaction() as session:
        await records.delete(session, company.store.current, SYSTEM, "person", person)
    await company.process()
    async with database.transaction() as session:
        await records.restore(session, company.store.current, SYSTEM, "person", person)
    await company.process()
    fired = await company.rows("SELECT rule FROM weft.rule_firing ORDER BY event_id")
    assert [row.rule for row in fired] == ["entering", "leaving", "entering"]


async def test_time_alone_takes_in(database: Database) -> None:
    company = await company_of(database, IDLE, rule(RESTS))
    with clock.standing_at(TEN):
        person = await add(company, "person", name="wang")
        case = await add(company, "case", name="a", open=True, touched_at=TEN.isoformat(), person=str(person))
        await add(company, "case", name="closed", open=False, touched_at=TEN.isoformat())
        await company.process()
    with clock.standing_at(TEN + 119 * MINUTE):
        await company.process()
    assert await members(company, "idle") == set()
    with clock.standing_at(TEN + 121 * MINUTE):
        await company.process()
        await company.process()
    assert (await titles(company), await members(company, "idle")) == (["a of wang wang"], {case})
    (told,) = await company.rows("SELECT * FROM weft.event WHERE type = 'segment.entered'")
    assert (told.subject_id, told.person_id, told.occurred_at) == (case, person, TEN + 121 * MINUTE)


async def test_who_belongs_at_first_has_not_entered(database: Database) -> None:
    company = await company_of(database)
    person = await add(company, "person", name="wang", level="vip", tags=["loud"])
    await company.publish(LOUD, rule(ENTER), rule(LEAVE))
    await company.process()
    assert (await titles(company), await members(company, "loud")) == ([], {person})
    await company.publish(segment("loud", "person", 'level = "svip"'))
    other = await add(company, "person", name="li", level="svip")
    await company.process()
    assert (await titles(company), await members(company, "loud")) == ([], {other})
    await change(company, "person", other, level="normal")
    await company.process()
    assert await titles(company) == ["out li normal"]
    await company.publish(rule(LEAVE, enabled=False), rule(ENTER, enabled=False))
    await company.process()
    assert await company.count("SELECT count(*) FROM weft.segment_state") == 0


async def test_several_workers_tell_it_once(database: Database) -> None:
    company = await company_of(database, IDLE, rule(RESTS))
    with clock.standing_at(TEN):
        for n in range(30):
            await add(company, "case", name=f"c{n}", open=True, touched_at=TEN.isoformat())
        await company.process()
    other = RuleRuntime(MetadataStore(database), company.actions)
    await other.store.load()
    at = TEN + 3 * HOUR
    with clock.standing_at(at):
        await asyncio.gather(*(each.run_clock(database, at) for each in (company.rules, other, company.rules)))
        await company.process()
    assert await company.count("SELECT count(*) FROM weft.event WHERE type = 'segment.entered'") == 30
    assert len(await titles(company)) == 30


async def test_members_that_rules_put_in_are_left_alone(database: Database) -> None:
    listed = rule('rule listed when enters segment "list" then create_ticket(title: "{person.name}") end')
    company = await company_of(database, segment("list", "person", None), listed)
    person = await add(company, "person", name="wang")
    await company.run(
        "INSERT INTO weft.segment_member (segment, record_id, source) VALUES ('list', :id, 'rule')", id=person
    )
    await company.process()
    assert (await members(company, "list"), await company.count("SELECT count(*) FROM weft.segment_state")) == (
        {person},
        0,
    )


async def test_a_loop_through_a_segment_ends(database: Database) -> None:
    enter = 'rule entering when enters segment "loud" then update_record(record: person, level: "svip") end'
    leave = 'rule leaving when exits segment "loud" then update_record(record: person, level: "vip") end'
    company = await company_of(database, LOUD, rule(enter), rule(leave))
    await add(company, "person", name="wang", level="vip", tags=["loud"])
    await company.process()
    rows = await company.rows("SELECT status, error FROM weft.rule_firing ORDER BY id")
    assert rows[-1].status == "failed"
    assert rows[-1].error.startswith("loop:")


async def test_what_changes_before_a_worker_knows_of_the_rule_is_not_missed(database: Database) -> None:
    company = await company_of(database)
    stays, goes, comes = [
        await add(company, "person", name=name, level=level, tags=["loud"])
        for name, level in (("stays", "vip"), ("goes", "vip"), ("comes", "normal"))
    ]
    await company.publish(LOUD, rule(ENTER), rule(LEAVE))
    await change(company, "person", goes, level="normal")
    await change(company, "person", comes, level="vip")
    await change(company, "person", comes, name="came")
    await change(company, "person", stays, name="stayed")
    new = await add(company, "person", name="new", level="vip", tags=["loud"])
    await company.process()
    assert (sorted(await titles(company)), await members(company, "loud")) == (
        ["in came", "in new", "out goes normal"],
        {stays, comes, new},
    )


async def test_a_segment_that_cannot_be_looked_up_stops_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await company_of(database, LOUD, rule(ENTER), rule(DEFECT_RULE))
    await add(company, "person", name="wang", level="vip", tags=["loud"])

    async def breaks(_members: Any, session: Any, _ids: Any) -> list[UUID]:
        await session.execute(text("SELECT 1 / 0"))
        return []

    monkeypatch.setattr(segments._Members, "leave", breaks)
    await company.post(post("洗衣机漏水", "zhao"))
    await company.process()
    assert await titles(company) == ["zhao: 洗衣机漏水"]
    (incident,) = await company.rows("SELECT rule, place FROM weft.rule_incident")
    assert (incident.rule, incident.place) == ("entering", "segment:loud")
    monkeypatch.undo()
    with clock.standing_at(clock.now() + 2 * MINUTE):
        await company.process()
    assert sorted(await titles(company)) == ["in wang", "zhao: 洗衣机漏水"]
