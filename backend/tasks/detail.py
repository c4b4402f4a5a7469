"""One task for one reader: its people, what they said, its form, and what the reader may do with it here and now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.flows import repository as instances
from backend.flows.haste import urged
from backend.flows.models import Instance
from backend.flows.possible import possible
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.tasks import allowing, inbox, repository
from backend.tasks.attachments import may_attach
from backend.tasks.models import Task
from backend.tasks.parts import require_visible, task_of
from backend.tasks.reading import task_json
from backend.tasks.task_form import form_json
from engine.definitions import Flow, Node
from engine.flow import State, load
from engine.flow.approval.choices import targets


async def detail(session: AsyncSession, store: MetadataStore, caller: Caller, id: UUID) -> dict[str, Any]:
    """A task with its form and the values the form shows. Seen by whoever has a part in it, its initiator and administrators. Raises
    NotFound, Forbidden, NotYours."""
    require_tasks(caller)
    task = await task_of(session, id)
    await require_visible(session, caller, id)
    if caller.user_id is not None:
        await repository.mark_read(session, id, caller.user_id)
    found = await task_json(session, store.current, caller, id)
    takes_part = await inbox.relation(session, id, caller.user_id) == "part"
    about = await form_json(session, store, caller, task, takes_part=takes_part, acting=found["can_act"])
    return found | await _about_reader(session, store, caller, task, found) | about


async def _about_reader(
    session: AsyncSession, store: MetadataStore, caller: Caller, task: Task, found: dict[str, Any]
) -> dict[str, Any]:
    """What the reader may do, with which part, and how far everybody is."""
    user = str(caller.user_id)
    mine = allowing.my_item(found, user)
    members: dict[str, Any] = {
        "my_item": mine and mine["item"],
        "part": mine and mine["kind"],
        "on_behalf_of": mine["owner"] if mine and mine["kind"] == "agent" else None,
    }
    engine = allowing.engine_task(found, task.urged_at, task.claimed)
    instance = await instances.instance(session, task.instance_id) if task.instance_id is not None else None
    if instance is None:
        attaches = may_attach(found, user, initiator=False)
        alone = {"allowed": allowing.allowed_alone(found), "urged": None, "progress": None, "may_attach": attaches}
        return {**members, **alone}
    flow: Flow = await store.definition(session, "flow", instance.flow, instance.flow_version)
    node, initiator = flow.node(task.node_id), caller.stands_for(instance.initiator_id)
    now = clock.now()
    names = allowing.allowed_on(engine, node, found, user, initiator=initiator, now=now)
    names += await _of_instance(session, store.current, caller, instance, flow, task)
    outcomes = _outcomes(flow, instance, task, found)
    waiting = [engine] if task.status == "open" else []
    return {
        **members,
        "allowed": names,
        "urged": await urged(session, waiting, user, now, initiator=initiator),
        "may_attach": may_attach(found, user, initiator=initiator),
        "removable": allowing.removable_by(engine, user) if "remove" in names else [],
        "progress": allowing.progress(engine, found["mode"], node, over=task.status != "open"),
        "outcomes": outcomes,
    }


async def _of_instance(
    session: AsyncSession, metadata: Metadata, caller: Caller, instance: Instance, flow: Flow, task: Task
) -> Sequence[str]:
    """What the reader may do with the whole run from this task's page."""
    can = await possible(session, metadata, caller, instance, flow, task.id)
    reclaims = task.status != "cancelled" and task.node_id in can["reclaim"]
    return [*(["reclaim"] if reclaims else []), *(["withdraw"] if can["withdraw"] else [])]


def _outcomes(flow: Flow, instance: Instance, task: Task, found: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons; those that leave it to the person where to send it back to, with what can be chosen."""
    outcomes: list[dict[str, Any]] = found["outcomes"]
    if not found["can_act"] or not instance.state or not allowing.choices(outcomes):
        return outcomes
    nodes = [flow.node(node) for node in targets(load(State, instance.state), str(task.id))]
    return allowing.with_targets(outcomes, [node for node in nodes if isinstance(node, Node)])
