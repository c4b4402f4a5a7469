"""An instance as the oracle plays it: the net of its flow, the board of each open task, and what every operation does to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.definitions import Assignment, Flow, Node, Outcome
from tests.approval_oracle import acting, signing
from tests.approval_oracle.acting import Denied
from tests.approval_oracle.signing import (
    ABSTAIN,
    AGREE,
    DELEGATE,
    FOUND,
    REFUSE,
    Board,
    Part,
    Rules,
)
from tests.approval_oracle.walking import ASKING, ENDED, TASK, Event, Net, Place

#: What signing with an outcome of a kind means.
SIGNS: Mapping[str, str] = {"complete": AGREE, "refuse": REFUSE, "abstain": ABSTAIN}
#: Operations that are done for somebody, not by them.
DONE_FOR_THEM = ("escalate", "reassign")


@dataclass(frozen=True)
class Somebody:
    """A person as found for a task."""

    user: str
    weight: int = 1
    veto: bool = False
    superior: str | None = None
    head: str | None = None
    agents: tuple[str, ...] = ()
    only_agents: bool = False

    def part(self) -> Part:
        return Part(self.user, FOUND, None, self.weight, self.veto, self.agents, self.only_agents and bool(self.agents))


Crew = Mapping[str, tuple[Somebody, ...]]


@dataclass
class Instance:
    """`crew` are the people of each node; `drawn` answers whom chance has drawn for a task (the one thing the oracle must be told)."""

    flow: Flow
    crew: Crew
    initiator: str
    administrators: tuple[str, ...] = ()
    drawn: Callable[[str], str] | None = None
    net: Net = field(init=False)
    boards: dict[int, Board] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    agreed: set[str] = field(default_factory=set)
    sent_back: bool = False
    others_acted: bool = False
    standing: dict[int, tuple[str, ...]] = field(default_factory=dict)
    status: str = "running"

    def __post_init__(self) -> None:
        self.net = Net(self.flow)
        self.net.start()
        self._open()

    # -- what is seen from outside

    def key(self, place: Place) -> str:
        index = next((each.index for each in (place, *reversed(place.path)) if each.index is not None), None)
        return place.node if index is None else f"{place.node}#{index}"

    def open_tasks(self) -> dict[str, Place]:
        return {self.key(place): place for place in self.net.tasks()} if self.status == "running" else {}

    def board(self, place: Place) -> Board:
        return self.boards[id(place)]

    # -- opening

    def _open(self) -> None:
        """People for the tasks that are new, until nothing opens any more."""
        while self.status == "running":
            new = next((place for place in self.net.tasks() if id(place) not in self.boards), None)
            if new is None:
                break
            self._find(new)
        if self.status == "running" and self.net.over:
            self.status = "completed"

    def _assignment(self, place: Place) -> Assignment:
        assignment = self.net.node(place.node).assignment
        assert assignment is not None
        return assignment

    def _find(self, place: Place) -> None:
        assignment = self._assignment(place)
        board = Board(self._rules(self.net.node(place.node)))
        self.boards[id(place)] = board
        people = [part for each in self.crew[place.node] for part in self._own(each, assignment)]
        if assignment.mode != "sequence":
            people = signing.once(people)
        if not people:
            self._nobody(place, assignment)
            return
        if assignment.mode == "one":
            people = people[:1]
        if assignment.mode == "random":
            assert self.drawn is not None
            drawn = self.drawn(self.key(place))
            people = [part for part in people if part.user == drawn]
        board.parts = people
        self._repeat(place, assignment)
        for part in people:
            part.sign = AGREE if part.automatic else None
        self._settle(place)

    def _rules(self, node: Node) -> Rules:
        assignment = node.assignment
        assert assignment is not None
        rules = Rules(
            assignment.mode,
            wait=assignment.mode == "all" and assignment.refusal == "wait",
            abstaining=any(outcome.kind == "abstain" for outcome in node.outcomes),
        )
        vote = assignment.vote
        if vote is not None:
            rules = replace(rules, pass_at=vote.pass_at, base=vote.base, quorum=vote.quorum, tie=vote.tie)
        return rules

    def _own(self, each: Somebody, assignment: Assignment) -> list[Part]:
        """What the flow says about an initiator who is among the people of a task of their own."""
        part = each.part()
        if each.user != self.initiator or assignment.own == "approve":
            return [part]
        if assignment.own == "skip":
            part.automatic = True
            return [part]
        instead = each.superior if assignment.own == "superior" else each.head
        if instead is None or instead == self.initiator:
            return []
        return [Part(instead, FOUND, None, each.weight, each.veto)]

    def _nobody(self, place: Place, assignment: Assignment) -> None:
        board = self.board(place)
        weight = signing.votes_needed(board.rules)
        if assignment.nobody == "pass":
            self._close(place, AGREE, None)
        elif assignment.nobody == "refuse":
            self._close(place, REFUSE, None)
        elif assignment.nobody == "user" and assignment.nobody_user:
            board.parts = [Part(assignment.nobody_user, weight=weight)]
        elif assignment.nobody == "admin":
            board.parts = [Part(user, weight=weight) for user in self.administrators[:1]]

    def _repeat(self, place: Place, assignment: Assignment) -> None:
        """Those who agreed before agree again by themselves, where the flow says so; never after a sending back."""
        parts = self.board(place).parts
        taken_back = self.standing.pop(id(place), ())
        if taken_back and any(taken_back[0] in (part.user, *part.agents) for part in parts):
            for part in parts:
                part.stands = part.user in taken_back[1:]
                part.automatic = part.automatic or part.stands
        if assignment.duplicates == "never" or self.sent_back:
            return
        before = self.agreed if assignment.duplicates == "earlier" else self._just_before(place)
        for part in parts:
            part.automatic = part.automatic or part.user in before

    def _just_before(self, place: Place) -> set[str]:
        """Who agreed at the tasks that led here directly."""
        found: set[str] = set()
        front = [place.made] if place.made else []
        while front:
            event = front.pop()
            if event.kind == "done":
                found |= set(event.agreed)
            else:
                front.extend(each.made for each in event.inputs if each.made is not None)
        return found

    def meant(self, task: str, user: str, operation: str, users: tuple[str, ...]) -> str:
        """The kind of the part that an action is about: the one to be removed, or the one that somebody acts with; an agent's is their own."""
        place = self.open_tasks().get(task)
        if place is None:
            return ""
        board = self.board(place)
        index = acting.named(board, users) if operation == "remove" else next(iter(board.open_for(user)), None)
        if index is None:
            return ""
        part = board.parts[index]
        return part.kind if operation == "remove" or part.user == user else "agent"

    # -- deciding

    def _settle(self, place: Place, actor: str | None = None, principal: str | None = None) -> None:
        """The verdict, if it is certain."""
        board = self.board(place)
        verdict = board.decision() if board.verdict is None and board.parts else None
        if verdict is not None:
            self._close(place, verdict, actor, principal)

    def _close(self, place: Place, verdict: str, actor: str | None, principal: str | None = None) -> None:
        board = self.board(place)
        board.verdict = verdict
        agreed = tuple(part.by or part.user for part in board.parts if part.sign == AGREE and part.kind != DELEGATE)
        node = self.net.node(place.node)
        refusal = next((o for o in node.outcomes if o.kind == "refuse"), None)
        self.agreed |= set(agreed)
        if verdict == REFUSE and refusal is not None and refusal.target is not None and place.returns is None:
            self._refused(place, refusal)
            return
        self.net.complete(place, verdict, actor, agreed, principal)
        self._open()

    def _refused(self, place: Place, outcome: Outcome) -> None:
        if outcome.target == "end":
            self.net.finish()
            self.status = "completed"
            return
        self._back(self._target(place, outcome.target or ""))

    def _place(self, task: str) -> Place:
        place = self.open_tasks().get(task)
        if place is None:
            raise Denied("task.already_handled", "task.unknown", "flow.instance_ended")
        return place

    def decide(self, task: str, user: str, outcome: str, target: str | None = None) -> None:
        place = self._place(task)
        board = self.board(place)
        index = acting.mine(board, user)
        chosen = next(each for each in self.net.node(place.node).outcomes if each.key == outcome)
        part = board.parts[index]
        if chosen.kind == "send_back" and part.kind != DELEGATE:
            self._send_back(place, user, chosen, target)
            return
        self._act(user)
        board.acts(index)
        board.sign(index, SIGNS.get(chosen.kind, ABSTAIN), user)
        if board.claimed is not None and self._abstained(board, board.claimed):
            board.claimed = None
        self._settle(place, user, None if user == part.user else part.user)

    def _abstained(self, board: Board, index: int) -> bool:
        slot = [i for i in board.signers() if board.slot(i) == board.slot(index)]
        return all(board.comes_to(i, board.signs) == ABSTAIN for i in slot)

    def _act(self, user: str) -> None:
        self.others_acted = self.others_acted or user != self.initiator

    def _target(self, place: Place, target: str) -> Event:
        for event in self.net.completions(place):
            if not event.answers and target in (event.node, "previous"):
                return event
        raise Denied("flow.send_back_impossible")

    def _send_back(self, place: Place, user: str, outcome: Outcome, target: str | None) -> None:
        event = self._target(place, outcome.target or target or "")
        used = self.used.get((self.key(place), outcome.key), 0)
        if outcome.rounds is not None and used >= outcome.rounds:
            raise Denied("flow.too_many_rounds")
        self._act(user)
        self.used[self.key(place), outcome.key] = used + 1
        self.board(place).verdict = "back"
        if outcome.straight:
            self.sent_back = True
            self.net.ask(place, event)
            self._open()
        else:
            self._back(event)

    def _back(self, event: Event) -> None:
        self.sent_back = True
        self.net.undo(event)
        self._open()

    # -- operations

    def operate(self, task: str, user: str, operation: str, users: tuple[str, ...] = ()) -> None:
        place = self._place(task)
        board, assignment = self.board(place), self._assignment(place)
        principal = acting.operate(board, assignment.operations, user, operation, users)
        if operation not in DONE_FOR_THEM:
            self._act(user)
        self._settle(place, user, principal)

    # -- taking back

    def reclaim(self, task: str, user: str) -> None:
        """`task` is a node, or an open task by its key."""
        node, _, child = task.partition("#")
        if "reclaim" not in self._operations(node):
            raise Denied("task.not_allowed")
        if self._take_signature(task, user):
            return
        if child:
            raise Denied("flow.nothing_to_reclaim", "flow.too_late_to_reclaim")
        done = [
            e
            for e in reversed(self.net.events)
            if e.node == node and e.kind == "done" and not e.undone and not e.answers
        ]
        mine = [e for e in done if user in (e.actor, e.principal) and self._is_inside(e.inputs[0])]
        mine = [e for e in mine if e.inputs[0].index is not None or self._goes_on(e)]
        if not mine:
            raise Denied("flow.nothing_to_reclaim", "flow.too_late_to_reclaim")
        event = next((e for e in mine if e.inputs[0].index is not None or self._is_untouched(e)), None)
        if event is None:
            raise Denied("flow.too_late_to_reclaim")
        self.sent_back = True
        again = self.net.child_again if event.inputs[0].index is not None else self.net.undo
        place = again(event)
        self.standing[id(place)] = (user, *(each for each in event.agreed if each not in (user, event.actor)))
        self._open()

    def _take_signature(self, task: str, user: str) -> bool:
        """A part of what is still open is unsigned again; says whether there was one."""
        for key, place in self.open_tasks().items():
            board = self.board(place)
            index = next((i for i in board.signed_by(user) if board.can_take_back(i)), None)
            if index is not None and task in (key, place.node):
                board.take_back(index)
                return True
        return False

    def _goes_on(self, event: Event) -> bool:
        """Whether anything is left of what followed: what came to its end is over."""
        followed = self.net.descendants(event)
        return any(place.made in followed and place.state != ENDED for place in self.net.marking())

    def _is_untouched(self, event: Event) -> bool:
        followed = self.net.descendants(event)[1:]
        waiting = [p for p in self.net.marking() if p.made is event or p.made in followed]
        return not event.followed and not any(self._is_touched(place) for place in waiting)

    def _is_touched(self, place: Place) -> bool:
        board = self.boards.get(id(place))
        return board is not None and acting.touched(board)

    def _is_inside(self, place: Place) -> bool:
        """Whether the sub-processes and loops that a place is in still go on."""
        marking = self.net.marking()
        return all(host in marking for host in place.path)

    def _operations(self, node: str) -> Iterable[str]:
        found = self.flow.node(node)
        return found.assignment.operations if found and found.assignment else ()

    def withdraw(self, user: str) -> None:
        policy = self.flow.withdraw
        if user != self.initiator or policy == "never":
            raise Denied("flow.not_yours_to_withdraw")
        if policy == "before_action" and self.others_acted:
            raise Denied("flow.too_late_to_withdraw")
        self.net.finish()
        self.status = "cancelled"

    # -- how it stands

    def tokens(self) -> list[str]:
        if self.status != "running":
            return []
        seen = (TASK, "join", ASKING)
        return sorted(f"{self.key(p)}:{p.state}" for p in self.net.marking() if p.state in seen)
