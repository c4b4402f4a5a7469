"""Functions of users, departments and roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement

from engine.language.tree import Node

if TYPE_CHECKING:
    from engine.language.sql.translator import Translator

FUNCTIONS: Mapping[str, Callable[[Translator, Node], ColumnElement[Any]]] = {}
