"""Matching: which rules an event fires, in order of priority. Pure: limits are counted by the caller, who has the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from engine.language import Checked, Context
from engine.language.values import json_value, normalise, read_path
from engine.rules.model import EVENT, PERSON, ActionCall, Branch, CompiledRule, Firing, Limit
from engine.rules.words import WordIndex, WordReading


class RuleSet:
    """Rules indexed by event type, with every word list in one automaton."""

    def __init__(self, rules: Sequence[CompiledRule], word_lists: Mapping[str, Iterable[str]]) -> None:
        self._words = WordIndex(word_lists)
        self._by_event: dict[str, list[CompiledRule]] = {}
        for rule in sorted(rules, key=lambda rule: (-rule.priority, rule.key)):
            self._by_event.setdefault(rule.event, []).append(rule)

    @property
    def events(self) -> frozenset[str]:
        """The event types some rule waits for."""
        return frozenset(self._by_event)

    def words(self, text: str) -> dict[str, frozenset[str]]:
        """The words of every list found in a text."""
        return self._words.find(text)

    def match(self, event_type: str, values: Mapping[str, object], now: dt.datetime) -> list[Firing]:
        """The rules that fire, by priority (highest first), then key. `values` holds `event` (what happened) and what else
        rules may name (`person`), as nested mappings."""
        reading = WordReading(self._words)
        firings: list[Firing] = []
        floor: int | None = None
        for rule in self._by_event.get(event_type, ()):
            if floor is not None and rule.priority < floor:
                break
            firing, stop = _fire(rule, _Moment(rule, values, now, reading))
            if firing is not None:
                firings.append(firing)
            if stop:
                floor = rule.priority
        return firings


class _Moment:
    """One rule facing one event."""

    def __init__(self, rule: CompiledRule, values: Mapping[str, object], now: dt.datetime, words: WordReading) -> None:
        self._values = {**values, rule.alias: values.get(EVENT)}
        self._now = now
        self.words = words
        self._context = Context(words=words)

    def value(self, expression: Checked) -> object:
        """The value of an expression."""
        return expression.evaluate(self._values, self._now, self._context)

    def subject(self, expression: Checked) -> str | None:
        """What a limit or `once` counts by: an id for a record, otherwise the value as text."""
        value = self.value(expression)
        if isinstance(value, Mapping):
            value = value.get("id")
        return None if value is None else str(value)

    def limit(self, rule: CompiledRule) -> Limit | None:
        """The rule's limit for the subject of this event."""
        if rule.limit is None:
            return None
        return Limit(rule.limit.count, rule.limit.seconds, self.subject(rule.limit.subject))

    def trace(self, expressions: Iterable[Checked]) -> dict[str, object]:
        """The JSON values of the paths the expressions read, and the words found of the lists they name."""
        found: dict[str, object] = {}
        for node in (node for expression in expressions for node in expression.tree.walk()):
            if node.op == "field":
                value = normalise(node.type, read_path(self._values, node.path))
                found[".".join(node.path)] = json_value(node.type, value)
            elif node.op == "keywords":
                found[f'keywords("{node.value}")'] = sorted(self.words.asked.get(str(node.value), ()))
        return found

    def person(self) -> str | None:
        """The person the event is about."""
        person = self._values.get(PERSON)
        found = person.get("id") if isinstance(person, Mapping) else person
        return None if found is None else str(found)


def _fire(rule: CompiledRule, moment: _Moment) -> tuple[Firing | None, bool]:
    if rule.where is not None and moment.value(rule.where) is not True:
        return None, False
    holds = rule.condition is None or moment.value(rule.condition) is True
    branch = rule.then if holds else rule.otherwise
    if branch is None:
        return None, False
    return _firing(rule, "then" if holds else "else", branch, moment), branch.stop


def _firing(rule: CompiledRule, name: str, branch: Branch, moment: _Moment) -> Firing:
    limit = moment.limit(rule)
    once = moment.subject(rule.once) if rule.once is not None else None
    calls = tuple(
        ActionCall(action.name, {key: moment.value(argument) for key, argument in action.arguments.items()})
        for action in branch.actions
    )
    reads = tuple(dict.fromkeys(".".join(path) for found in rule.conditions for path in found.references()))
    subject = (limit and limit.subject) or once or moment.person()
    return Firing(rule.key, name, calls, limit, once, subject, reads, moment.trace(rule.conditions))
