"""What publishing needs from whoever keeps the records: a plan of table changes, and applying it in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.metadata.snapshot import Metadata
from engine.definitions import Text


@dataclass(frozen=True, slots=True)
class TableChange:
    """One change of a table, shown to people before it happens.

    `lock` is what the change holds while it runs: nothing, writers out (`share`), or everybody out (`exclusive`).
    `destructive` means values can no longer be reached afterwards. A `refused` change cannot be done at all: publishing
    answers it as a problem. `statements` are for `apply` alone.
    """

    entity: str
    table: str
    change: Text
    lock: Literal["none", "share", "exclusive"] = "exclusive"
    destructive: bool = False
    refused: bool = False
    field: str | None = None
    statements: tuple[Any, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As part of a plan."""
        return {
            "table": self.table,
            "change": {"zh": self.change.zh, "en": self.change.en},
            "lock": self.lock,
            "destructive": self.destructive,
        }


class TableChanges(Protocol):
    """Implemented by the records (`records.ddl.DDL`)."""

    def plan(self, before: Metadata, after: Metadata) -> list[TableChange]:
        """The changes that make the tables of `before` those of `after`, in order."""
        ...

    async def apply(self, session: AsyncSession, changes: Sequence[TableChange]) -> None:
        """Make the changes in the session's transaction, waiting for locks only briefly at a time."""
        ...
