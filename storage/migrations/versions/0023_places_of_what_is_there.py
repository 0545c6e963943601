"""The places of messages are kept of those alone that have one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEX = "ix_outbox_workspace_channel_ts"
COLUMNS = ["workspace", "channel", "ts"]
IS_THERE = sa.text("ts IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    op.drop_index(INDEX, table_name="outbox")
    op.create_index(INDEX, "outbox", COLUMNS, sqlite_where=IS_THERE, postgresql_where=IS_THERE)


def downgrade() -> None:
    """Back."""
    op.drop_index(INDEX, table_name="outbox")
    op.create_index(INDEX, "outbox", COLUMNS)
