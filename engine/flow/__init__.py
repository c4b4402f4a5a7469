"""The flow interpreter: pure, serialisable, the same in a Temporal workflow, a dry run and a property test.

program = compile_flow(flow, entities)
state, effects = step(program, State(instance_id), Start({"amount": 3}), now)
state, effects = step(program, state, CompleteTask(task_id, user_id, "approve"), now)
"""

from engine.flow.check import FlowProblem, check
from engine.flow.commands import Cancel, Command, CompleteTask, FireTimers, Refused, Retry, Start
from engine.flow.effects import (
    CloseTask,
    DecideItem,
    Effect,
    End,
    OpenTask,
    Record,
    RunAction,
    effect_from_json,
    effect_to_json,
)
from engine.flow.interpreter import step, waiting_for
from engine.flow.program import Program, compile_flow
from engine.flow.serial import dump, load
from engine.flow.state import Incident, State, Token, assign, incidents

__all__ = [
    "Cancel", "CloseTask", "Command", "CompleteTask", "DecideItem", "Effect", "End", "FireTimers", "FlowProblem",
    "Incident", "OpenTask", "Program", "Record", "Refused", "Retry", "RunAction", "Start", "State", "Token",
    "assign", "check", "compile_flow", "dump", "effect_from_json", "effect_to_json", "incidents", "load", "step", "waiting_for",
]  # fmt: skip
