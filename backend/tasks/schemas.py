"""What the task endpoints take."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Completion(BaseModel):
    """A decision. `command_id` is made once per click and repeated on retry: repeating it changes nothing.

    `record_version` is the one that came with the task: what others wrote into the same fields since is then not written over.
    """

    model_config = ConfigDict(extra="forbid")

    outcome: str = Field(min_length=1, max_length=100)
    command_id: str = Field(min_length=8, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")
    data: dict[str, Any] = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=5_000)
    record_version: int | None = Field(None, ge=1, le=2**31 - 1)
    signature: str | None = Field(None, max_length=140_000)


class DraftBody(BaseModel):
    """What somebody has written so far: values of the form, half typed ones too, the opinion, the outcome chosen."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=5_000)
    outcome: str | None = Field(None, min_length=1, max_length=100)
