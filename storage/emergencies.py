"""Emergencies looked up other than by their number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from department.emergencies import OPEN, Emergency
from storage.schema import emergencies, orders


def of_customer(session: Session, workspace: str, customer: str) -> list[Emergency]:
    """Emergencies going on that are about an order of this customer, the oldest first."""
    found = (
        select(Emergency)
        .join(orders, (orders.c.workspace == emergencies.c.workspace) & (orders.c.number == emergencies.c.order))
        .where(
            emergencies.c.workspace == workspace,
            emergencies.c.state.in_(OPEN),
            orders.c.customer == customer,
        )
    )
    return list(session.scalars(found.order_by(emergencies.c.number)))


def going_on(session: Session, workspace: str, limit: int) -> list[Emergency]:
    """Emergencies that are not stood down, the newest first."""
    found = select(Emergency).where(emergencies.c.workspace == workspace, emergencies.c.state.in_(OPEN))
    return list(session.scalars(found.order_by(emergencies.c.number.desc()).limit(limit)))
