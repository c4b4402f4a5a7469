"""Why a rule fires on an event, and why not: step by step, each condition with the values of its parts.

It is asked of a simulation that has been fed the event and everything else, so that it can tell what came later, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definitions import Text
from engine.language import Checked
from engine.language.explain import Part, explain
from engine.language.tree import BINDERS
from engine.language.values import display, json_value
from engine.rules.counting import Counted
from engine.rules.evaluation import Moment, is_valid
from engine.rules.history import Logged
from engine.rules.lengths import after
from engine.rules.model import EVENT, WINDOWS, Case, ChangeTrigger, CompiledRule, EventKind, SegmentTrigger, Step
from engine.rules.outcomes import Outcome
from engine.rules.patterns import Chain, PatternReader
from engine.rules.running import Running
from engine.rules.simulation import Simulation
from engine.rules.situations import Situation
from engine.rules.waiting import Met, WaitingForEvents

#: Parts of one condition that are shown.
MOST_PARTS = 60
_NO_KINDS: Mapping[str, EventKind] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a condition: where it stands in the rule's text, its value, and for a condition whether it holds (None where it
    was not needed)."""

    start: int
    end: int
    text: str
    value: object
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Reasoned:
    """One step of the answer. `holds` None: it was not come to, or is no condition. `text` is the condition as written."""

    title: Text
    holds: bool | None
    text: str = ""
    parts: tuple[Shown, ...] = ()
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Whether the rule fires on the event (by itself, or as part of a pattern), and the steps to that."""

    fires: bool
    steps: tuple[Reasoned, ...]
    outcomes: tuple[Outcome, ...] = ()


def why(simulation: Simulation, rule: str, event: int, kinds: Mapping[str, EventKind] = _NO_KINDS) -> Why:
    """Why a rule of the simulation fires on an event that it was fed, or does not; `kinds` say what events are called. Raises
    KeyError for what it does not know."""
    running, entry = simulation.rules[rule], simulation.history[event]
    found = tuple(each for each in simulation.outcomes if each.rule == rule and event in each.events.values())
    steps = tuple(_Reasoning(simulation, running, entry, found, kinds).steps())
    return Why(any(each.status == "fired" for each in found), steps, found)


class _Reasoning:
    """One question and its answer."""

    def __init__(
        self,
        simulation: Simulation,
        running: Running,
        entry: Logged,
        outcomes: Sequence[Outcome],
        kinds: Mapping[str, EventKind],
    ) -> None:
        self._kinds = kinds
        self._simulation = simulation
        self._running = running
        self._rule: CompiledRule = running.rule
        self._entry = entry
        self._outcomes = outcomes
        self._situation = Situation.of_event(entry, simulation.people)

    def steps(self) -> Iterator[Reasoned]:
        """The steps, up to the one that fails."""
        for step in self._all():
            yield step
            if step.holds is False:
                return

    def _all(self) -> Iterator[Reasoned]:
        yield self._kind()
        yield from self._validity()
        waiting = self._running.waiting
        if isinstance(waiting, WaitingForEvents):
            yield from self._pattern(waiting)
        elif waiting is not None:
            met = waiting.met(self._entry, self._running.look(self._situation).sight)
            yield self._edge(met)
            if met is not None:
                yield from self._cases(self._situation.naming(met))

    # -- what came

    def _kind(self) -> Reasoned:
        waiting = self._running.waiting
        wanted = [step.event for step in self._rule.steps] or ([] if waiting is None else [waiting.kind])
        came = list(self._entry.occurrence.kinds)
        holds = bool(set(wanted) & set(came))
        reasons = () if holds else (_waits_for_others(wanted, came, self._kinds),)
        return Reasoned(Text("事件的种类", "The kind of event"), holds, ", ".join(wanted), (), reasons)

    def _validity(self) -> Iterator[Reasoned]:
        rule, now = self._rule, self._situation.now
        if rule.valid_from is None and rule.valid_to is None:
            return
        days = f"{rule.valid_from or ''} – {rule.valid_to or ''}"
        holds = is_valid(rule, now)
        day = now.date().isoformat()
        reason = Text(f"{day} 不在有效期 {days} 内", f"{day} is outside the days it is valid, {days}")
        yield Reasoned(Text("有效期", "Valid on that day"), holds, days, (), () if holds else (reason,))

    def _edge(self, met: Met | None) -> Reasoned:
        trigger = self._rule.trigger
        if isinstance(trigger, ChangeTrigger):
            return _changed(trigger, self._entry, met)
        segment = trigger.segment if isinstance(trigger, SegmentTrigger) else ""
        reason = Text(f"这个事件说的不是人群“{segment}”", f"The event is about another segment than “{segment}”")
        return Reasoned(Text("人群", "The segment"), met is not None, segment, (), () if met else (reason,))

    # -- patterns

    def _pattern(self, waiting: WaitingForEvents) -> Iterator[Reasoned]:
        pattern = waiting.pattern
        alone = self._alone(pattern)
        if alone is not None:
            yield alone
            if alone.holds is False:
                return
        chain = self._chain(pattern)
        if len(pattern.steps) > 1:
            yield self._sequence(pattern, chain)
        if chain is None:
            return
        situation = self._situation.naming(waiting.of(chain))
        if pattern.absence is not None:
            situation, step = self._absent(pattern, chain, situation)
            yield step
        yield from self._cases(situation)

    def _chain(self, pattern: PatternReader) -> Chain | None:
        """The events that the event completes; or those of a firing that it is an earlier part of."""
        history = self._simulation.history
        if pattern.last.event in self._entry.occurrence.kinds:
            found = pattern.chain(self._entry, self._running.look(self._situation).sight)
            if found is not None:
                return found
        for outcome in self._outcomes:
            chain = [history[id] for id in outcome.events.values()]
            if len(chain) == len(pattern.steps):
                self._situation = Situation.of_event(chain[-1], self._simulation.people)
                return tuple(chain)
        return None

    def _alone(self, pattern: PatternReader) -> Reasoned | None:
        """The condition on the event itself, where it needs no other event."""
        kinds = self._entry.occurrence.kinds
        for number, step in enumerate(pattern.steps):
            if step.event not in kinds or step.where is None:
                continue
            if number == 0 or {path[0] for path in step.where.references()} <= {step.alias, "person", "customer"}:
                return self._condition(_where(step), step.where, self._seen(step))
        return None

    def _seen(self, step: Step) -> Moment:
        values = {**self._situation.values, step.alias: self._entry.values(step.event)}
        look = self._running.look(self._situation).moment
        return Moment(values, look.now, look.context, look.words)

    def _sequence(self, pattern: PatternReader, chain: Chain | None) -> Reasoned:
        title = Text("前后的事件", "The events of the sequence")
        if chain is not None:
            ids = ", ".join(f"#{each.occurrence.id}" for each in chain)
            return Reasoned(title, True, ids, (), (Text(f"事件 {ids} 合成一组", f"The events {ids} belong together"),))
        if pattern.last.event in self._entry.occurrence.kinds:
            return Reasoned(title, False, "", (), (_NOTHING_BEFORE,))
        return Reasoned(title, False, "", (), (_NOTHING_AFTER,))

    def _absent(self, pattern: PatternReader, chain: Chain, situation: Situation) -> tuple[Situation, Reasoned]:
        assert pattern.absence is not None, "asked of absences only"
        title = Text("期限内没有发生", "Nothing followed in time")
        anchor = chain[-1]
        due = after(anchor.at, pattern.absence.within, self._running.calendar)
        if due is None:
            return situation, Reasoned(title, False, "", (), (_NO_SUCH_TIME,))
        simulation = self._simulation
        then = situation.at(f"deadline:{anchor.occurrence.id}", due, len(simulation.history), simulation.people)
        broken = pattern.first_following(chain, due, self._running.look(then).sight)
        if broken is not None:
            return then, Reasoned(title, False, "", (), (_followed(broken, due),))
        if due > simulation.now:
            reason = Text(f"期限 {due:%Y-%m-%d %H:%M} 还没有到", f"The time is not over before {due:%Y-%m-%d %H:%M}")
            return then, Reasoned(title, False, "", (), (reason,))
        reason = Text(f"到 {due:%Y-%m-%d %H:%M} 为止没有发生", f"Nothing came until {due:%Y-%m-%d %H:%M}")
        return then, Reasoned(title, True, "", (), (reason,))

    # -- conditions

    def _cases(self, situation: Situation) -> Iterator[Reasoned]:
        look, counted, taken = self._simulation.decide(self._running, situation)
        if self._rule.windows and not counted:
            counted = self._running.count(look.sight)
        moment = look.moment.with_windows({str(number): each.value for number, each in enumerate(counted)})
        for case in self._rule.cases:
            if case.condition is not None:
                yield self._case(case, moment, counted, decides=taken is None and case is self._rule.cases[-1])
            if case is taken:
                break
        if taken is not None:
            yield self._limits(situation)

    def _case(self, case: Case, moment: Moment, counted: Sequence[Counted], *, decides: bool) -> Reasoned:
        assert case.condition is not None, "only conditions are explained"
        found = self._condition(_CASES.get(case.name, _OTHER_CASE), case.condition, moment, counted)
        if found.holds is False and not decides:
            return Reasoned(found.title, None, found.text, found.parts, found.reasons)
        return found

    def _condition(self, title: Text, condition: Checked, moment: Moment, counted: Sequence[Counted] = ()) -> Reasoned:
        explained = explain(condition.tree, self._rule.text, moment.values, moment.now, moment.context)
        parts = tuple(_shown(each, self._rule.text) for each in _parts(explained.part))[:MOST_PARTS]
        told = tuple(_counts(condition, self._rule, counted)) if explained.value is not True else ()
        reasons = (*explained.why_not, *told, *(warning.message for warning in explained.warnings))
        return Reasoned(title, explained.value is True, condition.text, parts, reasons)

    def _limits(self, situation: Situation) -> Reasoned:
        held = next((each for each in self._outcomes if each.cause == situation.cause and each.held_by), None)
        title = Text("次数限制", "Limits")
        if held is None:
            return Reasoned(title, True)
        once = ":once:" in str(held.held_by)
        return Reasoned(title, False, "", (), (_ONCE if once else _LIMITED,))


_NOTHING_BEFORE = Text(
    "之前没有能与它接上的事件，或者已被更早的事件接上",
    "No earlier event goes with it, or an earlier event has taken that one",
)
_NOTHING_AFTER = Text("之后没有发生接上它的事件", "No event followed that completes the sequence")
_NO_SUCH_TIME = Text("日历里没有这个时刻：没有工作时间", "The calendar has no such moment: nobody ever works")
_ONCE = Text("这条规则对同一对象只触发一次，已经触发过", "The rule fires once only for the same subject, and has fired")
_LIMITED = Text("这段时间内的次数已经用完", "It has fired as often as the limit allows in that time")
_CASES: Mapping[str, Text] = {"then": Text("如果", "If")}
_OTHER_CASE = Text("否则如果", "Else if")


def _where(step: Step) -> Text:
    return (
        Text("事件的条件", "The condition on the event")
        if step.alias == EVENT
        else Text(f"{step.alias} 的条件", f"The condition on {step.alias}")
    )


def _waits_for_others(wanted: Sequence[str], came: Sequence[str], kinds: Mapping[str, EventKind]) -> Text:
    if not wanted:
        return Text("这条规则不等待事件", "The rule waits for no event")
    first, other = _called(wanted, kinds), _called(came, kinds)
    return Text(
        f"规则等待 {first.zh}，这个事件是 {other.zh}", f"The rule waits for {first.en}; the event is {other.en}"
    )


def _called(events: Sequence[str], kinds: Mapping[str, EventKind]) -> Text:
    labels = [kinds[each].label if each in kinds else Text(each, each) for each in dict.fromkeys(events)]
    return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


def _changed(trigger: ChangeTrigger, entry: Logged, met: Met | None) -> Reasoned:
    title = Text("字段的变更", "The change of the field")
    change = entry.occurrence.changes.get(trigger.field)
    if met is not None:
        return Reasoned(title, True, trigger.field)
    if change is None:
        return Reasoned(
            title, False, trigger.field, (), (Text(f"{trigger.field} 没有变", f"{trigger.field} did not change"),)
        )
    reason = Text(
        f"{trigger.field} 从“{change[0]}”变为“{change[1]}”，不是规则等待的变更",
        f"{trigger.field} changed from “{change[0]}” to “{change[1]}”, which is not the change it waits for",
    )
    return Reasoned(title, False, trigger.field, (), (reason,))


def _followed(entry: Logged, due: dt.datetime) -> Text:
    when, id = f"{entry.at:%Y-%m-%d %H:%M}", entry.occurrence.id
    return Text(
        f"{when} 发生了事件 #{id}，在期限 {due:%Y-%m-%d %H:%M} 之前",
        f"Event #{id} came at {when}, before the time was over at {due:%Y-%m-%d %H:%M}",
    )


def _counts(condition: Checked, rule: CompiledRule, counted: Sequence[Counted]) -> Iterator[Text]:
    """What each window of a condition counted."""
    for path in condition.references():
        if path[0] == WINDOWS and int(path[1]) < len(counted):
            window, found = rule.windows[int(path[1])], counted[int(path[1])]
            shown = display(window.type, found.value, dt.UTC) or "–"
            yield Text(
                f"{window.function}({window.step.event}) 数到 {found.count} 个事件，结果 {shown}",
                f"{window.function}({window.step.event}) counted {found.count} events and gave {shown}",
            )


def _parts(part: Part) -> Iterator[Part]:
    """The parts that are worth showing, outer before inner: conditions, and values that are read or computed."""
    node = part.node
    if node.end > node.start and node.op not in ("const", "list"):
        yield part
    if node.op not in BINDERS:
        for each in part.parts:
            yield from _parts(each)


def _shown(part: Part, text: str) -> Shown:
    node = part.node
    is_condition = node.type.kind == "boolean"
    holds = part.value is True if is_condition and part.reached else None
    return Shown(node.start, node.end, text[node.start : node.end], json_value(node.type, part.value), holds)
