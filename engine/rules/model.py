"""What a rule is once it is checked: its typed form, which the printer writes, the codec stores and evaluation reads.

Every event of a rule has a name under which its values stand: the one given with `as`, `event` for the trigger of a rule that
gives none, and `$e0`, `$e1`.. for further events of its pattern without a name, `$w0`, `$w1`.. for the events that its windows count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from engine.definitions import Text
from engine.language import Checked, Node, Scope, Type

#: The name of what happened, in a rule that gives it no other.
EVENT = "event"
#: The one an event is about; always there, under both names.
PERSON, CUSTOMER = "person", "customer"
#: Under it stand the values of the rule's windows, by their numbers as text.
WINDOWS = "$windows"
#: The message that the rule's last sending action queued; named in the blocks of `after`.
MESSAGE = "message"


# -- what a rule may name


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event that rules wait for and count. `type` is the record of its values; `logged` the types under which the log
    keeps it. `became` narrows it to events in which a field came to hold a choice (`order.paid`: `status`, `paid`). `entity` is
    that of the record it is about, whose values it has; None when it is about no record. `person` is the field of its values
    that refers to the person it is about ("id" when it is the person). `label` is how it is written in each language (`社交.评论`),
    `names` what else it may be called."""

    key: str
    type: Type
    logged: tuple[str, ...]
    label: Text
    names: tuple[str, ...] = ()
    became: tuple[str, str] | None = None
    entity: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action."""

    name: str
    type: Type
    required: bool = False
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class ActionSignature:
    """What may be called. Arguments without a name fill `parameters` in order; `open` takes any further named ones. `sends` says
    that it reaches a person outside the company: it needs consent to the rule's purpose and waits through its quiet hours. `external`:
    it calls another system, and a flow waits for the answer. `one_of`: sets of parameters of each of which one at least is given."""

    key: str
    parameters: tuple[Parameter, ...] = ()
    open: bool = False
    label: Text | None = None
    sends: bool = False
    external: bool = False
    one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleScope:
    """What rules may name: kinds of events, names that are always there (`person`), the fields behind references by entity,
    actions, decision tables (as `Scope` has them), and the keys of word lists, calendars, quiet periods and segments (segments with
    their entity). None where the installation is not known: then any key will do."""

    events: Mapping[str, EventKind]
    globals: Mapping[str, Type] = field(default_factory=dict)
    records: Mapping[str, Type] = field(default_factory=dict)
    actions: Mapping[str, ActionSignature] = field(default_factory=dict)
    provides: frozenset[str] = frozenset({"words"})
    word_lists: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    quiet: frozenset[str] | None = None
    segments: Mapping[str, str] | None = None
    decisions: Mapping[str, Type] = field(default_factory=dict)

    def scope(self, variables: Mapping[str, Type]) -> Scope:
        """The scope of an expression that may name `variables` beside what is always there."""
        return Scope({**self.globals, **variables}, self.records, self.provides, self.decisions)


# -- lengths of time


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as it is written: `fixed` (hours, days of 24 hours), calendar `months`, or business time: `business_days`
    or `business` (working hours and minutes). Exactly one is set."""

    fixed: dt.timedelta | None = None
    months: int | None = None
    business_days: int | None = None
    business: dt.timedelta | None = None


# -- triggers


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a pattern, or the events that a window counts. `event` is the key of a kind; `where` a condition over
    `alias` (whose fields stand bare in it), the names of the steps before, and what is always there."""

    event: str
    alias: str
    where: Checked | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What must follow (`without` False), or must not (True), within a time after the step before."""

    step: Step
    within: Length
    without: bool = False


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """`when A`, `when A followed_by B within ..` (fires at B), `when A without B within ..` (fires when the time is over). Only
    the last link may be `without`."""

    step: Step
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeTrigger:
    """`when person.level changes [from A] [to B]`: an update of the entity in which the field changed. `before` and `after` are
    constants."""

    entity: str
    alias: str
    field: str
    before: Checked | None = None
    after: Checked | None = None


@dataclass(frozen=True, slots=True)
class SegmentTrigger:
    """`when enters|exits segment "x"`: the record, under the name of its entity, began or ceased to belong."""

    segment: str
    entered: bool
    entity: str
    alias: str


@dataclass(frozen=True, slots=True)
class Each:
    """`for each ENTITY [as NAME] [where ..]`: a set of records; `where` is a condition over `alias`, whose fields stand bare."""

    entity: str
    alias: str
    where: Checked | None = None


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """`every 1 day at 09:00 for each ..`: at each moment for every record of the set."""

    every: Length
    at: dt.time | None
    each: Each


@dataclass(frozen=True, slots=True)
class WatchTrigger:
    """`watch CONDITION for each ENTITY every 1 minute`: fires for a record when the condition, looked at so often, becomes true."""

    condition: Checked
    each: Each
    every: Length


Trigger = EventTrigger | ChangeTrigger | SegmentTrigger | ScheduleTrigger | WatchTrigger


# -- windows


