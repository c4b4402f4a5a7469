"""What happens to a task that is late: reminders, an automatic decision, a superior, another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from engine.definitions import Node, Overdue
from engine.flow.approval import deciding
from engine.flow.approval.items import AGREE, DONE, OPEN, REFUSE, WAITING
from engine.flow.approval.turns import put
from engine.flow.duration import parse_duration
from engine.flow.effects import Remind
from engine.flow.run import Run
from engine.flow.state import CANCELLED, Subscription, Task
from engine.flow.tokens import go

#: Subscriptions of a task's own clock are told from boundary events by their node, the task's; `event` is the number of the rule.


def arm(run: Run, node: Node, task: Task) -> None:
    """Start the clocks of a task that has its people."""
    if node.assignment is None:
        return
    for index, rule in enumerate(node.assignment.overdue):
        token = run.tokens[task.token]
        id = run.number()
        period = parse_duration(rule.every).total_seconds() if rule.every is not None else None
        run.subscriptions[id] = Subscription(
            id,
            node.id,
            "timer",
            token.scope,
            token.id,
            index,
            due=_due(run, node, rule),
            period=period,
            left=rule.times - 1,
        )


def _due(run: Run, node: Node, rule: Overdue) -> datetime:
    """The task's due time, and so much later as the rule says, in business time where it does."""
    calendar = run.program.calendar
    moment = run.now
    for text in (node.due, rule.after):
        if text is None:
            continue
        length = parse_duration(text)
        later = calendar.add_time(moment.astimezone(run.program.zone), length) if rule.business else None
        moment = later.astimezone(moment.tzinfo) if later is not None else moment + length
    return moment


def happen(run: Run, subscription: Subscription) -> None:
    """A clock of a task has run down."""
    node = run.program.nodes[subscription.node]
    task = next((each for each in run.tasks.values() if each.token == subscription.token), None)
    if task is None or node.assignment is None:
        run.unsubscribe(subscription.id)
        return
    rule = node.assignment.overdue[subscription.event]
    if (
        rule.action == "remind"
        and subscription.left
        and subscription.period is not None
        and subscription.due is not None
    ):
        due = subscription.due + timedelta(seconds=subscription.period)
        run.subscriptions[subscription.id] = replace(subscription, due=due, left=subscription.left - 1)
    else:
        run.unsubscribe(subscription.id)
    run.note("overdue", node.id, run.tokens[task.token].scope, action=rule.action, task=task.id)
    _ACTIONS[rule.action](run, task, node, rule)


def _remind(run: Run, task: Task, node: Node, _: Overdue) -> None:
    users = tuple(dict.fromkeys(item.user for item in task.items if item.status == OPEN))
    run.effects.append(Remind(task.id, node.id, users, "overdue"))


def _superior(run: Run, task: Task, node: Node, _: Overdue) -> None:
    run.effects.append(Remind(task.id, node.id, (), "superior"))


def _decide(sign: str) -> Callable[[Run, Task, Node, Overdue], None]:
    def decide(run: Run, task: Task, node: Node, _: Overdue) -> None:
        kind = "refuse" if sign == REFUSE else "complete"
        outcome = next((each.key for each in node.outcomes if each.kind == kind), None)
        decided = [
            replace(item, status=DONE, outcome=outcome, sign=sign, reason="overdue")
            for item in task.items
            if item.status in (OPEN, WAITING)
        ]
        task = deciding.save(run, put(task, *decided))
        deciding.settle(run, task, decided[-1])

    return decide


def _jump(run: Run, task: Task, _: Node, rule: Overdue) -> None:
    token = run.tokens[task.token]
    run.close(task, CANCELLED)
    run.record("node_left", token)
    run.disarm(token.id)
    token.edge = None
    go(run, token, rule.target or token.node)


_ACTIONS: Mapping[str, Callable[[Run, Task, Node, Overdue], None]] = {
    "remind": _remind,
    "superior": _superior,
    "agree": _decide(AGREE),
    "refuse": _decide(REFUSE),
    "jump": _jump,
}
ACTIONS = frozenset(_ACTIONS)
