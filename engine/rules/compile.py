"""Rule text to compiled rule. One pass reports every mistake it finds, wherever in the rule it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from lark import Token

from engine.language import BOOLEAN, Checked, Problems, Scope, Type
from engine.language.cost import cost_problems, has_too_many_parts
from engine.language.literals import literal, unquote
from engine.language.mismatch import Mismatch
from engine.language.names import Bound, find, surface
from engine.language.problems import MAX_PROBLEMS, Problem, nearest, problem
from engine.language.syntax import Syntax, parse_strictly, read_on, span
from engine.language.tree import Node
from engine.rules.aggregates import Reading, RuleChecker
from engine.rules.lengths import is_positive, length_of
from engine.rules.mending import RULE_REPAIRS
from engine.rules.model import Case, CompiledRule, Length, RuleLimit, RuleScope
from engine.rules.pieces import expression, one, single, tokens_of, trees
from engine.rules.spelling import unaskable
from engine.rules.statements import Statements, identifies
from engine.rules.syntax import language_of, rule_parser
from engine.rules.triggers import Triggered, Triggers

MAX_PRIORITY = 1_000_000
MAX_LIMIT = 999_999


def compile_rule(text: str, scope: RuleScope) -> CompiledRule | Problems:
    """Compiles one `rule ... end`. What `scope` leaves open (None) is not looked up."""
    syntax = parse_strictly(rule_parser(), text)
    if isinstance(syntax, Problems):
        return syntax
    written: tuple[Problem, ...] = ()
    if syntax is None:
        read = read_on(rule_parser(), text, lambda name: find(scope.globals, name) is not None, RULE_REPAIRS)
        written, syntax = read.problems, read.syntax
        if syntax is None:
            return Problems(written)
    compiler = _Compiler(text, scope)
    rule = compiler.rule(syntax)
    problems = _together(written, compiler.problems)
    return Problems(problems) if problems or rule is None else rule


def _together(written: tuple[Problem, ...], checked: list[Problem]) -> tuple[Problem, ...]:
    """What is wrong with the writing and with the rest, in order of place; not twice at one place."""
    places = {(each.start, each.end) for each in written}
    both = [*written, *(each for each in checked if (each.start, each.end) not in places)]
    return tuple(sorted(both, key=lambda each: (each.start, each.end))[:MAX_PROBLEMS])


class Compiler:
    """What the parts of a compilation share: the problems found so far, and how an expression is checked."""

    def __init__(self, text: str, scope: RuleScope) -> None:
        self.text = text
        self.scope = scope
        self.reading = Reading(text, scope)
        self.problems: list[Problem] = []
        self.word_lists: set[str] = set()

    def report(self, syntax: Syntax | Token, code: str, suggestions: Collection[str] = (), **params: str | int) -> None:
        """A mistake at a piece of the text."""
        self.problems.append(problem(code, *span(syntax), suggestions, **params))

    def mismatch(self, syntax: Syntax | Token, error: Mismatch) -> None:
        """The same, of what does not go together."""
        self.problems.append(problem(error.code, *span(syntax), error.suggestions, **error.params))

    def said(self, english: str, chinese: str) -> str:
        """A piece of text in the language of the rule."""
        return english if language_of(self.text) == "en" else chinese

    def known(self, token: Token, kind: str, names: Collection[str] | None) -> str:
        """The name between quotation marks, told when there is no such thing."""
        name = unquote(token)
        if names is not None and name not in names:
            suggestions = nearest(name, names) or tuple(sorted(names))[:5]
            self.report(token, f"unknown_{kind}", [f'"{each}"' for each in suggestions], name=name)
        return name

    def length(self, syntax: Syntax) -> Length:
        """A length of time, told when it is none or too long."""
        try:
            found = length_of(syntax)
        except Mismatch as error:
            self.mismatch(syntax, error)
            return Length(fixed=dt.timedelta(days=1))
        if not is_positive(found):
            self.report(syntax, "no_time", (self.said("1 day", "1 天"),))
        return found

    def checked(
        self,
        syntax: Syntax,
        scope: Scope,
        wanted: Type | None = None,
        *,
        templates: bool = False,
        bound: tuple[Bound, ...] = (),
        counts: bool = False,
        trigger: str | None = None,
    ) -> Checked:
        """An expression, as the wanted type; one value where several are wanted is a list of one."""
        checker = RuleChecker(self.reading, scope, templates=templates, bound=bound, counts=counts, trigger=trigger)
        node = checker.check(syntax)
        if wanted is not None and wanted.kind != "unknown":
            node = _expected(checker, node, wanted)
        self.problems.extend(checker.problems or cost_problems(node))
        if not has_too_many_parts(node):
            self.note_word_lists(node)
        return Checked(node, self.text[slice(*span(syntax))])

    def note_word_lists(self, node: Node) -> None:
        """Keep which word lists are named; one that is not there is a mistake."""
        known = self.scope.word_lists
        for part in node.walk():
            if part.op == "keywords":
                name = str(part.value)
                self.word_lists.add(name)
                if known is not None and name not in known:
                    called = self.text[part.start : part.end].partition("(")[0]
                    meant = [f'{called}("{each}")' for each in nearest(name, known) or sorted(known)[:5]]
                    self.problems.append(problem("unknown_word_list", part.start, part.end, meant, name=name))


def _expected(checker: RuleChecker, node: Node, wanted: Type) -> Node:
    if wanted.item is not None and node.type.kind not in ("list", "empty", "unknown"):
        item = checker.expect(node, wanted.item)
        return Node("list", wanted, (item,), start=node.start, end=node.end)
    if wanted.kind == "reference" and wanted.entity is None and node.type.kind == "reference":
        return node
    return checker.expect(node, wanted)


class _Compiler(Compiler):
    """One compilation of a whole rule."""

    def rule(self, syntax: Syntax) -> CompiledRule | None:
        """The rule; None when even what it waits for is unknown."""
        names = tokens_of(syntax)
        key = next((surface(token) for token in names if token.type == "NAME"), "")
        title = next((unquote(token) for token in names if token.type == "STRING"), "")
        trigger = one(syntax, "trigger", "on_event", "on_change", "on_segment", "on_schedule", "on_watch")
        triggered = Triggers(self).read(trigger) if trigger is not None else None
        if triggered is None:
            return None
        cases = self._cases(syntax, triggered)
        rule = CompiledRule(
            key, title, triggered.trigger, cases,
            priority=self._priority(syntax), purpose=self._purpose(syntax), calendar=self._calendar(syntax),
            limits=self._limits(syntax, triggered), once=self._once(syntax, triggered), quiet=self._quiet(syntax),
            windows=tuple(self.reading.windows), text=self.text,
        )  # fmt: skip
        for window in self.reading.windows:
            for found in (window.step.where, window.value):
                if found is not None:
                    self.note_word_lists(found.tree)
        if not self.problems:
            self._ask_past(rule)
        first, last = self._valid(syntax)
        return replace(rule, valid_from=first, valid_to=last, word_lists=frozenset(self.word_lists))

    def _ask_past(self, rule: CompiledRule) -> None:
        """Conditions over several events, and over events that are counted, are asked of the log; not everything can be."""
        steps = rule.steps if len(rule.steps) > 1 else ()
        for step in (*steps, *(window.step for window in rule.windows)):
            if step.where is not None:
                self.problems.extend(unaskable(step.where.tree))

    # -- branches

    def _cases(self, syntax: Syntax, triggered: Triggered) -> tuple[Case, ...]:
        statements = Statements(self, triggered)
        condition = one(syntax, "condition")
        cases = [Case("then", self._condition(condition, triggered), statements.block(syntax))]
        for number, each in enumerate((tree for tree in trees(syntax) if tree.data == "case"), 1):
            if condition is None:
                self.report(each, "else_without_if")
            cases.append(Case(f"else_if_{number}", self._condition(each, triggered), statements.block(each)))
        otherwise = one(syntax, "otherwise")
        if otherwise is not None:
            if condition is None:
                self.report(otherwise, "else_without_if")
            cases.append(Case("else", None, statements.block(otherwise)))
        return tuple(cases)

    def _condition(self, clause: Syntax | None, triggered: Triggered) -> Checked | None:
        if clause is None:
            return None
        return self.checked(expression(clause), triggered.scope, BOOLEAN, counts=True, trigger=triggered.alias)

    # -- clauses

    def _priority(self, syntax: Syntax) -> int:
        clause = single(self, syntax, "priority")
        if clause is None:
            return 0
        written = "".join(str(token) for token in tokens_of(clause)[1:])
        if "." in written or len(written) > 8 or abs(int(written)) > MAX_PRIORITY:
            most = max(-MAX_PRIORITY, min(MAX_PRIORITY, int(Decimal(written))))
            meant = f"{tokens_of(clause)[0]} {most}"
            self.report(clause, "out_of_range", (meant,), low=-MAX_PRIORITY, high=MAX_PRIORITY)
            return 0
        return int(written)

    def _valid(self, syntax: Syntax) -> tuple[dt.date | None, dt.date | None]:
        clause = single(self, syntax, "valid")
        found: dict[str, dt.date] = {}
        if clause is None:
            return None, None
        side = "FROM"
        for token in tokens_of(clause):
            if token.type in ("FROM", "TO"):
                side = token.type
            elif token.type == "DATE":
                try:
                    value = literal(token).value
                except Mismatch as error:
                    self.mismatch(token, error)
                    continue
                assert isinstance(value, dt.date), "the literal of a date"
                found[side] = value
        if "FROM" in found and "TO" in found and found["TO"] < found["FROM"]:
            first, last = (found[side].isoformat() for side in ("FROM", "TO"))
            written = self.text[slice(*span(clause))].replace(first, "\0").replace(last, first).replace("\0", last)
            self.report(clause, "valid_backwards", (written,))
        return found.get("FROM"), found.get("TO")

    def _purpose(self, syntax: Syntax) -> str | None:
        clause = single(self, syntax, "purpose")
        return None if clause is None else surface(tokens_of(clause)[-1])

    def _calendar(self, syntax: Syntax) -> str | None:
        clause = single(self, syntax, "calendar")
        return None if clause is None else self.known(tokens_of(clause)[-1], "calendar", self.scope.calendars)

    def _quiet(self, syntax: Syntax) -> str | None:
        clause = single(self, syntax, "quiet")
        return None if clause is None else self.known(tokens_of(clause)[-1], "quiet", self.scope.quiet)

    def _limits(self, syntax: Syntax, triggered: Triggered) -> tuple[RuleLimit, ...]:
        found = []
        for clause in (tree for tree in trees(syntax) if tree.data == "limit"):
            number = next(token for token in tokens_of(clause) if token.type == "NUMBER")
            subject, length = self._subject(clause, triggered), one(clause, "length")
            assert length is not None, "the grammar gives every limit a length"
            if "." in number or len(number) > 6 or int(number) < 1:
                most = max(1, min(MAX_LIMIT, int(Decimal(number))))
                self.report(number, "out_of_range", (str(most),), low=1, high=MAX_LIMIT)
                continue
            found.append(RuleLimit(int(number), self.length(length), subject))
        return tuple(found)

    def _once(self, syntax: Syntax, triggered: Triggered) -> Checked | None:
        clause = single(self, syntax, "once")
        return None if clause is None else self._subject(clause, triggered)

    def _subject(self, clause: Syntax, triggered: Triggered) -> Checked:
        path = one(clause, "path")
        assert path is not None, "the grammar gives the clause a path"
        found = self.checked(path, triggered.scope)
        if not identifies(found.type):
            self.report(path, "not_countable_by")
        return found
