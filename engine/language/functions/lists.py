"""Functions of lists."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
