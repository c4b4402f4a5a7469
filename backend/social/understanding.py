"""The pipeline's social stage: from events of channels to persons, sentiment, products, and what rules and the wall read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from backend.automation.stages import Understood
from backend.events.consumers import NotYet
from backend.events.log import NewEvent, append
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.social.errors import PersonEntityMissing
from backend.social.people import Handle, Resolved, person_entity, resolve
from backend.social.products import ProductNames
from backend.social.sentiment import Sentiment, SentimentReader

PROCESSED = "social.processed"

_INSERT_POSTS = text(
    """
    INSERT INTO weft.social_post (event_id, log_id, channel, type, external_id, author_id, author_name, person_id, text,
        target, product, sentiment, sentiment_score, sentiment_words, occurred_at)
    SELECT p.event_id, p.log_id, p.channel, p.type, p.external_id, p.author_id, p.author_name, p.person_id, p.text,
        p.target, p.product, p.sentiment, p.sentiment_score, p.sentiment_words, p.occurred_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(event_id bigint, log_id bigint, channel text, type text,
        external_id text, author_id text, author_name text, person_id uuid, text text, target text, product uuid,
        sentiment text, sentiment_score numeric, sentiment_words text[], occurred_at timestamptz)
    ON CONFLICT (event_id) DO NOTHING
    """
).bindparams(bindparam("rows", type_=Text))


class SocialStage:
    """Understands the social events of a batch; a fixed number of statements, however many there are."""

    def __init__(self, reader: SentimentReader) -> None:
        self._reader = reader
        self._products = ProductNames()

    async def understand(
        self, session: AsyncSession, metadata: Metadata, events: Sequence[Event]
    ) -> dict[int, Understood]:
        """What the events mean, by event id."""
        if not events:
            return {}
        try:
            person_entity(metadata)
        except PersonEntityMissing as error:
            raise NotYet(str(error)) from error
        handles = {event.id: _handle(event) for event in events}
        resolved = await resolve(session, metadata, handles.values())
        texts = [_said(event) for event in events]
        sentiments = self._reader.read(texts)
        products = await self._products.named(session, metadata, texts)
        return {
            event.id: _understood(event, resolved.persons[handles[event.id].key], resolved, sentiment, product)
            for event, sentiment, product in zip(events, sentiments, products, strict=True)
        }

    async def record(self, session: AsyncSession, understood: Mapping[int, Understood]) -> None:
        """Tell of what was understood in the log, and write it down for rules and for the wall."""
        if not understood:
            return
        first: dict[UUID, Understood] = {}
        for each in understood.values():
            if each.made is not None:
                first.setdefault(each.person_id, each)
        made = [_person_created(each) for each in first.values()]
        ids = await append(session, *made, *(_processed(each) for each in understood.values()))
        log_ids = ids[len(made) :]
        rows = [_row(each, log_id) for each, log_id in zip(understood.values(), log_ids, strict=True)]
        await session.execute(_INSERT_POSTS, {"rows": orjson.dumps(rows).decode()})


def _said(event: Event) -> str:
    return str(event.data.get("text") or "")


def _handle(event: Event) -> Handle:
    author = event.data.get("author") or {}
    id = str(author.get("id") or event.external_id)
    return Handle(str(event.channel), id, str(author.get("name") or id), event.occurred_at)


def _understood(
    event: Event,
    person_id: UUID,
    resolved: Resolved,
    sentiment: Sentiment,
    product: UUID | None,
) -> Understood:
    data = event.data
    values = {
        "id": event.id,
        "type": event.type,
        "channel": event.channel,
        "external_id": event.external_id,
        "author": data.get("author") or {},
        "text": _said(event),
        "target": data.get("target"),
        "product": product and str(product),
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
        "sentiment_words": sentiment.words,
        "occurred_at": event.occurred_at,
    }
    return Understood(event, person_id, values, resolved.made.get(person_id))


def _row(each: Understood, log_id: int) -> dict[str, Any]:
    values = each.values
    return {
        "event_id": each.event.id,
        "log_id": log_id,
        "channel": values["channel"],
        "type": values["type"],
        "external_id": values["external_id"],
        "author_id": str(values["author"].get("id") or values["external_id"]),
        "author_name": str(values["author"].get("name") or ""),
        "person_id": str(each.person_id),
        "text": values["text"],
        "target": values["target"],
        "product": values["product"],
        "sentiment": values["sentiment"],
        "sentiment_score": values["sentiment_score"],
        "sentiment_words": list(values["sentiment_words"]),
        "occurred_at": _utc(values["occurred_at"]),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _processed(each: Understood) -> NewEvent:
    return NewEvent(
        type=PROCESSED,
        data={
            "event_id": each.event.id,
            "type": each.event.type,
            "channel": each.event.channel,
            "sentiment": each.values["sentiment"],
        },
        subject_entity=PERSON,
        subject_id=each.person_id,
        person_id=each.person_id,
        occurred_at=each.event.occurred_at,
        causation_id=each.event.id,
        depth=each.event.depth,
    )


def _person_created(each: Understood) -> NewEvent:
    record = each.made or {}
    hidden = {"id", "version", "_title", "_labels"}
    changes = {key: [None, value] for key, value in record.items() if key not in hidden}
    return NewEvent(
        type=f"{PERSON}.created",
        data={"changes": changes, "record": dict(record)},
        subject_entity=PERSON,
        subject_id=each.person_id,
        person_id=each.person_id,
        causation_id=each.event.id,
        depth=each.event.depth + 1,
    )
