"""Rules and the word lists they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class Given:
    """What happens in a test case, at a wall time of the company's: an event of a kind with its values, and the person it is
    about; of an update the `changes` by field, before and after. Or nothing but time passes (`wait`)."""

    at: str
    event: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    person: Mapping[str, Any] | None = None
    changes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    wait: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedAction:
    """An action that must be taken; of its arguments those that are given must be so."""

    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """A firing that there must be, with exactly these actions; the branch, if it is given."""

    at: str
    actions: tuple[ExpectedAction, ...] = ()
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test case of a rule: what happens, the records there are by entity, and every firing that there must be."""

    title: Text
    given: tuple[Given, ...]
    expect: tuple[Expected, ...] = ()
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `text` is one `rule ... end` in the rule language, whose name must equal `key`. Its test cases must hold when it is
    published."""

    key: str
    label: Text
    text: str
    enabled: bool = True
    description: Text | None = None
    tests: tuple[RuleTest, ...] = ()
    schema: int = 1
    app: str = ""


@dataclass(frozen=True, slots=True)
class WordList:
    """A named list for `keywords("key")`; matching ignores ASCII case."""

    key: str
    label: Text
    words: tuple[str, ...]
    schema: int = 1
    app: str = ""
