"""Taking back what one decided, while nobody has acted on what followed: a signature while its task still runs, or the decision that completed
a task, also that of a child of a loop that goes on.

What can be taken back is looked up in tasks, tokens and causal events, and nothing is played: what is offered is what `reclaim` then does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.definitions import Assignment, Node
from engine.flow.approval.deciding import save
from engine.flow.approval.items import ADDED, AGENT, DELEGATE, DONE, MOVED, OPEN, REMOVED, SKIPPED, WAITING, Item, Tree
from engine.flow.approval.people import STANDS
from engine.flow.approval.returning import undo
from engine.flow.approval.turns import put, with_turns
from engine.flow.commands import Reclaim, Refused
from engine.flow.lineage import descendants
from engine.flow.loops import child_again
from engine.flow.run import Run
from engine.flow.state import (
    HOSTS,
    JOIN,
    RUNNING,
    SENT_BACK,
    TASK,
    Decided,
    LoopState,
    Origin,
    Scope,
    State,
    Task,
    Token,
)

#: What a node allows by naming it among its operations.
RECLAIM = "reclaim"
_NOBODY = Assignment(())


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided at `node`: the part `item` of an open task, or the completion with that number (`loop`: the scope of the loop,
    and the child that it completed). `task`: its id, as far as it is known; `principal`: for whom an agent decided; `free`: nobody has acted
    on what followed."""

    node: str
    task: str | None
    free: bool
    principal: str | None = None
    item: int | None = None
    completion: int | None = None
    loop: tuple[int, int] | None = None

    def is_within(self, task: str | None) -> bool:
        """Whether it may have been decided in a task: of what was completed in former times it is not known in which."""
        return task is None or self.task in (None, task)


@dataclass(frozen=True, slots=True)
class _Instance:
    """What is looked at of an instance."""

    tasks: Iterable[Task]
    tokens: Sequence[Token]
    origins: Mapping[int, Origin]
    scopes: Mapping[int, Scope]


def reclaimable(nodes: Mapping[str, Node], state: State, user: str) -> tuple[Decision, ...]:
    """What somebody can take back: at each node, or in each of its tasks, the first is what Reclaim takes."""
    if state.status != RUNNING or state.suspended is not None:
        return ()
    instance = _Instance(state.tasks, state.tokens, state.origins, {scope.id: scope for scope in state.scopes})
    at = {task.node for task in state.tasks} | {origin.node for origin in state.origins.values()}
    at |= {scope.node for scope in state.scopes if scope.node is not None and scope.loop is not None}
    granted = [node for id in sorted(at) if (node := nodes.get(id)) is not None and grants(node)]
    return tuple(each for node in granted for each in _decisions(instance, node, user) if each.free)


def grants(node: Node) -> bool:
    """Whether a node lets people take back what they decided."""
    return node.assignment is not None and RECLAIM in node.assignment.operations


def reclaim(run: Run, command: Reclaim) -> None:
    """Take back the last that somebody decided at a node, while nobody has acted on what followed. Raises Refused."""
    node = run.program.nodes.get(command.node)
    if node is None or not grants(node):
        raise Refused("task.not_allowed", operation=RECLAIM)
    instance = _Instance(run.tasks.values(), list(run.tokens.values()), run.origins, run.scopes)
    mine = [each for each in _decisions(instance, node, command.user) if each.is_within(command.within)]
    found = next((each for each in mine if each.free), None)
    if not mine:
        raise Refused("flow.nothing_to_reclaim", node=command.node)
    if found is None:
        raise Refused("flow.too_late_to_reclaim", node=command.node)
    if found.item is not None:
        _take_signature(run, run.tasks[found.task or ""], node, found.item, command.user)
    elif found.loop is not None:
        _take_child(run, *found.loop, command.user)
    else:
        _take_completion(run, found.completion or 0, command.user)


def _decisions(instance: _Instance, node: Node, user: str) -> Iterator[Decision]:
    """What somebody decided at a node, themselves or by an agent: in open tasks before what is completed, the last first."""
    for task in instance.tasks:
        if task.node == node.id:
            yield from _signatures(node, task, user)
    for number in sorted(instance.origins, reverse=True):
        origin = instance.origins[number]
        mine = user in (origin.actor, origin.principal) and not origin.is_join
        if mine and origin.node == node.id and origin.scope in instance.scopes:
            free = _is_untouched(instance, number)
            principal = origin.principal
            yield Decision(node.id, origin.task, free, principal, completion=number)
    yield from sorted(_children(instance, node, user), key=lambda each: each.completion or 0, reverse=True)


# -- a signature


def _signatures(node: Node, task: Task, user: str) -> Iterator[Decision]:
    order = {id: place for place, id in enumerate(task.fresh)}
    mine = [item for item in task.items if _is_signed_by(item, user)]
    for item in sorted(mine, key=lambda item: order.get(item.id, -1), reverse=True):
        free = item.id in order and _opens_again(node, task, item)
        yield Decision(node.id, task.id, free, item.owner if item.kind == AGENT else None, item=item.id)


