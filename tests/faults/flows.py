"""`python -m tests.faults.flows --actions N --instances M --seed S [--kills K]`: people work on M instances while the worker, the API and the
Temporal server are killed at random; in the end everything they were told is compared with the database. Exits with 1 when anything was
lost or doubled, or an instance did not end."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NoReturn

import psycopg

from tests.bench.figures import scratch
from tests.bench.flows_company import person
from tests.bench.lines import Line, signed_in
from tests.faults import flows_service
from tests.faults.flows_accounts import Verdict, show, verdict
from tests.faults.flows_company import ENTITY, FLOW, ONCE, connectors, write
from tests.faults.flows_killer import Killer
from tests.faults.flows_people import Ledger, Person
from tests.faults.flows_service import Book
from tests.product import Product

#: How long everything may take, and how long without an action is too long.
_LONGEST, _SILENCE = 330.0, 90.0
#: How long what follows by itself may take after the last action.
_REST = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run."""

    ledger: Ledger
    book: Book
    kills: Mapping[str, int]
    seconds: float
    verdict: Verdict


def measure(actions: int, instances: int, seed: int, kills: int, people: int) -> Run:
    """One run on a product of its own."""
    with scratch() as folder, flows_service.running(seed) as (service, book):
        app = write(folder / "works", people)
        product = Product(
            folder / "home", WEFT_TEMPLATES=str(app), WEFT_SAMPLE_DATA="true", WEFT_CONNECTORS=connectors(service)
        )
        try:
            product.start()
            return _run(product, book, actions, instances, seed, kills, people)
        finally:
            product.stop()


def _run(product: Product, book: Book, actions: int, instances: int, seed: int, kills: int, people: int) -> Run:
    begun = time.monotonic()
    ledger, stop = Ledger(actions), threading.Event()
    workers = [Person(product, person(number), ledger, stop, seed + number) for number in range(people)]
    killer = Killer(product, ledger, kills, stop, seed)
    rounds = start(product, actions, instances)
    jobs = [*(each.work for each in workers), killer.work]
    with ThreadPoolExecutor(len(jobs)) as threads:
        working = [threads.submit(job) for job in jobs]
        try:
            _wait(product, ledger, begun)
        finally:
            stop.set()
    for each in working:
        if (error := each.exception()) is not None:
            ledger.wonder(f"somebody gave up: {type(error).__name__}: {error}")
    seconds = time.monotonic() - begun
    return Run(ledger, book, killer.kills, seconds, verdict(product.database_url, ledger, book, rounds))


def start(product: Product, actions: int, instances: int) -> dict[str, int]:
    """Instances in pairs; how often each is to come to its loop, so that all actions together are as many as wanted."""
    each, more = divmod(actions - instances * len(ONCE), instances)
    if each < 1:
        raise SystemExit(f"{instances} instances take at least {instances * (len(ONCE) + 1)} actions")
    rounds: dict[str, int] = {}
    with Line(product, signed_in(product, "admin@weft.local")) as line:
        for number in range(instances):
            partner = number ^ 1 if number ^ 1 < instances else number
            record = line.post(f"/api/records/{ENTITY}", {"name": f"P{number}", "partner": f"P{partner}"})
            times = each + (number < more)
            body = {"record_id": record["id"], "variables": {"rounds_left": times}}
            rounds[line.post(f"/api/flows/{FLOW}/instances", body)["id"]] = times
    return rounds


def _wait(product: Product, ledger: Ledger, begun: float) -> None:
    """Until everything is done and at rest, or it takes too long."""
    last, since = 0, time.monotonic()
    while not ledger.is_full:
        time.sleep(0.2)
        now = time.monotonic()
        if len(ledger.done) > last:
            last, since = len(ledger.done), now
        if now - since > _SILENCE or now - begun > _LONGEST:
            ledger.wonder(f"only {last} of {ledger.goal} actions were done in {now - begun:.0f} s")
            return
    deadline = time.monotonic() + _REST
    while not _at_rest(product) and time.monotonic() < deadline:
        time.sleep(0.2)


def _at_rest(product: Product) -> bool:
    question = """
        SELECT NOT EXISTS (SELECT FROM weft.instance WHERE status <> 'completed')
            AND NOT EXISTS (SELECT FROM weft.outbox WHERE status = 'pending')"""
    with psycopg.connect(product.database_url) as connection:
        row = connection.execute(question).fetchone()
    return bool(row and row[0])


def report(run: Run) -> Sequence[str]:
    """What happened, for people."""
    ledger, done = run.ledger, run.ledger.done
    latencies = sorted(each.seconds for each in done)
    repeated = sum(each.attempts > 1 for each in done)
    late = len(ledger.actions) - len(done)
    again = sum(run.book.calls.values()) - len(run.book.receipts)
    kills = ", ".join(f"{part} {count}" for part, count in sorted(run.kills.items())) or "none"
    lines = [
        f"{run.seconds:.0f} s; killed: {kills}; {repeated} actions were repeated until they were answered, {late} came too late,"
        f" {again} calls of the service were repeated",
    ]
    if latencies:
        lines.append(
            f"an action took {latencies[len(latencies) // 2] * 1000:.0f} ms (median), {latencies[-1]:.1f} s at most"
        )
    return [*lines, *show(run.verdict)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--instances", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--people", type=int, default=8)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _leave)
    run = measure(given.actions, given.instances, given.seed, given.kills, given.people)
    for line in report(run):
        print(line, file=sys.stderr)
    found = run.verdict
    print(
        f"{len(run.ledger.done)} actions, {sum(run.kills.values())} kills, {len(found.lost)} lost, {len(found.doubled)} doubled"
    )
    return 0 if found.is_clean else 1


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
