"""Rules in a sentence, zh and en: what one waits for, and what it does then. For lists and outlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.definitions import Text
from engine.language.layout import Doc, render
from engine.language.surfaces import Surface
from engine.rules.expressions import expressions_of
from engine.rules.model import (
    After,
    Block,
    Call,
    Case,
    ChangeTrigger,
    CompiledRule,
    EventTrigger,
    RuleScope,
    ScheduleTrigger,
    SegmentTrigger,
    Split,
    Stop,
    WatchTrigger,
)
from engine.rules.naming import length_text
from engine.rules.printer import Writer

#: Longer sentences are cut.
MOST_CHARACTERS = 600
#: Wide enough for one line.
_ENDLESS = 1_000_000


def trigger_sentence(rule: CompiledRule, scope: RuleScope) -> Text:
    """`when social.comment happens where sentiment = "Negative"`."""
    return Text(_Teller(rule, scope, "zh").trigger(), _Teller(rule, scope, "en").trigger())


def rule_sentence(rule: CompiledRule, scope: RuleScope) -> Text:
    """What the rule waits for, on which condition it does what, and how often at most."""
    return Text(_Teller(rule, scope, "zh").rule(), _Teller(rule, scope, "en").rule())


class _Teller:
    """Tells one rule in one language."""

    def __init__(self, rule: CompiledRule, scope: RuleScope, surface: Surface) -> None:
        self._rule = rule
        self._surface = surface
        self._writer = Writer(replace(rule, text=""), scope, surface, _unused(rule))  # without its comments

    def _said(self, zh: str, en: str, **parts: str) -> str:
        return (zh if self._surface == "zh" else en).format(**parts)

    def rule(self) -> str:
        """The sentence."""
        parts = [self.trigger(), *map(self._case, self._rule.cases), *self._restraints()]
        told = self._said("；", "; ").join(part for part in parts if part)
        return told if len(told) <= MOST_CHARACTERS else f"{told[: MOST_CHARACTERS - 1]}…"

    # -- what it waits for

    def trigger(self) -> str:
        """What the rule waits for."""
        trigger = self._rule.trigger
        if isinstance(trigger, EventTrigger):
            return self._event(trigger)
        if isinstance(trigger, ChangeTrigger):
            return _line(self._writer.trigger())
        if isinstance(trigger, SegmentTrigger):
            return self._segment(trigger)
        if isinstance(trigger, ScheduleTrigger):
            return _line(self._writer.trigger())
        return self._watch(trigger)

    def _event(self, trigger: EventTrigger) -> str:
        told = self._said("当 {event} 发生", "when {event} happens", event=self._step(0))
        for number, link in enumerate(trigger.links, 1):
            length = length_text(link.within, self._surface)
            forms = _ABSENT if link.without else _FOLLOWED
            told += self._said(*forms, event=self._step(number), length=length)
        return told

    def _step(self, number: int) -> str:
        event, condition = self._writer.step_parts(number)
        if condition is None:
            return event
        return self._said("{event}（{condition}）", "{event} ({condition})", event=event, condition=_line(condition))

    def _segment(self, trigger: SegmentTrigger) -> str:
        forms = ("当有记录进入人群“{key}”", "when a record enters the segment “{key}”")
        left = ("当有记录离开人群“{key}”", "when a record leaves the segment “{key}”")
        return self._said(*(forms if trigger.entered else left), key=trigger.segment)

    def _watch(self, trigger: WatchTrigger) -> str:
        condition, each, every = (_line(part) for part in self._writer.watch_parts(trigger))
        return self._said(
            "{each}，一旦 {condition}（每隔 {every} 查看）",
            "{each}, as soon as {condition} (looked at every {every})",
            condition=condition, each=each, every=every,
        )  # fmt: skip

    # -- what it does

    def _case(self, case: Case) -> str:
        done = self._said("、", ", ").join(self._block(case.block))
        if case.condition is None:
            return done if case.name == "then" else self._said("否则 {done}", "otherwise {done}", done=done)
        condition = _line(self._writer.condition(case.condition))
        if case.name == "then":
            return self._said("如果 {condition}：{done}", "if {condition}: {done}", condition=condition, done=done)
        forms = ("否则如果 {condition}：{done}", "otherwise, if {condition}: {done}")
        return self._said(*forms, condition=condition, done=done)

    def _block(self, block: Block) -> Iterator[str]:
        for statement in block:
            if isinstance(statement, Call):
                yield _line(self._writer.call(statement))
            elif isinstance(statement, Stop):
                yield self._said("不再执行优先级更低的规则", "no rule of lower priority fires")
            elif isinstance(statement, After):
                yield self._after(statement)
            else:
                yield self._split(statement)

    def _after(self, statement: After) -> str:
        done = self._said("、", ", ").join(self._block(statement.block))
        length = length_text(statement.delay, self._surface)
        if statement.condition is None:
            return self._said("{length}后 {done}", "after {length} {done}", length=length, done=done)
        condition = _line(self._writer.condition(statement.condition))
        forms = ("{length}后如果 {condition} 则 {done}", "after {length}, if {condition}, {done}")
        return self._said(*forms, length=length, condition=condition, done=done)

    def _split(self, statement: Split) -> str:
        shares = (
            f"{each.percent.normalize():f}% {each.name}: {', '.join(self._block(each.block))}"
            for each in statement.shares
        )
        return self._said("分流（{shares}）", "split ({shares})", shares=" | ".join(shares))

    def _restraints(self) -> Iterator[str]:
        yield from (_line(self._writer.limit(limit)) for limit in self._rule.limits)
        if self._rule.once is not None:
            yield _line(self._writer.once(self._rule.once))


def _unused(rule: CompiledRule) -> frozenset[str]:
    """The names of its events that no expression of the rule needs."""
    paths = [node.path[:1] for each in expressions_of(rule) for node in each.tree.walk()]
    return frozenset(step.alias for step in rule.steps if (step.alias,) not in paths)


_FOLLOWED = ("，之后 {length}内又发生 {event}", ", then {event} within {length}")
_ABSENT = ("，之后 {length}内没有发生 {event}", ", and no {event} within {length}")


def _line(doc: Doc) -> str:
    """A document on one line, as far as it has no comments."""
    return " ".join(render(doc, _ENDLESS).split())
