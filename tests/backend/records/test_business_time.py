"""The company's default calendar is the one that every evaluation counts by: filters, grants, checks, explanations."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from backend.access.caller import SYSTEM, Caller
from backend.records import service
from backend.records.errors import RecordInvalid
from backend.records.hosted import context_for
from backend.records.reading import reader_for
from engine.definitions import BusinessCalendar, Check, Grant, Role
from engine.language import Checked, check, record_scope
from tests.backend.records.conftest import METADATA, TICKET, World, text

#: Nobody works but on Sundays: what office hours say of a Sunday and of a Monday is turned round.
SUNDAYS = BusinessCalendar("sundays", text("Sundays"), {"6": (("09:00", "17:00"),)}, default=True)
ON_SUNDAY = "is_business_day(2026-11-22)"
ON_MONDAY = "is_business_day(2026-11-23)"
GRANTED = Role(
    "sunday", text("Sunday"), (Grant("ticket", ("read",), "all", where=f"{ON_SUNDAY} and title is not empty"),)
)
CHECKED = dataclasses.replace(
    TICKET, checks=(Check(f"{ON_SUNDAY} or title is empty", text("Only on Sundays"), "title"),)
)
OFFICE = METADATA.with_changes({("role", "sunday"): GRANTED})
TURNED = OFFICE.with_changes({("calendar", "sundays"): SUNDAYS})


async def titles(world: World, caller: Caller, filter: str | None = None) -> list[str]:
    async with world.database.transaction() as session:
        page = await world.list(session, caller, "ticket", filter=filter)
    return [item["title"] for item in page["items"]]


async def ticket(world: World) -> World:
    async with world.database.transaction() as session:
        await service.create(session, METADATA, SYSTEM, "ticket", {"title": "a"})
    return world


async def test_filters_count_by_it(world: World) -> None:
    office = dataclasses.replace(await ticket(world), metadata=OFFICE)
    turned = dataclasses.replace(world, metadata=TURNED)
    admin = world.caller("admin", is_admin=True)
    for condition, in_office, on_sundays in ((ON_SUNDAY, [], ["a"]), (ON_MONDAY, ["a"], [])):
        filter = f"{condition} and title is not empty"
        assert await titles(office, admin, filter) == in_office
        assert await titles(turned, admin, filter) == on_sundays


async def test_conditions_of_roles_count_by_it(world: World) -> None:
    await ticket(world)
    reader = world.caller("agent", "sunday")
    assert await titles(dataclasses.replace(world, metadata=OFFICE), reader) == []
    assert await titles(dataclasses.replace(world, metadata=TURNED), reader) == ["a"]


async def test_checks_count_by_it(world: World) -> None:
    entity = {("entity", "ticket"): CHECKED}
    async with world.database.transaction() as session:
        await service.create(session, TURNED.with_changes(entity), SYSTEM, "ticket", {"title": "b"})
    with pytest.raises(RecordInvalid):
        async with world.database.transaction() as session:
            await service.create(session, OFFICE.with_changes(entity), SYSTEM, "ticket", {"title": "b"})


async def test_what_is_evaluated_over_a_record_counts_by_it(world: World) -> None:
    found = check("business_days_between(2026-11-20, 2026-11-23)", record_scope(TICKET, TURNED.entities))
    assert isinstance(found, Checked)
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    async with world.database.transaction() as session:
        context = await context_for(session, reader_for(TURNED, SYSTEM), [found], {}, now)
    assert found.evaluate({}, now, context) == 1
    assert context is TURNED.context
