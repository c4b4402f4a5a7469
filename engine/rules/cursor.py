"""What stands before a place in an unfinished rule: the clause it is in, the events heard, the call whose argument stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from engine.language.cursor import open_quote, word_start
from engine.language.names import find, surface
from engine.language.stops import OPENING
from engine.language.types import Type, reference
from engine.language.words import RULE_LATER
from engine.rules.aggregates import FUNCTIONS
from engine.rules.events import entity_named, event_kind
from engine.rules.model import CUSTOMER, EVENT, MESSAGE, PERSON, ActionSignature, EventKind, RuleScope
from engine.rules.statements import MESSAGE_TYPE, action_named
from engine.rules.syntax import STATEMENT_STARTS, rule_parser

#: Words with which the part of a rule begins that a place may be in.
CLAUSES = frozenset(
    ["RULE", "PRIORITY", "VALID", "PURPOSE", "CALENDAR", "WHEN", "FOLLOWED", "WITHOUT", "WHERE", "WATCH", "EVERY", "EACH", "CHANGES", "SEGMENT",
     "IF", "ELSEIF", "THEN", "ELSE", "DO", "AFTER", "SPLIT", "PER", "STOP", "LIMIT", "ONCE", "QUIET", "WITHIN", "AS", "FROM", "TO", "AT"]
)  # fmt: skip
#: Tokens that write a length of time, whole or begun.
_LENGTHS = frozenset(["DURATION", "PERIOD", "BUSINESS", "NUMBER"])


@dataclass(frozen=True, slots=True)
class Frame:
    """An open bracket: what is called, and where its arguments begin. `kind` is action, window or other."""

    kind: str
    first: int
    called: str = ""
    action: ActionSignature | None = None


@dataclass(slots=True)
class Heard:
    """What the trigger says so far: variables by name, the event or record spoken of last, and the entity and field of a change."""

    variables: dict[str, Type] = field(default_factory=dict)
    last: Type | None = None
    entity: str | None = None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class RuleCursor:
    """A place in a rule. `start` is where the word being written begins, `word` what of it stands there; `quoted` when it is a text
    whose quotation mark is open. `before` are the tokens up to the word; `legal` what the grammar takes next, None when what stands
    before is itself not right. `clause` is the index of the word that governs the place, `frame` the call that it is in."""

    text: str
    start: int
    word: str
    quoted: bool
    before: tuple[Token, ...]
    legal: frozenset[str] | None
    clause: int
    frames: tuple[Frame, ...]
    heard: Heard

    def type(self, index: int) -> str:
        """The type of a token; empty beyond both ends."""
        return self.before[index].type if 0 <= index < len(self.before) else ""

    @property
    def governing(self) -> str:
        """The type of the word that governs the place."""
        return self.type(self.clause)

    @property
    def frame(self) -> Frame | None:
        """The innermost action or aggregate whose parentheses are open."""
        return next((each for each in reversed(self.frames) if each.kind != "other"), None)

    def dotted(self) -> tuple[int, str]:
        """Where the name with dots begins that ends here, and what of it stands there."""
        index, start = len(self.before), self.start
        while self.type(index - 1) == "DOT" and self.type(index - 2) == "NAME":
            index -= 2
            start = self.before[index].start_pos or 0
        return start, self.text[start : self.start + len(self.word)]


def rule_cursor(text: str, position: int, scope: RuleScope) -> RuleCursor | None:
    """The place; None inside a comment."""
    written = text[:position]
    start, quoted = open_quote(written)
    if start is None:
        return None
    start = start if quoted else word_start(written)
    before = tuple(_tokens(written[:start]))
    word = written[start:].lstrip("\"'“`")
    frames = tuple(_frames(before, scope))
    clause = _clause(before, frames)
    legal = _legal(before)
    instead = _as_if_right(before, clause) if legal is None else ()
    legal = _legal(instead) if instead else legal
    return RuleCursor(text, start, word, quoted, before, legal, clause, frames, _heard(before, scope))


def _tokens(written: str) -> list[Token]:
    """The tokens of a text, as they are when a name or, after a word that wants one, a length of time follows."""
    last = written.split()[-1].lower() if written.split() else ""
    follower = " 1 day" if last in RULE_LATER else " x"
    parsing = rule_parser().parse_interactive(written + follower)
    found: list[Token] = []
    try:
        found.extend(parsing.lexer_thread.lex(parsing.parser_state))  # type: ignore[no-untyped-call]  # without annotations in Lark
    except UnexpectedCharacters:
        return found
    return [token for token in found if (token.start_pos or 0) < len(written)]


def _legal(before: Sequence[Token]) -> frozenset[str] | None:
    parsing = rule_parser().parse_interactive("")
    try:
        for token in before:
            parsing.feed_token(token)
    except UnexpectedInput:
        return None
    return frozenset(parsing.accepts())  # type: ignore[no-untyped-call]  # ditto


def _as_if_right(before: Sequence[Token], clause: int) -> Sequence[Token]:
    """The clause of a place behind a rule that is right up to there: mistakes before it are told, and keep nothing from being
    offered."""
    type = before[clause].type if clause >= 0 else ""
    if type in ("IF", "THEN", "WHERE"):
        return [*_tokens("rule x when y"), *before[clause:]]
    return [*_tokens("rule x when y then stop"), *before[clause + 1 :]] if type in STATEMENT_STARTS else ()


def _frames(before: Sequence[Token], scope: RuleScope) -> list[Frame]:
    """The brackets still open, the innermost last."""
    found: list[Frame] = []
    for index, token in enumerate(before):
        if token.type in OPENING:
            found.append(_frame(before, index, found, scope))
        elif token.type in OPENING.values() and found:
            found.pop()
    return found


def _frame(before: Sequence[Token], index: int, around: Sequence[Frame], scope: RuleScope) -> Frame:
    name = before[index - 1] if index and before[index].type == "LPAR" and before[index - 1].type == "NAME" else None
    if name is None:
        return Frame("other", index + 1)
    called = surface(name)
    if not around and index > 1 and before[index - 2].type in STATEMENT_STARTS:
        return Frame("action", index + 1, called, action_named(called, scope.actions))
    window = called.lower() in FUNCTIONS and not any(each.kind != "other" for each in around)
    return Frame("window" if window else "other", index + 1, called)


def _clause(before: Sequence[Token], frames: Sequence[Frame]) -> int:
    """The last word outside of brackets with which a part of the rule begins; -1 when there is none."""
    end = frames[0].first - 1 if frames else len(before)
    depth = 0
    for index in range(end - 1, -1, -1):
        type = before[index].type
        depth += (type in OPENING.values()) - (type in OPENING)
        if depth == 0 and _begins(before, index):
            return index
    return -1


def _begins(before: Sequence[Token], index: int) -> bool:
    token = before[index]
    if token.type == "COLON":  # of a share
        return index > 1 and before[index - 2].type == "PERCENT"
    if token.type == "EVERY":  # and not `every x in`
        return index + 1 == len(before) or before[index + 1].type in _LENGTHS
    if token.type == "END":
        return True
    return token.type in CLAUSES or (token.type == "RPAR" and _closes_action(before, index))


def _closes_action(before: Sequence[Token], index: int) -> bool:
    depth = 0
    for place in range(index, -1, -1):
        type = before[place].type
        depth += (type in OPENING.values()) - (type in OPENING)
        if depth == 0:
            return place > 1 and before[place - 1].type == "NAME" and before[place - 2].type in STATEMENT_STARTS
    return False


# -- what the trigger says


def _heard(before: Sequence[Token], scope: RuleScope) -> Heard:
    heard = Heard()
    for index, token in enumerate(before):
        if token.type in ("IF", "THEN"):
            break
        if token.type in ("WHEN", "FOLLOWED", "WITHOUT"):
            _hear_event(before, index + 1, scope, heard)
        elif token.type in ("EACH", "PER") and index and before[index - 1].type == "FOR":
            _hear_record(before, index + 1, scope, heard)
        elif token.type == "STRING" and index and before[index - 1].type == "SEGMENT":
            entity = (scope.segments or {}).get(token.strip("\"'“”"))
            _hear(heard, entity, reference(entity) if entity else None)
    if any(token.type == "THEN" for token in before):
        heard.variables[MESSAGE] = MESSAGE_TYPE
    return heard


def _hear_event(before: Sequence[Token], index: int, scope: RuleScope, heard: Heard) -> None:
    """An event, or the field of a record that changes."""
    steps, end = _path(before, index)
    kind: EventKind | None = event_kind(".".join(steps), scope) if steps else None
    if kind is not None:
        heard.last = kind.type.named(None)
        alias = _alias(before, end) or (EVENT if EVENT not in heard.variables else None)
        if alias is not None:
            heard.variables[alias] = heard.last
        heard.variables[EVENT] = heard.last
        return
    entity = entity_named(steps[0], scope.records) if len(steps) > 1 else None
    if entity is not None:
        _hear(heard, entity, reference(entity))
        heard.changed = find(scope.records[entity].fields, steps[1])


def _hear_record(before: Sequence[Token], index: int, scope: RuleScope, heard: Heard) -> None:
    steps, end = _path(before, index)
    entity = entity_named(steps[0], scope.records) if steps else None
    if entity is not None:
        _hear(heard, _alias(before, end) or entity, reference(entity))
        heard.entity = entity


def _hear(heard: Heard, name: str | None, type: Type | None) -> None:
    if name is not None and type is not None:
        heard.variables[name] = heard.last = type
        heard.entity = type.entity


def _path(before: Sequence[Token], index: int) -> tuple[list[str], int]:
    """The name with dots that begins there, and where it ends."""
    steps: list[str] = []
    while index < len(before) and before[index].type == "NAME":
        steps.append(surface(before[index]))
        index += 1
        if index >= len(before) or before[index].type != "DOT":
            break
        index += 1
    return steps, index


def _alias(before: Sequence[Token], index: int) -> str | None:
    named = index + 1 < len(before) and before[index].type == "AS" and before[index + 1].type == "NAME"
    return surface(before[index + 1]) if named else None


def persons(scope: RuleScope) -> list[str]:
    """The names under which the person is always there."""
    return [name for name in (PERSON, CUSTOMER) if name in scope.globals]
