"""What is asked of somebody with very much to do is found by its beginning, and counted, without reading all of it"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = (("workspace", "member", "due_at"),)
AFTER = (("workspace", "member", "waited_for", "due_at"), ("workspace", "member", "subject"), ("workspace", "due_at"))


def upgrade() -> None:
    """Forward."""
    _exchange(BEFORE, AFTER)


def downgrade() -> None:
    """Back."""
    _exchange(AFTER, BEFORE)


def _exchange(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in old:
        op.drop_index(f"ix_asks_{'_'.join(columns)}", table_name="asks")
    for columns in new:
        op.create_index(f"ix_asks_{'_'.join(columns)}", "asks", list(columns))
