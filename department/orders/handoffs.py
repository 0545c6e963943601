"""Handing an order over: offered, then acknowledged, bounced, withdrawn, redirected or expired.

Until the receiver acknowledges, the sender still owns the order. A handoff that nobody answers reminds, then goes to
the deputy, then to the manager.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, count

from department.agreement import Member, Stage
from department.orders.checklist import gates_shut, missing_lines
from department.orders.parts import first_of, may_act, may_answer, may_work, not_yours, owner_role, person_with
from department.orders.record import LONGEST, SILENT, Handoff, Order, missing_terms, next_stage
from department.people import Office
from department.records import Event, Refused, event, of_the_clock


def offer(
    order: Order, office: Office, by: Member, *, to_stage: str, receivers: Mapping[str, str], reason: str
) -> list[Event] | Refused:
    """Offer the order to the next stage, or to somebody else within this one. `receivers` are members by role. Lines of
    the checklist that are still open need a reason. Whoever hands over to themselves has acknowledged with that."""
    if refusal := may_offer(order, office, by):
        return refusal
    onward = to_stage == next_stage(order)
    if not onward and to_stage != order.stage:
        return Refused("not_the_next_stage", {"stage": order.stage})
    if onward and to_stage == "order_confirmation" and (wanted := missing_terms(order)):
        return Refused("terms_missing", {"fields": ", ".join(wanted)})
    missing = tuple(line.id for line in missing_lines(order, office)) if onward else ()
    if missing and not reason.strip():
        return Refused("checklist_open", {"lines": ", ".join(missing)}, field="reason")
    chosen: list[tuple[str, Member, bool]] = []
    for role, person in receivers.items():
        receiver = office.agreement.member(person)
        if receiver is None:
            return Refused("not_in_agreement", field=role)
        there, flagged = _there(receiver, by, office)
        if there is None:
            return Refused("nobody_there", {"who": receiver.id}, field=role)
        if not onward and there.id == order.owner:
            return Refused("has_it_already", {"who": there.id}, field=role)
        chosen.append((role, there, flagged))
    if onward and by.id in [receiver.id for _, receiver, _ in chosen] and (refusal := gates_shut(order, office)):
        return refusal
    events: list[Event] = []
    for role, receiver, flagged in chosen:
        made = Handoff(
            len(order.handoffs) + 1,
            order.stage,
            to_stage,
            role,
            by.id,
            receiver.id,
            office.now,
            missing,
            reason.strip()[:LONGEST] if missing else "",
        )
        order.handoffs = (*order.handoffs, made)
        if flagged:
            events.append(of_the_clock("deputy_is_sender", office, old=receivers[role], new=receiver.id))
        if receiver.id == by.id:
            events += _acknowledged(order, made, office, by)
        else:
            events.append(event("offered", office, by, old=to_stage, new=receiver.id, note=made.reason))
    return events


def acknowledge(order: Order, office: Office, by: Member, *, number: int = 0) -> list[Event] | Refused:
    """Take the order over: the receiver, whoever stands in, or whoever the handoff was escalated to. Without a number
    it is the first handoff that waits for `by`. The next stage does not begin before a gate that is shut."""
    waiting = [handoff for handoff in order.offered if number in (0, handoff.number)]
    if not waiting:
        decided = next((handoff for handoff in order.handoffs if handoff.number == number), None)
        if decided is not None and decided.state == "acknowledged":
            return Refused("already_acknowledged", {"who": decided.decided_by})
        return Refused("nothing_offered")
    for handoff in waiting:
        if by.id in may_answer(handoff, office):
            if handoff.to_stage != order.stage and (refusal := gates_shut(order, office)):
                return refusal
            return _acknowledged(order, handoff, office, by)
    return Refused("not_offered_to_you", {"who": ", ".join(handoff.receiver for handoff in waiting)})


def bounce(order: Order, office: Office, by: Member, *, number: int, reason: str, text: str) -> list[Event] | Refused:
    """Send a handoff back with a reason of the agreement and a sentence. What was offered with it is withdrawn. As many
    bounces in a stage as the agreement says go to the manager."""
    handoff = next((item for item in order.offered if item.number == number), None)
    if handoff is None:
        return Refused("nothing_offered")
    if by.id not in may_answer(handoff, office):
        return Refused("not_offered_to_you", {"who": handoff.receiver})
    terms = office.agreement.orders.handoffs
    if reason not in terms.bounce_reasons:
        return Refused("unknown_reason", field="reason")
    if not text.strip():
        return Refused("text_missing", field="text")
    note = text.strip()[:LONGEST]
    answered = replace(
        handoff, state="bounced", decided_by=by.id, decided_at=office.now, bounce_reason=reason, note=note
    )
    replace_handoff(order, answered)
    events = [event("bounced", office, by, old=handoff.sender, new=reason, note=note)]
    events += withdrawn(order, office, by, [item for item in order.offered if item.to_stage == handoff.to_stage])
    bounces = [
        item
        for item in order.handoffs
        if item.state == "bounced" and (item.from_stage, item.to_stage) == (handoff.from_stage, handoff.to_stage)
    ]
    if len(bounces) % terms.bounces_before_manager == 0:
        manager = first_of(terms.manager, office)
        events.append(of_the_clock("bounced_often", office, old=str(len(bounces)), new=manager.id if manager else ""))
    return events


def withdraw(order: Order, office: Office, by: Member) -> list[Event] | Refused:
    """Take the offer back: who made it, or who may work on the order."""
    if not order.offered:
        return Refused("nothing_offered")
    if by.id not in {*(item.sender for item in order.offered), *may_act(order, office)}:
        return not_yours(order)
    return withdrawn(order, office, by, order.offered)


def redirect(order: Order, office: Office, by: Member, *, number: int, to: str, reason: str) -> list[Event] | Refused:
    """Offer a waiting handoff to somebody else; its limits begin anew."""
    handoff = next((item for item in order.offered if item.number == number), None)
    if handoff is None:
        return Refused("nothing_offered")
    if by.id not in {handoff.sender, *may_answer(handoff, office), *may_act(order, office)}:
        return not_yours(order)
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if receiver.id in (handoff.receiver, handoff.sender):  # until it is acknowledged the sender has it
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    replace_handoff(order, replace(handoff, receiver=receiver.id, offered_at=office.now, told=()))
    return [event("redirected", office, by, old=handoff.receiver, new=receiver.id, note=reason.strip())]


def receivers_of(stage: Stage, order: Order, office: Office) -> dict[str, str]:
    """Who takes a stage over, by role: its owner's role and those who take it over at the same time."""
    found = {role: person_with(role, order, office) for role in dict.fromkeys((stage.owner_role, *stage.also_to))}
    return {role: person.id for role, person in found.items() if person is not None}


