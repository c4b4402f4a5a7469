"""What operators do to instances: try out a change, make it, and take running instances to another version of their flow."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_permission
from backend.actions.registry import ActionRegistry
from backend.errors import NotFound
from backend.flows import repository
from backend.flows.beginning import require_variables
from backend.flows.context import context_of
from backend.flows.errors import REFUSALS, InstanceEnded, InstanceStarting, NotAdHoc
from backend.flows.evaluation import told
from backend.flows.models import Instance
from backend.flows.programs import program_at
from backend.flows.standing import incident_of, status_of, tokens_of
from backend.flows.steering import one_of, refusal
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.flow import Migrate, Modify, Program, Refused, State, command_to_json, effect_to_json, load, step
from engine.host import CommandInput, HostClient, HostRefused, HostUnavailable, InstanceGone
from engine.language import Context

#: Of one request so many instances are migrated; the rest are told as left.
MOST_MIGRATED = 200
_AT_ONCE = 8
#: Effects that somebody would notice.
_NOTICED = {
    "open_task",
    "close_task",
    "run_action",
    "call_service",
    "start_child",
    "cancel_call",
    "publish",
    "copy",
    "end",
}


@dataclass(frozen=True, slots=True)
class Operations:
    """What trying out needs of a process."""

    session: AsyncSession
    store: MetadataStore
    actions: ActionRegistry

    @property
    def metadata(self) -> Metadata:
        return self.store.current

    async def program(self, flow: str, version: int) -> Program:
        """The program of a version. Raises NotFound."""
        return await program_at(self.session, self.store, self.actions, flow, version)

    async def live(self, id: UUID) -> Instance:
        """An instance that has begun and is not over. Raises NotFound, InstanceStarting, InstanceEnded."""
        instance = await repository.instance(self.session, id)
        if instance is None:
            raise NotFound(what="instance", key=id)
        if instance.status == "starting":
            raise InstanceStarting()
        if instance.ended_at is not None or instance.state is None:
            raise InstanceEnded()
        return instance


async def require_fitting(operations: Operations, id: UUID, variables: Mapping[str, Any]) -> None:
    """Raises FlowInvalid for variables that the flow, as the instance runs it, does not have, or values that do not fit them."""
    instance = await operations.live(id)
    require_variables((await operations.program(instance.flow, instance.flow_version)).flow, variables)


async def preview(
    operations: Operations, caller: Caller, id: UUID, command: Modify | Migrate, version: int | None = None
) -> dict[str, Any]:
    """What would come of a command, without doing it. Raises what it would be refused with."""
    require_permission(caller, operations.metadata.roles, "operate")
    instance = await operations.live(id)
    program = await operations.program(instance.flow, version or instance.flow_version)
    return await _tried(operations, instance, program, command)


async def _tried(
    operations: Operations, instance: Instance, program: Program, command: Modify | Migrate
) -> dict[str, Any]:
    session, metadata = operations.session, operations.metadata
    state = load(State, instance.state)
    given = replace(command, context=await context_of(session, metadata, instance, program.context_paths))

    def stepped(host: Context) -> tuple[State, Sequence[Any]]:
        return step(program, state, given, clock.now(), {}, host)

    try:
        after, effects = await told(session, metadata, program, stepped)
    except Refused as refused:
        raise _error(refused) from refused
    documents = [effect_to_json(effect) for effect in effects]
    return {
        "status": status_of(after),
        "tokens": tokens_of(program, after),
        "incident": incident_of(after),
        "effects": [each for each in documents if each["effect"] in _NOTICED],
    }


def _error(refused: Refused) -> Exception:
    params: dict[str, Any] = dict(refused.params)
    return REFUSALS[refused.code](**params) if refused.code in REFUSALS else refused


async def ad_hoc_node(session: AsyncSession, id: UUID, scope: int | None) -> str:
    """The ad-hoc sub-process that runs as this scope. Raises NotFound, NotAdHoc."""
    instance = await repository.instance(session, id)
    if instance is None:
        raise NotFound(what="instance", key=id)
    scopes = (instance.state or {}).get("scopes", [])
    found = next((each.get("node") for each in scopes if each.get("id") == scope), None)
    if found is None:
        raise NotAdHoc(node=str(scope))
    return str(found)


@dataclass(frozen=True, slots=True)
class Migration:
    """Running instances of a flow that go on under another version."""

    command_id: str
    flow: str
    version: int | None = None
    from_version: int | None = None
    nodes: Mapping[str, str] | None = None
    ids: Sequence[UUID] | None = None


async def migrate_many(
    operations: Operations, caller: Caller, host: HostClient, migration: Migration, *, dry_run: bool
) -> dict[str, Any]:
    """Migrate each or, in a dry run, say what would come of it; `unmapped` counts the nodes that need a line in `nodes`."""
    metadata = operations.metadata
    require_permission(caller, metadata.roles, "operate")
    version = migration.version or metadata.versions.get(("flow", migration.flow))
    if version is None:
        metadata.flow(migration.flow)  # raises NotFound
    assert version is not None, "a published flow has a version"
    program = await operations.program(migration.flow, version)
    meant = await _meant(operations.session, migration, version)
    taken, command = meant[:MOST_MIGRATED], Migrate(migration.nodes or {})
    if dry_run:
        items = [await _foreseen(operations, each, program, command) for each in taken]
    else:
        items = await _migrated(caller, host, migration, version, [each.id for each in taken])
    unmapped = Counter(each["error"]["params"].get("node") for each in items if _is_unmapped(each))
    return {"version": version, "items": items, "left": len(meant) - len(taken), "unmapped": dict(unmapped)}


def _is_unmapped(item: Mapping[str, Any]) -> bool:
    return not item["ok"] and item["error"]["code"] == "flow.cannot_migrate"


async def _meant(session: AsyncSession, migration: Migration, version: int) -> list[Instance]:
    row = Instance
    statement = select(row).where(row.flow == migration.flow, row.ended_at.is_(None), row.state.is_not(None))
    statement = statement.where(row.flow_version != version)
    if migration.from_version is not None:
        statement = statement.where(row.flow_version == migration.from_version)
    if migration.ids is not None:
        statement = statement.where(row.id.in_(migration.ids))
    return list((await session.execute(statement.order_by(row.started_at, row.id))).scalars())


async def _foreseen(operations: Operations, instance: Instance, program: Program, command: Migrate) -> dict[str, Any]:
    try:
        found = await _tried(operations, instance, program, command)
    except tuple(REFUSALS.values()) as error:
        return {"id": instance.id, "ok": False, **error.to_json()}
    return {"id": instance.id, "ok": True, "status": found["status"], "effects": found["effects"]}


async def _migrated(
    caller: Caller, host: HostClient, migration: Migration, version: int, ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    gate = asyncio.Semaphore(_AT_ONCE)
    command = command_to_json(Migrate(migration.nodes or {})) | {"version": version}

    async def one(id: UUID) -> dict[str, Any]:
        user = str(caller.user_id) if caller.user_id is not None else None
        given = CommandInput(one_of(migration.command_id, id), command, user)
        async with gate:
            try:
                answer = await host.command(str(id), given)
            except (HostRefused, InstanceGone, HostUnavailable) as error:
                return {"id": id, "ok": False, **refusal(error).to_json()}
        return {"id": id, "ok": True, "status": answer.get("instance_status")}

    return list(await asyncio.gather(*(one(id) for id in ids)))
