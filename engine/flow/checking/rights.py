"""Field rights of a user task: they name what is on its form, and ask of nobody what cannot be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definitions import Entity, Field, Form, FormItem, Node
from engine.flow.checking.problem import Checking

#: After the key of a sub-table: may rows be added, may they be removed.
_ROWS = ("+", "-")
_WRITING = frozenset({"write", "required"})
#: Types whose values nobody types.
_GIVEN = frozenset({"auto_number"})
_SUB_TABLE = "sub_table"


def check_rights(checking: Checking, node: Node) -> None:
    """Every right that a node gives."""
    form = checking.known.forms.get(node.form or "")
    entity = checking.known.entities.get(form.entity) if form is not None else None
    if node.rights and node.form is None:
        checking.at(node, "flow.rights_without_form", "rights")
    if form is None or entity is None:
        return
    places = dict(_places(form, entity))
    for name, right in node.rights.items():
        path = f"{checking.paths[node.id]}/rights/{name}"
        if name not in places:
            checking.unknown("form_field", name, places, path, node.id)
        else:
            _check_right(checking, node, name, right, places)


#: A field or column on the form, with the item that shows it; no field for rows of a sub-table.
_Place = tuple[Field | None, FormItem]


def _places(form: Form, entity: Entity) -> Iterator[tuple[str, _Place]]:
    """What rights may name."""
    for item in form.items:
        field = entity.field(item.field)
        yield item.field, (field, item)
        if field is not None and field.type == _SUB_TABLE:
            yield from ((f"{field.key}.{column.key}", (column, item)) for column in field.fields)
            yield from ((f"{field.key}.{sign}", (None, item)) for sign in _ROWS)


def _check_right(checking: Checking, node: Node, name: str, right: str, places: Mapping[str, _Place]) -> None:
    field, item = places[name]
    member = f"rights/{name}"
    if field is None:
        if right not in ("read", "write"):
            checking.at(node, "flow.rows_right", member, key=name)
        return
    if right in _WRITING and (field.type in _GIVEN or (item.computed is not None and "." not in name)):
        checking.at(node, "flow.right_not_writable", member, key=name)
    if right in ("hidden", "masked", "read") and item.required and "." not in name:
        checking.at(node, "flow.required_unwritable", member, severity="warning", key=name)
    table = name.partition(".")[0]
    if table != name and node.rights.get(table) in ("hidden", "masked"):
        checking.at(node, "flow.right_inside_hidden", member, key=name, table=table)
