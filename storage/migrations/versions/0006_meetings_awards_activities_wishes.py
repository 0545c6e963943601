"""Meetings, awards, activities, wishes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "activities",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("organizer", sa.String(length=80), nullable=False),
        sa.Column("coming", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activities_workspace_state_begins_at"), ["workspace", "state", "begins_at"], unique=False
        )

    op.create_table(
        "award_voters",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", "member", name=op.f("pk_award_voters")),
    )
    op.create_table(
        "award_votes",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nominee", sa.String(length=80), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", "nominee", name=op.f("pk_award_votes")),
    )
    op.create_table(
        "awards",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("award", sa.String(length=64), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("votes_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announces_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nominations", sa.JSON(), nullable=False),
        sa.Column("voters", sa.JSON(), nullable=False),
        sa.Column("barred", sa.JSON(), nullable=False),
        sa.Column("votes", sa.JSON(), nullable=False),
        sa.Column("cast", sa.Integer(), nullable=False),
        sa.Column("winners", sa.JSON(), nullable=False),
        sa.Column("tied", sa.JSON(), nullable=False),
        sa.Column("broken_by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("objections", sa.JSON(), nullable=False),
        sa.Column("fired", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_awards")),
        sa.UniqueConstraint("workspace", "award", "planned_on", name=op.f("uq_awards_workspace_award_planned_on")),
    )
    op.create_table(
        "meetings",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("chair", sa.String(length=80), nullable=False),
        sa.Column("note_taker", sa.String(length=80), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("here", sa.JSON(), nullable=False),
        sa.Column("cannot", sa.JSON(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("called_by", sa.String(length=80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_meetings")),
        sa.UniqueConstraint(
            "workspace", "series", "person", "planned_on", name=op.f("uq_meetings_workspace_series_person_planned_on")
        ),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meetings_workspace_state_begins_at"), ["workspace", "state", "begins_at"], unique=False
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("muted", sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("birthday", sa.String(length=5), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("joined", sa.String(length=5), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("wished_in", sa.String(length=8), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("wish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_people_wish_at"), ["wish_at"], unique=False)
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("url")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_wish_at"))
        batch_op.drop_column("wish_at")
        batch_op.drop_column("wished_in")
        batch_op.drop_column("joined")
        batch_op.drop_column("birthday")
        batch_op.drop_column("muted")

    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_workspace_state_begins_at"))

    op.drop_table("meetings")
    op.drop_table("awards")
    op.drop_table("award_votes")
    op.drop_table("award_voters")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activities_workspace_state_begins_at"))

    op.drop_table("activities")
