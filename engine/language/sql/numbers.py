"""Functions of numbers and amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

from engine.language.functions.arguments import literal_number
from engine.language.sql.columns import computed_type
from engine.language.sql.total import let, let_all, strict
from engine.language.sql.values import number, operands, quotient
from engine.language.tree import Node
from engine.language.types import NUMBER
from engine.language.values import QUOTIENT_DIGITS

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]


def numeric(name: str, *values: Sql | int) -> Sql:
    """A function of PostgreSQL that gives a number."""
    found: Sql = getattr(func, name)(*values, type_=sa.Numeric())
    return found


def _plain(name: str) -> Make:
    return lambda translator, node: numeric(name, translator.typed(node.args[0], node.args[0].type))


def _digits(node: Node) -> int:
    return literal_number(node.args[1]) if len(node.args) > 1 else 0


def _round(translator: Translator, node: Node) -> Sql:
    return numeric("round", translator.typed(node.args[0], node.type), _digits(node))


def _round_down(translator: Translator, node: Node) -> Sql:
    return numeric("trunc", translator.typed(node.args[0], node.type), _digits(node))


def _round_up(translator: Translator, node: Node) -> Sql:
    digits = _digits(node)

    def away(value: Sql) -> Sql:
        cut = numeric("trunc", value, digits)
        step = numeric("sign", value) * number(Decimal(1).scaleb(-digits))
        return cut + sa.case((cut == value, number(0)), else_=step)

    return let(translator.typed(node.args[0], node.type), away)


def modulo(value: Sql, divisor: Sql) -> Sql:
    """Floor-mod: with the sign of the divisor; null for division by zero. The divisor is written several times."""
    some = func.nullif(divisor, number(0), type_=sa.Numeric())
    return numeric("mod", numeric("mod", value, some) + divisor, some)


def _mod(translator: Translator, node: Node) -> Sql:
    return let_all(tuple(operands(translator, node)), modulo)


def _div(translator: Translator, node: Node) -> Sql:
    def floored(value: Sql, divisor: Sql) -> Sql:
        # What is divided is a multiple of the divisor, so the quotient is exact.
        whole = (value - modulo(value, divisor)).self_group()
        return numeric("div", whole, func.nullif(divisor, number(0), type_=sa.Numeric()))

    return let_all(tuple(operands(translator, node)), floored)


def _power(translator: Translator, node: Node) -> Sql:
    def multiplied(value: Sql) -> Sql:
        # PostgreSQL's own power() is not exact.
        product: Sql = sa.case((value.is_not(sa.null()), number(1)))
        for _ in range(literal_number(node.args[1])):
            product = product * value
        return product

    return let(translator.typed(node.args[0], node.type), multiplied)


_HALF = Decimal(5).scaleb(-QUOTIENT_DIGITS - 1)
_LAST = Decimal(1).scaleb(-QUOTIENT_DIGITS)
#: Adding it gives a number so many digits that its root has more than are kept.
_EXACT_ZERO = Decimal(0).scaleb(-4 * QUOTIENT_DIGITS)


def _sqrt(translator: Translator, node: Node) -> Sql:
    def rooted(value: Sql) -> Sql:
        # abs, because PostgreSQL may work out what is not asked for, and an error is one of the whole statement.
        near = numeric("trunc", numeric("sqrt", numeric("abs", value) + number(_EXACT_ZERO)), QUOTIENT_DIGITS)
        return let_all((near, value), _nearest)

    return let(translator.typed(node.args[0], node.type), rooted)


def _nearest(root: Sql, value: Sql) -> Sql:
    """The root cut off after the last digit, rounded by what it is the root of: exact, whatever PostgreSQL's root is."""
    above = (root + number(_HALF)).self_group()
    rounded = root + sa.case((value >= above * above, number(_LAST)), else_=number(0))
    return sa.case((value >= 0, rounded))


def _percent_of(translator: Translator, node: Node) -> Sql:
    part, total = (translator.typed(arg, NUMBER) for arg in node.args)
    return quotient(part * number(100), total)


def _extreme(name: str) -> Make:
    """LEAST and GREATEST, which pass over nulls."""

    def make(translator: Translator, node: Node) -> Sql:
        found = getattr(func, name)
        return strict(lambda *values: found(*values, type_=computed_type(node.type)), *operands(translator, node))

    return make


def _clamp(translator: Translator, node: Node) -> Sql:
    def between(value: Sql, low: Sql, high: Sql) -> Sql:
        return func.greatest(low, func.least(value, high), type_=computed_type(node.type))

    return strict(between, *operands(translator, node))


def _is_integer(translator: Translator, node: Node) -> Sql:
    return let(translator.value(node.args[0]), lambda value: value == numeric("trunc", value))


def _rest_by_2(rest: int) -> Make:
    def make(translator: Translator, node: Node) -> Sql:
        return numeric("abs", numeric("mod", translator.value(node.args[0]), number(2))) == number(rest)

    return make


FUNCTIONS: Mapping[str, Make] = {
    "round": _round,
    "round_up": _round_up,
    "round_down": _round_down,
    "floor": _plain("floor"),
    "ceil": _plain("ceil"),
    "trunc": _plain("trunc"),
    "abs": _plain("abs"),
    "sign": _plain("sign"),
    "mod": _mod,
    "div": _div,
    "power": _power,
    "sqrt": _sqrt,
    "percent_of": _percent_of,
    "clamp": _clamp,
    "min": _extreme("least"),
    "max": _extreme("greatest"),
    "is_integer": _is_integer,
    "is_even": _rest_by_2(0),
    "is_odd": _rest_by_2(1),
}
