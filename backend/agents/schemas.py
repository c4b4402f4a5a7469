"""What the endpoints of agents take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class NewAgentBody(BaseModel):
    """A standing agent to be given. `flows` absent means all, `starts_at` absent means now, `ends_at` absent until it is taken back.
    `open_tasks`: for the tasks that are open now, too."""

    model_config = ConfigDict(extra="forbid")

    agent_id: UUID
    principal_id: UUID | None = None
    mode: Literal["both", "agent_only"] = "both"
    flows: list[Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]] | None = Field(None, max_length=200)
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    open_tasks: bool = False
