"""What an action is: a named call with typed parameters that changes things inside the caller's transaction.

An action writes to the database through services only; what leaves the database goes through the outbox under a key
derived from `ActionContext.key`, so that running the same call again after a crash has no second effect outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.errors import WeftError
from backend.events.log import Cause
from backend.metadata.snapshot import Metadata
from engine.definitions import Text
from engine.language import Type

if TYPE_CHECKING:
    from backend.actions.registry import ActionRegistry

#: What an action hands back: JSON. The members `entity` and `record_id`, when both there, name a record that the action
#: made; the actions after it in the same rule are then about that record.
Result = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Where an action runs. `key` is unique to this call and the same when it is repeated; `entity` and `record_id` are
    the record the rule or flow is about; `event` is what happened (its values as a rule sees them), if anything did. `rule`,
    `purpose` and `firing_id` are those of the rule that fired; what it sends leaves no earlier than `not_before`. `registry` is where the
    action was found, for those that set others going."""

    session: AsyncSession
    metadata: Metadata
    now: datetime
    key: str
    cause: Cause
    caller: Caller = SYSTEM
    person_id: UUID | None = None
    entity: str | None = None
    record_id: UUID | None = None
    event: Mapping[str, Any] | None = None
    instance_id: UUID | None = None
    rule: str | None = None
    purpose: str | None = None
    firing_id: UUID | None = None
    not_before: datetime | None = None
    registry: ActionRegistry | None = None

    def about(self, result: Result) -> ActionContext:
        """The context of the next action, after one that returned `result`."""
        if not result or not result.get("entity") or not result.get("record_id"):
            return self
        return replace(self, entity=str(result["entity"]), record_id=UUID(str(result["record_id"])))

    def keyed(self, key: str) -> ActionContext:
        """The same context for another call."""
        return replace(self, key=key)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. Arguments given without a name fill the parameters in their order."""

    name: str
    type: Type
    label: Text
    required: bool = False


class Action(Protocol):
    """One kind of action. `open` says that it takes further named arguments (the fields of a record), `sends` that it reaches
    a person outside the company: it needs consent to the purpose, and waits through quiet hours. One that leaves the record it is
    about alone says so by `changes_records = False`; one that needs one of several parameters names them in `one_of`."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...
    @property
    def open(self) -> bool: ...
    @property
    def sends(self) -> bool: ...

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        """Do it. Raises WeftError for what a user can put right."""
        ...


@dataclass(frozen=True, slots=True)
class CallContext:
    """Where an external action runs: outside of any transaction, once or more often. `key` is the idempotency key."""

    key: str
    metadata: Metadata
    attempt: int = 1


class CallFailed(Exception):
    """Another system did not do what it was asked: a stable `code`, which a flow may catch as a BPMN error, and what it said.
    `passing` when trying again may help; `retry_after` is how many seconds it asked to be left alone."""

    def __init__(self, code: str, detail: str = "", *, passing: bool = False, retry_after: float | None = None) -> None:
        self.code = code
        self.detail = detail
        self.passing = passing
        self.retry_after = retry_after
        super().__init__(f"{code}: {detail}")


@runtime_checkable
class ExternalAction(Protocol):
    """An action that calls another system. In a flow it is called outside of the transaction, and the flow waits for its answer; its
    `run`, for rules, puts the call into the outbox. `attempts` is how often it is tried before it has failed."""

    @property
    def attempts(self) -> int: ...

    async def call(self, context: CallContext, arguments: Mapping[str, Any]) -> Result:
        """Do it. Raises CallFailed."""
        ...


class ActionUnknown(WeftError):
    """A definition calls an action that this installation does not have."""

    status, code = 422, "action.unknown"
    zh, en = "没有名为 {key} 的动作", "There is no action called {key}"


class ActionArgument(WeftError):
    """An action was called without something it needs, or with something it cannot use."""

    status, code = 422, "action.argument"
    zh, en = "动作 {key}：{reason_zh}", "Action {key}: {reason}"


def missing(key: str, name: str) -> ActionArgument:
    """The refusal of a call without `name`."""
    return ActionArgument(key=key, reason=f"{name} is missing", reason_zh=f"缺少 {name}", path=name)
