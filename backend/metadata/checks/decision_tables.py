"""Checks of decision tables: every cell means something; what the table leaves out or answers twice is told as a warning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from backend.metadata.checks.problem import CheckContext, Found
from engine.decisions import Analysis, TableProblem, TableProblems, analyse, compile_table
from engine.definitions import DecisionTable


def check_decision_table(table: DecisionTable, _context: CheckContext) -> Iterator[Found]:
    """Everything the schema cannot say about a table."""
    compiled = compile_table(table)
    if isinstance(compiled, TableProblems):
        yield from map(_found, compiled.problems)
        return
    yield from map(_found, compiled.warnings)
    yield from _findings(analyse(compiled))


def _found(told: TableProblem) -> Found:
    severity: Literal["error", "warning"] = "warning" if told.severity == "warning" else "error"
    return Found(told.path, told.code, told.message, told.suggestion, severity, told.span)


def _findings(analysis: Analysis) -> Iterator[Found]:
    for gap in analysis.gaps:
        yield Found("/rules", "gap", gap.message, severity="warning")
    for overlap in analysis.overlaps:
        yield Found(f"/rules/{overlap.rows[1]}", "overlap", overlap.message, severity="warning")
