"""What a definition names: so that everything that uses a thing is listed before the thing goes.

A use is an address: `("entity", "ticket")`, `("field", "ticket.title")`, `("form", ...)`, `("role", ...)`, `("flow", ...)`,
`("word_list", ...)`, `("calendar", ...)`, `("decision_table", ...)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from backend.metadata.expressions import Expression, expressions_of
from backend.metadata.snapshot import COLLECTIONS, Metadata
from engine.definitions import (
    BusinessCalendar,
    Candidate,
    DecisionTable,
    Entity,
    Flow,
    Form,
    Role,
    Rule,
    Segment,
    View,
    WordList,
)
from engine.definitions.codec import kind_of
from engine.language import Checked
from engine.language.functions import BY_KEY

Address = tuple[str, str]
_KEYWORDS = re.compile(r"""(?:keywords|关键词)\s*\(\s*["“]([^"”]+)["”]""")
_CALENDAR = re.compile(r"""(?:\bcalendar|日历)\s*["“]([^"”]+)["”]""")
_QUIET = re.compile(r"""(?:\bquiet|免打扰)\s*["“]([^"”]+)["”]""")
_DECISION = re.compile(r"""(?:\bdecide|决策)\s*\(\s*["“]([^"”]+)["”]""")
_WORD = re.compile(r"[^\W\d]\w*")


def addresses(definition: Any, metadata: Metadata) -> set[Address]:
    """Everything that `definition` names, with `metadata` saying what stands behind references."""
    named = set(_READERS[kind_of(definition)](definition, metadata))
    return named.union(*(_read(expression, metadata) for expression in expressions_of(definition, metadata)))


def users_of(wanted: Iterable[Address], metadata: Metadata) -> list[Address]:
    """Kind and key of the definitions in `metadata` that name any of the `wanted`."""
    targets = set(wanted)
    if not targets:
        return []
    found = []
    for kind in COLLECTIONS:
        for key, definition in metadata.of_kind(kind).items():
            if targets & addresses(definition, metadata):
                found.append((kind, key))
    return found


def _entity(entity: Entity, _: Metadata) -> Iterator[Address]:
    for field in (*entity.fields, *(column for table in entity.fields for column in table.fields)):
        if field.entity:
            yield "entity", field.entity


def _form(form: Form, _: Metadata) -> Iterator[Address]:
    yield "entity", form.entity
    for item in form.items:
        yield "field", f"{form.entity}.{item.field}"


def _view(view: View, _: Metadata) -> Iterator[Address]:
    yield "entity", view.entity
    for key in (*view.columns, *(key.removeprefix("-") for key in view.sort)):
        yield "field", f"{view.entity}.{key}"


def _segment(segment: Segment, _: Metadata) -> Iterator[Address]:
    yield "entity", segment.entity


def _role(role: Role, _: Metadata) -> Iterator[Address]:
    for grant in role.grants:
        if grant.entity != "*":
            yield "entity", grant.entity
            for key in grant.fields:
                yield "field", f"{grant.entity}.{key}"
    for key in role.flows:
        yield "flow", key


def _flow(flow: Flow, _: Metadata) -> Iterator[Address]:
    yield "entity", flow.entity
    for variable in flow.variables:
        if variable.entity:
            yield "entity", variable.entity
    for node in flow.nodes:
        if node.form:
            yield "form", node.form
        if node.assignment:
            for candidate in (*node.assignment.candidates, *node.assignment.cc):
                yield from _candidate(candidate, flow)


def _candidate(candidate: Candidate, flow: Flow) -> Iterator[Address]:
    if candidate.role:
        yield "role", candidate.role
    if candidate.record_field:
        yield "field", f"{flow.entity}.{candidate.record_field}"


def _rule(rule: Rule, metadata: Metadata) -> Iterator[Address]:
    """By the words of its text, whichever language they are in: a rule may name an entity, a field, a flow, a list."""
    words = set(_WORD.findall(rule.text))
    for entity in metadata.entities.values():
        if words & {entity.key, entity.label.zh, entity.label.en}:
            yield "entity", entity.key
            for field in entity.fields:
                if words & {field.key, field.label.zh, field.label.en}:
                    yield "field", f"{entity.key}.{field.key}"
    for key in metadata.flows:
        if f'"{key}"' in rule.text or f"“{key}”" in rule.text:
            yield "flow", key
    for name in _KEYWORDS.findall(rule.text):
        yield "word_list", name
    yield from _times_and_tables(rule, metadata)


def _times_and_tables(rule: Rule, metadata: Metadata) -> Iterator[Address]:
    """The calendars it counts by, also as those that hold its quiet periods, and the tables it asks."""
    for name in _CALENDAR.findall(rule.text):
        yield "calendar", name
    for name in _QUIET.findall(rule.text):
        yield from (("calendar", key) for key, calendar in metadata.calendars.items() if name in calendar.quiet)
    for name in _DECISION.findall(rule.text):
        labels = (key for key, table in metadata.decision_tables.items() if name in (table.label.zh, table.label.en))
        yield "decision_table", next(labels, name)


def _nothing(_: WordList | BusinessCalendar | DecisionTable, _metadata: Metadata) -> Iterator[Address]:
    return iter(())


_READERS: Mapping[str, Callable[[Any, Metadata], Iterator[Address]]] = {
    "entity": _entity,
    "form": _form,
    "flow": _flow,
    "rule": _rule,
    "view": _view,
    "segment": _segment,
    "role": _role,
    "word_list": _nothing,
    "calendar": _nothing,
    "decision_table": _nothing,
}


def _read(expression: Expression, metadata: Metadata) -> Iterator[Address]:
    """The fields an expression reads, and what it looks up."""
    checked = expression.checked()
    if checked is None:
        return
    yield from _looked_up(checked)
    for path in checked.references():
        if expression.entity is not None:
            yield from _path(path, expression.entity, metadata)
        elif expression.record is not None and path[0] == "record":
            yield from _path(path[1:], expression.record, metadata)


def _looked_up(checked: Checked) -> Iterator[Address]:
    for node in checked.tree.walk():
        if node.op == "call" and BY_KEY[str(node.value)].needs == "lookup":
            entity, *fields = node.args
            yield "entity", str(entity.value)
            yield from (("field", f"{entity.value}.{field.value}") for field in fields)
        if node.op == "call" and BY_KEY[str(node.value)].needs == "decisions":
            yield "decision_table", str(node.args[0].value)


def _path(path: tuple[str, ...], entity: str, metadata: Metadata) -> Iterator[Address]:
    owner: str | None = entity
    for key in path:
        found = metadata.entities.get(owner) if owner else None
        field = found.field(key) if found else None
        if field is None:
            return
        yield "field", f"{owner}.{key}"
        owner = field.entity
