"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "channels",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", name=op.f("pk_channels")),
    )
    op.create_table(
        "complaints",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("transport", sa.String(length=8), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("carrier_notice_reminded", sa.Boolean(), nullable=False),
        sa.Column("carrier_notice_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.String(length=80), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=80), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits", sa.JSON(), nullable=False),
        sa.Column("rests", sa.JSON(), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.Column("proposals", sa.JSON(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("repeat_of", sa.Integer(), nullable=True),
        sa.Column("corrective_action", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("worked", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_complaints")),
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_complaints_workspace_customer_category"), ["workspace", "customer", "category"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_complaints_workspace_state"), ["workspace", "state"], unique=False)

    op.create_table(
        "counters",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "subject", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("tier", sa.String(length=8), server_default="", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("owner", sa.String(length=80), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("workspace", "folded", name=op.f("pk_customers")),
    )
    op.create_table(
        "deadlines",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "subject", "number", "kind", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_fires_at"), ["fires_at"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_at"), ["at"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_events_workspace_subject_number_id"), ["workspace", "subject", "number", "id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("in_thread", sa.Boolean(), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("intent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("workspace", "key", name=op.f("uq_outbox_workspace_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_open",
            ["urgency", "id", "not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending', 'unknown', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'unknown', 'sending')"),
        )
        batch_op.create_index(
            "ix_outbox_tried",
            ["owner", "workspace", "address", "state", "not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending', 'unknown', 'sending') AND owner IS NOT NULL"),
            postgresql_where=sa.text("state IN ('pending', 'unknown', 'sending') AND owner IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_channel_ts"), ["workspace", "channel", "ts"], unique=False
        )
        batch_op.create_index(
            "uq_outbox_card",
            ["workspace", "subject", "number"],
            unique=True,
            sqlite_where=sa.text("kind = 'card'"),
            postgresql_where=sa.text("kind = 'card'"),
        )

    op.create_table(
        "people",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("slack_user", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="", nullable=False),
        sa.Column("dm_channel", sa.String(length=32), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "slack_user", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_workspace_member"), ["workspace", "member"], unique=False)

    op.create_table(
        "workspaces",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("bot_user", sa.String(length=32), nullable=False),
        sa.Column("bot_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_workspaces")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("workspaces")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_workspace_member"))

    op.drop_table("people")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_outbox_card", sqlite_where=sa.text("kind = 'card'"), postgresql_where=sa.text("kind = 'card'")
        )
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_channel_ts"))
        batch_op.drop_index(
            "ix_outbox_tried",
            sqlite_where=sa.text("state IN ('pending', 'unknown', 'sending') AND owner IS NOT NULL"),
            postgresql_where=sa.text("state IN ('pending', 'unknown', 'sending') AND owner IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_open",
            sqlite_where=sa.text("state IN ('pending', 'unknown', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'unknown', 'sending')"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_workspace_subject_number_id"))

    op.drop_table("events")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_at"))

    op.drop_table("deliveries")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadlines_fires_at"))

    op.drop_table("deadlines")
    op.drop_table("customers")
    op.drop_table("counters")
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_workspace_state"))
        batch_op.drop_index(batch_op.f("ix_complaints_workspace_customer_category"))

    op.drop_table("complaints")
    op.drop_table("channels")
