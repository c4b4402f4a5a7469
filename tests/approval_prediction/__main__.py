"""`python -m tests.approval_prediction --seed S [--count N]`: N drawn flows, each predicted somewhere on its way and then played on."""

from __future__ import annotations

import argparse
import sys

from tests.approval_prediction.playing import differences

#: Differences shown before it stops.
MOST = 10


def main() -> int:
    """The command line; 1 when anything came otherwise than it was predicted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first case (default 1)")
    parser.add_argument("--count", type=int, default=400, help="how many cases (default 400)")
    given = parser.parse_args()
    equal, differed = 0, 0
    for seed in range(given.seed, given.seed + given.count):
        found = differences(seed)
        equal, differed = equal + (not found), differed + bool(found)
        for difference in found:
            print(f"case {seed}: {difference}")
        if differed >= MOST:
            break
    print(f"{equal} equal, {differed} differed")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
