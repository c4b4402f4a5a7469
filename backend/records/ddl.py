"""Table changes of a publish: what separates two versions of the entities, and carrying it out in the publish transaction.

Nothing is ever dropped with values in it: the column of a removed field and the table of a removed entity stay, and are
found again when the definition comes back. What would rewrite a table is refused; the way around it is a new field. Locks are
waited for a third of a second at a time, so that a publish behind a slow reader stalls nobody.

Codes: `publish.busy` (409), `publish.duplicates` (409).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from psycopg.errors import LockNotAvailable, UniqueViolation
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import Conflict
from backend.metadata.snapshot import Metadata
from backend.metadata.tables import TableChange
from backend.records.fields import type_of
from backend.records.statements import CreateIndex, DropIndex, EnsureColumn, EnsureTable, Statement
from backend.records.tables import EntityTables, TableIndex, identifier, tables_of
from engine.definitions import Entity, Field, Text

LOCK_TIMEOUT = "300ms"
ATTEMPTS = 20


class PublishBusy(Conflict):
    """Somebody kept the table locked for too long."""

    code = "publish.busy"
    zh, en = (
        "数据表正忙，未做任何更改，请稍后再发布",
        "The tables are busy; nothing was changed. Publish again in a moment",
    )


class PublishDuplicates(Conflict):
    """Records in the table already have the same value in what is to be unique."""

    code = "publish.duplicates"
    zh, en = (
        "已有记录的值重复，不能设为唯一：{detail}",
        "Existing records hold the same value, so it cannot be unique: {detail}",
    )


class DDL:
    """Implements `backend.metadata.tables.TableChanges`."""

    def plan(self, before: Metadata, after: Metadata) -> list[TableChange]:
        """The changes that make the tables of `before` those of `after`, in order."""
        changes: list[TableChange] = []
        for key, entity in after.entities.items():
            old = before.entities.get(key)
            if old is entity:
                continue
            changes += _collisions(entity, after.entities) if old is None else []
            changes += _create(entity) if old is None else _alter(old, entity)
        changes += [_kept_table(entity) for key, entity in before.entities.items() if key not in after.entities]
        return changes

    async def apply(self, session: AsyncSession, changes: Sequence[TableChange]) -> None:
        """Make the changes in the session's transaction. Raises PublishBusy or PublishDuplicates."""
        statements = [statement for change in changes for statement in change.statements]
        if not statements:
            return
        for attempt in range(ATTEMPTS):
            if await _attempt(session, statements):
                return
            await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
        raise PublishBusy(what="table")


async def _attempt(session: AsyncSession, statements: Sequence[Statement]) -> bool:
    """All statements or none; False when a lock was not to be had."""
    try:
        async with session.begin_nested():
            await session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            await session.execute(text("SET LOCAL statement_timeout = 0"))  # an index over millions takes its time
            for statement in statements:
                await statement.run(session)
            await session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
            await session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            detail = error.orig.diag.message_detail or error.orig.diag.constraint_name
            raise PublishDuplicates(what="table", detail=detail) from error
        raise
    except DBAPIError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return True


def _create(entity: Entity) -> list[TableChange]:
    tables = tables_of(entity)
    everything = [tables.main, *tables.subs.values()]
    statements = [
        *(EnsureTable(table) for table in everything),
        *(_index(tables, index) for index in _all_indexes(tables)),
    ]
    names = "、".join(table.name for table in everything)
    change = Text(f"新建数据表 {names}", f"Create the table {names.replace('、', ', ')}")
    return [TableChange(entity.key, _name(tables.main), change, lock="none", statements=tuple(statements))]


def _alter(old: Entity, new: Entity) -> list[TableChange]:
    fields = list(_field_changes(old, new))
    return [*fields, *_index_changes(old, new)]


def _field_changes(old: Entity, new: Entity) -> Iterator[TableChange]:
    table = tables_of(new).main
    for field in new.fields:
        former = old.field(field.key)
        if former is None:
            yield _added(new, field)
        elif former != field:
            yield from _changed(new, former, field)
    for field in old.fields:
        if new.field(field.key) is None:
            yield TableChange(
                new.key,
                _name(table),
                Text(
                    f"字段 {field.key} 不再显示，已有的值保留在表中",
                    f"The field {field.key} goes; its values stay in the table",
                ),
                lock="none",
                destructive=True,
                field=field.key,
            )


def _added(entity: Entity, field: Field) -> TableChange:
    tables = tables_of(entity)
    if not type_of(field).stored:
        sub = tables.subs[field.key]
        change = Text(f"新建数据表 {sub.name}", f"Create the table {sub.name}")
        made = (EnsureTable(sub), _index(tables, _parent_index(sub)))
        return TableChange(entity.key, _name(sub), change, lock="share", field=field.key, statements=made)
    change = Text(f"增加列 {field.key}", f"Add the column {field.key}")
    statement = EnsureColumn(tables.main, tables.main.c[field.key])
    return TableChange(entity.key, _name(tables.main), change, field=field.key, statements=(statement,))


