"""Flows of approvals drawn by chance: blocks one after the other, beside each other, within each other, with every policy that says who is
asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine.definitions import Flow
from engine.definitions.codec import decode

USERS = ("ann", "bob", "cat", "dan", "eva", "fay")
INITIATOR = "ann"
#: What a task has for buttons; the first is what agreeing means.
OUTCOMES = [
    {"key": "agree", "label": {"zh": "同意", "en": "Agree"}},
    {"key": "refuse", "label": {"zh": "拒绝", "en": "Refuse"}, "kind": "refuse"},
    {"key": "abstain", "label": {"zh": "弃权", "en": "Abstain"}, "kind": "abstain"},
    {"key": "back", "label": {"zh": "退回", "en": "Back"}, "kind": "send_back"},
    {"key": "ask", "label": {"zh": "退回补充", "en": "Ask"}, "kind": "send_back", "straight": True},
]
_OPERATIONS = ["add_before", "add_after", "add_alongside", "remove", "transfer", "delegate"]
_MODES = ("one", "any", "all", "all", "sequence", "vote", "claim", "random")


@dataclass
class Drawing:
    """A flow in the making. `people` of each task's node: users, `above:<node>` (whoever is above the one who did it) or `chosen` (the
    user named by a variable). `free`: no order in which people act can change whom others are."""

    random: Random
    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    free: bool = True
    room: int = 9

    def add(self, type_: str, parent: str | None = None, **members: Any) -> str:
        id = f"{type_.split('_')[0]}{len(self.nodes)}"
        inside = {} if parent is None else {"parent": parent}
        self.nodes.append({"id": id, "type": type_, "title": {"zh": id, "en": id}, **inside, **members})
        return id

    def edge(self, source: str, target: str, **members: Any) -> None:
        self.edges.append({"id": f"e{len(self.edges)}", "source": source, "target": target, **members})

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    # -- tasks

    def task(self, parent: str | None) -> tuple[str, str]:
        random = self.random
        id = self.add("user_task", parent, outcomes=OUTCOMES, assignment=self._assignment())
        mode = self.nodes[-1]["assignment"]["mode"]
        earlier = [each for each in self.people if each != id]
        pool = [*USERS, "chosen", *(f"above:{each}" for each in earlier[-2:])]
        people = random.sample(pool, random.choice((0, 1, 1, 2, 2, 3)) if self.chance(0.9) else 4)
        if mode == "sequence" and people and self.chance(0.3):
            people.append(people[0])
        self.people[id] = tuple(people)
        policies = self.nodes[-1]["assignment"]
        asks = any(each.startswith("above:") for each in people)
        self.free = self.free and not asks and policies["duplicates"] == "never" and mode != "random"
        if self.chance(0.12):
            self._loop(self.nodes[-1])
        if self.chance(0.1):
            self._deadline(id, parent)
        return id, id

    def _assignment(self) -> dict[str, Any]:
        random, mode = self.random, self.random.choice(_MODES)
        vote = {"pass_at": random.choice(("1/2", "2/3", "2", "100%")), "tie": random.choice(("agree", None))}
        return {
            "mode": mode,
            "candidates": [{"role": "approver"}],
            "refusal": random.choice(("at_once", "wait")),
            **({"vote": {key: value for key, value in vote.items() if value}} if mode == "vote" else {}),
            "operations": _OPERATIONS,
            "duplicates": random.choice(("never", "never", "never", "earlier", "consecutive")),
            "own": random.choice(("approve", "approve", "skip", "superior", "head")),
            "nobody": random.choice(("admin", "pass", "refuse", "user", "incident")),
            "nobody_user": "nora",
        }

    def _loop(self, node: dict[str, Any]) -> None:
        kind = self.random.choice(("parallel", "sequential"))
        node["loop"] = {"kind": kind, "cardinality": str(self.random.randint(0, 3))}
        if self.chance(0.3):
            node["loop"]["completion"] = "completed_instances >= 2"
        self.free = False

    def _deadline(self, id: str, parent: str | None) -> None:
        """A boundary timer, which nobody lets come."""
        timer = [{"kind": "timer", "timer": {"duration": "PT8H"}}]
        boundary = self.add("boundary_event", parent, attached_to=id, events=timer, interrupting=self.chance(0.5))
        self.edge(boundary, self.add("end_event", parent))

    # -- blocks: each gives where it begins and where it goes on

    def block(self, parent: str | None, depth: int = 0) -> tuple[str, str]:
        self.room -= 1
        if self.room <= 0 or depth > 3:
            return self.task(parent)
        names = list(_BLOCKS)
        drawn = self.random.choices(names, [_BLOCKS[name][0] for name in names])[0]
        return _BLOCKS[drawn][1](self, parent, depth + 1)

    def sequence(self, parent: str | None, depth: int) -> tuple[str, str]:
        first, last = self.block(parent, depth)
        for _ in range(self.random.randint(1, 2)):
            following, end = self.block(parent, depth)
            self.edge(last, following)
            last = end
        return first, last

    def _branches(
        self, type_: str, parent: str | None, depth: int, guards: Sequence[Mapping[str, Any]]
    ) -> tuple[str, str]:
        split, join = self.add(type_, parent), self.add(type_, parent)
        for guard in guards:
            first, last = self.block(parent, depth)
            self.edge(split, first, **guard)
            self.edge(last, join)
        return split, join

    def parallel(self, parent: str | None, depth: int) -> tuple[str, str]:
        guards: list[dict[str, Any]] = [{} for _ in range(self.random.randint(2, 3))]
        return self._branches("parallel_gateway", parent, depth, guards)

    def exclusive(self, parent: str | None, depth: int) -> tuple[str, str]:
        when = self.random.choice(("n > 1", 'outcome = "refuse"', "n = 0"))
        self.free = self.free and "outcome" not in when
        guards: list[dict[str, Any]] = [{"when": when}, {"default": True}]
        return self._branches("exclusive_gateway", parent, depth, guards)

    def inclusive(self, parent: str | None, depth: int) -> tuple[str, str]:
        guards: list[dict[str, Any]] = [{"when": "n > 0"}, {"when": "n > 1"}, {"default": True}]
        return self._branches("inclusive_gateway", parent, depth, guards)

    def sub_process(self, parent: str | None, depth: int) -> tuple[str, str]:
        id = self.add("sub_process", parent)
        start, (first, last) = self.add("start_event", id), self.block(id, depth)
        self.edge(start, first)
        self.edge(last, self.add("end_event", id))
        return id, id

    def again(self, parent: str | None, depth: int) -> tuple[str, str]:
        """Round again while a counter has not come to its end."""
        merge = self.add("exclusive_gateway", parent)
        first, last = self.block(parent, depth)
        count, split = self.add("script_task", parent, assign={"n": "n + 1"}), self.add("exclusive_gateway", parent)
        out = self.add("task", parent)
        self.edge(merge, first)
        self.edge(last, count)
        self.edge(count, split)
        self.edge(split, merge, when="n < 3")
        self.edge(split, out, default=True)
        self.free = False
        return merge, out

    def step(self, parent: str | None, _: int) -> tuple[str, str]:
        """Something that no person does, and a task after it."""
        type_, members = self.random.choice(_STEPS)
        id = self.add(type_, parent, **members)
        first, last = self.task(parent)
        self.edge(id, first)
        self.free = self.free and type_ not in ("delay", "script_task", "service_task", "call_activity")
        return id, last

    def flow(self) -> Flow:
        """The whole."""
        start, (first, last) = self.add("start_event"), self.sequence(None, 0)
        self.edge(start, first)
        self.edge(last, self.add("end_event"))
        variables = [
            {"key": "n", "type": "number", "label": {"zh": "数", "en": "n"}, "default": self.random.randint(0, 2)},
            {"key": "who", "type": "text", "label": {"zh": "谁", "en": "who"}, "default": self.random.choice(USERS)},
        ]
        document = {
            "kind": "flow",
            "schema": 2,
            "key": "asking",
            "label": {"zh": "问", "en": "Asking"},
            "entity": "thing",
        }
        flow: Flow = decode("flow", {**document, "nodes": self.nodes, "edges": self.edges, "variables": variables})
        return flow


_Draw = Callable[[Drawing, str | None, int], tuple[str, str]]
_BLOCKS: Mapping[str, tuple[float, _Draw]] = {
    "task": (6, lambda drawing, parent, _: drawing.task(parent)),
    "sequence": (4, Drawing.sequence),
    "parallel": (3, Drawing.parallel),
    "exclusive": (2, Drawing.exclusive),
    "inclusive": (1, Drawing.inclusive),
    "sub_process": (2, Drawing.sub_process),
    "again": (1, Drawing.again),
    "step": (3, Drawing.step),
}
_STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("delay", {"events": [{"kind": "timer", "timer": {"duration": "P1D"}}]}),
    ("script_task", {"assign": {"who": '"eva"', "n": "n + 1"}}),
    ("service_task", {"action": "record.change"}),
    ("service_task", {"action": "record.count", "outputs": {"n": "count"}}),
    ("service_task", {"action": "outside.ask"}),
    ("call_activity", {"call": {"flow": "other"}}),
    ("receive_task", {"events": [{"kind": "message", "name": "paid"}]}),
    ("cc", {"assignment": {"candidates": [{"role": "approver"}]}}),
)


def drawn(seed: int) -> Drawing:
    """The drawing of a seed, not yet made a flow."""
    return Drawing(Random(f"drawing {seed}"))
