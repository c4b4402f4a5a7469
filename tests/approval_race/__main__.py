"""`python -m tests.approval_race [--people N] [--modes all,vote,any]`: N co-signers decide one task at the same moment over two API processes,
once for each way of signing. Exits with 1 when an outcome is wrong, or anybody would have to try again."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import NoReturn

from tests.approval_race.ground import MODES, ground
from tests.approval_race.racing import race

#: How long everything may take.
LONGEST = 300


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="how many co-signers (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="who wants what (default 1)")
    parser.add_argument("--modes", default="all,vote,any", help=f"which ways of signing: {','.join(MODES)}")
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST)
    well = True
    with ground(given.people) as ready:
        for mode in given.modes.split(","):
            result = race(ready, mode, given.seed)
            well = well and result.is_well
            for complaint in result.wrong[:10]:
                print(f"  {complaint}")
            print(f"{mode}: {result} ({result.outcome}, {result.seconds:.1f} s)", flush=True)
    return 0 if well else 1


def _too_long(*_: object) -> NoReturn:
    raise SystemExit(f"it was not over after {LONGEST} seconds")


if __name__ == "__main__":
    sys.exit(main())
