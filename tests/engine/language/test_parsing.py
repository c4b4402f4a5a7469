"""The parser's own loops: the trees, places and mistakes are those of Lark's."""

from __future__ import annotations

from functools import cache

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from engine.language.syntax import EXPRESSION_GRAMMAR, Keywords, expression_parser, span
from engine.language.words import EXPRESSION_WORDS
from tests.engine.language.vectors import CASES


@cache
def plain_lark() -> Lark:
    return Lark(
        EXPRESSION_GRAMMAR,
        parser="lalr",
        lexer="basic",
        start="expression",
        postlex=Keywords(EXPRESSION_WORDS),
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _shape(node: Tree[Token] | Token) -> object:
    if isinstance(node, Token):
        return node.type, str(node), span(node)
    return node.data, span(node), [_shape(child) for child in node.children]


def _parsed(parser: Lark, text: str) -> object:
    try:
        return _shape(parser.parse(text))
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        return type(error), error.pos_in_stream, token, sorted(getattr(error, "accepts", None) or ())


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: text,
        lambda text: text[:-1],
        lambda text: text[: len(text) // 2],
        lambda text: f"{text} and",
        lambda text: f"# 注释\n\n  {text}  # end",
        lambda text: text.replace(" ", " ) ", 1),
        lambda text: text.replace("(", "（", 1),
    ],
    ids=["whole", "cut short", "cut in half", "gone on", "commented", "closed early", "full-width"],
)
def test_trees_and_mistakes_are_those_of_lark(broken: object) -> None:
    assert callable(broken)
    for text in dict.fromkeys(broken(case.text) for case in CASES[::7]):
        assert _parsed(expression_parser(), text) == _parsed(plain_lark(), text), text
