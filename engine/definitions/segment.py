"""Segments: a named group of records of an entity, of those that meet a condition or of those that rules put in."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class Segment:
    """The records of `entity` that meet `condition`, an expression over the record and `me`: who belongs is asked whenever
    somebody looks. Without a condition: those that rules put in, until they take them out."""

    key: str
    label: Text
    entity: str
    condition: str | None = None
    description: Text | None = None
    schema: int = 1
    app: str = ""
