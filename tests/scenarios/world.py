"""The records of a timeline in memory, as rules see them: with what stands behind their references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from backend.social.sentiment import WordListReader
from engine.definitions import Entity
from engine.language.scopes import record_type
from engine.language.values import normalise
from tests.scenarios.timeline import Said
from tests.scenarios.values import Ref, Value

PERSON = "person"
Record = dict[str, Any]
_DEPTH = 3


def id_of(name: str) -> str:
    """The id of a record of a timeline by its name."""
    return str(uuid5(NAMESPACE_URL, f"timeline:record:{name}"))


class World:
    """Records by name. `users` are the ids of people by their names; references in values go to either."""

    def __init__(self, entities: Mapping[str, Entity], users: Mapping[str, str]) -> None:
        self._entities = entities
        self.users = users
        self._kinds: dict[str, str] = {}
        self._by_id: dict[str, Record] = {}
        #: The records of each entity, for schedules, watches and lookups; always as they are now.
        self.records: dict[str, list[Record]] = {entity: [] for entity in entities}

    def add(self, entity: str, name: str, values: Mapping[str, Value], at: dt.datetime) -> Record:
        """A new record, with its fields' defaults."""
        assert name not in self, f"two things are called {name}"
        fields = self._entities[entity].fields
        record: Record = {field.key: field.default for field in fields}
        record |= {"id": id_of(name), "created_at": at, "owner": None, **self.given(values)}
        self._kinds[str(record["id"])] = entity
        self._by_id[str(record["id"])] = record
        self.records[entity].append(record)
        return record

    def change(self, name: str, values: Mapping[str, Value]) -> dict[str, tuple[Any, Any]]:
        """Changes a record; the fields that changed, before and after."""
        record = self._by_id[id_of(name)]
        changes = {
            key: (record.get(key), value) for key, value in self.given(values).items() if record.get(key) != value
        }
        record.update({key: value for key, (_, value) in changes.items()})
        return changes

    def remove(self, entity: str, name: str) -> None:
        """Takes a record away."""
        self.records[entity].remove(self._by_id.pop(id_of(name)))

    def __contains__(self, name: str) -> bool:
        return id_of(name) in self._by_id

    def given(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Values with the ids that references go to."""
        return {key: self._id(value) if isinstance(value, Ref) else value for key, value in values.items()}

    def _id(self, ref: Ref) -> str:
        return self.users.get(ref.name) or id_of(ref.name)

    # -- as rules see them

    def seen(self, name: str) -> Mapping[str, Any]:
        """A record by its name."""
        return self.behind(id_of(name))

    def behind(self, id: str, depth: int = _DEPTH) -> Mapping[str, Any]:
        """A record with those that its references go to, and so on."""
        record = self._by_id[id]
        fields = self._entities[self._kinds[id]].fields
        references = [field.key for field in fields if field.type == "reference" and record.get(field.key)]
        known = {key: str(record[key]) for key in references if str(record[key]) in self._by_id}
        return {**record, **{key: self.behind(each, depth - 1) for key, each in known.items() if depth}}

    def all_of(self, entity: str) -> Sequence[Mapping[str, Any]]:
        """Every record of an entity."""
        return Live(self, entity)

    def lookup(self, entity: str, fields: Mapping[str, object]) -> Mapping[str, object] | None:
        """The first record whose fields have these values."""
        types = record_type(self._entities[entity]).fields or {}
        for record in self.records[entity]:
            if all(
                normalise(types[key], record.get(key)) == normalise(types[key], value) for key, value in fields.items()
            ):
                return self.behind(str(record["id"]))
        return None

    def product_in(self, text: str) -> Mapping[str, Any] | None:
        """The product that a text names: by the longest of its words."""
        named = [
            (len(word), str(product["id"]))
            for product in self.records.get("product", ())
            for word in (product["name"], *(product.get("keywords") or ()))
            if word.lower() in text.lower()
        ]
        return self.behind(max(named)[1]) if named else None


class Live(Sequence[Mapping[str, Any]]):
    """The records of an entity as rules see them, at the moment somebody goes through them."""

    def __init__(self, world: World, entity: str) -> None:
        self._world, self._entity = world, entity

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter([self._world.behind(str(record["id"])) for record in self._world.records[self._entity]])

    def __len__(self) -> int:
        return len(self._world.records[self._entity])


_READER = WordListReader()


def said(world: World, what: Said, who: str, number: int, at: dt.datetime) -> dict[str, Any]:
    """The values of a channel's event, once it is understood."""
    sentiment = _READER.read([what.text])[0]
    author = {"id": who, "name": world.seen(who)["name"]}
    return {
        "id": str(number),
        "type": what.kind,
        "channel": what.channel,
        "external_id": f"timeline-{number}",
        "author": author,
        "person": world.seen(who),
        "thread": thread(what.channel, who),
        "text": what.text,
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
        "product": world.product_in(what.text),
        "occurred_at": at,
    }


def thread(channel: str, who: str) -> str:
    """The conversation with somebody on a channel."""
    return f"{channel}:{who}"
