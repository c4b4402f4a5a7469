"""What a flow looks like in a file: the element of each type, its drawing, and both languages."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine import definitions
from engine.bpmn import export_bpmn, import_bpmn
from engine.bpmn.arranging import arrange
from engine.bpmn.vocabulary import DIAGRAM, MODEL, TAG_OF, WEFT
from engine.definitions import (
    Assignment,
    Call,
    Candidate,
    Edge,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Outcome,
    Position,
    Text,
    Timer,
)

_SCHEMA = json.loads((Path(definitions.__file__).parent / "flow.schema.json").read_text(encoding="utf-8"))
_TYPES = _SCHEMA["$defs"]["node"]["properties"]["type"]["enum"]
_NAME = Text("名称", "Name")
_OUTCOMES = (Outcome("ok", Text("同意", "Agree")), Outcome("no", Text("驳回", "Refuse"), "send_back", "first", True))
_TIMER = (EventDefinition("timer", timer=Timer(duration="PT30M")),)
_MESSAGE = (EventDefinition("message", name="order", correlation="number", outputs={"paid": "amount"}),)

#: What a node of each type says in the examples, beyond its name.
_SAID: dict[str, Node] = {
    node.type: node
    for node in (
        Node(
            "n",
            "user_task",
            _NAME,
            None,
            "ticket_form",
            Assignment((Candidate(role="agent"),), "all"),
            _OUTCOMES,
            due="PT4H",
            priority=2,
        ),
        Node("n", "service_task", _NAME, action="tag", arguments={"tags": '["a"]'}, outputs={"x": "result.id"}),
        Node("n", "send_task", _NAME, events=(EventDefinition("message", name="order", arguments={"id": "number"}),)),
        Node("n", "receive_task", _NAME, events=_MESSAGE),
        Node("n", "script_task", _NAME, assign={"total": "price * 2", "b": "total"}),
        Node("n", "rule_task", _NAME, decision="grades", arguments={"n": "1"}, outputs={"grade": "grade"}),
        Node(
            "n",
            "call_activity",
            _NAME,
            call=Call("billing", inputs={"a": "b"}, outputs={"c": "d"}, binding="deployment"),
        ),
        Node("n", "complex_gateway", _NAME, required=2),
        Node("n", "start_event", _NAME, events=_MESSAGE),
        Node("n", "end_event", _NAME, outcome="resolved", events=(EventDefinition("error", code="E1"),)),
        Node("n", "intermediate_catch_event", _NAME, events=(*_TIMER, *_MESSAGE), parallel_multiple=True),
        Node("n", "intermediate_throw_event", _NAME, events=(EventDefinition("compensation", activity="first"),)),
        Node("n", "boundary_event", _NAME, events=_TIMER, attached_to="first", interrupting=False),
        Node("n", "approval", _NAME, assignment=Assignment((Candidate(initiator=True),))),
        Node("n", "cc", _NAME, assignment=Assignment((Candidate(user="a@b.c"),))),
        Node("n", "delay", _NAME, events=_TIMER),
        Node("n", "notify", _NAME, arguments={"text": '"你好"'}),
        Node("n", "find_record", _NAME, arguments={"entity": '"ticket"'}, outputs={"found": "id"}),
        Node("n", "wait_for_record", _NAME, condition='status = "closed"'),
        Node("n", "call_rule", _NAME, decision="grades"),
        Node("n", "jump", _NAME, target="first"),
        Node(
            "n",
            "sub_process",
            _NAME,
            loop=Loop("sequential", collection="items", element="item", completion="completed_instances > 2"),
        ),
        Node(
            "n",
            "manual_task",
            _NAME,
            loop=Loop("standard", condition="x < 3", maximum=5),
            documentation=Text("说明", "Notes"),
        ),
    )
}


def _flow(*nodes: Node, **members: object) -> Flow:
    return Flow("example", Text("例子", "Example"), "ticket", nodes, **{"edges": (), **members})  # type: ignore[arg-type]  # members by name


def _root(flow: Flow, locale: str = "zh") -> ElementTree.Element:
    return ElementTree.fromstring(export_bpmn(flow, locale))


def test_every_type_of_node_has_its_element() -> None:
    assert set(TAG_OF) == set(_TYPES)


@pytest.mark.parametrize("type", _TYPES)
def test_a_node_of_each_type_survives(type: str) -> None:
    first = Node("first", "user_task", Text("先", "First"))
    flow = _flow(first, _SAID.get(type, Node("n", type, _NAME)), edges=(Edge("e", "first", "n"),))
    found = _root(flow).find(f".//{{{MODEL}}}{TAG_OF[type]}[@id='n']")
    assert found is not None
    assert found.attrib["name"] == "名称"
    assert found.attrib[f"{{{WEFT}}}name"] == "Name"
    assert import_bpmn(export_bpmn(flow)).flows == (flow,)


def test_names_are_in_the_language_that_is_asked_for() -> None:
    flow = _flow(Node("n", "task", Text("名称", "Name")), Node("m", "task", Text("OK", "OK")))
    both = _root(flow, "en").find(f".//{{{MODEL}}}task[@id='n']")
    same = _root(flow, "en").find(f".//{{{MODEL}}}task[@id='m']")
    assert both is not None
    assert same is not None
    assert (both.attrib["name"], both.attrib[f"{{{WEFT}}}name"]) == ("Name", "名称")
    assert f"{{{WEFT}}}name" not in same.attrib


def test_what_another_tool_renames_is_taken() -> None:
    data = export_bpmn(_flow(Node("n", "task", Text("名称", "Name")))).replace(
        'name="名称"'.encode(), 'name="新名"'.encode()
    )
    assert import_bpmn(data).flows[0].nodes[0].title == Text("新名", "Name")


def test_what_another_tool_moves_is_taken() -> None:
    data = export_bpmn(_flow(Node("n", "task", _NAME)))
    assert import_bpmn(data).flows[0].layout == {}
    x = ElementTree.fromstring(data).find(".//{http://www.omg.org/spec/DD/20100524/DC}Bounds")
    assert x is not None
    moved = data.replace(f'<dc:Bounds x="{x.attrib["x"]}"'.encode(), b'<dc:Bounds x="700"')
    place = import_bpmn(moved).flows[0].layout["n"]
    assert (place.x, place.width) == (750, None)


def test_everything_is_drawn_inside_of_what_it_is_in_and_nothing_on_top_of_another() -> None:
    nodes = [Node("s", "start_event", _NAME), Node("sub", "sub_process", _NAME), Node("end", "end_event", _NAME)]
    nodes += [Node(f"in{i}", "task", _NAME, parent="sub") for i in range(3)]
    nodes += [Node("deep", "transaction", _NAME, parent="sub"), Node("x", "task", _NAME, parent="deep")]
    nodes += [Node("b1", "boundary_event", _NAME, attached_to="in1"), Node("loose", "task", _NAME)]
    edges = (
        Edge("1", "s", "sub"),
        Edge("2", "sub", "end"),
        Edge("3", "in0", "in1"),
        Edge("4", "in1", "in0"),
        Edge("5", "b1", "in2"),
    )
    flow = _flow(*nodes, edges=edges)
    places = {id: placed.bounds for id, placed in arrange(flow).items()}
    for node in nodes:
        if node.parent is not None:
            inner, outer = places[node.id], places[node.parent]
            assert outer.x < inner.x
            assert outer.y < inner.y
            assert inner.right < outer.right
            assert inner.bottom < outer.bottom
    for one, other in combinations([node for node in nodes if not node.attached_to], 2):
        if one.parent == other.parent:
            a, b = places[one.id], places[other.id]
            assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
    assert places["b1"].centre[1] == places["in1"].bottom
    shapes = _root(flow).findall(f".//{{{DIAGRAM}}}BPMNShape")
    assert {shape.attrib["bpmnElement"] for shape in shapes} == {node.id for node in nodes}


def test_positions_of_the_flow_are_those_of_the_drawing() -> None:
    flow = _flow(Node("n", "task", _NAME), layout={"n": Position(200, 150)})
    bounds = _root(flow).find(".//{http://www.omg.org/spec/DD/20100524/DC}Bounds")
    assert bounds is not None
    assert bounds.attrib == {"x": "150", "y": "110", "width": "100", "height": "80"}


def test_ids_that_two_things_share_become_two() -> None:
    flow = _flow(Node("a", "task", _NAME), Node("b", "task", _NAME), edges=(Edge("a", "a", "b"),))
    ids = [each.attrib["id"] for each in _root(flow).iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    assert import_bpmn(export_bpmn(flow)).flows == (flow,)


def _crossing(flow: Flow) -> set[str]:
    """The edges of the file that go through a shape which stands apart from both of their ends."""
    root = ElementTree.fromstring(export_bpmn(flow, "en"))
    bounds = {
        shape.attrib["bpmnElement"]: [float(shape[0].attrib[name]) for name in ("x", "y", "width", "height")]
        for shape in root.iter(f"{{{DIAGRAM}}}BPMNShape")
    }
    ends = {edge.id: (edge.source, edge.target) for edge in flow.edges}
    found = set()
    for line in root.iter(f"{{{DIAGRAM}}}BPMNEdge"):
        edge = line.attrib["bpmnElement"]
        points = [(float(point.attrib["x"]), float(point.attrib["y"])) for point in line]
        for id, (x, y, width, height) in bounds.items():
            if id not in ends[edge] and any(
                max(a[0], b[0]) > x
                and min(a[0], b[0]) < x + width
                and max(a[1], b[1]) > y
                and min(a[1], b[1]) < y + height
                for a, b in pairwise(points)
            ):
                found.add(edge)
    return found


def _steps(*pairs: str) -> Flow:
    ids = dict.fromkeys(id for pair in pairs for id in pair.split(">"))
    types = {"start": "start_event", "end": "end_event"}
    edges = tuple(Edge(f"e{number}", *pair.split(">")) for number, pair in enumerate(pairs))
    return Flow("steps", _NAME, "ticket", tuple(Node(id, types.get(id, "script_task"), _NAME) for id in ids), edges)


def test_lines_go_around_what_stands_between_their_ends() -> None:
    row = ("start>a", "a>b", "b>c", "c>d", "d>end")
    assert not _crossing(_steps(*row, "a>d", "start>end", "b>end"))
    assert not _crossing(_steps(*row, "d>b", "c>a"))


def test_a_large_flow_with_many_detours_is_drawn_soon() -> None:
    """What is tried for a line is bounded; how long it takes is a bench's to say, that it ends is seen here."""
    row = [f"n{number}>n{number + 1}" for number in range(900)]
    skipping = [f"n{number}>n{number + 7}" for number in range(0, 890, 3)]
    flow = _steps(*row, *skipping)
    assert import_bpmn(export_bpmn(flow, "en")).flows == (flow,)
