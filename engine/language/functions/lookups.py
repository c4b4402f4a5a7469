"""Functions that find other records."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
