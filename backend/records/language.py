"""Checking an expression while somebody types it: what list filters and editors ask. Refusals: `forbidden`, `not_found`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from backend.auth.dependencies import CurrentCaller
from backend.errors import Forbidden, Invalid
from backend.metadata.dependencies import CurrentMetadata
from backend.records.filters import problem_json
from backend.records.reading import Reader
from engine.definitions import Entity
from engine.language import Problems, Scope, check, flow_scope, form_scope, record_scope

router = APIRouter(tags=["language"])

_MAX_TEXT = 20_000


class Expression(BaseModel):
    """A text and what it is about: exactly one of an entity (then it must also work as a filter), a form, a flow."""

    text: str = Field(max_length=_MAX_TEXT)
    entity: str | None = None
    form: str | None = None
    flow: str | None = None


class ExpressionChecked(BaseModel):
    """Whether it can be used, what is wrong with it, its type and its stored form."""

    ok: bool
    problems: list[dict[str, Any]]
    type: str | None = None
    json_: dict[str, Any] | None = Field(default=None, serialization_alias="json")


@router.post("/api/language/check")
async def check_expression(
    caller: CurrentCaller, metadata: CurrentMetadata, expression: Expression
) -> ExpressionChecked:
    """Check an expression over what the caller may read."""
    reader = Reader(metadata, caller)
    given = {kind: key for kind in _SCOPES if (key := getattr(expression, kind)) is not None}
    if len(given) != 1:
        raise Invalid(path="entity", reason="name exactly one of entity, form, flow")
    ((kind, key),) = given.items()
    found = check(expression.text, _SCOPES[kind](reader, key), target="sql" if kind == "entity" else "python")
    if isinstance(found, Problems):
        return ExpressionChecked(ok=False, problems=[problem_json(problem) for problem in found.problems])
    return ExpressionChecked(ok=True, problems=[], type=found.type.code(), json_=found.to_json())


def _entity(reader: Reader, key: str) -> Entity:
    reader.metadata.entity(key)
    if key not in reader.entities:
        raise Forbidden(action=f"read {key}")
    return reader.entities[key]


def _entity_scope(reader: Reader, key: str) -> Scope:
    return record_scope(_entity(reader, key), reader.entities)


def _form_scope(reader: Reader, key: str) -> Scope:
    form = reader.metadata.form(key)
    return form_scope(form, _entity(reader, form.entity), reader.entities)


def _flow_scope(reader: Reader, key: str) -> Scope:
    """Variables that carry a field of the record are named to those who may read the field, as in instances."""
    flow = reader.metadata.flow(key)
    seen, whole = _entity(reader, flow.entity), reader.metadata.entity(flow.entity)
    known = [each for each in flow.variables if whole.field(each.key) is None or seen.field(each.key) is not None]
    return flow_scope(replace(flow, variables=tuple(known)), reader.entities)


_SCOPES: Mapping[str, Callable[[Reader, str], Scope]] = {
    "entity": _entity_scope,
    "form": _form_scope,
    "flow": _flow_scope,
}
