"""What each type of node does with a token that enters it. Adding a type is a function and a line in NODE_TYPES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.definitions import Node
from engine.flow.effects import OpenTask, RunAction
from engine.flow.run import Run
from engine.flow.state import JOIN, TASK, TIMER, Consumed, Origin, Problem, Task, Token

Enter = Callable[[Run, Node, Token], None]


@dataclass(frozen=True, slots=True)
class NodeType:
    """`enter` acts on an arriving token; `starts` and `ends` say whether edges may not come in or go out."""

    enter: Enter
    starts: bool = False
    ends: bool = False


def enter(run: Run, node: Node, token: Token) -> None:
    """Let a token enter a node."""
    NODE_TYPES[node.type].enter(run, node, token)


def _pass(run: Run, _: Node, token: Token) -> None:
    run.leave(token)


def _end(run: Run, node: Node, token: Token) -> None:
    run.discard(token)
    run.outcome = node.outcome or run.outcome
    run.record("end_reached", node.id, outcome=node.outcome)


def _user_task(run: Run, node: Node, token: Token) -> None:
    waiting = run.wait(token, TASK)
    round = run.rounds[node.id] = run.rounds.get(node.id, 0) + 1
    task = Task(run.task_id(waiting, round), node.id, waiting.id, round)
    run.tasks[task.id] = task
    run.effects.append(OpenTask(task.id, node.id, round))
    for boundary in run.program.boundaries[node.id]:
        run.arm(boundary, waiting)


def _service_task(run: Run, node: Node, token: Token) -> None:
    call = run.call_id()
    if call in run.failures:
        run.stop(token, Problem("action_failed", run.failures[call]))
        return
    arguments = run.program.arguments(node, run.values(token), run.now, run.host)
    run.effects.append(RunAction(call, node.id, node.action or "", arguments, token.about))
    run.leave(token)


def _exclusive(run: Run, node: Node, token: Token) -> None:
    edges, values = run.program.outgoing[node.id], run.values(token)
    taken = next((e for e in edges if not e.default and run.program.holds(e, values, run.now, run.host)), None)
    taken = taken or next((edge for edge in edges if edge.default), None)
    if taken is None and len(edges) == 1 and edges[0].when is None:
        taken = edges[0]  # a gateway that only merges
    if taken is None:
        run.stop(token, Problem("no_path", node.id))
    else:
        run.leave(token, (taken,))


def _parallel(run: Run, node: Node, token: Token) -> None:
    incoming = run.program.incoming[node.id]
    if len(incoming) <= 1:
        run.leave(token)
        return
    run.wait(token, JOIN)
    standing: dict[str | None, Token] = {}
    for other in sorted(run.tokens.values(), key=lambda t: t.id):
        if other.node == node.id and other.waiting == JOIN:
            standing.setdefault(other.edge, other)
    if all(edge.id in standing for edge in incoming):
        _fire_join(run, node, [standing[edge.id] for edge in incoming], token.outcome)


def _fire_join(run: Run, node: Node, consumed: list[Token], outcome: str | None) -> None:
    """One token from each edge becomes one; what is left over stays for the next firing."""
    for token in consumed:
        del run.tokens[token.id]
    lineage = frozenset[int]().union(*(token.lineage for token in consumed))
    taken = tuple(Consumed(token.edge or "", token.lineage) for token in consumed)
    merged = replace(consumed[0], id=run.number(), lineage=lineage, outcome=outcome)
    run.record("joined", node.id)
    run.leave(run.cause(merged, Origin(node.id, consumed=taken)))


def _timer(run: Run, node: Node, token: Token) -> None:
    run.arm(node, run.wait(token, TIMER))


NODE_TYPES: Mapping[str, NodeType] = {
    "start_event": NodeType(_pass, starts=True),
    "end_event": NodeType(_end, ends=True),
    "user_task": NodeType(_user_task),
    "service_task": NodeType(_service_task),
    "exclusive_gateway": NodeType(_exclusive),
    "parallel_gateway": NodeType(_parallel),
    "timer_event": NodeType(_timer),
    "boundary_timer": NodeType(_pass, starts=True),
}
