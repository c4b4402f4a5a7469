"""Hand-overs at work: the outbox's `run_handover` takes lines one by one, each in a transaction of its own.

A turn ends before the outbox takes the message for lost; another goes on where it stopped. Two turns side by side do not hurt: a line
is locked while somebody works on it, and a line that is done is not done again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.agents.models import Handover, HandoverLine
from backend.db import uuid7
from backend.errors import WeftError
from backend.events.log import Cause, NewEvent, append
from backend.events.outbox import Handler, enqueue
from backend.flows.errors import EngineUnavailable
from backend.flows.starting import StartServices, host_of
from backend.handover import repository
from backend.handover.errors import LineFailed, MovedOn
from backend.handover.part import NEXT, GoesOn, Work
from backend.handover.parts import OF_KIND
from backend.handover.service import FINISHED_EVENT, RUN_HANDOVER, UNDONE_EVENT
from backend.handover.states import DONE, FAILED, FINISHED, PLANNED, REVERSED, RUNNING, SKIPPED, UNDONE
from backend.identity import service as identity
from backend.messaging.notices import notify
from backend.metadata.service import Publishing
from engine.host import HostClient

log = structlog.get_logger(__name__)
_TURN_SECONDS = 20.0


class Process(StartServices, Protocol):
    """What a hand-over needs of the process it runs in."""

    @property
    def publishing(self) -> Publishing: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Some of the lines of one hand-over, for an administrator."""

    process: Process
    host: HostClient
    id: UUID
    by: UUID | None
    reverse: bool

    @property
    def wanted(self) -> str:
        """The state of the lines that are still to be worked on."""
        return DONE if self.reverse else PLANNED


def outbox_handlers(process: Process) -> Mapping[str, Handler]:
    """What carries out `run_handover`."""

    async def run_handover(payload: dict[str, Any], _key: str) -> dict[str, Any]:
        by = UUID(payload["by"]) if payload.get("by") else None
        host = await host_of(process)
        turn = Turn(process, host, UUID(payload["handover"]), by, bool(payload["reverse"]))
        await process.metadata.refresh()
        return await _take(turn, payload)

    return {RUN_HANDOVER: run_handover}


async def _take(turn: Turn, payload: dict[str, Any]) -> dict[str, Any]:
    """Work on lines until there are none left, or the turn is over."""
    until, after, number = time.monotonic() + _TURN_SECONDS, 0, 0
    while time.monotonic() < until:
        if await _go_on(turn):
            continue
        line = await _next(turn, after)
        if line is None:
            await _finish(turn)
            return {"lines": number}
        after, number = line, number + 1
    async with turn.process.database.transaction() as session:
        await enqueue(session, RUN_HANDOVER, f"handover:{turn.id}:{uuid7()}", payload)
    return {"lines": number, "more": True}


async def _next(turn: Turn, after: int) -> int | None:
    """Work on the next line; its number, or None when there is none."""
    async with turn.process.database.transaction() as session:
        line = await repository.next_line(session, turn.id, [turn.wanted], after)
        if line is None:
            return None
        handover = await session.get_one(Handover, turn.id)
        await _attempt(turn, await _work(session, turn, handover, line), line)
        return line.id


async def _attempt(turn: Turn, work: Work, line: HandoverLine) -> None:
    """Do what the line says; what cannot be done is written on it. Raises EngineUnavailable: the outbox comes back."""
    part = OF_KIND[line.kind]
    try:
        async with work.session.begin_nested():
            if turn.reverse:
                result = await part.take_back(work, line.subject, line.before)
            else:
                result = await part.hand_over(work, line.subject)
    except EngineUnavailable:
        raise
    except WeftError as error:
        # What somebody did meanwhile is nothing to try again.
        line.status = SKIPPED if isinstance(error, MovedOn) else FAILED
        line.detail = _told(error)
        return
    except SQLAlchemyError:
        raise  # the database is away, or the statement is wrong: nothing that this line alone could bear
    except Exception:
        log.exception("handover.line_failed", line=line.id, kind=line.kind)
        line.status, line.detail = FAILED, _told(LineFailed())
        return
    line.status = REVERSED if turn.reverse else DONE
    line.before, line.detail = result.before, result.told


