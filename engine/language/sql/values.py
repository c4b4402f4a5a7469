"""Fields, choices between values, exact decimals, texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

from engine.language.sql.columns import computed_type, from_column
from engine.language.sql.written import written
from engine.language.tree import Node
from engine.language.values import QUOTIENT_DIGITS

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]


def _field(translator: Translator, node: Node) -> Sql:
    read = translator.read(node)
    return from_column(node.type, read) if translator.is_stored(node) else read


def _get(translator: Translator, node: Node) -> Sql:
    steps = list(zip(node.hops, node.path, strict=True))
    return from_column(node.type, translator.follow(translator.value(node.args[0]), steps, node.type))


def _case(translator: Translator, node: Node) -> Sql:
    condition, then, otherwise = node.args
    return sa.case(
        (translator.holds(condition), translator.typed(then, node.type)),
        else_=translator.typed(otherwise, node.type),
    )


def _coalesce(translator: Translator, node: Node) -> Sql:
    return func.coalesce(*(translator.typed(arg, node.type) for arg in node.args), type_=computed_type(node.type))


def operands(translator: Translator, node: Node) -> list[Sql]:
    """The operands in the type of the result, `empty` among them."""
    return [translator.typed(arg, node.type) for arg in node.args]


def infix(symbol: str) -> Callable[[Translator, Node], Sql]:
    """An operator of PostgreSQL. Written with its brackets: SQLAlchemy leaves some out beside an operator it does not know."""

    def make(translator: Translator, node: Node) -> Sql:
        return written(f"{{0}} {symbol} {{1}}", computed_type(node.type), *operands(translator, node))

    return make


def number(value: Decimal | int) -> Sql:
    """A number, bound."""
    return sa.literal(Decimal(value), sa.Numeric())


def quotient(left: Sql, right: Sql, digits: int = QUOTIENT_DIGITS) -> Sql:
    """left / right rounded to so many digits, a half away from zero; null for division by zero. One digit more, cut off and not
    rounded, decides the rounding: the same in every back end."""
    shift = f"1{'0' * (digits + 1)}::numeric"
    less = f"0.{'0' * digits}1::numeric"
    return written(
        f"round(div({{0}} * {shift}, nullif({{1}}, 0::numeric)) * {less}, {digits})", sa.Numeric(), left, right
    )


def _divide(translator: Translator, node: Node) -> Sql:
    left, right = operands(translator, node)
    return quotient(left, right)


def _negative(translator: Translator, node: Node) -> Sql:
    return -translator.typed(node.args[0], node.type)


VALUES: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "field": _field,
    "get": _get,
    "if": _case,
    "??": _coalesce,
    "+": infix("+"),
    "-": infix("-"),
    "*": infix("*"),
    "/": _divide,
    "neg": _negative,
    "concat": infix("||"),
    "named": lambda translator, node: translator.value(node.args[0]),
}
