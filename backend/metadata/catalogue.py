"""Reading definitions for their authors: the list, one with its draft and versions, publications."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import NotFound
from backend.metadata import repository
from backend.metadata.models import DefinitionDraft, Publication
from backend.metadata.service import Publishing, draft_problems, known_kind
from engine.definitions.codec import KINDS
from engine.definitions.schemas import nearest


async def listing(session: AsyncSession) -> list[dict[str, Any]]:
    """Published and drafted definitions, by kind and key. `removed` drafts wish to remove."""
    drafts = {(draft.kind, draft.key): draft for draft in await repository.drafts(session)}
    found = []
    for row in await repository.current(session):
        draft = drafts.pop((row.kind, row.key), None)
        found.append(_entry(row.kind, row.key, row.content, row.app, row.version, draft))
    found += [_entry(kind, key, draft.content or {}, "", 0, draft) for (kind, key), draft in drafts.items()]
    order = list(KINDS)
    return sorted(found, key=lambda entry: (order.index(entry["kind"]), entry["key"]))


def _entry(
    kind: str, key: str, content: dict[str, Any], app: str, version: int, draft: DefinitionDraft | None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "key": key,
        "label": _label(content.get("label"), key),
        "app": app,
        "version": version,
        "draft": draft is not None,
        "removed": draft is not None and draft.content is None,
    }


def _label(label: Any, key: str) -> dict[str, str]:
    """The label, or the key in its place where a draft has none yet."""
    found = label if isinstance(label, dict) else {}
    return {locale: text if isinstance(text := found.get(locale), str) and text else key for locale in ("zh", "en")}


async def one(session: AsyncSession, publishing: Publishing, kind: str, key: str) -> dict[str, Any]:
    """A definition with its published content, its draft, and what is wrong with the draft."""
    known_kind(kind)
    versions = await repository.versions(session, kind, key)
    current = next((version for version, _, is_current in versions if is_current), 0)
    draft = await repository.draft(session, kind, key)
    if not current and draft is None:
        names = publishing.store.current.of_kind(kind)
        raise NotFound(what=KINDS[kind].label, key=key, suggestion=nearest(key, names))
    problems = await draft_problems(session, publishing, kind, key, draft.content) if draft else []
    return {
        "kind": kind,
        "key": key,
        "version": current,
        "content": await repository.content(session, kind, key, current) if current else None,
        "draft": draft.content if draft else None,
        "removed": draft is not None and draft.content is None,
        "draft_base_version": draft.base_version if draft else None,
        "draft_at": draft.updated_at if draft else None,
        "versions": [{"version": version, "at": at, "current": is_current} for version, at, is_current in versions],
        "problems": [problem.to_json() for problem in problems],
    }


async def version(session: AsyncSession, kind: str, key: str, number: int) -> dict[str, Any]:
    """The content of one version, current or not."""
    known_kind(kind)
    content = await repository.content(session, kind, key, number) if 0 < number < 2**31 else None
    if content is None:
        raise NotFound(what=KINDS[kind].label, key=f"{key}@{number}")
    return {"kind": kind, "key": key, "version": number, "content": content}


async def publications(session: AsyncSession, limit: int) -> list[dict[str, Any]]:
    """Newest first, each with its plan."""
    return [_publication(each) for each in await repository.publications(session, limit)]


def _publication(publication: Publication) -> dict[str, Any]:
    return {
        "id": publication.id,
        "version": publication.id,
        "published_at": publication.published_at,
        "published_by": publication.published_by,
        "changes": publication.plan.get("changes", []),
    }
