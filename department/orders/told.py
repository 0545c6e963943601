"""Who is told of what happens to an order."""

from __future__ import annotations

from collections.abc import Iterable

from department.orders.checklist import all_lines, lines_of, open_lines
from department.orders.parts import first_of, person_with
from department.orders.record import SILENT, Order
from department.people import Office
from department.records import Event, Notice


def notices(event: Event, order: Order, office: Office) -> list[Notice]:
    """Who is told: the card's thread of everything but files, whose work moved, and who may not be in; people directly
    when they have to act or wait for an answer, or whoever stands in for them. Nobody is written to about what they did
    themselves."""
    told = [] if event.what in ("work_moved", "imported", "gates_assumed", SILENT) else [Notice(wording=event.what)]
    people = {member.id: member for person in _concerned(event, order, office) if (member := office.acts_for(person))}
    receivers = [member for member in people.values() if member.id != event.actor]
    return told + [Notice(wording=event.what, to=item.id, not_before=office.quiet_until(item)) for item in receivers]


def _concerned(event: Event, order: Order, office: Office) -> Iterable[str]:
    match event.what:
        case "opened" | "reminded" | "handoff_escalated" | "bounced_often" | "line_late" | "stage_warned" | "gate_shut":
            return (event.new,)
        case "offered":
            gates = [line for line in open_lines(order, office) if line.gate and event.old != order.stage]
            keepers = (person_with(line.role, order, office) for line in gates)
            return (event.new, *(keeper.id for keeper in keepers if keeper))
        case "stage_late":
            return (event.new, *_with_mentor(event.new, office))
        case "ticked":
            roles = next((line.tell for line in all_lines(order, office) if line.id == event.new), ())
            return [person.id for role in roles if (person := person_with(role, order, office))]
        case "acknowledged" | "bounced":
            return (event.old,)
        case "redirected" | "person_changed" | "owner_moved" | "silent" | "prompted":
            return (event.new,)
        case "withdrawn":
            return (event.new,)
        case "expired":
            return (event.old,)
        case "work_moved":
            return (event.old,)
        case "ship_at_risk":
            roles = office.agreement.orders.ship_at_risk.tell
            return [person.id for role in roles if (person := person_with(role, order, office))]
        case "stage_began":
            roles = office.agreement.stage(order.stage).tell
            return [person.id for role in roles if (person := person_with(role, order, office))]
        case "presentation_near":
            papers = [line for line in lines_of(order, office) if line.payments]
            asked = dict.fromkeys(role for line in papers for role in (line.role, line.check) if role)
            manager = first_of(office.agreement.orders.handoffs.manager, office) if event.old == "0" else None
            people = [*(person_with(role, order, office) for role in asked), manager]
            return [order.owner, *(person.id for person in people if person)]
        case "deputy_is_sender":
            manager = first_of(office.agreement.orders.handoffs.manager, office)
            return (manager.id,) if manager else ()
        case "held" | "taken_up" | "lost" | "cancelled" | "order_closed" | "order_reopened" | "gate_overridden":
            return dict.fromkeys((order.owner, *order.people.values()))
        case _:
            return ()


def _with_mentor(person: str, office: Office) -> tuple[str, ...]:
    member = office.agreement.member(person)
    return (member.mentor,) if member and member.trainee and member.mentor else ()
