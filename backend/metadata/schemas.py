"""Shapes of requests about definitions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]


class DraftIn(BaseModel):
    """A definition as its author wants it; `base_version` the version the edit started from (0: a new one)."""

    model_config = ConfigDict(extra="forbid")

    content: dict[str, Any]
    base_version: int | None = Field(None, ge=0, le=2**31 - 1)


class AddressIn(BaseModel):
    """A definition."""

    model_config = ConfigDict(extra="forbid")

    kind: Key
    key: Key


class PublishIn(BaseModel):
    """Which drafts to publish (null: all); a dry run answers the plan alone."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False
    keys: list[AddressIn] | None = Field(None, max_length=2000)
