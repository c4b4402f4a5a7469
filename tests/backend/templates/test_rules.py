"""The rules of the SCRM app, all of them together, on what customers write. What each does is in tests/scenarios."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.social.sentiment import WordListReader
from backend.templates.validate import POST_COLUMNS
from engine.rules.history import Occurrence
from engine.rules.outcomes import Facts, Outcome
from engine.rules.simulation import Simulation
from tests.scenarios import company

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def outcomes(posts: Iterable[tuple[str, str]], level: str = "normal") -> list[Outcome]:
    """What comes of texts (with their types of event), each by somebody else, a minute apart."""
    rules = [company.rule(key) for key in company.metadata().rules]
    words = {key: words.words for key, words in company.metadata().word_lists.items()}
    simulation = Simulation(rules, Facts(UTC, words=words), NOW)
    simulation.play(_occurrence(number, type, text, level) for number, (type, text) in enumerate(posts, 1))
    return list(simulation.outcomes)


def _occurrence(number: int, type: str, text: str, level: str) -> Occurrence:
    sentiment = WordListReader().read([text])[0]
    person = {"id": f"01a20000-0000-7000-8000-{number:012d}", "name": "顾婉清", "level": level, "owner": None}
    values: dict[str, Any] = {
        "text": text,
        "type": type,
        "channel": "weibo",
        "author": {"id": str(number), "name": "a"},
        "thread": f"weibo:{number}",
        "person": person,
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
    }
    return Occurrence(number, NOW + timedelta(minutes=number), {type: values}, person)


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
def test_posts(text: str, level: str, expected: list[str]) -> None:
    assert [outcome.rule for outcome in outcomes([("social.post", text)], level)] == expected


def test_a_complaint_opens_a_ticket_and_starts_the_flow() -> None:
    (outcome,) = outcomes([("social.post", "刚买的洗衣机漏水")])
    assert [deed.action for deed in outcome.actions] == ["create_ticket", "tag", "start_flow"]
    assert outcome.actions[0].arguments["description"] == "刚买的洗衣机漏水"
    assert outcome.subject == outcome.person


def test_a_message_with_a_churn_phrase_marks_the_person() -> None:
    (outcome,) = outcomes([("social.message", "再也不买你们家的东西了")])
    assert [deed.action for deed in outcome.actions] == ["tag", "set_person"]


def test_the_sample_posts_are_a_plausible_mix() -> None:
    with (company.BUILTIN / "scrm/samples/posts.csv").open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    assert (len(posts), tuple(posts[0])) == (200, POST_COLUMNS)
    labels = [sentiment.label for sentiment in WordListReader().read([post["text"] for post in posts])]
    assert all(labels.count(label) >= 30 for label in ("positive", "neutral", "negative"))
    fired = [outcome.rule for outcome in outcomes((post["type"], post["text"]) for post in posts)]
    assert 20 <= fired.count("product_defect_post") <= 60
    assert fired.count("praise_post") >= 5
