"""Laws of the interpreter on random flows and schedules (tests/flow_fuzz states them), and that loops stay small."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import Flow
from engine.flow import CompleteTask, OpenTask, Start, State, compile_flow, dump, step
from tests.engine.flow.generating import ENTITIES, flows, random_flow
from tests.engine.flow.scripts import BEGIN, INSTANCE, flow_of
from tests.flow_fuzz.__main__ import case_of, run_case
from tests.flow_fuzz.laws import Violation
from tests.flow_fuzz.playing import Play, compiled, play
from tests.flow_fuzz.shrinking import broken_by, shrink
from tests.flow_people import with_people

PICKS = st.lists(st.integers(0, 2**30), min_size=3, max_size=25)


@settings(max_examples=60, deadline=None)
@given(flows(20), PICKS)
def test_every_law_holds_around_every_step(flow: Flow, picks: list[int]) -> None:
    play(flow, picks)


@pytest.mark.parametrize("first", range(1, 121, 30))
def test_the_first_cases_of_the_fuzzer_are_clean(first: int) -> None:
    assert all(run_case(seed).steps for seed in range(first, first + 30))


def test_a_seed_is_a_case() -> None:
    assert random_flow(7) == random_flow(7)
    assert len({len(random_flow(seed).nodes) for seed in range(50)}) > 10


def test_a_broken_law_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer sees an interpreter that forgets to say that a task is closed, and shows it with one task."""
    monkeypatch.setattr("engine.flow.run.CloseTask", lambda task, node, *_: OpenTask(task, node, 1))
    case, flow, picks = next(found for found in map(case_of, range(1, 60)) if broken_by(*found))
    flow, picks = shrink(case, flow, picks)
    assert len(flow.nodes) <= 3
    assert len(picks) <= 3
    with pytest.raises(Violation, match="opened or closed twice"):
        case(flow, picks)


def test_a_step_does_not_touch_the_state_it_began_with() -> None:
    made = Play(compiled(random_flow(11)))
    before = json.dumps(dump(made.state))
    first = step(made.program, made.state, Start(), BEGIN)
    assert step(made.program, made.state, Start(), BEGIN) == first
    assert json.dumps(dump(made.state)) == before


def test_a_loop_stays_small_for_ever() -> None:
    flow = flow_of(
        {
            "nodes": [
                {"id": "start", "type": "start_event"},
                {"id": "merge", "type": "exclusive_gateway"},
                {"id": "fork", "type": "parallel_gateway"},
                {"id": "a", "type": "user_task", "outcomes": ["done"]},
                {"id": "b", "type": "user_task", "outcomes": ["done"]},
                {"id": "join", "type": "parallel_gateway"},
                {"id": "again", "type": "user_task", "outcomes": ["yes", "no"]},
                {"id": "which", "type": "exclusive_gateway"},
                {"id": "end", "type": "end_event"},
            ],
            "edges": [
                ["start", "merge"], ["merge", "fork"], ["fork", "a"], ["fork", "b"], ["a", "join"], ["b", "join"], ["join", "again"], ["again", "which"],
                {"source": "which", "target": "merge", "when": 'outcome = "yes"'},
                {"source": "which", "target": "end", "default": True},
            ],
        }
    )  # fmt: skip
    program = compile_flow(flow, ENTITIES)
    state, effects = step(program, State(INSTANCE), Start(), BEGIN)
    sizes = []
    for _ in range(60):
        state, _ = with_people(program, state, effects, BEGIN)
        sizes.append(len(json.dumps(dump(state))))
        task = state.tasks[0]
        outcome = "yes" if task.node == "again" else "done"
        state, effects = step(program, state, CompleteTask(task.id, "ann", outcome), BEGIN)
    assert max(sizes[30:]) <= max(sizes[:12]) + 60


def test_a_join_that_fires_too_early_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The net beside knows better than an interpreter whose inclusive joins wait for nobody."""
    monkeypatch.setattr("engine.flow.gateways._may_fire", lambda *_: True)
    assert "tokens move as in a net" in {broken_by(*case_of(seed)) for seed in range(5, 300, 5)}
