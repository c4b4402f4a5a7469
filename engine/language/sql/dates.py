"""Functions of dates and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

from engine.language.sql import times
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]


def _known(translator: Translator, node: Node) -> Sql:
    return translator.constant(node.type, translator.evaluate(node))


def _days_between(translator: Translator, node: Node) -> Sql:
    first, last = (translator.value(arg) for arg in node.args)
    return times.days(first, last)


def _part(name: str) -> Callable[[Translator, Node], Sql]:
    def make(translator: Translator, node: Node) -> Sql:
        return sa.cast(func.extract(name, translator.value(node.args[0])), sa.Numeric())

    return make


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "now": _known,
    "today": _known,
    "days_between": _days_between,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
}
