"""Meetings and rounds that come back: what the agreement dropped is in a state of its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

meetings = sa.table("meetings", *map(sa.column, ("workspace", "number", "state")))
awards = sa.table("awards", *map(sa.column, ("workspace", "number", "state", "reason")))
events = sa.table("events", *map(sa.column, ("workspace", "subject", "number", "what")))


def upgrade() -> None:
    """Forward."""
    op.execute(
        meetings.update()
        .where(meetings.c.state == "skipped", _happened(meetings, "meeting", "dropped"))
        .values(state="dropped")
    )
    op.execute(
        awards.update()
        .where(awards.c.state == "void", awards.c.reason == "dropped", ~_happened(awards, "award", "opened"))
        .values(state="dropped", reason="")
    )


def downgrade() -> None:
    """Back."""
    op.execute(meetings.update().where(meetings.c.state == "dropped").values(state="skipped"))
    op.execute(awards.update().where(awards.c.state == "dropped").values(state="void", reason="dropped"))


def _happened(table: sa.TableClause, subject: str, what: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        events.c.workspace == table.c.workspace,
        events.c.subject == subject,
        events.c.number == table.c.number,
        events.c.what == what,
    )
