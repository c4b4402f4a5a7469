"""Small cases that the fuzzer found, played with every law looked at."""

from __future__ import annotations

from typing import Any

from engine.flow import (
    Activate,
    Command,
    ConditionsChanged,
    Deliver,
    Instruction,
    Migrate,
    Modify,
    Resume,
    ServiceResult,
    Start,
    State,
    Suspend,
    incidents,
    step,
)
from tests.engine.flow.scripts import BEGIN, INSTANCE, flow_of
from tests.flow_fuzz.moves import Chosen
from tests.flow_fuzz.playing import Play, compiled, small_budget


def played(nodes: list[Any], edges: list[Any], *commands: Command) -> Play:
    """An instance of the flow after its start and the commands."""
    made = Play(compiled(flow_of({"nodes": nodes, "edges": edges})))
    with small_budget():
        for command in (Start(), *commands):
            made.play(Chosen(command), pick=2)
    return made


def test_compensating_nothing_in_parallel_goes_on() -> None:
    undo = {"id": "undo", "type": "intermediate_throw_event", "events": [{"kind": "compensation", "parallel": True}]}
    assert played([undo], []).state.status == "completed"


def test_a_cancelled_transaction_undoes_what_was_inside_a_sub_process_in_its_own_scope() -> None:
    nodes = [
        {"id": "T", "type": "transaction"},
        {"id": "A", "type": "ad_hoc_sub_process", "parent": "T", "ad_hoc": {"ordering": "sequential"}},
        {"id": "book", "type": "task", "parent": "A"},
        {"id": "refund", "type": "service_task", "parent": "A", "action": "outside.ask", "for_compensation": True},
        {"id": "undone", "type": "boundary_event", "parent": "A", "attached_to": "book", "events": [{"kind": "compensation", "handler": "refund"}]},
        {"id": "stop", "type": "end_event", "parent": "T", "events": [{"kind": "cancel"}]},
    ]  # fmt: skip
    made = played(nodes, [["A", "stop"]], Activate("book"))
    assert [call.node for call in made.state.calls] == ["refund"]
    transaction = next(scope for scope in made.state.scopes if scope.node == "T")
    assert [scope.parent for scope in made.state.scopes if scope.compensation is not None] == [transaction.id]


def test_what_arrived_for_an_instance_that_ends_while_it_is_held_goes_with_it() -> None:
    nodes = [
        {"id": "P", "type": "sub_process"},
        {"id": "ask", "type": "service_task", "parent": "P", "action": "outside.ask"},
        {"id": "task", "type": "task"},
    ]
    waits = played(nodes, [["P", "task"]])
    token = next(t.id for t in waits.state.tokens if t.node == "P")
    call = waits.state.calls[0].id
    made = played(nodes, [["P", "task"]], Suspend(), ServiceResult(call), Modify((Instruction("cancel", token=token),)))
    assert made.state.status == "completed"
    assert made.state.deferred == ()


def test_migrating_arms_no_boundary_event_of_an_activity_that_was_not_entered() -> None:
    """A loop of automatic nodes was stopped before a node: nothing goes on at it yet that an event could interrupt."""
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "again", "type": "task"},
        {"id": "late", "type": "boundary_event", "attached_to": "again", "interrupting": False, "events": [{"kind": "signal", "name": "late"}]},
    ]  # fmt: skip
    made = played(nodes, [["start", "again"], ["again", "again"]], Migrate())
    assert [token.problem.code for token in made.state.tokens if token.problem] == ["step_budget"]
    assert made.state.subscriptions == ()


def test_what_was_read_while_all_was_held_is_not_newer_than_what_resume_reads() -> None:
    nodes = [{"id": "ask", "type": "service_task", "action": "outside.ask"}, {"id": "task", "type": "task"}]
    call = played(nodes, [["ask", "task"]]).state.calls[0].id
    old, new = {"record": {"n": 1}}, {"record": {"n": 2}}
    held = (Suspend(), ConditionsChanged(old), ServiceResult(call, context=old), ConditionsChanged(old))
    kept = played(nodes, [["ask", "task"]], *held).state.deferred
    assert [each["kind"] for each in kept] == ["service_result", "conditions"]
    made = played(nodes, [["ask", "task"]], *held, Resume(new))
    assert made.state.status == "completed"
    assert made.state.context == new


