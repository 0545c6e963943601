"""What is asked of whom now, kept equal to what the records say. Whose Home, whose digest, who has how much: each is
one look here, however many records there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from department.records import Ask
from storage.prepared import Prepared
from storage.schema import asks


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask and the record that asks it."""

    subject: str
    number: int
    ask: Ask


@dataclass(frozen=True, slots=True)
class Shift:
    """Whom a change of what a record asks concerns, and who has nothing more to do with something it asked before."""

    concerned: set[str]
    relieved: set[str]


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked of a member, and how much of that is late."""

    member: str
    open: int
    late: int


def enter(session: Session, workspace: str, subject: str, number: int, wanted: Sequence[Ask]) -> Shift:
    """Keep what a new record asks."""
    _insert(session, workspace, subject, number, wanted)
    return Shift({ask.to for ask in wanted}, set())


def replace(session: Session, workspace: str, subject: str, number: int, wanted: Sequence[Ask]) -> Shift:
    """Make what a record asks equal to `wanted`, touching only what differs."""
    record = {"of_workspace": workspace, "of_subject": subject, "of_number": number}
    stored = {(ask.what, ask.item): ask for ask in (_ask(row) for row in _STORED.all(session, record))}
    new = {(ask.what, ask.item): ask for ask in wanted}
    differ = [key for key in {*stored, *new} if stored.get(key) != new.get(key)]
    gone = [{**record, "of_what": key[0], "of_item": key[1]} for key in differ if key in stored]
    _DELETE.run(session, *gone)
    _insert(session, workspace, subject, number, [new[key] for key in differ if key in new])
    concerned = {each.to for key in differ for each in (stored.get(key), new.get(key)) if each is not None}
    still_asked = {(key, ask.to) for key, ask in new.items()}
    return Shift(concerned, {ask.to for key, ask in stored.items() if (key, ask.to) not in still_asked})


GROUPS: Final = ("waited", "late", "today", "week", "further")
"""What somebody is asked, by how soon they have to act: what others wait for is the first group whenever it is due."""


def grouped(
    session: Session,
    workspace: str,
    member: str,
    *,
    covering: Mapping[str, datetime | None],
    subject: str,
    moments: tuple[datetime, datetime, datetime],
    limit: int,
) -> dict[str, tuple[list[Asked], int]]:
    """What is asked of somebody, and what moves to them of those they stand in for (`covering`, each with the end of
    their leave), in GROUPS: of each the first ones by when they are due, and how many there are in all. `moments` end
    what is late, what is due today and this week."""
    now, today, week = moments
    wanted = {
        "in_workspace": workspace,
        "of_member": member,
        "of_subject": subject,
        "now": now,
        "today": today,
        "week": max(today, week),
        "most": limit,
    }
    rows, counts = _OF_SUBJECT if subject else _OF_ALL
    if covering:
        whose = or_(_OWN, *(_moves(each, until) for each, until in covering.items()))
        rows, counts = _grouped(whose, _ABOUT) if subject else _grouped(whose)
    found: dict[str, list[Asked]] = {name: [] for name in GROUPS}
    for row in sorted(session.execute(rows, wanted), key=_soonest_first):
        found[PARTS[row.part]].append(Asked(row.subject, row.number, _ask(row)))
    totals = dict.fromkeys(GROUPS, 0)
    for part, count in zip(PARTS, session.execute(counts, wanted).one(), strict=True):
        totals[part] += count
    return {name: (found[name][:limit], totals[name]) for name in GROUPS}


PARTS: Final = (*GROUPS, "further")
"""The groups in stretches of an index: what is due further on, and then what is not due at any time."""


def _parts() -> list[tuple[ColumnElement[bool], ...]]:
    now, today, week = (bindparam(name, type_=asks.c.due_at.type) for name in ("now", "today", "week"))
    own = asks.c.waited_for.is_(False)
    return [
        (asks.c.waited_for.is_(True),),
        (own, asks.c.due_at < now),
        (own, asks.c.due_at >= now, asks.c.due_at < today),
        (own, asks.c.due_at >= today, asks.c.due_at < week),
        (own, asks.c.due_at >= week),
        (own, asks.c.due_at.is_(None)),
    ]


def _grouped(*which: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """The first rows of each part, and how many each has. Each is looked up by itself: the whole of what is asked of
    somebody may be very long, its beginning is not."""
    order = (asks.c.due_at, asks.c.subject, asks.c.number, asks.c.what, asks.c.item)
    first, counts = [], []
    for n, part in enumerate(_parts()):
        is_part = (asks.c.workspace == bindparam("in_workspace"), *which, *part)
        undated_last = () if 0 < n < len(PARTS) - 1 else (asks.c.due_at.is_(None),)
        rows = _SELECT.add_columns(literal_column(str(n)).label("part")).where(*is_part)
        first.append(select(rows.order_by(*undated_last, *order).limit(bindparam("most")).subquery()))
        counts.append(select(func.count()).select_from(asks).where(*is_part).scalar_subquery())
    return select(union_all(*first).subquery()), select(*counts)


def _soonest_first(row: Any) -> tuple[Any, ...]:
    return row.part, row.due_at is None, row.due_at or _NEVER, row.subject, row.number, row.what, row.item


def moving(session: Session, workspace: str, member: str, until: datetime, limit: int) -> tuple[list[Asked], int]:
    """What of somebody moves to who stands in while they are away until a moment: the first ones, and how many."""
    which = (asks.c.workspace == workspace, _moves(member, until))
    order = (asks.c.waited_for.desc(), asks.c.due_at.is_(None), asks.c.due_at, asks.c.subject, asks.c.number)
    found = session.execute(_SELECT.where(*which).order_by(*order).limit(limit))
    count = session.execute(select(func.count()).select_from(asks).where(*which)).scalar_one()
    return [Asked(row.subject, row.number, _ask(row)) for row in found], count


def _moves(member: str, until: datetime | None) -> ColumnElement[bool]:
    """What others wait for, and what is due before the way back; nothing that stays."""
    moves = and_(asks.c.member == member, asks.c.stays.is_(False))
    return moves if until is None else and_(moves, asks.c.waited_for.is_(True) | (asks.c.due_at < until))


def of_member(
    session: Session,
    workspace: str,
    member: str,
    *,
    limit: int,
) -> list[Asked]:
    """What is asked of somebody; what others wait for first, then by when it is due."""
    found = _SELECT.where(asks.c.workspace == workspace, asks.c.member == member)
    ordered = found.order_by(
        asks.c.waited_for.desc(), asks.c.due_at.is_(None), asks.c.due_at, asks.c.subject, asks.c.number, asks.c.what
    )
    return [Asked(row.subject, row.number, _ask(row)) for row in session.execute(ordered.limit(limit))]


def count_of(session: Session, workspace: str, member: str) -> dict[str, int]:
    """How much each subject asks of somebody."""
    return dict(list(session.execute(_COUNTED, {"in_workspace": workspace, "of_member": member})))


def records(session: Session, workspace: str, members: Collection[str]) -> list[tuple[str, int]]:
    """The subject and number of every record that asks one of the members for something, in order."""
    found = select(asks.c.subject, asks.c.number).where(asks.c.workspace == workspace, asks.c.member.in_(members))
    return [(row[0], row[1]) for row in session.execute(found.distinct().order_by(asks.c.subject, asks.c.number))]


def moves(session: Session, workspace: str, subject: str, number: int, member: str) -> bool:
    """Whether a record asks a member for something that whoever stands in may do."""
    record = {"of_workspace": workspace, "of_subject": subject, "of_number": number}
    return any(row.member == member and not row.stays for row in _STORED.all(session, record))


def late(session: Session, workspace: str, now: datetime, limit: int) -> list[Asked]:
    """What is late, the latest first."""
    found = _SELECT.where(asks.c.workspace == workspace, asks.c.due_at < now).order_by(asks.c.due_at).limit(limit)
    return [Asked(row.subject, row.number, _ask(row)) for row in session.execute(found)]


def loads(session: Session, workspace: str, now: datetime) -> list[Load]:
    """How much is asked of each member."""
    is_late = func.sum(func.coalesce(asks.c.due_at < now, False).cast(_INTEGER))
    found = select(asks.c.member, func.count(), is_late).where(asks.c.workspace == workspace).group_by(asks.c.member)
    return [Load(member, count, int(behind or 0)) for member, count, behind in session.execute(found)]


def _insert(session: Session, workspace: str, subject: str, number: int, asked: Sequence[Ask]) -> None:
    record = {"workspace": workspace, "subject": subject, "number": number}
    rows = (
        {
            **record,
            "what": ask.what,
            "item": ask.item,
            "member": ask.to,
            "due_at": ask.due_at,
            "waited_for": ask.waited_for,
            "stays": ask.stays,
        }
        for ask in asked
    )
    _INSERT.run(session, *rows)


def _ask(row: Any) -> Ask:
    return Ask(
        to=row.member,
        what=row.what,
        due_at=row.due_at,
        item=row.item,
        waited_for=row.waited_for,
        stays=row.stays,
    )


_INTEGER = asks.c.number.type
_NEVER = datetime.max.replace(tzinfo=UTC)
_SELECT = select(
    asks.c.subject,
    asks.c.number,
    asks.c.member,
    asks.c.what,
    asks.c.due_at,
    asks.c.item,
    asks.c.waited_for,
    asks.c.stays,
)
_OF_RECORD = (
    asks.c.workspace == bindparam("of_workspace"),
    asks.c.subject == bindparam("of_subject"),
    asks.c.number == bindparam("of_number"),
)
_STORED = Prepared(_SELECT.where(*_OF_RECORD))
_DELETE = Prepared(
    delete(asks).where(*_OF_RECORD, asks.c.what == bindparam("of_what"), asks.c.item == bindparam("of_item"))
)
_INSERT = Prepared(insert(asks))
_OWN = asks.c.member == bindparam("of_member")
_ABOUT = asks.c.subject == bindparam("of_subject")
_OF_ALL = _grouped(_OWN)
_OF_SUBJECT = _grouped(_OWN, _ABOUT)
_COUNTED = (
    select(asks.c.subject, func.count())
    .where(asks.c.workspace == bindparam("in_workspace"), asks.c.member == bindparam("of_member"))
    .group_by(asks.c.subject)
)
