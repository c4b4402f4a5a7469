"""Runs a public case: its steps against the world, its expectations against what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.flow import Refused
from tests.conformance.model import UNNAMED, model_of
from tests.conformance.occurrences import Traces, difference, occurrences
from tests.conformance.world import Unanswered, World

Case = Mapping[str, Any]


def failure(case: Case) -> str | None:
    """What a case expects and does not find; None when all is as expected."""
    if not isinstance(case, Mapping) or not {"model", "steps"} <= case.keys():
        return "this is not a case: it has no model or no steps"
    waits = frozenset(step["node"] for step in case["steps"] if step["op"] == "wait_at")
    model = model_of(case["model"], waits)
    run = _Run(World(model, passing=_passing(case["steps"])), Traces(model))
    for number, step in enumerate(case["steps"], 1):
        try:
            said = run.take(step)
        except (Unanswered, Refused) as error:
            said = str(error)
        if said:
            return f"step {number} ({step['op']} {step.get('node', '')}): {said}".replace(" )", ")")
    return None


def _passing(steps: Sequence[Case]) -> set[str]:
    """Nodes at which a case waits only after something has happened."""
    begun = next((index for index, step in enumerate(steps) if step["op"] in ("trigger", "signal")), 0)
    return {step["node"] for step in steps[begun:] if step["op"] == "wait_at"}


class _Run:
    def __init__(self, world: World, traces: Traces) -> None:
        self._world = world
        self._traces = traces
        self._told = 0

    def take(self, step: Case) -> str | None:
        match step["op"]:
            case "wait_at":
                self._world.passing.discard(step["node"])
            case "choose":
                self._world.chosen[step["node"]] = tuple(step["flows"])
            case "trigger" if step.get("event") is not None:
                self._event(step["event"], step.get("node"))
            case "trigger":
                self._world.trigger(step["node"])
            case "signal":
                self._world.signal(step["node"])
            case "expect":
                return self._expect(step)
            case other:
                raise Unanswered(f"there is no step {other}")
        return None

    def _event(self, event: Any, node: str | None) -> None:
        """An event is named by the element that waits for it, or described by its type and what it refers to."""
        described: Mapping[str, Any] = event if isinstance(event, Mapping) else {"element": event}
        kind = described.get("type", described.get("kind"))
        element = described.get("element", described.get("node", node))
        if kind == "signal" and element is None:
            self._world.broadcast(described.get("ref") or UNNAMED)
        elif element is None:
            raise Unanswered(f"nothing here can be given the event {event}")
        else:
            self._world.trigger(element)

    def _expect(self, step: Case) -> str | None:
        """What happened since the last expectation, or since the beginning."""
        lines = self._world.lines
        recent, self._told = lines[self._told :], len(lines)
        expected = self._traces.read(step)
        said = self._difference(expected, recent)
        return said and self._difference(expected, lines) and said

    def _difference(self, expected: Sequence[Any], lines: Sequence[Any]) -> str | None:
        model = self._world.model
        return difference(expected, occurrences(lines, model), model)
