"""The dates an order hangs on: setting and moving them, whose work moves with them, and what does not fit together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from department.agreement import STAGES, Due, Line, Member
from department.incoterms import RULES
from department.key_dates import FORECAST_LATE, KEY_DATES, KeyDate, as_day, as_moment
from department.orders.checklist import (
    all_lines,
    hangs_on_forecast,
    is_done,
    lines_in,
    open_lines,
    payment_of,
    person_of,
)
from department.orders.limits import last_presentation, line_due, stage_due
from department.orders.parts import may_work
from department.orders.record import Order
from department.people import LONGEST_LIMIT, Office
from department.records import CLOCK, Event, Refused, event, of_the_clock
from department.schedule import warn_at

PRESENTATION_WARNINGS: Final = (3, 0)
"""Calendar days before the last day of presentation on which it is called to mind, on the day itself to the manager,
too: our own plan is days earlier."""


INSURED: Final = Decimal("1.1")
"""The part of the invoice a policy covers at least where we insure. Sources: Incoterms 2020, CIF and CIP A5; UCP 600,
article 28f."""


FAR: Final = timedelta(days=5 * 365)
"""No day of an order lies further back or ahead: its year is a typing error."""


def unlikely(values: Mapping[str, str], office: Office) -> list[Refused]:
    """Dates that nobody can mean, each beside its field."""
    zone = ZoneInfo(office.agreement.timezone)
    first, last = office.today - FAR, min(office.today + FAR, office.calendar.ends - LONGEST_LIMIT)
    facts = {"first": first.isoformat(), "last": last.isoformat()}
    days = {code: as_day(value, zone) for code, value in values.items() if value}
    return [
        Refused("day_unlikely", {"said": day.isoformat(), **facts}, field=code)
        for code, day in days.items()
        if not first <= day <= last
    ]


def set_dates(
    order: Order, office: Office, by: Member, *, values: Mapping[str, str], source: str
) -> list[Event] | Refused:
    """Set, move or take back dates ("" takes one back); what does not change is left out. Whoever's work moves with
    them is told, and so are those who must know when the cargo comes too late for the promised shipment."""
    if refusal := may_work(order, office, by):
        return refusal
    if refused := unlikely(values, office):
        return refused[0]
    before, standing = _plan(order, office), order.current_dates
    was_too_late = ready_too_late(order, office)
    events: list[Event] = []
    for code, value in values.items():
        old = standing[code].value if code in standing else ""
        if code not in KEY_DATES or value == old:
            continue
        order.dates = (*order.dates, KeyDate(code, value, by.id, office.now, source.strip()[:200]))
        events.append(event("date_set", office, by, old=f"{code}={old}", new=f"{code}={value}", note=source.strip()))
    if not events:
        return events
    events += _replanned(order, office, by, before)
    if ready_too_late(order, office) and not was_too_late:
        ready, shipment = (order.current_dates[code].value for code in ("cargo_ready", "promised_shipment"))
        events.append(of_the_clock("ship_at_risk", office, old=shipment, new=ready))
        order.dates = (*order.dates, KeyDate(FORECAST_LATE, office.now.isoformat(), CLOCK, office.now))
        anew = [line.id for line in all_lines(order, office) if hangs_on_forecast(line)]
        order.done = tuple(item for item in order.done if item.line not in anew)
    return events


def _plan(order: Order, office: Office) -> dict[str, datetime | None]:
    """The limits of the lines that are open, those of later stages included where they hang on a date, and of the
    stage."""
    plan = {line.id: line_due(line, order, office) for line in [*open_lines(order, office), *_ahead(order, office)]}
    return {**plan, "stage": stage_due(order, office)}


def _ahead(order: Order, office: Office) -> list[Line]:
    later = office.agreement.stages[STAGES.index(order.stage) + 1 :]
    lines = [line for stage in later for line in lines_in(stage, order)]
    return [line for line in lines if isinstance(line.due, Due) and not is_done(line, order)]


def _replanned(order: Order, office: Office, by: Member, before: Mapping[str, datetime | None]) -> list[Event]:
    """One event for each person whose lines have other limits now, but who did not do it. Of a later stage it counts
    what was planned before: nobody is told yet of what is only being entered."""
    moved: dict[str, list[str]] = {}
    here = {line.id: line for line in open_lines(order, office)}
    lines = {**{line.id: line for line in _ahead(order, office)}, **here}
    for code, moment in _plan(order, office).items():
        if moment == before.get(code) or (code in lines and code not in here and not before.get(code)):
            continue
        person = person_of(lines[code], order, office) if code in lines else office.agreement.member(order.owner)
        if person is not None and person.id != by.id:
            moved.setdefault(person.id, []).append(code)
    return [event("work_moved", office, by, old=person, new=", ".join(codes)) for person, codes in moved.items()]


def presentation_warned_at(order: Order, office: Office) -> dict[int, datetime]:
    """When (UTC) the last day of presentation under a letter of credit is called to mind, by the days before it: once
    the transport document has its date, and while nothing was presented."""
    dates, last = order.current_dates, last_presentation(order, office)
    if not _by_credit(order, office) or last is None or "bl_date" not in dates or "presented_on" in dates:
        return {}
    closing = office.agreement.working_hours.spans[-1].end
    end = as_moment(last.isoformat(), ZoneInfo(office.agreement.timezone), closing)
    return {days: warn_at(end, days, office) for days in PRESENTATION_WARNINGS}


def ready_too_late(order: Order, office: Office) -> bool:
    """Whether the cargo is ready too late for the promised shipment, by the days the agreement wants between them; of
    goods that have left nobody asks any more."""
    dates = order.current_dates
    if order.has_left or "cargo_ready" not in dates or "promised_shipment" not in dates:
        return False
    ready, shipment = dates["cargo_ready"].value, dates["promised_shipment"].value
    latest = datetime.fromisoformat(shipment) - timedelta(days=office.agreement.orders.ship_at_risk.days)
    return datetime.fromisoformat(ready) > latest


def risks(order: Order, office: Office) -> list[Refused]:
    """Which of the order's dates cannot all be kept, as reasons the views have words for."""
    dates = {code: item.value for code, item in order.current_dates.items()}
    found: list[Refused] = []
    if ready_too_late(order, office):
        found.append(Refused("warn_ship_at_risk", {"ready": dates["cargo_ready"], "ship": dates["promised_shipment"]}))
    for early, late in _IN_ORDER if "bl_date" in dates else (*_PLANNED, *_IN_ORDER):
        if early in dates and late in dates and _lies_after(dates[early], dates[late], office):
            found.append(Refused("warn_order", {"early": early, "late": late}))
    last = last_presentation(order, office) if _by_credit(order, office) else None
    if last and dates.get("presented_on", "") > last.isoformat():
        found.append(Refused("warn_presented_late", {"day": dates["presented_on"], "last": last.isoformat()}))
    return found


