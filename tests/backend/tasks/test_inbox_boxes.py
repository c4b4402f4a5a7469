"""The boxes as SQL: what is in each, in every order and page by page, with filters; and that no box reads tables from end to end."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from backend.access.caller import Caller
from backend.db import Database
from backend.errors import Invalid
from backend.identity.service import create_user
from backend.metadata.snapshot import Metadata
from backend.tasks import inbox
from backend.tasks.inbox import Filter

#: So many tasks of instances, each with two people; two of so many tasks are mine, and one I started; every hundredth is copied to me.
TASKS, EVERY = 100_000, 500
_FILL = """
INSERT INTO weft.instance (id, flow, flow_version, entity, status, initiator_id, started_at)
SELECT uuidv(n), 'flow' || n % 5, 1, 'ticket', 'running', CASE WHEN n % :every = 0 THEN CAST(:me AS uuid) ELSE CAST(:other AS uuid) END,
    now() - n * interval '1 minute'
FROM generate_series(1, :tasks) n;
INSERT INTO weft.task (id, instance_id, node_id, title, subject, outcomes, entity, status, priority, opened_at, due_at)
SELECT uuidv(n), uuidv(n), 'node' || n % 3, '{"zh": "处理", "en": "Work"}', 'subject ' || n, '[{"key": "ok", "kind": "complete", "label": {}}]',
    'ticket', CASE WHEN n % 7 < 5 THEN 'completed' ELSE 'open' END, n % 4, now() - n * interval '1 minute',
    CASE WHEN n % 3 = 0 THEN now() + (n % 7 - 3) * interval '1 day' END
FROM generate_series(1, :tasks) n;
INSERT INTO weft.task_item (task_id, user_id, kind, item, status, acted_at, read_at)
SELECT uuidv(n), CASE WHEN n % :every = part THEN CAST(:me AS uuid) ELSE CAST(:other AS uuid) END,
    'assignee', part + 1, CASE WHEN n % 7 < 5 THEN 'done' ELSE 'open' END,
    CASE WHEN n % 7 < 5 THEN now() - n * interval '30 seconds' END, CASE WHEN n % 30 = 0 THEN now() END
