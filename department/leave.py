"""Leave: who is away when, who stands in, and where that leaves a hole.

    planned -> away -> over,  planned | away -> cancelled

Why somebody is away is theirs and the manager's alone; everybody else sees until when, and who covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from department.agreement import Label, Leave, Member
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused

if TYPE_CHECKING:
    from datetime import datetime

SUBJECT: Final = "leave"
OPEN: Final = ("planned", "away")
"""The states in which somebody is, or will be, away."""

State = Literal["planned", "away", "over", "cancelled"]
Kind = Literal["annual", "sick", "personal", "business_trip", "other"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LONGEST: Final = timedelta(days=366)
AHEAD: Final = timedelta(days=14)
"""How far ahead holes in the cover are looked for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that moves to who stands in, in both languages, and the address it leads to, if any."""

    said: Label
    link: str


@dataclass(kw_only=True, eq=False)
class Absence:
    """One leave. `first` and `last` are days at the department's place, both included; `afternoon` leaves the first
    morning out, `until_noon` the last afternoon. `kind` is private. Moments are aware UTC. `waits`, not kept, is how
    much of theirs moves to who stands in when it begins, and `waiting` the first of it."""

    workspace: str
    number: int
    state: State = "planned"
    member: str
    first: date
    last: date
    afternoon: bool = False
    until_noon: bool = False
    kind: Kind = "other"
    deputy: str = ""
    filed_by: str
    filed_at: datetime
    fired: tuple[str, ...] = ()
    waits: int = 0
    waiting: Sequence[Waiting] = ()
    version: int = 1

    @property
    def leave(self) -> Leave:
        """The same as the agreement writes it."""
        return Leave.model_construct(
            member=self.member,
            from_=self.first,
            to=self.last,
            deputy=self.deputy or None,
            afternoon=self.afternoon,
            until_noon=self.until_noon,
        )


@dataclass(frozen=True, slots=True)
class Hole:
    """Days on which nobody stands in: of whom, from when until when, and who would have."""

    member: str
    first: date
    last: date
    cover: str


def file(
    office: Office,
    by: Member,
    *,
    member: str,
    first: date | None,
    last: date | None,
    afternoon: bool,
    until_noon: bool,
    kind: str,
    deputy: str,
    workspace: str,
    number: Callable[[], int],
) -> tuple[Absence, list[Event]] | list[Refused]:
    """Enter somebody's leave: one's own, or, by leads of their role and supervisors, another's who cannot (a call from
    the sickbed, which may come late). Returns the record with its first events, or every problem at once."""
    problems = _problems(office, by, member, first, last, deputy, afternoon=afternoon, until_noon=until_noon)
    if kind not in KINDS:
        problems.append(Refused("unknown_kind", field="kind"))
    if problems or first is None or last is None:
        return problems
    absence = Absence(
        workspace=workspace,
        number=number(),
        member=member,
        first=first,
        last=last,
        afternoon=afternoon,
        until_noon=until_noon,
        kind=next(each for each in KINDS if each == kind),
        deputy=deputy,
        filed_by=by.id,
        filed_at=office.now,
    )
    planned = Event(what="planned", actor=by.id, at=office.now, new=cover_of(absence, office))
    return absence, [planned, *_begun(absence, office, by.id)]


def cancel(absence: Absence, office: Office, by: Member) -> list[Event] | Refused:
    """It does not take place, or, where it began on an earlier day, it ends now."""
    if refusal := may_change(absence, office, by):
        return refusal
    if absence.state == "away" and absence.first < office.today:
        cover = cover_of(absence, office)
        absence.state, absence.last, absence.until_noon = "over", office.today - timedelta(days=1), False
        return [Event(what="over", actor=by.id, at=office.now, old=cover)]
    absence.state = "cancelled"
    return [Event(what="cancelled", actor=by.id, at=office.now)]


def change(
    absence: Absence,
    office: Office,
    by: Member,
    *,
    first: date | None,
    last: date | None,
    afternoon: bool,
    until_noon: bool,
    deputy: str,
) -> list[Event] | list[Refused] | Refused:
    """Other days, or somebody else who stands in."""
    if refusal := may_change(absence, office, by):
        return refusal
    problems = _problems(
        office, by, absence.member, first, last, deputy, afternoon=afternoon, until_noon=until_noon, but=absence
    )
    if problems or first is None or last is None:
        return problems
    events = []
    days, before = f"{first}..{last}", f"{absence.first}..{absence.last}"
    halves = (absence.afternoon, absence.until_noon) != (afternoon, until_noon)
    absence.first, absence.last, absence.afternoon, absence.until_noon = first, last, afternoon, until_noon
    if days != before or halves:
        absence.fired = ()
        absence.state = "planned"
        events.append(Event(what="moved", actor=by.id, at=office.now, old=before, new=days))
    if deputy != absence.deputy:
        old, absence.deputy = absence.deputy, deputy
        events.append(Event(what="cover_changed", actor=by.id, at=office.now, old=old, new=cover_of(absence, office)))
    return [*events, *_begun(absence, office, by.id)]


def deadlines(absence: Absence, office: Office) -> list[Deadline]:
    """Its beginning and its end."""
    if absence.state not in OPEN:
        return []
    moments = [Deadline("ends", office.ends_at(absence.leave))]
    if absence.state == "planned":
        moments.append(Deadline("begins", office.begins_at(absence.leave)))
    return moments


def fall_due(absence: Absence, office: Office, kind: str) -> list[Event]:
    """Somebody goes, or is back."""
    if absence.state not in OPEN:
        return []
    if kind == "begins":
        return _begun(absence, office, CLOCK)
    if kind == "ends" and office.ends_at(absence.leave) <= office.now:
        absence.state = "over"
        return [Event(what="over", actor=CLOCK, at=office.now)]
    return []


def asks(absence: Absence, office: Office) -> list[Ask]:
    """Leave asks nothing of anybody: what it moves is asked by the records themselves."""
    return []


def review(absence: Absence, office: Office) -> list[Event]:
    """Who left the agreement is not on leave any more."""
    if office.agreement.member(absence.member) is not None:
        return []
    absence.state = "over"
    return [Event(what="over", actor=CLOCK, at=office.now)]


def notices(event: Event, absence: Absence, office: Office) -> list[Notice]:
    """Who is told: whoever stands in, the member when somebody else entered it, and supervisors of a hole. Of leave
    that begins as it is entered who stands in hears once, that it has begun."""
    if event.what == "over" and event.actor == CLOCK:
        return []
    cover = cover_of(absence, office)
    has_begun = event.what in ("planned", "moved") and absence.state == "away"
    concerned = [absence.member] if has_begun else [cover, absence.member]
    if event.what in ("cover_changed", "over"):
        concerned.append(event.old)
    told = []
    for person in dict.fromkeys(concerned):
        member = office.agreement.member(person)
        if member is not None and person != event.actor and (event.what != "began" or person != absence.member):
            told.append(Notice(wording=event.what, to=person, not_before=office.quiet_until(member)))
    if event.what in ("planned", "moved", "cover_changed") and holes_of(absence, office):
        bosses = [boss for boss in office.supervisors() if boss.id != absence.member and office.is_there(boss.id)]
        told += [
            Notice(wording="hole", to=boss.id, not_before=office.quiet_until(boss))
            for boss in bosses[:1]
            if boss.id != event.actor
        ]
    return told


def may_change(absence: Absence, office: Office, by: Member) -> Refused | None:
    """Why `by` may not change it, if so."""
    if absence.state not in OPEN:
        return Refused("leave_over")
    return _may_file(office, by, absence.member)


def may_know(absence: Absence, office: Office, by: Member) -> bool:
    """Whether `by` may see why somebody is away: they themselves and supervisors."""
    return by.id == absence.member or office.is_supervisor(by)


def cover_of(absence: Absence, office: Office) -> str:
    """Who stands in on its first day: the deputy named for it or the usual one, else as the agreement has it."""
    member = office.agreement.member(absence.member)
    if member is None:
        return ""
    entered = tuple(leave for leave in office.entered if leave.member != absence.member)
    then = Office(office.agreement, max(office.now, office.begins_at(absence.leave)), (*entered, absence.leave))
    cover = then.stand_in(member)
    return "" if cover.id == member.id else cover.id


def holes_of(absence: Absence, office: Office) -> list[Hole]:
    """The days of one leave, from today on, on which whoever was named to stand in is away as well, or on which they
    themselves were to stand in for somebody who is away."""
    entered = tuple(leave for leave in office.entered if leave.member != absence.member)
    plan = Office(office.agreement, office.now, (*entered, absence.leave), office.closed)
    found = holes(plan, max(absence.first, office.today), absence.last)
    return [hole for hole in found if absence.member in (hole.member, hole.cover)]


def holes(office: Office, first: date, last: date) -> list[Hole]:
    """The days on which somebody is away and their deputy is too, or they have none."""
    found: dict[tuple[str, str], list[date]] = {}
    for day, leave, member in _absent(office, first, last):
        deputy = leave.deputy or member.deputy or ""
        gone = deputy in [other.member for other_day, other, _ in _absent(office, day, day) if other_day == day]
        if gone or deputy in office.closed or office.agreement.member(deputy) is None:
            found.setdefault((member.id, deputy), []).append(day)
    return [Hole(member, min(days), max(days), deputy) for (member, deputy), days in found.items()]


def _absent(office: Office, first: date, last: date) -> Iterator[tuple[date, Leave, Member]]:
    """Who is away on each working day from `first` to `last`."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        for leave in office.leave if office.calendar.is_working_day(day) else ():
            member = office.agreement.member(leave.member)
            if member is not None and leave.from_ <= day <= leave.to:
                yield day, leave, member


