"""Tables of rules at work: firings, what is due, incidents, kill switches, and what schedules, watches and segments remember."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from backend.db.base import Base


class RuleFiring(Base):
    """A rule fired, once per rule and `cause` (`event:<log id>`, `deadline:<log id>`, `schedule:<moment>:<record>`, ..).

    `status`: done, failed (`error` says why), limited (a limit or `once` held it back), switched_off, retracted (a late event
    took its reason away). `quotas` are the keys it counts against; `actions` what it did; `trace` the values it saw; `events`
    the log id of the event under each name of the rule. `happened_at` is the moment by the clock of events, `at` when it was
    written.
    """

    __tablename__ = "rule_firing"
    __table_args__ = (
        UniqueConstraint("rule", "cause"),
        Index("ix_rule_firing_rule_at", "rule", "at"),
        Index("ix_rule_firing_rule_happened", "rule", "happened_at"),
        Index("ix_rule_firing_quotas", "quotas", postgresql_using="gin", postgresql_where=text("quotas <> '{}'")),
        Index("ix_rule_firing_person", "person_id", "at"),
        Index("ix_rule_firing_event", "event_id", postgresql_where=text("event_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_version: Mapped[int]
    cause: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    branch: Mapped[str]
    subject: Mapped[str | None]
    quotas: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    person_id: Mapped[UUID | None]
    status: Mapped[str]
    error: Mapped[str | None]
    actions: Mapped[list[Any]]
    trace: Mapped[dict[str, Any]]
    events: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    happened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    retracted_at: Mapped[datetime | None]
    retracted_by: Mapped[int | None] = mapped_column(BigInteger)


class RuleDeadline(Base):
    """What a rule will do at `due_at` unless something happens before: the end of an absence, a block of `after`, another try of
    an action that failed (`kind`: absence, after, retry). It keeps the version of the rule that made it. `place` is where in the
    rule it stands; `events` the log ids it is about, by the rule's names."""

    __tablename__ = "rule_deadline"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_rule_deadline_slot_due", "slot", "due_at", "id"),
        Index("ix_rule_deadline_person", "person_id", "purpose", postgresql_where=text("person_id IS NOT NULL")),
        Index("ix_rule_deadline_rule", "rule", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    rule: Mapped[str]
    rule_version: Mapped[int]
    key: Mapped[str]
    due_at: Mapped[datetime]
    firing_id: Mapped[UUID | None]
    place: Mapped[str] = mapped_column(server_default="")
    events: Mapped[dict[str, Any]]
    person_id: Mapped[UUID | None]
    purpose: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RuleIncident(Base):
    """Something about a rule that somebody must look at; one row per rule, code and place while it is open, counting."""

    __tablename__ = "rule_incident"
    __table_args__ = (
        Index("uq_rule_incident_open", "rule", "code", "place", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_rule_incident_status", "status", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_version: Mapped[int]
    code: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="")
    message: Mapped[dict[str, Any]]
    suggestion: Mapped[str | None]
    firing_id: Mapped[UUID | None]
    count: Mapped[int] = mapped_column(server_default="1")
    status: Mapped[str] = mapped_column(server_default="open")
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_by: Mapped[UUID | None]


class RuleSwitch(Base):
    """A kill switch: of a rule, or of everything that is sent for a purpose."""

    __tablename__ = "rule_switch"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    off: Mapped[bool]
    reason: Mapped[str | None]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RuleSchedule(Base):
    """Where a rule that runs on a schedule (or watches) stands: its next moment, and within a run the record it has come to."""

    __tablename__ = "rule_schedule"

    rule: Mapped[str] = mapped_column(primary_key=True)
    rule_version: Mapped[int]
    next_due: Mapped[datetime] = mapped_column(index=True)
    running_due: Mapped[datetime | None]
    cursor: Mapped[UUID | None]


class RuleWatch(Base):
    """Whether a watched condition held for a record when it was last looked at."""

    __tablename__ = "rule_watch"

    rule: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    holds: Mapped[bool]
    since: Mapped[datetime]


class SegmentMember(Base):
    """A record that belongs to a segment: as its condition found it (for segments that rules wait for), or put there by a rule."""

    __tablename__ = "segment_member"
    __table_args__ = (Index("ix_segment_member_record", "record_id"),)

    segment: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SegmentState(Base):
    """When a segment's members were last looked up, and for which condition."""

    __tablename__ = "segment_state"

    segment: Mapped[str] = mapped_column(primary_key=True)
    condition_hash: Mapped[str]
    evaluated_at: Mapped[datetime]


class RuleProgram(Base):
    """A rule as it was checked: its typed form, which loads faster than its text is parsed. `fingerprint` stands for what the
    rule may name; another one makes another program."""

    __tablename__ = "rule_program"

    rule: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    program: Mapped[dict[str, Any]]
