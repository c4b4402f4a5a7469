"""What stands before a place in an unfinished text: the word being written, the variables in reach, and the type wanted there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lark import Token

from engine.language.checker import Checker
from engine.language.functions import BY_NAME, Function
from engine.language.names import Bound, implicit_variable, surface
from engine.language.problems import Problems
from engine.language.stops import OPERAND_ENDS
from engine.language.syntax import parse_expression, tokens
from engine.language.types import UNKNOWN, Scope, Type

_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB"}
#: Tokens where the operand before them cannot reach back any further.
_BOUNDARIES = frozenset(
    ["AND", "OR", "NOT", "COMMA", "IF", "THEN", "ELSE", "ELSEIF", "SATISFIES", "WHERE", "RETURN", "COLON", "AS"]
)
#: Operators beside which the other operand has the same type.
_ALIKE = frozenset(["COMPARE", "IN", "CONTAINS", "BETWEEN", "COALESCE", "PLUS", "MINUS", "OF"])
_ENDS_OF_CONDITION = frozenset(["AND", "OR", "COMMA"])


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text. `start` is where the word being written begins, `word` what of it stands there; `quoted` when it is a
    text whose quotation mark is still open. `before` are the tokens up to the word; `bound` the variables in reach there."""

    start: int
    word: str
    quoted: bool
    before: tuple[Token, ...]
    bound: tuple[Bound, ...]

    @property
    def after_operand(self) -> bool:
        """Whether an operator, and not an operand, belongs here."""
        return bool(self.before) and self.before[-1].type in OPERAND_ENDS

    @property
    def path(self) -> tuple[Token, ...]:
        """The steps of the path that goes on here, after a dot; nothing when none does."""
        return tuple(_path_before(self.before))


def cursor_at(text: str, position: int, scope: Scope) -> Cursor | None:
    """The place; None inside a comment."""
    written = text[:position]
    start, quoted = open_quote(written)
    if start is None:
        return None
    if not quoted:
        start = word_start(written)
    before = tuple(tokens(written[:start]))
    word = written[start:].lstrip("\"'“`")
    return Cursor(start, word, quoted, before, tuple(_bound_at(before, text, scope)))


def wanted_type(cursor: Cursor, text: str, scope: Scope) -> Type | None:
    """The type of the operand that stands on the other side of the operator before the place; None when nothing is known."""
    ahead = list(cursor.before)
    while ahead and ahead[-1].type in ("LSQB", "COMMA", "STRING", "NUMBER"):
        ahead.pop()  # inside a list literal, the items are like the operand before it
    while ahead and ahead[-1].type in ("ANY", "ALL", "NONE", "OF"):
        ahead.pop()
    if not ahead or ahead[-1].type not in _ALIKE:
        return None
    operator = ahead.pop()
    if ahead and ahead[-1].type == "NOT" and operator.type in ("IN", "CONTAINS", "BETWEEN"):
        ahead.pop()
    operand = _operand_before(ahead)
    type = _typed(operand, text, scope, cursor.bound) if operand else None
    return type.item if type is not None and type.kind == "list" and operator.type != "COMPARE" else type


def operand_type(cursor: Cursor, text: str, scope: Scope) -> Type | None:
    """The type of the operand that ends right before the place."""
    operand = _operand_before(list(cursor.before))
    return _typed(operand, text, scope, cursor.bound) if operand else None


def function_around(cursor: Cursor) -> tuple[Function, int] | None:
    """The function whose argument stands here, and which one it is."""
    depth, commas = 0, 0
    for index in range(len(cursor.before) - 1, -1, -1):
        type = cursor.before[index].type
        depth += (type in _OPENING.values()) - (type in _OPENING)
        if depth < 0:
            name = cursor.before[index - 1] if index and cursor.before[index - 1].type == "NAME" else None
            function = BY_NAME.get(surface(name)) if name is not None else None
            return (function, commas) if function is not None and type == "LPAR" else None
        commas += depth == 0 and type == "COMMA"
    return None


