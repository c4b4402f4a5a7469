"""Entities: what a company keeps records of, and the fields of those records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions.text import Text

#: Columns that every entity table has beside its own fields, with their field types.
SYSTEM_FIELDS: Mapping[str, str] = {
    "id": "id",
    "version": "number",
    "created_at": "datetime",
    "created_by": "user",
    "updated_at": "datetime",
    "updated_by": "user",
    "owner": "user",
    "department": "department",
    "deleted_at": "datetime",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a `choice`, `multi_choice` or `stage` field. `color` is a semantic name (grey, blue, green, orange, red, purple)."""

    key: str
    label: Text
    color: str = "grey"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `type` is a key of the field-type registry; settings not used by the type stay at their defaults.

    `options` choice, multi_choice, stage; `transitions` stage (from key -> allowed next keys, empty means any);
    `entity` reference (target entity); `currency` money (ISO 4217, fixed per field so that the checker knows it);
    `scale` number and money (digits after the point); `max_length` text; `pattern` auto_number
    (`{yyyy} {mm} {dd}` and one run of zeros such as `{0000}`); `fields` sub_table (its columns).
    """

    key: str
    type: str
    label: Text
    required: bool = False
    unique: bool = False
    indexed: bool = False
    personal: bool = False
    default: object = None
    help: Text | None = None
    options: tuple[Option, ...] = ()
    transitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entity: str | None = None
    currency: str | None = None
    scale: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A condition every record must meet when written; `message` is shown when it does not, at `field` if given."""

    expression: str
    message: Text
    field: str | None = None


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """Fields whose values together may occur once among records that are not in the trash."""

    fields: tuple[str, ...]
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity. `title` is the field whose value names a record to people; `icon` is a lucide icon name; entities are
    listed by `position`, then key."""

    key: str
    label: Text
    fields: tuple[Field, ...]
    title: str
    plural: Text | None = None
    icon: str = "table"
    group: Text | None = None
    description: Text | None = None
    checks: tuple[Check, ...] = ()
    unique: tuple[UniqueKey, ...] = ()
    schema: int = 1
    app: str = ""
    position: int = 0

    def field(self, key: str) -> Field | None:
        """The field with this key, or None."""
        return next((f for f in self.fields if f.key == key), None)
