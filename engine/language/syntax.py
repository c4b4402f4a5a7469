"""Text to syntax tree: Lark's LALR(1) with the basic lexer, keywords recognised between lexer and parser.

The lexer knows only NAME; `Keywords` turns names into grammar symbols by the word dictionary. It sees the token before and
after, so a word is an ordinary name after a dot, before a colon, and in backticks: a field may be called `priority`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from engine.language.parsing import PLUGINS, made
from engine.language.problems import Problem, Problems, problem
from engine.language.words import AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS, Words

MAX_LENGTH = 10_000
MAX_DEPTH = 80
MAX_NODES = 1_000

EXPRESSION_GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")

#: Characters no database text can hold: NUL and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
#: Written side by side, but nested to the left once typed.
_CHAINS = frozenset({"sum", "product"})

Syntax = Tree[Token]


#: Tokens an operand can end with.
OPERAND_ENDS = frozenset(
    ["NAME", "RPAR", "RSQB", "STRING", "NUMBER", "MONEY", "PERCENT", "DATE", "TIME", "DATETIME", "DURATION", "PERIOD",
     "BUSINESS", "TRUE", "FALSE", "EMPTY", "END"]
)  # fmt: skip


class LaterWord(Exception):
    """A word of the full language that this version does not take."""

    def __init__(self, token: Token) -> None:
        super().__init__(str(token))
        self.token = token


class Keywords:
    """Lark's `postlex`: names become keywords where a keyword can stand."""

    always_accept = ("NAME",)

    def __init__(self, words: Words, later: Words = MappingProxyType({})) -> None:
        self._words = words
        self._later = later
        self._known = frozenset({*words, *BEFORE_NAME, *AFTER_OPERAND, *AFTER_CONTAINS})

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
        return current.type == after.type == "NAME" and [self._words.get(token.lower()) for token in (current, after)] == [("ELSE",), ("IF",)]

    def _read(self, token: Token, before: str | None, after: Token | None) -> list[Token]:
        plain_name = before in ("DOT", "AS") or (after is not None and after.type == "COLON")
        if token.type != "NAME" or plain_name:
            return [token]
        symbols = self._symbols(str(token), before, after)
        if symbols is None and token.lower() in self._later and not (after is not None and after.type == "LPAR"):
            raise LaterWord(token)
        if symbols is None:
            return [token]
        return [made(symbol, str(token), token.start_pos or 0, token.end_pos or 0) for symbol in symbols]

    def _symbols(self, word: str, before: str | None, after: Token | None) -> tuple[str, ...] | None:
        if word not in self._known and word.lower() not in self._known:
            return None
        tables: list[Words] = [self._words]
        if after is not None and after.type == "NAME":
            tables.append(BEFORE_NAME)
        if before in OPERAND_ENDS:
            tables.append(AFTER_OPERAND)
        if before in ("CONTAINS", "ANY", "ALL", "NONE"):
            tables.insert(0, AFTER_CONTAINS)
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
    except (UnexpectedCharacters, LaterWord):
        return


def parse_expression(text: str) -> Syntax | Problems:
    """The syntax tree of an expression."""
    return parse(expression_parser(), text)


def parse(parser: Lark, text: str) -> Syntax | Problems:
    """The syntax tree, or the one problem that stopped the parser."""
    if len(text) > MAX_LENGTH:
        return Problems((problem("too_long", MAX_LENGTH, len(text), limit=MAX_LENGTH),))
    unwritable = _UNWRITABLE.search(text)
    if unwritable:
        found = f"U+{ord(unwritable[0]):04X}"
        return Problems((problem("unknown_character", unwritable.start(), unwritable.end(), found=found),))
    try:
        tree = parser.parse(text)
    except LaterWord as found:
        start = found.token.start_pos or 0
        return Problems((problem("not_supported_yet", start, start + len(found.token), what=str(found.token)),))
    except UnexpectedInput as error:
        return Problems((_syntax_problem(error, text),))
    return _within_limits(tree)


def _within_limits(tree: Syntax) -> Syntax | Problems:
    count = 0
    waiting: list[tuple[Syntax, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            return Problems((problem("too_deep", *span(node), limit=MAX_DEPTH),))
        below = depth + (len(node.children) // 2 if node.data in _CHAINS else 1)
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


#: Habits from other languages: what is found around the place of the error, and the sentence that helps.
_HABITS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (re.compile(r"=="), "double_equals", ("=",)),
    (re.compile(r"&&"), "ampersands", ("and",)),
    (re.compile(r"\|\|"), "bars", ("or",)),
    (re.compile(r"=>|=<"), "arrow", (">=", "<=")),
    (re.compile(r"<>"), "not_equal_sign", ("!=",)),
    (re.compile(r"!(?!=)"), "exclamation", ("not",)),
)

_FULL_WIDTH: Mapping[str, str] = {
    "，": ",", "、": ",", "；": ",", "（": "(", "）": ")", "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=",
    "＋": "+", "－": "-", "＊": "*", "×": "*", "／": "/", "÷": "/", "：": ":", "。": ".", "．": ".", "！": "not",
    "［": "[", "］": "]", "【": "[", "】": "]", "”": '"', "‘": '"', "’": '"', "％": "%",
}  # fmt: skip


def _syntax_problem(error: UnexpectedInput, text: str) -> Problem:
    start = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(text)
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return problem("unexpected_end", len(text), len(text))
    found = str(error.token) if isinstance(error, UnexpectedToken) else text[start : start + 1]
    end = start + len(found)
    for pattern, code, suggestions in _HABITS:
        habit = next((m for m in pattern.finditer(text) if m.start() <= start <= m.end()), None)
        if habit:
            return problem(code, habit.start(), habit.end(), suggestions)
    if isinstance(error, UnexpectedCharacters):
        return _character_problem(text, start)
    if isinstance(error, UnexpectedToken) and error.token.type == "COMPARE" and re.search(r"[<>=]", text[:start]):
        return problem("chained", start, end)
    return problem("syntax", start, end, _missing_space(found), found=found)


def _character_problem(text: str, start: int) -> Problem:
    found = text[start : start + 1]
    if found in _FULL_WIDTH:
        ascii_sign = _FULL_WIDTH[found]
        return problem("full_width", start, start + 1, (ascii_sign,), found=found, ascii=ascii_sign)
    if found in "\"'“":
        return problem("unclosed_text", start, len(text))
    return problem("unknown_character", start, start + 1, found=found)


def _missing_space(name: str) -> tuple[str, ...]:
    split = split_at_keyword(name)
    return (split,) if split else ()


def split_at_keyword(name: str) -> str | None:
    """`状态为空` as `状态 为空`: the name taken apart at a Chinese keyword that begins or ends it."""
    chinese = sorted((w for w in EXPRESSION_WORDS if not w.isascii() and len(w) < len(name)), key=len, reverse=True)
    for word in chinese:
        if name.endswith(word):
            return f"{name[: -len(word)]} {word}"
        if name.startswith(word) and len(word) > 1:
            return f"{word} {name[len(word) :]}"
    return None