@dataclass(frozen=True, slots=True)
class Window:
    """An aggregate over past events: those of `step` that happened within a time up to now, the trigger included, and whose
    field `by` equals `key`, a value known at the trigger. None for both: all of them. In a `watch` that field refers to the
    record it goes through. `value` is what is added up, over `step.alias`. Its result stands at (`$windows`, number)."""

    function: str  # count sum avg min max distinct spike
    step: Step
    within: Length
    type: Type
    value: Checked | None = None
    by: tuple[str, ...] | None = None
    key: Checked | None = None
    baseline: Length | None = None


# -- what is done


@dataclass(frozen=True, slots=True)
class Call:
    """An action, its arguments by parameter name."""

    action: str
    arguments: Mapping[str, Checked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class After:
    """`after LENGTH [if ..] do .. end`: what is done later, if a condition holds then."""

    delay: Length
    condition: Checked | None
    block: Block


@dataclass(frozen=True, slots=True)
class Share:
    """`50% A: ..` of a `split`: a percentage, a name, and what is done for that part."""

    percent: Decimal
    name: str
    block: Block


@dataclass(frozen=True, slots=True)
class Split:
    """`split per SUBJECT`: each subject falls into the same share every time, those beyond the last percent into none."""

    by: Checked
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """`stop`: rules of lower priority do not fire on the same event."""


Statement = Call | After | Split | Stop
Block = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One branch: `then` (name "then"), `else if` ("else_if_1"..) or `else` ("else"). `condition` None holds always."""

    name: str
    condition: Checked | None
    block: Block


@dataclass(frozen=True, slots=True)
class RuleLimit:
    """At most `count` firings within any `within` for one value of `subject`."""

    count: int
    within: Length
    subject: Checked


@dataclass(frozen=True, slots=True)
class Conjuncts:
    """What must all hold for a condition: first what can be told of the values at hand, then what past events are counted for."""

    cheap: tuple[Checked, ...] = ()
    counting: tuple[Checked, ...] = ()

    @classmethod
    def of(cls, condition: Checked | None) -> Conjuncts:
        """The parts of a condition that `and` joins."""
        if condition is None:
            return cls()
        parts = _conjuncts(condition.tree)
        counting = [any(path[0] == WINDOWS for path in part.references()) for part in parts]
        return cls(
            tuple(Checked(part) for part, counts in zip(parts, counting, strict=True) if not counts),
            tuple(Checked(part) for part, counts in zip(parts, counting, strict=True) if counts),
        )


def _conjuncts(node: Node) -> list[Node]:
    if node.op != "and":
        return [node]
    return [part for arg in node.args for part in _conjuncts(arg)]


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run. `cases` are tried in order, the first that holds is done. `valid` are days, both included, in the
    company's zone. `text` is as written."""

    key: str
    title: str
    trigger: Trigger
    cases: tuple[Case, ...]
    priority: int = 0
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    purpose: str | None = None
    calendar: str | None = None
    limits: tuple[RuleLimit, ...] = ()
    once: Checked | None = None
    quiet: str | None = None
    windows: tuple[Window, ...] = ()
    text: str = ""
    word_lists: frozenset[str] = frozenset()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The events of its pattern, in order; none where it waits for no event."""
        trigger = self.trigger
        return (trigger.step, *(link.step for link in trigger.links)) if isinstance(trigger, EventTrigger) else ()

    @property
    def absence(self) -> Link | None:
        """What must not follow, if anything."""
        links = self.trigger.links if isinstance(self.trigger, EventTrigger) else ()
        return links[-1] if links and links[-1].without else None

    @cached_property
    def conjuncts(self) -> tuple[Conjuncts, ...]:
        """The conditions of each case, those that need no window apart."""
        return tuple(Conjuncts.of(case.condition) for case in self.cases)

    def calls(self) -> Iterator[Call]:
        """Every action it may take."""
        for case in self.cases:
            yield from calls_of(case.block)


def calls_of(block: Block) -> Iterator[Call]:
    """Every action of a block, those done later and of every share included."""
    for statement in block:
        if isinstance(statement, Call):
            yield statement
        elif isinstance(statement, After):
            yield from calls_of(statement.block)
        elif isinstance(statement, Split):
            for share in statement.shares:
                yield from calls_of(share.block)


# -- what evaluation answers


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action with the values of its arguments, in the language's run-time forms (number and money Decimal, ...). `place` is
    where it stands in the rule (`then.0`, `then.2.A.0`): the same for the same text."""

    name: str
    arguments: dict[str, object]
    place: str


@dataclass(frozen=True, slots=True)
class Later:
    """A block of `after` that a firing leaves to be done `delay` after it."""

    place: str
    delay: Length


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `count` firings within `within` (None: ever) that count under `key` (`rule:limit:subject`)."""

    key: str
    count: int
    within: Length | None


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires. `branch` is the case's name; `shares` the shares of `split` its subject fell into, by place; `subject`
    the value that the log is kept by; `trace` the values its conditions read, JSON, with the words found of each word list."""

    rule_key: str
    branch: str
    actions: tuple[ActionCall, ...]
    later: tuple[Later, ...] = ()
    stops: bool = False
    quotas: tuple[Quota, ...] = ()
    subject: str | None = None
    shares: Mapping[str, str] = field(default_factory=dict)
    trace: Mapping[str, object] = field(default_factory=dict)
