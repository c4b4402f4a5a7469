"""The permission compiler: role grants become a row predicate and the fields that may be read and written.

The one place where rights are decided: REST, GraphQL, live updates, history, counts and dashboards all ask here. Grants add
up: the widest scope counts, and a field's right is the widest that any grant gives. Every wider scope holds the narrower
ones: `own` (owner or creator), `department` (those of the caller's department too), `department_tree` (and of those below
it), `all`. A grant with a condition gives only the rows of its scope that meet it, beside those that other grants give.
Refusals: `forbidden` (403).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, true

from backend.access.caller import Caller
from backend.access.conditions import compiled, holds
from backend.errors import Forbidden
from backend.identity.relations import TABLES
from engine.definitions import FIELD_RIGHTS, PERMISSIONS, SCOPES, SYSTEM_FIELDS, Entity, Grant, Role
from engine.language import NOTHING, Checked, Context
from engine.language.scopes import HOSTED

#: System columns that somebody may set; the others are kept by the server.
ASSIGNABLE = frozenset({"owner", "department"})
_RANK: Mapping[str, int] = {right: rank for rank, right in enumerate(FIELD_RIGHTS)}
_WRITES = frozenset({"create", "update"})


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a scope; with a condition, those among them that meet it."""

    scope: str
    where: Checked | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller may do to one entity by one action: to any of `rows`, none of which means not allowed. `readable` is of
    the action read, `writable` of this action (empty unless it writes). `relations` are the tables conditions go on to, `context`
    is what they read beside records."""

    caller: Caller
    entity: str
    action: str
    rows: tuple[Rows, ...]
    readable: frozenset[str]
    writable: frozenset[str]
    relations: Mapping[str, FromClause] = field(default_factory=dict, repr=False, compare=False)
    context: Context = field(default=NOTHING, repr=False, compare=False)

    @property
    def allowed(self) -> bool:
        """Whether there may be any record this action may touch."""
        return bool(self.rows)

    @property
    def scope(self) -> str | None:
        """The widest scope, whatever conditions narrow it."""
        return max((rows.scope for rows in self.rows), key=SCOPES.index, default=None)

    @property
    def everything(self) -> bool:
        """Whether every record is within it."""
        return any(rows.scope == "all" and rows.where is None for rows in self.rows)

    def require(self) -> Access:
        """This access, or Forbidden."""
        if not self.allowed:
            raise Forbidden(action=f"{self.action} {self.entity}")
        return self

    def predicate(self, table: FromClause) -> ColumnElement[bool]:
        """True for the rows of `table` (the entity's table or an alias of it) that this action may touch."""
        if self.everything:
            return true()
        return or_(false(), *(self._within(rows, table) for rows in self.rows))

    @property
    def conditional(self) -> bool:
        """Whether conditions say which records it may touch."""
        return any(rows.where is not None for rows in self.rows)

    def conditions(self, table: FromClause) -> ColumnElement[bool]:
        """True for the rows that meet a condition of a grant, whatever its scope: what a new record is held to."""
        if any(rows.where is None for rows in self.rows):
            return true()
        conditions = [rows.where for rows in self.rows if rows.where is not None]
        return or_(false(), *(self._holds(each, table) for each in conditions))

    def _within(self, rows: Rows, table: FromClause) -> ColumnElement[bool]:
        widths = SCOPES[: SCOPES.index(rows.scope) + 1]
        scope = or_(false(), *(condition for width in widths for condition in _SCOPES[width](self.caller, table)))
        return scope if rows.where is None else and_(scope, self._holds(rows.where, table))

    def _holds(self, condition: Checked, table: FromClause) -> ColumnElement[bool]:
        return holds(condition, self.caller, table, self.relations, self.context)


def compile_access(
    caller: Caller,
    entity: Entity,
    roles: Mapping[str, Role],
    action: str,
    entities: Mapping[str, Entity],
    relations: Mapping[str, FromClause] | None = None,
    context: Context = NOTHING,
) -> Access:
    """The access of `caller` to records of `entity` by `action` (create, read, update, delete); `entities` are those that
    conditions may go on to, `context` what else they may read."""
    keys = frozenset(field.key for field in entity.fields)
    if caller.unrestricted:
        readable = keys | frozenset(SYSTEM_FIELDS)
        writable = keys | ASSIGNABLE if action in _WRITES else frozenset()
        return Access(caller, entity.key, action, (Rows("all"),), readable, writable)
    grants = list(_grants(caller, entity, roles))
    acting = [grant for grant in grants if action in grant.actions]
    rows = _rows(acting, entity, entities)
    reading = [grant for grant in grants if "read" in grant.actions]
    readable = _fields(reading, keys | frozenset(SYSTEM_FIELDS), "read")
    writable = _fields(acting, keys | ASSIGNABLE, "write") if action in _WRITES else frozenset()
    tables = TABLES if relations is None else relations
    return Access(caller, entity.key, action, rows, readable, writable, tables, context)


def has_permission(caller: Caller, roles: Mapping[str, Role], permission: str) -> bool:
    """Whether a role of the caller allows `permission` (one of PERMISSIONS)."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not a permission")
    return caller.unrestricted or any(permission in roles[key].permissions for key in caller.roles if key in roles)


def provided(caller: Caller, roles: Mapping[str, Role]) -> frozenset[str]:
    """What expressions of the caller's own may ask beside values: roles and superiors are for those to know who could publish
    such an expression, or see them anyway."""
    knows = has_permission(caller, roles, "administer") or has_permission(caller, roles, "build")
    return HOSTED if knows else HOSTED - {"roles"}


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


def field_rights(
    caller: Caller, entity: Entity, roles: Mapping[str, Role], entities: Mapping[str, Entity]
) -> dict[str, str]:
    """`hidden`, `read` or `write` (by create or update) for each field: what a form should offer."""
    update = compile_access(caller, entity, roles, "update", entities)
    writable = update.writable | compile_access(caller, entity, roles, "create", entities).writable
    rights = {key: "read" if key in update.readable else "hidden" for key in [field.key for field in entity.fields]}
    return rights | {key: "write" for key in rights if key in writable}


def _grants(caller: Caller, entity: Entity, roles: Mapping[str, Role]) -> Iterable[Grant]:
    for key in caller.roles:
        if key in roles:
            yield from (grant for grant in roles[key].grants if grant.entity in (entity.key, "*"))


def _rows(grants: Iterable[Grant], entity: Entity, entities: Mapping[str, Entity]) -> tuple[Rows, ...]:
    """The widest scope without a condition, and every condition with the widest scope it stands beside."""
    widest: dict[str | None, str] = {}
    for grant in grants:
        scopes = (grant.scope, widest.get(grant.where, grant.scope))
        widest[grant.where] = max(scopes, key=SCOPES.index)
    return tuple(
        Rows(scope, None if where is None else compiled(where, entity, entities)) for where, scope in widest.items()
    )


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
