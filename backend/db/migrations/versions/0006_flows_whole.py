"""What flows wait for of one another: subscriptions, messages on their way, timer starts, and who called whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_MOMENT = sa.DateTime(timezone=True)
_NOW = sa.text("now()")
_TABLES = ("flow_schedule", "flow_message_key", "flow_message", "flow_subscription")


def upgrade() -> None:
    _instances()
    _subscriptions()
    _messages()
    op.create_table(
        "flow_schedule",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("written", _JSONB, nullable=False),
        sa.Column("due", _MOMENT, nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("flow", "node_id", name="pk_flow_schedule"),
        schema="weft",
    )
    op.create_index("ix_flow_schedule_due", "flow_schedule", ["due"], schema="weft")
    # Conditions of flows follow the log from where rules stand.
    op.execute(
        """INSERT INTO weft.consumer_position (consumer, slot, xid, event_id)
        SELECT 'flows', slot, xid, event_id FROM weft.consumer_position WHERE consumer = 'rules'"""
    )


def _instances() -> None:
    op.add_column("instance", sa.Column("parent_instance_id", sa.UUID(), nullable=True), schema="weft")
    op.add_column("instance", sa.Column("parent_call", sa.Text(), nullable=True), schema="weft")
    op.add_column(
        "instance", sa.Column("suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False), schema="weft"
    )
    op.add_column(
        "instance", sa.Column("results", _JSONB, server_default=sa.text("'{}'"), nullable=False), schema="weft"
    )
    op.create_index(
        "ix_instance_parent",
        "instance",
        ["parent_instance_id"],
        schema="weft",
        postgresql_where=sa.text("parent_instance_id IS NOT NULL"),
    )
    op.create_index(
        "ix_instance_incident",
        "instance",
        ["started_at", "id"],
        schema="weft",
        postgresql_where=sa.text("jsonb_typeof(incident) = 'object'"),
    )


def _subscriptions() -> None:
    op.create_table(
        "flow_subscription",
        sa.Column("instance_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("correlation", sa.Text(), server_default="", nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("message_id", sa.UUID(), nullable=True),
        sa.Column("at", _MOMENT, server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["weft.instance.id"], name="fk_flow_subscription_instance_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name="pk_flow_subscription"),
        schema="weft",
    )
    op.create_index("ix_flow_subscription_name", "flow_subscription", ["kind", "name", "correlation"], schema="weft")
    for member in ("record", "person"):
        op.create_index(
            f"ix_flow_subscription_{member}",
            "flow_subscription",
            [f"{member}_id"],
            schema="weft",
            postgresql_where=sa.text("kind = 'conditional'"),
        )


def _messages() -> None:
    op.create_table(
        "flow_message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", _JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("claimed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_message"),
        schema="weft",
    )
    waiting = sa.text("NOT claimed")
    op.create_index(
        "ix_flow_message_name", "flow_message", ["name", "correlation", "at"], schema="weft", postgresql_where=waiting
    )
    op.create_index(
        "ix_flow_message_expires_at", "flow_message", ["expires_at"], schema="weft", postgresql_where=waiting
    )
    op.create_table(
        "flow_message_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("answer", _JSONB, nullable=False),
        sa.Column("at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_message_key"),
        schema="weft",
    )
    op.create_index("ix_flow_message_key_at", "flow_message_key", ["at"], schema="weft")


def downgrade() -> None:
    op.execute("DELETE FROM weft.consumer_position WHERE consumer = 'flows'")
    for table in _TABLES:
        op.drop_table(table, schema="weft")
    op.drop_index("ix_instance_incident", table_name="instance", schema="weft")
    op.drop_index("ix_instance_parent", table_name="instance", schema="weft")
    for column in ("results", "suspended", "parent_call", "parent_instance_id"):
        op.drop_column("instance", column, schema="weft")
