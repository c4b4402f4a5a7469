"""What a part of a hand-over is: finding what there is to hand over, handing one thing over, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import Caller
from backend.actions.registry import ActionRegistry
from backend.events.log import Cause
from backend.identity.models import User
from backend.metadata.service import Publishing
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from engine.host import HostClient

Json = dict[str, Any]
#: What is handed over: its `label` in both languages, where it is seen (`link`), and what finds it again.
Subject = Mapping[str, Any]
#: Of what is told of a line: where it goes on.
NEXT = "next"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a part looks for what somebody has; `parts` are all that are handed over."""

    session: AsyncSession
    metadata: Metadata
    person: User
    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Work:
    """One line at work: `giver` gives it, `taker` gets it (the other way round when it is taken back). `caller` is the administrator who
    asked for it. `key` begins the ids of this attempt's commands."""

    session: AsyncSession
    store: MetadataStore
    publishing: Publishing
    actions: ActionRegistry
    host: HostClient
    caller: Caller
    giver: User
    taker: User
    key: str

    @property
    def metadata(self) -> Metadata:
        return self.store.current

    @property
    def cause(self) -> Cause:
        return Cause(actor_id=self.caller.user_id, actor_kind=self.caller.kind)


@dataclass(frozen=True, slots=True)
class Result:
    """A line is done: `before` is what taking it back needs, `told` what is to be said of it. With a `NEXT` among that the line goes on once
    it is committed (see GoesOn)."""

    before: Json = field(default_factory=dict)
    told: Json | None = None


class Part(Protocol):
    """One kind of thing that people have in their hands. What cannot be done raises a WeftError."""

    @property
    def key(self) -> str:
        """As whoever asks for the hand-over names it."""
        ...

    @property
    def kind(self) -> str:
        """Of its lines."""
        ...

    async def plan(self, plan: Plan) -> list[Json]:
        """What there is."""
        ...

    async def hand_over(self, work: Work, subject: Subject) -> Result:
        """From the giver to the taker."""
        ...

    async def take_back(self, work: Work, subject: Subject, before: Mapping[str, Any], /) -> Result:
        """From the giver, who got it, to the taker, who had it."""
        ...


@runtime_checkable
class GoesOn(Protocol):
    """A part whose lines go on after they are done, in portions, each in a transaction of its own."""

    async def go_on(self, work: Work, subject: Subject, told: Mapping[str, Any], /) -> Json:
        """One portion, from `told[NEXT]` on: what is to be told then, with where the next one begins, if there is more."""
        ...


def label(zh: str, en: str) -> Json:
    """A text in both languages, as JSON."""
    return {"zh": zh, "en": en}


def id_of(subject: Subject, member: str) -> UUID:
    """An id that a subject holds."""
    return UUID(str(subject[member]))
