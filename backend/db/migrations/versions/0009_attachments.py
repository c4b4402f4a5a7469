"""Files attached to tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_THERE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    task = sa.ForeignKey("weft.task.id", name="fk_task_attachment_task_id", ondelete="CASCADE")
    user = sa.ForeignKey("weft.user.id", name="fk_task_attachment_uploaded_by")
    op.create_table(
        "task_attachment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("task_id", sa.UUID(), task, nullable=False),
        sa.Column("instance_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.UUID(), user, nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_task_attachment"),
        schema="weft",
    )
    for name in ("task", "instance"):
        index = f"ix_task_attachment_{name}"
        op.create_index(index, "task_attachment", [f"{name}_id"], schema="weft", postgresql_where=_THERE)


def downgrade() -> None:
    op.drop_table("task_attachment", schema="weft")
