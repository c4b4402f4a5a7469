"""An instance as the oracle plays it: the net of its flow, the board of each open task, and what every operation does to them.

A command that breaks several rules may be refused for any of them, so a refusal is a set of codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.definitions import Assignment, Flow, Node, Outcome
from tests.approval_oracle import signing
from tests.approval_oracle.signing import (
    ABSTAIN,
    ADDED,
    AGREE,
    ALONGSIDE,
    BEFORE,
    DELEGATE,
    ESCALATED,
    FOUND,
    REFUSE,
    Board,
    Part,
    Rules,
)
from tests.approval_oracle.walking import ASKING, TASK, Event, Net, Place

#: What signing with an outcome of a kind means.
SIGNS: Mapping[str, str] = {"complete": AGREE, "refuse": REFUSE, "abstain": ABSTAIN}
#: Operations that put somebody beside a part, and as what.
ADDS: Mapping[str, str] = {"add_before": BEFORE, "add_after": signing.AFTER, "add_alongside": ALONGSIDE}


class Denied(Exception):
    """The command is against the rules: the engine must refuse it with one of these codes."""

    def __init__(self, *codes: str) -> None:
        self.codes = frozenset(codes)
        super().__init__(" or ".join(sorted(codes)))


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
                part.automatic = part.automatic or part.user in taken_back[1:]
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

    def acting_as(self, task: str, user: str) -> str:
        """The kind of the part that somebody acts with first; an agent's is their own."""
        place = self.open_tasks().get(task)
        mine = self.board(place).open_for(user) if place is not None else []
        if place is None or not mine:
            return ""
        part = self.board(place).parts[mine[0]]
        return part.kind if part.user == user else "agent"

    # -- deciding

    def _settle(self, place: Place, actor: str | None = None) -> None:
        """The verdict, if it is certain."""
        board = self.board(place)
        verdict = board.decision() if board.verdict is None and board.parts else None
        if verdict is not None:
            self._close(place, verdict, actor)

    def _close(self, place: Place, verdict: str, actor: str | None) -> None:
        board = self.board(place)
        board.verdict = verdict
        agreed = tuple(part.by or part.user for part in board.parts if part.sign == AGREE and part.kind != DELEGATE)
        node = self.net.node(place.node)
        refusal = next((o for o in node.outcomes if o.kind == "refuse"), None)
        self.agreed |= set(agreed)
        if verdict == REFUSE and refusal is not None and refusal.target is not None and place.returns is None:
            self._refused(place, refusal)
            return
        self.net.complete(place, verdict, actor, agreed)
        self._open()

    def _refused(self, place: Place, outcome: Outcome) -> None:
        if outcome.target == "end":
            self.net.finish()
            self.status = "completed"
            return
        self._back(self._target(place, outcome.target or ""))

    def _standing(self, board: Board, user: str) -> list[str]:
        """Why somebody without an open part cannot act."""
        mine = [i for i, part in enumerate(board.parts) if user == part.user or user in part.agents]
        if not mine:
            return ["task.not_yours"]
        taken = board.claimed is not None and all(board.slot(i) != board.slot(board.claimed) for i in mine)
        if taken or not any(board.is_waiting(i) or board.is_open(i) for i in mine):
            return ["task.already_handled"]
        return ["task.not_yet"]

    def _mine(self, board: Board, user: str) -> int:
        """The part with which somebody acts."""
        mine = board.open_for(user)
        if not mine:
            raise Denied(*self._standing(board, user))
        return mine[0]

    def _place(self, task: str) -> Place:
        place = self.open_tasks().get(task)
        if place is None:
            raise Denied("task.already_handled", "task.unknown", "flow.instance_ended")
        return place

    def decide(self, task: str, user: str, outcome: str, target: str | None = None) -> None:
        place = self._place(task)
        board = self.board(place)
        index = self._mine(board, user)
        chosen = next(each for each in self.net.node(place.node).outcomes if each.key == outcome)
        part = board.parts[index]
        if chosen.kind == "send_back" and part.kind != DELEGATE:
            self._send_back(place, user, chosen, target)
            return
        self._act(user)
        part.sign, part.by = SIGNS.get(chosen.kind, ABSTAIN), user
        if board.claimed is not None and self._abstained(board, board.claimed):
            board.claimed = None
        self._settle(place, user)

    def _abstained(self, board: Board, index: int) -> bool:
        slot = [i for i in board.signers() if board.slot(i) == board.slot(index)]
        return all(board.comes_to(i, board.signs) == ABSTAIN for i in slot)

    def _act(self, user: str) -> None:
        self.others_acted = self.others_acted or user != self.initiator

    def _touched(self, place: Place) -> bool:
        """Whether somebody has done something with an open task."""
        board = self.boards.get(id(place))
        if board is None:
            return False
        signed = any((part.sign and not part.automatic) or part.gone or part.moved for part in board.parts)
        brought = any(part.kind in (*ADDED, DELEGATE) for part in board.parts)
        return signed or brought or board.claimed is not None

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
        if operation == "claim":
            self._claim(board, user)
        elif operation == "release":
            self._release(board, user)
        elif operation == "escalate":
            there = [p.user for p in board.parts if not p.sign and not p.gone] + [
                agent for p in board.parts if not p.sign and not p.gone for agent in p.agents
            ]
            board.parts += [Part(each, ESCALATED) for each in users if each not in there]
        elif operation == "remove":
            self._remove(board, assignment, user, users)
        else:
            self._with_part(board, assignment, user, operation, users)
        self._act(user)
        self._settle(place, user)

    def _claim(self, board: Board, user: str) -> None:
        mine = board.open_for(user)
        codes = [] if mine else self._standing(board, user)
        if board.rules.mode != "claim" or (mine and board.parts[mine[0]].kind != FOUND):
            codes.append("task.not_allowed")
        if codes:
            raise Denied(*codes)
        board.claimed = mine[0]

    def _release(self, board: Board, user: str) -> None:
        mine = board.open_for(user)
        if not mine or board.claimed is None or board.claimed != mine[0]:
            raise Denied("task.not_claimed", *([] if mine else self._standing(board, user)))
        board.claimed = None

    def _remove(self, board: Board, assignment: Assignment, user: str, users: tuple[str, ...]) -> None:
        codes = [] if "remove" in assignment.operations else ["task.not_allowed"]
        target = next((i for i in reversed(range(len(board.parts))) if board.parts[i].user in users
                       and not board.parts[i].gone), None)  # fmt: skip
        if target is None:
            raise Denied("task.not_removable", "task.users_invalid", *codes)
        part = board.parts[target]
        adder = board.parts[part.parent] if part.parent is not None else None
        if part.kind not in ADDED or part.sign or adder is None or user not in (adder.user, *adder.agents):
            raise Denied("task.not_removable", *codes)
        going = [
            i for i, each in enumerate(board.parts) if self._under(board, i, target) and not each.sign and not each.gone
        ]
        left = [
            i for i, each in enumerate(board.parts) if each.kind in signing.SIGNING and not each.sign and not each.gone
        ]
        if not set(left) - set(going):
            codes.append("task.last_signer")
        if codes:
            raise Denied(*codes)
        for index in going:
            board.parts[index].gone = "removed"

    def _under(self, board: Board, index: int, top: int) -> bool:
        parent = board.parts[index].parent
        return index == top or (parent is not None and self._under(board, parent, top))

    def _with_part(
        self, board: Board, assignment: Assignment, user: str, operation: str, users: tuple[str, ...]
    ) -> None:
        codes = [] if operation in assignment.operations else ["task.not_allowed"]
        codes += self._wrong_users(users, operation)
        try:
            index = self._mine(board, user)
        except Denied as denied:
            raise Denied(*codes, *denied.codes) from None
        if codes:
            raise Denied(*codes)
        part = board.parts[index]
        if operation in (*ADDS, "delegate") and part.kind not in signing.SIGNING:
            codes.append("task.not_allowed")
        codes += self._present(board, index, operation, users)
        if codes:
            raise Denied(*codes)
        if board.rules.mode == "claim" and board.claimed is None:
            board.claimed = board.slot(index)
        if operation == "transfer":
            self._transfer(board, index, users[0])
        elif operation == "delegate":
            board.parts.append(Part(users[0], DELEGATE, index))
        else:
            board.parts += [Part(each, ADDS[operation], index) for each in users]

    def _wrong_users(self, users: tuple[str, ...], operation: str) -> list[str]:
        single = operation in ("transfer", "delegate")
        wrong = not users or len(set(users)) < len(users) or (single and len(users) > 1)
        return ["task.users_invalid"] if wrong else []

    def _present(self, board: Board, index: int, operation: str, users: tuple[str, ...]) -> list[str]:
        """Nobody is asked twice in the same place, nor by themselves."""
        kind = ADDS.get(operation)
        there: list[int] = []
        if kind == ALONGSIDE:
            there = self._beside(board, index)
        elif kind is not None:
            there = [i for i, p in enumerate(board.parts) if p.kind == kind and p.parent == index and not p.gone]
        present = {board.parts[index].user, *(board.parts[i].user for i in there)}
        return ["task.already_in"] if present & set(users) else []

    def _beside(self, board: Board, index: int) -> list[int]:
        return board.standing(*board.stands(index)) if board.parts[index].kind in signing.SIGNING else []

    def _transfer(self, board: Board, index: int, user: str) -> None:
        part = board.parts[index]
        _, host = board.stands(index)
        candidates = [] if board.rules.mode == "sequence" and host is None else self._beside(board, index)
        if part.kind != ALONGSIDE and part.parent is not None:
            candidates.append(part.parent)
        unsigned = [
            i for i in candidates if board.parts[i].user == user and not board.parts[i].sign and not board.parts[i].gone
        ]
        if not unsigned:
            for child in (p for p in board.parts if p.parent == index and p.kind == DELEGATE and not p.sign):
                child.gone = "moved"
            part.user, part.agents, part.only_agents, part.moved = user, (), False, True
            return
        heir = unsigned[0]
        if heir != part.parent:
            board.parts[heir].weight += part.weight
            board.parts[heir].veto = board.parts[heir].veto or part.veto
        part.gone = "moved"
        for child in (p for p in board.parts if p.parent == index and p.kind in ADDED and p is not board.parts[heir]):
            child.parent = heir
        board.claimed = heir if board.claimed == index else board.claimed

    # -- taking back

    def reclaim(self, node: str, user: str) -> None:
        if "reclaim" not in self._operations(node):
            raise Denied("task.not_allowed")
        done = [
            e
            for e in reversed(self.net.events)
            if e.node == node and e.kind == "done" and not e.undone and not e.answers
        ]
        mine = [e for e in done if e.actor == user and self._is_inside(e.inputs[0])]
        if not mine:
            raise Denied("flow.nothing_to_reclaim")
        event = next((e for e in mine if self._is_untouched(e)), None)
        if event is None:
            raise Denied("flow.too_late_to_reclaim")
        self.sent_back = True
        place = self.net.undo(event)
        self.standing[id(place)] = (user, *(each for each in event.agreed if each != user))
        self._open()

    def _is_untouched(self, event: Event) -> bool:
        followed = self.net.descendants(event)[1:]
        waiting = [p for p in self.net.marking() if p.made is event or p.made in followed]
        return not any(e.kind in ("done", "asked") for e in followed) and not any(
            self._touched(place) for place in waiting
        )

    def _is_inside(self, place: Place) -> bool:
        """Whether the sub-processes and loops that a place is in still go on."""
        marking = self.net.marking()
        return place.index is None and all(host in marking for host in place.path)

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
