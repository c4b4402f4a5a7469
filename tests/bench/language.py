"""The expression language: conditions in Python against what somebody would write by hand and against other engines, a filter in SQL
against the same by hand, checking and completing a long text, and the rules of a large form in the browser.

What is measured stands in `MEASUREMENTS`, one function each. The other engines come with the extra `bench`; without them their
figures are left out, and said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.bench.figures import Figures, run
from tests.bench.language_browser import form_rules
from tests.bench.language_conditions import against_lambda, against_other_engines
from tests.bench.language_filter import against_query
from tests.bench.language_text import long_text

MEASUREMENTS: Sequence[Callable[[int], Figures]] = (
    against_lambda,
    against_other_engines,
    long_text,
    against_query,
    form_rules,
)


def measure(rounds: int) -> Figures:
    """Every measurement, in so many rounds."""
    return {name: figure for measurement in MEASUREMENTS for name, figure in measurement(rounds).items()}


if __name__ == "__main__":
    run("The expression language", measure, count=40, counted="rounds of each measurement")
