"""Giving opened tasks to people, as the host does that found them: the interpreter is stepped on until nobody is left to look for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from engine.flow import AssignPeople, Effect, OpenTask, Person, Program, Refused, State, step
from engine.host import STATE_TOO_LARGE, is_overgrown

#: Tasks that pass because nobody need be asked, in one go; then the flow goes round, and the next is held.
MOST = 60
#: Who does the task of a node.
Found = Callable[[str], Sequence[str | Person]]


def with_people(
    program: Program, state: State, effects: Sequence[Effect], now: datetime, found: Found = lambda _: ("ann",)
) -> tuple[State, list[Effect]]:
    """The state once every task that these effects opened has its people, and all effects with those that followed. Raises Refused when
    that makes more tokens than the host has room for."""
    before = state
    passed, every, opened = 0, list(effects), deque(each for each in effects if isinstance(each, OpenTask))
    while opened:
        task = opened.popleft()
        people = tuple(Person(each) if isinstance(each, str) else each for each in found(task.node))
        command = AssignPeople(task.task, people) if passed < MOST else AssignPeople(task.task, (), held=True)
        try:
            state, following = step(program, state, command, now)
        except Refused:
            continue  # the same step has closed it again
        if is_overgrown(state, before):
            raise Refused(STATE_TOO_LARGE)
        passed += state.task(task.task) is None
        every += following
        opened += [each for each in following if isinstance(each, OpenTask)]
    return state, every
