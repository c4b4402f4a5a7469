"""Approval: everybody's part in a task with its number, who acts for whom, hand-overs, drafts, how people want to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_MOMENT = sa.DateTime(timezone=True)
_NOW = sa.text("now()")
_OBJECT = sa.text("'{}'")


def upgrade() -> None:
    _parts()
    _tasks_and_instances()
    _drafts()
    _agents()
    _handovers()
    op.create_table(
        "notice_setting",
        _user("user_id", "notice_setting"),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), server_default=_OBJECT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_notice_setting"),
        schema="weft",
    )


def _user(name: str, table: str) -> sa.Column[object]:
    key = sa.ForeignKey("weft.user.id", name=f"fk_{table}_{name}", ondelete="CASCADE")
    return sa.Column(name, sa.UUID(), key, nullable=False)


def _parts() -> None:
    for name in ("ix_task_item_user_open", "ix_task_item_user_cc", "ix_task_item_user_done"):
        op.drop_index(name, table_name="task_item", schema="weft")
    op.drop_constraint("pk_task_item", "task_item", schema="weft")
    op.add_column(
        "task_item", sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False), schema="weft"
    )
    op.create_primary_key("pk_task_item", "task_item", ["id"], schema="weft")
    op.alter_column("task_item", "user_id", nullable=True, schema="weft")
    for name, type_ in (("item", sa.Integer()), ("parent", sa.Integer())):
        op.add_column("task_item", sa.Column(name, type_, nullable=True), schema="weft")
    for name in ("sign", "signature", "question", "reason"):
        op.add_column("task_item", sa.Column(name, sa.Text(), nullable=True), schema="weft")
    for name in ("owner_id", "asked_by"):
        op.add_column("task_item", sa.Column(name, sa.UUID(), nullable=True), schema="weft")
    op.add_column("task_item", sa.Column("weight", sa.Integer(), server_default="1", nullable=False), schema="weft")
    op.add_column("task_item", sa.Column("veto", sa.Boolean(), server_default="false", nullable=False), schema="weft")
    op.create_index("ix_task_item_task", "task_item", ["task_id", "user_id"], schema="weft")
    # The interpreter numbers the parts of its tasks in their order; whatever it says of one next overwrites the row with its number. The
    # order of open ones stands in the instance's state: rows of people who have decided lie elsewhere than they did at first.
    op.execute(
        """WITH known AS (
            SELECT t ->> 'id' AS task, p ->> 'user' AS person, min(place) AS place
            FROM weft.instance, jsonb_array_elements(coalesce(state -> 'tasks', '[]')) t,
                jsonb_array_elements(coalesce(t -> 'items', '[]')) WITH ORDINALITY AS x(p, place)
            WHERE ended_at IS NULL GROUP BY 1, 2
        ), numbered AS (
            SELECT o.id, row_number() OVER (PARTITION BY o.task_id ORDER BY k.place, o.kind, o.created_at, o.id) AS number
            FROM weft.task_item o JOIN weft.task t ON t.id = o.task_id
                LEFT JOIN known k ON k.task = CAST(o.task_id AS text) AND k.person = CAST(o.user_id AS text)
            WHERE t.instance_id IS NOT NULL AND o.kind <> 'cc'
        )
        UPDATE weft.task_item AS i SET item = n.number, owner_id = i.user_id FROM numbered n WHERE n.id = i.id"""
    )
    _index("uq_task_item_number", "item IS NOT NULL", "task_id", "item", unique=True)
    _index("uq_task_item_part", "item IS NULL", "task_id", "user_id", "kind", unique=True)
    _index("ix_task_item_user_open", "status = 'open' AND kind <> 'cc'", "user_id")
    _index("ix_task_item_user_done", "status = 'done'", "user_id", "acted_at")
    _index("ix_task_item_user_cc", "kind IN ('cc', 'consult')", "user_id")
    _index("ix_task_item_user_waiting", "status = 'waiting'", "user_id")
    _index("ix_task_item_agent", "kind = 'agent' AND status IN ('open', 'waiting')", "id")


def _index(name: str, where: str, *columns: str, unique: bool = False) -> None:
    op.create_index(name, "task_item", list(columns), unique=unique, schema="weft", postgresql_where=sa.text(where))


def _tasks_and_instances() -> None:
    op.add_column("task", sa.Column("claimed", sa.Integer(), nullable=True), schema="weft")
    op.add_column("task", sa.Column("urged_at", _MOMENT, nullable=True), schema="weft")
    op.add_column("task", sa.Column("rights", _JSONB, server_default=_OBJECT, nullable=False), schema="weft")
    op.add_column("instance", sa.Column("reopened_from", sa.UUID(), nullable=True), schema="weft")
    op.add_column("instance", sa.Column("chosen", _JSONB, server_default=_OBJECT, nullable=False), schema="weft")
    op.add_column("instance", sa.Column("voided_at", _MOMENT, nullable=True), schema="weft")
    op.add_column("instance", sa.Column("voided_by", sa.UUID(), nullable=True), schema="weft")
    op.add_column("instance", sa.Column("void_reason", sa.Text(), nullable=True), schema="weft")


def _drafts() -> None:
    task = sa.ForeignKey("weft.task.id", name="fk_task_draft_task_id", ondelete="CASCADE")
    op.create_table(
        "task_draft",
        sa.Column("task_id", sa.UUID(), task, nullable=False),
        _user("user_id", "task_draft"),
        sa.Column("data", _JSONB, server_default=_OBJECT, nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("updated_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "user_id", name="pk_task_draft"),
        schema="weft",
    )
    op.create_index("ix_task_draft_user", "task_draft", ["user_id", "updated_at"], schema="weft")


def _agents() -> None:
    op.create_table(
        "standing_agent",
        sa.Column("id", sa.UUID(), nullable=False),
        _user("principal_id", "standing_agent"),
        _user("agent_id", "standing_agent"),
        sa.Column("mode", sa.Text(), server_default="both", nullable=False),
        sa.Column("flows", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("starts_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("created_by", sa.UUID(), nullable=True),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing_agent"),
        schema="weft",
    )
    op.create_index("ix_standing_agent_principal", "standing_agent", ["principal_id"], schema="weft")
    op.create_index("ix_standing_agent_agent", "standing_agent", ["agent_id"], schema="weft")


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.UUID(), nullable=False),
        _user("from_user", "handover"),
        _user("to_user", "handover"),
        sa.Column("parts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="preview", nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=True),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
        schema="weft",
    )
    op.create_index("ix_handover_created", "handover", ["created_at"], schema="weft")
    handover = sa.ForeignKey("weft.handover.id", name="fk_handover_line_handover_id", ondelete="CASCADE")
    op.create_table(
        "handover_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("handover_id", sa.UUID(), handover, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", _JSONB, nullable=False),
        sa.Column("before", _JSONB, server_default=_OBJECT, nullable=False),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("detail", _JSONB, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handover_line"),
        schema="weft",
    )
    op.create_index("ix_handover_line_handover", "handover_line", ["handover_id", "id"], schema="weft")


def downgrade() -> None:
    """Parts of kinds and states that the older product does not know (added before or after, agents, waiting, moved) stay: it reads them,
    but its tasks with such parts can be ended there only together with their run. Decide those tasks before going back."""
    for name in ("notice_setting", "handover_line", "handover", "standing_agent", "task_draft"):
        op.drop_table(name, schema="weft")
    for name in ("void_reason", "voided_by", "voided_at", "chosen", "reopened_from"):
        op.drop_column("instance", name, schema="weft")
    for name in ("rights", "urged_at", "claimed"):
        op.drop_column("task", name, schema="weft")
    _former_parts()


def _former_parts() -> None:
    for name in ("user_open", "user_done", "user_cc", "user_waiting", "agent"):
        op.drop_index(f"ix_task_item_{name}", table_name="task_item", schema="weft")
    for name in ("ix_task_item_task", "uq_task_item_number", "uq_task_item_part"):
        op.drop_index(name, table_name="task_item", schema="weft")
    # What the former table has no room for: further parts of the same person, and parts of nobody.
    op.execute(
        """DELETE FROM weft.task_item i WHERE i.user_id IS NULL OR EXISTS (SELECT FROM weft.task_item o
        WHERE o.task_id = i.task_id AND o.user_id = i.user_id AND o.kind = i.kind AND o.id < i.id)"""
    )
    op.drop_constraint("pk_task_item", "task_item", schema="weft")
    for name in (
        "id",
        "item",
        "parent",
        "sign",
        "signature",
        "question",
        "reason",
        "owner_id",
        "asked_by",
        "weight",
        "veto",
    ):
        op.drop_column("task_item", name, schema="weft")
    op.alter_column("task_item", "user_id", nullable=False, schema="weft")
    op.create_primary_key("pk_task_item", "task_item", ["task_id", "user_id", "kind"], schema="weft")
    deciding = "status = 'open' AND kind IN ('assignee', 'escalation')"
    _index("ix_task_item_user_open", deciding, "user_id")
    _index("ix_task_item_user_done", "status = 'done'", "user_id", "acted_at")
    _index("ix_task_item_user_cc", "kind = 'cc'", "user_id")
