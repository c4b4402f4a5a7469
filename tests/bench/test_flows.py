"""What is promised of the host's histories and of reading one's own writes holds in short runs too. How fast is never asked here."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.product import ROOT


def figures(name: str, *arguments: str) -> dict[str, Any]:
    """What a bench prints."""
    command = [sys.executable, "-m", f"tests.bench.{name}", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=270, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.timeout(280)
def test_histories_stay_short() -> None:
    found = figures("flows_history", "--count", "700")
    assert found["runs_of_the_instance"]["value"] > 1, "so many actions take more than one run"
    assert found["events_of_the_longest_run"]["value"] < 4_096
    assert found["events_per_action_side_by_side"]["value"] <= 6
    assert found["events_per_action_one_at_a_time"]["value"] <= 6


@pytest.mark.timeout(280)
def test_whoever_decides_sees_it_in_the_inbox() -> None:
    found = figures("flows_reads", "--trials", "60")
    assert found["fresh_reads"]["value"] == found["fresh_reads"]["against"] == 60
