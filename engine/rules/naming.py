"""What a printed rule calls things: its own words, and events, records and actions, by labels that lead back to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from lark import Token, Tree

from engine.definitions import Text
from engine.language.mismatch import Mismatch
from engine.language.names import Bound
from engine.language.naming import Naming
from engine.language.surfaces import RESERVED, Surface, can_be_written, literal, name
from engine.language.syntax import Syntax
from engine.language.tree import Node
from engine.language.types import BUSINESS, DURATION, PERIOD, Scope, Type, reference
from engine.language.words import RULE_WORDS
from engine.rules.aggregates import LABELS, Counted, Reading, RuleChecker
from engine.rules.events import entity_named, event_kind
from engine.rules.model import (
    CUSTOMER,
    EVENT,
    MESSAGE,
    PERSON,
    ActionSignature,
    ChangeTrigger,
    CompiledRule,
    EventTrigger,
    Length,
    Link,
    RuleScope,
    SegmentTrigger,
    Window,
)
from engine.rules.statements import MESSAGE_TYPE, action_named, parameter_named
from engine.rules.syntax import RULE_CONTEXTS

#: Words that are no names where rules are written.
RESERVED_IN_RULES = RESERVED | frozenset(RULE_WORDS)
#: The same, and words that are keywords in some places only.
_SPOKEN_FOR = RESERVED_IN_RULES | {word for each in RULE_CONTEXTS for word in each.words}

_WORDS: Mapping[str, tuple[str, str]] = {
    "rule": ("rule", "规则"), "priority": ("priority", "优先级"), "purpose": ("purpose", "用途"),
    "calendar": ("calendar", "日历"), "valid": ("valid", "有效期"), "from": ("from", "自"), "to": ("to", "到"),
    "when": ("when", "当"), "as": ("as", "记作"), "where": ("where", "其中"), "followed_by": ("followed_by", "随后"),
    "without": ("without", "未发生"), "every": ("every", "每隔"), "at": ("at", "于"), "for each": ("for each", "对每个"), "each": ("each", "每个"), "segment": ("segment", "人群"),
    "watch": ("watch", "监测"), "enters segment": ("enters segment", "进入 人群"), "exits segment": ("exits segment", "离开 人群"),
    "changes": ("changes", "变更"), "changes to": ("changes to", "变为"),
    "if": ("if", "如果"), "then": ("then", "那么"), "else": ("else", "否则"), "else if": ("else if", "否则如果"),
    "after": ("after", "等待"), "do": ("do", "执行"), "split": ("split", "分流"), "stop": ("stop", "停止"),
    "limit": ("limit", "限制"), "times": ("", "次"), "per": ("per", "每个"), "per person": ("per", "每位"),
    "per length": ("per", "每"), "once": ("once", "仅一次"), "quiet": ("quiet", "免打扰"), "end": ("end", "结束"),
    "within": ("within", "在"), "by": ("by", "按"), "baseline": ("baseline", "基线"),
    **{key: (label.en, label.zh) for key, label in LABELS.items()},
}  # fmt: skip


def word(key: str, surface: Surface) -> str:
    """A word of rules in a surface."""
    return _WORDS[key][1 if surface == "zh" else 0]


def length_text(length: Length, surface: Surface) -> str:
    """A length of time, as it is written."""
    return literal(_length_node(length), surface)


def within_text(length: Length, surface: Surface) -> str:
    """`within 7 days`, `7 天内`."""
    written = length_text(length, surface)
    return f"{written}内" if surface == "zh" else f"within {written}"


_MICROSECOND = dt.timedelta(microseconds=1)


def _length_node(length: Length) -> Node:
    if length.months is not None:
        return Node("const", PERIOD, value=length.months)
    if length.business_days is not None:
        return Node("const", BUSINESS, value=("days", length.business_days))
    if length.business is not None:
        return Node("const", BUSINESS, value=("us", length.business // _MICROSECOND))
    return Node("const", DURATION, value=length.fixed)


def _is_plain(called: str) -> bool:
    """Whether a name needs no backticks, wherever in a rule it stands."""
    return can_be_written(called) and name(called, _SPOKEN_FOR) == called


def _path(steps: tuple[str, ...]) -> Syntax:
    return Tree("path", [Token("NAME", each) for each in steps])


class RuleNaming(Naming):
    """The names of one expression of a rule, where the person is also called the customer."""

    def __init__(self, surface: Surface, scope: Scope, bare: Bound | None = None) -> None:
        super().__init__(surface, scope, RESERVED_IN_RULES, bare, keys=surface == "en")

    def _called(self, key: str, type: Type | None) -> Iterator[str]:
        yield from super()._called(key, type)
        if key == PERSON:
            yield CUSTOMER

    def _first(self, path: tuple[str, ...], item: Type | None = None) -> str:
        written = super()._first(path, item)
        if self._leads(written.strip("`")) not in (path, None):
            raise ValueError(f"no text gives {'.'.join(path)!r} where {written!r} means something else")
        return written

    def _leads(self, word: str) -> tuple[str, ...] | None:
        path = super()._leads(word)
        return (PERSON,) if path == (CUSTOMER,) else path


class Names:
    """What one surface calls the things that rules may name."""

    def __init__(self, scope: RuleScope, surface: Surface) -> None:
        self._scope = scope
        self._surface = surface

    def event(self, key: str) -> str:
        """A kind of event. Raises ValueError when nothing is called so any more."""
        kind = self._scope.events.get(key)
        if kind is None:
            raise ValueError(f"there is no kind of event {key!r}")
        written = (each for each in self._called(kind.label, key) if all(map(_is_plain, each.split("."))))
        found = next((each for each in written if event_kind(each, self._scope) is kind), key)
        return ".".join(name(step, RESERVED_IN_RULES) for step in found.split("."))

    def entity(self, key: str) -> str:
        """The records of an entity."""
        type = self._scope.records.get(key)
        found = (each for each in self._called(type.label if type else None, key) if self._is_entity(each, key))
        return name(next(found, key), RESERVED_IN_RULES)

    def _is_entity(self, called: str, key: str) -> bool:
        return _is_plain(called) and entity_named(called, self._scope.records) == key

    def action(self, key: str) -> str:
        """An action."""
        signature = self._scope.actions.get(key)
        label = signature.label if signature is not None else None
        found = (each for each in self._called(label, key) if _is_plain(each) and self._leads_to_action(each, key))
        return name(next(found, key), _SPOKEN_FOR)

    def _leads_to_action(self, called: str, key: str) -> bool:
        found = action_named(called, self._scope.actions)
        return found is not None and found.key == key

    def parameter(self, signature: ActionSignature | None, key: str) -> str:
        """A parameter of an action."""
        named = {each.name: each for each in signature.parameters} if signature is not None else {}
        label = named[key].label if key in named else None
        for called in self._called(label, key):
            found = parameter_named(called, signature) if signature is not None else None
            if found is not None and found.name == key and can_be_written(called) and name(called, ()) == called:
                return called  # before a colon every word is a name
        return name(key)

    def _called(self, label: Text | None, key: str) -> tuple[str, ...]:
        """In English things are called by their keys: labels have blanks."""
        return (label.zh, key) if self._surface == "zh" and label is not None else (key,)

    # -- variables

    def step_variables(self, rule: CompiledRule, number: int) -> Mapping[str, Type]:
        """What the condition of an event of a pattern may name: those before it, and itself."""
        return {each.alias: self._unlabelled(each.event) for each in rule.steps[: number + 1]}

    def _unlabelled(self, event: str) -> Type:
        """What an event holds. Its name in a rule is the one that the rule gives it."""
        return self._scope.events[event].type.named(None)

    def variables(self, rule: CompiledRule) -> Mapping[str, Type]:
        """What conditions and actions may name."""
        trigger = rule.trigger
        if isinstance(trigger, EventTrigger):
            heard = [trigger.step, *(link.step for link in trigger.links if not link.without)]
            types = {each.alias: self._unlabelled(each.event) for each in heard}
            return {**types, EVENT: self._unlabelled(heard[-1].event), MESSAGE: MESSAGE_TYPE}
        owner = trigger if isinstance(trigger, ChangeTrigger | SegmentTrigger) else trigger.each
        type = reference(owner.entity)
        record = self._scope.records.get(owner.entity)
        label = record.label if record is not None and owner.alias == owner.entity else None
        return {owner.alias: type.named(label), EVENT: type, MESSAGE: MESSAGE_TYPE}

    def trigger_alias(self, rule: CompiledRule) -> str:
        """The name of what the rule is about when it fires."""
        trigger = rule.trigger
        if isinstance(trigger, EventTrigger):
            return next(
                link.step.alias for link in reversed((Link(trigger.step, Length()), *trigger.links)) if not link.without
            )
        return trigger.alias if isinstance(trigger, ChangeTrigger | SegmentTrigger) else trigger.each.alias

    def window_key(self, rule: CompiledRule, window: Window) -> str:
        """What stands behind `by`: what leads to the field of the counted events and to the value it must equal."""
        assert window.by is not None, "asked only for windows with a key"
        kind = self._scope.events[window.step.event]
        scope = self._scope.scope({key: type for key, type in self.variables(rule).items() if not key.startswith("$")})
        checker = RuleChecker(Reading("", self._scope), scope, trigger=self.trigger_alias(rule))
        counted = Counted(window.step, kind, None)
        for written in self._key_candidates(window, kind.type, scope):
            try:
                by, key = checker.key(_path(written), counted)
            except Mismatch:
                continue
            if by == window.by and key == window.key:
                return ".".join(name(each, RESERVED_IN_RULES) for each in written)
        raise ValueError(f"no text gives the key {'.'.join(window.by)!r} of a window")

    def _key_candidates(self, window: Window, counted: Type, scope: Scope) -> Iterator[tuple[str, ...]]:
        """Names of the value, of the field, and the person's."""
        tree = window.key.tree if window.key is not None else None
        path = tree.path if tree is not None else ()
        variables = (each for each in path[:1])
        yield from ((called,) for each in variables for called in self._labels(scope.variables.get(each), each))
        if len(path) > 1:
            owner = scope.variables.get(path[0])
            members = scope.members(owner) if owner is not None else {}
            yield from ((called, *path[2:]) for called in self._labels(members.get(path[1]), path[1]))
        assert window.by is not None, "asked only for windows with a key"
        first, *rest = window.by
        yield from ((called, *rest) for called in self._labels(counted.fields.get(first), first))
        yield from ((each,) for each in (PERSON, CUSTOMER))

    def _labels(self, type: Type | None, key: str) -> Iterator[str]:
        label = type.label if type is not None else None
        called = (key,) if label is None else self._called(label, key) + ((label.zh, label.en) if label else ())
        return (each for each in dict.fromkeys(called) if can_be_written(each))
