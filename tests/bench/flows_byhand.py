"""What somebody would write by hand for the bench's flows: a Temporal workflow whose update does one local activity, which makes the writes that
a completion of ours makes (same tables, same rows, one transaction). It knows its tasks, people and texts by heart: no definitions,
expressions, rights or rules. A process of its own, as ours is: `python -m tests.bench.flows_byhand DATABASE_URL ADDRESS`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from psycopg.types.json import Jsonb
    from psycopg_pool import AsyncConnectionPool

TASK_QUEUE = "byhand"
_STEP = {"zh": "step", "en": "step"}
_OUTCOMES = [
    {"key": key, "kind": "complete", "label": {"zh": key, "en": key}, "comment": False} for key in ("next", "stop")
]
_EVENT = (
    "INSERT INTO weft.event (slot, type, subject_entity, subject_id, actor_id, actor_kind, data) "
    "VALUES (%s, %s, %s, %s, %s, 'user', %s)"
)
_HISTORY = "INSERT INTO weft.instance_history (instance_id, at, type, node_id, actor_id, data) VALUES (%s, now(), %s, %s, %s, %s)"
_TASK = (
    "INSERT INTO weft.task (id, instance_id, node_id, title, subject, form, form_version, mode, outcomes, entity, record_id, "
    "status, opened_at) VALUES (%s, %s, 'step', %s, %s, 'errand_note', 1, 'one', %s, 'errand', %s, 'open', now())"
)


@dataclass
class Completion:
    """What a person does. `opens`: whether the next task is opened (relay) or not (crowd)."""

    command_id: str
    instance: str
    record: str
    task: str
    user: str
    note: str
    opens: bool


class Writes:
    """The local activity over one connection pool."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self._pool = pool

    @activity.defn
    async def complete(self, done: Completion) -> dict[str, Any]:
        """One transaction."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute("SELECT sequence, title FROM weft.instance WHERE id = %s FOR UPDATE", [done.instance])
            row = await cursor.fetchone()
            assert row is not None
            await _write_record(cursor, done)
            await _close(cursor, done)
            opened = await _open(cursor, done, str(row[1])) if done.opens else None
            await _save(cursor, done, opened)
            return await _answer(cursor, done, opened)


async def _write_record(cursor: Any, done: Completion) -> None:
    await cursor.execute("SELECT row_to_json(e) FROM data.errand e WHERE id = %s FOR UPDATE", [done.record])
    before = (await cursor.fetchone())[0]
    await cursor.execute(
        "UPDATE data.errand SET note = %s, version = version + 1, updated_at = now(), updated_by = %s WHERE id = %s "
        "RETURNING row_to_json(errand)",
        [done.note, done.user, done.record],
    )
    (record,) = await cursor.fetchone()
    data = {"changes": {"note": [before["note"], done.note]}, "record": record}
    await cursor.execute(_EVENT, [1, "errand.updated", "errand", done.record, done.user, Jsonb(data)])


async def _close(cursor: Any, done: Completion) -> None:
    await cursor.execute(
        "UPDATE weft.task_item SET status = 'done', outcome = 'next', acted_at = now() WHERE task_id = %s AND user_id = %s",
        [done.task, done.user],
    )
    await cursor.execute(
        "UPDATE weft.task SET status = 'completed', outcome = 'next', closed_by = %s, closed_at = now() WHERE id = %s",
        [done.user, done.task],
    )


async def _open(cursor: Any, done: Completion, subject: str) -> str:
    id = str(uuid.uuid4())
    key = f"task:{id}:opened"
    await cursor.execute(_TASK, [id, done.instance, Jsonb(_STEP), subject, Jsonb(_OUTCOMES), done.record])
    await cursor.execute("INSERT INTO weft.task_item (task_id, user_id) VALUES (%s, %s)", [id, done.user])
    text = Jsonb({"zh": f"新任务:step · {subject}", "en": f"New task: step · {subject}"})
    await cursor.execute(
        "INSERT INTO weft.notification (id, key, user_id, text, link) VALUES (%s, %s, %s, %s, %s)",
        [str(uuid.uuid4()), key, done.user, text, f"/tasks/{id}"],
    )
    told = Jsonb({"key": key, "user_ids": [done.user]})
    await cursor.execute(_EVENT, [2, "notification.created", None, None, None, told])
    return id


async def _save(cursor: Any, done: Completion, opened: str | None) -> None:
    tokens = Jsonb([{"node_id": "step", "waiting_for": "task", "detail": {"task": opened}}])
    state = Jsonb({"instance": done.instance, "status": "running", "tasks": [{"id": opened, "users": [done.user]}]})
    await cursor.execute(
        "UPDATE weft.instance SET sequence = sequence + 1, tokens = %s, state = %s WHERE id = %s",
        [tokens, state, done.instance],
    )
    history: list[tuple[str, str, dict[str, Any]]] = [
        ("task_decided", "step", {"task": done.task, "outcome": "next", "comment": None}),
        ("task_completed", "step", {"task": done.task, "outcome": "next"}),
        ("node_left", "step", {"token": 1}),
    ]
    about = {"instance_id": done.instance, "flow": "relay", "entity": "errand", "record_id": done.record}
    events = [("task.completed", "task", done.task)]
    if opened is not None:
        history += [("node_entered", "enough", {"token": 1}), ("node_left", "enough", {"token": 1})]
        history += [("node_entered", "step", {"token": 1})]
        history += [("task_opened", "step", {"task": opened, "round": 1, "users": [done.user]})]
        events += [("task.opened", "task", opened)]
    lines = [(done.instance, type, node, done.user, Jsonb(data)) for type, node, data in history]
    await cursor.executemany(_HISTORY, lines)
    events += [("instance.moved", "instance", done.instance)]
    rows = [
        (3, type, subject, id, done.user, Jsonb(about | {"node_id": "step", "users": [done.user]}))
        for type, subject, id in events
    ]
    await cursor.executemany(_EVENT, rows)


async def _answer(cursor: Any, done: Completion, opened: str | None) -> dict[str, Any]:
    tasks = [{"id": opened, "node_id": "step", "title": _STEP, "mine": True}] if opened else []
    answer = {"task_id": done.task, "status": "completed", "next_tasks": tasks, "instance_status": "running"}
    await cursor.execute(
        "INSERT INTO weft.command (id, instance_id, actor_id, answer) VALUES (%s, %s, %s, %s)",
        [done.command_id, done.instance, done.user, Jsonb(answer)],
    )
    return answer


@workflow.defn(name="ByHand")
class ByHand:
    """Has its tasks completed, one after the other."""

    def __init__(self) -> None:
        self._over = False
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._over)

    @workflow.update
    async def complete(self, done: Completion) -> dict[str, Any]:
        """Answered when the writes are committed."""
        async with self._lock:
            answer: dict[str, Any] = await workflow.execute_local_activity_method(
                Writes.complete, done, start_to_close_timeout=timedelta(seconds=20)
            )
            return answer


async def work(database_url: str, address: str) -> None:
    """Work until SIGTERM."""
    client = await Client.connect(address)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncConnectionPool(database_url, min_size=4, max_size=16, open=False) as pool:
        await pool.wait()
        async with Worker(client, task_queue=TASK_QUEUE, workflows=[ByHand], activities=[Writes(pool).complete]):
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
