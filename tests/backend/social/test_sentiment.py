"""The word-list reader: negation, intensity, both languages, and that it never falls over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.social.sentiment import WordListReader

READER = WordListReader()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("刚买的洗衣机漏水", "negative"),
        ("客服态度非常好", "positive"),
        ("一点也不好用", "negative"),
        ("冰箱不吵，很满意", "positive"),
        ("不仅好看而且好用", "positive"),
        ("申请退款一周了，再不处理就投诉", "negative"),
        ("再修不好我就退货", "negative"),
        ("第一眼就不喜欢", "negative"),
        ("快递明天到", "neutral"),
        ("外观漂亮，但是用了三天就坏了，太失望", "negative"),
        ("The fridge is great, I love it", "positive"),
        ("My new washing machine leaks", "negative"),
        ("I don't like it", "negative"),
        ("not bad", "positive"),
        ("[怒][怒] 还我钱", "negative"),
        ("生日快乐😍", "positive"),
        ("", "neutral"),
        ("https://example.com/bad @失望的人", "neutral"),
    ],
)
def test_reads(text: str, label: str) -> None:
    assert READER.read([text])[0].label == label


def test_only_the_authors_own_words_count_before_a_repost() -> None:
    own, reposted = READER.read(["太棒了 //@别人:气死我了，垃圾", "转 //@别人:气死我了，垃圾"])
    assert (own.label, own.words) == ("positive", ("太棒了",))
    assert reposted.label == "neutral"


def test_words_found_are_told_and_whole_in_english() -> None:
    (found,) = READER.read(["This badge is fine, badly lit"])
    assert found.words == ("fine",)


def test_stronger_words_before_and_marks_after_make_it_stronger() -> None:
    plain, strong, weak, loud = (found.score for found in READER.read(["很失望", "非常失望", "有点失望", "非常失望！"]))
    assert loud < strong < plain < weak < 0


def test_a_reader_may_have_its_own_words() -> None:
    lexicon = {"words": {"3": ["顶"]}, "negations": ["不"], "not_negations": [], "but": [], "intensifiers": {}}
    assert [found.label for found in WordListReader(lexicon).read(["顶", "不顶", "好"])] == [
        "positive",
        "negative",
        "neutral",
    ]


@given(st.text(max_size=200))
def test_any_text_reads_the_same_each_time_and_within_bounds(text: str) -> None:
    first, second = READER.read([text, text])
    assert first == second
    assert -1 <= first.score <= 1
    assert first.label == ("neutral" if abs(first.score) < 0.15 else "positive" if first.score > 0 else "negative")
