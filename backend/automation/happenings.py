"""A batch of the log as rules read it: kinds and values of each event, its person, its place, and what lies behind references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.automation.behind import Looker, Path, id_of, records
from backend.automation.sources import POSTS
from backend.events.models import Event
from engine.rules.kinds import MESSAGE_SENT, STATUS_FIELDS, UNDERSTOOD
from engine.rules.model import CUSTOMER, PERSON, EventKind

ENTERED, LEFT = "segment.entered", "segment.left"
#: Ids travel as one array: the statement is the same for one and for a thousand, so it stays prepared.
_IDS = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_POSTS = select(*POSTS.c).where(POSTS.c.event_id == _IDS)
_EVENTS = select(Event).where(Event.id == _IDS)


@dataclass(slots=True)
class Happening:
    """One event. `id` is what rules and firings know it by (for what was said on a channel, the event that came in); its place
    in the log is (`xid`, `position`), `at` when it happened, in the company's zone. `kinds` are those it is of, all with the
    same `values`. `changes` are by field. `record` is what entered or left a segment."""

    id: int
    xid: int
    position: int
    at: datetime
    kinds: tuple[str, ...]
    values: dict[str, Any]
    person_id: UUID | None
    depth: int
    slot: int
    type: str
    entity: str | None = None
    record_id: UUID | None = None
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    said: bool = False
    record: dict[str, Any] | None = None
    person: dict[str, Any] | None = None

    @property
    def names(self) -> dict[str, object]:
        """What every rule may name beside the event."""
        return {PERSON: self.person, CUSTOMER: self.person}


@dataclass(frozen=True)
class Reading:
    """What is read of events: the kinds that concern somebody, and for each the paths that go on through references."""

    kinds: Mapping[str, EventKind]
    wanted: frozenset[str]
    paths: Mapping[str, frozenset[Path]]
    looker: Looker

    async def happenings(self, session: AsyncSession, events: Sequence[Event]) -> list[Happening]:
        """Those of the events that are of a kind that concerns somebody, in their order."""
        said = await self._said(session, [event for event in events if event.type == UNDERSTOOD])
        found = [said.get(event.id) if event.type == UNDERSTOOD else self.of_event(event) for event in events]
        happenings = [each for each in found if each is not None]
        await self.complete(session, happenings)
        return happenings

    async def by_ids(self, session: AsyncSession, ids: Iterable[int]) -> dict[int, Happening]:
        """Events by the ids that rules know them by."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        posts = await self._posts(session, wanted)
        found = {post.event_id: self.of_post(post, 0, 0) for post in posts}
        rest = [id for id in wanted if id not in found]
        if rest:
            for event in (await session.execute(_EVENTS, {"ids": rest})).scalars():
                happening = self.of_event(event)
                if happening is not None:
                    found[event.id] = happening
        happenings = {id: each for id, each in found.items() if each is not None}
        await self.complete(session, list(happenings.values()))
        return happenings

    async def complete(self, session: AsyncSession, happenings: Sequence[Happening]) -> None:
        """Put in the persons, and what lies behind references as far as rules go."""
        ids = {each.person_id for each in happenings if each.person_id is not None}
        persons = await self.persons(session, ids)
        for each in happenings:
            each.person = persons.get(each.person_id) if each.person_id is not None else None
        await self._members(session, [each for each in happenings if each.type in (ENTERED, LEFT)])
        by_kind: dict[str, list[Happening]] = {}
        for each in happenings:
            for kind in each.kinds:
                if self.paths.get(kind):
                    by_kind.setdefault(kind, []).append(each)
        for kind, concerned in by_kind.items():
            type = self.kinds[kind].type
            await self.looker.attach(session, type.fields, [each.values for each in concerned], self.paths[kind])

    async def _members(self, session: AsyncSession, happenings: Iterable[Happening]) -> None:
        """Put in the records that entered or left segments."""
        by_entity: dict[str, list[Happening]] = {}
        for each in happenings:
            if each.entity is not None and each.record_id is not None:
                by_entity.setdefault(each.entity, []).append(each)
        for entity, some in by_entity.items():
            found = await self.records(session, entity, {each.record_id for each in some if each.record_id})
            for each in some:
                each.record = found.get(each.record_id) if each.record_id is not None else None

    async def records(self, session: AsyncSession, entity: str, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """Records as rules read them, with what lies behind their references."""
        found = await records(session, self.looker.reader, entity, set(ids))
        paths = self.paths.get(entity)
        if paths:
            await self.looker.attach(session, self.looker.fields(entity), list(found.values()), paths)
        return found

    async def persons(self, session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """People as rules read them."""
        wanted = set(ids)
        return await self.records(session, PERSON, wanted) if wanted else {}

    # -- what was said

    async def _posts(self, session: AsyncSession, ids: Sequence[int]) -> Sequence[Any]:
        return (await session.execute(_POSTS, {"ids": ids})).all()

    async def _said(self, session: AsyncSession, events: Sequence[Event]) -> dict[int, Happening]:
        """Understood events, by the id of the event that tells of it."""
        concerned = {int(event.data["event_id"]): event for event in events if event.data.get("type") in self.wanted}
        if not concerned:
            return {}
        found: dict[int, Happening] = {}
        for post in await self._posts(session, list(concerned)):
            event = concerned[post.event_id]
            happening = self.of_post(post, event.slot, event.depth)
            if happening is not None:
                found[event.id] = happening
        return found

    def of_post(self, post: Any, slot: int, depth: int) -> Happening | None:
        """What was said, of a row of POSTS."""
        if post.type not in self.kinds:
            return None
        values = {
            "id": str(post.event_id), "type": post.type, "channel": post.channel, "external_id": post.external_id,
            "author": {"id": post.author_id, "name": post.author_name}, PERSON: str(post.person_id),
            "thread": f"{post.channel}:{post.author_id}", "text": post.text, "target": post.target,
            "product": post.product and str(post.product), "sentiment": post.sentiment,
            "sentiment_score": post.sentiment_score, "sentiment_words": post.sentiment_words,
            "occurred_at": post.occurred_at,
        }  # fmt: skip
        at = post.occurred_at.astimezone(clock.zone())
        return Happening(
            post.event_id, post.xid, post.log_id, at, (post.type,), values, post.person_id, depth, slot, post.type,
            said=True,
        )  # fmt: skip

    # -- everything else

    def of_event(self, event: Event) -> Happening | None:
        """What else happened; None when it is of no kind that concerns somebody."""
        kinds = tuple(kind for kind in self._kinds_of(event) if kind in self.wanted)
        if not kinds:
            return None
        values = self._values(event)
        at = event.occurred_at.astimezone(clock.zone())
        person = event.person_id or (id_of(values.get("id")) if event.subject_entity == PERSON else None)
        return Happening(
            event.id, event.xid, event.id, at, kinds, values, person, event.depth, event.slot, event.type,
            event.subject_entity, event.subject_id, event.data.get("changes") or {},
        )  # fmt: skip

    def _kinds_of(self, event: Event) -> Iterable[str]:
        yield event.type
        entity, _, happening = event.type.rpartition(".")
        if happening in ("created", "updated"):
            changes = event.data.get("changes") or {}
            for name in STATUS_FIELDS:
                change = changes.get(name)
                if change:
                    kind = self.kinds.get(f"{entity}.{change[1]}")
                    if kind is not None and kind.became == (name, change[1]):
                        yield kind.key

    def _values(self, event: Event) -> dict[str, Any]:
        data = event.data
        if event.type == MESSAGE_SENT:
            return {
                "id": data.get("message_id"), "channel": data.get("channel"), "text": data.get("text"),
                PERSON: event.person_id and str(event.person_id), "sent_at": event.occurred_at,
                "thread": f"{data.get('channel')}:{data.get('recipient')}", "automatic": data.get("rule") is not None,
            }  # fmt: skip
        if event.type in (ENTERED, LEFT):
            return dict(data)
        record = data.get("record")
        return dict(record) if isinstance(record, Mapping) else {}