def _is_signed_by(item: Item, user: str) -> bool:
    """Whether somebody, or an agent of theirs, decided an item; nobody did what was decided automatically."""
    by_person = item.status == DONE and item.reason in (None, STANDS)
    return by_person and user in (item.user, item.owner if item.kind == AGENT else item.user)


def _unsigned(task: Task, signed: Item) -> list[Item]:
    """The item as it was, and those who did not need to act because of it: an owner for whom an agent did, agents whose owner did."""
    owner = signed.parent if signed.kind == AGENT else signed.id
    spared = (
        replace(item, status=WAITING)
        for item in task.items
        if item.status == SKIPPED and (item.id == owner or (item.kind == AGENT and item.parent == owner))
    )
    return [replace(signed, status=WAITING, outcome=None, sign=None, reason=None), *spared]


def _opens_again(node: Node, task: Task, signed: Item) -> bool:
    """Whether there is still a place for the item: what it was asked for was not taken away or handed on since."""
    tree = Tree(task.items)
    above = tree.parent(signed) if signed.kind in (AGENT, DELEGATE) else tree.host(signed)
    while above is not None:
        if not above.counts:
            return False
        above = tree.host(above)
    again = _unsigned(task, signed)
    turned = with_turns(node.assignment or _NOBODY, put(task, *again))
    return any(item.status == OPEN for item in turned.items if item.id in {each.id for each in again})


def _take_signature(run: Run, task: Task, node: Node, id: int, user: str) -> None:
    """The part is open again; those whose turn had come by it wait, and what it comes to is counted anew with the next decision."""
    signed = next(item for item in task.items if item.id == id)
    fresh = tuple(other for other in task.fresh if other != id)
    data = {"operation": RECLAIM, "task": task.id, "user": user, "users": [], "item": id}
    run.note("task_changed", node.id, run.tokens[task.token].scope, **data)
    save(run, replace(put(task, *_unsigned(task, signed)), fresh=fresh))


# -- what completed a task


def _take_completion(run: Run, completion: int, user: str) -> None:
    """The task is open once more; the others' agreement stands."""
    origin = run.origins[completion]
    run.note("reclaimed", origin.node, origin.scope, user=user)
    spot = f"{run.spot(origin.node, origin.scope)}:"
    run.returned[spot] = run.returned.get(spot, 0) + 1
    again = undo(run, completion, None)
    again.agreed = _standing(origin, user)


def _is_untouched(instance: _Instance, completion: int) -> bool:
    """Whether all that followed waits for people who have done nothing yet."""
    followers = descendants(completion, instance.tokens)
    waiting = {token.waiting for token in followers if token.waiting == SENT_BACK or token.waiting not in HOSTS}
    tokens = {token.id for token in followers}
    touched = any(_is_touched(task) for task in instance.tasks if task.token in tokens)
    free = bool(followers) and waiting <= {TASK, JOIN}
    return free and not touched and not instance.origins[completion].followed


def _is_touched(task: Task) -> bool:
    """Whether somebody has done something with a task: decided, brought in others, handed it on, taken it from its group."""
    return task.claimed is not None or any(
        (item.outcome is not None and item.reason is None)
        or (item.status in (MOVED, REMOVED) and item.kind != AGENT)
        or item.kind in ADDED
        or item.kind == DELEGATE
        for item in task.items
    )


# -- a child of a loop


def _children(instance: _Instance, node: Node, user: str) -> Iterator[Decision]:
    loops = [(scope, scope.loop) for scope in instance.scopes.values() if scope.node == node.id and scope.loop]
    for scope, loop in loops:
        for index, by in loop.decided.items():
            if user in (by.actor, by.principal):
                free, child = _is_last(instance, node, scope.id, loop, index), (scope.id, index)
                yield Decision(node.id, by.task, free, by.principal, completion=by.number, loop=child)


def _is_last(instance: _Instance, node: Node, scope: int, loop: LoopState, index: int) -> bool:
    """Whether nobody has acted on what followed a child: nothing does where they are asked side by side, else the next one."""
    if node.loop is None or node.loop.kind == "parallel":
        return node.loop is not None
    children = {each.id for each in instance.scopes.values() if each.parent == scope}
    tokens = {token.id: token for token in instance.tokens if token.scope in children}
    waits = all(token.waiting == TASK for token in tokens.values())
    touched = any(_is_touched(task) for task in instance.tasks if task.token in tokens)
    return index == loop.started - 2 and waits and not touched


def _take_child(run: Run, scope: int, index: int, user: str) -> None:
    """The one child's task is open once more, while the others go on; what it comes to is counted anew."""
    loop = run.scopes[scope].loop
    assert loop is not None, "the scope of a loop"
    run.note("reclaimed", run.scopes[scope].node, scope, user=user)
    by, again = loop.decided[index], child_again(run, run.scopes[scope], index)
    spot = run.spot(again.node, again.scope)
    run.rounds[spot] = run.rounds.get(spot, 0) + 1
    run.returned[f"{spot}:"] = run.returned.get(f"{spot}:", 0) + 1
    again.agreed = _standing(by, user)


def _standing(by: Origin | Decided, user: str) -> tuple[str, ...]:
    """Whoever takes it back, and those whose agreement stands."""
    return (user, *(each for each in by.agreed if each not in (user, by.actor)))
