"""Functions of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

from engine.language.sql.conditions import ascii_lower
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]


def _length(translator: Translator, node: Node) -> Sql:
    operand = node.args[0]
    if operand.type.kind == "list":
        return translator.source(operand).scalar(sa.cast(func.count(), sa.Numeric()))
    return sa.cast(func.coalesce(func.char_length(translator.value(operand)), 0), sa.Numeric())


def _upper(translator: Translator, node: Node) -> Sql:
    return func.upper(sa.collate(translator.value(node.args[0]), "C"), type_=sa.Text())


def _trim(translator: Translator, node: Node) -> Sql:
    return not_blank(func.btrim(translator.value(node.args[0]), sa.literal(" \t\r\n", sa.Text())))


def not_blank(text: Sql) -> Sql:
    """A text, null instead of the empty one."""
    return func.nullif(text, sa.literal("", sa.Text()), type_=sa.Text())


def _starts_with(translator: Translator, node: Node) -> Sql:
    text, part = node.args
    # The column as it stands: an index in the order of code points finds what begins with a text.
    held = translator.plain(text) if translator.never_empty(part) else translator.value(text)
    return func.starts_with(held, translator.value(part), type_=sa.Boolean())


def _ends_with(translator: Translator, node: Node) -> Sql:
    text, part = (translator.value(arg) for arg in node.args)
    return func.right(text, func.char_length(part), type_=sa.Text()) == part


FUNCTIONS: Mapping[str, Callable[[Translator, Node], Sql]] = {
    "length": _length,
    "lower": lambda translator, node: ascii_lower(translator.value(node.args[0])),
    "upper": _upper,
    "trim": _trim,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
}
