"""What the example programs are about: event types, the person, actions, word lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from engine.definitions import Entity, Field, Option, Text
from engine.language import (
    TEXT,
    Problems,
    choice,
    list_of,
    records_of,
    reference,
)
from engine.rules import ActionSignature, CompiledRule, Parameter, RuleScope, compile_rule
from engine.rules.kinds import event_kinds, names_always

HERE = Path(__file__).parent
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
WORD_LISTS = {"products": ["洗衣机", "Washing Machine", "冰箱"], "defects": ["漏水", "leak", "异响", "Leaking"]}


def _options(**labels: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(key, Text(zh, en)) for key, (zh, en) in labels.items())


_LEVELS = _options(normal=("普通", "Normal"), vip=("贵宾", "VIP"), svip=("至尊", "SVIP"))
_SENTIMENTS = _options(positive=("正面", "Positive"), neutral=("中性", "Neutral"), negative=("负面", "Negative"))
_PRIORITIES = _options(low=("低", "Low"), high=("高", "High"), urgent=("紧急", "Urgent"))

PERSON = Entity(
    "person",
    Text("客户", "Person"),
    (
        Field("name", "text", Text("姓名", "Name")),
        Field("level", "choice", Text("等级", "Level"), options=_LEVELS),
        Field("city", "text", Text("城市", "City")),
        Field("budget", "money", Text("预算", "Budget"), currency="CNY"),
        Field("birth_date", "date", Text("生日", "Birth date")),
        Field("marketing_consent", "boolean", Text("营销同意", "Marketing consent")),
    ),
    "name",
)
TICKET = Entity(
    "ticket",
    Text("工单", "Ticket"),
    (
        Field("title", "text", Text("标题", "Title")),
        Field("priority", "choice", Text("优先级", "Priority"), options=_PRIORITIES),
        Field("customer", "reference", Text("客户", "Customer"), entity="person"),
        Field("amount", "money", Text("金额", "Amount"), currency="CNY"),
    ),
    "title",
)
_STATUSES = _options(draft=("草稿", "Draft"), submitted=("提交", "Submitted"), paid=("支付", "Paid"))
PRODUCT = Entity("product", Text("产品", "Product"), (Field("name", "text", Text("名称", "Name")),), "name")
ORDER = Entity(
    "order",
    Text("订单", "Order"),
    (
        Field("number", "text", Text("编号", "Number")),
        Field("status", "stage", Text("状态", "Status"), options=_STATUSES),
        Field("amount", "money", Text("金额", "Amount"), currency="CNY"),
        Field("customer", "reference", Text("客户", "Customer"), entity="person"),
        Field("product", "reference", Text("产品", "Product"), entity="product"),
    ),
    "number",
)
ENTITIES = {"person": PERSON, "ticket": TICKET, "product": PRODUCT, "order": ORDER}


def _action(key: str, zh: str, *parameters: Parameter, open: bool = False, sends: bool = False) -> ActionSignature:
    return ActionSignature(key, parameters, open=open, label=Text(zh, key), sends=sends)


ACTIONS = {
    action.key: action
    for action in (
        _action(
            "create_ticket",
            "创建工单",
            Parameter("title", TEXT, True, Text("标题", "Title")),
            Parameter("priority", choice(*_PRIORITIES), label=Text("优先级", "Priority")),
            Parameter("description", TEXT, label=Text("描述", "Description")),
        ),
        _action("tag", "打标签", Parameter("tags", list_of(TEXT), True), Parameter("person", reference("person"))),
        _action("notify", "通知", Parameter("to", reference("user"), True), Parameter("text", TEXT, True)),
        _action("start_flow", "发起流程", Parameter("flow", TEXT, True), open=True),
        _action("send", "发送消息", Parameter("text", TEXT, True, Text("内容", "Text")), sends=True),
    )
}


SCOPES = RuleScope(
    event_kinds(ENTITIES),
    names_always(ENTITIES),
    records_of(ENTITIES),
    ACTIONS,
    word_lists=frozenset(WORD_LISTS),
    calendars=frozenset({"office"}),
    quiet=frozenset({"night"}),
    segments={"dormant_vip": "person"},
)


def programs(name: str) -> list[str]:
    """The programs of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8").split("\n----\n")


def compiled(text: str) -> CompiledRule:
    """The rule, which must be right."""
    found = compile_rule(text, SCOPES)
    assert not isinstance(found, Problems), f"{text}: {found}"
    return found


def post(text: str, **more: Any) -> dict[str, Any]:
    """The values of a social.post by a VIP."""
    event = {"channel": "weibo", "text": text, "sentiment": "neutral", "sentiment_score": 0, **more}
    person = {
        "id": "018f0000-0000-7000-8000-000000000011",
        "name": "王五",
        "level": "vip",
        "owner": "018f0000-0000-7000-8000-000000000501",
    }
    return {"event": event, "person": person}
