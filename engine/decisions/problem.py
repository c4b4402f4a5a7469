"""What is wrong with a decision table: where in its document, and where in the text of a cell."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions import Text
from engine.language import Problem


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One mistake. `path` is a JSON pointer into the document of the table, `span` the characters (from, to) in the text there."""

    path: str
    code: str
    message: Text
    suggestion: str | None = None
    severity: str = "error"
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TableProblems:
    """Why a table was refused."""

    problems: tuple[TableProblem, ...]


def of_language(path: str, told: Problem) -> TableProblem:
    """A problem of an expression as one of the cell that holds it."""
    suggestion = told.suggestions[0] if told.suggestions else None
    span = (told.start, told.end)
    return TableProblem(path, f"expression.{told.code}", told.message, suggestion, span=span)
