"""What the instance endpoints take."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_COMMAND_ID = r"^[A-Za-z0-9_-]+$"
_Node = Annotated[str, Field(max_length=100)]


class StartInstance(BaseModel):
    """The record the flow is about, values of variables, and who gets the tasks whose people the initiator chooses, by node."""

    model_config = ConfigDict(extra="forbid")

    record_id: UUID | None = None
    variables: dict[str, Any] = Field(default_factory=dict)
    chosen: dict[_Node, Annotated[list[UUID], Field(min_length=1, max_length=500)]] = Field(
        default_factory=dict, max_length=50
    )


class CancelInstance(BaseModel):
    """Why an instance is ended; `command_id` makes repeating safe."""

    model_config = ConfigDict(extra="forbid")

    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)
    reason: str = Field("", max_length=1_000)


class RetryInstance(BaseModel):
    """What to try again (`node_id` null: everything that stopped), with variables mended."""

    model_config = ConfigDict(extra="forbid")

    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)
    node_id: str | None = Field(None, max_length=100)
    variables: dict[str, Any] = Field(default_factory=dict)


_Variables = Annotated[dict[str, Any], Field(default_factory=dict)]


class Order(BaseModel):
    """A command; `command_id` makes repeating safe."""

    model_config = ConfigDict(extra="forbid")

    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)


class ReclaimNode(Order):
    """Whose decision at this node is taken back is whoever asks; `task_id`: only in that one of its tasks."""

    node_id: _Node
    task_id: UUID | None = None


class WithdrawInstance(Order):
    """Why it is taken back, for those who had it."""

    reason: str | None = Field(None, max_length=1_000)


class VoidInstance(BaseModel):
    """Why it counts no more. `command_id` is taken, and not needed: only once can it be declared void."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=1_000, pattern=r"^[^\x00]*\S[^\x00]*$")
    command_id: str | None = Field(None, max_length=100, pattern=_COMMAND_ID)


class ReopenInstance(Order):
    """Where it goes on; from its beginning without a node."""

    node_id: _Node | None = None


class TriggerNode(Order):
    """Let what waits at a node go on as if its event had happened; `scope` says which, where there are several."""

    node_id: _Node
    scope: int | None = None
    payload: _Variables


class ActivateNode(Order):
    """Start an activity of an ad-hoc sub-process."""

    node_id: _Node
    scope: int | None = None


class FinishAdHocNode(Order):
    """Enough was done in an ad-hoc sub-process: the node, or its running scope."""

    node_id: _Node | None = None
    scope: int | None = None


class Change(BaseModel):
    """One change of an instance: cancel a token or what stands at a node, start before or after a node, or move a token."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["cancel", "start_before", "start_after", "move"]
    node_id: _Node | None = None
    token: int | None = None
    scope: int | None = None


class ModifyInstance(Order):
    """Changes made all together or not at all; variables are set first. `dry_run`: only what would come of it."""

    instructions: list[Change] = Field(default_factory=list, max_length=100)
    variables: _Variables
    dry_run: bool = False


class MigrateInstance(Order):
    """Go on under another version of the flow (null: the published one). `nodes` maps what is live, old id to new."""

    version: int | None = Field(None, ge=1)
    nodes: dict[_Node, _Node] = Field(default_factory=dict, max_length=500)
    dry_run: bool = False


class MigrateInstances(Order):
    """Migrate the running instances of a flow, or those of one version, or these."""

    from_version: int | None = Field(None, ge=1)
    version: int | None = Field(None, ge=1)
    nodes: dict[_Node, _Node] = Field(default_factory=dict, max_length=500)
    ids: list[UUID] | None = Field(None, max_length=1_000)
    dry_run: bool = False


class RetryIncidents(Order):
    """What to try again: these instances, or all with an incident, of a flow or a code; with variables mended."""

    ids: list[UUID] | None = Field(None, max_length=1_000)
    flow: str | None = Field(None, max_length=100)
    code: str | None = Field(None, max_length=100)
    node_id: _Node | None = None
    variables: _Variables


class SendMessage(BaseModel):
    """A message for the one that waits for its name and key. `id` makes repeating safe; `waits_seconds` is how long it waits."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, min_length=8, max_length=100, pattern=_COMMAND_ID)
    name: str = Field(min_length=1, max_length=200)
    correlation: str = Field("", max_length=500)
    payload: _Variables
    waits_seconds: int | None = Field(None, ge=0, le=366 * 86_400)


class SendSignal(BaseModel):
    """A signal for all who wait for it. `id` makes repeating safe."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, min_length=8, max_length=100, pattern=_COMMAND_ID)
    name: str = Field(min_length=1, max_length=200)
    payload: _Variables
