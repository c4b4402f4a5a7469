"""Rules in a sentence: what one waits for and what it does, in both languages, without what nobody needs to hear."""

from __future__ import annotations

import pytest

from engine.definitions import Text
from engine.rules.sentences import MOST_CHARACTERS, rule_sentence, trigger_sentence
from tests.engine.rules.programs import SCOPES, compiled
from tests.engine.rules.texts import written


@pytest.mark.parametrize(
    ("trigger", "zh", "en"),
    [
        ("when social.post", "当 社交.发帖 发生", "when social.post happens"),
        ("when social.post as unneeded", "当 社交.发帖 发生", "when social.post happens"),
        (
            'when social.post where sentiment = "negative"',
            '当 社交.发帖（情绪 = "负面"） 发生',
            'when social.post (sentiment = "negative") happens',
        ),
        (
            "when order.paid as o without order.paid where customer = o.customer within 7 days",
            "当 订单.支付 记作 o 发生，之后 7 天内没有发生 订单.支付（客户 = o.客户）",
            "when order.paid as o happens, and no order.paid (customer = o.customer) within 7 days",
        ),
        (
            "when social.message followed_by ticket.created within 2 hours",
            "当 社交.私信 发生，之后 2 小时内又发生 工单.创建",
            "when social.message happens, then ticket.created within 2 hours",
        ),
        (
            'when person.level changes to "vip"',
            '当 客户.等级 变为 "贵宾"',
            'when person.level changes to "vip"',
        ),
        (
            'when exits segment "dormant_vip"',
            "当有记录离开人群“dormant_vip”",
            "when a record leaves the segment “dormant_vip”",
        ),
        (
            "every 1 day at 09:00 for each person where level = 'vip'",
            '每隔 1 天 于 09:00 对每个 客户 其中 等级 = "贵宾"',
            'every 1 day at 09:00 for each person where level = "vip"',
        ),
        (
            "watch count(ticket.created within 1 day by customer) > 3 for each person every 5 minutes",
            "对每个 客户，一旦 计数(工单.创建 1 天内 按 客户) > 3（每隔 5 分钟 查看）",
            "for each person, as soon as count(ticket.created within 1 day by person) > 3 (looked at every 5 minutes)",
        ),
    ],
)
def test_what_a_rule_waits_for(trigger: str, zh: str, en: str) -> None:
    assert trigger_sentence(compiled(f"rule a {trigger} then stop end"), SCOPES) == Text(zh, en)


def test_what_a_rule_does() -> None:
    rule = compiled(
        "rule a # note\n when social.post if person.level = 'vip' then tag('x') stop else if person.city is empty then send('a')"
        " after 1 day if message.read_at is empty do tag('y') end else split per person 50% A: tag('z') end"
        " limit 2 per person per 1 week once per person end"
    )
    found = rule_sentence(rule, SCOPES)
    assert found.en == (
        'when social.post happens; if person.level = "vip": tag("x"), no rule of lower priority fires;'
        ' otherwise, if person.city is empty: send("a"), after 1 day, if message.read_at is empty, tag("y");'
        ' otherwise split (50% A: tag("z")); limit 2 per person per 7 days; once per person'
    )
    assert found.zh.startswith(
        '当 社交.发帖 发生；如果 客户.等级 = "贵宾"：打标签("x")、不再执行优先级更低的规则；否则如果'
    )


def test_every_rule_has_a_sentence_of_one_line() -> None:
    for seed in range(60):
        rule = compiled(written(seed))
        for told in (rule_sentence(rule, SCOPES), trigger_sentence(rule, SCOPES)):
            assert "\n" not in told.zh + told.en
        assert len(rule_sentence(rule, SCOPES).en) <= MOST_CHARACTERS
