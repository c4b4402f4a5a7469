"""From what came in to what the columns take: every field coerced, every problem collected with its field."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.access.compiler import Access
from backend.records.errors import FieldError, field_problem, problem
from backend.records.fields import SYSTEM, field_of, type_of
from backend.records.fields.links import read_id
from engine.definitions import Entity, Field
from engine.definitions.schemas import nearest

#: Names a record's JSON carries beside its fields; taken back without a word.
_SHOWN_ONLY = frozenset({"_title", "_labels"})

Row = dict[str, Any]
Problem = dict[str, Any]


@dataclass(slots=True)
class Input:
    """Coerced values: `values` for columns of the record, `rows` for its sub-tables, and what was wrong."""

    values: Row = dataclasses.field(default_factory=dict)
    rows: dict[str, list[Row]] = dataclasses.field(default_factory=dict)
    problems: list[Problem] = dataclasses.field(default_factory=list)


def read_input(entity: Entity, data: Mapping[str, Any], access: Access, current: Mapping[str, Any] | None) -> Input:
    """Coerces `data` under the rights of `access`. `current` is the stored row of a record being changed: a field that may
    be read but not written is accepted when it says what is there already."""
    found = Input()
    for key, value in data.items():
        if key not in _SHOWN_ONLY:
            _read_member(found, entity, str(key), value, access, current)
    return found


def _read_member(
    found: Input, entity: Entity, key: str, value: object, access: Access, current: Mapping[str, Any] | None
) -> None:
    field = field_of(entity, key)
    if key == "id" and current is not None and str(value).lower() == str(current["id"]):
        return
    if field is None or not {key} & (access.readable | access.writable):
        known = [each.key for each in entity.fields if each.key in access.readable | access.writable]
        found.problems.append(problem(key[:100], "field.unknown", suggestion=nearest(key[:100], known)))
        return
    if key not in access.writable or type_of(field).server_set:
        if current is None or not _says_the_same(field, value, current.get(key)):
            found.problems.append(problem(key, "field.read_only"))
        return
    coerced, problems = coerce_field(field, value)
    found.problems += problems
    if problems:
        return
    if type_of(field).stored:
        found.values[key] = coerced
    else:
        found.rows[key] = coerced or []


def coerce_field(field: Field, value: object) -> tuple[Any, list[Problem]]:
    """One field's value for its column (a list of rows for a sub-table), and what is wrong with it."""
    type = type_of(field)
    if type.is_empty(value):
        return None, []
    try:
        coerced = type.coerce(field, value)
    except FieldError as error:
        return None, [field_problem(field.key, error)]
    return (coerced, []) if type.stored else _rows(field, coerced)


def _rows(field: Field, value: Any) -> tuple[list[Row], list[Problem]]:
    rows, problems = [], []
    for index, given in enumerate(value):
        row, wrong = _row(field, index, given)
        rows.append(row)
        problems += wrong
    return rows, problems


def _row(field: Field, index: int, given: object) -> tuple[Row, list[Problem]]:
    if not isinstance(given, Mapping):
        error = FieldError("field.type", path=f"/{index}", expected="{}")
        return {}, [field_problem(field.key, error)]
    columns = {column.key: column for column in field.fields}
    unknown = [str(key) for key in given if key not in columns and key not in _SHOWN_ONLY | {"id"}]
    problems = [
        problem(field.key, "field.unknown", path=f"/{index}/{key[:100]}", suggestion=nearest(key, columns))
        for key in unknown
    ]
    row: Row = {}
    for key, column in columns.items():
        row[key], wrong = coerce_field(column, given.get(key, type_of(column).default(column)))
        if not wrong and column.required and row[key] is None:
            wrong = [problem(key, "field.required")]
        problems += [{**each, "field": field.key, "path": f"/{field.key}/{index}/{key}"} for each in wrong]
    try:
        row["id"] = read_id(given["id"]) if given.get("id") else None
    except FieldError as error:
        problems.append(problem(field.key, error.code, path=f"/{index}/id", **error.params))
    return row, problems


def _says_the_same(field: Field, value: object, stored: object) -> bool:
    if field is SYSTEM.get(field.key) and field.type == "number":
        return value == stored
    coerced, problems = coerce_field(field, value)
    return not problems and type_of(field).stored and coerced == stored


def apply_defaults(entity: Entity, found: Input) -> None:
    """Puts in the defaults of fields that were not given at all."""
    for field in entity.fields:
        if field.key not in found.values and field.key not in found.rows:
            value, problems = coerce_field(field, type_of(field).default(field))
            found.problems += problems
            if type_of(field).stored:
                found.values[field.key] = value
            else:
                found.rows[field.key] = value or []


def required_problems(entity: Entity, values: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> list[Problem]:
    """Required fields of the whole record that are empty."""
    return [
        problem(field.key, "field.required")
        for field in entity.fields
        if field.required
        and not type_of(field).server_set
        and (values.get(field.key) is None if type_of(field).stored else not rows.get(field.key, True))
    ]


def transition_problems(entity: Entity, current: Mapping[str, Any], changed: Mapping[str, Any]) -> list[Problem]:
    """Changes that a field's own rules forbid, such as a stage that cannot be reached."""
    problems = []
    for key, value in changed.items():
        field = field_of(entity, key)
        try:
            if field is not None:
                type_of(field).check_change(field, current.get(key), value)
        except FieldError as error:
            problems.append(field_problem(key, error))
    return problems


def links(entity: Entity, found: Input) -> Iterable[tuple[Field, UUID, Problem]]:
    """Every id in the input that points at something, with the problem to report if there is nothing."""
    for key, value in found.values.items():
        field = field_of(entity, key)
        if field is not None and value is not None and type_of(field).points_at:
            yield field, value, problem(key, "field.reference")
    for key, rows in found.rows.items():
        field = entity.field(key)
        columns = [column for column in field.fields if type_of(column).points_at] if field else []
        for index, row in enumerate(rows):
            for column in columns:
                if row[column.key] is not None:
                    yield column, row[column.key], problem(key, "field.reference", path=f"/{index}/{column.key}")
