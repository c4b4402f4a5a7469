"""How long the checker takes for a large flow: everything it looks at, from members and expressions to playing the flow through.

`python -m tests.bench.flow_check`; --count is how many nodes the flows have.
"""

from __future__ import annotations

from dataclasses import replace
from time import process_time

from engine.definitions import Flow
from engine.flow import FlowProblem, check
from engine.flow.checking.abstraction import abstract
from engine.flow.checking.exploration import explore
from tests.bench.figures import Figure, Figures, run
from tests.bench.flow_check_models import ENTITIES, MODELS, nested, sequence

ROUNDS = 5
#: How many different nested flows the slowest is sought among.
DRAWN = 20


def measure(count: int) -> Figures:
    """Every figure."""
    _check(nested(20))  # the grammar of expressions is read once in a process
    figures = {name: _milliseconds(model(count)) for name, model in MODELS.items()}
    figures["sequence"] = replace(figures["sequence"], against=_unfolded(sequence(count)), alternative="not folded")
    slowest = max((_milliseconds(nested(count, seed), 1) for seed in range(DRAWN)), key=lambda figure: figure.value)
    return {**figures, f"slowest_of_{DRAWN}_nested": slowest}


def _milliseconds(flow: Flow, rounds: int = ROUNDS) -> Figure:
    return Figure(min(_timed(flow) for _ in range(rounds)) * 1_000, "ms")


def _unfolded(flow: Flow) -> float:
    """How long it takes to play the flow through as it is drawn."""
    begun = process_time()
    explore(abstract(flow), limit=10 * len(flow.nodes))
    return (process_time() - begun) * 1_000


def _timed(flow: Flow) -> float:
    begun = process_time()
    _check(flow)
    return process_time() - begun


def _check(flow: Flow) -> list[FlowProblem]:
    found = check(flow, ENTITIES, {}, {}, {"agent"})
    if any(problem.code == "flow.too_large_to_prove" for problem in found):
        raise RuntimeError(f"a flow of {len(flow.nodes)} nodes was not proved")
    return found


if __name__ == "__main__":
    run("Checking flows", measure, count=1_000, counted="nodes of a flow")