def may_offer(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not hand the order over now, if so."""
    if refusal := may_work(order, office, by):
        return refusal
    if order.offered:
        return Refused("handoff_pending", {"who": ", ".join(item.receiver for item in order.offered)})
    return None


def order_number(order: Order, office: Office) -> str:
    """The order number given at confirmation, such as SO-2610-03: year and month at the department's place, and the
    running number of the inquiry it began as; SO-2610-03-2 where a file brought that number along."""
    plain = f"SO-{office.today:%y%m}-{order.number:02}"
    numbers = chain([plain], (f"{plain}-{again}" for again in count(2)))
    return next(number for number in numbers if number not in order.taken)


def _acknowledged(order: Order, handoff: Handoff, office: Office, by: Member) -> list[Event]:
    answered = replace(handoff, state="acknowledged", decided_by=by.id, decided_at=office.now)
    replace_handoff(order, answered)
    if handoff.to_stage != order.stage or handoff.role == owner_role(order, office):
        order.people = {**order.people, handoff.role: by.id}  # else it changed hands, not whose part is whose
    events = [event("acknowledged", office, by, old=handoff.sender, new=handoff.to_stage)]
    if any(item.to_stage == handoff.to_stage for item in order.offered):
        return events  # others take it over at the same time and have not answered yet
    if handoff.to_stage == order.stage:
        order.owner = by.id
        return events
    before, order.stage, order.since = order.stage, handoff.to_stage, office.now
    order.owner = order.people[office.agreement.stage(order.stage).owner_role]
    if order.stage == "order_confirmation" and not order.order_no:
        order.order_no = order_number(order, office)
        events.append(event("confirmed", office, by, new=order.order_no))
    return [*events, event("stage_began", office, by, old=before, new=order.stage)]


def withdrawn(order: Order, office: Office, by: Member, offered: Iterable[Handoff]) -> list[Event]:
    """Take handoffs back that wait for an answer."""
    events = []
    for handoff in offered:
        replace_handoff(order, replace(handoff, state="withdrawn", decided_by=by.id, decided_at=office.now))
        events.append(event("withdrawn", office, by, old=handoff.to_stage, new=handoff.receiver))
    return events


def unanswered(order: Order, office: Office, number: int, step: str) -> list[Event]:
    """What happens to a handoff that nobody answered, at one of the steps of `handoff_steps`."""
    handoff = next(item for item in order.offered if item.number == number)
    if step == "expire":
        replace_handoff(order, replace(handoff, state="expired", decided_at=office.now))
        return [of_the_clock("expired", office, old=handoff.sender, new=handoff.receiver)]
    if step.startswith("remind"):
        return [of_the_clock("reminded", office, new=handoff.receiver)]
    if step == SILENT:
        boss = next((each for each in office.supervisors() if office.is_there(each.id)), None)
        asks_about = handoff.receiver in order.silent and office.is_there(handoff.receiver)
        if boss is None or not asks_about or boss.id == handoff.receiver:
            return []
        return [of_the_clock(SILENT, office, old=handoff.receiver, new=boss.id)]
    tell = step.partition(": ")[2]
    person = whom_it_tells(tell, handoff.receiver, handoff.role, office)
    if person is None or person.id in (handoff.receiver, *handoff.told):
        return [of_the_clock("escalation_idle", office, old=tell, new=person.id if person else "")]
    if person.id == handoff.sender:
        return [of_the_clock("deputy_is_sender", office, old=handoff.receiver, new=person.id)]
    replace_handoff(order, replace(handoff, told=(*handoff.told, person.id)))
    return [of_the_clock("handoff_escalated", office, old=handoff.receiver, new=person.id)]


def whom_it_tells(tell: str, receiver: str, role: str, office: Office) -> Member | None:
    """The person a step of the ladder tells of a handoff: the receiver's deputy, the lead of the role it was offered
    to, or the first of another role; whoever stands in for them."""
    person: Member | None
    match tell:
        case "deputy":
            member = office.agreement.member(receiver)
            person = office.deputy_of(member) if member else None
        case "lead":
            person = office.agreement.lead_of(role)
        case other:
            person = first_of(other, office)
    return office.stand_in(person) if person else None


def _there(receiver: Member, sender: Member, office: Office) -> tuple[Member | None, bool]:
    """Who can take it: the receiver or, during leave, who stands in; never the sender instead of somebody else. Says
    too whether the stand-in would have been the sender."""
    cover = office.stand_in(receiver)
    if cover.id == receiver.id and not office.is_there(receiver.id):
        return None, False
    if cover.id != sender.id or receiver.id == sender.id:
        return cover, False
    others = (office.agreement.lead_of(receiver.role), *office.supervisors())
    found = (item for item in others if item and item.id != sender.id and office.is_there(item.id))
    return next(found, None), True


def next_receiver(handoff: Handoff, office: Office) -> Member | None:
    """Who gets a handoff whose receiver is not there any more: somebody of the role, else a supervisor; never who sent
    it, who could not answer."""
    gone = office.agreement.member(handoff.receiver)
    people = (
        office.stand_in(gone) if gone else None,
        office.agreement.lead_of(handoff.role),
        *office.agreement.with_role(handoff.role),
        *office.supervisors(),
    )
    there = (item for item in people if item and item.id != handoff.sender and office.is_there(item.id))
    return next(there, None)


def replace_handoff(order: Order, changed: Handoff) -> None:
    """Put a handoff in the place of the one with its number."""
    order.handoffs = tuple(changed if item.number == changed.number else item for item in order.handoffs)
