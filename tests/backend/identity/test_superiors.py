"""Superiors in a chain: vacant places, circles, heads, and how far it goes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from backend.db import Database
from backend.identity import service
from backend.identity.superiors import chain, head_of

#: Staff below a team, a department and the company; the department has no head, the deputy reports to the chief.
TREE = (("company", None), ("sales", "company"), ("team", "sales"))
PEOPLE = (
    ("chief", "总经理", "company", None),
    ("deputy", "总监", "company", "chief"),
    ("lead", "主管", "team", None),
    ("staff", "", "team", None),
)


@pytest.fixture
async def ids(database: Database) -> Mapping[str, UUID]:
    """Everybody by name."""
    async with database.transaction() as session:
        departments: dict[str | None, UUID | None] = {None: None}
        for key, parent in TREE:
            label = {"zh": key, "en": key}
            made = await service.create_department(session, key=key, label=label, parent_id=departments[parent])
            departments[key] = made.id
        found: dict[str, UUID] = {}
        for name, position, department, superior in PEOPLE:
            members = {"position": position, "department_id": departments[department]}
            user = await service.create_user(
                session,
                email=f"{name}@weft.local",
                name=name,
                password_hash=None,
                superior_id=found.get(superior or ""),
                **members,
            )
            found[name] = user.id
        for key, head in (("company", "deputy"), ("team", "lead")):
            department_id = departments[key]
            assert department_id is not None
            await service.update_department(session, department_id, {"head_id": found[head]})
    return found


@pytest.mark.parametrize(
    ("base", "limits", "expected"),
    [
        ("staff", {"levels": 1}, ["lead"]),
        ("staff", {"levels": 2}, ["lead", "deputy"]),
        ("staff", {"levels": 9}, ["lead", "deputy", "chief"]),
        ("staff", {"up_to": "总监"}, ["lead", "deputy"]),
        ("staff", {"up_to": "主管"}, ["lead"]),
        ("staff", {"up_to": "董事长"}, ["lead", "deputy", "chief"]),
        ("staff", {"levels": 1, "up_to": "总监"}, ["lead"]),
        ("lead", {"levels": 1}, ["deputy"]),
        ("lead", {"up_to": "主管"}, ["deputy"]),
        ("chief", {"levels": 3}, ["deputy"]),
    ],
)
async def test_how_far_a_chain_goes(
    database: Database, ids: Mapping[str, UUID], base: str, limits: Mapping[str, object], expected: list[str]
) -> None:
    names = {id: name for name, id in ids.items()}
    async with database.transaction() as session:
        found = await chain(session, ids[base], **limits)  # type: ignore[arg-type]  # of the table above
    assert [names[user.id] for user in found] == expected


async def test_whoever_cannot_sign_in_is_passed_over(database: Database, ids: Mapping[str, UUID]) -> None:
    async with database.transaction() as session:
        await service.update_user(session, ids["lead"], {"active": False})
        assert [user.name for user in await chain(session, ids["staff"], levels=2)] == ["deputy", "chief"]
        head = await head_of(session, ids["staff"])
        assert head is not None
        assert head.name == "deputy"
