"""What is missing where the parser of rules stops: a word between two parts, a length, a number, a name, whom something is per."""

from __future__ import annotations

import re

from lark import Token

from engine.language.mending import Mend
from engine.language.parsing import made
from engine.language.problems import Problem, problem
from engine.language.stops import HOLE, OPENING, Repair, Stop, hole
from engine.language.words import RULE_LATER, RULE_SPLIT
from engine.rules.syntax import STATEMENT_STARTS

_LENGTHS = frozenset({"DURATION", "PERIOD", "BUSINESS"})
_TAILS = frozenset({"LIMIT", "ONCE", "QUIET", "END", ""})


def is_chinese(stop: Stop) -> bool:
    """Whether a rule is written in Chinese: by its first word."""
    return bool(stop.tokens) and not stop.word(0).isascii()


def said(stop: Stop, english: str, chinese: str) -> str:
    """A word in the language of the rule."""
    return chinese if is_chinese(stop) else english


def begins_statement(stop: Stop, place: int) -> bool:
    """Whether an action or another statement begins with a token."""
    if stop.type(place) in ("STOP", "AFTER", "SPLIT"):
        return True
    if stop.type(place) != "NAME" or stop.is_hole(place):
        return False
    return stop.type(place + 1) == "LPAR" or _is_later(stop, place) or stop.word(place).lower() in RULE_SPLIT


def _is_later(stop: Stop, place: int) -> bool:
    return stop.word(place).lower() in RULE_LATER and stop.type(place + 1) in (*_LENGTHS, "NUMBER")


def before(stop: Stop, code: str, written: str, *tokens: tuple[str, str], **params: str) -> Repair:
    """Something that belongs before the place."""
    span = stop.span(stop.index, stop.index + 1)
    source = stop.source(stop.index, stop.index + 1) if stop.index < len(stop.tokens) else ""
    told = problem(code, *span, (f"{written} {source}".strip(),), meant=written, **params)
    return Repair(stop.index, stop.index, _made(tokens, span), told)


def _made(tokens: tuple[tuple[str, str], ...], span: tuple[int, int]) -> tuple[Token, ...]:
    return tuple(made(kind, word, *span) for kind, word in tokens)


def _instead(stop: Stop, first: int, end: int, told: Problem, *tokens: tuple[str, str]) -> Repair:
    return Repair(first, end, _made(tokens, stop.span(first, end)), told)


# -- words between two parts


def then_and_do(stop: Stop) -> Repair | None:
    """A statement right behind a condition or a length."""
    if not begins_statement(stop, stop.index) or stop.bracket(stop.index) is not None:
        return None
    if "DO" in stop.expected:
        word = said(stop, "do", "执行")
        return before(stop, "missing_do", word, ("DO", word))
    if "THEN" in stop.expected:
        word = said(stop, "then", "那么")
        return before(stop, "missing_then.rule", word, ("THEN", word))
    return None


def name_of_rule(stop: Stop) -> Repair | None:
    """A rule without its name, or without `rule`."""
    rule, name = said(stop, "rule", "规则"), said(stop, "my_rule", "我的规则")
    if stop.index == 0 and stop.type(0) in ("WHEN", "PRIORITY", "VALID", "PURPOSE"):
        return before(stop, "missing_rule", f"{rule} {name}", ("RULE", rule), ("NAME", name))
    if stop.index == 1 and stop.type(0) == "RULE" and stop.type(1) in ("WHEN", "STRING", "WATCH", "PRIORITY"):
        return before(stop, "missing_name", name, ("NAME", name))
    return None


def trigger(stop: Stop) -> Repair | None:
    """A rule that waits for nothing."""
    if stop.type(stop.index) not in ("IF", "THEN") or "WHEN" not in stop.expected:
        return None
    span = stop.span(stop.index, stop.index + 1)
    told = problem("missing_trigger", *span, found=stop.word(stop.index))
    return Repair(stop.index, stop.index, (made("WHEN", "when", *span), hole(*span)), told)


