"""The social wall: what people said, newest first, how it reads, and which rules it fired. PostgreSQL builds the JSON."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, String, and_, cast, func, literal, literal_column, null, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.automation.models import RuleFiring
from backend.errors import Invalid
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader, row_json
from backend.records.tables import table_for
from backend.social.models import SocialPost
from engine.definitions import Field, Text

MAX_LIMIT = 200
_PERSON_FIELD = Field("person_id", "reference", Text("客户", "Person"), entity=PERSON)


class PageInvalid(Invalid):
    """The place in the list was not given out by this list."""

    code = "cursor.invalid"
    zh, en = "翻页位置无效，请从第一页开始", "The page cursor does not belong to this list; start at the first page"


@dataclass(frozen=True, slots=True)
class WallQuery:
    """What the wall is asked for; None means any."""

    sentiment: str | None = None
    channel: str | None = None
    search: str | None = None
    rule: str | None = None
    person: UUID | None = None
    after: str | None = None
    limit: int = 50


async def wall_json(session: AsyncSession, metadata: Metadata, caller: Caller, query: WallQuery) -> bytes:
    """A page of the wall as the bytes of `{"items", "next"}`. One statement."""
    limit = max(1, min(query.limit, MAX_LIMIT))
    page = _page(query, limit).subquery("p")
    item = _item(Reader(metadata, caller), page)
    shown = page.c.place <= limit
    order = aggregate_order_by(item, page.c.place)
    last = page.c.place == limit
    statement = select(
        cast(func.coalesce(func.json_agg(order).filter(shown), literal_column("'[]'::json")), String),
        func.max(page.c.occurred_at).filter(last),
        func.max(page.c.event_id).filter(last),
        func.count(),
    )
    items, at, id, count = (await session.execute(statement)).one()
    following = write_cursor(at, id) if count > limit else None
    return b'{"items":%b,"next":%b}' % (str(items).encode(), orjson.dumps(following))


def _page(query: WallQuery, limit: int) -> Select[Any]:
    post = SocialPost
    newest = (post.occurred_at.desc(), post.event_id.desc())
    statement = select(*post.__table__.c, func.row_number().over(order_by=newest).label("place"))
    if query.sentiment:
        statement = statement.where(post.sentiment == query.sentiment)
    if query.channel:
        statement = statement.where(post.channel == query.channel)
    if query.person:
        statement = statement.where(post.person_id == query.person)
    if query.rule:
        statement = statement.where(post.rules.contains([query.rule]))
    if query.search:
        found = post.text.icontains(query.search, autoescape=True)
        statement = statement.where(found | post.author_name.icontains(query.search, autoescape=True))
    if query.after:
        statement = statement.where(tuple_(post.occurred_at, post.event_id) < tuple_(*read_cursor(query.after)))
    return statement.order_by(*newest).limit(limit + 1)


def _item(reader: Reader, page: Any) -> Any:
    metadata = reader.metadata
    author = func.json_build_object("id", page.c.author_id, "name", page.c.author_name)
    readable = PERSON in metadata.entities
    name = reader.record_label(_PERSON_FIELD, page.c.person_id, 3) if readable else null()
    plain = (
        "event_id", "channel", "type", "external_id", "person_id", "text", "target", "sentiment", "sentiment_score",
        "sentiment_words", "rules", "occurred_at",
    )  # fmt: skip
    return row_json(
        *(page.c[key].label(key) for key in plain),
        author.label("author"),
        name.label("person_name"),
        _firings(reader, page).label("firings"),
    )


def _firings(reader: Reader, page: Any) -> Any:
    """The rules that acted on the post: rule, label, status, branch, and each action with what it made. What the rule read of the
    person, and said in its actions, is shown as far as the caller may read it; operators read firings whole."""
    metadata, trace, actions = reader.metadata, RuleFiring.trace, RuleFiring.actions
    if not has_permission(reader.caller, metadata.roles, "operate"):
        trace, actions = _readable_trace(reader), _without_arguments()
    labels = {key: {"zh": rule.label.zh, "en": rule.label.en} for key, rule in metadata.rules.items()}
    named = cast(literal(labels, JSONB), JSONB)
    firing = func.json_build_object(
        "id", RuleFiring.id, "rule", RuleFiring.rule, "label", func.coalesce(named[RuleFiring.rule], func.to_jsonb(RuleFiring.rule)),
        "status", RuleFiring.status, "branch", RuleFiring.branch, "error", RuleFiring.error, "trace", trace,
        "actions", actions,
    )  # fmt: skip
    listed = func.coalesce(func.json_agg(aggregate_order_by(firing, RuleFiring.id)), literal_column("'[]'::json"))
    about = and_(RuleFiring.event_id == page.c.event_id, RuleFiring.status != "limited")
    return select(listed).where(about).correlate(page).scalar_subquery()


def _readable_trace(reader: Reader) -> Any:
    """The trace without what it says of a person, or of a field of theirs, out of the caller's sight."""
    pair = func.jsonb_each(RuleFiring.trace).table_valued("key", "value").alias()
    shown = ~(pair.c["key"].startswith(f"{PERSON}.") | (pair.c["key"] == PERSON))
    entity = reader.metadata.entities.get(PERSON)
    if entity is not None and reader.access(entity).allowed:
        table = table_for(entity).alias()
        seen = select(table.c["id"]).where(
            table.c["id"] == RuleFiring.person_id, reader.access(entity).predicate(table)
        )
        paths = [PERSON, *(f"{PERSON}.{key}" for key in sorted(reader.access(entity).readable))]
        shown = shown | and_(pair.c["key"].in_(paths), seen.correlate(RuleFiring).exists())
    kept = func.coalesce(func.jsonb_object_agg(pair.c["key"], pair.c["value"]), literal_column("'{}'::jsonb"))
    return select(kept).where(shown).correlate(RuleFiring).scalar_subquery()


def _without_arguments() -> Any:
    action = func.jsonb_array_elements(RuleFiring.actions).table_valued("value").alias()
    kept = func.jsonb_agg(cast(action.c["value"], JSONB).op("-")("arguments"))
    return select(func.coalesce(kept, literal_column("'[]'::jsonb"))).correlate(RuleFiring).scalar_subquery()


def write_cursor(at: datetime, id: int) -> str:
    """A place in a list ordered by time and id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int]:
    """The reverse of `write_cursor`, or PageInvalid."""
    try:
        at, _, id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        moment, number = datetime.fromisoformat(at), int(id)
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise PageInvalid(path="after", reason="cursor") from error
    if moment.tzinfo is None or not 0 <= number < 2**63:
        raise PageInvalid(path="after", reason="cursor")
    return moment, number
