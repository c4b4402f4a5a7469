"""A run of the comparison: batches, shared out among processes, and the report of what differs, the smallest last."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from tests.differential.backends import Backend, Explained, Python, Rows, browser, postgres, server
from tests.differential.comparison import Difference, Result, compare
from tests.differential.generator import Generator
from tests.differential.pieces import Piece
from tests.differential.rows import NOWS, RowMaker, written
from tests.differential.shrinking import shrink
from tests.differential.signatures import calls
from tests.engine.language.database import new_id

BATCH = 100
ROWS = 10
#: Differences of a batch that are made small; the others are counted.
SHRUNK = 5


@dataclass(frozen=True)
class Given:
    """What was asked for: how many expressions, of which random numbers, of which functions, by how many processes."""

    count: int
    seed: int
    only: str
    jobs: int


def batch(number: int, size: int, given: Given, backends: Sequence[Backend]) -> Result:
    """One batch: the same for a seed and a number, whoever runs it."""
    random = Random(f"{given.seed}:{number}")
    maker, generator = RowMaker(random, number), Generator(random, calls(given.only))
    rows = Rows([maker.row() for _ in range(ROWS)], written(*random.choice(NOWS)))
    keys: list[str | None] = [*calls(given.only).by_key] or [None]
    chosen = [keys[(number * BATCH + index) // 2 % len(keys)] if index % 2 else None for index in range(size)]
    result = Result()
    while chosen:  # what the checker refuses is drawn again: as many are compared as were asked for
        found = compare([generator.root(key) for key in chosen], rows, backends, random)
        chosen = [None] * (len(chosen) - found.agreed - len(found.differences))
        result.add(found)
    return replace(result, differences=_smallest(result.differences, backends))


def _smallest(differences: list[Difference], backends: Sequence[Backend]) -> list[Difference]:
    """The differences, one of each cause made small."""
    seen: Counter[str] = Counter()
    found = []
    for difference in sorted(differences, key=lambda each: len(each.piece.write("en"))):
        cause = difference.cause if difference.failed else "values"
        seen[cause] += 1
        shrinks = seen[cause] <= (1 if difference.failed else SHRUNK)
        found.append(shrink(difference, partial(differs, difference.now, backends)) if shrinks else difference)
    return found


def differs(now: str, backends: Sequence[Backend], piece: Piece, row: dict[str, object]) -> Difference | None:
    """Whether a piece differs on a row, given an id of its own: what shrinking asks."""
    given = row or RowMaker(Random(0), 9_999).row()
    rows = Rows([{**given, "id": new_id()}], now)
    return next(iter(compare([piece], rows, backends, Random(0)).differences), None)


def worker(url: str, given: Given, job: int) -> Result:
    """The batches of one job."""
    result = Result()
    with ExitStack() as stack:
        database = stack.enter_context(postgres(url, f"differential_{os.getpid()}"))
        backends: list[Backend] = [Python(), Explained(), stack.enter_context(browser()), database]
        for number in range(job, -(-given.count // BATCH), given.jobs):
            size = min(BATCH, given.count - number * BATCH)
            result.add(batch(number, size, given, backends))
    return result


def by_cause(differences: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """The differences of each cause, the smallest first; the cause of the smallest of all last."""
    found: dict[str, list[Difference]] = {}
    for difference in sorted(differences, key=_size):
        found.setdefault(difference.cause, []).append(difference)
    return list(reversed(found.items()))


def _size(difference: Difference) -> int:
    return len(difference.piece.write("en"))


def report(result: Result, given: Given, seconds: float) -> None:
    """What was found; the sum is the last line."""
    missing = sorted(calls(given.only).by_key.keys() - result.forms)
    total = result.agreed + len(result.differences)
    print(f"{total} expressions in {seconds:.1f} s; compared: {dict(sorted(result.compared.items()))}")
    print(
        f"{len(result.refused)} were refused by the checker{''.join(f'{chr(10)}  {each}' for each in result.refused[:3])}"
    )
    if missing:
        print(f"functions that no expression reached: {', '.join(missing)}")
    for cause, found in by_cause(result.differences):
        print(f"{len(found)} times {cause}\n{found[0]}")
    print(f"{result.agreed} agreed, {len(result.differences)} differed")


def main(arguments: Sequence[str]) -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="functions or groups, by key and with commas between; none")
    given = Given(**vars(parser.parse_args(arguments)))
    started = time.monotonic()
    result = Result()
    # Who ends the run ends the server too, and with it the work of the other processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("spawn")) as pool, server() as url:
        for each in pool.map(partial(worker, url, given), range(given.jobs)):
            result.add(each)
    report(result, given, time.monotonic() - started)
    return 1 if result.differences else 0
