"""Rules and events that are made up: conditions of every form for the property of the index, and those of a large company for its
speed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from engine.definitions import Option, Text
from engine.language import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    TEXT,
    Checked,
    Node,
    Scope,
    check,
    choice,
    list_of,
    money,
    record,
    reference,
)

KIND = "social.post"
LEVELS = ("normal", "silver", "gold", "vip", "svip")
SENTIMENTS = ("positive", "neutral", "negative")
CHANNELS = ("weibo", "wechat", "xiaohongshu", "douyin", "bilibili", "zhihu", "phone", "email")


def _choice(*keys: str) -> Any:
    return choice(*(Option(key, Text(key, key)) for key in keys))


_EVENT = record(
    {
        "id": TEXT,
        "channel": TEXT,
        "text": TEXT,
        "title": TEXT,
        "sentiment": _choice(*SENTIMENTS),
        "sentiment_score": NUMBER,
        "urgent": BOOLEAN,
        "tags": list_of(TEXT),
        "amount": money("CNY"),
        "occurred_at": DATETIME,
        "due": DATE,
        "pause": DURATION,
        "author": record({"id": TEXT, "name": TEXT}),
        "product": reference("product"),
    }
)
_PERSON = record(
    {
        "id": reference("person"),
        "level": _choice(*LEVELS),
        "city": TEXT,
        "budget": money("CNY"),
        "score": NUMBER,
        "active": BOOLEAN,
        "labels": list_of(TEXT),
        "manager": reference("person"),
    }
)
_PRODUCT = record({"id": reference("product"), "name": TEXT, "category": TEXT, "price": money("CNY")})
#: `c` and `event` are what happened, `customer` and `person` the same person; `o` is an event that came before.
SCOPE = Scope(
    {
        "event": _EVENT,
        "c": _EVENT,
        "o": _EVENT,
        "person": reference("person"),
        "customer": reference("person"),
        "$windows": record({"0": NUMBER}),
    },
    {"person": _PERSON, "product": _PRODUCT},
    frozenset({"words"}),
)
WORD_LISTS: Mapping[str, Sequence[str]] = {
    "defects": ["漏水", "leak", "异响", "Leaking"],
    "praise": ["good", "好用", " Very Good "],
    "water": ["水", "漏水", "LEAK"],
    "none": [],
}


def checked(text: str) -> Checked:
    """The condition, which must be right."""
    found = check(text, SCOPE, expects=BOOLEAN)
    assert isinstance(found, Checked), f"{text}: {found}"
    return found


# -- every form of condition

_ID = str(UUID(int=7))
ATOMS = (
    'c.channel = "weibo"', '"wechat" = event.channel', 'c.channel in ["weibo", "phone"]', 'c.channel in ["weibo", empty]', 'c.channel != "weibo"',
    'c.channel not in ["weibo"]', "c.channel is empty", "c.channel is not empty", "c.channel in []", "c.channel = c.title", "c.channel = o.channel",
    'o.channel = "weibo"', "o.urgent", 'c.sentiment = "negative"', 'event.sentiment in ["negative", "neutral"]',
    'customer.level = "vip"', 'person.level in ["vip", "svip"]', 'customer.level != "vip"', "customer is empty", "person is not empty",
    f'person = "{_ID}"', 'person.manager.level = "vip"', "person.manager is empty", 'person.city = "上海"', 'person.city = "Shanghai"',
    'c.product.category = "washer"', "c.product is empty", f'c.product = "{_ID}"', "c.product.price > 100 CNY", 'c.author.name = "a"',
    'c.text contains "leak"', 'c.text contains "LEAK"', 'c.text contains "水"', 'c.text contains ""', 'c.text contains any of ["Good", "漏水"]',
    'c.text contains any of ["a", ""]', 'c.text contains none of ["good"]', 'c.text contains all of ["le", "ak"]', "c.text contains all of []",
    "c.text contains any of []", 'c.text not contains "leak"', 'c.title contains any of ["leak", c.channel]', 'c.sentiment contains "Neg"',
    'c.text contains any of keywords("defects")', 'c.text contains any of keywords("water")', 'c.title contains any of keywords("defects")',
    'c.text contains none of keywords("praise")', 'c.text contains any of keywords("none")', 'c.text contains any of keywords("gone")',
    'c.text contains any of ["漏", "漏水了", "水了"]', "c.text contains c.title", 'c.text contains "İ"', 'c.text contains "very good"',
    'c.tags contains "new"', '"new" in c.tags', 'c.tags contains any of ["new", "old"]', 'c.tags contains all of ["new", "old"]', "c.tags is empty",
    'c.tags contains none of ["new"]', 'person.labels contains "VIP"', "c.tags is not empty", 'some t in c.tags satisfies t = "new"',
    "c.urgent", "not c.urgent", "c.urgent = true", "c.urgent = false", "c.urgent is empty", "person.active", "not person.active",
    "(person.active ?? true)", "not (person.active ?? true)", "(person.active ?? false)", "true", "false",
    "c.sentiment_score < -0.3", "c.sentiment_score >= 0.5", "0 < c.sentiment_score", "c.sentiment_score between -0.5 and 0.5",
    "c.sentiment_score > 5 and c.sentiment_score < 1", "c.sentiment_score between 0.25 and 0.25", "c.sentiment_score not between 0 and 1",
    "c.sentiment_score = 0.50", "c.sentiment_score in [0.5, 1]", "c.sentiment_score > person.score", "person.score between 10 and 90",
    "c.amount >= 100 CNY", "c.amount < 100 CNY", "c.amount = 100 CNY", "(c.amount ?? 0 CNY) >= 100 CNY", "(c.amount ?? 200 CNY) >= 100 CNY",
    "(person.budget ?? 0 CNY) < 50 CNY", '(person.level ?? "normal") = "normal"', '(person.level ?? "normal") in ["vip", "gold"]',
    '(c.channel ?? "weibo") != "weibo"', "c.occurred_at >= 2026-11-23T09:00+08:00", "c.occurred_at < 2026-11-23T01:00Z", "c.occurred_at < now()",
    "c.due > 2026-11-23", "c.due between 2026-11-01 and 2026-11-30", "c.due < today()", "c.pause > 2 hours", "c.pause <= 90 minutes",
    "length(c.tags) > 1", 'c.channel & "x" = "weibox"', "if c.urgent then person.active else true end",
)  # fmt: skip


def _joined(parts: Sequence[str], word: str) -> str:
    return "(" + f" {word} ".join(parts) + ")"


CONDITIONS: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(ATOMS).map(lambda atom: f"({atom})"),
    lambda inner: st.one_of(
        inner.map(lambda text: f"(not {text})"),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: _joined(parts, "and")),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined(parts, "or")),
    ),
    max_leaves=6,
)


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A record of which any field can be missing, empty, or something that does not fit."""
    odd: st.SearchStrategy[Any] = st.sampled_from([None, "", [], {}, 0, False, "x", Decimal("NaN")])
    return st.fixed_dictionaries({}, optional={key: st.one_of(each, each, each, odd) for key, each in fields.items()})


