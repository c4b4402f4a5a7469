"""Records histories for test_replay.py: `python -m tests.engine.host.record NAME...` (all without names), on a real Temporal.

What is recorded is what running instances have behind them. Record a new one beside the old when the workflow learns something; replace
an old one only when instances that have such a history are to be taken up from the database.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from temporalio.client import Client

from engine.flow import compile_flow
from engine.host import HostRefused
from tests.engine.host.conftest import Stage
from tests.engine.host.flows import another_system, found_then_decided, side_by_side, tasks_in_a_loop, timed
from tests.engine.host.ledger import TICKET
from tests.temporal_server import real_temporal

HISTORIES = Path(__file__).parent / "histories"
#: Members that say where it was recorded.
_PLACE = {"stackTrace": "", "identity": "recorder", "sdkVersion": "", "buildId": ""}


async def _decisions(stage: Stage) -> str:
    """Decisions, one of them refused, until the end."""
    id = await stage.start(tasks_in_a_loop())
    for _ in range(3):
        await stage.decide(id, "work")
    await _refused(stage.decide(id, "work", "no_such_outcome"))
    await stage.decide(id, "work", over=True)
    return id


async def _burst(stage: Stage) -> str:
    """Several at once, and a commit that the worker forgot."""
    id = await stage.start(side_by_side(6))
    stage.ledger.seconds, stage.ledger.forget = 0.05, 1
    await asyncio.gather(*(stage.decide(id, f"work{number}") for number in range(6)))
    return id


async def _awaited(stage: Stage) -> str:
    """An awaited action that fails, is retried, and gives its result."""
    stage.ledger.actions["find_record"] = _fail
    id = await stage.start(found_then_decided())
    await stage.decide(id, "ask")
    stage.ledger.actions["find_record"] = lambda _: {"title": "found"}
    await stage.command(id, kind="retry")
    await stage.decide(id, "decide")
    return id


async def _service(stage: Stage) -> str:
    """Another system is called; then the instance is cancelled by an operator."""
    stage.ledger.actions["call_http"] = lambda _: {"body": "answered"}
    id = await stage.start(another_system())
    await stage.until(lambda: stage.row(id).steps == 2)
    await stage.command(id, kind="cancel")
    return id


async def _timers(stage: Stage) -> str:
    """A timer that is held, and fires; the task behind it is done."""
    id = await stage.start(timed("PT1S"))
    await stage.command(id, kind="suspend")
    await stage.command(id, kind="resume")
    await stage.until(lambda: any(task.node == "escalated" for task in stage.row(id).loaded().tasks))
    await stage.decide(id, "escalated")
    return id


async def _migration(stage: Stage) -> str:
    """Another version of the flow."""
    id = await stage.start(side_by_side(2))
    stage.ledger.versions[2] = compile_flow(side_by_side(3), {"ticket": TICKET})
    await stage.command(id, kind="migrate", nodes={}, version=2)
    await stage.decide(id, "work0")
    return id


SCENES: Mapping[str, Callable[[Stage], Awaitable[str]]] = {
    "decisions": _decisions,
    "burst": _burst,
    "awaited": _awaited,
    "service": _service,
    "timers": _timers,
    "migration": _migration,
}


def _fail(_: object) -> None:
    raise ValueError("find.broken: not today")


async def _refused(given: Awaitable[Any]) -> None:
    try:
        await given
    except HostRefused:
        return
    raise AssertionError("it was to be refused")


async def record(names: list[str]) -> None:
    """Play the scenes and write what Temporal has of them."""
    HISTORIES.mkdir(exist_ok=True)
    async with real_temporal() as environment:
        address = environment.client.service_client.config.target_host
        client = await Client.connect(address, identity=_PLACE["identity"])
        for name in names or SCENES:
            stage = Stage(client, queue="recorded")
            async with stage.working():
                id = await SCENES[name](stage)
                history = json.loads((await stage.handle(id).fetch_history()).to_json())
            written = json.dumps(_placeless(history), ensure_ascii=False, separators=(",", ":"))
            (HISTORIES / f"{name}.json").write_text(written + "\n")


def _placeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _PLACE.get(key, _placeless(member)) for key, member in value.items()}
    return [_placeless(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
