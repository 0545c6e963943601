"""Meetings looked up other than by their number."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from department.meetings import Meeting
from storage.schema import meetings


def known(session: Session, workspace: str, since: date) -> list[tuple[str, str, date]]:
    """The meetings of series that are entered from a day on: series, person, the rule's own day."""
    found = select(meetings.c.series, meetings.c.person, meetings.c.planned_on).where(
        meetings.c.workspace == workspace, meetings.c.planned_on >= since
    )
    return [(row.series, row.person, row.planned_on) for row in session.execute(found)]


def note_takers(session: Session, workspace: str, series: str, before: datetime, limit: int) -> list[str]:
    """Who took notes in the last meetings of a series, the newest first."""
    found = (
        select(meetings.c.note_taker)
        .where(
            meetings.c.workspace == workspace,
            meetings.c.series == series,
            meetings.c.begins_at < before,
            meetings.c.state.in_(("asked", "held", "closed")),
            meetings.c.note_taker != "",
        )
        .order_by(meetings.c.begins_at.desc())
        .limit(limit)
    )
    return list(session.scalars(found))


def between(session: Session, workspace: str, since: datetime, until: datetime, limit: int) -> list[Meeting]:
    """Meetings that are to come or go on and begin between two moments, the soonest first."""
    wanted = {"in_workspace": workspace, "since": since, "until": until, "most": limit}
    return list(session.scalars(_BETWEEN, wanted))


def skipped(session: Session, workspace: str, since: datetime, until: datetime, limit: int) -> list[Meeting]:
    """Meetings that were to begin between two moments and were skipped, the soonest first."""
    found = select(Meeting).where(
        meetings.c.workspace == workspace,
        meetings.c.state == "skipped",
        meetings.c.begins_at >= since,
        meetings.c.begins_at < until,
    )
    return list(session.scalars(found.order_by(meetings.c.begins_at, meetings.c.number).limit(limit)))


def for_calendars(session: Session, workspace: str, since: datetime, limit: int) -> list[Meeting]:
    """The meetings that begin after a moment, those called off as well, so that calendars take them out; without the
    talks of two."""
    found = select(Meeting).where(
        meetings.c.workspace == workspace,
        meetings.c.person == "",
        meetings.c.state.in_(("planned", "asked", "held", "skipped", "dropped")),
        meetings.c.begins_at >= since,
    )
    return list(session.scalars(found.order_by(meetings.c.begins_at, meetings.c.number).limit(limit)))


def held(session: Session, workspace: str, limit: int) -> list[Meeting]:
    """Meetings that are over, the newest first, without the talks of two."""
    return _newest(session, limit, _is_over(workspace), meetings.c.person == "")


def held_with(session: Session, workspace: str, member: str, limit: int) -> list[Meeting]:
    """Meetings that are over, the newest first, with this member's own talks of two."""
    own = or_(meetings.c.person.in_(("", member)), meetings.c.chair == member)
    return _newest(session, limit, _is_over(workspace), own)


def _is_over(workspace: str) -> ColumnElement[bool]:
    return and_(meetings.c.workspace == workspace, meetings.c.state == "closed")


def _newest(session: Session, limit: int, *which: ColumnElement[bool]) -> list[Meeting]:
    return list(session.scalars(select(Meeting).where(*which).order_by(meetings.c.begins_at.desc()).limit(limit)))


_BETWEEN = (
    select(Meeting)
    .where(
        meetings.c.workspace == bindparam("in_workspace"),
        meetings.c.state.in_(("planned", "asked", "held")),
        meetings.c.begins_at >= bindparam("since"),
        meetings.c.begins_at < bindparam("until"),
    )
    .order_by(meetings.c.begins_at, meetings.c.number)
    .limit(bindparam("most"))
)
