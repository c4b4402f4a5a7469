"""JSON documents to definitions and back: one entry of KINDS per kind, the same code for all.

A document has the members of its dataclass and `kind`; members left out have their defaults, and `encode` leaves defaults
out again, so that `encode(decode(kind, document))` is the canonical form whose hash names a version.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.definitions.calendar import BusinessCalendar
from engine.definitions.decision_table import DecisionTable
from engine.definitions.entity import Entity
from engine.definitions.flow import Flow
from engine.definitions.form import Form
from engine.definitions.role import Role
from engine.definitions.rule import Rule, WordList
from engine.definitions.schemas import SchemaProblem, schema_problems
from engine.definitions.segment import Segment
from engine.definitions.text import Text
from engine.definitions.upgrades import events_of_flows
from engine.definitions.view import View

Definition = Entity | Form | Flow | Rule | View | Segment | Role | WordList | BusinessCalendar | DecisionTable
Document = dict[str, Any]
Upgrade = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of definition. `upgrades[n]` turns a document of schema version n+1 into one of n+2."""

    name: str
    type: type[Any]
    label: Text
    upgrades: tuple[Upgrade, ...] = ()

    @property
    def schema_version(self) -> int:
        """The schema version written today."""
        return 1 + len(self.upgrades)


#: Every kind of definition, in the order in which one may refer to another.
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("word_list", WordList, Text("词表", "word list")),
        Kind("calendar", BusinessCalendar, Text("日历", "calendar")),
        Kind("decision_table", DecisionTable, Text("决策表", "decision table")),
        Kind("entity", Entity, Text("实体", "entity")),
        Kind("form", Form, Text("表单", "form")),
        Kind("view", View, Text("视图", "view")),
        Kind("segment", Segment, Text("分群", "segment")),
        Kind("role", Role, Text("角色", "role")),
        Kind("flow", Flow, Text("流程", "flow"), (events_of_flows,)),
        Kind("rule", Rule, Text("规则", "rule")),
    )
}


class InvalidDocument(ValueError):
    """A document that does not have the form of its kind; `problems` says where and why."""

    def __init__(self, kind: str, problems: Sequence[SchemaProblem]) -> None:
        self.kind = kind
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path or '/'}: {p.message.en}" for p in problems))


def problems(kind: str, document: object) -> list[SchemaProblem]:
    """What is wrong with the form of `document`; empty when it can be decoded."""
    if not isinstance(document, Mapping):
        return schema_problems(kind, document)
    too_new = _too_new(KINDS[kind], document)
    return [too_new] if too_new else schema_problems(kind, upgrade(kind, document))


def decode(kind: str, document: Mapping[str, Any]) -> Any:
    """The definition in `document`; raises InvalidDocument when its form is wrong."""
    found = problems(kind, document)
    if found:
        raise InvalidDocument(kind, found)
    return decode_checked(kind, document)


def decode_checked(kind: str, document: Mapping[str, Any]) -> Any:
    """Like `decode` for a document that was checked before it was stored."""
    wanted: Any = KINDS[kind].type
    return _reader(wanted)(upgrade(kind, document))


def encode(definition: object) -> Document:
    """The canonical JSON document of a definition."""
    kind = KINDS[kind_of(definition)]
    version = {"schema": kind.schema_version} if kind.upgrades else {}
    return {"kind": kind.name, **_members(definition), **version}


def kind_of(definition: object) -> str:
    """The kind a definition is of."""
    return next(kind.name for kind in KINDS.values() if isinstance(definition, kind.type))


def upgrade(kind: str, document: Mapping[str, Any]) -> Document:
    """`document` in today's schema version."""
    result = dict(document)
    version = result.get("schema", 1)
    if isinstance(version, int):
        for step in KINDS[kind].upgrades[max(version, 1) - 1 :]:
            result = step(result) | {"schema": version + 1}
            version += 1
    return result


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document with sorted keys and no spaces; equal for equal definitions."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _too_new(kind: Kind, document: Mapping[str, Any]) -> SchemaProblem | None:
    version = document.get("schema", 1)
    if not isinstance(version, int) or version <= kind.schema_version:
        return None
    message = Text(
        f"此文档使用更新的格式版本 {version}，本系统支持到 {kind.schema_version}",
        f"The document has schema version {version}; this system knows up to {kind.schema_version}",
    )
    return SchemaProblem("/schema", "schema_too_new", message, str(kind.schema_version))


# -- reading


def _same(value: Any) -> Any:
    return value


@cache
def _reader(wanted: Any) -> Callable[[Any], Any]:
    """A function from JSON to a value of the annotated type."""
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return _optional_reader(wanted)
    if origin is tuple:
        item = _reader(get_args(wanted)[0])
        return lambda value: tuple(item(entry) for entry in value)
    if origin is not None and issubclass(origin, Mapping):
        entry = _reader(get_args(wanted)[1])
        return lambda value: {key: entry(inner) for key, inner in value.items()}
    return _dataclass_reader(wanted) if is_dataclass(wanted) else _same


def _member(field: dataclasses.Field[Any]) -> str:
    """What a field is called in documents: as in Python, unless Python has another use for the word."""
    return str(field.metadata.get("member", field.name))


def _optional_reader(wanted: Any) -> Callable[[Any], Any]:
    inner = _reader(next(arg for arg in get_args(wanted) if arg is not type(None)))
    return lambda value: None if value is None else inner(value)


def _dataclass_reader(wanted: Any) -> Callable[[Any], Any]:
    names = [(field.name, _member(field)) for field in dataclasses.fields(wanted)]

    def read(value: Mapping[str, Any]) -> Any:
        readers = _member_readers(wanted)
        return wanted(**{name: readers[name](value[member]) for name, member in names if member in value})

    return read


@cache
def _member_readers(wanted: Any) -> Mapping[str, Callable[[Any], Any]]:
    """Readers per member; looked up when first used, because a sub-table's fields are fields."""
    return {name: _reader(hint) for name, hint in get_type_hints(wanted).items()}


# -- writing


def _members(value: Any) -> Document:
    found = {}
    for field in dataclasses.fields(value):
        member = getattr(value, field.name)
        if member != _default(field):
            found[_member(field)] = _write(member)
    return found


def _write(value: Any) -> Any:
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, Mapping):
        return {key: _write(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_write(entry) for entry in value]
    return value


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
