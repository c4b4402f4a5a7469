"""A rule facing one event, record or moment: whether it fires, by which branch, and what it does then. Pure.

Past events are counted by the caller, who has the log; `decide` asks for the counts only when everything else holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from engine.language import NOTHING, Checked, Context
from engine.language.values import json_value, normalise, read_path
from engine.rules.model import (
    PERSON,
    WINDOWS,
    ActionCall,
    After,
    Block,
    Call,
    Case,
    CompiledRule,
    EventTrigger,
    Firing,
    Later,
    Quota,
    Share,
    Split,
    Statement,
    Step,
    Stop,
)
from engine.rules.words import WordReading


class _Needs(Enum):
    WINDOWS = auto()


#: The answer of `decide` when it cannot tell without the windows.
NEEDS_WINDOWS: Final = _Needs.WINDOWS


@dataclass(frozen=True, slots=True)
class Moment:
    """What a rule sees: the values of its names, the moment (in the company's zone) and what the host gives. `words` remembers
    what was found of each word list."""

    values: Mapping[str, object]
    now: dt.datetime
    context: Context = NOTHING
    words: WordReading | None = None

    def value(self, expression: Checked) -> object:
        """The value of an expression."""
        return expression.evaluate(self.values, self.now, self.context)

    def holds(self, condition: Checked | None) -> bool:
        """Whether a condition holds; none always does."""
        return condition is None or self.value(condition) is True

    def identity(self, expression: Checked) -> str | None:
        """A value as something to count by: the id of a record, otherwise the value as text; None when it is empty."""
        value = self.value(expression)
        if isinstance(value, Mapping):
            value = value.get("id")
        return None if value is None else str(value)

    def with_windows(self, windows: Mapping[str, object] | None) -> Moment:
        """The same with what was counted, by the numbers of the windows."""
        values = {**self.values, WINDOWS: windows or {}}
        return Moment(values, self.now, self.context, self.words)


def matches(rule: CompiledRule, moment: Moment) -> bool:
    """Whether the event meets the condition of the rule's first step; a rule that waits for none always does."""
    return not isinstance(rule.trigger, EventTrigger) or meets(rule.trigger.step, moment)


def meets(step: Step, moment: Moment) -> bool:
    """Whether an event, standing under the step's name, meets its condition."""
    return moment.holds(step.where)


def is_valid(rule: CompiledRule, now: dt.datetime) -> bool:
    """Whether the rule is in force on the day of a moment."""
    day = now.date()
    return not (rule.valid_from and day < rule.valid_from) and not (rule.valid_to and day > rule.valid_to)


def decide(rule: CompiledRule, moment: Moment, windows: Mapping[str, object] | None = None) -> Case | _Needs | None:
    """The branch that is taken, if any; NEEDS_WINDOWS when that depends on `windows` and none are given."""
    counted = moment if windows is None else moment.with_windows(windows)
    for case, conjuncts in zip(rule.cases, rule.conjuncts, strict=True):
        if not all(moment.holds(part) for part in conjuncts.cheap):
            continue
        if conjuncts.counting and windows is None:
            return NEEDS_WINDOWS
        if all(counted.holds(part) for part in conjuncts.counting):
            return case
    return None


def fire(rule: CompiledRule, case: Case, moment: Moment, trace: bool = True) -> Firing:
    """What the rule does by a branch, with the values of its arguments."""
    quotas = quotas_of(rule, moment)
    subject = next((quota.key.rpartition(":")[2] for quota in quotas), None) or person_of(moment)
    done = perform(rule, case.block, case.name, moment)
    return Firing(
        rule.key,
        case.name,
        tuple(done.actions),
        tuple(done.later),
        done.stops,
        quotas,
        subject,
        done.shares,
        trace_of(rule, moment) if trace else {},
    )


@dataclass
class Done:
    """What a block does: actions in their order, blocks for later, the shares its subjects fell into."""

    actions: list[ActionCall] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    shares: dict[str, str] = field(default_factory=dict)
    stops: bool = False


def perform(rule: CompiledRule, block: Block, place: str, moment: Moment, done: Done | None = None) -> Done:
    """What a block that stands at `place` does."""
    done = Done() if done is None else done
    for number, statement in enumerate(block):
        at = f"{place}.{number}"
        if isinstance(statement, Call):
            arguments = {name: moment.value(argument) for name, argument in statement.arguments.items()}
            done.actions.append(ActionCall(statement.action, arguments, at))
        elif isinstance(statement, After):
            done.later.append(Later(at, statement.delay))
        elif isinstance(statement, Stop):
            done.stops = True
        else:
            share = _share(rule, statement, at, moment)
            if share is not None:
                done.shares[at] = share.name
                perform(rule, share.block, f"{at}.{share.name}", moment, done)
    return done


def _share(rule: CompiledRule, split: Split, place: str, moment: Moment) -> Share | None:
    subject = moment.identity(split.by)
    return None if subject is None else share_of(rule.key, place, subject, split.shares)


def share_of(rule: str, place: str, subject: str, shares: Iterable[Share]) -> Share | None:
    """The share a subject falls into: always the same one; None beyond the last percent."""
    digest = hashlib.sha256(f"{rule}:{place}:{subject}".encode()).digest()
    percent = int.from_bytes(digest[:8], "big") % 10_000
    reached = 0
    for share in shares:
        reached += int(share.percent * 100)
        if percent < reached:
            return share
    return None


def later_block(rule: CompiledRule, place: str) -> After | None:
    """The `after` that stands at a place of the rule; None when there is none."""
    found = statement_at(rule, place)
    return found if isinstance(found, After) else None


def call_at(rule: CompiledRule, place: str) -> Call | None:
    """The action that stands at a place of the rule; None when there is none."""
    found = statement_at(rule, place)
    return found if isinstance(found, Call) else None


def statement_at(rule: CompiledRule, place: str) -> Statement | None:
    """What stands at a place of the rule (`then.0`, `then.2.A.0`); None when it has no such place."""
    name, *steps = place.split(".")
    block = next((case.block for case in rule.cases if case.name == name), None)
    statement: Statement | None = None
    while steps and block is not None:
        step = steps.pop(0)
        if isinstance(statement, Split) and not step.isdigit():
            block, statement = next((share.block for share in statement.shares if share.name == step), None), None
            continue
        statement = block[int(step)] if step.isdigit() and int(step) < len(block) else None
        if isinstance(statement, After) and steps:
            block, statement = statement.block, None
    return None if steps else statement


# -- what a firing counts by, and what it saw


def quotas_of(rule: CompiledRule, moment: Moment) -> tuple[Quota, ...]:
    """What a firing counts against; nothing where the value to count by is empty."""
    found = []
    for number, limit in enumerate(rule.limits):
        subject = moment.identity(limit.subject)
        if subject is not None:
            name = "limit" if number == 0 else f"limit{number + 1}"
            found.append(Quota(f"{rule.key}:{name}:{subject}", limit.count, limit.within))
    once = moment.identity(rule.once) if rule.once is not None else None
    if once is not None:
        found.append(Quota(f"{rule.key}:once:{once}", 1, None))
    return tuple(found)


def person_of(moment: Moment) -> str | None:
    """The person a moment is about."""
    person = moment.values.get(PERSON)
    found = person.get("id") if isinstance(person, Mapping) else person
    return None if found is None else str(found)


def trace_of(rule: CompiledRule, moment: Moment) -> dict[str, object]:
    """The JSON values of the paths that the conditions read, the words found of the lists they name, and under `$windows` what
    was counted."""
    found: dict[str, object] = {}
    for condition in conditions_of(rule):
        for node in condition.tree.walk():
            if node.op == "field" and node.path[0] == WINDOWS:
                continue
            if node.op == "field" and node.path[0] in moment.values:
                value = normalise(node.type, read_path(moment.values, node.path))
                found[".".join(node.path)] = json_value(node.type, value)
            elif node.op == "keywords":
                words = _words_found(str(node.value), condition, moment)
                if words is not None:
                    found[f'keywords("{node.value}")'] = sorted(words)
    windows = moment.values.get(WINDOWS)
    if isinstance(windows, Mapping) and windows:
        found[WINDOWS] = [
            {
                "function": window.function,
                "event": window.step.event,
                "value": json_value(window.type, windows.get(str(number))),
            }
            for number, window in enumerate(rule.windows)
        ]
    return found


def _words_found(list_key: str, condition: Checked, moment: Moment) -> frozenset[str] | None:
    """The words of a list that a condition has found; None where it did not come to look. The condition of a pattern is asked of
    the log, not of the moment, so that it is evaluated for this."""
    if moment.words is None:
        return None
    if list_key not in moment.words.asked and all(path[0] in moment.values for path in condition.references()):
        moment.holds(condition)
    return moment.words.asked.get(list_key)


def conditions_of(rule: CompiledRule) -> Iterable[Checked]:
    """The expressions that decide whether the rule fires."""
    for step in rule.steps:
        if step.where is not None:
            yield step.where
    for case in rule.cases:
        if case.condition is not None:
            yield case.condition
