"""The runner of public cases, on small cases written here: what the reference simulator does beyond the cases that are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.conformance.simulated import failure

Json = Mapping[str, Any]


def node(id: str, type_: str, scope: str | None = None, **members: Any) -> Json:
    return {"id": id, "type": type_, "scope": scope, **members}


def process(id: str, nodes: Sequence[Json], flows: str, **members: Any) -> Json:
    """`flows` is `a-b c-d`; each lies in the scope of its source."""
    scopes = {each["id"]: each["scope"] for each in nodes}
    pairs = [pair.split("-") for pair in flows.split()]
    made = [{"id": f"{a}-{b}", "source": a, "target": b, "scope": scopes[a]} for a, b in pairs]
    return {"id": id, "executable": "true", "nodes": list(nodes), "flows": made, "associations": [], **members}


def case(*processes: Json, steps: Sequence[Json], message_flows: Sequence[str] = ()) -> Json:
    flows = [dict(zip(("id", "sourceRef", "targetRef"), each.split(), strict=True)) for each in message_flows]
    return {"id": "x", "model": {"processes": processes, "messageFlows": flows, "defs": {}}, "steps": steps}


def trigger(node_id: str) -> Json:
    return {"op": "trigger", "node": node_id}


def expect(entered: str, exited: str) -> Json:
    return {"op": "expect", "entered": entered.split(), "exited": exited.split()}


TASK = process("P", [node("S", "startEvent"), node("T", "task"), node("E", "endEvent")], "S-T T-E")


def test_what_was_not_entered_is_told() -> None:
    said = failure(case(TASK, steps=[trigger("S"), expect("T E X", "S T E")]))
    assert said == "step 2 (expect): entered: missing X"


def test_what_was_exited_too_often_is_told() -> None:
    said = failure(case(TASK, steps=[trigger("S"), expect("T E", "S T")]))
    assert said == "step 2 (expect): exited: too many E"


def test_another_order_in_a_scope_is_told() -> None:
    trace = ["createScope:P:null", "signal:P:A", "enter:E:A", "enter:T:A", "exit:S:B", "exit:T:C", "exit:E:D"]
    said = failure(case(TASK, steps=[trigger("S"), {**expect("E T", "S T E"), "trace": trace}]))
    assert said == "step 2 (expect): entered: order in P: expected E, T; got T, E"


def test_nothing_waits_there() -> None:
    said = failure(case(TASK, steps=[{"op": "signal", "node": "Z"}]))
    assert said == "step 1 (signal Z): there is no node Z"


def test_waiting_from_a_later_step_on() -> None:
    steps = [trigger("S"), {"op": "wait_at", "node": "T"}, trigger("S"), expect("T E T", "S T E S"), trigger("T")]
    assert failure(case(TASK, steps=[*steps, expect("E", "T E")])) is None


def test_waiting_at_a_sub_process() -> None:
    nodes = [node("S", "startEvent"), node("U", "subProcess"), node("I", "task", "U")]
    steps = [{"op": "wait_at", "node": "U"}, trigger("S"), expect("U", "S"), trigger("U"), expect("I", "I U")]
    assert failure(case(process("P", nodes, "S-U"), steps=steps)) is None


def test_a_task_sends_and_then_awaits() -> None:
    other = process("Q", [node("Q1", "startEvent"), node("Q2", "endEvent")], "Q1-Q2")
    flows = ["M1 T Q1", "M2 Q2 T"]
    steps = [trigger("S"), expect("T Q2 E", "S Q1 Q2 T E")]
    assert failure(case(TASK, other, steps=steps, message_flows=flows)) is None


def test_a_task_that_awaits_two_messages() -> None:
    steps = [trigger("S"), {"op": "signal", "node": "M1"}, expect("T", "S"), {"op": "signal", "node": "M2"}]
    flows = ["M1 Pool T", "M2 Pool T"]
    assert failure(case(TASK, steps=[*steps, expect("E", "T E")], message_flows=flows)) is None


def test_a_message_to_a_sub_process_does_not_hold_it() -> None:
    nodes = [node("S", "startEvent"), node("U", "subProcess"), node("I", "task", "U")]
    steps = [trigger("S"), expect("U I", "S I U")]
    assert failure(case(process("P", nodes, "S-U"), steps=steps, message_flows=["M Pool U"])) is None


def test_an_error_that_nothing_catches_ends_its_token() -> None:
    nodes = [node("S", "startEvent"), node("X", "endEvent", events=[{"kind": "error"}])]
    assert failure(case(process("P", nodes, "S-X"), steps=[trigger("S"), expect("X", "S X")])) is None


def test_every_type_of_task_is_automatic() -> None:
    types = ["userTask", "serviceTask", "scriptTask", "manualTask", "businessRuleTask", "callActivity", "sendTask"]
    nodes = [node("S", "startEvent"), *(node(each, each) for each in types)]
    chain = " ".join(f"{a}-{b}" for a, b in zip(["S", *types], types, strict=False))
    steps = [trigger("S"), expect(" ".join(types), " ".join(["S", *types]))]
    assert failure(case(process("P", nodes, chain), steps=steps)) is None


def test_a_signal_from_outside() -> None:
    nodes = [node("S", "startEvent", events=[{"kind": "signal"}]), node("E", "endEvent")]
    steps = [{"op": "trigger", "event": {"type": "signal"}}, expect("E", "S E")]
    assert failure(case(process("P", nodes, "S-E"), steps=steps)) is None


def test_a_boundary_event_that_does_not_interrupt() -> None:
    nodes = [
        node("S", "startEvent"),
        node("R", "receiveTask"),
        node("B", "boundaryEvent", attachedToRef="R", cancelActivity="false", events=[{"kind": "timer"}]),
        node("E", "endEvent"),
    ]
    steps = [trigger("S"), trigger("B"), trigger("B"), expect("R E E", "S B E B E"), trigger("R"), expect("", "R")]
    assert failure(case(process("P", nodes, "S-R B-E"), steps=steps)) is None
