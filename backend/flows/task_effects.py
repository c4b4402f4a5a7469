"""What a step does to tasks: opens them for the people found, writes decisions down, closes them, copies to those who should know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.events.log import held
from backend.flows.evaluation import people_named
from backend.flows.work import Work
from backend.tasks import projection
from engine.flow import CloseTask, Copy, DecideItem, OpenTask


async def open_task(work: Work, effect: OpenTask) -> None:
    """A task for the candidates of its node; for an administrator where there are none."""
    node = work.program.nodes[effect.node]
    named = await people_named(work, node, effect.locals)
    with held(work.session) as events:
        opened = await projection.open_task(work.session, work.metadata, node, work.instance, effect, named, work.now)
    work.events += events
    users = work.people[effect.task] = [str(user) for user in opened.people]
    work.opened.append({"id": effect.task, "node_id": effect.node, "title": opened.title, "users": users})
    work.note("task_opened", effect.node, task=effect.task, round=effect.round, users=users)
    work.tell("task.opened", "task", UUID(effect.task), node_id=effect.node, users=users)
    if opened.unassigned:
        work.unassigned.append(effect.task)
        work.note("incident", effect.node, code="nobody_found")


async def decide_item(work: Work, effect: DecideItem) -> None:
    """A person has done their part."""
    comment = work.command.get("comment")
    await projection.decide(work.session, effect, comment, work.now)
    work.note("task_decided", effect.node, task=effect.task, outcome=effect.outcome, comment=comment)


async def close_task(work: Work, effect: CloseTask) -> None:
    """The task is over."""
    users = await projection.close_task(work.session, effect, work.now)
    work.closed[effect.task] = effect
    work.note(f"task_{effect.status}", effect.node, task=effect.task, outcome=effect.outcome)
    told: dict[str, Any] = {"node_id": effect.node, "outcome": effect.outcome, "users": [str(user) for user in users]}
    work.tell(f"task.{effect.status}", "task", UUID(effect.task), **told)


async def copy(work: Work, effect: Copy) -> None:
    """A copy in the inboxes of those that a cc node names; nobody found is nothing wrong."""
    node = work.program.nodes[effect.node]
    named = await people_named(work, node, effect.locals)
    users = await projection.copy(work.session, work.metadata, node, work.instance, effect, named, work.now)
    work.note("copied", effect.node, users=[str(user) for user in users])
