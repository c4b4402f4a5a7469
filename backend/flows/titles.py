"""What an instance is called for one reader: nothing, where a node keeps from them what names its record.

Operators and whoever started it know the title anyway; so does whoever has no part in it and sees its record.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.access.compiler import has_permission
from backend.flows.models import Instance
from backend.metadata.snapshot import Metadata

#: Whether the title of an instance `n` is kept from the reader `me`. `names`: the field that names a record, by entity.
KEPT = """
NOT :operates AND n.initiator_id IS DISTINCT FROM :me AND EXISTS (
    SELECT FROM weft.task kt JOIN weft.task_item ki ON ki.task_id = kt.id
    WHERE kt.instance_id = n.id AND ki.user_id = :me
      AND kt.rights ->> (CAST(:names AS jsonb) ->> n.entity) NOT IN ('read', 'write', 'required'))
"""
_KEPT = text(f"SELECT {KEPT} FROM weft.instance n WHERE n.id = :id")


def parameters(metadata: Metadata, caller: Caller) -> dict[str, Any]:
    """What KEPT asks for."""
    names = {entity.key: entity.title for entity in metadata.entities.values()}
    operates = has_permission(caller, metadata.roles, "operate")
    return {"names": orjson.dumps(names).decode(), "operates": operates, "me": caller.user_id}


async def title_for(session: AsyncSession, metadata: Metadata, caller: Caller, instance: Instance) -> str:
    """The title of one instance."""
    kept = await session.execute(_KEPT, {**parameters(metadata, caller), "id": instance.id})
    return "" if kept.scalar_one() else instance.title
