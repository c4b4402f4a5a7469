"""Shapes of what is asked of rules; no body takes members that are not named here."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.records.expressions import Document

#: The longest rule, and the longest reason that is kept.
MAX_TEXT, MAX_REASON = 20_000, 500
MAX_TESTS = 100

#: A key in an address or a parameter; PostgreSQL cannot hold U+0000.
Words = Annotated[str, Query(max_length=200, pattern="^[^\\x00]*$")]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200)]
FiringStatus = Literal["done", "limited", "failed", "switched_off", "retracted"]
IncidentStatus = Literal["open", "resolved"]
#: A reason as it is kept: written out, and nothing that PostgreSQL cannot hold.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON, pattern="^[^\\x00]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleText(_Strict):
    """A rule as its author has it, published or not."""

    text: str = Field(max_length=MAX_TEXT)


class Unfinished(RuleText):
    """A text in which somebody stands before the character at `offset`; `surface` is the language of what is offered."""

    offset: int = Field(ge=0, le=MAX_TEXT)
    surface: Literal["zh", "en"] = "en"


class Printing(RuleText):
    """The language to write a rule in."""

    language: Literal["zh", "en"]


class DryRun(RuleText):
    """A rule over the last `days`; so many firings are told one by one."""

    days: int = Field(7, ge=1, le=90)
    limit: int = Field(50, ge=0, le=200)


class Why(RuleText):
    """A rule and the log id of the event that it is asked about."""

    event_id: int = Field(ge=0, lt=2**63)


class Testing(RuleText):
    """A rule with its test cases, in the form of the rule's definition."""

    tests: list[Document] = Field(max_length=MAX_TESTS)


class Switch(_Strict):
    """Which way a kill switch is turned, and why."""

    off: bool
    reason: Reason | None = None
