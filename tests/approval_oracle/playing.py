"""A case played in the interpreter and by the oracle side by side, compared after every action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from engine.flow import (
    ActOnTask,
    Agent,
    AssignPeople,
    CloseTask,
    Command,
    CompleteTask,
    Effect,
    Item,
    OpenTask,
    Person,
    Reclaim,
    Refused,
    SetItems,
    Start,
    State,
    Withdraw,
    compile_flow,
    dump,
    load,
    step,
)
from engine.flow.state import HOSTS, SENT_BACK, Task, Token
from tests.approval_oracle.acting import Denied
from tests.approval_oracle.cases import INITIATOR, Action, Case, Chooser
from tests.approval_oracle.signing import DELEGATE, Board
from tests.approval_oracle.world import Instance, Somebody

_INSTANCE = "3f0d4f0c-0000-4000-8000-000000000006"
_START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADMINISTRATORS = ("adm",)
#: How many actions a case has at most.
MOST = 40


class Differs(Exception):
    """The two disagree, or the interpreter breaks its own word."""


@dataclass
class Engine:
    """The interpreter with a host that finds people at once. `items` is what a database would have, from the effects alone."""

    case: Case
    state: State = field(default_factory=lambda: State(_INSTANCE))
    items: dict[str, dict[int, Item]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    now: datetime = _START

    def __post_init__(self) -> None:
        self.program = compile_flow(self.case.flow, {})
        self.do(Start(initiator=INITIATOR, context={"initiator": {"id": INITIATOR}}))

    def do(self, command: Command) -> None:
        """A command and all that the host answers to it; raises Refused."""
        self.now += timedelta(minutes=1)
        before = dump(self.state)
        try:
            self.state, effects = step(self.program, self.state, command, self.now)
        except Refused:
            if dump(self.state) != before:
                raise Differs("a refusal changed the state") from None
            raise
        self.state = load(State, dump(self.state))
        for task in self._seen(effects):
            if self.state.task(task.task) is not None:
                people = tuple(_person(each) for each in self.case.crew[task.node])
                self.do(AssignPeople(task.task, people, ADMINISTRATORS))
        self._watch()

    def _seen(self, effects: Sequence[Effect]) -> list[OpenTask]:
        for effect in effects:
            if isinstance(effect, SetItems):
                self.items.setdefault(effect.task, {}).update({item.id: item for item in effect.items})
        opened = [effect for effect in effects if isinstance(effect, OpenTask)]
        for effect in opened:
            task = self.state.task(effect.task)
            if task is not None:
                self.last[self.key(self._token(task))] = task.id
        closed = {effect.task for effect in effects if isinstance(effect, CloseTask)}
        return [effect for effect in opened if effect.task not in closed]

    def _watch(self) -> None:
        """What a database has is what the state has, and an open task always has somebody or says that it has nobody."""
        for task in self.state.tasks:
            kept = self.items.get(task.id, {})
            if {item.id: item for item in task.items} != kept:
                raise Differs(f"effects and state have other items of {task.id}: {kept} {task.items}")
            if task.items and not any(item.status == "open" for item in task.items) and not task.unassigned:
                raise Differs(f"nobody can do {task.id}")

    def _token(self, task: Task) -> Token:
        return next(token for token in self.state.tokens if token.id == task.token)

    def key(self, token: Token) -> str:
        """Its node, with the number of the child it is in."""
        scopes = {scope.id: scope for scope in self.state.scopes}
        scope = scopes.get(token.scope)
        while scope is not None and scope.index is None:
            host = next((t for t in self.state.tokens if t.id == scope.host), None) if scope.host is not None else None
            scope = scopes.get(host.scope) if host is not None else None
        return token.node if scope is None else f"{token.node}#{scope.index}"

    def open_tasks(self) -> dict[str, Task]:
        return {self.key(self._token(task)): task for task in self.state.tasks}

    def tokens(self) -> list[str]:
        standing = [t for t in self.state.tokens if t.waiting not in HOSTS or t.waiting == SENT_BACK]
        return sorted(f"{self.key(t)}:{'asking' if t.waiting == SENT_BACK else t.waiting}" for t in standing)

    def drawn(self, key: str) -> str:
        """Whom chance drew for the task: anybody of those found, and the same when asked again."""
        users = [item.user for item in self.items.get(self.last[key], {}).values() if item.kind == "assignee"]
        return users[0] if users else ""

    def command(self, action: Action, part: str) -> Command:
        """What a client sends; where somebody has several parts, it says which: one of the kind `part`."""
        if action.kind == "reclaim":
            return self._reclaim(action)
        if action.kind == "withdraw":
            return Withdraw(action.user)
        task = self.open_tasks()[action.task]
        if action.kind == "decide":
            return CompleteTask(
                task.id, action.user, action.outcome, item=self._own(task, action, part), target=action.target
            )
        item = self._named(task, action, part) if action.kind == "remove" else self._own(task, action, part)
        return ActOnTask(task.id, action.user, action.kind, () if action.kind == "remove" else action.users, item)

    def _reclaim(self, action: Action) -> Command:
        """At a node; of several children in the one that is named."""
        node, _, child = action.task.partition("#")
        task = self.open_tasks().get(action.task)
        return Reclaim(node, action.user, (task.id if task is not None else "none") if child else None)

    def _own(self, task: Task, action: Action, part: str) -> int | None:
        statuses = ("open", "waiting") if action.kind == "reassign" else ("open",)
        mine = [i for i in task.items if i.user == action.user and i.status in statuses]
        meant = [i.id for i in mine if i.kind == part]
        if part == "delegate":  # of several people who asked the same one, whoever asked first is answered first
            meant.sort()
        return next(iter(meant), None) if len(mine) > 1 else None

    def _named(self, task: Task, action: Action, part: str) -> int:
        kept = [i for i in task.items if i.user in action.users and i.status not in ("moved", "removed")]
        unsigned = [i for i in kept if i.status in ("open", "waiting")]
        found = [i.id for i in unsigned or kept if i.kind == part]
        return max(found, default=999)


def _person(each: Somebody) -> Person:
    agents = tuple(Agent(user, not each.only_agents) for user in each.agents)
    return Person(each.user, each.weight, each.veto, each.superior, each.head, agents)


@dataclass
class Play:
    """How a case went: what was done, and the first difference."""

    actions: list[Action] = field(default_factory=list)
    difference: str | None = None


def play(case: Case) -> Play:
    """Play a case to its end or to the first difference."""
    played = Play()
    try:
        for action in _course(case):
            played.actions.append(action)
    except Differs as differs:
        played.difference = str(differs)
    return played


def _course(case: Case) -> Iterator[Action]:
    engine = Engine(case)
    oracle = Instance(case.flow, case.crew, INITIATOR, ADMINISTRATORS, engine.drawn)
    _same("at the start", engine, oracle)
    chooser = Chooser(case)
    for number in range(MOST):
        if case.script is not None:
            action = case.script[number] if number < len(case.script) else None
        else:
            action = chooser.next(oracle)
        if action is None:
            return
        if action.kind not in ("reclaim", "withdraw") and action.task not in oracle.open_tasks():
            continue
        yield action
        _both(action, engine, oracle)
        _same(str(action), engine, oracle)


def _both(action: Action, engine: Engine, oracle: Instance) -> None:
    refused, crashed = None, None
    try:
        engine.do(engine.command(action, oracle.meant(action.task, action.user, action.kind, action.users)))
    except Refused as error:
        refused = error.code
    except Differs:
        raise
    except Exception as error:  # noqa: BLE001  # whatever comes out of the interpreter is what is looked for
        crashed = f"{type(error).__name__}: {error}"
    denied: frozenset[str] = frozenset()
    try:
        told(action, oracle)
    except Denied as error:
        denied = error.codes
    if crashed is not None:
        raise Differs(f"{action}: the engine fell over: {crashed}")
    if refused is None and denied:
        raise Differs(f"{action}: the engine accepts what is {' or '.join(sorted(denied))}")
    if refused is not None and refused not in denied:
        raise Differs(
            f"{action}: the engine refuses with {refused}, the oracle {' or '.join(sorted(denied)) or 'accepts'}"
        )


def told(action: Action, oracle: Instance) -> None:
    if action.kind == "decide":
        oracle.decide(action.task, action.user, action.outcome, action.target)
    elif action.kind == "reclaim":
        oracle.reclaim(action.task, action.user)
    elif action.kind == "withdraw":
        oracle.withdraw(action.user)
    else:
        oracle.operate(action.task, action.user, action.kind, action.users)


def _same(after: str, engine: Engine, oracle: Instance) -> None:
    ours, theirs = _of_engine(engine), _of_oracle(oracle)
    for what in ours:
        if ours[what] != theirs.get(what):
            raise Differs(f"{after}: {what}: engine {ours[what]}, oracle {theirs.get(what)}")


def _of_engine(engine: Engine) -> Mapping[str, object]:
    seen: dict[str, object] = {"status": engine.state.status, "tokens": engine.tokens()}
    for key, task in engine.open_tasks().items():
        seen[f"open at {key}"] = sorted(item.user for item in task.items if item.status == "open")
        seen[f"waiting at {key}"] = sorted(item.user for item in task.items if item.status == "waiting")
        seen[f"signed at {key}"] = sorted(f"{item.user} {item.sign}" for item in task.items if item.sign)
    return seen


def _of_oracle(oracle: Instance) -> Mapping[str, object]:
    seen: dict[str, object] = {"status": oracle.status, "tokens": oracle.tokens()}
    for key, place in oracle.open_tasks().items():
        seen |= _board(key, oracle.board(place))
    return seen


def _board(key: str, board: Board) -> Mapping[str, object]:
    indexes = range(len(board.parts))
    open_ = [user for i in indexes if board.is_open(i) for user in board.actors(i)]
    waiting = [user for i in indexes if board.is_waiting(i) for user in (board.parts[i].user, *board.parts[i].agents)]
    waiting += [board.parts[i].user for i in indexes if board.is_open(i) and board.parts[i].only_agents]
    signed = [f"{p.by or p.user} {p.sign}" for p in board.parts if p.sign and p.kind != DELEGATE and not p.gone]
    return {f"open at {key}": sorted(open_), f"waiting at {key}": sorted(waiting), f"signed at {key}": sorted(signed)}


def shrunk(case: Case, played: Play) -> tuple[Case, Play]:
    """The case with as few actions as still show a difference."""
    script = list(played.actions)
    best = play(replace(case, script=tuple(script)))
    if best.difference is None:
        return case, played
    index = len(script) - 1
    while index >= 0:
        shorter = script[:index] + script[index + 1 :]
        tried = play(replace(case, script=tuple(shorter)))
        if tried.difference is not None:
            script, best = shorter, tried
        index -= 1
    return replace(case, script=tuple(script)), best
