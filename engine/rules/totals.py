"""What the aggregates of windows make of the values of the events they count: one place, whoever found the events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.language.values import EXACT, divide

#: Fewer events than this are no spike, however quiet it was before.
SPIKE_SUPPORT = 5

_MICROSECOND = dt.timedelta(microseconds=1)


def aggregate(function: str, values: Sequence[Any]) -> object:
    """The result over values in run-time form, one for each event; empties are left out, but counted by `count`. Nothing at all
    is 0 for `count` and `distinct` and empty for the others. `spike` has its own function."""
    return _FUNCTIONS[function](values)


def spike(count: int, before: int, within: dt.timedelta, baseline: dt.timedelta) -> Decimal:
    """How many times as many events there are within a time as usually: `before` happened in the `baseline` before it. What is
    usual is at least one; 0 when there are too few to tell."""
    if count < SPIKE_SUPPORT:
        return Decimal(0)
    scaled = before * (within // _MICROSECOND)
    whole = baseline // _MICROSECOND
    if scaled <= whole:
        return Decimal(count)
    return divide(Decimal(count * whole), Decimal(scaled)) or Decimal(0)


def _present(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _sum(values: Sequence[Any]) -> object:
    present = _present(values)
    if not present:
        return None
    total = present[0]
    for value in present[1:]:
        total = EXACT.add(total, value) if isinstance(total, Decimal) else total + value
    return total


def _average(values: Sequence[Any]) -> object:
    present = _present(values)
    total = _sum(present)
    if isinstance(total, dt.timedelta):
        return total / len(present)
    return divide(total, Decimal(len(present))) if isinstance(total, Decimal) else None


_FUNCTIONS: Mapping[str, Callable[[Sequence[Any]], object]] = {
    "count": lambda values: Decimal(len(values)),
    "sum": _sum,
    "avg": _average,
    "min": lambda values: min(_present(values), default=None),
    "max": lambda values: max(_present(values), default=None),
    "distinct": lambda values: Decimal(len(set(_present(values)))),
}
