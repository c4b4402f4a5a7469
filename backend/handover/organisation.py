"""Whose superior somebody is, and which departments they head: whoever comes after them is found from then on, where tasks are opened
and overdue ones escalate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.handover.errors import Changed, MovedOn
from backend.handover.part import Json, Plan, Result, Subject, Work, id_of, label
from backend.identity import service as identity
from backend.identity.models import Department, User


class Superiors:
    """Their people get the other person as superior. Whoever stands above that one, or is that one, gets the superior of the one who
    leaves: nobody is above themselves."""

    key, kind = "superiors", "superior"

    async def plan(self, plan: Plan) -> list[Json]:
        statement = select(User.id, User.name, User.position).where(User.superior_id == plan.person.id)
        rows = await plan.session.execute(statement.order_by(User.name, User.id))
        return [_person(row.id, row.name, row.position) for row in rows]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        id = id_of(subject, "user_id")
        person = await identity.find_user(work.session, id)
        if person is None or person.superior_id != work.giver.id:
            raise MovedOn(name=work.giver.name)
        superior = work.giver.superior_id if await _is_above(work, id) else work.taker.id
        await identity.update_user(work.session, id, {"superior_id": superior})
        return Result({"superior": str(superior) if superior is not None else None})

    async def take_back(self, work: Work, subject: Subject, before: Mapping[str, Any], /) -> Result:
        id = id_of(subject, "user_id")
        person = await identity.find_user(work.session, id)
        if person is None or (str(person.superior_id) if person.superior_id else None) != before.get("superior"):
            raise Changed()
        await identity.update_user(work.session, id, {"superior_id": work.taker.id})
        return Result()


async def _is_above(work: Work, person: UUID) -> bool:
    """Whether somebody is the taker, or above them."""
    current: UUID | None = work.taker.id
    seen: set[UUID] = set()
    while current is not None and current not in seen:
        if current == person:
            return True
        seen.add(current)
        current = (await identity.get_user(work.session, current)).superior_id
    return False


def _person(id: UUID, name: str, position: str) -> Json:
    told = f"{name} · {position}" if position else name
    return {"label": label(f"{told} 的上级", f"Superior of {told}"), "link": "/users", "user_id": str(id)}


class DepartmentHeads:
    """The departments that they head get the other person as head."""

    key, kind = "departments", "department"

    async def plan(self, plan: Plan) -> list[Json]:
        row = Department
        statement = select(row.id, row.label_zh, row.label_en).where(row.head_id == plan.person.id)
        rows = await plan.session.execute(statement.order_by(row.key))
        return [
            {
                "label": label(f"{each.label_zh} 的负责人", f"Head of {each.label_en}"),
                "link": "/departments",
                "department_id": str(each.id),
            }
            for each in rows
        ]

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        await _name_head(work, subject, MovedOn(name=work.giver.name))
        return Result()

    async def take_back(self, work: Work, subject: Subject, _before: Mapping[str, Any], /) -> Result:
        await _name_head(work, subject, Changed())
        return Result()


async def _name_head(work: Work, subject: Subject, otherwise: Exception) -> None:
    id = id_of(subject, "department_id")
    found = select(Department.head_id).where(Department.id == id)
    if (await work.session.execute(found)).scalar_one_or_none() != work.giver.id:
        raise otherwise
    await identity.update_department(work.session, id, {"head_id": work.taker.id})
