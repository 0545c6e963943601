"""Leave looked up other than by its number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from department.agreement import Leave
from department.leave import OPEN, Absence
from storage.prepared import Prepared
from storage.schema import absences

STILL_MATTERS: Final = timedelta(days=7)
"""How long after its end a leave is still looked at, for what happened meanwhile."""


def entered(session: Session, today: date) -> tuple[Leave, ...]:
    """The leave people have entered, planned, going on or just over."""
    found = _ENTERED.all(session, {"since": today - STILL_MATTERS})
    return tuple(
        Leave.model_construct(
            member=row.member,
            from_=row.first,
            to=row.last,
            deputy=row.deputy or None,
            afternoon=row.afternoon,
            until_noon=row.until_noon,
        )
        for row in found
    )


def planned(session: Session, workspace: str, *, member: str = "", limit: int) -> list[Absence]:
    """Who is or will be away, the soonest first."""
    found = select(Absence).where(absences.c.workspace == workspace, absences.c.state.in_(OPEN))
    if member:
        found = found.where(absences.c.member == member)
    return list(session.scalars(found.order_by(absences.c.first, absences.c.number).limit(limit)))


_ENTERED = Prepared(
    select(
        absences.c.member,
        absences.c.first,
        absences.c.last,
        absences.c.deputy,
        absences.c.afternoon,
        absences.c.until_noon,
    ).where(or_(*(absences.c.state == state for state in (*OPEN, "over"))), absences.c.last >= bindparam("since"))
)
