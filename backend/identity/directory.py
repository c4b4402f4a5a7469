"""The company as expressions ask about it: who is in which department, reports to whom, holds which roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity import repository
from backend.identity.models import Department, User

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class CompanyDirectory:
    """The directory of an evaluation; ids are text. `users` and `departments` by id hold what expressions read of them,
    `superiors` and `roles` what functions do, `paths` the ids from the root down to each department."""

    users: Mapping[str, Entry]
    departments: Mapping[str, Entry]
    superiors: Mapping[str, str]
    paths: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def user(self, user: str) -> Entry | None:
        return self.users.get(user)

    def department(self, department: str) -> Entry | None:
        return self.departments.get(department)

    def department_of(self, user: str) -> str | None:
        department = self.users.get(user, {}).get("department")
        return None if department is None else str(department["id"])

    def superior_of(self, user: str) -> str | None:
        return self.superiors.get(user)

    def roles_of(self, user: str) -> frozenset[str]:
        return self.roles.get(user, frozenset())

    def departments_above(self, department: str) -> tuple[str, ...]:
        return tuple(reversed(self.paths.get(department, (department,))))

    def department_keyed(self, key: str) -> str | None:
        return next((id for id, each in self.departments.items() if each["key"] == key), None)

    def entries(self, entity: str) -> Iterator[Entry]:
        """All users, or all departments, in the order they were made in."""
        found = {"user": self.users, "department": self.departments}[entity]
        return (found[id] for id in sorted(found))


async def company_directory(session: AsyncSession) -> CompanyDirectory:
    """The directory as it is now."""
    rows = (await session.execute(select(Department.id, Department.key, Department.label_zh, Department.path))).all()
    departments = {str(row.id): {"id": str(row.id), "key": row.key, "name": row.label_zh} for row in rows}
    people = (await session.execute(select(User.id, User.name, User.email, User.department_id, User.superior_id))).all()
    return CompanyDirectory(
        {
            str(row.id): {
                "id": str(row.id),
                "name": row.name,
                "email": row.email,
                "department": departments.get(str(row.department_id)),
            }
            for row in people
        },
        departments,
        {str(row.id): str(row.superior_id) for row in people if row.superior_id is not None},
        {str(row.id): tuple(map(str, row.path)) for row in rows},
        {str(id): frozenset(roles) for id, roles in (await repository.roles_of_all(session)).items()},
    )
