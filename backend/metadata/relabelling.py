"""Labels are only surface: when one changes, the texts of other definitions that were written with it are written with the new one.

An expression, or a rule, means what it meant under the old labels. Where its text would now mean something else, or nothing, the
definition is published along with the change, its text printed anew from the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from backend.metadata.event_scopes import rule_scope
from backend.metadata.expressions import Expression, expressions_of
from backend.metadata.snapshot import COLLECTIONS, Metadata
from backend.metadata.uses import Address
from engine.definitions import Rule
from engine.definitions.codec import decode, encode
from engine.language import Problems, Type
from engine.language import print as print_tree
from engine.rules import ActionSignature, RuleScope, compile_rule
from engine.rules.codec import meaning
from engine.rules.printer import print_rule
from engine.rules.syntax import language_of

_CHINESE = re.compile("[一-鿿]")
#: Kinds whose labels, and those of what they hold, are names in texts.
_LABELLED = frozenset({"entity", "decision_table"})


def rewritten(
    before: Metadata, after: Metadata, changes: Mapping[Address, Any], actions: Mapping[str, ActionSignature]
) -> dict[Address, Any]:
    """The definitions beside `changes` whose texts must follow changed labels, as they must now be."""
    if not any(kind in _LABELLED and new is not None for (kind, _), new in changes.items()):
        return {}
    found: dict[Address, Any] = dict(_rules(before, after, changes, actions))
    for kind in COLLECTIONS:
        for key, definition in after.of_kind(kind).items():
            texts = {} if (kind, key) in changes else dict(_texts(definition, before, after))
            if texts:
                found[kind, key] = _with_texts(kind, definition, texts)
    return found


def _texts(definition: Any, before: Metadata, after: Metadata) -> Iterator[tuple[str, str]]:
    """What the texts that no longer mean the same become, by path."""
    now = {expression.path: expression for expression in expressions_of(definition, after)}
    for expression in expressions_of(definition, before):
        again = now.get(expression.path)
        text = _followed(expression, again) if again is not None else None
        if text is not None:
            yield expression.path, text


def _followed(expression: Expression, again: Expression) -> str | None:
    """The text under the new labels; None when it means what it did, or cannot be said any more: a field that is gone is a problem
    of the definition, which its check tells."""
    meant = expression.checked()
    if meant is None:
        return None
    means = again.checked()
    if means is not None and means.tree == meant.tree:
        return None
    surface = "zh" if _CHINESE.search(expression.text) else "en"
    text = print_tree(meant.tree, surface, again.scope)  # type: ignore[arg-type]  # one of the two
    said = Expression(again.path, text, again.scope, template=again.template).checked()
    return text if said is not None and said.tree == meant.tree else None


def _with_texts(kind: str, definition: Any, texts: Mapping[str, str]) -> Any:
    document = deepcopy(encode(definition))
    for path, text in texts.items():
        *steps, last = path.removeprefix("/").split("/")
        place: Any = document
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = text
    return decode(kind, document)


# -- rules


def _rules(
    before: Metadata, after: Metadata, changes: Mapping[Address, Any], actions: Mapping[str, ActionSignature]
) -> Iterator[tuple[Address, Rule]]:
    """The rules that follow; only those are read in whose texts a label occurs that was, or is now, another."""
    scopes = rule_scope(before, actions), rule_scope(after, actions)
    words = {_folded(word) for *_, word in _labels(scopes[0]) ^ _labels(scopes[1])}
    for key, rule in after.rules.items() if words else ():
        folded = _folded(rule.text)
        if ("rule", key) not in changes and any(word in folded for word in words):
            text = _followed_rule(rule.text, *scopes)
            if text is not None:
                yield ("rule", key), replace(rule, text=text)


def _followed_rule(text: str, before: RuleScope, after: RuleScope) -> str | None:
    """A rule's text under the new labels; None when it means what it did, or cannot be said any more."""
    meant, means = compile_rule(text, before), compile_rule(text, after)
    if isinstance(meant, Problems) or (not isinstance(means, Problems) and meaning(means) == meaning(meant)):
        return None
    try:
        written = print_rule(meant, after, language_of(text))
    except ValueError:
        return None  # the check of the rule tells what is missing
    said = compile_rule(written, after)
    return None if isinstance(said, Problems) or meaning(said) != meaning(meant) else written


def _labels(scope: RuleScope) -> set[tuple[str, ...]]:
    """What records, their fields and options, decision tables and kinds of events are called, with where."""
    found: set[tuple[str, ...]] = {
        (kind.key, name) for kind in scope.events.values() for name in (kind.label.zh, kind.label.en, *kind.names)
    }
    for types in (scope.globals, scope.records, scope.decisions):
        for key, type in types.items():
            found |= set(_type_labels(type, key))
    return {each for each in found if each[-1]}


def _type_labels(type: Type, *place: str) -> Iterator[tuple[str, ...]]:
    for label in (type.label,) if type.label is not None else ():
        yield from ((*place, label.zh), (*place, label.en))
    for option in type.options:
        yield from ((*place, option.key, option.label.zh), (*place, option.key, option.label.en))
    for key, field in type.fields.items():
        yield from _type_labels(field, *place, key)
    if type.item is not None:
        yield from _type_labels(type.item, *place)


def _folded(text: str) -> str:
    """As names are compared."""
    return re.sub(r"[\s_]+", "_", text.strip().lower())
