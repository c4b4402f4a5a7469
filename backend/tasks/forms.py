"""A node's form at work: whether what came back may be taken. What its reader is sent: presenting.py; their rights: rights.py.

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
from backend.flows.errors import InvalidData
from backend.metadata.snapshot import Metadata
from backend.records.errors import FieldError, field_problem, problem
from backend.records.fields import field_of, type_of
from backend.records.hosted import context_for
from backend.records.reading import reader_for
from backend.tasks.masking import masked
from backend.tasks.rights import HIDDEN, MASKED, REQUIRED, Rights, rights_of
from backend.tasks.rows import merged_rows, missing_in_rows
from engine.definitions import Entity, Form, Text
from engine.language import BOOLEAN, Checked, Context, Problems, Scope, Type, check, form_scope
from engine.language.ordering import evaluation_order
from engine.language.scopes import HOSTED, field_type
from engine.language.values import json_value

Values = Mapping[str, Any]
Problem = dict[str, Any]
#: What a stranger sends as a key is repeated to them so far.
_LONGEST_KEY = 100


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


@dataclass(frozen=True)
class TaskForm:
    """A form as one reader may use it at a node."""

    compiled: CompiledForm
    rights: Rights

    @property
    def form(self) -> Form:
        return self.compiled.form

    @property
    def entity(self) -> Entity:
        return self.compiled.entity

    def sees(self, expression: Checked) -> bool:
        """Whether the reader gets everything that the expression reads. One that reads more is the server's to work out."""
        heads = {path[0] for path in expression.references()}
        return all(head == "me" or self.rights.sees(head) for head in heads)


def form_at(compiled: CompiledForm, rights: Mapping[str, str], *, acting: bool) -> TaskForm:
    """The form under the rights that a node gives; `acting` is whether its reader has something to decide."""
    made = rights_of(compiled.form, compiled.entity, compiled.computed, rights, acting=acting)
    return TaskForm(compiled, made)


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


async def accept(
    session: AsyncSession,
    metadata: Metadata,
    caller: Caller,
    form: TaskForm,
    record: Values,
    data: Values,
    *,
    complete: bool,
    now: datetime,
) -> tuple[dict[str, Any], list[Problem]]:
    """The values to write, and the problems that keep them from being written.

    `complete` is False when the form is not being finished (refusing, sending back): then nothing is required.
    """
    taken, problems = admitted(form, record, data)
    problems += _not_coercible(form.compiled, taken)
    if problems:
        return {}, problems
    conditions = await conditions_at(session, metadata, caller, form, record, now)
    return await _settled(conditions, form, record, taken, complete=complete)


def admitted(form: TaskForm, record: Values, data: Values) -> tuple[dict[str, Any], list[Problem]]:
    """What of `data` its sender may write, rows put together with what is kept of them; the rest is refused. A mask that comes back
    as it was shown says nothing."""
    taken: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in data.items():
        code = _refused(form, record, key, value)
        if code is not None:
            problems.append(problem(key[:_LONGEST_KEY], code))
        elif key in form.rights.rows and not form.rights.rows[key].whole:
            taken[key], wrong = _merged(form, record, key, value)
            problems += wrong
        elif form.rights.fields[key] != MASKED:
            taken[key] = value
    return taken, problems


def _refused(form: TaskForm, record: Values, key: str, value: Any) -> str | None:
    """The code with which a value is not taken; None for one that may be."""
    right = form.rights.fields.get(key)
    if right is None:
        return "field.unknown"
    if right == MASKED:
        field = field_of(form.entity, key)
        return None if field is not None and value == masked(field, record.get(key)) else "field.masked"
    if form.rights.writes(key):
        return None
    return "field.hidden" if right == HIDDEN else "field.read_only"


def _merged(form: TaskForm, record: Values, key: str, value: Any) -> tuple[Any, list[Problem]]:
    table = field_of(form.entity, key)
    given = [] if value is None else value
    if table is None or not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        return value, [problem(key, "field.type", expected=Text("行的列表", "a list of rows"))]
    return merged_rows(table, form.rights.rows[key], record.get(key) or [], given)