def event(stop: Stop) -> Repair | None:
    """`when then`: no event."""
    if stop.type(stop.index - 1) not in ("WHEN", "FOLLOWED", "WITHOUT") or stop.type(stop.index) == "NAME":
        return None
    if stop.type(stop.index) not in ("IF", "THEN", "WHERE", "WITHIN", "AS", "END", ""):
        return None
    told = problem("missing_event", *stop.span(stop.index - 1, stop.index), found=stop.word(stop.index - 1))
    return Repair(stop.index, stop.index, (hole(*stop.span(stop.index - 1, stop.index)),), told)


def alias(stop: Stop) -> Repair | None:
    """`as then`: what follows `as` is taken for a name."""
    word = stop.word(stop.index - 1)
    if stop.type(stop.index - 2) != "AS" or word.lower() not in ("then", "if", "where", "那么", "如果", "其中"):
        return None
    told = problem("nothing_behind", *stop.span(stop.index - 2, stop.index - 1), found=stop.word(stop.index - 2))
    symbol = {"then": "THEN", "那么": "THEN", "if": "IF", "如果": "IF"}.get(word.lower(), "WHERE")
    span = stop.span(stop.index - 1, stop.index)
    return Repair(stop.index - 2, stop.index, (made(symbol, word, *span),), told)


def each(stop: Stop) -> Repair | None:
    """A schedule or a watch that says not of which records."""
    if "FOR" not in stop.expected or stop.type(stop.index) not in ("THEN", "IF", "EVERY") or stop.index == 0:
        return None
    word, name = said(stop, "for each", "对每个"), said(stop, "person", "客户")
    return before(stop, "missing_each", f"{word} {name}", ("FOR", word), ("EACH", word), ("NAME", name))


# -- lengths of time


def within(stop: Stop) -> Repair | None:
    """A pattern or an aggregate that says not within which time."""
    if "WITHIN" not in stop.expected or stop.type(stop.index) in ("COMMA", "NAME", "NUMBER"):
        return None
    in_window = stop.bracket(stop.index) is not None and stop.type((stop.bracket(stop.index) or 0) - 1) == "NAME"
    in_link = any(stop.type(place) in ("FOLLOWED", "WITHOUT") for place in range(stop.index))
    if stop.type(stop.index) in _LENGTHS and (in_window or in_link):
        length = stop.word(stop.index)
        told = problem("missing_within", *stop.span(stop.index, stop.index + 1), (said(stop, f"within {length}", f"{length}内"),), meant=said(stop, f"within {length}", f"{length}内"))  # fmt: skip
        return Repair(stop.index, stop.index, _made((("WITHIN", "within"),), stop.span(stop.index, stop.index)), told)
    ends = ("BY", "PER", "BASELINE") if in_window else ("THEN", "IF", "FOLLOWED", "WITHOUT")
    if stop.type(stop.index) not in ends or not (in_window or in_link):
        return None
    meant = said(stop, "within 7 days", "7 天内")
    return before(stop, "missing_within", meant, ("WITHIN", "within"), ("DURATION", "7 days"))


def unit(stop: Stop) -> Repair | None:
    """`within 7`, `after 24`: of what."""
    if stop.type(stop.index) != "NUMBER":
        return None
    first = stop.index
    is_later = stop.word(first - 1).lower() in RULE_LATER and stop.type(first - 2) in STATEMENT_STARTS
    if (not is_later and "DURATION" not in stop.expected) or stop.type(first + 1) == "NAME":
        return None
    if stop.type(first - 1) in OPENING or "PLUS" in stop.expected or "NUMBER" in stop.expected:
        return None
    number = stop.word(first)
    meant = said(stop, f"{number} days", f"{number} 天")
    told = problem("length_needs_unit", *stop.span(first, first + 1), (meant,), meant=meant)
    if is_later:
        lead = (made("AFTER", stop.word(first - 1), *stop.span(first - 1, first)),)
        return Repair(first - 1, first + 1, (*lead, *_made((("DURATION", meant),), stop.span(first, first + 1))), told)
    return _instead(stop, first, first + 1, told, ("DURATION", meant))


