"""What is shown of a value that its reader may not read: that there is one, and as much as tells a caller from another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from backend.records.fields import type_of
from engine.definitions import Field

MASK = "***"
_DIGITS_SHOWN = 7


def masked(field: Field, value: Any) -> str | None:
    """The value as its reader gets it; None for none."""
    if value is None or type_of(field).is_empty(value) or value == []:
        return None
    mask = _MASKS.get(field.type)
    return MASK if mask is None else mask(str(value))


def _phone(value: str) -> str:
    """The first three and the last four digits, as on a parcel; nothing of a short number, which that would give away."""
    digits = re.sub(r"\D", "", value)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > _DIGITS_SHOWN + 2 else MASK


def _email(value: str) -> str:
    name, _, domain = value.partition("@")
    return f"{name[:1]}{MASK}@{domain}"


#: Field types of which a part is shown; of all others nothing.
_MASKS: Mapping[str, Callable[[str], str]] = {"phone": _phone, "email": _email}