def warnings(order: Order, office: Office) -> list[Refused]:
    """What does not fit together in the order's dates and papers, and what its papers demand, as reasons the views have
    words for.

    Source of the letter-of-credit checks: UCP 600, articles 6, 14c, 29 and 31, in our own words."""
    found = risks(order, office)
    last = last_presentation(order, office) if _by_credit(order, office) else None
    if last and "presented_on" not in order.current_dates:
        found.append(Refused("warn_presentation", {"day": last.isoformat()}))
    if advised_late := _advised_late(order, office):
        found.append(advised_late)
    insures = order.rule in RULES and RULES[order.rule].seller_insures
    if insures and order.amount is not None and "insurance_date" not in order.current_dates:
        found.append(Refused("warn_insurance", {"amount": str(order.amount * INSURED), "currency": order.currency}))
    if order.rule in RULES and RULES[order.rule].sea_only and "cy_closing" in order.current_dates:
        found.append(Refused("warn_container_rule", {"rule": order.rule}))
    return found


def _advised_late(order: Order, office: Office) -> Refused | None:
    """That the buyer was advised of the shipment later than the agreement wants."""
    dates, zone = order.current_dates, ZoneInfo(office.agreement.timezone)
    if "bl_date" not in dates or "advice_date" not in dates:
        return None
    last = as_day(dates["bl_date"].value, zone) + timedelta(days=office.agreement.orders.advice_days)
    day = dates["advice_date"].value
    facts = {"day": day, "last": last.isoformat()}
    return Refused("warn_advised_late", facts) if as_day(day, zone) > last else None


def _lies_after(one: str, other: str, office: Office) -> bool:
    """Whether a date lies after another one: two moments by the minute, else by the day at the department's place."""
    zone = ZoneInfo(office.agreement.timezone)
    if len(one) > 10 and len(other) > 10:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    return as_day(one, zone) > as_day(other, zone)


def _by_credit(order: Order, office: Office) -> bool:
    term = payment_of(order, office)
    return term is not None and term.credit_letter


_PLANNED: Final = (("cargo_ready", "lc_latest_shipment"), ("promised_shipment", "lc_latest_shipment"))
"""Dates that come in this order until the goods are on board, and say nothing any more then."""


_IN_ORDER: Final = (
    ("cargo_ready", "etd"),
    ("cy_open", "cy_closing"),
    ("si_cutoff", "etd"),
    ("cy_closing", "etd"),
    ("etd", "eta"),
    ("invoice_date", "bl_date"),
    ("invoice_date", "packing_list_date"),
    ("packing_list_date", "bl_date"),
    ("origin_date", "bl_date"),
    ("inspection_date", "bl_date"),
    ("insurance_date", "bl_date"),
    ("bl_date", "eta"),
    ("bl_date", "presented_on"),
    ("bl_date", "advice_date"),
    ("bl_date", "draft_date"),
    ("draft_date", "lc_expiry"),
    ("bl_date", "lc_latest_shipment"),
    ("bl_date", "lc_expiry"),
    ("etd", "lc_latest_shipment"),
    ("lc_latest_shipment", "lc_expiry"),
)
"""Dates that come in this order on every order, those of its papers included.

Sources: UCP 600, articles 14i (no paper is dated after its presentation) and 28e (insurance no later than shipment); an
inspection certificate after shipment could not have inspected it."""
