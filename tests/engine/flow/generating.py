"""Random flow definitions. A seed is a case: `random_flow(seed)` is the same everywhere and for ever.

Two ways of drawing: `Structured` nests blocks that have one way in and one way out (with ends, boundary events, event sub-processes,
compensation and jumps in between, as people draw them); `Tangled` joins random nodes of each scope by random edges: bad joins,
loops and dead ends. Both keep to the shape that publishing asks for, and neither promises to be sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from engine.definitions import AdHoc, EventDefinition, Flow
from tests.engine.flow.sheet import (
    ASKING,
    ENTITIES,
    HOSTS,
    PASSING,
    WAITING,
    Sheet,
    adorn,
    compensable,
    ending,
    event,
    leaf,
    side_path,
)

__all__ = ["ENTITIES", "flows", "random_flow"]


# -- blocks


@dataclass
class Structured:
    """Draws nested blocks."""

    sheet: Sheet

    def process(self) -> None:
        """The whole flow."""
        self.contents(None, 0)

    def contents(self, parent: str | None, depth: int) -> None:
        """What a scope holds: a path from start to end, and perhaps event sub-processes."""
        sheet = self.sheet
        explicit = parent is None or sheet.chance(0.8)
        start = sheet.add("start_event", parent) if explicit else None
        first, last = self.block(parent, depth)
        if start is not None:
            sheet.edge(start, first)
        if sheet.chance(0.8):
            sheet.edge(last, ending(sheet, parent))
        if sheet.room > 3 and sheet.chance(0.3):
            self.event_sub_process(parent, depth)

    def block(self, parent: str | None, depth: int) -> tuple[str, str]:
        """A block: where it begins and where it goes on."""
        sheet = self.sheet
        if sheet.room < 3 or depth > 5:
            return self.single(parent)
        drawn = sheet.random.choices(list(_BLOCKS), [weight for weight, _ in _BLOCKS.values()])[0]
        return _BLOCKS[drawn][1](self, parent, depth + 1)

    def single(self, parent: str | None, _: int = 0) -> tuple[str, str]:
        sheet = self.sheet
        kind = sheet.random.choice(sheet.random.choice((WAITING, WAITING, PASSING, ASKING)))
        id = leaf(sheet, parent, kind)
        return id, adorn(sheet, id) if kind in HOSTS else id

    def sequence(self, parent: str | None, depth: int) -> tuple[str, str]:
        first, last = self.block(parent, depth)
        for _ in range(self.sheet.random.randint(1, 2)):
            following, end = self.block(parent, depth)
            self.sheet.edge(last, following)
            last = end
        return first, last

    def gateway(self, parent: str | None, depth: int) -> tuple[str, str]:
        """A split and its join; now and then the join is of another type, which may be wrong."""
        sheet = self.sheet
        type_ = sheet.random.choice(("exclusive_gateway", "parallel_gateway", "inclusive_gateway", "parallel_gateway"))
        closing = sheet.random.choice(_JOINS) if sheet.chance(0.15) else type_
        split = sheet.add(type_, parent)
        branches = sheet.random.randint(2, 3)
        required = sheet.random.randint(1, branches) if closing == "complex_gateway" else None
        join = sheet.add(closing, parent, required=required)
        for index in range(branches):
            self.branch(split, join, parent, depth, {} if type_ == "parallel_gateway" else self.guard(index))
        return split, join

    def guard(self, index: int) -> dict[str, Any]:
        """The condition of a branch: the first is mostly the default."""
        if index == 0 and self.sheet.chance(0.9):
            return {"default": True}
        return {"when": self.sheet.condition()}

    def branch(self, split: str, join: str, parent: str | None, depth: int, edge: Mapping[str, Any]) -> None:
        sheet = self.sheet
        if sheet.chance(0.1):
            sheet.edge(split, join, **edge)
            return
        first, last = self.block(parent, depth)
        sheet.edge(split, first, **edge)
        if sheet.chance(0.1):
            sheet.edge(last, ending(sheet, parent))
        else:
            sheet.edge(last, join)

    def complex(self, parent: str | None, depth: int) -> tuple[str, str]:
        sheet = self.sheet
        branches = sheet.random.randint(2, 3)
        split = sheet.add("parallel_gateway", parent)
        join = sheet.add("complex_gateway", parent, required=sheet.random.randint(1, branches))
        for _ in range(branches):
            self.branch(split, join, parent, depth, {})
        return split, join

    def race(self, parent: str | None, depth: int) -> tuple[str, str]:
        """An event-based gateway."""
        sheet = self.sheet
        split, join = sheet.add("event_based_gateway", parent), sheet.add("exclusive_gateway", parent)
        kinds = sheet.random.sample(("message", "timer", "signal", "conditional", "receive_task"), 2)
        for kind in kinds:
            caught = leaf(sheet, parent, kind)
            sheet.change(caught, events=sheet.nodes[caught].events[:1], parallel_multiple=False)
            sheet.edge(split, caught)
            if sheet.room > 2 and sheet.chance(0.4):
                first, last = self.block(parent, depth)
                sheet.edge(caught, first)
                caught = last
            sheet.edge(caught, join)
        return split, join

    def loop(self, parent: str | None, depth: int) -> tuple[str, str]:
        """Again while a condition holds that a script in the loop makes false in the end."""
        sheet = self.sheet
        merge = sheet.add("exclusive_gateway", parent)
        first, last = self.block(parent, depth)
        count, split = sheet.add("script_task", parent, assign={"n": "n + 1"}), sheet.add("exclusive_gateway", parent)
        sheet.edge(merge, first)
        sheet.edge(last, count)
        sheet.edge(count, split)
        back = sheet.add("jump", parent, target=merge) if sheet.chance(0.3) else merge
        sheet.edge(split, back, when=sheet.random.choice(("n < 3", 'outcome = "other" and n < 6')))
        out = sheet.add("task", parent)
        sheet.edge(split, out, default=True)
        return merge, out

    def link(self, parent: str | None, _: int) -> tuple[str, str]:
        sheet = self.sheet
        name = f"link{len(sheet.nodes)}"
        events = (EventDefinition("link", name=name),)
        throw = sheet.add("intermediate_throw_event", parent, events=events)
        return throw, sheet.add("intermediate_catch_event", parent, events=events)

    def sub_process(self, parent: str | None, depth: int) -> tuple[str, str]:
        sheet = self.sheet
        id = sheet.add("sub_process", parent)
        self.contents(id, depth)
        thrown = {event.kind for node in sheet.inside(id) if node.type == "end_event" for event in node.events}
        for kind in ("error", "escalation"):
            if kind in thrown and sheet.chance(0.8):
                caught = (event(sheet, kind),)
                boundary = sheet.add("boundary_event", parent, attached_to=id, events=caught)
                return id, side_path(sheet, sheet.nodes[id], boundary)
        return id, adorn(sheet, id)

    def undone(self, parent: str | None, depth: int) -> tuple[str, str]:
        """Activities that can be compensated, and a throw event that does it."""
        sheet = self.sheet
        first, last = self.single(parent)
        for _ in range(sheet.random.randint(1, 2)):
            done = leaf(sheet, parent, sheet.random.choice(("task", "user_task", "service_task", "asking_service")))
            compensable(sheet, sheet.nodes[done])
            sheet.edge(last, done)
            last = done
        if sheet.chance(0.5):
            following, end = self.block(parent, depth)
            sheet.edge(last, following)
            last = end
        throw = leaf(sheet, parent, "throw_compensation")
        sheet.edge(last, throw)
        return first, throw

    def transaction(self, parent: str | None, depth: int) -> tuple[str, str]:
        sheet = self.sheet
        id = sheet.add("transaction", parent)
        self.contents(id, depth)
        boundary = sheet.add("boundary_event", parent, attached_to=id, events=(EventDefinition("cancel"),))
        return id, side_path(sheet, sheet.nodes[id], boundary)

    def ad_hoc(self, parent: str | None, depth: int) -> tuple[str, str]:
        sheet = self.sheet
        id = sheet.add("ad_hoc_sub_process", parent)
        firsts = []
        for _ in range(sheet.random.randint(1, 3)):
            first, last = self.block(id, depth) if sheet.chance(0.3) else self.single(id)
            firsts.append(first)
            if sheet.chance(0.3):
                following = leaf(sheet, id, "user_task")
                sheet.edge(last, following)
        start = tuple(first for first in firsts if sheet.chance(0.5))
        completion = sheet.random.choice((None, "n > 1", "true"))
        ordering = sheet.random.choice(("parallel", "sequential"))
        sheet.change(id, ad_hoc=AdHoc(ordering, start, completion, sheet.chance(0.5)))
        return id, adorn(sheet, id)

    def event_sub_process(self, parent: str | None, depth: int) -> None:
        sheet = self.sheet
        id = sheet.add("event_sub_process", parent)
        kinds = ("message", "timer", "signal", "conditional", "error", "escalation")
        kind = sheet.random.choice(kinds if parent is None else (*kinds, "compensation"))
        interrupting = kind in ("error", "compensation") or sheet.chance(0.5)
        start = sheet.add("start_event", id, events=(event(sheet, kind),), interrupting=interrupting)
        first, last = self.block(id, depth + 2)
        sheet.edge(start, first)
        sheet.edge(last, ending(sheet, id))


_JOINS = ("exclusive_gateway", "parallel_gateway", "inclusive_gateway", "complex_gateway")
_Draw = Callable[[Structured, str | None, int], tuple[str, str]]
_BLOCKS: Mapping[str, tuple[float, _Draw]] = {
    "single": (6, Structured.single),
    "sequence": (10, Structured.sequence),
    "gateway": (8, Structured.gateway),
    "complex": (1, Structured.complex),
    "race": (2, Structured.race),
    "loop": (2, Structured.loop),
    "link": (1, Structured.link),
    "sub_process": (4, Structured.sub_process),
    "transaction": (1, Structured.transaction),
    "undone": (1.5, Structured.undone),
    "ad_hoc": (1, Structured.ad_hoc),
}


# -- tangles

_STOPS = frozenset({"user_task", "approval", "handle", "receive_task", "intermediate_catch_event"})


@dataclass
class Tangled:
    """Draws random nodes and random edges between those of a scope."""

    sheet: Sheet

    def process(self) -> None:
        """The whole flow."""
        self.contents(None, 0)

    def contents(self, parent: str | None, depth: int) -> None:
        """Nodes, then an edge to each of them, then some more edges."""
        sheet = self.sheet
        start = sheet.add("start_event", parent)
        size = sheet.random.randint(1, max(1, min(sheet.room, 14)))
        here = [start]
        for _ in range(size):
            if sheet.room <= 0:
                break
            here.append(self.node(parent, depth))
        sources = [id for id in here if sheet.nodes[id].type != "end_event"]
        for index, id in enumerate(here[1:], 1):
            before = [other for other in here[:index] if other in sources]
            self.edge(sheet.random.choice(before), id)
        for _ in range(sheet.random.randint(0, size)):
            source, target = sheet.random.choice(sources), sheet.random.choice(here[1:])
            back = here.index(target) <= here.index(source)
            if back and sheet.nodes[source].type not in _STOPS and sheet.chance(0.93):
                continue  # mostly no loops of automatic nodes: they all end the same way
            if not any(e.source == source and e.target == target for e in sheet.edges):
                self.edge(source, target)

    def node(self, parent: str | None, depth: int) -> str:
        sheet = self.sheet
        drawn = sheet.random.random()
        if drawn < 0.4:
            type_ = sheet.random.choice(_JOINS[:3])
            return sheet.add(type_, parent)
        if drawn < 0.5 and depth < 3 and sheet.room > 3:
            id = sheet.add(sheet.random.choice(("sub_process", "sub_process", "transaction")), parent)
            self.contents(id, depth + 1)
            return self.adorned(id)
        if drawn < 0.58:
            return ending(sheet, parent)
        kind = sheet.random.choice(WAITING if sheet.chance(0.7) else PASSING)
        id = leaf(sheet, parent, kind)
        return self.adorned(id) if kind in HOSTS else id

    def adorned(self, id: str) -> str:
        """Boundary events go to a node of their own: the main path leaves the activity itself."""
        sheet = self.sheet
        if sheet.room > 2 and sheet.chance(0.2):
            kind = sheet.random.choice(("message", "timer", "signal", "error"))
            parent = sheet.nodes[id].parent
            boundary = sheet.add(
                "boundary_event",
                parent,
                attached_to=id,
                events=(event(sheet, kind),),
                interrupting=kind == "error" or sheet.chance(0.5),
            )
            sheet.edge(boundary, ending(sheet, parent))
        if sheet.nodes[id].type == "transaction":
            parent = sheet.nodes[id].parent
            sheet.add("boundary_event", parent, attached_to=id, events=(EventDefinition("cancel"),))
        return id

    def edge(self, source: str, target: str) -> None:
        """An edge with what its source asks for."""
        sheet = self.sheet
        type_ = sheet.nodes[source].type
        defaulted = any(e.source == source and e.default for e in sheet.edges)
        if type_ in ("exclusive_gateway", "inclusive_gateway"):
            first = not defaulted and sheet.chance(0.9)
            sheet.edge(source, target, None if first else sheet.condition(), first)
        else:
            sheet.edge(source, target)


@dataclass
class Gates(Tangled):
    """Tangles of gateways and people's tasks only, without scopes: what a net of tokens can play too."""

    def node(self, parent: str | None, depth: int) -> str:  # noqa: ARG002  # scopes are what depth is for
        sheet = self.sheet
        drawn = sheet.random.random()
        if drawn < 0.55:
            return sheet.add(sheet.random.choice(("inclusive_gateway", *_JOINS[:3])), parent)
        if drawn < 0.65:
            return sheet.add("end_event", parent)
        return leaf(sheet, parent, "handle")

    def edge(self, source: str, target: str) -> None:
        super().edge(source, target)
        last = self.sheet.edges[-1]
        if last.when is not None:
            self.sheet.edges[-1] = replace(last, when=self.sheet.random.choice(("n > 1", "n = 0", "flag", "true")))


#: What random flows may be made of; a caller takes some away for a simpler kind of flow.
KINDS: Mapping[str, Callable[[Sheet], Structured | Tangled]] = {
    "structured": Structured,
    "tangled": Tangled,
    "gates": Gates,
}


def random_flow(seed: int, most: int = 40, kinds: tuple[str, ...] = ("structured", "structured", "tangled")) -> Flow:
    """The flow of a seed, of about 3 to `most` nodes."""
    random = Random(seed)
    sheet = Sheet(random, room=random.randint(3, most) if random.random() < 0.3 else random.randint(most // 3, most))
    KINDS[random.choice(kinds)](sheet).process()
    return sheet.flow()


def flows(most: int = 20) -> st.SearchStrategy[Flow]:
    """Random flows for Hypothesis: strategies over the seed, because a seed is a case."""
    return st.integers(0, 2**32 - 1).map(lambda seed: random_flow(seed, most))
