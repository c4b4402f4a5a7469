"""How rules are found: the index and the conditions of what it leaves, against the conditions of all rules one after another.

The rules are those of a company (`tests.engine.rules.generated`): each asks for three or four things, most of them for a product, a
city or some words beside channel, sentiment, level and amounts. The larger the company, the more products, cities and words it
has; `same_words` is the other end, ten times the rules about no more things than before, of which an event meets ten times as many.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language import Checked, Context
from engine.rules.index import Entry, RuleIndex
from tests.bench.figures import Figure, Figures
from tests.bench.language_turns import in_turns
from tests.bench.lines import timed
from tests.engine.rules.generated import KIND, Vocabulary, company_events, company_rules

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SMALL, LARGE = 10_000, 100_000
EVENTS = 200
#: So many of the events are held against all rules.
ASKED_ALL = 10
_ONE_BY_ONE = "all conditions, compiled, one after another"
_FEW = "the same with a tenth as many rules"


@dataclass(frozen=True)
class Company:
    """Rules, their index, and events for them."""

    conditions: Sequence[Checked]
    index: RuleIndex
    events: Sequence[Mapping[str, Any]]

    def found(self, event: Mapping[str, Any]) -> list[int]:
        """The rules whose conditions hold, by the index."""
        reading = self.index.reading()
        context = Context(words=reading)
        candidates = self.index.candidates(KIND, event, reading)
        return [number for number in candidates if self.conditions[number].evaluate(event, NOW, context) is True]

    def found_one_by_one(self, event: Mapping[str, Any]) -> list[int]:
        """The same without the index."""
        context = Context(words=self.index.reading())
        return [n for n, each in enumerate(self.conditions) if each.evaluate(event, NOW, context) is True]

    def found_each(self) -> float:
        """How many rules an event meets."""
        return sum(len(self.found(event)) for event in self.events) / len(self.events)

    def per_event(self, find: Callable[[Mapping[str, Any]], list[int]], count: int = EVENTS) -> Callable[[], float]:
        """How long an event takes, in microseconds."""
        events = self.events[:count]
        return lambda: timed(lambda: [find(event) for event in events]) / len(events) * 1e6


def company(rules: int, vocabulary: Vocabulary) -> Company:
    """So many rules about these things."""
    conditions = tuple(company_rules(rules, vocabulary))
    return Company(conditions, indexed(conditions, vocabulary), company_events(EVENTS, vocabulary))


def indexed(conditions: Sequence[Checked], vocabulary: Vocabulary) -> RuleIndex:
    """The index of the rules."""
    return RuleIndex([Entry(number, KIND, (each,)) for number, each in enumerate(conditions)], vocabulary.lists)


def matching(rounds: int, few: int = SMALL, many: int = LARGE) -> Figures:
    """What finding the rules of an event costs, with few and many rules."""
    vocabulary = Vocabulary.for_rules(few)
    small = company(few, vocabulary)
    return {
        **_against_one_by_one(small, rounds),
        **_building(small.conditions, vocabulary, rounds),
        **_against_small(small, company(many, Vocabulary.for_rules(many)), "", rounds),
        **_against_small(small, company(many, vocabulary), "_same_words", rounds),
    }


def _against_one_by_one(small: Company, rounds: int) -> Figures:
    for event in small.events[:ASKED_ALL]:
        assert small.found(event) == small.found_one_by_one(event)
    ours, theirs = small.per_event(small.found), small.per_event(small.found_one_by_one, ASKED_ALL)
    mine, other = in_turns(min(rounds, 5), ours, theirs)
    return {f"rules_match_{len(small.conditions)}": Figure(mine, "µs", other, _ONE_BY_ONE)}


def _building(conditions: Sequence[Checked], vocabulary: Vocabulary, rounds: int) -> Figures:
    seconds = min(timed(lambda: indexed(conditions, vocabulary)) for _ in range(min(rounds, 3)))
    return {f"rules_index_{len(conditions)}": Figure(seconds, "s")}


def _against_small(small: Company, large: Company, name: str, rounds: int) -> Figures:
    mine, other = in_turns(min(rounds, 15), large.per_event(large.found), small.per_event(small.found))
    found = {
        f"rules_match_{len(large.conditions)}{name}": Figure(mine, "µs", other, _FEW),
        f"rules_met_{len(large.conditions)}{name}": Figure(large.found_each(), "rules", small.found_each(), _FEW),
    }
    gc.collect()
    return found
