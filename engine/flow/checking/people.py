"""User tasks: the form, the buttons, who gets it, and what sending back leads to."""

from __future__ import annotations

import re
from collections.abc import Collection

from engine.definitions import Candidate, Flow, Node, Outcome
from engine.flow.checking.events import check_duration
from engine.flow.checking.graph import reachable
from engine.flow.checking.problem import Checking
from engine.flow.checking.vocabulary import ACTIVITIES

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
#: Fields of every record that name a person.
_SYSTEM_PEOPLE = frozenset({"owner", "created_by", "updated_by"})


def check_people(checking: Checking) -> None:
    """Every node that a person gets something from."""
    for node in checking.nodes.values():
        if node.type == "user_task":
            _check_user_task(checking, node)
        elif node.type == "cc":
            _check_copies(checking, node)


def _check_user_task(checking: Checking, node: Node) -> None:
    path, forms = checking.paths[node.id], checking.known.forms
    if node.form is not None and node.form not in forms:
        checking.unknown("form", node.form, forms, f"{path}/form", node.id)
    elif node.form is not None and forms[node.form].entity != checking.flow.entity:
        checking.at(node, "flow.form_entity", "form", key=node.form)
    if not any(outcome.kind != "send_back" for outcome in node.outcomes):
        checking.at(node, "flow.no_outcomes", "outcomes")
    for index, outcome in enumerate(node.outcomes):
        _check_outcome(checking, node, outcome, index)
    agreements = [outcome for outcome in node.outcomes if outcome.kind == "complete"]
    if node.assignment is not None and node.assignment.mode == "all" and len(agreements) > 1:
        checking.at(node, "flow.many_agreements", "outcomes", severity="warning")
    if node.due is not None:
        check_duration(checking, node, node.due, "due")
    if node.assignment is None or not node.assignment.candidates:
        checking.at(node, "flow.no_candidates", "assignment")
    else:
        _check_candidates(checking, node)


def _check_copies(checking: Checking, node: Node) -> None:
    if node.assignment is None or not (node.assignment.candidates or node.assignment.cc):
        checking.at(node, "flow.no_candidates", "assignment")
    else:
        _check_candidates(checking, node)


def _check_outcome(checking: Checking, node: Node, outcome: Outcome, index: int) -> None:
    member = f"outcomes/{index}"
    if outcome.key in [each.key for each in node.outcomes[:index]]:
        checking.at(node, "flow.repeated_outcome", f"{member}/key", key=outcome.key)
    if outcome.kind != "send_back":
        if outcome.target is not None:
            checking.at(
                node, "flow.member_unused", f"{member}/target", member="target", type=f"outcome: {outcome.kind}"
            )
        return
    target = checking.nodes.get(outcome.target or "")
    if target is None:
        tasks = [each.id for each in checking.nodes.values() if each.type == "user_task" and each.id != node.id]
        checking.unknown("node", outcome.target or "", tasks, f"{checking.paths[node.id]}/{member}/target", node.id)
    elif target.type != "user_task" or target.id == node.id or not _comes_before(checking, target, node):
        checking.at(node, "flow.send_back_target", f"{member}/target", target=target.id)


def _comes_before(checking: Checking, earlier: Node, node: Node) -> bool:
    """Whether the earlier task stands in the node's scope or one around it, and leads to the node."""
    scopes = {node.parent, *(each.parent for each in checking.around(node))}
    return earlier.parent in scopes and node.id in reachable(checking, earlier.id)


def _check_candidates(checking: Checking, node: Node) -> None:
    assert node.assignment is not None
    for member, candidates in (("candidates", node.assignment.candidates), ("cc", node.assignment.cc)):
        for index, candidate in enumerate(candidates):
            _check_candidate(checking, node, candidate, f"assignment/{member}/{index}")


def _check_candidate(checking: Checking, node: Node, candidate: Candidate, member: str) -> None:
    given = [name for name in Candidate.__dataclass_fields__ if name != "weight" and getattr(candidate, name)]
    if len(given) != 1 and set(given) != {"role", "department"}:
        checking.at(node, "flow.candidate_members", member)
    entity = checking.known.entities[checking.flow.entity]
    users = {field.key for field in entity.fields if field.type == "user"} | _SYSTEM_PEOPLE
    known: tuple[tuple[str, str | None, Collection[str] | None], ...] = (
        ("role", candidate.role, checking.known.roles),
        ("department", candidate.department, checking.known.departments),
        ("node", candidate.superior_of, checking.nodes),
        ("user_field", candidate.record_field, users),
    )
    for what, key, keys in known:
        if key is not None and keys is not None and key not in keys:
            checking.unknown(what, key, keys, f"{checking.paths[node.id]}/{member}", node.id)
    if candidate.user is not None:
        check_user(checking, node, candidate.user, f"{member}/user")
    _check_superior(checking, node, candidate, member)


def check_user(checking: Checking, node: Node, user: str, member: str) -> None:
    """A person who is named is named by e-mail or id; whether they are there may change, so nobody is only told of."""
    users, path = checking.known.users, f"{checking.paths[node.id]}/{member}"
    if not ("@" in user or _ID.fullmatch(user)):
        checking.report("flow.user_form", path, node=node.id, key=user)
    elif users is not None and user not in users:
        checking.report("flow.unknown_user", path, node=node.id, severity="warning", key=user)


def people_named(flow: Flow) -> frozenset[str]:
    """Everybody whom a flow names by e-mail or id."""
    assignments = [node.assignment for node in flow.nodes if node.assignment is not None]
    return frozenset(
        candidate.user
        for each in assignments
        for candidate in (*each.candidates, *each.cc)
        if candidate.user is not None
    )


def _check_superior(checking: Checking, node: Node, candidate: Candidate, member: str) -> None:
    below = checking.nodes.get(candidate.superior_of or "")
    if below is None or below.type == "start_event":
        return
    if (
        below.type != "user_task"
        or (below.id != node.id and node.id not in reachable(checking, below.id))
        or (below.id == node.id and below.type in ACTIVITIES and node.id not in reachable(checking, node.id))
    ):
        checking.at(node, "flow.superior_of", member, target=below.id)
