"""What today asks of one person, gathered in one look: for their Home, their morning digest, and their questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from department import SUBJECTS, leave
from department.agreement import Leave, Member
from department.leave import Hole
from department.meetings import Meeting
from department.people import Office
from department.praise import Praise
from department.records import Ask
from department.tasks import Task
from storage import asks, praise, store
from storage import meetings as meetings_kept
from storage import tasks as tasks_kept
from storage.asks import Load

MOST: Final = 60
"""Asks that are looked at for one person: more than anybody does in a week, and more than a Home shows."""

THANKED_FOR: Final = timedelta(days=30)
"""How long praise stands on somebody's Home."""

A_MEETING: Final = timedelta(hours=8)
"""Longer than any meeting lasts."""

RED: Final = 15
"""Late asks of the whole department that a manager is shown, the latest first."""

LOOKED_AT: Final = 60
"""Late asks that are looked through for them: some are nobody else's business."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is asked, and the record that asks it."""

    subject: str
    record: Any
    ask: Ask


@dataclass(frozen=True, slots=True)
class Overview:
    """What a manager sees besides: what is late with everybody, who has how much, and where nobody stands in."""

    red: Sequence[Item]
    loads: Sequence[Load]
    holes: Sequence[Hole]


@dataclass(frozen=True, slots=True)
class Agenda:
    """One person's day. `now` is what others wait for, in any case; then what is late, due today, due within seven
    days, and the rest. `counts` says how much each subject asks in all, `covers` for whom they stand in."""

    now: Sequence[Item]
    late: Sequence[Item]
    today: Sequence[Item]
    week: Sequence[Item]
    further: Sequence[Item]
    counts: dict[str, int]
    slipped: Sequence[Task]
    covers: Sequence[Member]
    away: Sequence[Leave]
    thanks: Sequence[Praise]
    meetings: Sequence[Meeting]
    overview: Overview | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked today."""
        return not (self.now or self.late or self.today)


def gather(session: Session, workspace: str, member: Member, office: Office, subject: str = "") -> Agenda:
    """A person's agenda; of one `subject` only, if one is named. It holds what they stand in for, too."""
    covers = office.covered_by(member)
    found = asks.of_member(
        session, workspace, member.id, covering=[each.id for each in covers], subject=subject, limit=MOST
    )
    items = with_records(session, workspace, found)
    midnight = datetime.combine(office.today + timedelta(days=1), time(), ZoneInfo(office.agreement.timezone))
    week = midnight + timedelta(days=6)
    waited = [item for item in items if item.ask.waited_for]
    rest = [item for item in items if not item.ask.waited_for]
    late = [item for item in rest if item.ask.due_at is not None and item.ask.due_at < office.now]
    today = [item for item in rest if item.ask.due_at is not None and office.now <= item.ask.due_at < midnight]
    soon = [item for item in rest if item.ask.due_at is not None and midnight <= item.ask.due_at < week]
    is_boss = member.id in [boss.id for boss in office.supervisors()]
    return Agenda(
        now=waited,
        late=late,
        today=today,
        week=soon,
        further=[item for item in rest if item not in late and item not in today and item not in soon],
        counts=asks.count_of(session, workspace, member.id),
        slipped=tasks_kept.slipped(session, workspace, member.id, office.now, RED),
        covers=covers,
        away=office.away(),
        thanks=praise.received(session, workspace, member.id, office.now - THANKED_FOR),
        meetings=_meetings(session, workspace, member, office),
        overview=_overview(session, workspace, member, office) if is_boss else None,
    )


def with_records(session: Session, workspace: str, found: Sequence[asks.Asked]) -> list[Item]:
    """Asks with the records that ask them, in the same order."""
    wanted: dict[str, set[int]] = {}
    for asked in found:
        wanted.setdefault(asked.subject, set()).add(asked.number)
    there = {
        (subject, record.number): record
        for subject, numbers in wanted.items()
        for record in store.read_several(session, SUBJECTS[subject].record, workspace, numbers)
    }
    return [
        Item(asked.subject, there[asked.subject, asked.number], asked.ask)
        for asked in found
        if (asked.subject, asked.number) in there
    ]


def visible_to(members: Sequence[Member], items: Sequence[Item], office: Office) -> list[Item]:
    """Those of the items that every one of the members may see."""
    return [
        item
        for item in items
        if all(SUBJECTS[item.subject].may_see(item.record, office, member) is None for member in members)
    ]


def _meetings(session: Session, workspace: str, member: Member, office: Office) -> list[Meeting]:
    found = meetings_kept.between(session, workspace, office.now - A_MEETING, office.now + timedelta(days=7), MOST)
    return [meeting for meeting in found if member.id in meeting.people and meeting.ends_at > office.now]


def next_digest(member: Member, own_time: str, office: Office) -> datetime:
    """The next moment (UTC) for a member's digest: a working day, the agreed or their own time, where they are."""
    at = time.fromisoformat(own_time) if own_time else office.agreement.digest.at
    zone = ZoneInfo(member.timezone or office.agreement.timezone)
    day = office.now.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment > office.now and office.calendar.is_working_day(day):
            return moment
        day += timedelta(days=1)


def _overview(session: Session, workspace: str, member: Member, office: Office) -> Overview:
    late = with_records(session, workspace, asks.late(session, workspace, office.now, LOOKED_AT))
    red = visible_to([member], late, office)[:RED]
    holes = leave.holes(office, office.today, office.today + leave.AHEAD)
    return Overview(red, asks.loads(session, workspace, office.now), holes)
