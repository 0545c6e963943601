"""Of the addresses, an index holds only what the clock said to them, and another what waits for a digest"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ADDRESSES = "ix_outbox_workspace_address_created_at"
IS_WAITING = sa.text("state = 'waiting'")
IS_NUDGE = sa.text("urgency >= 3")


def upgrade() -> None:
    """Forward."""
    op.drop_index(ADDRESSES, table_name="outbox")
    _create("ix_outbox_waiting", ["workspace", "address", "id"], IS_WAITING)
    _create("ix_outbox_nudges", ["workspace", "address", "created_at"], IS_NUDGE)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_outbox_nudges", table_name="outbox")
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.create_index(ADDRESSES, "outbox", ["workspace", "address", "created_at"])


def _create(name: str, columns: list[str], which: sa.TextClause) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=which, postgresql_where=which)
