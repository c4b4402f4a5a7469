"""Definitions that name somebody as a fixed person: each gets a new version that names the other.

Instances that run already go on under the version they began with: those of a flow are taken to the new one, where that can be done, so
that nobody who left is asked by what is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select

from backend.db import uuid7
from backend.flows.errors import EngineUnavailable
from backend.flows.models import Instance
from backend.flows.operating import MOST_MIGRATED, Migration, Operations, migrate_many
from backend.handover.errors import Changed, DraftExists, MovedOn
from backend.handover.part import NEXT, Json, Plan, Result, Subject, Work, label
from backend.identity.models import User
from backend.metadata import repository
from backend.metadata.service import publish, save_draft
from engine.definitions.codec import KINDS, encode

#: Before every instance.
_FIRST = str(UUID(int=0))
_LANGUAGES = frozenset({"zh", "en"})
#: A change of one text of a document: where it stands, what was there and what is there now.
Change = dict[str, Any]


class NamedInDefinitions:
    """The person's id or e-mail address as a value, or in quotes within an expression or the text of a rule."""

    key, kind = "definitions", "definition"

    async def plan(self, plan: Plan) -> list[Json]:
        found = []
        for kind in KINDS:
            for key, definition in sorted(plan.metadata.of_kind(kind).items()):
                places = [place for place, _ in _places(encode(definition), _pattern(plan.person))]
                if places:
                    running = await _running(plan, key) if kind == "flow" else 0
                    found.append(_subject(kind, key, definition, len(places), running))
        return found

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        kind, key = str(subject["kind"]), str(subject["key"])
        document = _document(work, kind, key)
        changes = _changes(document, work.giver, work.taker)
        if not changes:
            raise MovedOn(name=work.giver.name)
        return await _published(work, kind, key, document, changes)

    async def take_back(self, work: Work, subject: Subject, before: Mapping[str, Any], /) -> Result:
        kind, key = str(subject["kind"]), str(subject["key"])
        document = _document(work, kind, key)
        back = [
            {"place": each["place"], "before": each["after"], "after": each["before"]}
            for each in before.get("changes", ())
            if _at(document, each["place"]) == each["after"]
        ]
        if not back:
            raise Changed()
        return await _published(work, kind, key, document, back)

    async def go_on(self, work: Work, subject: Subject, told: Mapping[str, Any], /) -> Json:
        """What runs of a flow is taken to its new version, so many at a time."""
        await work.store.refresh()
        flow = str(subject["key"])
        ids = await _portion(work, flow, UUID(told[NEXT]))
        went = await _migrated(work, flow, ids) if ids else 0
        so_far = {"migrated": told["migrated"] + went, "not_migrated": told["not_migrated"] + len(ids) - went}
        return {**so_far, NEXT: str(ids[-1])} if len(ids) == MOST_MIGRATED else so_far


def _document(work: Work, kind: str, key: str) -> Json:
    """A definition as a document of our own, {} when it is gone."""
    definition = work.metadata.of_kind(kind).get(key)
    document: Json = orjson.loads(orjson.dumps(encode(definition))) if definition is not None else {}
    return document


async def _published(work: Work, kind: str, key: str, document: Json, changes: Sequence[Change]) -> Result:
    if await repository.draft(work.session, kind, key) is not None:
        raise DraftExists(key=key)
    for change in changes:
        _put(document, change["place"], change["after"])
    await save_draft(work.session, work.publishing, work.caller, kind, key, document)
    await publish(work.session, work.publishing, work.caller, [(kind, key)])
    told = {"migrated": 0, "not_migrated": 0, NEXT: _FIRST} if kind == "flow" else None
    return Result({"changes": list(changes)}, told)


async def _portion(work: Work, flow: str, after: UUID) -> list[UUID]:
    """The next of those that run under another version of a flow."""
    row, version = Instance, work.metadata.versions.get(("flow", flow))
    statement = select(row.id).where(row.flow == flow, row.ended_at.is_(None), row.flow_version != version)
    statement = statement.where(row.id > after).order_by(row.id).limit(MOST_MIGRATED)
    return list((await work.session.execute(statement)).scalars())


async def _migrated(work: Work, flow: str, ids: Sequence[UUID]) -> int:
    """Take these to the flow's new version; how many went. Raises EngineUnavailable."""
    operations = Operations(work.session, work.store, work.actions)
    # Under an id of its own each time: who is there already is not asked again, and a refusal is not kept for ever.
    migration = Migration(f"{work.key}:{uuid7().hex}", flow, ids=ids)
    items = (await migrate_many(operations, work.caller, work.host, migration, dry_run=False))["items"]
    if any(not item["ok"] and item["error"]["code"] == EngineUnavailable.code for item in items):
        raise EngineUnavailable()
    return sum(1 for item in items if item["ok"])


async def _running(plan: Plan, flow: str) -> int:
    statement = select(func.count()).where(Instance.flow == flow, Instance.ended_at.is_(None))
    return int((await plan.session.execute(statement)).scalar_one())


def _subject(kind: str, key: str, definition: Any, places: int, running: int) -> Json:
    kind_label, name = KINDS[kind].label, getattr(definition, "label", None)
    zh, en = (name.zh, name.en) if name is not None else (key, key)
    return {
        "label": label(f"{kind_label.zh}：{zh}（{places} 处）", f"{kind_label.en}: {en} ({places} places)"),
        "link": None,
        "kind": kind,
        "key": key,
        "places": places,
        "running": running,
    }


# -- where a person stands in a document


def _pattern(user: User) -> re.Pattern[str]:
    """The person as a whole text, or in quotes within one."""
    either = f"(?:{re.escape(str(user.id))}|{re.escape(user.email)})"
    return re.compile(rf"\A{either}\Z|(?<=\"){either}(?=\")|(?<='){either}(?=')", re.IGNORECASE)


def _places(value: Any, pattern: re.Pattern[str], path: tuple[str | int, ...] = ()) -> Iterator[tuple[list[Any], str]]:
    """Where the person is named, with the text there. What is only for people to read is left alone."""
    if isinstance(value, str) and pattern.search(value):
        yield list(path), value
    elif isinstance(value, Mapping) and not (value and set(value) <= _LANGUAGES):
        for name, member in value.items():
            yield from _places(member, pattern, (*path, name))
    elif isinstance(value, list | tuple):
        for place, member in enumerate(value):
            yield from _places(member, pattern, (*path, place))


def _changes(document: Json, giver: User, taker: User) -> list[Change]:
    """An id becomes an id, an address an address."""

    def other(found: re.Match[str]) -> str:
        return str(taker.id) if _is_id(found[0]) else taker.email

    pattern = _pattern(giver)
    return [
        {"place": place, "before": text, "after": pattern.sub(other, text)}
        for place, text in _places(document, pattern)
    ]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _at(document: Any, place: Sequence[Any]) -> Any:
    """What stands at a place, or None."""
    for step in place:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _put(document: Any, place: Sequence[Any], value: str) -> None:
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = value
