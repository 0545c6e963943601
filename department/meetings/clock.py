"""What the clock does with a meeting: asking for lines, the reminder, the beginning, the minutes; what a changed
agreement means for it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from department.agreement import Ahead
from department.meetings.parts import STILL_KEPT, absent, has_card, series_of, still_to_answer, without_a_line
from department.meetings.record import FOLLOWING, Meeting
from department.meetings.series import falls_on, hour_of, invited, partners
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event

ASKED_BEFORE: Final = Ahead(days=1, at=time(15))
"""When people are asked for their line before a meeting that somebody called."""

LATE_BY: Final = timedelta(minutes=60)
"""How late a meeting that somebody called may still be opened."""

PUNCTUAL: Final = timedelta(minutes=2)
"""A meeting opened later than this says so."""

WRAPPED_UP: Final = timedelta(minutes=5)
"""How long after its end the minutes go out."""

SHOWN_BY: Final = timedelta(minutes=5)
"""How long after it began its card has to stand in the channel; else whoever leads it is told that it does not."""


def deadlines(meeting: Meeting, office: Office) -> list[Deadline]:
    """Asking for lines, the reminder, the beginning, a look whether its card is there, and the minutes; once more, when
    something was added to them."""
    found = []
    if meeting.state == "planned" and "ask" not in meeting.fired:
        found.append(Deadline("ask", asked_at(meeting, office)))
    remind = _reminded_at(meeting, office)
    if meeting.state == "asked" and remind is not None and "remind" not in meeting.fired:
        found.append(Deadline("remind", remind))
    if meeting.state in ("planned", "asked") and "begin" not in meeting.fired:
        found.append(Deadline("begin", meeting.begins_at))
    if meeting.state == "held":
        found.append(Deadline("minutes", meeting.ends_at + WRAPPED_UP))
    if meeting.state == "closed" and meeting.closed_at is not None and "minutes" not in meeting.fired:
        found.append(Deadline("minutes", meeting.closed_at + STILL_KEPT))
    if meeting.state == "held" and has_card(meeting) and "shown" not in meeting.fired:
        found.append(Deadline("shown", meeting.begins_at + SHOWN_BY))
    return found


def foreseen(meeting: Meeting, office: Office) -> list[Deadline]:
    """The reminder of a meeting whose lines are not asked for yet, and the minutes of one that has not begun."""
    if meeting.state not in ("planned", "asked"):
        return []
    found = [Deadline("minutes", meeting.ends_at + WRAPPED_UP)]
    series = series_of(meeting, office.agreement)
    if meeting.state == "planned" and series is not None and series.remind is not None:
        moment = _ahead(meeting.begins_at, series.remind, office)
        if asked_at(meeting, office) < moment < meeting.begins_at:
            found.append(Deadline("remind", moment))
    return found


def asked_at(meeting: Meeting, office: Office) -> datetime:
    """The moment (UTC) at which everybody is asked for a line; when that is over, the next one on a working day."""
    series = series_of(meeting, office.agreement)
    moment = _ahead(meeting.begins_at, series.ask if series else ASKED_BEFORE, office)
    if moment < office.now and not office.calendar.is_working_day(office.today):
        moment = office.calendar.next_open(office.now)
    return min(moment, meeting.begins_at)


def _reminded_at(meeting: Meeting, office: Office) -> datetime | None:
    series = series_of(meeting, office.agreement)
    moment = _ahead(meeting.begins_at, series.remind, office) if series and series.remind else None
    return moment if moment is not None and moment < meeting.begins_at else None


def _ahead(begins_at: datetime, ahead: Ahead, office: Office) -> datetime:
    zone = ZoneInfo(office.agreement.timezone)
    day = begins_at.astimezone(zone).date()
    left = ahead.days
    while left:
        day -= timedelta(days=1)
        left -= office.calendar.is_working_day(day)
    return datetime.combine(day, ahead.at, zone).astimezone(UTC)


def fall_due(meeting: Meeting, office: Office, kind: str) -> list[Event]:
    """What the clock does."""
    meeting.fired = (*meeting.fired, kind)
    match kind:
        case "ask" | "remind" if office.now >= meeting.begins_at:
            return []  # after a standstill: the beginning is due as well, and comes next
        case "ask":
            return ask_for_lines(meeting, office, CLOCK)
        case "remind":
            return [Event(what="reminded", actor=CLOCK, at=office.now)]
        case "begin" if meeting.is_private and (gone := absent(meeting, office)):
            return [Event(what="missed", actor=CLOCK, at=office.now, new=", ".join(gone))]
        case "begin":
            return begin(meeting, office, CLOCK)
        case "shown":
            return [Event(what="unposted", actor=CLOCK, at=office.now)] if meeting.unposted else []
        case "minutes" if meeting.state == "closed":
            return [Event(what="amended", actor=CLOCK, at=office.now)]
        case _:
            return close(meeting, office, CLOCK)


def pass_over(meeting: Meeting, office: Office, kind: str) -> None:
    """A limit is over: nobody is asked, or reminded; a meeting whose minutes were left out is closed without a word."""
    meeting.fired = (*meeting.fired, kind)
    if kind == "minutes" and meeting.state == "held":
        close(meeting, office, CLOCK)


def asks(meeting: Meeting, office: Office) -> list[Ask]:
    """A line of everybody who takes part and has not written one; an answer to the record of a talk of two."""
    if meeting.review is not None:
        return [Ask(to=person, what="review", waited_for=True, stays=True) for person in still_to_answer(meeting)]
    if meeting.state != "asked" or "begin" in meeting.fired:
        return []
    silent = without_a_line(meeting)
    return [Ask(to=person, what="line", item=person, due_at=meeting.begins_at, stays=True) for person in silent]


def review(meeting: Meeting, office: Office) -> list[Event]:
    """The agreement or its calendar changed: the meeting follows its series, unless somebody moved it by hand."""
    if not meeting.series or meeting.state not in FOLLOWING or meeting.state == "held":
        return []
    series = office.agreement.meetings.get(meeting.series)
    plain = meeting.planned_on
    day = falls_on(series, plain, office) if series and plain else None
    if series is None or day is None or (meeting.person and meeting.person not in partners(series, office.agreement)):
        return _dropped(meeting, office)
    begins_at = hour_of(series, meeting.person, day, office)
    if meeting.state == "dropped" and begins_at <= office.now:
        return []
    if (meeting.minutes, meeting.place) != (series.minutes, series.place):
        meeting.sequence += 1
    meeting.chair, meeting.minutes, meeting.place = series.chair, series.minutes, series.place
    meeting.people = invited(series, meeting.person, office.agreement)
    if meeting.state == "dropped":
        return _restored(meeting, begins_at, office)
    if meeting.moved or begins_at == meeting.begins_at or begins_at <= office.now:
        return []
    events = move_to(meeting, begins_at, office, CLOCK)
    meeting.moved = False
    return events


def ask_for_lines(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    """Everybody is asked for a line, from now on."""
    meeting.state = "asked"
    remind = _reminded_at(meeting, office)
    if remind is not None and remind <= office.now:
        meeting.fired = (*meeting.fired, "remind")
    return [Event(what="asked", actor=actor, at=office.now, new=meeting.note_taker)]


def begin(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    """It begins, or, when its hour is over for too long, it is not opened any more."""
    series = series_of(meeting, office.agreement)
    grace = timedelta(minutes=series.late_by) if series else LATE_BY
    if office.now - meeting.begins_at > max(grace, PUNCTUAL):
        meeting.state = "lapsed"
        return [Event(what="lapsed", actor=actor, at=office.now)]
    meeting.state = "held"
    meeting.late = office.now - meeting.begins_at > PUNCTUAL
    return [Event(what="begun", actor=actor, at=office.now)]


def close(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    """It is over."""
    meeting.state = "closed"
    meeting.closed_at = office.now
    meeting.fired = tuple(dict.fromkeys((*meeting.fired, "minutes")))
    return [Event(what="closed", actor=actor, at=office.now)]


def move_to(meeting: Meeting, to: datetime, office: Office, actor: str) -> list[Event]:
    """It takes place at another moment; what the clock does follows."""
    before, meeting.begins_at = meeting.begins_at, to
    meeting.moved = True
    meeting.sequence += 1
    meeting.fired = ()
    if meeting.state == "asked" and asked_at(meeting, office) > office.now:
        meeting.state = "planned"
    return [Event(what="moved", actor=actor, at=office.now, old=before.isoformat(), new=to.isoformat())]


def _dropped(meeting: Meeting, office: Office) -> list[Event]:
    if meeting.state == "dropped":
        return []
    meeting.state = "dropped"
    meeting.sequence += 1
    return [Event(what="dropped", actor=CLOCK, at=office.now)]


def _restored(meeting: Meeting, begins_at: datetime, office: Office) -> list[Event]:
    meeting.state, meeting.begins_at, meeting.moved, meeting.fired = "planned", begins_at, False, ()
    meeting.sequence += 1
    return [Event(what="restored", actor=CLOCK, at=office.now, new=begins_at.isoformat())]
