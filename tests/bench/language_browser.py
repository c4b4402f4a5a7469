"""The rules of a large form in the browser's back end: what a keystroke costs, as Node runs it."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Mapping

from tests.bench.figures import Figure, Figures
from tests.product import ROOT

_SCRIPT = ROOT / "frontend" / "scripts" / "language-bench.mjs"
#: A run of the script measures many keystrokes of its own.
MOST_RUNS = 5


def form_rules(rounds: int) -> Figures:
    """All three hundred rules, and only those that the changed field affects."""
    runs = [_run() for _ in range(min(rounds, MOST_RUNS))]
    return {
        "browser_300_rules": Figure(statistics.median(run["median_ms"] for run in runs), "ms"),
        "browser_300_rules_affected": Figure(statistics.median(run["affected_only_ms"] for run in runs), "ms"),
    }


def _run() -> Mapping[str, float]:
    done = subprocess.run(["node", str(_SCRIPT)], capture_output=True, text=True, check=True, timeout=120)
    found: Mapping[str, float] = json.loads(done.stdout)
    return found
