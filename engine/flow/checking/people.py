"""User tasks: the form, the buttons and where they lead, who gets it."""

from __future__ import annotations

import re
from collections.abc import Collection

from engine.definitions import Assignment, Candidate, Flow, Node, Outcome
from engine.flow.checking.approval import check_assignment, check_copies, check_goes_on, tell_unused
from engine.flow.checking.events import check_duration
from engine.flow.checking.graph import behind, leads
from engine.flow.checking.problem import Checking
from engine.flow.checking.rights import check_rights
from engine.flow.checking.vocabulary import ACTIVITIES, OUTCOME_MEMBERS, members_set
from engine.flow.expressions import people_of
from engine.flow.targets import END, INITIATOR, PREVIOUS

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
    check_rights(checking, node)
    if not any(outcome.kind in ("complete", "refuse") for outcome in node.outcomes):
        checking.at(node, "flow.no_outcomes", "outcomes")
    for index, outcome in enumerate(node.outcomes):
        _check_outcome(checking, node, outcome, index)
    agreements = [outcome for outcome in node.outcomes if outcome.kind == "complete"]
    if node.assignment is not None and node.assignment.mode == "all" and len(agreements) > 1:
        checking.at(node, "flow.many_agreements", "outcomes", severity="warning")
    if node.due is not None:
        check_duration(checking, node, node.due, "due")
    if node.assignment is None or not (node.assignment.candidates or node.assignment.chain):
        checking.at(node, "flow.no_candidates", "assignment")
        return
    _check_candidates(checking, node, node.assignment)
    _check_nobody(checking, node, node.assignment)
    check_assignment(checking, node, node.assignment)


def _check_copies(checking: Checking, node: Node) -> None:
    if node.assignment is None or not (node.assignment.candidates or node.assignment.cc):
        checking.at(node, "flow.no_candidates", "assignment")
    else:
        _check_candidates(checking, node, node.assignment)
        check_copies(checking, node, node.assignment)


def _check_nobody(checking: Checking, node: Node, assignment: Assignment) -> None:
    """Who stands in where nobody is found."""
    user, stands_in = assignment.nobody_user, assignment.nobody == "user"
    if stands_in and user is None:
        checking.at(node, "flow.nobody_user", "assignment/nobody_user")
    elif user is not None and not stands_in:
        tell_unused(checking, node, "assignment/nobody_user", "nobody_user", f"nobody: {assignment.nobody}")
    elif user is not None:
        check_user(checking, node, user, "assignment/nobody_user")


# -- outcomes


def _check_outcome(checking: Checking, node: Node, outcome: Outcome, index: int) -> None:
    member = f"outcomes/{index}"
    if outcome.key in [each.key for each in node.outcomes[:index]]:
        checking.at(node, "flow.repeated_outcome", f"{member}/key", key=outcome.key)
    for name in members_set(outcome):
        if name in OUTCOME_MEMBERS and outcome.kind not in OUTCOME_MEMBERS[name]:
            tell_unused(checking, node, f"{member}/{name}", name, f"kind: {outcome.kind}")
    if outcome.kind == "send_back":
        _check_send_back(checking, node, outcome.target, f"{member}/target")
    elif outcome.kind == "refuse" and outcome.target is not None:
        _check_refusal(checking, node, outcome.target, f"{member}/target")


def _check_send_back(checking: Checking, node: Node, target: str | None, member: str) -> None:
    """There is a task before that can be done again: the one that is named, or one to choose."""
    if target in (None, INITIATOR, PREVIOUS):
        if not _any_before(checking, node):
            checking.at(node, "flow.nothing_before", member)
        return
    there = checking.nodes.get(target or "")
    if there is None:
        tasks = [each.id for each in checking.nodes.values() if _is_before(checking, each, node)]
        checking.unknown("node", target or "", tasks, f"{checking.paths[node.id]}/{member}", node.id)
    elif not _is_before(checking, there, node):
        checking.at(node, "flow.send_back_target", member, target=there.id)


def _check_refusal(checking: Checking, node: Node, target: str, member: str) -> None:
    """A refusal leads to the end, back to a task before, or on to another node of the same scope."""
    there = checking.nodes.get(target)
    if target == END:
        if there is not None and there.type != "end_event":
            checking.at(node, "flow.target_is_word", member, severity="warning", key=target)
    elif target in (INITIATOR, PREVIOUS):
        if not _any_before(checking, node):
            checking.at(node, "flow.nothing_before", member)
    elif there is None or not _is_before(checking, there, node):
        check_goes_on(checking, node, target, member)


def _any_before(checking: Checking, node: Node) -> bool:
    """Whether any task can be sent back to; looked for from the node backwards, where it mostly is near."""
    return any(_is_before(checking, checking.nodes[id], node) for id in behind(checking, node.id))


def _is_before(checking: Checking, earlier: Node, node: Node) -> bool:
    return earlier.type == "user_task" and earlier.id != node.id and _comes_before(checking, earlier, node)


def _comes_before(checking: Checking, earlier: Node, node: Node) -> bool:
    """Whether the earlier task stands in the node's scope or one around it, and leads to the node."""
    scopes = {node.parent, *(each.parent for each in checking.around(node))}
    return earlier.parent in scopes and leads(checking, earlier.id, node.id)


def _check_candidates(checking: Checking, node: Node, assignment: Assignment) -> None:
    for part, member, candidates in people_of(node):
        for index, candidate in enumerate(candidates):
            path = f"assignment/{member}/{index}"
            _check_candidate(checking, node, candidate, path)
            if candidate.weight != 1 and (part != "candidates" or assignment.mode != "vote"):
                type_ = f"mode: {assignment.mode}" if part == "candidates" else part
                tell_unused(checking, node, f"{path}/weight", "weight", type_)


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
    found = {c.user for node in flow.nodes for _, _, people in people_of(node) for c in people}
    found |= {node.assignment.nobody_user for node in flow.nodes if node.assignment is not None}
    return frozenset(user for user in found if user is not None)


def _check_superior(checking: Checking, node: Node, candidate: Candidate, member: str) -> None:
    below = checking.nodes.get(candidate.superior_of or "")
    if below is None or below.type == "start_event":
        return
    if (
        below.type != "user_task"
        or (below.id != node.id and not leads(checking, below.id, node.id))
        or (below.id == node.id and below.type in ACTIVITIES and not leads(checking, node.id, node.id))
    ):
        checking.at(node, "flow.superior_of", member, target=below.id)