def _told(error: WeftError) -> dict[str, Any]:
    said = error.to_json()["error"]
    problems = [each.get("message") for each in said.get("problems") or ()][:5]
    return {"code": said["code"], "message": said["message"], **({"problems": problems} if problems else {})}


async def _go_on(turn: Turn) -> bool:
    """A portion of what follows once a line is committed; False when nothing does. Raises EngineUnavailable."""
    async with turn.process.database.transaction() as session:
        line = await repository.unfinished_line(session, turn.id)
        part = OF_KIND[line.kind] if line is not None else None
        if line is None or not isinstance(part, GoesOn):
            return False
        work = await _work(session, turn, await session.get_one(Handover, turn.id), line)
        told = line.detail or {}
        try:
            line.detail = await part.go_on(work, line.subject, told)
        except EngineUnavailable:
            raise
        except WeftError as error:
            line.detail = {**{name: value for name, value in told.items() if name != NEXT}, **_told(error)}
        return True


async def _work(session: AsyncSession, turn: Turn, handover: Handover, line: HandoverLine) -> Work:
    giver = await identity.get_user(session, handover.from_user)
    taker = await identity.get_user(session, handover.to_user)
    if turn.reverse:
        giver, taker = taker, giver
    process = turn.process
    caller = await _caller(session, turn.by)
    # With the hand-over's own id, which nobody can guess: commands of people could use the number of a line.
    key = f"handover-{handover.id.hex}-{line.id}-{'back' if turn.reverse else 'on'}"
    return Work(session, process.metadata, process.publishing, process.actions, turn.host, caller, giver, taker, key)


async def _caller(session: AsyncSession, by: UUID | None) -> Caller:
    """Whoever asked for it, who was allowed to: what that takes (publishing, migrating, appointing) is done with every right."""
    user = await identity.find_user(session, by) if by is not None else None
    return SYSTEM if user is None else Caller(user.id, user.name, user.email, is_admin=True)


async def _finish(turn: Turn) -> None:
    """All lines were worked on: say so, once."""
    async with turn.process.database.transaction() as session:
        handover = await repository.locked(session, turn.id)
        if handover is None or handover.status != RUNNING:
            return
        counted = (await repository.counts(session, [turn.id])).get(turn.id, {})
        if counted.get(turn.wanted) or await repository.goes_on(session, turn.id):
            return  # another turn works on what is left, and ends it
        await repository.finish(session, handover, UNDONE if turn.reverse else FINISHED, clock.now())
        type = UNDONE_EVENT if turn.reverse else FINISHED_EVENT
        data = {"from": str(handover.from_user), "to": str(handover.to_user), "counts": counted}
        cause = Cause(actor_id=turn.by, actor_kind="user" if turn.by else "system")
        await append(session, NewEvent(type, data, "handover", turn.id).caused_by(cause))
        await _tell(session, turn, handover, counted, cause)


async def _tell(
    session: AsyncSession, turn: Turn, handover: Handover, counted: Mapping[str, int], cause: Cause
) -> None:
    """Whoever has it now, and whoever asked for it."""
    person = (await identity.get_user(session, handover.from_user)).name
    done, failed = counted.get(REVERSED if turn.reverse else DONE, 0), counted.get(FAILED, 0)
    key = f"handover:{turn.id}:{'back' if turn.reverse else 'on'}:{clock.now().isoformat()}"
    if turn.by is not None:
        zh, en = (
            f"{person}的工作交接已完成：成功 {done} 项，失败 {failed} 项",
            f"Hand-over of {person}: {done} done, {failed} failed",
        )
        await notify(session, [turn.by], {"zh": zh, "en": en}, key=key, link=f"/handovers/{turn.id}", cause=cause)
    taker = handover.from_user if turn.reverse else handover.to_user
    if done and taker != turn.by:
        zh, en = f"{person}的 {done} 项工作已交接给您", f"{done} things of {person} were handed over to you"
        if turn.reverse:
            zh, en = f"交接出去的 {done} 项工作已退还给您", f"{done} things that were handed over are back with you"
        await notify(session, [taker], {"zh": zh, "en": en}, key=key, link="/inbox", cause=cause)
