"""Pictures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture", sa.Text(), server_default=sa.text("''"), nullable=False))
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("portraits", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.alter_column("portraits", server_default=None)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_column("portraits")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("picture")
