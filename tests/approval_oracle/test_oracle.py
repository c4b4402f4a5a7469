"""A part of the oracle's run, and that it tells of a difference with a case made small."""

from __future__ import annotations

import pytest

from engine.flow.approval import counting
from tests.approval_oracle.__main__ import main
from tests.approval_oracle.cases import cases
from tests.approval_oracle.playing import play, shrunk


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interpreter_and_the_oracle_agree(seed: int) -> None:
    differences = {case.name: said for case in cases(seed, 200) if (said := play(case).difference) is not None}
    assert differences == {}


def test_a_difference_is_told_with_a_small_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(counting, "_reaches", lambda *_: True)
    monkeypatch.setattr("sys.argv", ["oracle", "--seed", "1", "--count", "150"])
    assert main() == 1
    assert " differed" in capsys.readouterr().out.splitlines()[-1]
    differing = next(case for case in cases(1, 150) if play(case).difference is not None)
    small, played = shrunk(differing, play(differing))
    assert played.difference is not None
    assert len(small.script or ()) <= len(play(differing).actions)
