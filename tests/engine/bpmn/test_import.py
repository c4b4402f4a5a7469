"""Files of other tools: what each part of BPMN becomes here, and what is said about the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bpmn import BpmnError, Imported, export_bpmn, import_bpmn
from engine.definitions import AdHoc, Call, Edge, EventDefinition, Flow, Loop, Node, Position, Text, Timer

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:x">'
)


def _read(process: str, roots: str = "", id: str = "p") -> Imported:
    found = import_bpmn(f'{_HEAD}{roots}<bpmn:process id="{id}">{process}</bpmn:process></bpmn:definitions>'.encode())
    assert import_bpmn(export_bpmn(found.flows)).flows == found.flows
    return found


def _node(element: str, roots: str = "") -> Node:
    """The node that an element becomes, among others it may refer to."""
    host = '<bpmn:userTask id="host"/><bpmn:userTask id="undo" isForCompensation="true"/>'
    (flow,) = _read(element + host, roots).flows
    return flow.nodes[0]


def _codes(found: Imported) -> set[tuple[str, str | None]]:
    return {(note.code, note.element) for note in found.notes}


_MESSAGE = '<bpmn:message id="m" name="order"/>'


@pytest.mark.parametrize(
    ("definition", "roots", "event"),
    [
        ('<bpmn:messageEventDefinition messageRef="m"/>', _MESSAGE, EventDefinition("message", name="order")),
        (
            '<bpmn:signalEventDefinition signalRef="s"/>',
            '<bpmn:signal id="s" name="go"/>',
            EventDefinition("signal", name="go"),
        ),
        (
            '<bpmn:errorEventDefinition errorRef="e"/>',
            '<bpmn:error id="e" name="x" errorCode="E1"/>',
            EventDefinition("error", code="E1"),
        ),
        ("<bpmn:errorEventDefinition/>", "", EventDefinition("error")),
        (
            '<bpmn:escalationEventDefinition escalationRef="e"/>',
            '<bpmn:escalation id="e" escalationCode="up"/>',
            EventDefinition("escalation", code="up"),
        ),
        (
            "<bpmn:timerEventDefinition><bpmn:timeDuration>PT30M</bpmn:timeDuration></bpmn:timerEventDefinition>",
            "",
            EventDefinition("timer", timer=Timer(duration="PT30M")),
        ),
        (
            "<bpmn:timerEventDefinition><bpmn:timeCycle> R3/PT10M </bpmn:timeCycle></bpmn:timerEventDefinition>",
            "",
            EventDefinition("timer", timer=Timer(cycle="R3/PT10M")),
        ),
        (
            "<bpmn:timerEventDefinition><bpmn:timeDate>2026-12-01T08:00:00Z</bpmn:timeDate></bpmn:timerEventDefinition>",
            "",
            EventDefinition("timer", timer=Timer(date="2026-12-01T08:00:00Z")),
        ),
        (
            "<bpmn:conditionalEventDefinition><bpmn:condition>${a &gt; 1}</bpmn:condition></bpmn:conditionalEventDefinition>",
            "",
            EventDefinition("conditional", condition="a > 1"),
        ),
        ('<bpmn:linkEventDefinition name="A"/>', "", EventDefinition("link", name="A")),
        (
            '<bpmn:compensateEventDefinition activityRef="host"/>',
            "",
            EventDefinition("compensation", activity="host"),
        ),
        ("<bpmn:cancelEventDefinition/>", "", EventDefinition("cancel")),
        ("<bpmn:terminateEventDefinition/>", "", EventDefinition("terminate")),
        (
            "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>",
            f'{_MESSAGE}<bpmn:messageEventDefinition id="shared" messageRef="m"/>',
            EventDefinition("message", name="order"),
        ),
    ],
)
def test_event_definitions_are_resolved(definition: str, roots: str, event: EventDefinition) -> None:
    node = _node(f'<bpmn:intermediateThrowEvent id="a">{definition}</bpmn:intermediateThrowEvent>', roots)
    assert (node.type, node.events) == ("intermediate_throw_event", (event,))


def test_boundary_events_are_attached_and_may_not_interrupt() -> None:
    node = _node('<bpmn:boundaryEvent id="a" attachedToRef="host" cancelActivity="false"/>')
    assert (node.type, node.attached_to, node.interrupting) == ("boundary_event", "host", False)


def test_an_association_names_what_compensates() -> None:
    boundary = (
        '<bpmn:boundaryEvent id="a" attachedToRef="host"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
        '<bpmn:association id="line" sourceRef="a" targetRef="undo" associationDirection="One"/>'
    )
    assert _node(boundary).events == (EventDefinition("compensation", handler="undo"),)


def test_sub_processes_nest() -> None:
    (flow,) = _read(
        '<bpmn:subProcess id="s"><bpmn:transaction id="t"><bpmn:task id="a"/></bpmn:transaction>'
        '<bpmn:subProcess id="e" triggeredByEvent="true"><bpmn:startEvent id="b" isInterrupting="false"/></bpmn:subProcess>'
        "</bpmn:subProcess>"
    ).flows
    found = [(node.id, node.type, node.parent, node.interrupting) for node in flow.nodes]
    assert found == [
        ("s", "sub_process", None, True),
        ("t", "transaction", "s", True),
        ("a", "task", "t", True),
        ("e", "event_sub_process", "s", True),
        ("b", "start_event", "e", False),
    ]


@pytest.mark.parametrize(
    ("characteristics", "loop"),
    [
        (
            '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3"><bpmn:loopCondition>a &lt; 3</bpmn:loopCondition></bpmn:standardLoopCharacteristics>',
            Loop("standard", condition="a < 3", test_before=True, maximum=3),
        ),
        (
            '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>',
            Loop("sequential", cardinality="3"),
        ),
        (
            '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="person"/>',
            Loop("parallel", collection="people", element="person"),
        ),
        (
            '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="= people" inputElement="person" outputCollection="found" outputElement="= person"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
            Loop("parallel", collection="people", element="person", output_collection="found", output="person"),
        ),
    ],
)
def test_loops(characteristics: str, loop: Loop) -> None:
    assert _node(f'<bpmn:userTask id="a">{characteristics}</bpmn:userTask>').loop == loop


def test_further_parts_of_activities() -> None:
    assert _node('<bpmn:callActivity id="a" calledElement="billing"/>').call == Call(flow="billing")
    ad_hoc = '<bpmn:adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false"><bpmn:task id="b"/><bpmn:completionCondition>done</bpmn:completionCondition></bpmn:adHocSubProcess>'
    assert _node(ad_hoc).ad_hoc == AdHoc("sequential", (), "done", False)
    assert _node('<bpmn:sendTask id="a" messageRef="m"/>', _MESSAGE).events == (
        EventDefinition("message", name="order"),
    )
    gate = '<bpmn:complexGateway id="a"><bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition></bpmn:complexGateway>'
    assert _node(gate).required == 2


def test_what_other_products_say_is_taken_where_it_is_plain() -> None:
    correlated = (
        '<bpmn:message id="m" name="order"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="= number"/></bpmn:extensionElements></bpmn:message>'
    )
    caught = '<bpmn:intermediateCatchEvent id="a"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
    assert _node(caught, correlated).events == (EventDefinition("message", name="order", correlation="number"),)
    called = (
        '<bpmn:callActivity id="a"><bpmn:extensionElements><zeebe:calledElement processId="billing"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    assert _node(called).call == Call(flow="billing")


def test_edges_have_conditions_and_defaults() -> None:
    (flow,) = _read(
        '<bpmn:exclusiveGateway id="g" default="no"/><bpmn:task id="a"/><bpmn:task id="b"/>'
        '<bpmn:sequenceFlow id="yes" name="Yes" sourceRef="g" targetRef="a">'
        "<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">${ok == 'yes'}</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="no" sourceRef="g" targetRef="b"/>'
    ).flows
    assert flow.edges == (
        Edge("yes", "g", "a", 'ok = "yes"', label=Text("Yes", "Yes")),
        Edge("no", "g", "b", default=True),
    )


def test_foreign_expressions_are_written_back_as_they_were_until_they_are_changed() -> None:
    process = (
        '<bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b">'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${ok}</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    (flow,) = _read(process).flows
    assert b">${ok}<" in export_bpmn(flow)
    document = export_bpmn(_changed(flow, when="ok and sure"))
    assert b">${ok}<" not in document
    assert b">ok and sure<" in document


def _changed(flow: Flow, when: str) -> Flow:
    return replace(flow, edges=(replace(flow.edges[0], when=when),))


def test_ids_of_another_form_are_kept_beside_ours() -> None:
    (flow,) = _read(
        '<bpmn:task id="审批"/><bpmn:task id="b é"/><bpmn:task/><bpmn:sequenceFlow id="1f" sourceRef="审批" targetRef="b é"/>'
    ).flows
    assert [node.id for node in flow.nodes] == ["__", "b__", "node_3"]
    assert flow.edges == (Edge("_1f", "__", "b__"),)
    data = export_bpmn(flow).decode()
    assert '<bpmn:task id="审批"' in data
    assert 'sourceRef="审批" targetRef="b é"' in data


def test_flows_of_several_pools_call_each_other_by_key() -> None:
    text = (
        f'{_HEAD}<bpmn:collaboration id="c"><bpmn:participant id="one" name="Front desk" processRef="P1"/>'
        '<bpmn:participant id="two" processRef="P2"/><bpmn:participant id="box" name="Customer"/>'
        '<bpmn:messageFlow id="mf" name="asks" sourceRef="box" targetRef="x"/></bpmn:collaboration>'
        '<bpmn:process id="P1"><bpmn:callActivity id="x" calledElement="P2"/></bpmn:process>'
        '<bpmn:process id="P2"><bpmn:task id="y"/></bpmn:process></bpmn:definitions>'
    )
    found = import_bpmn(text.encode(), "ticket")
    assert [(flow.key, flow.label.en, flow.entity) for flow in found.flows] == [
        ("front_desk", "Front desk", "ticket"),
        ("p2", "p2", "ticket"),
    ]
    assert found.flows[0].nodes[0].call == Call(flow="p2")
    assert _codes(found) == {("message_flow_kept", "mf")}
    alone = export_bpmn(found.flows[1]).decode()
    assert 'processRef="P1"' in alone
    assert 'weft:processRef="P1"' in alone
    assert 'weft:targetRef="x"' in alone
    assert import_bpmn(alone.encode()).flows == (found.flows[1],)
    assert import_bpmn(export_bpmn(found.flows)).flows == found.flows
    renamed = import_bpmn(text.encode(), keys={"p2": "billing"})
    assert [flow.key for flow in renamed.flows] == ["front_desk", "billing"]
    assert renamed.flows[0].nodes[0].call == Call(flow="billing")


def test_what_is_not_executed_is_said() -> None:
    found = _read(
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Sales"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
        '<bpmn:dataObject id="d" name="Paper"/>'
        '<bpmn:userTask id="u" camunda:assignee="x"><bpmn:extensionElements><camunda:formData/></bpmn:extensionElements></bpmn:userTask>'
        '<bpmn:serviceTask id="s" implementation="java"/>'
        '<bpmn:scriptTask id="j" scriptFormat="groovy"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>'
        '<bpmn:businessRuleTask id="r"/><bpmn:callActivity id="c"/><bpmn:receiveTask id="w" instantiate="true"/>'
        '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>'
        '<bpmn:intermediateCatchEvent id="m"><bpmn:messageEventDefinition messageRef="gone"/></bpmn:intermediateCatchEvent>'
        '<bpmn:complexGateway id="g"><bpmn:activationCondition>${x}</bpmn:activationCondition></bpmn:complexGateway>'
        '<bpmn:task id="q" startQuantity="2"/><bpmn:sequenceFlow id="loose" sourceRef="u"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="u" targetRef="s"><bpmn:conditionExpression>every x in y satisfies x</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    expected = {
        ("lane_kept", "l"), ("data_kept", "d"), ("assignment_missing", "u"), ("extension_kept", "u"), ("action_missing", "s"),
        ("attribute_kept", "s"), ("script_kept", "j"), ("attribute_kept", "j"), ("decision_missing", "r"), ("call_missing", "c"),
        ("name_missing", "w"), ("attribute_kept", "w"), ("expression_missing", "t"), ("reference_missing", "m"), ("name_missing", "m"),
        ("required_missing", "g"), ("attribute_kept", "q"), ("edge_dangling", "loose"), ("expression_kept", "f"),
    }  # fmt: skip
    assert expected <= _codes(found)
    for note in found.notes:
        assert note.message.zh
        assert note.message.en
        assert "{" not in note.message.zh.replace("${", "")


def test_a_file_without_anything_to_execute_is_refused() -> None:
    with pytest.raises(BpmnError, match=r"bpmn\.no_process"):
        import_bpmn(f'{_HEAD}<bpmn:process id="p"/></bpmn:definitions>'.encode())
    with pytest.raises(BpmnError, match=r"bpmn\.not_bpmn"):
        import_bpmn(b"<definitions/>")


_DRAWN = (
    '<bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>'
    '</bpmn:process><bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
    '<bpmndi:BPMNShape id="a1" bpmnElement="a"><dc:Bounds x="100" y="100" width="100" height="80"/>'
    '<bpmndi:BPMNLabel><dc:Bounds x="110" y="190" width="50" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
    '<bpmndi:BPMNShape id="b1" bpmnElement="b"><dc:Bounds x="300" y="120.5" width="120" height="80"/></bpmndi:BPMNShape>'
    '<bpmndi:BPMNEdge id="f1" bpmnElement="f"><di:waypoint x="200" y="140"/><di:waypoint x="300" y="160.5"/></bpmndi:BPMNEdge>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
)


def test_a_drawing_becomes_the_layout_and_follows_it() -> None:
    text = f'{_HEAD}<bpmn:process id="p">{_DRAWN}'
    (flow,) = import_bpmn(text.encode()).flows
    assert flow.layout == {"a": Position(150, 140, 100, 80), "b": Position(360, 160.5, 120, 80)}
    assert b'<di:waypoint x="300" y="160.5"/>' in export_bpmn(flow)
    moved = replace(flow, layout={**flow.layout, "a": Position(150, 340, 100, 80)})
    data = export_bpmn(moved).decode()
    assert '<dc:Bounds x="100" y="300" width="100" height="80"/>' in data
    assert '<dc:Bounds x="110" y="390" width="50" height="14"/>' in data
    assert '<di:waypoint x="200" y="340"/>' in data
    assert 'x="200" y="140"' not in data
    gone = replace(flow, nodes=flow.nodes[:1], edges=(), layout={"a": flow.layout["a"]})
    assert b"b1" not in export_bpmn(gone)
    assert b"f1" not in export_bpmn(gone)
