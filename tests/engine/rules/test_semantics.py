"""The simulation against a second reading of what windows, sequences, absences and limits mean: comprehensions over all events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rules.history import Occurrence
from engine.rules.outcomes import Facts, Outcome
from engine.rules.simulation import Simulation
from tests.engine.rules.programs import compiled
from tests.engine.rules.timelines import ANNA, BEGINS, BEN, ZONE

_MINUTE = dt.timedelta(minutes=1)
_PEOPLE = {"anna": ANNA, "ben": BEN, "": None}


@dataclass(frozen=True)
class Happened:
    """An event of the log: what, when, who, and what it says."""

    kind: str
    minute: int
    person: str
    text: str
    score: Decimal | None

    @property
    def at(self) -> dt.datetime:
        return BEGINS + self.minute * _MINUTE

    def occurrence(self, id: int) -> Occurrence:
        person = _PEOPLE[self.person]
        values = {"text": self.text, "sentiment_score": self.score, "person": self.person or None}
        return Occurrence(id, self.at, {f"social.{self.kind}": values}, person)


Log = Sequence[Happened]


def _logs(longest: int = 14) -> st.SearchStrategy[list[Happened]]:
    """Logs in which things come late, too."""
    happened = st.builds(
        Happened,
        st.sampled_from(["post", "comment", "like"]),
        st.integers(0, 20),
        st.sampled_from(["anna", "ben", ""]),
        st.sampled_from(["x", "y"]),
        st.sampled_from([None, Decimal("-0.5"), Decimal(0), Decimal("0.25"), Decimal(1)]),
    )
    return st.lists(happened, max_size=longest)


def _outcomes(rule: str, log: Log, *, at_once: bool = False, **facts: Any) -> Sequence[Outcome]:
    """What a rule does over a log: each event known when it comes, or all of them before anything is due."""
    simulation = Simulation([compiled(rule)], Facts(ZONE, **facts), BEGINS)
    occurrences = [each.occurrence(id) for id, each in enumerate(log)]
    if at_once:
        for each in occurrences:
            simulation.feed(each)
    else:
        for each in occurrences:
            simulation.play([each])
    simulation.advance(BEGINS + 200 * _MINUTE)
    return simulation.outcomes


# -- windows

WINDOWS = (
    'rule w when social.comment if count(social.like where text = "x" within 5 minutes by customer) >= 0'
    " or sum(sentiment_score: social.like within 7 minutes) > 0 or avg(sentiment_score: social.like within 7 minutes) > 0"
    " or min(sentiment_score: social.like within 7 minutes by text) > 0 or max(sentiment_score: social.comment within 1 hour) > 0"
    " or distinct(text: social.post as p where p.text != event.text or p.sentiment_score > 0 within 9 minutes) > 0"
    " or spike(social.like within 5 minutes baseline 15 minutes) > 0"
    ' then tag("x") end'
)


def _counted(
    log: Log,
    position: int,
    kind: str,
    minutes: int,
    counts: Callable[[Happened], bool],
    before: int = 0,
    length: int = 0,
) -> list[Happened]:
    """The events that count of those within so many minutes up to the event at a position, it included. Where some that are known
    happened after it, less than the window's length later, all is moved on to the last of them."""
    known = [each for each in log[: position + 1] if each.kind == kind and counts(each)]
    now, window = log[position].minute, length or minutes
    end = max((each.minute for each in known if now < each.minute < now + window), default=now) - before
    return [each for each in known if end - minutes < each.minute <= end]


def _numbers(found: Sequence[Happened]) -> list[Decimal]:
    return [each.score for each in found if each.score is not None]


def _expected_windows(log: Log, position: int) -> list[object]:
    event = log[position]

    def counted(
        kind: str, minutes: int, counts: Callable[[Happened], bool] = lambda _: True, **spiking: int
    ) -> list[Happened]:
        return _counted(log, position, kind, minutes, counts, **spiking)

    numbers = _numbers(counted("like", 7))
    same = _numbers(counted("like", 7, lambda each: each.text == event.text))
    comments = _numbers(counted("comment", 60))
    posts = counted("post", 9, lambda each: each.text != event.text or (each.score or 0) > 0)
    spiking, usual = counted("like", 5), counted("like", 15, before=5, length=5)
    mean = max(Decimal(len(usual)) / 3, Decimal(1))
    ratio = (len(spiking) / mean).quantize(Decimal("1e-12")) if len(spiking) >= 5 else Decimal(0)
    return [
        len(counted("like", 5, lambda each: each.text == "x" and each.person == event.person != "")),
        sum(numbers) if numbers else None,
        (sum(numbers) / Decimal(len(numbers))).quantize(Decimal("1e-12")) if numbers else None,
        min(same, default=None),
        max(comments, default=None),
        len({each.text for each in posts}),
        ratio,
    ]


