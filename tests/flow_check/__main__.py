"""`python -m tests.flow_check --count N --seed S`: the checker's verdict on random flows of up to a dozen nodes against playing through
everything. Prints each flow on which they differ, and last how many agreed."""

from __future__ import annotations

import argparse
import sys

from tests.flow_check.comparing import compare, drawn, refusing


def main() -> int:
    """The number of flows on which the two differ, as the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=12)
    parser.add_argument("--limit", type=int, default=6_000, help="steps played for one flow before it is left out")
    parser.add_argument("--refusals", action="store_true", help="with refusals that lead to nodes or to the end")
    given = parser.parse_args()
    counted = {"agree": 0, "differ": 0, "too large": 0, "unsound": 0}
    for seed in range(given.seed, given.seed + given.count):
        flow = drawn(seed, given.nodes)
        found = compare(refusing(flow, seed) if given.refusals else flow, given.limit)
        counted[found.outcome] += 1
        counted["unsound"] += found.unsound
        if found.differences:
            print(f"seed {seed}: " + "; ".join(found.differences))
    print(
        f"{given.count} flows: {counted['agree']} agree ({counted['unsound']} of them unsound), {counted['differ']} differ, "
        f"{counted['too large']} too large to play through"
    )
    return int(bool(counted["differ"]))


if __name__ == "__main__":
    sys.exit(main())
