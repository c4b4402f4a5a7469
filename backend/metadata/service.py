"""Drafts and publishing. A publish is one transaction under one lock: tables, versions, event and notice, or nothing.

Refusals: `definition.draft_outdated` (409), `definition.key_mismatch`, `definition.not_a_document`,
`definition.not_storable` (422), `publish.invalid` (422),
`publish.nothing` (422), `not_found` (404).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.errors import Conflict, Invalid, NotFound
from backend.events.log import NewEvent, append
from backend.identity import service as identity
from backend.metadata import repository, store
from backend.metadata.checks import CheckContext, DefinitionProblem, check_all, check_definition, check_document
from backend.metadata.models import DefinitionDraft
from backend.metadata.planning import Plan, describe_changes
from backend.metadata.relabelling import rewritten
from backend.metadata.snapshot import Metadata
from backend.metadata.tables import TableChange, TableChanges
from engine.definitions import Text
from engine.definitions.codec import KINDS, content_hash, decode_checked, encode
from engine.definitions.schemas import nearest
from engine.flow.checking.people import people_named
from engine.rules import ActionSignature

Address = tuple[str, str]


class DraftOutdated(Conflict):
    """The draft started from a version that is no longer the published one."""

    code = "definition.draft_outdated"
    zh = "“{key}”已被他人更新到版本 {version}，请在新版本上重做修改"
    en = "“{key}” was changed to version {version} meanwhile; make your change on that version"


class KeyMismatch(Invalid):
    """The document names another key or kind than the address it is saved at."""

    code = "definition.key_mismatch"
    zh, en = "文档中的{member}是“{found}”，应为“{expected}”", "The document's {member} is “{found}”, not “{expected}”"


class NotADocument(Invalid):
    """A draft must be a JSON object."""

    code = "definition.not_a_document"
    zh, en = "定义必须是一个 JSON 对象", "A definition must be a JSON object"


class NotStorable(Invalid):
    """The document holds what PostgreSQL cannot keep: a NUL, half a surrogate pair, a number without end."""

    code = "definition.not_storable"
    zh, en = "文档中有无法保存的内容：{detail}", "The document holds what cannot be stored: {detail}"


class PublishInvalid(Invalid):
    """The drafts have problems; `problems` lists them."""

    code = "publish.invalid"
    zh, en = "有 {count} 个问题，未发布", "Not published: {count} problems"


class NothingToPublish(Invalid):
    """None of the definitions asked for has a draft."""

    code = "publish.nothing"
    zh, en = "没有可发布的草稿", "There is no draft to publish"


@dataclass(frozen=True)
class Publishing:
    """What publishing works with: the store to compare with, who makes tables, which actions rules and flows may call."""

    store: store.MetadataStore
    tables: TableChanges
    actions: Mapping[str, ActionSignature] = field(default_factory=dict)


# -- drafts


async def save_draft(
    session: AsyncSession,
    publishing: Publishing,
    caller: Caller,
    kind: str,
    key: str,
    content: Mapping[str, Any] | None,
    base_version: int | None = None,
) -> list[DefinitionProblem]:
    """Keep an edit (None: the wish to remove) and answer what is wrong with it; a wrong draft may be saved, not published.

    `base_version` is the version the edit started from (0: new); when given and no longer the published one, refused.
    """
    known_kind(kind)
    published = await _published_version(session, kind, key)
    if base_version is not None and base_version != published:
        raise DraftOutdated(what=KINDS[kind].label, key=key, version=published)
    document = None if content is None else _document(kind, key, content)
    if document is None and published == 0:
        raise NotFound(what=KINDS[kind].label, key=key)
    await repository.put_draft(session, kind, key, document, published, caller.user_id)
    return await draft_problems(session, publishing, kind, key, document)


async def discard_draft(session: AsyncSession, kind: str, key: str) -> None:
    """Forget the edit; the published version stays."""
    known_kind(kind)
    if not await repository.delete_drafts(session, [(kind, key)]):
        raise NotFound(what="draft", key=key)


async def draft_problems(
    session: AsyncSession, publishing: Publishing, kind: str, key: str, document: dict[str, Any] | None
) -> list[DefinitionProblem]:
    """What is wrong with a draft, given what is published and the other drafts that can be read."""
    if document is None:
        return []
    found = check_document(kind, key, document)
    if found:
        return found
    others = await repository.drafts(session)
    changes = {(d.kind, d.key): d.content for d in others if d.content and not check_document(d.kind, d.key, d.content)}
    changes[kind, key] = document
    decoded = {address: decode_checked(address[0], content) for address, content in changes.items()}
    after = publishing.store.current.with_changes(decoded)
    return check_definition(decoded[kind, key], await _context(session, publishing, after))


def known_kind(kind: str) -> None:
    """Raise NotFound unless there is such a kind."""
    if kind not in KINDS:
        raise NotFound(what="kind", key=kind, suggestion=nearest(kind, KINDS))


def _document(kind: str, key: str, content: Any) -> dict[str, Any]:
    if not isinstance(content, Mapping):
        raise NotADocument(path="/content")
    document = {"kind": kind, **content}
    for member, expected in (("kind", kind), ("key", key)):
        if document.get(member) != expected:
            found = document.get(member)
            raise KeyMismatch(member=member, found=found, expected=expected, path=f"/{member}", suggestion=expected)
    require_storable(document)
    return document


def require_storable(document: Mapping[str, Any]) -> None:
    """Raises NotStorable for what no database text can hold."""
    try:
        written = orjson.dumps(document)
    except TypeError as error:
        raise NotStorable(detail=str(error)) from error
    if b"\\u0000" in written.replace(rb"\\\\", b""):
        raise NotStorable(detail="\\u0000")


async def _published_version(session: AsyncSession, kind: str, key: str) -> int:
    """The current version as the database has it now; this process's copy may be a moment old."""
    found = [version for version, _, current in await repository.versions(session, kind, key) if current]
    return found[0] if found else 0


