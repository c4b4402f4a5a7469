"""The types of the schema that do not depend on definitions: scalars, texts, money, people."""

from __future__ import annotations

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Date = NewType("Date", str)
DateTime = NewType("DateTime", str)


def _as_it_is(value: object) -> object:
    """PostgreSQL wrote it, or the field type will read it."""
    return value


#: Dates and times cross as the ISO 8601 text that REST shows.
SCALARS: dict[object, ScalarDefinition] = {
    Date: strawberry.scalar(
        name="Date", description="ISO 8601: 2026-11-23", serialize=_as_it_is, parse_value=_as_it_is
    ),
    DateTime: strawberry.scalar(
        name="DateTime", description="ISO 8601 with a zone", serialize=_as_it_is, parse_value=_as_it_is
    ),
}


@strawberry.type
class Money:
    """An amount, every digit as text, and its ISO 4217 currency."""

    amount: str
    currency: str


@strawberry.input
class MoneyInput:
    """An amount; the currency may be left out, since the field fixes it."""

    amount: str
    currency: str | None = strawberry.UNSET


@strawberry.type
class Label:
    """A text in the two languages."""

    zh: str
    en: str


@strawberry.type
class User:
    """Somebody who can sign in."""

    id: strawberry.ID
    name: str
    email: str
    position: str | None


@strawberry.type
class Department:
    """A department."""

    id: strawberry.ID
    key: str
    label: Label
