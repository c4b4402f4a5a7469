"""Rule text to syntax tree: the grammar of expressions with that of rules, and where the words of rules mean something."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lark import Lark

from engine.language.stops import OPERAND_ENDS
from engine.language.surfaces import Surface
from engine.language.syntax import EXPRESSION_GRAMMAR, LENGTHS, Contextual, Keywords, make_parser
from engine.language.words import (
    EXPRESSION_WORDS,
    RULE_CLAUSES,
    RULE_EACH,
    RULE_ENTERS,
    RULE_FROM,
    RULE_LATER,
    RULE_SEGMENT,
    RULE_SPLIT,
    RULE_WORDS,
)

RULE_GRAMMAR = EXPRESSION_GRAMMAR + Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")

_NAME = frozenset({"NAME"})
#: Tokens before a statement.
STATEMENT_STARTS = frozenset({"THEN", "DO", "ELSE", "COLON", "RPAR", "END", "STOP"})
#: The words of rules that are keywords only in some places; elsewhere fields may bear these names.
RULE_CONTEXTS = (
    Contextual(RULE_CLAUSES, behind=OPERAND_ENDS | {"STOP"}),
    Contextual(RULE_ENTERS, behind=frozenset({"WHEN"}), before=_NAME),
    Contextual(RULE_SEGMENT, behind=frozenset({"ENTERS", "EXITS"})),
    Contextual(RULE_EACH, behind=frozenset({"FOR"})),
    Contextual(RULE_FROM, behind=frozenset({"VALID", "CHANGES"})),
    Contextual(RULE_LATER, behind=STATEMENT_STARTS, before=LENGTHS),
    Contextual(RULE_SPLIT, behind=STATEMENT_STARTS, before=_NAME),
)


def make_rule_parser(strict: bool = False) -> Lark:
    """A parser of rules; `strict` as in `make_parser`."""
    keywords = Keywords({**EXPRESSION_WORDS, **RULE_WORDS}, RULE_CONTEXTS, later=True)
    return make_parser(RULE_GRAMMAR, "rule", keywords, strict)


@cache
def rule_parser() -> Lark:
    """The parser of rules; made on first use."""
    return make_rule_parser()


def language_of(text: str) -> Surface:
    """The language of a rule's text: that of the word it begins with."""
    first = next((line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")), "")
    return "en" if first[:1].isascii() else "zh"
