"""One rule at work in a simulation: how it waits, what its windows read, what it fired and what its limits still allow."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.language import Calendar
from engine.rules.counting import Counted, Sight, WindowReader
from engine.rules.evaluation import Moment
from engine.rules.history import History, Logged
from engine.rules.lengths import before
from engine.rules.model import WINDOWS, CompiledRule, Quota, WatchTrigger
from engine.rules.outcomes import Facts
from engine.rules.patterns import Chain, PatternReader
from engine.rules.purity import reads_clock
from engine.rules.situations import Situation
from engine.rules.waiting import WAITING, WaitingForEvents
from engine.rules.words import WordIndex, WordReading


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule sees: the log, and the values at hand."""

    sight: Sight
    moment: Moment


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence that fired: a late event may take its reason away. `number` is that of its outcome."""

    chain: Chain
    situation: Situation
    quotas: Sequence[Quota]
    number: int

    @property
    def due(self) -> dt.datetime:
        """When its time was over."""
        return self.situation.now


@dataclass
class Running:
    """A rule at work. `spent` are the moments of its firings by the key of a limit; `absences` what may be retracted, by time; `holds` for
    which records a watched condition held when it was last looked at."""

    rule: CompiledRule
    history: History
    facts: Facts
    words: WordIndex
    spent: dict[str, list[dt.datetime]] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)
    holds: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rule, facts = self.rule, self.facts
        self.calendar: Calendar = (
            facts.calendars.get(rule.calendar, facts.calendar) if rule.calendar else facts.calendar
        )
        wait = WAITING.get(type(rule.trigger))
        self.waiting = None if wait is None else wait(self.history, rule.trigger)
        self.windows = [WindowReader(self.history, window) for window in rule.windows]

    @property
    def pattern(self) -> PatternReader | None:
        """How its pattern is read, if it has one."""
        return self.waiting.pattern if isinstance(self.waiting, WaitingForEvents) else None

    def look(self, situation: Situation) -> Look:
        """What the rule sees in a situation."""
        words = WordReading(self.words)
        context = replace(self.facts.context, words=words, calendar=self.calendar)
        sight = Sight(situation.values, situation.now, context, situation.before, situation.record, situation.is_event)
        return Look(sight, Moment(sight.values, sight.now, context, words))

    def count(self, sight: Sight) -> tuple[Counted, ...]:
        """What its windows give."""
        return tuple(reader.read(sight) for reader in self.windows)

    @cached_property
    def watches_only_counts(self) -> bool:
        """Whether only events can change what is watched: no condition reads the clock, or more than the record itself."""
        trigger = self.rule.trigger
        if not isinstance(trigger, WatchTrigger):
            return False
        asked = [trigger.condition, trigger.each.where, *(window.step.where for window in self.rule.windows)]
        names = {trigger.each.alias, trigger.each.entity, WINDOWS, *(window.step.alias for window in self.rule.windows)}
        return all(
            condition is None or (not reads_clock(condition) and {path[0] for path in condition.references()} <= names)
            for condition in asked
        )

    # -- absences that fired

    def remember(self, absence: Absence) -> None:
        """Keeps an absence that fired, in the order of time."""
        insort(self.absences, absence, key=_due)

    def absences_over(self, entry: Logged) -> list[Absence]:
        """Those in whose time an event is."""
        late = self.absences[bisect_left(self.absences, entry.at, key=_due) :]
        return [each for each in late if each.chain[-1].at < entry.at]

    # -- limits

    def held_by(self, quotas: Sequence[Quota], now: dt.datetime) -> Quota | None:
        """The first limit that has been reached."""
        return next((quota for quota in quotas if self._is_spent(quota, now)), None)

    def _is_spent(self, quota: Quota, now: dt.datetime) -> bool:
        since = None if quota.within is None else before(now, quota.within, self.calendar)
        spent = self.spent.get(quota.key, ())
        return sum(since is None or since < at <= now for at in spent) >= quota.count

    def spend(self, quotas: Sequence[Quota], now: dt.datetime) -> None:
        """Counts a firing."""
        for key in {quota.key for quota in quotas}:
            self.spent.setdefault(key, []).append(now)

    def give_back(self, quotas: Sequence[Quota], at: dt.datetime) -> None:
        """A firing counts no longer."""
        for key in {quota.key for quota in quotas}:
            self.spent[key].remove(at)


def _due(absence: Absence) -> dt.datetime:
    return absence.due
