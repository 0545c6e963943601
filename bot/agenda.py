"""What today asks of one person, gathered in one look: for their Home, their morning digest, and their questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from department import SUBJECTS, leave, meetings
from department.agreement import WEEK, Leave, Member
from department.complaints import Complaint
from department.emergencies import Emergency
from department.leave import Hole
from department.meetings import Meeting
from department.people import Office
from department.praise import Praise
from department.records import Ask
from department.recurrence import moved
from department.tasks import Task
from storage import asks, outbox, people, praise, store
from storage import complaints as complaints_kept
from storage import emergencies as emergencies_kept
from storage import meetings as meetings_kept
from storage import orders as orders_kept
from storage import tasks as tasks_kept
from storage.asks import Load

MOST: Final = 12
"""Items of a group that are read: as many as a Home shows."""

MEETINGS: Final = 60
"""Meetings that are looked through for one person."""

THANKED_FOR: Final = timedelta(days=30)
"""How long praise stands on somebody's Home."""

A_MEETING: Final = timedelta(hours=8)
"""Longer than any meeting lasts."""

RED: Final = 40
"""Late asks of the whole department that a manager is shown, the latest first."""

LOOKED_AT: Final = 120
"""Late asks that are looked through for them: some are nobody else's business."""

GRAVE: Final = 5
"""Emergencies, and complaints of the two gravest kinds, that a manager is shown."""

SLIPPED: Final = 8
"""Late tasks that their giver is shown, the latest first."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is asked, and the record that asks it."""

    subject: str
    record: Any
    ask: Ask


@dataclass(frozen=True, slots=True)
class Group:
    """The first items of a group, and how many it has in all."""

    items: Sequence[Item]
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a manager sees besides: what is late with everybody (`late` counts all of it), the emergencies that go on,
    the gravest complaints that are open, who has how much, how many orders are at risk, and where nobody stands in."""

    red: Sequence[Item]
    late: int
    emergencies: Sequence[Emergency]
    grave: Sequence[Complaint]
    at_risk: int
    loads: Sequence[Load]
    holes: Sequence[Hole]


@dataclass(frozen=True, slots=True)
class Agenda:
    """One person's day. `now` is what others wait for, in any case; then what is late, due today, due within seven
    days, and the rest. What is due on days off counts as due today on the working day before: `until` is the working
    day after them. `counts` says how much each subject asks in all, `covers` for whom they stand in."""

    now: Group
    late: Group
    today: Group
    week: Group
    further: Group
    until: date | None
    counts: dict[str, int]
    slipped: Sequence[Task]
    slipped_count: int
    covers: Sequence[Member]
    away: Sequence[Leave]
    thanks: Sequence[Praise]
    meetings: Sequence[Meeting]
    overview: Overview | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked today."""
        return not (self.now.count or self.late.count or self.today.count)


