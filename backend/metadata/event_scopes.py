"""What rules may name in this installation: the checker of rules and those that run them read it here, so that they cannot
differ."""

from __future__ import annotations

from collections.abc import Mapping

from backend.metadata.snapshot import Metadata
from engine.language import records_of
from engine.rules import ActionSignature, RuleScope
from engine.rules.kinds import event_kinds, names_always
from engine.rules.model import PERSON

__all__ = ["PERSON", "PROVIDED", "rule_scope"]

#: What the host gives the expressions of rules, which act for the company and not for a person.
PROVIDED = frozenset({"words", "lookup", "directory", "roles", "decisions"})


def rule_scope(metadata: Metadata, actions: Mapping[str, ActionSignature]) -> RuleScope:
    """Everything a rule may name."""
    return RuleScope(
        event_kinds(metadata.entities),
        names_always(metadata.entities),
        records_of(metadata.entities, PROVIDED),
        actions,
        PROVIDED,
        word_lists=frozenset(metadata.word_lists),
        calendars=frozenset(metadata.calendars),
        quiet=frozenset(name for calendar in metadata.calendars.values() for name in calendar.quiet),
        segments={segment.key: segment.entity for segment in metadata.segments.values()},
        decisions=metadata.decision_types,
    )
