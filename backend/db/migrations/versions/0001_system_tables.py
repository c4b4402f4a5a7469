"""System tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "app",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sample_data", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_app")),
        schema="weft",
    )
    op.create_table(
        "channel",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_channel")),
        schema="weft",
    )
    op.create_table(
        "command",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
        schema="weft",
    )
    op.create_index(op.f("ix_command_at"), "command", ["at"], unique=False, schema="weft")
    op.create_index(op.f("ix_command_instance_id"), "command", ["instance_id"], unique=False, schema="weft")
    op.create_table(
        "consumer_position",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("event_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("consumer", "slot", name=op.f("pk_consumer_position")),
        schema="weft",
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("app", sa.Text(), server_default="", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("kind", "key", "version", name=op.f("uq_definition_kind_key_version")),
        schema="weft",
    )
    op.create_index(op.f("ix_definition_publication_id"), "definition", ["publication_id"], unique=False, schema="weft")
    op.create_index(
        "uq_definition_current",
        "definition",
        ["kind", "key"],
        unique=True,
        schema="weft",
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "definition_draft",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("base_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated_by", sa.UUID(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_definition_draft")),
        schema="weft",
    )
    op.create_table(
        "department",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.UUID(), nullable=True),
        sa.Column("head_id", sa.UUID(), nullable=True),
        sa.Column("path", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["weft.department.id"], name=op.f("fk_department_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("key", name=op.f("uq_department_key")),
        schema="weft",
    )
    op.create_index("ix_department_path", "department", ["path"], unique=False, schema="weft", postgresql_using="gin")
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "xid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text)::bigint"), nullable=False
        ),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_entity", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_kind", sa.Text(), server_default="system", nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("causation_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        schema="weft",
    )
    op.create_index(
        "ix_event_person",
        "event",
        ["person_id", "id"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index("ix_event_slot_xid_id", "event", ["slot", "xid", "id"], unique=False, schema="weft")
    op.create_index("ix_event_subject", "event", ["subject_entity", "subject_id", "id"], unique=False, schema="weft")
    op.create_index(
        "uq_event_channel_external_id",
        "event",
        ["channel", "external_id"],
        unique=True,
        schema="weft",
        postgresql_where=sa.text("channel IS NOT NULL"),
    )
    op.create_table(
        "failed_event",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_failed_event")),
        schema="weft",
    )
    op.create_table(
        "identity",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_identity")),
        schema="weft",
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"], unique=False, schema="weft")
    op.create_table(
        "instance",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="starting", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("initiator_id", sa.UUID(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tokens", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("incident", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        schema="weft",
    )
    op.create_index("ix_instance_flow_status", "instance", ["flow", "status"], unique=False, schema="weft")
    op.create_index(op.f("ix_instance_initiator_id"), "instance", ["initiator_id"], unique=False, schema="weft")
    op.create_index(op.f("ix_instance_person_id"), "instance", ["person_id"], unique=False, schema="weft")
    op.create_index("ix_instance_record", "instance", ["entity", "record_id"], unique=False, schema="weft")
    op.create_table(
        "login_failure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
        schema="weft",
    )
    op.create_index("ix_login_failure_address_at", "login_failure", ["address", "at"], unique=False, schema="weft")
    op.create_index("ix_login_failure_email_at", "login_failure", ["email", "at"], unique=False, schema="weft")
    op.create_table(
        "notification",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("key", "user_id", name=op.f("uq_notification_key_user_id")),
        schema="weft",
    )
    op.create_index("ix_notification_user", "notification", ["user_id", "created_at"], unique=False, schema="weft")
    op.create_table(
        "number_sequence",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "field", "period", name=op.f("pk_number_sequence")),
        schema="weft",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        schema="weft",
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_attempt_at"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.UUID(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        schema="weft",
    )
    op.create_table(
        "rule_firing",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("once", sa.Text(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("actions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("trace", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_firing")),
        sa.UniqueConstraint("event_id", "rule", name=op.f("uq_rule_firing_event_id_rule")),
        schema="weft",
    )
    op.create_index("ix_rule_firing_person", "rule_firing", ["person_id", "at"], unique=False, schema="weft")
    op.create_index("ix_rule_firing_rule_at", "rule_firing", ["rule", "at"], unique=False, schema="weft")
    op.create_index(
        "ix_rule_firing_rule_once",
        "rule_firing",
        ["rule", "once"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("once IS NOT NULL"),
    )
    op.create_index(
        "ix_rule_firing_rule_subject", "rule_firing", ["rule", "subject", "at"], unique=False, schema="weft"
    )
    op.create_table(
        "sent_message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_message")),
        sa.UniqueConstraint("key", name=op.f("uq_sent_message_key")),
        schema="weft",
    )
    op.create_index("ix_sent_message_person", "sent_message", ["person_id", "sent_at"], unique=False, schema="weft")
    op.create_table(
        "social_post",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("sentiment", sa.Text(), nullable=False),
        sa.Column("sentiment_score", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("sentiment_words", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("rules", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_social_post")),
        schema="weft",
    )
    op.create_index("ix_social_post_channel", "social_post", ["channel", "occurred_at"], unique=False, schema="weft")
    op.create_index("ix_social_post_occurred_at", "social_post", ["occurred_at"], unique=False, schema="weft")
    op.create_index("ix_social_post_person", "social_post", ["person_id", "occurred_at"], unique=False, schema="weft")
    op.create_index(
        "ix_social_post_rules", "social_post", ["rules"], unique=False, schema="weft", postgresql_using="gin"
    )
    op.create_index(
        "ix_social_post_sentiment", "social_post", ["sentiment", "occurred_at"], unique=False, schema="weft"
    )
    op.create_table(
        "instance_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["weft.instance.id"], name=op.f("fk_instance_history_instance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_history")),
        schema="weft",
    )
    op.create_index(
        "ix_instance_history_instance_id", "instance_history", ["instance_id", "id"], unique=False, schema="weft"
    )
    op.create_table(
        "task",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("form_version", sa.Integer(), nullable=True),
        sa.Column("mode", sa.Text(), server_default="any", nullable=False),
        sa.Column("outcomes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("escalated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["weft.instance.id"], name=op.f("fk_task_instance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        schema="weft",
    )
    op.create_index("ix_task_instance", "task", ["instance_id"], unique=False, schema="weft")
    op.create_index("ix_task_record", "task", ["entity", "record_id"], unique=False, schema="weft")
    op.create_table(
        "user",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("department_id", sa.UUID(), nullable=True),
        sa.Column("superior_id", sa.UUID(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("locale", sa.Text(), server_default="zh", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["weft.department.id"], name=op.f("fk_user_department_id")),
        sa.ForeignKeyConstraint(["superior_id"], ["weft.user.id"], name=op.f("fk_user_superior_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        schema="weft",
    )
    op.create_index(op.f("ix_user_department_id"), "user", ["department_id"], unique=False, schema="weft")
    op.create_table(
        "api_key",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["weft.user.id"], name=op.f("fk_api_key_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_key_token_hash")),
        schema="weft",
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["weft.user.id"], name=op.f("fk_session_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        schema="weft",
    )
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False, schema="weft")
    op.create_table(
        "task_item",
        sa.Column("task_id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="assignee", nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["weft.task.id"], name=op.f("fk_task_item_task_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["weft.user.id"], name=op.f("fk_task_item_user_id")),
        sa.PrimaryKeyConstraint("task_id", "user_id", "kind", name=op.f("pk_task_item")),
        schema="weft",
    )
    op.create_index(
        "ix_task_item_user_cc",
        "task_item",
        ["user_id"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("kind = 'cc'"),
    )
    op.create_index(
        "ix_task_item_user_done",
        "task_item",
        ["user_id", "acted_at"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "ix_task_item_user_open",
        "task_item",
        ["user_id"],
        unique=False,
        schema="weft",
        postgresql_where=sa.text("status = 'open' AND kind IN ('assignee', 'escalation')"),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["weft.user.id"], name=op.f("fk_user_role_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
        schema="weft",
    )
    op.create_index(op.f("ix_user_role_role"), "user_role", ["role"], unique=False, schema="weft")


def downgrade() -> None:

    op.drop_index(op.f("ix_user_role_role"), table_name="user_role", schema="weft")
    op.drop_table("user_role", schema="weft")
    op.drop_index(
        "ix_task_item_user_open",
        table_name="task_item",
        schema="weft",
        postgresql_where=sa.text("status = 'open' AND kind IN ('assignee', 'escalation')"),
    )
    op.drop_index(
        "ix_task_item_user_done", table_name="task_item", schema="weft", postgresql_where=sa.text("status = 'done'")
    )
    op.drop_index(
        "ix_task_item_user_cc", table_name="task_item", schema="weft", postgresql_where=sa.text("kind = 'cc'")
    )
    op.drop_table("task_item", schema="weft")
    op.drop_index(op.f("ix_session_user_id"), table_name="session", schema="weft")
    op.drop_table("session", schema="weft")
    op.drop_table("api_key", schema="weft")
    op.drop_index(op.f("ix_user_department_id"), table_name="user", schema="weft")
    op.drop_table("user", schema="weft")
    op.drop_index("ix_task_record", table_name="task", schema="weft")
    op.drop_index("ix_task_instance", table_name="task", schema="weft")
    op.drop_table("task", schema="weft")
    op.drop_index("ix_instance_history_instance_id", table_name="instance_history", schema="weft")
    op.drop_table("instance_history", schema="weft")
    op.drop_index("ix_social_post_sentiment", table_name="social_post", schema="weft")
    op.drop_index("ix_social_post_rules", table_name="social_post", schema="weft", postgresql_using="gin")
    op.drop_index("ix_social_post_person", table_name="social_post", schema="weft")
    op.drop_index("ix_social_post_occurred_at", table_name="social_post", schema="weft")
    op.drop_index("ix_social_post_channel", table_name="social_post", schema="weft")
    op.drop_table("social_post", schema="weft")
    op.drop_index("ix_sent_message_person", table_name="sent_message", schema="weft")
    op.drop_table("sent_message", schema="weft")
    op.drop_index("ix_rule_firing_rule_subject", table_name="rule_firing", schema="weft")
    op.drop_index(
        "ix_rule_firing_rule_once",
        table_name="rule_firing",
        schema="weft",
        postgresql_where=sa.text("once IS NOT NULL"),
    )
    op.drop_index("ix_rule_firing_rule_at", table_name="rule_firing", schema="weft")
    op.drop_index("ix_rule_firing_person", table_name="rule_firing", schema="weft")
    op.drop_table("rule_firing", schema="weft")
    op.drop_table("publication", schema="weft")
    op.drop_index("ix_outbox_due", table_name="outbox", schema="weft", postgresql_where=sa.text("status = 'pending'"))
    op.drop_table("outbox", schema="weft")
    op.drop_table("number_sequence", schema="weft")
    op.drop_index("ix_notification_user", table_name="notification", schema="weft")
    op.drop_table("notification", schema="weft")
    op.drop_index("ix_login_failure_email_at", table_name="login_failure", schema="weft")
    op.drop_index("ix_login_failure_address_at", table_name="login_failure", schema="weft")
    op.drop_table("login_failure", schema="weft")
    op.drop_index("ix_instance_record", table_name="instance", schema="weft")
    op.drop_index(op.f("ix_instance_person_id"), table_name="instance", schema="weft")
    op.drop_index(op.f("ix_instance_initiator_id"), table_name="instance", schema="weft")
    op.drop_index("ix_instance_flow_status", table_name="instance", schema="weft")
    op.drop_table("instance", schema="weft")
    op.drop_index("ix_identity_person_id", table_name="identity", schema="weft")
    op.drop_table("identity", schema="weft")
    op.drop_table("failed_event", schema="weft")
    op.drop_index(
        "uq_event_channel_external_id",
        table_name="event",
        schema="weft",
        postgresql_where=sa.text("channel IS NOT NULL"),
    )
    op.drop_index("ix_event_subject", table_name="event", schema="weft")
    op.drop_index("ix_event_slot_xid_id", table_name="event", schema="weft")
    op.drop_index(
        "ix_event_person", table_name="event", schema="weft", postgresql_where=sa.text("person_id IS NOT NULL")
    )
    op.drop_table("event", schema="weft")
    op.drop_index("ix_department_path", table_name="department", schema="weft", postgresql_using="gin")
    op.drop_table("department", schema="weft")
    op.drop_table("definition_draft", schema="weft")
    op.drop_index("uq_definition_current", table_name="definition", schema="weft", postgresql_where=sa.text("current"))
    op.drop_index(op.f("ix_definition_publication_id"), table_name="definition", schema="weft")
    op.drop_table("definition", schema="weft")
    op.drop_table("consumer_position", schema="weft")
    op.drop_index(op.f("ix_command_instance_id"), table_name="command", schema="weft")
    op.drop_index(op.f("ix_command_at"), table_name="command", schema="weft")
    op.drop_table("command", schema="weft")
    op.drop_table("channel", schema="weft")
    op.drop_table("app", schema="weft")
