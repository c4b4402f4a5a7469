"""Segments: a named condition that says which records of an entity belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class Segment:
    """The records of `entity` that meet `condition`, an expression over the record and `me`. Nothing is stored of who belongs:
    it is asked whenever somebody looks."""

    key: str
    label: Text
    entity: str
    condition: str
    description: Text | None = None
    schema: int = 1
    app: str = ""
