"""Diagram interchange, both ways: shapes are the layout of a flow; lines, labels and the rest of a drawing are kept as they are.

Of a drawing that we made ourselves nothing is kept but what somebody changed: a shape or line as we would draw it is made anew.
Shapes whose place or size was made up say so (`weft:auto`), so that they do not become a layout by a round trip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.arranging import Placed
from engine.bpmn.geometry import Bounds, Point, json, number, point, route, text, usual_size
from engine.bpmn.kept import Kept, part, remains, restore
from engine.bpmn.vocabulary import BOUNDS, DIAGRAM, LINES, SUB_PROCESSES, TAG_OF, TECHNICAL, WEFT, Vocabulary
from engine.bpmn.xml import Element, fragment, kept

Document = dict[str, Any]
_FRAME = f"{TECHNICAL}diagram"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What of a flow is drawn: the namespaces of the file, types of nodes by their id in the file, their ids here, and both ends of lines by the id of the
    line."""

    scope: Mapping[str, str]
    types: Mapping[str, str]
    nodes: Mapping[str, str]
    lines: Mapping[str, tuple[str, str]]


# -- reading


def read_diagrams(
    diagrams: Iterable[Element], drawn: Drawn, others: Collection[str], own: Collection[str]
) -> tuple[Document, list[Kept]]:
    """The layout of a flow, and what else there is of its drawings. `own` are the ids of everything in its process, `others` those
    of other processes, which are left to their flows."""
    layout: Document = {}
    found: list[Kept] = []
    for diagram in diagrams:
        plane = next(iter(diagram.find(DIAGRAM, "BPMNPlane")), None)
        if plane is None or _of(plane) in others:
            continue
        main = _of(plane) not in drawn.nodes
        found.append(_Diagram(diagram, plane, drawn, main).read(others, own, layout))
    return layout, [each for each in found if each]


@dataclass(frozen=True, slots=True)
class _Diagram:
    """A diagram being read. `main` when it draws the whole and not the inside of a node."""

    diagram: Element
    plane: Element
    drawn: Drawn
    main: bool

    def read(self, others: Collection[str], own: Collection[str], layout: Document) -> Kept:
        """Its shapes into the layout, and what is kept of it."""
        ours = self.diagram.attributes.get("id", "").startswith(_FRAME)
        elements = [each for each in self.plane.elements if each.space == DIAGRAM]
        shapes = {_of(each): bounds for each in elements if (bounds := _bounds(each)) is not None}
        nodes = [shapes[id] for id in self.drawn.nodes if id in shapes]
        for element in elements if self.main else ():
            _read_place(element, self.drawn, layout, ours)
        left = [
            each
            for each in elements
            if _of(each) not in others and not (ours and _as_we_draw(each, self.drawn, shapes, nodes))
        ]
        left.sort(key=lambda element: _of(element) in own)  # what several flows share comes first
        return self._frame([_entry(each, self.drawn, layout) for each in left], ours)

    def _frame(self, entries: list[Any], ours: bool) -> Kept:
        """The diagram without what is drawn in it."""
        plane, diagram = _bare(self.plane, DIAGRAM), _bare(self.diagram)
        diagram.children = [child for child in diagram.children if child is not self.plane]
        if ours:
            for element, name in ((plane, "id"), (plane, "bpmnElement"), (diagram, "id")):
                element.pop(name)
        parts = {"plane": remains(plane, self.drawn.scope), **remains(diagram, self.drawn.scope), "entries": entries}
        found: Kept = {name: value for name, value in parts.items() if value}
        return found | {"ours": True} if ours and found else found


def _bare(element: Element, without: str = "") -> Element:
    """A copy, without the children of a namespace."""
    children = [child for child in element.children if not (isinstance(child, Element) and child.space == without)]
    return Element(element.tag, dict(element.attributes), children, element.scope, element.line)


def _read_place(element: Element, drawn: Drawn, layout: Document, ours: bool) -> None:
    id, bounds = _of(element), _bounds(element)
    if bounds is None or id not in drawn.nodes or drawn.nodes[id] in layout:
        return
    made = _made(element, drawn.types[id], bounds, ours)
    if "x" in made and "y" in made:
        return
    x, y = bounds.centre
    size = {"width": json(bounds.width), "height": json(bounds.height)}
    layout[drawn.nodes[id]] = {"x": json(x), "y": json(y)} | {name: size[name] for name in size if name not in made}


def _made(element: Element, type: str, bounds: Bounds, ours: bool) -> Collection[str]:
    """The numbers that nobody chose: those that we made up, for as long as they are the same."""
    for key, value in element.attributes.items():
        if key.endswith(":auto") and element.scope.get(key.rpartition(":")[0]) == WEFT:
            made = set(value.split())
            return {name for name, number in bounds.attributes().items() if f"{name}={number}" in made}
    if element.attributes.get("isExpanded") == "false":
        return _SIZE
    return _usually_made(type, bounds) if ours else ()


