"""What every bench shares: figures, how they are printed, how latencies are summed up, and the product under test.

`python -m tests.bench.NAME` prints a table; with `--json` exactly one JSON object: figures by name, each with `value`, `unit`,
`against` (the alternative's value, measured in the same run) and `ratio` (value / against). Ratios travel between machines;
values do not.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import signal
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.product import Product


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `against` is the alternative's, `alternative` says what that is."""

    value: float
    unit: str
    against: float | None = None
    alternative: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the alternative: above one is slower for a latency, faster for a rate."""
        return self.value / self.against if self.against else None

    def to_json(self) -> dict[str, float | str | None]:
        return {
            "value": _rounded(self.value),
            "unit": self.unit,
            "against": _rounded(self.against),
            "ratio": _rounded(self.ratio),
        }


Figures = Mapping[str, Figure]


def run(title: str, measure: Callable[[int], Figures], *, count: int, counted: str) -> None:
    """The command line of a bench: measure `--count` things and print the figures."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--count", type=int, default=count, help=f"{counted} (default {count})")
    given = parser.parse_args()
    if given.count < 1:
        parser.error("--count must be at least 1")
    # An interrupted bench leaves through the same doors as one that ends: nothing it started stays behind.
    signal.signal(signal.SIGTERM, _leave)
    show(title, measure(given.count), as_json=given.json)


def show(title: str, figures: Figures, *, as_json: bool) -> None:
    """Print figures, for people or for programs."""
    if as_json:
        print(json.dumps({name: figure.to_json() for name, figure in figures.items()}, ensure_ascii=False))
    else:
        print(_table(title, figures))


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _table(title: str, figures: Figures) -> str:
    """Aligned columns; what each figure is held against stands below, once."""
    rows = [("figure", "value", "against", "ratio")]
    rows += [
        (name, _with_unit(each.value, each), _with_unit(each.against, each), _times(each))
        for name, each in figures.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [f"{row[0]:<{widths[0]}}" + "".join(f"  {row[n]:>{widths[n]}}" for n in (1, 2, 3)) for row in rows]
    alternatives = dict.fromkeys(figure.alternative for figure in figures.values() if figure.alternative)
    return "\n".join([title, "", *lines, "", *(f"against {alternative}" for alternative in alternatives)])


def _with_unit(value: float | None, figure: Figure) -> str:
    return "" if value is None else f"{_shown(value)} {figure.unit}"


def _times(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.2f}"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _rounded(value: float | None) -> float | None:
    """Four significant digits: more would only look exact."""
    if value is None or value == 0:
        return value
    return round(value, 3 - math.floor(math.log10(abs(value))))


# -- summing up


def median_ms(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return statistics.median(seconds) * 1000


def p95_ms(seconds: Sequence[float]) -> float:
    """The value that 95 of 100 stay below, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)] * 1000


def latencies(
    name: str, ours: Sequence[float], theirs: Sequence[float] | None = None, alternative: str = ""
) -> dict[str, Figure]:
    """Median and p95 of `ours`, against those of `theirs` if there are any."""
    return {
        f"{name}_{label}": Figure(of(ours), "ms", of(theirs) if theirs else None, alternative if theirs else "")
        for label, of in (("median", median_ms), ("p95", p95_ms))
    }


# -- what is measured


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="weft-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_product() -> Iterator[Product]:
    """The whole product as `weft up` starts it, on free ports of the loopback interface; stopped and removed afterwards."""
    with scratch() as home:
        product = Product(home)
        try:
            product.start(timeout=80)
            yield product
        finally:
            product.stop()
