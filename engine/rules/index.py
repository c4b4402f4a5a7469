"""Which rules an event can concern: looked up in the values it has, and not asked of one rule after the other.

index = RuleIndex([Entry(0, "social.post", (where, condition)), ...], {"defects": ["漏水", "leak"]})
reading = index.reading()
for number in index.candidates("social.post", {"event": {...}, "person": {...}}, reading): ...

Every rule stands where one of its demands puts it, the one that lets the least through; where many stand, they are put apart by
their further demands. So the cost follows the number of rules that are left, and the memory that of all the demands. What comes
back is never too little: the conditions themselves decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.language import Checked
from engine.language.python import Evaluate, compile_tree
from engine.rules.intervals import Intervals
from engine.rules.model import EVENT
from engine.rules.predicates import (
    ITEMS,
    PRESENCE,
    SIZE,
    VALUE,
    WORDS,
    Attribute,
    Band,
    Demand,
    Fields,
    Point,
    breadth,
    demands,
)
from engine.rules.words import WordIndex, WordReading

#: So many rules are not worth being put apart.
FEW = 2
#: How deep rules are put apart, and at how many places one may stand.
MAX_DEPTH = 8
MAX_PLACES = 64
#: What share of the events is taken to lie between two bounds, and beside one: much, because rules are put apart by bounds last.
#: Those that lie between some are not put apart any further.
BETWEEN, HALF_LINE = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule that waits for a kind of event: its `number`, and the conditions that must all hold for it to matter. What happened
    stands under `alias` in them, and under `event` unless it is not what `fires` the rule: an event that must not happen."""

    number: int
    event: str
    conditions: Sequence[Checked]
    alias: str = EVENT
    fires: bool = True

    def demands(self, fields: Fields) -> tuple[Demand, ...]:
        """What an event must meet."""
        return demands(self.conditions, fields.roots(self.alias, self.fires))


def indexed_by(entry: Entry) -> str | None:
    """The field by which a rule is found, as a path; None when it is looked at for every event of its kind."""
    found = [demand for demand in entry.demands(Fields()) if demand]
    narrowest = min(found, key=breadth, default=None)
    return ".".join(narrowest[0].attribute.field.path) if narrowest else None


class RuleIndex:
    """Finds the rules that an event can concern. It owns the automaton: `reading()` is what a match reads words with."""

    def __init__(self, entries: Sequence[Entry], word_lists: Mapping[str, Iterable[str]] | None = None) -> None:
        placed: dict[str, list[_Placed]] = {}
        texts: dict[str, None] = {}
        fields = Fields()
        for entry in entries:
            found = entry.demands(fields)
            placed.setdefault(entry.event, []).append(_Placed(entry.number, found))
            texts.update(dict.fromkeys(_texts(found)))
        self.words = WordIndex(word_lists or {}, texts)
        self._kinds = {event: _Kind(rules) for event, rules in placed.items()}

    @property
    def events(self) -> frozenset[str]:
        """The kinds of events that some rule waits for."""
        return frozenset(self._kinds)

    def reading(self) -> WordReading:
        """For one event: what its texts hold, read once for the index and for the conditions."""
        return WordReading(self.words)

    def candidates(self, event: str, values: Mapping[str, object], reading: WordReading) -> Sequence[int]:
        """The numbers of the rules that an event can concern, ascending. `values` holds `event` (what happened) and `person`."""
        if reading.index is not self.words:
            raise ValueError("a reading is made by the index that it is used with")
        kind = self._kinds.get(event)
        return kind.candidates(values, reading) if kind is not None else ()


def _texts(found: Iterable[Demand]) -> Iterator[str]:
    for demand in found:
        for each in demand:
            if isinstance(each, Point) and each.attribute.aspect == WORDS and isinstance(each.key, str):
                yield each.key


