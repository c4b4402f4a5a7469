"""Keys say whether they may work on their user's tasks; those made before may not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column("tasks", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("api_key", column, schema="weft")


def downgrade() -> None:
    op.drop_column("api_key", "tasks", schema="weft")
