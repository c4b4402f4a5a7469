"""Live updates on a real PostgreSQL: who gets which signal, and that nobody gets another's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.caller import SYSTEM, Caller
from backend.db import Database
from backend.events.log import NewEvent, append
from backend.events.notify import Listener
from backend.live.hub import QUEUE_SIZE, STREAMS_PER_USER, Hub, Stream, read_place
from backend.records import service as records
from tests.backend.social.company import Company, found, post

OPERATOR = Caller(uuid4(), "周燕", roles=frozenset({"operations"}))
AGENT = Caller(uuid4(), "王伟", roles=frozenset({"agent"}))
OTHER = Caller(uuid4(), "张敏", roles=frozenset({"agent"}))


@pytest.fixture
async def company(database: Database) -> Company:
    company = await found(database)
    for caller in (OPERATOR, AGENT, OTHER):
        await company.run(
            "INSERT INTO weft.user (id, email, name) VALUES (:id, :email, :name)",
            id=caller.user_id,
            email=f"{caller.user_id}@weft.local",
            name=caller.name,
        )
    return company


@pytest.fixture
async def hub(company: Company) -> AsyncIterator[Hub]:
    listener = Listener(company.database.url)
    running = asyncio.create_task(listener.run())
    yield Hub(company.database, company.store, listener)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def taken(hub: Hub, stream: Stream) -> list[tuple[str, dict[str, Any]]]:
    """What the stream has been sent by now."""
    await hub.read()
    found = []
    while not stream.queue.empty():
        lines = stream.queue.get_nowait().decode().splitlines()
        found.append((lines[1].removeprefix("event: "), json.loads(lines[2].removeprefix("data: "))))
    return found


async def ticket(company: Company, owner: Caller, **values: Any) -> UUID:
    async with company.database.transaction() as session:
        data = {"title": "漏水", "owner": str(owner.user_id), **values}
        made = await records.create(session, company.store.current, SYSTEM, "ticket", data)
    return UUID(str(made["id"]))


async def test_a_record_is_told_to_those_who_see_it(company: Company, hub: Hub) -> None:
    async with hub.opened(AGENT) as mine, hub.opened(OTHER) as theirs, hub.opened(OPERATOR) as operator:
        id = await ticket(company, AGENT)
        expected = [("record", {"entity": "ticket", "id": str(id), "type": "created"})]
        assert await taken(hub, mine) == expected
        assert await taken(hub, operator) == expected
        assert await taken(hub, theirs) == []


async def test_the_wall_is_told_only_to_those_with_the_permission(company: Company, hub: Hub) -> None:
    async with hub.opened(OPERATOR) as operator, hub.opened(AGENT) as agent:
        (id,) = await company.post(post("你好"))
        await company.process()
        told = await taken(hub, operator)
        assert ("social", id) in [(kind, data.get("event_id")) for kind, data in told]
        assert await taken(hub, agent) == []
        assert "你好" not in json.dumps(told, ensure_ascii=False)


async def test_what_rules_did_is_told_once_for_many_firings(company: Company, hub: Hub) -> None:
    async with hub.opened(OPERATOR) as operator, hub.opened(AGENT) as agent:
        async with company.database.transaction() as session:
            fired = (NewEvent("rule.fired", {"rule": "angry", "title": "秘密"}) for _ in range(20))
            await append(session, *fired, NewEvent("rule.switched", {"kind": "rule", "key": "angry", "off": True}))
        assert await taken(hub, operator) == [("rule", {"type": "fired"}), ("rule", {"type": "switched"})]
        assert await taken(hub, agent) == []


async def test_tasks_and_notices_are_told_to_their_people(company: Company, hub: Hub) -> None:
    task = uuid4()
    narrow = replace(AGENT, kind="api_key", tasks=False)
    async with (
        hub.opened(OPERATOR) as operator,
        hub.opened(AGENT) as agent,
        hub.opened(OTHER) as other,
        hub.opened(narrow) as key,
    ):
        async with company.database.transaction() as session:
            event = NewEvent("task.opened", {"users": [str(AGENT.user_id)]}, "task", task)
            notice = NewEvent("notification.created", {"user_ids": [str(OTHER.user_id)]})
            await append(session, event, notice)
        assert await taken(hub, agent) == [
            ("task", {"id": str(task), "type": "opened", "box": "todo"}),
            ("notification", {}),
        ]
        assert await taken(hub, other) == [("notification", {})]
        assert await taken(hub, operator) == []
        assert await taken(hub, key) == [], "this key was not made for its user's tasks"


async def test_a_publication_is_told_to_everybody(company: Company, hub: Hub) -> None:
    async with hub.opened(AGENT) as agent:
        before = company.store.current
        await company.publish({"kind": "word_list", "key": "more", "label": {"zh": "a", "en": "a"}, "words": ["x"]})
        assert await taken(hub, agent) == [("metadata", {"version": company.store.current.version})]
        assert company.store.current.version > before.version


async def test_a_stream_goes_on_where_it_stopped(company: Company, hub: Hub) -> None:
    async with hub.opened(OPERATOR) as first:
        await ticket(company, OPERATOR)
        await hub.read()
        last = first.queue.get_nowait().decode().splitlines()[0].removeprefix("id: ")
    missed = await ticket(company, OPERATOR)
    async with hub.opened(OPERATOR, last) as again:
        await ticket(company, OPERATOR)
        told = await taken(hub, again)
    assert len(told) == 2
    assert told[0][1]["id"] == str(missed)
    async with hub.opened(OTHER, last) as stranger:
        assert await taken(hub, stranger) == []


async def test_a_slow_stream_is_closed_and_the_others_go_on(company: Company, hub: Hub) -> None:
    async with hub.opened(OPERATOR) as slow, hub.opened(OPERATOR) as quick:
        for _ in range(QUEUE_SIZE):
            slow.put(b"x")
        await ticket(company, OPERATOR)
        assert len(await taken(hub, quick)) == 1
        assert slow.closed.is_set()


async def test_of_too_many_streams_of_one_person_the_oldest_is_closed_at_once(company: Company, hub: Hub) -> None:
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(hub.opened(OTHER))
        streams = [await stack.enter_async_context(hub.opened(OPERATOR)) for _ in range(STREAMS_PER_USER)]
        assert not any(stream.closed.is_set() for stream in streams)
        waiting = asyncio.create_task(streams[0].queue.get())
        newest = await stack.enter_async_context(hub.opened(OPERATOR))
        assert await asyncio.wait_for(waiting, 1) == b""
        assert [stream.closed.is_set() for stream in streams] == [True] + [False] * (STREAMS_PER_USER - 1)
        assert not other.closed.is_set()
        await ticket(company, OPERATOR)
        assert len(await taken(hub, newest)) == 1


async def test_the_hub_wakes_by_itself_and_rests_when_nobody_listens(company: Company, hub: Hub) -> None:
    async with hub.opened(OPERATOR) as stream:
        await asyncio.sleep(0.2)
        await ticket(company, OPERATOR)
        message = await asyncio.wait_for(stream.queue.get(), 5)
        assert b"event: record" in message
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "live"]


@pytest.mark.parametrize("text", [None, "", "7", "a.b", "-1.2", "1.99999999999999999999"])
def test_a_place_that_is_none_starts_anew(text: str | None) -> None:
    assert read_place(text) is None
