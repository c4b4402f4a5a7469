"""The rows of a sub-table under a node's rights: what their reader gets of them, and what comes back put together with what is kept.

A column that the reader does not get, or may not change, keeps its stored value in every row that was there, whatever is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.records.errors import problem
from backend.records.fields import type_of
from backend.records.values import coerce_field
from backend.tasks.masking import masked
from backend.tasks.rights import HIDDEN, MASKED, READ, REQUIRED, RowRights
from engine.definitions import Field

Row = Mapping[str, Any]
Problem = dict[str, Any]
_BESIDE = ("id", "_labels")


def shown_rows(table: Field, rights: RowRights, rows: Iterable[Row] | None) -> list[dict[str, Any]] | None:
    """The rows as their reader gets them."""
    if rows is None:
        return None
    columns = [(column, rights.columns[column.key]) for column in table.fields if rights.columns[column.key] != HIDDEN]
    return [_shown(columns, row) for row in rows]


def _shown(columns: Sequence[tuple[Field, str]], row: Row) -> dict[str, Any]:
    found = {column.key: _as_shown(column, right, row.get(column.key)) for column, right in columns}
    open_ones = {column.key for column, right in columns if right != MASKED}
    labels = {key: label for key, label in (row.get("_labels") or {}).items() if key in open_ones}
    return {**({"id": row["id"]} if "id" in row else {}), **found, **({"_labels": labels} if labels else {})}


def _as_shown(column: Field, right: str, value: Any) -> Any:
    return masked(column, value) if right == MASKED else value


@dataclass
class _Merge:
    """One sub-table being put together: the rows as they will be stored, and what was wrong with those sent."""

    table: Field
    rights: RowRights
    stored: Mapping[str, Row]
    problems: list[Problem] = field(default_factory=list)

    def row(self, place: int, given: Row) -> dict[str, Any]:
        """The row sent, with the kept values in it."""
        id = str(given.get("id") or "")
        kept = self.stored.get(id)
        if kept is None and not self.rights.add:
            self._refuse("field.row_added", place)
        merged = {key: value for key, value in given.items() if key not in self.rights.columns and key not in _BESIDE}
        for column in self.table.fields:
            merged |= self._column(column, place, given, kept)
        return {**merged, "id": id} if kept is not None else merged

    def _column(self, column: Field, place: int, given: Row, kept: Row | None) -> dict[str, Any]:
        """The column's value by its key; nothing where a new row starts with the default."""
        right, key = self.rights.columns[column.key], column.key
        if right not in (HIDDEN, MASKED, READ):
            source = given if key in given or kept is None else kept
            return {key: source[key]} if key in source else {}
        stored = kept.get(key) if kept is not None else None
        if key in given and not _says_the_same(column, right, given[key], stored):
            self._refuse(_CODES[right], place, key)
        return {} if kept is None else {key: stored}

    def _refuse(self, code: str, place: int, key: str = "") -> None:
        self.problems.append(problem(self.table.key, code, path=f"/{place}" + (f"/{key}" if key else "")))


_CODES = {HIDDEN: "field.hidden", MASKED: "field.masked", READ: "field.read_only"}


def _says_the_same(column: Field, right: str, given: Any, stored: Any) -> bool:
    """Whether what was sent is what its sender had been shown. Nobody was shown what is hidden."""
    if right == HIDDEN:
        return False
    if right == MASKED:
        return bool(given == masked(column, stored))
    return same_value(column, given, stored)


def same_value(field: Field, given: Any, stored: Any) -> bool:
    """Whether two inputs of a field are stored as the same."""
    (first, wrong), (second, _) = coerce_field(field, given), coerce_field(field, stored)
    return not wrong and bool(first == second)


def merged_rows(
    table: Field, rights: RowRights, stored: Sequence[Row], given: Sequence[Any]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows to store, and what was wrong. Rows that are no objects are left to the field's own checks."""
    merge = _Merge(table, rights, {str(row["id"]): row for row in stored})
    ids = [str(row["id"]) for row in given if row.get("id")]
    merge.problems += [problem(table.key, "field.row_repeated") for _ in range(len(ids) > len(set(ids)))]
    rows = [merge.row(place, row) for place, row in enumerate(given)]
    if not rights.remove and merge.stored.keys() - set(ids):
        merge.problems.append(problem(table.key, "field.row_removed"))
    if not (rights.add or rights.remove):
        order = {id: place for place, id in enumerate(merge.stored)}
        rows.sort(key=lambda row: order.get(str(row.get("id")), len(order)))
    return rows, merge.problems


def missing_in_rows(table: Field, rights: RowRights, rows: Iterable[Row] | None) -> Iterable[Problem]:
    """Columns that are required here and empty."""
    required = [column for column in table.fields if rights.columns[column.key] == REQUIRED]
    for place, row in enumerate(rows or ()):
        for column in required:
            if type_of(column).is_empty(row.get(column.key)):
                yield problem(table.key, "field.required", path=f"/{place}/{column.key}")
