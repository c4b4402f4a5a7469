"""Kinds of events, entities and the like by what people call them: by key, or by a label in either language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.language import Type
from engine.language.names import find
from engine.rules.model import CUSTOMER, PERSON, EventKind, RuleScope


def event_kind(written: str, scope: RuleScope) -> EventKind | None:
    """The kind of event that `written` names, if there is one."""
    if written in scope.events:
        return scope.events[written]
    folded = written.lower()
    return next((kind for kind in scope.events.values() if folded in _names(kind)), None)


def _names(kind: EventKind) -> Iterator[str]:
    yield kind.key.lower()
    yield kind.label.zh.lower()
    yield kind.label.en.lower()
    for name in kind.names:
        yield name.lower()


def all_names(scope: RuleScope) -> list[str]:
    """Everything a kind of event may be called, for suggestions."""
    return [name for kind in scope.events.values() for name in (kind.key, kind.label.zh, *kind.names)]


def entity_named(written: str, records: Mapping[str, Type]) -> str | None:
    """The entity with a key or label; `customer` is the person."""
    if written == CUSTOMER and PERSON in records and CUSTOMER not in records:
        return PERSON
    return find(records, written)
