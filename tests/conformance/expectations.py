"""What a case may expect after a step: one entry of EXPECTATIONS each. Each gives what it found where that is something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.flow import (
    CallService,
    CancelCall,
    CloseTask,
    Copy,
    End,
    EscalateToParent,
    OpenTask,
    Publish,
    Record,
    RunAction,
    StartChild,
    incidents,
)
from engine.flow.duration import parse_duration
from engine.flow.state import HOSTS
from tests.conformance import approving
from tests.conformance.host import Host
from tests.conformance.steps import Words, words_of


def check(host: Host, text: str) -> str | None:
    """The first expectation that does not hold. A step that says nothing of refusals and incidents has neither."""
    parts = [part.strip() for part in re.split(r";\s*", text) if part.strip()]
    verbs = [part.split()[0] for part in parts]
    parts += [silent for silent in ("refused", "incident") if silent not in verbs]
    for part in parts:
        verb, _, rest = part.partition(" ")
        if verb not in EXPECTATIONS:
            raise ValueError(f"nothing can be expected by {verb!r}")
        said = EXPECTATIONS[verb](host, words_of(rest))
        if said is not None:
            return f"expected {part!r}, got {said or 'nothing'}"
    return None


def _lists(found: Callable[[Host], Iterable[str]], ordered: bool = True) -> Callable[[Host, Words], str | None]:
    def compare(host: Host, words: Words) -> str | None:
        got, wanted = list(found(host)), list(words.plain)
        same = got == wanted if ordered else sorted(got) == sorted(wanted)
        return None if same else " ".join(got)

    return compare


def _waits(host: Host, words: Words) -> str | None:
    """Tokens that stand somewhere, by node and reason; those that wait for what goes on in a scope of theirs do not count."""
    leaves = [token for token in host.state.tokens if token.waiting not in HOSTS]
    got = sorted((token.node, token.waiting) for token in leaves)
    wanted = sorted(_place(word, got) for word in words.plain)
    return None if wanted == got else " ".join(f"{node}:{reason}" for node, reason in got)


def _place(word: str, got: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """`A:task`, or `A` for whatever A waits for; an incident must be said."""
    node, _, reason = word.partition(":")
    known = next((r for n, r in got if n == node and r != "incident"), "?")
    return node, reason or known


def _hosts(host: Host, words: Words) -> str | None:
    got = sorted(f"{token.node}:{token.waiting}" for token in host.state.tokens if token.waiting in HOSTS)
    return None if got == sorted(words.plain) else " ".join(got)


def _ended(status: str) -> Callable[[Host, Words], str | None]:
    def compare(host: Host, words: Words) -> str | None:
        end = next(host.find(End), None)
        got = (host.state.status, *([end.code if status == "failed" else host.state.outcome] if end else []))
        wanted = (status, words.word(0, "") or None)
        return None if end is not None and got == wanted else f"{host.state.status} {host.state.outcome or ''}".strip()

    return compare


def _history(host: Host, words: Words) -> str | None:
    """Of the kinds of records that are named, exactly these, in this order: `history timer_fired:late sent_back:B`."""
    kinds = {word.partition(":")[0] for word in words.plain}
    got = [f"{each.type}:{each.node or ''}" for each in host.find(Record) if each.type in kinds]
    return None if got == words.plain else " ".join(got)


def _has(host: Host, words: Words) -> str | None:
    got = {key: host.state.variables.get(key) for key in words.values}
    return None if got == words.values else ", ".join(f"{key}={value}" for key, value in got.items())


def _arguments(host: Host, words: Words) -> str | None:
    """What was asked with: `with charge amount=3`, by the node's id."""
    asked: list[Any] = [*host.find(RunAction), *host.find(CallService), *host.find(StartChild), *host.find(Publish)]
    got = [dict(_asked_with(effect)) for effect in asked if effect.node == words.word(0)]
    return None if words.values in got else str(got)


def _asked_with(effect: Any) -> Mapping[str, Any]:
    if isinstance(effect, StartChild):
        return effect.variables
    return effect.payload if isinstance(effect, Publish) else effect.arguments


def _due(host: Host, words: Words) -> str | None:
    """How far away the next timer is."""
    next_due = host.state.next_due
    got = None if next_due is None else next_due - host.now
    wanted = None if words.word(0) == "never" else parse_duration(words.word(0))
    return None if got == wanted else str(got)


def _cancelled_calls(host: Host) -> list[str]:
    return [effect.kind for effect in host.find(CancelCall)]


EXPECTATIONS: Mapping[str, Callable[[Host, Words], str | None]] = {
    "waits": _waits,
    "holds": _hosts,
    "running": lambda host, _: None if host.state.status == "running" else host.state.status,
    "ended": _ended("completed"),
    "cancelled": _ended("cancelled"),
    "failed": _ended("failed"),
    "refused": _lists(lambda host: [host.refused] if host.refused else []),
    "incident": _lists(lambda host: [f"{each.node}:{each.code}" for each in incidents(host.state)], ordered=False),
    "enters": _lists(lambda host: [each.node or "" for each in host.find(Record) if each.type == "node_entered"]),
    "leaves": _lists(lambda host: [each.node or "" for each in host.find(Record) if each.type == "node_left"]),
    "history": _history,
    "has": _has,
    "opens": _lists(lambda host: [each.node for each in host.find(OpenTask)]),
    "closes": _lists(lambda host: [f"{each.node}:{each.outcome or each.status}" for each in host.find(CloseTask)]),
    "runs": _lists(lambda host: [each.action for each in host.find(RunAction)]),
    "calls": _lists(lambda host: [each.node for each in host.find(CallService)]),
    "children": _lists(lambda host: [each.flow for each in host.find(StartChild)]),
    "drops": _lists(_cancelled_calls),
    "with": _arguments,
    "publishes": _lists(lambda host: [each.name or "" for each in host.find(Publish)]),
    "copies": _lists(lambda host: [each.node for each in host.find(Copy)]),
    "escalates": _lists(lambda host: [each.code or "" for each in host.find(EscalateToParent)]),
    "due": _due,
    "asks": approving.asks,
    "later": approving.holds_back,
    "agreed": approving.automatic,
    "round": approving.round_of,
}
