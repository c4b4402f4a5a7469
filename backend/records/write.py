"""Writing records: create, update, delete to the trash, restore. Each appends its event in the same transaction.

A refusal is raised before anything is written, except what only PostgreSQL can tell (a value that must be unique): that
ends the transaction, so whoever means to go on afterwards runs the write in a savepoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from backend import clock
from backend.access.caller import SYSTEM
from backend.access.compiler import Access
from backend.db import uuid7
from backend.errors import Forbidden, NotFound
from backend.events.log import Cause
from backend.records import query
from backend.records.changes import changed, record_event
from backend.records.checks import check_problems
from backend.records.conflicts import version_conflict, written
from backend.records.errors import NotInTrash, OutsideGrant, invalid
from backend.records.fields import type_of
from backend.records.linked import link_problems
from backend.records.numbering import next_number
from backend.records.reading import Reader, reader_for
from backend.records.tables import table_for, tables_of
from backend.records.values import (
    Input,
    Row,
    apply_defaults,
    read_input,
    required_problems,
    transition_problems,
)
from engine.definitions import Entity


async def create(
    session: AsyncSession,
    reader: Reader,
    entity: Entity,
    data: Mapping[str, Any],
    *,
    cause: Cause | None = None,
    id: UUID | None = None,
) -> dict[str, Any]:
    """A new record, as the caller may read it. Raises RecordInvalid, RecordNotUnique, RecordExists, Forbidden."""
    access = reader.access(entity, "create").require()
    found = read_input(entity, data, access, None)
    apply_defaults(entity, found)
    _assign(reader, found)
    found.problems += required_problems(entity, found.values, found.rows)
    found.problems += await link_problems(session, reader, entity, found)
    await _refuse_invalid(session, reader, entity, found, found.values)
    for field in entity.fields:
        if type_of(field).server_set:
            found.values[field.key] = await next_number(session, entity, field, clock.now())
    actor = _actor(reader, cause)
    row = {**found.values, "id": id or uuid7(), "created_by": actor, "updated_by": actor}
    await written(session, entity, insert(table_for(entity)).values(row))
    await _write_rows(session, entity, row["id"], {key: rows for key, rows in found.rows.items() if rows})
    await _refuse_outside(session, entity, row["id"], access)
    record = await _snapshot(session, reader, entity, row["id"])
    await record_event(session, reader, entity, "created", changed({}, record), record, cause)
    return await _answer(session, reader, entity, row["id"], record)


async def change(
    session: AsyncSession,
    reader: Reader,
    entity: Entity,
    id: UUID,
    data: Mapping[str, Any] | Callable[[Row], Mapping[str, Any]],
    *,
    version: int | None,
    cause: Cause | None = None,
) -> dict[str, Any]:
    """The record with `data` changed, given as such or made of the row as it is stored. `version` is the one that was edited; None
    means whatever it is now.
    Raises NotFound, Forbidden, RecordConflict, RecordInvalid, RecordNotUnique."""
    row = await _lock(session, reader, entity, id, "update")
    current = _stored(entity, row)
    await _expect(session, reader, entity, current, version)
    found = await _read_change(session, reader, entity, current, data(current) if callable(data) else data)
    if not found.values and not found.rows:
        return await _answer(session, reader, entity, id, None)
    before = orjson.loads(row["_record"]) if "_record" in row else await _snapshot(session, reader, entity, id)
    after = await _store(session, reader, entity, id, found.values, cause)
    if found.rows:
        await _write_rows(session, entity, id, found.rows)
        after = await _snapshot(session, reader, entity, id)
    await record_event(session, reader, entity, "updated", changed(before, after), after, cause)
    return await _answer(session, reader, entity, id, after)


async def move_to_trash(
    session: AsyncSession,
    reader: Reader,
    entity: Entity,
    id: UUID,
    *,
    version: int | None = None,
    cause: Cause | None = None,
) -> None:
    """Puts the record into the trash. Raises NotFound, Forbidden, and RecordConflict when it is not at `version`."""
    current = await _locked(session, reader, entity, id, "delete")
    await _expect(session, reader, entity, current, version)
    record = await _store(session, reader, entity, id, {"deleted_at": func.now()}, cause)
    await record_event(session, reader, entity, "deleted", {}, record, cause)


async def restore(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, *, cause: Cause | None = None
) -> dict[str, Any]:
    """Takes the record out of the trash. Raises NotFound, NotInTrash, Forbidden, RecordNotUnique."""
    current = await _locked(session, reader, entity, id, "delete", trashed=True)
    if current["deleted_at"] is None:
        raise NotInTrash(what=entity.label)
    record = await _store(session, reader, entity, id, {"deleted_at": None}, cause)
    await record_event(session, reader, entity, "restored", {}, record, cause)
    return await _answer(session, reader, entity, id, record)


async def _expect(session: AsyncSession, reader: Reader, entity: Entity, current: Row, version: int | None) -> None:
    """Raises RecordConflict unless the record is at the version given."""
    if version is not None and version != current["version"]:
        raise await version_conflict(session, reader, entity, current, version)


async def _read_change(
    session: AsyncSession, reader: Reader, entity: Entity, current: Row, data: Mapping[str, Any]
) -> Input:
    """What of `data` is new, checked. Raises RecordInvalid."""
    found = read_input(entity, data, reader.access(entity, "update"), current)
    found.values = {key: value for key, value in found.values.items() if value != current[key]}
    for key in [key for key, rows in found.rows.items() if rows == await _stored_rows(session, entity, key, current)]:
        del found.rows[key]
    values = {**current, **found.values}
    found.problems += transition_problems(entity, current, found.values)
    touched = [field for field in entity.fields if field.key in found.values or field.key in found.rows]
    found.problems += [
        each
        for each in required_problems(entity, values, found.rows)
        if each["field"] in {field.key for field in touched}
    ]
    found.problems += await link_problems(session, reader, entity, found)
    await _refuse_invalid(session, reader, entity, found, values)
    return found


async def _refuse_invalid(session: AsyncSession, reader: Reader, entity: Entity, found: Input, values: Row) -> None:
    if not found.problems:
        found.problems += await check_problems(session, reader.metadata, reader.caller, entity, values)
    if found.problems:
        raise invalid(found.problems)


async def _locked(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, action: str, *, trashed: bool = False
) -> Row:
    """The stored row, locked. NotFound when the caller cannot see it, Forbidden when they may not do this to it."""
    return _stored(entity, await _lock(session, reader, entity, id, action, trashed=trashed))


async def _lock(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, action: str, *, trashed: bool = False
) -> Mapping[str, Any]:
    """The row with its snapshot as `_record`, which saves a statement. Rows of sub-tables are not locked with it: where there are
    some, the snapshot is one of its own."""
    access, reading, system = reader.access(entity, action), reader.access(entity), reader_for(reader.metadata, SYSTEM)
    if access.everything and reading.everything:
        statement = system.kept(("lock", entity.key), lambda: _locking(system, entity, access, reading))
    else:
        statement = _locking(system, entity, access, reading)
    row = (await session.execute(statement, {"_id": id})).mappings().first()
    if row is None or not row["_visible"] or (row["deleted_at"] is not None and not trashed):
        raise NotFound(what=entity.label, key=id)
    if not row["_allowed"]:
        raise Forbidden(action=f"{action} {entity.key} {id}")
    return dict(row)


def _locking(system: Reader, entity: Entity, access: Access, reading: Access) -> Select[Any]:
    """The row `_id`, and whether it is visible and within the access."""
    tables = tables_of(entity)
    table = tables.shown
    visible = _flag(reading.predicate(table) if reading.allowed else access.predicate(table), "_visible")
    whole = [] if tables.subs else [query.record_text(system, entity).label("_record")]
    statement = select(*table.c, visible, _flag(access.predicate(table), "_allowed"), *whole)
    return statement.where(table.c["id"] == bindparam("_id")).with_for_update(of=table)


def _stored(entity: Entity, row: Mapping[str, Any]) -> Row:
    columns = table_for(entity).c
    return {key: row[key] for key in columns.keys()}  # noqa: SIM118  # the keys of a column collection, not its columns


async def _refuse_outside(session: AsyncSession, entity: Entity, id: UUID, access: Access) -> None:
    """OutsideGrant for a new record that no condition of a grant allows; only PostgreSQL can tell, once the record is there."""
    if not access.conditional:
        return
    table = table_for(entity)
    allowed = select(_flag(access.conditions(table), "_allowed")).where(table.c["id"] == id)
    if not (await session.execute(allowed)).scalar_one():
        raise OutsideGrant(zh=entity.label.zh, en=entity.plural.en if entity.plural else entity.label.en)


def _flag(condition: ColumnElement[bool], name: str) -> ColumnElement[bool]:
    return case((condition, literal(True)), else_=literal(False)).label(name)


async def _store(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, values: Mapping[str, Any], cause: Cause | None
) -> dict[str, Any]:
    """Writes the row, and gives its snapshot in the same statement: reading it again would be one more."""
    system = reader_for(reader.metadata, SYSTEM)
    set_ = {key: value for key, value in values.items() if not isinstance(value, ClauseElement)}
    if len(set_) == len(values):
        statement = system.kept(("store", entity.key, *sorted(set_)), lambda: _storing(system, entity, set_))
    else:
        statement = _storing(system, entity, set_).values({key: values[key] for key in values.keys() - set_})
    given = {f"_{key}": value for key, value in set_.items()}
    found = await written(session, entity, statement, {**given, "__id": id, "__by": _actor(reader, cause)})
    return orjson.loads(found.scalar_one())  # type: ignore[no-any-return]  # row_to_json makes an object


def _storing(system: Reader, entity: Entity, keys: Iterable[str]) -> ReturningUpdate[Any]:
    """The row `__id` with the values `_KEY` of these columns, by `__by`."""
    table = tables_of(entity).shown
    values = {key: bindparam(f"_{key}", type_=table.c[key].type) for key in keys}
    by = bindparam("__by", type_=table.c["updated_by"].type)
    kept = {"version": table.c["version"] + 1, "updated_at": func.now(), "updated_by": by}
    changed_row = update(table)  # type: ignore[arg-type]  # the alias of a table can be updated
    statement = changed_row.where(table.c["id"] == bindparam("__id")).values({**values, **kept})
    return statement.returning(query.record_text(system, entity))


async def _stored_rows(session: AsyncSession, entity: Entity, key: str, current: Row) -> list[Row]:
    sub, field = tables_of(entity).subs[key], entity.field(key)
    columns = [sub.c["id"], *(sub.c[column.key] for column in (field.fields if field else ()))]
    statement = select(*columns).where(sub.c["parent_id"] == current["id"]).order_by(sub.c["position"])
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def _write_rows(session: AsyncSession, entity: Entity, id: UUID, rows: Mapping[str, list[Row]]) -> None:
    """Replaces the rows of sub-tables; a row that was there before keeps its id."""
    for key, given in rows.items():
        sub = tables_of(entity).subs[key]
        gone = await session.execute(delete(sub).where(sub.c["parent_id"] == id).returning(sub.c["id"]))
        known = set(gone.scalars())
        numbered = [
            {**row, "id": row["id"] if row["id"] in known else uuid7(), "parent_id": id, "position": position}
            for position, row in enumerate(given)
        ]
        if numbered:
            await written(session, entity, insert(sub), numbered)


async def _snapshot(session: AsyncSession, reader: Reader, entity: Entity, id: UUID) -> dict[str, Any]:
    """The whole record as everybody together could see it: what the event log keeps."""
    return await query.get(session, reader_for(reader.metadata, SYSTEM), entity, id)


async def _answer(
    session: AsyncSession, reader: Reader, entity: Entity, id: UUID, snapshot: dict[str, Any] | None
) -> dict[str, Any]:
    """The record as the caller may read it; of one they may not, its id and nothing more."""
    if snapshot is not None and reader.caller.kind == "system":
        return snapshot  # flows and rules look at fields, not at the language of labels
    try:
        return await query.get(session, reader, entity, id)
    except (NotFound, Forbidden):
        return {"id": str(id)}


def _assign(reader: Reader, found: Input) -> None:
    """A new record belongs to its maker and their department, unless they said otherwise."""
    caller = reader.caller
    for key, value in {"owner": caller.user_id, "department": caller.department_id}.items():
        if found.values.get(key) is None:
            found.values[key] = value


def _actor(reader: Reader, cause: Cause | None) -> UUID | None:
    return reader.caller.user_id or (cause.actor_id if cause else None)
