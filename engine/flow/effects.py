"""What a step asks the host to do, in order. All of a step's effects happen together, once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow.serial import dump, load
from engine.flow.state import Json


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Open a user task and find its people."""

    task: str
    node: str
    round: int


@dataclass(frozen=True, slots=True)
class DecideItem:
    """A person has done their part of a task."""

    task: str
    node: str
    user: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CloseTask:
    """A task is over: `status` completed (with the outcome, decided by `user`) or cancelled."""

    task: str
    node: str
    status: str
    outcome: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run an action of the registry. `id` is the same whenever this step is computed again; `task` is the one it is about."""

    id: str
    node: str
    action: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A line of history: node_entered, node_left, timer_fired, sent_back, joined, incident, ..."""

    type: str
    node: str | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The instance is over: `status` completed or cancelled, `outcome` how it ended."""

    status: str
    outcome: str | None = None


Effect = OpenTask | DecideItem | CloseTask | RunAction | Record | End

_KINDS: Mapping[str, type[Any]] = {
    "open_task": OpenTask,
    "decide_item": DecideItem,
    "close_task": CloseTask,
    "run_action": RunAction,
    "record": Record,
    "end": End,
}
_NAMES = {type_: name for name, type_ in _KINDS.items()}


def effect_to_json(effect: Effect) -> dict[str, Json]:
    """The effect with its `kind`."""
    return {"kind": _NAMES[type(effect)], **dump(effect)}


def effect_from_json(document: Mapping[str, Json]) -> Effect:
    """The effect that `effect_to_json` wrote."""
    members = {name: value for name, value in document.items() if name != "kind"}
    effect: Effect = load(_KINDS[document["kind"]], members)
    return effect
