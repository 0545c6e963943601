"""Activities looked up other than by their number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from department.activities import Activity
from storage.schema import activities


def coming_up(session: Session, workspace: str, now: datetime, limit: int) -> list[Activity]:
    """Activities that are still to come, the soonest first."""
    found = select(Activity).where(
        activities.c.workspace == workspace, activities.c.state == "open", activities.c.begins_at > now
    )
    return list(session.scalars(found.order_by(activities.c.begins_at).limit(limit)))
