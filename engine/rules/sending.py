"""What becomes of a rule's actions that reach people: refused without consent, later in quiet hours. The rest are as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from engine.rules.history import Occurrence, Values
from engine.rules.model import ActionCall, CompiledRule
from engine.rules.outcomes import Deed, Facts, Outcome

CONSENT_MISSING, CONSENT_UNKNOWN, PURPOSE_OFF = "consent.missing", "consent.unknown", "purpose.off"
_CONSENT = "_consent"


def deeds(
    rule: CompiledRule, calls: Iterable[ActionCall], person: Values | None, now: dt.datetime, facts: Facts
) -> tuple[Deed, ...]:
    """The actions of a firing, with what keeps or delays those that send."""
    refused = refusal(rule.purpose, person, facts)
    quiet = facts.quiet_until(rule.quiet, now) if rule.quiet is not None else None
    return tuple(
        Deed(call.name, call.arguments, call.place, refused, None if refused else quiet)
        if call.name in facts.sends
        else Deed(call.name, call.arguments, call.place)
        for call in calls
    )


def refusal(purpose: str | None, person: Values | None, facts: Facts) -> str | None:
    """Why a person may not be sent anything for a purpose (a code); what has no purpose needs no consent."""
    if purpose is None:
        return None
    if purpose in facts.off:
        return PURPOSE_OFF
    field = consent_field(purpose)
    if facts.consents is not None and field not in facts.consents:
        return CONSENT_UNKNOWN
    return None if person is not None and person.get(field) is True else CONSENT_MISSING


def withdrawn(occurrence: Occurrence) -> Iterator[str]:
    """The purposes to which an update of a person withdraws consent."""
    for field, (_, after) in occurrence.changes.items():
        if field.endswith(_CONSENT) and after is False:
            yield field.removesuffix(_CONSENT)


def message_of(outcome: Outcome, deed: Deed, facts: Facts) -> dict[str, object] | None:
    """The message that an action of a firing sent, as the blocks after it know it; None when it sent nothing."""
    if deed.action not in facts.sends or deed.refused is not None:
        return None
    return {
        "id": f"{outcome.rule}:{outcome.cause}:{deed.place}",
        "channel": deed.arguments.get("channel"),
        "text": deed.arguments.get("text"),
        "status": "sent",
        "sent_at": deed.quiet_until or outcome.at,
        "read_at": None,
    }


def consent_field(purpose: str) -> str:
    """The field of a person that holds their consent to a purpose."""
    return purpose + _CONSENT
