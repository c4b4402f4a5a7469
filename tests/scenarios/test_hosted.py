"""The same timelines through the real pipeline: PostgreSQL, the consumers, the deadlines, the outbox; only the clock is ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.db import Database
from tests.scenarios.hosted import differences
from tests.scenarios.timeline import read_timeline

TIMELINES = sorted(Path(__file__).parent.glob("*.timeline"))


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
async def test_the_pipeline_does_what_the_timeline_says(installation: Database, path: Path) -> None:
    wrong = await differences(read_timeline(path), installation)
    assert not wrong, "\n".join(wrong)
