"""What is predicted is what happens; `python -m tests.approval_prediction` does the same at length."""

from __future__ import annotations

from collections import Counter

from tests.approval_prediction.playing import differences, predicted, program_of


def test_what_is_predicted_is_what_happens() -> None:
    assert [(seed, found) for seed in range(1, 41) if (found := differences(seed))] == []


def test_the_cases_are_worth_their_time() -> None:
    """Most have something to come; all modes and blocks are among them."""
    coming, kinds = 0, Counter[str]()
    for seed in range(1, 41):
        program, host, _ = program_of(seed)
        host.start()
        coming += sum(not task.now for task in predicted(program, host).tasks) >= 2
        for node in program.flow.nodes:
            kinds[node.type] += 1
            kinds[node.assignment.mode if node.assignment is not None else ""] += 1
    assert coming > 25
    assert {"one", "any", "all", "sequence", "vote", "claim", "random"} <= set(kinds)
    assert {"parallel_gateway", "exclusive_gateway", "sub_process", "delay", "boundary_event"} <= set(kinds)
