"""number, money, boolean."""

# ruff: noqa: ARG002  (a method takes the field whether or not this type needs it)
from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Boolean, Numeric, String, case, cast, func, null
from sqlalchemy.types import TypeEngine

from backend.records.errors import FieldError
from backend.records.fields.base import FieldType, Sql, wrong_type
from engine.definitions import Field, Text

DEFAULT_CURRENCY = "CNY"
MONEY_SCALE = 2
_OPERATORS = ("equal", "unequal", "more", "least", "less", "most", "empty", "filled")
#: What every reader of JSON keeps exactly (a double's digits); more is rounded.
_DOUBLE = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def decimal(value: object) -> Decimal:
    """A finite number from JSON or Python. Raises FieldError."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise wrong_type("数字", "a number")
    if isinstance(value, int) and value.bit_length() > 200:
        raise FieldError("field.range")
    text = str(value).strip()
    try:
        number = Decimal(text) if len(text) <= 60 else None
    except InvalidOperation:
        raise wrong_type("数字", "a number") from None
    if number is None or not number.is_finite() or abs(number.adjusted()) > 40:
        raise FieldError("field.range")
    return number


class NumberType(FieldType):
    """A decimal number, rounded to `scale` digits after the point and never more digits than a JSON reader keeps."""

    key, label = "number", Text("数字", "Number")
    widens = frozenset({"money"})
    graphql = "Float"
    operators = _OPERATORS
    limit = Decimal(10) ** 15

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return Numeric()

    def coerce(self, field: Field, value: object) -> object:
        number = decimal(value)
        if abs(number) >= self.limit:
            raise FieldError("field.range")
        if field.scale is not None:
            number = number.quantize(Decimal(1).scaleb(-field.scale), context=_WIDE)
        rounded = _DOUBLE.plus(number)
        return rounded if rounded else Decimal(0)

    def to_json(self, field: Field, column: Sql) -> Sql:
        return func.trim_scale(column, type_=Numeric())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "number"}


class MoneyType(FieldType):
    """An amount in the currency its definition fixes; the JSON keeps every digit as text."""

    key, label = "money", Text("金额", "Money")
    widens = frozenset({"number"})
    graphql = "Money"
    operators = _OPERATORS
    limit = Decimal(10) ** 18

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return Numeric()

    def is_empty(self, value: object) -> bool:
        return super().is_empty(value.get("amount") if isinstance(value, Mapping) else value)

    def coerce(self, field: Field, value: object) -> object:
        currency = field.currency or DEFAULT_CURRENCY
        if isinstance(value, Mapping):
            if value.get("currency", currency) != currency:
                raise FieldError("field.currency", currency=currency)
            value = value.get("amount")
        amount = decimal(value)
        if abs(amount) >= self.limit:
            raise FieldError("field.range")
        rounded = amount.quantize(Decimal(1).scaleb(-self.scale(field)), context=_WIDE)
        return rounded if rounded else abs(rounded)

    def to_json(self, field: Field, column: Sql) -> Sql:
        amount = cast(func.round(column, self.scale(field)), String)
        pair = func.json_build_object("amount", amount, "currency", field.currency or DEFAULT_CURRENCY)
        return case((column.is_(None), null()), else_=pair)

    def scale(self, field: Field) -> int:
        """Digits after the point."""
        return MONEY_SCALE if field.scale is None else field.scale

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {"amount": {"type": "string"}, "currency": {"const": field.currency or DEFAULT_CURRENCY}},
            "required": ["amount"],
        }


class BooleanType(FieldType):
    """Yes or no."""

    key, label = "boolean", Text("是否", "Yes or no")
    graphql = "Boolean"
    operators = ("yes", "no", "empty")

    def column_type(self, field: Field) -> TypeEngine[Any]:
        return Boolean()

    def coerce(self, field: Field, value: object) -> object:
        if not isinstance(value, bool):
            raise wrong_type("是或否", "true or false")
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}
