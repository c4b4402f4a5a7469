"""What the instance endpoints take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_COMMAND_ID = r"^[A-Za-z0-9_-]+$"


class StartInstance(BaseModel):
    """The record the flow is about, and values of variables."""

    model_config = ConfigDict(extra="forbid")

    record_id: UUID | None = None
    variables: dict[str, Any] = Field(default_factory=dict)


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
