"""`/api/account/notices`: on which channels somebody has their notices, and when they are not to be disturbed there."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import Caller
from backend.access.compiler import require_tasks
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.errors import Invalid, Unauthenticated
from backend.identity import service as identity
from backend.messaging.models import NoticeSetting
from backend.messaging.notice_channels import NOTICE_CHANNELS

router = APIRouter(prefix="/api/account", tags=["account"])
_Time = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHoursInvalid(Invalid):
    """Quiet hours have a beginning and an end, which differ."""

    code = "notices.quiet_hours"
    zh, en = "免打扰时段需要起止时间，且两者不能相同", "Quiet hours need a beginning and an end that differ"


class NoticeSettings(BaseModel):
    """Quiet hours as wall times (`22:00`), which may pass midnight; both null for none. `zone` null is the company's."""

    model_config = ConfigDict(extra="forbid")

    quiet_from: _Time | None = None
    quiet_until: _Time | None = None
    zone: Annotated[str, Field(max_length=100)] | None = None
    channels: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=20)


@router.get("/notices")
async def get_settings(session: Session, caller: CurrentCaller) -> dict[str, Any]:
    """The caller's settings, and the channels there are."""
    return await settings_json(session, _user(caller))


@router.put("/notices")
async def put_settings(body: NoticeSettings, session: Session, caller: CurrentCaller) -> dict[str, Any]:
    """Replace the caller's settings; they count for notices from now on, and for those that still wait."""
    await save(session, _user(caller), body)
    return await settings_json(session, _user(caller))


def _user(caller: Caller) -> UUID:
    require_tasks(caller)
    if caller.user_id is None:
        raise Unauthenticated()
    return caller.user_id


async def save(session: AsyncSession, user: UUID, given: NoticeSettings) -> None:
    """Keep somebody's settings. Raises QuietHoursInvalid, Invalid."""
    if (given.quiet_from is None) != (given.quiet_until is None) or (
        given.quiet_from is not None and given.quiet_from == given.quiet_until
    ):
        raise QuietHoursInvalid(path="quiet_until")
    if given.zone is not None and given.zone not in available_timezones():
        raise Invalid(path="zone", reason=f"no zone {given.zone!r}", suggestion=clock.zone().key)
    unknown = next((key for key in given.channels if key not in NOTICE_CHANNELS), None)
    if unknown is not None:
        raise Invalid(path="channels", reason=f"no channel {unknown!r}", suggestion=", ".join(NOTICE_CHANNELS))
    row = {
        "quiet_from": given.quiet_from and time.fromisoformat(given.quiet_from),
        "quiet_until": given.quiet_until and time.fromisoformat(given.quiet_until),
        "zone": given.zone,
        "channels": list(dict.fromkeys(given.channels)),
    }
    statement = insert(NoticeSetting).values(user_id=user, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=row))


async def settings_json(session: AsyncSession, user: UUID) -> dict[str, Any]:
    """Somebody's settings as they are read."""
    row = NoticeSetting
    statement = select(row.quiet_from, row.quiet_until, row.zone, row.channels).where(row.user_id == user)
    found = (await session.execute(statement)).one_or_none()
    email = (await identity.get_user(session, user)).email
    return {
        "quiet_from": _written(found.quiet_from) if found else None,
        "quiet_until": _written(found.quiet_until) if found else None,
        "zone": found.zone if found else None,
        "company_zone": clock.zone().key,
        "channels": list(found.channels) if found else [],
        "available": [
            {
                "key": channel.key,
                "label": {"zh": channel.label.zh, "en": channel.label.en},
                "address": channel.recipient(email),
            }
            for channel in NOTICE_CHANNELS.values()
        ],
    }


def _written(value: time | None) -> str | None:
    return value.isoformat("minutes") if value is not None else None
