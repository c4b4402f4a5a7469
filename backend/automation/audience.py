"""How many a rule could be about: "3,120 customers would match", counted by PostgreSQL over what the caller may see.

What a rule asks of the record it is about (the person behind an event, the records of a schedule's set) is taken out of its
conditions, part by part, and turned into SQL. A part that reads anything else, or has no SQL, is left out: then the number is
an upper bound and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.conditions import caller_parameters
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from backend.records.expressions import sentence
from backend.records.query import COUNT_CAP, ListQuery, estimate, list_condition
from backend.records.reading import Reader
from backend.records.tables import table_for
from engine.definitions import Entity, Text
from engine.definitions.text import plural
from engine.language import BOOLEAN, Checked, Node
from engine.language.portability import sql_problems
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    ChangeTrigger,
    CompiledRule,
    EventKind,
    EventTrigger,
    ScheduleTrigger,
    SegmentTrigger,
    WatchTrigger,
)
from engine.rules.sets import Path, over_record

#: Where a rule is about no record, what happened in this time tells how often it may fire.
_LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Subject:
    """The records that a rule is about. `names` are the paths under which it names such a record; `where` what it asks of them
    before its cases; `segment` one they belong to."""

    entity: str
    basis: str
    names: frozenset[Path]
    where: tuple[Checked, ...] = ()
    segment: str | None = None


async def audience(
    session: AsyncSession, reader: Reader, kinds: Mapping[str, EventKind], rule: CompiledRule
) -> dict[str, Any]:
    """The number of records that the rule could be about, for the caller of `reader`."""
    subject = subject_of(rule, kinds, PERSON in reader.metadata.entities)
    if subject is None:
        return await _happened(session, rule, kinds)
    entity = reader.entities.get(subject.entity)
    if entity is None:
        text = Text("您看不到这条规则所针对的记录", "You may not see the records that this rule is about")
        return _answer(subject, 0, False, text)
    table = table_for(reader.metadata.entity(entity.key)).alias()
    where, whole = _condition(reader, rule, subject, table)
    count, counted = await _count(session, table, where)
    return _answer(subject, count, whole and counted, _sentence(entity, count, whole and counted))


def _answer(subject: Subject, count: int, exact: bool, text: Text) -> dict[str, Any]:
    return {
        "entity": subject.entity,
        "count": count,
        "exact": exact,
        "basis": subject.basis,
        "sentence": sentence(text),
    }


# -- what a rule is about


def subject_of(rule: CompiledRule, kinds: Mapping[str, EventKind], persons: bool) -> Subject | None:
    """The records a rule is about; None for events that are about nobody."""
    trigger = rule.trigger
    if isinstance(trigger, EventTrigger):
        return _behind_event(trigger, kinds) if persons else None
    if isinstance(trigger, ChangeTrigger):
        return Subject(trigger.entity, "set", _names(trigger.entity, trigger.alias), _changing(trigger))
    if isinstance(trigger, SegmentTrigger):
        names = _names(trigger.entity, trigger.alias)
        return Subject(trigger.entity, "set", names, segment=trigger.segment if trigger.entered else None)
    return _set(trigger)


def _set(trigger: ScheduleTrigger | WatchTrigger) -> Subject:
    each = trigger.each
    where = () if each.where is None else (each.where,)
    if isinstance(trigger, WatchTrigger):
        where = (*where, trigger.condition)
    return Subject(each.entity, "set", _names(each.entity, each.alias), where)


def _behind_event(trigger: EventTrigger, kinds: Mapping[str, EventKind]) -> Subject | None:
    """The person behind the event that the rule fires at."""
    steps = [trigger.step, *(link.step for link in trigger.links if not link.without)]
    last = steps[-1]
    kind = kinds.get(last.event)
    if kind is None or (kind.person is None and kind.entity is not None):
        return None
    names = {*_names(PERSON)}
    for alias in {last.alias, *([EVENT] if len(steps) == 1 else [])}:
        if kind.person == "id":
            names.add((alias,))
        elif kind.person is not None:
            names.add((alias, kind.person))
    return Subject(PERSON, "person", frozenset(names), () if last.where is None else (last.where,))


def _names(entity: str, *aliases: str) -> frozenset[Path]:
    own = {entity, CUSTOMER} if entity == PERSON else {entity}
    return frozenset((name,) for name in {*own, *aliases})


def _changing(trigger: ChangeTrigger) -> tuple[Checked, ...]:
    """Those in whom the field can change so: they have the value before, and not the one after."""
    before, after = trigger.before, trigger.after
    found = []
    for constant, wanted in ((before, True), (after if before is None else None, False)):
        if constant is not None:
            field = Node("field", constant.type, path=(trigger.alias, trigger.field), hops=(trigger.entity,))
            equal = Node("=", BOOLEAN, (field, constant.tree))
            found.append(Checked(equal if wanted else Node("not", BOOLEAN, (equal,))))
    return tuple(found)


# -- as SQL


def _condition(
    reader: Reader, rule: CompiledRule, subject: Subject, table: FromClause
) -> tuple[ColumnElement[bool], bool]:
    """Which rows of `table` the rule could be about, and whether that is all that it asks."""
    entity = reader.metadata.entity(subject.entity)
    seen = list_condition(reader, entity, table, ListQuery(segment=subject.segment))
    asked = [_portable(where, subject.names) for where in subject.where]
    cases = [_portable(case.condition, subject.names) for case in rule.cases if case.condition is not None]
    whole = all(complete for _, complete in (*asked, *cases))
    conditions = [_all(reader, parts, table) for parts, _ in asked]
    if cases and all(case.condition is not None for case in rule.cases):
        conditions.append(or_(*(_all(reader, parts, table) for parts, _ in cases)))
    return and_(seen, *conditions), whole and not rule.windows


def _all(reader: Reader, parts: Sequence[Checked], table: FromClause) -> ColumnElement[bool]:
    parameters = caller_parameters(reader.caller)
    now = clock.now()
    return and_(true(), *(part.sql(table, now, relations=reader.relations, parameters=parameters) for part in parts))


def _portable(condition: Checked, names: frozenset[Path]) -> tuple[list[Checked], bool]:
    """The parts of a condition that read the record alone, as conditions over its fields; and whether those are all."""
    parts = list(conjuncts(condition.tree))
    own: dict[Path, Path] = dict.fromkeys(names, ())
    moved = [found for part in parts if (found := over_record(part, own)) is not None and not sql_problems(found)]
    return [Checked(part) for part in moved], len(moved) == len(parts)


def conjuncts(tree: Node) -> Iterator[Node]:
    """The parts that must all hold."""
    if tree.op != "and":
        yield tree
        return
    for arg in tree.args:
        yield from conjuncts(arg)


# -- numbers and sentences


async def _count(session: AsyncSession, table: FromClause, where: ColumnElement[bool]) -> tuple[int, bool]:
    """How many rows, and whether that is counted; beyond COUNT_CAP the planner's estimate."""
    some = select(true()).select_from(table).where(where).limit(COUNT_CAP + 1).subquery()
    count = (await session.execute(select(func.count()).select_from(some))).scalar_one()
    if count <= COUNT_CAP:
        return count, True
    return max(await estimate(session, select(table.c["id"]).where(where)), COUNT_CAP), False


