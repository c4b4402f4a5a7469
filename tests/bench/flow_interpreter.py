"""How fast the flow interpreter runs by itself, without database and Temporal: nodes a second, and what a command costs the longer an
instance has run. SpiffWorkflow (bench extra) runs the same models; where it is not installed there is no alternative.

Everything happens in this process: what is measured is its own time on the processor, whatever else the machine does.

`python -m tests.bench.flow_interpreter`; --count is how many commands an instance has behind it in the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from statistics import median
from time import process_time
from typing import Any

from engine.flow import (
    CompleteTask,
    Program,
    Record,
    Start,
    State,
    dump,
    load,
    step,
)
from tests.bench.figures import Figure, Figures, run
from tests.bench.flow_models import Model, chain, gateways, loop, people
from tests.flow_people import with_people

INSTANCE = "00000000-0000-4000-8000-000000000001"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROUNDS = 7
#: How many commands are looked at together at the beginning and at the end; and how often the other engine's person acts: its
#: commands cost more the more there were, and it finds no task any more that is 1,000 steps away from the start.
WINDOW = 50
ACTED = 200


def measure(count: int) -> Figures:
    """Every figure."""
    models = {
        "chain": chain(min(count, 200)),  # the other engine's parser recurses along the longest way
        "gateways": gateways(min(count, 30)),
        "loop": loop(min(count, 300)),
    }
    figures = {f"{name}_steps": _automatic(model) for name, model in models.items()}
    return {**figures, **_commands(count)}


# -- automatic nodes


def _automatic(model: Model) -> Figure:
    program = model.program()
    nodes = sum(isinstance(e, Record) and e.type == "node_entered" for e in _run(program))
    ours = min(_timed(lambda: _run(program)) for _ in range(ROUNDS))
    spec = _spiff(model)
    if spec is None:
        return Figure(nodes / ours, "nodes/s")
    theirs = min(_timed(lambda: _spiff_run(spec)) for _ in range(2))
    return Figure(nodes / ours, "nodes/s", nodes / theirs, "SpiffWorkflow")


def _run(program: Program) -> Any:
    state, effects = step(program, State(INSTANCE), Start(), NOW)
    if state.status != "completed":
        raise RuntimeError(f"the model did not come to its end: {state.tokens}")
    return effects


def _timed(what: Callable[[], object]) -> float:
    begun = process_time()
    what()
    return process_time() - begun


# -- commands of people


def _commands(count: int) -> Figures:
    """A person who acts again and again. `_written`: with the state read from and written to JSON around each command."""
    bare, written = _acting(count, is_written=False), _acting(count, is_written=True)
    window = max(1, min(WINDOW, count // 2))
    begun, ended = bare[:window], bare[-window:]
    theirs = _spiff_acting(min(count, ACTED))
    late = median(theirs[-window:]) if theirs else None
    return {
        "command_first": Figure(median(begun) * 1e6, "us"),
        "command_last": Figure(median(ended) * 1e6, "us", median(begun) * 1e6, f"the first {window} of {count}"),
        "command_written_last": Figure(
            median(written[-window:]) * 1e6, "us", median(written[:window]) * 1e6, f"the first {window} of {count}"
        ),
        "command": Figure(
            median(bare) * 1e6, "us", None if late is None else late * 1e6, f"SpiffWorkflow after {min(count, ACTED)}"
        ),
    }


def _acting(count: int, *, is_written: bool) -> list[float]:
    """What each of so many commands took."""
    program = people(count + 1).program()
    state, effects = step(program, State(INSTANCE), Start(), NOW)
    taken = []
    text = ""
    for _ in range(count):
        state, _ = with_people(program, state, effects, NOW)
        command = CompleteTask(state.tasks[0].id, "ann", "done")
        text = json.dumps(dump(state)) if is_written else text
        begun = process_time()
        if is_written:
            state = load(State, json.loads(text))
        state, effects = step(program, state, command, NOW)
        if is_written:
            text = json.dumps(dump(state))
        taken.append(process_time() - begun)
    return taken


# -- the other engine


def _spiff(model: Model) -> Any:
    """The model as SpiffWorkflow reads it; None where it is not installed."""
    try:
        parsing = import_module("SpiffWorkflow.bpmn.parser")
    except ModuleNotFoundError:
        return None
    parser = parsing.BpmnParser()
    parser.add_bpmn_str(model.xml().encode())
    return parser.get_spec("model")


def _spiff_workflow(spec: Any) -> Any:
    return import_module("SpiffWorkflow.bpmn").BpmnWorkflow(spec)


def _spiff_run(spec: Any) -> None:
    workflow = _spiff_workflow(spec)
    workflow.run_all()
    if not workflow.is_completed():
        raise RuntimeError("the model did not come to its end in SpiffWorkflow")


def _spiff_acting(count: int) -> list[float]:
    """What each of so many commands took in SpiffWorkflow; none where it is not installed."""
    spec = _spiff(people(count + 1))
    if spec is None:
        return []
    workflow = _spiff_workflow(spec)
    workflow.run_all()
    state = import_module("SpiffWorkflow.util.task").TaskState
    taken = []
    for _ in range(count):
        task = next(iter(workflow.get_tasks(state=state.READY, manual=True)))
        begun = process_time()
        task.run()
        workflow.run_all()
        taken.append(process_time() - begun)
    return taken


if __name__ == "__main__":
    run("The flow interpreter", measure, count=10_000, counted="commands of one instance")