# -- rules of one kind of event


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule on its way to its place: the demands not used yet, and at how many places it stands."""

    number: int
    demands: tuple[Demand, ...]
    places: int = 1


@dataclass(slots=True)
class _Fork:
    """Rules put apart: tables by key for attributes, intervals for attributes, and those that nothing tells apart."""

    tables: list[tuple[int, dict[object, _Place]]] = field(default_factory=list)
    bands: list[tuple[int, Intervals]] = field(default_factory=list)
    rest: tuple[int, ...] = ()


#: Where rules stand: a few by their numbers, more of them put apart.
_Place = tuple[int, ...] | _Fork


class _Kind:
    """The rules that wait for one kind of event."""

    def __init__(self, rules: Sequence[_Placed]) -> None:
        self._numbers: dict[Attribute, int] = {}
        self._root = self._place(rules, 0)
        self._probes = [_PROBES[attribute.aspect](compile_tree(attribute.field)) for attribute in self._numbers]

    def candidates(self, values: Mapping[str, object], reading: WordReading) -> list[int]:
        """The numbers, ascending and each once."""
        found: list[int] = []
        _gather(self._root, _Facts(self._probes, values, reading), found)
        return sorted(set(found))

    def _place(self, rules: Sequence[_Placed], depth: int) -> _Place:
        numbers = tuple(rule.number for rule in rules)
        if len(rules) <= FEW or depth == MAX_DEPTH:
            return numbers
        split = _Split(rules)
        if not split.points and not split.bands:
            return split.rest
        fork = _Fork(rest=split.rest)
        for attribute, table in split.points.items():
            places = {key: self._place(each, depth + 1) for key, each in table.items()}
            fork.tables.append((self._number(attribute), places))
        for attribute, bands in split.bands.items():
            fork.bands.append((self._number(attribute), Intervals(bands)))
        return fork

    def _number(self, attribute: Attribute) -> int:
        return self._numbers.setdefault(attribute, len(self._numbers))


class _Split:
    """Rules put apart by the narrowest demand of each."""

    def __init__(self, rules: Sequence[_Placed]) -> None:
        self.points: dict[Attribute, dict[object, list[_Placed]]] = {}
        self.bands: dict[Attribute, list[tuple[Any, Any, int]]] = {}
        rest: list[int] = []
        shares = _shares(rules)
        for rule in rules:
            demand = _narrowest(rule, shares)
            if demand is None:
                rest.append(rule.number)
            else:
                self._put(rule, demand)
        self.rest = tuple(rest)

    def _put(self, rule: _Placed, demand: Demand) -> None:
        left = tuple(each for each in rule.demands if each is not demand)
        further = _Placed(rule.number, left, rule.places * max(1, len(demand)))
        for each in demand:
            if isinstance(each, Band):
                self.bands.setdefault(each.attribute, []).append((each.low, each.high, rule.number))
            else:
                self.points.setdefault(each.attribute, {}).setdefault(each.key, []).append(further)


def _shares(rules: Sequence[_Placed]) -> Mapping[Attribute, float]:
    """What share of the events is taken to have one key of an attribute: the more keys are asked for, the less."""
    keys: dict[Attribute, set[object]] = {}
    for rule in rules:
        for demand in rule.demands:
            for each in demand:
                if isinstance(each, Point):
                    keys.setdefault(each.attribute, set()).add(each.key)
    return {attribute: 1 / (1 + len(known)) for attribute, known in keys.items()}


def _narrowest(rule: _Placed, shares: Mapping[Attribute, float]) -> Demand | None:
    """The demand that lets the least through, if there is any."""
    best, least = None, math.inf
    for demand in rule.demands:
        if len(demand) > 1 and rule.places > 1 and rule.places * len(demand) > MAX_PLACES:
            continue
        share = 0.0
        for each in demand:
            share += _share(each, shares)
        if share < least:
            best, least = demand, share
    return best


def _share(each: Point | Band, shares: Mapping[Attribute, float]) -> float:
    if isinstance(each, Point):
        return shares[each.attribute]
    return HALF_LINE if each.low is None or each.high is None else BETWEEN


# -- looking up


class _Facts(dict[int, Any]):
    """What an event has of each attribute, found out when it is first asked for: its keys, or its size."""

    __slots__ = ("_probes", "_reading", "_values")

    def __init__(self, probes: Sequence[_Probe], values: Mapping[str, object], reading: WordReading) -> None:
        super().__init__()
        self._probes = probes
        self._values = values
        self._reading = reading

    def __missing__(self, number: int) -> Any:
        fact = self[number] = self._probes[number](self._values, self._reading)
        return fact


def _gather(place: _Place, facts: _Facts, found: list[int]) -> None:
    """Adds the numbers of the rules at a place that the facts lead to."""
    if isinstance(place, tuple):
        found.extend(place)
        return
    found.extend(place.rest)
    for number, table in place.tables:
        for key in facts[number]:
            further = table.get(key)
            if further is not None:
                _gather(further, facts, found)
    for number, intervals in place.bands:
        size = facts[number]
        if size is not None:
            intervals.gather(size, found)


_Probe = Callable[[Mapping[str, object], WordReading], Any]


def _value(read: Evaluate) -> _Probe:
    return lambda values, _: (read(values),)


def _presence(read: Evaluate) -> _Probe:
    return lambda values, _: (read(values) is not None,)


def _items(read: Evaluate) -> _Probe:
    return lambda values, _: read(values) or ()


def _words(read: Evaluate) -> _Probe:
    def probe(values: Mapping[str, object], reading: WordReading) -> Any:
        text = read(values)
        return reading.read(text).hits if isinstance(text, str) else ()

    return probe


def _size(read: Evaluate) -> _Probe:
    return lambda values, _: read(values)


_PROBES: Mapping[str, Callable[[Evaluate], _Probe]] = {
    VALUE: _value,
    PRESENCE: _presence,
    ITEMS: _items,
    WORDS: _words,
    SIZE: _size,
}
