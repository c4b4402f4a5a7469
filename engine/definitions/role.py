"""Roles: what somebody may do with which records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions.text import Text

ACTIONS = ("create", "read", "update", "delete")
SCOPES = ("own", "department", "department_tree", "all")
FIELD_RIGHTS = ("hidden", "read", "write")
#: What a role may allow beside records: seeing the social wall, people's time lines; dashboards; instances, firings and
#: outbox; editing and publishing definitions; users, departments and keys.
PERMISSIONS = ("social", "analytics", "operate", "build", "administer")


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights on one entity (`*` means every entity). Grants add up; a field's right is the widest any grant gives.

    `where` narrows the rows further: an expression over the record and `me` that they must meet besides the scope.
    `fields` lists exceptions; a field not listed is `write` where the grant allows create or update, else `read`.
    """

    entity: str
    actions: tuple[str, ...]
    scope: str = "own"
    fields: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role: grants on entities, and `permissions` from PERMISSIONS. `flows` are the flows it may start by hand."""

    key: str
    label: Text
    grants: tuple[Grant, ...] = ()
    permissions: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    description: Text | None = None
    schema: int = 1
    app: str = ""
