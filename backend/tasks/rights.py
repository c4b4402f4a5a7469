"""What a reader may do with each field of a task's form: what the form says, changed by the rights of the node.

`hidden` is neither sent nor taken, `masked` is sent as a mask, `read` cannot be changed, `write` and `required` can. A right of a
sub-table holds for its columns where they have none of their own; `items.+` and `items.-` say whether rows may be added and removed.
Whoever has no open part in the task reads, and that is all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.records.fields import field_of, type_of
from engine.definitions import Entity, Field, Form, FormItem

HIDDEN, MASKED, READ, WRITE, REQUIRED = "hidden", "masked", "read", "write", "required"
#: Rights that let a value be changed.
WRITING = frozenset({WRITE, REQUIRED})
#: Rights under which the value itself reaches the reader.
SEEING = WRITING | {READ}
#: After the key of a sub-table: may rows be added, may they be removed.
ADD, REMOVE = "+", "-"
SUB_TABLE = "sub_table"


def subject_under(rights: Mapping[str, str], entity: Entity | None, title: str) -> str:
    """What a task is about, as its people are told it in lists and notices: nothing, where the node keeps from them what names a record."""
    right = rights.get(entity.title) if entity is not None else None
    return title if right is None or right in SEEING else ""


@dataclass(frozen=True, slots=True)
class RowRights:
    """What may be done with the rows of a sub-table: `columns` by key, and whether rows may be added and removed."""

    columns: Mapping[str, str]
    add: bool
    remove: bool

    @property
    def whole(self) -> bool:
        """Whether its reader may do everything: then rows are taken as they come."""
        return self.add and self.remove and all(right in WRITING for right in self.columns.values())

    @property
    def sees_all(self) -> bool:
        """Whether no column is kept from the reader."""
        return all(right in SEEING for right in self.columns.values())

    @property
    def changes(self) -> bool:
        """Whether anything about the rows may be changed."""
        return self.add or self.remove or any(right in WRITING for right in self.columns.values())


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one reader: `fields` of everything on the form, hidden ones too, and `rows` of its sub-tables."""

    fields: Mapping[str, str]
    rows: Mapping[str, RowRights]

    def shown(self, field: str) -> bool:
        """Whether the reader gets anything of it."""
        return self.fields.get(field, HIDDEN) != HIDDEN

    def writes(self, field: str) -> bool:
        """Whether the reader may send something for it: of a sub-table, a column or a row is enough."""
        return self.rows[field].changes if field in self.rows else self.fields.get(field) in WRITING

    def sees(self, field: str) -> bool:
        """Whether the reader gets all of it as it is."""
        return self.fields.get(field) in SEEING and (field not in self.rows or self.rows[field].sees_all)

    def to_json(self) -> dict[str, str]:
        """By field, `table.column`, `table.+` and `table.-`; what is hidden is not named."""
        named = {key: right for key, right in self.fields.items() if right != HIDDEN}
        for table, rows in self.rows.items():
            if table in named:
                named |= {f"{table}.{key}": right for key, right in rows.columns.items() if right != HIDDEN}
                named |= {f"{table}.{ADD}": _may(rows.add), f"{table}.{REMOVE}": _may(rows.remove)}
        return named


def rights_of(
    form: Form, entity: Entity, computed: Mapping[str, object], given: Mapping[str, str], *, acting: bool
) -> Rights:
    """The rights on a form where the node says `given`; `acting` is whether the reader has something to decide."""
    fields: dict[str, str] = {}
    rows: dict[str, RowRights] = {}
    for item in form.items:
        field = field_of(entity, item.field)
        right = _right(item, field, given, may_write=acting and item.field not in computed)
        if field is not None and field.type == SUB_TABLE:
            rows[field.key] = _rows(field, right, given, may_write=acting and item.field not in computed)
            right = right if right == HIDDEN else _of_rows(right, rows[field.key])
        fields[item.field] = right
    return Rights(fields, rows)


def _right(item: FormItem, field: Field | None, given: Mapping[str, str], *, may_write: bool) -> str:
    by_form = REQUIRED if item.required and item.access == WRITE else item.access
    right = given.get(item.field, by_form)
    if right == WRITE and item.required:
        right = REQUIRED
    return _at_most(right, may_write=may_write and field is not None and not type_of(field).server_set)


def _at_most(right: str, *, may_write: bool) -> str:
    """The right, but reading where nothing can be written. A right that nobody knows hides: a newer version may have meant so."""
    if right not in (MASKED, *SEEING):
        return HIDDEN
    return right if may_write or right not in WRITING else READ


def _rows(field: Field, right: str, given: Mapping[str, str], *, may_write: bool) -> RowRights:
    by_table = WRITE if right == REQUIRED else right
    columns = {}
    for column in field.fields:
        own = given.get(f"{field.key}.{column.key}", by_table)
        may = may_write and not type_of(column).server_set
        columns[column.key] = HIDDEN if right == HIDDEN else _at_most(own, may_write=may)
    open_to = may_write and right not in (HIDDEN, MASKED)
    add, remove = (given.get(f"{field.key}.{sign}", by_table) in WRITING and open_to for sign in (ADD, REMOVE))
    return RowRights(columns, add, remove)


def _of_rows(right: str, rows: RowRights) -> str:
    """What the columns and rows of a sub-table make of its own right: what is masked in it are the columns."""
    if not rows.changes:
        return READ
    return right if right == REQUIRED else WRITE


def _may(allowed: bool) -> str:
    return WRITE if allowed else READ
