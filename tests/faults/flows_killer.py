"""`kill -9` at random points: the worker, the API, the Temporal server, each in its turn, each started again by the supervisor."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

import psutil

from tests.faults.flows_people import Ledger
from tests.product import Product

PARTS = ("worker", "api", "temporal")
#: Between two kills at least.
_REST = 2.0
#: How long the supervisor may take to start a part again.
_BACK = 60.0


class Killer:
    """Kills when so many actions are done: `kills` points at random over the first nine tenths."""

    def __init__(self, product: Product, ledger: Ledger, kills: int, stop: threading.Event, seed: int) -> None:
        chance = random.Random(seed)
        self._product = product
        self._ledger = ledger
        self._stopped = stop
        self._chance = chance
        self._points = sorted(chance.uniform(0.03, 0.9) * ledger.goal for _ in range(kills))
        self._parts = [PARTS[number % len(PARTS)] for number in range(kills)]
        chance.shuffle(self._parts)
        self.kills: Counter[str] = Counter()

    def work(self) -> None:
        for point, part in zip(self._points, self._parts, strict=True):
            if not self._until(point):
                return
            self._stopped.wait(self._chance.uniform(0, 0.5))
            self._kill(part)
            self._stopped.wait(_REST)

    def _until(self, point: float) -> bool:
        while len(self._ledger.done) < point:
            if self._stopped.wait(0.02):
                return False
        return not self._stopped.is_set()

    def _kill(self, part: str) -> None:
        """Kill it, and wait until it runs again."""
        old = self._product.kill(part)
        self.kills[part] += 1
        deadline = time.monotonic() + _BACK
        while time.monotonic() < deadline and not self._stopped.is_set():
            pid = self._product.pid(part)
            if pid != old and psutil.pid_exists(pid):
                return
            self._stopped.wait(0.1)
        self._ledger.wonder(f"{part} did not come back")
