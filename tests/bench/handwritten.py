"""What somebody would write by hand for one process: a Temporal workflow with an update and one local activity.

The activity makes the writes that completing the triage of `urgent_complaint` makes: the ticket twice, the task, two new
tasks with their people and notices, the instance, its history, the log, the answer. No forms, rights, rules or definitions.
Run as a process of its own, as the product's worker is: `python -m tests.bench.handwritten ADDRESS DATABASE_URL`.
"""

from __future__ import annotations

import asyncio
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

TASK_QUEUE = "handwritten"
_EVENT = (
    "INSERT INTO weft.event (slot, type, subject_entity, subject_id, actor_id, actor_kind, data) "
    "VALUES (%s, %s, %s, %s, %s, 'user', %s)"
)
_HISTORY = "INSERT INTO weft.instance_history (instance_id, at, type, node_id, actor_id, data) VALUES (%s, now(), %s, %s, %s, %s)"
_TASK = (
    "INSERT INTO weft.task (id, instance_id, node_id, title, subject, form, form_version, mode, outcomes, entity, record_id, "
    "status, priority, opened_at, due_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, 1, 'any', %s, 'ticket', %s, 'open', 1, now(), now() + interval '4 hours')"
)
_TICKET = "SELECT row_to_json(t) FROM data.ticket t WHERE id = %s"
_OUTCOMES = [{"key": "done", "kind": "complete", "label": {"zh": "完成", "en": "Done"}, "comment": False}]


@dataclass
class Completion:
    """Everything the activity needs; a hand-written process knows its people by heart."""

    command_id: str
    instance: str
    ticket: str
    task: str
    user: str
    priority: str
    category: str
    severity: str
    quality_engineer: str
    after_sales_engineer: str


