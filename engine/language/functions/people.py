"""Functions of users, departments and roles."""

from __future__ import annotations

from engine.language.functions.function import Group

FUNCTIONS: Group = ()