def later(stop: Stop) -> Repair | None:
    """`after do`: no length."""
    first = stop.index - 1
    if stop.word(first).lower() not in RULE_LATER or stop.type(stop.index) not in ("DO", "IF") or first < 0:
        return None
    meant = f"{stop.word(first)} {said(stop, '1 day', '1 天')}"
    told = problem("missing_length", *stop.span(first, first + 1), (meant,), meant=meant)
    return _instead(stop, first, first + 1, told, ("AFTER", "after"), ("DURATION", "1 day"))


_ONE = re.compile(r"(?i)(minute|hour|day|week|month|year)s?|(分钟|小时|天|周|个?月|年)")


def every(stop: Stop) -> Repair | None:
    """`every day`, `每天`: how many."""
    place = stop.index if stop.type(stop.index - 1) == "EVERY" else stop.index - 1
    found = _ONE.fullmatch(stop.word(place)) if stop.type(place) == "NAME" else None
    if found is None or stop.word(place - 1).lower() not in ("every", "每隔") or stop.type(place - 1) == "DOT":
        return None
    meant = f"1 {found[0]}" if found[2] != "月" else "1 个月"
    told = problem("missing_number", *stop.span(place, place + 1), (meant,), meant=meant)
    kind = "PERIOD" if re.search("month|year|月|年", meant) else "DURATION"
    return _instead(stop, place - 1, place + 1, told, ("EVERY", "every"), (kind, meant))


_DAILY = {"每天": "1 天", "每日": "1 天", "每小时": "1 小时", "每分钟": "1 分钟", "每周": "1 周", "每月": "1 个月", "daily": "1 day", "hourly": "1 hour"}  # fmt: skip


def daily(stop: Stop) -> Repair | None:
    """`每天 09:00`: said in one word."""
    length = _DAILY.get(stop.word(stop.index).lower())
    if length is None or "EVERY" not in stop.expected:
        return None
    at = stop.type(stop.index + 1) == "TIME"
    meant = said(stop, f"every {length}", f"每隔 {length}") + (said(stop, " at", " 于") if at else "")
    told = problem(
        "word_operator", *stop.span(stop.index, stop.index + 1), (meant,), found=stop.word(stop.index), meant=meant
    )
    kind = "PERIOD" if "月" in length else "DURATION"
    tokens = (("EVERY", "every"), (kind, length), *((("AT", "at"),) if at else ()))
    return _instead(stop, stop.index, stop.index + 1, told, *tokens)


# -- limits and shares


def limit(stop: Stop) -> Repair | None:
    """`limit` without how often, per whom or within which time."""
    index, kind = stop.index, stop.type(stop.index)
    person, day = said(stop, "person", "客户"), said(stop, "per 1 day", "每 1 天")
    if kind == "PER" and stop.type(index - 1) == "LIMIT":
        meant = said(stop, "1", "1 次")
        return before(stop, "limit_count", meant, ("NUMBER", "1"))
    if kind in _LENGTHS and stop.type(index - 1) == "PER" and stop.type(index - 3) == "LIMIT":
        per = said(stop, "per", "每")
        return before(stop, "limit_subject", f"{person} {per}", ("NAME", person), ("PER", per))
    if kind in _LENGTHS and "PER" in stop.expected and _in_limit(stop):
        per = said(stop, "per", "每")
        return before(stop, "limit_per", per, ("PER", per))
    if kind in _TAILS and "PER" in stop.expected and _in_limit(stop):
        at = (stop.span(index - 1, index)[1],) * 2
        told = problem("limit_length", *at, (f" {day}",), meant=day)
        return Repair(index, index, _made((("PER", "per"), ("DURATION", "1 day")), at), told)
    return None


def _in_limit(stop: Stop) -> bool:
    """Whether `limit N per PATH` stands right before the place."""
    start = stop.operand_start(stop.index)
    return stop.type(start - 1) == "PER" and stop.type(start - 3) == "LIMIT"


