"""What expressions may read of users and departments: statements for one of them, and tables for SQL, which have besides what
functions read: `superior`, `parent`, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import FromClause, Select, select

from backend.identity.models import Department, User, UserRole

_USERS: Any = select(User.id, User.name, User.email, User.department_id.label("department"))


def _departments(name: Any) -> Select[Any]:
    return select(Department.id, Department.key, name.label("name"))


_DEPARTMENTS = {True: _departments(Department.label_zh), False: _departments(Department.label_en)}
#: By the entity that references to them name.
PEOPLE: Mapping[str, Select[Any]] = {"user": _USERS, "department": _DEPARTMENTS[True]}

_USER_TABLE = _USERS.add_columns(User.superior_id.label("superior")).subquery()
_ROLE_TABLE = select(UserRole.user_id.label("user"), UserRole.role).subquery()
_TABLES: Mapping[bool, Mapping[str, FromClause]] = {
    chinese: {
        "user": _USER_TABLE,
        "department": statement.add_columns(Department.parent_id.label("parent")).subquery(),
        "user_role": _ROLE_TABLE,
    }
    for chinese, statement in _DEPARTMENTS.items()
}


def people_tables(locale: str) -> Mapping[str, FromClause]:
    """Users and departments as tables, with the names that somebody of this language knows them by."""
    return _TABLES[locale.startswith("zh")]
