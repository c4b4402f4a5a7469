"""Matching: what fires, in which order, with which arguments, and what a firing tells."""

from __future__ import annotations

import pytest

from engine.rules import ActionCall, Limit, RuleSet
from tests.engine.rules.programs import NOW, WORD_LISTS, compiled, post, programs

PERSON = "018f0000-0000-7000-8000-000000000011"
OWNER = "018f0000-0000-7000-8000-000000000501"


@pytest.fixture(params=["service.txt", "service_zh.txt"])
def rules(request: pytest.FixtureRequest) -> RuleSet:
    return RuleSet([compiled(text) for text in programs(request.param)], WORD_LISTS)


def test_a_negative_post_of_a_vip(rules: RuleSet) -> None:
    values = post("服务太差了", sentiment="negative", sentiment_score=-0.8)
    first, second = rules.match("social.post", values, NOW)
    assert (first.rule_key, first.branch) == ("vip_negative_post", "then")
    assert [call.name for call in first.actions] == ["create_ticket", "notify", "start_flow"]
    assert first.actions[0].arguments["priority"] == "urgent"
    assert str(first.actions[0].arguments["title"]).endswith("服务太差了")
    assert first.actions[1].arguments["to"] == OWNER
    assert first.limit == Limit(2, 6 * 3600, PERSON)
    assert first.subject == PERSON
    assert {key.split(".")[-1]: value for key, value in first.trace.items()} == {
        "channel": "weibo", "level": "vip", "sentiment": "negative", "sentiment_score": -0.8
    }  # fmt: skip
    assert (second.rule_key, second.branch) == ("product_defect_post", "else")
    assert second.actions == (ActionCall("tag", {"tags": ("chatter",)}),)
    assert second.once == PERSON


def test_a_product_with_a_defect_stops_what_comes_after(rules: RuleSet) -> None:
    firings = rules.match("social.post", post("刚买的洗衣机漏水", sentiment="positive"), NOW)
    assert [firing.rule_key for firing in firings] == ["product_defect_post"]
    firing = firings[0]
    assert firing.actions[1] == ActionCall("tag", {"tags": ("defect",), "person": PERSON})
    assert firing.trace['keywords("products")'] == ["洗衣机"]
    assert firing.trace['keywords("defects")'] == ["漏水"]


def test_words_ignore_ascii_case_and_overlap(rules: RuleSet) -> None:
    found = rules.words("My WASHING machine is leaking")
    assert found == {"products": {"Washing Machine"}, "defects": {"leak", "Leaking"}}


def test_without_stop_the_lower_rule_fires_too(rules: RuleSet) -> None:
    firings = rules.match("social.post", post("真好", sentiment="positive"), NOW)
    assert [firing.rule_key for firing in firings] == ["product_defect_post", "thanks"]


def test_paths_through_references_and_money_in_a_template(rules: RuleSet) -> None:
    event = {
        "title": "退款", "priority": "high", "amount": {"amount": "120.50", "currency": "CNY"}, "owner": OWNER,
        "customer": {"id": PERSON, "name": "王五", "city": "上海", "budget": {"amount": "5000", "currency": "CNY"}},
    }  # fmt: skip
    (firing,) = rules.match("ticket.created", {"event": event}, NOW)
    assert firing.actions == (ActionCall("notify", {"to": OWNER, "text": "退款 (120.50 CNY, 王五)"}),)
    assert firing.trace["t.customer.budget"] == {"amount": "5000", "currency": "CNY"}
    assert firing.subject is None
    assert rules.match("ticket.created", {"event": {**event, "customer": PERSON}}, NOW) == []


def test_events_no_rule_waits_for(rules: RuleSet) -> None:
    assert rules.match("social.comment", post("x"), NOW) == []
    assert rules.events == {"social.post", "ticket.created"}


def test_where_decides_before_if(rules: RuleSet) -> None:
    values = post("服务太差了", sentiment="negative", sentiment_score=-0.8, channel="phone")
    assert [firing.rule_key for firing in rules.match("social.post", values, NOW)] == ["product_defect_post"]


def test_equal_priority_is_ordered_by_key_and_not_cut_by_stop() -> None:
    text = 'rule {key} priority 5 when social.post then tag("x") stop end'
    low = 'rule low when social.post then tag("x") end'
    rules = RuleSet([compiled(low), *(compiled(text.format(key=key)) for key in ("b", "a"))], {})
    assert [firing.rule_key for firing in rules.match("social.post", post("x"), NOW)] == ["a", "b"]


def test_empty_values_fire_nothing_and_raise_nothing(rules: RuleSet) -> None:
    firings = rules.match("social.post", {}, NOW)
    assert [(firing.rule_key, firing.branch) for firing in firings] == [("product_defect_post", "else")]
    assert firings[0].subject is None
