"""An order from its inquiry to its end: opened, its terms and people changed, held, lost, cancelled, closed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import datetime
from typing import Literal

from department.agreement import STAGES, Member
from department.calendar import add_working_time, working_time_between
from department.incoterms import RULES
from department.orders.checklist import missing_lines, shut_gates_again
from department.orders.handoffs import withdrawn
from department.orders.parts import deciders, default_people, give, may_decide, may_work, not_to_decide
from department.orders.record import LONGEST, OPEN, Order, Terms, missing_terms
from department.people import Office
from department.records import Event, Refused, event


def open_inquiry(
    terms: Terms,
    office: Office,
    by: Member,
    *,
    workspace: str,
    number: Callable[[], int],
    customer_owner: str = "",
    tier: str = "",
    source: str = "",
    received_at: datetime | None = None,
) -> tuple[Order, list[Event]] | list[Refused]:
    """Start an order as an inquiry. `customer_owner` and `tier` are what is known of the customer; its limits run from
    `received_at` (UTC), when its message came, else from now. Returns the record
    with its first events, or every problem at once."""
    if problems := problems_of(terms, office):
        return problems
    its_number = number()
    people = default_people(terms, office, by, customer_owner, tier, its_number)
    order = Order(
        workspace=workspace,
        number=its_number,
        since=min(received_at or office.now, office.now),
        owner=people[office.agreement.stages[0].owner_role],
        people=people,
        source=source,
        opened_by=by.id,
        opened_at=office.now,
        **{item.name: getattr(terms, item.name) for item in fields(terms)},
    )
    return order, [event("opened", office, by, new=order.owner)]


def revise(order: Order, office: Office, by: Member, *, terms: Terms) -> list[Event] | list[Refused] | Refused:
    """Change what is agreed with the customer; each change keeps the value before."""
    if refusal := may_decide(order, office, by):
        return refusal
    if problems := problems_of(terms, office):
        return problems
    missing = missing_terms(terms) if order.order_no else []
    if missing:
        return Refused("terms_missing", {"fields": ", ".join(missing)}, field=missing[0])
    return change(order, terms, office, by)


def reassign(order: Order, office: Office, by: Member, *, role: str, to: str, reason: str) -> list[Event] | Refused:
    """Give a role's part of the order to another member."""
    if refusal := may_work(order, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if role not in order.people:
        return Refused("unknown_role", field="role")
    if order.people[role] == receiver.id:
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    return [give(order, role, receiver.id, office, by.id, reason.strip())]


def note(order: Order, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into the order's logbook; anybody in the department may."""
    if not text.strip():
        return Refused("text_missing", field="text")
    return [event("noted", office, by, note=text.strip())]


EmergencyNews = Literal["emergency_declared", "emergency_over"]


def hear_of_emergency(order: Order, office: Office, by: Member, *, what: EmergencyNews, code: str) -> list[Event]:
    """An emergency about this order was declared, or is over: its logbook says so."""
    return [event(what, office, by, new=code)]


def hold(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """Put the order on hold: no limit runs until it is resumed."""
    if refusal := may_decide(order, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    events = withdrawn(order, office, by, order.offered)
    order.state, order.held_at = "on_hold", office.now
    return [*events, event("held", office, by, note=reason.strip())]


def resume(order: Order, office: Office, by: Member) -> list[Event] | Refused:
    """The order goes on where it was held."""
    if by.id not in deciders(order, office):
        return not_to_decide(order, office)
    if order.state != "on_hold":
        return Refused("not_on_hold")
    order.state = "open"
    _run_on(order, office)
    return [event("taken_up", office, by)]


def lose(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The customer does not buy: only before the order is confirmed."""
    if order.order_no:
        return Refused("cancel_instead")
    return _end(order, office, by, "lost", reason)


def cancel(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """A confirmed order is called off."""
    return _end(order, office, by, "cancelled", reason)


def close(
    order: Order, office: Office, by: Member, *, open_complaints: Collection[str], reason: str = ""
) -> list[Event] | Refused:
    """Close an order in its last stage. `open_complaints` are the codes of its complaints that are not closed: while
    there is one, it cannot."""
    if refusal := may_work(order, office, by):
        return refusal
    if order.stage != STAGES[-1]:
        return Refused("not_the_last_stage", {"stage": order.stage})
    if open_complaints:
        return Refused("complaints_open", {"codes": ", ".join(open_complaints)})
    if missing := [line.id for line in missing_lines(order, office)]:
        return Refused("lines_open", {"lines": ", ".join(missing)})
    order.state, order.ended_at = "closed", office.now
    return [event("order_closed", office, by)]


def reopen(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """An order that was lost, cancelled or closed goes on."""
    if by.id not in deciders(order, office):
        return not_to_decide(order, office)
    if order.state in OPEN:
        return Refused("order_open")
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    order.state, order.ending = "open", ""
    _run_on(order, office)
    return [event("order_reopened", office, by, note=reason.strip())]


def _run_on(order: Order, office: Office) -> None:
    """The stage's limits run on with what was left of them when it was held, or ended."""
    stopped = order.held_at or order.ended_at or office.now
    stood_still = working_time_between(office.calendar, max(stopped, order.since), office.now)
    order.since = add_working_time(office.calendar, order.since, stood_still)
    order.held_at = order.ended_at = None


def _end(
    order: Order, office: Office, by: Member, how: Literal["lost", "cancelled"], reason: str
) -> list[Event] | Refused:
    if by.id not in deciders(order, office):
        return not_to_decide(order, office)
    if order.state not in OPEN:
        return Refused("order_over")
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    events = withdrawn(order, office, by, order.offered)
    order.state, order.ended_at, order.ending = how, office.now, reason.strip()[:LONGEST]
    return [*events, event(how, office, by, note=order.ending)]


def problems_of(terms: Terms, office: Office) -> list[Refused]:
    """What is wrong with terms, every problem at once."""
    problems: list[Refused] = []
    if not terms.customer.strip():
        problems.append(Refused("customer_missing", field="customer"))
    if not terms.product.strip():
        problems.append(Refused("text_missing", field="product"))
    if terms.amount is not None and terms.amount <= 0:
        problems.append(Refused("amount_not_positive", field="amount"))
    if terms.amount is not None and not terms.currency:
        problems.append(Refused("currency_missing", field="currency"))
    if terms.rule and terms.rule not in RULES:
        problems.append(Refused("unknown_rule", field="rule"))
    if terms.rule and not terms.place.strip():
        problems.append(Refused("place_missing", {"rule": terms.rule}, field="place"))
    if terms.payment and terms.payment not in office.agreement.orders.payment_terms:
        problems.append(Refused("unknown_payment", field="payment"))
    if terms.presentation_days is not None and not 1 <= terms.presentation_days <= 99:
        problems.append(Refused("not_a_number", field="presentation_days"))
    return problems


def change(order: Order, terms: Terms, office: Office, by: Member) -> list[Event]:
    """Write new terms into the order: an event for each that changed, with the value before."""
    events = []
    paid_by = order.payment
    for item in fields(terms):
        before, after = getattr(order, item.name), getattr(terms, item.name)
        if before != after:
            setattr(order, item.name, after)
            events.append(event(f"changed_{item.name}", office, by, old=_said(before), new=_said(after)))
    if order.payment != paid_by:
        events += shut_gates_again(order, office, by)
    return events


def _said(value: object) -> str:
    return "" if value is None else str(value)
