"""What cases say about people and their tasks: who they are, how they decide, what else they do, and whom a task then asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.definitions import Assignment, Candidate, Outcome, Overdue, Text, Vote
from engine.flow import ActOnTask, Agent, Command, CompleteTask, Person, Reclaim, Withdraw
from engine.flow.state import Task
from tests.conformance.host import Host

TITLE = Text("x", "x")
_ANYBODY = Assignment((Candidate(role="anybody"),))
_OUTCOME = re.compile(r"(?P<key>\w+)(?P<sign>[!~]?)(?P<way>>{0,2})(?P<target>[\w?]*)(/(?P<rounds>\d+))?$")
_PERSON = re.compile(
    r"(?P<user>[\w-]+)(\*(?P<weight>\d+))?(?P<veto>\^?)(<(?P<superior>[\w-]+))?(\((?P<agents>[^)]*)\))?$"
)


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """`done,refuse!,skip~,back>A,ask>>A/2`: `!` counts as a refusal (with `>A` it leads there), `~` abstains, `>` sends back to a node
    (`?`: to one that the person names), `>>` only asks it again; at most so many times after `/`."""
    return tuple(_outcome(word) for word in text.split(","))


def _outcome(word: str) -> Outcome:
    found = _OUTCOME.match(word)
    if found is None:
        raise ValueError(f"{word!r} is no outcome")
    target, rounds = found["target"] if found["target"] != "?" else "", found["rounds"]
    kind = {"!": "refuse", "~": "abstain"}.get(found["sign"]) or ("send_back" if found["way"] else "complete")
    return Outcome(found["key"], TITLE, kind, target or None, found["way"] == ">>", int(rounds) if rounds else None)


def assignment_of(members: Mapping[str, str]) -> Assignment:
    """An assignment from its words: mode, refusal, may (operations), duplicates, own, nobody, user, late, and those of the vote."""
    vote: dict[str, Any] = {name: members[name] for name in ("base", "quorum", "tie") if name in members}
    given: dict[str, Any] = {
        name: members[name] for name in ("mode", "refusal", "duplicates", "own", "nobody") if name in members
    }
    if "may" in members:
        given["operations"] = tuple(members["may"].split(","))
    if "user" in members:
        given["nobody_user"] = members["user"]
    if "vote" in members:
        given |= {"mode": "vote", "vote": Vote(members["vote"], **vote)}
    if "late" in members:
        given["overdue"] = tuple(_overdue(word) for word in members["late"].split(","))
    return replace(_ANYBODY, **given)


def _overdue(word: str) -> Overdue:
    """`agree`, `superior:PT1H`, `jump>B`."""
    action, _, target = word.partition(">")
    action, _, after = action.partition(":")
    return Overdue(action, after or None, target=target or None)


#: Words of an assignment.
ASSIGNMENT = (
    "mode", "refusal", "may", "duplicates", "own", "nobody", "user", "late", "vote", "base", "quorum", "tie",
)  # fmt: skip


def person_of(text: str) -> Person:
    """`ann*2^<boss(zed,!yan)`: a weight of 2, a veto, her superior, an agent beside her and one in her place."""
    found = _PERSON.match(text)
    if found is None:
        raise ValueError(f"{text!r} is nobody")
    agents = tuple(
        Agent(name.lstrip("!"), not name.startswith("!")) for name in (found["agents"] or "").split(",") if name
    )
    above = found["superior"]
    return Person(found["user"], int(found["weight"] or 1), bool(found["veto"]), above, above, agents)


# -- steps


def open_task(host: Host, word: str) -> Task:
    """`A#2`: the second of the tasks at A that are open, oldest first."""
    node, _, number = word.partition("#")
    tasks = [task for id in host.tasks.get(node, ()) if (task := host.state.task(id)) is not None]
    return tasks[int(number or 1) - 1]


def acts(operation: str) -> Callable[[Host, Any], Command]:
    """`add_before A bob eve by=ann`; `remove A bob by=ann` names whom to take away; the latest, where they are there twice."""

    def make(host: Host, words: Any) -> Command:
        task, by, users = open_task(host, words.word(0)), words.about.get("by", "ann"), tuple(words.plain[1:])
        if operation != "remove":
            return ActOnTask(task.id, by, operation, users)
        found = [item.id for item in task.items if item.user in users and item.status in ("open", "waiting", "done")]
        return ActOnTask(task.id, by, operation, (), found[-1] if found else 0)

    return make


def back(host: Host, words: Any) -> Command:
    """`back A OUTCOME to=B by=ann`: an outcome with the node that the person names."""
    task = open_task(host, words.word(0))
    return CompleteTask(task.id, words.about.get("by", "ann"), words.word(1), target=words.about.get("to"))


def reclaims(host: Host, words: Any) -> Command:
    """`reclaim A by=ann`; `reclaim A#2 by=ann` in the second that is open."""
    node, _, number = words.word(0).partition("#")
    within = open_task(host, words.word(0)).id if number else None
    return Reclaim(node, words.about.get("by", "ann"), within)


def withdraws(_: Host, words: Any) -> Command:
    return Withdraw(words.about.get("by", "ann"))


OPERATIONS = (
    "add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reassign", "claim", "release", "urge",
    "appoint", "appoint_alone",
)  # fmt: skip


# -- expectations


def asks(host: Host, words: Any) -> str | None:
    """`asks A ann bob`: these can decide now, and nobody else."""
    return _users(host, words, "open")


def holds_back(host: Host, words: Any) -> str | None:
    """`later A eve`: these have a part whose turn has not come."""
    return _users(host, words, "waiting")


def _users(host: Host, words: Any, status: str) -> str | None:
    task = open_task(host, words.word(0))
    got = sorted(item.user for item in task.items if item.status == status)
    return None if got == sorted(words.plain[1:]) else " ".join(got)


def automatic(host: Host, words: Any) -> str | None:
    """`agreed ann:earlier`: in this step these agreed without being asked, for this reason."""
    got = [f"{each.data['user']}:{each.data['reason']}" for each in host.records("agreed_automatically")]
    return None if got == list(words.plain) else " ".join(got)


def round_of(host: Host, words: Any) -> str | None:
    """`round A 2`."""
    got = str(open_task(host, words.word(0)).round)
    return None if got == words.word(1) else got
