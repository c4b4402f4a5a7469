"""What a person may do with a task here and now, how far its people are, and where it can be sent back to: said by the interpreter's own
rules, so that no button is offered that would be refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.flows.haste import may_urge, urged_until
from engine.definitions import Node, Text, Vote
from engine.flow import Item
from engine.flow.approval.items import Tree
from engine.flow.approval.operations import allowed, removable
from engine.flow.state import Task

#: Parts that only let somebody know, or ask what they think.
COPY, CONSULTED = "cc", "consult"
#: Stands in for a node that is gone: it allows nothing.
_UNKNOWN = Node("", "user_task", Text("", ""))


def engine_task(found: Mapping[str, Any], urged_at: datetime | None, claimed: int | None) -> Task:
    """The task as the interpreter knows it, of the parts that are written down."""
    items = tuple(_item(each) for each in found["items"] if each["item"] is not None)
    return Task(str(found["id"]), found["node_id"], 0, found["round"], items, claimed=claimed, urged=urged_at)


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        row["item"],
        row["user"]["id"] if row["user"] else "",
        row["status"],
        row["kind"],
        row["outcome"],
        row["sign"],
        row["weight"],
        row["parent"],
        row["owner"]["id"] if row["owner"] else None,
        row["reason"],
        row["veto"],
    )


def allowed_on(
    task: Task, node: Node | None, found: Mapping[str, Any], user: str, *, initiator: bool, now: datetime
) -> list[str]:
    """The operations that this user may do on a task, `decide` first."""
    mine = [each for each in found["items"] if each["user"] and each["user"]["id"] == user]
    counting = [each for each in mine if each["item"] is not None and each["status"] not in ("moved", "removed")]
    names: list[str] = []
    if found["status"] == "open" and (counting or initiator):
        names = list(allowed(task, node or _UNKNOWN, user, initiator=initiator))
        if "urge" in names and not (may_urge(task, user, initiator=initiator) and urged_until(task, now) is None):
            names.remove("urge")
        if "decide" in names and node is not None and node.assignment and "consult" in node.assignment.operations:
            names.append("consult")
    if counting or initiator:
        names.append("cc")
    names += ["read"] if any(_waits(each, COPY) for each in mine) else []
    names += ["advise"] if found["status"] == "open" and any(_waits(each, CONSULTED) for each in mine) else []
    return names


def _waits(item: Mapping[str, Any], kind: str) -> bool:
    return bool(item["kind"] == kind and item["status"] == "open")


def removable_by(task: Task, user: str) -> list[int]:
    """The parts that this user may take away."""
    return list(removable(task, user))


def allowed_alone(found: Mapping[str, Any]) -> list[str]:
    """What may be done with a task that belongs to no flow."""
    return ["decide"] if found["can_act"] else []


def my_item(found: Mapping[str, Any], user: str) -> Mapping[str, Any] | None:
    """The part with which the reader acts: their own open one before what they do for others; else the last they had."""
    mine: list[Mapping[str, Any]] = [each for each in found["items"] if each["user"] and each["user"]["id"] == user]
    opened = [each for each in mine if each["status"] == "open" and each["kind"] not in (COPY, CONSULTED)]
    if opened:
        return min(opened, key=lambda each: (each["kind"] == "agent", each["item"] or 0))
    return mine[-1] if mine else None


def progress(task: Task, mode: str, node: Node | None, *, over: bool) -> dict[str, Any]:
    """How the signers stand: in a vote by their weights. Nobody is left where the task is `over`, though they did not sign."""
    tree, count = Tree(task.items), Counter[str | None]()
    for item in tree.signers:
        count[tree.sign(item)] += item.weight if mode == "vote" else 1
    vote = node.assignment.vote if node is not None and node.assignment is not None else None
    return {
        "mode": mode,
        "agreed": count["agree"],
        "refused": count["refuse"],
        "abstained": count["abstain"],
        "left": 0 if over else count[None],
        "needed": _needed(vote) if mode == "vote" else None,
    }


def _needed(vote: Vote | None) -> dict[str, str]:
    """What a vote takes, in words."""
    vote = vote or Vote("1/2")
    parts = [(f"需 {vote.pass_at} 同意", f"{vote.pass_at} must agree")]
    if vote.base == "voted":
        parts.append(("按已投票计", "of those who vote"))
    if vote.quorum is not None:
        parts.append((f"至少 {vote.quorum} 参与", f"{vote.quorum} must vote"))
    if vote.veto:
        parts.append(("有一票否决", "some may veto"))
    return {"zh": "，".join(zh for zh, _ in parts), "en": ", ".join(en for _, en in parts)}


def choices(outcomes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the outcomes sends back to where its person chooses."""
    return any(_chooses(outcome) for outcome in outcomes)


def _chooses(outcome: Mapping[str, Any]) -> bool:
    return bool(outcome["kind"] == "send_back" and not outcome.get("target"))


def with_targets(outcomes: Sequence[Mapping[str, Any]], nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The outcomes; those that leave the target to the person with the nodes that it can be."""
    targets = [{"node_id": node.id, "title": {"zh": node.title.zh, "en": node.title.en}} for node in nodes]
    return [{**outcome, "targets": targets} if _chooses(outcome) else dict(outcome) for outcome in outcomes]
