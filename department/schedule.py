"""When limits of the agreement are reached: working time since an event, days from a date, hours before a moment that
somebody outside sets and moves; never mixed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from department.agreement import Due, Limit
from department.calendar import WorkCalendar, add_working_days, add_working_time
from department.key_dates import as_day, as_moment
from department.people import Office


@lru_cache(maxsize=1024)
def after(moment: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """`moment` plus a limit of the agreement, in working time (UTC)."""
    if limit.unit == "working_days":
        return add_working_days(calendar, moment, int(limit.value))
    return add_working_time(calendar, moment, timedelta(hours=limit.value))


def from_date(limit: Due, value: str, office: Office) -> datetime:
    """The moment (UTC) that lies as far from a date's value as the agreement says."""
    zone, spans = ZoneInfo(office.agreement.timezone), office.agreement.working_hours.spans
    opening, closing = spans[0].start, spans[-1].end
    if limit.unit == "hours":
        moment = as_moment(value, zone, opening)
        return moment - timedelta(hours=limit.value) if limit.before else moment + timedelta(hours=limit.value)
    if limit.unit == "working_days" and not limit.before:
        return add_working_days(office.calendar, as_moment(value, zone, opening), limit.value)
    day = as_day(value, zone)
    if limit.unit == "working_days":
        for _ in range(limit.value):
            day = earlier(day - timedelta(days=1), office.calendar)
        day = earlier(day, office.calendar)
    elif limit.before:
        day = earlier(day - timedelta(days=limit.value), office.calendar)
    elif limit.value:
        day = later(day + timedelta(days=limit.value), office.calendar)
    else:
        day = earlier(day, office.calendar)
    return as_moment(day.isoformat(), zone, closing)


def warn_at(limit: datetime, days: int, office: Office) -> datetime:
    """So many calendar days before a limit, at the opening of that day or of the last working day before it (UTC)."""
    zone = ZoneInfo(office.agreement.timezone)
    day = earlier(limit.astimezone(zone).date() - timedelta(days=days), office.calendar)
    opening = office.agreement.working_hours.spans[0].start
    return as_moment(day.isoformat(), zone, opening)


def earlier(day: date, calendar: WorkCalendar) -> date:
    """That day, or the last working day before it."""
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def later(day: date, calendar: WorkCalendar) -> date:
    """That day, or the first working day after it."""
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
