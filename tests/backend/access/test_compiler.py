"""Grants to rights: the widest counts."""

from __future__ import annotations

import pytest

from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import (
    compile_access,
    field_rights,
    has_permission,
    permissions_of,
    require_permission,
    startable_flows,
)
from backend.errors import Forbidden
from engine.definitions import Grant, Role, Text
from tests.backend.records.conftest import PERSON, TICKET

TEXT = Text("角色", "Role")
ENTITIES = {"ticket": TICKET, "person": PERSON}
ROLES = {
    "reader": Role("reader", TEXT, (Grant("ticket", ("read",), "own", {"batch": "hidden"}),), ("analytics",)),
    "writer": Role("writer", TEXT, (Grant("ticket", ("update",), "department", {"score": "read"}),), flows=("f",)),
    "everything": Role("everything", TEXT, (Grant("*", ("create", "read", "update", "delete"), "all"),), flows=("*",)),
}


def caller(*roles: str) -> Caller:
    return Caller(user_id=None, name="x", roles=frozenset(roles))


def test_nothing_is_allowed_without_a_grant() -> None:
    access = compile_access(caller(), TICKET, ROLES, "read", ENTITIES)
    assert not access.allowed
    assert not access.readable
    with pytest.raises(Forbidden):
        access.require()


def test_an_action_has_the_scope_of_its_own_grants() -> None:
    both = caller("reader", "writer")
    assert compile_access(both, TICKET, ROLES, "read", ENTITIES).scope == "own"
    assert compile_access(both, TICKET, ROLES, "update", ENTITIES).scope == "department"
    assert not compile_access(both, TICKET, ROLES, "delete", ENTITIES).allowed
    assert compile_access(caller("reader", "everything"), TICKET, ROLES, "read", ENTITIES).scope == "all"


def test_the_widest_right_of_a_field_counts() -> None:
    assert field_rights(caller("reader"), TICKET, ROLES, ENTITIES)["batch"] == "hidden"
    assert field_rights(caller("reader"), TICKET, ROLES, ENTITIES)["score"] == "read"
    rights = field_rights(caller("reader", "writer"), TICKET, ROLES, ENTITIES)
    assert (rights["title"], rights["score"], rights["batch"]) == ("write", "read", "write")
    assert set(field_rights(caller("reader", "everything"), TICKET, ROLES, ENTITIES).values()) == {"write"}


def test_system_columns_are_kept_by_the_server() -> None:
    writable = compile_access(SYSTEM, TICKET, ROLES, "update", ENTITIES).writable
    assert {"owner", "department"} <= writable
    assert not {"id", "version", "created_by", "deleted_at"} & writable
    assert not compile_access(SYSTEM, TICKET, ROLES, "read", ENTITIES).writable


def test_permissions_and_flows() -> None:
    assert permissions_of(caller("reader"), ROLES) == ["analytics"]
    assert has_permission(SYSTEM, {}, "build")
    assert startable_flows(caller("writer"), ROLES, ["f", "g"]) == ["f"]
    assert startable_flows(caller("everything"), ROLES, ["g", "f"]) == ["f", "g"]
    assert startable_flows(caller("reader"), ROLES, ["f"]) == []
    with pytest.raises(Forbidden):
        require_permission(caller("reader"), ROLES, "build")
    with pytest.raises(ValueError, match="not a permission"):
        has_permission(SYSTEM, {}, "fly")
