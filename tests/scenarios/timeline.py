"""Timelines: text files that say what happens when, and which firings and actions come of it, and nothing else.

    rules vip_negative_comment                       # only these are on
    person gu {name: 顾婉清, level: svip}             # records that are there before it begins
    at 2026-11-23 09:00 social.comment by gu on weibo "太失望了"
    expect fired vip_negative_comment then: create_ticket {priority: urgent}, assign, notify, reply
    at +15 min 20 times over 10 min social.mention by strangers on weibo "..."
    wait until 2026-11-24 09:00                      # or: wait 3 days
    expect nothing
    see 1 ticket {priority: urgent}                  # what the records say, where actions are really done

Every `expect` is about what came of everything above it since the one before; an argument that is not written is not looked at.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.scenarios.values import Unreadable, Value, read_values

#: Where the company of the timelines is.
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Given:
    """A record that is there from the beginning."""

    entity: str
    name: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody writes, follows, likes on a channel, `times` times over `over`; `who` None means strangers."""

    kind: str
    who: str | None
    channel: str
    text: str
    times: int = 1
    over: dt.timedelta = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Written:
    """A record is created, updated or deleted."""

    entity: str
    name: str
    what: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Answered:
    """Our side sent a message to somebody on a channel: a person did, or (`automatic`) some other rule."""

    whom: str
    channel: str
    text: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody read the last message that was sent to them."""

    who: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody enters or leaves a segment."""

    segment: str
    entered: bool
    who: str


Happening = Said | Written | Answered | Read | Moved


