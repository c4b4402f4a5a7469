"""Drafts of starts, and which step of the initiator's own was done with the start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    user = sa.ForeignKey("weft.user.id", name="fk_start_draft_user_id", ondelete="CASCADE")
    op.create_table(
        "start_draft",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), user, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_start_draft"),
        schema="weft",
    )
    op.create_index("ix_start_draft_user", "start_draft", ["user_id", "updated_at"], schema="weft")
    op.add_column("instance", sa.Column("filled", sa.Text(), nullable=True), schema="weft")


def downgrade() -> None:
    op.drop_column("instance", "filled", schema="weft")
    op.drop_table("start_draft", schema="weft")
