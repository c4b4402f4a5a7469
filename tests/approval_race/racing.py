"""One race: a task for everybody, everybody decides at the same moment, and what each was told is compared with what was kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg.rows import dict_row

from tests.approval_race.ground import Ground, Racer
from tests.bench.flows_company import ENTITY

#: How long one person waits for their answer before it counts as none.
PATIENCE = 60.0


@dataclass(frozen=True)
class Told:
    """What somebody wanted and was told: the status, and the error if there was one."""

    racer: Racer
    outcome: str
    status: int
    answer: dict[str, Any]

    @property
    def retries(self) -> bool:
        """Whether they would have to do it again: no answer, or one that asks for that."""
        return self.status == 0 or self.status >= 500 or self.status in (408, 429)


@dataclass(frozen=True)
class Race:
    """What came of a race; `wrong` says of whom what is wrong."""

    mode: str
    people: int
    right: int
    wrong: Sequence[str]
    retried: int
    outcome: str
    seconds: float

    @property
    def is_well(self) -> bool:
        return not self.wrong and not self.retried and self.right == self.people

    def __str__(self) -> str:
        return f"{self.right} right, {len(self.wrong)} wrong, {self.retried} retried"


def race(ground: Ground, mode: str, seed: int) -> Race:
    """Let everybody decide at once."""
    task, instance = _open_task(ground, mode)
    random = Random(f"{mode} {seed}")
    wanted = ["agree" if mode == "all" or random.random() < 0.6 else "refuse" for _ in ground.racers]
    begun = time.monotonic()
    told = asyncio.run(_everybody(ground.racers, wanted, task))
    seconds = time.monotonic() - begun
    kept = _kept(ground, task, instance)
    wrong = [complaint for each in told if (complaint := _complaint(each, kept)) is not None]
    wrong += _whole(mode, kept)
    retried = sum(each.retries for each in told)
    right = len(told) - len({each.split(":")[0] for each in wrong if not each.startswith("the ")})
    return Race(mode, len(told), right, wrong, retried, str(kept.instance["outcome"]), seconds)


def _open_task(ground: Ground, mode: str) -> tuple[str, str]:
    with closing(ground.product.client()) as admin:
        record = admin.post(f"/api/records/{ENTITY}", json={"name": mode})
        record.raise_for_status()
        started = admin.post(f"/api/flows/{mode}/instances", json={"record_id": record.json()["id"]})
        started.raise_for_status()
        instance = started.json()["id"]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            tasks = admin.get(f"/api/instances/{instance}").json()["tasks"]
            if tasks:
                return tasks[0]["id"], instance
            time.sleep(0.1)
    raise AssertionError(f"the task of {mode} did not open:\n{ground.product.output()}")


# -- everybody at once


async def _everybody(racers: Sequence[Racer], wanted: Sequence[str], task: str) -> list[Told]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    urls = sorted({racer.url for racer in racers})
    clients = {url: httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits) for url in urls}
    start = asyncio.Event()
    try:
        waiting = [
            asyncio.create_task(_decide(clients[racer.url], start, racer, outcome, task))
            for racer, outcome in zip(racers, wanted, strict=True)
        ]
        await asyncio.sleep(0.1)
        start.set()
        return list(await asyncio.gather(*waiting))
    finally:
        for client in clients.values():
            await client.aclose()


async def _decide(client: httpx.AsyncClient, start: asyncio.Event, racer: Racer, outcome: str, task: str) -> Told:
    cookies = "; ".join(f"{name}={value}" for name, value in racer.cookies.items())
    headers = {"Cookie": cookies, "X-CSRF-Token": racer.csrf}
    body = {"outcome": outcome, "command_id": f"race-{task}-{racer.id}"[:100], "data": {}}
    await start.wait()
    try:
        answer = await client.post(f"/api/tasks/{task}/complete", json=body, headers=headers)
    except httpx.HTTPError as error:
        return Told(racer, outcome, 0, {"error": {"code": type(error).__name__}})
    return Told(racer, outcome, answer.status_code, answer.json())


# -- what was kept


@dataclass(frozen=True)
class Kept:
    """The task, its parts by user, and the instance, as the database has them."""

    task: dict[str, Any]
    items: dict[str, dict[str, Any]]
    instance: dict[str, Any]
    names: dict[str, str]


def _kept(ground: Ground, task: str, instance: str) -> Kept:
    with psycopg.connect(ground.product.database_url, row_factory=dict_row) as connection:
        found = connection.execute("SELECT * FROM weft.task WHERE id = %s", (UUID(task),)).fetchone()
        items = connection.execute("SELECT * FROM weft.task_item WHERE task_id = %s", (UUID(task),)).fetchall()
        whole = connection.execute("SELECT * FROM weft.instance WHERE id = %s", (UUID(instance),)).fetchone()
    assert found is not None
    assert whole is not None
    names = {racer.id: racer.name for racer in ground.racers}
    return Kept(found, {str(item["user_id"]): item for item in items}, whole, names)


def _complaint(told: Told, kept: Kept) -> str | None:
    """What is wrong with what somebody was told; None when nothing is."""
    item, name = kept.items[told.racer.id], told.racer.name
    if told.status == 200:
        if (item["status"], item["outcome"]) != ("done", told.outcome):
            return f"{name}: was told that it is done, but it is {item['status']} {item['outcome']}"
        return None
    error = told.answer["error"]
    if (told.status, error["code"]) != (409, "task.already_handled"):
        return f"{name}: was told {told.status} {error['code']}"
    if item["status"] == "done":
        return f"{name}: was told that it was too late, but it counted"
    closed_by = kept.names.get(str(kept.task["closed_by"]))
    if error["params"].get("by") != closed_by:
        return f"{name}: was told that {error['params'].get('by')} was first, but {closed_by} was"
    return None


def _whole(mode: str, kept: Kept) -> list[str]:
    """What is wrong with the task as a whole."""
    done = [item for item in kept.items.values() if item["status"] == "done"]
    expected = _WHOLE[mode](done, len(kept.items))
    found = (kept.task["status"], kept.task["outcome"], kept.instance["status"], kept.instance["outcome"])
    ends = {"agree": "agreed", "refuse": "refused"}
    wanted = ("completed", expected, "completed", ends.get(str(expected)))
    if expected is None or found != wanted:
        return [f"the task: {len(done)} decided, it is {found}, it should be {wanted}"]
    last = max(done, key=lambda item: item["acted_at"])
    if str(kept.task["closed_by"]) not in {
        str(item["user_id"]) for item in done if item["acted_at"] == last["acted_at"]
    }:
        return ["the task: whoever closed it did not decide last"]
    return []


def _all(done: list[dict[str, Any]], people: int) -> str | None:
    return "agree" if len(done) == people and all(item["outcome"] == "agree" for item in done) else None


def _first(done: list[dict[str, Any]], _: int) -> str | None:
    return str(done[0]["outcome"]) if len(done) == 1 else None


def _vote(done: list[dict[str, Any]], people: int) -> str | None:
    """It ends with the very vote that decides: half of all agree, or so many refuse that they cannot any more."""
    agreed = sum(item["outcome"] == "agree" for item in done)
    refused = len(done) - agreed
    if Fraction(agreed, people) >= Fraction(1, 2) and Fraction(agreed - 1, people) < Fraction(1, 2):
        return "agree"
    if Fraction(people - refused, people) < Fraction(1, 2) <= Fraction(people - refused + 1, people):
        return "refuse"
    return None


_WHOLE = {"all": _all, "any": _first, "vote": _vote, "claim": _first}
