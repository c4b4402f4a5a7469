"""Notices on commit: listeners of the log, the outbox and the metadata learn that there is something new."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHANNELS = {"event": "weft_event", "outbox": "weft_outbox", "publication": "weft_metadata"}


def upgrade() -> None:
    for table, channel in _CHANNELS.items():
        # PostgreSQL folds equal notices of one transaction into one, so a batch of any size wakes a listener once.
        op.execute(
            f"""
            CREATE FUNCTION weft.notify_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('{channel}', '');
                RETURN NULL;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER notify AFTER INSERT ON weft.{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION weft.notify_{table}()"
        )


def downgrade() -> None:
    for table in _CHANNELS:
        op.execute(f"DROP TRIGGER notify ON weft.{table}")
        op.execute(f"DROP FUNCTION weft.notify_{table}()")
