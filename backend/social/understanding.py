"""The pipeline's social stage: from events of channels to persons, sentiment, the values rules read, and the wall's rows."""

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
from backend.events.log import NewEvent
from backend.events.models import Event
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.social.errors import PersonEntityMissing
from backend.social.people import Handle, Resolved, load_persons, person_entity, resolve
from backend.social.sentiment import Sentiment, SentimentReader

PROCESSED = "social.processed"

_INSERT_POSTS = text(
    """
    INSERT INTO weft.social_post (event_id, channel, type, external_id, author_id, author_name, person_id, text, target,
        sentiment, sentiment_score, sentiment_words, rules, occurred_at)
    SELECT p.event_id, p.channel, p.type, p.external_id, p.author_id, p.author_name, p.person_id, p.text, p.target,
        p.sentiment, p.sentiment_score, p.sentiment_words, p.rules, p.occurred_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS p(event_id bigint, channel text, type text, external_id text,
        author_id text, author_name text, person_id uuid, text text, target text, sentiment text,
        sentiment_score numeric, sentiment_words text[], rules text[], occurred_at timestamptz)
    ON CONFLICT (event_id) DO NOTHING
    """
).bindparams(bindparam("rows", type_=Text))


class SocialStage:
    """Understands the social events of a batch; a fixed number of statements, however many there are."""

    def __init__(self, reader: SentimentReader) -> None:
        self._reader = reader

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
        loaded = await load_persons(session, metadata, resolved.persons.values())
        sentiments = self._reader.read([_said(event) for event in events])
        return {
            event.id: _understood(event, resolved.persons[handles[event.id].key], loaded, resolved, sentiment)
            for event, sentiment in zip(events, sentiments, strict=True)
        }

    async def record(
        self, session: AsyncSession, understood: Mapping[int, Understood], fired: Mapping[int, Sequence[str]]
    ) -> list[NewEvent]:
        """Write the wall's rows with the rules that fired; returns the events that tell of it."""
        if not understood:
            return []
        rows = [_row(each, fired.get(each.event.id, ())) for each in understood.values()]
        await session.execute(_INSERT_POSTS, {"rows": orjson.dumps(rows).decode()})
        first: dict[UUID, Understood] = {}
        for each in understood.values():
            if each.made is not None:
                first.setdefault(each.person_id, each)
        return [
            *(_person_created(each) for each in first.values()),
            *(_processed(each) for each in understood.values()),
        ]

    async def persons(
        self, session: AsyncSession, metadata: Metadata, ids: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        """The persons that other events are about, as rules read them."""
        return await load_persons(session, metadata, ids)


def _said(event: Event) -> str:
    return str(event.data.get("text") or "")


def _handle(event: Event) -> Handle:
    author = event.data.get("author") or {}
    id = str(author.get("id") or event.external_id)
    return Handle(str(event.channel), id, str(author.get("name") or id), event.occurred_at)


def _understood(
    event: Event,
    person_id: UUID,
    loaded: Mapping[UUID, Mapping[str, Any]],
    resolved: Resolved,
    sentiment: Sentiment,
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
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
        "sentiment_words": sentiment.words,
        "occurred_at": event.occurred_at,
    }
    return Understood(event, person_id, loaded.get(person_id, {}), values, resolved.made.get(person_id))


def _row(each: Understood, rules: Sequence[str]) -> dict[str, Any]:
    values = each.values
    return {
        "event_id": each.event.id,
        "channel": values["channel"],
        "type": values["type"],
        "external_id": values["external_id"],
        "author_id": str(values["author"].get("id") or values["external_id"]),
        "author_name": str(values["author"].get("name") or ""),
        "person_id": str(each.person_id),
        "text": values["text"],
        "target": values["target"],
        "sentiment": values["sentiment"],
        "sentiment_score": values["sentiment_score"],
        "sentiment_words": list(values["sentiment_words"]),
        "rules": list(dict.fromkeys(rules)),
        "occurred_at": _utc(values["occurred_at"]),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _processed(each: Understood) -> NewEvent:
    return NewEvent(
        type=PROCESSED,
        data={"event_id": each.event.id, "channel": each.event.channel, "sentiment": each.values["sentiment"]},
        subject_entity=PERSON,
        subject_id=each.person_id,
        person_id=each.person_id,
        causation_id=each.event.id,
        depth=each.event.depth + 1,
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
