"""How a complaint begins: each field is checked, and it finds whoever speaks to the customer and whoever looks for the
cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from department import compensation
from department.agreement import Member
from department.complaints.limits import first_response_due
from department.complaints.parts import handler_of, not_grave_enough
from department.complaints.record import Complaint, Evidence, Transport, each_once, severity_of
from department.people import Office
from department.records import CLOCK, Event, Refused, event


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody wrote into the complaint form, with each value already of its kind but nothing checked;
    `order_people` are the members who have each role's part of its order."""

    customer: str
    category: str
    severity: str
    what_happened: str
    noticed_on: date
    order: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    transport: Transport | None = None
    delivered_on: date | None = None
    customer_owner: str = ""
    country: str = ""
    order_people: Mapping[str, str] = field(default_factory=dict)


def file(
    report: Report,
    office: Office,
    by: Member,
    *,
    workspace: str,
    number: Callable[[], int],
    earlier: int | None,
) -> tuple[Complaint, list[Event]] | list[Refused]:
    """File a complaint: check every field, find its owner and handler.

    `number` is asked for the new case's number only when nothing is wrong; `earlier` is the number of the last
    complaint of the same customer and category within the agreement's recurrence window. Returns the new record
    with its first events, or every problem at once.
    """
    problems = _problems(report, office)
    if problems:
        return problems
    owner = _owner(report, office, by)
    handler = handler_of(report.category, office, report.order_people) or by
    case = Complaint(
        workspace=workspace,
        number=number(),
        customer=report.customer.strip(),
        order=report.order.strip(),
        category=report.category,
        severity=report.severity,
        what_happened=report.what_happened.strip(),
        quantity=report.quantity.strip(),
        amount=report.amount,
        currency=report.currency if report.amount is not None else "",
        noticed_on=report.noticed_on,
        evidence=report.evidence,
        source=report.source,
        transport=report.transport,
        delivered_on=report.delivered_on,
        filed_by=by.id,
        filed_at=office.now,
        owner=owner.id,
        handler=handler.id,
        repeat_of=earlier,
        told=each_once(owner.id, handler.id),
        worked=each_once(owner.id, handler.id),
    )
    began_with = " ".join((owner.id, handler.id, first_response_due(case, office).isoformat()))
    events = [event("filed", office, by, old=began_with, new=report.severity)]
    if earlier is not None:
        events.append(Event(what="repeat_found", actor=CLOCK, at=office.now, new=str(earlier)))
    return case, events


def _problems(report: Report, office: Office) -> list[Refused]:
    terms = office.agreement.complaints
    problems: list[Refused] = []
    if not report.customer.strip():
        problems.append(Refused("customer_missing", field="customer"))
    if not report.what_happened.strip():
        problems.append(Refused("text_missing", field="what_happened"))
    if report.noticed_on > office.today + timedelta(days=1):
        problems.append(Refused("in_the_future", field="noticed_on"))
    if report.severity not in terms.severities:
        problems.append(Refused("unknown_severity", field="severity"))
    category = terms.categories.get(report.category)
    if category is None:
        problems.append(Refused("unknown_category", field="category"))
        return problems
    if report.severity in terms.severities and (too_mild := not_grave_enough(category, report.severity, office)):
        problems.append(too_mild)
    if category.carrier_notice and report.transport is None:
        problems.append(Refused("transport_missing", field="transport"))
    if report.delivered_on is not None and report.delivered_on > office.today + timedelta(days=1):
        problems.append(Refused("in_the_future", field="delivered_on"))
    if report.amount is not None and report.amount < 0:
        problems.append(Refused("amount_not_positive", field="amount"))
    if report.amount is not None and report.currency not in compensation.currencies(office):
        problems.append(compensation.unknown_currency(office))
    elif report.amount is not None and (problem := compensation.too_fine(report.amount, report.currency)):
        problems.append(problem)
    return problems


def _owner(report: Report, office: Office, by: Member) -> Member:
    """The order's salesperson, else the customer's own, else the market's, else the filer if in sales, else the sales
    lead; on a day off, for severities somebody answers then, whoever is on duty."""
    agreement = office.agreement
    if severity_of(report.severity, office).duty_in_holidays and (on_duty := office.on_duty()):
        return on_duty
    sales = agreement.with_role(agreement.complaints.first_contact)
    candidates = (
        agreement.member(report.order_people.get(agreement.complaints.first_contact, "")),
        agreement.member(report.customer_owner),
        next((person for person in sales if report.country and report.country in person.markets), None),
        by if by in sales else None,
        agreement.lead_of(agreement.complaints.first_contact),
        sales[0] if sales else None,
    )
    return office.stand_in(next((person for person in candidates if person is not None), by))
