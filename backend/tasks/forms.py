"""A node's form at work: which values its reader is sent, and whether what came back may be taken.

Fields on no item of the form are hidden: never sent, never accepted. Conditions are evaluated over the record's values with what
was typed and computed on top. An item that its condition hides is not taken either, not read by the others, and not required.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.flows.context import expand
from backend.metadata.snapshot import Metadata
from backend.records.errors import FieldError, field_problem, problem
from backend.records.fields import field_of, type_of
from backend.records.hosted import context_for
from backend.records.reading import reader_for
from engine.definitions import Entity, Form, FormItem
from engine.definitions.codec import encode
from engine.language import BOOLEAN, Checked, Context, Problems, Scope, Type, check, form_scope
from engine.language.lookups import needs
from engine.language.ordering import evaluation_order
from engine.language.scopes import HOSTED, field_type
from engine.language.values import json_value

Values = Mapping[str, Any]
Problem = dict[str, Any]


@dataclass(frozen=True)
class CompiledForm:
    """A form with its conditions checked: `visible` and `required` by field, `checks` in order, `computed` by field in an
    order in which each follows those it reads.
    """

    form: Form
    entity: Entity
    visible: Mapping[str, Checked]
    required: Mapping[str, Checked]
    computed: Mapping[str, Checked]
    checks: tuple[Checked, ...]

    def paths(self) -> list[tuple[str, ...]]:
        """What the conditions read."""
        every = (*self.visible.values(), *self.required.values(), *self.computed.values(), *self.checks)
        return [path for expression in every for path in expression.references()]

    def to_json(self) -> dict[str, Any]:
        """The form as its reader gets it: conditions also as the tree that the browser evaluates. Checks that need the server
        to look something up are left to it."""
        document = encode(self.form)
        for section in document.get("sections", ()):
            for item in section["items"]:
                item["access"] = self.access(item["field"])
                for member, trees in self._expressions():
                    if item["field"] in trees:
                        item[f"{member}_tree"] = trees[item["field"]].to_json()
        if self.checks:
            document["checks"] = [
                {**each, "tree": made.to_json()}
                for made, each in zip(self.checks, document["checks"], strict=True)
                if not needs([made.tree])
            ]
        return document

    def _expressions(self) -> tuple[tuple[str, Mapping[str, Checked]], ...]:
        """The members of an item that hold expressions."""
        return ("visible_when", self.visible), ("required_when", self.required), ("computed", self.computed)

    def fields_to_json(self) -> dict[str, Any]:
        """The definitions of the fields on the form: its reader's role may hide them elsewhere."""
        on_form = {item.field for item in self.form.items}
        return {field["key"]: field for field in encode(self.entity)["fields"] if field["key"] in on_form}

    def access(self, field: str) -> str:
        """`write` or `read`: what the item says, except for what only the server sets or computes."""
        item = next(item for item in self.form.items if item.field == field)
        definition = field_of(self.entity, field)
        server_set = definition is None or type_of(definition).server_set
        return "read" if server_set or field in self.computed else item.access


def compile_form(form: Form, metadata: Metadata) -> CompiledForm:
    """The form with its expressions checked. Raises ValueError for one that publishing should have refused."""
    entity = metadata.entity(form.entity)
    scope = form_scope(form, entity, metadata.entities)
    visible = {i.field: _condition(i.visible_when, scope) for i in form.items if i.visible_when is not None}
    required = {i.field: _condition(i.required_when, scope) for i in form.items if i.required_when is not None}
    hosted = form_scope(form, entity, metadata.entities, HOSTED)
    checks = tuple(_condition(c.expression, hosted) for c in form.checks)
    return CompiledForm(form, entity, visible, required, _computed(form, entity, scope), checks)


def _computed(form: Form, entity: Entity, scope: Scope) -> dict[str, Checked]:
    found = {
        item.field: _condition(item.computed, scope, field_type(field))
        for item in form.items
        if item.computed is not None and (field := field_of(entity, item.field)) is not None
    }
    return {key: found[key] for key in evaluation_order(found)}


def _condition(text: str, scope: Scope, expects: Type = BOOLEAN) -> Checked:
    found = check(text, scope, expects=expects)
    if isinstance(found, Problems):
        raise ValueError(f"the expression {text!r} cannot be evaluated: {found}")
    return found


def shown(form: Form, record: Values) -> dict[str, Any]:
    """The values that the form's reader is sent, with the labels of what they point at."""
    fields = [item.field for item in form.items]
    labels = {key: label for key, label in (record.get("_labels") or {}).items() if key in fields}
    return {**{field: record.get(field) for field in fields}, "_labels": labels}


