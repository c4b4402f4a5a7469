"""What the task endpoints take."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_COMMAND_ID = r"^[A-Za-z0-9_-]+$"
#: What PostgreSQL can hold.
_TEXT = r"^[^\x00]*$"


class Completion(BaseModel):
    """A decision. `command_id` is made once per click and repeated on retry: repeating it changes nothing.

    `record_version` is the one that came with the task: what others wrote into the same fields since is then not written over.
    """

    model_config = ConfigDict(extra="forbid")

    outcome: str = Field(min_length=1, max_length=100)
    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)
    data: dict[str, Any] = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=5_000)
    record_version: int | None = Field(None, ge=1, le=2**31 - 1)
    signature: str | None = Field(None, max_length=140_000)
    item: int | None = Field(None, ge=1, le=2**31 - 1)
    target: str | None = Field(None, max_length=100, pattern=_TEXT)
    chosen: dict[Annotated[str, Field(max_length=100, pattern=_TEXT)], Annotated[list[UUID], Field(max_length=500)]] = (
        Field(default_factory=dict, max_length=50)
    )


class Operation(BaseModel):
    """Something else than deciding: an operation, and whom it names. `item`: with which part, or which part is taken away."""

    model_config = ConfigDict(extra="forbid")

    operation: str = Field(min_length=1, max_length=50)
    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)
    users: list[UUID] = Field(default_factory=list, max_length=200)
    item: int | None = Field(None, ge=1, le=2**31 - 1)
    comment: str | None = Field(None, max_length=5_000)


class OneOfMany(BaseModel):
    """One decision of many made at once."""

    model_config = ConfigDict(extra="forbid")

    task: UUID
    outcome: str = Field(min_length=1, max_length=100)
    command_id: str = Field(min_length=8, max_length=100, pattern=_COMMAND_ID)
    comment: str | None = Field(None, max_length=5_000)


class Completions(BaseModel):
    """Decisions made at once; each has its own answer."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[OneOfMany] = Field(min_length=1, max_length=100)


class DraftBody(BaseModel):
    """What somebody has written so far: values of the form, half typed ones too, the opinion, the outcome chosen."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=5_000)
    outcome: str | None = Field(None, min_length=1, max_length=100)
