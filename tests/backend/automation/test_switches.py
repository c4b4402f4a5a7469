"""Kill switches on a real PostgreSQL: read in one statement, turned by somebody, told in the log."""

from __future__ import annotations

from sqlalchemy import text

from backend.access.caller import Caller
from backend.automation.switches import SwitchedOff, states, switched_off, turn
from backend.db import Database, uuid7
from backend.identity.models import User


async def test_a_switch_says_which_way_it_is_turned_by_whom_and_why(database: Database) -> None:
    li = Caller(uuid7(), "李娜")
    assert li.user_id is not None
    async with database.transaction() as session:
        session.add(User(id=li.user_id, email="li.na@weft.local", name="李娜"))
        await session.flush()
        assert await switched_off(session) == SwitchedOff()
        await turn(session, "rule", "angry", off=True, reason="太吵", by=li)
        await turn(session, "purpose", "marketing", off=True, reason=None, by=li)
        await turn(session, "rule", "budget", off=True, reason="10,000 firings within an hour")
    async with database.transaction() as session:
        assert await switched_off(session) == SwitchedOff(frozenset({"angry", "budget"}), frozenset({"marketing"}))
        found = await states(session, "rule")
        assert (found["angry"]["reason"], found["angry"]["changed_by"]) == ("太吵", "李娜")
        assert found["budget"]["changed_by"] is None
        before = found["angry"]["changed_at"]
        told = (await session.execute(text("SELECT data, actor_id, actor_kind FROM weft.event ORDER BY id"))).all()
    assert [(row.data["key"], row.actor_id, row.actor_kind) for row in told] == [
        ("angry", li.user_id, "user"),
        ("marketing", li.user_id, "user"),
        ("budget", None, "system"),
    ]
    async with database.transaction() as session:
        await turn(session, "rule", "angry", off=False, reason=None, by=li)
    async with database.transaction() as session:
        assert (await switched_off(session)).rules == {"budget"}
        again = (await states(session, "rule", ("angry",)))["angry"]
    assert not again["off"]
    assert again["changed_at"] > before
