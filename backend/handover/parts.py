"""Everything that can be handed over, in the order in which it is: first what is to come, then what is open."""

from __future__ import annotations

from collections.abc import Mapping

from backend.handover.definitions import NamedInDefinitions
from backend.handover.instances import OwnedInstances
from backend.handover.items import OpenItems
from backend.handover.organisation import DepartmentHeads, Superiors
from backend.handover.owned import OwnedRecords
from backend.handover.part import Part
from backend.handover.standing import StandingAgents

_ALL: tuple[Part, ...] = (
    NamedInDefinitions(),
    Superiors(),
    DepartmentHeads(),
    StandingAgents(),
    OpenItems(),
    OwnedInstances(),
    OwnedRecords(),
)
PARTS: Mapping[str, Part] = {part.key: part for part in _ALL}
OF_KIND: Mapping[str, Part] = {part.kind: part for part in _ALL}
