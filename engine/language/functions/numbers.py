"""Functions of numbers: exact decimals, rounded half away from zero where they must be.

What asks whether something is so answers false for what is empty, as comparisons do; the rest is empty where a number is.
"""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

from engine.definitions import Text
from engine.language.functions.arguments import literal_number, whole
from engine.language.functions.function import Function, Group, Parameter
from engine.language.tree import Node
from engine.language.types import BOOLEAN, NUMBER, Scope, Type
from engine.language.values import EXACT, QUOTIENT_DIGITS, divide, round_half_away

#: Digits after the point that a number may be rounded to.
MOST_DIGITS = 12
MOST_POWER = 10

_AMOUNT = Parameter("number", ("number", "money"))
_DIGITS = Parameter("digits", ("number",), optional=True, literal=True)
_NUMBER = Parameter("number", ("number",))
_DIVISOR = Parameter("divisor", ("number",))
_KINDS = ("number", "money", "date", "time", "datetime", "duration", "period")
_RANKED = Parameter("value", _KINDS, variadic=True)

_ZERO = Decimal(0)


def _to_digits(number: Decimal, digits: Decimal, rounding: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(digits)), rounding=rounding, context=EXACT) or _ZERO


def _round(number: Decimal, digits: Decimal = _ZERO) -> Decimal:
    return round_half_away(number, int(digits)) or _ZERO


def _round_up(number: Decimal, digits: Decimal = _ZERO) -> Decimal:
    return _to_digits(number, digits, "ROUND_UP")


def _round_down(number: Decimal, digits: Decimal = _ZERO) -> Decimal:
    return _to_digits(number, digits, "ROUND_DOWN")


def _mod(number: Decimal, divisor: Decimal) -> Decimal | None:
    if not divisor:
        return None
    rest = EXACT.remainder(number, divisor)
    return (EXACT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest) or _ZERO


def _div(number: Decimal, divisor: Decimal) -> Decimal | None:
    rest = _mod(number, divisor)
    return None if rest is None else EXACT.divide_int(EXACT.subtract(number, rest), divisor) or _ZERO


def _power(number: Decimal, exponent: Decimal) -> Decimal:
    product = Decimal(1)
    for _ in range(int(exponent)):
        product = EXACT.multiply(product, number)
    return product


def _sqrt(number: Decimal) -> Decimal | None:
    if number < 0:
        return None
    # One digit beyond the last, cut off: it decides the rounding, for no root lies between it and what it was cut from.
    units = isqrt(int(EXACT.scaleb(number, 2 * (QUOTIENT_DIGITS + 1))))
    return round_half_away(EXACT.scaleb(Decimal(units), -QUOTIENT_DIGITS - 1), QUOTIENT_DIGITS)


def _sign(number: Decimal) -> Decimal:
    return Decimal((number > 0) - (number < 0))


def _is_integer(number: Decimal | None) -> bool:
    return number is not None and number == number.to_integral_value()


def _is_even(number: Decimal | None) -> bool:
    return number is not None and not EXACT.remainder(number, Decimal(2))


def _is_odd(number: Decimal | None) -> bool:
    return number is not None and EXACT.remainder(number, Decimal(2)).copy_abs() == 1


def _percent_of(part: Decimal, total: Decimal) -> Decimal | None:
    return divide(EXACT.multiply(part, Decimal(100)), total)


def _first_known(_: Scope, arguments: tuple[Node, ...]) -> Type:
    """The type that all arguments have, but for those that are `empty`."""
    types = [node.type for node in arguments]
    return next((type for type in types if type.kind != "empty"), types[0])


_with_digits = whole(1, 0, MOST_DIGITS)


def _after_point(sizes: tuple[int, ...], call: Node) -> int:
    return sizes[0] + (literal_number(call.args[1]) if len(call.args) > 1 else 0) + 1


