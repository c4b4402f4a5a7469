"""What stands where it does not belong in a rule, or once too often: clauses out of order, a second event or `else`, signs."""

from __future__ import annotations

import re

from engine.language.mending import Mend
from engine.language.parsing import made
from engine.language.problems import problem
from engine.language.stops import Repair, Stop
from engine.rules.missing import begins_statement, said

_HEADERS = frozenset({"PRIORITY", "VALID", "PURPOSE", "CALENDAR"})
_TAILS = frozenset({"LIMIT", "ONCE", "QUIET"})
_JOINTS = frozenset({"AND", "OR", "COMMA"})
_SIGNS = frozenset({"COMMA", "SEMICOLON", "COLON", "DOT"})


def _cut(stop: Stop, first: int, end: int, code: str, **params: str) -> Repair:
    """What is left out, told at its first word."""
    return Repair(first, end, (), problem(code, *stop.span(first, first + 1), **params))


def _without(stop: Stop, code: str, found: str) -> Repair:
    """A word that is left out, told with the one before it, which alone is meant."""
    first = stop.index - 1
    told = problem(code, *stop.span(first, stop.index + 1), (stop.source(first, stop.index),), found=found)
    return Repair(stop.index, stop.index + 1, (), told)


def header(stop: Stop) -> Repair | None:
    """`when E priority 90`: what is said of the whole rule stands before what it waits for."""
    if stop.type(stop.index) not in _HEADERS or stop.type(stop.index) in stop.expected:
        return None
    end = stop.index + 1
    while stop.type(end) in ("NUMBER", "MINUS", "FROM", "TO", "DATE", "STRING", "NAME") and not begins_statement(
        stop, end
    ):
        end += 1
    return _cut(stop, stop.index, end, "header_place", found=stop.word(stop.index))


def tail(stop: Stop) -> Repair | None:
    """`limit 1 per person per 1 day then ..`: limits stand after what is done."""
    if (
        stop.type(stop.index) not in _TAILS
        or stop.type(stop.index) in stop.expected
        or stop.bracket(stop.index) is not None
    ):
        return None
    end = stop.index + 1
    while stop.type(end) in ("NUMBER", "PER", "NAME", "DOT", "DURATION", "PERIOD", "BUSINESS", "STRING"):
        end += 1
    return _cut(stop, stop.index, end, "tail_place", found=stop.word(stop.index))


def second_event(stop: Stop) -> Repair | None:
    """`when A or B`, `when A when B`: a rule waits for one event; behind `and` may also come a condition on it."""
    type, index = stop.type(stop.index), stop.index
    if type not in _JOINTS | {"WHEN"} or "FOLLOWED" not in stop.expected or stop.bracket(index) is not None:
        return None
    end = index + 1
    while stop.type(end) in ("NAME", "DOT"):
        end += 1
    if end == index + 1:
        return None
    if stop.type(end) in ("AS", "WHERE", "IF", "THEN", "FOLLOWED", "WITHOUT", "COMMA", "OR", "WHEN", "AND", ""):
        return _cut(stop, index, end, "one_event", found=stop.source(index, end))
    if type == "AND" and "WHERE" in stop.expected:
        where = said(stop, "where", "其中")
        span = stop.span(index, index + 1)
        told = problem("word_operator", *span, (where,), found=stop.word(index), meant=where)
        return Repair(index, index + 1, (made("WHERE", where, *span),), told)
    return None


def second_condition(stop: Stop) -> Repair | None:
    """`if A if B`: conditions are joined by words."""
    if stop.type(stop.index) != "IF" or "THEN" not in stop.expected or "AND" not in stop.expected:
        return None
    if stop.bracket(stop.index) is not None or not any(stop.type(place) == "IF" for place in range(stop.index)):
        return None
    and_ = said(stop, "and", "且")
    span = stop.span(stop.index, stop.index + 1)
    told = problem("word_operator", *span, (and_,), found=stop.word(stop.index), meant=and_)
    return Repair(stop.index, stop.index + 1, (made("AND", and_, *span),), told)


def second_schedule(stop: Stop) -> Repair | None:
    """`when every 1 day`: a schedule stands without `when`."""
    symbol = {"every": "EVERY", "每隔": "EVERY", "watch": "WATCH", "监测": "WATCH"}.get(
        stop.word(stop.index - 1).lower()
    )
    first = stop.index - 2
    if symbol is None or stop.type(first) != "WHEN" or stop.type(stop.index - 1) != "NAME":
        return None
    word = stop.word(stop.index - 1)
    told = problem("extra_when", *stop.span(first, first + 2), (word,), found=stop.word(first), meant=word)
    return Repair(first, first + 2, (made(symbol, word, *stop.span(first + 1, first + 2)),), told)


