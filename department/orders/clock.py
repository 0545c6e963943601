"""What runs on an order: its limits, what happens when one is reached, and what it asks of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from department.agreement import Member
from department.ahead import for_supervisors, not_ones_own
from department.key_dates import CUT_OFFS
from department.orders.checklist import open_lines, person_of
from department.orders.dates import presentation_warned_at, risks
from department.orders.handoffs import next_receiver, replace_handoff, unanswered
from department.orders.limits import (
    asked_for,
    handoff_steps,
    last_presentation,
    line_due,
    mornings_waited,
    stage_due,
)
from department.orders.parts import deciders, first_of, give, not_to_decide, owner_role, person_with
from department.orders.record import SILENT, Order
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Refused, of_the_clock
from department.schedule import warn_at


def deadlines(order: Order, office: Office) -> list[Deadline]:
    """The limits that run on the order now; none while it is on hold or over."""
    if order.state != "open":
        return []
    found = [
        Deadline(f"handoff {handoff.number}: {step}", moment)
        for handoff in order.offered
        for step, moment in handoff_steps(handoff, office).items()
        if step != "answer"
    ]
    for handoff in order.offered:
        waits = [Deadline(f"handoff {handoff.number}: {SILENT}", each) for each in mornings_waited(handoff, office)]
        found += [deadline for deadline in waits if mark(deadline) not in order.fired][:1]
    if limit := stage_due(order, office):
        found.append(Deadline("stage", limit))
        found += [
            Deadline(f"warn {days}", warn_at(limit, days, office))
            for days in office.agreement.stage(order.stage).warn_days
        ]
    for line in open_lines(order, office):
        limits = asked_for(line, order, office) if line.recurs else [line_due(line, order, office)]
        runs = (Deadline(f"line {line.id}", moment) for moment in limits if moment)
        found += [deadline for deadline in runs if mark(deadline) not in order.fired][:1]
    warned_at = presentation_warned_at(order, office)
    found += [Deadline(f"presentation {days}", moment) for days, moment in warned_at.items()]
    return [deadline for deadline in found if mark(deadline) not in order.fired]


def asks(order: Order, office: Office) -> list[Ask]:
    """What it asks of whom: an answer to a handoff, the stage of its owner, the lines of those who do them."""
    if order.state != "open":
        return []
    found = [
        Ask(
            to=handoff.receiver,
            what="acknowledge",
            due_at=handoff_steps(handoff, office)["answer"],
            item=str(handoff.number),
            waited_for=True,
        )
        for handoff in order.offered
    ]
    found.append(Ask(to=order.owner, what="stage", due_at=stage_due(order, office)))
    for line in open_lines(order, office):
        moment, person = line_due(line, order, office), person_of(line, order, office)
        if moment is not None and person is not None:
            to = order.people.get(line.role, person.id)
            found.append(Ask(to=to, what="line", due_at=moment, item=line.id, stays=line.gate))
    return found


def fall_due(order: Order, office: Office, kind: str) -> list[Event]:
    """What happens when a limit is reached; it does so once for the moment it has now."""
    deadline = next((item for item in deadlines(order, office) if item.kind == kind), None)
    if deadline is None:
        return []
    pass_over(order, office, kind)
    what, _, which = kind.partition(" ")
    match what:
        case "handoff":
            number, _, step = which.partition(": ")
            return unanswered(order, office, int(number), step)
        case "warn":
            return [of_the_clock("stage_warned", office, old=which, new=order.owner)]
        case "presentation":
            last = last_presentation(order, office)
            return [of_the_clock("presentation_near", office, old=which, new=last.isoformat() if last else "")]
        case "stage":
            return [of_the_clock("stage_late", office, old=order.stage, new=order.owner)]
        case _:
            line = next(item for item in open_lines(order, office) if item.id == which)
            person = person_of(line, order, office)
            return [of_the_clock("line_late", office, old=line.id, new=person.id if person else order.owner)]


def pass_over(order: Order, office: Office, kind: str) -> None:
    """A limit is over, at the moment it has now."""
    order.fired = (*order.fired, *(mark(deadline) for deadline in deadlines(order, office) if deadline.kind == kind))


def owes(order: Order, office: Office, kind: str) -> str:
    """Whose answer, stage or line is late, or near, when a limit is reached. A handoff's reminder, and the last day for
    presentation, are called to mind in time."""
    what, _, which = kind.partition(" ")
    match what:
        case "handoff" if ": remind " not in which:
            waiting = {str(each.number): each.receiver for each in order.offered}
            return waiting.get(which.partition(": ")[0], "")
        case "stage" | "warn":
            return order.owner
        case "line":
            lines = (line for line in open_lines(order, office) if line.id == which)
            people = (person_of(line, order, office) for line in lines)
            return next((person.id for person in people if person), order.owner)
        case _:
            return ""


def may_post(order: Order, office: Office, by: Member, kind: str) -> Refused | None:
    """Why `by` may not have somebody reminded, or leave a limit out, if so: whoever decides about the order may, but
    not of what they owe themselves; what only the manager is asked, supervisors."""
    if kind.endswith(f": {SILENT}") and not office.is_supervisor(by):
        return for_supervisors(office)
    if by.id not in deciders(order, office):
        return not_to_decide(order, office)
    return not_ones_own(owes(order, office, kind), office, by)


def review(order: Order, office: Office) -> list[Event]:
    """Hold the order against the agreement in force: whoever left has nothing any more."""
    events: list[Event] = []
    known = office.agreement.member
    for role, person in dict(order.people).items():
        if known(person) is None and (successor := first_of(role, office) or office.acts_for(person)):
            events.append(give(order, role, successor.id, office, CLOCK, ""))
    if known(order.owner) is None and (successor := person_with(owner_role(order, office), order, office)):
        before, order.owner = order.owner, successor.id
        events.append(of_the_clock("owner_moved", office, old=before, new=successor.id))
    for handoff in order.offered:
        receiver = known(handoff.receiver)
        if receiver is not None and receiver.id not in office.closed:
            continue
        if successor := next_receiver(handoff, office):
            replace_handoff(order, replace(handoff, receiver=successor.id, offered_at=office.now, told=()))
            events.append(of_the_clock("redirected", office, old=handoff.receiver, new=successor.id))
    return events


def next_limit(order: Order, office: Office) -> tuple[datetime, str] | None:
    """The soonest limit (UTC) that runs on the order and what it is: a line's id, "stage" or "handoff"."""
    if order.state != "open":
        return None
    found = [(moment, line.id) for line in open_lines(order, office) if (moment := line_due(line, order, office))]
    if limit := stage_due(order, office):
        found.append((limit, "stage"))
    found += [(handoff_steps(handoff, office)["answer"], "handoff") for handoff in order.offered]
    return min(found, default=None)


def is_late(order: Order, office: Office) -> bool:
    """Whether a limit of the order has passed."""
    limit = next_limit(order, office)
    return limit is not None and limit[0] < office.now


def sum_up(order: Order, office: Office) -> None:
    """Keep on the order what lists are looked up by: the soonest limit, its cut-offs, whether it is at risk."""
    limit = next_limit(order, office)
    order.limit_at = limit[0] if limit else None
    dates = order.current_dates if order.state == "open" else {}
    for code in CUT_OFFS:
        setattr(order, f"{code}_at", datetime.fromisoformat(dates[code].value) if code in dates else None)
    order.at_risk = order.state == "open" and bool(risks(order, office))


def mark(deadline: Deadline) -> str:
    """How `Order.fired` names a limit that was reached."""
    return f"{deadline.kind} @ {deadline.due_at.isoformat()}"
