"""Large flows for the bench of the checker: what people draw much of, and what is hard to prove."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine.definitions import (
    Assignment,
    Candidate,
    Edge,
    Entity,
    EventDefinition,
    Field,
    Flow,
    Node,
    Outcome,
    Text,
    Timer,
)

_TEXT = Text("文", "text")
_PERSON = {"assignment": Assignment((Candidate(role="agent"),)), "outcomes": (Outcome("ok", _TEXT),)}
ENTITIES: Mapping[str, Entity] = {"ticket": Entity("ticket", _TEXT, (Field("title", "text", _TEXT),), "title")}
_GATEWAYS = ("exclusive_gateway", "parallel_gateway", "inclusive_gateway")


@dataclass
class Drawing:
    """A flow being drawn."""

    random: Random
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def add(self, type_: str, parent: str | None = None, **members: Any) -> str:
        """A node; its id."""
        id = f"{type_}_{len(self.nodes)}"
        self.nodes.append(Node(id, type_, _TEXT, parent, **members))
        return id

    def edge(self, source: str, target: str, when: str | None = None, default: bool = False) -> None:
        """An edge."""
        self.edges.append(Edge(f"f{len(self.edges)}", source, target, when, default))

    def task(self, parent: str | None = None) -> str:
        """A user task."""
        return self.add("user_task", parent, **_PERSON)

    def flow(self) -> Flow:
        """The drawing as a definition."""
        return Flow("large", _TEXT, "ticket", tuple(self.nodes), tuple(self.edges))

    # -- blocks: where they begin and where they go on

    def block(self, depth: int, parent: str | None) -> tuple[str, str]:
        """A random block."""
        drawn = self.random.random()
        if depth == 0 or drawn < 0.3:
            return self.single(parent)
        if drawn < 0.7:
            return self.gateways(depth, parent)
        if drawn < 0.8:
            return self.again(depth, parent)
        if drawn < 0.9:
            return self.inside(depth, parent)
        first, last = self.block(depth - 1, parent)
        following, end = self.block(depth - 1, parent)
        self.edge(last, following)
        return first, end

    def single(self, parent: str | None) -> tuple[str, str]:
        """A task, perhaps with a deadline that interrupts it or only tells somebody."""
        id = self.task(parent)
        if self.random.random() > 0.2:
            return id, id
        interrupts = self.random.random() < 0.5
        events = (EventDefinition("timer", timer=Timer(duration="PT1H")),)
        late = self.add("boundary_event", parent, attached_to=id, interrupting=interrupts, events=events)
        told = self.task(parent)
        self.edge(late, told)
        if not interrupts:
            self.edge(told, self.add("end_event", parent))
            return id, id
        merge = self.add("exclusive_gateway", parent)
        self.edge(told, merge)
        self.edge(id, merge)
        return id, merge

    def gateways(self, depth: int, parent: str | None) -> tuple[str, str]:
        """Branches between two gateways of a kind."""
        kind = self.random.choice(_GATEWAYS)
        split, join = self.add(kind, parent), self.add(kind, parent)
        for number in range(self.random.randint(2, 4)):
            first, last = self.block(depth - 1, parent)
            chooses = kind != "parallel_gateway"
            self.edge(split, first, "true" if chooses and number else None, chooses and not number)
            self.edge(last, join)
        return split, join

    def again(self, depth: int, parent: str | None) -> tuple[str, str]:
        """A loop."""
        merge, choice = self.add("exclusive_gateway", parent), self.add("exclusive_gateway", parent)
        task = self.task(parent)
        first, last = self.block(depth - 1, parent)
        for source, target in ((merge, task), (task, first), (last, choice)):
            self.edge(source, target)
        self.edge(choice, merge, "true")
        on = self.add("task", parent)
        self.edge(choice, on, None, True)
        return merge, on

    def inside(self, depth: int, parent: str | None) -> tuple[str, str]:
        """A sub-process."""
        id = self.add("sub_process", parent)
        start = self.add("start_event", id)
        first, last = self.block(depth - 1, id)
        self.edge(start, first)
        self.edge(last, self.add("end_event", id))
        return id, id


def sequence(size: int) -> Flow:
    """One task after the other."""
    drawing = Drawing(Random(1))
    last = drawing.add("start_event")
    for _ in range(size - 2):
        task = drawing.task()
        drawing.edge(last, task)
        last = task
    drawing.edge(last, drawing.add("end_event"))
    return drawing.flow()


def branches(size: int) -> Flow:
    """Fifty parallel branches."""
    drawing = Drawing(Random(1))
    split, join = drawing.add("parallel_gateway"), drawing.add("parallel_gateway")
    drawing.edge(drawing.add("start_event"), split)
    drawing.edge(join, drawing.add("end_event"))
    for _ in range(50):
        last = split
        for _ in range(max(1, (size - 4) // 50)):
            task = drawing.task()
            drawing.edge(last, task)
            last = task
        drawing.edge(last, join)
    return drawing.flow()


def nested(size: int, seed: int = 1) -> Flow:
    """Random blocks within blocks: gateways, loops, deadlines, sub-processes."""
    drawing = Drawing(Random(seed))
    last = drawing.add("start_event")
    while len(drawing.nodes) < size - 1:
        first, end = drawing.block(4, None)
        drawing.edge(last, first)
        last = end
    drawing.edge(last, drawing.add("end_event"))
    return drawing.flow()


def unsound(size: int) -> Flow:
    """Random blocks, and behind them a join that waits for a branch that is not always taken."""
    drawing = Drawing(Random(7))
    last = drawing.add("start_event")
    while len(drawing.nodes) < size - 6:
        first, end = drawing.block(4, None)
        drawing.edge(last, first)
        last = end
    choice, join = drawing.add("exclusive_gateway"), drawing.add("parallel_gateway")
    one, two = drawing.task(), drawing.task()
    drawing.edge(last, choice)
    drawing.edge(choice, one, "true")
    drawing.edge(choice, two, None, True)
    drawing.edge(one, join)
    drawing.edge(two, join)
    drawing.edge(join, drawing.add("end_event"))
    return drawing.flow()


MODELS: Mapping[str, Callable[[int], Flow]] = {
    "sequence": sequence,
    "branches": branches,
    "nested": nested,
    "unsound": unsound,
}
