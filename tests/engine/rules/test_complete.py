"""Completion in unfinished rules: what is legal at a place, under which names, and that it is understood once written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import Completion, Problems
from engine.language.surfaces import Surface
from engine.rules import compile_rule
from engine.rules.complete import complete_rule
from tests.engine.rules.programs import SCOPES


def at(marked: str, surface: Surface = "en") -> Completion:
    """The completion where the bar stands."""
    return complete_rule(marked.replace("|", ""), marked.index("|"), SCOPES, surface)


def offered(marked: str, surface: Surface = "en") -> list[str]:
    """What is offered there, as it is written."""
    return [item.insert for item in at(marked, surface).items]


HEARD = "rule a when social.like as c "


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("|", ["rule"]),
        ("rule a |", ["priority", "purpose", "valid", "calendar", "when", "every", "watch"]),
        ("rule a w|", ["when", "watch"]),
        ("rule a when social.like |", ["as", "where", "followed_by", "without", "if", "then"]),
        ("rule a when social.li|", ["social.like"]),
        ("rule a when liked|", ["social.like"]),
        ("rule a when order.pa|", ["order.paid"]),
        ("rule a when person.le|", ["person.level"]),
        ("rule a when person.level changes |", ["from", "to", "if", "then"]),
        ("rule a when person.level changes to |", ['"normal"', '"vip"', '"svip"']),
        ("rule a when enters |", ["segment"]),
        ('rule a when enters segment "|', ['"dormant_vip"']),
        ("rule a every 1 day |", ["at", "for each"]),
        ("rule a every 1 day for |", ["each"]),
        ("rule a every 1 day for each |", ["person", "ticket", "product", "order"]),
        ("rule a purpose |", ["marketing"]),
        ("rule a calendar |", ['"office"']),
        (f"{HEARD}followed_by order.paid within 3 |", ["minutes", "hours", "days"]),
        ("rule a when social.like where sentiment = |", ['"positive"', '"neutral"', '"negative"']),
        ("rule a when social.like where sentiment = 'n|", ['"neutral"', '"negative"']),
        (f"{HEARD}if person.marketing_consent |", ["and", "or", "then"]),
        (f'{HEARD}if c.text contains any of keywords("|', ['"defects"', '"products"']),
        (f'{HEARD}if lookup("|', ['"order"', '"person"', '"product"', '"ticket"']),
        (f"{HEARD}if count(order.|", ["order.created", "order.updated", "order.deleted"]),
        (f"{HEARD}if count(order.paid |", ["as", "where", "within"]),
        (f"{HEARD}if count(order.paid within 3 days by |", ["person", "customer"]),
        (f"{HEARD}then |", ["create_ticket(", "tag(", "notify(", "start_flow(", "send(", "after", "split", "stop"]),
        (f"{HEARD}then create_ticket(|", ["title: ", "priority: ", "description: "]),
        (f"{HEARD}then create_ticket('x', priority: |", ['"low"', '"high"', '"urgent"']),
        (f"{HEARD}then create_ticket(\"{{c.t|", ["type", "thread", "text", "target"]),
        (f"{HEARD}then tag('x') after 3 days |", ["if", "do"]),
        (f"{HEARD}then split per person 50% A: |", ["create_ticket(", "tag("]),
        (f"{HEARD}then tag('x') limit 1 |", ["per"]),
        (f"{HEARD}then tag('x') limit 1 per |", ["person", "customer", "c"]),
        (f"{HEARD}then tag('x') quiet \"|", ['"night"']),
        # Behind a mistake
        (f"{HEARD}if c.text == 'x' then |", ["create_ticket(", "tag("]),
    ],
)  # fmt: skip
def test_what_is_offered_in_english(marked: str, first: list[str]) -> None:
    assert offered(marked)[: len(first)] == first


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("规则 a |", ["优先级", "用途", "有效期", "日历", "当", "每隔", "监测"]),
        ("规则 a 当 社交.点|", ["社交.点赞"]),
        ("规则 a 当 pl|", ["社交.评论"]),
        ("规则 a 当 社交.点赞 记作 c 如果 c.qx|", ["情绪", "情绪分"]),
        ("规则 a 当 社交.点赞 记作 c 如果 kh|", ["客户"]),
        ("规则 a 当 社交.点赞 记作 c 那么 cjgd|", ["创建工单("]),
        ("规则 a 当 社交.点赞 记作 c 那么 创建工单(|", ["标题: ", "优先级: ", "描述: "]),
        ("规则 a 当 社交.点赞 那么 停止 限制 1 次 |", ["每个"]),
        ("规则 a 每隔 1 天 对每个 客户 其中 等级 = |", ['"普通"', '"贵宾"', '"至尊"']),
    ],
)
def test_what_is_offered_in_chinese(marked: str, first: list[str]) -> None:
    assert offered(marked, "zh")[: len(first)] == first


def test_what_is_written_replaces_the_whole_name_of_an_event() -> None:
    found = at("rule a when social.li| then stop end")
    assert (found.start, found.end) == (12, 21)


def test_nothing_is_offered_in_comments_and_free_texts() -> None:
    assert not at("rule a # whe|").items
    assert not at(f'{HEARD}then send("a|').items


def test_parameters_that_have_a_value_are_not_offered_again() -> None:
    assert offered(f'{HEARD}then create_ticket(title: "x", |')[:2] == ["priority: ", "description: "]


def test_messages_are_known_once_something_can_be_sent() -> None:
    assert "message" in offered(f'{HEARD}then send("x") after 1 day if |')
    assert "message" not in offered(f"{HEARD}if |")


def test_every_event_and_action_that_is_offered_is_understood() -> None:
    surfaces: tuple[Surface, Surface] = ("en", "zh")
    for surface in surfaces:
        for event in (item for item in at("rule a when |", surface).items if item.kind == "variable"):
            found = compile_rule(f"rule a when {event.insert} then stop end", SCOPES)
            assert not isinstance(found, Problems), event.insert
        for action in (item for item in at(f"{HEARD}then |", surface).items if item.kind == "function"):
            refused = compile_rule(f"{HEARD}then {action.insert}) end", SCOPES)
            codes = {told.code for told in refused.problems} if isinstance(refused, Problems) else set()
            assert "unknown_action" not in codes, action.insert


@given(st.text("规则当如果那么 rule when if then social.like (\"'#:,%0123456789\n{}", max_size=60), st.integers(-1, 61))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_completed_without_failing(text: str, position: int) -> None:
    found = complete_rule(text, position, SCOPES, "zh")
    assert 0 <= found.start <= found.end <= len(text)
