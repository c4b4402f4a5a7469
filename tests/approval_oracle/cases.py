"""Cases: a setting, how the task under test is signed, two operations one after the other, and what people then happen to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from engine.definitions import Assignment, Candidate, Flow, Outcome, Text, Vote
from tests.approval_oracle.acting import ADDS
from tests.approval_oracle.drawing import ONE_PERSON, SETTINGS, TESTED, drawn
from tests.approval_oracle.walking import Place
from tests.approval_oracle.world import Crew, Instance, Somebody

MODES = ("one", "any", "all", "sequence", "vote", "claim", "random")
#: What two of are done one after the other, in every order: each is looked for where it can be done, and tried all the same where it cannot.
MOVES = (
    "agree", "refuse", "abstain", "add_before", "add_after", "add_alongside", "remove", "transfer", "transfer_onto",
    "reassign", "delegate", "back", "ask", "claim", "release", "reclaim", "withdraw", "escalate", "agent", "early", "again", "stranger",
)  # fmt: skip
OPERATIONS = ("add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult")
_CREW = ("u1", "u2", "u3", "u4")
_SPARE = ("v1", "v2", "v3", "v4", "v5")
INITIATOR = "amy"
#: Settings in which something goes on beside the task, and in which nothing does.
PLACES = (("branch", "branch", "many", "children"), ("plain", "late", "inside"))


@dataclass(frozen=True)
class Action:
    """What one person does. `task` is a node, with the number of the child it is in."""

    kind: str
    task: str
    user: str
    users: tuple[str, ...] = ()
    outcome: str = ""
    target: str | None = None

    def __str__(self) -> str:
        words = [
            self.user,
            self.kind,
            self.outcome,
            self.task,
            *self.users,
            *([f"-> {self.target}"] if self.target else []),
        ]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Case:
    """One case, as it can be played again. `moves` are the pair, `picks` the seed of what else happens; or `script` says it all."""

    name: str
    flow: Flow
    crew: Crew
    moves: tuple[str, ...]
    picks: int
    script: tuple[Action, ...] | None = None


def cases(seed: int, count: int | None = None) -> Iterator[Case]:
    """Every mode with every ordered pair of moves, in a parallel branch and outside, in a setting drawn by the seed; or only `count` of
    them, evenly spread."""
    every = list(product(MOVES, MOVES, MODES, PLACES))
    Random(f"order {seed}").shuffle(every)
    for number, (first, second, mode, settings) in enumerate(every[:count]):
        yield case(seed, number, mode, (first, second), settings)


def case(seed: int, number: int, mode: str, moves: tuple[str, ...], settings: Sequence[str] = tuple(SETTINGS)) -> Case:
    """The case of that number."""
    random = Random(f"case {seed} {number}")
    setting = random.choice(settings)
    people = _people(random, mode, moves)
    tested = _tested(random, mode)
    flow = drawn(setting, tested, _outcomes(random), {}, random.choice(("never", "before_action", "any")))
    crew: dict[str, tuple[Somebody, ...]] = {node: (Somebody(user),) for node, user in ONE_PERSON.items()}
    crew[TESTED] = people
    return Case(f"{setting} {mode} {' '.join(moves)}", flow, crew, moves, random.randrange(1 << 30))


def _people(random: Random, mode: str, moves: tuple[str, ...]) -> tuple[Somebody, ...]:
    if random.random() < 0.04:
        return ()
    users = random.sample(_CREW, random.randint(1, 3 if mode != "vote" else 4))
    if mode == "sequence" and random.random() < 0.3:
        users.append(users[0])
    if random.random() < 0.15:
        users.insert(random.randrange(len(users) + 1), random.choice((INITIATOR, "kim", "pam", "quin")))
    voting = mode == "vote"
    agents = "agent" in moves
    return tuple(_somebody(random, user, voting, agents and random.random() < 0.6) for user in users)


def _somebody(random: Random, user: str, voting: bool, agents: bool) -> Somebody:
    weight = random.choice((1, 1, 2, 3)) if voting else 1
    veto = voting and random.random() < 0.15
    superior = f"{user}-boss" if random.random() < 0.8 else None
    return Somebody(user, weight, veto, superior, superior, (f"{user}-agent",) if agents else (), random.random() < 0.4)


def _tested(random: Random, mode: str) -> Assignment:
    vote = None
    if mode == "vote":
        vote = Vote(
            random.choice(("1/2", "2/3", "60%", "2", "100%", "1/3")),
            random.choice(("all", "voted")),
            random.choice((None, None, "1/2", "2", "100%")),
            (),
            random.choice((None, None, "agree", "refuse")),
        )
    operations = OPERATIONS if random.random() < 0.85 else tuple(o for o in OPERATIONS if random.random() < 0.6)
    return Assignment(
        (Candidate(role="approver"),),
        mode,
        refusal=random.choice(("at_once", "wait")),
        vote=vote,
        operations=operations,
        duplicates=random.choice(("never", "never", "earlier", "consecutive")),
        own=random.choice(("approve", "approve", "skip", "superior", "head")),
        nobody=random.choice(("admin", "pass", "refuse", "user", "incident")),
        nobody_user="nora",
    )


def _outcomes(random: Random) -> tuple[Outcome, ...]:
    targets = [None, None, None, None, "A", "previous", "end"]
    refuse = Outcome("refuse", _text("refuse"), "refuse", target=random.choice(targets))
    rounds = random.choice((None, 1, 2))
    found = [
        Outcome("agree", _text("agree")),
        refuse,
        Outcome("back", _text("back"), "send_back", rounds=rounds),
        Outcome("ask", _text("ask"), "send_back", straight=True, rounds=rounds),
    ]
    if random.random() < 0.5:
        found.append(Outcome("abstain", _text("abstain"), "abstain"))
    return tuple(found)


def _text(text: str) -> Text:
    return Text(text, text)


# -- what is done


class Chooser:
    """Draws what happens next from how the oracle's instance stands: mostly what is allowed, sometimes what is not."""

    def __init__(self, case: Case) -> None:
        self.random = Random(case.picks)
        self.left = list(case.moves)
        self.wild = self.random.choice((0.05, 0.12, 0.4))
        self.takes_back = "reclaim" in case.moves

    def next(self, instance: Instance) -> Action | None:
        """The next action; None when nothing is left to do."""
        tasks = instance.open_tasks()
        if not tasks:
            return None
        tested = [key for key in tasks if key.partition("#")[0] == TESTED]
        if self.takes_back and _signed(instance) and self.random.random() < 0.25:
            return self._reclaim(instance)
        if self.left and tested:
            return self._move(instance, tasks, self.random.choice(tested))
        if self.random.random() < self.wild:
            return self.drawn(instance, tasks, self.random.choice(list(tasks)), self.random.choice(MOVES))
        busy = [key for key, place in tasks.items() if _actors(instance, place)]
        if not busy:
            return None
        first = [key for key in busy if key in tested] if self.random.random() < 0.5 else []
        kind = self.random.choices(("agree", "refuse", "abstain", "back", "ask"), (12, 3, 1, 1, 1))[0]
        return self.drawn(instance, tasks, self.random.choice(first or busy), kind)

    def _move(self, instance: Instance, tasks: Mapping[str, Place], key: str) -> Action:
        board = instance.board(tasks[key])
        unclaimed = board.rules.mode == "claim" and board.claimed is None
        if unclaimed and self.left[0] not in ("claim", "release", "reclaim") and self.random.random() < 0.8:
            return self.drawn(instance, tasks, key, "claim")
        return self.drawn(instance, tasks, key, self.left.pop(0))

    def drawn(self, instance: Instance, tasks: Mapping[str, Place], key: str, kind: str) -> Action:
        """An action of a kind at a task, by somebody who can do it if there is anybody."""
        place, random = tasks[key], self.random
        actors = _actors(instance, place)
        user = random.choice(actors) if actors else random.choice(_SPARE)
        if kind in ("agree", "refuse", "abstain", "back", "ask"):
            return self._decide(instance, place, key, user, kind)
        if kind in ("agent", "early", "again", "stranger"):
            return self._decide(instance, place, key, self._odd(instance, place, kind, user), "agree")
        if kind == "reclaim":
            return self._reclaim(instance)
        if kind == "withdraw":
            return Action(kind, "", random.choice((INITIATOR, INITIATOR, user)))
        return self._operate(instance, place, key, kind, user)

    def _decide(self, instance: Instance, place: Place, key: str, user: str, outcome: str) -> Action:
        node = instance.net.node(place.node)
        offered = {each.key for each in node.outcomes}
        outcome = outcome if outcome in offered else "agree"
        back = outcome in ("back", "ask")
        target = self.random.choice(("A", "A", "P", "K", "Q", TESTED)) if back else None
        led = [event.node for event in instance.net.completions(place)] if back else []
        if led and self.random.random() < 0.85:
            target = self.random.choice(led)
        return Action("decide", key, user, (), outcome, target)

    def _odd(self, instance: Instance, place: Place, kind: str, user: str) -> str:
        board = instance.board(place)
        parts = board.parts
        found = {
            "agent": [a for i, p in enumerate(parts) if board.is_open(i) for a in p.agents],
            "early": [p.user for i, p in enumerate(parts) if board.is_waiting(i)],
            "again": [p.user for p in parts if p.sign or p.gone],
            "stranger": [*_SPARE, INITIATOR],
        }[kind]
        return self.random.choice(found or [user])

    def _reclaim(self, instance: Instance) -> Action:
        signed = [(key, self.random.choice(users)) for key, users in _signed(instance)]
        if signed and self.random.random() < 0.6:
            key, user = self.random.choice(signed)
            return Action("reclaim", key if self.random.random() < 0.8 else key.partition("#")[0], user)
        done = [e for e in instance.net.events if e.kind == "done" and not e.undone and e.actor]
        if not done or self.random.random() < 0.1:
            return Action("reclaim", TESTED, self.random.choice(_CREW))
        event = done[-1] if self.random.random() < 0.7 else self.random.choice(done)
        return Action("reclaim", event.node, self.random.choice((event.actor, event.principal)) or event.actor or "")

    def _operate(self, instance: Instance, place: Place, key: str, kind: str, user: str) -> Action:
        board, random = instance.board(place), self.random
        inside = [p.user for p in board.parts if not p.gone]
        if kind == "remove":
            added = [(board.parts[p.parent].user, p.user) for p in board.parts if p.parent is not None and not p.gone]
            if added and random.random() < 0.9:
                user, whom = random.choice(added)
                return Action(kind, key, user, (whom,))
            return Action(kind, key, user, (random.choice([*inside, *_SPARE]),))
        if kind in ("claim", "release"):
            return Action(kind, key, user)
        if kind == "escalate":
            return Action(kind, key, "system", (random.choice(["boss", *_SPARE]),))
        if kind == "reassign":
            undone = [p.user for p in board.parts if not p.gone and not p.sign and not p.automatic]
            return Action(kind, key, random.choice(undone or [user]), (random.choice([*inside, *_SPARE]),))
        if kind == "transfer_onto":
            return Action("transfer", key, user, (random.choice([u for u in inside if u != user] or [*_SPARE]),))
        fresh = [u for u in _SPARE if u not in inside]
        pool = fresh if fresh and random.random() < 0.9 else [*inside, *_SPARE]
        many = random.randint(1, 2) if kind in ADDS else 1
        return Action(kind, key, user, tuple(random.sample(sorted(set(pool)), min(many, len(set(pool))))))


def _actors(instance: Instance, place: Place) -> list[str]:
    board = instance.board(place)
    open_ = [i for i in range(len(board.parts)) if board.is_open(i)]
    return [user for i in open_ for user in board.actors(i)]


def _signed(instance: Instance) -> list[tuple[str, tuple[str, str]]]:
    """The signs in tasks that are open, with who gave them and for whom."""
    return [
        (key, (part.by or part.user, part.user))
        for key, place in instance.open_tasks().items()
        for part in instance.board(place).parts
        if part.sign
    ]