_SIZE = frozenset({"width", "height"})


def _usually_made(type: str, bounds: Bounds) -> Collection[str]:
    """What nothing needs to be said about: that something other than a sub-process has the usual size."""
    scope = TAG_OF[type] in SUB_PROCESSES
    return _SIZE if not scope and (bounds.width, bounds.height) == usual_size(type) else ()


def _as_we_draw(element: Element, drawn: Drawn, shapes: Mapping[str, Bounds], nodes: Collection[Bounds]) -> bool:
    id, words = _of(element), Vocabulary.over(element.scope)
    if element.name == "BPMNShape" and id in drawn.nodes and id in shapes:
        bare = _bare(element)
        bare.pop_qualified(WEFT, "auto")
        return kept(bare, element.scope) == kept(_shape(words, id, drawn.types[id], shapes[id]), words.scope)
    if element.name == "BPMNEdge" and id in drawn.lines:
        source, target = (shapes.get(end) for end in drawn.lines[id])
        if source is not None and target is not None:
            return kept(element, element.scope) == kept(_line(words, id, route(source, target, nodes)), words.scope)
    return False


def _entry(element: Element, drawn: Drawn, layout: Document) -> Any:
    """A line between nodes is kept together with where they were."""
    written = kept(element, drawn.scope)
    ends = _ends(drawn.lines.get(_of(element)), drawn, layout)
    return {"xml": written, "ends": ends} if ends else written


def _ends(line: tuple[str, str] | None, drawn: Drawn, layout: Mapping[str, Any]) -> list[Any]:
    places = [layout.get(drawn.nodes.get(end, "")) for end in line or ()]
    return [place[axis] for place in places if place for axis in ("x", "y")] if places and all(places) else []


def _of(element: Element) -> str:
    return element.attributes.get("bpmnElement", "").rpartition(":")[2]


def _bounds(element: Element) -> Bounds | None:
    if element.name != "BPMNShape":
        return None
    return next((Bounds.read(each.attributes) for each in element.find(BOUNDS, "Bounds")), None)


# -- writing


def _shape(words: Vocabulary, id: str, type: str, bounds: Bounds) -> Element:
    shape = words.make(DIAGRAM, "BPMNShape", {"id": f"{id}_di", "bpmnElement": id})
    if TAG_OF[type] in SUB_PROCESSES:
        shape.attributes["isExpanded"] = "true"
    if type == "exclusive_gateway":
        shape.attributes["isMarkerVisible"] = "true"
    shape.children.append(words.make(BOUNDS, "Bounds", bounds.attributes()))
    return shape


def _line(words: Vocabulary, id: str, points: Sequence[Point]) -> Element:
    line = words.make(DIAGRAM, "BPMNEdge", {"id": f"{id}_di", "bpmnElement": id})
    line.children += [words.make(LINES, "waypoint", {"x": text(x), "y": text(y)}) for x, y in points]
    return line


@dataclass(slots=True)
class Drawing:
    """One flow being drawn: where its nodes are, by their ids in the file."""

    words: Vocabulary
    drawn: Drawn
    places: Mapping[str, Placed]
    layout: Mapping[str, Mapping[str, Any]]
    _done: set[str] = field(default_factory=set)
    _bounds: Mapping[str, Bounds] = field(init=False)

    def __post_init__(self) -> None:
        self._bounds = {id: self.places[node].bounds for id, node in self.drawn.nodes.items()}

    def restored(self, entries: Iterable[Any], known: Collection[str]) -> list[Element]:
        """What was kept of a drawing, as far as what it draws is still there; moved with the nodes that were moved."""
        found = []
        for entry in entries:
            raw = entry.get("xml") if isinstance(entry, Mapping) else entry
            element = fragment(str(raw), self.words.scope)
            if not _of(element) or _of(element) in known:
                self._done.add(_of(element))
                ends = entry.get("ends") if isinstance(entry, Mapping) else None
                found.append(self._line_moved(element, ends) if ends else self._shape_moved(element))
        return found

    @property
    def began(self) -> bool:
        """Whether any of its nodes is drawn already."""
        return any(id in self._done for id in self.drawn.nodes)

    def rest(self) -> list[Element]:
        """What is drawn nowhere yet."""
        shapes = [self._new_shape(id) for id in self.drawn.nodes if id not in self._done]
        return shapes + [line for id in self.drawn.lines if id not in self._done and (line := self._new_line(id))]

    def _new_shape(self, id: str) -> Element:
        placed = self.places[self.drawn.nodes[id]]
        shape = _shape(self.words, id, self.drawn.types[id], placed.bounds)
        if placed.made != set(_usually_made(self.drawn.types[id], placed.bounds)):
            numbers = placed.bounds.attributes()
            made = [f"{name}={value}" for name, value in numbers.items() if name in placed.made]
            shape.attributes[self.words.weft("auto")] = " ".join(made)
        return shape

    def _new_line(self, id: str) -> Element | None:
        source, target = (self._bounds.get(end) for end in self.drawn.lines[id])
        if source is None or target is None:
            return None
        return _line(self.words, id, route(source, target, self._bounds.values()))

    def _shape_moved(self, element: Element) -> Element:
        was, node = _bounds(element), self.drawn.nodes.get(_of(element))
        position = self.layout.get(node or "")
        middle = point(position) if position is not None else None
        if was is None or position is None or middle is None:
            return element
        width, height = number(position.get("width")), number(position.get("height"))
        now = Bounds.around(middle, width or was.width, height or was.height)
        if not _same(now, was):
            _move(element, was, now)
        return element

    def _line_moved(self, element: Element, ends: list[Any]) -> Element:
        now = _ends(self.drawn.lines.get(_of(element)), self.drawn, dict(self.layout))
        fresh = (
            self._new_line(_of(element)) if [number(each) for each in now] != [number(each) for each in ends] else None
        )
        if fresh is not None:
            element.take(LINES, "waypoint")
            element.take(DIAGRAM, "BPMNLabel")
            element.children = [*fresh.children, *element.children]
        return element


