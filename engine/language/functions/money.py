"""Functions of amounts of money."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
