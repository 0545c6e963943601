"""Late orders are found in their order, however many are late since the same moment"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_orders_workspace_limit_at", table_name="orders")
    op.create_index("ix_orders_workspace_limit_at_number", "orders", ["workspace", "limit_at", "number"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_orders_workspace_limit_at_number", table_name="orders")
    op.create_index("ix_orders_workspace_limit_at", "orders", ["workspace", "limit_at"])