_TEXTS = st.lists(
    st.sampled_from(["漏水", "漏", "水了", "LEAK", "leaking", "good", "Very Good", "very", " ", "a", "x", "İ", "NEG", "le", "ak"]), max_size=5
).map("".join)  # fmt: skip
_LABELS = st.lists(st.sampled_from(["new", "old", "VIP", "", None]), max_size=3)
_NUMBERS = st.sampled_from([-1, -0.3, 0, 0.25, 0.5, "0.50", 1, 6, Decimal("0.50"), Decimal(10), 90, 50.5])
_AMOUNTS = st.sampled_from(
    [
        0,
        49.99,
        50,
        "100.00",
        Decimal(100),
        {"amount": "150", "currency": "CNY"},
        {"amount": "150", "currency": "USD"},
        1000,
    ]
)
_IDS = st.sampled_from([_ID, _ID.upper(), UUID(int=7), str(UUID(int=8))])
_PEOPLE = st.one_of(
    st.none(),
    _IDS,
    _some(
        id=_IDS,
        level=st.sampled_from(LEVELS),
        city=st.sampled_from(["上海", "Shanghai", "shanghai"]),
        budget=_AMOUNTS,
        score=_NUMBERS,
        active=st.booleans(),
        labels=_LABELS,
        manager=st.one_of(_IDS, _some(id=_IDS, level=st.sampled_from(LEVELS))),
    ),
)
_HAPPENED = _some(
    channel=st.sampled_from(CHANNELS[:3]),
    text=_TEXTS,
    title=_TEXTS,
    sentiment=st.sampled_from(SENTIMENTS),
    sentiment_score=_NUMBERS,
    urgent=st.booleans(),
    tags=_LABELS,
    amount=_AMOUNTS,
    occurred_at=st.sampled_from(["2026-11-23T09:00:00+08:00", "2026-11-23T00:59:59Z", "2026-11-24T00:00:00Z"]),
    due=st.sampled_from(["2026-11-23", "2026-11-24", "2026-12-01", "2026-02-30"]),
    pause=st.sampled_from([7_200_000_000, 7_200_000_001, 5_400_000_000]),
    author=_some(name=st.sampled_from(["a", "b"])),
    product=st.one_of(_IDS, _some(id=_IDS, category=st.sampled_from(["washer", "tv"]), price=_AMOUNTS)),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """The values of an event, and of one before it, under every name."""
    happened, person = draw(_HAPPENED), draw(_PEOPLE)
    values = {"event": happened, "c": happened, "o": draw(_HAPPENED), "$windows": {"0": Decimal(3)}}
    missing = person is None and draw(st.booleans())
    return values if missing else {**values, "person": person, "customer": person}


# -- a large company


@dataclass(frozen=True)
class Vocabulary:
    """What rules and events are about: products by id, cities, words, and word lists of those words."""

    products: Sequence[str]
    cities: Sequence[str]
    words: Sequence[str]
    lists: Mapping[str, Sequence[str]]

    @classmethod
    def for_rules(cls, rules: int) -> Vocabulary:
        """As much as so many rules are about: a product for ten rules, a city for thirty, a word for three, a list for a hundred."""
        draw = random.Random(rules)
        words = tuple(dict.fromkeys(_word(draw) for _ in range(max(rules // 3, 30))))
        lists = {f"list_{number}": draw.sample(words, 20) for number in range(max(rules // 100, 5))}
        products = tuple(str(UUID(int=number + 1)) for number in range(max(rules // 10, 10)))
        return cls(products, tuple(f"城市{number}" for number in range(max(rules // 30, 10))), words, lists)


def _word(draw: random.Random) -> str:
    """A made-up word of two to four Chinese characters."""
    return "".join(chr(0x4E00 + draw.randrange(3_000)) for _ in range(draw.choice((2, 2, 3, 3, 4))))


#: What a rule asks for, with marks where its constants stand.
_FORMS: Mapping[str, str] = {
    "channel": 'event.channel = "<channel>"',
    "channels": 'event.channel in ["<channel>", "<channel>"]',
    "sentiment": 'event.sentiment = "positive"',
    "score": "event.sentiment_score < 77",
    "level": 'person.level in ["vip", "svip"]',
    "city": 'person.city = "<city>"',
    "cities": 'person.city in ["<city>", "<city>", "<city>"]',
    "product": f'event.product = "{UUID(int=0)}"',
    "word": 'event.text contains "<word>"',
    "words": 'event.text contains any of ["<word>", "<word>", "<word>"]',
    "list": 'event.text contains any of keywords("<list>")',
    "budget": "(person.budget ?? 0 CNY) >= 77 CNY",
    "band": "person.score between 77 and 77",
    "active": "person.active",
    "unlabelled": 'person.labels contains none of ["blocked"]',
}
#: What rules of a company are made of, and how many of a hundred are made so.
RECIPES: Sequence[tuple[int, tuple[str, ...]]] = (
    (22, ("product", "sentiment", "score")),
    (12, ("product", "words", "level")),
    (14, ("words", "channels", "sentiment")),
    (12, ("list", "city", "channel")),
    (14, ("city", "level", "budget")),
    (9, ("cities", "word", "active")),
    (8, ("word", "score", "band")),
    (8, ("cities", "channel", "sentiment", "unlabelled")),
    (1, ("channel", "sentiment", "level", "band")),
)


def company_rules(count: int, vocabulary: Vocabulary, seed: int = 1) -> Iterator[Checked]:
    """The conditions of so many rules."""
    draw = random.Random(seed)
    weights = [weight for weight, _ in RECIPES]
    for _, recipe in draw.choices(RECIPES, weights, k=count):
        parts = tuple(_filled(_form(name).tree, draw, vocabulary) for name in recipe)
        yield Checked(Node("and", BOOLEAN, parts))


@cache
def _form(name: str) -> Checked:
    return checked(_FORMS[name])


def _filled(node: Node, draw: random.Random, vocabulary: Vocabulary) -> Node:
    """The tree with constants drawn for its marks."""
    if node.op == "keywords":
        return replace(node, value=draw.choice(list(vocabulary.lists)))
    if node.op == "const":
        return replace(node, value=_constant(node, draw, vocabulary))
    if node.op == "and":  # a band: its upper end comes after its lower
        low = Decimal(draw.randrange(0, 90))
        ends = (low, low + draw.randrange(5, 30))
        bounds = zip(node.args, ends, strict=True)
        return replace(node, args=tuple(replace(b, args=(b.args[0], replace(b.args[1], value=v))) for b, v in bounds))
    return replace(node, args=tuple(_filled(arg, draw, vocabulary) for arg in node.args)) if node.args else node


def _constant(node: Node, draw: random.Random, vocabulary: Vocabulary) -> object:
    marks: Mapping[object, Sequence[object]] = {
        "<channel>": CHANNELS,
        "<city>": vocabulary.cities,
        "<word>": vocabulary.words,
        "positive": SENTIMENTS,
        "vip": LEVELS,
        "svip": LEVELS,
        str(UUID(int=0)): vocabulary.products,
    }
    if node.value == Decimal(77):
        return (
            Decimal(draw.randrange(1, 100) * 500) if node.type.kind == "money" else Decimal(-draw.randrange(1, 10)) / 10
        )
    return draw.choice(marks[node.value]) if node.value in marks else node.value


def company_events(count: int, vocabulary: Vocabulary, seed: int = 2) -> list[dict[str, Any]]:
    """What so many posts give an evaluation: every second of them names a product, most hold a few of the words."""
    draw = random.Random(seed)
    return [_company_event(draw, vocabulary) for _ in range(count)]


def _company_event(draw: random.Random, vocabulary: Vocabulary) -> dict[str, Any]:
    words = draw.sample(vocabulary.words, draw.randrange(4))
    text = "".join(part for word in (*words, "") for part in (_word(draw), _word(draw), word, _word(draw)))
    product = draw.choice(vocabulary.products) if draw.random() < 0.5 else None
    happened = {
        "id": str(UUID(int=draw.getrandbits(120))),
        "channel": draw.choice(CHANNELS),
        "text": text,
        "sentiment": draw.choice(SENTIMENTS),
        "sentiment_score": draw.randrange(-100, 101) / 100,
        "occurred_at": "2026-11-23T09:00:00+08:00",
        "author": {"id": "a1", "name": "王五"},
        "product": product,
    }
    person = {
        "id": str(UUID(int=draw.getrandbits(120))),
        "level": draw.choice(LEVELS),
        "city": draw.choice(vocabulary.cities),
        "budget": str(draw.randrange(100) * 500),
        "score": draw.randrange(100),
        "active": draw.random() < 0.8,
        "labels": ["a", "b"],
    }
    return {"event": happened, "person": person, "customer": person}
