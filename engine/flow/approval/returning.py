"""Where a token goes when a task is over: on, back to an earlier task, or to where a refusal leads; and taking one's decision back.

Sending back undoes the target's completion: what descends from it is cancelled (lineage.py). Straight sending back undoes nothing: the task
waits while the earlier one is asked again, and is opened anew with the answer.
"""

from __future__ import annotations

from engine.definitions import Node, Outcome
from engine.flow.approval.items import Item
from engine.flow.commands import CompleteTask, Reclaim, Refused
from engine.flow.lineage import completion_of, descendants, given_back, latest_completion
from engine.flow.run import Run
from engine.flow.state import COMPLETED, JOIN, ROOT, SENT_BACK, TASK, Origin, Task, Token
from engine.flow.tokens import begin, cancel, clear, go, leave, remove

END, INITIATOR, PREVIOUS = "end", "initiator", "previous"


def go_on(run: Run, token: Token, node: Node, outcome: Outcome, agreed: tuple[str, ...], actor: str) -> None:
    """The token's task is over with an outcome."""
    if token.returns is not None:
        _return(run, token)
    elif outcome.kind == "refuse" and outcome.target is not None:
        _refused(run, token, outcome.target)
    else:
        run.cause(token, Origin(node.id, token.scope, token.lineage, agreed=agreed, actor=actor))
        token.waiting = ""
        run.soon(leave, token)


def _return(run: Run, token: Token) -> None:
    """What was asked again is answered: the task that asked is opened anew."""
    asking = run.tokens.get(token.returns or -1)
    run.record("node_left", token)
    if asking is not None:
        asking.outcome = token.outcome
        go(run, asking, asking.node)
    run.release(token)
    remove(run, token)


def _refused(run: Run, token: Token, target: str) -> None:
    """A refusal leads somewhere: to the end of the instance, or back."""
    if target == END:
        run.outcome = token.outcome
        clear(run, run.scopes[ROOT])
        run.end(COMPLETED)
        return
    completion = _completion(run, token, target)
    if completion is not None:
        _undo(run, completion, token.outcome)
    elif target in run.program.nodes and run.program.nodes[target].parent == run.home(token.scope).node:
        run.record("node_left", token)
        token.edge = None
        go(run, token, target)
    else:
        run.stop(token, "nowhere_back", target)


def _completion(run: Run, token: Token, target: str) -> int | None:
    """The completion that a target means, where it can still be undone."""
    if target == PREVIOUS:
        found = latest_completion(token.lineage, run.origins)
    elif target == INITIATOR:
        found = _first_of_initiator(run, token)
    else:
        found = completion_of(target, token.lineage, run.origins)
    return found if found is not None and run.origins[found].scope in run.scopes else None


def _first_of_initiator(run: Run, token: Token) -> int | None:
    mine = [
        number
        for number in token.lineage
        if number in run.origins and not run.origins[number].is_join and run.origins[number].actor == run.initiator
    ]
    return min(mine, default=None)


# -- sending back


def send_back(run: Run, task: Task, outcome: Outcome, item: Item, command: CompleteTask) -> None:
    """A person sends the task back. Raises Refused when the target is not behind it, or was asked too often."""
    target = outcome.target or command.target or ""
    sender = run.tokens[task.token]
    completion = _completion(run, sender, target)
    if completion is None:
        raise Refused("flow.send_back_impossible", target=target)
    node = run.origins[completion].node
    if outcome.rounds is not None and run.rounds.get(node, 1) > outcome.rounds:
        raise Refused("flow.too_many_rounds", target=node, rounds=str(outcome.rounds))
    run.close(task, COMPLETED, outcome.key, item.user)
    run.record("sent_back", sender, target=node)
    if outcome.straight:
        _ask_again(run, sender, completion, outcome.key)
    else:
        _undo(run, completion, outcome.key)


def _ask_again(run: Run, sender: Token, completion: int, outcome: str) -> None:
    origin = run.origins[completion]
    run.disarm(sender.id)
    run.wait(sender, SENT_BACK)
    asked = begin(run, origin.node, origin.scope)
    asked.lineage, asked.outcome, asked.returns = origin.before, outcome, sender.id


def _undo(run: Run, completion: int, outcome: str | None) -> Token:
    """Cancel what descends from a completion, and do it again."""
    origin = run.origins[completion]
    victims = descendants(completion, list(run.tokens.values()))
    returned = given_back(completion, victims, run.origins)
    for victim in victims:
        if victim.id in run.tokens:
            cancel(run, victim)
    for join, edge, scope, lineage in returned:
        if scope in run.scopes:
            waiting = begin(run, join, scope)
            waiting.edge, waiting.lineage = edge, lineage
    again = begin(run, origin.node, origin.scope)
    again.lineage, again.outcome = origin.before, outcome
    return again


# -- taking it back


def reclaim(run: Run, command: Reclaim) -> None:
    """The person whose decision completed a task takes it back, while nobody has acted on what followed. Raises Refused."""
    found = [
        number
        for number, origin in run.origins.items()
        if not origin.is_join and origin.node == command.node and origin.actor == command.user
    ]
    completion = max(found, default=None)
    if completion is None or run.origins[completion].scope not in run.scopes:
        raise Refused("flow.nothing_to_reclaim", node=command.node)
    followers = descendants(completion, list(run.tokens.values()))
    later = {
        n for t in followers for n in t.lineage if n > completion and n in run.origins and not run.origins[n].is_join
    }
    tasks = [task for task in run.tasks.values() if any(task.token == token.id for token in followers)]
    acted = any(item.outcome is not None and item.reason is None for task in tasks for item in task.items)
    if not followers or later or acted or any(token.waiting != TASK for token in followers if token.waiting != JOIN):
        raise Refused("flow.too_late_to_reclaim", node=command.node)
    run.note("reclaimed", command.node, run.origins[completion].scope, user=command.user)
    _undo(run, completion, None)
