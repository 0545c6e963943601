"""Tasks looked up other than by their number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, String, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from department.records import UNDONE
from department.tasks import OPEN, SUBJECT, Task
from storage.schema import events, tasks


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
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.state.in_(OPEN), _seen_by(viewer))
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


def of_week(
    session: Session,
    workspace: str,
    viewer: str,
    *,
    owners: Collection[str],
    since: datetime,
    until: datetime,
    limit: int,
) -> list[Task]:
    """What several owners have to do in a stretch of time (UTC) and `viewer` may see, done or not, the soonest due
    first; without what was cancelled. A finished turn of one that repeats is a closed task of its own week."""
    theirs = (tasks.c.workspace == workspace, tasks.c.owner.in_(owners), _seen_by(viewer))
    found = select(Task).where(*theirs, tasks.c.state != "cancelled", tasks.c.due_at >= since, tasks.c.due_at < until)
    now = list(session.scalars(found.order_by(tasks.c.due_at, tasks.c.number).limit(limit)))
    its_task = (tasks.c.workspace == events.c.workspace) & (tasks.c.number == events.c.number)
    turns = (
        select(Task, events.c.old)
        .join(events, its_task)
        .where(*theirs, tasks.c.repeats != "", events.c.subject == SUBJECT, events.c.what == "begins_again")
        .where(events.c.old >= since.isoformat(), events.c.old < until.isoformat())
        .limit(limit)
    )
    over = [
        replace(task, state="closed", due_at=datetime.fromisoformat(due_at)) for task, due_at in session.execute(turns)
    ]
    return sorted([*now, *over], key=lambda task: (task.due_at, task.number))[:limit]


def of_person(session: Session, workspace: str, member: str, limit: int) -> list[Task]:
    """Open tasks that somebody has, gave or watches, the soonest due first."""
    has_a_part = or_(tasks.c.owner == member, tasks.c.giver == member, _is_watched_by(member))
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.state.in_(OPEN), has_a_part)
    return list(session.scalars(found.order_by(tasks.c.due_at, tasks.c.number).limit(limit)))


def slipped(session: Session, workspace: str, giver: str, now: datetime, limit: int) -> tuple[list[Task], int]:
    """What somebody gave to others and should have been done by now, the latest first, and how many that are in all."""
    wanted = {"in_workspace": workspace, "by_giver": giver, "now": now, "most": limit}
    found = list(session.scalars(_SLIPPED, wanted))
    if len(found) < limit:
        return found, len(found)
    return found, session.execute(_SLIPPED_COUNT, wanted).scalar_one()


def burn_up(
    session: Session, workspace: str, viewer: str, moments: Sequence[datetime]
) -> list[tuple[datetime, int, int]]:
    """For each moment how many tasks had been given until then, without those cancelled by then, and how many of them
    were done; each turn of one that repeats counts. Told from what happened, so that a past day stays what it was.
    Only what `viewer` may see."""
    taken_back = (events.c.what == UNDONE) & (events.c.old == "cancelled")
    given = case(
        (events.c.what.in_(("given", "begins_again")) | taken_back, 1), (events.c.what == "cancelled", -1), else_=0
    )
    done = case(
        ((events.c.what == "done") | (taken_back & (events.c.new == "done")), 1),
        ((events.c.what == "sent_back") | ((events.c.what == "cancelled") & (events.c.old == "done")), -1),
        else_=0,
    )
    sums = [func.coalesce(func.sum(each).filter(events.c.at < end), 0) for end in moments for each in (given, done)]
    its_task = (tasks.c.workspace == events.c.workspace) & (tasks.c.number == events.c.number)
    counted = (
        select(*sums)
        .select_from(events.join(tasks, its_task))
        .where(events.c.workspace == workspace, events.c.subject == SUBJECT, _seen_by(viewer))
    )
    found = list(session.execute(counted).one())
    return list(zip(moments, found[::2], found[1::2], strict=True))


def belonging(session: Session, workspace: str, codes: Collection[str]) -> list[Task]:
    """The open tasks that belong to a record and that everybody may see, the soonest due first."""
    found = select(Task).where(
        tasks.c.workspace == workspace, tasks.c.about.in_(codes), tasks.c.state.in_(OPEN), ~_is_private()
    )
    return list(session.scalars(found.order_by(tasks.c.due_at, tasks.c.number)))


def of_meetings(session: Session, workspace: str, codes: Collection[str]) -> list[Task]:
    """The tasks that were given in meetings, open ones first, then by when they are due."""
    found = select(Task).where(tasks.c.workspace == workspace, tasks.c.about.in_(codes), tasks.c.state != "cancelled")
    return list(session.scalars(found.order_by(tasks.c.state == "closed", tasks.c.due_at, tasks.c.number)))


def _seen_by(viewer: str) -> ColumnElement[bool]:
    """The same as the rule `may_see`."""
    has_a_part = or_(*(column == viewer for column in (tasks.c.owner, tasks.c.giver, tasks.c.unblocker)))
    return ~_is_private() | has_a_part | _is_watched_by(viewer)


def _is_private() -> ColumnElement[bool]:
    return ((tasks.c.giver == tasks.c.owner) & (tasks.c.watchers.cast(String) == "[]")) | tasks.c.between_us


def _is_watched_by(member: str) -> ColumnElement[bool]:
    return tasks.c.watchers.cast(String).contains(f'"{member}"', autoescape=True)


_HAS_SLIPPED = (
    tasks.c.workspace == bindparam("in_workspace"),
    tasks.c.giver == bindparam("by_giver"),
    tasks.c.owner != bindparam("by_giver"),
    tasks.c.state.in_(("offered", "accepted", "blocked")),
    tasks.c.due_at < bindparam("now"),
)
_SLIPPED = select(Task).where(*_HAS_SLIPPED).order_by(tasks.c.due_at).limit(bindparam("most"))
_SLIPPED_COUNT = select(func.count()).select_from(tasks).where(*_HAS_SLIPPED)
