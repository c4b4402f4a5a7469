"""Installing an app: definitions, departments and, where asked for, sample records and their people, in one transaction.

Installing again changes only what is new.
A definition that somebody of the company has published since keeps their version, and one they removed stays away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.db import Database
from backend.identity.people import import_departments, import_people
from backend.metadata import repository as definitions
from backend.metadata import service as metadata_service
from backend.metadata import store as metadata_store
from backend.metadata.models import DefinitionVersion, InstalledApp, Publication
from backend.metadata.service import Publishing
from backend.templates.errors import TemplateInvalid, TemplateRequires
from backend.templates.files import AppFiles, read_app
from backend.templates.samples import SampleMaker
from backend.templates.validate import validate_app
from engine.definitions.codec import content_hash, decode_checked, encode

Address = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did: numbers of definitions written, people and records made, and what was kept as changed."""

    key: str
    version: str
    definitions: int
    people: int
    records: int
    kept: tuple[Address, ...] = ()


async def install_app(
    database: Database, publishing: Publishing, folder: Path, *, sample_data: bool, password_hash: str | None
) -> Installed:
    """Install the app in `folder`. People who sign in are made with the sample data only, and given `password_hash`.
    Raises TemplateInvalid, TemplateRequires, and what publishing raises."""
    problems = [each for each in validate_app(folder, publishing.actions) if each.severity == "error"]
    if problems:
        listed = [problem.to_json() for problem in problems]
        raise TemplateInvalid(
            reason="app", app=folder.name, count=len(problems), first=str(problems[0]), problems=listed
        )
    files, _ = read_app(folder)
    async with database.transaction() as session:
        installed = await _install(session, publishing, files, sample_data, password_hash)
    await publishing.store.refresh()
    return installed


async def _install(
    session: AsyncSession, publishing: Publishing, files: AppFiles, sample_data: bool, password_hash: str | None
) -> Installed:
    await definitions.lock_publishing(session)
    await _require(session, files)
    people = await _make_people(session, files, sample_data, password_hash)
    written, kept = await _publish(session, publishing, files)
    records = await _make_samples(session, files) if sample_data else 0
    await _remember(session, files, sample_data)
    return Installed(files.key, str(files.app["version"]), written, people, records, kept)


async def _require(session: AsyncSession, files: AppFiles) -> None:
    there = set((await session.execute(select(InstalledApp.key))).scalars())
    for key in files.app.get("requires", ()):
        if key not in there:
            raise TemplateRequires(what=key, required=key)


async def _publish(session: AsyncSession, publishing: Publishing, files: AppFiles) -> tuple[int, tuple[Address, ...]]:
    """Publish the app's definitions that differ from what is there, except those that people have changed."""
    wanted = {address: _canonical(address[0], source.content, files.key) for address, source in files.documents.items()}
    current = {(row.kind, row.key): row for row in await definitions.current(session)}
    changed = {
        address: document
        for address, document in wanted.items()
        if address not in current or current[address].content_hash != content_hash(document)
    }
    removed = (await definitions.latest_versions(session)).keys() - current.keys()
    kept = tuple(sorted((await _changed_by_people(session) | removed) & changed.keys()))
    drafts = {address: document for address, document in changed.items() if address not in kept}
    if not drafts:
        return 0, kept
    for (kind, key), document in drafts.items():
        base = current[kind, key].version if (kind, key) in current else 0
        await definitions.put_draft(session, kind, key, document, base, None)
    await metadata_service.publish(session, publishing, SYSTEM, drafts.keys())
    return len(drafts), kept


def _canonical(kind: str, content: Mapping[str, Any], app: str) -> dict[str, Any]:
    return encode(decode_checked(kind, {**content, "app": app}))


async def _changed_by_people(session: AsyncSession) -> set[Address]:
    """Definitions whose current version was published by a user."""
    rows = await session.execute(
        select(DefinitionVersion.kind, DefinitionVersion.key)
        .join(Publication, Publication.id == DefinitionVersion.publication_id)
        .where(DefinitionVersion.current, Publication.published_by.is_not(None))
    )
    return {(kind, key) for kind, key in rows}


async def _make_people(session: AsyncSession, files: AppFiles, sample_data: bool, password_hash: str | None) -> int:
    """The departments, which flows name; and with the sample data their people."""
    if files.people is None:
        return 0
    if sample_data:
        return await import_people(session, files.people.content, password_hash)
    await import_departments(session, files.people.content)
    return 0


async def _make_samples(session: AsyncSession, files: AppFiles) -> int:
    required = [read_app(files.folder.parent / str(key))[0] for key in files.app.get("requires", ())]
    metadata = await metadata_store.read(session)
    return await SampleMaker(session, metadata, files, datetime.now(UTC)).run(required)


async def _remember(session: AsyncSession, files: AppFiles, sample_data: bool) -> None:
    values = {"version": files.app["version"], "label": files.app["label"], "installed_at": func.now()}
    statement = insert(InstalledApp).values(key=files.key, sample_data=sample_data, **values)
    either = InstalledApp.sample_data | statement.excluded.sample_data
    await session.execute(
        statement.on_conflict_do_update(index_elements=[InstalledApp.key], set_=values | {"sample_data": either})
    )
