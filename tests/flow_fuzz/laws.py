"""What holds of every state: each law is a sentence, and a function that gives what breaks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.flow import Program, incidents, waiting
from engine.flow.state import (
    ACTION,
    AD_HOC,
    CHILD,
    COMPENSATION,
    HOSTS,
    INCIDENT,
    JOIN,
    LOOP,
    RACE,
    ROOT,
    RUNNING,
    SCOPE,
    SENT_BACK,
    SERVICE,
    TASK,
    Scope,
    State,
    Token,
)
from tests.flow_fuzz.quiescence import conditions, joins

#: Reasons that are the name of a kind of event: the token has a subscription.
EVENTS = frozenset({"timer", "message", "signal", "condition", "event", RACE})


class Violation(Exception):
    """A law that does not hold: `law` says which, `detail` where."""

    def __init__(self, law: str, detail: str) -> None:
        self.law, self.detail = law, detail
        super().__init__(f"{law}: {detail}")


@dataclass(frozen=True, slots=True)
class Law:
    """`broken` gives what breaks it in a state."""

    says: str
    broken: Callable[[Program, State], Iterable[str]]


def check_state(program: Program, state: State) -> None:
    """Raises Violation for the first law that the state breaks."""
    for law in LAWS:
        for detail in law.broken(program, state):
            raise Violation(law.says, detail)


def _tasks(_: Program, state: State) -> Iterator[str]:
    holders = Counter(task.token for task in state.tasks)
    waiting_tokens = {token.id: token.node for token in state.tokens if token.waiting == TASK}
    for task in state.tasks:
        if waiting_tokens.get(task.token) != task.node or holders[task.token] != 1:
            yield f"task at {task.node} for token {task.token}, which is at {waiting_tokens.get(task.token)}"
    for id in waiting_tokens.keys() - holders.keys():
        yield f"token {id} at {waiting_tokens[id]} waits for a task that is not there"


def _parts(_: Program, state: State) -> Iterator[str]:
    """Somebody can do every task, or it says that nobody was found; parts are numbered and hang on each other."""
    for task in state.tasks:
        ids = [item.id for item in task.items]
        if len(set(ids)) < len(ids) or any(id >= task.next_item for id in ids):
            yield f"parts of the task at {task.node} are numbered {ids}; the next is {task.next_item}"
        if any(item.parent is not None and item.parent not in ids for item in task.items):
            yield f"a part of the task at {task.node} hangs on none: {task.items}"
        if task.claimed is not None and task.claimed not in ids:
            yield f"the task at {task.node} is taken by part {task.claimed}, which is not there"
        if not task.unassigned and not any(item.status == "open" for item in task.items):
            yield f"nobody can do the task at {task.node}: {task.items}"


def _finished(_: Program, state: State) -> Iterator[str]:
    if state.status == RUNNING:
        return
    for name in (
        "tokens", "scopes", "tasks", "subscriptions", "calls", "registrations", "compensations", "origins", "resets", "deferred",
    ):  # fmt: skip
        if getattr(state, name):
            yield f"{state.status}, but it still has {name}: {getattr(state, name)}"


def _numbers(_: Program, state: State) -> Iterator[str]:
    ids = Counter([token.id for token in state.tokens])
    ids.update(scope.id for scope in state.scopes)
    ids.update(each.id for each in state.subscriptions)
    for id, times in ids.items():
        if times > 1 or id >= state.next:
            yield f"number {id} is used {times} times; the next is {state.next}"


def _scopes(_: Program, state: State) -> Iterator[str]:
    scopes = {scope.id: scope for scope in state.scopes}
    tokens = {token.id: token for token in state.tokens}
    for scope in state.scopes:
        if scope.id == ROOT:
            continue
        if scope.parent not in scopes:
            yield f"scope {scope.id} of {scope.node} is in {scope.parent}, which is not there"
        if scope.host is not None and (scope.host not in tokens or tokens[scope.host].waiting not in HOSTS):
            yield f"scope {scope.id} of {scope.node} has the host {tokens.get(scope.host)}"
        if scope.host is not None and tokens[scope.host].scope != scope.parent:
            yield f"scope {scope.id} of {scope.node} is in {scope.parent}, its host elsewhere"
    for token in state.tokens:
        if token.scope not in scopes:
            yield f"token {token.id} at {token.node} is in scope {token.scope}, which is not there"


def _filled(program: Program, state: State) -> Iterator[str]:
    """Scopes with nothing in them: only an ad-hoc sub-process may wait for somebody."""
    inhabited = {token.scope for token in state.tokens} | {scope.parent for scope in state.scopes}
    for scope in state.scopes:
        if scope.id not in inhabited and not _is_ad_hoc(program, scope):
            yield f"nothing is in scope {scope.id} of {scope.node or 'the process'}"


def _is_ad_hoc(program: Program, scope: Scope) -> bool:
    return scope.node is not None and program.nodes[scope.node].type == "ad_hoc_sub_process"


def _places(program: Program, state: State) -> Iterator[str]:
    """Tokens stand at nodes of their scope's own sub-process."""
    scopes = {scope.id: scope for scope in state.scopes}
    for token in state.tokens:
        scope, node = scopes.get(token.scope), program.nodes.get(token.node)
        if node is None or scope is None:
            yield f"token {token.id} is at {token.node} in scope {token.scope}"
        elif scope.index is None and scope.compensation is None and node.parent != scope.node:
            yield f"token {token.id} is at {token.node}, in the scope of {scope.node}"


