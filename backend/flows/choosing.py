"""Whom an initiator chooses when they start a flow: asked only of nodes on the way that it will take, as far as one can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.access.caller import Caller
from backend.flows.approval_errors import ChoosePeople, UsersInvalid
from backend.flows.operating import Operations
from backend.flows.prediction import Supposed, of_start
from backend.tasks.people import most_of
from engine.definitions import Flow, Node

INITIATOR = "initiator"


async def require_chosen(
    operations: Operations,
    caller: Caller,
    supposed: Supposed,
    chosen: Mapping[str, Sequence[str]],
    reader: Caller | None = None,
) -> None:
    """Raises ChoosePeople for a task to come whose people the initiator has not chosen, UsersInvalid for choices that do not fit, and what
    predicting raises."""
    flow: Flow = operations.metadata.flow(supposed.key)
    asking = {each.id: each for each in flow.nodes if each.assignment and each.assignment.chosen_by == INITIATOR}
    unasked = next((node for node in chosen if node not in asking), None)
    if unasked is not None:
        raise UsersInvalid(path=f"chosen/{unasked}")
    if not asking:
        return
    for task in (await of_start(operations, caller, supposed, reader))["tasks"]:
        if task["node_id"] in asking:
            _require(asking[task["node_id"]], task["people"], chosen.get(task["node_id"]))


def _require(node: Node, people: Sequence[Mapping[str, Any]], chosen: Sequence[str] | None) -> None:
    range_ = {each["user"]["id"]: each["user"] for each in people if each["user"] and each["kind"] == "assignee"}
    most = most_of(node)
    if chosen is None and range_:
        raise ChoosePeople(node_id=node.id, title=node.title, candidates=list(range_.values()), most=most)
    if chosen is not None and (not range_.keys() >= set(chosen) or len(set(chosen)) > (most or len(chosen))):
        raise UsersInvalid(path=f"chosen/{node.id}")
