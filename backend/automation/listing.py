"""Rules as their page shows them: text, trigger, how often each fired, what is pending, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.automation import incidents, pending, repository, switches
from backend.automation.outline import trigger_json
from backend.automation.rule_book import RuleBook, RuleLibrary
from backend.db import Session
from backend.errors import NotFound
from backend.metadata import repository as definitions
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from backend.records.expressions import sentence
from engine.definitions import Rule
from engine.definitions.codec import encode
from engine.definitions.schemas import nearest
from engine.rules import CompiledRule, RuleScope

_NEVER = {"fired": 0, "limited": 0, "failed": 0, "retracted": 0, "last_fired_at": None}
_ON: Mapping[str, Any] = {"off": False, "reason": None, "changed_at": None, "changed_by": None}


async def current_book(request: Request, session: Session, metadata: CurrentMetadata) -> RuleBook:
    """The process's compiled rules."""
    library: RuleLibrary = request.app.state.services.rules.library
    return await library.prepare(session, metadata)


CurrentBook = Annotated[RuleBook, Depends(current_book)]


async def rules(session: AsyncSession, metadata: Metadata, book: RuleBook) -> list[dict[str, Any]]:
    """Every published rule."""
    facts = await _facts(session)
    return [_shown(metadata, book, rule, facts) for _, rule in sorted(metadata.rules.items())]


async def rule(session: AsyncSession, metadata: Metadata, book: RuleBook, key: str) -> dict[str, Any]:
    """One published rule with its test cases, and whether there is a draft of it. Raises NotFound."""
    found = metadata.rule(key)
    shown = _shown(metadata, book, found, await _facts(session))
    draft = await definitions.draft(session, "rule", key)
    return {**shown, "tests": encode(found).get("tests", []), "draft": draft is not None}


async def _facts(session: AsyncSession) -> dict[str, Mapping[str, Any]]:
    """What there is to say of each rule: a fixed number of statements."""
    return {
        "counted": await repository.counts(session),
        "switches": await switches.states(session, "rule"),
        "incidents": await incidents.open_counts(session),
        "pending": await pending.counts(session),
    }


def _shown(metadata: Metadata, book: RuleBook, rule: Rule, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    counted = _NEVER | facts["counted"].get(rule.key, {})
    compiled = book.compiled.get(rule.key)
    return {
        "key": rule.key,
        "label": sentence(rule.label),
        "description": sentence(rule.description) if rule.description else None,
        "text": rule.text,
        "enabled": rule.enabled,
        "version": metadata.versions.get(("rule", rule.key), 0),
        "problem": book.broken.get(rule.key),
        "purpose": compiled.purpose if compiled else None,
        "trigger": _trigger(compiled, book) if compiled else None,
        **{name: counted[name] for name in _NEVER},
        **_switch(facts["switches"].get(rule.key)),
        "incidents": facts["incidents"].get(rule.key, 0),
        "pending": facts["pending"].get(rule.key, 0),
    }


def _trigger(rule: CompiledRule, book: RuleBook) -> dict[str, Any]:
    """The trigger in words, which are looked for once for each rule."""
    known = _triggers.get(rule.key)
    if known is None or known[0] is not rule or known[1] is not book.scope:
        known = _triggers[rule.key] = (rule, book.scope, trigger_json(rule, book.scope))
    return known[2]


#: By key of a rule, with what it was made from.
_triggers: dict[str, tuple[CompiledRule, RuleScope, dict[str, Any]]] = {}


def _switch(state: Mapping[str, Any] | None) -> dict[str, Any]:
    """`off`, and while it is: why, since when and by whom."""
    found = state if state is not None and state["off"] else _ON
    return {
        "off": found["off"],
        "off_reason": found["reason"],
        "off_at": found["changed_at"],
        "off_by": found["changed_by"],
    }


# -- purposes


async def purposes(session: AsyncSession, metadata: Metadata, book: RuleBook) -> list[dict[str, Any]]:
    """The purposes that rules name, and those that were ever switched, with what is pending for each."""
    states = await switches.states(session, "purpose")
    waiting = await pending.counts_by_purpose(session)
    keys = sorted({*_named(book), *states})
    return [
        {
            "key": key,
            "label": _label(metadata, key),
            **_ON,
            **states.get(key, {}),
            "pending": waiting.get(key, 0),
            "rules": sorted(rule.key for rule in book.compiled.values() if rule.purpose == key),
        }
        for key in keys
    ]


async def known_purpose(session: AsyncSession, book: RuleBook, key: str) -> None:
    """Raises NotFound for a purpose that no rule names and nobody has ever switched."""
    named = _named(book)
    if key not in named and not await switches.states(session, "purpose", (key,)):
        raise NotFound(what="purpose", key=key, suggestion=nearest(key, named))


def _named(book: RuleBook) -> set[str]:
    return {rule.purpose for rule in book.compiled.values() if rule.purpose is not None}


def _label(metadata: Metadata, purpose: str) -> dict[str, str]:
    """What people call a purpose: the field in which a person consents to it; else its key."""
    person = metadata.entities.get(PERSON)
    field = person.field(f"{purpose}_consent") if person else None
    return sentence(field.label) if field else {"zh": purpose, "en": purpose}
