"""What the server gives evaluations beside values: the records that lookups ask for, as a reader may see them, and the directory.

All that a round of evaluations asks of one entity is one statement, so a lookup in each row of a sub-table costs what one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Integer, Select, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.directory import CompanyDirectory, company_directory
from backend.records.behind import behind_references
from backend.records.filters import live
from backend.records.query import record_text
from backend.records.reading import Reader
from backend.records.tables import tables_of
from engine.definitions import Entity
from engine.language import Checked, Context, Type, record_type, records_of
from engine.language.lookups import Lookups, Question, Record, entities_of, needs, paths_behind
from engine.language.values import normalise

#: Questions of one statement.
_TOGETHER = 100
_PEOPLE = ("user", "department")
_Answers = Iterable[tuple[Question, Record | None]]


async def context_for(
    session: AsyncSession, reader: Reader, expressions: Sequence[Checked], values: Mapping[str, Any], now: datetime
) -> Context:
    """A context in which the expressions can be evaluated over `values` at `now`."""
    trees = [expression.tree for expression in expressions]
    needed = needs(trees)
    installed = reader.metadata.context
    if not needed:
        return installed
    of_people = {entity for tree in trees for entity in entities_of(tree)}.intersection(_PEOPLE)
    directory = await company_directory(session) if of_people or needed & {"directory", "roles"} else _NOBODY
    lookups = Lookups()
    context = replace(installed, lookup=lookups, directory=directory)
    behind = paths_behind(trees)
    while asked := _asked(expressions, values, now, context, lookups):
        for question, record in (await looked_up(session, reader, directory, asked, behind)).items():
            lookups.answer(question, record)
    return context


_NOBODY = CompanyDirectory({}, {}, {}, {})


async def looked_up(
    session: AsyncSession,
    reader: Reader,
    directory: CompanyDirectory,
    asked: Iterable[Question],
    behind: Mapping[str, frozenset[tuple[str, ...]]],
) -> dict[Question, Record | None]:
    """The records asked for, as the reader may see them, with what lies on the paths `behind` those of each entity."""
    found: dict[Question, Record | None] = {}
    for entity, questions in groupby(sorted(asked, key=lambda each: each.entity), lambda each: each.entity):
        paths = [path for path in behind.get(entity, ()) if len(path) > 1]
        found |= await _answers(session, reader, directory, entity, list(questions), paths)
    return found


def _asked(
    expressions: Sequence[Checked], values: Mapping[str, Any], now: datetime, context: Context, lookups: Lookups
) -> tuple[Question, ...]:
    """What cannot be answered yet. An answer may let more be asked, as deeply as lookups are nested."""
    for expression in expressions:
        expression.evaluate(values, now, context)
    return lookups.take()


async def _answers(
    session: AsyncSession,
    reader: Reader,
    directory: CompanyDirectory,
    entity: str,
    questions: list[Question],
    paths: list[tuple[str, ...]],
) -> _Answers:
    if entity in _PEOPLE:
        return [(question, _person(directory, question)) for question in questions]
    target = reader.metadata.entities.get(entity)
    if target is None or not reader.access(target).allowed:
        return [(question, None) for question in questions]
    found = await _records(session, reader, target, questions)
    for record in found.values():
        record.update(await behind_references(session, reader, target, record, paths))
    return [(question, found.get(number)) for number, question in enumerate(questions)]


def _person(directory: CompanyDirectory, question: Question) -> Record | None:
    types = records_of({})[question.entity].fields
    for entry in directory.entries(question.entity):
        if all(normalise(types[key], entry[key]) == value for key, value in question.fields):
            return entry
    return None


async def _records(
    session: AsyncSession, reader: Reader, entity: Entity, questions: list[Question]
) -> dict[int, dict[str, Any]]:
    """The records found, by the number of their question."""
    types = record_type(entity).fields
    found: dict[int, dict[str, Any]] = {}
    numbered = enumerate(questions)
    while together := list(islice(numbered, _TOGETHER)):
        statements = [_first(reader, entity, number, question, types) for number, question in together]
        rows = await session.execute(union_all(*statements))
        found |= {number: orjson.loads(record) for number, record in rows}
    return found


def _first(reader: Reader, entity: Entity, number: int, question: Question, types: Mapping[str, Type]) -> Select[Any]:
    """The first record that a question is about, under its number."""
    table, record = tables_of(entity).shown, record_text(reader, entity)
    meets: ColumnElement[bool] = question.condition(types).sql(table)
    rows = select(literal(number, Integer()).label("number"), record.label("record")).select_from(table)
    seen = rows.where(live(table), reader.access(entity).predicate(table), meets).order_by(table.c["id"]).limit(1)
    return select(seen.subquery())