def _owners(_: Program, state: State) -> Iterator[str]:
    tokens = {token.id: token for token in state.tokens}
    scopes = {scope.id for scope in state.scopes}
    for each in state.subscriptions:
        if each.scope not in scopes or (each.token is not None and each.token not in tokens):
            yield f"{each.kind} of {each.node} waits for token {each.token} in scope {each.scope}, which is gone"
        elif each.kind == "timer" and each.due is None and not each.happened:
            yield f"the timer of {each.node} has no time"
    for call in state.calls:
        if call.token not in tokens:
            yield f"call {call.id} of {call.node} is for token {call.token}, which is gone"
    for compensation in state.compensations:
        if compensation.token not in tokens:
            yield f"compensation for token {compensation.token}, which is gone"
    for registration in state.registrations:
        if registration.scope not in scopes:
            yield f"{registration.node} can be compensated in scope {registration.scope}, which is gone"


def _armed(program: Program, state: State) -> Iterator[str]:
    """Subscriptions belong to what is at that node, before it, or under it."""
    tokens = {token.id: token for token in state.tokens}
    for each in state.subscriptions:
        node, token = program.nodes[each.node], tokens.get(each.token or 0)
        if node.type == "boundary_event":
            right = token is not None and token.node == node.attached_to
        elif node.type == "start_event":
            right = each.token is None
        elif token is not None and token.waiting == RACE:
            right = any(edge.target == node.id for edge in program.places[token.node].outgoing)
        else:
            right = token is not None and token.node == node.id and token.waiting in EVENTS | {TASK}
        if not right:
            yield f"{each.kind} of {each.node} is armed for {token}"


def _reasons(program: Program, state: State) -> Iterator[str]:
    """Each leaf has what it waits for, each host something inside."""
    hosted = {scope.host for scope in state.scopes} | {each.token for each in state.compensations}
    subscribed = {each.token for each in state.subscriptions}
    calls = {call.token: call for call in state.calls}
    for token in state.tokens:
        if token.waiting == SENT_BACK and sum(each.returns == token.id for each in state.tokens) != 1:
            yield f"token {token.id} at {token.node} has asked something again that is not being asked"
        elif not _has_reason(program, token, hosted, subscribed, calls):
            yield f"token {token.id} at {token.node} waits for {token.waiting!r}, and there is none"


def _has_reason(
    program: Program,
    token: Token,
    hosted: set[int | None],
    subscribed: set[int | None],
    calls: Mapping[int, object],
) -> bool:
    if token.waiting in (TASK, SENT_BACK):
        return True  # the law of tasks
    if token.waiting in (SERVICE, CHILD):
        return token.id in calls
    if token.waiting in (SCOPE, LOOP, AD_HOC, COMPENSATION):
        return token.id in hosted
    if token.waiting == INCIDENT:
        return token.problem is not None
    if token.waiting == JOIN:
        return len(program.places[token.node].incoming) > 1
    return token.waiting in EVENTS and token.id in subscribed


def _told(program: Program, state: State) -> Iterator[str]:
    """`waiting` tells of every token, and an unfinished instance has a leaf or an ad-hoc sub-process to begin something in."""
    told = waiting(program, state)
    if {each.token for each in told} != {token.id for token in state.tokens}:
        yield f"tokens {[t.id for t in state.tokens]}, told of {[each.token for each in told]}"
    if any(not each.reason for each in told):
        yield f"no reason in {told}"
    if (
        state.status == RUNNING
        and state.sequence
        and not any(t.waiting not in HOSTS or t.waiting == AD_HOC for t in state.tokens)
    ):
        yield f"it runs, and nothing waits for anything: {state.tokens}"


def _deadlocks(_: Program, state: State) -> Iterator[str]:
    """Where nothing but joins waits, that is said."""
    leaves = [token for token in state.tokens if token.waiting not in HOSTS]
    if state.status != RUNNING or state.suspended is not None or state.subscriptions or not leaves:
        return
    ad_hoc = any(token.waiting == AD_HOC for token in state.tokens)
    if all(token.waiting == JOIN for token in leaves) and not ad_hoc and not incidents(state):
        yield f"only joins wait: {leaves}"


def _never_waits(program: Program, state: State) -> Iterator[str]:
    """Only results of actions in the transaction, joins and incidents hold it up."""
    if not program.never_waits:
        return
    asked = {call.token for call in state.calls if call.kind == ACTION}
    for token in state.tokens:
        if token.waiting not in HOSTS | {JOIN, INCIDENT} and token.id not in asked:
            yield f"token {token.id} at {token.node} waits for {token.waiting}"


def _origins(_: Program, state: State) -> Iterator[str]:
    """What sending back would need is there, and nothing else."""
    known = set(state.origins)
    for token in state.tokens:
        if not token.lineage <= known:
            yield f"token {token.id} descends from {token.lineage - known}, which is forgotten"


LAWS: tuple[Law, ...] = (
    Law("every open task has exactly one live token and the other way round", _tasks),
    Law("every open task can be done by somebody", _parts),
    Law("a finished instance holds nothing", _finished),
    Law("a number is used once", _numbers),
    Law("every scope has its parent and its host, every token its scope", _scopes),
    Law("a scope with nothing in it is over", _filled),
    Law("a token stands at a node of its scope", _places),
    Law("what waits for an event, an answer or compensation has a live owner", _owners),
    Law("events are armed only where they can happen", _armed),
    Law("every token has its reason for waiting", _reasons),
    Law("an unfinished instance can say what it waits for", _told),
    Law("a deadlock is named", _deadlocks),
    Law("a flow that never waits does not wait", _never_waits),
    Law("a join that can fire has fired", joins),
    Law("a condition that holds was noticed", conditions),
    Law("what sending back needs is kept", _origins),
)
