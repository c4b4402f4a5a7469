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
_programs: OrderedDict[tuple[int, int, int], tuple[Flow, Metadata, ActionRegistry, Program]] = OrderedDict()


def program_of(flow: Flow, metadata: Metadata, actions: ActionRegistry) -> Program:
    """The program of a flow, which knows of the actions which call other systems and which may change the record."""
    address = (id(flow), id(metadata.entities), id(actions))
    if address not in _programs:
        program = compile_flow(
            flow,
            metadata.entities,
            clock.zone().key,
            decisions=metadata.decision_types,
            external=actions.external,
            changing=actions.changing,
        )
        _programs[address] = (flow, metadata, actions, program)
    _programs.move_to_end(address)
    while len(_programs) > _KEPT:
        _programs.popitem(last=False)
    return _programs[address][3]


def document_of(program: Program, metadata: Metadata) -> dict[str, Any]:
    """The program as what runs it reads it, with the business calendar of today."""
    default = metadata.default_calendar
    return {**program.to_json(), "calendar": None if default is None else default.to_json()}


async def program_at(
    session: AsyncSession, store: MetadataStore, actions: ActionRegistry, flow: str, version: int
) -> Program:
    """The program of one version of a flow. Raises NotFound for a version there never was."""
    return program_of(await store.definition(session, "flow", flow, version), store.current, actions)
