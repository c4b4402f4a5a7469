"""The interpreter on example programs, one file each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.flow.scripts import EXAMPLES, run_script


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path) -> None:
    run_script(json.loads(path.read_text(encoding="utf-8")))