def other_else(stop: Stop) -> Repair | None:
    """`else` before `then`, or for the second time."""
    if stop.type(stop.index) not in ("ELSE", "ELSEIF") or stop.bracket(stop.index) is not None:
        return None
    if "THEN" in stop.expected:
        end = next((p for p in range(stop.index, len(stop.tokens)) if stop.type(p) == "THEN"), None)
        return None if end is None else _cut(stop, stop.index, end, "else_before_then", found=stop.word(stop.index))
    if "END" in stop.expected and any(stop.type(place) == "ELSE" for place in range(stop.index)):
        return _cut(stop, stop.index, stop.index + 1, "one_else", found=stop.word(stop.index))
    return None


def second_then(stop: Stop) -> Repair | None:
    """`then` for the second time."""
    if stop.type(stop.index) != "THEN" or "END" not in stop.expected or stop.bracket(stop.index) is not None:
        return None
    ends = ("END", "ELSE", "ELSEIF", "LIMIT", "ONCE", "QUIET")
    end = next((p for p in range(stop.index, len(stop.tokens)) if stop.type(p) in ends), len(stop.tokens))
    return _cut(stop, stop.index, end, "one_then", found=stop.word(stop.index))


def behind_the_end(stop: Stop) -> Repair | None:
    """What follows the `end` of the rule."""
    if stop.expected != frozenset({"$END"}):
        return None
    if stop.type(stop.index) == "END":
        return _without(stop, "extra_end", stop.word(stop.index))
    code = "one_rule" if stop.type(stop.index) == "RULE" else "behind_end"
    return _cut(stop, stop.index, len(stop.tokens), code, found=stop.word(stop.index))


def between_statements(stop: Stop) -> Repair | None:
    """`tag("x") and tag("y")`: actions stand one after the other, with nothing between them."""
    if stop.type(stop.index) not in ("AND", "OR") or stop.type(stop.index - 1) not in ("RPAR", "STOP", "END"):
        return None
    if "AND" in stop.expected or not begins_statement(stop, stop.index + 1):
        return None
    return _without(stop, "extra_word", stop.word(stop.index))


def sign(stop: Stop) -> Repair | None:
    """`rule a:`, `那么，`: a sign that separates nothing."""
    if stop.type(stop.index) not in _SIGNS or stop.bracket(stop.index) is not None or stop.index == 0:
        return None
    if "AND" in stop.expected or stop.is_hole(stop.index - 1):
        return None
    return _without(stop, "extra_comma", stop.source(stop.index, stop.index + 1))


_ONCE_BEHIND = re.compile(r"(每[位个])(\w+?)(?:仅|只|限)?一次")


def once_behind(stop: Stop) -> Repair | None:
    """`每位客户仅一次`: the clause begins with its word."""
    for place in (stop.index, stop.index - 1):
        found = _ONCE_BEHIND.fullmatch(stop.word(place)) if stop.type(place) == "NAME" else None
        if found is None or "ONCE" not in stop.accepts(place):
            continue
        meant, span = f"仅一次 {found[1]} {found[2]}", stop.span(place, place + 1)
        told = problem("word_operator", *span, (meant,), found=stop.word(place), meant=meant)
        tokens = (made("ONCE", "仅一次", *span), made("PER", found[1], *span), made("NAME", found[2], *span))
        return Repair(place, place + 1, tokens, told)
    return None


def comment(stop: Stop) -> Repair | None:
    """`// a note` between statements."""
    start = stop.span(stop.index, stop.index + 1)[0]
    if stop.type(stop.index) != "OVER" or stop.type(stop.index + 1) not in ("OVER", "TIMES"):
        return None
    line = stop.text.find("\n", start)
    ends = len(stop.text) if line < 0 else line
    end = next((p for p in range(stop.index, len(stop.tokens)) if stop.span(p, p + 1)[0] >= ends), len(stop.tokens))
    inner = re.sub(r"^/[/*]+\s*|\s*\*/\s*$", "", stop.text[start:ends].strip())
    told = problem("comment_sign", start, start + len(stop.text[start:ends].rstrip()), (f"# {inner}".rstrip(),))
    return Repair(stop.index, end, (), told)


MISPLACED: tuple[Mend, ...] = (
    comment, header, tail, second_schedule, second_event, second_condition, other_else, second_then, behind_the_end, between_statements, once_behind,
    sign,
)  # fmt: skip
