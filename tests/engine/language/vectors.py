"""The shared vectors (tests/language/vectors/core.json): read once, for the Python and the SQL tests."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.definitions import Entity, Field, Option, Text
from engine.language import Checked, Problems, Scope, Type, check, record_scope

PATH = Path(__file__).resolve().parents[2] / "language" / "vectors" / "core.json"
DOCUMENT: Mapping[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
#: The checked trees of the cases, for back ends without a checker; `python -m tests.engine.language.vectors` writes it.
TREES_PATH = PATH.with_name("core.trees.json")
NOW = dt.datetime.fromisoformat(DOCUMENT["now"])
ROWS: list[dict[str, Any]] = DOCUMENT["rows"]


@dataclass(frozen=True)
class Case:
    """One expression and its value for each row."""

    text: str
    expect: list[Any]
    targets: frozenset[str]


def _field(json: Mapping[str, Any]) -> Field:
    options = tuple(Option(o["key"], Text(**o["label"])) for o in json.get("options", ()))
    return Field(
        json["key"],
        json["type"],
        Text(**json["label"]),
        options=options,
        entity=json.get("entity"),
        currency=json.get("currency"),
    )


def _entity(json: Mapping[str, Any]) -> Entity:
    return Entity(json["key"], Text(**json["label"]), tuple(_field(f) for f in json["fields"]), json["title"])


ENTITIES: Mapping[str, Entity] = {key: _entity(value) for key, value in DOCUMENT["entities"].items()}
SCOPE: Scope = record_scope(ENTITIES[DOCUMENT["scope"]], ENTITIES)
CASES = [
    Case(case["expr"], case["expect"], frozenset(case.get("targets", ("python", "sql", "browser"))))
    for case in DOCUMENT["cases"]
]


def checked(text: str, target: str = "python", scope: Scope = SCOPE) -> Checked:
    """The expression, which must be right."""
    found = check(text, scope, target=target)
    assert not isinstance(found, Problems), f"{text}: {found}"
    return found


def values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as an evaluation gets it."""
    return {**row, **DOCUMENT["parameters"]}


def comparable(type: Type, value: object) -> object:
    """A value, from either side, in a form that compares."""
    if value is None:
        return None
    if type.kind in ("number", "money"):
        return Decimal(str(value))
    if type.kind == "datetime":
        return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    if type.kind == "date":
        return str(value)
    if type.kind == "duration":
        return value // dt.timedelta(microseconds=1) if isinstance(value, dt.timedelta) else value
    return value


def trees() -> list[dict[str, Any]]:
    """The stored form of each case."""
    return [checked(case.text).to_json() for case in CASES]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(tree, ensure_ascii=False) for tree in trees())
    TREES_PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