async def _context(session: AsyncSession, publishing: Publishing, metadata: Metadata) -> CheckContext:
    departments = frozenset(d["key"] for d in await identity.list_departments(session))
    named = frozenset[str]().union(*(people_named(flow) for flow in metadata.flows.values()))
    return CheckContext(metadata, publishing.actions, departments, await identity.active_among(session, named))


# -- publishing


async def publish(
    session: AsyncSession,
    publishing: Publishing,
    caller: Caller,
    keys: Iterable[Address] | None = None,
    *,
    dry_run: bool = False,
) -> Plan:
    """Publish the drafts at `keys` (None: all). A dry run answers the same plan and changes nothing.

    The caller of a real publish refreshes its store after the commit; other processes hear of it by NOTIFY.
    """
    if not dry_run:
        await repository.lock_publishing(session)
    before = await store.read(session)
    drafts = await repository.drafts(session, None if keys is None else list(keys), lock=not dry_run)
    if not drafts and not dry_run:
        raise NothingToPublish()
    plan, changes = await _plan(session, publishing, before, drafts)
    if dry_run:
        return plan
    if plan.refused:
        errors = [problem.to_json() for problem in plan.problems]
        raise PublishInvalid(reason="problems", count=len(errors), problems=errors)
    return await _apply(session, publishing, caller, plan, changes, drafts)


