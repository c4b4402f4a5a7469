"""Giving a task to the people found for it, under the node's policies; some of them agree automatically, which the item says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.definitions import Assignment, Node
from engine.flow.approval.deciding import NOBODY, save, settle, task_of
from engine.flow.approval.items import AGENT, AGREE, ASSIGNEE, DONE, REFUSE, Item
from engine.flow.approval.overdue import arm
from engine.flow.approval.turns import added
from engine.flow.commands import AssignPeople, Person
from engine.flow.lineage import latest_completion
from engine.flow.run import Run
from engine.flow.state import Task

#: Why an item was decided automatically.
EARLIER, CONSECUTIVE, OWN, NO_ONE = "earlier", "consecutive", "own", "nobody_found"


def assign(run: Run, command: AssignPeople) -> None:
    """The people of a task are known. Raises Refused when it is not open any more."""
    task, node = task_of(run, command.task)
    if task.items:
        return  # the host asks once more after a restart
    assignment = node.assignment or NOBODY
    chosen = list(_chosen(assignment, task, _instead(run, assignment, command.people)))
    if chosen:
        _give(run, task, node, assignment, chosen)
    else:
        _nobody(run, task, node, assignment, command)


def _give(run: Run, task: Task, node: Node, assignment: Assignment, people: list[Person]) -> None:
    items = [_item(run, task, node, assignment, person) for person in people]
    task = added(task, items)
    for person, item in zip(people, task.items, strict=True):
        agents = [Item(0, agent.user, kind=AGENT, parent=item.id, owner=person.user) for agent in person.agents]
        task = added(task, agents if item.status != DONE else (), after=item.id)
    run.tasks[task.id] = replace(run.tasks[task.id], unassigned=task.unassigned)
    task = save(run, task)
    arm(run, node, task)
    automatic = [item for item in task.items if item.reason is not None]
    for item in automatic:
        run.note("agreed_automatically", node.id, run.tokens[task.token].scope, user=item.user, reason=item.reason)
    if automatic:
        settle(run, task, automatic[-1])


# -- who


def _instead(run: Run, assignment: Assignment, people: Iterable[Person]) -> Iterator[Person]:
    """The people, with somebody above in the place of the initiator where the policy says so."""
    for person in people:
        if person.user != run.initiator or assignment.own not in ("superior", "head"):
            yield person
            continue
        other = person.superior if assignment.own == "superior" else person.head
        if other is not None and other != person.user:
            yield Person(other, person.weight, person.veto)


def _chosen(assignment: Assignment, task: Task, people: Iterable[Person]) -> list[Person]:
    """Whom the mode takes of those found; the same person once, except one after the other."""
    found = list(people)
    if assignment.mode != "sequence":
        found = list({person.user: person for person in reversed(found)}.values())[::-1]
    if assignment.mode == "one":
        return found[:1]
    if assignment.mode == "random" and found:
        seed = int.from_bytes(hashlib.sha256(task.id.encode()).digest()[:8], "big")
        return [found[seed % len(found)]]
    return found


# -- automatic agreement


def _item(run: Run, task: Task, node: Node, assignment: Assignment, person: Person) -> Item:
    item = Item(0, person.user, kind=ASSIGNEE, weight=person.weight, veto=person.veto, owner=person.user)
    reason = _reason(run, task, assignment, person.user)
    return item if reason is None else automatic(node, item, AGREE, reason)


def _reason(run: Run, task: Task, assignment: Assignment, user: str) -> str | None:
    """Why somebody need not be asked; after a sending back everybody is."""
    if assignment.own == "skip" and user == run.initiator:
        return OWN
    if task.round > 1 or run.tokens[task.token].returns is not None:
        return None
    if assignment.duplicates == "earlier" and user in run.agreed:
        return EARLIER
    last = latest_completion(run.tokens[task.token].lineage, run.origins)
    if assignment.duplicates == "consecutive" and last is not None and user in run.origins[last].agreed:
        return CONSECUTIVE
    return None


def automatic(node: Node, item: Item, sign: str, reason: str) -> Item:
    """The item decided without its person."""
    kind = "refuse" if sign == REFUSE else "complete"
    outcome = next((each.key for each in node.outcomes if each.kind == kind), None)
    return replace(item, status=DONE, outcome=outcome, sign=sign, reason=reason)


# -- nobody


def _nobody(run: Run, task: Task, node: Node, assignment: Assignment, command: AssignPeople) -> None:
    """What the node says where nobody can be found."""
    policy = "incident" if command.held else assignment.nobody
    run.note("nobody_found", node.id, run.tokens[task.token].scope, policy=policy)
    if policy in ("pass", "refuse"):
        sign = AGREE if policy == "pass" else REFUSE
        task = save(run, added(task, [automatic(node, Item(0, "", kind=ASSIGNEE), sign, NO_ONE)]))
        settle(run, task, task.items[-1])
        return
    named = [assignment.nobody_user] if policy == "user" and assignment.nobody_user else []
    users = named or list(command.administrators[:1])
    run.tasks[task.id] = task = replace(task, unassigned=policy != "user" or not named)
    if users and policy != "incident":
        _give(run, task, node, replace(assignment, duplicates="never", own="approve"), [Person(user) for user in users])
