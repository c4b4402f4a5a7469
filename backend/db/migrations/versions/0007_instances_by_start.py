"""The list of all instances, newest first, without sorting the whole table."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_instance_started", "instance", ["started_at", "id"], schema="weft")


def downgrade() -> None:
    op.drop_index("ix_instance_started", table_name="instance", schema="weft")
