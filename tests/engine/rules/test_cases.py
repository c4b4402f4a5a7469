"""Test cases of rules: what passes, what does not, and how that is told."""

from __future__ import annotations

from typing import Any

from engine.definitions import Rule
from engine.definitions.codec import decode, encode, problems
from engine.rules.cases import CaseResult, run_case
from engine.rules.outcomes import Facts
from tests.engine.rules.programs import SCOPES, WORD_LISTS, compiled
from tests.engine.rules.timelines import SENDS, ZONE

FACTS = Facts(ZONE, words=WORD_LISTS, sends=SENDS)
TITLE = {"zh": "测试", "en": "a test"}
VIP = {"level": "vip", "name": "Anna", "marketing_consent": True}
RULE = (
    'rule vip purpose marketing when social.comment as c where text contains any of keywords("defects")'
    ' if customer.level = "vip" then tag(["leak", c.channel]) send("sorry {customer.name}")'
    ' after 1 day do tag("later") end limit 1 per customer per 6 hours end'
)


def _document(text: str, **test: Any) -> dict[str, Any]:
    label = {"zh": "规则", "en": "rule"}
    return {"kind": "rule", "key": "vip", "label": label, "text": text, "tests": [{"title": TITLE, **test}]}


def _run(text: str, **test: Any) -> CaseResult:
    document = _document(text, **test)
    assert problems("rule", document) == []
    rule: Rule = decode("rule", document)
    assert decode("rule", encode(rule)) == rule
    return run_case(compiled(text), rule.tests[0], FACTS, SCOPES)


COMMENT = {
    "at": "2026-11-23T09:00",
    "event": "social.comment",
    "values": {"text": "it does leak", "channel": "weibo"},
    "person": VIP,
}
DONE = {
    "at": "2026-11-23T09:00",
    "actions": [{"action": "tag", "arguments": {"tags": ["leak", "weibo"]}}, {"action": "send"}],
}
LATER = {"at": "2026-11-24T09:00", "actions": [{"action": "tag", "arguments": {"tags": "later"}}], "branch": "then"}


def test_what_is_expected_and_nothing_else() -> None:
    assert _run(RULE, given=[COMMENT], expect=[DONE, LATER]).passed
    assert not _run(RULE, given=[COMMENT], expect=[DONE, LATER, LATER]).passed
    assert not _run(RULE, given=[COMMENT, {"at": "2026-11-25T09:00", "wait": True}], expect=[DONE]).passed
    other = {**COMMENT, "values": {"text": "fine"}}
    assert _run(RULE, given=[other], expect=[]).passed


def test_what_a_limit_holds_back_is_not_done() -> None:
    again = {**COMMENT, "at": "2026-11-23T10:00"}
    found = _run(RULE, given=[COMMENT, again], expect=[DONE])
    assert found.passed
    assert [each["status"] for each in found.found] == ["fired", "limited"]


def test_a_message_that_may_not_be_sent_is_not_sent() -> None:
    refusing = {**COMMENT, "person": {**VIP, "marketing_consent": False}}
    found = _run(RULE, given=[refusing], expect=[{"at": "2026-11-23T09:00", "actions": [{"action": "tag"}]}])
    assert found.passed
    assert found.found[0]["actions"][1]["refused"] == "consent.missing"


def test_the_difference_is_told() -> None:
    found = _run(RULE, given=[COMMENT], expect=[{**DONE, "branch": "else"}])
    assert not found.passed
    assert found.sentence.en == (
        "Expected 2026-11-23 09:00 (branch else): tag(tags: ['leak', 'weibo']), send();"
        " found 2026-11-23 09:00 (branch then): tag(tags: ['leak', 'weibo']), send(text: sorry Anna)"
    )
    assert found.sentence.zh.startswith("期望")
    assert "nothing" in _run(RULE, given=[{**COMMENT, "person": None}], expect=[DONE]).sentence.en


def test_a_case_that_cannot_be_played_says_why() -> None:
    unknown = _run(RULE, given=[{**COMMENT, "event": "social.coment"}], expect=[])
    assert unknown.sentence.en == "There is no event “social.coment”; “social.comment” perhaps?"
    never = _run(RULE, given=[{**COMMENT, "at": "2026-02-30T09:00"}], expect=[])
    assert never.sentence.en == "There is no moment “2026-02-30T09:00”"


def test_events_follow_from_events() -> None:
    rule = 'rule vip when order.paid as o if o.amount > 100 CNY and customer.level = "vip" then tag("x") end'
    paid = {"at": "2026-11-23T09:00", "values": {"amount": "200"}, "person": VIP}
    expect = [{"at": "2026-11-23T09:00", "actions": [{"action": "tag"}]}]
    changed = {**paid, "event": "order.updated", "changes": {"status": ["draft", "paid"]}}
    assert _run(rule, given=[{**paid, "event": "order.paid"}], expect=expect).passed
    assert _run(rule, given=[{**paid, "event": "订单.支付"}], expect=expect).passed
    assert _run(rule, given=[changed], expect=expect).passed
    assert _run(rule, given=[{**changed, "changes": {"amount": ["1", "2"]}}], expect=[]).passed
    created = {**paid, "event": "order.created", "values": {"amount": "200", "status": "paid"}}
    assert _run(rule, given=[created], expect=expect).passed


def test_changes_segments_and_sets() -> None:
    up = 'rule vip when person.level changes to "vip" then send("hi {person.name}") end'
    change = {
        "at": "2026-11-23T09:00",
        "event": "person.updated",
        "values": VIP,
        "changes": {"level": ["normal", "vip"]},
    }
    greeted = {"at": "2026-11-23T09:00", "actions": [{"action": "send", "arguments": {"text": "hi Anna"}}]}
    assert _run(up, given=[change], expect=[greeted]).passed
    enter = 'rule vip when enters segment "dormant_vip" then send("hi {person.name}") end'
    event = {"at": "2026-11-23T09:00", "event": "segment.entered", "values": {"segment": "dormant_vip"}, "person": VIP}
    assert _run(enter, given=[event], expect=[greeted]).passed
    every = 'rule vip every 1 day at 09:00 for each customer where level = "vip" then send("hi {customer.name}") end'
    waiting = [{"at": "2026-11-23T08:00", "wait": True}, {"at": "2026-11-23T23:00", "wait": True}]
    records = {"person": [{"id": "a", **VIP}, {"id": "b", "level": "normal"}]}
    assert _run(every, given=waiting, expect=[greeted], records=records).passed


def test_the_form_of_a_case_is_checked() -> None:
    def wrong(**test: Any) -> bool:
        return bool(problems("rule", _document(RULE, **test)))

    assert wrong(given=[])
    assert wrong(given=[{"event": "social.comment"}])
    assert wrong(given=[{**COMMENT, "at": "tomorrow"}])
    assert wrong(given=[{**COMMENT, "colour": 1}])
    assert wrong(given=[COMMENT], expect=[{"at": "2026-11-23T09:00", "actions": [{}]}])
