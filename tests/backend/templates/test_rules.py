"""The rules of the SCRM app, on what customers write."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.metadata.event_scopes import event_scopes
from backend.social.sentiment import WordListReader
from backend.templates.files import read_app
from backend.templates.validate import POST_COLUMNS, app_metadata
from engine.rules import CompiledRule, Firing, RuleSet, compile_rule

BUILTIN = Path(__file__).resolve().parents[3] / "builtin_templates"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    metadata = app_metadata([read_app(BUILTIN / app)[0] for app in ("crm", "scrm")])
    signatures = ActionRegistry(ACTIONS).signatures()
    compiled = [
        compile_rule(rule.text, event_scopes(metadata), signatures, metadata.word_lists.keys())
        for rule in metadata.rules.values()
    ]
    sound = [rule for rule in compiled if isinstance(rule, CompiledRule)]
    assert len(sound) == len(compiled)
    return RuleSet(sound, {key: words.words for key, words in metadata.word_lists.items()})


def firings(rules: RuleSet, text: str, level: str = "normal", type: str = "social.post") -> list[Firing]:
    sentiment = WordListReader().read([text])[0]
    event: dict[str, Any] = {
        "text": text,
        "type": type,
        "channel": "weibo",
        "author": {"id": "a", "name": "a"},
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
    }
    person = {"id": "01a20000-0000-7000-8000-000000000001", "name": "顾婉清", "level": level, "owner": None}
    return rules.match(type, {"event": event, "person": person}, NOW)


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("刚买的洗衣机漏水", "normal", ["product_defect_post"]),
        ("My fridge is leaking all over the floor", "normal", ["product_defect_post"]),
        ("客服态度太差，很失望", "vip", ["vip_negative_post"]),
        ("洗衣机漏水，太失望了", "svip", ["vip_negative_post"]),
        ("客服态度太差，很失望", "normal", []),
        ("今天天气不错", "vip", []),
        ("净水器好用，推荐给大家", "normal", ["praise_post"]),
    ],
)
def test_posts(rules: RuleSet, text: str, level: str, expected: list[str]) -> None:
    assert [firing.rule_key for firing in firings(rules, text, level)] == expected


def test_a_complaint_opens_a_ticket_and_starts_the_flow(rules: RuleSet) -> None:
    (firing,) = firings(rules, "刚买的洗衣机漏水")
    assert [action.name for action in firing.actions] == ["create_ticket", "tag", "start_flow"]
    assert firing.actions[0].arguments["description"] == "刚买的洗衣机漏水"
    assert firing.limit is not None
    assert firing.limit.subject


def test_a_message_with_a_churn_phrase_marks_the_person(rules: RuleSet) -> None:
    (firing,) = firings(rules, "再也不买你们家的东西了", type="social.message")
    assert [action.name for action in firing.actions] == ["tag", "set_person"]


def test_the_sample_posts_are_a_plausible_mix(rules: RuleSet) -> None:
    with (BUILTIN / "scrm/samples/posts.csv").open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    assert (len(posts), tuple(posts[0])) == (200, POST_COLUMNS)
    labels = [sentiment.label for sentiment in WordListReader().read([post["text"] for post in posts])]
    assert all(labels.count(label) >= 30 for label in ("positive", "neutral", "negative"))
    fired = [firing.rule_key for post in posts for firing in firings(rules, post["text"], type=post["type"])]
    assert 20 <= fired.count("product_defect_post") <= 60
    assert fired.count("praise_post") >= 5
