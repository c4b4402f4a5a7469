"""The world of the records tests, for asking about rights."""

from __future__ import annotations

from tests.backend.records.conftest import world

__all__ = ["world"]
