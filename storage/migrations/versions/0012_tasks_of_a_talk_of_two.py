"""Tasks of a talk of two"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("between_us", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_column("between_us")
