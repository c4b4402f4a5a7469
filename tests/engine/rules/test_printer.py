"""The canonical text of a rule: what it looks like, and that the compiler reads it back as the same rule in either language, under
whatever labels, comments included."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.definitions import Option, Text
from engine.language import Problems, Type
from engine.language.layout import columns
from engine.language.surfaces import Surface
from engine.rules import CompiledRule, RuleScope, compile_rule, from_json, to_json
from engine.rules.codec import meaning
from engine.rules.printer import print_rule
from engine.rules.syntax import language_of
from tests.engine.rules.programs import SCOPES, compiled, programs
from tests.engine.rules.texts import commented, comments, written

SURFACES: tuple[Surface, Surface] = ("en", "zh")
PROGRAMS = [*programs("service.txt"), *programs("service_zh.txt"), *programs("whole.txt"), *programs("whole_zh.txt")]


def reads_back(rule: CompiledRule, surface: Surface, scope: RuleScope = SCOPES) -> str:
    """The text, after the law was tried on it: the compiler reads it back as the same rule, and it is printed the same again."""
    text = print_rule(rule, scope, surface)
    again = compile_rule(text, scope)
    assert not isinstance(again, Problems), f"{text}\n{again}"
    assert meaning(again) == meaning(rule), text
    assert again.title == rule.title
    assert print_rule(again, scope, surface) == text
    assert comments(text) == comments(rule.text)
    return text


@pytest.mark.parametrize("text", PROGRAMS)
def test_the_example_programs_read_back(text: str) -> None:
    for surface in SURFACES:
        reads_back(compiled(text), surface)


@pytest.mark.parametrize("start", range(0, 120, 30))
def test_generated_rules_read_back(start: int) -> None:
    for seed in range(start, start + 30):
        text = written(seed)
        rule = compiled(commented(text, seed, 1 + seed % 5) if seed % 2 else text)
        reads_back(rule, SURFACES[seed // 2 % 2])


def test_a_stored_rule_is_printed_without_its_text() -> None:
    for seed in range(20):
        rule = compiled(written(seed))
        stored = replace(from_json(to_json(rule)), text="")
        assert print_rule(stored, SCOPES, "zh") == print_rule(rule, SCOPES, "zh")


#: Labels that must not be taken for something else.
AWKWARD = ("且", "and", "当", "when", "per", "每位", "停止", "limit", "text", "客户", "名 称", "a.b", "", "`x`", "3 天", "等级", "社交")  # fmt: skip


def relabelled(scope: RuleScope, draw: random.Random) -> RuleScope:
    """The scope with new labels for fields, options, records and actions, some of them awkward."""

    def label() -> Text:
        zh, en = (draw.choice(AWKWARD) if draw.random() < 0.5 else f"{sign}{draw.randrange(10**6)}" for sign in "名n")
        return Text(zh, en)

    def renamed(type: Type) -> Type:
        options = tuple(Option(option.key, label()) for option in type.options)
        fields = {key: renamed(field) for key, field in type.fields.items()}
        return replace(type, label=label(), options=options, fields=fields)

    events = {
        key: replace(kind, type=renamed(kind.type).named(None), label=label()) for key, kind in scope.events.items()
    }
    actions = {
        key: replace(each, label=label(), parameters=tuple(replace(p, label=label()) for p in each.parameters))
        for key, each in scope.actions.items()
    }
    records = {key: renamed(type) for key, type in scope.records.items()}
    return replace(scope, events=events, actions=actions, records=records)


@pytest.mark.parametrize("start", range(0, 60, 30))
def test_new_labels_change_no_meaning(start: int) -> None:
    for seed in range(start, start + 30):
        reads_back(compiled(written(seed)), SURFACES[seed % 2], relabelled(SCOPES, random.Random(seed)))


CANONICAL = [
    (
        'rule a "T" when comment.created as c where (c.channel in ["weibo"]) if customer.level in ["VIP","svip"] and c.sentiment="negative" then create_ticket("x {c.text}", priority:"urgent") tag("y") limit 1 per customer per 360 minutes end',
        """\
rule a "T"
  when social.comment as c where channel in ["weibo"]
  if person.level in ["vip", "svip"] and c.sentiment = "negative"
  then
    create_ticket(title: "x {c.text}", priority: "urgent")
    tag("y")
  limit 1 per person per 6 hours
end""",
        """\
规则 a "T"
  当 社交.评论 记作 c 其中 渠道 属于 ["weibo"]
  如果 客户.等级 属于 ["贵宾", "至尊"] 且 c.情绪 = "负面"
  那么
    创建工单(标题: "x {c.内容}", 优先级: "紧急")
    打标签("y")
  限制 1 次 每位 客户 每 6 小时
结束""",
    ),
    (
        "rule b priority 3 # one\n when order.paid as o without order.paid where customer=o.customer within 7 days # two\n"
        " if sum(amount: order.paid within 30 days by customer)>3 CNY then stop # three\n else after 2 days do # four\n tag('x') end quiet 'night' end # five",
        """\
rule b
  priority 3
  # one
  when order.paid as o
    without order.paid where customer = o.customer within 7 days
  # two
  if sum(amount: order.paid within 30 days by person) > 3 CNY
  then stop
  # three
  else
    after 2 days do
      # four
      tag("x")
    end
  quiet "night"
end
# five""",
        """\
规则 b
  优先级 3
  # one
  当 订单.支付 记作 o
    未发生 订单.支付 其中 客户 = o.客户 7 天内
  # two
  如果 求和(金额: 订单.支付 30 天内 按 客户) > 3 元
  那么 停止
  # three
  否则
    等待 2 天 执行
      # four
      打标签("x")
    结束
  免打扰 "night"
结束
# five""",
    ),
]


@pytest.mark.parametrize(("text", "english", "chinese"), CANONICAL)
def test_what_it_looks_like(text: str, english: str, chinese: str) -> None:
    rule = compiled(text)
    assert reads_back(rule, "en") == english
    assert reads_back(rule, "zh") == chinese


def test_lines_are_broken_where_they_are_long() -> None:
    condition = " and ".join(f'c.text contains "word number {number}"' for number in range(12))
    for surface in SURFACES:
        text = reads_back(compiled(f"rule a when social.post as c if {condition} then stop end"), surface)
        assert max(columns(line) for line in text.split("\n")) <= 100


def test_a_name_that_means_something_else_there_is_not_written() -> None:
    rule = compiled(
        "rule a when order.paid as m followed_by order.paid where customer = m.customer within 1 day then stop end"
    )
    fields = {
        key: type.named(Text("m", "m")) for key, type in SCOPES.records["order"].fields.items() if key == "amount"
    }
    kind = SCOPES.events["order.paid"]
    hidden = replace(kind, type=replace(kind.type, fields={**kind.type.fields, **fields}))
    with pytest.raises(ValueError, match="means something else"):
        print_rule(rule, replace(SCOPES, events={**SCOPES.events, "order.paid": hidden}), "zh")


def test_the_language_of_a_text_is_that_of_its_first_word() -> None:
    assert language_of("# 说明\n\n rule a when order.paid if 客户.等级 = 'vip' then stop end") == "en"
    assert language_of("# note\n规则 a 当 order.paid 那么 stop 结束") == "zh"


def test_what_nothing_is_called_any_more_has_no_text() -> None:
    rule = compiled("rule a when order.paid then stop end")
    with pytest.raises(ValueError, match=r"order\.paid"):
        print_rule(rule, replace(SCOPES, events={}), "en")
