"""How an instance stands, in words that readers understand: its status, its incident, and what each token waits for and since when."""

from __future__ import annotations

from typing import Any

from engine.flow import Program, State, incidents, waiting
from engine.flow.state import HOSTS, INCIDENT, JOIN


def status_of(state: State) -> str:
    """`failed` when an incident is all that is left; while other work goes on it is `running`, with the incident beside it."""
    if state.status != "running":
        return state.status
    blocked = any(incident.blocking for incident in incidents(state))
    return "failed" if blocked and not _goes_on(state) else "running"


def _goes_on(state: State) -> bool:
    """Whether anything but incidents and joins is waited for."""
    return any(token.waiting not in (INCIDENT, JOIN) and token.waiting not in HOSTS for token in state.tokens)


def incident_of(state: State) -> dict[str, Any] | None:
    """The first thing that an operator must look at, with `all` of them; None when there is nothing."""
    found = incidents(state)
    if not found:
        return None
    every = [{"node_id": i.node, "code": i.code, "detail": i.detail, "blocking": i.blocking} for i in found]
    return {**every[0], "all": every}


def tokens_of(program: Program, state: State) -> list[dict[str, Any]]:
    """Every live token: where it stands, what it waits for, since when."""
    return [
        {
            "id": each.token,
            "node_id": each.node,
            "scope": each.scope,
            "waiting_for": each.reason,
            "since": each.since.isoformat(),
            "detail": dict(each.detail),
        }
        for each in waiting(program, state)
    ]
