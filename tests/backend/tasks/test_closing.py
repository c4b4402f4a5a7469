"""A task's end: its last parts, those that nobody will do any more, and whom it concerns, in one statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.db import Database, uuid7
from backend.identity import service as identity
from backend.tasks import repository

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_STATUSES = {"signs": "open", "left_out": "removed", "gave_away": "moved", "waits": "waiting", "signed": "done"}


async def test_the_last_part_ends_the_task_and_the_others_with_it(database: Database) -> None:
    async with database.transaction() as session:
        people = {
            name: (await identity.create_user(session, email=f"{name}@example.com", name=name, password_hash=None)).id
            for name in _STATUSES
        }
        task = uuid7()
        row = {"id": task, "node_id": "sign", "title": {"zh": "签", "en": "Sign"}, "outcomes": []}
        row |= {"entity": "ticket", "record_id": uuid7(), "opened_at": NOW}
        items = [part(number, people[name], status) for number, (name, status) in enumerate(_STATUSES.items(), 1)]
        await repository.insert_task(session, row, {"cc": []}, items)

        last = part(1, people["signs"], "done") | {"outcome": "agree", "acted_at": NOW}
        told = await repository.close(session, task, "completed", "agree", people["signs"], NOW, [last])
        assert sorted(told) == sorted(people[name] for name in ("signs", "waits", "signed"))
        statuses = {each.user_id: (each.status, each.outcome) for each in await repository.items(session, task)}
        assert {name: statuses[id] for name, id in people.items()} == {
            "signs": ("done", "agree"),
            "left_out": ("removed", None),
            "gave_away": ("moved", None),
            "waits": ("skipped", None),
            "signed": ("done", None),
        }
        closed = await repository.task(session, task)
        assert closed is not None
        assert (closed.status, closed.outcome, closed.closed_by) == ("completed", "agree", people["signs"])


def part(number: int, user: UUID, status: str) -> dict[str, Any]:
    return {"item": number, "user_id": user, "kind": "assignee", "status": status, "weight": 1, "veto": False}
