"""What other languages write and this one writes otherwise, told where it stops the parser: each repair knows one such habit."""

from __future__ import annotations

import re
from collections.abc import Callable

from lark import Token

from engine.language.parsing import made
from engine.language.problems import problem
from engine.language.stops import OPERAND_ENDS, OPERAND_STARTS, Repair, Stop
from engine.language.synonyms import FUNCTIONS, METHODS, OPERATORS, folded
from engine.language.words import EXPRESSION_WORDS

#: More words than this make no operator.
_LONGEST_PHRASE = 7


def _rewritten(stop: Stop, code: str, first: int, end: int, written: str, **params: str) -> Repair:
    """Tokens written otherwise, told at their place."""
    told = problem(code, *stop.span(first, end), (written,), found=stop.source(first, end), meant=written, **params)
    return Repair(first, end, stop.made(written, first, end), told)


def word_operator(stop: Stop) -> Repair | None:
    """`is greater than`, `大于等于`: operators in words that are no words of the language."""
    for first in range(max(0, stop.index - 3), stop.index + 1):
        if stop.type(first - 1) not in OPERAND_ENDS:
            continue
        words: list[str] = []
        found: tuple[int, str] | None = None
        for place in range(first, min(first + _LONGEST_PHRASE, len(stop.tokens))):
            if not stop.word(place).replace("'", "").isalpha():
                break
            if place == first or stop.span(place, place + 1) != stop.span(place - 1, place):
                words.append(stop.word(place))  # one word may stand for several symbols
            meant = OPERATORS.get(folded("".join(words)))
            found = (place + 1, meant) if meant is not None and place >= stop.index - 1 else found
        if found is not None and found[0] >= stop.index:
            repair = _rewritten(stop, "word_operator", first, found[0], found[1])
            is_right = found[1] in (stop.source(first, found[0]).lower(), stop.source(first, found[0] + 1).lower())
            if not is_right and [t.type for t in repair.tokens] != [t.type for t in stop.tokens[first : found[0]]]:
                return repair
    return None


def is_as_equals(stop: Stop) -> Repair | None:
    """`status is "open"`: equality is a sign; `is > 3`: an operator needs no `is`."""
    first = stop.index - 1
    negated = stop.type(first) == "NOT"
    first -= negated
    if stop.type(first) != "IS":
        return None
    if stop.type(stop.index) in ("COMPARE", "CONTAINS", "BETWEEN", "IN"):
        written = ("not " if negated else "") + stop.word(stop.index)
        return _rewritten(stop, "word_operator", first, stop.index + 1, written)
    if stop.type(stop.index) in OPERAND_STARTS | {"MINUS"}:
        return _rewritten(stop, "word_operator", first, stop.index, "!=" if negated else "=")
    return None


def like(stop: Stop) -> Repair | None:
    """`title like '%refund%'`."""
    if stop.word(stop.index).lower() not in ("like", "ilike", "rlike") or stop.type(stop.index + 1) != "STRING":
        return None
    negated = stop.type(stop.index - 1) == "NOT"
    first = stop.operand_start(stop.index - negated)
    owner, pattern = stop.source(first, stop.index - negated), stop.word(stop.index + 1)[1:-1]
    if not owner:
        return None
    written = _matched(owner, pattern)
    return _rewritten(stop, "sql_like", first, stop.index + 2, f"not ({written})" if negated else written)


def _matched(owner: str, pattern: str) -> str:
    inner = pattern.strip("%")
    if "%" in inner or "_" in inner or not inner:
        return f'like({owner}, "{pattern.replace("%", "*").replace("_", "?")}")'
    if pattern.startswith("%") and pattern.endswith("%"):
        return f'{owner} contains "{inner}"'
    if pattern.endswith("%"):
        return f'starts_with({owner}, "{inner}")'
    return f'ends_with({owner}, "{inner}")' if pattern.startswith("%") else f'{owner} = "{inner}"'


#: Words between two values that are functions here.
_BETWEEN = {"startswith": "starts_with", "beginswith": "starts_with", "endswith": "ends_with", "开头是": "starts_with",
            "结尾是": "ends_with", "mod": "mod", "modulo": "mod"}  # fmt: skip


def word_function(stop: Stop) -> Repair | None:
    """`title starts with "A"`."""
    for words in (2, 1):
        word = folded("".join(stop.word(stop.index + each) for each in range(words)))
        if word not in _BETWEEN or stop.type(stop.index - 1) not in OPERAND_ENDS:
            continue
        first, second = stop.operand_start(stop.index), stop.index + words
        end = stop.operand_end(second) if stop.type(second) in OPERAND_STARTS else second
        if end == second:
            return None
        written = f"{_BETWEEN[word]}({stop.source(first, stop.index)}, {stop.source(second, end)})"
        return _rewritten(stop, "function_form", first, end, written)
    return None


