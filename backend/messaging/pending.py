"""Taking back what is still to be sent or done for a person and a purpose: their consent was withdrawn, or a rule says so."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: What rules are going to do: blocks of `after`, and absences whose time is not over.
_PLANS = text(
    "DELETE FROM weft.rule_deadline WHERE person_id = :person AND purpose = :purpose AND kind IN ('after', 'absence')"
    " RETURNING id"
)
_MESSAGES = text(
    "UPDATE weft.outbox SET status = 'cancelled', done_at = now() WHERE status = 'pending' AND kind = 'send_message'"
    " AND payload ->> 'person_id' = CAST(:person AS text) AND payload ->> 'purpose' = :purpose RETURNING id"
)


async def cancel_pending(session: AsyncSession, person_id: UUID, purpose: str) -> dict[str, int]:
    """Cancel what is pending for the person and the purpose; returns how many plans of rules and how many messages."""
    about = {"person": person_id, "purpose": purpose}
    plans = len((await session.execute(_PLANS, about)).all())
    messages = len((await session.execute(_MESSAGES, {**about, "person": str(person_id)})).all())
    return {"plans": plans, "messages": messages}
