"""Where the tokens of a flow are, as an occurrence net: every place a token ever stood, every event that took and gave tokens.

Nothing is forgotten, so sending back needs no book-keeping: undo the target's completion and every event that descends from it; what
those events made is gone, what they took from elsewhere is there again. Shares no code with the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.definitions import Flow, Node

TASK, JOIN, HOST, ENDED, ASKING = "task", "join", "host", "ended", "asking"


@dataclass(eq=False)
class Place:
    """A token at one place, from the event `made` until the event `taken`. `path` are the hosts it is inside, the outermost first; `index`
    which child of a multi-instance. `returns`: the place that waits for this one to be done again, as `again`."""

    node: str
    state: str
    path: tuple[Place, ...] = ()
    made: Event | None = None
    taken: Event | None = None
    index: int | None = None
    edge: str | None = None
    returns: Place | None = None
    again: Place | None = None


@dataclass(eq=False)
class Event:
    """Something that happened: a task done, or a step of the flow itself. `agreed` are those who agreed, `actor` who decided, for `principal` where
    they are an agent. `followed`: somebody has acted on what came of it."""

    node: str
    kind: str
    inputs: tuple[Place, ...] = ()
    made: list[Place] = field(default_factory=list)
    undone: bool = False
    actor: str | None = None
    agreed: tuple[str, ...] = ()
    answers: bool = False
    followed: bool = False
    principal: str | None = None


class Net:
    """The flow and everything that happened in it. `opened` and `closed` are the tasks since somebody last looked."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.places: list[Place] = []
        self.events: list[Event] = []

    def node(self, id: str) -> Node:
        found = self.flow.node(id)
        assert found is not None
        return found

    def marking(self) -> list[Place]:
        return [place for place in self.places if self.alive(place) and place.taken is None]

    def alive(self, place: Place) -> bool:
        return place.made is None or not place.made.undone

    def tasks(self) -> list[Place]:
        return [place for place in self.marking() if place.state == TASK]

    # -- moving

    def start(self) -> None:
        begin = self._event("", "start", ())
        self._enter_scope(begin, None, ())
        self._run()

    def _event(self, node: str, kind: str, inputs: Iterable[Place]) -> Event:
        event = Event(node, kind, tuple(inputs))
        for place in event.inputs:
            place.taken = event
        self.events.append(event)
        return event

    def _put(self, event: Event, place: Place) -> Place:
        place.made = event
        event.made.append(place)
        self.places.append(place)
        return place

    def _enter_scope(self, event: Event, parent: str | None, path: tuple[Place, ...]) -> None:
        for node in self.flow.nodes:
            if node.parent == parent and node.type == "start_event":
                self._follow(event, node.id, path, None)

    def _follow(self, event: Event, node: str, path: tuple[Place, ...], outcome: str | None) -> None:
        """Tokens along the edges that leave a node; without any, an end in its scope."""
        edges = [edge for edge in self.flow.edges if edge.source == node]
        if self.node(node).type == "exclusive_gateway":
            taken = [e for e in edges if e.when == f'outcome = "{outcome}"'] or [e for e in edges if e.default]
            edges = taken[:1]
        for edge in edges:
            self._arrive(event, edge.target, path, edge.id, outcome)

    def _arrive(self, event: Event, id: str, path: tuple[Place, ...], edge: str, outcome: str | None) -> None:
        node = self.node(id)
        if node.type == "end_event":
            self._put(event, Place(id, ENDED, path))
        elif node.type == "parallel_gateway":
            self._put(event, Place(id, JOIN, path, edge=edge))
        elif node.type == "exclusive_gateway":
            self._follow(event, id, path, outcome)
        else:
            self._activity(event, node, path)

    def _activity(self, event: Event, node: Node, path: tuple[Place, ...]) -> Place:
        """A task, sub-process or loop begins."""
        if node.loop is None:
            return self._begin(event, node, path, None)
        host = self._put(event, Place(node.id, HOST, path))
        for index in range(int(node.loop.cardinality or "0")):
            self._begin(event, node, (*path, host), index)
        return host

    def _begin(self, event: Event, node: Node, path: tuple[Place, ...], index: int | None) -> Place:
        place = self._put(event, Place(node.id, HOST if node.type == "sub_process" else TASK, path, index=index))
        if place.state == HOST:
            self._enter_scope(event, node.id, (*path, place))
        return place

    def _run(self) -> None:
        while self._join() or self._leave():
            pass

    def _join(self) -> bool:
        for place in self.marking():
            if place.state != JOIN:
                continue
            here = [p for p in self.marking() if p.state == JOIN and p.node == place.node and p.path == place.path]
            incoming = [edge.id for edge in self.flow.edges if edge.target == place.node]
            first = {edge: next((p for p in here if p.edge == edge), None) for edge in incoming}
            if all(first.values()):
                event = self._event(place.node, "join", [p for p in first.values() if p is not None])
                self._follow(event, place.node, place.path, None)
                return True
        return False

    def _leave(self) -> bool:
        """A sub-process or loop in which everything has ended is left."""
        for host in self.marking():
            inside = [p for p in self.marking() if host in p.path]
            if host.state == HOST and inside and all(p.state == ENDED for p in inside):
                if host.returns is not None:
                    self._come_back(host, [host, *inside])
                    return True
                loops = self.node(host.node).type == "user_task"
                event = self._event(host.node, "done" if loops else "leave", [host, *inside])
                if host.index is not None:
                    self._put(event, Place(host.node, ENDED, host.path))
                else:
                    self._follow(event, host.node, host.path, None)
                return True
        return False

    @property
    def over(self) -> bool:
        return all(place.state == ENDED for place in self.marking())

    # -- what tasks do

    def complete(
        self, place: Place, outcome: str, actor: str | None, agreed: tuple[str, ...], principal: str | None = None
    ) -> None:
        """A task is done; where somebody only asked it again, it is their turn again."""
        if actor is not None:
            self._acted_on(place)
        if place.returns is not None:
            self._come_back(place, [place])
            self._run()
            return
        event = self._event(place.node, "done", [place])
        event.actor, event.principal, event.agreed = actor, principal, agreed
        if place.index is not None:
            self._put(event, Place(place.node, ENDED, place.path))
        else:
            self._follow(event, place.node, place.path, outcome)
        self._run()

    def _come_back(self, place: Place, inside: list[Place]) -> None:
        """What was asked again is answered: the sender's task once more."""
        asking = place.returns
        assert asking is not None
        event = self._event(place.node, "done", [*inside, asking])
        event.answers = True
        sender = Place(asking.node, TASK, asking.path, index=asking.index, returns=asking.returns, again=asking.again)
        self._put(event, sender)

    def _acted_on(self, place: Place) -> None:
        for event in self.events:
            event.followed = event.followed or self._led_to(event, place)

    def completions(self, place: Place) -> Iterator[Event]:
        """The tasks done that led to this place, the latest first, in its scope or one around it; where it is only asked again, those that
        led to it the first time."""
        where = place.path
        while (
            before := next((p.again for p in (place, *reversed(place.path)) if p.again is not None), None)
        ) is not None:
            place = before
        for event in reversed(self.events):
            if event.kind == "done" and not event.undone and self._led_to(event, place):
                done = event.inputs[0]
                if done.path == where[: len(done.path)] and done.index is None:
                    yield event

    def _led_to(self, event: Event, place: Place) -> bool:
        seen, front = set(), [place]
        while front:
            made = front.pop().made
            if made is event:
                return True
            if made is not None and id(made) not in seen:
                seen.add(id(made))
                front.extend(made.inputs)
        return False

    def descendants(self, target: Event) -> list[Event]:
        """The event and everything that would not have happened without it."""
        found = [target]
        for event in self.events[self.events.index(target) + 1 :]:
            if not event.undone and any(place.made in found for place in event.inputs):
                found.append(event)
        return found

    def undo(self, target: Event) -> Place:
        """As if it had not happened; the place of the task again."""
        host = target.inputs[0]
        first = [e for e in self.events if not e.undone and any(host in place.path for place in e.inputs)]
        undone = {id(event): event for each in (target, *first) for event in self.descendants(each)}
        for event in undone.values():
            event.undone = True
        for place in self.places:
            if place.taken is not None and id(place.taken) in undone:
                place.taken = None
        for place in self.marking():
            if place is host or host in place.path:
                place.taken = Event("", "replaced")
        again = self._activity(host.made or Event("", "start"), self.node(host.node), host.path)
        again.returns, again.again = host.returns, host.again
        return again

    def child_again(self, target: Event) -> Place:
        """One child of a multi-instance once more; nothing follows it before all are done."""
        before = target.inputs[0]
        target.undone = True
        before.taken = Event("", "replaced")
        again = self._begin(before.made or Event("", "start"), self.node(before.node), before.path, before.index)
        again.returns, again.again = before.returns, before.again
        return again

    def ask(self, sender: Place, target: Event) -> Place:
        """The target's task alone again; the sender waits for it."""
        self._acted_on(sender)
        event = self._event(sender.node, "asked", [sender])
        asking = self._put(
            event,
            Place(sender.node, ASKING, sender.path, index=sender.index, returns=sender.returns, again=sender.again),
        )
        before = target.inputs[0]
        place = self._activity(event, self.node(before.node), before.path)
        place.returns, place.again = asking, before
        return place

    def finish(self) -> None:
        """Everything ends at once."""
        inputs = self.marking()
        self._event("", "end", inputs)
