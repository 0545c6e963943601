"""Team activities: announced, signed up for until the places are gone, then a list of those who wait.

open -> over | cancelled
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from department.agreement import Member
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused

SUBJECT: Final = "activity"
OPEN: Final = ("open",)
"""The state in which it is still to come."""

State = Literal["open", "over", "cancelled"]

REMINDED_AT: Final = time(15)
"""On the working day before, at the department's place."""

SHORT_NOTICE: Final = timedelta(hours=2)
"""Before it begins, for what is announced too late for that."""

THANKED_AT: Final = time(10)
"""On the working day after."""


@dataclass(kw_only=True, eq=False)
class Activity:
    """Something the team does together. `seats` is how many can come, 0 for everybody; `waiting` come in this order
    when somebody leaves; `opened_at` is when its hour was last told. Moments are aware UTC."""

    workspace: str
    number: int
    state: State = "open"
    title: str
    text: str
    place: str
    begins_at: datetime
    seats: int
    organizer: str
    coming: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    reason: str = ""
    opened_at: datetime
    fired: tuple[str, ...] = ()
    version: int = 1


def announce(
    office: Office,
    by: Member,
    *,
    title: str,
    text: str,
    place: str,
    begins_at: datetime | None,
    seats: int,
    workspace: str,
    number: Callable[[], int],
) -> tuple[Activity, list[Event]] | list[Refused]:
    """Announce an activity. Returns the record with its first events, or every problem at once."""
    problems = []
    if not title.strip():
        problems.append(Refused("text_missing", field="title"))
    if problem := _no_hour(begins_at, office):
        problems.append(problem)
    if problems or begins_at is None:
        return problems
    activity = Activity(
        workspace=workspace,
        number=number(),
        title=title.strip(),
        text=text.strip(),
        place=place.strip(),
        begins_at=begins_at,
        seats=seats,
        organizer=by.id,
        opened_at=office.now,
    )
    return activity, [Event(what="announced", actor=by.id, at=office.now, new=begins_at.isoformat())]


def join(activity: Activity, office: Office, by: Member) -> list[Event] | Refused:
    """Sign up, or wait for a place."""
    if refusal := _is_open(activity, office):
        return refusal
    if by.id in (*activity.coming, *activity.waiting):
        return Refused("signed_up_already")
    if activity.seats and len(activity.coming) >= activity.seats:
        activity.waiting = (*activity.waiting, by.id)
        return [Event(what="waits", actor=by.id, at=office.now)]
    activity.coming = (*activity.coming, by.id)
    return [Event(what="joined", actor=by.id, at=office.now)]


def leave(activity: Activity, office: Office, by: Member) -> list[Event] | Refused:
    """Do not come after all; whoever waits longest takes the place."""
    if refusal := _is_open(activity, office):
        return refusal
    if by.id not in (*activity.coming, *activity.waiting):
        return Refused("not_signed_up")
    activity.coming = tuple(each for each in activity.coming if each != by.id)
    activity.waiting = tuple(each for each in activity.waiting if each != by.id)
    return [Event(what="left", actor=by.id, at=office.now), *_moved_up(activity, office)]


def change(
    activity: Activity, office: Office, by: Member, *, begins_at: datetime | None, place: str
) -> list[Event] | list[Refused] | Refused:
    """It takes place at another hour, or elsewhere; everybody who signed up is told, and reminded of the new hour."""
    if refusal := may_change(activity, office, by):
        return refusal
    if problem := _no_hour(begins_at, office):
        return [problem]
    if begins_at is None or (begins_at, place.strip()) == (activity.begins_at, activity.place):
        return []
    old, activity.place = activity.begins_at, place.strip()
    if begins_at != old:
        activity.begins_at, activity.opened_at = begins_at, office.now
        activity.fired = tuple(each for each in activity.fired if each != "remind")
    return [Event(what="changed", actor=by.id, at=office.now, old=old.isoformat(), new=begins_at.isoformat())]


