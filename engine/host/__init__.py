"""The Temporal side of flows: messages, the workflow that hosts the interpreter, its worker and a client."""

from engine.host.client import HostClient, HostRefused, HostUnavailable, InstanceGone
from engine.host.messages import (
    ANSWER_QUESTIONS,
    APPLY_EFFECTS,
    NEWER_STATE,
    READ_CONTEXT,
    Application,
    Applied,
    CancelInput,
    CompleteTaskInput,
    ContextQuestion,
    HostQuestions,
    InstanceInput,
    RetryInput,
    StateQuestion,
)
from engine.host.worker import build_worker

__all__ = [
    "ANSWER_QUESTIONS", "APPLY_EFFECTS", "NEWER_STATE", "READ_CONTEXT", "Application", "Applied", "CancelInput", "CompleteTaskInput",
    "ContextQuestion", "HostClient", "HostQuestions", "HostRefused", "HostUnavailable", "InstanceGone", "InstanceInput", "RetryInput", "StateQuestion",
    "build_worker",
]  # fmt: skip
