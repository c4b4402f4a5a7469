"""Trying out decision tables and calendars before they are published: what a table answers and leaves out, the days of a year.

Refusals: `decision_table.invalid`, `decision_table.input` (422).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backend import clock
from backend.errors import Invalid
from backend.metadata.checks import CheckContext, DefinitionProblem, check_definition, check_document
from backend.metadata.snapshot import Metadata
from engine.decisions import (
    CompiledTable,
    Decision,
    TableProblem,
    TableProblems,
    analyse,
    compile_table,
    decide,
    outputs_json,
)
from engine.definitions import BusinessCalendar, Text
from engine.definitions.codec import decode_checked
from engine.definitions.schemas import nearest
from engine.language import Calendar
from engine.language.calendar import Spans
from engine.language.values import normalise

Json = dict[str, Any]
TABLE, CALENDAR = "decision_table", "calendar"


class TableInvalid(Invalid):
    """The table has mistakes, so it decides nothing; `problems` lists them."""

    code = "decision_table.invalid"
    zh, en = "决策表有 {count} 个问题，不能试算", "The decision table has {count} problems and decides nothing"


class InputInvalid(Invalid):
    """A value is given for no input of the table, or for one of another type."""

    code = "decision_table.input"
    zh, en = "“{name}”不能是 {value}", "“{name}” cannot be {value}"


# -- decision tables


def examined(document: Mapping[str, Any]) -> Json:
    """The problems, gaps and overlaps of a table that somebody is writing."""
    made = _made(document)
    if not isinstance(made, CompiledTable):
        return {"problems": _json(made), "gaps": [], "overlaps": [], "skipped": [], "complete": False}
    analysis = analyse(made)
    return {
        "problems": _json(_told(made.table.key, made.warnings)),
        "gaps": [{"example": g.example, "when": g.when, "message": _text(g.message)} for g in analysis.gaps],
        "overlaps": [
            {"rows": list(o.rows), "example": o.example, "message": _text(o.message)} for o in analysis.overlaps
        ],
        "skipped": list(analysis.skipped),
        "complete": analysis.complete,
    }


def decided(metadata: Metadata, table: str | Mapping[str, Any], inputs: Mapping[str, Any]) -> Json:
    """What a table, published or being written, answers for some inputs. Raises NotFound, TableInvalid, InputInvalid."""
    made = _compiled(metadata, table)
    _require_inputs(made, inputs)
    return decision_json(made, decide(made, inputs, clock.now(), metadata.context))


def decision_json(made: CompiledTable, decision: Decision) -> Json:
    """A decision as an answer: the outputs, the rows that matched (from 0), and why nothing is answered though some did."""
    problem = decision.problem
    return {
        "outputs": outputs_json(made, decision.outputs),
        "matched": list(decision.matched),
        "problem": None if problem is None else {"code": problem.code, "message": _text(problem.message)},
    }


def _compiled(metadata: Metadata, table: str | Mapping[str, Any]) -> CompiledTable:
    made = compile_table(metadata.decision_table(table)) if isinstance(table, str) else _made(table)
    if isinstance(made, CompiledTable):
        return made
    problems = _told(str(table), made.problems) if isinstance(made, TableProblems) else made
    raise TableInvalid(count=len(problems), problems=_json(problems), path="document")


def _made(document: Mapping[str, Any]) -> CompiledTable | list[DefinitionProblem]:
    """The table of a document, or what is wrong with it: its form first."""
    whole = {"kind": TABLE, **document}
    key = str(whole.get("key", ""))
    wrong = check_document(TABLE, key, whole)
    if wrong:
        return wrong
    made = compile_table(decode_checked(TABLE, whole))
    return _told(key, made.problems) if isinstance(made, TableProblems) else made


def _told(key: str, problems: Iterable[TableProblem]) -> list[DefinitionProblem]:
    return [
        DefinitionProblem(
            TABLE,
            key,
            p.path,
            p.code,
            p.message,
            p.suggestion,
            "warning" if p.severity == "warning" else "error",
            p.span,
        )
        for p in problems
    ]


def _json(problems: Iterable[DefinitionProblem]) -> list[Json]:
    return [each.to_json() for each in problems]


def _require_inputs(made: CompiledTable, inputs: Mapping[str, Any]) -> None:
    for key, value in inputs.items():
        type = made.inputs.get(key)
        empty = value is None or value == "" or value == []
        if type is None or (not empty and normalise(type, value) is None):
            suggestion = nearest(key, made.inputs) if type is None else None
            raise InputInvalid(name=key, value=str(value)[:80], path=f"inputs/{key}", suggestion=suggestion)


# -- calendars


def previewed(metadata: Metadata, calendar: str | Mapping[str, Any], year: int) -> Json:
    """Each day of a year with its hours, and why it has those. Raises NotFound, or Invalid for a document with mistakes."""
    found = metadata.calendar(calendar) if isinstance(calendar, str) else _sound_calendar(metadata, calendar)
    hours = Calendar.from_json(found.to_json())
    special = dict(_special_days(found))
    first = dt.date(year, 1, 1)
    days = (first + dt.timedelta(days=number) for number in range((dt.date(year, 12, 31) - first).days + 1))
    return {
        "year": year,
        "zone": found.zone or clock.zone().key,
        "days": [_day(day, hours, special.get(day)) for day in days],
    }


def _sound_calendar(metadata: Metadata, document: Mapping[str, Any]) -> BusinessCalendar:
    """The calendar of a document. Raises Invalid for one with mistakes."""
    whole = {"kind": CALENDAR, **document}
    key = str(whole.get("key", ""))
    problems = check_document(CALENDAR, key, whole)
    if not problems:
        found: BusinessCalendar = decode_checked(CALENDAR, whole)
        problems = check_definition(found, CheckContext(metadata.with_changes({(CALENDAR, key): found})))
    errors = [each for each in problems if each.severity == "error"]
    if errors:
        raise Invalid(reason=errors[0].message.en, path=f"document{errors[0].path}", problems=_json(errors))
    return found


def _special_days(calendar: BusinessCalendar) -> Iterator[tuple[dt.date, tuple[str, Text]]]:
    """The days that differ from their weekday, with what they are; a holiday that is worked too is a holiday."""
    yield from ((dt.date.fromisoformat(each.date), ("makeup", each.label)) for each in calendar.workdays)
    yield from ((day, ("holiday", each.label)) for each in calendar.holidays for day in each.days())


def _day(day: dt.date, hours: Calendar, special: tuple[str, Text] | None) -> Json:
    spans = hours.spans(day.toordinal() - 1)
    kind, label = special or ("workday" if spans else "free", None)
    return {
        "date": day.isoformat(),
        "kind": kind,
        "hours": _written(spans),
        "label": None if label is None else _text(label),
    }


def _written(spans: Spans) -> list[list[str]]:
    return [[_clock(start), _clock(end)] for start, end in spans]


def _clock(micros: int) -> str:
    """A time of day; the end of the day is the midnight after it."""
    minutes = micros // 60_000_000 % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
