"""Laws of the interpreter on random structured flows: no token is lost, the watchdog holds, restoring changes nothing, and the same step
computed again is the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.flow import CompleteTask, OpenTask, Refused, Start, State, assign, compile_flow, dump, incidents, load, step
from tests.engine.flow.scripts import BEGIN, INSTANCE, TICKET, flow_of


class Drawing:
    """A block-structured flow being drawn: every block has one way in and one way out."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = [{"id": "start", "type": "start_event"}, {"id": "end", "type": "end_event"}]
        self.edges: list[dict[str, Any]] = []
        self.tasks: list[str] = []

    def node(self, type_: str, **members: Any) -> str:
        id = f"{type_[0]}{len(self.nodes)}"
        self.nodes.append({"id": id, "type": type_, **members})
        return id

    def edge(self, source: str, target: str, **members: Any) -> None:
        self.edges.append({"id": f"e{len(self.edges)}", "source": source, "target": target, **members})

    def block(self, source: str, shape: Any, **edge: Any) -> str:
        """Draw a shape after `source`; returns the node it ends at."""
        kind, *parts = shape
        if kind == "task":
            back = [{"key": "back", "kind": "send_back", "target": self.tasks[0]}] if self.tasks else []
            id = self.node("user_task", outcomes=["done", "other", *back])
            self.tasks.append(id)
            self.edge(source, id, **edge)
            return id
        if kind == "seq":
            for index, part in enumerate(parts):
                source = self.block(source, part, **(edge if index == 0 else {}))
            return source
        gateway = "parallel_gateway" if kind == "par" else "exclusive_gateway"
        split, merge = self.node(gateway), self.node(gateway)
        self.edge(source, split, **edge)
        for index, part in enumerate(parts):
            when = {"default": True} if index == 0 else {"when": 'outcome = "other"'}
            self.edge(self.block(split, part, **({} if kind == "par" else when)), merge)
        return merge


SHAPES = st.recursive(
    st.just(("task",)),
    lambda inner: st.builds(
        lambda kind, parts: (kind, *parts),
        st.sampled_from(["seq", "par", "xor"]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=8,
)


def _flow(shape: Any) -> Any:
    drawing = Drawing()
    drawing.edge(drawing.block("start", shape), "end")
    return flow_of({"nodes": drawing.nodes, "edges": drawing.edges})


@settings(max_examples=120, deadline=None)
@given(SHAPES, st.data())
def test_any_order_of_decisions_comes_to_the_end(shape: Any, data: st.DataObject) -> None:
    program = compile_flow(_flow(shape), {"ticket": TICKET})
    state, budget = State(INSTANCE), 6
    command: Any = Start()
    while True:
        following, effects = step(program, state, command, BEGIN)
        assert (following, effects) == step(program, load(State, json.loads(json.dumps(dump(state)))), command, BEGIN)
        state = assign(following, {e.task: ["ann"] for e in effects if isinstance(e, OpenTask)})
        _check_invariants(state)
        if state.status == "completed":
            return
        task = data.draw(st.sampled_from(state.tasks))
        outcomes = [o.key for o in program.nodes[task.node].outcomes if o.kind == "complete" or budget > 0]
        outcome = data.draw(st.sampled_from(outcomes))
        command = CompleteTask(task.id, "ann", outcome)
        if outcome == "back":
            budget -= 1
            try:
                step(program, state, command, BEGIN)
            except Refused:
                command = CompleteTask(task.id, "ann", "done")


def _check_invariants(state: State) -> None:
    """Every task has its token and every waiting token its task; nothing hangs; what undoing needs is there."""
    assert {task.token for task in state.tasks} == {token.id for token in state.tokens if token.waiting == "task"}
    assert incidents(state) == ()
    assert (state.status == "completed") == (state.tokens == ())
    known = set(state.origins)
    assert all(token.lineage <= known for token in state.tokens)


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
    program = compile_flow(flow, {"ticket": TICKET})
    state, effects = step(program, State(INSTANCE), Start(), BEGIN)
    sizes = []
    for _ in range(60):
        state = assign(state, {e.task: ["ann"] for e in effects if isinstance(e, OpenTask)})
        sizes.append(len(json.dumps(dump(state))))
        task = state.tasks[0]
        outcome = "yes" if task.node == "again" else "done"
        state, effects = step(program, state, CompleteTask(task.id, "ann", outcome), BEGIN)
    assert max(sizes[30:]) <= max(sizes[:12]) + 60
