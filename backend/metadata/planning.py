"""The plan of a publish: what changes, which tables, who uses what goes, and what is wrong. Pure: reads no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from backend.metadata.checks import DefinitionProblem
from backend.metadata.snapshot import Metadata
from backend.metadata.tables import TableChange
from backend.metadata.uses import Address, users_of
from engine.definitions import Entity, Field, Text
from engine.definitions.codec import KINDS


@dataclass(frozen=True, slots=True)
class Change:
    """One definition that is created, updated or removed, with the table changes it brings and what uses what goes."""

    kind: str
    key: str
    action: Literal["create", "update", "remove"]
    summary: Text
    details: tuple[TableChange, ...] = ()
    uses: tuple[Address, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "key": self.key,
            "action": self.action,
            "summary": {"zh": self.summary.zh, "en": self.summary.en},
            "details": [detail.to_json() for detail in self.details],
            "uses": [{"kind": kind, "key": key} for kind, key in self.uses],
        }


@dataclass(frozen=True)
class Plan:
    """What a publish would do or has done. `version` is that of the metadata afterwards (now, when not published)."""

    changes: tuple[Change, ...] = ()
    problems: tuple[DefinitionProblem, ...] = ()
    table_changes: tuple[TableChange, ...] = field(default=(), repr=False)
    published: bool = False
    version: int = 0

    @property
    def refused(self) -> bool:
        """Whether a problem keeps it from being published."""
        return any(problem.severity == "error" for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        return {
            "changes": [change.to_json() for change in self.changes],
            "problems": [problem.to_json() for problem in self.problems],
            "published": self.published,
            "version": self.version,
        }


def describe_changes(
    before: Metadata, after: Metadata, addresses: Iterable[Address], table_changes: Sequence[TableChange]
) -> tuple[Change, ...]:
    """One Change per address that differs, kinds in the order in which one may refer to another."""
    order = list(KINDS)
    return tuple(
        _change(before, after, kind, key, table_changes)
        for kind, key in sorted(addresses, key=lambda address: (order.index(address[0]), address[1]))
    )


def _change(before: Metadata, after: Metadata, kind: str, key: str, tables: Sequence[TableChange]) -> Change:
    old, new = before.of_kind(kind).get(key), after.of_kind(kind).get(key)
    details = tuple(each for each in tables if kind == "entity" and each.entity == key)
    gone = _gone(kind, old, new)
    uses = tuple(address for address in users_of(gone, before) if address != (kind, key))
    action: Literal["create", "update", "remove"] = (
        "create" if old is None else "update" if new is not None else "remove"
    )
    return Change(kind, key, action, _summary(kind, old, new), details, uses)


def _gone(kind: str, old: Any, new: Any) -> list[Address]:
    """The addresses that stop meaning what they meant."""
    if old is None:
        return []
    if new is None:
        fields = [("field", f"{old.key}.{f.key}") for f in old.fields] if kind == "entity" else []
        return [(kind, old.key), *fields]
    if kind != "entity":
        return []
    return [("field", f"{old.key}.{f.key}") for f in old.fields if _type_of(f) != _type_of(new.field(f.key))]


def _type_of(field: Field | None) -> tuple[Any, ...] | None:
    return (field.type, field.entity, field.currency) if field else None


def _summary(kind: str, old: Any, new: Any) -> Text:
    name = KINDS[kind].label
    label = (new or old).label
    if old is None:
        return Text(f"新建{name.zh}“{label.zh}”", f"New {name.en} “{label.en}”")
    if new is None:
        return Text(f"移除{name.zh}“{label.zh}”", f"Remove {name.en} “{label.en}”")
    parts = _entity_parts(old, new) if kind == "entity" else []
    if not parts:
        return Text(f"修改{name.zh}“{label.zh}”", f"Change {name.en} “{label.en}”")
    zh, en = "；".join(part.zh for part in parts), "; ".join(part.en for part in parts)
    return Text(f"修改{name.zh}“{label.zh}”：{zh}", f"Change {name.en} “{label.en}”: {en}")


def _entity_parts(old: Entity, new: Entity) -> list[Text]:
    before: Mapping[str, Field] = {f.key: f for f in old.fields}
    after: Mapping[str, Field] = {f.key: f for f in new.fields}
    groups = (
        ("新增字段", "new fields", [f.label for key, f in after.items() if key not in before]),
        ("移除字段", "removed fields", [f.label for key, f in before.items() if key not in after]),
        ("修改字段", "changed fields", [f.label for key, f in after.items() if key in before and before[key] != f]),
    )
    return [
        Text(f"{zh} {'、'.join(label.zh for label in labels)}", f"{en} {', '.join(label.en for label in labels)}")
        for zh, en, labels in groups
        if labels
    ]
