"""Completions through the host (update, interpreter, one transaction) against a hand-written Temporal workflow that makes the same writes:
one at a time, sixteen instances at once, and a burst on one instance.

Both have a worker process of their own, the same Temporal, database and client process, and take turns; the rows that one completion
of each writes are counted first, and have to be the same.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb
from temporalio.client import WorkflowHandle

from tests.bench.figures import Figure, Figures, run
from tests.bench.final_rows import transaction_id, written_since
from tests.bench.flows_byhand import TASK_QUEUE, ByHand, Completion
from tests.bench.flows_company import CROWD
from tests.bench.flows_ground import Ground, Instance, ground, worker

AT_ONCE = 16
#: Updates that the hand-written side has under way at one instance: the server takes ten.
IN_FLIGHT = 8
#: Turns of each measurement, after one that does not count; no more than completions are asked for.
TURNS = 5
_ALTERNATIVE = "a hand-written Temporal workflow: one update, one local activity, the same writes; both through the client, without HTTP"
#: A table's rows once more, with some members changed.
_COPY = "INSERT INTO {0} OVERRIDING USER VALUE SELECT (jsonb_populate_record(t, %s)).* FROM {0} t WHERE {1} = %s"


class Side(Protocol):
    """One of the two."""

    async def start(self, flow: str, count: int) -> list[Instance]: ...

    async def complete(self, instance: Instance) -> None:
        """Decide the oldest open task."""
        ...


class Theirs:
    """Copies of ours, each with a hand-written workflow."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._handles: dict[str, WorkflowHandle[ByHand, None]] = {}
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def start(self, flow: str, count: int) -> list[Instance]:
        return [await self._copy(instance) for instance in await self._ground.start(flow, count)]

    async def _copy(self, sample: Instance) -> Instance:
        copy = Instance(str(uuid4()), str(uuid4()), sample.user, [str(uuid4()) for _ in sample.tasks])
        with psycopg.connect(self._ground.database_url) as connection:
            rows = [
                ("data.errand", "id", sample.record, {"id": copy.record}),
                ("weft.instance", "id", sample.id, {"id": copy.id, "record_id": copy.record}),
            ]
            for task, new in zip(sample.tasks, copy.tasks, strict=True):
                members = {"id": new, "instance_id": copy.id, "record_id": copy.record}
                rows += [("weft.task", "id", task, members), ("weft.task_item", "task_id", task, {"task_id": new})]
            for table, key, value, members in rows:
                connection.execute(_COPY.format(table, key), [Jsonb(members), value])
        client = self._ground.client
        self._handles[copy.id] = await client.start_workflow(ByHand.run, id=copy.id, task_queue=TASK_QUEUE)
        self._gates[copy.id] = asyncio.Semaphore(IN_FLIGHT)
        return copy

    async def complete(self, instance: Instance) -> None:
        command = uuid4().hex
        opens = len(instance.tasks) == 1
        done = Completion(command, instance.id, instance.record, instance.tasks.pop(0), instance.user, command, opens)
        async with self._gates[instance.id]:
            answer = await self._handles[instance.id].execute_update(ByHand.complete, done, id=command)
        instance.tasks += [each["id"] for each in answer["next_tasks"]]


@dataclass
class Rates:
    """Completions a second of each turn."""

    ours: list[float]
    theirs: list[float]

    def figure(self) -> Figure:
        return Figure(statistics.median(self.ours), "actions/s", statistics.median(self.theirs), _ALTERNATIVE)


async def rows_of(ground: Ground, side: Side) -> Counter[str]:
    """How many rows of each table one completion writes."""
    instances = await side.start("relay", 4)
    for instance in instances:
        await side.complete(instance)
    mark = transaction_id(ground.database_url)
    for instance in instances:
        await side.complete(instance)
    return Counter({rows.table: len(rows.rows) // len(instances) for rows in written_since(ground.database_url, mark)})


async def rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """How many a second."""
    begun = time.perf_counter()
    await work()
    return count / (time.perf_counter() - begun)


async def one_at_a_time(side: Side, count: int) -> float:
    """A chain of completions on one instance."""
    (instance,) = await side.start("relay", 1)
    return await rate(count, lambda: _chain(side, instance, count))


async def at_once(side: Side, count: int) -> float:
    """As many chains as there are people, each on an instance of its own."""
    instances = await side.start("relay", AT_ONCE)
    each = max(1, count // AT_ONCE)
    chains = [_chain(side, instance, each) for instance in instances]
    return await rate(each * AT_ONCE, lambda: asyncio.gather(*chains))


async def burst(side: Side, count: int) -> float:
    """Everybody at once on one instance; one task is left, so that it does not end."""
    wanted = min(count, CROWD - 1)
    (instance,) = await side.start("crowd", 1)
    return await rate(wanted, lambda: asyncio.gather(*(side.complete(instance) for _ in range(wanted))))


async def _chain(side: Side, instance: Instance, count: int) -> None:
    for _ in range(count):
        await side.complete(instance)


Measure = Callable[[Side, int], Awaitable[float]]
#: Name -> what is measured, and its part of the actions of a turn.
_MEASURES: Sequence[tuple[str, Measure, float]] = (
    ("one_at_a_time", one_at_a_time, 0.25),
    ("at_once_16", at_once, 1.0),
    ("burst_on_one", burst, 1.0),
)


async def in_turns(ours: Side, theirs: Side, measure: Measure, count: int) -> Rates:
    """Both in turns, the first turn to warm up; who begins changes."""
    found = Rates([], [])
    for turn in range(min(TURNS, count) + 1):
        sides = [(ours, found.ours), (theirs, found.theirs)]
        for side, rates in sides if turn % 2 else reversed(sides):
            rates.append(await measure(side, count))
    return Rates(found.ours[1:], found.theirs[1:])


async def _measure(count: int) -> Figures:
    async with ground() as found:
        arguments = (found.database_url, found.address)
        with worker("tests.bench.flows_worker", *arguments), worker("tests.bench.flows_byhand", *arguments):
            theirs = Theirs(found)
            mine, by_hand = await rows_of(found, found), await rows_of(found, theirs)
            if mine != by_hand:
                raise SystemExit(f"the two do not write the same: ours {dict(mine)}, by hand {dict(by_hand)}")
            figures = {"rows_per_action": Figure(mine.total(), "rows", by_hand.total(), _ALTERNATIVE)}
            for name, measure, part in _MEASURES:
                rates = await in_turns(found, theirs, measure, max(1, int(count * part)))
                figures[f"actions_{name}"] = rates.figure()
            return figures


def measure(count: int) -> Figures:
    """`count` completions in each turn of each side."""
    return asyncio.run(_measure(count))


if __name__ == "__main__":
    run("Completions through the host", measure, count=160, counted="completions in a turn")
