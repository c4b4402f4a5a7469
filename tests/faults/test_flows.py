"""A short run of people at work while everything around them is killed; `python -m tests.faults.flows` is the long one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.product import ROOT


@pytest.mark.timeout(280)
def test_nothing_is_lost_or_doubled_while_parts_are_killed() -> None:
    command = [sys.executable, "-m", "tests.faults.flows", "--actions", "80", "--instances", "8", "--kills", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=270, check=False)
    assert done.stdout.splitlines()[-1:] == ["80 actions, 3 kills, 0 lost, 0 doubled"], done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
