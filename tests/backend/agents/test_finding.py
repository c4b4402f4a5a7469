"""Who acts for whom at a moment: windows, flows, chains, people who are gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from backend.agents.finding import agents_of, stands_for
from backend.agents.models import StandingAgent
from backend.db import Database, uuid7
from backend.identity.models import User
from backend.identity.service import create_user

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class People:
    """Some people, by their names."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids: dict[str, UUID] = {}

    async def join(self, *names: str) -> None:
        async with self.database.transaction() as session:
            for name in names:
                user = await create_user(session, email=f"{name}@weft.local", name=name, password_hash=None)
                self.ids[name] = user.id

    async def stand(self, principal: str, agent: str, mode: str = "both", **members: Any) -> None:
        row = {"id": uuid7(), "principal_id": self.ids[principal], "agent_id": self.ids[agent], "mode": mode}
        async with self.database.transaction() as session:
            session.add(StandingAgent(**{"starts_at": NOW - DAY, **row, **members}))

    async def leave(self, name: str) -> None:
        async with self.database.transaction() as session:
            await session.execute(update(User).where(User.id == self.ids[name]).values(active=False))

    async def of(self, name: str, *, flow: str = "leave", at: datetime = NOW, but: str | None = None) -> str:
        """Who acts for somebody: `bob cid`, with `!` where they act alone."""
        besides = [self.ids[but]] if but else []
        async with self.database.transaction() as session:
            found = (await agents_of(session, [self.ids[name]], flow, at, besides=besides)).get(self.ids[name], ())
        names = {str(id): name for name, id in self.ids.items()}
        return " ".join(names[agent.user] + ("" if agent.both else "!") for agent in found)


@pytest.fixture
async def people(database: Database) -> People:
    found = People(database)
    await found.join("ann", "bob", "cid", "dan", "eve")
    return found


async def test_only_within_the_window_and_the_flows(people: People) -> None:
    await people.stand("ann", "bob", ends_at=NOW + DAY, flows=["leave", "orders"])
    assert await people.of("ann") == "bob"
    assert await people.of("ann", flow="complaint") == ""
    assert await people.of("ann", at=NOW - 2 * DAY) == ""
    assert await people.of("ann", at=NOW + DAY) == ""
    assert await people.of("bob") == ""


async def test_one_that_was_taken_back_acts_no_more(people: People) -> None:
    await people.stand("ann", "bob", revoked_at=NOW - DAY)
    assert await people.of("ann") == ""


async def test_agents_of_agents_act_too_and_instead_where_theirs_act_alone(people: People) -> None:
    await people.stand("ann", "bob")
    await people.stand("bob", "cid")
    assert await people.of("ann") == "bob cid"
    await people.stand("cid", "dan", "agent_only")
    assert await people.of("ann") == "bob dan"
    assert await people.of("bob") == "dan"
    assert await people.of("cid") == "dan!"


async def test_whoever_is_passed_over_still_counts_as_alone_for_the_first(people: People) -> None:
    await people.stand("ann", "bob", "agent_only")
    await people.stand("bob", "cid", "agent_only")
    assert await people.of("ann") == "cid!"


async def test_a_chain_ends_after_three_and_never_comes_back(people: People) -> None:
    for first, second in (("ann", "bob"), ("bob", "cid"), ("cid", "dan"), ("dan", "eve"), ("cid", "ann")):
        await people.stand(first, second)
    assert await people.of("ann") == "bob cid dan"


async def test_who_cannot_sign_in_acts_for_nobody(people: People) -> None:
    await people.stand("ann", "bob", "agent_only")
    await people.leave("bob")
    assert await people.of("ann") == ""


async def test_an_initiator_does_not_approve_as_somebodys_agent(people: People) -> None:
    await people.stand("ann", "bob", "agent_only")
    assert await people.of("ann", but="bob") == ""


async def test_standing_for_somebody_is_asked_at_the_moment(people: People) -> None:
    await people.stand("ann", "bob", ends_at=NOW + DAY)
    async with people.database.transaction() as session:
        assert await stands_for(session, people.ids["bob"], people.ids["ann"], "leave", NOW)
        assert not await stands_for(session, people.ids["bob"], people.ids["ann"], "leave", NOW + DAY)
        assert not await stands_for(session, people.ids["cid"], people.ids["ann"], "leave", NOW)
