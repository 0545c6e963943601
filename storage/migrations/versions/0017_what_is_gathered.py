"""What the clock has to say and is gathered until all that is due is done"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GATHERED = sa.text("state = 'gathered'")


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_outbox_gathered", "outbox", ["id"], sqlite_where=GATHERED, postgresql_where=GATHERED)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_outbox_gathered", table_name="outbox")