def subject(stop: Stop) -> Repair | None:
    """`once`, `split`: per whom."""
    index = stop.index
    written = said(stop, "per person", "每位 客户")
    if stop.type(index - 1) == "ONCE" and "PER" in stop.expected and stop.type(index) != "PER":
        at = (stop.span(index - 1, index)[1],) * 2
        told = problem("missing_subject", *at, (f" {written}",), meant=written)
        return Repair(index, index, _made((("PER", "per"), ("NAME", said(stop, "person", "客户"))), at), told)
    if stop.type(index) == "PERCENT" and stop.word(index - 1).lower() in RULE_SPLIT:
        told = problem(
            "missing_subject", *stop.span(index - 1, index), (f"{stop.word(index - 1)} {written}",), meant=written
        )
        return _instead(stop, index - 1, index, told, ("SPLIT", "split"), ("PER", "per"), ("NAME", said(stop, "person", "客户")))  # fmt: skip
    return None


def share(stop: Stop) -> Repair | None:
    """`split` without shares, a share without `%`, name or colon."""
    index, kind = stop.index, stop.type(stop.index)
    if "PERCENT" in stop.expected and kind == "NUMBER":
        meant = f"{stop.word(index)}%"
        told = problem("missing_percent", *stop.span(index, index + 1), (meant,), meant=meant)
        return _instead(stop, index, index + 1, told, ("PERCENT", meant))
    if "PERCENT" in stop.expected and kind == "END" and "STOP" not in stop.expected:
        told = problem("missing_shares", *stop.span(index, index + 1))
        return Repair(index, index, _made((("PERCENT", "1%"), ("NAME", HOLE), ("COLON", ":"), ("STOP", "stop")), stop.span(index, index)), told)  # fmt: skip
    if "COLON" in stop.expected and stop.type(index - 2) == "PERCENT" and kind == "LPAR":
        told = problem("share_name", *stop.span(index - 2, index - 1), (f"{stop.word(index - 2)} A:",))
        return Repair(index - 1, index - 1, _made((("NAME", "A"), ("COLON", ":")), stop.span(index - 2, index - 1)), told)  # fmt: skip
    if "COLON" in stop.expected and stop.type(index - 2) == "PERCENT":
        told = problem("missing_colon", *stop.span(index - 1, index), (f"{stop.word(index - 1)}:",))
        return Repair(index, index, _made((("COLON", ":"),), stop.span(index - 1, index)), told)
    return None


# -- marks


def quotes(stop: Stop) -> Repair | None:
    """`segment vip`: keys stand in quotation marks."""
    if stop.type(stop.index) != "NAME" or stop.is_hole(stop.index) or stop.expected != frozenset({"STRING"}):
        return None
    meant = f'"{stop.word(stop.index)}"'
    told = problem("text_without_quotes", *stop.span(stop.index, stop.index + 1), (meant,), meant=meant)
    return _instead(stop, stop.index, stop.index + 1, told, ("STRING", meant))


def parentheses(stop: Stop) -> Repair | None:
    """`tag "x"`: what an action is given stands in parentheses."""
    if stop.type(stop.index) != "STRING" or stop.type(stop.index - 1) != "NAME":
        return None
    if stop.expected != frozenset({"LPAR"}) or stop.type(stop.index - 2) not in STATEMENT_STARTS:
        return None
    written = stop.word(stop.index)
    told = problem("call_brackets", *stop.span(stop.index, stop.index + 1), (f"({written})",))
    return _instead(stop, stop.index, stop.index + 1, told, ("LPAR", "("), ("STRING", written), ("RPAR", ")"))


def owner(stop: Stop) -> Repair | None:
    """`count(order.paid within 7 days customer)`: no `by`."""
    if stop.type(stop.index) != "NAME" or "BY" not in stop.expected or stop.type(stop.index - 1) not in _LENGTHS:
        return None
    by = said(stop, "by", "按")
    return before(stop, "missing_by", by, ("BY", by))


_PRIORITIES = {"high": "90", "urgent": "100", "top": "100", "medium": "50", "normal": "50", "low": "10", "高": "90", "中": "50", "低": "10"}  # fmt: skip


