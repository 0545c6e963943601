"""What a complaint asks of whom, and what the clock does when nobody acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from department.agreement import EscalationStep, Member
from department.ahead import not_ones_own
from department.complaints.limits import (
    calendar_of,
    carrier_notice_by,
    first_response_due,
    half_of_resolution,
    resolution_due,
)
from department.complaints.money import move_decision
from department.complaints.parts import hand_over_from_leavers, may_act, not_yours
from department.complaints.record import Complaint, Promise, each_once
from department.escalation import step_key, whom
from department.people import Office
from department.records import Ask, Deadline, Event, Refused, of_the_clock
from department.schedule import after


def review(case: Complaint, office: Office) -> list[Event]:
    """What a changed agreement means for an open case: the parts of people who left it go to others, and so does a
    decision that its decider may no longer make."""
    return [*hand_over_from_leavers(case, office), *move_decision(case, office)]


def fall_due(case: Complaint, office: Office, kind: str) -> list[Event]:
    """What the clock does when the deadline `kind` falls due."""
    pass_over(case, office, kind)
    if (promised := _promise(case, kind)) is not None:
        return [of_the_clock("promise_due", office, old=promised.by, new=str(promised.number), note=promised.text)]
    if kind == "carrier_notice" and (notice_by := carrier_notice_by(case, office)) is not None:
        return [of_the_clock("carrier_notice_due", office, new=notice_by.isoformat())]
    if (step := _step(kind, office)) is None:
        return []
    person = whom(step, office, owner=case.owner, handler=case.handler)
    if person is None or person.id in case.told:
        return [of_the_clock("escalation_skipped", office, old=kind, new=person.id if person else "")]
    case.told = each_once(*case.told, person.id)
    return [of_the_clock("escalated", office, old=kind, new=person.id)]


def pass_over(case: Complaint, office: Office, kind: str) -> None:
    """A limit is over."""
    if (promised := _promise(case, kind)) is not None:
        reminded = replace(promised, reminded=True)
        case.promises = tuple(reminded if item is promised else item for item in case.promises)
    elif kind == "carrier_notice":
        case.carrier_notice_reminded = True
    elif _step(kind, office) is not None:
        case.escalated = each_once(*case.escalated, kind)


def owes(case: Complaint, office: Office, kind: str) -> str:
    """Whose first reply, solution or promise is late when a limit is reached. The notice to the carrier is called to
    mind in time."""
    if kind == "carrier_notice":
        return ""
    step = _step(kind, office)
    return case.owner if step is None or step.when == "first_response_missed" else case.handler


def may_post(case: Complaint, office: Office, by: Member, kind: str) -> Refused | None:
    """Why `by` may not have somebody reminded, or leave a limit out, if so: whoever may act on the case may, but not of
    what they owe themselves."""
    if by.id not in may_act(case, office):
        return not_yours(case)
    return not_ones_own(owes(case, office, kind), office, by)


def asks(case: Complaint, office: Office) -> list[Ask]:
    """What it asks of whom: the first response, the solution, what was promised, a decision, the closing."""
    if case.state == "closed":
        return []
    found = [
        Ask(to=case.owner, what="promise", due_at=item.due_at, item=str(item.number)) for item in case.open_promises
    ]
    if case.state == "new":
        due = first_response_due(case, office)
        found.append(Ask(to=case.owner, what="acknowledge", due_at=due, waited_for=True))
    if case.state in ("new", "open"):
        found.append(Ask(to=case.handler, what="resolve", due_at=resolution_due(case, office)))
    if case.state == "resolved":
        found.append(Ask(to=case.handler, what="close"))
    if (proposal := case.undecided) is not None:
        found.append(Ask(to=proposal.decider, what="decide", item=str(proposal.number), waited_for=True, stays=True))
    return found


def deadlines(case: Complaint, office: Office) -> list[Deadline]:
    """Every limit that runs on the case now. Nothing is due twice: a step that was taken is in the record."""
    return list(_deadlines(case, office))


def _deadlines(case: Complaint, office: Office) -> Iterator[Deadline]:
    if case.state == "closed":
        return
    for promised in case.open_promises:
        if not promised.reminded:
            yield Deadline(_promise_key(promised), promised.due_at)
    if (moment := _carrier_reminder(case, office)) is not None:
        yield Deadline("carrier_notice", moment)
    for step in office.agreement.complaints.escalation:
        moment = None if step_key(step) in case.escalated else _moment(step, case, office)
        if moment is not None:
            yield Deadline(step_key(step), moment)


def _promise(case: Complaint, kind: str) -> Promise | None:
    return next((promised for promised in case.open_promises if _promise_key(promised) == kind), None)


def _step(kind: str, office: Office) -> EscalationStep | None:
    return next((step for step in office.agreement.complaints.escalation if step_key(step) == kind), None)


def _promise_key(promised: Promise) -> str:
    return f"promise {promised.number}"


def _carrier_reminder(case: Complaint, office: Office) -> datetime | None:
    """The opening of the last working day before the notice's last day, else that of the last day itself."""
    if case.carrier_notice_reminded or case.carrier_notice_sent_at is not None:
        return None
    notice_by = carrier_notice_by(case, office)
    if notice_by is None or notice_by < case.filed_at.astimezone(office.calendar.timezone).date():
        return None
    before = notice_by - timedelta(days=1)
    while not office.calendar.is_working_day(before):
        before -= timedelta(days=1)
    openings = (
        datetime.combine(day, office.calendar.spans[0].start, office.calendar.timezone) for day in (before, notice_by)
    )
    return next((opening.astimezone(UTC) for opening in openings if opening > case.filed_at), None)


def _moment(step: EscalationStep, case: Complaint, office: Office) -> datetime | None:
    calendar = calendar_of(case, office)
    if step.when == "first_response_missed":
        moment = first_response_due(case, office) if case.state == "new" else None
    elif case.state not in ("new", "open"):
        return None
    elif step.when == "half_of_resolution":
        moment = half_of_resolution(case, office)
    else:
        moment = resolution_due(case, office)
    return moment if moment is None or step.after is None else after(moment, step.after, calendar)
