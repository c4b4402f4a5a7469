"""The clocks of a task: when it is due, and when each of its rules for being late comes. They stand while the instance is held, and, where the
node says so, while an earlier task is asked again.

They are subscriptions of the task's token at the task's own node, told from boundary events by that; `event` is the number of the rule.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.definitions import Assignment, Node, Overdue
from engine.flow import working_time
from engine.flow.duration import parse_duration
from engine.flow.run import Run
from engine.flow.state import Paused, Subscription, Task

_NOBODY = Assignment(())


def arm(run: Run, node: Node, task: Task) -> Task:
    """Start the clocks of a task that has its people, or let them go on; returns it with the time it is due."""
    token, assignment = run.tokens[task.token], node.assignment or _NOBODY
    paused = {each.event: each for each in token.paused if each.node == node.id}
    token.paused = ()
    due = _due(run, node, paused.get(None))
    run.tasks[task.id] = task = replace(task, due=due)
    for index, rule in enumerate(assignment.overdue):
        left = paused.get(index)
        if paused and left is None:
            continue  # it has come already
        at = _goes_on(run, _in_working_time(assignment, rule), left) if left is not None else _at(run, rule, due)
        number = run.number()
        again = left.left if left is not None else rule.times - 1
        run.subscriptions[number] = Subscription(
            number, node.id, "timer", token.scope, token.id, index, due=at, left=again
        )
    return task


def pause(run: Run, task: Task) -> None:
    """Keep what is left of a task's clocks, where its node says that they wait."""
    node, token = run.program.nodes[task.node], run.tokens[task.token]
    assignment = node.assignment or _NOBODY
    if assignment.clock != "pause":
        return
    kept = [Paused(node.id, None, _left(run, assignment.business, task.due))] if task.due is not None else []
    for each in _of(run, task):
        business = _in_working_time(assignment, assignment.overdue[each.event])
        kept.append(Paused(node.id, each.event, _left(run, business, each.due or _now(run)), each.left))
    token.paused = tuple(kept)


def move(run: Run, since: datetime) -> None:
    """Everything stood since that moment: what was left then of each clock is left now."""
    for task in list(run.tasks.values()):
        assignment = run.program.nodes[task.node].assignment or _NOBODY
        if task.due is not None:
            run.tasks[task.id] = replace(task, due=_moved(run, assignment.business, since, task.due))
        for each in _of(run, task):
            if each.due is not None:
                business = _in_working_time(assignment, assignment.overdue[each.event])
                run.subscriptions[each.id] = replace(each, due=_moved(run, business, since, each.due))


def again(run: Run, rule: Overdue, before: datetime) -> datetime:
    """When a rule comes once more after it came."""
    return _later(run, before, rule.every, business=rule.business)


def is_clock(run: Run, subscription: Subscription) -> bool:
    """Whether it is the clock of a task, and not of an event."""
    return (
        subscription.token is not None
        and run.tokens[subscription.token].node == subscription.node
        and any(task.token == subscription.token for task in run.tasks.values())
    )


def _of(run: Run, task: Task) -> list[Subscription]:
    return [each for each in run.subscriptions.values() if each.token == task.token and each.node == task.node]


# -- moments


def _due(run: Run, node: Node, left: Paused | None) -> datetime | None:
    """When the task is due."""
    business = node.assignment is not None and node.assignment.business
    if left is not None:
        return _goes_on(run, business, left)
    return None if node.due is None else _later(run, _now(run), node.due, business=business)


def _at(run: Run, rule: Overdue, due: datetime | None) -> datetime:
    """When a rule comes: so long after the task is due, or after it was given where it is never due."""
    return _later(run, due or _now(run), rule.after, business=rule.business)


def _now(run: Run) -> datetime:
    """What begins while all is held counts from when it goes on, which moves it."""
    return run.suspended or run.now


def _in_working_time(assignment: Assignment, rule: Overdue) -> bool:
    return assignment.business if rule.after is None else rule.business


def _later(run: Run, moment: datetime, text: str | None, *, business: bool) -> datetime:
    if text is None:
        return moment
    if business:
        return working_time.later(run.program.calendar, run.program.zone, moment, text)
    return moment + parse_duration(text)


def _left(run: Run, business: bool, due: datetime) -> float:
    now = _now(run)
    if business:
        return working_time.between(run.program.calendar, run.program.zone, now, due).total_seconds()
    return (due - now).total_seconds()


def _goes_on(run: Run, business: bool, left: Paused) -> datetime:
    return _after(run, business, timedelta(seconds=left.seconds))


def _moved(run: Run, business: bool, since: datetime, due: datetime) -> datetime:
    if not business:
        return due + (run.now - since)
    left = working_time.between(run.program.calendar, run.program.zone, since, due)
    return working_time.after(run.program.calendar, run.program.zone, run.now, left)


def _after(run: Run, business: bool, length: timedelta) -> datetime:
    if not business:
        return _now(run) + length
    return working_time.after(run.program.calendar, run.program.zone, _now(run), length)
