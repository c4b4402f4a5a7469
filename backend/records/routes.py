"""REST of records: parse, call one function of the service, answer. Lists are passed on as the bytes PostgreSQL made."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata.dependencies import CurrentMetadata
from backend.records import history, service
from backend.records.errors import VersionRequired
from backend.records.query import DEFAULT_LIMIT, MAX_LIMIT, ListQuery

router = APIRouter(prefix="/api/records/{entity}", tags=["records"])

_VERSION_LIMIT = 2**31 - 1
_EVENT_LIMIT = 2**63 - 1


def _all_required(schema: dict[str, Any]) -> None:
    """The version is left open below only so that its absence has a code of its own; to whoever reads it is required."""
    schema["properties"]["version"] = {"title": "Version", "type": "integer", "minimum": 0, "maximum": _VERSION_LIMIT}
    schema["required"] = ["version", "data"]


class Change(BaseModel):
    """Changed fields, and the version of the record that was edited."""

    model_config = ConfigDict(json_schema_extra=_all_required)

    version: int | None = Field(default=None, ge=0, le=_VERSION_LIMIT)
    data: dict[str, Any]


def list_query(
    filter: Annotated[
        str | None, Query(max_length=20_000, description="A condition of the expression language")
    ] = None,
    segment: Annotated[str | None, Query(max_length=60, description="The key of a segment of the entity")] = None,
    sort: Annotated[str, Query(max_length=500, description="Field keys, `-` for descending: `-created_at,name`")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    after: Annotated[str | None, Query(max_length=60_000, description="`next` of the page before")] = None,
    count: Annotated[bool, Query(description="Whether to count all records")] = False,
    search: Annotated[str | None, Query(description="Words that must stand in the record")] = None,
    trash: Annotated[bool, Query(description="The trash instead of the live records")] = False,
    columns: Annotated[str | None, Query(max_length=5_000, description="Field keys, separated by commas")] = None,
) -> ListQuery:
    """The parameters of a list."""
    return ListQuery(
        filter=filter,
        segment=segment or None,
        sort=_keys(sort),
        limit=limit,
        after=after,
        columns=None if columns is None else _keys(columns),
        count=count,
        search=search,
        trash=trash,
    )


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())


class WrittenJson(Response):
    """JSON that PostgreSQL wrote, passed on as it is."""

    media_type = "application/json"


@router.get("", response_class=WrittenJson)
async def list_records(
    session: Session,
    metadata: CurrentMetadata,
    caller: CurrentCaller,
    entity: str,
    query: Annotated[ListQuery, Depends(list_query)],
) -> Response:
    """A page of records: `{"items", "next", "count", "count_exact"}`."""
    return WrittenJson(await service.list_json(session, metadata, caller, entity, query))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_record(
    session: Session,
    metadata: CurrentMetadata,
    caller: CurrentCaller,
    entity: str,
    data: Annotated[dict[str, Any], Body()],
) -> dict[str, Any]:
    """A new record."""
    return await service.create(session, metadata, caller, entity, data)


@router.get("/{id}", response_class=WrittenJson)
async def get_record(
    session: Session, metadata: CurrentMetadata, caller: CurrentCaller, entity: str, id: UUID
) -> Response:
    """One record with its sub-tables."""
    return WrittenJson(await service.get_json(session, metadata, caller, entity, id))


@router.patch("/{id}")
async def update_record(
    session: Session, metadata: CurrentMetadata, caller: CurrentCaller, entity: str, id: UUID, change: Change
) -> dict[str, Any]:
    """Change some fields; 409 `record.version` when somebody else was faster, 422 `record.version_required` without one."""
    if change.version is None:
        raise VersionRequired(path="version", suggestion=f"GET /api/records/{entity}/{id}")
    return await service.update(session, metadata, caller, entity, id, change.data, version=change.version)


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_record(
    session: Session,
    metadata: CurrentMetadata,
    caller: CurrentCaller,
    entity: str,
    id: UUID,
    version: Annotated[int | None, Query(ge=0, le=_VERSION_LIMIT, description="Only if the record is at it")] = None,
) -> None:
    """Move a record to the trash; 409 `record.version` when `version` is given and somebody changed it since."""
    await service.delete(session, metadata, caller, entity, id, version=version)


@router.post("/{id}/restore")
async def restore_record(
    session: Session, metadata: CurrentMetadata, caller: CurrentCaller, entity: str, id: UUID
) -> dict[str, Any]:
    """Take a record out of the trash."""
    return await service.restore(session, metadata, caller, entity, id)


@router.get("/{id}/history", response_class=WrittenJson)
async def record_history(
    session: Session,
    metadata: CurrentMetadata,
    caller: CurrentCaller,
    entity: str,
    id: UUID,
    after: Annotated[int | None, Query(ge=0, le=_EVENT_LIMIT, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=history.MAX_LIMIT)] = history.DEFAULT_LIMIT,
) -> Response:
    """A page of the record's changes, newest first: `{"items", "next"}`."""
    return WrittenJson(await service.history_json(session, metadata, caller, entity, id, after=after, limit=limit))
