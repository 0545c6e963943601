"""Reviews"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review", sa.JSON()))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_column("review")
