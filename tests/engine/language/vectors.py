"""The shared vectors (tests/language, see its README): read once, for the tests of every back end.

`python -m tests.engine.language.vectors [group ...]` writes tests/language/trees, the checked trees for back ends without a checker.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.language import TEXT, Checked, Problems, Type, check
from engine.language.functions import BY_KEY
from tests.engine.language.scopes import DOCUMENT, FOLDER, SCOPES

VECTORS = FOLDER / "vectors"
TREES = FOLDER / "trees"
TARGETS = frozenset({"python", "sql", "browser"})


def moment(written: str) -> dt.datetime:
    """A `now`: ISO 8601 with an offset, and the zone in brackets when days are counted in one."""
    plain, _, zone = written.removesuffix("]").partition("[")
    found = dt.datetime.fromisoformat(plain)
    return found.astimezone(ZoneInfo(zone)) if zone else found


NOW = moment(DOCUMENT["now"])


@dataclass(frozen=True)
class Case:
    """One expression, its value for each row, and the codes of the warnings that explaining it tells."""

    group: str
    text: str
    scope: str
    rows: Sequence[Mapping[str, Any]]
    expect: Sequence[Any]
    warnings: Sequence[Sequence[str]]
    now: dt.datetime
    wanted_targets: frozenset[str] | None

    @property
    def targets(self) -> frozenset[str]:
        """The back ends that must give the values: all that its functions have, unless the case says otherwise."""
        if self.wanted_targets is not None:
            return self.wanted_targets
        calls = (node for node in checked(self.text, self.scope).tree.walk() if node.op == "call")
        return TARGETS.intersection(*(BY_KEY[str(node.value)].targets for node in calls))

    def __str__(self) -> str:
        return f"{self.group}: {self.text}"


ROW_SETS: Mapping[str, list[dict[str, Any]]] = json.loads((FOLDER / "rows.json").read_text(encoding="utf-8"))


def _case(group: str, json: Mapping[str, Any]) -> Case:
    rows = ROW_SETS[json["rows"]] if isinstance(json["rows"], str) else json["rows"]
    if len(json["expect"]) != len(rows):
        raise ValueError(f"{group}: {json['expr']} has {len(json['expect'])} values for {len(rows)} rows")
    return Case(
        group,
        json["expr"],
        json.get("scope", "ticket"),
        rows,
        json["expect"],
        json.get("warnings") or [[] for _ in rows],
        moment(json.get("now", DOCUMENT["now"])),
        frozenset(json["targets"]) if "targets" in json else None,
    )


def read_group(path: Path) -> list[Case]:
    """The cases of a file."""
    return [_case(path.stem, each) for each in json.loads(path.read_text(encoding="utf-8"))]


GROUPS: Mapping[str, list[Case]] = {path.stem: read_group(path) for path in sorted(VECTORS.glob("*.json"))}
CASES: Sequence[Case] = [case for cases in GROUPS.values() for case in cases]


@cache
def checked(text: str, scope: str = "ticket", target: str = "python") -> Checked:
    """The expression, which must be right."""
    found = check(text, SCOPES[scope].scope, target=target, templates=SCOPES[scope].templates)
    if isinstance(found, Problems):
        raise AssertionError(f"{text}: {found}")
    return found


def values(row: Mapping[str, Any], scope: str = "ticket") -> dict[str, Any]:
    """A row as an evaluation gets it: with what every record has, and who asks."""
    return {**SCOPES[scope].defaults, **row, **SCOPES[scope].parameters}


def comparable(type: Type, value: object) -> object:
    """A value, from any back end or from a vector, in a form that compares."""
    if value is None or value == [] or value == ():
        return None
    return _COMPARABLE.get(type.kind, _itself)(type, value)


def _itself(_: Type, value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _number(_: Type, value: object) -> object:
    return Decimal(str(value))


def _moment(_: Type, value: object) -> object:
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _written(_: Type, value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _length(_: Type, value: object) -> object:
    return value // dt.timedelta(microseconds=1) if isinstance(value, dt.timedelta) else int(Decimal(str(value)))


def _list(type: Type, value: object) -> object:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return [comparable(type.item or TEXT, item) for item in items]


_COMPARABLE = {
    "number": _number, "money": _number, "datetime": _moment, "date": _written, "time": _written,
    "duration": _length, "list": _list,
}  # fmt: skip


def trees(group: str) -> list[dict[str, Any]]:
    """The stored form of each case of a group."""
    return [checked(case.text, case.scope).to_json() for case in GROUPS[group]]


def write_trees(groups: Iterable[str]) -> None:
    """Writes the trees of groups, one case a line."""
    TREES.mkdir(exist_ok=True)
    for group in groups:
        lines = ",\n".join(json.dumps(tree, ensure_ascii=False) for tree in trees(group))
        (TREES / f"{group}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write_trees(sys.argv[1:] or GROUPS)
