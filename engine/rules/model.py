"""What a rule is once compiled, what it needs to know of events and actions, and what it says when it fires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definitions import Text
from engine.language import Checked, Type

#: The name of what happened, in every rule; `as` gives it another beside.
EVENT = "event"
#: The one an event is about.
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action."""

    name: str
    type: Type
    required: bool = False
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class ActionSignature:
    """What may be called. Arguments without a name fill `parameters` in order; `open` takes any further named ones."""

    key: str
    parameters: tuple[Parameter, ...] = ()
    open: bool = False
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class EventScopes:
    """What rules may name: the record type of each event type, names that are always there (`person`), and the fields
    behind references by entity."""

    events: Mapping[str, Type]
    globals: Mapping[str, Type] = field(default_factory=dict)
    records: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledAction:
    """One call, its arguments by parameter name."""

    name: str
    arguments: Mapping[str, Checked]


@dataclass(frozen=True, slots=True)
class Branch:
    """What `then` or `else` does; `stop` keeps rules of lower priority from firing on the same event."""

    actions: tuple[CompiledAction, ...]
    stop: bool = False


@dataclass(frozen=True, slots=True)
class CompiledLimit:
    """At most `count` firings in any `seconds` for one value of `subject`."""

    count: int
    seconds: int
    subject: Checked


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run. `alias` is the name it gives the event; `event` the event type; `word_lists` those it names."""

    key: str
    title: str
    priority: int
    event: str
    alias: str
    where: Checked | None
    condition: Checked | None
    then: Branch
    otherwise: Branch | None
    limit: CompiledLimit | None
    once: Checked | None
    text: str
    word_lists: frozenset[str] = frozenset()

    @property
    def conditions(self) -> tuple[Checked, ...]:
        """The expressions that decide whether it fires."""
        return tuple(found for found in (self.where, self.condition) if found is not None)


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action with the values of its arguments, in the language's run-time forms (number and money Decimal, ...)."""

    name: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` firings in any `seconds` for `subject` (None when its value is empty). The caller counts."""

    count: int
    seconds: int
    subject: str | None


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires. `once` is the value it may fire for only once, ever; `subject` the value that limits and the log
    are kept by; `reads` the paths its conditions read and `trace` their values, JSON, with the words found of each word list."""

    rule_key: str
    branch: str
    actions: tuple[ActionCall, ...]
    limit: Limit | None
    once: str | None
    subject: str | None
    reads: tuple[str, ...]
    trace: dict[str, object]
