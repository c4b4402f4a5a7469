"""How people decide a task: what each mode reads, thresholds, policies that need an outcome, rules for what is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definitions import Assignment, Candidate, Node, Overdue, Vote
from engine.flow.approval.counting import part_of
from engine.flow.checking.events import check_duration
from engine.flow.checking.graph import behind
from engine.flow.checking.problem import Checking
from engine.flow.checking.shape import may_be_jumped_to
from engine.flow.checking.vocabulary import ASSIGNMENT_ALWAYS, ASSIGNMENT_MODES, OVERDUE_MEMBERS, members_set

_ADDING = frozenset({"add_before", "add_after", "add_alongside"})


def check_assignment(checking: Checking, node: Node, assignment: Assignment) -> None:
    """What a user task says of its people beside who they are."""
    for member in members_set(assignment):
        if member in ASSIGNMENT_MODES and assignment.mode not in ASSIGNMENT_MODES[member]:
            tell_unused(checking, node, f"assignment/{member}", member, f"mode: {assignment.mode}")
    if assignment.business and node.due is None:
        tell_unused(checking, node, "assignment/business", "business", "due: –")
    if assignment.vote is not None and assignment.mode == "vote":
        _check_vote(checking, node, assignment, assignment.vote)
    if assignment.chain is not None and assignment.chain.levels is None and assignment.chain.up_to is None:
        checking.at(node, "flow.chain_without_end", "assignment/chain")
    if "remove" in assignment.operations and not _ADDING & set(assignment.operations):
        checking.at(node, "flow.nobody_to_remove", "assignment/operations", severity="warning")
    _check_chosen(checking, node, assignment)
    for index, rule in enumerate(assignment.overdue):
        _check_overdue(checking, node, rule, f"assignment/overdue/{index}")
    _check_outcomes(checking, node, assignment)


def check_copies(checking: Checking, node: Node, assignment: Assignment) -> None:
    """Whoever only gets a copy decides nothing."""
    for member in members_set(assignment):
        if member not in ASSIGNMENT_ALWAYS:
            tell_unused(checking, node, f"assignment/{member}", member, node.type)


def tell_unused(checking: Checking, node: Node, path: str, member: str, type_: str) -> None:
    """A member that says something where nothing reads it."""
    checking.at(node, "flow.policy_unused", path, member=member, type=type_)


# -- votes


def _check_vote(checking: Checking, node: Node, assignment: Assignment, vote: Vote) -> None:
    for member in ("pass_at", "quorum"):
        text = getattr(vote, member)
        if text is not None and not _is_part(text):
            checking.at(node, "flow.vote_part", f"assignment/vote/{member}", text=text)
        elif text is not None and _is_beyond(assignment, text):
            checking.at(node, "flow.vote_beyond", f"assignment/vote/{member}", text=text)
    named = {candidate.user for candidate in assignment.candidates}
    for index, candidate in enumerate(vote.veto):
        if _names_one(assignment) and candidate.user is not None and candidate.user not in named:
            path = f"assignment/vote/veto/{index}"
            checking.at(node, "flow.veto_of_stranger", path, severity="warning", key=candidate.user)


def _is_part(text: str) -> bool:
    try:
        return part_of(text)[0] > 0
    except ValueError:
        return False


def _is_beyond(assignment: Assignment, text: str) -> bool:
    """Whether so many votes are more than there can be."""
    number, is_part = part_of(text)
    most = sum(candidate.weight for candidate in assignment.candidates)
    return not is_part and _names_one(assignment) and "add_alongside" not in assignment.operations and number > most


def _names_one(assignment: Assignment) -> bool:
    """Whether nobody but those who are named one by one can be among the people."""
    return bool(assignment.candidates) and assignment.chain is None and all(_is_one(c) for c in assignment.candidates)


def _is_one(candidate: Candidate) -> bool:
    return candidate.user is not None or candidate.initiator


# -- who chooses


def _check_chosen(checking: Checking, node: Node, assignment: Assignment) -> None:
    """The task before chooses: there is one."""
    if assignment.chosen_by == "previous" and not any(
        checking.nodes[id].type == "user_task" and id != node.id for id in behind(checking, node.id)
    ):
        checking.at(node, "flow.nobody_before", "assignment/chosen_by")


# -- what is late


def _check_overdue(checking: Checking, node: Node, rule: Overdue, member: str) -> None:
    for name in members_set(rule):
        if name in OVERDUE_MEMBERS and rule.action != OVERDUE_MEMBERS[name]:
            tell_unused(checking, node, f"{member}/{name}", name, f"overdue: {rule.action}")
    for name in ("after", "every"):
        text = getattr(rule, name)
        if text is not None:
            check_duration(checking, node, text, f"{member}/{name}")
    if rule.after is None and node.due is None:
        checking.at(node, "flow.overdue_without_time", member)
    if rule.action == "remind" and rule.times > 1 and rule.every is None:
        checking.at(node, "flow.overdue_every", f"{member}/every")
    if rule.action == "jump":
        check_goes_on(checking, node, rule.target, f"{member}/target")


def check_goes_on(checking: Checking, node: Node, target: str | None, member: str) -> None:
    """A token may go on at the target: a node of the same scope that tokens may come to."""
    there = checking.nodes.get(target or "")
    if there is None:
        known = [each.id for each in checking.children.get(node.parent, ()) if each.id != node.id]
        checking.unknown("node", target or "", known, f"{checking.paths[node.id]}/{member}", node.id)
    elif node.loop is not None or node.for_compensation:
        code = "flow.target_in_loop" if node.loop is not None else "flow.target_of_handler"
        checking.at(node, code, member)
    elif there.id == node.id or not may_be_jumped_to(node, there):
        checking.at(node, "flow.jump_target", member, target=there.id)


# -- outcomes that policies need


def _check_outcomes(checking: Checking, node: Node, assignment: Assignment) -> None:
    kinds = {outcome.kind for outcome in node.outcomes}
    for member, kind in _needed(node, assignment):
        if kind not in kinds:
            code = "flow.no_agreement" if kind == "complete" else "flow.no_refusal"
            checking.at(node, code, member)


def _needed(node: Node, assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Where an outcome is taken for people, or counted: the member that says so, and the kind of outcome."""
    decided: Mapping[str, str] = {"pass": "complete", "agree": "complete", "refuse": "refuse"}
    if assignment.mode == "vote":
        yield "outcomes", "refuse"
    if assignment.nobody in decided:
        yield "assignment/nobody", decided[assignment.nobody]
    if assignment.own == "skip":
        yield "assignment/own", "complete"
    if assignment.duplicates != "never":
        yield "assignment/duplicates", "complete"
    for index, rule in enumerate(assignment.overdue):
        if rule.action in decided:
            yield f"assignment/overdue/{index}/action", decided[rule.action]
    for index, outcome in enumerate(node.outcomes):
        if outcome.kind == "abstain":
            yield f"outcomes/{index}/kind", "refuse"
