"""Rows whose values stand on the boundaries of their types, as JSON: what the browser reads, Python and the database get too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from engine.language import Type
from tests.engine.language.scopes import HOST, SCOPES

_DATES = (
    "2024-02-29", "2023-02-28", "2026-01-31", "2026-03-31", "2026-08-31", "2026-11-23", "2026-11-22", "2026-12-31",
    "2027-01-01", "2000-02-29", "1900-02-28", "1969-12-31", "0001-01-01", "0001-03-01", "9999-12-31", "9999-11-30",
    "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2025-12-29", "2026-10-10",
    "2026-10-01", "1991-04-14",
)  # fmt: skip
_MOMENTS = (
    "2026-11-23T01:00:00Z", "2026-11-22T16:00:00Z", "2026-11-22T15:59:59.999999Z", "2026-11-23T09:00:00+08:00",
    "2024-02-29T23:59:59Z", "2026-01-31T12:00:00Z", "1999-12-31T16:00:00Z", "1969-12-31T23:59:59.5Z",
    "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
    "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z",
    "2026-04-04T14:30:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:29:59Z", "2026-10-03T15:30:00Z",
    "0001-01-01T00:00:00Z", "0001-01-02T03:04:05Z", "9999-12-31T23:59:59.999999Z", "9999-12-30T20:00:00Z",
    "1991-04-13T18:00:00Z", "1890-06-01T00:00:00Z", "2040-07-01T00:00:00Z", "2026-02-28T02:30:00Z",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "-1", "2", "3", "7", "0.5", "-0.5", "1.5", "2.5", "-2.5", "-7", "0.1", "0.3", "1.005", "2.675", "-0.005",
    "0.000000000001", "0.0000000000005", "99999999999999999999", "-123456789.987654321", "1e3", "12", "100", "-0", "1.50",
    "999999999999999999999999999999.999999999999", "31", "4.0",
)  # fmt: skip
_TEXTS = (
    "", "a", "A", "Ab", "ab", "漏水", "😀", "👨‍👩‍👧", "z😀漏水", " a\tb ", "%_", "\\", "é", "e\u0301", "ﬀ", "𝔸", "\ue000", "10", "9", "1.50",
    "open", "2024-02-29", "09:30", "a,b,,c", "13800138000", "水\u3000漏", "İ", "ß", " ", "\n", "a" * 40, "refund", "Z",
)  # fmt: skip
_TIMES = ("00:00:00", "09:30:00", "23:59:59.999999", "02:30:00", "12:00:00", "01:45:00", "18:00:00")
_DURATIONS = (
    0,
    1,
    -1,
    500_000,
    1_800_000_000,
    86_400_000_000,
    -86_400_000_000,
    90_061_000_001,
    3_155_760_000_000_000,
    3,
)
_PERIODS = (0, 1, -1, 3, 12, 13, -12, 119_988, -1200, 11)

#: What fits few types: it is empty where it does not fit.
_MISFITS: Sequence[Any] = (
    "abc", "x1", True, False, 0, 1, -3, 2.5, 0.1, 1e21, {}, [], [1], ["a", None], {"id": "018f0000-0000-7000-8000-000000000501"}, {"amount": "1"},
    {"amount": "2.50", "currency": "EUR"}, "2026-02-30", "2026-11-23", "2026-11-23T25:00:00Z", "24:00", "NaN", "Infinity", "1e400",
    " 7 ", "１", "1_0", "+5", ".5", "0x10", "20261123", "2026-W48-1", "2026-11-23T10:00:00,5Z", "9:30", "09:30:00+08:00", 119_989, 10**12,
)  # fmt: skip

#: The zones that evaluations count days in, with moments about their clock changes.
NOWS: Sequence[tuple[str, str]] = (
    ("2026-11-23T01:00:00+00:00", "Asia/Shanghai"),
    ("2026-03-29T00:59:59+00:00", "Europe/Berlin"),
    ("2026-10-25T01:30:00+00:00", "Europe/Berlin"),
    ("2026-11-01T05:30:00+00:00", "America/New_York"),
    ("2026-04-04T14:45:00+00:00", "Australia/Lord_Howe"),
    ("2024-02-29T12:00:00+00:00", "UTC"),
    ("2026-12-31T18:30:00.123456+00:00", "Asia/Kathmandu"),
    ("2026-01-31T10:00:00+00:00", "Pacific/Kiritimati"),
    ("2026-07-15T10:00:00-04:00", ""),
    ("2026-07-15T10:00:00+05:45", ""),
    ("", ""),
)

_USERS: Mapping[str, Mapping[str, Any]] = HOST.json["users"]
_DEPARTMENTS: Mapping[str, Mapping[str, Any]] = HOST.json["departments"]
_UNKNOWN = "018f0000-0000-7000-8000-0000000009{:02d}"


def written(moment: str, zone: str) -> str:
    """A `now` as the vectors write it: with its zone in brackets, when it has a name; nothing when there is none."""
    if not moment:
        return ""
    found = dt.datetime.fromisoformat(moment)
    return f"{found.astimezone(ZoneInfo(zone)).isoformat()}[{zone}]" if zone else moment


def department(id: str | None) -> Mapping[str, Any] | None:
    """A department as rows hold it."""
    found = _DEPARTMENTS.get(str(id))
    return None if found is None else {"id": id, "key": found["key"], "name": found["name"]}


def user(id: str) -> Mapping[str, Any]:
    """A user as rows hold it."""
    found = _USERS[id]
    return {"id": id, "name": found["name"], "email": found["email"], "department": department(found["department"])}


class RowMaker:
    """Random rows. `serial` keeps the ids of one batch's records from those of another's."""

    def __init__(self, random: Random, serial: int) -> None:
        self._random = random
        self._serial = serial * 1_000
        self._records: dict[str, list[Mapping[str, Any]]] = {key: list(v) for key, v in HOST.json["records"].items()}
        for _ in range(4):
            self._records.setdefault("customer", []).append(self._record("customer"))

    def _id(self) -> str:
        self._serial += 1
        return f"018f0000-0000-7000-a000-{self._serial:012x}"

    def row(self) -> dict[str, Any]:
        """A row of the scope's entity."""
        scope = SCOPES["ticket"]
        types = {**scope.scope.records[scope.entity.key].fields, **scope.extra}
        sparse = self._random.random() < 0.15
        row = {key: None if sparse else self._value(type) for key, type in types.items()}
        return {**row, "id": self._id(), **scope.defaults, "version": self._random.choice((0, 1, 7))}

    def _record(self, entity: str) -> Mapping[str, Any]:
        fields = SCOPES["ticket"].scope.records[entity].fields
        return {
            **{key: self._value(type) for key, type in fields.items()},
            "id": self._id(),
            **SCOPES["ticket"].defaults,
        }

    def _value(self, type: Type) -> Any:
        chance = self._random.random()
        if chance < 0.12:
            return None
        if chance < 0.15 and "reference" not in type.code():
            return self.choice(_MISFITS)
        return _MAKERS[type.kind](self, type)

    def choice(self, values: Sequence[Any]) -> Any:
        """One of the values."""
        return self._random.choice(values)

    def money(self, type: Type) -> Any:
        """An amount, as records hold it."""
        return {"amount": self.choice(_NUMBERS), "currency": type.currency}

    def option(self, type: Type) -> Any:
        """The key of an option."""
        return self.choice([option.key for option in type.options])

    def reference(self, type: Type) -> Any:
        """A record with its fields; now and then one that is not there."""
        if self._random.random() < 0.05:
            return _UNKNOWN.format(self._random.randrange(90, 99))
        if type.entity == "user":
            return user(self.choice(list(_USERS)))
        if type.entity == "department":
            return department(self.choice(list(_DEPARTMENTS)))
        known = self._records.get(str(type.entity))
        return self.choice(known) if known else None

    def items(self, type: Type) -> Any:
        """A list, with repetitions."""
        assert type.item is not None, "every list of a scope has items of a type"
        found = [self._item(type.item) for _ in range(self._random.choice((0, 1, 1, 2, 3, 4)))]
        return [*found, *found[:1]] if self._random.random() < 0.3 else found

    def _item(self, type: Type) -> Any:
        if type.kind == "record":
            return {key: self._value(member) for key, member in type.fields.items()}
        return _MAKERS[type.kind](self, type)


_MAKERS: Mapping[str, Any] = {
    "boolean": lambda maker, _: maker.choice((True, False)),
    "text": lambda maker, _: maker.choice(_TEXTS),
    "number": lambda maker, _: maker.choice(_NUMBERS),
    "money": RowMaker.money,
    "date": lambda maker, _: maker.choice(_DATES),
    "time": lambda maker, _: maker.choice(_TIMES),
    "datetime": lambda maker, _: maker.choice(_MOMENTS),
    "duration": lambda maker, _: maker.choice(_DURATIONS),
    "period": lambda maker, _: maker.choice(_PERIODS),
    "choice": RowMaker.option,
    "reference": RowMaker.reference,
    "list": RowMaker.items,
}
