"""What happened since a moment, and who is away, are found without all that was before"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_events_workspace_at", "events", ["workspace", "at"])
    op.create_index("ix_absences_last", "absences", ["last"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_absences_last", table_name="absences")
    op.drop_index("ix_events_workspace_at", table_name="events")
