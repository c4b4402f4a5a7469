"""A short crash run: enough to see a break, not to prove there is none; `python -m tests.rules_crash` is the long one."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_lost_or_doubled_while_workers_are_killed() -> None:
    command = [sys.executable, "-m", "tests.rules_crash", "--events", "250", "--seed", "11", "--workers", "2"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    *_, verdict = run.stdout.splitlines()
    assert verdict.endswith("firings agreed, 0 lost, 0 doubled"), run.stderr
    assert int(verdict.split()[0]) > 100
    assert run.returncode == 0
