"""Expressions inside definitions: checked where they stand, their problems told with the place in the text."""

from __future__ import annotations

from collections.abc import Iterator

from backend.metadata.checks.problem import Found
from engine.language import BOOLEAN, Problems, Scope, Type, check


def expression_problems(
    path: str, text: str | None, scope: Scope, *, expects: Type | None = BOOLEAN, target: str = "python"
) -> Iterator[Found]:
    """What is wrong with the expression at `path`; nothing when there is none."""
    if text is None:
        return
    found = check(text, scope, target=target, expects=expects)
    if isinstance(found, Problems):
        yield from language_problems(path, found)


def language_problems(path: str, problems: Problems) -> Iterator[Found]:
    """The language's problems as problems of a definition."""
    for each in problems.problems:
        suggestion = each.suggestions[0] if each.suggestions else None
        yield Found(path, f"expression.{each.code}", each.message, suggestion, span=(each.start, each.end))
