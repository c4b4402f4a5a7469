"""What is so for rules that are tried and not run: the installation's word lists, calendars, quiet periods and fields of consent."""

from __future__ import annotations

import datetime as dt

from backend import calendars, clock
from backend.metadata.event_scopes import PERSON
from backend.metadata.snapshot import Metadata
from engine.rules import RuleScope
from engine.rules.outcomes import Facts, persons_of


def facts_of(metadata: Metadata, scope: RuleScope) -> Facts:
    """The facts of an installation, without records and people."""
    person = metadata.entities.get(PERSON)

    def quiet_until(name: str, moment: dt.datetime) -> dt.datetime | None:
        return calendars.quiet_until(metadata, name, moment)

    return Facts(
        zone=clock.zone(),
        words={key: word_list.words for key, word_list in metadata.word_lists.items()},
        calendar=metadata.context.calendar,
        calendars=metadata.business_calendars,
        sends=frozenset(key for key, action in scope.actions.items() if action.sends),
        quiet_until=quiet_until,
        consents=frozenset(field.key for field in person.fields if field.type == "boolean") if person else None,
        persons=persons_of(scope),
        context=metadata.context,
    )
