"""What the endpoints of start forms take."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_People = Annotated[list[UUID], Field(min_length=1, max_length=500)]


class FilledForm(BaseModel):
    """A form filled in. `id` is made once for it, and repeated with its draft and on retry."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    data: dict[str, Any] = Field(default_factory=dict, max_length=500)
    chosen: dict[Annotated[str, Field(max_length=100)], _People] = Field(default_factory=dict, max_length=50)


class DraftBody(BaseModel):
    """What somebody has filled in so far, half typed values too."""

    model_config = ConfigDict(extra="forbid")

    flow: str = Field(min_length=1, max_length=100)
    data: dict[str, Any] = Field(default_factory=dict, max_length=500)