def _sentence(entity: Entity, count: int, exact: bool) -> Text:
    zh, one = entity.label.zh, entity.label.en.lower()
    several = entity.plural.en.lower() if entity.plural else plural(one)
    en = one if count == 1 else several
    if exact:
        return Text(f"{count:,} 个{zh}符合条件", f"{count:,} {en} would match")
    return Text(f"最多约 {count:,} 个{zh}可能符合条件", f"Up to about {count:,} {en} could match")


async def _happened(session: AsyncSession, rule: CompiledRule, kinds: Mapping[str, EventKind]) -> dict[str, Any]:
    """How often what the rule waits for happened."""
    logged = {type for step in rule.steps[-1:] if step.event in kinds for type in kinds[step.event].logged}
    since = clock.now() - _LOOK_BACK
    some = select(true()).where(Event.type.in_(sorted(logged)), Event.occurred_at >= since).limit(COUNT_CAP).subquery()
    count = (await session.execute(select(func.count()).select_from(some))).scalar_one()
    text = Text(
        f"过去 {_LOOK_BACK.days} 天里发生了 {count:,} 次",
        f"It happened {count:,} times in the last {_LOOK_BACK.days} days",
    )
    return {"entity": None, "count": count, "exact": False, "basis": "history", "sentence": sentence(text)}