@dataclass(frozen=True, slots=True)
class At:
    """Something that happens, and when."""

    line: int
    at: dt.datetime
    what: Happening


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens until a moment."""

    line: int
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that is expected: the arguments that matter, why nothing was sent, and when it leaves if not at once."""

    action: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    refused: str | None = None
    leaves: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A firing that is expected; `about` is the person it is about where that matters."""

    rule: str
    status: str
    branch: str | None = None
    about: str | None = None
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Expect:
    """All that is expected since the last one; nothing when empty."""

    line: int
    firings: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class See:
    """What the records say by then, where actions are really done: a record of that name, or so many with these values."""

    line: int
    entity: str
    name: str | None
    values: Mapping[str, Value]
    count: int = 1


Step = At | Wait | Expect | See


@dataclass(frozen=True, slots=True)
class Timeline:
    """A file: the rules that are on, what there is before, and what happens."""

    name: str
    rules: tuple[str, ...]
    given: tuple[Given, ...]
    steps: tuple[Step, ...]

    @property
    def begins(self) -> dt.datetime:
        """The first moment of it."""
        for step in self.steps:
            if isinstance(step, At):
                return step.at
            if isinstance(step, Wait):
                return step.until
        raise Unreadable(f"nothing happens in {self.name}")


def read_timeline(path: Path) -> Timeline:
    """The timeline in a file. Raises Unreadable with the line that is wrong."""
    reader = _Reader()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        written = line.strip()
        if written and not written.startswith("#"):
            try:
                reader.read(number, written)
            except (Unreadable, ValueError) as error:
                raise Unreadable(f"{path.name}:{number}: {error}") from error
    return Timeline(path.stem, tuple(reader.rules), tuple(reader.given), tuple(reader.steps))


_MOMENT = r"(?P<moment>\d{4}-\d{2}-\d{2} \d{2}:\d{2})"
_LENGTH = r"(?P<count>\d+) ?(?P<unit>seconds?|min|minutes?|hours?|days?)"
_AT = re.compile(rf"at (?:{_MOMENT}|\+{_LENGTH}) (?P<what>.+)$")
_WAIT = re.compile(rf"wait (?:until {_MOMENT}|{_LENGTH})$")
_SEE = re.compile(r"see (?:(?P<count>\d+) )?(?P<entity>[a-z_]+)(?: (?P<name>\w+))?(?P<rest> \{.*)?$")
_TIMES = re.compile(r"(?P<times>\d+) times over (?P<count>\d+) ?(?P<unit>\w+) (?P<what>.+)$")
_SAID = re.compile(r'(?P<kind>social\.\w+) by (?P<who>\w+) on (?P<channel>\w+)(?: "(?P<text>[^"]*)")?$')
_ANSWERED = re.compile(
    r'message sent (?P<automatic>automatically )?to (?P<whom>\w+) on (?P<channel>\w+) "(?P<text>[^"]*)"$'
)
_READ = re.compile(r"message read by (?P<who>\w+)$")
_MOVED = re.compile(r"(?P<who>\w+) (?P<what>enters|leaves) segment (?P<segment>\w+)$")
_WRITTEN = re.compile(r"(?P<entity>\w+) (?P<name>\w+) (?P<what>created|updated|deleted)(?P<rest>.*)$")
_GIVEN = re.compile(r"(?P<entity>\w+) (?P<name>\w+)(?P<rest> \{.*)$")
_FIRED = re.compile(
    r"(?P<status>fired|limited|retracted|failed) (?P<rule>\w+)(?: (?P<branch>[\w.]+))??(?: for (?P<about>\w+))?(?::(?P<deeds>.*))?$"
)
_NOTED = re.compile(rf"\s*(?:refused (?P<refused>[\w.]+)|leaves {_MOMENT})")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
STRANGERS = "strangers"


class _Reader:
    def __init__(self) -> None:
        self.rules: list[str] = []
        self.given: list[Given] = []
        self.steps: list[Step] = []
        self._now: dt.datetime | None = None

    def read(self, line: int, written: str) -> None:
        """One line."""
        word, _, rest = written.partition(" ")
        if word == "rules":
            self.rules += rest.split()
        elif word == "expect":
            self._expect(line, rest)
        elif found := _SEE.match(written):
            count = int(found["count"] or 1)
            self.steps.append(See(line, found["entity"], found["name"], _whole(found["rest"]), count))
        elif found := _WAIT.match(written):
            self.steps.append(Wait(line, self._moment(found)))
        elif found := _AT.match(written):
            self.steps.append(At(line, self._moment(found), _happening(found["what"])))
        elif found := _GIVEN.match(written):
            self.given.append(Given(found["entity"], found["name"], _whole(found["rest"])))
        else:
            raise Unreadable(f"what does {written!r} mean?")

    def _moment(self, found: re.Match[str]) -> dt.datetime:
        if found["moment"]:
            moment = dt.datetime.strptime(found["moment"], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        elif self._now is None:
            raise Unreadable("the first moment must be written whole")
        else:
            moment = self._now + _length(found)
        self._now = moment if self._now is None else max(moment, self._now)
        return moment

    def _expect(self, line: int, written: str) -> None:
        """Expectations one below the other belong together."""
        firings = () if written == "nothing" else (_expected(written),)
        if self.steps and isinstance(self.steps[-1], Expect) and firings:
            firings = (*self.steps.pop().firings, *firings)  # type: ignore[union-attr]  # the last one is an Expect
        self.steps.append(Expect(line, firings))


def _length(found: re.Match[str]) -> dt.timedelta:
    return dt.timedelta(**{_UNITS[found["unit"][0]]: int(found["count"])})


def _whole(written: str | None) -> Mapping[str, Value]:
    values, rest = read_values(written or "")
    if rest.strip():
        raise Unreadable(f"{rest!r} behind the values")
    return values


def _happening(written: str) -> Happening:
    if found := _TIMES.match(written):
        said = _happening(found["what"])
        if not isinstance(said, Said):
            raise Unreadable("only what people say happens several times")
        return Said(said.kind, said.who, said.channel, said.text, int(found["times"]), _length(found))
    if found := _SAID.match(written):
        who = None if found["who"] == STRANGERS else found["who"]
        return Said(found["kind"], who, found["channel"], found["text"] or "")
    if found := _ANSWERED.match(written):
        return Answered(found["whom"], found["channel"], found["text"], found["automatic"] is not None)
    if found := _READ.match(written):
        return Read(found["who"])
    if found := _MOVED.match(written):
        return Moved(found["segment"], found["what"] == "enters", found["who"])
    if found := _WRITTEN.match(written):
        return Written(found["entity"], found["name"], found["what"], _whole(found["rest"]))
    raise Unreadable(f"what happens: {written!r}?")


def _expected(written: str) -> Expected:
    found = _FIRED.match(written)
    if found is None:
        raise Unreadable(f"what is expected: {written!r}?")
    return Expected(
        found["rule"], found["status"], found["branch"], found["about"], tuple(_deeds(found["deeds"] or ""))
    )


def _deeds(written: str) -> Iterator[Deed]:
    """Actions with commas between, each with the arguments that matter and notes."""
    rest = written.strip()
    while rest:
        found = re.match(r"(\w+)", rest)
        if found is None:
            raise Unreadable(f"which action: {rest!r}?")
        arguments, rest = read_values(rest[found.end() :])
        noted = _NOTED.match(rest)
        refused = leaves = None
        if noted is not None:
            refused, rest = noted["refused"], rest[noted.end() :]
            if noted["moment"]:
                leaves = dt.datetime.strptime(noted["moment"], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        yield Deed(found[1], arguments, refused, leaves)
        rest = rest.strip()
        if rest and not rest.startswith(","):
            raise Unreadable(f"{rest!r} behind an action")
        rest = rest[1:].strip()
