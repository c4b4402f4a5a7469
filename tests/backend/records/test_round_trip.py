"""Every field type: what is written is what is read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from backend.access.caller import SYSTEM
from backend.records import service
from backend.records.errors import RecordInvalid
from backend.records.fields import FIELD_TYPES
from tests.backend.records.conftest import EVERYTHING, World

GIVEN_AND_READ: dict[str, tuple[Any, Any]] = {
    "text": ('你好 "quoted"', '你好 "quoted"'),
    "long_text": ("one\ntwo", "one\ntwo"),
    "number": (12.5, 12.5),
    "money": ("12.3", {"amount": "12.30", "currency": "CNY"}),
    "boolean": (False, False),
    "date": ("2026-11-23", "2026-11-23"),
    "datetime": ("2026-11-23T09:30:00+08:00", "2026-11-23T01:30:00+00:00"),
    "choice": ("b", "b"),
    "multi_choice": (["b", "a", "b"], ["b", "a"]),
    "stage": ("open", "open"),
    "phone": ("+86 138-0000-0000", "+86 138-0000-0000"),
    "email": ("a@b.cn", "a@b.cn"),
    "tags": ([" 老客户 ", "vip"], ["老客户", "vip"]),
}


def test_the_registry_and_the_example_know_the_same_types() -> None:
    assert {field.type for field in EVERYTHING.fields} == set(FIELD_TYPES)


@pytest.mark.parametrize("key", GIVEN_AND_READ)
async def test_value_comes_back(world: World, key: str) -> None:
    given, read = GIVEN_AND_READ[key]
    async with world.database.transaction() as session:
        made = await service.create(session, world.metadata, SYSTEM, "everything", {key: given})
        again = await service.get(session, world.metadata, SYSTEM, "everything", uuid.UUID(made["id"]))
    if key == "datetime":
        assert dt.datetime.fromisoformat(again[key]) == dt.datetime.fromisoformat(read)
    else:
        assert again[key] == read
    assert made == again


async def test_links_carry_their_titles(world: World) -> None:
    lead = world.caller("lead", is_admin=True)
    async with world.database.transaction() as session:
        person = await service.create(session, world.metadata, lead, "person", {"name": "王五"})
        made = await service.create(
            session,
            world.metadata,
            lead,
            "everything",
            {
                "text": "t",
                "reference": person["id"],
                "user": str(world.users["agent"]),
                "department_field": str(world.departments["night"]),
                "sub_table": [{"part": "pump", "price": 3, "who": person["id"]}, {"part": "hose"}],
            },
        )
    assert made["_title"] == "t"
    assert made["_labels"] == {
        "reference": "王五",
        "user": "agent",
        "department_field": "night",
        "owner": "lead",
        "department": "service",
        "created_by": "lead",
        "updated_by": "lead",
    }
    assert [row["part"] for row in made["sub_table"]] == ["pump", "hose"]
    assert made["sub_table"][0]["price"] == {"amount": "3.00", "currency": "CNY"}
    assert made["sub_table"][0]["_labels"] == {"who": "王五"}
    assert made["auto_number"].startswith("E-")


async def test_every_wrong_value_is_reported_with_its_field(world: World) -> None:
    wrong = {
        "text": 5, "long_text": "\x00", "number": "many", "money": {"amount": 1, "currency": "USD"}, "boolean": "yes",
        "date": "2026-02-30", "datetime": "2026-11-23T09:30:00", "choice": "d", "multi_choice": "a", "stage": "gone",
        "reference": str(uuid.uuid4()), "user": "nobody", "department_field": 7, "phone": "call me", "email": "a@b",
        "tags": ["x" * 61], "auto_number": "E-1", "sub_table": [{"price": 1}, 3], "nonsense": 1,
    }  # fmt: skip
    async with world.database.transaction() as session:
        with pytest.raises(RecordInvalid) as refused:
            await service.create(session, world.metadata, SYSTEM, "everything", wrong)
    problems = refused.value.problems or []
    assert {problem["field"] for problem in problems} == set(wrong)
    assert {problem["path"] for problem in problems} >= {"/sub_table/0/part", "/sub_table/1"}
    assert all(problem["message"]["zh"] and problem["message"]["en"] for problem in problems)
