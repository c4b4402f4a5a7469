"""Functions of choices. The checker has put the options behind the arguments that are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from engine.language.sql.total import let
from engine.language.sql.values import number
from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

Sql = ColumnElement[Any]
Make = Callable[["Translator", Node], Sql]


def _texts(node: Node, first: int) -> list[str]:
    return [str(arg.value) for arg in node.args[first:]]


def _by_option(choice: Sql, values: Mapping[str, Sql], otherwise: Sql) -> Sql:
    return sa.case(values, value=choice, else_=otherwise) if values else otherwise


def _text(text: str) -> Sql:
    return sa.literal(text, sa.Text())


def _label_of(translator: Translator, node: Node) -> Sql:
    texts = _texts(node, 2)
    labels = dict(zip(texts[::2], map(_text, texts[1::2]), strict=True))
    return let(translator.value(node.args[0]), lambda choice: _by_option(choice, labels, choice))


def _no_text() -> Sql:
    return sa.cast(sa.null(), sa.Text())


def _option_index(translator: Translator, node: Node) -> Sql:
    places = {key: number(place) for place, key in enumerate(_texts(node, 1), 1)}
    return _by_option(translator.value(node.args[0]), places, sa.cast(sa.null(), sa.Numeric()))


def _next_option(translator: Translator, node: Node) -> Sql:
    keys = _texts(node, 1)
    following = {key: _text(other) for key, other in pairwise(keys)}
    return _by_option(translator.value(node.args[0]), following, _no_text())


def _previous_option(translator: Translator, node: Node) -> Sql:
    keys = _texts(node, 1)
    before = {key: _text(other) for other, key in pairwise(keys)}
    return _by_option(translator.value(node.args[0]), before, _no_text())


def _among(wanted: Callable[[list[str], int], list[str]]) -> Make:
    """One of the options on one side of another: a membership, which an index can serve."""

    def make(translator: Translator, node: Node) -> Sql:
        keys = _texts(node, 2)
        other = str(node.args[1].value)
        found = wanted(keys, keys.index(other)) if other in keys else []
        choice = translator.plain(node.args[0])
        return choice.in_([_text(key) for key in found]) if found else sa.false()

    return make


FUNCTIONS: Mapping[str, Make] = {
    "label_of": _label_of,
    "option_index": _option_index,
    "next_option": _next_option,
    "previous_option": _previous_option,
    "is_before": _among(lambda keys, place: keys[:place]),
    "is_after": _among(lambda keys, place: keys[place + 1 :]),
    "has_reached": _among(lambda keys, place: keys[place:]),
}