def _begun(absence: Absence, office: Office, actor: str) -> list[Event]:
    if absence.state != "planned" or office.begins_at(absence.leave) > office.now:
        return []
    absence.state = "away"
    return [Event(what="began", actor=actor, at=office.now, new=cover_of(absence, office))]


def _problems(
    office: Office,
    by: Member,
    member: str,
    first: date | None,
    last: date | None,
    deputy: str,
    *,
    afternoon: bool,
    until_noon: bool,
    but: Absence | None = None,
) -> list[Refused]:
    if refusal := _may_file(office, by, member):
        return [Refused(refusal.reason, refusal.facts, field="member")]
    if first is None or last is None:
        return [Refused("day_missing", field="first" if first is None else "last")]
    problems = []
    if last < first or (first == last and afternoon and until_noon):
        problems.append(Refused("ends_before_it_begins", field="last"))
    elif last - first > LONGEST or office.is_too_far(last):
        problems.append(Refused("too_far", field="last"))
    elif last < office.today:
        problems.append(Refused("in_the_past", field="last"))
    else:
        mine = None if but is None else (but.first, but.last)
        for leave in office.leave:
            same = leave.member == member and (leave.from_, leave.to) != mine
            if same and leave.from_ <= last and first <= leave.to:
                problems.append(Refused("away_already", {"from": str(leave.from_), "to": str(leave.to)}, field="first"))
                break
    if deputy == member:
        problems.append(Refused("own_deputy", field="deputy"))
    elif deputy and office.agreement.member(deputy) is None:
        problems.append(Refused("not_in_agreement", field="deputy"))
    return problems


def _may_file(office: Office, by: Member, member: str) -> Refused | None:
    away = office.agreement.member(member)
    if away is None:
        return Refused("not_in_agreement")
    leads = by.lead and by.role == away.role
    if by.id == member or leads or office.is_supervisor(by):
        return None
    return Refused("not_your_leave", {"who": member})
