"""Which records a list shows: the filter expression, the segment, the search and the trash, as one SQL condition."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, FromClause, and_, column, false, or_, select, true
from sqlalchemy import table as named_table

from backend import clock
from backend.access.conditions import caller_parameters
from backend.errors import NotFound
from backend.records.errors import FilterInvalid, SearchInvalid
from backend.records.expressions import problem_json
from backend.records.fields import type_of
from backend.records.reading import Reader
from engine.definitions import Entity, Segment
from engine.definitions.codec import KINDS
from engine.definitions.schemas import nearest
from engine.language import BOOLEAN, Checked, Problems, check, describe, record_scope

SEARCH_LENGTH = 200
#: Who was put into segments without a condition; the table belongs to the automation of rules.
_MEMBERS = named_table("segment_member", column("segment"), column("record_id"), schema="weft")
SEARCH_WORDS = 8


def filter_condition(reader: Reader, entity: Entity, table: FromClause, text: str | None) -> ColumnElement[bool]:
    """The filter over the caller's own view of the entity: a hidden field is as unknown as one that is not there.
    Raises FilterInvalid."""
    if text is None or not text.strip():
        return true()
    checked = reader.checked(entity, text, lambda: checked_filter(reader, entity, text))
    parameters = caller_parameters(reader.caller)
    context = reader.metadata.context
    return checked.sql(table, clock.now(), relations=reader.relations, parameters=parameters, context=context)


def checked_filter(reader: Reader, entity: Entity, text: str) -> Checked:
    """The filter's expression. Raises FilterInvalid with the problems."""
    narrowed = reader.entities.get(entity.key, replace(entity, fields=()))
    found = check(text, record_scope(narrowed, reader.entities, reader.provides), target="sql", expects=BOOLEAN)
    if isinstance(found, Problems):
        message = describe(found)
        problems = [problem_json(problem) for problem in found.problems]
        raise FilterInvalid(path="filter", problems=problems, zh=message.zh, en=message.en)
    return found


def segment_condition(reader: Reader, entity: Entity, table: FromClause, key: str | None) -> ColumnElement[bool]:
    """The records of a segment that the caller may know of. Raises NotFound."""
    if key is None:
        return true()
    segment = reader.metadata.segments.get(key)
    if segment is None or segment.entity != entity.key or not knows(reader, segment):
        known = [each.key for each in reader.metadata.segments.values() if each.entity == entity.key]
        names = [name for name in known if knows(reader, reader.metadata.segments[name])]
        raise NotFound(path="segment", what=KINDS["segment"].label, key=key, suggestion=nearest(key, names))
    if segment.condition is None:
        members = select(_MEMBERS.c.record_id).where(_MEMBERS.c.segment == key)
        return table.c["id"].in_(members)
    return filter_condition(reader, entity, table, segment.condition)


def knows(reader: Reader, segment: Segment) -> bool:
    """Whether the caller may read the records of a segment and all that its condition reads: who belongs to it would tell
    the rest."""
    entity, condition = reader.metadata.entities.get(segment.entity), segment.condition
    if entity is None or not reader.access(entity).allowed:
        return False
    if condition is None:
        return True
    try:
        reader.checked(entity, condition, lambda: checked_filter(reader, entity, condition))
    except FilterInvalid:
        return False
    return True


def search_condition(reader: Reader, entity: Entity, table: FromClause, text: str | None) -> ColumnElement[bool]:
    """Records in which every word of `text` stands in some field that can be searched. Raises SearchInvalid."""
    if text is None or not text.strip():
        return true()
    if len(text) > SEARCH_LENGTH or "\x00" in text:
        raise SearchInvalid(path="search")
    readable = reader.access(entity).readable
    fields = [field for field in entity.fields if field.key in readable and type_of(field).searchable]
    texts = [type_of(field).search_text(field, table.c[field.key]) for field in fields]
    words = text.split()[:SEARCH_WORDS]
    return and_(*(or_(false(), *(each.icontains(word, autoescape=True) for each in texts)) for word in words))


def live(table: FromClause, *, trash: bool = False) -> ColumnElement[bool]:
    """Records that are not in the trash, or those that are."""
    return table.c["deleted_at"].is_not(None) if trash else table.c["deleted_at"].is_(None)