def test_a_loop_that_doubles_a_text_stops_before_it_fills_the_memory() -> None:
    nodes = [
        {"id": "double", "type": "script_task", "assign": {"said": "said + said"}},
        {"id": "again", "type": "task"},
    ]
    variables = [{"key": "said", "type": "long_text", "default": "ab"}]
    edges = [["start", "double"], ["double", "again"], ["again", "double"]]
    document = {"nodes": [{"id": "start", "type": "start_event"}, *nodes], "edges": edges, "variables": variables}
    state, _ = step(compiled(flow_of(document)), State(INSTANCE), Start(), BEGIN)
    assert [(each.node, each.code, each.detail) for each in incidents(state)] == [("double", "value_too_long", "said")]


def stopped(nodes: list[Any], edges: list[Any], variables: list[Any]) -> list[tuple[str, str, str]]:
    """The incidents that the flow begins with."""
    document = {"nodes": [{"id": "start", "type": "start_event"}, *nodes], "edges": edges, "variables": variables}
    state, _ = step(compiled(flow_of(document)), State(INSTANCE), Start(), BEGIN)
    return [(each.node, each.code, each.detail) for each in incidents(state)]


def test_a_signal_that_doubles_what_it_is_caught_into_stops_before_it_fills_the_memory() -> None:
    event = {"kind": "signal", "name": "more"}
    nodes = [
        {"id": "more", "type": "intermediate_throw_event", "events": [{**event, "arguments": {"said": "said + said"}}]},
        {"id": "inside", "type": "event_sub_process"},
        {"id": "heard", "type": "start_event", "parent": "inside", "interrupting": False, "events": [{**event, "outputs": {"said": "said"}}]},
        {"id": "again", "type": "task"},
    ]  # fmt: skip
    variables = [{"key": "said", "type": "long_text", "default": "ab"}]
    edges = [["start", "more"], ["more", "again"], ["again", "more"]]
    assert stopped(nodes, edges, variables) == [("more", "value_too_long", "more")]


def test_a_loop_whose_results_double_stops_before_it_fills_the_memory() -> None:
    loop = {
        "kind": "sequential",
        "collection": "all",
        "element": "one",
        "output": "one + one",
        "output_collection": "all",
    }
    nodes = [{"id": "each", "type": "task", "loop": loop}, {"id": "again", "type": "task"}]
    variables = [{"key": "all", "type": "tags", "default": ["ab"]}]
    edges = [["start", "each"], ["each", "again"], ["again", "each"]]
    assert stopped(nodes, edges, variables) == [("each", "outputs_too_long", "all")]


def test_more_children_than_a_state_has_room_for_are_not_begun() -> None:
    def many(count: int) -> list[tuple[str, str, str]]:
        nodes = [{"id": "each", "type": "user_task", "loop": {"kind": "parallel", "cardinality": str(count)}}]
        return stopped(nodes, [["start", "each"]], [])

    assert many(501) == [("each", "too_many_instances", "501; at most 500")]
    assert many(500) == []


def test_no_edge_led_to_a_boundary_event() -> None:
    """Seed 29501: a token that stopped there remembered the edge of the activity, which another version does not know there."""
    nodes = [
        {"id": "start", "type": "start_event"},
        {"id": "wait", "type": "receive_task", "events": [{"kind": "message", "name": "go"}]},
        {
            "id": "late",
            "type": "boundary_event",
            "attached_to": "wait",
            "events": [{"kind": "message", "name": "late", "outputs": {"n": "n"}}],
        },
        {"id": "end", "type": "end_event"},
    ]
    edges = [["start", "wait"], ["wait", "end"], ["late", "end"]]
    variables = [{"key": "n", "type": "number"}]
    program = compiled(flow_of({"nodes": nodes, "edges": edges, "variables": variables}))
    state, _ = step(program, State(INSTANCE), Start(), BEGIN)
    late = next(each for each in state.subscriptions if each.node == "late")
    state, _ = step(program, state, Deliver(late.id, {"n": "many"}), BEGIN)
    assert [(token.node, token.edge) for token in state.tokens] == [("late", None)]