async def _plan(
    session: AsyncSession, publishing: Publishing, before: Metadata, drafts: Sequence[DefinitionDraft]
) -> tuple[Plan, dict[Address, Any]]:
    problems = [problem for draft in drafts for problem in _draft_form(before, draft)]
    broken = {(problem.kind, problem.key) for problem in problems if problem.code.startswith("schema.")}
    changes = _changes(before, [draft for draft in drafts if (draft.kind, draft.key) not in broken])
    after = before.with_changes(changes)
    changes |= rewritten(before, after, changes, publishing.actions)
    after = before.with_changes(changes)
    problems += await _new_problems(session, publishing, before, after, changes)
    sound = not any(problem.kind == "entity" and problem.severity == "error" for problem in problems)
    tables = tuple(publishing.tables.plan(before, after)) if sound else ()
    problems += [_refusal(change) for change in tables if change.refused]
    described = describe_changes(before, after, changes, tables)
    return Plan(described, tuple(problems), tables, version=before.version), changes


def _draft_form(before: Metadata, draft: DefinitionDraft) -> list[DefinitionProblem]:
    """The draft's form, and whether it is an edit of what is published now."""
    published = before.versions.get((draft.kind, draft.key), 0)
    found = [] if draft.content is None else check_document(draft.kind, draft.key, draft.content)
    if draft.base_version != published:
        message = Text(
            DraftOutdated.zh.format(key=draft.key, version=published),
            DraftOutdated.en.format(key=draft.key, version=published),
        )
        found.append(DefinitionProblem(draft.kind, draft.key, "", DraftOutdated.code, message))
    return found


def _changes(before: Metadata, drafts: Sequence[DefinitionDraft]) -> dict[Address, Any]:
    """Definitions by address (None: removed), leaving out drafts that change nothing."""
    found: dict[Address, Any] = {}
    for draft in drafts:
        new = None if draft.content is None else decode_checked(draft.kind, draft.content)
        old = before.of_kind(draft.kind).get(draft.key)
        if new != old:
            found[draft.kind, draft.key] = new
    return found


async def _new_problems(
    session: AsyncSession, publishing: Publishing, before: Metadata, after: Metadata, changes: Mapping[Address, Any]
) -> list[DefinitionProblem]:
    """All problems of changed definitions, and of the others those that the changes bring."""
    context = await _context(session, publishing, after)
    found = check_all(context)
    if all((problem.kind, problem.key) in changes for problem in found):
        return found
    known = set(check_all(replace(context, metadata=before)))
    return [problem for problem in found if (problem.kind, problem.key) in changes or problem not in known]


def _refusal(change: TableChange) -> DefinitionProblem:
    path = f"/fields/{change.field}" if change.field else ""
    return DefinitionProblem("entity", change.entity, path, "table_change_refused", change.change)


async def _apply(
    session: AsyncSession,
    publishing: Publishing,
    caller: Caller,
    plan: Plan,
    changes: Mapping[Address, Any],
    drafts: Sequence[DefinitionDraft],
) -> Plan:
    addresses = [(draft.kind, draft.key) for draft in drafts]
    await repository.delete_drafts(session, addresses)
    if not changes:
        return replace(plan, published=True)
    await publishing.tables.apply(session, plan.table_changes)
    version = await repository.add_publication(session, plan.to_json(), caller.user_id)
    await repository.retire(session, list(changes))
    await repository.add_versions(session, version, await _new_versions(session, changes))
    await append(session, _event(plan, caller, version))
    return replace(plan, published=True, version=version)


async def _new_versions(session: AsyncSession, changes: Mapping[Address, Any]) -> list[repository.NewVersion]:
    """The versions to store; a removed definition gets none, and one made again goes on counting."""
    latest = await repository.latest_versions(session)
    documents = {address: encode(definition) for address, definition in changes.items() if definition is not None}
    return [
        repository.NewVersion(
            kind, key, latest.get((kind, key), 0) + 1, document.get("app", ""), document, content_hash(document)
        )
        for (kind, key), document in documents.items()
    ]


def _event(plan: Plan, caller: Caller, version: int) -> NewEvent:
    changed = [{"kind": c.kind, "key": c.key, "action": c.action} for c in plan.changes]
    return NewEvent(
        "metadata.published",
        {"version": version, "changes": changed},
        actor_id=caller.user_id,
        actor_kind="user" if caller.user_id else "system",
    )
