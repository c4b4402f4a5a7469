"""Runs that go on with one that was over are found by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_REOPENED = sa.text("reopened_from IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_instance_reopened_from", "instance", ["reopened_from"], schema="weft", postgresql_where=_REOPENED
    )


def downgrade() -> None:
    op.drop_index("ix_instance_reopened_from", table_name="instance", schema="weft")
