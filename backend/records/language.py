"""Expressions while somebody writes them: checked, completed, explained on a record, printed in either language.

Every answer is about what the caller may read: a hidden field is as unknown as one that is not there. Refusals: `forbidden`,
`not_found`, `invalid`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.errors import Forbidden, Invalid
from backend.metadata.dependencies import CurrentMetadata
from backend.records import query
from backend.records.behind import behind_references, caller_values
from backend.records.expressions import (
    Document,
    completion_json,
    cost_of,
    explanation_json,
    problem_json,
    text_json,
    tree_of,
)
from backend.records.hosted import context_for
from backend.records.reading import Reader
from engine.definitions import Entity, Flow, Text, Variable
from engine.language import (
    Checked,
    Node,
    Problem,
    Problems,
    Scope,
    check,
    complete,
    flow_scope,
    form_scope,
    parse_type,
    record_scope,
)
from engine.language.types import UNKNOWN

router = APIRouter(tags=["language"])

_MAX_TEXT = 20_000


class Label(BaseModel):
    """What something is called, in both languages."""

    zh: str = ""
    en: str = ""


class DraftVariable(BaseModel):
    """A variable of a flow that is being written; of type `unknown` a name whose type only the whole flow tells (a loop's item)."""

    key: str = Field(max_length=100)
    type: str = Field(max_length=100)
    label: Label = Label()
    entity: str | None = None
    currency: str | None = None


class FlowDraft(BaseModel):
    """What the expressions of a flow may name while the flow is being written and not published as it is."""

    entity: str
    variables: list[DraftVariable] = Field(default_factory=list, max_length=200)


class Place(BaseModel):
    """What an expression is about: exactly one of an entity (then it must also work as a filter), a form, a flow. A flow may
    come as a `draft`, which is taken in place of the published one."""

    entity: str | None = None
    form: str | None = None
    flow: str | None = None
    draft: FlowDraft | None = None


class Expression(Place):
    """A text to be checked. `expects` is the wanted type (`boolean`, `money:CNY`), `target` the back end it must work in:
    `sql` when nothing else is said of an entity, else `python`."""

    text: str = Field(max_length=_MAX_TEXT)
    expects: str | None = Field(default=None, max_length=100)
    target: Literal["python", "sql", "browser"] | None = None


class Unfinished(Place):
    """A text in which somebody stands before the character at `position`."""

    text: str = Field(max_length=_MAX_TEXT)
    position: int = Field(ge=0, le=_MAX_TEXT)
    surface: Literal["zh", "en"] = "en"


class Question(Place):
    """A text, and what to evaluate it on: a record by its id, or values by field."""

    text: str = Field(max_length=_MAX_TEXT)
    record: UUID | None = None
    values: Document | None = None


class Tree(Place):
    """A typed tree. A part may be `{"op": "text", "text": ...}`: that text is parsed in its place."""

    tree: Document = Field(alias="json")
    expects: str | None = Field(default=None, max_length=100)
    target: Literal["python", "sql", "browser"] | None = None


class ExpressionChecked(BaseModel):
    """Whether it can be used, what is wrong with it, its type, its stored form and its canonical text."""

    ok: bool
    problems: list[dict[str, Any]]
    type: str | None = None
    json_: dict[str, Any] | None = Field(default=None, serialization_alias="json")
    text: dict[str, str] | None = None


class Completed(BaseModel):
    """What may stand in place of the characters between `from` and `to`, best first."""

    from_: int = Field(serialization_alias="from")
    to: int
    items: list[dict[str, Any]]


class Explained(BaseModel):
    """The value, how each part came to it, what could not be read, and, for a condition that does not hold, why."""

    ok: bool
    problems: list[dict[str, Any]]
    type: str | None = None
    value: Any = None
    part: dict[str, Any] | None = None
    warnings: list[dict[str, Any]] = Field(default_factory=list)
    why_not: list[dict[str, str]] = Field(default_factory=list)


@router.post("/api/language/check")
async def check_expression(
    caller: CurrentCaller, metadata: CurrentMetadata, expression: Expression
) -> ExpressionChecked:
    """Check an expression over what the caller may read."""
    scope = _scope_of(Reader(metadata, caller), expression)
    return _answer(_checked(expression.text, scope, expression.expects, _target(expression)), scope)


@router.post("/api/language/complete")
async def complete_expression(caller: CurrentCaller, metadata: CurrentMetadata, unfinished: Unfinished) -> Completed:
    """What may be written at a place in an unfinished text."""
    scope = _scope_of(Reader(metadata, caller), unfinished)
    found = complete(unfinished.text, unfinished.position, scope, unfinished.surface)
    return Completed(from_=found.start, to=found.end, items=[completion_json(item) for item in found.items])


@router.post("/api/language/explain")
async def explain_expression(
    caller: CurrentCaller, metadata: CurrentMetadata, session: Session, question: Question
) -> Explained:
    """What an expression gives for a record that the caller may read, or for given values, and why."""
    reader = Reader(metadata, caller)
    found = check(question.text, _scope_of(reader, question))
    if isinstance(found, Problems):
        return _refused(found.problems)
    values, now = await _values(session, reader, question, found), clock.now()
    costs = cost_of(found, values)
    if costs:
        return _refused(costs)
    explanation = found.explain(values, now, await context_for(session, reader, [found], values, now))
    return Explained(ok=True, problems=[], type=found.type.code(), **explanation_json(found, explanation))


def _refused(problems: Iterable[Problem]) -> Explained:
    return Explained(ok=False, problems=[problem_json(problem) for problem in problems])


@router.post("/api/language/print")
async def print_expression(caller: CurrentCaller, metadata: CurrentMetadata, tree: Tree) -> ExpressionChecked:
    """The text of a tree in both languages, and whether it can be used."""
    scope = _scope_of(Reader(metadata, caller), tree)
    made = tree_of(tree.tree, scope)
    if isinstance(made, Problems):
        return _answer(made, scope)
    return _answer(_checked(text_json(made, scope)["en"], scope, tree.expects, _target(tree)), scope, made)


def _target(asked: Expression | Tree) -> str:
    return asked.target or ("sql" if asked.entity is not None else "python")


def _checked(text: str, scope: Scope, expects: str | None, target: str) -> Checked | Problems:
    try:
        wanted = parse_type(expects) if expects is not None else None
    except ValueError as error:
        raise Invalid(path="expects", reason=str(error)) from error
    return check(text, scope, target=target, expects=wanted)


def _answer(found: Checked | Problems, scope: Scope, tree: Node | None = None) -> ExpressionChecked:
    if isinstance(found, Problems):
        text = text_json(tree, scope) if tree is not None else None
        return ExpressionChecked(ok=False, problems=[problem_json(problem) for problem in found.problems], text=text)
    return ExpressionChecked(
        ok=True,
        problems=[],
        type=found.type.code(),
        json_=found.to_json(positions=True),
        text=text_json(found.tree, scope),
    )


async def _values(session: AsyncSession, reader: Reader, question: Question, checked: Checked) -> dict[str, Any]:
    """What the expression is evaluated on: the values given, over those of the record, and what lies behind references."""
    me = await caller_values(session, reader.caller, checked.references())
    values = dict(question.values or {})
    given = values.get("record") or {} if question.flow else values
    if not isinstance(given, Mapping):
        raise Invalid(path="values.record", reason="a record is an object")
    entity, about = _entity_of(reader, question), dict(given)
    if question.record is not None:
        record = await query.get(session, reader, reader.metadata.entity(entity.key), question.record)
        about = {**record, **given}
    paths = (
        [path[1:] for path in checked.references() if path[0] == "record"] if question.flow else checked.references()
    )
    behind = await behind_references(session, reader, entity, about, paths)
    return {**values, **me, "record": {**about, **behind}} if question.flow else {**about, **behind, **me}


def _scope_of(reader: Reader, place: Place) -> Scope:
    """What an expression about a place may name. Raises Invalid, NotFound, Forbidden."""
    given = [kind for kind in _SCOPES if getattr(place, kind) is not None]
    if len(given) != 1:
        raise Invalid(path="entity", reason="name exactly one of entity, form, flow")
    return _SCOPES[given[0]](reader, place)


def _entity_of(reader: Reader, place: Place) -> Entity:
    """The entity of the records that the place is about."""
    if place.form is not None:
        return _entity(reader, reader.metadata.form(place.form).entity)
    if place.flow is not None:
        return _entity(reader, _flow_of(reader, place).entity)
    return _entity(reader, str(place.entity))


def _entity(reader: Reader, key: str) -> Entity:
    reader.metadata.entity(key)
    if key not in reader.entities:
        raise Forbidden(action=f"read {key}")
    return reader.entities[key]


def _entity_scope(reader: Reader, place: Place) -> Scope:
    return record_scope(_entity(reader, str(place.entity)), reader.entities, _provided(reader, place, "sql"))


def _form_scope(reader: Reader, place: Place) -> Scope:
    form = reader.metadata.form(str(place.form))
    return form_scope(form, _entity(reader, form.entity), reader.entities, _provided(reader, place, "browser"))


def _provided(reader: Reader, place: Place, otherwise: str) -> frozenset[str]:
    """What the place gives an expression beside values: a browser nothing, and a form evaluates there unless `target` says
    that it is one of its checks."""
    target = getattr(place, "target", None) or otherwise
    return frozenset() if target == "browser" else reader.provides


def _flow_scope(reader: Reader, place: Place) -> Scope:
    """Variables that carry a field of the record are named to those who may read the field, as in instances."""
    flow = _flow_of(reader, place)
    seen, whole = _entity(reader, flow.entity), reader.metadata.entity(flow.entity)
    known = [each for each in flow.variables if whole.field(each.key) is None or seen.field(each.key) is not None]
    known_tables = reader.metadata.decision_types
    try:
        scope = flow_scope(replace(flow, variables=tuple(known)), reader.entities, reader.provides, known_tables)
    except ValueError as error:
        raise Invalid(path="draft", reason=str(error)) from error
    drafted = place.draft.variables if place.draft else ()
    loose = {each.key: UNKNOWN for each in drafted if each.type == UNKNOWN.kind}
    return replace(scope, variables={**scope.variables, **loose}) if loose else scope


def _flow_of(reader: Reader, place: Place) -> Flow:
    """The flow as its author has it, else as it is published."""
    key, draft = str(place.flow), place.draft
    if draft is None:
        return reader.metadata.flow(key)
    variables = (
        Variable(each.key, each.type, Text(each.label.zh, each.label.en), each.entity, each.currency)
        for each in draft.variables
        if each.type != UNKNOWN.kind
    )
    return Flow(key, Text("", ""), draft.entity, (), (), tuple(variables))


_SCOPES: Mapping[str, Callable[[Reader, Place], Scope]] = {
    "entity": _entity_scope,
    "form": _form_scope,
    "flow": _flow_scope,
}
