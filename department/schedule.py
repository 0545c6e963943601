"""When things of an order are due: three kinds of limit, never mixed. Working time since an event; days from one of the
order's dates; hours before a moment that somebody outside sets and moves.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from department.agreement import Due, Limit, Line
from department.calendar import WorkCalendar, add_working_days, add_working_time
from department.key_dates import LAST_PRESENTATION, as_day, as_moment
from department.people import Office
from department.recurrence import Repeat

AHEAD = timedelta(days=100)
"""How far ahead what repeats is looked for: more than lies between two times of a quarter."""

if TYPE_CHECKING:
    from department.orders import Handoff, Order


def stage_due(order: Order, office: Office) -> datetime | None:
    """By when the order's present stage is to be handed on (UTC); None while the date it hangs on is not known."""
    return _due(office.agreement.stage(order.stage).limit, order, office)


def line_due(line: Line, order: Order, office: Office) -> datetime | None:
    """By when a line is due (UTC); None while the dates it hangs on are not known, or nothing is asked for again."""
    if line.recurs:
        return next(iter(asked_for(line, order, office)), None)
    return min(filter(None, (_due(line.due, order, office), _due(line.latest, order, office))), default=None)


def asked_for(line: Line, order: Order, office: Office) -> list[datetime]:
    """When (UTC) a line that recurs is asked for and was not answered, the past included. A tick answers everything it
    was asked for until then, or, when nothing waited, the next time."""
    left = sorted(moment for limit in line.again if (moment := _due(limit, order, office)))
    if line.repeats:
        first = order.since.date() - timedelta(days=1)
        left = list(_repeated(line.repeats, first, max(office.today, order.since.date()) + AHEAD, office.calendar))
    for at in sorted(item.at for item in order.done if item.line == line.id):
        left = [moment for moment in left if moment > at] if left and left[0] <= at else left[1:]
    return left


@lru_cache(maxsize=1024)
def _repeated(repeats: str, since: date, until: date, calendar: WorkCalendar) -> tuple[datetime, ...]:
    """The closing times of the days on which something comes round."""
    days = takewhile(lambda day: day <= until, Repeat.parse(repeats).days_after(since, calendar, "before"))
    return tuple(as_moment(day.isoformat(), calendar.timezone, calendar.spans[-1].end) for day in days)


def handoff_steps(handoff: Handoff, office: Office) -> dict[str, datetime]:
    """What happens to a handoff that nobody answers, and when (UTC): "answer" is the limit itself, then the reminders
    and steps of the agreement and at last "expire"."""
    terms = office.agreement.orders.handoffs
    start, calendar = handoff.offered_at, office.calendar
    steps = {f"remind {limit}": after(start, limit, calendar) for limit in terms.remind_after}
    steps |= {f"{step.after}: {step.tell}": after(start, step.after, calendar) for step in terms.escalation}
    steps["answer"] = after(start, terms.acknowledge_within, calendar)
    steps["expire"] = max(after(start, terms.expires_after, calendar), *steps.values())
    return steps


def warn_at(limit: datetime, days: int, office: Office) -> datetime:
    """So many calendar days before a limit, at the opening of that day or of the last working day before it (UTC)."""
    zone = ZoneInfo(office.agreement.timezone)
    day = _earlier(limit.astimezone(zone).date() - timedelta(days=days), office.calendar)
    opening = office.agreement.working_hours.spans[0].start
    return as_moment(day.isoformat(), zone, opening)


def last_presentation(order: Order, office: Office) -> date | None:
    """The last day on which documents may be presented under the order's letter of credit: the earlier of the
    transport document's date plus the days of the credit and the credit's expiry, moved to the next banking day when
    the bank is closed. The latest date of shipment never moves. Sources: UCP 600, articles 14c and 29."""
    dates, zone = order.current_dates, ZoneInfo(office.agreement.timezone)
    ends = []
    if "bl_date" in dates:
        days = order.presentation_days or office.agreement.orders.presentation_days
        ends.append(as_day(dates["bl_date"].value, zone) + timedelta(days=days))
    if "lc_expiry" in dates:
        ends.append(as_day(dates["lc_expiry"].value, zone))
    return _later(min(ends), office.agreement.bank_calendar()) if ends else None


@lru_cache(maxsize=1024)
def after(moment: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """`moment` plus a limit of the agreement, in working time (UTC)."""
    if limit.unit == "working_days":
        return add_working_days(calendar, moment, int(limit.value))
    return add_working_time(calendar, moment, timedelta(hours=limit.value))


def _due(limit: Limit | Due | None, order: Order, office: Office) -> datetime | None:
    if limit is None:
        return None
    if isinstance(limit, Limit):
        return after(order.since, limit, office.calendar)
    value = _value(limit.date, order, office)
    return _from_date(limit, value, office) if value else None


def _value(code: str, order: Order, office: Office) -> str:
    if code == LAST_PRESENTATION:
        last = last_presentation(order, office)
        return last.isoformat() if last else ""
    if found := order.current_dates.get(code):
        return found.value
    return next((item.at.isoformat() for item in order.done if item.line == code), "")


def _from_date(limit: Due, value: str, office: Office) -> datetime:
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
            day = _earlier(day - timedelta(days=1), office.calendar)
        day = _earlier(day, office.calendar)
    elif limit.before:
        day = _earlier(day - timedelta(days=limit.value), office.calendar)
    elif limit.value:
        day = _later(day + timedelta(days=limit.value), office.calendar)
    else:
        day = _earlier(day, office.calendar)
    return as_moment(day.isoformat(), zone, closing)


def _earlier(day: date, calendar: WorkCalendar) -> date:
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _later(day: date, calendar: WorkCalendar) -> date:
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
