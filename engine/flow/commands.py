"""What can happen to an instance, and the refusal of what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow.serial import dump, load
from engine.flow.state import Json

Values = Mapping[str, Json]


class Refused(Exception):
    """A command that the rules of the flow do not allow now; the state stays as it was. `code` is stable."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Start:
    """Begin, at every none start event or at the start event `node` with what arrived there; variables not given take their
    defaults. `called` by another instance: errors that nothing catches end this one and go there. `initiator` is whose it is. `at`: an
    instance that goes on, at this node, where another was over."""

    variables: Values = field(default_factory=dict)
    context: Values = field(default_factory=dict)
    node: str | None = None
    payload: Values = field(default_factory=dict)
    called: bool = False
    initiator: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """`user` decides their part of a task (`item`: which, where they have several); `variables` are the form's values with the keys
    of variables. `target`: where to send back to, where the outcome leaves that to the person."""

    task: str
    user: str
    outcome: str
    variables: Values = field(default_factory=dict)
    context: Values | None = None
    item: int | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who stands in for a person: `both` may act, or only the agent (`both` False)."""

    user: str
    both: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody found for a task: with the weight of their vote, whether their refusal decides, who is above them (`superior`) and at the
    head of their department (`head`), their agents, and why it is them (`because`: the candidate's number, or a sentence's key)."""

    user: str
    weight: int = 1
    veto: bool = False
    superior: str | None = None
    head: str | None = None
    agents: tuple[Agent, ...] = ()


@dataclass(frozen=True, slots=True)
class AssignPeople:
    """The people of a task are found, in the order of its candidates; `administrators` get it where nobody is, and the flow says so.
    `named`: whom the flow names for that case, empty where they are not there (None: as the flow writes it).
    `held`: it stops here whatever the flow says, for an operator to look at."""

    task: str
    people: tuple[Person, ...]
    administrators: tuple[str, ...] = ()
    held: bool = False
    context: Values | None = None
    named: str | None = None


@dataclass(frozen=True, slots=True)
class ActOnTask:
    """`user` does something else than deciding with their part of a task. `operation`: add_before, add_after, add_alongside, remove,
    transfer, delegate, claim, release, urge, escalate (the superiors get it too), reassign (somebody else gives it away for them), appoint
    and appoint_alone (their agents may do it, too, or instead), dismiss (an agent, whose `item` it is, may not any more). `users` are
    whom it is about, `item` which item (of theirs; for remove and dismiss the one to take away)."""

    task: str
    user: str
    operation: str
    users: tuple[str, ...] = ()
    item: int | None = None
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Reclaim:
    """`user` takes back what they decided at `node`, or an agent for them, while nobody has acted on what followed: a signature while the
    task still runs, or the decision that completed it. `within`: only in the task with this id."""

    node: str
    user: str
    within: str | None = None
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The initiator takes the whole back, as far as the flow allows."""

    user: str


@dataclass(frozen=True, slots=True)
class ChangeInitiator:
    """The instance is somebody else's from now on: whoever started it has handed over what they had."""

    user: str


@dataclass(frozen=True, slots=True)
class FireTimers:
    """Fire every timer that is due, earliest first."""

    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message (or signal) for one subscription arrived."""

    subscription: int
    payload: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal was thrown elsewhere: everything here that waits for its name gets it; nothing waiting is nothing wrong."""

    name: str | None
    payload: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class ConditionsChanged:
    """What conditions read has changed: conditional events are looked at again."""

    context: Values | None = None


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """A call has its answer."""

    call: str
    result: Json = None
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """A call has failed for good: an error with this code, which the flow may catch."""

    call: str
    code: str
    detail: str = ""
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """A called flow is over. `status`: completed, cancelled, or failed by the error `code`."""

    call: str
    status: str
    outcome: str | None = None
    variables: Values = field(default_factory=dict)
    code: str | None = None
    detail: str = ""
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class ChildEscalated:
    """A called flow has thrown an escalation that it does not catch itself."""

    call: str
    code: str | None = None
    payload: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Let what waits at `node` go on as if its event had happened: an armed event, a task without people that waits (receive), or a
    boundary or start event of a running activity or scope. `scope` says which, where there are several."""

    node: str
    scope: int | None = None
    payload: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Activate:
    """Start an activity of an ad-hoc sub-process (`scope`: which, where there are several)."""

    node: str
    scope: int | None = None
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class FinishAdHoc:
    """Enough was done in the ad-hoc sub-process `node`."""

    node: str
    scope: int | None = None
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One change of Modify. `kind`: `cancel` (the token `token`, or everything at `node`), `start_before` or `start_after` a
    `node` (in `scope`, the one running scope of its parent where left out), `move` (the token to before `node`)."""

    kind: str
    node: str | None = None
    token: int | None = None
    scope: int | None = None


@dataclass(frozen=True, slots=True)
class Modify:
    """An operator's changes, all together or none; `variables` are set first."""

    instructions: tuple[Instruction, ...]
    variables: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Migrate:
    """Go on under another version of the flow, given to this step: `nodes` maps what is live (old id to new; same ids need no entry)."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Suspend:
    """Hold everything: no timer fires, nobody can act, what arrives is kept."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on: timers that count time take up where they stood, what arrived happens."""

    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again what stopped with an incident, at `node` or everywhere; `variables` are set first."""

    node: str | None = None
    variables: Values = field(default_factory=dict)
    context: Values | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance now; open tasks are cancelled."""


Command = (
    Start
    | CompleteTask
    | FireTimers
    | Deliver
    | Signal
    | ConditionsChanged
    | ServiceResult
    | ServiceFailed
    | ChildEnded
    | ChildEscalated
    | Trigger
    | Activate
    | FinishAdHoc
    | Modify
    | Migrate
    | AssignPeople
    | ActOnTask
    | Reclaim
    | Withdraw
    | ChangeInitiator
    | Suspend
    | Resume
    | Retry
    | Cancel
)

#: Names on the wire.
COMMANDS: Mapping[str, type[Any]] = {
    "start": Start,
    "complete_task": CompleteTask,
    "timers": FireTimers,
    "deliver": Deliver,
    "signal": Signal,
    "conditions": ConditionsChanged,
    "service_result": ServiceResult,
    "service_failed": ServiceFailed,
    "child_ended": ChildEnded,
    "child_escalated": ChildEscalated,
    "trigger": Trigger,
    "activate": Activate,
    "finish_ad_hoc": FinishAdHoc,
    "modify": Modify,
    "migrate": Migrate,
    "assign_people": AssignPeople,
    "act_on_task": ActOnTask,
    "reclaim": Reclaim,
    "withdraw": Withdraw,
    "change_initiator": ChangeInitiator,
    "suspend": Suspend,
    "resume": Resume,
    "retry": Retry,
    "cancel": Cancel,
}
_NAMES = {type_: name for name, type_ in COMMANDS.items()}


def command_to_json(command: Command) -> dict[str, Json]:
    """The command with its `kind`."""
    return {"kind": _NAMES[type(command)], **dump(command)}


def command_from_json(document: Mapping[str, Json]) -> Command:
    """The command that `command_to_json` wrote; members it does not know are left aside. Raises KeyError for an unknown kind."""
    type_ = COMMANDS[document["kind"]]
    command: Command = load(type_, {k: v for k, v in document.items() if k in type_.__dataclass_fields__})
    return command
