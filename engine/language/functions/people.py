"""Functions of users, departments and roles, answered by the directory of the host.

Which department somebody is in everybody may know (`directory`); who holds a role and who reports to whom, not (`roles`).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definitions import Text
from engine.language.context import Environment
from engine.language.functions.arguments import all_of, implied
from engine.language.functions.function import Adapt, Function, Group, Parameter
from engine.language.operators import Mismatch
from engine.language.tree import Node
from engine.language.types import BOOLEAN, TEXT, Scope, list_of, reference

HOSTED = frozenset({"python", "sql"})
_USER = Parameter("user", ("reference",))


def _named(entity: str) -> Text:
    return {"user": Text("用户", "a user"), "department": Text("部门", "a department")}[entity]


def _of(*entities: str) -> Adapt:
    """The arguments in turn refer to users or departments."""

    def check(_: Scope, arguments: list[Node]) -> list[Node]:
        for entity, argument in zip(entities, arguments, strict=False):
            if argument.type.kind == "reference" and argument.type.entity not in (entity, None):
                raise Mismatch("type_mismatch", expected=_named(entity), found=_name_of(argument)).on(argument)
        return arguments

    return check


def _name_of(argument: Node) -> Text:
    entity = argument.type.entity or ""
    return Text(f"{entity} 的引用", f"a reference to {entity}")


def _user_or_department(scope: Scope, arguments: list[Node]) -> list[Node]:
    """Back ends are told which of the two the first argument is."""
    entity = arguments[0].type.entity or "user"
    if entity != "department":
        _of("user")(scope, arguments)
    return [*_written(scope, arguments), *implied(entity)]


def _written(_: Scope, arguments: list[Node]) -> list[Node]:
    """The keys are there."""
    for argument in arguments[1:]:
        if argument.value is None:
            raise Mismatch("must_be_literal").on(argument)
    return arguments


def _department_of(environment: Environment, user: str) -> object:
    directory = environment.context.directory
    found = directory.department_of(user)
    return None if found is None else directory.department(found) or found


def _superior_of(environment: Environment, user: str) -> object:
    directory = environment.context.directory
    found = directory.superior_of(user)
    return None if found is None else directory.user(found) or found


def _parent_department(environment: Environment, department: str) -> object:
    directory = environment.context.directory
    above = directory.departments_above(department)
    return directory.department(above[1]) or above[1] if len(above) > 1 else None


def _superiors(environment: Environment, user: str) -> Iterator[str]:
    """From the nearest on; somebody who stands above themself is met once."""
    met: set[str] = set()
    above = environment.context.directory.superior_of(user)
    while above is not None and above not in met:
        yield above
        met.add(above)
        above = environment.context.directory.superior_of(above)


def _is_superior_of(environment: Environment, superior: str | None, user: str | None) -> bool:
    return user is not None and superior is not None and superior in _superiors(environment, user)


def _roles_of(environment: Environment, user: str) -> tuple[str, ...] | None:
    return tuple(sorted(environment.context.directory.roles_of(user))) or None


def _has_role(environment: Environment, user: str | None, *roles: str) -> bool:
    return user is not None and not environment.context.directory.roles_of(user).isdisjoint(roles)


def _in_department(environment: Environment, who: str | None, key: str, kind: str) -> bool:
    directory = environment.context.directory
    own = _own_department(environment, who) if kind == "user" else who
    wanted = directory.department_keyed(key)
    return own is not None and wanted is not None and wanted in directory.departments_above(own)


def _own_department(environment: Environment, user: str | None) -> str | None:
    return None if user is None else environment.context.directory.department_of(user)


def _same_department(environment: Environment, user: str | None, other: str | None) -> bool:
    own = _own_department(environment, user)
    return own is not None and own == _own_department(environment, other)


FUNCTIONS: Group = (
    Function(
        "department_of", ("department_of", "所在部门"), "people", (_USER,), reference("department"),
        Text("用户所在的部门；没有部门和空为空", "the department of a user; empty when there is none"),
        (("department_of(owner)", "empty"),), _department_of, clocked=True, adapt=_of("user"), needs="directory",
        targets=HOSTED,
    ),
    Function(
        "superior_of", ("superior_of", "上级"), "people", (_USER,), reference("user"),
        Text("用户的直接上级；没有上级和空为空", "whom a user reports to; empty when there is nobody"),
        (("superior_of(owner)", "empty"),), _superior_of, clocked=True, adapt=_of("user"), needs="roles",
        targets=HOSTED,
    ),
    Function(
        "parent_department", ("parent_department", "上级部门"), "people",
        (Parameter("department", ("reference",)),), reference("department"),
        Text("部门所属的上一级部门；最上级的部门和空为空", "the department that a department is part of; empty for the topmost"),
        (("parent_department(department)", "empty"),), _parent_department, clocked=True, adapt=_of("department"),
        needs="directory", targets=HOSTED,
    ),
    Function(
        "roles_of", ("roles_of", "角色"), "people", (_USER,), list_of(TEXT),
        Text("用户的各个角色的标识，按标识排序；没有角色和空为空", "the keys of a user's roles, in order; empty when there are none"),
        (("roles_of(owner)", "empty"),), _roles_of, clocked=True, adapt=_of("user"), needs="roles", targets=HOSTED,
    ),
    Function(
        "has_role", ("has_role", "有角色"), "people",
        (_USER, Parameter("role", ("text",), variadic=True, literal=True)), BOOLEAN,
        Text("用户是否有其中某个角色（写角色的标识）；空则为假", "whether a user has one of the roles (their keys); false for nobody"),
        (('has_role(owner, "agent")', "false"),), _has_role, strict=False, clocked=True,
        adapt=all_of(_of("user"), _written), needs="roles", targets=HOSTED,
    ),
    Function(
        "in_department", ("in_department", "属于部门"), "people",
        (Parameter("user or department", ("reference",)), Parameter("key", ("text",), literal=True)), BOOLEAN,
        Text(
            "用户或部门是否属于某个部门（写部门的标识）或它下面的部门；空则为假",
            "whether a user or a department belongs to a department (its key) or one below it; false for nobody",
        ),
        (('in_department(owner, "support")', "false"),), _in_department, strict=False, clocked=True, adapt=_user_or_department,
        needs="directory", targets=HOSTED,
    ),
    Function(
        "same_department", ("same_department", "同部门"), "people", (_USER, Parameter("other", ("reference",))), BOOLEAN,
        Text("两个用户是否在同一个部门；没有部门和空为假", "whether two users are in one department; false for who has none, and for nobody"),
        (("same_department(owner, me)", "false"),), _same_department, strict=False, clocked=True, adapt=_of("user", "user"),
        needs="directory", targets=HOSTED,
    ),
    Function(
        "is_superior_of", ("is_superior_of", "是其上级"), "people", (_USER, Parameter("other", ("reference",))), BOOLEAN,
        Text(
            "前一个用户是否是后一个的上级，或上级的上级；空则为假",
            "whether the first user stands above the second, directly or by way of others; false for nobody",
        ),
        (("is_superior_of(me, owner)", "false"),), _is_superior_of, strict=False, clocked=True, adapt=_of("user", "user"),
        needs="roles", targets=HOSTED,
    ),
)  # fmt: skip
