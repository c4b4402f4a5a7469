"""Short ways to write decision tables for tests."""

from __future__ import annotations

from typing import Any

from engine.decisions import CompiledTable, TableProblem, TableProblems, compile_table
from engine.definitions.codec import decode

Json = dict[str, Any]


def text(written: str) -> Json:
    return {"zh": written, "en": written}


def column(key: str, type: str = "number", **settings: Any) -> Json:
    return {"key": key, "label": text(key.capitalize()), "type": type, **settings}


def options(*keys: str) -> list[Json]:
    return [{"key": key, "label": text(key.capitalize())} for key in keys]


def table(inputs: list[Json], outputs: list[Json], *rows: tuple[Json, Json], **settings: Any) -> Json:
    """A table whose rows are pairs of `when` and `then`."""
    rules = [{"when": when, "then": then} for when, then in rows]
    return {
        "kind": "decision_table", "key": "grades", "label": text("Grades"), "inputs": inputs, "outputs": outputs,
        "rules": rules, **settings,
    }  # fmt: skip


def compiled(document: Json) -> CompiledTable:
    made = compile_table(decode("decision_table", document))
    assert isinstance(made, CompiledTable), made
    return made


def problems(document: Json) -> list[TableProblem]:
    """What is wrong with a table, its warnings too."""
    made = compile_table(decode("decision_table", document))
    return list(made.problems if isinstance(made, TableProblems) else made.warnings)
