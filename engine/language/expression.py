"""`check`: text and scope to an expression that can be evaluated, stored as JSON and turned into SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.definitions import Text
from engine.language.comments import attach, comment_spans
from engine.language.context import NOTHING, Context
from engine.language.cost import cost_problems
from engine.language.portability import sql_problems
from engine.language.problems import MAX_PROBLEMS, Problem, Problems
from engine.language.python import Evaluate, compile_tree
from engine.language.tree import Json, Node, to_json
from engine.language.tree import from_json as tree_from_json
from engine.language.types import Scope, Type
from engine.language.values import normalise, read_path

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.language.explain import Explanation


@dataclass(frozen=True)
class Checked:
    """An expression that cannot fail: `text` as written (empty when loaded from JSON without it) and its typed `tree`."""

    tree: Node
    text: str = ""

    @property
    def type(self) -> Type:
        """The type of its values."""
        return self.tree.type

    @cached_property
    def evaluate(self) -> Evaluate:
        """`evaluate(values, now=None, context=NOTHING)`: the value for nested mappings of `values`; `now` bounds `now()` and its
        zone is the one in which days are counted. It is the compiled function itself, so that a call costs no more than that.
        """
        return compile_tree(self.tree)

    def explain(
        self, values: Mapping[str, object], now: dt.datetime | None = None, context: Context = NOTHING
    ) -> Explanation:
        """The same value with that of every part, warnings, and why a condition is not true."""
        from engine.language.explain import explain

        return explain(self.tree, self.text, values, now, context)

    def is_true(self, values: Mapping[str, object], now: dt.datetime | None = None, context: Context = NOTHING) -> bool:
        """Whether a condition holds; empty is not true."""
        return self.evaluate(values, now, context) is True

    def sql(
        self,
        columns: Callable[[str], ColumnElement[Any]] | FromClause,
        now: dt.datetime | None = None,
        *,
        relations: Mapping[str, FromClause] | None = None,
        parameters: Mapping[str, object] | None = None,
        context: Context = NOTHING,
        negated: bool = False,
    ) -> ColumnElement[Any]:
        """The expression over a table's columns. A condition is made for WHERE: it is true exactly for the rows meant, and
        false or null for the others; ask for `negated=True` instead of negating it.

        `relations` gives the table of an entity (default `data.<entity>`) and, as `<entity>__<field>`, of a sub-table; users and
        departments have none unless it is given. `parameters` are the values of paths such as `me.id`; `context` has the
        calendar. Raises ValueError for what `check(..., target="sql")` refuses.
        """
        from engine.language.sql import Translator

        return Translator(columns, now, relations or {}, parameters or {}, context).translate(self.tree, negated)

    def to_json(self, positions: bool = False) -> Json:
        """The stored form: the typed tree by keys, with the text it was made from; on request where each part stood in it."""
        return {**to_json(self.tree, positions), "text": self.text}

    @classmethod
    def from_json(cls, json: Mapping[str, object]) -> Checked:
        """What `to_json` stored. Raises ValueError for anything else."""
        text = json.get("text")
        return cls(tree_from_json(json), text if isinstance(text, str) else "")

    def references(self) -> tuple[tuple[str, ...], ...]:
        """The paths it reads, by keys."""
        return self.tree.references()

    def trace(self, values: Mapping[str, object]) -> dict[str, object]:
        """The value of each path it reads, for an explanation."""
        fields = (node for node in self.tree.walk() if node.op == "field")
        return {".".join(node.path): normalise(node.type, read_path(values, node.path)) for node in fields}


def from_json(json: Mapping[str, object]) -> Checked:
    """The expression of a stored tree. Raises ValueError for anything else."""
    return Checked.from_json(json)


def check(
    text: str, scope: Scope, *, target: str = "python", expects: Type | None = None, templates: bool = False
) -> Checked | Problems:
    """Parses and checks `text`.

    `target="sql"` also refuses what has no SQL; `expects` the wanted type of the whole; `templates` lets literal text hold
    placeholders such as `{customer.name}`.
    """
    from engine.language.checker import Checker
    from engine.language.syntax import expression_parser, parse_strictly

    syntax = parse_strictly(expression_parser(), text)
    if isinstance(syntax, Problems):
        return syntax
    if syntax is None:
        return _all_problems(text, scope, expects, templates)
    checker = Checker(scope, templates, text=text)
    tree = checker.check(syntax)
    if expects is not None:
        tree = checker.expect(tree, expects)
    if any(each.code == "missing_space" for each in checker.problems):
        return _all_problems(text, scope, expects, templates)
    problems: list[Problem] = checker.problems or cost_problems(tree)
    if target == "sql" and not problems:
        problems = sql_problems(tree)
    if problems:
        return Problems(tuple(problems[:MAX_PROBLEMS]))
    return Checked(attach(tree, text, comment_spans(text)) if "#" in text else tree, text)


def _all_problems(text: str, scope: Scope, expects: Type | None, templates: bool) -> Problems:
    """What is wrong with a text that the parser refused, and with what could be read of it."""
    from engine.language.checker import Checker
    from engine.language.names import find
    from engine.language.syntax import expression_parser, read_on

    read = read_on(expression_parser(), text, lambda name: find(scope.variables, name) is not None)
    if read.syntax is None:
        return Problems(read.problems)
    checker = Checker(scope, templates, text=text)
    tree = checker.check(read.syntax)
    if expects is not None:
        checker.expect(tree, expects)
    mended = {(each.start, each.end) for each in read.problems}
    others = (_unless_mended(each, mended) for each in checker.problems)
    found = sorted(
        (*read.problems, *(each for each in others if each is not None)), key=lambda each: (each.start, each.end)
    )
    return Problems(tuple(found[:MAX_PROBLEMS]))


def _unless_mended(told: Problem, mended: Iterable[tuple[int, int]]) -> Problem | None:
    """A mistake of what could be read; not what follows from writing that is wrong in it, nor suggestions that would repeat that."""
    if (told.start, told.end) in mended:
        return None
    holds = any(told.start <= start and end <= told.end for start, end in mended)
    if holds and told.code == "argument_count":
        return None
    return replace(told, suggestions=()) if holds else told


def describe(problems: Problems) -> Text:
    """All the sentences, one after the other."""
    return Text("；".join(p.message.zh for p in problems.problems), "; ".join(p.message.en for p in problems.problems))
