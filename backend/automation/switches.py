"""Kill switches: of one rule, and of everything that is sent for a purpose. Workers read them in each batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.automation.models import RuleSwitch
from backend.events.log import NewEvent, append
from backend.identity.models import User

Kind = Literal["rule", "purpose"]
#: The event that tells of a switch, who turned it and why.
SWITCHED = "rule.switched"


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """The keys of the rules and of the purposes that are switched off."""

    rules: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()


async def switched_off(session: AsyncSession) -> SwitchedOff:
    """What is switched off just now. One statement."""
    rows = (await session.execute(select(RuleSwitch.kind, RuleSwitch.key).where(RuleSwitch.off))).all()
    return SwitchedOff(
        frozenset(row.key for row in rows if row.kind == "rule"),
        frozenset(row.key for row in rows if row.kind == "purpose"),
    )


async def turn(
    session: AsyncSession,
    kind: Kind,
    key: str,
    *,
    off: bool,
    reason: str | None,
    by: Caller | None = None,
) -> None:
    """Turn a switch; None for Weft itself, when a rule has used up its budget."""
    user = by.user_id if by is not None else None
    kind_of_actor = by.kind if by is not None else "system"
    row = {"off": off, "reason": reason, "changed_by": user}
    statement = insert(RuleSwitch).values(kind=kind, key=key, **row)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["kind", "key"], set_={**row, "changed_at": func.now()})
    )
    data = {"kind": kind, "key": key, "off": off, "reason": reason}
    await append(session, NewEvent(SWITCHED, data, actor_id=user, actor_kind=kind_of_actor))


async def states(
    session: AsyncSession, kind: Kind, keys: tuple[str, ...] | None = None
) -> Mapping[str, dict[str, Any]]:
    """Every switch of a kind (or those of `keys`) that was ever turned: `off`, `reason`, `changed_at`, `changed_by` (a name)."""
    switch = RuleSwitch
    statement = (
        select(switch.key, switch.off, switch.reason, switch.changed_at, User.name.label("changed_by"))
        .outerjoin(User, User.id == switch.changed_by)
        .where(switch.kind == kind)
    )
    if keys is not None:
        statement = statement.where(switch.key.in_(keys))
    rows = (await session.execute(statement)).mappings()
    return {row["key"]: {name: row[name] for name in row if name != "key"} for row in rows}
