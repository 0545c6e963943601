"""Complaints looked up other than by their number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, literal_column, or_, select
from sqlalchemy.orm import Session

from department.complaints import Complaint
from storage.prepared import Prepared
from storage.schema import complaints

IS_OPEN: Final = complaints.c.state != literal_column("'closed'")
"""Spelled out instead of bound, so that the index of open complaints is recognised whatever the plan is made for."""


def open_cases(
    session: Session, workspace: str, *, members: Collection[str] | None, offset: int, limit: int
) -> list[Complaint]:
    """Complaints that are not closed, the newest first; with `members` those that one of them owns or handles."""
    found = select(Complaint).where(complaints.c.workspace == workspace, IS_OPEN)
    if members is not None:
        found = found.where(or_(complaints.c.owner.in_(members), complaints.c.handler.in_(members)))
    return list(session.scalars(found.order_by(complaints.c.number.desc()).offset(offset).limit(limit)))


def gravest(session: Session, workspace: str, severities: Collection[str], limit: int) -> list[Complaint]:
    """Complaints of these severities that are not closed, the gravest and oldest first."""
    found = select(Complaint).where(complaints.c.workspace == workspace, IS_OPEN, complaints.c.severity.in_(severities))
    return list(session.scalars(found.order_by(complaints.c.severity, complaints.c.number).limit(limit)))


_LATEST_LIKE: Final = Prepared(
    select(complaints.c.number)
    .where(
        complaints.c.workspace == bindparam("workspace"),
        complaints.c.customer == bindparam("customer"),
        complaints.c.category == bindparam("category"),
        complaints.c.filed_at >= bindparam("since"),
    )
    .order_by(complaints.c.number.desc())
    .limit(1)
)


def latest_like(session: Session, workspace: str, customer: str, category: str, since: datetime) -> int | None:
    """The number of the customer's last complaint of the category filed since then."""
    asked = {"workspace": workspace, "customer": customer, "category": category, "since": since}
    number: int | None = _LATEST_LIKE.scalar(session, asked)
    return number
