"""Read your own writes: whoever has decided a task looks into their inbox next, and finds it gone and the next one there. Over HTTP, by several
people at once, `--trials` times; with the latency of an action, alone and with sixteen people. Exits with 1 when one look was stale."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.bench.figures import Figure, Figures, median_ms, scratch, show
from tests.bench.flows_company import ENTITY, bench_documents, person, write_app
from tests.bench.lines import Line, signed_in
from tests.product import Product
from tests.story import until

PEOPLE = 16
#: Actions of one instance before a new one is begun.
_LEGS = 200
_INBOX = "/api/tasks?box=todo&limit=50"


@dataclass
class Looks:
    """What came of the trials."""

    fresh: int = 0
    stale: list[str] = field(default_factory=list)
    actions: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)


class Walker:
    """One person with an instance of their own, deciding its one task again and again."""

    def __init__(self, product: Product, email: str) -> None:
        self._line = Line(product, signed_in(product, email))
        self._task = ""
        self._left = 0

    def begin(self) -> None:
        """A new instance, once its task is in the inbox."""
        record = self._line.post(f"/api/records/{ENTITY}", {"name": uuid4().hex})
        self._line.post("/api/flows/relay/instances", {"record_id": record["id"]})
        self._task = until(self._newest, "the first task")
        self._left = _LEGS

    def rest(self) -> None:
        """Do nothing for a while: a server closes connections that nobody uses."""
        self._line.close()

    def _newest(self) -> str | None:
        return next(iter(self._inbox()), None)

    def _inbox(self) -> list[str]:
        return [task["id"] for task in json.loads(self._line.send("GET", _INBOX))["items"]]

    def step(self, looks: Looks) -> None:
        """Decide, and look."""
        self._left -= 1
        body = {"outcome": "next" if self._left else "stop", "command_id": uuid4().hex, "data": {"note": uuid4().hex}}
        begun = time.perf_counter()
        answer = self._line.post(f"/api/tasks/{self._task}/complete", body)
        answered = time.perf_counter()
        inbox = self._inbox()
        looks.actions.append(answered - begun)
        looks.reads.append(time.perf_counter() - answered)
        self._judge(looks, answer, inbox)
        if not self._left:
            self.begin()

    def _judge(self, looks: Looks, answer: dict[str, Any], inbox: Sequence[str]) -> None:
        expected = [task["id"] for task in answer["next_tasks"]]
        if self._task in inbox or inbox != expected or len(expected) != bool(self._left):
            looks.stale.append(f"{self._task} was decided, {expected} opened, the inbox showed {inbox}")
        else:
            looks.fresh += 1
        self._task = expected[0] if expected else ""


@contextmanager
def working() -> Iterator[Product]:
    """The product with the bench's app."""
    with scratch() as folder:
        app = write_app(folder / "works", bench_documents(), PEOPLE)
        product = Product(folder / "home", WEFT_TEMPLATES=str(app), WEFT_SAMPLE_DATA="true")
        try:
            product.start()
            yield product
        finally:
            product.stop()


def side_by_side(walkers: Sequence[Walker], trials: int) -> tuple[Looks, float]:
    """So many trials by all walkers together, and how long they took."""
    found = [Looks() for _ in walkers]
    left, lock = itertools.count(), threading.Lock()

    def walk(walker: Walker, looks: Looks) -> None:
        while True:
            with lock:
                if next(left) >= trials:
                    return
            walker.step(looks)

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(walkers)) as threads:
        for walk_done in [threads.submit(walk, *pair) for pair in zip(walkers, found, strict=True)]:
            walk_done.result()
    seconds = time.perf_counter() - begun
    looks = Looks()
    for each in found:
        looks.fresh += each.fresh
        looks.stale += each.stale
        looks.actions += each.actions
        looks.reads += each.reads
    return looks, seconds


def p99_ms(seconds: Sequence[float]) -> float:
    """The value that 99 of 100 stay below, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[math.ceil(0.99 * len(ordered)) - 1] * 1000


def measure(trials: int) -> tuple[Figures, list[str]]:
    """A tenth of the trials by one person alone, at most 200; the others by sixteen. Figures, and what was stale."""
    alone = min(200, max(1, trials // 10))
    with working() as product:
        walkers = [Walker(product, person(number)) for number in range(PEOPLE)]
        for walker in walkers:
            walker.begin()
            walker.rest()
        single, _ = side_by_side(walkers[:1], alone)
        many, seconds = side_by_side(walkers, max(1, trials - alone))
    figures = {
        "fresh_reads": Figure(single.fresh + many.fresh, "reads", trials, "the number of trials"),
        "action_alone_median": Figure(median_ms(single.actions), "ms"),
        "action_alone_p99": Figure(p99_ms(single.actions), "ms"),
        "action_16_median": Figure(median_ms(many.actions), "ms"),
        "action_16_p99": Figure(p99_ms(many.actions), "ms"),
        "inbox_16_median": Figure(median_ms(many.reads), "ms"),
        "actions_16": Figure(len(many.actions) / seconds, "actions/s"),
    }
    return figures, single.stale + many.stale


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--trials", type=int, default=2_000)
    given = parser.parse_args()
    if given.trials < 2:
        parser.error("--trials must be at least 2")
    figures, stale = measure(given.trials)
    show("Reading one's own writes", figures, as_json=given.json)
    for line in stale[:10]:
        print(line, file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
