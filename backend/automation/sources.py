"""Past events as rows that SQL can count: what was said on channels as it was understood, and everything else as the log holds it.

Every source has a position (`xid`, `id`), the order of the log, and `id` under which rules know the event. What a field holds is
read from JSON only where it still has the form of its type: a field may have had another type when the event was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from backend.events.models import Event
from engine.language.sql.columns import column_type
from engine.language.types import Type
from engine.rules.kinds import MESSAGE_SENT, UNDERSTOOD
from engine.rules.model import PERSON, EventKind

Sql = ColumnElement[Any]

#: Understood events of channels. Its model lies in a layer above.
POSTS = sa.table(
    "social_post",
    sa.column("event_id", sa.BigInteger), sa.column("log_id", sa.BigInteger), sa.column("xid", sa.BigInteger),
    sa.column("channel", sa.Text), sa.column("type", sa.Text), sa.column("external_id", sa.Text),
    sa.column("author_id", sa.Text), sa.column("author_name", sa.Text), sa.column("person_id", sa.Uuid(as_uuid=True)),
    sa.column("text", sa.Text), sa.column("target", sa.Text), sa.column("product", sa.Uuid(as_uuid=True)),
    sa.column("sentiment", sa.Text), sa.column("sentiment_score", sa.Numeric), sa.column("sentiment_words", ARRAY(sa.Text)),
    sa.column("occurred_at", sa.DateTime(timezone=True)),
    schema="weft",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The events of one kind. `columns` reads a field, `nested` those within a record of the event (`author.id`)."""

    rows: FromClause
    id: Sql
    xid: Sql
    position: Sql
    at: Sql
    person: Sql
    concerned: tuple[Sql, ...]
    columns: Callable[[str, Type], Sql]
    nested: Mapping[tuple[str, ...], Sql] = field(default_factory=dict)


def source_of(kind: EventKind) -> Source:
    """The events of a kind, under an alias of their own."""
    return _posts(kind) if kind.logged == (UNDERSTOOD,) else _logged(kind)


def _posts(kind: EventKind) -> Source:
    rows = POSTS.alias()
    c = rows.c
    named: Mapping[str, Sql] = {
        "id": sa.cast(c.event_id, sa.Text),
        PERSON: c.person_id,
        "thread": c.channel + sa.literal(":", sa.Text()) + c.author_id,
        **{name: c[name] for name in _PLAIN},
    }
    nested: Mapping[tuple[str, ...], Sql] = {("author", "id"): c.author_id, ("author", "name"): c.author_name}
    concerned = (c.type == kind.key,)
    return Source(
        rows, c.event_id, c.xid, c.log_id, c.occurred_at, c.person_id, concerned, lambda key, _: named[key], nested
    )


_PLAIN = (
    "type",
    "channel",
    "external_id",
    "text",
    "target",
    "product",
    "sentiment",
    "sentiment_score",
    "occurred_at",
)


def _logged(kind: EventKind) -> Source:
    rows = Event.__table__.alias()
    c = rows.c
    concerned: list[Sql] = [c.type == kind.logged[0] if len(kind.logged) == 1 else c.type.in_(kind.logged)]
    if kind.became is not None:
        name, option = kind.became
        concerned.append(_text_of(_at(c.data, "changes", name, "1")) == option)
    read = _message(c) if kind.key == MESSAGE_SENT else _record(c)
    return Source(rows, c.id, c.xid, c.id, c.occurred_at, c.person_id, tuple(concerned), read)


def _message(c: Any) -> Callable[[str, Type], Sql]:
    text = {key: c.data[name].astext for key, name in (("id", "message_id"), ("channel", "channel"), ("text", "text"))}
    thread = c.data["channel"].astext + sa.literal(":", sa.Text()) + c.data["recipient"].astext
    automatic = c.data["rule"].astext.is_not(None)
    named = {**text, PERSON: c.person_id, "thread": thread, "sent_at": c.occurred_at, "automatic": automatic}
    return lambda key, _: named[key]


def _record(c: Any) -> Callable[[str, Type], Sql]:
    return lambda key, type: typed(_at(c.data, "record", key), type)


def _path(*steps: str) -> Sql:
    return sa.cast(sa.literal(list(steps), ARRAY(sa.Text)), ARRAY(sa.Text))


def _at(data: Sql, *steps: str) -> Sql:
    found: Sql = data.op("#>", return_type=JSONB())(_path(*steps))
    return found


# -- JSON as the values of columns


def typed(value: Sql, type: Type) -> Sql:
    """A value of a record's JSON as a column of the type would hold it; null where it has not the form."""
    made = _READERS.get(type.kind, _as_text)
    return made(value, type)


def _text_of(value: Sql) -> Sql:
    return value.op("#>>", return_type=sa.Text())(_path())


def _kind_of(value: Sql) -> Sql:
    return func.jsonb_typeof(value, type_=sa.Text())


def _as_text(value: Sql, _: Type) -> Sql:
    return sa.case((_kind_of(value) == "string", _text_of(value)), else_=sa.null())


def _as_number(value: Sql, _: Type) -> Sql:
    return sa.case((_kind_of(value) == "number", sa.cast(_text_of(value), sa.Numeric)), else_=sa.null())


def _as_money(value: Sql, type: Type) -> Sql:
    amount = value.op("->>", return_type=sa.Text())(sa.literal("amount", sa.Text()))
    currency = value.op("->>", return_type=sa.Text())(sa.literal("currency", sa.Text()))
    fits = sa.and_(amount.op("~")(r"^-?\d+(\.\d+)?$"), currency == (type.currency or ""))
    return sa.case((fits, sa.cast(amount, sa.Numeric)), else_=sa.null())


def _as_boolean(value: Sql, _: Type) -> Sql:
    return sa.case((_kind_of(value) == "boolean", sa.cast(_text_of(value), sa.Boolean)), else_=sa.null())


def _matching(pattern: str, known: str) -> Callable[[Sql, Type], Sql]:
    def read(value: Sql, type: Type) -> Sql:
        written = _text_of(value)
        made: TypeEngine[Any] = column_type(type)
        fits = sa.and_(written.op("~")(pattern), func.pg_input_is_valid(written, sa.literal(known, sa.Text())))
        return sa.case((fits, sa.cast(written, made)), else_=sa.null())

    return read


def _as_list(value: Sql, type: Type) -> Sql:
    items = func.jsonb_array_elements_text(value).column_valued("item")
    all_items = sa.select(func.array_agg(sa.cast(items, column_type(type.item or type)))).scalar_subquery()
    return sa.case((_kind_of(value) == "array", all_items), else_=sa.null())


_READERS: Mapping[str, Callable[[Sql, Type], Sql]] = {
    "number": _as_number,
    "money": _as_money,
    "boolean": _as_boolean,
    "date": _matching(r"^\d{4}-\d\d-\d\d$", "date"),
    "datetime": _matching(r"^\d{4}-\d\d-\d\dT\d\d:\d\d", "timestamptz"),
    "time": _matching(r"^\d\d:\d\d", "time"),
    "reference": _matching("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "uuid"),
    "list": _as_list,
}