def gather(session: Session, workspace: str, member: Member, office: Office, subject: str = "") -> Agenda:
    """A person's agenda; of one `subject` only, if one is named. It holds what they stand in for, too."""
    covers = office.covered_by(member)
    zone = ZoneInfo(office.agreement.timezone)
    tomorrow = office.today + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), zone).astimezone(UTC)
    opens = office.calendar.next_open(midnight)
    groups = asks.grouped(
        session,
        workspace,
        member.id,
        covering={each.id: office.moves_until(each.id) for each in covers},
        subject=subject,
        moments=(office.now, opens, midnight + timedelta(days=6)),
        limit=MOST,
    )
    read = with_records(session, workspace, [asked for found, _ in groups.values() for asked in found])
    there = {(item.subject, item.record.number, item.ask): item for item in read}

    def group(which: str) -> Group:
        found, count = groups[which]
        keys = [(asked.subject, asked.number, asked.ask) for asked in found]
        return Group([there[key] for key in keys if key in there], count)

    next_day = opens.astimezone(zone).date()
    slipped, slipped_count = tasks_kept.slipped(session, workspace, member.id, office.now, SLIPPED)
    return Agenda(
        now=group("waited"),
        late=group("late"),
        today=group("today"),
        week=group("week"),
        further=group("further"),
        until=next_day if next_day > tomorrow else None,
        counts=asks.count_of(session, workspace, member.id),
        slipped=slipped,
        slipped_count=slipped_count,
        covers=covers,
        away=office.away(),
        thanks=praise.received(session, workspace, member.id, office.now - THANKED_FOR),
        meetings=_meetings(session, workspace, member, office),
        overview=overview(session, workspace, member, office),
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


def link(session: Session, workspace: str, subject: str, number: int) -> str:
    """The address of a record's card; empty while it is not posted."""
    place, address = outbox.place_of(session, workspace, subject, number), people.address(session, workspace)
    return f"{address}archives/{place[0]}/p{place[1].replace('.', '')}" if place and address else ""


def place(session: Session, meeting: Meeting, office: Office) -> str:
    """The address of a meeting's card, or of the channel it will be in; empty for a talk of two, which has neither."""
    if meeting.is_private:
        return ""
    workspace = meeting.workspace
    where = people.channel_id(session, workspace, meetings.channel(office.agreement, meeting).name)
    in_channel = f"{people.address(session, workspace)}archives/{where}" if where else ""
    return link(session, workspace, meetings.SUBJECT, meeting.number) or in_channel


def _meetings(session: Session, workspace: str, member: Member, office: Office) -> list[Meeting]:
    found = meetings_kept.between(session, workspace, office.now - A_MEETING, office.now + timedelta(days=7), MEETINGS)
    return [meeting for meeting in found if member.id in meeting.people and meeting.ends_at > office.now]


def next_digest(member: Member, own_time: str, office: Office, after: datetime) -> datetime:
    """The next moment (UTC) for a member's digest: a working day, the agreed or their own time, where they are."""
    at = time.fromisoformat(own_time) if own_time else office.agreement.digest.at
    zone = office.zone_of(member)
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment > after and office.calendar.is_working_day(day):
            return moment
        day += timedelta(days=1)


def digests_ahead(session: Session, office: Office, until: datetime) -> Counter[datetime]:
    """The moments (UTC) of all digests up to one, and how many people get theirs then."""
    found: Counter[datetime] = Counter()
    for person, first in people.digests_ahead(session, until):
        member = office.agreement.member(person)
        if member is None:
            continue
        local = first.astimezone(office.zone_of(member))
        for n in range((until - first).days + 1):
            day = local.date() + timedelta(days=n)
            if n == 0 or office.calendar.is_working_day(day):
                found[datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)] += 1
    return found


def overviews_ahead(office: Office, until: datetime) -> list[datetime]:
    """The moments (UTC) up to one at which the weekly overview goes out."""
    terms, zone = office.agreement.digest, ZoneInfo(office.agreement.timezone)
    if not terms.overview_to:
        return []
    monday = office.today - timedelta(days=office.today.weekday())
    agreed = [
        monday + timedelta(days=7 * n + WEEK.index(terms.overview_on))
        for n in range((until - office.now).days // 7 + 2)
    ]
    days = [day for each in agreed if (day := moved(each, office.calendar, "after"))]
    moments = [datetime.combine(day, terms.at, zone).astimezone(UTC) for day in days]
    return [moment for moment in moments if office.now < moment <= until]


def overview(session: Session, workspace: str, member: Member, office: Office) -> Overview | None:
    """The department's risks, for supervisors; None for everybody else."""
    if not office.is_supervisor(member):
        return None
    return risks(session, workspace, member, office)


def risks(session: Session, workspace: str, member: Member, office: Office) -> Overview:
    """The department's risks as far as a member may see them."""
    late = with_records(session, workspace, asks.late(session, workspace, office.now, LOOKED_AT))
    red = visible_to([member], late, office)[:RED]
    holes = leave.holes(office, office.today, office.today + leave.AHEAD)
    loads = asks.loads(session, workspace, office.now)
    at_risk = orders_kept.count_at_risk(session, workspace)
    emergencies = emergencies_kept.going_on(session, workspace, GRAVE)
    gravest = list(office.agreement.complaints.severities)[:2]
    grave = complaints_kept.gravest(session, workspace, gravest, GRAVE)
    return Overview(red, sum(load.late for load in loads), emergencies, grave, at_risk, loads, holes)
