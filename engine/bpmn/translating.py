"""Expressions of other products in our language, where that is plain: comparisons, `and`, `or`, `not`, arithmetic over names and
literals. FEEL, JUEL (`${...}`), JavaScript, Groovy and XPath agree enough on these; whatever is beyond is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lark import Tree

from engine.language.syntax import parse_expression
from engine.language.words import EXPRESSION_WORDS

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<data>bpmn:getDataObject\(\s*(?:'[^']*'|"[^"]*")\s*\))
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
  | (?P<sign>===|!==|==|!=|<>|<=|>=|&&|\|\||[=<>!()+\-*/])
    )""",
    re.VERBOSE,
)
_WRAPPED = re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL)
_COMPARISONS: Mapping[str, str] = {
    "=": "=", "==": "=", "===": "=", "!=": "!=", "!==": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
_AND, _OR, _NOT = ("and", "&&"), ("or", "||"), ("not", "!")
_CONSTANTS = {"true": "true", "false": "false"}
_NOTHING = ("null", "undefined", "nil")
_LONGEST = 4000


def translate(text: str) -> str | None:
    """The expression in our language, or None where that is not plain."""
    wrapped = _WRAPPED.match(text)
    inner = wrapped[1] if wrapped else text.strip().removeprefix("=").strip()
    if len(inner) > _LONGEST:
        return None
    try:
        ours = _Reader(_tokens(inner)).whole()
    except _NotPlainError:
        return None
    return ours if len(ours) <= _LONGEST and _is_ours(ours) else None


class _NotPlainError(Exception):
    """Something that another language may mean otherwise."""


def _is_ours(text: str) -> bool:
    return isinstance(parse_expression(text), Tree)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None or match.lastgroup is None:
            raise _NotPlainError
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


class _Reader:
    """Recursive descent; the depth is bounded by the length of what is read."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> str:
        found = self._either()
        if self._place != len(self._tokens):
            raise _NotPlainError
        return found

    def _peek(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise _NotPlainError
        self._place += 1
        return self._tokens[self._place - 1]

    def _either(self) -> str:
        parts = [self._both()]
        while self._peek() in _OR:
            self._next()
            parts.append(self._both())
        return " or ".join(parts)

    def _both(self) -> str:
        parts = [self._negation()]
        while self._peek() in _AND:
            self._next()
            parts.append(self._negation())
        return " and ".join(parts)

    def _negation(self) -> str:
        if self._peek() not in _NOT:
            return self._comparison()
        sign = self._next()[1]
        self._deeper()
        # `!a == b` negates a alone in most languages, `not a = b` the comparison: only what is the same in all is taken
        inner = self._primary() if sign == "!" else self._negation()
        self._depth -= 1
        if sign == "!" and self._peek() in _COMPARISONS:
            raise _NotPlainError
        return f"not {inner}"

    def _comparison(self) -> str:
        left = self._sum()
        if self._peek() not in _COMPARISONS:
            return left
        sign = _COMPARISONS[self._next()[1]]
        if self._peek() in _NOTHING and sign in ("=", "!="):
            self._next()
            return f"{left} is empty" if sign == "=" else f"{left} is not empty"
        right = self._sum()
        if self._peek() in _COMPARISONS:
            raise _NotPlainError
        return f"{left} {sign} {right}"

    def _sum(self) -> str:
        found = self._product()
        while self._peek() in ("+", "-"):
            sign, right = self._next()[1], self._product()
            if '"' in (found[:1], right[:1]):  # texts are joined by another sign here
                raise _NotPlainError
            found = f"{found} {sign} {right}"
        return found

    def _product(self) -> str:
        found = self._primary()
        while self._peek() in ("*", "/"):
            found = f"{found} {self._next()[1]} {self._primary()}"
        return found

    def _primary(self) -> str:
        kind, text = self._next()
        if kind == "text":
            return _quoted(text)
        if kind == "number":
            return text
        if kind == "data":
            return _name(re.split("['\"]", text)[1])
        if kind == "name":
            if self._peek() == "(":
                raise _NotPlainError
            return _CONSTANTS.get(text) or _name(text)
        if text == "-":
            return f"-{self._primary()}"
        if text != "(":
            raise _NotPlainError
        self._deeper()
        inner = self._either()
        self._depth -= 1
        if self._next()[1] != ")":
            raise _NotPlainError
        return f"({inner})"

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > 50:
            raise _NotPlainError


def _quoted(text: str) -> str:
    inner = text[1:-1]
    if "\\" in inner:
        raise _NotPlainError
    return '"' + inner.replace('"', '\\"') + '"'


def _name(text: str) -> str:
    parts = text.split(".")
    if any(part.lower() in EXPRESSION_WORDS or not part.isidentifier() for part in parts):
        raise _NotPlainError
    return text
