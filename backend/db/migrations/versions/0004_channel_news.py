"""The newest event of a channel is found without reading the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_event_channel", "event", ["channel", "id"], schema="weft", postgresql_where=sa.text("channel IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_event_channel", "event", schema="weft")
