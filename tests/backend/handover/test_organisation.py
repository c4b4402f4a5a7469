"""Handing over whose superior somebody is and which departments they head; and what runs of the flows that named them, however much."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from backend.handover import definitions, running
from tests.backend.agents.approval import parts, signing, task_of
from tests.backend.flows.company import AGENT, LEAD, OTHER_AGENT, QUALITY, Company
from tests.backend.handover.test_handover import Office, kinds, office

__all__ = ["office"]


async def below(company: Company, email: str) -> set[str]:
    """The people whose superior somebody is."""
    statement = text(
        'SELECT u.email FROM weft."user" u JOIN weft."user" s ON s.id = u.superior_id WHERE s.email = :email'
    )
    async with company.services.database.transaction() as session:
        return set((await session.execute(statement, {"email": email})).scalars())


async def superior(company: Company, email: str) -> Any:
    statement = text('SELECT s.email FROM weft."user" u JOIN weft."user" s ON s.id = u.superior_id WHERE u.email = :e')
    return await company.scalar(statement, e=email)


async def headed(company: Company, email: str) -> list[str]:
    statement = text(
        'SELECT d.key FROM weft.department d JOIN weft."user" u ON u.id = d.head_id WHERE u.email = :email ORDER BY d.key'
    )
    async with company.services.database.transaction() as session:
        return list((await session.execute(statement, {"email": email})).scalars())


async def test_people_and_departments_get_whoever_comes_after_and_the_former_back(
    company: Company, office: Office
) -> None:
    before, above = await below(company, LEAD), await superior(company, LEAD)
    assert {AGENT, OTHER_AGENT} <= before
    seen = await office.prepare(LEAD, AGENT, "superiors", "departments")
    assert kinds(seen, "planned") == ["superior"] * len(before) + ["department"]
    assert all(line["label"]["zh"] and line["link"] for line in seen["lines"])
    assert await below(company, LEAD) == before

    done = await office.finished(seen["id"], "run")
    assert (done["counts"]["done"], done["counts"]["failed"]) == (len(before) + 1, 0), done["lines"]
    assert await below(company, AGENT) == before - {AGENT}
    assert await superior(company, AGENT) == above
    assert (await headed(company, LEAD), await headed(company, AGENT)) == ([], ["customer_service"])

    back = await office.finished(seen["id"], "reverse")
    assert back["counts"]["reversed"] == len(before) + 1, back["lines"]
    assert await below(company, LEAD) == before
    assert await headed(company, LEAD) == ["customer_service"]


async def test_whoever_stands_above_the_one_who_takes_over_is_not_put_below_them(
    company: Company, office: Office
) -> None:
    """The one who leaves had somebody below them who is above the one who takes over."""
    moved = text(
        'UPDATE weft."user" SET superior_id = (SELECT id FROM weft."user" WHERE email = :above)'
        " WHERE email = :email RETURNING 1"
    )
    await company.scalar(moved, email=OTHER_AGENT, above=AGENT)
    above = await superior(company, LEAD)
    seen = await office.prepare(LEAD, OTHER_AGENT, "superiors")
    assert (await office.finished(seen["id"], "run"))["counts"]["failed"] == 0
    assert (await superior(company, AGENT), await superior(company, OTHER_AGENT)) == (above, AGENT)
    assert AGENT not in await below(company, OTHER_AGENT)


async def test_what_was_changed_since_is_skipped_and_not_taken_back(company: Company, office: Office) -> None:
    seen = await office.prepare(LEAD, QUALITY, "superiors", "departments")
    people = {"superior_id": await office.id(QUALITY)}
    changed = await office.http.patch(f"/users/{await office.id(AGENT)}", json=people)
    assert changed.status_code == 200, changed.text
    done = await office.finished(seen["id"], "run")
    assert kinds(done, "skipped") == ["superior"]
    for email in (OTHER_AGENT, AGENT):
        assert await superior(company, email) == QUALITY
    await office.http.patch(f"/users/{await office.id(OTHER_AGENT)}", json={"superior_id": None})
    back = await office.finished(seen["id"], "reverse")
    assert [line["code"] for line in back["lines"] if line["status"] == "failed"] == ["handover.changed"]
    assert (await superior(company, OTHER_AGENT), await superior(company, AGENT)) == (None, QUALITY)


async def test_all_that_runs_of_a_flow_goes_over_portion_by_portion_and_turn_by_turn(
    company: Company, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "MOST_MIGRATED", 2)
    monkeypatch.setattr(running, "_TURN_SECONDS", 0.01)
    first, _ = await signing(company, QUALITY, more=[AGENT])
    instances = [first]
    for _ in range(4):
        instances.append(await company.start("signing", await company.ticket()))
    for each in instances:
        await company.settled(lambda each=each: company.has_open(each, "sign"))  # type: ignore[misc]  # the default binds it
    seen = await office.prepare(AGENT, LEAD, "definitions")
    (line,) = (await office.finished(seen["id"], "run"))["lines"]
    assert (line["status"], line["migrated"], line["not_migrated"]) == ("done", 5, 0)
    for each in instances:
        await company.decide(QUALITY, each, "sign", "agree")
        assert await parts(company, await task_of(company, each, "more")) == [("assignee", LEAD, "open")]
