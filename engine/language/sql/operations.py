"""Every operation of the typed tree and its SQL, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from engine.language.functions import BY_KEY
from engine.language.sql import (
    business,
    choices,
    conditions,
    dates,
    lists,
    lookups,
    money,
    numbers,
    people,
    sources,
    text,
    times,
    values,
)
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]

#: The functions by key. An operand that is empty is null, and so is the result of a strict function of it.
FUNCTIONS: Mapping[str, Make] = {
    **text.FUNCTIONS,
    **numbers.FUNCTIONS,
    **money.FUNCTIONS,
    **dates.FUNCTIONS,
    **business.FUNCTIONS,
    **lists.FUNCTIONS,
    **lookups.FUNCTIONS,
    **choices.FUNCTIONS,
    **people.FUNCTIONS,
}


def called(translator: Translator, node: Node) -> Sql:
    """What a function gives; a condition may be null where it is not true. One that has no SQL was accepted of constants only."""
    make = FUNCTIONS.get(str(node.value))
    return translator.constant(node.type, translator.evaluate(node)) if make is None else make(translator, node)


def _call(translator: Translator, node: Node) -> Sql:
    made = called(translator, node)
    if node.type.kind == "boolean" and not BY_KEY[str(node.value)].strict:
        return made.is_(sa.true())
    return made


#: Conditions that are never null, so that NOT will do: PostgreSQL joins by NOT EXISTS, but not by EXISTS … IS NOT TRUE.
_NEVER_NULL = frozenset({"exists"})


def _call_fails(translator: Translator, node: Node) -> Sql:
    made = called(translator, node)
    return sa.not_(made) if node.value in _NEVER_NULL else made.is_not(sa.true())


#: Where a condition is true; where it is not, when that can be said better than by NOT; values.
HOLDS: Mapping[str, Make] = {**conditions.HOLDS, **sources.HOLDS}
FAILS: Mapping[str, Make] = {**conditions.FAILS, "call": _call_fails}
VALUES: Mapping[str, Make] = {**values.VALUES, **times.VALUES, **business.VALUES, **sources.VALUES, "call": _call}

_LENIENT = frozenset({"const", "field", "if", "??", "list", "get", "named"})


def is_strict(node: Node) -> bool:
    """Whether the value is empty when an operand is."""
    return BY_KEY[str(node.value)].strict if node.op == "call" else node.op not in _LENIENT
