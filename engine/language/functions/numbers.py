"""Functions of numbers and amounts of money: exact decimals."""

from __future__ import annotations

from decimal import Decimal

from engine.definitions import Text
from engine.language.functions.function import Function, Group, Parameter
from engine.language.operators import Mismatch
from engine.language.tree import Node
from engine.language.types import Scope
from engine.language.values import round_half_away

_AMOUNT = Parameter("number", ("number", "money"))
_RANKED = Parameter("value", ("number", "money", "date", "time", "datetime", "duration", "period"), variadic=True)


def _round(number: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return round_half_away(number, int(digits))


def _with_digits(_: Scope, arguments: list[Node]) -> list[Node]:
    if len(arguments) > 1 and arguments[1].value not in range(13):
        raise Mismatch("out_of_range")
    return arguments


FUNCTIONS: Group = (
    Function(
        "round", ("round", "四舍五入"), "number",
        (_AMOUNT, Parameter("digits", ("number",), optional=True, literal=True)), None,
        Text("四舍五入到指定位数", "rounded, a half away from zero, to so many digits (0 to 12)"),
        (("round(2.5)", "3"), ("round(-1.005, 2)", "-1.01")), _round, adapt=_with_digits,
    ),
    Function(
        "abs", ("abs", "绝对值"), "number", (_AMOUNT,), None, Text("绝对值", "the size without the sign"),
        (("abs(-3)", "3"),), Decimal.copy_abs,
    ),
    Function(
        "min", ("min", "最小"), "number", (_RANKED,), None,
        Text("最小的一个；有空则为空", "the least; empty when one is empty"),
        (("min(3, 2, 5)", "2"), ("min(3, empty)", "empty")), lambda *values: min(values), unify=True,
    ),
    Function(
        "max", ("max", "最大"), "number", (_RANKED,), None,
        Text("最大的一个；有空则为空", "the greatest; empty when one is empty"),
        (("max(3, 2, 5)", "5"),), lambda *values: max(values), unify=True,
    ),
)  # fmt: skip
