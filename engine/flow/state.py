"""The state of one instance: a value whose size depends on what is live, not on what has passed.

A token stands at a node and says why it waits. `lineage` names the causal events behind it: completions of user tasks and
firings of parallel joins, by number. `origins` keeps, for each event that a live token still descends from, what sending
back needs to undo it. See lineage.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

#: JSON values: what variables, contexts and answers are made of.
Json = Any

RUNNING, COMPLETED, CANCELLED = "running", "completed", "cancelled"
#: Why a token waits.
TASK, TIMER, JOIN, INCIDENT = "task", "timer", "join", "incident"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a token cannot go on: a stable code and what to tell."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """`edge` is the edge it came by, `outcome` that of the last task on its path, `about` the task whose boundary timer made it."""

    id: int
    node: str
    waiting: str
    since: datetime
    lineage: frozenset[int] = frozenset()
    edge: str | None = None
    outcome: str | None = None
    about: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One person's part in a task. `kind` is assignee or escalation."""

    user: str
    kind: str = "assignee"
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """An open user task. `items` are known once the host has found the people; `unassigned` when it found nobody fitting."""

    id: str
    node: str
    token: int
    round: int
    items: tuple[Item, ...] = ()
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """An armed timer at `node`, for `token`: the one that waits, or the host of a boundary timer."""

    id: int
    node: str
    token: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Consumed:
    """A token as a join took it from `edge`."""

    edge: str
    lineage: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """A causal event at `node`: a completion with the lineage before it, or a join with the tokens it consumed."""

    node: str
    before: frozenset[int] = frozenset()
    consumed: tuple[Consumed, ...] = ()

    @property
    def is_join(self) -> bool:
        return bool(self.consumed)


@dataclass(frozen=True, slots=True)
class State:
    """`sequence` counts the commands applied; `next` is the next number for tokens, timers and causal events.

    `context` holds what expressions read of the record and the initiator, as of the last command that brought it.
    """

    instance: str
    status: str = RUNNING
    sequence: int = 0
    next: int = 1
    tokens: tuple[Token, ...] = ()
    tasks: tuple[Task, ...] = ()
    timers: tuple[Timer, ...] = ()
    origins: Mapping[int, Origin] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)
    outcome: str | None = None

    @property
    def next_due(self) -> datetime | None:
        """When the earliest timer is due: the one moment the host must wake the instance."""
        return min((timer.due for timer in self.timers), default=None)

    def task(self, id: str) -> Task | None:
        """The open task with this id, or None."""
        return next((task for task in self.tasks if task.id == id), None)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a person must look at. `blocking` when the token goes no further by itself."""

    node: str
    code: str
    detail: str
    blocking: bool = True


def incidents(state: State) -> tuple[Incident, ...]:
    """Everything that needs an operator: stopped tokens, joins that wait for nothing, tasks that nobody fitting got."""
    found = [Incident(t.node, t.problem.code, t.problem.detail) for t in state.tokens if t.problem is not None]
    if state.status == RUNNING and state.tokens and all(token.waiting == JOIN for token in state.tokens):
        found += [Incident(token.node, "deadlock", token.edge or "") for token in state.tokens]
    found += [Incident(task.node, "nobody_found", task.id, blocking=False) for task in state.tasks if task.unassigned]
    return tuple(found)


def assign(
    state: State, people: Mapping[str, list[str]], *, kind: str = "assignee", unassigned: frozenset[str] = frozenset()
) -> State:
    """The state once the host has found the people of tasks, by task id; people who are in a task already stay as they are."""

    def with_people(task: Task) -> Task:
        known = {item.user for item in task.items}
        added = tuple(Item(user, kind) for user in people.get(task.id, ()) if user not in known)
        return replace(task, items=task.items + added, unassigned=task.unassigned or task.id in unassigned)

    return replace(state, tasks=tuple(with_people(task) for task in state.tasks))
