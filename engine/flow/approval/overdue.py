"""What happens to a task that is late: reminders, an automatic decision, a superior, another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.definitions import Node, Overdue
from engine.flow.approval import clock, deciding
from engine.flow.approval.items import AGREE, DONE, OPEN, REFUSE, WAITING
from engine.flow.approval.turns import put
from engine.flow.effects import Remind
from engine.flow.run import Run
from engine.flow.state import CANCELLED, Subscription, Task
from engine.flow.tokens import go


def happen(run: Run, subscription: Subscription) -> None:
    """A clock of a task has run down."""
    node = run.program.nodes[subscription.node]
    task = next((each for each in run.tasks.values() if each.token == subscription.token), None)
    if task is None or node.assignment is None:
        run.unsubscribe(subscription.id)
        return
    rule = node.assignment.overdue[subscription.event]
    _come_again(run, subscription, rule)
    run.note("overdue", node.id, run.tokens[task.token].scope, action=rule.action, task=task.id)
    _ACTIONS[rule.action](run, task, node, rule)


def _come_again(run: Run, subscription: Subscription, rule: Overdue) -> None:
    """A reminder that is given several times; those that were missed meanwhile are one."""
    due, left = subscription.due, subscription.left or 0
    while rule.every is not None and due is not None and left > 0:
        due, left = clock.again(run, rule, due), left - 1
        if due > run.now:
            run.subscriptions[subscription.id] = replace(subscription, due=due, left=left)
            return
    run.unsubscribe(subscription.id)


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
        if not decided:
            return
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
