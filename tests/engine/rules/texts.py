"""Texts of right rules in every form, over the scope of the example programs: a grammar by part, from which a seed draws."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from engine.language.comments import comment_spans
from engine.rules.syntax import rule_parser

#: What a part may be written as: `<part>` stands for any text of that part.
FORMS: Mapping[str, Sequence[str]] = {
    "rule": (
        "rule <key><title> <headers> <event> <done> <tails> end",
        "rule <key><title> <headers> <pattern> <if pattern?> then <block> <tails> end",
        "rule <key><title> <headers> <each> <if record?> then <block> <tails record> end",
        "rule <key><title> <headers> <other> then <block> <tails> end",
        "规则 <key><title> <headers> <event> <done> <tails> 结束",
    ),
    "key": ("a", "vip_rule", "`when`", "客诉", "x1"),
    "title": ("", ' "A title"', ' "标题 \\"quoted\\""'),
    "headers": ("", "", "<priority>", "<valid>", "<priority> <purpose> <calendar>", "<calendar> <valid> <priority>"),
    "priority": ("priority 90", "priority -3", "优先级 7", "priority 0"),
    "valid": ("valid from 2026-01-01 to 2026-12-31", "valid from 2026-01-01", "valid to 2026-12-31", "有效期 自 2026-01-01 到 2026-02-01"),
    "purpose": ("purpose marketing", "用途 service"),
    "calendar": ('calendar "office"', '日历 "office"'),
    # -- triggers
    "event": (
        "when <social> as c", "when <social> as c where <where social>", "当 社交.评论 记作 c 其中 <where social>",
        "when social.like as c where c.channel = 'weibo' and <where social>", "when comment.created as c",
    ),
    "social": ("social.comment", "social.like", "社交.发帖", "message.received", "mention.created"),
    "where social": (
        'sentiment = "negative"', '情绪 != "正面"', "sentiment_score < -0.3", 'text contains any of keywords("products")', "not (text is empty)",
        'channel in ["weibo", "wechat"] and product is not empty', 'author.name = "x" or <where social>', '(内容 包含 "漏水")',
        'person.level = "vip"', 'customer.level = "vip"', 'product.name = "x"',
    ),
    "pattern": (
        "when social.message as m <link>", "when order.paid as m <link>", "当 订单.支付 记作 m <link>",
        "when social.message as m where channel = 'a' <follow> <link>",
        "when social.message where channel = 'a' followed_by social.message as m within 2 hours",
    ),
    "follow": ("followed_by ticket.created within 2 days", "followed_by order.submitted as o2 where amount > 3 CNY within <fixed>"),
    "link": (
        "without message.sent where thread = 'x' within <length>", "without order.paid where customer = person within 1 个月",
        "followed_by order.paid where customer = person within <fixed>", "随后 工单.创建 其中 金额 > 3 元 2 小时内",
        "without ticket.created within 15 business minutes", "未发生 订单.创建 3 个工作日内",
    ),
    "each": (
        "every 1 day at 09:00 for each person where <where person>", "every 2 hours for each person", "every 1 month at 08:30 for each customer",
        "每隔 1 天 于 09:00 对 每个 客户 其中 <where person>", "every 1 day for each person as p where p.level = 'vip' and <where person>",
        "watch <count person> >= 3 for each person every 1 minute",
        "watch <count person> >= 3 and not (<count person> > 30) for each person where <where person> every 5 minutes",
        "监测 <count person> > 3 对每个 客户 每隔 1 分钟",
    ),
    "where person": ('level != "normal"', "city is empty", "birthday_in(birth_date, 0)", "budget >= 100 CNY", '等级 = "贵宾" 或 预算 > 3 元'),
    "other": (
        'when enters segment "dormant_vip"', '当 离开 人群 "dormant_vip"', "when person.marketing_consent changes to false",
        'when customer.level changes from "normal" to "vip"', '当 客户.等级 变更 自 "普通"', '当 客户.等级 变为 "vip"', "when order.status changes",
        'when order.status changes to "paid"',
    ),
    # -- conditions
    "done": ("then <block>", "if <condition> then <block> <else>", "if <condition> and <condition> then <block>", "如果 <condition> 且 <condition> 那么 <block> <else>"),
    "if pattern?": ("", "if <person>", "if <person> and count(social.like within 1 day by person) > 1"),
    "if record?": ("", "if <person>"),
    "person": ('customer.level in ["vip", "SVIP"]', 'person.city = "上海"', "(客户.预算 ?? 0 CNY) >= 50000 CNY", "not person.marketing_consent"),
    "condition": (
        "<person>", 'c.sentiment = "negative"', "c.product.name is not empty", "<count> >= 3", "<count> + <count> > 10", "<amount> > 100 CNY",
        "not (<condition> or <person>)", "(<condition>)", "event.sentiment_score < -0.3", "(if <person> then <count> else 0 end) > 2",
    ),
    "count": (
        "count(social.like within 24 hours by customer)", "计数(社交.点赞 其中 <where social> 7 天内 按 客户)",
        "count(social.post as l where <where social> and l.channel = c.channel within 1 hour by product)",
        "spike(mention.created where <where social> within 1 hour by product baseline 7 days)", "count(ticket.created within 2 months)",
        "distinct(channel: social.post within 30 days by customer)", "去重计数(渠道: 社交.发帖 记作 q 其中 q.内容 = 'x' 30 天内)",
        "count(social.post within 1 day by channel)", "count(social.post within 1 day by author.id)",
    ),
    "count person": (
        "count(order.paid where amount > 3 CNY within 30 days by customer)", "spike(social.message within 1 hour by person baseline 1 day)",
        "计数(工单.创建 1 天内 按 客户)",
    ),
    "amount": (
        "sum(amount: order.paid within 30 days by customer)", "avg(amount: order.paid as o where o.product = event.product within 1 month by person)",
        "求和(金额: 订单.支付 1 年内 按 客户)", "max(amount: order.created within 3 days by product)",
    ),
    # -- what is done
    "block": ("<call>", "<call>", "stop", "<call> <call> stop", "<call> <block>", "<after> <call>", "<split>", "<split> <after>", "<call> <after>"),
    "call": (
        'tag("x")', 'tag(["x", "y"], person)', "打标签(tags: ['x'], person: customer)", 'create_ticket("t", priority: "urgent")',
        'create_ticket(title: "{person.name}: {{x}}", description: person.city)', '创建工单(标题: "{客户.姓名}" & "x")',
        'notify(person.owner, "{customer.level}")', 'start_flow("f", person: person, amount: 3 CNY)', 'send("hello {customer.name}")',
        '发送消息(内容: "你好 {客户.姓名}")', 'tag(if person.city = "x" then "y" else "z" end)',
    ),
    "after": (
        "after <length> do <block> end", 'after 24 hours if person.level = "vip" do <call> end', "等待 1 天 如果 <person> 执行 <block> 结束",
        'send("x") after 2 hours if message.read_at is empty do send("{message.text}") end', "2 天后 执行 <call> 结束",
    ),
    "split": (
        "split per customer 50% A: <block> 50% B: <call> end", "split per person 12.5% 甲: <call> end",
        "分流 每位 客户 30% A: <call> 20% stop_here: stop 结束",
    ),
    "else": ("", "else <block>", "else if <condition> then <block>", "else if <person> then <call> else if <person> then <call> else <block>"),
    "tails": ("", "", "<limit>", "once per customer", '<limit> once per person quiet "night" <limit>', 'quiet "night"', "仅一次 每位 客户"),
    "tails record": ("", "<limit>", 'once per customer quiet "night"'),
    "limit": ("limit 1 per customer per 6 hours", "限制 3 次 每位 客户 每 6 小时", "limit 2 per person.city per 1 month", "limit 1 per person per 2 business days"),
    "length": ("7 days", "15 business minutes", "3 business days", "2 months", "90 minutes", "1.5 hours", "1 year"),
    "fixed": ("7 days", "2 months", "90 minutes", "1 week"),
}  # fmt: skip

_PART = re.compile(r"<([a-z]+(?: [a-z]+)*\??)>")


def written(seed: int) -> str:
    """The text of this seed."""
    draw = random.Random(seed)

    def part(name: str, room: int) -> str:
        forms = FORMS[name]
        simple = [form for form in forms if f"<{name}>" not in form] if room <= 0 else forms
        return _PART.sub(lambda found: part(found[1], room - 1), draw.choice(simple))

    return " ".join(part("rule", 9).split())


def commented(text: str, seed: int, count: int) -> str:
    """The text with comments between its tokens."""
    draw = random.Random(seed)
    places = sorted({token.start_pos or 0 for token in rule_parser().lex(text)} | {len(text)})
    for number, place in enumerate(sorted(draw.sample(places, min(count, len(places))), reverse=True)):
        text = f'{text[:place]} # {number} “注” "\n{text[place:]}'
    return text


def comments(text: str) -> list[str]:
    """The comments of a text, whatever their order."""
    return sorted(said for _, _, said in comment_spans(text))
