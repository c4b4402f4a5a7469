"""The values in a timeline: `{level: svip, budget: 50000, tags: [a, "b, c"], person: @gu}`; words need no quotation marks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[{}\[\]:,])|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[^\s{}\[\]:,"](?:[^{}\[\]:,"]|:(?=\S))*))"""
)
_CONSTANTS = {"true": True, "false": False, "empty": None}


class Unreadable(Exception):
    """A timeline that says nothing that can be played."""


@dataclass(frozen=True, slots=True)
class Ref:
    """`@name`: the record of that name in the timeline."""

    name: str


Value = None | bool | int | float | str | Ref | list["Value"] | dict[str, "Value"]


def read_values(text: str) -> tuple[dict[str, Value], str]:
    """The values in braces that `text` begins with (none: an empty mapping), and what follows them."""
    if not text.lstrip().startswith("{"):
        return {}, text
    tokens = _Tokens(text)
    value = _value(tokens)
    assert isinstance(value, dict)
    return value, text[tokens.position :]


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self.position = 0

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return self

    def __next__(self) -> tuple[str, str]:
        found = _TOKEN.match(self._text, self.position)
        if found is None:
            raise Unreadable(f"something is missing behind {self._text!r}")
        self.position = found.end()
        kind = str(found.lastgroup)
        return kind, found[kind].strip()

    def peek(self) -> str:
        found = _TOKEN.match(self._text, self.position)
        return "" if found is None else found[str(found.lastgroup)].strip()

    def expect(self, mark: str) -> None:
        if next(self)[1] != mark:
            raise Unreadable(f"{mark!r} is missing in {self._text!r}")


def _value(tokens: _Tokens) -> Value:
    kind, token = next(tokens)
    if token == "{" and kind == "mark":
        return _mapping(tokens)
    if token == "[" and kind == "mark":
        return _list(tokens)
    if kind == "text":
        return str(json.loads(token))
    return _word(token)


def _mapping(tokens: _Tokens) -> dict[str, Value]:
    found: dict[str, Value] = {}
    while tokens.peek() != "}":
        name = next(tokens)[1]
        tokens.expect(":")
        found[name] = _value(tokens)
        if tokens.peek() == ",":
            next(tokens)
    tokens.expect("}")
    return found


def _list(tokens: _Tokens) -> list[Value]:
    found: list[Value] = []
    while tokens.peek() != "]":
        found.append(_value(tokens))
        if tokens.peek() == ",":
            next(tokens)
    tokens.expect("]")
    return found


def _word(token: str) -> Value:
    if token in _CONSTANTS:
        return _CONSTANTS[token]
    if token.startswith("@"):
        return Ref(token[1:])
    if re.fullmatch(r"-?\d+", token):
        return int(token)
    return float(token) if re.fullmatch(r"-?\d+\.\d+", token) else token
