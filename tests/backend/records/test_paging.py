"""Keyset paging: every record once, in order, with equal values and empties; cursors are checked."""

from __future__ import annotations

import base64
import itertools
import json
import random
from typing import Any

import pytest

from backend.access.caller import SYSTEM
from backend.records import service
from backend.records.errors import CursorInvalid, SortInvalid
from tests.backend.records.conftest import World

LEVELS = [None, "normal", "vip", "svip"]
SORTS = [
    (),
    ("name",),
    ("-name",),
    ("level", "-name"),
    ("-level",),
    ("phone", "-level", "created_at"),
    ("id",),
    ("-id",),
    ("owner", "name"),
]


async def _people(world: World, count: int) -> list[dict[str, Any]]:
    draw = random.Random(7)
    made = []
    async with world.database.transaction() as session:
        for _ in range(count):
            data = {
                "name": draw.choice(["甲", "乙", "a", "b"]),
                "level": draw.choice(LEVELS),
                "phone": draw.choice([None, "111", "222"]),
                "owner": draw.choice([None, str(world.users["lead"]), str(world.users["agent"])]),
            }
            made.append(await service.create(session, world.metadata, SYSTEM, "person", data))
    return made


async def _walk(world: World, sort: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after = None
    async with world.database.transaction() as session:
        for _ in range(200):
            page = await world.list(session, SYSTEM, "person", sort=sort, limit=limit, after=after)
            items += page["items"]
            after = page["next"]
            if after is None:
                return items
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", SORTS, ids=",".join)
async def test_every_record_once_and_in_order(world: World, sort: tuple[str, ...]) -> None:
    made = await _people(world, 40)
    whole = await _walk(world, sort, 100)
    assert {item["id"] for item in whole} == {item["id"] for item in made}
    for limit in (1, 7, 20, 40):
        assert [item["id"] for item in await _walk(world, sort, limit)] == [item["id"] for item in whole]


async def test_empties_stand_last_and_choices_in_their_own_order(world: World) -> None:
    await _people(world, 40)
    for sort, order in ((("level",), ["normal", "vip", "svip", None]), (("-level",), ["svip", "vip", "normal", None])):
        levels = [item["level"] for item in await _walk(world, sort, 9)]
        assert [level for level, _ in itertools.groupby(levels)] == order


async def test_links_are_ordered_by_what_people_read(world: World) -> None:
    await _people(world, 40)
    owners = [item["_labels"].get("owner") for item in await _walk(world, ("owner",), 9)]
    assert [owner for owner, _ in itertools.groupby(owners)] == ["agent", "lead", None]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "*",
        base64.urlsafe_b64encode(b"[1,2]").decode(),
        base64.urlsafe_b64encode(json.dumps(["name", [1, "x"]]).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["name", ["a", "not-an-id"]]).encode()).decode(),
        base64.urlsafe_b64encode(
            json.dumps(["name", ["\x00", "0198c0de-0000-7000-8000-000000000000"]]).encode()
        ).decode(),
        base64.urlsafe_b64encode(
            json.dumps(["-name", ["a", "0198c0de-0000-7000-8000-000000000000"]]).encode()
        ).decode(),
        base64.urlsafe_b64encode(json.dumps(["name", ["a", None]]).encode()).decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
async def test_a_cursor_that_was_not_given_out_is_refused(world: World, cursor: str) -> None:
    async with world.database.transaction() as session:
        with pytest.raises(CursorInvalid):
            await world.list(session, SYSTEM, "person", sort=("name",), after=cursor)


@pytest.mark.parametrize("sort", ["nothing", "tags", "deleted_at", "--name", "_title"])
async def test_what_cannot_be_sorted_by_is_refused(world: World, sort: str) -> None:
    async with world.database.transaction() as session:
        with pytest.raises(SortInvalid):
            await world.list(session, SYSTEM, "person", sort=(sort,))


async def test_numbers_and_times_survive_the_cursor(world: World) -> None:
    async with world.database.transaction() as session:
        for index in range(12):
            data = {
                "money": f"{10**15 + index // 2}.{index:02}",
                "number": index / 7,
                "datetime": f"2026-01-01T00:00:00.{index // 3:06}+00:00",
                "date": f"2026-01-{index // 4 + 1:02}",
                "boolean": None if index % 3 == 0 else bool(index % 2),
            }
            await service.create(session, world.metadata, SYSTEM, "everything", data)
        for sort in (
            ("money",),
            ("-number",),
            ("datetime", "-money"),
            ("-date", "boolean"),
            ("boolean",),
            ("version",),
        ):
            found, after = [], None
            while True:
                page = await world.list(session, SYSTEM, "everything", sort=sort, limit=5, after=after)
                found += [item["id"] for item in page["items"]]
                after = page["next"]
                if after is None:
                    break
            assert len(found) == len(set(found)) == 12, sort


async def test_count_is_exact_up_to_the_cap_and_estimated_beyond(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await _people(world, 12)
    async with world.database.transaction() as session:
        page = await world.list(session, SYSTEM, "person", count=True, limit=2)
        assert (page["count"], page["count_exact"]) == (12, True)
        assert (await world.list(session, SYSTEM, "person"))["count"] is None
        monkeypatch.setattr("backend.records.query.COUNT_CAP", 5)
        page = await world.list(session, SYSTEM, "person", count=True, filter='level != "vip"', limit=2)
        assert page["count"] >= 5
        assert page["count_exact"] is False
