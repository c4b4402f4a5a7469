"""What a timeline expects beside what was found: an exact account, and a sentence when the two differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.scenarios.timeline import Deed, Expect, Expected
from tests.scenarios.values import Ref, Value
from tests.scenarios.world import id_of


@dataclass(frozen=True, slots=True)
class FoundDeed:
    """An action that was taken."""

    action: str
    arguments: Mapping[str, Any]
    refused: str | None = None
    leaves: dt.datetime | None = None

    def __str__(self) -> str:
        notes = (f" refused {self.refused}" if self.refused else "") + (f" leaves {self.leaves}" if self.leaves else "")
        return f"{self.action} { ({key: plain(value) for key, value in self.arguments.items()}) }{notes}"


@dataclass(frozen=True, slots=True)
class Found:
    """A firing that was found; `about` is a person's id."""

    rule: str
    status: str
    branch: str
    about: str | None
    deeds: tuple[FoundDeed, ...] = field(default=())

    def __str__(self) -> str:
        deeds = ", ".join(str(deed) for deed in self.deeds)
        return f"{self.status} {self.rule} {self.branch}: {deeds}"


class Account:
    """Compares. `users` are ids by the names that references use."""

    def __init__(self, users: Mapping[str, str]) -> None:
        self._users = users

    def difference(self, expect: Expect, found: Sequence[Found]) -> str | None:
        """What is wrong, in words; None when all that is expected was found, and nothing else."""
        left = list(found)
        missing = []
        for expected in expect.firings:
            match = next((each for each in left if self._fits(expected, each)), None)
            if match is None:
                missing.append(expected)
            else:
                left.remove(match)
        if not missing and not left:
            return None
        lines = [f"line {expect.line}:"]
        lines += [f"  missing: {expected}" for expected in missing]
        lines += [f"  not expected: {each}" for each in left]
        return "\n".join(lines)

    def _fits(self, expected: Expected, found: Found) -> bool:
        if (expected.rule, expected.status) != (found.rule, found.status):
            return False
        if expected.branch is not None and expected.branch != found.branch:
            return False
        if expected.about is not None and id_of(expected.about) != found.about:
            return False
        if expected.status != "fired":
            return True
        pairs = zip(expected.deeds, found.deeds, strict=False)
        return len(expected.deeds) == len(found.deeds) and all(self._same(*pair) for pair in pairs)

    def _same(self, expected: Deed, found: FoundDeed) -> bool:
        if (expected.action, expected.refused) != (found.action, found.refused):
            return False
        if (expected.leaves is None) != (found.leaves is None) or expected.leaves != found.leaves:
            return False
        return all(
            name in found.arguments and wanted_of(value, self._users) == plain(found.arguments[name])
            for name, value in expected.arguments.items()
        )


def wanted_of(value: Value, users: Mapping[str, str]) -> Any:
    """A value of a timeline as it is compared."""
    if isinstance(value, Ref):
        return users.get(value.name) or id_of(value.name)
    if isinstance(value, list):
        return [wanted_of(each, users) for each in value]
    return plain(value)


def plain(value: Any) -> Any:
    """A value as it is compared: records by id, numbers by what they are, lengths of time in seconds."""
    if isinstance(value, Mapping):
        if "amount" in value:
            return plain(value["amount"])
        return str(value["id"]) if "id" in value else {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dt.timedelta):
        return Decimal(str(value.total_seconds()))
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)
