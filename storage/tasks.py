"""Tasks looked up other than by their number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import String, func, or_, select
from sqlalchemy.orm import Session

from department.tasks import OPEN, Task
from storage.schema import tasks


def open_tasks(
    session: Session,
    workspace: str,
    viewer: str,
    *,
    owner: str = "",
    giver: str = "",
    owners: tuple[str, ...] = (),
    about: str = "",
    state: str = "",
    late_at: datetime | None = None,
    offset: int,
    limit: int,
) -> list[Task]:
    """Open tasks that `viewer` may see, the soonest due first: of an owner, given by somebody, of several owners, about
    a record, in one state, or due before a moment."""
    private = (tasks.c.giver == tasks.c.owner) | tasks.c.between_us
    seen = ~private | (tasks.c.owner == viewer) | (tasks.c.giver == viewer)
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.state.in_(OPEN), seen)
    for wanted, column in ((owner, tasks.c.owner), (giver, tasks.c.giver), (state, tasks.c.state)):
        if wanted:
            found = found.where(column == wanted)
    if giver:
        found = found.where(tasks.c.owner != giver)
    if owners:
        found = found.where(tasks.c.owner.in_(owners))
    if about:
        found = found.where(func.upper(tasks.c.about) == about.upper())
    if late_at is not None:
        found = found.where(tasks.c.due_at < late_at, tasks.c.state != "done")
    return list(session.scalars(found.order_by(tasks.c.due_at, tasks.c.number).offset(offset).limit(limit)))


def of_person(session: Session, workspace: str, member: str, limit: int) -> list[Task]:
    """Open tasks that somebody has, gave or watches, the soonest due first."""
    has_a_part = or_(
        tasks.c.owner == member,
        tasks.c.giver == member,
        tasks.c.watchers.cast(String).contains(f'"{member}"', autoescape=True),
    )
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.state.in_(OPEN), has_a_part)
    return list(session.scalars(found.order_by(tasks.c.due_at, tasks.c.number).limit(limit)))


def slipped(session: Session, workspace: str, giver: str, now: datetime, limit: int) -> tuple[list[Task], int]:
    """What somebody gave to others and should have been done by now, the latest first, and how many that are in all."""
    late = (
        tasks.c.workspace == workspace,
        tasks.c.giver == giver,
        tasks.c.owner != giver,
        tasks.c.state.in_(("offered", "accepted", "blocked")),
        tasks.c.due_at < now,
    )
    found = list(session.scalars(select(Task).where(*late).order_by(tasks.c.due_at).limit(limit)))
    if len(found) < limit:
        return found, len(found)
    return found, session.execute(select(func.count()).select_from(tasks).where(*late)).scalar_one()


def burn_up(session: Session, workspace: str, days: list[date], ends: list[datetime]) -> list[tuple[date, int, int]]:
    """For each day how many tasks there were by its end, and how many of them were done by then."""
    first = min(ends, default=None)
    if first is None:
        return []
    counted = []
    for day, end in zip(days, ends, strict=True):
        given, done = session.execute(
            select(
                func.count(),
                func.count().filter(
                    or_(
                        (tasks.c.state == "closed") & (tasks.c.ended_at < end),
                        (tasks.c.done_at.is_not(None)) & (tasks.c.done_at < end),
                    )
                ),
            ).where(tasks.c.workspace == workspace, tasks.c.given_at < end, tasks.c.state != "cancelled")
        ).one()
        counted.append((day, given, done))
    return counted


def of_meetings(session: Session, workspace: str, codes: Collection[str]) -> list[Task]:
    """The tasks that were given in meetings, open ones first, then by when they are due."""
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.about.in_(codes), tasks.c.state != "cancelled")
    return list(session.scalars(found.order_by(tasks.c.state == "closed", tasks.c.due_at, tasks.c.number)))
