"""All SQL of definitions: current and old versions, drafts, publications."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import uuid7
from backend.metadata.models import DefinitionDraft, DefinitionVersion, Publication

#: Publishing is one at a time: the key of its advisory lock ("weft" in ASCII).
_PUBLISH_LOCK = 0x77656674
Address = tuple[str, str]


class Current(NamedTuple):
    """A published definition as it is stored."""

    kind: str
    key: str
    version: int
    app: str
    content: dict[str, Any]
    content_hash: str


class NewVersion(NamedTuple):
    """A version about to be stored."""

    kind: str
    key: str
    version: int
    app: str
    content: dict[str, Any]
    content_hash: str


async def last_publication(session: AsyncSession) -> int:
    """The id of the newest publication, 0 before the first."""
    return (await session.execute(select(func.coalesce(func.max(Publication.id), 0)))).scalar_one()


async def current(session: AsyncSession) -> list[Current]:
    """Every published definition."""
    rows = await session.execute(
        select(
            DefinitionVersion.kind,
            DefinitionVersion.key,
            DefinitionVersion.version,
            DefinitionVersion.app,
            DefinitionVersion.content,
            DefinitionVersion.content_hash,
        )
        .where(DefinitionVersion.current)
        .order_by(DefinitionVersion.kind, DefinitionVersion.key)
    )
    return [Current(*row) for row in rows]


async def content(session: AsyncSession, kind: str, key: str, version: int) -> dict[str, Any] | None:
    """The document of one version, or None."""
    return (
        await session.execute(
            select(DefinitionVersion.content).where(
                DefinitionVersion.kind == kind, DefinitionVersion.key == key, DefinitionVersion.version == version
            )
        )
    ).scalar_one_or_none()


async def versions(session: AsyncSession, kind: str, key: str) -> list[tuple[int, datetime, bool]]:
    """Version, time and whether it is current, newest first."""
    rows = await session.execute(
        select(DefinitionVersion.version, DefinitionVersion.created_at, DefinitionVersion.current)
        .where(DefinitionVersion.kind == kind, DefinitionVersion.key == key)
        .order_by(DefinitionVersion.version.desc())
    )
    return [(row.version, row.created_at, row.current) for row in rows]


async def latest_versions(session: AsyncSession) -> dict[Address, int]:
    """The highest version of every definition there ever was, removed ones included."""
    rows = await session.execute(
        select(DefinitionVersion.kind, DefinitionVersion.key, func.max(DefinitionVersion.version)).group_by(
            DefinitionVersion.kind, DefinitionVersion.key
        )
    )
    return {(kind, key): version for kind, key, version in rows}


# -- drafts


async def drafts(
    session: AsyncSession, addresses: Collection[Address] | None = None, *, lock: bool = False
) -> list[DefinitionDraft]:
    """The drafts of these definitions, or all drafts; `lock` keeps others from changing them meanwhile."""
    statement = select(DefinitionDraft).order_by(DefinitionDraft.kind, DefinitionDraft.key)
    if addresses is not None:
        statement = statement.where(tuple_(DefinitionDraft.kind, DefinitionDraft.key).in_(list(addresses)))
    return list((await session.execute(statement.with_for_update() if lock else statement)).scalars())


async def draft(session: AsyncSession, kind: str, key: str) -> DefinitionDraft | None:
    """One draft, or None."""
    return next(iter(await drafts(session, [(kind, key)])), None)


async def put_draft(
    session: AsyncSession, kind: str, key: str, document: dict[str, Any] | None, base_version: int, by: UUID | None
) -> None:
    """Write a draft over the one there may be; it keeps the version it started from."""
    values = {"content": document, "updated_by": by, "updated_at": func.now()}
    statement = insert(DefinitionDraft).values(kind=kind, key=key, base_version=base_version, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[DefinitionDraft.kind, DefinitionDraft.key], set_=values | {"base_version": base_version}
        )
    )


async def delete_drafts(session: AsyncSession, addresses: Collection[Address]) -> int:
    """Forget drafts; answers how many there were."""
    found = await drafts(session, addresses)
    for each in found:
        await session.delete(each)
    await session.flush()
    return len(found)


# -- publishing


async def lock_publishing(session: AsyncSession) -> None:
    """Wait until nobody else publishes; held until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_PUBLISH_LOCK)))


async def add_publication(session: AsyncSession, plan: Mapping[str, Any], by: UUID | None) -> int:
    """Record a publish and answer the new version of the metadata as a whole; every process gets a notice at the commit."""
    statement = insert(Publication).values(plan=dict(plan), published_by=by).returning(Publication.id)
    return (await session.execute(statement)).scalar_one()


async def retire(session: AsyncSession, addresses: Sequence[Address]) -> None:
    """Take the mark `current` from these definitions' versions."""
    if addresses:
        await session.execute(
            update(DefinitionVersion)
            .where(DefinitionVersion.current, tuple_(DefinitionVersion.kind, DefinitionVersion.key).in_(addresses))
            .values(current=False)
        )


async def add_versions(session: AsyncSession, publication: int, new: Sequence[NewVersion]) -> None:
    """Store new current versions."""
    if new:
        rows = [{"id": uuid7(), "publication_id": publication, "current": True, **each._asdict()} for each in new]
        await session.execute(insert(DefinitionVersion), rows)


async def publications(session: AsyncSession, limit: int) -> list[Publication]:
    """Newest first."""
    return list((await session.execute(select(Publication).order_by(Publication.id.desc()).limit(limit))).scalars())
