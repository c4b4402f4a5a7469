"""Each bench runs with a tiny count and prints one JSON object of figures. How fast is never asked here."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

from tests.product import ROOT

#: A figure that each bench promises, and whether it has an alternative.
_PROMISED = {
    "intake": "intake_latency_1_median",
    "pipeline": "pipeline_rate",
    "tasks": "task_completion_16_p95",
    "records": "list_100_newest_http_median",
    "language": "condition_by_lambda",
    "rules": "rules_load",
    "flows": "actions_one_at_a_time",
    "flow_interpreter": "command_last",
    "flow_check": "sequence",
}


@pytest.mark.parametrize("name", _PROMISED)
def test_prints_figures_by_name(name: str) -> None:
    command = [sys.executable, "-m", f"tests.bench.{name}", "--json", "--count", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures[_PROMISED[name]]["against"] is not None
    for figure in figures.values():
        assert figure.keys() == {"value", "unit", "against", "ratio"}
        assert figure["value"] > 0
        assert figure["unit"]
        assert (figure["against"] is None) == (figure["ratio"] is None)
        if figure["against"] is not None:
            assert math.isclose(figure["ratio"], figure["value"] / figure["against"], rel_tol=0.01)
