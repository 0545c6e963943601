"""Each cut-off of an order in a column of its own, for the board of them to be read a page at a time"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CUT_OFFS = ("si_cutoff", "vgm_cutoff", "customs_cutoff", "cy_closing")


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for code in CUT_OFFS:
            batch_op.add_column(sa.Column(f"{code}_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    known = sa.text("SELECT workspace, number, dates FROM orders WHERE state = 'open' AND cut_off_at IS NOT NULL")
    for workspace, number, dates in connection.execute(known).all():
        values = {item["code"]: item["value"] for item in (json.loads(dates) if isinstance(dates, str) else dates)}
        said = {code: values[code] for code in CUT_OFFS if values.get(code)}
        moments = {f"{code}_at": datetime.fromisoformat(value).astimezone(UTC) for code, value in said.items()}
        _write(connection, workspace, number, moments)
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for code in CUT_OFFS:
            batch_op.create_index(
                batch_op.f(f"ix_orders_workspace_{code}_at_number"), ["workspace", f"{code}_at", "number"], unique=False
            )
        batch_op.drop_index(batch_op.f("ix_orders_workspace_cut_off_at"))
        batch_op.drop_column("cut_off_at")


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    columns = [ORDERS.c[f"{code}_at"] for code in CUT_OFFS]
    for workspace, number, *moments in connection.execute(
        sa.select(ORDERS.c.workspace, ORDERS.c.number, *columns).where(sa.or_(*(each.is_not(None) for each in columns)))
    ).all():
        _write(connection, workspace, number, {"cut_off_at": min(each for each in moments if each)})
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_workspace_cut_off_at"), ["workspace", "cut_off_at"], unique=False)
        for code in CUT_OFFS:
            batch_op.drop_index(batch_op.f(f"ix_orders_workspace_{code}_at_number"))
            batch_op.drop_column(f"{code}_at")


ORDERS = sa.table(
    "orders",
    sa.column("workspace", sa.String()),
    sa.column("number", sa.Integer()),
    *(sa.column(f"{name}_at", sa.DateTime(timezone=True)) for name in ("cut_off", *CUT_OFFS)),
)


def _write(connection: sa.Connection, workspace: str, number: int, moments: dict[str, datetime]) -> None:
    this = (ORDERS.c.workspace == workspace, ORDERS.c.number == number)
    connection.execute(sa.update(ORDERS).where(*this).values(moments))
