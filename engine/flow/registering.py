"""Remembering that a completed activity can be compensated, with the variables as they were."""

from __future__ import annotations

from engine.flow.program import Place
from engine.flow.run import Run
from engine.flow.state import Registration, Token


def register(run: Run, place: Place, token: Token, inside: tuple[Registration, ...] = ()) -> None:
    """The token completes an activity. Nothing is remembered where nothing could compensate it."""
    handler = place.handler
    if handler is None and not inside and compensation_start(run, place.node.id) is None:
        return
    id, home = run.number(), run.home(token.scope)
    run.registrations[id] = Registration(
        id, home.id, place.node.id, handler, dict(run.variables), run.locals(token.scope), inside
    )


def compensation_start(run: Run, node: str) -> tuple[str, str] | None:
    """The compensation event sub-process of a sub-process and its start event, if it has one."""
    for sub_process, start in run.program.event_sub_processes(node):
        if any(event.kind == "compensation" for event in start.events):
            return sub_process.id, start.id
    return None
