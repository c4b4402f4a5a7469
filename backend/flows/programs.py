"""Compiled flows, kept in memory: running instances ask for the same few."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.actions.registry import ActionRegistry
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.definitions import Flow
from engine.flow import Program, compile_flow

_KEPT = 200
#: By flow, and what it was compiled against; all are kept so that their id() stays theirs.
_programs: OrderedDict[tuple[int, int, int, int], tuple[Flow, Metadata, ActionRegistry, Program]] = OrderedDict()
#: The same without actions.
_looking: OrderedDict[tuple[int, int], tuple[Flow, Metadata, Program]] = OrderedDict()


def program_of(flow: Flow, metadata: Metadata, actions: ActionRegistry) -> Program:
    """The program of a flow, which knows of the actions which call other systems and which may change the record, and of the business
    calendar of today."""
    address = (id(flow), id(metadata.entities), id(metadata.default_calendar), id(actions))
    if address not in _programs:
        _programs[address] = (flow, metadata, actions, compiled(flow, metadata, actions))
    _programs.move_to_end(address)
    while len(_programs) > _KEPT:
        _programs.popitem(last=False)
    return _programs[address][3]


def compiled(flow: Flow, metadata: Metadata, actions: ActionRegistry) -> Program:
    """The program of a flow that is not asked for again. Raises ValueError for expressions that were not checked."""
    return compile_flow(
        flow,
        metadata.entities,
        clock.zone().key,
        calendar=_calendar(metadata),
        decisions=metadata.decision_types,
        external=actions.external,
        changing=actions.changing,
    )


def _calendar(metadata: Metadata) -> dict[str, Any] | None:
    default = metadata.default_calendar
    return None if default is None else default.to_json()


def program_to_look(flow: Flow, metadata: Metadata) -> Program | None:
    """The program of a flow for whoever only looks at what could happen next, without knowing of actions; None for an old version that
    no longer checks against the entities of today."""
    address = (id(flow), id(metadata.entities))
    if address not in _looking:
        try:
            found = compile_flow(flow, metadata.entities, clock.zone().key, decisions=metadata.decision_types)
        except ValueError:
            return None
        _looking[address] = (flow, metadata, found)
        while len(_looking) > _KEPT:
            _looking.popitem(last=False)
    return _looking[address][2]


def document_of(program: Program, metadata: Metadata) -> dict[str, Any]:
    """The program as what runs it reads it, with the business calendar of today."""
    return {**program.to_json(), "calendar": _calendar(metadata)}


async def program_at(
    session: AsyncSession, store: MetadataStore, actions: ActionRegistry, flow: str, version: int
) -> Program:
    """The program of one version of a flow. Raises NotFound for a version there never was."""
    return program_of(await store.definition(session, "flow", flow, version), store.current, actions)
