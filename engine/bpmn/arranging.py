"""Where nodes are drawn that a flow gives no position: columns by the longest way from a start, inside of what they are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.bpmn.geometry import Bounds, number, usual_size
from engine.definitions import Flow, Node

_COLUMN, _ROW = Decimal(60), Decimal(40)
_MARGIN = Decimal(40)
_SMALLEST = (Decimal(200), Decimal(120))
_ORIGIN = Decimal(100)


@dataclass(frozen=True, slots=True)
class Placed:
    """A node's rectangle. `made` are the numbers of it that the flow does not say."""

    bounds: Bounds
    made: frozenset[str] = frozenset()


def arrange(flow: Flow) -> Mapping[str, Placed]:
    """Every node's place; what the flow says is kept."""
    return _Arranging(flow).whole()


class _Arranging:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._found: dict[str, Placed] = {}
        self._inside: dict[str | None, list[Node]] = defaultdict(list)
        self._attached: dict[str, list[Node]] = defaultdict(list)
        self._sizes: dict[str, tuple[Decimal, Decimal]] = {}
        ids = {node.id for node in flow.nodes}
        for node in flow.nodes:
            if node.attached_to in ids and node.attached_to != node.id and node.type == "boundary_event":
                self._attached[node.attached_to or ""].append(node)
            else:
                self._inside[node.parent if node.parent in ids else None].append(node)

    def whole(self) -> Mapping[str, Placed]:
        self._place(None, _ORIGIN, _ORIGIN)
        for node in self._flow.nodes:  # what is inside of itself, or attached to what is
            if node.id not in self._found:
                self._put(node, Bounds(_ORIGIN, _ORIGIN, *usual_size(node.type)))
        return self._found

    def _place(self, parent: str | None, x: Decimal, y: Decimal) -> None:
        """Everything in a scope whose free corner is at x, y."""
        children = self._inside[parent]
        free = [node for node in children if self._given(node) is None]
        fixed = [node for node in children if self._given(node) is not None]
        for node in fixed:
            self._put(node, Bounds.around(self._given(node) or (x, y), *self._size(node)))
        bottom = max((self._found[node.id].bounds.bottom + _ROW for node in fixed), default=y)
        by_id = {node.id: node for node in free}
        for id, bounds in self._grid(free).items():
            self._put(by_id[id], Bounds(bounds.x + x, bounds.y + max(y, bottom), bounds.width, bounds.height))
        for node in children:
            bounds = self._found[node.id].bounds
            self._attach(node, bounds)
            if self._inside[node.id]:
                self._place(node.id, bounds.x + _MARGIN, bounds.y + _MARGIN)

    def _put(self, node: Node, bounds: Bounds) -> None:
        position = self._flow.layout.get(node.id)
        said = {"x", "y"} if position is not None else set[str]()
        said |= {name for name in ("width", "height") if position is not None and getattr(position, name) is not None}
        self._found[node.id] = Placed(bounds, frozenset(bounds.attributes()) - said)

    def _attach(self, host: Node, bounds: Bounds) -> None:
        events = self._attached[host.id]
        for place, node in enumerate(events, 1):
            x = bounds.x + bounds.width * place / (len(events) + 1)
            middle = self._given(node) or (x.quantize(Decimal(1)), bounds.bottom)
            self._put(node, Bounds.around(middle, *self._size(node)))

    def _given(self, node: Node) -> tuple[Decimal, Decimal] | None:
        position = self._flow.layout.get(node.id)
        x, y = (number(position.x), number(position.y)) if position is not None else (None, None)
        return None if x is None or y is None else (x, y)

    def _size(self, node: Node) -> tuple[Decimal, Decimal]:
        if node.id not in self._sizes:
            self._sizes[node.id] = usual_size(node.type)  # for what is inside of itself
            self._sizes[node.id] = self._find_size(node)
        return self._sizes[node.id]

    def _find_size(self, node: Node) -> tuple[Decimal, Decimal]:
        position = self._flow.layout.get(node.id)
        width = number(position.width) if position is not None else None
        height = number(position.height) if position is not None else None
        if width is None or height is None:
            usual = self._content(node) if self._inside[node.id] else usual_size(node.type)
            width, height = width or usual[0], height or usual[1]
        return width, height

    def _content(self, node: Node) -> tuple[Decimal, Decimal]:
        """Room for what a sub-process has inside."""
        grid = self._grid(self._inside[node.id]).values()
        width = max((each.right for each in grid), default=Decimal(0)) + 2 * _MARGIN
        height = max((each.bottom for each in grid), default=Decimal(0)) + 2 * _MARGIN
        return max(width, _SMALLEST[0]), max(height, _SMALLEST[1])

    def _grid(self, nodes: Sequence[Node]) -> dict[str, Bounds]:
        """Columns and rows, each as large as what is in it."""
        cells: dict[str, tuple[int, int]] = {}
        filled: dict[int, int] = defaultdict(int)
        for id, column in self._columns(nodes).items():
            cells[id] = (column, filled[column])
            filled[column] += 1
        sizes = {node.id: self._size(node) for node in nodes}
        lefts = _starts({id: (cells[id][0], sizes[id][0]) for id in cells}, _COLUMN)
        tops = _starts({id: (cells[id][1], sizes[id][1]) for id in cells}, _ROW)
        return {
            id: Bounds(
                (lefts[column][0] + (lefts[column][1] - sizes[id][0]) / 2),
                (tops[row][0] + (tops[row][1] - sizes[id][1]) / 2),
                *sizes[id],
            )
            for id, (column, row) in cells.items()
        }

    def _columns(self, nodes: Sequence[Node]) -> dict[str, int]:
        """The longest way from a node that nothing leads to; a circle is cut at its first node."""
        ids = {node.id for node in nodes}
        hosts = {each.id: host for host, events in self._attached.items() for each in events}
        following: dict[str, list[str]] = defaultdict(list)
        missing = dict.fromkeys((node.id for node in nodes), 0)
        for edge in self._flow.edges:
            source = hosts.get(edge.source, edge.source)
            if source in ids and edge.target in ids and source != edge.target:
                following[source].append(edge.target)
                missing[edge.target] += 1
        return _longest_ways(following, missing)


def _longest_ways(following: Mapping[str, list[str]], missing: dict[str, int]) -> dict[str, int]:
    columns = dict.fromkeys(missing, 0)
    waiting, done = list(missing), set[str]()
    ready = [id for id in waiting if not missing[id]]
    while len(done) < len(columns):
        if not ready:
            ready = [next(id for id in waiting if id not in done)]
        for id in ready:
            done.add(id)
        found = []
        for id in ready:
            for target in following.get(id, ()):
                if target not in done:
                    columns[target] = max(columns[target], columns[id] + 1)
                    missing[target] -= 1
                    if not missing[target]:
                        found.append(target)
        waiting = [id for id in waiting if id not in done] if not found else waiting
        ready = found
    return columns


def _starts(cells: Mapping[str, tuple[int, Decimal]], gap: Decimal) -> dict[int, tuple[Decimal, Decimal]]:
    """Where each column or row begins, and how large it is."""
    largest: dict[int, Decimal] = defaultdict(Decimal)
    for place, size in cells.values():
        largest[place] = max(largest[place], size)
    found, at = {}, Decimal(0)
    for place in sorted(largest):
        found[place] = (at, largest[place])
        at += largest[place] + gap
    return found
