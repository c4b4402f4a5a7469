"""Where rules stand in the index: by what they wait for, and by nothing that they ask for later."""

from __future__ import annotations

import pytest

from engine.rules import CompiledRule
from engine.rules import index as index_module
from engine.rules.entries import forestalling_entry, waiting_entry
from engine.rules.index import Entry, RuleIndex, indexed_by
from tests.engine.rules.programs import WORD_LISTS, compiled

_TAG = 'then tag(["x"]) end'


def _waiting(rule: CompiledRule) -> Entry:
    entry = waiting_entry(7, rule)
    assert entry is not None
    assert entry.number == 7
    return entry


def _finds(entry: Entry | None, event: dict[str, object], person: dict[str, object] | None = None) -> bool:
    assert entry is not None
    index = RuleIndex([entry], WORD_LISTS)
    return bool(index.candidates(entry.event, {"event": event, "person": person}, index.reading()))


@pytest.fixture(autouse=True)
def all_put_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FEW", 0)


def test_an_event_by_its_condition_and_the_branches() -> None:
    entry = _waiting(
        compiled(f'rule a when social.post as p where sentiment = "negative" if p.channel = "weibo" {_TAG}')
    )
    assert (entry.event, indexed_by(entry)) == ("social.post", "event.sentiment")
    assert _finds(entry, {"sentiment": "negative", "channel": "weibo"})
    assert not _finds(entry, {"sentiment": "neutral", "channel": "weibo"})


def test_one_of_several_branches() -> None:
    text = 'rule a when social.post if event.channel = "weibo" then tag(["x"]) else if person.level = "vip" {}'
    entry = _waiting(compiled(text.format(_TAG)))
    assert _finds(entry, {"channel": "phone"}, {"level": "vip"})
    assert _finds(entry, {"channel": "weibo"})
    assert not _finds(entry, {"channel": "phone"}, {"level": "normal"})
    always = _waiting(compiled(text.format('then tag(["x"]) else tag(["y"]) end')))
    assert _finds(always, {"channel": "phone"})
    assert indexed_by(always) is None


def test_what_is_counted_is_left_to_the_log() -> None:
    text = (
        f'rule a when social.post if count(social.like within 1 day by customer) >= 3 and customer.level = "vip" {_TAG}'
    )
    entry = _waiting(compiled(text))
    assert indexed_by(entry) == "person.level"
    assert _finds(entry, {}, {"level": "vip"})


def test_a_sequence_by_its_last_event() -> None:
    text = f"""rule a when social.message as m where channel = "weibo"
      followed_by social.comment where text contains any of keywords("defects") and thread = m.thread within 2 hours
      if m.text contains "a" and event.sentiment = "negative" {_TAG}"""
    entry = _waiting(compiled(text))
    assert (entry.event, indexed_by(entry)) == ("social.comment", "event.sentiment")
    assert _finds(entry, {"text": "it leaks", "sentiment": "negative"})
    assert not _finds(entry, {"text": "it leaks", "sentiment": "neutral"})


def test_an_absence_by_what_happens_and_by_what_must_not() -> None:
    text = f"""rule a when order.paid as o where amount >= 100 CNY without order.created where amount < 50 CNY and customer = o.customer
      within 7 days if customer.level = "vip" {_TAG}"""
    rule = compiled(text)
    entry = _waiting(rule)
    assert entry.event == "order.paid"
    # The branch is chosen when the time is over, by the person as they are then.
    assert _finds(entry, {"amount": "200"}, {"level": "normal"})
    assert not _finds(entry, {"amount": "20"})
    forestalling = forestalling_entry(7, rule)
    assert _finds(forestalling, {"amount": "20"})
    assert not _finds(forestalling, {"amount": "200"})


def test_changes_and_segments() -> None:
    change = _waiting(compiled(f'rule a when person.marketing_consent changes to false if person.level = "vip" {_TAG}'))
    assert change.event == "person.updated"
    assert _finds(change, {"level": "vip"})
    assert not _finds(change, {"level": "normal"})
    segment = _waiting(compiled(f'rule a when exits segment "dormant_vip" if person.level = "vip" {_TAG}'))
    assert segment.event == "segment.left"
    assert _finds(segment, {"segment": "dormant_vip"})


def test_schedules_wait_for_no_event() -> None:
    rule = compiled(f"rule a every 1 day at 09:00 for each customer {_TAG}")
    assert waiting_entry(0, rule) is None
    assert forestalling_entry(0, rule) is None
