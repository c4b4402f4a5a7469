"""Rule text to compiled rule. One pass reports every mistake it finds; what this version does not support is refused by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from lark import Lark, Token, Tree

from engine.language import BOOLEAN, Checked, Problems, Scope, Type
from engine.language.checker import Checker
from engine.language.cost import cost_problems
from engine.language.literals import duration, unquote
from engine.language.names import surface
from engine.language.operators import Mismatch
from engine.language.problems import MAX_PROBLEMS, Problem, nearest, problem
from engine.language.syntax import EXPRESSION_GRAMMAR, Keywords, Syntax, make_parser, parse, span
from engine.language.tree import Node
from engine.language.words import EXPRESSION_WORDS, LATER_WORDS, RULE_WORDS
from engine.rules.events import event_type
from engine.rules.model import (
    EVENT,
    ActionSignature,
    Branch,
    CompiledAction,
    CompiledLimit,
    CompiledRule,
    EventScopes,
    Parameter,
)

MAX_PRIORITY = 1_000_000
_LENGTHS = frozenset({"DURATION", "PERIOD", "BUSINESS"})
#: What the pipeline gives an evaluation beside values.
PROVIDED = frozenset({"words"})

RULE_GRAMMAR = EXPRESSION_GRAMMAR + Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")

Found = TypeVar("Found")


def make_rule_parser(strict: bool = False) -> Lark:
    """A parser of rules; `strict` as in `make_parser`."""
    return make_parser(RULE_GRAMMAR, "rule", Keywords({**EXPRESSION_WORDS, **RULE_WORDS}, LATER_WORDS), strict)


@cache
def rule_parser() -> Lark:
    """The parser of rules; made on first use."""
    return make_rule_parser()


def compile_rule(
    text: str,
    scope_for: EventScopes,
    actions: Mapping[str, ActionSignature],
    word_lists: Collection[str] | None = None,
) -> CompiledRule | Problems:
    """Compiles one `rule ... end`. With `word_lists`, a `keywords("key")` that names none of them is a problem."""
    syntax = parse(rule_parser(), text)
    if isinstance(syntax, Problems):
        return syntax
    compiler = _Compiler(scope_for, actions, word_lists)
    rule = compiler.rule(syntax, text)
    if compiler.problems or rule is None:
        return Problems(tuple(sorted(compiler.problems, key=lambda p: p.start)[:MAX_PROBLEMS]))
    return rule


class _Compiler:
    """One compilation: the problems found so far, and the scope once the event is known."""

    def __init__(
        self, scopes: EventScopes, actions: Mapping[str, ActionSignature], word_lists: Collection[str] | None
    ) -> None:
        self.problems: list[Problem] = []
        self._scopes = scopes
        self._actions = actions
        self._word_lists = word_lists
        self._named_lists: set[str] = set()
        self._scope = Scope(scopes.globals, scopes.records, PROVIDED)

    def rule(self, syntax: Syntax, text: str) -> CompiledRule | None:
        """The rule; None when even its event is unknown."""
        tokens = [child for child in syntax.children if isinstance(child, Token)]
        title = next((unquote(token) for token in tokens if token.type == "STRING"), "")
        trigger = _one(syntax, "trigger")
        assert trigger is not None, "the grammar gives every rule a trigger"
        event = self._event(trigger)
        if event is None:
            return None
        name, alias, where = event
        condition = _one(syntax, "condition")
        otherwise = _one(syntax, "otherwise")
        return CompiledRule(
            key=next(surface(token) for token in tokens if token.type == "NAME"),
            title=title,
            priority=self._priority(syntax),
            event=name,
            alias=alias,
            where=where,
            condition=self._condition(_expression(condition)) if condition else None,
            then=self._branch(syntax),
            otherwise=self._branch(otherwise) if otherwise else None,
            limit=self._limit(self._single(syntax, "limit")),
            once=self._once(self._single(syntax, "once")),
            text=text,
            word_lists=frozenset(self._named_lists),
        )

    # -- clauses

    def _report(self, syntax: Syntax | Token, code: str, suggestions: Collection[str] = (), **params: str) -> None:
        self.problems.append(problem(code, *span(syntax), suggestions, **params))

    def _single(self, syntax: Syntax, name: str) -> Syntax | None:
        found = [child for child in _trees(syntax) if child.data == name]
        for repeated in found[1:]:
            self._report(repeated, "repeated_clause", name=name)
        return found[0] if found else None

    def _priority(self, syntax: Syntax) -> int:
        clause = self._single(syntax, "priority")
        if clause is None:
            return 0
        written = "".join(str(token) for token in clause.children[1:])
        if "." in written or len(written) > 8 or abs(int(written)) > MAX_PRIORITY:
            self._report(clause, "out_of_range")
            return 0
        return int(written)

    def _event(self, trigger: Syntax) -> tuple[str, str, Checked | None] | None:
        written = _one(trigger, "event")
        assert written is not None, "the grammar gives every trigger an event"
        name = ".".join(surface(token) for token in written.children if isinstance(token, Token))
        key = event_type(name, self._scopes.events, self._scopes.records)
        if key is None:
            self._report(written, "unknown_event", nearest(name, self._scopes.events), name=name)
            return None
        alias = self._alias(trigger)
        type = self._scopes.events[key]
        self._scope = Scope({**self._scopes.globals, EVENT: type, alias: type}, self._scopes.records, PROVIDED)
        where = next((tree for tree in _trees(trigger) if tree is not written), None)
        return key, alias, self._condition(where) if where is not None else None

    def _alias(self, trigger: Syntax) -> str:
        token = next((t for t in trigger.children if isinstance(t, Token) and t.type == "NAME"), None)
        if token is None:
            return EVENT
        if surface(token) in self._scopes.globals:
            self._report(token, "name_taken", name=surface(token))
        return surface(token)

    def _condition(self, syntax: Syntax) -> Checked:
        return self._checked(syntax, BOOLEAN)

    def _limit(self, clause: Syntax | None) -> CompiledLimit | None:
        if clause is None:
            return None
        number = next(t for t in clause.children if isinstance(t, Token) and t.type == "NUMBER")
        length = next(t for t in clause.children if isinstance(t, Token) and t.type in _LENGTHS)
        subject = self._subject(clause)
        if "." in number or len(number) > 6 or int(number) < 1:
            self._report(number, "out_of_range")
            return None
        if length.type != "DURATION":
            self._report(length, "not_supported_yet", what=str(length))
            return None
        try:
            seconds = int(duration(length).total_seconds())
        except Mismatch as error:
            self.problems.append(problem(error.code, *span(length), error.suggestions, **error.params))
            return None
        return CompiledLimit(int(number), seconds, subject)

    def _once(self, clause: Syntax | None) -> Checked | None:
        return self._subject(clause) if clause is not None else None

    def _subject(self, clause: Syntax) -> Checked:
        path = _one(clause, "path")
        assert path is not None, "the grammar gives the clause a path"
        return self._checked(path)

    # -- actions

    def _branch(self, syntax: Syntax) -> Branch:
        calls = [self._action(tree) for tree in _trees(syntax) if tree.data == "do"]
        stop = any(tree.data == "stop" for tree in _trees(syntax))
        return Branch(tuple(call for call in calls if call is not None), stop)

    def _action(self, syntax: Syntax) -> CompiledAction | None:
        token = syntax.children[0]
        assert isinstance(token, Token), "the grammar begins a call with its name"
        signature = self._signature(surface(token))
        if signature is None:
            self._report(token, "unknown_action", nearest(surface(token), self._names()), name=surface(token))
            return None
        arguments = self._arguments(signature, _trees(syntax))
        for parameter in signature.parameters:
            if parameter.required and parameter.name not in arguments:
                self._report(syntax, "missing_parameter", (f"{parameter.name}:",), action=signature.key,
                             name=parameter.name)  # fmt: skip
        return CompiledAction(signature.key, arguments)

    def _names(self) -> list[str]:
        return [*self._actions, *(s.label.zh for s in self._actions.values() if s.label is not None)]

    def _signature(self, name: str) -> ActionSignature | None:
        if name in self._actions:
            return self._actions[name]
        labelled = (s for s in self._actions.values() if s.label is not None and name in (s.label.zh, s.label.en))
        return next(labelled, None)

    def _arguments(self, signature: ActionSignature, given: list[Syntax]) -> dict[str, Checked]:
        found: dict[str, Checked] = {}
        named_before = False
        for index, argument in enumerate(given):
            if argument.data == "named":
                named_before = True
                self._named(signature, argument, found)
            elif named_before:
                self._report(argument, "positional_after_named")
            elif index >= len(signature.parameters):
                self._report(argument, "too_many_arguments", action=signature.key)
            else:
                self._bind(signature.parameters[index], argument, found)
        return found

    def _named(self, signature: ActionSignature, argument: Syntax, found: dict[str, Checked]) -> None:
        token = argument.children[0]
        assert isinstance(token, Token), "the grammar begins a named argument with its name"
        name = surface(token)
        parameter = _parameter(signature, name)
        if parameter is None and signature.open:
            parameter = Parameter(name, Type("unknown"))
        if parameter is None:
            known = [p.name for p in signature.parameters]
            suggestions = nearest(name, known) or tuple(known[:5])
            self._report(token, "unknown_parameter", suggestions, action=signature.key, name=name)
        elif parameter.name in found:
            self._report(token, "repeated_parameter", name=name)
        else:
            self._bind(parameter, argument, found)

    def _bind(self, parameter: Parameter, argument: Syntax, found: dict[str, Checked]) -> None:
        value = _expression(argument) if argument.data == "named" else argument
        found[parameter.name] = self._checked(value, parameter.type, templates=True)

    # -- expressions

    def _checked(self, syntax: Syntax, wanted: Type | None = None, templates: bool = False) -> Checked:
        checker = Checker(self._scope, templates)
        node = checker.check(syntax)
        if wanted is not None and wanted.kind != "unknown":
            node = _expected(checker, node, wanted)
        self.problems.extend(checker.problems or cost_problems(node))
        self._note_word_lists(node)
        return Checked(node)

    def _note_word_lists(self, node: Node) -> None:
        for part in node.walk():
            if part.op == "keywords":
                name = str(part.value)
                self._named_lists.add(name)
                if self._word_lists is not None and name not in self._word_lists:
                    suggestions = nearest(name, self._word_lists) or tuple(self._word_lists)[:5]
                    self.problems.append(problem("unknown_word_list", part.start, part.end, suggestions, name=name))


def _expected(checker: Checker, node: Node, wanted: Type) -> Node:
    """The node as the wanted type; one value where several are wanted is a list of one."""
    if wanted.item is not None and node.type.kind not in ("list", "empty", "unknown"):
        item = checker.expect(node, wanted.item)
        return Node("list", wanted, (item,), start=node.start, end=node.end)
    return checker.expect(node, wanted)


def _parameter(signature: ActionSignature, name: str) -> Parameter | None:
    for parameter in signature.parameters:
        labels = (parameter.label.zh, parameter.label.en) if parameter.label is not None else ()
        if name == parameter.name or name in labels:
            return parameter
    return None


def _trees(syntax: Syntax) -> list[Syntax]:
    return [child for child in syntax.children if isinstance(child, Tree)]


def _one(syntax: Syntax, name: str) -> Syntax | None:
    return next((tree for tree in _trees(syntax) if tree.data == name), None)


def _expression(syntax: Syntax) -> Syntax:
    """The one expression in a clause."""
    return _trees(syntax)[-1]
