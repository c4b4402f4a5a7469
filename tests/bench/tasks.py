"""Completing a task: how long the answer takes, one at a time and sixteen at once, against a hand-written Temporal workflow.

Ours goes through the API (session, rights, form, then the flow in its worker); the hand-written one is given its update by
the client itself and has a worker of its own. Both use the same Temporal and the same database, in turns, and make the same writes.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb
from temporalio.client import Client, WorkflowHandle

from backend.supervisor.home import Home
from tests.bench.figures import Figure, Figures, latencies, run, running_product
from tests.bench.handwritten import TASK_QUEUE, Complaint, Completion
from tests.bench.lines import Line, side_by_side, signed_in, timed
from tests.product import ROOT, Product
from tests.story import CHEN, TRIAGE, WANG, ZHAO, until

AT_ONCE = 16
WARM_UP = 2
#: Before each task, so that neither side waits for what the pipeline makes of the other's events.
_REST = 0.1
_BY_HAND = "a hand-written Temporal workflow: one update, one local activity, the same writes"
_TITLE = "刚买的洗衣机漏水"
#: A table's row once more, with some members changed.
_COPY = "INSERT INTO {0} OVERRIDING USER VALUE SELECT (jsonb_populate_record(t, %s)).* FROM {0} t WHERE {1} = %s"

Handle = WorkflowHandle[Any, Any]
Work = tuple[Handle, Completion]


class Ours:
    """Tickets with the flow running up to triage, decided through the API."""

    def __init__(self, product: Product, count: int) -> None:
        self._product = product
        self._headers = signed_in(product, WANG)
        self._admin = signed_in(product, "admin@weft.local")
        with Line(product, self._admin) as line:
            instances = [self._start(line) for _ in range(count + 1)]
        tasks = self._wait(instances)
        #: Stays open, to be copied.
        self.sample = instances[0]
        self._tasks = iter([task for instance, task in tasks.items() if instance != self.sample])

    def _start(self, line: Line) -> str:
        ticket = line.post("/api/records/ticket", {"title": _TITLE})
        started = line.post("/api/flows/urgent_complaint/instances", {"record_id": ticket["id"]})
        return str(started["id"])

    def _wait(self, instances: list[str]) -> dict[str, str]:
        """The triage task of each instance, once all are open."""
        statement = "SELECT instance_id::text, id::text FROM weft.task WHERE instance_id = ANY(%s::uuid[])"
        with psycopg.connect(self._product.database_url, autocommit=True) as connection:

            def opened() -> dict[str, str] | None:
                found: dict[str, str] = dict(connection.execute(statement, [instances]).fetchall())
                return found if len(found) == len(instances) else None

            return until(opened, "the tasks of every instance", 60)

    def line(self) -> Line:
        return Line(self._product, self._headers)

    def complete(self, line: Line) -> float:
        """Decide the next task."""
        task = next(self._tasks)
        body = {"outcome": "confirm", "data": TRIAGE, "command_id": uuid4().hex}
        return timed(lambda: line.post(f"/api/tasks/{task}/complete", body))


class ByHand:
    """Copies of one of our instances at triage, each with a hand-written workflow."""

    def __init__(self, product: Product, client: Client, sample: str) -> None:
        self._url = product.database_url
        self._client = client
        self._sample = sample
        self._numbers = itertools.count(1)

    async def start(self, count: int) -> Iterator[Work]:
        """So many workflows, each with its rows."""
        with psycopg.connect(self._url) as connection:
            people = {
                email: str(id) for id, email in connection.execute('SELECT id, email FROM weft."user"').fetchall()
            }
            completions = [self._copy(connection, people) for _ in range(count)]
        begun = [
            self._client.start_workflow(Complaint.run, id=done.instance, task_queue=TASK_QUEUE) for done in completions
        ]
        return iter(list(zip(await asyncio.gather(*begun), completions, strict=True)))

    def _copy(self, connection: psycopg.Connection[Any], people: dict[str, str]) -> Completion:
        """Copies of the sample's ticket, instance and triage task with its people."""
        ticket, instance, task = str(uuid4()), str(uuid4()), str(uuid4())
        found = connection.execute(
            "SELECT i.record_id, t.id FROM weft.instance i JOIN weft.task t ON t.instance_id = i.id WHERE i.id = %s",
            [self._sample],
        ).fetchone()
        assert found is not None
        copies: tuple[tuple[str, str, Any, dict[str, str]], ...] = (
            ("data.ticket", "id", found[0], {"id": ticket, "number": f"B{next(self._numbers)}"}),
            ("weft.instance", "id", self._sample, {"id": instance, "record_id": ticket}),
            ("weft.task", "id", found[1], {"id": task, "instance_id": instance, "record_id": ticket}),
            ("weft.task_item", "task_id", found[1], {"task_id": task}),
        )
        for table, key, value, members in copies:
            connection.execute(_COPY.format(table, key), [Jsonb(members), value])
        return Completion(
            command_id=uuid4().hex, instance=instance, ticket=ticket, task=task, user=people[WANG],
            priority=TRIAGE["priority"], category=TRIAGE["category"], severity=TRIAGE["severity"],
            quality_engineer=people[CHEN], after_sales_engineer=people[ZHAO],
        )  # fmt: skip


