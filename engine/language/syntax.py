"""Text to syntax tree: Lark's LALR(1) with the basic lexer, keywords recognised between lexer and parser.

The lexer knows only NAME; `Keywords` turns names into grammar symbols by the word dictionary. It sees the token before and
after, so a word is an ordinary name after a dot, before a colon, and in backticks: a field may be called `priority`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from engine.language.mending import REPAIRS, Mend
from engine.language.parsing import PLUGINS, made
from engine.language.problems import Problems, problem
from engine.language.recovery import Recovered, nothing_known, recover
from engine.language.stops import OPERAND_ENDS, Knows
from engine.language.words import AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS, Words

MAX_LENGTH = 10_000
MAX_DEPTH = 80
MAX_NODES = 1_000

EXPRESSION_GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")

#: Characters no database text can hold: NUL and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
#: Brackets, and what may hold some that are none: texts, names in backticks, comments.
_BRACKETS = re.compile(r"""[()\[\]]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”|`[^`\n]+`|#[^\n]*""")
#: Written side by side, but nested once typed: how many children make a level. Two cases of an `else if` make one.
_CHAINS: Mapping[str, int] = {"sum": 2, "product": 2, "conditional": 8}

Syntax = Tree[Token]


@dataclass(frozen=True, slots=True)
class Contextual:
    """Words that are keywords only between certain tokens: `behind` types of the token before, `before` of the one after; None
    for any."""

    words: Words
    behind: frozenset[str] | None = None
    before: frozenset[str] | None = None

    def stands(self, before: str | None, after: Token | None) -> bool:
        """Whether they mean something between these tokens."""
        if self.behind is not None and before not in self.behind:
            return False
        return self.before is None or (after is not None and after.type in self.before)


#: Tokens that write a length of time.
LENGTHS = frozenset({"DURATION", "PERIOD", "BUSINESS"})
#: Endings of a length in Chinese that say what its place in the sentence is, and the symbol they stand for.
_ENDINGS = (("以内", "WITHIN"), ("内", "WITHIN"), ("之后", "AFTER"), ("后", "AFTER"))
_EXPRESSION_CONTEXTS = (
    Contextual(BEFORE_NAME, before=frozenset({"NAME"})),
    Contextual(AFTER_OPERAND, behind=OPERAND_ENDS),
)
_CONTAINS = Contextual(AFTER_CONTAINS, behind=frozenset({"CONTAINS", "ANY", "ALL", "NONE"}))


class Keywords:
    """Lark's `postlex`: names become keywords where a keyword can stand. `contexts` are further words that are keywords in some
    places only; with `later`, a length such as `2 天后` stands for `AFTER` and the length."""

    always_accept = ("NAME",)

    def __init__(self, words: Words, contexts: Sequence[Contextual] = (), later: bool = False) -> None:
        self._words = words
        self._contexts = (*_EXPRESSION_CONTEXTS, *contexts)
        self._later = later
        self._known = frozenset({*words, *AFTER_CONTAINS, *(word for each in self._contexts for word in each.words)})

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens with keywords in place of the names that are keywords."""
        before: str | None = None
        current = next(stream, None)
        while current is not None:
            after = next(stream, None)
            if after is not None and self._is_else_if(current, after):
                current = Token.new_borrow_pos("ELSEIF", f"{current} {after}", current)
                current.end_pos, after = after.end_pos, next(stream, None)
            for token in self._read(current, before, after):
                before = token.type
                yield token
            current = after

    def _is_else_if(self, current: Token, after: Token) -> bool:
        if not current.type == after.type == "NAME":
            return False
        return [self._words.get(token.lower()) for token in (current, after)] == [("ELSE",), ("IF",)]

    def _read(self, token: Token, before: str | None, after: Token | None) -> list[Token]:
        if token.type in LENGTHS:
            return self._length(token, before)
        plain_name = before in ("DOT", "AS") or (after is not None and after.type == "COLON")
        if token.type != "NAME" or plain_name:
            return [token]
        symbols = self._symbols(str(token), before, after)
        if symbols is None:
            return [token]
        return [made(symbol, str(token), token.start_pos or 0, token.end_pos or 0) for symbol in symbols]

    def _length(self, token: Token, before: str | None) -> list[Token]:
        """A length, and in Chinese what its ending says: `7 天内` is `within 7 days`, `7 天后` in rules `after 7 days`."""
        written = str(token)
        for ending, symbol in _ENDINGS:
            if written.endswith(ending):
                start, end = token.start_pos or 0, token.end_pos or 0
                length = made(token.type, written.removesuffix(ending).rstrip(), start, end)
                stands = before in OPERAND_ENDS if symbol == "WITHIN" else self._later and before != symbol
                return [made(symbol, ending, end - len(ending), end), length] if stands else [length]
        return [token]

    def _symbols(self, word: str, before: str | None, after: Token | None) -> tuple[str, ...] | None:
        if word not in self._known and word.lower() not in self._known:
            return None
        tables = [AFTER_CONTAINS] if _CONTAINS.stands(before, after) else []
        tables.append(self._words)
        tables += [each.words for each in self._contexts if each.stands(before, after)]
        for table in tables:
            for surface in (word, word.lower()):
                if surface in table:
                    return table[surface]
        return None


@cache
def expression_parser() -> Lark:
    """The parser of expressions; made on first use."""
    return make_parser(EXPRESSION_GRAMMAR, "expression", Keywords(EXPRESSION_WORDS))


def make_parser(grammar: str, start: str, keywords: Keywords, strict: bool = False) -> Lark:
    """A parser; `strict` refuses conflicts that Lark would otherwise settle silently (the tests ask for it)."""
    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=start,
        postlex=keywords,
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
        _plugins=PLUGINS,
    )


def tokens(text: str) -> Iterator[Token]:
    """The tokens of an expression, keywords told, up to the first character that is none."""
    parsing = expression_parser().parse_interactive(text)
    try:
        yield from parsing.lexer_thread.lex(parsing.parser_state)  # type: ignore[no-untyped-call]  # without annotations in Lark
    except UnexpectedCharacters:
        return


def parse_expression(text: str) -> Syntax | Problems:
    """The syntax tree of an expression."""
    return parse(expression_parser(), text)


def parse(parser: Lark, text: str) -> Syntax | Problems:
    """The syntax tree, or what is wrong with the writing."""
    syntax = parse_strictly(parser, text)
    return Problems(read_on(parser, text).problems) if syntax is None else syntax


def parse_strictly(parser: Lark, text: str) -> Syntax | Problems | None:
    """The syntax tree; why a text is not read at all; None when the parser refuses how it is written."""
    if len(text) > MAX_LENGTH:
        return Problems((problem("too_long", MAX_LENGTH, len(text), limit=MAX_LENGTH),))
    unwritable = _UNWRITABLE.search(text)
    if unwritable:
        found = f"U+{ord(unwritable[0]):04X}"
        return Problems((problem("unwritable_character", unwritable.start(), unwritable.end(), found=found),))
    deepest = _bracket_too_deep(text)
    if deepest is not None:
        return Problems((problem("too_deep", deepest, deepest + 1, limit=MAX_DEPTH),))
    try:
        tree = parser.parse(text)
    except UnexpectedInput:
        return None
    return within_limits(tree)


def _bracket_too_deep(text: str) -> int | None:
    """The first bracket within more others than any tree may be deep: told before anything is read, because reading on behind
    thousands of open brackets takes long and says nothing more."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += (found[0] in "([") - (found[0] in ")]")
        if depth > MAX_DEPTH:
            return found.start()
    return None


def read_on(parser: Lark, text: str, knows: Knows = nothing_known, repairs: Sequence[Mend] = REPAIRS) -> Recovered:
    """What is wrong with the writing of a text that the parser refuses, and the tree of the rest."""
    found = recover(parser, text, knows, repairs)
    limits = within_limits(found.syntax) if found.syntax is not None else None
    return Recovered(found.problems, None) if isinstance(limits, Problems) else found


def within_limits(tree: Syntax) -> Syntax | Problems:
    """The tree, or why it is too much."""
    count = 0
    waiting: list[tuple[Syntax, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            return Problems((problem("too_deep", *span(node), limit=MAX_DEPTH),))
        links = len(node.children) // _CHAINS[node.data] if node.data in _CHAINS else 1
        below = depth + max(links, 1)
        waiting.extend((child, below) for child in node.children if isinstance(child, Tree))
    if count > MAX_NODES:
        return Problems((problem("too_many_nodes", *span(tree), limit=MAX_NODES),))
    return tree


def span(node: Syntax | Token) -> tuple[int, int]:
    """The characters a piece of syntax covers."""
    if isinstance(node, Token):
        start = node.start_pos or 0
        return start, node.end_pos or start + len(node)
    meta = node.meta
    return (0, 0) if meta.empty else (meta.start_pos, meta.end_pos)
