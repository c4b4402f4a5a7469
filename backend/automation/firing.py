"""Firing: of the rules that match a batch, which may (limits, loops), what their actions do, and the record of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import ActionContext
from backend.actions.registry import ActionRegistry
from backend.automation.limits import read_allowance
from backend.automation.models import RuleFiring
from backend.db import uuid7
from backend.db.passing import passes
from backend.errors import WeftError
from backend.events.log import Cause, NewEvent
from backend.events.models import Event
from backend.metadata.snapshot import Metadata
from engine.rules import ActionCall, Firing

log = structlog.get_logger(__name__)

FIRED = "rule.fired"
DONE, LIMITED, FAILED = "done", "limited", "failed"
#: A chain of causes longer than this is a loop; its rules no longer act.
MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matches an event."""

    event: Event
    firing: Firing
    values: Mapping[str, Any]
    person_id: UUID | None


@dataclass
class Fired:
    """What a batch fired: the keys of the rules by event, and the events that tell of it."""

    rules_by_event: dict[int, list[str]] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)


@dataclass
class _Outcome:
    status: str
    error: str | None = None
    actions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether it failed without any action's result: then it uses up no limit."""
        return self.status == FAILED and not any("result" in done for done in self.actions)


async def fire(
    session: AsyncSession,
    metadata: Metadata,
    actions: ActionRegistry,
    matches: Sequence[Match],
    titles: Mapping[str, str],
    now: datetime,
) -> Fired:
    """Let through what limits allow, run its actions, and write down every firing."""
    fired = Fired()
    if not matches:
        return fired
    allowance = await read_allowance(session, [match.firing for match in matches if not _looping(match)])
    rows: list[dict[str, Any]] = []
    for match in matches:
        if _looping(match):
            outcome = _Outcome(FAILED, f"loop: the chain of causes is longer than {MAX_DEPTH}")
        elif not allowance.take(match.firing):
            outcome = _Outcome(LIMITED)
        else:
            outcome = await _act(session, metadata, actions, match, now)
            if outcome.did_nothing:
                allowance.give_back(match.firing)
        row = _row(match, outcome, metadata)
        rows.append(row)
        if outcome.status != LIMITED:
            fired.rules_by_event.setdefault(match.event.id, []).append(match.firing.rule_key)
            fired.events.append(_event(match, row, titles))
    await session.execute(insert(RuleFiring).on_conflict_do_nothing(), rows)
    return fired


def _looping(match: Match) -> bool:
    return match.event.depth >= MAX_DEPTH


async def _act(
    session: AsyncSession, metadata: Metadata, actions: ActionRegistry, match: Match, now: datetime
) -> _Outcome:
    """Run the actions in order. One that fails is undone and named; those after it still run."""
    outcome = _Outcome(DONE)
    context = _context(session, metadata, match, now)
    for place, call in enumerate(match.firing.actions):
        context = _at(context, match, place)
        done: dict[str, Any] = {"action": call.name, "arguments": call.arguments}
        try:
            async with session.begin_nested():
                result = await actions.run(call.name, context, call.arguments)
        except Exception as error:  # an action's failure belongs on its firing, whatever it is
            if passes(error):
                raise  # the database itself: the whole batch is done again
            done["error"] = _told(error, match, call)
            outcome.status, outcome.error = FAILED, outcome.error or f"{call.name}: {done['error']}"
        else:
            done["result"] = result
            context = context.about(result)
        outcome.actions.append(done)
    return outcome


def _context(session: AsyncSession, metadata: Metadata, match: Match, now: datetime) -> ActionContext:
    event = match.event
    return ActionContext(
        session=session,
        metadata=metadata,
        now=now,
        key="",
        cause=Cause(event_id=event.id, depth=event.depth, actor_kind="rule"),
        person_id=match.person_id,
        entity=event.subject_entity,
        record_id=event.subject_id,
        event={**match.values, "event_id": event.id, "event_type": event.type},
    )


def _at(context: ActionContext, match: Match, place: int) -> ActionContext:
    """The context with the key of one call: the same whenever this event meets this rule again."""
    return context.keyed(f"rule:{match.event.id}:{match.firing.rule_key}:{place}")


def _told(error: Exception, match: Match, call: ActionCall) -> str:
    """The failure as its firing shows it."""
    if isinstance(error, WeftError):
        details = "; ".join(str(problem.get("path") or problem.get("field") or "") for problem in error.problems or [])
        return f"{error}" + (f" ({details})" if details else "")
    log.exception("action.failed", action=call.name, rule=match.firing.rule_key, event_id=match.event.id)
    return repr(error)


def _row(match: Match, outcome: _Outcome, metadata: Metadata) -> dict[str, Any]:
    firing = match.firing
    return {
        "id": uuid7(),
        "rule": firing.rule_key,
        "rule_version": metadata.versions.get(("rule", firing.rule_key), 0),
        "event_id": match.event.id,
        "branch": firing.branch,
        "subject": firing.subject,
        "once": firing.once,
        "person_id": match.person_id,
        "status": outcome.status,
        "error": outcome.error,
        "actions": outcome.actions,
        "trace": firing.trace,
    }


def _event(match: Match, row: Mapping[str, Any], titles: Mapping[str, str]) -> NewEvent:
    return NewEvent(
        type=FIRED,
        data={
            "rule": row["rule"],
            "title": titles.get(row["rule"], row["rule"]),
            "firing_id": str(row["id"]),
            "branch": row["branch"],
            "status": row["status"],
            "actions": [done["action"] for done in row["actions"]],
        },
        person_id=match.person_id,
        actor_kind="rule",
        causation_id=match.event.id,
        depth=match.event.depth + 1,
    )
