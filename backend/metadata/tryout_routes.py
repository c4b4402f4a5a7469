"""REST of trying out decision tables and calendars, for those who build them.

Refusals: `unauthenticated` (401), `forbidden` (403), `not_found` (404), `decision_table.invalid`, `decision_table.input`,
`definition.not_storable`, `invalid` (422).
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.metadata import tryout
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.service import require_storable
from backend.metadata.snapshot import Metadata

router = APIRouter(prefix="/api", tags=["metadata"])

Key = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Year = Annotated[int, Query(ge=1900, le=2200)]


def _builder(caller: CurrentCaller, metadata: CurrentMetadata) -> Metadata:
    """The metadata, for a caller who may build."""
    require_permission(caller, metadata.roles, "build")
    return metadata


Built = Annotated[Metadata, Depends(_builder)]


class Written(BaseModel):
    """A definition that somebody is writing."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any]


class Asked(BaseModel):
    """A decision table, published (`key`) or being written (`document`), and values for its inputs."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = Field(None, max_length=60)
    document: dict[str, Any] | None = None
    inputs: dict[str, Any] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if (self.key is None) == (self.document is None):
            raise ValueError("give a key or a document")
        return self


class YearOf(Written):
    """A calendar that somebody is writing, and a year."""

    year: int = Field(ge=1900, le=2200)


@router.post("/decision-tables/check", summary="Problems, gaps and overlaps of a decision table")
async def check_table(_: Built, body: Written) -> dict[str, Any]:
    require_storable(body.document)
    return tryout.examined(body.document)


@router.post("/decision-tables/decide", summary="What a decision table answers")
async def decide_table(metadata: Built, body: Asked) -> dict[str, Any]:
    require_storable({"inputs": body.inputs, "document": body.document})
    table = body.document if body.document is not None else str(body.key)
    return tryout.decided(metadata, table, body.inputs)


@router.get("/calendars/{key}/preview", summary="The days of a year by a published calendar")
async def preview_calendar(metadata: Built, key: Key, year: Year) -> dict[str, Any]:
    return tryout.previewed(metadata, key, year)


@router.post("/calendars/preview", summary="The days of a year by a calendar that is being written")
async def preview_draft(metadata: Built, body: YearOf) -> dict[str, Any]:
    require_storable(body.document)
    return tryout.previewed(metadata, body.document, body.year)
