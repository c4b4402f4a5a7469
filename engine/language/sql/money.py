"""Functions of amounts of money. The checker has put currencies and digits behind the arguments that are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from engine.language.functions.arguments import literal_number
from engine.language.sql.numbers import numeric
from engine.language.sql.total import let_all
from engine.language.sql.values import number, quotient
from engine.language.sql.written import written
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]


def _amount(translator: Translator, node: Node) -> Sql:
    return translator.value(node.args[0])


def _currency_of(translator: Translator, node: Node) -> Sql:
    currency = sa.literal(str(node.args[1].value), sa.Text())
    return sa.case((translator.value(node.args[0]).is_not(sa.null()), currency))


def _round_money(translator: Translator, node: Node) -> Sql:
    return numeric("round", translator.value(node.args[0]), literal_number(node.args[1]))


def _convert(translator: Translator, node: Node) -> Sql:
    return translator.value(node.args[0]) * translator.value(node.args[2])


def _share(translator: Translator, node: Node) -> Sql:
    amount, part, total = (translator.value(arg) for arg in node.args)
    return quotient(amount * part, total)


_INSTALLMENT = (
    "case when {1} = trunc({1}) and {1} >= 1 and {1} <= {2} then "
    "sign({0}) * (div(abs({0}), {2}) + case when {1} <= mod(abs({0}), {2}) then 1 else 0 end) * {3} end"
)


def _installment(translator: Translator, node: Node) -> Sql:
    amount, parts, wanted, digits = node.args
    count, places = number(literal_number(parts)), sa.literal(literal_number(digits), sa.Integer())
    coin = number(Decimal(1).scaleb(-literal_number(digits)))
    coins = written("div(round({0}, {1}), {2})", sa.Numeric(), translator.value(amount), places, coin)
    return let_all(
        (coins, translator.value(wanted)),
        lambda whole, place: written(_INSTALLMENT, sa.Numeric(), whole, place, count, coin),
    )


FUNCTIONS: Mapping[str, Make] = {
    "money": _amount,
    "amount_of": _amount,
    "currency_of": _currency_of,
    "round_money": _round_money,
    "convert": _convert,
    "share": _share,
    "installment": _installment,
}
