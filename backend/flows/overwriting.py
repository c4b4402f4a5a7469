"""What somebody else has written into a form's fields since it was opened: the form must not write over it unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.flows.errors import DataChanged
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.records.errors import problem
from backend.records.fields import field_of
from engine.definitions import Entity, Field, Text

_SHOWN = 80
_EMPTY, _OTHER = Text("空", "empty"), Text("别的内容", "something else")


async def overwritten(
    session: AsyncSession, metadata: Metadata, entity_key: str, id: UUID, actor_id: UUID | None, *, since: int, by: int
) -> DataChanged | None:
    """The refusal of the write that made version `by` from a form that was opened at version `since`; None when it changed
    nothing that somebody else had changed in between. Asked in the transaction that wrote, which holds the record."""
    if by <= since + 1:
        return None
    changes = await records.changes_since(session, metadata, entity_key, id, since)
    written = {field for change in changes if change.version == by for field in change.fields}
    theirs = {
        field: (change.who, pair[1])
        for change in changes
        if change.version < by and (change.actor_id is None or change.actor_id != actor_id)
        for field, pair in change.fields.items()
        if field in written
    }
    return _refusal(metadata.entity(entity_key), theirs, by - 1) if theirs else None


def _refusal(entity: Entity, theirs: Mapping[str, tuple[str, Any]], version: int) -> DataChanged:
    problems = [
        problem(key, "field.changed", who=who, value=_words(field_of(entity, key), value)) | {"new": value}
        for key, (who, value) in theirs.items()
    ]
    return DataChanged(
        path=problems[0]["path"],
        problems=problems,
        who=", ".join(dict.fromkeys(who for who, _ in theirs.values())),
        fields=", ".join(theirs),
        version=version,
    )


def _words(field: Field | None, value: Any) -> Text:
    """A value as a sentence can hold it."""
    if value in (None, "", []):
        return _EMPTY
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if not isinstance(value, str | int | float) or (field is not None and field.type in ("reference", "user")):
        return _OTHER
    option = next((option for option in (field.options if field else ()) if option.key == value), None)
    said = str(value) if len(str(value)) <= _SHOWN else str(value)[:_SHOWN] + "…"
    return option.label if option is not None else Text(said, said)
