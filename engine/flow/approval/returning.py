"""Where a token goes when a task is over: on, back to an earlier task, or to where a refusal leads.

Sending back undoes the target's completion: what descends from it is cancelled (lineage.py). Straight sending back undoes nothing: the task
waits while the earlier one is asked again, and is opened anew with the answer.
"""

from __future__ import annotations

from dataclasses import replace

from engine.definitions import Outcome
from engine.flow.approval.clock import pause
from engine.flow.approval.items import Item
from engine.flow.commands import CompleteTask, Refused
from engine.flow.lineage import completion_of, descendants, given_back, latest_completion
from engine.flow.run import Run
from engine.flow.state import COMPLETED, ROOT, SENT_BACK, Origin, Task, Token
from engine.flow.targets import END, INITIATOR, PREVIOUS
from engine.flow.tokens import begin, cancel, clear, go, leave, remove


def go_on(run: Run, token: Token, outcome: Outcome, completion: Origin) -> None:
    """The token's task is over with an outcome."""
    if token.returns is not None:
        come_back(run, token)
    elif outcome.kind == "refuse" and outcome.target is not None:
        _refused(run, token, outcome.target)
    else:
        if completion.actor is not None:
            _follow(run, token)
        run.cause(token, completion)
        token.waiting = ""
        run.soon(leave, token)


def come_back(run: Run, token: Token) -> None:
    """What was asked again is answered: the task that asked is opened anew."""
    asking = run.tokens.get(token.returns or -1)
    run.record("node_left", token, back=True)
    if asking is not None:
        asking.outcome = token.outcome
        _open_anew(run, asking)
    run.release(token)
    remove(run, token)


def _open_anew(run: Run, token: Token) -> None:
    """The task of a token once more; in a child of a loop that one child's."""
    scope = run.scopes[token.scope]
    if scope.index is not None and scope.node == token.node:
        token.waiting = ""
        run.soon(run.hooks.perform, token)
    else:
        go(run, token, token.node)


def _follow(run: Run, token: Token) -> None:
    """Somebody has acted on what followed the completions behind a token, in a sub-process too: they cannot be taken back any more."""
    for number in token.lineage & run.origins.keys():
        run.origins[number] = replace(run.origins[number], followed=True)


def _refused(run: Run, token: Token, target: str) -> None:
    """A refusal leads somewhere: to the end of the instance, or back."""
    if target == END:
        run.outcome = token.outcome
        clear(run, run.scopes[ROOT])
        run.end(COMPLETED)
        return
    completion = _completion(run, token, target)
    if completion is not None:
        spot = f"{run.spot(token.node, token.scope)}:{token.outcome}"
        run.returned[spot] = run.returned.get(spot, 0) + 1
        undo(run, completion, token.outcome)
    elif target in run.program.nodes and run.program.nodes[target].parent == run.home(token.scope).node:
        run.record("node_left", token)
        run.disarm(token.id)
        token.edge = None
        go(run, token, target)
    else:
        run.stop(token, "nowhere_back", target)


def _completion(run: Run, token: Token, target: str) -> int | None:
    """The completion that a target means, of those in this scope or one around it."""
    home = {scope.id for scope in run.above(token.scope)}
    behind = frozenset(n for n in token.lineage if n in run.origins and run.origins[n].scope in home)
    if target == PREVIOUS:
        return latest_completion(behind, run.origins)
    if target == INITIATOR:
        return _first_of_initiator(run, behind)
    return completion_of(target, behind, run.origins)


def _first_of_initiator(run: Run, behind: frozenset[int]) -> int | None:
    mine = (n for n in behind if not run.origins[n].is_join and run.origins[n].actor == run.initiator)
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
    spot = f"{run.spot(sender.node, sender.scope)}:{outcome.key}"
    if outcome.rounds is not None and run.returned.get(spot, 0) >= outcome.rounds:
        raise Refused("flow.too_many_rounds", target=node, rounds=str(outcome.rounds))
    run.returned[spot] = run.returned.get(spot, 0) + 1
    if outcome.straight:
        pause(run, task)
    run.close(task, COMPLETED, outcome.key, item.user)
    run.record("sent_back", sender, target=node, straight=outcome.straight)
    if outcome.straight:
        _ask_again(run, sender, completion, outcome.key)
    else:
        undo(run, completion, outcome.key)


def _ask_again(run: Run, sender: Token, completion: int, outcome: str) -> None:
    origin = run.origins[completion]
    _follow(run, sender)
    run.disarm(sender.id)
    run.wait(sender, SENT_BACK)
    asked = _again(run, origin)
    asked.lineage, asked.outcome, asked.returns = origin.before, outcome, sender.id


def undo(run: Run, completion: int, outcome: str | None) -> Token:
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
    again = _again(run, origin)
    again.lineage, again.outcome = origin.before, outcome
    return again


def _again(run: Run, origin: Origin) -> Token:
    spot = run.spot(origin.node, origin.scope)
    if spot != origin.node:
        run.rounds[spot] = run.rounds.get(spot, 0) + 1
    return begin(run, origin.node, origin.scope)
