"""What is told where the parser stops, and how the text is mended so that reading goes on: a list of repairs, the first that fits."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from engine.language.foreign import FOREIGN
from engine.language.glued import at_its_ends, taken_apart
from engine.language.parsing import made
from engine.language.problems import Problem, nearest, problem
from engine.language.stops import (
    CLAUSES,
    CLOSING,
    HOLE,
    INFIX,
    OPENING,
    OPERAND_ENDS,
    OPERAND_STARTS,
    Repair,
    Stop,
    hole,
    spread,
)
from engine.language.words import EXPRESSION_WORDS

#: Tokens of a name with blanks in it.
_LONGEST_NAME = 5
_SIGNS: Final = {"RPAR": ")", "RSQB": "]", "LPAR": "(", "LSQB": "["}


def _follows(stop: Stop) -> Repair | None:
    """Beside a hole nothing is told: it follows from what is missing there."""
    if not (stop.is_hole(stop.index - 1) or stop.is_hole(stop.index)):
        return None
    closed = _closed(stop)
    return closed if closed is not None else _left_out(stop, None)


def _closed(stop: Stop) -> Repair | None:
    """At the end, what is still open behind a hole is closed without a word."""
    opened = stop.opened(stop.index)
    if stop.index < len(stop.tokens) or not opened:
        return None
    at = stop.span(stop.index, stop.index)
    kind = OPENING.get(stop.type(opened[-1]))
    return Repair(stop.index, stop.index, (made(kind, _SIGNS[kind], *at),), None) if kind is not None else None


def spaced_name(stop: Stop) -> Repair | None:
    """`Seen at > now()`: a name with blanks stands in backticks."""
    for first in range(max(0, stop.index - _LONGEST_NAME), stop.index + 1):
        for end in range(min(len(stop.tokens), first + _LONGEST_NAME), first + 1, -1):
            name = stop.source(first, end)
            if end > stop.index and name.replace(" ", "").isidentifier() and stop.knows(name):
                told = problem("spaced_name", *stop.span(first, end), (f"`{name}`",), found=name)
                return Repair(first, end, (made("NAME", f"`{name}`", *stop.span(first, end)),), told)
    return None


def reserved_name(stop: Stop) -> Repair | None:
    """`end > 3` where a field is called `end`."""
    word = stop.word(stop.index)
    if stop.type(stop.index) == "NAME" or word.lower() not in EXPRESSION_WORDS or not stop.knows(word):
        return None
    if stop.type(stop.index - 1) in OPERAND_ENDS:
        return None
    span = stop.span(stop.index, stop.index + 1)
    told = problem("reserved_name", *span, (f"`{word}`",), found=word)
    return Repair(stop.index, stop.index + 1, (made("NAME", f"`{word}`", *span),), told)


def missing_space(stop: Stop) -> Repair | None:
    """`状态等于"open"`: words run together."""
    for place in (stop.index - 1, stop.index):
        name = stop.word(place)
        if stop.type(place) != "NAME" or name.isascii():
            continue
        written = taken_apart(name, stop.knows)
        if written is None and not stop.knows(name):
            before, joint, after = at_its_ends(name) or ("", "", "")
            written = f"{before} {joint} {after}".strip() if joint else None
        if written is not None:
            told = problem("missing_space", *stop.span(place, place + 1), (written,), found=name, split=written)
            return Repair(
                place, place + 1, tuple(spread(stop.lex(written), stop.text, *stop.span(place, place + 1))), told
            )
    return None


def joining_comma(stop: Stop) -> Repair | None:
    """`a = 1, b = 2`: conditions are joined by words."""
    if stop.type(stop.index) not in ("COMMA", "SEMICOLON"):
        return None
    bracket = stop.bracket(stop.index)
    span = stop.span(stop.index, stop.index + 1)
    found = stop.text[slice(*span)]
    if bracket is not None and stop.type(stop.index) == "SEMICOLON":
        told = problem("full_width", *span, (",",), found=found, ascii=",")
        return Repair(stop.index, stop.index + 1, (made("COMMA", ",", *span),), told)
    if bracket is not None and stop.type(bracket - 1) == "NAME":
        return None
    if "AND" not in stop.expected or stop.index + 1 == len(stop.tokens) or stop.type(stop.index + 1) in CLOSING | INFIX:
        told = problem("extra_comma", *span, found=found)
        return Repair(stop.index, stop.index + 1, (), told)
    meant = "and" if stop.text[span[0] - 1 : span[0]].isspace() else " and"
    told = problem("joining_comma", *span, (meant,), found=found)
    return Repair(stop.index, stop.index + 1, (made("AND", "and", *span),), told)


def brackets(stop: Stop) -> Repair | None:
    """Brackets that are not opened, closed by another, or not closed."""
    type, opened = stop.type(stop.index), stop.opened(stop.index)
    innermost = stop.type(opened[-1]) if opened else ""
    span = stop.span(stop.index, stop.index + 1)
    if type in CLOSING and stop.bracket(stop.index) is None:
        told = problem("unmatched_bracket", *span, found=_SIGNS[type])
        return Repair(stop.index, stop.index + 1, (), told)
    if type in CLOSING and innermost in OPENING and OPENING[innermost] != type:
        right = OPENING[innermost]
        told = problem("mismatched_bracket", *span, (_SIGNS[right],), found=_SIGNS[innermost], closed=_SIGNS[type])
        return Repair(stop.index, stop.index + 1, (made(right, _SIGNS[right], *span),), told)
    if innermost in OPENING and type in ("", "THEN", "ELSE", "ELSEIF", "END") and OPENING[innermost] in stop.expected:
        told = problem("unclosed_bracket", *stop.span(opened[-1], opened[-1] + 1), found=_SIGNS[innermost])
        return Repair(stop.index, stop.index, (made(OPENING[innermost], _SIGNS[OPENING[innermost]], *span),), told)
    return None


def if_clauses(stop: Stop) -> Repair | None:
    """An `if` without `then`, `else` or `end`."""
    opened = stop.opened(stop.index)
    if (
        not opened
        or stop.type(opened[-1]) != "IF"
        or stop.type(0) == "RULE"
        or stop.type(stop.index - 1) not in OPERAND_ENDS
    ):
        return None
    start, end = stop.span(opened[-1], opened[-1] + 1)
    span = stop.span(stop.index, stop.index + 1)
    type = stop.type(stop.index)
    if type == "END" and "ELSE" in stop.expected:
        told = problem("missing_else", *span, ("else empty end",))
        return Repair(stop.index, stop.index, (made("ELSE", "else", *span), made("EMPTY", "empty", *span)), told)
    if "END" in stop.expected and type in ("", "COMMA", *CLOSING):
        return Repair(stop.index, stop.index, (made("END", "end", *span),), problem("missing_end", start, end))
    if "THEN" in stop.expected and "ELSE" not in stop.expected and type in ("", "ELSE", *OPERAND_STARTS):
        if type in ("", "ELSE"):
            tokens = (made("THEN", "then", *span), hole(*span))
            return Repair(stop.index, stop.index, tokens, problem("missing_then", start, end))
        told = problem("missing_then", *span, (f"then {stop.source(stop.index, stop.index + 1)}",))
        return Repair(stop.index, stop.index, (made("THEN", "then", *span),), told)
    if "ELSE" in stop.expected and type == "":
        written = (("ELSE", "else"), ("EMPTY", "empty"), ("END", "end"))
        added = tuple(made(kind, word, *span) for kind, word in written)
        return Repair(stop.index, stop.index, added, problem("missing_else", start, end))
    return None


def missing_value(stop: Stop) -> Repair | None:
    """An operator without a value before or behind it."""
    type, before = stop.type(stop.index), stop.type(stop.index - 1)
    span = stop.span(stop.index, stop.index + 1)
    filled = (hole(*span),)
    if not stop.tokens:
        told = problem("nothing_written", 0, len(stop.text))
        is_strange = stop.text.strip() and not stop.text.lstrip().startswith("#")
        return Repair(0, 0, (hole(0, 0),), None if is_strange else told)
    if before in OPERAND_ENDS:
        return None
    if type in CLOSING and before == "COMMA":
        told = problem("extra_comma", *stop.span(stop.index - 1, stop.index + 1), (stop.word(stop.index),), found=",")
        return Repair(stop.index - 1, stop.index, (), told)
    if type == "" and before in OPENING:
        told = problem("unclosed_bracket", *stop.span(stop.index - 1, stop.index), found=_SIGNS[before])
        return Repair(stop.index, stop.index, filled, told)
    if type == "":
        found = stop.word(stop.index - 1)
        return Repair(
            stop.index, stop.index, filled, problem("unexpected_end", len(stop.text), len(stop.text), found=found)
        )
    if type in INFIX and type == before:
        first, end = stop.index - 1, stop.index + 1
        while stop.type(end) == type:
            end += 1
        written = stop.word(first)
        told = problem("repeated_word", *stop.span(first, end), (written,), found=written)
        return Repair(stop.index, end, (), told)
    if type in INFIX | CLAUSES | CLOSING:
        if stop.index == 0 or before in OPENING or (before in CLAUSES and type in INFIX):
            if type in CLOSING:
                told = problem("empty_brackets", *stop.span(stop.index - 1, stop.index + 1))
            else:
                told = problem("nothing_before", *span, found=stop.word(stop.index))
            return Repair(stop.index, stop.index, filled, told)
        first = stop.index - 1
        told = problem("nothing_behind", *stop.span(first, stop.index), found=stop.source(first, stop.index))
        return Repair(stop.index, stop.index, filled, told)
    return None


def unknown_unit(stop: Stop) -> Repair | None:
    """`3 apples`."""
    word = stop.word(stop.index)
    if stop.type(stop.index) != "NAME" or stop.type(stop.index - 1) != "NUMBER" or stop.knows(word):
        return None
    if word not in _UNITS and stop.type(stop.index + 1) in ("COMPARE", "DOT", "LPAR", "IS", "CONTAINS"):
        return None
    end = stop.index + 1 + (word.lower() == "business" and stop.type(stop.index + 1) == "NAME")
    found = stop.source(stop.index, end)
    span = stop.span(stop.index - 1, end)
    if found in _CALENDAR and "." in stop.word(stop.index - 1):
        return Repair(
            stop.index - 1, end, (hole(*span),), _whole_period(stop, Decimal(stop.word(stop.index - 1)), found)
        )
    if found in _UNITS:
        meant = f"{stop.word(stop.index - 1)} {found}"
        return Repair(stop.index - 1, end, (hole(*span),), problem("unit_form", *span, (meant,), meant=meant))
    told = problem("unknown_unit", *stop.span(stop.index, end), nearest(found, _UNITS), found=found)
    return Repair(stop.index - 1, end, (hole(*span),), told)


_UNITS: Final = (
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "business days",
    "CNY",
    "USD",
    "秒",
    "分钟",
    "小时",
    "天",
    "周",
    "个月",
    "年",
    "工作日",
    "元",
)


#: Units of the calendar, in months, and what months are called beside them.
_CALENDAR: Final = {"months": (1, "months"), "years": (12, "months"), "个月": (1, "个月"), "年": (12, "个月")}


def _whole_period(stop: Stop, number: Decimal, unit: str) -> Problem:
    """`1.5 years`: months come whole."""
    size, months = _CALENDAR[unit]
    total = number * size
    meant = (f"{int(total)} {months}",) if total == int(total) else ()
    return problem("whole_period", *stop.span(stop.index - 1, stop.index + 1), meant)


def unfinished_words(stop: Stop) -> Repair | None:
    """`between 1` and `some x in lines` without what belongs to them, and `for` outside parentheses."""
    span = stop.span(stop.index, stop.index + 1)
    first = stop.segment_start(stop.index)
    word = next((p for p in range(stop.index - 1, first - 1, -1) if stop.type(p) in ("BETWEEN", "SOME", "EVERY")), None)
    if stop.type(stop.index) in ("FOR", "WHERE") and stop.bracket(stop.index) is None:
        outer = frozenset(["COMMA", "THEN", "ELSE", "ELSEIF", "END", "IF"])
        begin, end = stop.segment_start(stop.index, outer), stop.segment_end(stop.index, outer)
        source = stop.source(begin, end)
        told = problem("in_brackets", *stop.span(begin, end), (f"({source})",), meant=source)
        return Repair(begin, end, (hole(*stop.span(begin, end)),), told)
    if (
        word is None
        or stop.type(stop.index - 1) not in OPERAND_ENDS
        or stop.type(stop.index) not in ("", *CLAUSES, *CLOSING)
    ):
        return None
    if stop.type(word) == "BETWEEN" and "AND" in stop.expected and "OR" not in stop.expected:
        told = problem("between_and", *stop.span(word, word + 1))
        return Repair(stop.index, stop.index, (made("AND", "and", *span), hole(*span)), told)
    if "SATISFIES" in stop.expected:
        told = problem("missing_satisfies", *stop.span(word, word + 1), found=stop.word(word))
        return Repair(stop.index, stop.index, (made("SATISFIES", "satisfies", *span), hole(*span)), told)
    return None


def missing_operator(stop: Stop) -> Repair | None:
    """Two values side by side."""
    if stop.type(stop.index) not in OPERAND_STARTS or stop.type(stop.index - 1) not in OPERAND_ENDS:
        return None
    end = stop.operand_end(stop.index)
    before, found = stop.source(stop.operand_start(stop.index), stop.index), stop.source(stop.index, end)
    first, last = stop.segment(stop.index)
    compared = any(stop.type(place) in ("COMPARE", "IN", "CONTAINS", "IS") for place in range(first, last))
    meant = (f"and {found}",) if compared else ()
    told = problem("missing_operator", *stop.span(stop.index, end), meant, before=before, found=found)
    return Repair(first, max(last, end), (hole(*stop.span(first, max(last, end))),), told)


def unexpected(stop: Stop) -> Repair | None:
    """Anything else."""
    if stop.index >= len(stop.tokens) and stop.type(0) == "RULE" and "END" in stop.expected:
        at = stop.span(stop.index, stop.index)
        told = problem("missing_end", *stop.span(0, 1), rule=stop.word(0))
        return Repair(stop.index, stop.index, (made("END", "end", *at),), told)
    if stop.index >= len(stop.tokens):
        return _left_out(stop, "unexpected_end")
    return _left_out(stop, "syntax")


def _left_out(stop: Stop, code: str | None) -> Repair:
    """The part around the place is left out: up to the next clause word, or, where that is out already, up to the brackets around."""
    first, end = stop.segment(stop.index)
    if end - first <= 1 and all(stop.is_hole(place) for place in range(first, end)):
        bracket = stop.bracket(stop.index)
        first = 0 if bracket is None else bracket
        end = len(stop.tokens) if bracket is None else (stop.closing(bracket) or len(stop.tokens) - 1) + 1
        if first > 0 and stop.type(first - 1) == "NAME":
            first -= 1
    span = stop.span(stop.index, stop.index + 1)
    found = stop.word(stop.index) if stop.index < len(stop.tokens) else stop.word(stop.index - 1)
    told = problem(code, *span, found=found) if code is not None else None
    return Repair(first, end, (hole(*stop.span(first, end)),), told)


Mend = Callable[[Stop], Repair | None]

#: The first that gives a repair is taken; the last always does.
REPAIRS: tuple[Mend, ...] = (
    _follows, spaced_name, reserved_name, *FOREIGN, missing_space, joining_comma, brackets, if_clauses, unfinished_words, missing_value, unknown_unit,
    missing_operator, unexpected,
)  # fmt: skip

__all__ = ["HOLE", "REPAIRS", "Mend", "Repair", "Stop"]
