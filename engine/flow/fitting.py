"""Whether a value that comes from outside fits the variable it is for: of what arrives in messages, results and called flows nobody
has checked the types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from engine.definitions import Variable
from engine.flow.state import Json


def fits(variable: Variable, value: Json) -> bool:
    """Whether the variable can hold the value; empty ones always fit."""
    return value is None or value == "" or _FITS.get(variable.type, _is_text)(value)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_number(value: Json) -> bool:
    """A number, or one written out: JSON has none so large."""
    if isinstance(value, str):
        try:
            return Decimal(value).is_finite()
        except InvalidOperation:
            return False
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_money(value: Json) -> bool:
    return _is_number(value.get("amount")) if isinstance(value, Mapping) else _is_number(value)


def _is_boolean(value: Json) -> bool:
    return isinstance(value, bool)


def _is_date(value: Json) -> bool:
    return _parses(date.fromisoformat, value)


def _is_datetime(value: Json) -> bool:
    return _parses(datetime.fromisoformat, value)


def _parses(parse: Callable[[str], object], value: Json) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _is_reference(value: Json) -> bool:
    return isinstance(value.get("id"), str) if isinstance(value, Mapping) else isinstance(value, str)


def _is_texts(value: Json) -> bool:
    return isinstance(value, list | tuple)


_FITS: Mapping[str, Callable[[Json], bool]] = {
    "number": _is_number,
    "money": _is_money,
    "boolean": _is_boolean,
    "date": _is_date,
    "datetime": _is_datetime,
    "reference": _is_reference,
    "user": _is_reference,
    "department": _is_reference,
    "multi_choice": _is_texts,
    "tags": _is_texts,
}
