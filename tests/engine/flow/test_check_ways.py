"""Ways beside the edges: where a refusal or a missed deadline leads is reached, and what it leaves behind is looked at."""

from __future__ import annotations

from typing import Any

from engine.definitions.codec import decode
from engine.flow import AssignPeople, CompleteTask, FlowProblem, Person, Record, Start, State, check, compile_flow, step
from tests.engine.flow.broken import merged, written
from tests.engine.flow.broken.judging import ENTITIES
from tests.engine.flow.format.running import BEGIN

Document = dict[str, Any]
_WHO = {"candidates": [{"initiator": True}]}
_YES, _NO = {"key": "yes"}, {"key": "no", "kind": "refuse"}
_SHORT: Document = {
    "kind": "flow",
    "key": "small",
    "entity": "request",
    "nodes": {
        "start": {"type": "start_event"},
        "write": {"type": "user_task", "assignment": _WHO, "outcomes": [_YES]},
        "split": {"type": "parallel_gateway"},
        "one": {"type": "user_task", "assignment": _WHO, "outcomes": [_YES, _NO]},
        "two": {"type": "user_task", "assignment": _WHO, "outcomes": [_YES, _NO]},
        "join": {"type": "parallel_gateway"},
        "after": {"type": "user_task", "assignment": _WHO, "outcomes": [_YES, _NO]},
        "end_event": {"type": "end_event"},
    },
    "edges": {
        "a": "start -> write",
        "b": "write -> split",
        "c": "split -> one",
        "d": "split -> two",
        "e": "one -> join",
        "f": "two -> join",
        "g": "join -> after",
        "h": "after -> end_event",
    },
}
_REFUSED: Document = {"refused": {"type": "end_event", "outcome": "refused"}}


def told(nodes: Document, edges: Document | None = None) -> list[tuple[str, str | None]]:
    return [(each.code, each.node) for each in problems(nodes, edges)]


def problems(nodes: Document, edges: Document | None = None) -> list[FlowProblem]:
    short = merged(_SHORT, {"nodes": nodes, "edges": edges or {}})
    return check(decode("flow", written(short)), ENTITIES, {}, {}, None, None)


def to(target: str, **more: Any) -> Document:
    """Outcomes of which the refusal leads somewhere."""
    return {"outcomes": [_YES, {**_NO, "target": target, **more}]}


def test_what_only_a_refusal_leads_to_is_reached() -> None:
    assert told({"after": to("refused"), **_REFUSED}) == []


def test_what_only_a_missed_deadline_leads_to_is_reached() -> None:
    late = {"assignment": {**_WHO, "overdue": [{"action": "jump", "target": "refused", "after": "P1D"}]}}
    assert told({"after": late, **_REFUSED}) == []


def test_going_back_from_a_branch_piles_nothing_up() -> None:
    assert told({"one": to("write"), "two": to("previous"), "after": to("one")}) == []
    back = {"key": "back", "kind": "send_back", "target": "write", "straight": True, "rounds": 2}
    assert (
        told({"one": {"outcomes": [_YES, back]}, "two": {"outcomes": [_YES, {"key": "back", "kind": "send_back"}]}})
        == []
    )


def test_the_end_of_everything_may_be_said_anywhere() -> None:
    assert told({"one": to("end"), "after": to("end")}) == []


def test_a_refusal_that_leaves_its_branch_lets_the_join_wait_for_ever() -> None:
    (problem,) = problems({"one": to("refused"), **_REFUSED})
    assert (problem.code, problem.node) == ("flow.stuck_join", "join")
    assert "one" in problem.trace
    assert set(problem.trace) <= {*_SHORT["nodes"], "refused"}


def test_a_deadline_that_jumps_past_the_join_lets_it_wait_for_ever() -> None:
    late = {"assignment": {**_WHO, "overdue": [{"action": "jump", "target": "after", "after": "P1D"}]}}
    assert ("flow.stuck_join", "join") in told({"one": late})


def test_a_task_that_only_a_refusal_leads_to_may_send_back_to_the_one_before() -> None:
    director = {
        "type": "user_task",
        "assignment": _WHO,
        "outcomes": [_YES, {"key": "back", "kind": "send_back", "target": "after"}],
    }
    assert told({"after": to("director"), "director": director}, {"i": "director -> end_event"}) == []
    wrong = {"outcomes": [_YES, {"key": "back", "kind": "send_back", "target": "director"}]}
    assert ("flow.send_back_target", "write") in told(
        {"after": to("director"), "director": director, "write": wrong}, {"i": "director -> end_event"}
    )


def test_what_only_a_refusal_leads_to_does_not_start_by_itself_and_is_gone_to() -> None:
    document = written(
        merged(
            _SHORT, {"nodes": {"write": to("asked"), "asked": {"type": "task"}}, "edges": {"i": "asked -> end_event"}}
        )
    )
    program = compile_flow(decode("flow", document), ENTITIES)
    state, _ = step(program, State("00000000-0000-4000-8000-000000000001"), Start({}, {"initiator": "ann"}), BEGIN)
    assert [token.node for token in state.tokens] == ["write"]
    (task,) = state.tasks
    state, _ = step(program, state, AssignPeople(task.id, (Person("ann"),)), BEGIN)
    state, effects = step(program, state, CompleteTask(task.id, "ann", "no"), BEGIN)
    entered = [each.node for each in effects if isinstance(each, Record) and each.type == "node_entered"]
    assert (state.status, entered) == ("completed", ["asked", "end_event"])


def test_a_task_for_correcting_that_only_refusals_lead_to_and_that_leads_back() -> None:
    correct = {"type": "user_task", "assignment": _WHO, "outcomes": [_YES]}
    found = {"write": to("correct"), "after": to("correct"), "correct": correct}
    assert told(found, {"i": "correct -> write"}) == []


def test_a_sub_process_begins_at_its_first_task_though_the_next_refuses_back_to_it() -> None:
    inner = {
        "inside": {"type": "sub_process"},
        "first": {"type": "user_task", "parent": "inside", "assignment": _WHO, "outcomes": [_YES]},
        "second": {"type": "user_task", "parent": "inside", "assignment": _WHO, **to("first")},
    }
    edges = {"g": "join -> inside", "i": "inside -> after", "j": "first -> second"}
    assert told(inner, edges) == []
    program = compile_flow(decode("flow", written(merged(_SHORT, {"nodes": inner, "edges": edges}))), ENTITIES)
    assert program.starts("inside") == ("first",)


def test_what_only_a_refusal_in_a_sub_process_leads_to_does_not_begin_with_it() -> None:
    inner = {
        "inside": {"type": "sub_process"},
        "first": {"type": "user_task", "parent": "inside", "assignment": _WHO, **to("stopped")},
        "stopped": {"type": "end_event", "parent": "inside"},
    }
    edges = {"g": "join -> inside", "i": "inside -> after"}
    assert [code for code, _ in told(inner, edges)] == []
    program = compile_flow(decode("flow", written(merged(_SHORT, {"nodes": inner, "edges": edges}))), ENTITIES)
    assert program.starts("inside") == ("first",)


def test_a_refusal_may_be_the_only_end() -> None:
    assert told({"after": to("end"), "end_event": None}, {"h": "after -> write"}) == []
    assert ("flow.never_ends", "write") in told({"end_event": None}, {"h": "after -> write"})
