"""What expressions may read of users and departments: statements for one of them, and tables for SQL, which have besides what
functions read: `superior`, `parent`, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import FromClause, Select, select

from backend.identity.models import Department, User, UserRole

_USERS: Any = select(User.id, User.name, User.email, User.department_id.label("department"))


#: A condition means the same to everybody, so a department's name is one, its Chinese label, whatever language its reader has.
_DEPARTMENTS: Any = select(Department.id, Department.key, Department.label_zh.label("name"))
#: By the entity that references to them name.
PEOPLE: Mapping[str, Select[Any]] = {"user": _USERS, "department": _DEPARTMENTS}

_USER_TABLE = _USERS.add_columns(User.superior_id.label("superior")).subquery()
_ROLE_TABLE = select(UserRole.user_id.label("user"), UserRole.role).subquery()
#: The same as tables, by the name that a condition's SQL asks for them.
TABLES: Mapping[str, FromClause] = {
    "user": _USER_TABLE,
    "department": _DEPARTMENTS.add_columns(Department.parent_id.label("parent")).subquery(),
    "user_role": _ROLE_TABLE,
}
