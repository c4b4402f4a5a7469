"""Functions of numbers and amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

from engine.language.sql.columns import computed_type
from engine.language.sql.total import strict
from engine.language.sql.values import operands
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]


def _round(translator: Translator, node: Node) -> Sql:
    digits = int(str(node.args[1].value)) if len(node.args) > 1 else 0
    return func.round(translator.typed(node.args[0], node.type), digits, type_=sa.Numeric())


def _abs(translator: Translator, node: Node) -> Sql:
    return func.abs(translator.typed(node.args[0], node.type), type_=sa.Numeric())


def _extreme(name: str) -> Callable[[Translator, Node], Sql]:
    """LEAST and GREATEST, which pass over nulls."""

    def make(translator: Translator, node: Node) -> Sql:
        found = getattr(func, name)
        return strict(lambda *values: found(*values, type_=computed_type(node.type)), *operands(translator, node))

    return make


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "round": _round,
    "abs": _abs,
    "min": _extreme("least"),
    "max": _extreme("greatest"),
}
