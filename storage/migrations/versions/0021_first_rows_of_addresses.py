"""The first row that may go out is found in each address, however many rows wait there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('pending', 'unknown', 'sending')")


def upgrade() -> None:
    """Forward."""
    _of("workspace", "address", "urgency", "id", "not_before", "state")


def downgrade() -> None:
    """Back."""
    _of("urgency", "id", "not_before")


def _of(*columns: str) -> None:
    op.drop_index("ix_outbox_open", table_name="outbox")
    op.create_index("ix_outbox_open", "outbox", list(columns), sqlite_where=OPEN, postgresql_where=OPEN)