def parenthesised_list(stop: Stop) -> Repair | None:
    """`in ("a", "b")`: lists stand in square brackets."""
    bracket = stop.bracket(stop.index)
    if stop.type(stop.index) != "COMMA" or bracket is None or stop.type(bracket) != "LPAR":
        return None
    before = stop.type(bracket - 1)
    end = stop.closing(bracket)
    if end is None or before == "NAME" or before in OPERAND_ENDS or before == "IF":
        return None
    inner = stop.source(bracket + 1, end)
    told = problem("list_in_parentheses", *stop.span(bracket, end + 1), (f"[{inner}]",), meant=f"[{inner}]")
    opening, closing = (
        made(kind, sign, *stop.span(at, at + 1)) for kind, sign, at in (("LSQB", "[", bracket), ("RSQB", "]", end))
    )
    return Repair(bracket, end + 1, (opening, *stop.tokens[bracket + 1 : end], closing), told)


def called_if(stop: Stop) -> Repair | None:
    """`if(a, b, c)`."""
    bracket = stop.bracket(stop.index)
    if stop.type(stop.index) != "COMMA" or bracket is None or stop.type(bracket - 1) != "IF":
        return None
    arguments = stop.arguments(bracket)
    if arguments is None or not 2 <= len(arguments) <= 3:
        return None
    sources = [stop.source(*each) for each in arguments]
    parts = [list(stop.tokens[first:end]) for first, end in arguments]
    at = stop.span(bracket, bracket + 1)
    end = (stop.closing(bracket) or bracket) + 1
    otherwise = parts[2] if len(parts) == 3 else [made("EMPTY", "empty", *at)]
    tokens = [stop.tokens[bracket - 1], *parts[0], made("THEN", "then", *at), *parts[1], made("ELSE", "else", *at)]
    tokens += [*otherwise, made("END", "end", *stop.span(end - 1, end))]
    meant = f"if {sources[0]} then {sources[1]} else {sources[2] if len(sources) == 3 else 'empty'} end"
    told = problem("called_if", *stop.span(bracket - 1, end), (meant,), meant=meant)
    return Repair(bracket - 1, end, tuple(tokens), told)


def called_logic(stop: Stop) -> Repair | None:
    """`AND(a, b)`."""
    type = stop.type(stop.index)
    if type not in ("AND", "OR") or stop.type(stop.index + 1) != "LPAR" or stop.type(stop.index - 1) in OPERAND_ENDS:
        return None
    arguments = stop.arguments(stop.index + 1)
    if not arguments:
        return None
    joint = stop.word(stop.index).lower()
    meant = "(" + f" {joint} ".join(stop.source(*each) for each in arguments) + ")"
    tokens: list[Token] = [stop.tokens[stop.index + 1]]
    for number, (first, end) in enumerate(arguments):
        tokens += [made(type, joint, *stop.span(stop.index, stop.index + 1))] if number else []
        tokens += stop.tokens[first:end]
    last = stop.closing(stop.index + 1) or stop.index
    told = problem("called_logic", *stop.span(stop.index, last + 1), (meant,), found=stop.word(stop.index), meant=meant)
    return Repair(stop.index, last + 1, (*tokens, stop.tokens[last]), told)


def method(stop: Stop) -> Repair | None:
    """`title.contains("a")`."""
    name = stop.index - 1
    if stop.type(stop.index) != "LPAR" or stop.type(name) != "NAME" or stop.type(name - 1) != "DOT":
        return None
    arguments, first = stop.arguments(stop.index), stop.operand_start(name - 1)
    if arguments is None:
        return None
    sources = [stop.source(first, name - 1), *(stop.source(*each) for each in arguments)]
    word = folded(stop.word(name))
    form = METHODS.get(word)
    if form is not None and form.count("{") == len(sources):
        written = form.format(*sources)
    else:
        function = FUNCTIONS.get(word, stop.word(name))
        written = f"{function if '{' not in function else stop.word(name)}({', '.join(sources)})"
    return _rewritten(stop, "method", first, (stop.closing(stop.index) or stop.index) + 1, written)


def thousands(stop: Stop) -> Repair | None:
    """`5,000`."""
    if stop.type(stop.index) != "COMMA" or stop.type(stop.index - 1) not in ("NUMBER",):
        return None
    start = stop.span(stop.index - 1, stop.index)[0]
    found = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?").match(stop.text, start)
    if found is None:
        return None
    end = stop.index
    while end < len(stop.tokens) and stop.span(end, end + 1)[0] < found.end():
        end += 1
    return _rewritten(stop, "thousands", stop.index - 1, end, stop.source(stop.index - 1, end).replace(",", ""))


def chained(stop: Stop) -> Repair | None:
    """`1 < x < 3`."""
    if stop.type(stop.index) != "COMPARE" or stop.type(stop.index - 1) not in OPERAND_ENDS:
        return None
    first, end = stop.segment(stop.index)
    middle = next((place for place in range(first, stop.index) if stop.type(place) == "COMPARE"), None)
    if middle is None or middle + 1 == stop.index or end == stop.index + 1:
        return None
    while first < middle and stop.type(first) == "NOT":
        first += 1
    shared = stop.tokens[middle + 1 : stop.index]
    meant = f"{stop.source(first, stop.index)} and {stop.source(middle + 1, end)}"
    told = problem("chained", *stop.span(first, end), (meant,), meant=meant)
    joint = made("AND", "and", *stop.span(stop.index, stop.index + 1))
    return Repair(first, end, (*stop.tokens[first : stop.index], joint, *shared, *stop.tokens[stop.index : end]), told)


