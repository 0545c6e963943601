"""The limits that run. A row is a limit still to come; firing one is the record's own action in the same transaction.

Finding what is due costs as much as there is due, however many limits run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from department.records import Deadline
from storage.prepared import Prepared
from storage.schema import deadlines


@dataclass(frozen=True, slots=True)
class Due:
    """A limit that has been reached."""

    workspace: str
    subject: str
    number: int
    kind: str
    due_at: datetime


def enter(session: Session, workspace: str, subject: str, number: int, wanted: Sequence[Deadline]) -> bool:
    """Keep the limits of a new record; returns whether there are any."""
    _insert(session, workspace, subject, number, wanted)
    return bool(wanted)


def replace(session: Session, workspace: str, subject: str, number: int, wanted: Sequence[Deadline]) -> bool:
    """Make a record's stored limits equal to `wanted`, touching only those that differ; returns whether any did."""
    record = {"of_workspace": workspace, "of_subject": subject, "of_number": number}
    stored = {row.kind: row.due_at for row in _STORED.all(session, record)}
    gone = [{**record, "of_kind": kind} for kind in stored.keys() - {item.kind for item in wanted}]
    _DELETE.run(session, *gone)
    new = [item for item in wanted if item.kind not in stored]
    _insert(session, workspace, subject, number, new)
    moved = [
        {**record, "of_kind": item.kind, "moment": item.due_at}
        for item in wanted
        if item.kind in stored and stored[item.kind] != item.due_at
    ]
    _MOVE.run(session, *moved)
    return bool(gone or new or moved)


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """The limits reached by `now`, the oldest first. They are not locked: the record each belongs to is, and
    always before its limits, so that a person and the clock cannot wait for each other."""
    return [Due(*row) for row in _DUE.all(session, {"now": now, "most": limit})]


def coming(session: Session, limit: int, until: datetime | None = None) -> list[Due]:
    """The next limits to be reached, the soonest first."""
    found = select(
        deadlines.c.workspace, deadlines.c.subject, deadlines.c.number, deadlines.c.kind, deadlines.c.fires_at
    )
    if until is not None:
        found = found.where(deadlines.c.fires_at <= until)
    ordered = found.order_by(deadlines.c.fires_at, deadlines.c.number, deadlines.c.kind).limit(limit)
    return [Due(*row) for row in session.execute(ordered)]


def next_due(session: Session) -> datetime | None:
    """The moment at which the next limit is reached."""
    moment: datetime | None = _NEXT.scalar(session)
    return moment


def postpone(session: Session, item: Due, until: datetime) -> None:
    """Firing it failed: try again at `until`."""
    session.execute(
        update(deadlines)
        .where(
            deadlines.c.workspace == item.workspace,
            deadlines.c.subject == item.subject,
            deadlines.c.number == item.number,
            deadlines.c.kind == item.kind,
        )
        .values(fires_at=until)
    )


def _insert(session: Session, workspace: str, subject: str, number: int, limits: Sequence[Deadline]) -> None:
    record = {"workspace": workspace, "subject": subject, "number": number}
    rows = ({**record, "kind": item.kind, "due_at": item.due_at, "fires_at": item.due_at} for item in limits)
    _INSERT.run(session, *rows)


_OF_RECORD = (
    deadlines.c.workspace == bindparam("of_workspace"),
    deadlines.c.subject == bindparam("of_subject"),
    deadlines.c.number == bindparam("of_number"),
)
_THIS_ONE = (*_OF_RECORD, deadlines.c.kind == bindparam("of_kind"))
_STORED = Prepared(select(deadlines.c.kind, deadlines.c.due_at).where(*_OF_RECORD))
_DELETE = Prepared(delete(deadlines).where(*_THIS_ONE))
_MOVE = Prepared(update(deadlines).where(*_THIS_ONE).values(due_at=bindparam("moment"), fires_at=bindparam("moment")))
_INSERT = Prepared(insert(deadlines))
_DUE = Prepared(
    select(deadlines.c.workspace, deadlines.c.subject, deadlines.c.number, deadlines.c.kind, deadlines.c.due_at)
    .where(deadlines.c.fires_at <= bindparam("now"))
    .order_by(deadlines.c.fires_at, deadlines.c.number, deadlines.c.kind)
    .limit(bindparam("most"))
)
_NEXT = Prepared(select(func.min(deadlines.c.fires_at).label("moment")))
