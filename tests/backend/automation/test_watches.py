"""Watches on a real PostgreSQL: they fire where what is counted becomes true, once for each time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend import clock
from backend.access.caller import SYSTEM
from backend.automation.runtime import RuleRuntime
from backend.db import Database
from backend.metadata.store import MetadataStore
from backend.records import service as records
from tests.backend.social.company import Company, Document, column, entity, found, post, rule

TEN = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
VISIT = entity(
    "visit",
    "name",
    column("name", required=True),
    column("product", "reference", entity="product"),
    column("city"),
    column("points", "number"),
)


async def company_of(database: Database, *documents: Document) -> Company:
    with clock.standing_at(TEN):
        company = await found(database, VISIT, *documents)
        await company.process()
    return company


async def add(company: Company, key: str, **data: Any) -> UUID:
    async with company.database.transaction() as session:
        record = await records.create(session, company.store.current, SYSTEM, key, data)
    return UUID(str(record["id"]))


async def visit(company: Company, at: datetime, product: UUID | None, count: int = 1, **data: Any) -> None:
    """Visits of a product at a moment; what is due until then is done before."""
    await go(company, at)
    with clock.standing_at(at + timedelta(seconds=1)):
        for n in range(count):
            await add(company, "visit", name=f"v{n}", product=product and str(product), **data)


async def go(company: Company, at: datetime) -> None:
    with clock.standing_at(at):
        await company.process()


async def fired(company: Company, key: str) -> list[tuple[int, str]]:
    """The minutes after ten at which a rule fired, and on which product."""
    rows = await company.rows(
        "SELECT f.happened_at, p.name FROM weft.rule_firing f JOIN data.product p ON f.cause LIKE '%:' || p.id"
        " WHERE rule = :key ORDER BY happened_at, name",
        key=key,
    )
    return [((row.happened_at - TEN) // MINUTE, row.name) for row in rows]


async def test_it_fires_when_it_becomes_true_and_again_after_it_was_not(database: Database) -> None:
    program = """
    rule busy watch count(visit.created where points > 1 within 10 minutes by product) >= 3
      for each product as p where name != "c" every 1 minute then create_ticket(title: "{p.name}") end"""
    company = await company_of(database, rule(program))
    a, b, c = [await add(company, "product", name=name) for name in "abc"]
    await visit(company, TEN, a, 3, points=1)
    for product, count in ((a, 2), (b, 3), (c, 5)):
        await visit(company, TEN + MINUTE, product, count, points=2)
    await visit(company, TEN + 4 * MINUTE, a, 1, points=2)
    await visit(company, TEN + 30 * MINUTE, a, 3, points=2)
    await go(company, TEN + 60 * MINUTE)
    assert await fired(company, "busy") == [(2, "b"), (5, "a"), (31, "a")]
    assert await company.count("SELECT count(*) FROM weft.rule_watch WHERE holds") == 0
    assert await company.count("SELECT count(*) FROM weft.rule_firing") == 3


async def test_what_was_missed_is_the_same_as_what_was_seen(database: Database) -> None:
    program = """
    rule busy watch count(visit.created within 3 minutes by product) >= 2 for each product every 1 minute
      then create_ticket(title: "t") end"""
    company = await company_of(database, rule(program))
    a = await add(company, "product", name="a")
    for at in (1, 1, 10, 10):
        with clock.standing_at(TEN + at * MINUTE):
            await add(company, "visit", name="v", product=str(a))
    await go(company, TEN + 40 * MINUTE)
    assert await fired(company, "busy") == [(1, "a"), (10, "a")]


async def test_a_spike_of_what_people_say(database: Database) -> None:
    program = """
    rule crisis watch spike(social.mention where sentiment = "negative" within 1 hour by product baseline 1 day) >= 3
        and count(social.mention where sentiment = "negative" within 1 hour by product) >= 5
      for each product every 1 minute then create_ticket(title: "{product.name}") limit 1 per product per 4 hours end"""
    company = await company_of(database, rule(program))
    washer = await add(company, "product", name="洗衣机", keywords=["洗衣机"])
    await add(company, "product", name="冰箱", keywords=["冰箱"])

    async def said(at: datetime, text: str, count: int) -> None:
        with clock.standing_at(at):
            for n in range(count):
                event = post(text, f"u{n}", id=f"{at}:{text}:{n}", type="social.mention")
                data = {**event.data, "occurred_at": at.isoformat()}
                await company.post(replace(event, data=data, occurred_at=at))
            await company.process()

    await said(TEN + MINUTE, "洗衣机太差了,很失望", 2)
    await said(TEN + 2 * HOUR, "洗衣机太差了,很失望", 4)
    await said(TEN + 2 * HOUR + MINUTE, "冰箱很好", 9)
    await said(TEN + 2 * HOUR + 2 * MINUTE, "洗衣机太差了,很失望", 3)
    await go(company, TEN + 2 * HOUR + 9 * MINUTE)
    assert await fired(company, "crisis") == [(122, "洗衣机")]
    (firing,) = await company.rows("SELECT trace FROM weft.rule_firing")
    assert [window["value"] for window in firing.trace["$windows"]] == [7, 7]
    assert washer


async def test_conditions_that_hold_where_there_is_nothing_and_keys_of_every_sort(database: Database) -> None:
    quiet = (
        'watch count(visit.created within 5 minutes by product) = 0 for each product where name != "c" every 1 minute'
    )
    share = """watch count(visit.created within 5 minutes by product) >= 1 and count(visit.created within 5 minutes) >= 3
        and not (product.name = "b") for each product every 1 minute"""
    town = "watch sum(points: visit.created where city = p.name within 5 minutes) >= 3 for each product as p every 1 minute"
    company = await company_of(
        database,
        rule(f'rule quiet {quiet} then create_ticket(title: "t") end'),
        rule(f'rule shares {share} then create_ticket(title: "t") end'),
        rule(f'rule town {town} then create_ticket(title: "t") end'),
    )
    a, b, _ = [await add(company, "product", name=name) for name in "abc"]
    await visit(company, TEN, a, 1, points=4, city="b")
    await visit(company, TEN + MINUTE, b, 2, points=1, city="c")
    await go(company, TEN + 20 * MINUTE)
    assert await fired(company, "quiet") == [(0, "b"), (6, "a"), (7, "b")] or await fired(company, "quiet") == [
        (1, "b"),
        (6, "a"),
        (7, "b"),
    ]
    assert await fired(company, "shares") == [(2, "a")]
    assert await fired(company, "town") == [(1, "b")]


async def test_two_workers_fire_it_once(database: Database) -> None:
    program = """
    rule busy watch count(visit.created within 10 minutes by product) >= 1 for each product every 1 minute
      then create_ticket(title: "t") end"""
    company = await company_of(database, rule(program))
    with clock.standing_at(TEN):
        for n in range(20):
            await add(company, "visit", name="v", product=str(await add(company, "product", name=f"p{n}")))
        await company.process()
    other = RuleRuntime(MetadataStore(database), company.actions)
    await other.store.load()
    at = TEN + MINUTE
    with clock.standing_at(at):
        await asyncio.gather(*(each.run_clock(database, at) for each in (company.rules, other)))
        await company.process()
    assert await company.count("SELECT count(*) FROM weft.rule_firing") == 20
    assert await company.count("SELECT count(*) FROM data.ticket") == 20