@settings(max_examples=100, deadline=None)
@given(_logs(30))
def test_windows(log: list[Happened]) -> None:
    found = {each.cause: [counted.value for counted in each.windows] for each in _outcomes(WINDOWS, log)}
    positions = [position for position, each in enumerate(log) if each.kind == "comment"]
    assert found == {f"event:{position}": _expected_windows(log, position) for position in positions}


# -- sequences

PAIR = (
    "rule s when social.post as p where sentiment_score >= 0 followed_by social.comment where text = p.text within 5 minutes"
    ' then tag("x") end'
)
TRIPLE = (
    "rule s when social.post as p followed_by social.comment as c where text = p.text within 5 minutes"
    ' followed_by social.like where text != "z" and (sentiment_score = c.sentiment_score or text = p.text) within 6 minutes'
    ' then tag("x") end'
)


def _is_post(log: Log, post: int) -> bool:
    score = log[post].score
    return log[post].kind == "post" and score is not None and score >= 0


Fit = Callable[[int, int], bool]


def _is_before(log: Log, first: int, second: int) -> bool:
    """In order of time; those of one moment in that of the log."""
    return (log[first].minute, first) < (log[second].minute, second)


def _follows(log: Log, first: int, second: int, minutes: int) -> bool:
    """Whether one event stands before another, not longer than so many minutes."""
    return _is_before(log, first, second) and log[second].minute - minutes <= log[first].minute


def _is_first(log: Log, first: int, second: int, known: int, fits: Fit) -> bool:
    """Whether no earlier event of those known fits the first as the second does."""
    return not any(_is_before(log, n, second) and fits(first, n) for n in range(known + 1) if n not in (first, second))


def _pairs(log: Log, last: int, known: int) -> list[tuple[int, ...]]:
    def fits(post: int, comment: int) -> bool:
        kinds = _is_post(log, post) and log[comment].kind == "comment"
        return kinds and _follows(log, post, comment, 5) and log[comment].text == log[post].text

    return [(post, last) for post in range(known + 1) if fits(post, last) and _is_first(log, post, last, known, fits)]


def _triples(log: Log, last: int, known: int) -> list[tuple[int, ...]]:
    def second(post: int, comment: int) -> bool:
        fits = log[post].kind == "post" and log[comment].kind == "comment" and log[comment].text == log[post].text
        return fits and _follows(log, post, comment, 5)

    def third(post: int) -> Fit:
        def fits(comment: int, like: int) -> bool:
            same = log[like].score == log[comment].score or log[like].text == log[post].text
            return same and log[like].kind == "like" and _follows(log, comment, like, 6)

        return fits

    return [
        (post, comment, last)
        for comment in range(known + 1)
        for post in range(known + 1)
        if second(post, comment)
        and _is_first(log, post, comment, known, second)
        and third(post)(comment, last)
        and _is_first(log, comment, last, known, third(post))
    ]


def _sequences(
    log: Log, chains: Callable[[Log, int, int], list[tuple[int, ...]]], last: str, reach: Mapping[str, int]
) -> dict[str, tuple[int, ...]]:
    """What fires by its cause: each last event when it comes, and again when an earlier one comes late, until it has fired."""
    found: dict[str, tuple[int, ...]] = {}
    for known, event in enumerate(log):
        again = [
            n
            for n in range(known)
            if event.kind in reach and event.minute <= log[n].minute <= event.minute + reach[event.kind]
        ]
        for n in [*again, known]:
            chain = _latest(log, chains(log, n, known)) if log[n].kind == last else None
            if chain is not None:
                found.setdefault(f"event:{n}", chain)
    return found


