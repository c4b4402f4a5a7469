"""Conditions over past events as SQL, for many askers at once: a rule's `where`, in which some names stand for rows of the log and
the others for values that each asker brings along.

The askers of a batch travel as one JSON parameter; the statement stays the same, whoever asks and how many.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from backend.automation.sources import Source
from engine.language import Checked, Context, Node, Type
from engine.language.sql.columns import column_type
from engine.language.sql.places import Item, Row
from engine.language.sql.translator import Translator, bindable
from engine.language.tree import BINDERS
from engine.language.values import normalise, read_path
from engine.rules.spelling import spelled_out

Sql = ColumnElement[Any]
Path = tuple[str, ...]
_ROWS = "askers"


@dataclass
class Brought:
    """The values that askers bring along: a column of the askers' table for each path that conditions read of them."""

    columns: dict[Path, tuple[str, Type]] = field(default_factory=dict)

    def add(self, path: Path, type: Type) -> str:
        """The column of a path."""
        return self.columns.setdefault(path, (f"p{len(self.columns)}", type))[0]

    def note(self, condition: Checked | None, inside: Iterable[str]) -> None:
        """Find out what askers bring for a condition in which the names `inside` stand for rows."""
        if condition is not None:
            for node in outer_fields(condition.tree, frozenset(inside)):
                self.add(node.path, node.type)

    def of(self, values: Mapping[str, object]) -> dict[str, object]:
        """One asker's values by column, as JSON."""
        return {
            name: _json(bindable(type, value))
            if (value := normalise(type, read_path(values, path))) is not None
            else None
            for path, (name, type) in self.columns.items()
        }


def _json(value: object) -> object:
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return [_json(item) for item in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Asking:
    """What conditions are translated with: rows of the log by the name that stands for them, and the words of each list."""

    rows: Mapping[str, Source]
    words: Mapping[str, Sequence[str]]
    brought: Brought

    def sql(self, condition: Checked, askers: sa.TableValuedAlias, now: dt.datetime | None, context: Context) -> Sql:
        """True exactly where the condition holds for a row and an asker."""
        translator = Translator(_no_column, now, {}, {}, context)
        for path, (name, _) in self.brought.columns.items():
            if path[0] not in self.rows:  # what another event of the same name brings is not this one's
                translator = translator.placed(path, Item(askers.c[name]))
        for alias, source in self.rows.items():
            columns = _columns_of(condition.tree, alias, source)
            translator = translator.placed((alias,), _row(columns))
            for steps, column in source.nested.items():
                translator = translator.placed((alias, *steps), Item(column))
        return translator.condition(spelled_out(condition.tree, self.words))


def _columns_of(tree: Node, alias: str, source: Source) -> Mapping[str, Sql]:
    """The columns of the fields that a condition reads of one event."""
    found: dict[str, Sql] = {}
    for node in tree.walk():
        if node.op == "field" and node.path[0] == alias and len(node.path) > 1 and node.path[1:] not in source.nested:
            type = node.type if len(node.path) == 2 else Type("reference")
            found[node.path[1]] = source.columns(node.path[1], type)
    return found


def _row(columns: Mapping[str, Sql]) -> Row:
    return Row(lambda key, _: columns[key])


def _no_column(key: str) -> Sql:
    raise ValueError(f"{key} stands for nothing here")


def outer_fields(tree: Node, inside: frozenset[str]) -> Iterable[Node]:
    """The fields a condition reads of anything but the rows it is about."""
    if tree.op == "field" and tree.path[0] not in inside:
        yield tree
    for number, arg in enumerate(tree.args):
        yield from outer_fields(arg, inside | {str(tree.value)} if tree.op in BINDERS and number == 1 else inside)


#: What every asker brings: its number, up to which place of the log things are known to it and where it stands itself, until
#: when and from when.
_STANDING: Mapping[str, TypeEngine[Any]] = {
    "n": sa.Integer(),
    "xid": sa.BigInteger(),
    "position": sa.BigInteger(),
    "own_xid": sa.BigInteger(),
    "own_position": sa.BigInteger(),
    "since": sa.DateTime(timezone=True),
    "until": sa.DateTime(timezone=True),
    "base": sa.DateTime(timezone=True),
}


def askers_table(brought: Brought) -> sa.TableValuedAlias:
    """The askers of a batch as a table."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name, type) for name, type in _STANDING.items()]
    columns += [sa.column(name, column_type(type)) for name, type in brought.columns.values()]
    rows = sa.func.jsonb_to_recordset(sa.cast(sa.bindparam(_ROWS, type_=sa.Text()), JSONB))
    found: sa.TableValuedAlias = rows.table_valued(*columns, name="k").render_derived(with_types=True)
    return found


def asked(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The parameter that holds the askers."""
    return {_ROWS: orjson.dumps(rows).decode()}
