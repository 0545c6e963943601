"""When things of an order are due, by its stage, its checklist, its handoffs and its letter of credit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from department.agreement import Due, Limit, Line
from department.calendar import WorkCalendar
from department.key_dates import LAST_PRESENTATION, OD_DUE, as_day, as_moment
from department.orders.record import Handoff, Order
from department.people import Office
from department.recurrence import Repeat
from department.schedule import after, from_date, later


def stage_due(order: Order, office: Office) -> datetime | None:
    """By when the order's present stage is to be handed on (UTC); None while the date it hangs on is not known. Goods
    that have left were shipped: then the papers and the money that the stage still waits for have their own limits."""
    limit = office.agreement.stage(order.stage).limit
    if order.has_left and isinstance(limit, Due) and limit.date == "promised_shipment":
        return None
    return _due(limit, order, office)


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


def mornings_waited(handoff: Handoff, office: Office) -> list[datetime]:
    """The ends (UTC) of the whole working mornings through which a handoff waits, until it expires."""
    zone, hours = ZoneInfo(office.agreement.timezone), office.agreement.working_hours
    first, end = handoff.offered_at.astimezone(zone).date(), handoff_steps(handoff, office)["expire"]
    days = [first + timedelta(days=n) for n in range((end.astimezone(zone).date() - first).days + 1)]
    found = [
        as_moment(day.isoformat(), zone, hours.noon)
        for day in days
        if office.calendar.is_working_day(day)
        and as_moment(day.isoformat(), zone, hours.spans[0].start) >= handoff.offered_at
    ]
    return [moment for moment in found if moment < end]


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
    return later(min(ends), office.agreement.bank_calendar()) if ends else None


def credit_due(order: Order, office: Office) -> date | None:
    """The day on which the credit of the order's term of payment ends, as the agreement counts it; None while what it
    counts from is not known."""
    term = office.agreement.orders.payment_terms.get(order.payment)
    if term is None or term.falls_due is None:
        return None
    begins = _value(term.falls_due.date, order, office)
    zone = ZoneInfo(office.agreement.timezone)
    return as_day(begins, zone) + timedelta(days=term.falls_due.value) if begins else None


AHEAD = timedelta(days=100)
"""How far ahead what repeats is looked for: more than lies between two times of a quarter."""


@lru_cache(maxsize=1024)
def _repeated(repeats: str, since: date, until: date, calendar: WorkCalendar) -> tuple[datetime, ...]:
    """The closing times of the days on which something comes round."""
    days = takewhile(lambda day: day <= until, Repeat.parse(repeats).days_after(since, calendar, "before"))
    return tuple(as_moment(day.isoformat(), calendar.timezone, calendar.spans[-1].end) for day in days)


def _due(limit: Limit | Due | None, order: Order, office: Office) -> datetime | None:
    if limit is None:
        return None
    if isinstance(limit, Limit):
        return after(order.since, limit, office.calendar)
    value = _value(limit.date, order, office)
    return from_date(limit, value, office) if value else None


def _value(code: str, order: Order, office: Office) -> str:
    if code == LAST_PRESENTATION:
        last = last_presentation(order, office)
        return last.isoformat() if last else ""
    if found := order.current_dates.get(code):
        return found.value
    if code == OD_DUE:
        ends = credit_due(order, office)
        return ends.isoformat() if ends else ""
    return next((item.at.isoformat() for item in order.done if item.line == code), "")
