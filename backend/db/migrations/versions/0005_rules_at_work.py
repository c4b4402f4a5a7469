"""What rules remember: deadlines, incidents, kill switches, schedules, watches, members of segments, checked programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_MOMENT = sa.DateTime(timezone=True)
_NOW = sa.text("now()")
_TABLES = (
    "rule_program",
    "segment_state",
    "segment_member",
    "rule_watch",
    "rule_schedule",
    "rule_switch",
    "rule_incident",
    "rule_deadline",
)


def upgrade() -> None:
    _firings()
    _work()
    _authors()
    _memory()
    op.add_column("sent_message", sa.Column("reason", sa.Text(), nullable=True), schema="weft")
    op.add_column("sent_message", sa.Column("purpose", sa.Text(), nullable=True), schema="weft")
    op.add_column("sent_message", sa.Column("read_at", _MOMENT, nullable=True), schema="weft")
    # Tasks that stand alone: of no instance, with a note.
    op.alter_column("task", "instance_id", nullable=True, schema="weft")
    op.add_column("task", sa.Column("note", sa.Text(), nullable=True), schema="weft")
    _social()
    op.create_index(
        "ix_event_person_type",
        "event",
        ["person_id", "type", "occurred_at"],
        schema="weft",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index("ix_event_type", "event", ["type", "occurred_at"], schema="weft")
    # What came in through channels and everything else have readers of their own.
    for name, concerned in (("channels", "IS NOT NULL"), ("others", "IS NULL")):
        op.create_index(
            f"ix_event_slot_of_{name}",
            "event",
            ["slot", "xid", "id"],
            schema="weft",
            postgresql_where=sa.text(f"channel {concerned}"),
        )
    op.drop_index("ix_event_slot_xid_id", "event", schema="weft")
    # Rules now read the log after it was understood, as a consumer of their own: it goes on where the pipeline stood.
    op.execute(
        """INSERT INTO weft.consumer_position (consumer, slot, xid, event_id)
        SELECT 'rules', slot, xid, event_id FROM weft.consumer_position WHERE consumer = 'pipeline'"""
    )


def _firings() -> None:
    op.add_column("rule_firing", sa.Column("cause", sa.Text(), nullable=True), schema="weft")
    op.execute("UPDATE weft.rule_firing SET cause = 'event:' || event_id")
    op.alter_column("rule_firing", "cause", nullable=False, schema="weft")
    op.alter_column("rule_firing", "event_id", nullable=True, schema="weft")
    quotas: sa.Column[list[str]] = sa.Column(
        "quotas", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
    )
    op.add_column("rule_firing", quotas, schema="weft")
    op.execute(
        """UPDATE weft.rule_firing SET quotas = array_remove(ARRAY[rule || ':limit:' || subject, rule || ':once:' || once], NULL)"""
    )
    op.add_column(
        "rule_firing", sa.Column("events", _JSONB, server_default=sa.text("'{}'"), nullable=False), schema="weft"
    )
    op.add_column("rule_firing", sa.Column("happened_at", _MOMENT, server_default=_NOW, nullable=False), schema="weft")
    op.execute("UPDATE weft.rule_firing SET happened_at = at")
    op.add_column("rule_firing", sa.Column("retracted_at", _MOMENT, nullable=True), schema="weft")
    op.add_column("rule_firing", sa.Column("retracted_by", sa.BigInteger(), nullable=True), schema="weft")
    op.drop_constraint("uq_rule_firing_event_id_rule", "rule_firing", schema="weft")
    op.drop_index("ix_rule_firing_rule_once", "rule_firing", schema="weft")
    op.drop_index("ix_rule_firing_rule_subject", "rule_firing", schema="weft")
    op.drop_column("rule_firing", "once", schema="weft")
    op.create_unique_constraint("uq_rule_firing_rule_cause", "rule_firing", ["rule", "cause"], schema="weft")
    op.create_index(
        "ix_rule_firing_quotas",
        "rule_firing",
        ["quotas"],
        schema="weft",
        postgresql_using="gin",
        postgresql_where=sa.text("quotas <> '{}'"),
    )
    op.create_index("ix_rule_firing_rule_happened", "rule_firing", ["rule", "happened_at"], schema="weft")
    op.create_index(
        "ix_rule_firing_event",
        "rule_firing",
        ["event_id"],
        schema="weft",
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )


def _work() -> None:
    op.create_table(
        "rule_deadline",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("firing_id", sa.UUID(), nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("events", _JSONB, nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_deadline")),
        sa.UniqueConstraint("key", name=op.f("uq_rule_deadline_key")),
        schema="weft",
    )
    op.create_index("ix_rule_deadline_slot_due", "rule_deadline", ["slot", "due_at", "id"], schema="weft")
    op.create_index("ix_rule_deadline_rule", "rule_deadline", ["rule", "due_at"], schema="weft")
    op.create_index(
        "ix_rule_deadline_person",
        "rule_deadline",
        ["person_id", "purpose"],
        schema="weft",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )


def _authors() -> None:
    op.create_table(
        "rule_incident",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("message", _JSONB, nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("firing_id", sa.UUID(), nullable=True),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("first_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("last_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("resolved_by", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_incident")),
        schema="weft",
    )
    op.create_index(
        "uq_rule_incident_open",
        "rule_incident",
        ["rule", "code", "place"],
        unique=True,
        schema="weft",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_rule_incident_status", "rule_incident", ["status", "id"], schema="weft")
    op.create_table(
        "rule_switch",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.UUID(), nullable=True),
        sa.Column("changed_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_rule_switch")),
        schema="weft",
    )


def _memory() -> None:
    op.create_table(
        "rule_schedule",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("next_due", _MOMENT, nullable=False),
        sa.Column("running_due", _MOMENT, nullable=True),
        sa.Column("cursor", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_schedule")),
        schema="weft",
    )
    op.create_index("ix_rule_schedule_next_due", "rule_schedule", ["next_due"], schema="weft")
    op.create_table(
        "rule_watch",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("rule", "key", name=op.f("pk_rule_watch")),
        schema="weft",
    )
    op.create_table(
        "segment_member",
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("segment", "record_id", name=op.f("pk_segment_member")),
        schema="weft",
    )
    op.create_index("ix_segment_member_record", "segment_member", ["record_id"], schema="weft")
    op.create_table(
        "segment_state",
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("condition_hash", sa.Text(), nullable=False),
        sa.Column("evaluated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("segment", name=op.f("pk_segment_state")),
        schema="weft",
    )
    op.create_table(
        "rule_program",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("program", _JSONB, nullable=False),
        sa.PrimaryKeyConstraint("rule", "version", "fingerprint", name=op.f("pk_rule_program")),
        schema="weft",
    )


def _social() -> None:
    op.add_column("social_post", sa.Column("product", sa.UUID(), nullable=True), schema="weft")
    op.add_column("social_post", sa.Column("log_id", sa.BigInteger(), nullable=True), schema="weft")
    op.execute("UPDATE weft.social_post SET log_id = event_id")
    op.alter_column("social_post", "log_id", nullable=False, schema="weft")
    # What was understood before counts as before everything that comes.
    op.add_column(
        "social_post", sa.Column("xid", sa.BigInteger(), server_default=sa.text("0"), nullable=False), schema="weft"
    )
    op.alter_column("social_post", "xid", server_default=sa.text("(pg_current_xact_id()::text)::bigint"), schema="weft")
    op.create_index(
        "ix_social_post_product_type", "social_post", ["product", "type", "occurred_at"], schema="weft",
        postgresql_where=sa.text("product IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_social_post_person_type", "social_post", ["person_id", "type", "occurred_at"], schema="weft")
    op.create_index("ix_social_post_type", "social_post", ["type", "occurred_at"], schema="weft")


def downgrade() -> None:
    op.execute("DELETE FROM weft.consumer_position WHERE consumer = 'rules'")
    op.create_index("ix_event_slot_xid_id", "event", ["slot", "xid", "id"], schema="weft")
    op.drop_index("ix_event_slot_of_others", "event", schema="weft")
    op.drop_index("ix_event_slot_of_channels", "event", schema="weft")
    op.drop_index("ix_event_type", "event", schema="weft")
    op.drop_index("ix_event_person_type", "event", schema="weft")
    op.drop_index("ix_social_post_type", "social_post", schema="weft")
    op.drop_index("ix_social_post_product_type", "social_post", schema="weft")
    op.drop_index("ix_social_post_person_type", "social_post", schema="weft")
    op.drop_column("social_post", "xid", schema="weft")
    op.drop_column("social_post", "log_id", schema="weft")
    op.drop_column("social_post", "product", schema="weft")
    op.execute("DELETE FROM weft.task WHERE instance_id IS NULL")
    op.drop_column("task", "note", schema="weft")
    op.alter_column("task", "instance_id", nullable=False, schema="weft")
    for column in ("read_at", "purpose", "reason"):
        op.drop_column("sent_message", column, schema="weft")
    for table in _TABLES:
        op.drop_table(table, schema="weft")
    _old_firings()


def _old_firings() -> None:
    """Back to one firing per event and rule; firings that no event caused have no place there."""
    op.execute("DELETE FROM weft.rule_firing WHERE event_id IS NULL OR cause <> 'event:' || event_id")
    op.add_column("rule_firing", sa.Column("once", sa.Text(), nullable=True), schema="weft")
    op.execute("UPDATE weft.rule_firing SET once = subject WHERE array_to_string(quotas, ' ') LIKE '%:once:%'")
    op.drop_index("ix_rule_firing_event", "rule_firing", schema="weft")
    op.drop_index("ix_rule_firing_rule_happened", "rule_firing", schema="weft")
    op.drop_index("ix_rule_firing_quotas", "rule_firing", schema="weft")
    op.drop_constraint("uq_rule_firing_rule_cause", "rule_firing", schema="weft")
    for column in ("retracted_by", "retracted_at", "happened_at", "events", "quotas", "cause"):
        op.drop_column("rule_firing", column, schema="weft")
    op.alter_column("rule_firing", "event_id", nullable=False, schema="weft")
    op.create_unique_constraint("uq_rule_firing_event_id_rule", "rule_firing", ["event_id", "rule"], schema="weft")
    op.create_index(
        "ix_rule_firing_rule_once",
        "rule_firing",
        ["rule", "once"],
        schema="weft",
        postgresql_where=sa.text("once IS NOT NULL"),
    )
    op.create_index("ix_rule_firing_rule_subject", "rule_firing", ["rule", "subject", "at"], schema="weft")