def priority(stop: Stop) -> Repair | None:
    """`priority high`: it is a number."""
    if stop.type(stop.index - 1) != "PRIORITY" or stop.type(stop.index) not in ("NAME", "STRING"):
        return None
    meant = _PRIORITIES.get(stop.word(stop.index).strip('"“”').lower(), "50")
    told = problem("priority_number", *stop.span(stop.index, stop.index + 1), (meant,), meant=meant)
    return _instead(stop, stop.index, stop.index + 1, told, ("NUMBER", meant))


_DATE = re.compile(r"(\d{4})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})")


def date(stop: Stop) -> Repair | None:
    """`valid from 2026/3/1`."""
    found = _DATE.match(stop.text, stop.span(stop.index, stop.index + 1)[0]) if "DATE" in stop.expected else None
    if found is None:
        return None
    end = next(
        (p for p in range(stop.index, len(stop.tokens)) if stop.span(p, p + 1)[0] >= found.end()), len(stop.tokens)
    )
    meant = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    told = problem("date_form", found.start(), found.end(), (meant,), meant=meant)
    return _instead(stop, stop.index, end, told, ("DATE", meant))


def rest(stop: Stop) -> Repair | None:
    """A rule that stops before it says what to do."""
    if stop.index < len(stop.tokens) or stop.type(0) != "RULE" or stop.bracket(stop.index) is not None:
        return None
    then, stop_word, last = said(stop, "then", "那么"), said(stop, "stop", "停止"), said(stop, "end", "结束")
    at = stop.span(stop.index, stop.index)
    words = (("THEN", then), ("STOP", stop_word), ("END", last))
    first = 0 if "THEN" in stop.expected else 1 if "STOP" in stop.expected and "END" not in stop.expected else None
    if first is None:
        return _before_the_trigger(stop, at)
    meant = " ".join(word for _, word in words[first:])
    told = problem("unfinished_rule", *at, (f" {meant}",), found=stop.word(stop.index - 1), meant=meant)
    follows = stop.is_hole(stop.index - 1)  # from what is missing there, which has been told
    return Repair(stop.index, stop.index, _made(words[first:], at), None if follows else told)


def _before_the_trigger(stop: Stop, at: tuple[int, int]) -> Repair | None:
    """A rule that stops even before it says what it waits for."""
    if "WHEN" not in stop.expected and stop.index != 1:
        return None
    meant = said(stop, "when order.paid then …", "当 订单.支付 那么 …")
    meant = meant if stop.index > 1 else f"{said(stop, 'my_rule', '我的规则')} {meant}"
    told = problem("unfinished_rule", *at, found=stop.word(stop.index - 1), meant=meant)
    name = (made("NAME", HOLE, *at),) if stop.index == 1 else ()
    tail = _made((("THEN", "then"), ("STOP", "stop"), ("END", "end")), at)
    tokens = (*name, made("WHEN", "when", *at), hole(*at), *tail)
    return Repair(stop.index, stop.index, tokens, None if stop.is_hole(stop.index - 1) else told)


def end(stop: Stop) -> Repair | None:
    """A rule, or a block of it, without its `end`."""
    if stop.index < len(stop.tokens) or "END" not in stop.expected or stop.bracket(stop.index) is not None:
        return None
    at = stop.span(stop.index, stop.index)
    blocks = [place for place in range(len(stop.tokens)) if stop.type(place) in ("AFTER", "SPLIT")]
    ended = sum(stop.type(place) == "END" for place in range(len(stop.tokens)))
    word = said(stop, "end", "结束")
    code = "missing_end.block" if blocks and ended else "missing_end.rule"
    params = {code.partition(".")[2]: stop.word(blocks[-1]) if blocks and ended else stop.word(0)}
    again = stop.type(stop.index - 1) == "END" and stop.span(stop.index - 1, stop.index) == at  # put there just before
    told = None if again else problem("missing_end", *at, (f" {word}",), **params)
    return Repair(stop.index, stop.index, _made((("END", word),), at), told)


MISSING: tuple[Mend, ...] = (
    name_of_rule, trigger, event, alias, each, then_and_do, within, unit, later, every, daily, limit, subject, share, quotes, parentheses,
    owner, priority, date, rest, end,
)  # fmt: skip