async def decide(work: Work) -> float:
    """Give the update and wait for its answer."""
    handle, done = work
    begun = time.perf_counter()
    await handle.execute_update(Complaint.complete, done)
    return time.perf_counter() - begun


@contextmanager
def worker_by_hand(address: str, database_url: str) -> Iterator[None]:
    """The hand-written worker, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.handwritten", address, database_url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


async def one_at_a_time(ours: Ours, theirs: Iterator[Work], count: int) -> tuple[list[float], list[float]]:
    """Latencies of both, in turns."""
    found: list[tuple[float, float]] = []
    with ours.line() as line:
        for _ in range(count + WARM_UP):
            await asyncio.sleep(_REST)
            mine = await asyncio.to_thread(ours.complete, line)
            await asyncio.sleep(_REST)
            found.append((mine, await decide(next(theirs))))
    return [pair[0] for pair in found[WARM_UP:]], [pair[1] for pair in found[WARM_UP:]]


async def at_once(ours: Ours, theirs: Iterator[Work], waves: int) -> tuple[list[float], float, list[float], float]:
    """Latencies and rates of sixteen at once, in waves that take turns."""
    lines = [ours.line() for _ in range(AT_ONCE)]
    mine: list[float] = []
    by_hand: list[float] = []
    seconds = [0.0, 0.0]
    for _ in range(waves):
        await asyncio.sleep(AT_ONCE * _REST)
        found, took = await asyncio.to_thread(side_by_side, [_job(ours, line) for line in lines])
        mine += found
        seconds[0] += took
        await asyncio.sleep(AT_ONCE * _REST)
        begun = time.perf_counter()
        by_hand += await asyncio.gather(*(decide(work) for work in itertools.islice(theirs, AT_ONCE)))
        seconds[1] += time.perf_counter() - begun
    for line in lines:
        line.__exit__(None, None, None)
    return mine, len(mine) / seconds[0], by_hand, len(by_hand) / seconds[1]


def _job(ours: Ours, line: Line) -> Any:
    return lambda: [ours.complete(line)]


def measure(count: int) -> Figures:
    """`count` tasks one at a time, then as many in waves of sixteen (at least one wave)."""
    with running_product() as product:
        return asyncio.run(_measure(product, count))


async def _measure(product: Product, count: int) -> Figures:
    waves = max(1, count // AT_ONCE)
    needed = count + WARM_UP + waves * AT_ONCE
    ours = await asyncio.to_thread(Ours, product, needed)
    address = f"127.0.0.1:{Home(product.home).state()['ports']['temporal']}"
    with worker_by_hand(address, product.database_url):
        by_hand = ByHand(product, await Client.connect(address), ours.sample)
        theirs = await by_hand.start(needed)
        one, hand_one = await one_at_a_time(ours, theirs, count)
        many, rate, hand_many, hand_rate = await at_once(ours, theirs, waves)
    return {
        **latencies("task_completion_1", one, hand_one, _BY_HAND),
        **latencies("task_completion_16", many, hand_many, _BY_HAND),
        "task_completion_rate_16": Figure(rate, "tasks/s", hand_rate, _BY_HAND),
    }


if __name__ == "__main__":
    run("Completing a task", measure, count=32, counted="tasks one at a time, and in waves of sixteen")
