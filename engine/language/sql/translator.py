"""The translation of one typed tree.

A condition is translated twice over, once for where it is true (`holds`) and once for where it is not (`fails`), so that negation
never meets SQL's third truth value: the result is true exactly for the rows meant, and false or null for the rest. That keeps
`column = constant` plain, which an index can serve. Elsewhere a condition is a value, and `IS TRUE` closes it.

What reads no row is worked out by the Python back end and bound. A condition that reads one record behind a reference and
nothing else is an EXISTS over its table, which the planner can turn into a join.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause

from engine.language.context import NOTHING, Context
from engine.language.portability import CALLER, sql_problems
from engine.language.sql import operations, sources, times
from engine.language.sql.columns import column_type, computed_type, is_plain, to_column
from engine.language.sql.places import Columns, Given, Item, Path, Place, Row, Tables, root_row
from engine.language.sql.reads import Read, Reads
from engine.language.sql.sources import Source
from engine.language.tree import Node
from engine.language.types import TEXT, Type, says_nothing
from engine.language.values import normalise

Sql = ColumnElement[Any]
_UUID = sa.Uuid(as_uuid=True)


class Translator:
    """One translation; see `Checked.sql` for the arguments. `fold` False leaves to PostgreSQL what reads no row, for tests."""

    def __init__(
        self,
        columns: Columns,
        now: dt.datetime | None,
        relations: Mapping[str, FromClause],
        parameters: Mapping[str, object],
        context: Context = NOTHING,
        fold: bool = True,
    ) -> None:
        self.tables = Tables(relations)
        self.now = now
        self.context = context
        self._fold = fold
        self._given = _nested(parameters)
        self._reads = Reads(context)
        self._places: Mapping[Path, Place] = {(): root_row(columns), **_given_places(parameters)}

    def translate(self, tree: Node, negated: bool = False) -> Sql:
        """The whole expression. Raises ValueError for what has no SQL."""
        refused = [p for p in sql_problems(tree) if not self._is_given_at(tree, p.start, p.end)]
        if refused:
            raise ValueError("; ".join(p.message.en for p in refused))
        if tree.type.kind != "boolean":
            return self._stored_form(tree)
        return self.fails(tree) if negated else self.holds(tree)

    def condition(self, tree: Node) -> Sql:
        """True exactly where a condition is, of which its author was told before whether it has SQL."""
        return self.holds(tree)

    def _is_given_at(self, tree: Node, start: int, end: int) -> bool:
        """Whether a refused path is one of the parameters after all."""
        return any(
            node.op == "field" and (node.start, node.end) == (start, end) and self._is_given(node.path)
            for node in tree.walk()
        )

    def _stored_form(self, tree: Node) -> Sql:
        item = tree.type.item
        if item is not None and item.kind == "duration":
            each = self.source(tree)
            return each.made(item, to_column(item, each.value())).array(column_type(tree.type))
        return to_column(tree.type, self.value(tree))

    # -- conditions

    def holds(self, node: Node) -> Sql:
        """True exactly where the condition is true."""
        if node.type.kind == "empty":
            return sa.false()
        if self.is_constant(node):
            return sa.true() if self.evaluate(node) is True else sa.false()
        behind = self._behind_reference(node, negated=False)
        if behind is not None:
            return behind
        make = operations.HOLDS.get(node.op)
        if make is None and node.op == "call":
            return operations.called(self, node)
        return make(self, node) if make else self.value(node)

    def fails(self, node: Node) -> Sql:
        """True exactly where the condition is not true."""
        if node.type.kind == "empty":
            return sa.true()
        if self.is_constant(node):
            return sa.false() if self.evaluate(node) is True else sa.true()
        behind = self._behind_reference(node, negated=True)
        if behind is not None:
            return behind
        make = operations.FAILS.get(node.op)
        return make(self, node) if make else self.holds(node).is_not(sa.true())

    def _behind_reference(self, node: Node, negated: bool) -> Sql | None:
        """A condition over one record behind a reference: whether there is such a record; when the condition is true where
        there is none, whether there is no record for which it is not."""
        target = self._only_target(node)
        if target is None:
            return None
        prefix, entity = target
        true_without = self.evaluate(node) is True
        table, row = self.tables.records(entity)
        inner = self.placed(prefix, row)
        condition = inner.fails(node) if true_without else inner.holds(node)
        key = row.column("id", _UUID) == self._key(prefix)
        found = (
            sa.select(sa.literal_column("1")).select_from(table).where(key, condition).correlate_except(table).exists()
        )
        return found if true_without == negated else sa.not_(found)

    def _only_target(self, node: Node) -> tuple[Path, str] | None:
        """The reference (and its entity) behind which everything lies that a condition reads of the row."""
        reads = [read for read in self._reads.paths(node) if not self._is_given(read.path)]
        targets = {self._target(read) for read in reads}
        if len(targets) != 1 or not self._reads.answered(node):
            return None
        return next(iter(targets))

    def _target(self, read: Read) -> tuple[Path, str] | None:
        prefix, place = self._place(read.path)
        first = len(prefix) + (1 if isinstance(place, Row) else 0)
        for step in range(max(first, 1), len(read.path)):
            entity = read.hops[step - 1]
            if entity is not None:
                return read.path[:step], entity
        return None

    # -- values

    def value(self, node: Node) -> Sql:
        """The value; conditions are closed to true or false."""
        if node.op == "const":
            return self.constant(node.type, node.value)
        if self.is_constant(node):
            return self.constant(node.type, self.evaluate(node))
        if node.op in operations.HOLDS:
            return self.holds(node).is_(sa.true())
        if self._is_nothing(node):
            return self.constant(node.type, None)
        return operations.VALUES[node.op](self, node)

    def typed(self, node: Node, type: Type) -> Sql:
        """A value, with `empty` (or a list of nothing else) in the type of what stands beside it."""
        return self.constant(type, None) if says_nothing(node.type) else self.value(node)

    def _is_nothing(self, node: Node) -> bool:
        """Whether the types of the operands say already that the value is empty."""
        return operations.is_strict(node) and any(says_nothing(arg.type) for arg in node.args)

    def source(self, node: Node) -> Source:
        """A list as something to select from."""
        if self.is_constant(node) or self._is_nothing(node):
            return sources.unnested(self.value(node), node.type.item or TEXT)
        return sources.source(self, node)

    def constant(self, type: Type, value: object) -> Sql:
        """A bound constant in its run-time form."""
        sql_type = computed_type(type)
        if value is None or type.kind == "empty":
            return sa.cast(sa.null(), sql_type)
        return sa.cast(sa.literal(bindable(type, value), sql_type), sql_type)

    def is_constant(self, node: Node) -> bool:
        """Whether the value is known before the row is."""
        if node.op == "const" or not self._fold or node.type.kind == "record":
            return False
        return all(self._is_given(read.path) for read in self._reads.paths(node)) and self._reads.answered(node)

    def is_known(self, node: Node) -> bool:
        """Whether `evaluate` gives the value: it is written as a constant, or one all the same."""
        return node.op == "const" or self.is_constant(node)

    def evaluate(self, node: Node) -> object:
        """The value by the Python back end, for a row that holds nothing."""
        if node.op == "const":
            return node.value
        from engine.language.expression import Checked

        return Checked(node).evaluate(self._given, self.now, self.context)

    def never_empty(self, node: Node) -> bool:
        """Whether the value cannot be null, so that plain `=` will do."""
        if node.op == "const":
            return node.value is not None
        if self.is_constant(node):
            return self.evaluate(node) is not None
        if node.op != "field":
            return node.op in operations.HOLDS
        prefix, place = self._place(node.path)
        if isinstance(place, Given):
            return normalise(node.type, place.value) is not None
        return isinstance(place, Row) and len(node.path) == len(prefix) + 1 and not node.type.nullable

    # -- fields

    def within(self, variable: str, item: Place) -> Translator:
        """The translator of what stands where `variable` names an item."""
        shown = {path: place for path, place in self._places.items() if path[:1] != (variable,)}
        return self._copied({**shown, (variable,): item})

    def placed(self, path: Path, place: Place) -> Translator:
        """The translator for which a path stands for something."""
        return self._copied({**self._places, path: place})

    def _copied(self, places: Mapping[Path, Place]) -> Translator:
        other = copy.copy(self)
        other._places = places
        return other

    def is_stored(self, node: Node) -> bool:
        """Whether a field is a column that can be read plainly, and not a value that was worked out before."""
        prefix, place = self._place(node.path)
        return isinstance(place, Row) or len(prefix) < len(node.path)

    def is_column(self, node: Node) -> bool:
        """Whether a node is a column of the row at hand, which an index may serve."""
        is_sub_table = node.type.item is not None and node.type.item.kind == "record"
        if node.op != "field" or is_sub_table or not is_plain(node.type):
            return False
        prefix, place = self._place(node.path)
        return isinstance(place, Row) and len(node.path) == len(prefix) + 1

    def plain(self, node: Node) -> Sql:
        """A column as it stands, the empty text and the empty list not read as empty; any other value as it is."""
        return self.read(node) if node.op == "field" and is_plain(node.type) else self.value(node)

    def read(self, node: Node) -> Sql:
        """The column of a field."""
        prefix, place = self._place(node.path)
        step = len(prefix)
        if isinstance(place, Row):
            last = step == len(node.path) - 1
            found = place.column(node.path[step], column_type(node.type) if last else _UUID)
            step += 1
        else:
            found = self._value_at(place, node, step)
        return self.follow(found, list(zip(node.hops[step - 1 :], node.path[step:], strict=False)), node.type)

    def _value_at(self, place: Item | Given, node: Node, step: int) -> Sql:
        if isinstance(place, Item):
            return place.value
        type = node.type if step == len(node.path) else Type("reference")
        return self.constant(type, normalise(type, place.value))

    def follow(self, key: Sql, steps: Sequence[tuple[str | None, str]], type: Type) -> Sql:
        """The column that steps (each an entity and a field of it) lead to from a reference."""
        for number, (entity, field) in enumerate(steps, 1):
            if entity is None:
                raise ValueError(f"{field} does not lie behind a reference")
            table, row = self.tables.records(entity)
            column = row.column(field, column_type(type) if number == len(steps) else _UUID)
            found = sa.select(column).select_from(table).where(row.column("id", _UUID) == key)
            key = found.correlate_except(table).scalar_subquery()
        return key

    def parent(self, node: Node) -> tuple[Sql, str | None]:
        """The record whose sub-table a field is: its id, and its entity where it is known."""
        prefix, place = self._place(node.path)
        if isinstance(place, Row) and len(node.path) == len(prefix) + 1:
            return place.column("id", _UUID), place.entity
        return self._key(node.path[:-1], node.hops), node.hops[-1]

    def _key(self, path: Path, hops: tuple[str | None, ...] = ()) -> Sql:
        return self.read(Node("field", Type("reference"), path=path, hops=hops[: len(path) - 1]))

    def _place(self, path: Path) -> tuple[Path, Place]:
        """The longest beginning of a path that stands for something."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._places:
                break
        if not length and path[0] == CALLER:
            raise ValueError(f"no value is given for the parameter {'.'.join(path)}")
        return path[:length], self._places[path[:length]]

    def _is_given(self, path: Path) -> bool:
        place = self._places.get(path)
        return isinstance(place, Given)

    # -- time

    @property
    def zone(self) -> Sql:
        """The zone in which days are counted, for timezone()."""
        return times.zone(self.now)


def bindable(type: Type, value: object) -> object:
    """A value in the form that is bound for `computed_type`."""
    if isinstance(value, tuple):
        return [bindable(type.item or type, item) for item in value]
    if isinstance(value, dt.timedelta):
        return times.exact_microseconds(value)
    if type.kind == "reference":
        return UUID(str(value))
    return value


def _nested(parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters by paths as values by name."""
    values: dict[str, object] = {}
    for path, value in parameters.items():
        *outer, last = path.split(".")
        inside: dict[str, Any] = values
        for step in outer:
            inside = inside.setdefault(step, {})
        inside[last] = value
    return values


def _given_places(parameters: Mapping[str, object]) -> Mapping[Path, Place]:
    places: dict[Path, Place] = {tuple(path.split(".")): Given(value) for path, value in parameters.items()}
    if (CALLER, "id") in places:
        places.setdefault((CALLER,), places[CALLER, "id"])
    return places
