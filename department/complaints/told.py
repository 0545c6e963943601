"""Who is told of what happens to a complaint."""

from __future__ import annotations

from department.complaints.record import Complaint, severity_of
from department.people import Office
from department.records import Event, Notice


def notices(event: Event, case: Complaint, office: Office) -> list[Notice]:
    """Who is told of an event. The thread of the card is told of everything but reactions to it; people are
    written to directly when they have to act or wait for it, or whoever stands in for them. Nobody is written to
    about what they did themselves, but whoever filed the case gets its number."""
    urgent = severity_of(case.severity, office).through_quiet_hours
    told = [Notice(wording=event.what, urgent=urgent)]
    if event.what == "filed":
        told.append(Notice(wording="filed_by_you", to=event.actor))
    receivers = {member.id: member for person in _concerned(event, case, office) if (member := office.acts_for(person))}
    for receiver in receivers.values():
        if receiver.id != event.actor:
            quiet_until = None if urgent else office.quiet_until(receiver)
            told.append(Notice(wording=event.what, to=receiver.id, urgent=urgent, not_before=quiet_until))
    return told


def _concerned(event: Event, case: Complaint, office: Office) -> tuple[str, ...]:
    match event.what:
        case "filed" | "reopened" | "severity_changed" | "carrier_notice_due":
            return (case.owner, case.handler)
        case "owner_changed" | "handler_changed":
            return (event.new, event.old) if office.agreement.member(event.old) else (event.new,)
        case "escalated" | "prompted":
            return (event.new,)
        case "promise_due":
            return (case.owner, event.old)
        case "compensation_proposed" | "compensation_moved":
            return (event.old,)
        case "compensation_approved" | "compensation_declined":
            return (event.old, case.owner, case.handler)
        case "resolved":
            return (case.owner, case.handler, case.filed_by)
        case _:
            return ()
