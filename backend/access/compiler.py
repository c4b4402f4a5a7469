"""The permission compiler: role grants become a row predicate and the fields that may be read and written.

The one place where rights are decided: REST, GraphQL, live updates, history, counts and dashboards all ask here. Grants add
up: the widest scope counts, and a field's right is the widest that any grant gives. Every wider scope holds the narrower
ones: `own` (owner or creator), `department` (those of the caller's department too), `department_tree` (and of those below
it), `all`. Refusals: `forbidden` (403).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, false, or_, true

from backend.access.caller import Caller
from backend.errors import Forbidden
from engine.definitions import FIELD_RIGHTS, PERMISSIONS, SCOPES, SYSTEM_FIELDS, Entity, Grant, Role

#: System columns that somebody may set; the others are kept by the server.
ASSIGNABLE = frozenset({"owner", "department"})
_RANK: Mapping[str, int] = {right: rank for rank, right in enumerate(FIELD_RIGHTS)}
_WRITES = frozenset({"create", "update"})


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller may do to one entity by one action. `scope` None means not allowed; `readable` is of the action read,
    `writable` of this action (empty unless it writes)."""

    caller: Caller
    entity: str
    action: str
    scope: str | None
    readable: frozenset[str]
    writable: frozenset[str]

    @property
    def allowed(self) -> bool:
        """Whether there is any record this action may touch."""
        return self.scope is not None

    def require(self) -> Access:
        """This access, or Forbidden."""
        if not self.allowed:
            raise Forbidden(action=f"{self.action} {self.entity}")
        return self

    def predicate(self, table: FromClause) -> ColumnElement[bool]:
        """True for the rows of `table` (the entity's table or an alias of it) within the caller's scope."""
        if self.scope is None:
            return false()
        if self.scope == "all":
            return true()
        widths = SCOPES[: SCOPES.index(self.scope) + 1]
        return or_(false(), *(condition for width in widths for condition in _SCOPES[width](self.caller, table)))


def compile_access(caller: Caller, entity: Entity, roles: Mapping[str, Role], action: str) -> Access:
    """The access of `caller` to records of `entity` by `action` (create, read, update, delete)."""
    keys = frozenset(field.key for field in entity.fields)
    if caller.unrestricted:
        readable = keys | frozenset(SYSTEM_FIELDS)
        writable = keys | ASSIGNABLE if action in _WRITES else frozenset()
        return Access(caller, entity.key, action, "all", readable, writable)
    grants = list(_grants(caller, entity, roles))
    acting = [grant for grant in grants if action in grant.actions]
    scope = max((grant.scope for grant in acting), key=SCOPES.index, default=None)
    reading = [grant for grant in grants if "read" in grant.actions]
    readable = _fields(reading, keys | frozenset(SYSTEM_FIELDS), "read")
    writable = _fields(acting, keys | ASSIGNABLE, "write") if action in _WRITES else frozenset()
    return Access(caller, entity.key, action, scope, readable, writable)


def has_permission(caller: Caller, roles: Mapping[str, Role], permission: str) -> bool:
    """Whether a role of the caller allows `permission` (one of PERMISSIONS)."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not a permission")
    return caller.unrestricted or any(permission in roles[key].permissions for key in caller.roles if key in roles)


def require_permission(caller: Caller, roles: Mapping[str, Role], permission: str) -> None:
    """Forbidden unless the caller has `permission`."""
    if not has_permission(caller, roles, permission):
        raise Forbidden(action=permission)


def require_tasks(caller: Caller) -> None:
    """Forbidden for a key that was not made for its user's tasks: roles do not narrow those."""
    if not caller.tasks:
        raise Forbidden(action="work on tasks with this key")


def permissions_of(caller: Caller, roles: Mapping[str, Role]) -> list[str]:
    """The permissions of the caller, in the order of PERMISSIONS."""
    return [permission for permission in PERMISSIONS if has_permission(caller, roles, permission)]


def startable_flows(caller: Caller, roles: Mapping[str, Role], flows: Iterable[str]) -> list[str]:
    """Which of `flows` the caller may start by hand."""
    if caller.unrestricted:
        return sorted(flows)
    granted = {flow for key in caller.roles if key in roles for flow in roles[key].flows}
    return sorted(set(flows) if "*" in granted else granted & set(flows))


def field_rights(caller: Caller, entity: Entity, roles: Mapping[str, Role]) -> dict[str, str]:
    """`hidden`, `read` or `write` (by create or update) for each field: what a form should offer."""
    update = compile_access(caller, entity, roles, "update")
    writable = update.writable | compile_access(caller, entity, roles, "create").writable
    rights = {key: "read" if key in update.readable else "hidden" for key in [field.key for field in entity.fields]}
    return rights | {key: "write" for key in rights if key in writable}


def _grants(caller: Caller, entity: Entity, roles: Mapping[str, Role]) -> Iterable[Grant]:
    for key in caller.roles:
        if key in roles:
            yield from (grant for grant in roles[key].grants if grant.entity in (entity.key, "*"))


def _fields(grants: Iterable[Grant], keys: frozenset[str], wanted: str) -> frozenset[str]:
    found: set[str] = set()
    for grant in grants:
        otherwise = "write" if _WRITES & set(grant.actions) else "read"
        found |= {key for key in keys if _RANK[grant.fields.get(key, otherwise)] >= _RANK[wanted]}
    return frozenset(found)


def _own(caller: Caller, table: FromClause) -> list[ColumnElement[bool]]:
    if caller.user_id is None:
        return []
    return [table.c["owner"] == caller.user_id, table.c["created_by"] == caller.user_id]


def _department(caller: Caller, table: FromClause) -> list[ColumnElement[bool]]:
    return [] if caller.department_id is None else [table.c["department"] == caller.department_id]


def _department_tree(caller: Caller, table: FromClause) -> list[ColumnElement[bool]]:
    return [table.c["department"].in_(caller.department_ids)] if caller.department_ids else []


def _all(_: Caller, __: FromClause) -> list[ColumnElement[bool]]:
    return [true()]


_Condition = Callable[[Caller, FromClause], list[ColumnElement[bool]]]
#: What each scope adds to the narrower ones before it in SCOPES.
_SCOPES: Mapping[str, _Condition] = {
    "own": _own,
    "department": _department,
    "department_tree": _department_tree,
    "all": _all,
}
