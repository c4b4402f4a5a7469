"""Lark's lexer and LALR(1) parser, with its tables turned into what the inner loops need.

A grammar with one level for each precedence reduces every operand through all the levels, and Lark builds, filters and measures at
each. Here a reduction that only hands its one child on costs a look into a table, and positions are set where a node is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lark import Token, Tree
from lark.common import LexerConf, ParserConf
from lark.exceptions import UnexpectedToken
from lark.grammar import Rule
from lark.lexer import BasicLexer, LexerState, LexerThread
from lark.parse_tree_builder import PropagatePositions
from lark.parsers.lalr_analysis import ParseTableBase, Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lark.parsers.lalr_parser import LALR_Parser, _Parser
from lark.parsers.lalr_parser_state import ParseConf, ParserState
from lark.tree import Meta

Build = Callable[[list[Any]], Any]
#: What a state does at a token: go on to a state, or make a node of so many values and go on from where they began. Without
#: `build` the one value is handed on as it is.
Move = tuple[bool, int, Build | None, str]


class Lexer(BasicLexer):
    """For Lark's `_plugins`: the same tokens, without lines and columns, which nobody asks for. Whether terminals collide is looked into
    where the parser is `strict`, by the tests: it takes longer than all the rest of making one, in each process that starts."""

    def __init__(self, conf: LexerConf, comparator: Any = None) -> None:
        conf.skip_validation = not conf.strict
        super().__init__(conf, comparator)

    def lex(self, state: LexerState, parser_state: Any) -> Iterator[Token]:
        """The tokens from where the state stands. Raises UnexpectedCharacters."""
        text, end, counter = state.text.text, state.text.end, state.line_ctr
        patterns = self.scanner._mres
        if len(patterns) != 1:  # more groups than Python puts into one expression
            yield from super().lex(state, parser_state)
            return
        match, ignored, changed = patterns[0].match, self.ignore_types, self.callback
        while (start := counter.char_pos) < end:
            found = match(text, start, end)
            if found is None:
                yield self.next_token(state, parser_state)  # which raises
                return
            counter.char_pos = found.end()
            kind = found.lastgroup
            if kind not in ignored:
                token = made(kind, found[0], start, counter.char_pos)
                state.last_token = token = changed[kind](token) if kind in changed else token
                yield token


def made(kind: str, text: str, start: int, end: int) -> Token:
    """A token; Lark's own way takes three calls."""
    token = str.__new__(Token, text)
    token.type, token.value, token.start_pos, token.end_pos = kind, text, start, end
    token.line = token.column = token.end_line = token.end_column = None
    return token


class Parser(LALR_Parser):
    """For Lark's `_plugins`: the same tables, another loop."""

    def __init__(self, parser_conf: ParserConf, debug: bool = False, strict: bool = False) -> None:
        super().__init__(parser_conf, debug, strict)
        self.parser: _Parser = _Loop(self._parse_table, parser_conf.callbacks, debug)  # type: ignore[arg-type]  # states are numbers unless Lark debugs


class _Loop(_Parser):
    """Makes states that parse with our tables."""

    def __init__(self, table: ParseTableBase[int], callbacks: Mapping[Any, Build], debug: bool) -> None:
        super().__init__(table, callbacks, debug)  # type: ignore[arg-type]  # Lark asks for a protocol that its dict does not have
        self.moves = {
            state: {name: _move(action, target, callbacks) for name, (action, target) in actions.items()}
            for state, actions in table.states.items()
        }
        self.handed_on: dict[tuple[int, int, str], int] = {}

    def parse(
        self,
        lexer: LexerThread,
        start: str,
        value_stack: list[Any] | None = None,
        state_stack: list[int] | None = None,
        start_interactive: bool = False,
    ) -> Any:
        """The tree, or the parser that goes on token by token."""
        conf = _Conf(self.parse_table, self.callbacks, start)
        conf.loop = self
        state = _State(conf, lexer, state_stack, value_stack)
        return InteractiveParser(self, state, state.lexer) if start_interactive else self.parse_from_state(state)


def _move(action: object, target: Any, callbacks: Mapping[Any, Build]) -> Move:
    if action is Shift:
        return True, target, None, ""
    return False, len(target.expansion), None if _hands_on(target) else _building(callbacks[target]), target.origin.name


def _hands_on(rule: Rule) -> bool:
    """Whether the rule is one child, which stands for it."""
    only: Any = rule.expansion[0] if len(rule.expansion) == 1 else None
    return only is not None and rule.options.expand1 and not rule.alias and not (only.is_term and only.filter_out)


def _building(build: Build) -> Build:
    """Makes a node, and measures it where that is simple: a new one, of children that have places."""
    if not isinstance(build, PropagatePositions):
        return build
    make = build.node_builder

    def positioned(children: list[Any]) -> Any:
        first, last = (children[0], children[-1]) if children else (None, None)
        start, end = _start(first), _end(last)
        made = make(children)
        if not isinstance(made, Tree):
            return made
        if start is None or end is None or made._meta is not None:
            return PropagatePositions(lambda _: made)(children)  # type: ignore[no-untyped-call]  # without annotations in Lark
        meta = made._meta = Meta()  # type: ignore[no-untyped-call]  # without annotations in Lark
        meta.start_pos, meta.end_pos, meta.empty = start, end, False
        return made

    return positioned


def _start(child: Any) -> int | None:
    if child.__class__ is Token:
        return child.start_pos
    meta = child._meta if child.__class__ is Tree else None
    return None if meta is None or meta.empty else getattr(meta, "container_start_pos", meta.start_pos)


def _end(child: Any) -> int | None:
    if child.__class__ is Token:
        return child.end_pos
    meta = child._meta if child.__class__ is Tree else None
    return None if meta is None or meta.empty else getattr(meta, "container_end_pos", meta.end_pos)


#: What makes Lark use them.
PLUGINS: Mapping[str, type] = {"LALR_Parser": Parser, "BasicLexer": Lexer}


class _Conf(ParseConf[int]):
    """Lark's, and the loop whose tables are used."""

    __slots__ = ("loop",)

    loop: _Loop


class _State(ParserState[int]):
    """Where a parse stands."""

    __slots__ = ()

    def feed_token(self, token: Token, is_end: bool = False) -> Any:
        """Goes on by one token; at the end answers the tree. Raises UnexpectedToken."""
        conf: Any = self.parse_conf
        loop: _Loop = conf.loop
        moves, handed_on, name = loop.moves, loop.handed_on, token.type
        states, values = self.state_stack, self.value_stack
        while True:
            state = states[-1]
            try:
                shift, size, build, origin = moves[state][name]
            except KeyError:
                expected = {symbol for symbol in moves[state] if symbol.isupper()}
                raise UnexpectedToken(token, expected, state=self) from None  # type: ignore[no-untyped-call]  # ditto
            if shift:
                states.append(size)
                values.append(token)
                return None
            if build is None:
                key = (states[-2], state, name)
                states[-1] = handed_on.get(key) or _handed_on(loop, key)
            else:
                children = values[-size:] if size else []
                if size:
                    del states[-size:], values[-size:]
                values.append(build(children))
                states.append(moves[states[-1]][origin][1])
            if is_end and states[-1] == conf.end_state:
                return values[-1]


def _handed_on(loop: _Loop, key: tuple[int, int, str]) -> int:
    """The state in which the value has been handed on as far as it goes, between what is below it and the next token."""
    below, state, name = key
    while True:
        shift, _, build, origin = loop.moves[state].get(name, (True, 0, None, ""))
        if shift or build is not None:
            loop.handed_on[key] = state
            return state
        state = loop.moves[below][origin][1]
