"""What emergencies cost"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("emergencies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("costs", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("emergencies", schema=None) as batch_op:
        batch_op.alter_column("costs", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("emergencies", schema=None) as batch_op:
        batch_op.drop_column("costs")
