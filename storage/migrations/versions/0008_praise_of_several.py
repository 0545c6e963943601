"""Praise of several"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("praises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("givers", sa.JSON(), server_default="[]", nullable=False))
    as_list = "json_build_array(giver)" if _on_postgresql() else "json_array(giver)"
    op.execute(f"UPDATE praises SET givers = {as_list}")  # noqa: S608 (no value from outside)
    with op.batch_alter_table("praises", schema=None) as batch_op:
        batch_op.alter_column("givers", server_default=None)
        batch_op.drop_column("giver")


def downgrade() -> None:
    """Back: only the first of several stays."""
    with op.batch_alter_table("praises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("giver", sa.String(length=80), server_default="", nullable=False))
    first = "COALESCE(givers->>0, '')" if _on_postgresql() else "COALESCE(json_extract(givers, '$[0]'), '')"
    op.execute(f"UPDATE praises SET giver = {first}")  # noqa: S608 (no value from outside)
    with op.batch_alter_table("praises", schema=None) as batch_op:
        batch_op.alter_column("giver", server_default=None)
        batch_op.drop_column("givers")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
