"""Functions of choices: their options and labels."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