FUNCTIONS: Group = (
    Function(
        "round", ("round", "四舍五入"), "number", (_AMOUNT, _DIGITS), None,
        Text(
            "四舍五入到小数点后若干位（0 到 12）；空仍为空",
            "rounded, a half away from zero, to so many digits (0 to 12); empty when the number is",
        ),
        (("round(2.5)", "3"), ("round(-1.005, 2)", "-1.01")), _round, adapt=_with_digits, grows=_after_point,
    ),
    Function(
        "round_up", ("round_up", "进位"), "number", (_AMOUNT, _DIGITS), None,
        Text(
            "远离零进位到小数点后若干位（0 到 12）；空仍为空",
            "rounded away from zero to so many digits (0 to 12); empty when the number is",
        ),
        (("round_up(2.1)", "3"), ("round_up(-1.001, 2)", "-1.01")), _round_up, adapt=_with_digits, grows=_after_point,
    ),
    Function(
        "round_down", ("round_down", "去尾"), "number", (_AMOUNT, _DIGITS), None,
        Text(
            "去掉小数点后若干位（0 到 12）以外的数字；空仍为空",
            "cut off after so many digits (0 to 12), towards zero; empty when the number is",
        ),
        (("round_down(2.9)", "2"), ("round_down(-1.019, 2)", "-1.01")), _round_down,
        adapt=_with_digits, grows=_after_point,
    ),
    Function(
        "floor", ("floor", "向下取整"), "number", (_AMOUNT,), None,
        Text("不大于它的最大整数；空仍为空", "the greatest whole number that is not above; empty when the number is"),
        (("floor(2.9)", "2"), ("floor(-2.1)", "-3")),
        lambda number: number.to_integral_value("ROUND_FLOOR", EXACT) or _ZERO,
    ),
    Function(
        "ceil", ("ceil", "向上取整"), "number", (_AMOUNT,), None,
        Text("不小于它的最小整数；空仍为空", "the least whole number that is not below; empty when the number is"),
        (("ceil(2.1)", "3"), ("ceil(-2.9)", "-2")),
        lambda number: number.to_integral_value("ROUND_CEILING", EXACT) or _ZERO,
    ),
    Function(
        "trunc", ("trunc", "取整数部分"), "number", (_AMOUNT,), None,
        Text("去掉小数部分；空仍为空", "without its fraction; empty when the number is"),
        (("trunc(2.9)", "2"), ("trunc(-2.9)", "-2")),
        lambda number: number.to_integral_value("ROUND_DOWN", EXACT) or _ZERO,
    ),
    Function(
        "abs", ("abs", "绝对值"), "number", (_AMOUNT,), None,
        Text("绝对值；空仍为空", "the size without the sign; empty when the number is"),
        (("abs(-3)", "3"),), Decimal.copy_abs,
    ),
    Function(
        "sign", ("sign", "正负号"), "number", (_AMOUNT,), NUMBER,
        Text("正数为 1，负数为 -1，零为 0；空仍为空", "1 above zero, -1 below, 0 at zero; empty when the number is"),
        (("sign(-2.5)", "-1"), ("sign(0)", "0")), _sign, grows=lambda *_: 1,
    ),
    Function(
        "mod", ("mod", "取余"), "number", (_NUMBER, _DIVISOR), NUMBER,
        Text(
            "除以除数的余数，正负随除数；有空则为空，除以零为空并提示",
            "what is left after dividing down, with the sign of the divisor; empty when one is, and, with a "
            "warning, for zero",
        ),
        (("mod(7, 3)", "1"), ("mod(-7, 3)", "2"), ("mod(7, 0)", "empty")), _mod, warning="division_by_zero",
    ),
    Function(
        "div", ("div", "整除"), "number", (_NUMBER, _DIVISOR), NUMBER,
        Text(
            "除以除数的商向下取整；有空则为空，除以零为空并提示",
            "how often the divisor goes into it, rounded down; empty when one is, and, with a warning, for zero",
        ),
        (("div(7, 3)", "2"), ("div(-7, 3)", "-3")), _div, warning="division_by_zero",
        grows=lambda sizes, _: sum(sizes) + 1,
    ),
    Function(
        "power", ("power", "乘方"), "number", (_NUMBER, Parameter("exponent", ("number",), literal=True)), NUMBER,
        Text("自乘若干次（0 到 10）；空仍为空", "multiplied with itself so often (0 to 10); empty when the number is"),
        (("power(1.5, 2)", "2.25"), ("power(2, 0)", "1")), _power, adapt=whole(1, 0, MOST_POWER),
        grows=lambda sizes, call: sizes[0] * max(literal_number(call.args[1]), 1),
    ),
    Function(
        "sqrt", ("sqrt", "平方根"), "number", (_NUMBER,), NUMBER,
        Text(
            "平方根，四舍五入到 12 位小数；空或负数为空",
            "the square root, rounded to 12 digits; empty when the number is, or is below zero",
        ),
        (("sqrt(2.25)", "1.5"), ("sqrt(2)", "1.414213562373"), ("sqrt(-1)", "empty")), _sqrt, warning="not_a_number",
        grows=lambda sizes, _: sizes[0] + MOST_DIGITS,
    ),
    Function(
        "percent_of", ("percent_of", "占百分比"), "number", (_AMOUNT, Parameter("total", ("number", "money"))), NUMBER,
        Text(
            "一部分占总数的百分之几，四舍五入到 12 位小数；有空则为空，总数为零时为空并提示",
            "how many hundredths of a total it is, rounded to 12 digits; empty when one is, and, with a "
            "warning, for zero",
        ),
        (("percent_of(1, 8)", "12.5"), ("percent_of(30 CNY, 40 CNY)", "75")), _percent_of, unify=True,
        warning="division_by_zero", grows=lambda sizes, _: sum(sizes) + 16,
    ),
    Function(
        "clamp", ("clamp", "限制范围"), "number",
        (Parameter("value", _KINDS), Parameter("low", _KINDS), Parameter("high", _KINDS)), _first_known,
        Text(
            "限制在上下限之间；上下限颠倒时取下限，有空则为空",
            "brought between a least and a greatest; the least when they are the wrong way round, empty when one is",
        ),
        (("clamp(15, 0, 10)", "10"), ("clamp(-1, 0, 10)", "0")),
        lambda value, low, high: max(low, min(value, high)), unify=True,
    ),
    Function(
        "min", ("min", "最小"), "number", (_RANKED,), _first_known,
        Text("最小的一个；有空则为空", "the least; empty when one is empty"),
        (("min(3, 2, 5)", "2"), ("min(3, empty)", "empty")), lambda *values: min(values), unify=True,
    ),
    Function(
        "max", ("max", "最大"), "number", (_RANKED,), _first_known,
        Text("最大的一个；有空则为空", "the greatest; empty when one is empty"),
        (("max(3, 2, 5)", "5"),), lambda *values: max(values), unify=True,
    ),
    Function(
        "is_integer", ("is_integer", "是整数"), "number", (_NUMBER,), BOOLEAN,
        Text("是否没有小数部分；空则为假", "whether it has no fraction; false when it is empty"),
        (("is_integer(2.0)", "true"), ("is_integer(2.5)", "false")), _is_integer, strict=False,
    ),
    Function(
        "is_even", ("is_even", "是偶数"), "number", (_NUMBER,), BOOLEAN,
        Text(
            "是否为偶数；空或有小数则为假",
            "whether it is an even whole number; false when it is empty or has a fraction",
        ),
        (("is_even(-4)", "true"), ("is_even(2.5)", "false")), _is_even, strict=False,
    ),
    Function(
        "is_odd", ("is_odd", "是奇数"), "number", (_NUMBER,), BOOLEAN,
        Text(
            "是否为奇数；空或有小数则为假",
            "whether it is an odd whole number; false when it is empty or has a fraction",
        ),
        (("is_odd(-3)", "true"), ("is_odd(empty)", "false")), _is_odd, strict=False,
    ),
)  # fmt: skip
