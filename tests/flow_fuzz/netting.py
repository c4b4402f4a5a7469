"""A schedule on a flow of gateways and tasks, in the interpreter and in the net at once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.definitions import Flow
from engine.flow import CompleteTask, Start
from tests.flow_fuzz.moves import Chosen
from tests.flow_fuzz.net import Endless, Net, compare
from tests.flow_fuzz.playing import Play, compiled, small_budget


def play_both(flow: Flow, picks: Sequence[int], told: list[str] | None = None) -> Play:
    """Raises Violation where they part. A flow that has a choice without a way, or never rests, is left at that."""
    n, flag = (picks[0] % 3, picks[0] % 2 == 0) if picks else (0, False)
    made, net = Play(compiled(flow), told=[] if told is None else told), Net(flow, n, flag)
    with small_budget():
        _play(made, net, n, flag, picks)
    return made


def _play(made: Play, net: Net, n: int, flag: bool, picks: Sequence[int]) -> None:
    made.play(Chosen(Start({"n": n, "flag": flag})))
    try:
        net.start()
        for pick in picks:
            if not _compared(made, net) or not made.state.tasks:
                break
            task = made.state.tasks[pick % len(made.state.tasks)]
            open_ = [item.user for item in task.items if item.outcome is None]
            made.play(Chosen(CompleteTask(task.id, open_[0], "done")))
            if made.state.task(task.id) is None:
                net.complete(task.node)
        _compared(made, net)
    except Endless:
        return


def _compared(made: Play, net: Net) -> bool:
    if any(token.problem is not None for token in made.state.tokens):
        return False
    compare(net, made.state)
    return True
