"""Generated expressions and rows: strategies for the laws, and vectors for the browser made from them.

`python -m tests.engine.language.generated` writes tests/language/vectors/generated.json: checked trees, rows, and the values
Python gives, which the other back ends must give too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.language import Checked, Problems, check
from tests.engine.language.vectors import NOW, PATH, SCOPE

GENERATED_PATH = PATH.with_name("generated.json")
GENERATED_CASES = 250

#: Boundary values of each field that generated rows hold.
FIELDS: Mapping[str, list[Any]] = {
    "title": [None, "", "a", "Ab", "漏水", "%", "z😀", "a b"],
    "note": [None, "", "AB", "漏"],
    "status": [None, "open", "closed"],
    "quantity": [None, Decimal(0), Decimal("-1.5"), Decimal("0.3"), Decimal(7)],
    "version": [None, Decimal(0), Decimal("3"), Decimal("-0.3")],
    "amount": [None, Decimal(0), Decimal("99.99"), Decimal(-20)],
    "urgent": [None, True, False],
    "due": [None, dt.date(2026, 11, 23), dt.date(2024, 2, 29), dt.date(1999, 12, 31)],
    "seen": [None, NOW, NOW - dt.timedelta(hours=9), dt.datetime(2024, 2, 29, 23, 59, 59, 999999, dt.UTC)],
    "tags": [None, [], ["a"], ["a", "漏水", "Ab"]],
}  # fmt: skip

NUMBERS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["quantity", "version", "0", "1", "0.3", "-1.5", "7", "12.5%", "length(title)", "year(due)"]),
        st.builds("({} {} {})".format, NUMBERS, st.sampled_from("+-*/"), NUMBERS),
        st.builds("round({}, {})".format, NUMBERS, st.sampled_from("02")),
        st.builds("({} ?? {})".format, NUMBERS, NUMBERS),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), NUMBERS, NUMBERS),
        st.builds("if {} then {} else {} end".format, CONDITIONS, NUMBERS, NUMBERS),
        st.builds("days_between({}, {})".format, TIMES, TIMES),
    )
)
TEXTS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["title", "note", "status", '"a"', '"漏水"', '"open"', "empty", '"Ab"']),
        st.builds("{}({})".format, st.sampled_from(["lower", "upper", "trim"]), st.sampled_from(["title", "note"])),
        st.builds("(title & {})".format, st.sampled_from(["note", '" "'])),
        st.builds("(note ?? {})".format, st.sampled_from(["title", '"a"'])),
    )
)
TIMES = st.sampled_from(
    [
        "due",
        "seen",
        "now()",
        "today()",
        "2026-11-23",
        "2024-02-29T23:59Z",
        "due + 1 day",
        "seen - 9 hours",
        "due + 36 hours",
    ]
)
CONDITIONS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["urgent", "true", "urgent = false", 'status in ["open", empty]', 'amount >= 99.99 CNY']),
        st.builds("({} {} {})".format, NUMBERS, COMPARISONS, NUMBERS),
        st.builds("(title {} {})".format, st.sampled_from(["=", "!=", "<", ">="]), st.sampled_from(["note", '"a"', '"Ab"'])),
        st.builds("({} {} {})".format, TIMES, COMPARISONS, TIMES),
        st.builds("title contains {}".format, st.sampled_from(["note", '"A"', '"漏水"', '"%"'])),
        st.builds("title contains {} of [\"a\", note]".format, QUANTIFIERS),
        st.builds("tags contains {} of [\"a\", note, title]".format, QUANTIFIERS),
        st.builds("({} is empty)".format, st.one_of(NUMBERS, TEXTS, st.just("tags"))),
        st.builds("({} between {} and {})".format, NUMBERS, NUMBERS, NUMBERS),
        st.builds("({} in [{}, {}])".format, NUMBERS, NUMBERS, NUMBERS),
        st.builds("title in tags".format),
        st.builds("starts_with(title, {})".format, st.sampled_from(["note", '"a"'])),
        st.builds("not ({})".format, CONDITIONS),
        st.builds("({} {} {})".format, CONDITIONS, st.sampled_from(["and", "or"]), CONDITIONS),
    )
)  # fmt: skip
COMPARISONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
QUANTIFIERS = st.sampled_from(["any", "all", "none"])
ROWS = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in FIELDS.items()})


def accepted(text: str) -> Checked | None:
    """The expression; None when it is only too large."""
    found = check(text, SCOPE)
    if not isinstance(found, Problems):
        return found
    assert {problem.code for problem in found.problems} <= {"too_deep", "too_many_nodes", "too_long"}, (
        f"{text}: {found}"
    )
    return None


def plain(value: Any) -> Any:
    """A run-time value as the vectors write it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.timedelta):
        return value // dt.timedelta(microseconds=1)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def generate() -> list[dict[str, Any]]:
    """The vectors; the same ones each time."""
    found: list[dict[str, Any]] = []

    @given(text=st.one_of(CONDITIONS, NUMBERS, TEXTS, TIMES), row=ROWS)
    @settings(max_examples=GENERATED_CASES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def collect(text: str, row: dict[str, Any]) -> None:
        expression = accepted(text)
        if expression is not None:
            value = plain(expression.evaluate(row, NOW))
            kept = {key: plain(row[key]) for key in {path[0] for path in expression.references()}}
            found.append({"tree": expression.to_json(), "row": kept, "expect": value})

    collect()
    return found


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in generate())
    GENERATED_PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
