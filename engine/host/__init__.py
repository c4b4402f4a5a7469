"""The Temporal side of flows: messages, the workflow that hosts the interpreter, its worker and a client."""

from engine.host.client import HostClient, HostRefused, HostUnavailable, InstanceGone
from engine.host.codec import data_converter
from engine.host.jobs import STATE_TOO_LARGE, is_overgrown, is_too_large
from engine.host.messages import (
    ANSWER_QUESTIONS,
    APPLY_EFFECTS,
    CALL_SERVICE,
    NEWER_STATE,
    READ_CONTEXT,
    READ_PROGRAM,
    WORKFLOW,
    Application,
    Applied,
    CommandInput,
    ContextQuestion,
    HostQuestions,
    InstanceInput,
    NewerState,
    ProgramQuestion,
    ServiceInput,
    StateQuestion,
    Step,
    instance_of,
)
from engine.host.programs import program_content
from engine.host.versioning import UNVERSIONED, build_id, make_current
from engine.host.worker import build_worker

__all__ = [
    "ANSWER_QUESTIONS", "APPLY_EFFECTS", "CALL_SERVICE", "NEWER_STATE", "READ_CONTEXT", "READ_PROGRAM", "STATE_TOO_LARGE", "UNVERSIONED",
    "WORKFLOW",
    "Application", "Applied", "CommandInput", "ContextQuestion", "HostClient", "HostQuestions", "HostRefused", "HostUnavailable",
    "InstanceGone", "InstanceInput", "NewerState", "ProgramQuestion", "ServiceInput", "StateQuestion", "Step", "build_id", "build_worker",
    "data_converter", "instance_of", "is_overgrown", "is_too_large", "make_current", "program_content",
]  # fmt: skip
