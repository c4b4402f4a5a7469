"""The index: what it leaves out can never hold, and it leaves out what it can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import Checked, Context
from engine.rules import index as index_module
from engine.rules.index import Entry, RuleIndex, indexed_by
from engine.rules.intervals import Intervals
from engine.rules.words import WordIndex
from tests.engine.rules.generated import (
    ATOMS,
    CONDITIONS,
    KIND,
    WORD_LISTS,
    Vocabulary,
    checked,
    company_events,
    company_rules,
    events,
)

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
Values = Mapping[str, Any]


@cache
def _condition(text: str) -> Checked:
    return checked(text)


def _entries(rules: Sequence[Sequence[Checked]]) -> list[Entry]:
    return [Entry(number, KIND, conditions, alias="c") for number, conditions in enumerate(rules)]


def _both_ways(rules: Sequence[Sequence[Checked]], index: RuleIndex, values: Values) -> tuple[list[int], list[int]]:
    """The rules whose conditions hold: of the candidates, and of all."""
    reading = index.reading()
    context = Context(words=reading)

    def holds(number: int) -> bool:
        return all(condition.is_true(values, NOW, context) for condition in rules[number])

    candidates = index.candidates(KIND, values, reading)
    assert list(candidates) == sorted(set(candidates))
    return [number for number in candidates if holds(number)], [n for n in range(len(rules)) if holds(n)]


@pytest.fixture(params=[0, index_module.FEW], ids=["all_put_apart", "few_together"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets of rules are small here: put apart as far as can be, every way of doing so is taken."""
    monkeypatch.setattr(index_module, "FEW", request.param)


