"""Decision tables: rows of conditions over inputs, each with what follows, and a hit policy that says which rows count (DMN)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definitions.entity import Option
from engine.definitions.text import Text

#: What is done when several rows match; those of LISTING answer all of them.
SINGLE = ("unique", "any", "first", "priority")
LISTING = ("rule_order", "output_order", "collect")
HIT_POLICIES = (*SINGLE, *LISTING)
AGGREGATES = ("sum", "min", "max", "count")


@dataclass(frozen=True, slots=True)
class TableInput:
    """What rows ask about. `type` is a type of the expression language (`text`, `money:CNY`); `options` those of a choice."""

    key: str
    label: Text
    type: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class TableOutput:
    """What rows answer. `values` in order, the first the highest, for the policies `priority` and `output_order`; `default` is an
    expression for when no row matches."""

    key: str
    label: Text
    type: str
    options: tuple[Option, ...] = ()
    values: tuple[Any, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """`when`: unary tests by input, one that is missing or `-` holds always. `then`: expressions by output."""

    when: Mapping[str, str] = field(default_factory=dict)
    then: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`hit` is one of HIT_POLICIES, `aggregate` one of AGGREGATES for `collect`."""

    key: str
    label: Text
    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[TableRow, ...]
    hit: str = "unique"
    aggregate: str | None = None
    description: Text | None = None
    schema: int = 1
    app: str = ""
