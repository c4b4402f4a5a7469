"""Functions that find other records: of an entity that is written, by the values of its fields, which are given by name.

Of several records that fit the one made first is found, for ids follow the time; records in the trash are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.definitions import Text
from engine.language.context import Environment
from engine.language.functions.arguments import beside
from engine.language.functions.function import Function, Group, Parameter
from engine.language.names import find
from engine.language.operators import Mismatch
from engine.language.problems import nearest
from engine.language.tree import Node
from engine.language.types import BOOLEAN, Scope, Type, reference

USAGE = 'lookup("…", field: value)'
HOSTED = frozenset({"python", "sql"})


def _by_fields(scope: Scope, arguments: list[Node]) -> list[Node]:
    """The entity by its key, and each value beside the field that must have it."""
    entity, *given = arguments
    key = _entity(scope, entity)
    fields = scope.records[key].fields
    found = [_beside(key, fields, each) for each in given]
    taken: set[object] = set()
    for each in found:
        if each.value in taken:
            raise Mismatch("repeated_parameter", name=str(each.value)).on(each)
        taken.add(each.value)
    return [replace(entity, value=key), *found]


def _entity(scope: Scope, written: Node) -> str:
    if written.op != "const" or not isinstance(written.value, str):
        raise Mismatch("must_be_literal").on(written)
    key = find(scope.records, written.value)
    if key is None:
        labels = (label.zh for type in scope.records.values() if (label := type.label) and label.zh)
        found = nearest(written.value, [*scope.records, *labels])
        raise Mismatch("unknown_entity", found, name=written.value).on(written)
    return key


def _beside(entity: str, fields: Mapping[str, Type], given: Node) -> Node:
    if given.op != "named":
        raise Mismatch("unnamed_argument", usage=USAGE).on(given)
    name = str(given.value)
    key = find(fields, name)
    if key is None:
        error = Mismatch("unknown_member", nearest(name, fields), owner=entity, name=name)
        raise error.on(replace(given, end=given.start + len(name)))
    if fields[key].kind in ("list", "record"):
        raise Mismatch("not_searched", name=key).on(given)
    value = beside(fields[key], given.args[0])
    return replace(given, type=value.type, args=(value,), value=key)


def _found(environment: Environment, entity: str, /, **fields: object) -> Mapping[str, object] | None:
    return environment.context.lookup(entity, fields)


def _exists(environment: Environment, entity: str, /, **fields: object) -> bool:
    return None not in fields.values() and environment.context.lookup(entity, fields) is not None


def _reference(_: Scope, arguments: tuple[Node, ...]) -> Type:
    return reference(str(arguments[0].value))


_PARAMETERS = (
    Parameter("entity", ("text",), literal=True),
    Parameter("field: value", ("text",), variadic=True),
)

FUNCTIONS: Group = (
    Function(
        "lookup", ("lookup", "查找"), "lookup", _PARAMETERS, _reference,
        Text(
            "各字段等于所给值的记录，后面用点读它的字段；有几条取最早建立的，没有或某个值为空则为空",
            "the record whose fields have these values, its own fields after a dot; the one made first of several, empty when "
            "there is none or a value is empty",
        ),
        (('lookup("product", sku: "DW-1").price', "3999 CNY"), ('lookup("product", sku: "none")', "empty")),
        _found, clocked=True, named=True, adapt=_by_fields, needs="lookup", targets=HOSTED,
    ),
    Function(
        "exists", ("exists", "存在记录"), "lookup", _PARAMETERS, BOOLEAN,
        Text(
            "是否有各字段等于所给值的记录；某个值为空则为假",
            "whether there is a record whose fields have these values; false when a value is empty",
        ),
        (('exists("product", kind: "part")', "true"), ('exists("product", sku: "none")', "false")),
        _exists, strict=False, clocked=True, named=True, adapt=_by_fields, needs="lookup", targets=HOSTED,
    ),
)  # fmt: skip
