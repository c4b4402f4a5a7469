"""`python -m tests.approval_oracle --seed S [--count N]`: cases of approval in the interpreter and by brute force; 1 when any differ."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.approval_oracle.cases import Case, cases
from tests.approval_oracle.drawing import TESTED
from tests.approval_oracle.playing import Play, play, shrunk

#: Differences told in full.
MOST = 12


def _tell(case: Case, played: Play) -> None:
    case, played = shrunk(case, played)
    node = case.flow.node(TESTED)
    print(f"\n{case.name}: {played.difference}")
    print(f"  people {', '.join(str(each) for each in case.crew[TESTED])}")
    if node is not None:
        print(f"  {node.assignment}\n  {[(o.key, o.target, o.rounds) for o in node.outcomes]}")
    for action in case.script or ():
        print(f"  {action}")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the cases (default 1)")
    parser.add_argument("--count", type=int, help="only so many cases (default: every mode with every pair)")
    given = parser.parse_args()
    agreed, modes = 0, Counter[str]()
    differed = 0
    for case in cases(given.seed, given.count):
        played = play(case)
        if played.difference is None:
            agreed += 1
            continue
        differed += 1
        modes[case.name] += 1
        if differed <= MOST:
            _tell(case, played)
    print(f"{agreed} agreed, {differed} differed")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
