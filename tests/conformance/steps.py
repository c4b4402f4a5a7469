"""What the steps of a case do: one entry of VERBS each."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow import (
    Activate,
    ActOnTask,
    Cancel,
    ChildEnded,
    ChildEscalated,
    Command,
    CompleteTask,
    ConditionsChanged,
    Deliver,
    FinishAdHoc,
    FireTimers,
    Instruction,
    Migrate,
    Modify,
    Program,
    Resume,
    Retry,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    Suspend,
    Trigger,
)
from engine.flow.duration import parse_duration
from tests.conformance import approving
from tests.conformance.host import Host

#: Names that are about the step itself and not values that go in.
_ABOUT = ("by", "outcome", "key", "status", "to")


@dataclass
class Words:
    """The words of a step: plain ones in order, `name=value` ones by name."""

    plain: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def word(self, index: int, default: str | None = None) -> str:
        """A plain word; the default when it is left out."""
        if index < len(self.plain):
            return self.plain[index]
        if default is None:
            raise ValueError("a word is missing")
        return default


def value_of(text: str) -> Any:
    """JSON where it is JSON, text otherwise."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def words_of(text: str) -> Words:
    """Split as a shell does."""
    found = Words()
    for word in shlex.split(text):
        name, sign, value = word.partition("=")
        if not sign:
            found.plain.append(word)
        elif name in _ABOUT:
            found.about[name] = value
        else:
            found.values[name] = value_of(value)
    return found


def take(host: Host, text: str, newer: Program | None) -> None:
    """Do a step. Raises ValueError for one that is not known."""
    verb, _, rest = text.partition(" ")
    words = words_of(rest)
    if verb in SETTINGS:
        host.effects, host.refused = [], None
        SETTINGS[verb](host, words)
    elif verb == "migrate":
        nodes = dict(word.split(">") for word in words.plain)
        host.apply(Migrate(nodes), newer)
    elif verb in VERBS:
        command = VERBS[verb](host, words)
        if command is not None:
            host.apply(command)
    else:
        raise ValueError(f"there is no step {verb!r}")


def _start(_: Host, words: Words) -> Command:
    node = words.word(0, "") or None
    if node is None:
        return Start(words.values, {}, initiator=words.about.get("by"))
    declared = {k: v for k, v in words.values.items() if k != "payload"}
    return Start(declared, {}, node=node, payload=words.values.get("payload", {}))


def _complete(host: Host, words: Words) -> Command:
    """`complete A#2 done by=bob`: the second of the tasks at A that are open, oldest first; one that is over when none is open."""
    node, _, number = words.word(0).partition("#")
    known = host.tasks[node]
    choice = [task for task in known if host.state.task(task) is not None] or known
    return CompleteTask(choice[int(number or 1) - 1], words.about.get("by", "ann"), words.word(1, "done"), words.values)


def _after(host: Host, words: Words) -> Command | None:
    """Time passes; what is due then happens in one step, as a host wakes it once."""
    host.now += parse_duration(words.word(0))
    host.effects, host.refused = [], None
    return FireTimers() if host.state.next_due is not None and host.state.next_due <= host.now else None


def _message(host: Host, words: Words) -> Command:
    key = words.about.get("key")
    found = [
        each.id
        for each in host.state.subscriptions
        if each.kind == "message" and each.name == words.word(0) and (key is None or each.correlation == key)
    ]
    return Deliver(found[0] if found else 0, words.values)


def _call(host: Host, node: str) -> str:
    """The pending call of a node, or one that is not known: `C#2` is the second there."""
    name, _, number = node.partition("#")
    found = [call.id for call in host.state.calls if call.node == name]
    index = int(number or 1) - 1
    return found[index] if index < len(found) else "nothing"


def _child(host: Host, words: Words) -> Command:
    status = words.word(1, "completed")
    code = words.word(2, "") or None
    return ChildEnded(_call(host, words.word(0)), status, words.about.get("outcome"), words.values, code)


def _modify(host: Host, words: Words) -> Command:
    """`modify cancel:A start_before:B start_after:C move:A>D x=1`."""
    return Modify(tuple(_instruction(host, *word.split(":")) for word in words.plain), words.values)


def _instruction(host: Host, kind: str, node: str) -> Instruction:
    if kind != "move":
        return Instruction(kind, node)
    source, _, target = node.partition(">")
    token = next(token.id for token in host.state.tokens if token.node == source)
    return Instruction("move", target, token=token)


def _escalate(host: Host, words: Words) -> Command:
    """The host brings a superior into a task."""
    task = next(task for task in host.tasks[words.word(0)] if host.state.task(task) is not None)
    return ActOnTask(task, "", "escalate", (words.word(1),))


Verb = Callable[[Host, Words], Command | None]

VERBS: Mapping[str, Verb] = {
    "escalate": _escalate,
    **{operation: approving.acts(operation) for operation in approving.OPERATIONS},
    "back": approving.back,
    "reclaim": approving.reclaims,
    "withdraw": approving.withdraws,
    "start": _start,
    "called": lambda _, words: Start(words.values, {}, called=True),
    "complete": _complete,
    "after": _after,
    "fire": lambda _, __: FireTimers(),
    "message": _message,
    "signal": lambda _, words: Signal(words.word(0), words.values),
    "record": lambda _, words: ConditionsChanged({"record": words.values}),
    "trigger": lambda _, words: Trigger(words.word(0), payload=words.values),
    "result": lambda host, words: ServiceResult(_call(host, words.word(0)), words.values),
    "fails": lambda host, words: ServiceFailed(_call(host, words.word(0)), words.word(1), words.word(2, "")),
    "child": _child,
    "escalates": lambda host, words: ChildEscalated(_call(host, words.word(0)), words.word(1, "") or None),
    "activate": lambda _, words: Activate(words.word(0)),
    "finish": lambda _, words: FinishAdHoc(words.word(0)),
    "modify": _modify,
    "retry": lambda _, words: Retry(words.word(0, "") or None, words.values),
    "suspend": lambda _, __: Suspend(),
    "resume": lambda _, __: Resume(),
    "cancel": lambda _, __: Cancel(),
}

#: Steps that change what is around the instance, and nothing in it.
SETTINGS: Mapping[str, Callable[[Host, Words], None]] = {
    "choose": lambda host, words: host.chosen.update({words.word(0): tuple(words.plain[1:])}),
    "broken": lambda host, words: host.broken.update({words.word(0): words.word(1)}),
    "mended": lambda host, words: host.broken.__delitem__(words.word(0)),
    "answers": lambda host, words: host.answers.update({words.word(0): words.values}),
}
