"""The dashboard's figures against records whose times are known."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from backend.access.caller import SYSTEM
from backend.analytics.dashboard import dashboard
from backend.db import Database
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from tests.backend.social.company import Company, found


async def ticket(company: Company, hours_ago: float, answered_after: float | None, status: str = "new") -> None:
    """A ticket made so many hours ago and answered so many minutes after."""
    async with company.database.transaction() as session:
        made = await records.create(session, company.store.current, SYSTEM, "ticket", {"title": "x", "status": status})
    await company.run(
        "UPDATE data.ticket SET created_at = now() - make_interval(secs => :ago),"
        " first_response_at = now() - make_interval(secs => :ago) + make_interval(secs => :after) WHERE id = :id",
        id=UUID(str(made["id"])),
        ago=hours_ago * 3600,
        after=None if answered_after is None else answered_after * 60,
    )


async def figures(company: Company, days: int = 7) -> dict[str, Any]:
    async with company.database.transaction() as session:
        return await dashboard(session, company.store.current, SYSTEM, days, "Asia/Shanghai")


async def test_first_response_is_the_median_of_what_was_answered_in_those_days(database: Database) -> None:
    company = await found(database)
    for minutes in (10, 20, 90):
        await ticket(company, 30, minutes)
    await ticket(company, 30, None)
    await ticket(company, 24 * 60, 1)
    response = (await figures(company))["first_response"]
    assert (response["median_seconds"], response["count"]) == (1200.0, 3)
    assert response["p90_seconds"] == 1200 + 0.8 * (5400 - 1200)


async def test_open_tickets_are_those_that_still_ask_for_something(database: Database) -> None:
    company = await found(database)
    for status in ("new", "in_progress", "closed"):
        await ticket(company, 1, None, status)
    await company.run("UPDATE data.ticket SET deleted_at = now() WHERE status = 'new'")
    found_figures = await figures(company)
    assert found_figures["open_tickets"] == 1
    assert {stage["key"]: stage["count"] for stage in found_figures["tickets_by_stage"]} == {
        "new": 0,
        "in_progress": 1,
        "closed": 1,
    }


async def test_posts_are_counted_by_the_day_they_occurred_on_here(database: Database) -> None:
    company = await found(database)
    for number, moment in enumerate(("today 00:10", "today 00:20", "yesterday 23:50")):
        day = "1 day" if moment.startswith("yesterday") else "0 day"
        await company.run(
            "INSERT INTO weft.social_post (event_id, channel, type, external_id, author_id, author_name, person_id, text,"
            " sentiment, sentiment_score, occurred_at) VALUES (:n, 'weibo', 'social.post', 'x', 'a', 'a', :p, '', 'neutral', 0,"
            " ((now() AT TIME ZONE 'Asia/Shanghai')::date + CAST(:time AS time) - CAST(:day AS interval))"
            " AT TIME ZONE 'Asia/Shanghai')",
            n=number,
            p=uuid4(),
            time=moment.split()[1],
            day=day,
        )
    volume = [entry["count"] for entry in (await figures(company))["volume"]]
    assert volume == [1, 2]
    assert [entry["count"] for entry in (await figures(company, days=1))["volume"]] == [2]


async def test_with_nothing_installed_every_figure_is_empty(database: Database) -> None:
    async with database.transaction() as session:
        empty = await dashboard(session, Metadata(), SYSTEM, 7, "Asia/Shanghai")
    assert empty["volume"] == empty["tickets_by_stage"] == empty["rules"] == []
    assert empty["tasks"] == {"open": 0, "overdue": 0}
