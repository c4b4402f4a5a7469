"""`python -m tests.rules_crash --events N --seed S [--workers W]`: workers are killed at random while N events come in; in the end
everything that fired is compared with a process that nothing happened to. Exits with 1 when anything was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
from datetime import timedelta

from backend import clock
from backend.automation.runtime import work_off
from backend.db import Database
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.consumers import ensure_positions
from backend.events.log import append, append_external
from tests.backend.social.company import Company, found
from tests.bench.figures import scratch
from tests.rules_crash.company import ORDER, RULES, Effect, people, timeline
from tests.rules_crash.oracle import Verdict, compare
from tests.rules_crash.worker import latest

#: Longer than anything that rules wait for.
_REST = timedelta(days=3)
_MOST_SHOWN = 10
#: Workers that die after the last event has come in, at most.
_MOST_ROUNDS = 20
#: Events that may wait before more come in: deaths are to fall in the middle of work, not of a heap of it.
_BEHIND = 150


class Workers:
    """Worker processes that are killed and come again."""

    def __init__(self, url: str, count: int, chance: random.Random) -> None:
        self._url = url
        self._chance = chance
        self._running = [self._start() for _ in range(count)]
        self.kills = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.rules_crash.worker", self._url], stdout=subprocess.DEVNULL
        )

    def kill_one(self) -> None:
        """One of them dies in the middle of whatever it does; another takes its place."""
        place = self._chance.randrange(len(self._running))
        self._stop(self._running[place])
        self._running[place] = self._start()
        self.kills += 1

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self._running:
            self._stop(process)


async def crash(url: str, events: int, seed: int, workers: int) -> tuple[Verdict, int]:
    """The verdict, and how many workers died."""
    chance = random.Random(seed)
    company = await found(Database(url), ORDER, *RULES, actions=[Effect()])
    async with company.database.transaction() as session:
        await people(session)
    for name in ("pipeline", "rules", "deadlines"):
        await ensure_positions(company.database, name)
    running = Workers(url, workers, chance)
    try:
        await _feed(company, events, seed, chance, running)
    finally:
        running.stop()
    end = (await latest(company.database) or clock.now()) + _REST
    with clock.standing_at(end):
        await work_off(company.database, company.consumer, company.rules)
    verdict = await compare(company, end)
    await company.database.close()
    return verdict, running.kills


async def _feed(company: Company, events: int, seed: int, chance: random.Random, running: Workers) -> None:
    """Let the events come in a few at a time, while workers die, until most of the work is done."""
    waiting = list(timeline(events, seed))
    while waiting:
        count = chance.randrange(5, 60)
        some, waiting = waiting[:count], waiting[count:]
        async with company.database.transaction() as session:
            await append_external(session, [event for event in some if event.channel is not None])
            await append(session, *(event for event in some if event.channel is None))
        while await _behind(company) > _BEHIND:
            await asyncio.sleep(0.1)
            if chance.random() < 0.05:
                running.kill_one()
        if chance.random() < 0.1:
            running.kill_one()
    for _ in range(_MOST_ROUNDS):
        if not await _behind(company):
            return
        await asyncio.sleep(1 + 2 * chance.random())
        running.kill_one()


async def _behind(company: Company) -> int:
    """How many events wait to be read by one of the stages."""
    return await company.count(
        "SELECT count(*) FROM weft.event AS e JOIN weft.consumer_position AS p"
        " ON p.slot = e.slot AND p.consumer = CASE WHEN e.channel IS NULL THEN 'rules' ELSE 'pipeline' END"
        " WHERE (e.xid, e.id) > (p.xid, p.event_id)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    given = parser.parse_args()
    with scratch() as home:
        server = EmbeddedPostgres(home / "pg", durable=True)
        server.start()
        try:
            url = server.ensure_database("crash")
            migrate(url)
            verdict, kills = asyncio.run(crash(url, given.events, given.seed, given.workers))
        finally:
            server.stop()
    print(f"{given.events} events, {kills} workers killed", file=sys.stderr)
    for title, firings in (("lost", verdict.lost), ("doubled", verdict.doubled)):
        for firing in sorted(firings, key=str)[:_MOST_SHOWN]:
            print(f"  {title}: {firing}", file=sys.stderr)
    print(verdict)
    return 0 if not verdict.lost and not verdict.doubled else 1


if __name__ == "__main__":
    sys.exit(main())
