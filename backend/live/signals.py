"""From events of the log to signals for browsers. A signal says that something changed and carries no content.

Each event type's signal and who may get it stand in one table; an event type that is not in it is nobody's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from backend.metadata.snapshot import Metadata

RECORD, TASK, INSTANCE, SOCIAL = "record", "task", "instance", "social"
NOTIFICATION, METADATA, RULE = "notification", "metadata", "rule"
_RECORD_HAPPENINGS = {"created", "updated", "deleted", "restored"}
#: Tasks that have just come to somebody.
_ARRIVALS = {"task.opened", "task.escalated"}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """The members of an event that signals are made of; `users` those its data names."""

    xid: int
    id: int
    type: str
    subject_entity: str | None
    subject_id: UUID | None
    users: frozenset[str] = frozenset()
    about: int | None = None
    version: int | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the log."""
        return (self.xid, self.id)


@dataclass(frozen=True, slots=True)
class Signal:
    """One server-sent event. `audience` says who may get it: `records`, `instances`, `users`, `social`, `rules` or `everybody`."""

    kind: str
    data: Mapping[str, Any]
    audience: str
    entity: str | None = None
    id: UUID | None = None
    users: frozenset[str] = field(default_factory=frozenset)


def signals_of(entry: LogEntry, metadata: Metadata) -> list[Signal]:
    """The signals of one event."""
    source, _, happening = entry.type.partition(".")
    if source in metadata.entities and happening in _RECORD_HAPPENINGS and source == entry.subject_entity:
        return [_record(entry, happening)]
    make = _SIGNALS.get(source)
    return make(entry, happening) if make else []


def _record(entry: LogEntry, happening: str) -> Signal:
    data = {"entity": entry.subject_entity, "id": entry.subject_id, "type": happening}
    return Signal(RECORD, data, "records", entity=entry.subject_entity, id=entry.subject_id)


def _task(entry: LogEntry, happening: str) -> list[Signal]:
    box = "todo" if entry.type in _ARRIVALS else "done"
    signals = [Signal(TASK, {"id": entry.subject_id, "type": happening, "box": box}, "users", users=entry.users)]
    if entry.type in _ARRIVALS:
        signals.append(Signal(NOTIFICATION, {}, "users", users=entry.users))
    return signals


def _instance(entry: LogEntry, happening: str) -> list[Signal]:
    return [Signal(INSTANCE, {"id": entry.subject_id, "type": happening}, "instances", id=entry.subject_id)]


def _social(entry: LogEntry, happening: str) -> list[Signal]:
    if happening != "processed":
        return []
    return [Signal(SOCIAL, {"event_id": entry.about, "person_id": entry.subject_id}, "social")]


def _notification(entry: LogEntry, _: str) -> list[Signal]:
    return [Signal(NOTIFICATION, {}, "users", users=entry.users)]


def _metadata(entry: LogEntry, _: str) -> list[Signal]:
    return [Signal(METADATA, {"version": entry.version}, "everybody")]


def _rule(_: LogEntry, happening: str) -> list[Signal]:
    """That rules fired, or were switched: for their own pages, and for those that show beside something what rules made of it."""
    return [Signal(RULE, {"type": happening}, "rules")]


def gathered(found: Iterable[tuple[LogEntry, Signal]]) -> list[tuple[LogEntry, Signal]]:
    """The same without what would be said again: of signals about rules, which name no one thing, the last of each type."""
    kept: dict[object, tuple[LogEntry, Signal]] = {}
    for entry, signal in found:
        about = (RULE, signal.data["type"]) if signal.kind == RULE else (entry.place, signal.kind, signal.audience)
        kept.pop(about, None)
        kept[about] = (entry, signal)
    return list(kept.values())


_SIGNALS: Mapping[str, Callable[[LogEntry, str], list[Signal]]] = {
    "task": _task,
    "instance": _instance,
    "social": _social,
    "notification": _notification,
    "metadata": _metadata,
    "rule": _rule,
}