@dataclass(frozen=True)
class Conditions:
    """What decides about a form: who fills it in, and when. `at_first` are the values before anything was typed."""

    session: AsyncSession
    metadata: Metadata
    caller: Caller
    now: datetime
    at_first: Values

    def hidden(self, form: TaskForm, values: Values) -> set[str]:
        """The fields that their conditions hide over `values`."""
        return {key for key, each in form.compiled.visible.items() if not self._is_true(form, each, values)}

    def required(self, form: TaskForm, key: str, values: Values) -> bool:
        """Whether the condition of a field asks for it."""
        condition = form.compiled.required.get(key)
        return condition is not None and self._is_true(form, condition, values)

    def _is_true(self, form: TaskForm, condition: Checked, values: Values) -> bool:
        """A condition on what the reader does not get is decided before they type: else the form would ask for what it hides."""
        over = values if form.sees(condition) else self.at_first
        return condition.is_true(over, self.now, self.metadata.context)

    def computed(self, form: TaskForm, values: Values) -> dict[str, Any]:
        """What the form computes of `values`."""
        return _computed_values(form.compiled, values, self.now, self.metadata.context)


async def conditions_at(
    session: AsyncSession, metadata: Metadata, caller: Caller, form: TaskForm, record: Values, now: datetime
) -> Conditions:
    """What decides about a form over this record."""
    values = await _condition_values(session, metadata, caller, form.compiled, record)
    computed = _computed_values(form.compiled, values, now, metadata.context)
    return Conditions(session, metadata, caller, now, {**values, **computed})


async def _settled(
    conditions: Conditions, form: TaskForm, record: Values, data: Values, *, complete: bool
) -> tuple[dict[str, Any], list[Problem]]:
    compiled = form.compiled
    session, metadata, now = conditions.session, conditions.metadata, conditions.now
    values = await _condition_values(session, metadata, conditions.caller, compiled, {**record, **data})
    computed = conditions.computed(form, values)
    problems = list(_not_coercible(compiled, computed))
    if problems:
        return {}, problems
    values, data = {**values, **computed}, {**data, **computed}
    hidden = conditions.hidden(form, values)
    if not_taken := hidden & (data.keys() - computed.keys()):
        taken = {key: value for key, value in data.items() if key not in not_taken | computed.keys()}
        return await _settled(conditions, form, record, taken, complete=complete)
    accepted = {key: value for key, value in data.items() if key not in hidden}
    if complete:
        problems += _missing(conditions, form, {**record, **accepted}, values, hidden)
        context = await context_for(session, reader_for(metadata, SYSTEM), compiled.checks, values, now)
        problems += _failed_checks(form, values, hidden, now, context)
    return accepted, problems


def _computed_values(compiled: CompiledForm, values: Values, now: datetime, context: Context) -> dict[str, Any]:
    known = dict(values)
    for key, expression in compiled.computed.items():
        known[key] = json_value(expression.type, expression.evaluate(known, now, context))
    return {key: known[key] for key in compiled.computed}


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
    conditions: Conditions, form: TaskForm, merged: Values, values: Values, hidden: set[str]
) -> Iterable[Problem]:
    for item in form.form.items:
        key = item.field
        if key in hidden or not form.rights.writes(key) or key in form.compiled.computed:
            continue
        required = _is_required(form, key) or conditions.required(form, key, values)
        if required and _is_empty(form.compiled, key, merged.get(key)):
            yield problem(key, "field.required")
        elif key in form.rights.rows and (table := field_of(form.entity, key)) is not None:
            yield from missing_in_rows(table, form.rights.rows[key], merged.get(key))


def _is_required(form: TaskForm, key: str) -> bool:
    field = field_of(form.entity, key)
    return form.rights.fields[key] == REQUIRED or (field is not None and field.required)


def _is_empty(compiled: CompiledForm, key: str, value: object) -> bool:
    field = field_of(compiled.entity, key)
    return value in (None, "", []) or (field is not None and type_of(field).is_empty(value))


def _failed_checks(
    form: TaskForm, values: Values, hidden: set[str], now: datetime, context: Context
) -> Iterable[Problem]:
    """Checks that are not met; a field that the reader does not get is not named."""
    for each, condition in zip(form.form.checks, form.compiled.checks, strict=True):
        if each.field not in hidden and not condition.is_true(values, now, context):
            named = each.field if each.field is None or form.rights.shown(each.field) else None
            yield problem(named, "check", zh=each.message.zh, en=each.message.en)


def refuse(problems: list[dict[str, Any]]) -> None:
    """Raises InvalidData when there are any."""
    if problems:
        raise InvalidData(count=len(problems), problems=problems, path=problems[0]["path"] or None)
