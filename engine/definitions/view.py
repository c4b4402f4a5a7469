"""Views: a saved way to look at an entity's records."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class View:
    """`columns` are field keys; `filter` is an expression; `sort` field keys, `-` before one for descending. Views of an
    entity are listed by `position`, then key."""

    key: str
    label: Text
    entity: str
    columns: tuple[str, ...]
    type: str = "table"
    filter: str | None = None
    sort: tuple[str, ...] = ()
    default: bool = False
    schema: int = 1
    app: str = ""
    position: int = 0
