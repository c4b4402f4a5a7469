"""Files attached to a run itself, at no task; the files of a run go with it."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "task_attachment"
_INSTANCE, _PLACE = "fk_task_attachment_instance_id", "ck_task_attachment_place"


def upgrade() -> None:
    op.execute(
        "DELETE FROM weft.task_attachment f WHERE f.instance_id IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM weft.instance n WHERE n.id = f.instance_id)"
    )
    op.alter_column(_TABLE, "task_id", nullable=True, schema="weft")
    op.create_foreign_key(
        op.f(_INSTANCE),
        _TABLE,
        "instance",
        ["instance_id"],
        ["id"],
        source_schema="weft",
        referent_schema="weft",
        ondelete="CASCADE",
    )
    op.create_check_constraint(op.f(_PLACE), _TABLE, "task_id IS NOT NULL OR instance_id IS NOT NULL", schema="weft")


def downgrade() -> None:
    """The older product knows files of tasks alone: those of a run go to its latest task, which shows them as well."""
    op.execute(
        "UPDATE weft.task_attachment f SET task_id = ("
        " SELECT t.id FROM weft.task t WHERE t.instance_id = f.instance_id ORDER BY t.opened_at DESC, t.id LIMIT 1"
        ") WHERE f.task_id IS NULL"
    )
    op.execute("DELETE FROM weft.task_attachment WHERE task_id IS NULL")
    op.drop_constraint(op.f(_PLACE), _TABLE, schema="weft")
    op.drop_constraint(op.f(_INSTANCE), _TABLE, type_="foreignkey", schema="weft")
    op.alter_column(_TABLE, "task_id", nullable=False, schema="weft")
