"""REST of segments: those the caller may read, with the number of their records that the caller may see."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.records import segments
from backend.records.reading import reader_for

router = APIRouter(prefix="/api/segments", tags=["segments"])


class SegmentShown(BaseModel):
    """A segment: its condition in both languages (none where rules put records in), and how many records the caller sees in it (an
    estimate unless exact)."""

    key: str
    label: dict[str, str]
    description: dict[str, str] | None
    entity: str
    condition: dict[str, str] | None
    count: int
    count_exact: bool


@router.get("", response_model=list[SegmentShown])
async def list_segments(session: Session, metadata: CurrentMetadata, caller: CurrentCaller) -> list[dict[str, Any]]:
    """The segments whose entity and whose condition's fields the caller may read."""
    return await segments.listing(session, reader_for(metadata, caller))


@router.get("/{key}", response_model=SegmentShown)
async def get_segment(session: Session, metadata: CurrentMetadata, caller: CurrentCaller, key: str) -> dict[str, Any]:
    """One segment; the records of it are `GET /api/records/{entity}?segment={key}`."""
    return await segments.one(session, reader_for(metadata, caller), key)
