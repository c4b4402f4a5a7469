"""The flow interpreter: pure, serialisable, the same in a Temporal workflow, a dry run and a property test.

program = compile_flow(flow, entities)
state, effects = step(program, State(instance_id), Start({"amount": 3}), now)
state, effects = step(program, state, CompleteTask(task_id, user_id, "approve"), now)
"""

from engine.flow.approval.items import Item
from engine.flow.checking import FlowProblem, check
from engine.flow.commands import (
    COMMANDS,
    Activate,
    ActOnTask,
    Agent,
    AssignPeople,
    Cancel,
    ChangeInitiator,
    ChildEnded,
    ChildEscalated,
    Command,
    CompleteTask,
    ConditionsChanged,
    Deliver,
    FinishAdHoc,
    FireTimers,
    Instruction,
    Migrate,
    Modify,
    Person,
    Reclaim,
    Refused,
    Resume,
    Retry,
    ServiceFailed,
    ServiceResult,
    Signal,
    Start,
    Suspend,
    Trigger,
    Withdraw,
    command_from_json,
    command_to_json,
)
from engine.flow.effects import (
    READ_ANEW,
    RUN_RULES,
    CallService,
    CancelCall,
    CloseTask,
    Copy,
    DecideItem,
    Effect,
    End,
    EscalateToParent,
    OpenTask,
    Publish,
    Record,
    Remind,
    RunAction,
    SetItems,
    StartChild,
    Subscribe,
    Unsubscribe,
    effect_from_json,
    effect_to_json,
)
from engine.flow.interpreter import step, waits_for_resume
from engine.flow.program import Program, compile_flow
from engine.flow.serial import dump, load
from engine.flow.state import Call, Incident, Scope, State, Subscription, Token, incidents
from engine.flow.waiting import Waiting, waiting

__all__ = [
    "COMMANDS", "READ_ANEW", "RUN_RULES", "ActOnTask", "Activate", "Agent", "AssignPeople", "Call", "CallService", "Cancel",
    "CancelCall", "ChangeInitiator", "ChildEnded", "ChildEscalated", "CloseTask", "Command", "CompleteTask", "ConditionsChanged",
    "Copy", "DecideItem", "Deliver", "Effect", "End", "EscalateToParent", "FinishAdHoc", "FireTimers", "FlowProblem",
    "Incident", "Instruction", "Item", "Migrate", "Modify", "OpenTask", "Person", "Program", "Publish", "Reclaim",
    "Record", "Refused", "Remind", "Resume", "Retry", "RunAction", "Scope", "ServiceFailed", "ServiceResult",
    "SetItems", "Signal", "Start", "StartChild", "State", "Subscribe", "Subscription", "Suspend", "Token", "Trigger",
    "Unsubscribe", "Waiting", "Withdraw", "check", "command_from_json", "command_to_json", "compile_flow", "dump",
    "effect_from_json", "effect_to_json", "incidents", "load", "step", "waiting",
    "waits_for_resume",
]  # fmt: skip
