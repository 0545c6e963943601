"""On which days and at which hours the agreement's series come, whatever holidays do, and who takes part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from department.agreement import Agreement
from department.agreement import Meeting as Series
from department.calendar import WorkCalendar, working_time_between
from department.meetings.record import Meeting
from department.people import Office
from department.records import CLOCK, Event
from department.recurrence import Repeat

PLANNED_AHEAD: Final = timedelta(days=60)
"""How far ahead the meetings of a series are entered."""

LOOKED_BACK: Final = timedelta(days=14)
"""Longer than any holiday."""

A_MOMENT: Final = timedelta(minutes=5)


def plan(
    office: Office, known: Collection[tuple[str, str, date]]
) -> Iterator[Callable[[str, int], tuple[Meeting, list[Event]]]]:
    """The meetings of the agreement that are not entered yet, up to sixty days ahead, each to be made with its
    workspace and number. `known` are those that are entered (series, person, the rule's day)."""
    entered = set(known)
    for key, series in office.agreement.meetings.items():
        everybody = partners(series, office.agreement)
        for plain, day in _days(series, office):
            missing = [person for person in everybody if (key, person, plain) not in entered]
            if day is None or not missing:
                continue
            begins_at = _beginnings(series, day, office)
            for person in missing:
                if begins_at[person] > office.now:
                    yield _planned(office, key, series, person, plain, begins_at[person])


def _planned(
    office: Office, key: str, series: Series, person: str, plain: date, begins_at: datetime
) -> Callable[..., tuple[Meeting, list[Event]]]:
    def make(workspace: str, number: int) -> tuple[Meeting, list[Event]]:
        meeting = Meeting(
            workspace=workspace,
            number=number,
            series=key,
            person=person,
            planned_on=plain,
            begins_at=begins_at,
            minutes=series.minutes,
            chair=series.chair,
            people=invited(series, person, office.agreement),
            place=series.place,
        )
        return meeting, [Event(what="planned", actor=CLOCK, at=office.now, new=begins_at.isoformat())]

    return make


def falls_on(series: Series, plain: date, office: Office) -> date | None:
    """The day to which a series' own day comes; None where it is left out."""
    then = replace(office, now=datetime.combine(plain, time(12), ZoneInfo(office.agreement.timezone)))
    return next((day for found, day in _days(series, then) if found == plain), None)


def hour_of(series: Series, person: str, day: date, office: Office) -> datetime:
    """When the meeting with a partner, or with nobody in particular, begins on a day (UTC)."""
    return _beginnings(series, day, office)[person]


def partners(series: Series, agreement: Agreement) -> list[str]:
    """With whom there is a meeting of its own: everybody for talks of two, nobody in particular for the others."""
    if not series.each:
        return [""]
    return [person for person in _roles(series, agreement) if person != series.chair]


def invited(series: Series, person: str, agreement: Agreement) -> tuple[str, ...]:
    """Who takes part in it, the chair first."""
    return (series.chair, person) if person else tuple(dict.fromkeys([series.chair, *_roles(series, agreement)]))


def _days(series: Series, office: Office) -> Iterator[tuple[date, date | None]]:
    """The rule's own days up to the horizon, each with the day it comes to; also some that are over, since a holiday
    may bring them to a day that is still to come."""
    since, until = office.today - LOOKED_BACK, office.today + PLANNED_AHEAD
    return Repeat(series.repeats).between(since, until, office.calendar, series.on_day_off)


def _roles(series: Series, agreement: Agreement) -> list[str]:
    return [
        member.id
        for member in agreement.members
        if not series.attend or any(role in series.attend for role in (member.role, *member.also))
    ]


def _beginnings(series: Series, day: date, office: Office) -> dict[str, datetime]:
    """When it begins on a day, by partner: at its hour; talks of two one after the other from that hour on, within
    working time and beside the other meetings of the day."""
    begins_at = datetime.combine(day, series.at, ZoneInfo(office.agreement.timezone)).astimezone(UTC)
    if not series.each:
        return {"": begins_at}
    slots = _slots(begins_at, timedelta(minutes=series.minutes), _meetings_on(day, office), office.calendar)
    return dict(zip(partners(series, office.agreement), slots, strict=False))


def _meetings_on(day: date, office: Office) -> list[tuple[datetime, datetime]]:
    """When the series that are no talks of two take place on a day, from when to when."""
    since, until = day - LOOKED_BACK, day + LOOKED_BACK
    return [
        (begins_at, begins_at + timedelta(minutes=series.minutes))
        for series in office.agreement.meetings.values()
        if not series.each
        for _, found in Repeat(series.repeats).between(since, until, office.calendar, series.on_day_off)
        if found == day
        for begins_at in _beginnings(series, day, office).values()
    ]


def _slots(
    begins_at: datetime, length: timedelta, taken: list[tuple[datetime, datetime]], calendar: WorkCalendar
) -> Iterator[datetime]:
    """Where slots of a length begin that follow each other, none of them across a break or a meeting."""
    moment = calendar.next_open(begins_at)
    while True:
        if working_time_between(calendar, moment, moment + length) < length:
            moment = calendar.next_open(moment + A_MOMENT)
        elif clashing := [end for begin, end in taken if begin < moment + length and moment < end]:
            moment = calendar.next_open(max(clashing))
        else:
            yield moment
            moment = calendar.next_open(moment + length)
