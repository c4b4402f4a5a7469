"""What the endpoints of hand-overs take."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class NewHandover(BaseModel):
    """From whom to whom, and which parts."""

    model_config = ConfigDict(extra="forbid")

    from_user: UUID
    to_user: UUID
    parts: list[Literal["items", "definitions", "superiors", "departments", "agents", "instances", "records"]] = Field(
        min_length=1, max_length=7
    )
