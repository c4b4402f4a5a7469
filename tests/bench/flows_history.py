"""How long Temporal's history of an instance gets: an instance with many actions, by several people side by side, and one where they come one
at a time. Counted in every run of the chain of continue-as-new, from Temporal itself."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from temporalio.client import Client

from engine.host.messages import workflow_id
from tests.bench.figures import Figure, Figures, run
from tests.bench.flows_ground import Ground, Instance, ground, worker

#: What is promised.
EVENTS_PER_RUN, EVENTS_PER_ACTION = 4_096, 6.0
#: The instance with one action at a time has this part of the actions, in one run at most.
_ALONE, _ALONE_AT_MOST = 20, 300


@dataclass(frozen=True, slots=True)
class Chain:
    """The numbers of events of the runs of one instance, newest first; `before` is how many there were before the first action."""

    runs: tuple[int, ...]
    actions: int = 0
    before: int = 0

    @property
    def longest(self) -> int:
        return max(self.runs)

    @property
    def per_action(self) -> float:
        return (sum(self.runs) - self.before) / self.actions


async def runs_of(client: Client, instance: str) -> tuple[int, ...]:
    """The events of every run, from the newest back to the first."""
    lengths: list[int] = []
    run: str | None = ""
    while run is not None:
        handle = client.get_workflow_handle(workflow_id(instance), run_id=run or None)
        lengths.append((await handle.describe()).history_length)
        async for event in handle.fetch_history_events(page_size=1):
            run = event.workflow_execution_started_event_attributes.continued_execution_run_id or None
            break
    return tuple(lengths)


async def work_off(ground: Ground, instance: Instance, actions: int) -> float:
    """So many actions, as many at once as there are tasks; how long it took."""
    left = iter(range(actions))

    async def person() -> None:
        for _ in left:
            await ground.complete(instance)

    begun = time.perf_counter()
    await asyncio.gather(*(person() for _ in instance.tasks))
    return time.perf_counter() - begun


async def measured(ground: Ground, flow: str, actions: int) -> tuple[Chain, float]:
    """The history of an instance after so many actions, and the actions a second."""
    (instance,) = await ground.start(flow, 1)
    await ground.complete(instance)  # what belongs to the start is in the history once this is answered
    before = sum(await runs_of(ground.client, instance.id))
    seconds = await work_off(ground, instance, actions)
    return Chain(await runs_of(ground.client, instance.id), actions, before), actions / seconds


async def _measure(count: int) -> Figures:
    async with ground() as found:
        with worker("tests.bench.flows_worker", found.database_url, found.address):
            many, rate = await measured(found, "lanes", count)
            alone, rate_alone = await measured(found, "relay", min(_ALONE_AT_MOST, max(1, count // _ALONE)))
    return {
        "runs_of_the_instance": Figure(len(many.runs), "runs"),
        "events_of_the_longest_run": Figure(many.longest, "events", EVENTS_PER_RUN, "what is promised at most"),
        "events_per_action_side_by_side": Figure(
            many.per_action, "events", EVENTS_PER_ACTION, "what is promised at most"
        ),
        "events_per_action_one_at_a_time": Figure(
            alone.per_action, "events", EVENTS_PER_ACTION, "what is promised at most"
        ),
        "actions_side_by_side": Figure(rate, "actions/s"),
        "actions_one_at_a_time": Figure(rate_alone, "actions/s"),
    }


def measure(count: int) -> Figures:
    """An instance of `count` actions, and one of a twentieth, one at a time."""
    return asyncio.run(_measure(count))


if __name__ == "__main__":
    run("History of long instances", measure, count=10_000, counted="actions of the long instance")