def cancel(activity: Activity, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """It does not take place; everybody who signed up is told why."""
    if refusal := may_change(activity, office, by):
        return refusal
    activity.state, activity.reason = "cancelled", reason.strip()
    return [Event(what="cancelled", actor=by.id, at=office.now, note=activity.reason)]


def may_change(activity: Activity, office: Office, by: Member) -> Refused | None:
    """Whoever announced it, and the supervisors, before it begins."""
    return _not_the_organizer(activity, office, by) or _is_open(activity, office)


def may_post(activity: Activity, office: Office, by: Member, kind: str) -> Refused | None:
    """Whoever announced it, and the supervisors: the reminder, and the thanks."""
    return _not_the_organizer(activity, office, by)


def deadlines(activity: Activity, office: Office) -> list[Deadline]:
    """The reminder on the working day before, or shortly before it begins, and the thanks on the working day after."""
    if activity.state != "open":
        return []
    remind = _beside(activity, -1, REMINDED_AT, office)
    if remind <= activity.opened_at:
        remind = activity.begins_at - SHORT_NOTICE
    soon = remind > activity.opened_at and "remind" not in activity.fired
    return [*([Deadline("remind", remind)] if soon else []), Deadline("over", _beside(activity, 1, THANKED_AT, office))]


def fall_due(activity: Activity, office: Office, kind: str) -> list[Event]:
    """What the clock does."""
    pass_over(activity, office, kind)
    if kind == "remind" and office.now >= activity.begins_at:
        return []  # after a standstill: it has begun
    if kind == "remind":
        return [Event(what="reminded", actor=CLOCK, at=office.now, new=str(len(activity.coming)))]
    return [Event(what="over", actor=CLOCK, at=office.now, new=str(len(activity.coming)))]


def pass_over(activity: Activity, office: Office, kind: str) -> None:
    """A limit is over; with the one after its hour it is over itself."""
    activity.fired = (*activity.fired, kind)
    if kind == "over":
        activity.state = "over"


def asks(activity: Activity, office: Office) -> list[Ask]:
    """It asks nothing of anybody."""
    return []


def review(activity: Activity, office: Office) -> list[Event]:
    """Whoever left the agreement does not come."""
    if all(office.agreement.member(each) for each in (*activity.coming, *activity.waiting)):
        return []
    activity.coming = tuple(each for each in activity.coming if office.agreement.member(each))
    activity.waiting = tuple(each for each in activity.waiting if office.agreement.member(each))
    return [Event(what="reviewed", actor=CLOCK, at=office.now), *_moved_up(activity, office)]


def notices(event: Event, activity: Activity, office: Office) -> list[Notice]:
    """Who comes is reminded; the organizer hears how many come; everybody is thanked in the thread."""
    match event.what:
        case "moved_up":
            return _direct("moved_up", [event.new], office)
        case "reminded":
            in_time = [
                *_direct("reminded", [each for each in activity.coming if each != activity.organizer], office),
                *_direct("headcount", [activity.organizer], office),
            ]
            return [replace(each, lapses_at=activity.begins_at) for each in in_time]
        case "changed":
            told = [each for each in (*activity.coming, *activity.waiting) if each != event.actor]
            return [Notice(wording="changed"), *_direct("changed", told, office)]
        case "cancelled":
            told = [each for each in (*activity.coming, *activity.waiting) if each != event.actor]
            return _direct("cancelled", told, office)
        case "over":
            return [Notice(wording="over")] if activity.coming else []
        case _:
            return []


def _no_hour(begins_at: datetime | None, office: Office) -> Refused | None:
    if begins_at is None or begins_at <= office.now:
        return Refused("in_the_past", field="begins_at")
    return Refused("too_far", field="begins_at") if begins_at > office.now + timedelta(days=366) else None


def _moved_up(activity: Activity, office: Office) -> list[Event]:
    events = []
    while activity.waiting and len(activity.coming) < activity.seats:
        first, *rest = activity.waiting
        activity.coming, activity.waiting = (*activity.coming, first), tuple(rest)
        events.append(Event(what="moved_up", actor=CLOCK, at=office.now, new=first))
    return events


def _not_the_organizer(activity: Activity, office: Office, by: Member) -> Refused | None:
    if by.id == activity.organizer or office.is_supervisor(by):
        return None
    return Refused("not_your_activity", {"who": activity.organizer})


def _is_open(activity: Activity, office: Office) -> Refused | None:
    return None if activity.state == "open" and office.now < activity.begins_at else Refused("activity_over")


def _beside(activity: Activity, step: int, at: time, office: Office) -> datetime:
    """That time on the working day before or after it."""
    zone = ZoneInfo(office.agreement.timezone)
    day = activity.begins_at.astimezone(zone).date() + timedelta(days=step)
    while not office.calendar.is_working_day(day):
        day += timedelta(days=step)
    return datetime.combine(day, at, zone).astimezone(UTC)


def _direct(wording: str, people: Sequence[str], office: Office) -> list[Notice]:
    members = [member for person in people if (member := office.agreement.member(person))]
    return [Notice(wording=wording, to=member.id, not_before=office.quiet_until(member)) for member in members]