def open_quote(written: str) -> tuple[int | None, bool]:
    """Where the text whose quotation mark is still open begins, or the end; None inside a comment."""
    index, end = 0, len(written)
    while index < end:
        character = written[index]
        if character == "#":
            line_end = written.find("\n", index)
            if line_end < 0:
                return None, False
            index = line_end
        elif character in "\"'“":
            close = _closing(written, index, "”" if character == "“" else character)
            if close is None:
                return index, True
            index = close
        index += 1
    return end, False


def word_start(written: str) -> int:
    """Where the word begins that ends here; a name in backticks whose second one is missing may hold blanks."""
    line = written.rfind("\n") + 1
    if written.count("`", line) % 2:
        return written.rindex("`")
    start = len(written)
    while start > line and (written[start - 1].isalnum() or written[start - 1] == "_"):
        start -= 1
    return start


def _closing(written: str, start: int, mark: str) -> int | None:
    index = start + 1
    while index < len(written) and written[index] != "\n":
        if written[index] == mark:
            return index
        index += 2 if written[index] == "\\" and mark != "”" else 1
    return None if index >= len(written) else start


def _path_before(tokens: Sequence[Token]) -> Iterator[Token]:
    index = len(tokens)
    steps: list[Token] = []
    while index >= 2 and tokens[index - 1].type == "DOT" and tokens[index - 2].type == "NAME":
        steps.insert(0, tokens[index - 2])
        index -= 2
    yield from steps


def _operand_before(tokens: list[Token]) -> list[Token]:
    """The tokens of the comparison's left side that ends with the last one."""
    found: list[Token] = []
    depth = 0
    for token in reversed(tokens):
        depth += (token.type in _OPENING.values()) - (token.type in _OPENING)
        if depth < 0 or (depth == 0 and (token.type in _BOUNDARIES or token.type == "COMPARE")):
            break
        found.insert(0, token)
    return found


def _typed(tokens: Sequence[Token], text: str, scope: Scope, bound: Sequence[Bound]) -> Type | None:
    syntax = parse_expression(text[tokens[0].start_pos or 0 : tokens[-1].end_pos or 0])
    if isinstance(syntax, Problems):
        return None
    checker = Checker(scope, bound=bound)
    type = checker.check(syntax).type
    return None if checker.problems or type == UNKNOWN else type


@dataclass(slots=True)
class _Open:
    """A binder whose body the place may be in: at which depth of parentheses, and whether `and` ends the body."""

    bound: Bound
    depth: int
    greedy: bool


def _bound_at(tokens: Sequence[Token], text: str, scope: Scope) -> list[Bound]:
    opened: list[_Open] = []
    names: list[tuple[str, int]] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.type in _OPENING:
            depth += 1
        elif token.type in _OPENING.values():
            depth -= 1
            opened = [each for each in opened if each.depth <= depth]
        elif token.type in _ENDS_OF_CONDITION:
            opened = [e for e in opened if e.depth < depth or (e.greedy and token.type != "COMMA" and e.depth == depth)]
        elif token.type in ("SOME", "EVERY", "FOR") and index + 1 < len(tokens):
            names.append((surface(tokens[index + 1]), index + 3))
        elif token.type in ("SATISFIES", "RETURN") and names:
            name, first = names.pop()
            found = _item_bound(tokens[first:index], text, scope, opened, name)
            opened.append(_Open(found, depth, token.type == "RETURN"))
        elif token.type == "WHERE":
            opened.append(_Open(_filtered(tokens[:index], text, scope, opened), depth, True))
    return [each.bound for each in opened]


def _filtered(before: Sequence[Token], text: str, scope: Scope, opened: Sequence[_Open]) -> Bound:
    tokens = list(before)
    name = None
    if len(tokens) > 2 and tokens[-2].type == "AS":
        name = surface(tokens[-1])
        del tokens[-2:]
    return _item_bound(_operand_before(tokens), text, scope, opened, name)


def _item_bound(items: Sequence[Token], text: str, scope: Scope, opened: Sequence[_Open], name: str | None) -> Bound:
    bound = [each.bound for each in opened]
    type = _typed(items, text, scope, bound) if items else None
    item = type.item if type is not None and type.item is not None else UNKNOWN
    return Bound(name or implicit_variable(len(bound)), item, implicit=name is None)
