"""`python -m tests.flow_fuzz --count N --seed S`: N flows, each with a schedule of its own, from seed S on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from random import Random
from traceback import format_exc

from engine.definitions import Flow
from tests.engine.flow.generating import random_flow
from tests.flow_fuzz.approving import approving
from tests.flow_fuzz.laws import Violation
from tests.flow_fuzz.netting import play_both
from tests.flow_fuzz.playing import Play, play
from tests.flow_fuzz.showing import as_json, compact
from tests.flow_fuzz.shrinking import shrink

#: A violation stops the run when there have been so many.
MOST = 10

Case = Callable[..., Play]


def picks_of(seed: int) -> list[int]:
    """The schedule of a case."""
    random = Random(f"schedule {seed}")
    return [random.randrange(1 << 30) for _ in range(random.randint(3, 40))]


def case_of(seed: int) -> tuple[Case, Flow, list[int]]:
    """What is played of a seed: every fifth is a flow of gateways and tasks, played as a net beside; of the rest every other has tasks that
    are decided in all the ways there are."""
    if seed % 5:
        flow = random_flow(seed)
        return play, approving(flow, seed) if seed % 2 else flow, picks_of(seed)
    return play_both, random_flow(seed, 16, ("gates",)), picks_of(seed)


def run_case(seed: int) -> Play:
    """A case as it was played. Raises Violation."""
    case, flow, picks = case_of(seed)
    return case(flow, picks)


def _report(seed: int, shrinks: bool) -> None:
    case, flow, picks = case_of(seed)
    if shrinks:
        flow, picks = shrink(case, flow, picks)
    told: list[str] = []
    try:
        case(flow, picks, told)
    except Violation as violation:
        print(f"\nseed {seed}: {violation}")
    except Exception:  # noqa: BLE001  # any exception out of the interpreter is what is being looked for
        print(f"\nseed {seed}: {format_exc(limit=-4)}")
    print(compact(flow))
    print("  " + "\n  ".join(told))
    print("  " + as_json(flow), flush=True)


def main() -> int:
    """The command line; 1 when a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many flows (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--no-shrink", action="store_true", help="show violations as they were found")
    given = parser.parse_args()
    steps, swapped, violated = 0, 0, 0
    for seed in range(given.seed, given.seed + given.count):
        try:
            played = run_case(seed)
            steps, swapped = steps + played.steps, swapped + played.swapped
            if (seed - given.seed + 1) % 5000 == 0:
                print(f"{seed - given.seed + 1} flows, {steps} steps so far", file=sys.stderr, flush=True)
        except Exception:  # noqa: BLE001  # any exception out of the interpreter is what is being looked for
            violated += 1
            _report(seed, not given.no_shrink)
            if violated >= MOST:
                break
    print(f"{swapped} pairs of commands in either order")
    print(f"{given.count} flows, {steps} steps, {violated} violated")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
