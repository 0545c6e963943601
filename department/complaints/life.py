"""What people do to a complaint, from the first answer to its closing, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from department.agreement import Member
from department.complaints.limits import demands_corrective_action
from department.complaints.money import move_decision, undecided, who_decides
from department.complaints.parts import (
    hand_over,
    hand_over_from_leavers,
    have_it,
    may_act,
    may_close,
    may_reopen,
    may_work,
    not_grave_enough,
    not_yours,
)
from department.complaints.record import OPEN_PROMISES, Complaint, Promise, Stretch, category_of, each_once
from department.people import Office
from department.records import Event, Refused, event


def acknowledge(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """Take the case: the first response is given and its clock stops."""
    if case.state != "new":
        return Refused("already_acknowledged", {"who": case.acknowledged_by or case.owner})
    if by.id not in may_act(case, office):
        return not_yours(case)
    case.state = "open"
    case.acknowledged_by, case.acknowledged_at = by.id, office.now
    case.worked = each_once(*case.worked, by.id)
    return [event("acknowledged", office, by)]


def acknowledge_by_reaction(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The same by a reaction, with which others than those who have the case only say that they have seen it."""
    if by.id not in have_it(case, office):
        return Refused("not_offered_to_you", {"who": case.owner})
    return acknowledge(case, office, by)


def reassign(
    case: Complaint, office: Office, by: Member, *, part: Literal["owner", "handler"], to: str, reason: str
) -> list[Event] | Refused:
    """Give the case's owner or handler part to another member. Whoever takes a part can no longer decide the case's
    compensation; an open decision moves to the next who may."""
    if refusal := may_work(case, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if receiver.id == (case.owner if part == "owner" else case.handler):
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    if case.undecided is not None and not who_decides(case, office, case.undecided, {*case.worked, receiver.id}):
        return Refused("nobody_else_decides", {"who": receiver.id}, field="to")
    return [hand_over(case, office, by.id, part, receiver, reason.strip()), *move_decision(case, office)]


def change_severity(case: Complaint, office: Office, by: Member, *, to: str, reason: str) -> list[Event] | Refused:
    """Raise or lower the severity, with the reason; every limit follows."""
    if refusal := may_work(case, office, by):
        return refusal
    if to not in office.agreement.complaints.severities:
        return Refused("unknown_severity", field="severity")
    if to == case.severity:
        return Refused("same_severity", {"severity": to}, field="severity")
    if problem := not_grave_enough(category_of(case.category, office), to, office):
        return problem
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    before, case.severity = case.severity, to
    return [event("severity_changed", office, by, old=before, new=to, note=reason.strip())]


def wait_for_customer(case: Complaint, office: Office, by: Member, *, for_what: str) -> list[Event] | Refused:
    """Stop the resolution clock until the customer answers."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.state == "waiting":
        return Refused("already_waiting")
    if not for_what.strip():
        return Refused("reason_missing", field="for_what")
    case.state = "waiting"
    case.waits = (*case.waits, Stretch(office.now))
    return [event("waiting", office, by, note=for_what.strip())]


def resume(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The customer answered: the resolution clock runs again."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state != "waiting":
        return Refused("not_waiting")
    _stop_waiting(case, office)
    case.state = "open"
    return [event("resumed", office, by)]


def note(case: Complaint, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into the case's history; anybody in the department may."""
    if not text.strip():
        return Refused("text_missing", field="text")
    return [event("noted", office, by, note=text.strip())]


def promise(case: Complaint, office: Office, by: Member, *, text: str, due_at: datetime) -> list[Event] | Refused:
    """Promise the customer something by a moment (UTC); each promise is a deadline of its own until it is kept."""
    if refusal := may_work(case, office, by):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    if due_at <= office.now:
        return Refused("in_the_past", field="due_at")
    if len(case.open_promises) == OPEN_PROMISES:
        return Refused("too_many_promises", field="text")
    case.promises = (*case.promises, Promise(len(case.promises) + 1, text.strip(), due_at, by.id))
    return [event("promised", office, by, new=due_at.isoformat(), note=text.strip())]


def keep_promise(case: Complaint, office: Office, by: Member, *, number: int) -> list[Event] | Refused:
    """The customer has what was promised; also possible on a resolved case."""
    if by.id not in may_act(case, office):
        return not_yours(case)
    kept = next((promise for promise in case.open_promises if promise.number == number), None)
    if kept is None:
        return Refused("no_promise")
    case.promises = tuple(replace(item, kept_at=office.now) if item is kept else item for item in case.promises)
    return [event("promise_kept", office, by, old=kept.due_at.isoformat(), note=kept.text)]


def resolve(case: Complaint, office: Office, by: Member, *, cause: str, remedy: str) -> list[Event] | Refused:
    """The customer has an answer: what caused it and what was done."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.undecided is not None and who_decides(case, office, case.undecided, case.worked):
        return undecided(case, office, case.undecided)
    if not cause.strip():
        return Refused("text_missing", field="cause")
    if not remedy.strip():
        return Refused("text_missing", field="remedy")
    _stop_waiting(case, office)
    case.state, case.resolved_at = "resolved", office.now
    case.cause, case.remedy = cause.strip(), remedy.strip()
    return [event("resolved", office, by, old=case.cause, new=case.remedy)]


def close(case: Complaint, office: Office, by: Member, *, corrective_action: str) -> list[Event] | Refused:
    """Close a resolved case. Where its severity or a repeat demands it, only with the corrective action taken."""
    if refusal := may_close(case, office, by):
        return refusal
    if demands_corrective_action(case, office) and not corrective_action.strip():
        return Refused("corrective_action_missing", field="corrective_action")
    case.state, case.closed_at = "closed", office.now
    case.corrective_action = corrective_action.strip()
    return [event("closed", office, by, note=case.corrective_action)]


def reopen(case: Complaint, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The customer is not satisfied after all: the case is open again and the resolution clock starts anew."""
    if refusal := may_reopen(case, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    before, case.state = case.state, "open"
    if case.resolved_at is not None:
        case.rests = (*case.rests, Stretch(case.resolved_at, office.now))
    case.resolved_at = case.closed_at = None
    case.reopened_at = office.now
    case.escalated, case.told = (), each_once(case.owner, case.handler)
    return [event("reopened", office, by, old=before, note=reason.strip()), *hand_over_from_leavers(case, office)]


def carrier_notice_sent(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The consignee's notice of damage is with the carrier; also possible on a resolved case."""
    if by.id not in may_act(case, office):
        return not_yours(case)
    if case.transport is None:
        return Refused("no_carrier_notice")
    if case.carrier_notice_sent_at is not None:
        return Refused("notice_already_sent")
    case.carrier_notice_sent_at = office.now
    return [event("carrier_notice_sent", office, by)]


def _stop_waiting(case: Complaint, office: Office) -> None:
    case.waits = tuple(wait if wait.until else replace(wait, until=office.now) for wait in case.waits)
