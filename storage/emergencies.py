"""Emergencies looked up other than by their number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from department.emergencies import OPEN, Emergency
from storage.schema import emergencies


def going_on(session: Session, workspace: str, limit: int) -> list[Emergency]:
    """Emergencies that are not stood down, the newest first."""
    found = select(Emergency).where(emergencies.c.workspace == workspace, emergencies.c.state.in_(OPEN))
    return list(session.scalars(found.order_by(emergencies.c.number.desc()).limit(limit)))
