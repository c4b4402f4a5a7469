"""Deciding: which rows match, and what the hit policy makes of them. Nothing here raises: what cannot be is a problem.

DMN 1.3: unique (one row at most), any (all that match answer the same), first, priority (the answer whose values stand highest),
rule order, output order, collect (with sum, min, max or count). When no row matches the defaults answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.decisions.table import CompiledTable
from engine.definitions import Text
from engine.definitions.decision_table import LISTING
from engine.language import NOTHING, Context
from engine.language.values import EXACT, json_value

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a table answers nothing though rows match."""

    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table answers: for a single hit the outputs by key (None when nothing is answered), for several a tuple of such, for
    an aggregate its value. `matched` are the numbers of the rows that match, from 0."""

    outputs: Answer | tuple[Answer, ...] | object | None
    matched: tuple[int, ...] = ()
    problem: Undecided | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """A row that matches: its number and its answer."""

    number: int
    answer: Answer


def decide(
    compiled: CompiledTable, inputs: Mapping[str, object], now: dt.datetime | None = None, context: Context = NOTHING
) -> Decision:
    """What the table answers for some inputs, in the forms of callers or of the language."""
    rows = enumerate(compiled.rows)
    numbers = tuple(number for number, row in rows if row.condition.is_true(inputs, now, context))
    first = compiled.table.hit == "first"
    matches = [_Match(n, _answer(compiled, n, inputs, now, context)) for n in (numbers[:1] if first else numbers)]
    if not matches:
        return Decision(_unmatched(compiled, inputs, now, context))
    outputs = _POLICIES[compiled.table.hit](compiled, matches)
    return Decision(None, numbers, outputs) if isinstance(outputs, Undecided) else Decision(outputs, numbers)


def outputs_json(compiled: CompiledTable, outputs: object) -> Any:
    """What a table answers, as JSON."""
    if isinstance(outputs, tuple):
        return [outputs_json(compiled, each) for each in outputs]
    if isinstance(outputs, Mapping):
        return {key: json_value(compiled.outputs[key], value) for key, value in outputs.items()}
    return None if outputs is None else json_value(compiled.result, outputs)


def _answer(
    compiled: CompiledTable, number: int, inputs: Mapping[str, object], now: dt.datetime | None, context: Context
) -> Answer:
    answers = compiled.rows[number].answers
    return {key: answers[key].evaluate(inputs, now, context) if key in answers else None for key in compiled.outputs}


def _unmatched(
    compiled: CompiledTable, inputs: Mapping[str, object], now: dt.datetime | None, context: Context
) -> object:
    """What the defaults answer; nothing where there are none."""
    if not compiled.defaults:
        return () if _lists(compiled) else _aggregate(compiled, [])
    answer = {
        key: made.evaluate(inputs, now, context) if (made := compiled.defaults.get(key)) is not None else None
        for key in compiled.outputs
    }
    if _lists(compiled):
        return (answer,)
    if compiled.table.aggregate == "count":
        return _aggregate(compiled, [])
    return next(iter(answer.values())) if compiled.table.aggregate is not None else answer


def _lists(compiled: CompiledTable) -> bool:
    return compiled.table.hit in LISTING and compiled.table.aggregate is None


# -- hit policies


def _unique(_: CompiledTable, matches: Sequence[_Match]) -> Answer | Undecided:
    if len(matches) == 1:
        return matches[0].answer
    return _undecided(
        "several_rows", matches, "都命中，而这张表只允许一行命中", "match, and only one row of this table may"
    )


def _any(_: CompiledTable, matches: Sequence[_Match]) -> Answer | Undecided:
    if all(each.answer == matches[0].answer for each in matches):
        return matches[0].answer
    return _undecided("rows_disagree", matches, "都命中，结果却不同", "match, and their answers differ")


def _undecided(code: str, matches: Sequence[_Match], zh: str, en: str) -> Undecided:
    numbers = [str(each.number + 1) for each in matches]
    return Undecided(code, Text(f"第 {'、'.join(numbers)} 行{zh}", f"Rows {', '.join(numbers)} {en}"))


def _first(_: CompiledTable, matches: Sequence[_Match]) -> Answer:
    return matches[0].answer


def _priority(compiled: CompiledTable, matches: Sequence[_Match]) -> Answer:
    return _in_output_order(compiled, matches)[0]


def _in_output_order(compiled: CompiledTable, matches: Sequence[_Match]) -> tuple[Answer, ...]:
    """By the values of each output in turn; what is not listed comes last, equals in the order of the rows."""

    def place(answer: Answer) -> tuple[int, ...]:
        ranks = compiled.ranks.items()
        return tuple(values.index(answer[key]) if answer[key] in values else len(values) for key, values in ranks)

    return tuple(sorted((each.answer for each in matches), key=place))


def _in_rule_order(_: CompiledTable, matches: Sequence[_Match]) -> tuple[Answer, ...]:
    return tuple(each.answer for each in matches)


def _collect(compiled: CompiledTable, matches: Sequence[_Match]) -> object:
    if compiled.table.aggregate is None:
        return _in_rule_order(compiled, matches)
    return _aggregate(compiled, matches)


def _aggregate(compiled: CompiledTable, matches: Sequence[_Match]) -> object:
    """One value of all answers; empty ones are none, except that they are counted."""
    if compiled.table.aggregate is None:
        return None
    if compiled.table.aggregate == "count":
        return EXACT.create_decimal(len(matches))
    values = [value for each in matches for value in each.answer.values() if value is not None]
    return _AGGREGATES[compiled.table.aggregate](values) if values else None


def _sum(values: Sequence[Any]) -> object:
    """Decimals or durations; empty past what a duration can be."""
    try:
        total = values[0]
        for value in values[1:]:
            total = EXACT.add(total, value) if not isinstance(total, dt.timedelta) else total + value
    except OverflowError:
        return None
    return total


_AGGREGATES: Mapping[str, Callable[[Sequence[Any]], object]] = {"sum": _sum, "min": min, "max": max}

_POLICIES: Mapping[str, Callable[[CompiledTable, Sequence[_Match]], object]] = {
    "unique": _unique,
    "any": _any,
    "first": _first,
    "priority": _priority,
    "rule_order": _in_rule_order,
    "output_order": _in_output_order,
    "collect": _collect,
}
