"""Functions of amounts of money: exact decimals in one currency, rounded only where it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.definitions import Text
from engine.language import types
from engine.language.functions.arguments import implied, whole
from engine.language.functions.function import Function, Group, Parameter
from engine.language.operators import Mismatch
from engine.language.tree import Node
from engine.language.types import NUMBER, TEXT, Scope, Type
from engine.language.values import EXACT, divide, round_half_away

#: Digits after the point of what is paid, by ISO 4217; two for the rest.
_NO_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
DIGITS: Mapping[str, int] = {
    **dict.fromkeys(_NO_CENTS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
_KNOWN = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD")
MOST_PARTS = 120

_MONEY = Parameter("amount", ("money",))
_NUMBER = Parameter("number", ("number",))
_CURRENCY = Parameter("currency", ("text",), literal=True)


def digits_of_currency(currency: str | None) -> int:
    """How many digits after the point the least coin of a currency has."""
    return DIGITS.get(currency or "", 2)


def _with_currency(_: Scope, arguments: list[Node]) -> list[Node]:
    return [*arguments, *implied(arguments[0].type.currency or "CNY")]


def _with_digits(_: Scope, arguments: list[Node]) -> list[Node]:
    digits = digits_of_currency(arguments[0].type.currency)
    return [*arguments, Node("const", NUMBER, value=Decimal(digits))]


def _known_currency(_: Scope, arguments: list[Node]) -> list[Node]:
    written = str(arguments[1].value or "")
    if not re.fullmatch(r"[A-Z]{3}", written):
        suggestions = (written.upper(),) if re.fullmatch(r"[A-Za-z]{3}", written) else _KNOWN
        raise Mismatch("unknown_option", (f'"{each}"' for each in suggestions), value=written).on(arguments[1])
    return arguments


def _parts(scope: Scope, arguments: list[Node]) -> list[Node]:
    return _with_digits(scope, whole(1, 1, MOST_PARTS)(scope, arguments))


def _in_currency(_: Scope, arguments: tuple[Node, ...]) -> Type:
    return types.money(str(arguments[1].value))


def _share(amount: Decimal, part: Decimal, total: Decimal) -> Decimal | None:
    return divide(EXACT.multiply(amount, part), total)


def _installment(amount: Decimal, parts: Decimal, number: Decimal, digits: Decimal) -> Decimal | None:
    """Counted in coins, so that the parts add up: the first ones bear one coin more when it does not come out even."""
    count, each = int(parts), int(number)
    if number != each or not 1 <= each <= count:
        return None
    coins = int(EXACT.scaleb(round_half_away(amount, int(digits)), int(digits)))
    least, rest = divmod(abs(coins), count)
    share = least + (each <= rest)
    return EXACT.scaleb(Decimal(share if coins >= 0 else -share), -int(digits))


FUNCTIONS: Group = (
    Function(
        "money", ("money", "转金额"), "money", (_NUMBER, _CURRENCY), _in_currency,
        Text("数字作为某币种的金额；空仍为空", "a number as an amount in a currency; empty when the number is"),
        (('money(80, "CNY")', "80 CNY"),), lambda number, _: number, adapt=_known_currency,
        grows=lambda sizes, _: sizes[0],
    ),
    Function(
        "amount_of", ("amount_of", "金额数字"), "money", (_MONEY,), NUMBER,
        Text(
            "金额的数字，不带币种；空仍为空",
            "the number of an amount, without its currency; empty when the amount is",
        ),
        (("amount_of(80.50 CNY)", "80.5"),), lambda amount: amount,
    ),
    Function(
        "currency_of", ("currency_of", "币种"), "money", (_MONEY,), TEXT,
        Text("金额的币种；金额为空则为空", "the currency of an amount; empty when the amount is"),
        (("currency_of(80 USD)", '"USD"'),), lambda _, currency: currency, adapt=_with_currency, grows=lambda *_: 3,
    ),
    Function(
        "round_money", ("round_money", "金额取整到分"), "money", (_MONEY,), None,
        Text(
            "四舍五入到币种的最小单位（日元、韩元到元，其余多到分）；空仍为空",
            "rounded, a half away from zero, to the least coin of its currency; empty when the amount is",
        ),
        (("round_money(2.675 CNY)", "2.68 CNY"), ("round_money(99.5 JPY)", "100 JPY")),
        lambda amount, digits: round_half_away(amount, int(digits)) or Decimal(0), adapt=_with_digits,
        grows=lambda sizes, _: sizes[0] + 4,
    ),
    Function(
        "convert", ("convert", "换算"), "money", (_MONEY, _CURRENCY, Parameter("rate", ("number",))), _in_currency,
        Text(
            "按汇率换成另一币种，不取整；有空则为空",
            "in another currency at a rate, not rounded; empty when the amount or the rate is",
        ),
        (('convert(10 USD, "CNY", 7.1)', "71 CNY"),), lambda amount, _, rate: EXACT.multiply(amount, rate),
        adapt=_known_currency, grows=lambda sizes, _: sizes[0] + sizes[2],
    ),
    Function(
        "share", ("share", "分摊"), "money",
        (_MONEY, Parameter("part", ("number",)), Parameter("total", ("number",))), None,
        Text(
            "按部分占总数的比例分得的金额，四舍五入到 12 位小数；有空则为空，总数为零时为空并提示",
            "the share of an amount that a part of a total has, rounded to 12 digits; empty when one is, and, "
            "with a warning, for zero",
        ),
        (("share(100 CNY, 1, 4)", "25 CNY"),), _share, warning="division_by_zero",
        grows=lambda sizes, _: sum(sizes) + 13,
    ),
    Function(
        "installment", ("installment", "分期"), "money",
        (_MONEY, Parameter("parts", ("number",), literal=True), Parameter("number", ("number",))), None,
        Text(
            "分成若干期（至多 120）时第几期的金额，各期合计不差一分，零头记在前几期；有空或没有这一期则为空",
            "the nth of so many parts (up to 120) that add up to the rounded amount, the first ones a coin "
            "more; empty when one is, or there is no such part",
        ),
        (("installment(100 CNY, 3, 1)", "33.34 CNY"), ("installment(100 CNY, 3, 3)", "33.33 CNY")), _installment,
        adapt=_parts, grows=lambda sizes, _: sizes[0] + 4,
    ),
)  # fmt: skip
