"""Open complaints are found without the closed ones, and a customer's last one of a kind without all the others"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OF_A_KIND = "ix_complaints_workspace_customer_category"
IS_OPEN = sa.text("state != 'closed'")


def upgrade() -> None:
    """Forward."""
    op.drop_index(OF_A_KIND, table_name="complaints")
    op.create_index(f"{OF_A_KIND}_number", "complaints", ["workspace", "customer", "category", "number"])
    op.drop_index("ix_complaints_workspace_state", table_name="complaints")
    op.create_index(
        "ix_complaints_open",
        "complaints",
        ["workspace", "number"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_complaints_open", table_name="complaints")
    op.create_index("ix_complaints_workspace_state", "complaints", ["workspace", "state"])
    op.drop_index(f"{OF_A_KIND}_number", table_name="complaints")
    op.create_index(OF_A_KIND, "complaints", ["workspace", "customer", "category"])
