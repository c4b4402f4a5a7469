"""The comparison: a batch of expressions over its rows in every back end, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine.language import Checked, Problems, check
from tests.differential.backends import Backend, Failed, Postgres, Rows, Values
from tests.differential.laws import broken
from tests.differential.pieces import Piece
from tests.engine.language.scopes import SCOPE

FAILED = "failed: "


@dataclass(frozen=True)
class Difference:
    """An expression on which back ends differ, or that breaks a law: on which row, and what each says."""

    piece: Piece
    row: Mapping[str, Any]
    now: str
    says: Mapping[str, object]

    @property
    def failed(self) -> bool:
        """Whether a back end raised, or a law is broken."""
        return "python" not in self.says or str(self.says["python"]).startswith(FAILED)

    @property
    def cause(self) -> str:
        """What it is called when differences are counted: who says what, or who differs in which operation."""
        if self.failed:
            return "; ".join(f"{name} {str(said).splitlines()[0][:90]}" for name, said in sorted(self.says.items()))
        others = [name for name, said in self.says.items() if said != self.says["python"]]
        return f"{', '.join(others)} in {self.piece.form.name}"

    def __str__(self) -> str:
        expression = None if "check" in self.says else checked(self.piece, "en")
        read = expression.references() if isinstance(expression, Checked) else ()
        row = _read(self.row, read)
        lines = [f"  {self.piece.write('en')}", f"    now {self.now}", f"    {json.dumps(row, ensure_ascii=False)}"]
        lines += [f"    {key}: {value!r}" for key, value in self.says.items()]
        return "\n".join(lines)


def _read(row: Mapping[str, Any], paths: Iterable[Sequence[str]]) -> dict[str, Any]:
    """What of a row the paths read."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys(path[0] for path in paths if path[0] in row):
        inner = [path[1:] for path in paths if path[0] == key and len(path) > 1]
        value = row[key]
        found[key] = _read(value, inner) if inner and isinstance(value, Mapping) else value
    return found


@dataclass
class Result:
    """What comparing came to."""

    agreed: int = 0
    differences: list[Difference] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    compared: dict[str, int] = field(default_factory=dict)

    def add(self, other: Result) -> None:
        """Both together."""
        self.agreed += other.agreed
        self.differences += other.differences
        self.refused += other.refused
        self.forms |= other.forms
        for key, count in other.compared.items():
            self.compared[key] = self.compared.get(key, 0) + count


def checked(piece: Piece, surface: str) -> Checked | Problems:
    """The piece as an expression."""
    return check(piece.write(surface), SCOPE, templates=True)


def compare(pieces: Sequence[Piece], rows: Rows, backends: Sequence[Backend], random: Random) -> Result:
    """Checks the pieces, runs them everywhere, and keeps what differs."""
    result = Result()
    accepted: list[tuple[Piece, Checked]] = []
    for piece in pieces:
        try:
            found = checked(piece, random.choice(("en", "en", "zh")))
        except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
            raised = {"check": f"{FAILED}{type(error).__name__}: {error}"}
            result.differences.append(Difference(piece, {}, rows.now, raised))
            continue
        if isinstance(found, Checked):
            accepted.append((piece, found))
            result.forms |= {each.form.name for each in piece.walk()}
        else:
            result.refused.append(f"{piece.write('en')}: {found}")
    expressions = [expression for _, expression in accepted]
    answers = {backend.name: backend.run(expressions, rows) for backend in backends}
    for index, (piece, expression) in enumerate(accepted):
        says = {name: each[index] for name, each in answers.items()}
        difference = _failure(piece, expression, rows, says, backends) or _difference(piece, rows, says)
        difference = difference or _broken(piece, expression, rows, backends, random)
        for name in (name for name, each in says.items() if each is not None):
            result.compared[name] = result.compared.get(name, 0) + 1
        if difference is None:
            result.agreed += 1
        else:
            result.differences.append(difference)
    return result


def _failure(
    piece: Piece, expression: Checked, rows: Rows, answers: Mapping[str, Values | None], backends: Sequence[Backend]
) -> Difference | None:
    failed = {name: f"{FAILED}{values.reason}" for name, values in answers.items() if isinstance(values, Failed)}
    if not failed:
        return None
    failing = [backend for backend in backends if backend.name in failed]
    for row in rows.rows:
        if any(isinstance(backend.run([expression], Rows([row], rows.now))[0], Failed) for backend in failing):
            return Difference(piece, row, rows.now, failed)
    return Difference(piece, {}, rows.now, failed)


def _difference(piece: Piece, rows: Rows, answers: Mapping[str, Values | None]) -> Difference | None:
    for place, row in enumerate(rows.rows):
        says = {name: values[place] for name, values in answers.items() if isinstance(values, list)}
        if any(value != says["python"] for value in says.values()):
            return Difference(piece, row, rows.now, says)
    return None


def _broken(
    piece: Piece, expression: Checked, rows: Rows, backends: Sequence[Backend], random: Random
) -> Difference | None:
    law = broken(expression, rows, random)
    if law is None and expression.type.kind == "boolean" and random.random() < 0.2:
        law = next(_unparted(expression, rows, backends), None)
    return None if law is None else Difference(piece, {}, rows.now, {"law": law})


def _unparted(expression: Checked, rows: Rows, backends: Sequence[Backend]) -> Iterator[str]:
    for backend in (backend for backend in backends if isinstance(backend, Postgres)):
        if backend.run([expression], rows) == [None]:
            continue
        counts = backend.partition(expression, rows)
        if isinstance(counts, Failed):
            yield f"the condition fails in PostgreSQL: {counts.reason}"
        elif sum(counts) != len(rows.rows):
            yield f"of {len(rows.rows)} rows the condition selects {counts[0]} and its negation {counts[1]}"