def _changed(entity: Entity, old: Field, new: Field) -> Iterator[TableChange]:
    """Changes between two versions of a field; most of them (label, options, required) touch no table."""
    tables = tables_of(entity)
    reason = _refusal(old, new)
    if reason is not None:
        yield TableChange(entity.key, _name(tables.main), reason, lock="none", refused=True, field=new.key)
    elif not type_of(new).stored:
        yield from _changed_columns(entity, old, new)


def _changed_columns(entity: Entity, old: Field, new: Field) -> Iterator[TableChange]:
    table = tables_of(entity).subs[new.key]
    former = {column.key: column for column in old.fields}
    for column in new.fields:
        path = f"{new.key}.{column.key}"
        reason = _refusal(former[column.key], column) if column.key in former else None
        if reason is not None:
            yield TableChange(entity.key, _name(table), reason, lock="none", refused=True, field=path)
        elif column.key not in former:
            change = Text(f"增加列 {path}", f"Add the column {path}")
            statement = EnsureColumn(table, table.c[column.key])
            yield TableChange(entity.key, _name(table), change, field=path, statements=(statement,))


def _refusal(old: Field, new: Field) -> Text | None:
    """Why a field with values cannot become the new one, and what to do instead."""
    if old.type != new.type and old.type not in type_of(new).widens:
        return Text(
            f"字段 {new.key} 不能由“{type_of(old).label.zh}”改为“{type_of(new).label.zh}”；请新增字段，转换数据后再删除旧字段",
            f"The field {new.key} cannot turn from {type_of(old).label.en} into {type_of(new).label.en}; "
            "add a new field, bring the values over, then remove the old one",
        )
    if old.type == new.type == "reference" and old.entity != new.entity:
        return Text(
            f"字段 {new.key} 已引用 {old.entity}，不能改为引用 {new.entity}；请新增字段",
            f"The field {new.key} refers to {old.entity} and cannot refer to {new.entity}; add a new field",
        )
    if old.type == new.type == "money" and old.currency != new.currency:
        return Text(
            f"字段 {new.key} 的币种已有数据，不能更改；请新增字段",
            f"The currency of {new.key} cannot change; add a new field",
        )
    return None


def _index_changes(old: Entity, new: Entity) -> Iterator[TableChange]:
    before, after = tables_of(old), tables_of(new)
    name = _name(after.main)
    for key, index in before.indexes.items():
        if after.indexes.get(key) != index:
            change = Text(f"删除索引 {key}", f"Drop the index {key}")
            yield TableChange(new.key, name, change, statements=(DropIndex(key),))
    for key, index in after.indexes.items():
        if before.indexes.get(key) != index:
            change = Text(f"建立索引 {key}", f"Create the index {key}")
            yield TableChange(new.key, name, change, lock="share", statements=(_index(after, index),))


def _kept_table(entity: Entity) -> TableChange:
    change = Text(
        f"{entity.label.zh} 不再使用，数据表及其中的记录保留",
        f"{entity.label.en} goes; its table stays with its records",
    )
    return TableChange(entity.key, _name(tables_of(entity).main), change, lock="none", destructive=True)


def _collisions(entity: Entity, entities: Mapping[str, Entity]) -> Iterator[TableChange]:
    """A table name that another entity's table has already (`a__b` may be an entity, or the sub-table b of a)."""
    mine = {table.name for table in _tables(tables_of(entity))}
    for other in entities.values():
        taken = {table.name for table in _tables(tables_of(other))} & mine if other is not entity else set()
        for name in sorted(taken):
            reason = Text(
                f"表名 {name} 已被 {other.label.zh} 使用", f"The table name {name} is taken by {other.label.en}"
            )
            yield TableChange(entity.key, name, reason, lock="none", refused=True)


def _tables(tables: EntityTables) -> list[Table]:
    return [tables.main, *tables.subs.values()]


def _all_indexes(tables: EntityTables) -> list[TableIndex]:
    return [*tables.indexes.values(), *(_parent_index(sub) for sub in tables.subs.values())]


def _parent_index(sub: Table) -> TableIndex:
    return TableIndex(identifier("ix", sub.name, "parent_id"), (), ("parent_id", "position"))


def _index(tables: EntityTables, index: TableIndex) -> CreateIndex:
    subs = {_parent_index(sub).name: sub for sub in tables.subs.values()}
    return CreateIndex(subs.get(index.name, tables.main), index)


def _name(table: Table) -> str:
    return f"{table.schema}.{table.name}"