FROM generate_series(1, :tasks) n, generate_series(0, 1) part;
INSERT INTO weft.task_item (task_id, user_id, kind) SELECT uuidv(n), :me, 'cc' FROM generate_series(100, :tasks, 100) n;
INSERT INTO weft.task_draft (task_id, user_id) SELECT uuidv(n), :me FROM generate_series(6, :tasks, 7000) n;
ANALYZE weft.task; ANALYZE weft.task_item; ANALYZE weft.instance; ANALYZE weft.task_draft
"""
_ID = """
CREATE FUNCTION uuidv(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid) $$
"""


async def _filled(database: Database, tasks: int, every: int = 5) -> Caller:
    async with database.transaction() as session:
        users = [
            (await create_user(session, email=f"{name}@weft.local", name=name, password_hash=None)).id
            for name in ("me", "other")
        ]
        await session.execute(text(_ID))
        values = {"me": users[0], "other": users[1], "tasks": tasks, "every": every}
        for statement in _FILL.split(";\n"):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            for part in statement.split("; ") if "ANALYZE" in statement else [statement]:
                await session.execute(text(part), used)
    return Caller(users[0], "me")


async def _page(database: Database, caller: Caller, **query: Any) -> dict[str, Any]:
    async with database.transaction() as session:
        found: dict[str, Any] = orjson.loads(await inbox.list_json(session, Metadata(), caller, **query))
    return found


@pytest.mark.parametrize(("box", "sort"), list(itertools.product(inbox.BOXES, inbox.SORTS)))
async def test_every_order_pages_once_through_a_box(database: Database, box: str, sort: str) -> None:
    caller = await _filled(database, 400)
    whole = await _page(database, caller, box=box, sort=sort, limit=200)
    assert whole["next"] is None
    assert whole["items"]
    found: list[dict[str, Any]] = []
    after: str | None = None
    while after is not None or not found:
        page = await _page(database, caller, box=box, sort=sort, limit=7, after=after)
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert [each["id"] for each in found] == [each["id"] for each in whole["items"]]
    keys = [_KEYS[sort](each) for each in found]
    if box in ("todo", "cc", "started") or sort in ("due",):
        assert keys == sorted(keys)


_KEYS: Mapping[str, Any] = {
    "newest": lambda item: int(UUID(item["id"]).node),
    "oldest": lambda item: -int(UUID(item["id"]).node),
    "due": lambda item: item["due_at"] or "9999",
    "priority": lambda item: -item["priority"],
}


async def test_boxes_and_filters(database: Database) -> None:
    caller = await _filled(database, 400)
    boxes = {box: (await _page(database, caller, box=box, limit=200))["items"] for box in inbox.BOXES}
    mine = [n for n in range(1, 401) if n % 5 in (0, 1)]
    done = [n for n in mine if n % 7 < 5]
    expected = {"todo": len(mine) - len(done), "done": len(done), "cc": 4, "started": 80, "drafts": 1}
    assert {box: len(items) for box, items in boxes.items()} == expected
    everything = boxes["todo"]
    for filter, wanted in (
        (Filter(flow="flow1"), [each for each in everything if each["flow"] == "flow1"]),
        (Filter(node="node2"), [each for each in everything if each["node_id"] == "node2"]),
        (Filter(priority=3), [each for each in everything if each["priority"] >= 3]),
        (Filter(overdue=True), [each for each in everything if each["overdue"]]),
        (Filter(unread=True), [each for each in everything if not each["read"]]),
        (Filter(search="subject 1"), [each for each in everything if "subject 1" in each["subject"]]),
        (Filter(status="completed"), []),
    ):
        found = (await _page(database, caller, filter=filter, limit=200))["items"]
        assert [each["id"] for each in found] == [each["id"] for each in wanted], filter
    for wrong in (Filter(status="lost"), Filter(search="\0"), Filter(flow="x" * 300)):
        with pytest.raises(Invalid):
            await _page(database, caller, filter=wrong)


async def test_somebody_with_several_parts_sees_a_task_once(database: Database) -> None:
    caller = await _filled(database, 40)
    async with database.transaction() as session:
        more = "INSERT INTO weft.task_item (task_id, user_id, kind, item, owner_id) SELECT t.task_id, t.user_id, 'agent', 9, o.id"
        whose = "FROM weft.task_item t, weft.\"user\" o WHERE t.user_id = :me AND t.status = 'open' AND o.name = 'other' AND t.item = 1"
        await session.execute(text(f"{more} {whose}"), {"me": caller.user_id})
    page = await _page(database, caller)
    ids = [each["id"] for each in page["items"]]
    assert len(ids) == len(set(ids)) == page["counts"]["todo"]
    assert {each["part"] for each in page["items"]} == {"assignee"}, "their own before what they do for others"


async def test_no_box_reads_whole_tables(database: Database) -> None:
    """With a hundred thousand tasks, of which four hundred are the reader's."""
    caller = await _filled(database, TASKS, EVERY)
    async with database.transaction() as session:
        values = {
            **Filter().parameters(), "me": caller.user_id, "flows": "{}", "first": None, "at": None, "id": None, "limit": 50,
        }  # fmt: skip
        for (box, sort), statement in inbox._STATEMENTS.items():
            explained = text(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement.text}")
            (plan,) = (await session.execute(explained, values)).scalar_one()
            scanned = sorted(
                {node["Relation Name"] for node in _nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"}
            )
            if box in ("todo", "cc", "drafts") or sort in (
                "newest",
                "oldest",
            ):  # the rest sorts all that somebody ever did
                assert set(scanned) <= {"user", "task_draft", *_WHOLE.get(box, ())}, (box, sort)
            assert plan["Execution Time"] < 1_000, (box, sort)


#: What somebody started is joined with all tasks: an index of tasks by instance is used only where that is less.
_WHOLE: Mapping[str, tuple[str, ...]] = {"started": ("task",)}


def _nodes(plan: Mapping[str, Any]) -> Any:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