def _latest(log: Log, chains: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Of several the one whose last event but one is the latest, and then the one before it."""
    return max(chains, key=lambda chain: [(log[n].minute, n) for n in chain[-2::-1]], default=None)


def _events(found: Sequence[Outcome]) -> dict[str, tuple[int, ...]]:
    return {each.cause: tuple(each.events.values()) for each in found}


@settings(max_examples=100, deadline=None)
@given(_logs())
def test_pairs(log: list[Happened]) -> None:
    assert _events(_outcomes(PAIR, log)) == _sequences(log, _pairs, "comment", {"post": 5})


@settings(max_examples=100, deadline=None)
@given(_logs(14))
def test_triples(log: list[Happened]) -> None:
    assert _events(_outcomes(TRIPLE, log)) == _sequences(log, _triples, "like", {"post": 11, "comment": 6})


# -- absences

ABSENCE = (
    "rule a when social.post as p where sentiment_score >= 0 without social.comment where text = p.text and sentiment_score != 1"
    ' within 5 minutes if customer.level = "vip" or count(social.like within 3 minutes) >= 2 then tag("x") end'
)


def _absent(log: Log) -> Iterator[str]:
    for position, post in enumerate(log):
        if not _is_post(log, position):
            continue
        due = post.minute + 5
        comments = [each for each in log if each.kind == "comment" and post.minute < each.minute <= due]
        likes = sum(each.kind == "like" and due - 3 < each.minute <= due for each in log)
        if not any(each.text == post.text and each.score != 1 for each in comments) and (
            post.person == "anna" or likes >= 2
        ):
            yield f"deadline:{position}"


@settings(max_examples=100, deadline=None)
@given(_logs())
def test_absences_when_everything_is_known(log: list[Happened]) -> None:
    found = _outcomes(ABSENCE, log, at_once=True)
    assert {each.cause for each in found if each.status == "fired"} == set(_absent(log))


_STRICT = ABSENCE.replace(" or count(social.like within 3 minutes) >= 2", "")


@settings(max_examples=100, deadline=None)
@given(_logs())
def test_what_comes_late_is_retracted(log: list[Happened]) -> None:
    """Whenever the end of the time is looked at, what stands in the end is the same."""
    now, later = _outcomes(_STRICT, log, at_once=True), _outcomes(_STRICT, log)
    assert {each.cause for each in later if each.status == "fired"} == {each.cause for each in now}
    assert {each.cause for each in now} <= {each.cause for each in later}


# -- limits

LIMITED = (
    'rule l when social.comment then tag("x") limit 2 per event.text per 5 minutes once per event.sentiment_score end'
)


@settings(max_examples=100, deadline=None)
@given(_logs(20))
def test_limits(log: list[Happened]) -> None:
    fired: list[Happened] = []
    expected = []
    for each in log:
        if each.kind == "comment":
            recent = [
                other for other in fired if other.text == each.text and each.minute - 5 < other.minute <= each.minute
            ]
            again = each.score is not None and any(other.score == each.score for other in fired)
            expected.append("limited" if len(recent) >= 2 or again else "fired")
            if expected[-1] == "fired":
                fired.append(each)
    assert [each.status for each in _outcomes(LIMITED, log)] == expected


# -- watches

WATCH = (
    "rule w watch count(social.like where sentiment_score >= 0 within 4 minutes by customer) >= 2"
    " or spike(social.comment within 3 minutes by customer baseline 9 minutes) > 4"
    ' for each customer every 1 minute then tag("x") end'
)


def _watched(log: Log, person: str, minute: int) -> bool:
    """Whether it holds at a minute, by what has come by then."""
    come = [
        each for n, each in enumerate(log) if each.person == person and max(e.minute for e in log[: n + 1]) <= minute
    ]
    likes = [each for each in come if each.kind == "like" and minute - 4 < each.minute <= minute]
    comments = [each.minute for each in come if each.kind == "comment" and minute - 12 < each.minute <= minute]
    now, usual = sum(at > minute - 3 for at in comments), sum(at <= minute - 3 for at in comments)
    return sum(each.score is not None and each.score >= 0 for each in likes) >= 2 or (
        now >= 5 and now / max(usual / 3, 1) > 4
    )


@settings(max_examples=100, deadline=None)
@given(_logs(20))
def test_watches(log: list[Happened]) -> None:
    expected = [
        (minute, person)
        for minute in range(201)
        for person in ("anna", "ben")
        if _watched(log, person, minute) and (minute == 0 or not _watched(log, person, minute - 1))
    ]
    found = _outcomes(WATCH, log, records={"person": [ANNA, BEN]})
    assert [((each.at - BEGINS) // _MINUTE, each.person) for each in found] == expected
