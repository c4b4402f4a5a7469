"""Functions of business time: working days and hours of the evaluation's calendar."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
