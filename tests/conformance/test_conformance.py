"""Every case of our own, and the public ones where they are beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import simulated
from tests.conformance.__main__ import main
from tests.conformance.script import CASES, failure_of_file
from tests.conftest import SHARED

PUBLIC = SHARED / "conformance" / "token-simulation.json"
FILES = sorted(CASES.rglob("*.case"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CASES).with_suffix("")))
def test_case(path: Path) -> None:
    assert failure_of_file(path) is None


def test_public_cases() -> None:
    if not PUBLIC.exists():
        print(f"{PUBLIC.name} is not beside the checkout: only cases of our own are run")
        return
    cases = json.loads(PUBLIC.read_text(encoding="utf-8"))
    failed = {case["id"]: said for case in cases if (said := simulated.failure(case)) is not None}
    assert failed == {}


def test_a_failing_case_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.case"
    path.write_text("A case\nThat expects too much.\n\nflow\n  start -> A -> end\n\nsteps\n  start => waits B\n")
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "wrong: step 1 (start): expected 'waits B', got A:task",
        "0 passed, 1 failed",
    ]


def test_a_file_that_is_no_case_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.json"
    path.write_text('[{"id": "x"}, 7]')
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 2 failed"