async def accept(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    compiled: CompiledForm,
    record: Values,
    data: Values,
    *,
    complete: bool,
    now: datetime,
) -> tuple[dict[str, Any], list[Problem]]:
    """The values to write, and the problems that keep them from being written.

    `complete` is False when the form is not being finished (refusing, sending back): then nothing is required.
    """
    problems = list(_not_writable(compiled, data)) + list(_not_coercible(compiled, data))
    if problems:
        return {}, problems
    values = await _condition_values(session, metadata, caller, compiled, {**record, **data})
    installed = metadata.context
    computed = _computed_values(compiled, values, now, installed)
    problems = list(_not_coercible(compiled, computed))
    if problems:
        return {}, problems
    values, data = {**values, **computed}, {**data, **computed}
    hidden = {key for key, condition in compiled.visible.items() if not condition.is_true(values, now, installed)}
    if not_taken := hidden & (data.keys() - computed.keys()):
        taken = {key: value for key, value in data.items() if key not in not_taken | computed.keys()}
        return await accept(session, metadata, caller, compiled, record, taken, complete=complete, now=now)
    accepted = {key: value for key, value in data.items() if key not in hidden}
    if complete:
        problems += _missing(compiled, {**record, **accepted}, values, hidden, now, installed)
        context = await context_for(session, reader_for(metadata, SYSTEM), compiled.checks, values, now)
        problems += _failed_checks(compiled, values, hidden, now, context)
    return accepted, problems


def _computed_values(compiled: CompiledForm, values: Values, now: datetime, context: Context) -> dict[str, Any]:
    known = dict(values)
    for key, expression in compiled.computed.items():
        known[key] = json_value(expression.type, expression.evaluate(known, now, context))
    return {key: known[key] for key in compiled.computed}


def _not_writable(compiled: CompiledForm, data: Values) -> Iterable[Problem]:
    on_form = {item.field for item in compiled.form.items}
    for key in data:
        if key not in on_form:
            yield problem(key, "field.unknown")
        elif compiled.access(key) != "write":
            yield problem(key, "field.read_only")


def _not_coercible(compiled: CompiledForm, data: Values) -> Iterable[Problem]:
    for key, value in data.items():
        field = field_of(compiled.entity, key)
        if field is None or type_of(field).is_empty(value) or not type_of(field).stored:
            continue
        try:
            type_of(field).coerce(field, value)
        except FieldError as error:
            yield field_problem(key, error)


async def _condition_values(
    session: AsyncSession, metadata: Metadata, caller: Caller, compiled: CompiledForm, values: Values
) -> dict[str, Any]:
    if not (compiled.visible or compiled.required or compiled.computed or compiled.checks):
        return dict(values)
    me = {"id": str(caller.user_id), "name": caller.name, "email": caller.email}
    me["department"] = str(caller.department_id) if caller.department_id else ""
    paths = [path for path in compiled.paths() if path[0] != "me"]
    return {**await expand(session, metadata, compiled.entity.key, values, paths), "me": me}


def _missing(
    compiled: CompiledForm, merged: Values, values: Values, hidden: set[str], now: datetime, context: Context
) -> Iterable[Problem]:
    for item in compiled.form.items:
        if item.field in hidden or compiled.access(item.field) != "write":
            continue
        required = _is_required(compiled, item, values, now, context)
        if required and _is_empty(compiled, item.field, merged.get(item.field)):
            yield problem(item.field, "field.required")


def _is_required(compiled: CompiledForm, item: FormItem, values: Values, now: datetime, context: Context) -> bool:
    field = field_of(compiled.entity, item.field)
    condition = compiled.required.get(item.field)
    by_itself = item.required or (field is not None and field.required)
    return by_itself or (condition is not None and condition.is_true(values, now, context))


def _is_empty(compiled: CompiledForm, key: str, value: object) -> bool:
    field = field_of(compiled.entity, key)
    return value in (None, "", []) or (field is not None and type_of(field).is_empty(value))


def _failed_checks(
    compiled: CompiledForm, values: Values, hidden: set[str], now: datetime, context: Context
) -> Iterable[Problem]:
    for each, condition in zip(compiled.form.checks, compiled.checks, strict=True):
        if each.field not in hidden and not condition.is_true(values, now, context):
            yield problem(each.field, "check", zh=each.message.zh, en=each.message.en)
