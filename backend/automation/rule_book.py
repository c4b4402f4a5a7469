"""The rules of one snapshot of the metadata, compiled and indexed; made again when something is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from backend.actions.registry import ActionRegistry
from backend.metadata.event_scopes import event_scopes
from backend.metadata.snapshot import Metadata
from engine.language import Problems, describe
from engine.rules import CompiledRule, RuleSet, compile_rule

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """`rules` match events; `titles` are by rule key; `broken` says why a rule that is published cannot run."""

    rules: RuleSet
    titles: Mapping[str, str]
    broken: Mapping[str, str]


def write_rule_book(metadata: Metadata, actions: ActionRegistry) -> RuleBook:
    """Compile every rule that is switched on. A rule that no longer compiles is left out and named, never the others."""
    scopes = event_scopes(metadata)
    signatures = actions.signatures()
    compiled: list[CompiledRule] = []
    broken: dict[str, str] = {}
    for key, rule in metadata.rules.items():
        if not rule.enabled:
            continue
        found = compile_rule(rule.text, scopes, signatures, metadata.word_lists.keys())
        if isinstance(found, Problems):
            broken[key] = describe(found).en
            log.warning("rule.broken", rule=key, problems=broken[key])
        else:
            compiled.append(found)
    words = {key: word_list.words for key, word_list in metadata.word_lists.items()}
    return RuleBook(RuleSet(compiled, words), {rule.key: rule.title for rule in compiled}, broken)


class RuleLibrary:
    """Keeps the rule book of the newest snapshot it was asked for."""

    def __init__(self, actions: ActionRegistry) -> None:
        self.actions = actions
        self._metadata: Metadata | None = None
        self._book: RuleBook | None = None

    def book(self, metadata: Metadata) -> RuleBook:
        """The rule book of `metadata`."""
        if self._book is None or self._metadata is not metadata:
            self._book = write_rule_book(metadata, self.actions)
            self._metadata = metadata
        return self._book