class Writes:
    """The local activity over one connection pool."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self._pool = pool

    @activity.defn
    async def complete_triage(self, done: Completion) -> dict[str, Any]:
        """One transaction."""
        async with self._pool.connection() as connection, connection.cursor() as cursor:
            await cursor.execute("SELECT sequence, title FROM weft.instance WHERE id = %s FOR UPDATE", [done.instance])
            row = await cursor.fetchone()
            assert row is not None
            subject = str(row[1])
            await _write_ticket(cursor, done)
            await _close(cursor, done)
            opened = [
                await _open(cursor, done, subject, "quality_check", "ticket_quality", done.quality_engineer),
                await _open(cursor, done, subject, "service_plan", "ticket_service", done.after_sales_engineer),
            ]
            answer = {"task_id": done.task, "status": "completed", "next_tasks": opened, "instance_status": "running"}
            await _save(cursor, done, opened)
            await cursor.execute(
                "INSERT INTO weft.command (id, instance_id, actor_id, answer) VALUES (%s, %s, %s, %s)",
                [done.command_id, done.instance, done.user, Jsonb(answer)],
            )
            return answer


async def _write_ticket(cursor: Any, done: Completion) -> None:
    await cursor.execute(
        "UPDATE data.ticket SET priority = %s, category = %s, severity = %s, version = version + 1, updated_at = now(), "
        "updated_by = %s WHERE id = %s",
        [done.priority, done.category, done.severity, done.user, done.ticket],
    )
    changes = {"priority": ["normal", done.priority], "category": [None, done.category]}
    await _tell_ticket(cursor, done, changes | {"severity": [None, done.severity]})
    await cursor.execute(
        "UPDATE data.ticket SET status = 'in_progress', version = version + 1, updated_at = now() WHERE id = %s",
        [done.ticket],
    )
    await _tell_ticket(cursor, done, {"status": ["new", "in_progress"]})


async def _tell_ticket(cursor: Any, done: Completion, changes: dict[str, Any]) -> None:
    await cursor.execute(_TICKET, [done.ticket])
    (record,) = await cursor.fetchone()
    data = Jsonb({"changes": changes, "record": record})
    await cursor.execute(_EVENT, [1, "ticket.updated", "ticket", done.ticket, done.user, data])


async def _close(cursor: Any, done: Completion) -> None:
    await cursor.execute(
        "UPDATE weft.task_item SET status = 'done', outcome = 'confirm', acted_at = now() WHERE task_id = %s AND user_id = %s",
        [done.task, done.user],
    )
    await cursor.execute(
        "UPDATE weft.task SET status = 'completed', outcome = 'confirm', closed_by = %s, closed_at = now() WHERE id = %s",
        [done.user, done.task],
    )
    await cursor.execute(
        "UPDATE weft.task_item SET status = 'skipped' WHERE task_id = %s AND status = 'open' AND kind = 'assignee'",
        [done.task],
    )


async def _open(cursor: Any, done: Completion, subject: str, node: str, form: str, user: str) -> dict[str, str]:
    id = str(uuid.uuid4())
    title = {"zh": node, "en": node}
    key = f"task:{id}:opened"
    await cursor.execute(_TASK, [id, done.instance, node, Jsonb(title), subject, form, Jsonb(_OUTCOMES), done.ticket])
    await cursor.execute("INSERT INTO weft.task_item (task_id, user_id) VALUES (%s, %s)", [id, user])
    await cursor.execute(
        "INSERT INTO weft.notification (id, key, user_id, text, link) VALUES (%s, %s, %s, %s, %s)",
        [
            str(uuid.uuid4()),
            key,
            user,
            Jsonb({"zh": f"新任务：{subject}", "en": f"New task: {subject}"}),
            f"/tasks/{id}",
        ],
    )
    await cursor.execute(_EVENT, [2, "notification.created", None, None, None, Jsonb({"key": key, "user_ids": [user]})])
    return {"id": id, "node_id": node, "user": user}


async def _save(cursor: Any, done: Completion, opened: list[dict[str, str]]) -> None:
    tokens = [{"node_id": task["node_id"], "waiting_for": "task"} for task in opened]
    await cursor.execute(
        "UPDATE weft.instance SET sequence = sequence + 1, tokens = %s, variables = %s, state = %s WHERE id = %s",
        [Jsonb(tokens), Jsonb({"severity": done.severity}), Jsonb({"tokens": tokens, "tasks": opened}), done.instance],
    )
    about = {"instance_id": done.instance, "flow": "urgent_complaint", "entity": "ticket", "record_id": done.ticket}
    history: list[tuple[str, str, dict[str, Any]]] = [
        ("task_decided", "triage", {"task": done.task}),
        ("task_completed", "triage", {"task": done.task}),
    ]
    history += [("action_run", "begin_work", {"action": "update_record"})]
    history += [("task_opened", task["node_id"], {"task": task["id"], "users": [task["user"]]}) for task in opened]
    lines = [(done.instance, type, node, done.user, Jsonb(data)) for type, node, data in history]
    await cursor.executemany(_HISTORY, lines)
    events = [("task.completed", "task", done.task), *(("task.opened", "task", task["id"]) for task in opened)]
    events += [("instance.moved", "instance", done.instance)]
    rows = [(3, type, subject, id, done.user, Jsonb(about)) for type, subject, id in events]
    await cursor.executemany(_EVENT, rows)


@workflow.defn(name="HandwrittenComplaint")
class Complaint:
    """Waits for its triage to be completed."""

    def __init__(self) -> None:
        self._done = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._done and workflow.all_handlers_finished())

    @workflow.update
    async def complete(self, done: Completion) -> dict[str, Any]:
        """Answered when the writes are committed."""
        answer: dict[str, Any] = await workflow.execute_local_activity_method(
            Writes.complete_triage, done, start_to_close_timeout=timedelta(seconds=20)
        )
        return answer


async def work(address: str, database_url: str) -> None:
    """Work until the process is ended."""
    client = await Client.connect(address)
    async with AsyncConnectionPool(database_url, min_size=4, max_size=16, open=False) as pool:
        await pool.wait()
        activities = [Writes(pool).complete_triage]
        await Worker(client, task_queue=TASK_QUEUE, workflows=[Complaint], activities=activities).run()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
