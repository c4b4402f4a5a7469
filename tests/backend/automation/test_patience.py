"""A trial that looks at more than anybody waits for is ended, and says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.automation import worlds
from backend.automation.dry_run import dry_run
from backend.automation.trials import TooMuch, why
from backend.db import Database
from tests.backend.automation.authoring import founded

PROGRAM = 'rule r when social.post as p if count(social.post within 7 days by person) > 1 then tag(["x"]) end'


async def test_a_long_trial_is_ended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    company = await founded(database)
    await company.person("甲")
    for hours in (3, 2, 1):
        event = await company.said("甲", "你好", ago=timedelta(hours=hours))
    async with company.database.transaction() as session:
        whole = await dry_run(session, company.reader(), await company.world(session, PROGRAM), days=7, limit=9)
        monkeypatch.setattr(worlds, "_LONGEST_SECONDS", 0.0)
        cut = await dry_run(session, company.reader(), await company.world(session, PROGRAM), days=7, limit=9)
        with pytest.raises(TooMuch):
            await why(session, company.reader(), await company.world(session, PROGRAM), event)
    assert (whole["truncated"], whole["fired"]) == (False, 2)
    assert (cut["truncated"], cut["fired"], cut["to"] < whole["to"]) == (True, 0, True)