def _called(stop: Stop, code: str, function: str, sign: int, second: int) -> Repair | None:
    """A sign between two values that is a function here."""
    if stop.type(sign - 1) not in OPERAND_ENDS or stop.type(second) not in OPERAND_STARTS:
        return None
    first, end = stop.operand_start(sign), stop.operand_end(second)
    return _rewritten(stop, code, first, end, f"{function}({stop.source(first, sign)}, {stop.source(second, end)})")


def remainder(stop: Stop) -> Repair | None:
    """`a % b`."""
    return (
        _called(stop, "modulo_sign", "mod", stop.index, stop.index + 1) if stop.type(stop.index) == "MODULO" else None
    )


def power(stop: Stop) -> Repair | None:
    """`a ^ b` and `a ** b`."""
    if stop.type(stop.index) == "POWER":
        return _called(stop, "power_sign", "power", stop.index, stop.index + 1)
    if stop.type(stop.index) == stop.type(stop.index - 1) == "TIMES":
        return _called(stop, "power_sign", "power", stop.index - 1, stop.index + 1)
    return None


def ternary(stop: Stop) -> Repair | None:
    """`a ? b : c`."""
    if stop.type(stop.index) != "QUESTION":
        return None
    outer = frozenset(["COMMA", "THEN", "ELSE", "ELSEIF", "END", "IF", "WHERE", "RETURN", "SATISFIES"])
    first, end = stop.segment_start(stop.index, outer), stop.segment_end(stop.index, outer)
    colon = next(
        (p for p in range(stop.index, end) if stop.type(p) == "COLON" and stop.bracket(p) == stop.bracket(stop.index)),
        None,
    )
    if colon is None or first == stop.index or colon == stop.index + 1 or colon + 1 == end:
        return None
    condition, value = stop.source(first, stop.index), stop.source(stop.index + 1, colon)
    meant = f"if {condition} then {value} else {stop.source(colon + 1, end)} end"
    told = problem("ternary", *stop.span(first, end), (meant,), meant=meant)
    at, other = stop.span(stop.index, stop.index + 1), stop.span(colon, colon + 1)
    tokens = (
        made("IF", "if", *at), *stop.tokens[first : stop.index], made("THEN", "then", *at), *stop.tokens[stop.index + 1 : colon],
        made("ELSE", "else", *other), *stop.tokens[colon + 1 : end], made("END", "end", *other),
    )  # fmt: skip
    return Repair(first, end, tokens, told)


def said_yes(stop: Stop) -> Repair | None:
    """`urgent = 是`: where a value belongs, it is the value."""
    if stop.word(stop.index) != "是" or stop.type(stop.index - 1) in OPERAND_ENDS:
        return None
    return _rewritten(stop, "word_operator", stop.index, stop.index + 1, "真")


def case_when(stop: Stop) -> Repair | None:
    """`case when a then b else c end`."""
    if stop.word(stop.index).lower() != "when" or stop.type(stop.index) != "NAME":
        return None
    if stop.word(stop.index - 1).lower() == "case":
        return _rewritten(stop, "word_operator", stop.index - 1, stop.index + 1, "if")
    if any(stop.type(place) == "IF" for place in stop.opened(stop.index)):
        return _rewritten(stop, "word_operator", stop.index, stop.index + 1, "else if")
    return None


def comment_sign(stop: Stop) -> Repair | None:
    """`// …` and `/* … */`."""
    if not (stop.type(stop.index) in ("OVER", "TIMES") and stop.type(stop.index - 1) == "OVER"):
        return None
    start = stop.span(stop.index - 1, stop.index)[0]
    line = stop.text.find("\n", start)
    ends = len(stop.text) if line < 0 else line
    end = next((p for p in range(stop.index, len(stop.tokens)) if stop.span(p, p + 1)[0] >= ends), len(stop.tokens))
    inner = re.sub(r"^/[/*]+\s*|\s*\*/\s*$", "", stop.text[start:ends].strip())
    told = problem("comment_sign", start, start + len(stop.text[start:ends].rstrip()), (f"# {inner}".rstrip(),))
    return Repair(stop.index - 1, end, (), told)


def wider_letters(stop: Stop) -> Repair | None:
    """`ａｎｄ`: words in full-width letters."""
    word = stop.word(stop.index)
    if stop.type(stop.index) != "NAME" or word.isascii():
        return None
    plain = folded(word)
    if plain == word.lower() or plain not in EXPRESSION_WORDS:
        return None
    return _rewritten(stop, "full_width", stop.index, stop.index + 1, plain, ascii=plain)


#: What the parser is asked about first.
FOREIGN: tuple[Callable[[Stop], Repair | None], ...] = (
    wider_letters, said_yes, like, word_function, case_when, word_operator, is_as_equals, thousands, called_if, called_logic,
    parenthesised_list, method, ternary, remainder, power, comment_sign, chained,
)  # fmt: skip
