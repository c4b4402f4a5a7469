"""Departments are a tree, superiors are found, candidates resolve to active people only."""

from __future__ import annotations

from typing import Any

import pytest

from backend.db import Database
from backend.errors import Invalid
from backend.identity import repository, service
from backend.identity.people import import_people
from backend.identity.superiors import superior_of
from engine.definitions import Candidate

PEOPLE: dict[str, Any] = {
    "departments": [
        {"key": "company", "label": {"zh": "公司", "en": "Company"}},
        {"key": "service", "label": {"zh": "客服部", "en": "Service"}, "parent": "company", "head": "li@weft.local"},
        {"key": "night", "label": {"zh": "夜班", "en": "Night shift"}, "parent": "service"},
    ],
    "users": [
        {"email": "li@weft.local", "name": "李娜", "department": "service", "roles": ["lead", "agent"]},
        {
            "email": "wang@weft.local",
            "name": "王伟",
            "department": "night",
            "superior": "li@weft.local",
            "roles": ["agent"],
        },
        {"email": "min@weft.local", "name": "张敏", "department": "night", "roles": ["agent"]},
    ],
}


@pytest.fixture
async def people(database: Database) -> Database:
    async with database.transaction() as session:
        assert await import_people(session, PEOPLE, None) == 3
    return database


async def test_importing_twice_makes_nobody_twice_and_keeps_changes(people: Database) -> None:
    async with people.transaction() as session:
        wang = await service.user_by_email(session, "WANG@weft.local")
        assert wang is not None
        await service.update_user(session, wang.id, {"name": "王小伟"})
    async with people.transaction() as session:
        assert await import_people(session, PEOPLE, None) == 0
        names = [user["name"] for user in await service.list_users(session)]
    assert sorted(names) == sorted(["李娜", "王小伟", "张敏"])


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (Candidate(role="agent"), {"李娜", "王伟", "张敏"}),
        (Candidate(department="service"), {"李娜", "王伟", "张敏"}),
        (Candidate(department="night"), {"王伟", "张敏"}),
        (Candidate(role="lead", department="night"), set()),
        (Candidate(user="wang@weft.local"), {"王伟"}),
        (Candidate(superior_of="triage"), {"李娜"}),
        (Candidate(record_field="owner"), {"张敏"}),
        (Candidate(initiator=True), {"张敏"}),
    ],
)
async def test_candidates(people: Database, candidate: Candidate, expected: set[str]) -> None:
    async with people.transaction() as session:
        ids = {user["name"]: user["id"] for user in await service.list_users(session)}
        found = await service.resolve_candidates(
            session,
            [candidate, candidate],
            initiator_id=ids["张敏"],
            record={"owner": str(ids["张敏"])},
            task_actors={"triage": ids["王伟"]},
        )
    assert {user.name for user in found} == expected
    assert len(found) == len(expected)


async def test_somebody_without_a_superior_has_the_head_of_the_department_above(people: Database) -> None:
    async with people.transaction() as session:
        min_ = await service.user_by_email(session, "min@weft.local")
        assert min_ is not None
        superior = await superior_of(session, min_.id)
    assert superior is not None
    assert superior.name == "李娜"


async def test_a_disabled_superior_is_passed_over(people: Database) -> None:
    async with people.transaction() as session:
        wang, li = [await service.user_by_email(session, f"{name}@weft.local") for name in ("wang", "li")]
        assert wang is not None
        assert li is not None
        await service.update_user(session, li.id, {"active": False})
        assert await superior_of(session, wang.id) is None
        assert [u.name for u in await service.resolve_candidates(session, [Candidate(role="lead")])] == []


async def test_superiors_and_departments_never_form_a_circle(people: Database) -> None:
    async with people.transaction() as session:
        wang, li = [await service.user_by_email(session, f"{name}@weft.local") for name in ("wang", "li")]
        assert wang is not None
        assert li is not None
        with pytest.raises(service.SuperiorCycle):
            await service.update_user(session, li.id, {"superior_id": wang.id})
        departments = {d.key: d for d in await repository.departments(session)}
        with pytest.raises(service.DepartmentCycle):
            await service.update_department(session, departments["service"].id, {"parent_id": departments["night"].id})


async def test_moving_a_department_moves_what_is_below_it(people: Database) -> None:
    async with people.transaction() as session:
        departments = {d.key: d for d in await repository.departments(session)}
        other = await service.create_department(session, key="other", label={"zh": "他", "en": "Other"}, parent_id=None)
        await service.update_department(session, departments["service"].id, {"parent_id": other.id})
    async with people.transaction() as session:
        paths = {d.key: d.path for d in await repository.departments(session)}
    service_path = [other.id, departments["service"].id]
    assert paths["service"] == service_path
    assert paths["night"] == [*service_path, departments["night"].id]
    assert paths["company"] == [departments["company"].id]


async def test_an_email_is_checked_and_taken_once(people: Database) -> None:
    async with people.transaction() as session:
        with pytest.raises(service.EmailTaken):
            await service.create_user(session, email="LI@weft.local", name="x", password_hash=None)
        with pytest.raises(Invalid):
            await service.create_user(session, email="no address", name="x", password_hash=None)
