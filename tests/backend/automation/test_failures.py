"""An event that cannot be handled stands aside with its reason, and is handled when asked again."""

from __future__ import annotations

import json

import pytest

from backend.automation.failures import StillFails, failures, handle_again
from backend.db import Database
from backend.errors import NotFound
from tests.backend.social.company import DEFECT_RULE, found, post, rule


async def test_a_broken_event_stands_aside_and_is_handled_once_it_can_be(database: Database) -> None:
    company = await found(database, rule(DEFECT_RULE))
    late = post("洗衣机漏水", "吴十")
    [_, id] = await company.post(post("冰箱漏水", "周九"), late)
    assert id is not None
    await company.run('UPDATE weft.event SET data = data || \'{"author": "nobody"}\' WHERE id = :id', id=id)
    await company.process()
    assert await company.count("SELECT count(*) FROM data.ticket") == 1

    async with database.transaction() as session:
        shown = await failures(session, before=None, limit=10)
    assert [item["event_id"] for item in shown["items"]] == [id]
    assert shown["items"][0]["error"]
    with pytest.raises(StillFails):
        async with database.transaction() as session:
            await handle_again(session, {"pipeline": company.pipeline.handle}, id)

    await company.run(
        "UPDATE weft.event SET data = :data WHERE id = :id", data=json.dumps(late.data, ensure_ascii=False), id=id
    )
    async with database.transaction() as session:
        await handle_again(session, {"pipeline": company.pipeline.handle}, id)
    await company.process()
    assert await company.count("SELECT count(*) FROM data.ticket") == 2
    async with database.transaction() as session:
        assert (await failures(session, before=None, limit=10))["items"] == []
        with pytest.raises(NotFound):
            await handle_again(session, {"pipeline": company.pipeline.handle}, id)