def _same(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles are the same to a layout, whose numbers have fewer digits."""
    numbers = [(*each.centre, each.width, each.height) for each in (one, other)]
    return all(json(a) == json(b) for a, b in zip(*numbers, strict=True))


def _move(shape: Element, was: Bounds, now: Bounds) -> None:
    """A shape and its label, which stays as far from it as it was."""
    for each in shape.find(BOUNDS, "Bounds"):
        each.attributes |= now.attributes()
    across, down = now.centre[0] - was.centre[0], now.centre[1] - was.centre[1]
    for label in shape.find(DIAGRAM, "BPMNLabel"):
        for each in label.find(BOUNDS, "Bounds"):
            bounds = Bounds.read(each.attributes)
            if bounds is not None:
                moved = Bounds(bounds.x + across, bounds.y + down, bounds.width, bounds.height)
                each.attributes |= moved.attributes()


def write_diagrams(
    words: Vocabulary, drawings: Sequence[tuple[Drawing, list[Kept], str]], known: Collection[str]
) -> list[Element]:
    """Every diagram of a file. Each flow comes with what it kept and the element that its own drawing is of."""
    frames: list[tuple[Kept, Element, Element]] = []
    for drawing, diagrams, whole in drawings:
        target = None
        for each in diagrams:
            if not each.get("ours"):
                plane = _frame_of(words, frames, each, known)
                present = {kept(child, words.scope) for child in plane.elements}
                restored = drawing.restored(each.get("entries", ()), known)
                plane.children += [child for child in restored if kept(child, words.scope) not in present]
                main = _of(plane) not in drawing.drawn.nodes and drawing.began
                target = plane if target is None and main else target
        made = next((each for each in diagrams if each.get("ours")), {})
        entries = drawing.restored(made.get("entries", ()), known) + drawing.rest()
        target = _own_frame(words, frames, made, whole) if target is None else target
        target.children += entries
    return [diagram for _, diagram, _ in frames]


def _frame_of(
    words: Vocabulary, frames: list[tuple[Kept, Element, Element]], what: Kept, known: Collection[str]
) -> Element:
    """The plane of the diagram that a flow was drawn in; flows of one file share it."""
    bare = {name: value for name, value in what.items() if name != "entries"}
    for other, _, plane in frames:
        if other == bare:
            return plane
    diagram = words.make(DIAGRAM, "BPMNDiagram")
    plane = restore(words, words.make(DIAGRAM, "BPMNPlane"), part(what, "plane"))
    if plane.attributes.get("bpmnElement", "").rpartition(":")[2] not in known:
        plane.attributes.pop("bpmnElement", None)
    diagram.children.append(plane)
    restore(words, diagram, what)
    frames.append((bare, diagram, plane))
    return plane


def _own_frame(words: Vocabulary, frames: list[tuple[Kept, Element, Element]], made: Kept, whole: str) -> Element:
    number = len(frames) + 1
    id = _FRAME if number == 1 else f"{_FRAME}-{number}"
    diagram = words.make(DIAGRAM, "BPMNDiagram", {"id": id})
    plane = words.make(DIAGRAM, "BPMNPlane", {"id": f"{id}-plane", "bpmnElement": whole})
    diagram.children.append(restore(words, plane, part(made, "plane")))
    restore(words, diagram, made)
    frames.append(({}, diagram, plane))
    return plane
