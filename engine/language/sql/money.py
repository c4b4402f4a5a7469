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


def _installment(translator: Translator, node: Node) -> Sql:
    amount, parts, wanted, digits = node.args
    count, coin = number(literal_number(parts)), number(Decimal(1).scaleb(-literal_number(digits)))

    def part(coins: Sql, place: Sql) -> Sql:
        size = numeric("abs", coins)
        more = sa.case((place <= numeric("mod", size, count), number(1)), else_=number(0))
        share = (numeric("div", size, count) + more).self_group()
        there = sa.and_(place == numeric("trunc", place), place >= 1, place <= count)
        return sa.case((there, numeric("sign", coins) * share * coin))

    rounded = numeric("round", translator.value(amount), literal_number(digits))
    coins = numeric("div", rounded, coin)
    return let_all((coins, translator.value(wanted)), part)


FUNCTIONS: Mapping[str, Make] = {
    "money": _amount,
    "amount_of": _amount,
    "currency_of": _currency_of,
    "round_money": _round_money,
    "convert": _convert,
    "share": _share,
    "installment": _installment,
}
