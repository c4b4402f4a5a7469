"""A smaller flow with the same verdict: parts that cannot go wrong by themselves are folded before everything is explored.

Folded are series of nodes, parallel branches that meet again, alternatives that meet again, ways back that may be taken any number of
times, branches that end by themselves, boundary events (a choice at the end of their activity) and sub-processes that are sound by
themselves and tell nothing to what is around them. A scope in which it matters who comes first (it is terminated, errors or signals
are thrown) is left as it is unless it is large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from engine.definitions import Edge, Flow, Node, Text
from engine.flow.checking.parts import Part, Reading, Reduced, throws

_NOTHING = Text("", "")


def reduced(flow: Flow, sound: Callable[[Reduced], tuple[bool, set[str]] | None] | None = None) -> Reduced:
    """A smaller flow with the verdict of an abstract one. `sound` explores the inside of a sub-process: whether it waits, and what is
    entered in it; None when it is not known to be sound."""
    return _Reducer(flow, sound).run()


class _Reducer:
    def __init__(self, flow: Flow, sound: Callable[[Reduced], tuple[bool, set[str]] | None] | None) -> None:
        self.flow, self.sound = flow, sound
        self.reading = Reading(flow)
        self.nodes, self.children = self.reading.nodes, self.reading.children
        self.boundaries = {host: list(own) for host, own in self.reading.boundaries.items()}
        self.edges = {edge.id: edge for edge in flow.edges}
        self.waiting_scopes: set[str | None] = set()
        self.leaping = {
            node.parent
            for node in flow.nodes
            if node.type == "jump" or any(event.kind == "link" for event in node.events)
        }
        self.parts = {node.id: self.reading.part(node) for node in flow.nodes}
        for edge in flow.edges:
            self.parts[edge.source].outs.append(edge.id)
            self.parts[edge.target].ins.append(edge.id)
        self.todo = list(self.parts)
        self.rules = (self._plain, self._series, self._twins, self._ways_back, self._silent, self._boundary)

    def run(self) -> Reduced:
        """Fold until nothing more can be, sub-processes from the inside out."""
        for scope in sorted((s for s in self.children if s is not None), key=self._depth, reverse=True):
            self._settle([id for id in self.children[scope] if id in self.parts])
            self._sub_process(scope)
            if (
                scope in self.waiting_scopes
                and scope in self.children
                and any(p.node.parent == scope for p in self.parts.values())
            ):
                self._keep_waiting(scope)
        self._settle(list(self.parts))
        if None in self.waiting_scopes and any(p.node.type == "event_sub_process" for p in self.parts.values()):
            self._keep_waiting(None)
        return self._made(self.parts.values())

    def _settle(self, ids: list[str]) -> None:
        self.todo = ids
        while self.todo:
            part = self.parts.get(self.todo.pop())
            if part is not None and any(rule(part) for rule in self.rules):
                self._look_again(part)

    def _look_again(self, part: Part) -> None:
        self.todo.append(part.id)
        self.todo += [self.edges[e].source for e in part.ins] + [self.edges[e].target for e in part.outs]
        if part.node.attached_to is not None:
            self.todo.append(part.node.attached_to)

    def _depth(self, scope: str | None) -> int:
        node = self.nodes.get(scope or "")
        return 0 if node is None else 1 + self._depth(node.parent)

    def _simple(self, part: Part) -> bool:
        return part.kind == "simple" and not self.boundaries.get(part.id)

    # -- rules

    def _plain(self, part: Part) -> bool:
        """A gateway that neither splits nor joins passes its token on; an exclusive one with one way out only merges."""
        passes = (
            (part.kind == "exclusive" and len(part.outs) <= 1)
            or (part.kind == "parallel" and len(part.ins) <= 1)
            or (part.kind == "inclusive" and len(part.ins) <= 1 and len(part.outs) <= 1)
        )
        if passes:
            part.kind, part.waits = "simple", False
        return passes

    def _series(self, part: Part) -> bool:
        """A node and the only one after it, which has no other way in."""
        if len(part.outs) != 1 or part.kind == "other" or self.boundaries.get(part.id):
            return False
        after = self.parts[self.edges[part.outs[0]].target]
        if len(after.ins) != 1 or after is part or self.boundaries.get(after.id) or not self._fold(part, after):
            return False
        part.path += after.path
        part.covers |= after.covers
        part.outs = after.outs
        for edge in part.outs:
            self.edges[edge] = replace(self.edges[edge], source=part.id)
        del self.parts[after.id]
        return True

    def _fold(self, part: Part, after: Part) -> bool:
        """Give `part` the kind of both together, where there is one."""
        if after.kind == "simple":
            if part.kind == "simple":
                part.waits = part.waits or after.waits
                return True
            return not after.waits and (part.kind != "inclusive" or len(after.outs) == 1)
        free = part.kind == "simple" and not part.waits
        if free and (after.kind == "exclusive" or (after.kind == "inclusive" and len(part.ins) <= 1)):
            part.kind = after.kind
            return True
        return False

    def _twins(self, part: Part) -> bool:
        """Of two branches that lead from one node to another by at most one simple node, one is enough."""
        if part.kind not in ("simple", "start", "parallel", "exclusive", "inclusive") or len(part.outs) < 2:
            return False
        seen: dict[str | None, str] = {}
        dropped = False
        for edge in list(part.outs):
            target = self._way_to(part, edge)
            if target == "" or not self._same_for(part, target):
                continue
            if target in seen:
                seen[target] = self._drop_one(part, seen[target], edge)
                dropped = True
            else:
                seen[target] = edge
        return dropped

    def _way_to(self, part: Part, edge: str) -> str | None:
        """Where a branch leads by at most one simple node; None where it ends, empty where it is more than that."""
        after = self.parts[self.edges[edge].target]
        if not self._simple(after) or len(after.ins) != 1 or len(after.outs) > 1:
            return after.id if after is not part else ""
        if not after.outs:
            return None
        target = self.edges[after.outs[0]].target
        return target if target != part.id else ""

    def _same_for(self, part: Part, target: str | None) -> bool:
        """Whether one branch to the target is as good as two."""
        if target is None:
            return part.kind == "exclusive"
        kind = self.parts[target].kind
        if part.kind == "exclusive":
            return kind in ("simple", "exclusive") or (kind == "other" and self.parts[target].node.type not in _JOINS)
        if part.kind == "inclusive":
            return kind == "inclusive" and self._whole_block(part, target)
        return kind in ("parallel", "inclusive")

    def _whole_block(self, part: Part, target: str) -> bool:
        return len(part.outs) == len(self.parts[target].ins) and all(
            self._way_to(part, edge) == target for edge in part.outs
        )

    def _drop_one(self, part: Part, first: str, second: str) -> str:
        """Take one of two branches away; the one that stays."""
        one, other = (self._between(part, edge) for edge in (first, second))
        if other is not None and one is None:
            first, second, one, other = second, first, other, one
        gone = part if one is None else one
        if other is not None:
            gone.covers |= other.covers
            gone.waits = gone.waits or other.waits
            for edge in other.outs:
                self._cut(edge)
            del self.parts[other.id]
        self._cut(second)
        return first

    def _between(self, part: Part, edge: str) -> Part | None:
        """The simple node of a branch."""
        after = self.parts[self.edges[edge].target]
        return (
            after
            if self._simple(after) and len(after.ins) == 1 and len(after.outs) <= 1 and after is not part
            else None
        )

    def _cut(self, edge: str) -> None:
        gone = self.edges.pop(edge)
        for part, edges in ((gone.source, "outs"), (gone.target, "ins")):
            if part in self.parts:
                getattr(self.parts[part], edges).remove(edge)
                self.todo.append(part)

    def _ways_back(self, part: Part) -> bool:
        """A way from an exclusive gateway back to it, or to the one node before it, changes nothing."""
        if part.kind != "exclusive" or len(part.outs) < 2:
            return False
        before = {part.id, self._only_before(part)}
        for edge in list(part.outs):
            after = self._between(part, edge)
            if after is not None and self._leads_back(part, after, before):
                part.covers |= after.covers
                self._cut(after.outs[0])
                del self.parts[after.id]
                self._cut(edge)
                return True
            if self.edges[edge].target in before:
                self._cut(edge)
                return True
        return False

    def _leads_back(self, part: Part, after: Part, before: set[str]) -> bool:
        """A wait on the way back may hold up a join; it is one too many only where the token waits at the node before anyway."""
        target = self.edges[after.outs[0]].target if len(after.outs) == 1 else ""
        return target in before and (not after.waits or (target != part.id and self.parts[target].waits))

    def _only_before(self, part: Part) -> str:
        """The node from which every token at this gateway came."""
        if len(part.ins) != 1:
            return part.id
        before = self.parts[self.edges[part.ins[0]].source]
        return before.id if self._simple(before) and len(before.outs) == 1 else part.id

    def _silent(self, part: Part) -> bool:
        """Of several parallel branches, one that ends by itself; one that waits only where it cannot come up again and again."""
        if part.kind not in ("simple", "start", "parallel") or len(part.outs) < 2:
            return False
        for edge in part.outs:
            after = self.parts[self.edges[edge].target]
            if self._ends_alone(after) and (not after.waits or not self._comes_again(part)):
                if after.waits:
                    self.waiting_scopes.add(part.node.parent)
                part.covers |= after.covers
                del self.parts[after.id]
                self._cut(edge)
                return True
        return False

    def _ends_alone(self, part: Part) -> bool:
        return self._simple(part) and len(part.ins) == 1 and not part.outs

    def _comes_again(self, part: Part) -> bool:
        """Whether a token that leaves the node may come back to it."""
        if part.node.parent in self.leaping:
            return True
        seen: set[str] = set()
        waiting = [part.id]
        while waiting:
            id = waiting.pop()
            ways = [*self.parts[id].outs, *(e for b in self.boundaries.get(id, ()) for e in self.parts[b].outs)]
            following = {self.edges[edge].target for edge in ways} - seen
            seen |= following
            waiting += following
        return part.id in seen

    def _boundary(self, part: Part) -> bool:
        """A boundary event is a choice at the end of its activity; one that does not interrupt and ends by itself is nothing."""
        own = self.boundaries.get(part.id, ())
        if part.kind != "simple" or not own or not all(self._plain_boundary(part, self.nodes[id]) for id in own):
            return False
        for id in own:
            if not self.nodes[id].interrupting and not self._is_nothing(self.parts[id]):
                return False
        choosing = self._insert("exclusive_gateway", "exclusive", part)
        onward = self._insert("task", "simple", part)
        onward.outs, part.outs = part.outs, []
        for edge in onward.outs:
            self.edges[edge] = replace(self.edges[edge], source=onward.id)
        self._connect(part, choosing)
        self._connect(choosing, onward)
        for id in own:
            self._detach(part, choosing, self.parts[id])
        self.boundaries[part.id] = []
        return True

    def _plain_boundary(self, part: Part, boundary: Node) -> bool:
        armed = all(event.kind in ("message", "timer") for event in boundary.events)
        fails = part.node.type in ("service_task", "call_activity")
        return (armed and part.waits) or (
            fails
            and boundary.interrupting
            and all(event.kind in ("error", "message", "timer") for event in boundary.events)
            and (part.waits or all(event.kind == "error" for event in boundary.events))
        )

    def _is_nothing(self, boundary: Part) -> bool:
        """Whether what follows a boundary event that does not interrupt ends by itself."""
        if not boundary.outs:
            return True
        return len(boundary.outs) == 1 and self._ends_alone(self.parts[self.edges[boundary.outs[0]].target])

    def _detach(self, part: Part, choosing: Part, boundary: Part) -> None:
        boundary.node = replace(boundary.node, type="task", events=(), attached_to=None)
        if boundary.node.interrupting:
            boundary.kind, boundary.waits = "simple", False
            self._connect(choosing, boundary)
            return
        part.covers |= boundary.covers
        for edge in list(boundary.outs):
            after = self.edges[edge].target
            part.covers |= self.parts[after].covers
            self._cut(edge)
            del self.parts[after]
        del self.parts[boundary.id]

    def _insert(self, type_: str, kind: str, beside: Part) -> Part:
        id = f"{beside.id}~{len(self.parts)}~{type_}"
        part = Part(Node(id, type_, _NOTHING, beside.node.parent), kind, False, [], set())
        self.parts[id] = part
        return part

    def _connect(self, source: Part, target: Part) -> None:
        edge = Edge(f"{source.id}~{target.id}", source.id, target.id)
        self.edges[edge.id] = edge
        source.outs.append(edge.id)
        target.ins.append(edge.id)
        self.todo += [source.id, target.id]

    # -- sub-processes

    def _sub_process(self, scope: str | None) -> None:
        """Fold a sub-process that is sound by itself, and that nothing inside tells to what is around."""
        part = self.parts.get(scope or "")
        if part is None or part.node.type != "sub_process" or self.sound is None or part.node.for_compensation:
            return
        inside = list(self._inside(part.id))
        if (
            part.node.parent in self.reading.racing
            or self.reading.compensated(part.node)
            or not self._is_closed(part, inside)
        ):
            return
        made = self._made(inside)
        nodes = tuple(replace(n, parent=None) if n.parent == part.id else n for n in made.flow.nodes)
        found = self.sound(replace(made, flow=replace(made.flow, nodes=nodes)))
        if found is None:
            return
        part.waits, covered = found[0] or part.id in self.waiting_scopes, found[1]
        part.covers |= covered
        kept = self.reading.conditional(part.node) or part.id in self.reading.targets
        part.kind = "other" if kept else "simple"
        part.node = replace(part.node, type="receive_task" if part.waits else "task")
        for each in inside:
            del self.parts[each.id]

    def _keep_waiting(self, scope: str | None) -> None:
        """In place of what waited and changed nothing else: the scope is there for as long."""
        id = f"{scope or ''}~waits"
        self.parts[id] = Part(Node(id, "receive_task", _NOTHING, scope), "other", True, [], set())

    def _inside(self, scope: str) -> Iterable[Part]:
        for part in [each for each in self.parts.values() if each.node.parent == scope]:
            yield part
            yield from self._inside(part.id)

    def _is_closed(self, part: Part, inside: list[Part]) -> bool:
        nodes = [each.node for each in inside]
        own = [node for node in nodes if node.parent == part.id]
        starts = [node for node in own if node.type == "start_event"]
        implicit = [each for each in inside if each.node in own and not each.ins and each.node not in starts]
        begins = any(
            n.type not in ("boundary_event", "event_sub_process") and not n.for_compensation
            for n in (e.node for e in implicit)
        )
        silent = not any(event.kind in _TOLD for node in nodes if throws(node) for event in node.events)
        fails = any(node.type in ("service_task", "call_activity") for node in nodes)
        handled = self.reading.caught_outside(replace(part.node, parent=part.id), ("error", "escalation"))
        plain = not any(event.kind in ("signal", "compensation", "cancel") for node in nodes for event in node.events)
        return silent and plain and not (fails and handled) and not (starts and begins)

    # -- writing

    def _made(self, parts: Iterable[Part]) -> Reduced:
        kept = list(parts)
        ids = {part.id for part in kept}
        edges = tuple(edge for edge in self.edges.values() if edge.source in ids and edge.target in ids)
        nodes = tuple(_written(part, bool(self.boundaries.get(part.id))) for part in kept)
        return Reduced(
            replace(self.flow, nodes=nodes, edges=edges),
            {part.id: part.path for part in kept},
            {part.id: part.covers for part in kept},
        )


#: Kinds of events that reach beyond the sub-process that throws them.
_TOLD = frozenset({"error", "escalation", "signal", "cancel", "compensation"})
_JOINS = frozenset({"parallel_gateway", "inclusive_gateway", "complex_gateway"})
_WRITTEN = {"exclusive": "exclusive_gateway", "parallel": "parallel_gateway", "inclusive": "inclusive_gateway"}


def _throws(node: Node) -> bool:
    return node.type in ("intermediate_throw_event", "end_event")


def _written(part: Part, attached: bool) -> Node:
    """The node that stands for a part."""
    node = part.node
    if part.kind in _WRITTEN:
        return replace(node, type=_WRITTEN[part.kind], events=(), action=None, call=None)
    if part.kind != "simple":
        return node
    if attached:
        return node  # its boundary events catch what it throws
    return replace(node, type="receive_task" if part.waits else "task", events=(), action=None, call=None)
