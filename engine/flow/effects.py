"""What a step asks the host to do, in order. All of a step's effects happen together, once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow.approval.items import Item
from engine.flow.serial import dump, load
from engine.flow.state import Json


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Open a user task and find its people. `locals` are the names of the loop child it is in; `evaluated` are the values of
    candidates that are expressions, by `candidates/0` and `cc/0`."""

    task: str
    node: str
    round: int
    locals: Mapping[str, Json] = field(default_factory=dict)
    evaluated: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetItems:
    """These parts of a task are new or have changed."""

    task: str
    node: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Remind:
    """Tell people about a task. `why`: overdue, urged; `superior`: give it to the superiors of those it waits for, too (the host finds
    them, and answers with ActOnTask escalate)."""

    task: str
    node: str
    users: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class DecideItem:
    """A person has done their part of a task, its item."""

    task: str
    node: str
    user: str
    outcome: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class CloseTask:
    """A task is over: `status` completed (with the outcome, decided by `user`) or cancelled."""

    task: str
    node: str
    status: str
    outcome: str | None = None
    user: str | None = None


#: The action of a RunAction that only has the record read anew: an earlier one of the same step may have changed it.
READ_ANEW = ""
#: The action of a rule task that has rules: they fire about the record, where they hold.
RUN_RULES = "run_rules"


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run an action of the registry in the transaction. `id` is the same whenever this step is computed again; `task` is the one it
    is about. `awaited`: the result comes back as ServiceResult."""

    id: str
    node: str
    action: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    task: str | None = None
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class CallService:
    """Call another system, after the transaction; `id` is the idempotency key."""

    id: str
    node: str
    action: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start a called flow: `binding` latest or deployment; about `record`, or this instance's own where None."""

    id: str
    node: str
    flow: str
    binding: str = "latest"
    record: str | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelCall:
    """A service's or child's answer is not wanted any more; `kind` service or child."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Something waits for a message, signal, or change of what a condition reads."""

    id: int
    node: str
    kind: str
    name: str | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """It does not wait any more."""

    id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Publish:
    """A message (for the one that waits for its name and correlation) or a signal (for all) is thrown."""

    kind: str
    node: str
    name: str | None = None
    correlation: str | None = None
    payload: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copy:
    """Tell the people of a cc node; `locals` and `evaluated` as of OpenTask. `id` is that of a task that nobody has to do."""

    id: str
    node: str
    locals: Mapping[str, Json] = field(default_factory=dict)
    evaluated: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EscalateToParent:
    """An escalation that nothing here catches goes to the instance that called this one."""

    code: str | None = None
    payload: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A line of history: node_entered, node_left, timer_fired, sent_back, joined, incident, ..."""

    type: str
    node: str | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The instance is over: `status` completed, cancelled, or failed (by the error `code`, for the caller); `outcome` how it ended."""

    status: str
    outcome: str | None = None
    code: str | None = None
    detail: str = ""


Effect = (
    OpenTask
    | SetItems
    | Remind
    | DecideItem
    | CloseTask
    | RunAction
    | CallService
    | StartChild
    | CancelCall
    | Subscribe
    | Unsubscribe
    | Publish
    | Copy
    | EscalateToParent
    | Record
    | End
)

_KINDS: Mapping[str, type[Any]] = {
    "open_task": OpenTask,
    "set_items": SetItems,
    "remind": Remind,
    "decide_item": DecideItem,
    "close_task": CloseTask,
    "run_action": RunAction,
    "call_service": CallService,
    "start_child": StartChild,
    "cancel_call": CancelCall,
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "publish": Publish,
    "copy": Copy,
    "escalate_to_parent": EscalateToParent,
    "record": Record,
    "end": End,
}
_NAMES = {type_: name for name, type_ in _KINDS.items()}


def effect_to_json(effect: Effect) -> dict[str, Json]:
    """The effect with its name as `effect` (some have a `kind` of their own)."""
    return {"effect": _NAMES[type(effect)], **dump(effect)}


def effect_from_json(document: Mapping[str, Json]) -> Effect:
    """The effect that `effect_to_json` wrote."""
    members = {name: value for name, value in document.items() if name != "effect"}
    effect: Effect = load(_KINDS[document["effect"]], members)
    return effect
