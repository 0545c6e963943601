"""What somebody left out of what the clock will do"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "left_out",
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "subject", "number", "kind", "due_at"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("left_out")
