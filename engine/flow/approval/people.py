"""Giving a task to the people found for it, under the node's policies; some of them agree automatically, which the item says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.definitions import Assignment, Node
from engine.flow.approval.clock import arm
from engine.flow.approval.counting import part_of
from engine.flow.approval.deciding import NOBODY, finish, save, settle, task_of
from engine.flow.approval.items import AGENT, AGREE, ASSIGNEE, DONE, REFUSE, Item
from engine.flow.approval.turns import added
from engine.flow.commands import AssignPeople, Person
from engine.flow.lineage import last_completions
from engine.flow.run import Run
from engine.flow.state import Task, Token

#: Why an item was decided automatically.
EARLIER, CONSECUTIVE, OWN, NO_ONE, STANDS = "earlier", "consecutive", "own", "nobody_found", "stands"


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
    token = run.tokens[task.token]
    standing, token.agreed = _standing(token, people), ()
    items = [_item(run, task, node, assignment, person, standing) for person in people]
    task = added(task, items)
    for person, item in zip(people, task.items, strict=True):
        agents = [
            Item(0, agent.user, kind=AGENT, parent=item.id, owner=person.user, alone=not agent.both)
            for agent in person.agents
        ]
        task = added(task, agents if item.status != DONE else (), after=item.id)
    task = replace(task, fresh=tuple(item.id for item in task.items if item.reason == STANDS))
    run.tasks[task.id] = replace(run.tasks[task.id], unassigned=task.unassigned)
    task = arm(run, node, save(run, task))
    automatic = [item for item in task.items if item.reason is not None]
    for item in automatic:
        run.note("agreed_automatically", node.id, run.tokens[task.token].scope, user=item.user, reason=item.reason)
    if automatic:
        settle(run, task, automatic[-1])


# -- who


def _instead(run: Run, assignment: Assignment, people: Iterable[Person]) -> Iterator[Person]:
    """The people, with somebody above in the place of the initiator where the policy says so."""
    for person in people:
        if person.user != run.initiator or not assignment.asks_above:
            yield person
            continue
        other = person.superior if assignment.own == "superior" else person.head
        if other is not None and other != person.user:
            yield Person(other, person.weight, person.veto)


def _chosen(assignment: Assignment, task: Task, people: Iterable[Person]) -> list[Person]:
    """Whom the mode takes of those found; the same person once, except one after the other."""
    found = list(people)
    if assignment.mode != "sequence":
        found = [replace(first, veto=any(p.veto for p in found if p.user == first.user)) for first in _once(found)]
    if assignment.mode == "one":
        return found[:1]
    if assignment.mode == "random" and found:
        seed = int.from_bytes(hashlib.sha256(task.id.encode()).digest()[:8], "big")
        return [found[seed % len(found)]]
    return found


def _once(people: Iterable[Person]) -> list[Person]:
    found: dict[str, Person] = {}
    for person in people:
        found.setdefault(person.user, person)
    return list(found.values())


# -- automatic agreement


def _standing(token: Token, people: Iterable[Person]) -> frozenset[str]:
    """Whose agreement stands though somebody took theirs back: nobody's, where that one would not be asked again."""
    asked = {user for person in people for user in (person.user, *(agent.user for agent in person.agents))}
    return frozenset(token.agreed[1:]) if token.agreed and token.agreed[0] in asked else frozenset()


def _item(run: Run, task: Task, node: Node, assignment: Assignment, person: Person, standing: frozenset[str]) -> Item:
    item = Item(0, person.user, kind=ASSIGNEE, weight=person.weight, veto=person.veto, owner=person.user)
    reason = STANDS if person.user in standing else _reason(run, task, assignment, person.user)
    return item if reason is None else automatic(node, item, AGREE, reason)


def _reason(run: Run, task: Task, assignment: Assignment, user: str) -> str | None:
    """Why somebody need not be asked; after a sending back everybody is."""
    if assignment.own == "skip" and user == run.initiator:
        return OWN
    if task.round > 1 or run.returned:
        return None
    if assignment.duplicates == "earlier" and user in run.agreed:
        return EARLIER
    last = last_completions(run.tokens[task.token].lineage, run.origins)
    if assignment.duplicates == "consecutive" and any(user in run.origins[number].agreed for number in last):
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
        finish(run, task, node, AGREE if policy == "pass" else REFUSE, Item(0, "", reason=NO_ONE))
        return
    written = assignment.nobody_user if command.named is None else command.named
    named = [written] if policy == "user" and written else []
    users = named or list(command.administrators[:1])
    run.tasks[task.id] = task = replace(task, unassigned=policy != "user" or not named)
    if users and policy != "incident":
        alone = replace(assignment, duplicates="never", own="approve")
        _give(run, task, node, alone, [Person(users[0], _votes_needed(assignment))])


def _votes_needed(assignment: Assignment) -> int:
    """The weight with which one person alone can pass a vote: who stands in for everybody decides."""
    vote = assignment.vote
    wanted = [part_of(text) for text in (vote.pass_at, vote.quorum) if text] if vote is not None else []
    return max([1, *(int(number) for number, is_part in wanted if not is_part)])
