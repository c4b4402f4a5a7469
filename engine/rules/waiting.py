"""What the events are that a rule waits for: for each kind of trigger that waits for events one reader, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.language import Checked
from engine.language.values import normalise
from engine.rules.counting import Sight
from engine.rules.history import History, Logged, Values
from engine.rules.model import EVENT, ChangeTrigger, EventTrigger, SegmentTrigger
from engine.rules.patterns import Chain, PatternReader

ENTERED, LEFT = "segment.entered", "segment.left"


@dataclass(frozen=True, slots=True)
class Met:
    """What a rule waited for has come: the events, and their values by the names of the rule."""

    chain: Chain
    names: Values
    events: Mapping[str, int]


class Waiting(Protocol):
    """Waits for events of a kind."""

    @property
    def kind(self) -> str: ...

    def met(self, entry: Logged, sight: Sight) -> Met | None:
        """What an event of the kind completes."""
        ...


class WaitingForEvents:
    """Waits for the event that completes a pattern."""

    def __init__(self, history: History, trigger: EventTrigger) -> None:
        self.pattern = PatternReader(history, trigger)
        self.kind = self.pattern.last.event

    def met(self, entry: Logged, sight: Sight) -> Met | None:
        chain = self.pattern.chain(entry, sight)
        return None if chain is None else self.of(chain)

    def of(self, chain: Chain) -> Met:
        """The events of a chain as what was met."""
        aliases = [step.alias for step in self.pattern.steps]
        events = {alias: each.occurrence.id for alias, each in zip(aliases, chain, strict=False)}
        return Met(chain, self.pattern.names(chain), events)


class WaitingForChange:
    """Waits for an update in which a field changed, from and to what is wanted."""

    def __init__(self, _history: History, trigger: ChangeTrigger) -> None:
        self.kind = f"{trigger.entity}.updated"
        self._trigger = trigger

    def met(self, entry: Logged, _sight: Sight) -> Met | None:
        trigger = self._trigger
        change = entry.occurrence.changes.get(trigger.field)
        if change is None or not (_is(trigger.before, change[0]) and _is(trigger.after, change[1])):
            return None
        values = entry.values(self.kind)
        names = {EVENT: values, trigger.entity: values, trigger.alias: values}
        return Met((entry,), names, {trigger.alias: entry.occurrence.id})


class WaitingForSegment:
    """Waits for a record to enter or leave a segment."""

    def __init__(self, _history: History, trigger: SegmentTrigger) -> None:
        self.kind = ENTERED if trigger.entered else LEFT
        self._trigger = trigger

    def met(self, entry: Logged, _sight: Sight) -> Met | None:
        trigger, values = self._trigger, entry.values(self.kind)
        if values.get("segment") != trigger.segment:
            return None
        record = entry.occurrence.record or {}
        names = {EVENT: values, trigger.entity: record, trigger.alias: record}
        return Met((entry,), names, {trigger.alias: entry.occurrence.id})


#: How each kind of trigger waits; schedules and watches wait for no event.
WAITING: Mapping[type, Callable[..., Waiting]] = {
    EventTrigger: WaitingForEvents,
    ChangeTrigger: WaitingForChange,
    SegmentTrigger: WaitingForSegment,
}


def _is(wanted: Checked | None, value: object) -> bool:
    """Whether a value is the constant that is wanted; any is, where none is named."""
    return wanted is None or normalise(wanted.type, value) == wanted.evaluate({})