@given(
    texts=st.lists(st.lists(CONDITIONS, min_size=1, max_size=2), min_size=1, max_size=12),
    happened=st.lists(events(), min_size=1, max_size=4),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.usefixtures("few")
def test_finds_what_asking_every_rule_finds(texts: list[list[str]], happened: list[dict[str, Any]]) -> None:
    rules = [[_condition(text) for text in each] for each in texts]
    index = RuleIndex(_entries(rules), WORD_LISTS)
    for values in happened:
        found, all_of_them = _both_ways(rules, index, values)
        assert found == all_of_them


@given(happened=events())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.usefixtures("few")
def test_every_form_of_condition_in_one_set(happened: dict[str, Any]) -> None:
    rules, index = _every_form(index_module.FEW)
    found, all_of_them = _both_ways(rules, index, happened)
    assert found == all_of_them


@cache
def _every_form(_few: int) -> tuple[list[list[Checked]], RuleIndex]:
    """Every form by itself, denied, and beside another."""
    pairs = zip(ATOMS, ATOMS[7:] + ATOMS[:7], strict=True)
    texts = [*ATOMS, *(f"not ({each})" for each in ATOMS), *(f"({one}) and ({other})" for one, other in pairs)]
    rules = [[_condition(text)] for text in texts]
    return rules, RuleIndex(_entries(rules), WORD_LISTS)


def test_the_rules_of_a_company() -> None:
    vocabulary = Vocabulary.for_rules(600)
    rules = [[condition] for condition in company_rules(600, vocabulary)]
    index = RuleIndex([Entry(number, KIND, each) for number, each in enumerate(rules)], vocabulary.lists)
    met = 0
    for values in company_events(60, vocabulary):
        found, all_of_them = _both_ways(rules, index, values)
        assert found == all_of_them
        met += len(found)
        assert len(index.candidates(KIND, values, index.reading())) < 40
    assert met > 20


# -- what is left out


@pytest.mark.parametrize(
    ("text", "met", "unmet"),
    [
        ('c.channel = "weibo"', {"channel": "weibo"}, {"channel": "Weibo"}),
        ('c.channel in ["weibo", "phone"]', {"channel": "phone"}, {}),
        ("c.channel is empty", {"channel": ""}, {"channel": "phone"}),
        ("c.tags is not empty", {"tags": ["a"]}, {"tags": [None]}),
        ('c.tags contains any of ["new", "old"]', {"tags": ["x", "old"]}, {"tags": ["x"]}),
        ('"new" in c.tags', {"tags": ["new"]}, {"tags": []}),
        ('c.text contains any of keywords("defects")', {"text": "it LEAKS"}, {"text": "lea k"}),
        ('c.text contains any of ["Good", "漏水"]', {"text": "GOOD"}, {"text": "goo d"}),
        ('c.text contains all of ["le", "king"]', {"text": "asking"}, {"text": "le"}),
        ("c.urgent", {"urgent": True}, {"urgent": "yes"}),
        ("not c.urgent", {}, {"urgent": True}),
        ("not (c.urgent or c.due > 2026-11-23)", {"urgent": False}, {"urgent": True}),
        ("c.sentiment_score < -0.3", {"sentiment_score": -0.5}, {"sentiment_score": 0.5}),
        ("c.sentiment_score between 0 and 1", {"sentiment_score": "0.5"}, {"sentiment_score": 2}),
        ("(c.amount ?? 200 CNY) >= 100 CNY", {}, {"amount": 50}),
        ("(c.amount ?? 0 CNY) >= 100 CNY", {"amount": 500}, {}),
        ("c.due > 2026-11-23", {"due": "2026-11-24"}, {"due": "2026-11-22"}),
        ("c.occurred_at >= 2026-11-23T01:00Z", {"occurred_at": NOW}, {"occurred_at": "2026-11-22T09:00Z"}),
        ("c.pause > 2 hours", {"pause": dt.timedelta(hours=3)}, {"pause": 1}),
        ('c.channel = "weibo" or c.urgent', {"urgent": True}, {"channel": "phone"}),
        ('c.author.name = "a"', {"author": {"name": "a"}}, {"author": "a"}),
        ("c.sentiment_score > 5 and c.sentiment_score < 1", None, {"sentiment_score": 3}),
        ("c.channel in []", None, {"channel": "weibo"}),
    ],
)
def test_a_rule_is_left_out(
    monkeypatch: pytest.MonkeyPatch, text: str, met: dict[str, Any] | None, unmet: dict[str, Any]
) -> None:
    monkeypatch.setattr(index_module, "FEW", 0)
    index = RuleIndex(_entries([[_condition(text)]]), WORD_LISTS)

    def candidates(event: Mapping[str, Any]) -> list[int]:
        return list(index.candidates(KIND, {"event": event}, index.reading()))

    if met is not None:
        assert candidates(met) == [0]
    assert candidates(unmet) == []


def test_a_person_has_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FEW", 0)
    index = RuleIndex(_entries([[_condition('customer.level = "vip"')], [_condition('person.level = "vip"')]]))
    assert list(index.candidates(KIND, {"event": {}, "person": {"level": "vip"}}, index.reading())) == [0, 1]
    assert list(index.candidates(KIND, {"event": {}, "person": None}, index.reading())) == []


def test_other_events_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something must not happen, `event` is what happened before it: the index of what came next knows nothing of that."""
    monkeypatch.setattr(index_module, "FEW", 0)
    condition = _condition('event.channel = "weibo" and o.urgent and c.urgent')
    later = RuleIndex([Entry(3, KIND, [condition], alias="c", fires=False)])
    assert list(later.candidates(KIND, {"event": {"urgent": True}}, later.reading())) == [3]
    assert list(later.candidates(KIND, {"event": {"urgent": False}}, later.reading())) == []


def test_a_record_called_person_is_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FEW", 0)
    condition = _condition('person.level = "vip" and customer.active')
    changed = RuleIndex([Entry(0, "person.updated", [condition], alias="person")])
    values = {"event": {"level": "vip"}, "person": {"level": "normal"}}
    assert list(changed.candidates("person.updated", values, changed.reading())) == [0]
    assert (
        list(changed.candidates("person.updated", {"event": {}, "person": {"level": "vip"}}, changed.reading())) == []
    )


def test_no_rule_waits_for_other_kinds() -> None:
    index = RuleIndex(_entries([[_condition("true")]]))
    assert index.events == {KIND}
    assert list(index.candidates("social.like", {"event": {}}, index.reading())) == []


def test_a_reading_belongs_to_its_index() -> None:
    index = RuleIndex(_entries([[_condition('c.text contains "leak"')]]))
    with pytest.raises(ValueError, match="reading"):
        index.candidates(KIND, {"event": {}}, RuleIndex([]).reading())


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('c.urgent and customer.level in ["vip", "svip"]', "person.level"),
        ('c.sentiment_score < 0 and c.text contains any of keywords("defects")', "event.text"),
        ("c.channel = c.title", None),
        ("c.channel != c.title", None),
    ],
)
def test_tells_what_a_rule_is_found_by(text: str, path: str | None) -> None:
    assert indexed_by(Entry(0, KIND, [_condition(text)], alias="c")) == path


def test_many_rules_of_the_same_conditions_end_at_one_place() -> None:
    condition = _condition(" and ".join(f'c.text contains "{number}"' for number in range(40)))
    rules = [[condition]] * 50
    index = RuleIndex(_entries(rules))
    text = " ".join(map(str, range(40)))
    assert list(index.candidates(KIND, {"event": {"text": text}}, index.reading())) == list(range(50))


# -- intervals and words

_ENDS = st.one_of(st.none(), st.integers(-5, 5).map(Decimal))


@given(st.lists(st.tuples(_ENDS, _ENDS).filter(lambda ends: ends != (None, None)), max_size=30), st.integers(-6, 6))
def test_intervals_around_a_value(ends: list[tuple[Decimal | None, Decimal | None]], value: int) -> None:
    bounds = [
        (low, high, number) for number, (low, high) in enumerate(ends) if low is None or high is None or low <= high
    ]
    found: list[int] = []
    Intervals(bounds).gather(Decimal(value), found)
    wanted = [n for low, high, n in bounds if (low is None or low <= value) and (high is None or value <= high)]
    assert sorted(found) == wanted


def test_lists_and_texts_are_read_together() -> None:
    words = WordIndex(WORD_LISTS, ["leak", "漏", "水了", ""])
    found = words.read("漏水了, it is LEAKING")
    assert found.words == {"defects": {"漏水", "leak", "Leaking"}, "water": {"水", "漏水", "leak"}}
    assert found.hits == {("defects",), ("water",), "leak", "漏", "水了"}
    assert words.find("dry") == {}
    assert WordIndex({}).read("漏水").hits == frozenset()
