"""Random flows whose tasks are decided as companies decide: modes, votes, policies, deadlines, and everything people do beside deciding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from engine.definitions import Flow, Node, Outcome, Overdue, Text, Vote
from engine.flow import Agent, Person, Program

KEY = "approving"
OPERATIONS = ("add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult")
_TEXT = Text("文", "text")
_MODES = ("one", "any", "all", "sequence", "vote", "claim", "random")


def approving(flow: Flow, seed: int) -> Flow:
    """The flow with its user tasks decided in some way or other."""
    random = Random(f"approving {seed}")
    tasks = [node for node in flow.nodes if node.type == "user_task"]
    nodes = tuple(_decided(random, node, tasks) if node.type == "user_task" else node for node in flow.nodes)
    return replace(flow, key=KEY, nodes=nodes, withdraw=random.choice(("never", "before_action", "any")))


def _decided(random: Random, node: Node, tasks: Sequence[Node]) -> Node:
    assert node.assignment is not None
    mode = random.choice(_MODES)
    beside = [task.id for task in tasks if task.parent == node.parent]
    assignment = replace(
        node.assignment,
        mode=mode,
        refusal=random.choice(("at_once", "wait")),
        vote=_vote(random) if mode == "vote" else None,
        operations=OPERATIONS,
        duplicates=random.choice(("never", "earlier", "consecutive")),
        own=random.choice(("approve", "skip", "superior", "head")),
        nobody=random.choice(("admin", "pass", "refuse", "user", "incident")),
        nobody_user="nora",
        overdue=_overdue(random, node, beside),
    )
    return replace(node, assignment=assignment, outcomes=_outcomes(random, node, beside))


def _vote(random: Random) -> Vote:
    return Vote(
        random.choice(("1/2", "2/3", "60%", "2")),
        random.choice(("all", "voted")),
        random.choice((None, "1/2", "2")),
        tie=random.choice((None, "agree", "refuse")),
    )


def _overdue(random: Random, node: Node, beside: Sequence[str]) -> tuple[Overdue, ...]:
    if random.random() < 0.6:
        return ()
    may_leave = not node.loop and not node.for_compensation
    action = random.choice(("remind", "agree", "refuse", "superior", *(("jump",) if may_leave else ())))
    target = random.choice(beside) if action == "jump" else None
    return (Overdue(action, random.choice(("PT1H", "PT30M")), every="PT10M", times=2, target=target),)


def _outcomes(random: Random, node: Node, beside: Sequence[str]) -> tuple[Outcome, ...]:
    targets = (None, None, "end", "previous", "initiator", *(() if node.loop or node.for_compensation else beside))
    target, rounds = random.choice(targets), random.choice((None, 1, 3))
    found = [Outcome("done", _TEXT), Outcome("other", _TEXT, "refuse", target=target)]
    found += [Outcome("skip", _TEXT, "abstain")] if random.random() < 0.4 else []
    found += [Outcome("back", _TEXT, "send_back", rounds=rounds)] if random.random() < 0.7 else []
    return (*found, Outcome("ask", _TEXT, "send_back", straight=True, rounds=rounds))


#: Who is found, by the last figure of the node's id.
_CREWS: Sequence[Sequence[Person]] = (
    (Person("ann"), Person("bob")),
    (Person("ann", 2, superior="boss", head="chief"), Person("bob", veto=True), Person("eve")),
    (Person("bob", agents=(Agent("zed", False),)), Person("ann", agents=(Agent("yan"), Agent("bob"))), Person("bob")),
    (),
    (Person("eve", 3), Person("dan"), Person("bob"), Person("ann")),
)


def people(program: Program, node: str) -> Sequence[Person]:
    """Who is found for a task."""
    if program.flow.key != KEY:
        return _CREWS[0]
    return _CREWS[int("".join(sign for sign in node if sign.isdigit()) or 0) % len(_CREWS)]


def is_remembering(program: Program) -> bool:
    """Whether a task depends on what was agreed elsewhere: then branches are not independent."""
    return any(n.assignment is not None and n.assignment.duplicates != "never" for n in program.nodes.values())
