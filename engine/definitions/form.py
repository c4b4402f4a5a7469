"""Forms: which fields of an entity are shown, in what order, with what rights and conditions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.entity import Check
from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class FormItem:
    """One field on a form. `access` is `write` or `read`; conditions are expressions over the form's values, and so is
    `computed`: the value of a field that nobody types.
    """

    field: str
    access: str = "write"
    required: bool = False
    visible_when: str | None = None
    required_when: str | None = None
    computed: str | None = None
    label: Text | None = None
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields, laid out in 1 or 2 columns."""

    items: tuple[FormItem, ...]
    label: Text | None = None
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A form of `entity`. A field that is on no item is hidden: never sent to the reader, never accepted."""

    key: str
    label: Text
    entity: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    schema: int = 1
    app: str = ""

    @property
    def items(self) -> tuple[FormItem, ...]:
        return tuple(item for section in self.sections for item in section.items)
