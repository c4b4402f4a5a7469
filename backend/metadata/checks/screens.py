"""Checks of what people look at: forms, views and segments."""

from __future__ import annotations

from collections.abc import Iterator

from backend.metadata.checks.expressions import expression_problems
from backend.metadata.checks.problem import ENTITY, FIELD, CheckContext, Found, twice, unknown
from engine.definitions import SYSTEM_FIELDS, Entity, Form, FormItem, Segment, Text, View
from engine.language import Checked, Scope, form_scope, record_scope
from engine.language import check as check_expression
from engine.language.ordering import CyclicValues, evaluation_order
from engine.language.scopes import HOSTED, field_type


def check_form(form: Form, context: CheckContext) -> Iterator[Found]:
    """Fields exist and occur once; conditions make sense over them."""
    entity = context.metadata.entities.get(form.entity)
    if entity is None:
        yield unknown("/entity", ENTITY, form.entity, context.metadata.entities)
        return
    scope = form_scope(form, entity, context.metadata.entities)
    seen: set[str] = set()
    for section_number, section in enumerate(form.sections):
        for number, item in enumerate(section.items):
            place = f"/sections/{section_number}/items/{number}"
            if item.field in seen:
                yield twice(f"{place}/field", FIELD, item.field)
            seen.add(item.field)
            yield from _item_field(place, item.field, item.access, entity)
            yield from expression_problems(f"{place}/visible_when", item.visible_when, scope)
            yield from expression_problems(f"{place}/required_when", item.required_when, scope)
    hosted = form_scope(form, entity, context.metadata.entities, HOSTED)
    for number, check in enumerate(form.checks):
        yield from expression_problems(f"/checks/{number}/expression", check.expression, hosted)
        if check.field is not None and check.field not in seen:
            yield unknown(f"/checks/{number}/field", FIELD, check.field, seen)
    yield from _computed_values(form, entity, scope)


#: What a computed value cannot be: a pointer to another record, or several values.
_NOT_COMPUTED = frozenset({"reference", "list", "record"})


def _computed_values(form: Form, entity: Entity, scope: Scope) -> Iterator[Found]:
    """Each is of its field's type, and none is computed from itself."""
    found: dict[str, Checked] = {}
    places: dict[str, str] = {}
    for place, item in _items(form):
        field = entity.field(item.field)
        if item.computed is None:
            continue
        if field is None or field.type == "auto_number" or field_type(field).kind in _NOT_COMPUTED:
            message = Text(f"“{item.field}”不能是计算值", f"“{item.field}” cannot be computed")
            yield Found(place, "not_computable", message)
            continue
        yield from expression_problems(place, item.computed, scope, expects=field_type(field))
        checked = check_expression(item.computed, scope, expects=field_type(field))
        if isinstance(checked, Checked):
            found[item.field], places[item.field] = checked, place
    try:
        evaluation_order(found)
    except CyclicValues as error:
        keys = " -> ".join(error.keys)
        message = Text(f"这些值互相计算：{keys}", f"These values are computed from each other: {keys}")
        yield Found(places[error.keys[0]], "computed_cycle", message)


def _items(form: Form) -> Iterator[tuple[str, FormItem]]:
    """The items, each after the place of its computed value."""
    for section_number, section in enumerate(form.sections):
        for number, item in enumerate(section.items):
            yield f"/sections/{section_number}/items/{number}/computed", item


def _item_field(place: str, key: str, access: str, entity: Entity) -> Iterator[Found]:
    field = entity.field(key)
    if field is None and key not in SYSTEM_FIELDS:
        yield unknown(f"{place}/field", FIELD, key, [f.key for f in entity.fields])
    server_made = field.type == "auto_number" if field else key not in ("owner", "department")
    if server_made and access == "write" and (field is not None or key in SYSTEM_FIELDS):
        message = Text(
            f"“{key}”由系统填写，只能为 read", f"“{key}” is filled in by the system; its access must be read"
        )
        yield Found(f"{place}/access", "not_writable", message, "read")


def check_view(view: View, context: CheckContext) -> Iterator[Found]:
    """Columns and sorting name fields; the filter can be asked of the database."""
    entity = context.metadata.entities.get(view.entity)
    if entity is None:
        yield unknown("/entity", ENTITY, view.entity, context.metadata.entities)
        return
    known = [*(field.key for field in entity.fields), *SYSTEM_FIELDS]
    for number, key in enumerate(view.columns):
        if key not in known:
            yield unknown(f"/columns/{number}", FIELD, key, known)
    for number, key in enumerate(view.sort):
        field = entity.field(key.removeprefix("-"))
        if key.removeprefix("-") not in known:
            yield unknown(f"/sort/{number}", FIELD, key.removeprefix("-"), known)
        elif field is not None and field.type in ("tags", "multi_choice", "sub_table"):
            message = Text(f"不能按“{field.key}”排序", f"Records cannot be sorted by “{field.key}”")
            yield Found(f"/sort/{number}", "not_sortable", message)
    yield from expression_problems(
        "/filter", view.filter, record_scope(entity, context.metadata.entities), target="sql"
    )


def check_segment(segment: Segment, context: CheckContext) -> Iterator[Found]:
    """The condition can be asked of the database."""
    entity = context.metadata.entities.get(segment.entity)
    if entity is None:
        yield unknown("/entity", ENTITY, segment.entity, context.metadata.entities)
        return
    scope = record_scope(entity, context.metadata.entities)
    yield from expression_problems("/condition", segment.condition, scope, target="sql")
