"""The record of a talk of two: what to keep, what to change, which support is promised. Each of them agrees, or says
what they see otherwise; then it stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from department import meetings
from department.agreement import Member
from department.meetings import Meeting, Otherwise, Review
from department.people import Office
from department.records import Event, Refused


def write(
    meeting: Meeting,
    office: Office,
    by: Member,
    *,
    numbers: str,
    keep: str,
    change: str,
    support: str,
    next_on: date | None,
) -> list[Event] | list[Refused] | Refused:
    """Write it, or write it anew as long as not both have answered; whoever writes agrees with it. `numbers` are those
    that mattered, `next_on` the day of the next talk."""
    if refusal := may_write(meeting, office, by):
        return refusal
    numbers, keep, change, support = (said.strip() for said in (numbers, keep, change, support))
    problems = [Refused("text_missing", field=name) for name, said in (("keep", keep), ("change", change)) if not said]
    if next_on is not None and next_on <= office.today:
        problems.append(Refused("in_the_past", field="next_on"))
    if problems:
        return problems
    said = Review(numbers, keep, change, support, next_on, by=by.id, at=office.now, agreed=(by.id,))
    meeting.review = said
    return [Event(what="review_written", actor=by.id, at=office.now)]


def agree(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """It is as it was said."""
    said, refusal = meeting.review, may_answer(meeting, office, by)
    if refusal or said is None:
        return refusal or Refused("no_record_yet")
    meeting.review = replace(said, agreed=(*said.agreed, by.id))
    return [Event(what="review_agreed", actor=by.id, at=office.now)]


def dissent(meeting: Meeting, office: Office, by: Member, *, reason: str) -> list[Event] | list[Refused] | Refused:
    """It is seen otherwise: that is kept beside it."""
    said, refusal = meeting.review, may_answer(meeting, office, by)
    if refusal or said is None:
        return refusal or Refused("no_record_yet")
    if not reason.strip():
        return [Refused("text_missing", field="text")]
    meeting.review = replace(said, otherwise=Otherwise(by.id, reason.strip(), office.now))
    return [Event(what="review_dissented", actor=by.id, at=office.now, note=reason.strip())]


def may_write(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """The two, once their talk has begun, until both have answered."""
    if by.id not in meeting.people:
        return Refused("private")
    if not meetings.keeps_record(meeting, office.agreement) or meeting.state not in ("held", "closed"):
        return Refused("no_record_yet")
    answered = meeting.review is not None and not meetings.still_to_answer(meeting)
    return Refused("review_settled") if answered else None


def may_answer(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Whichever of the two did not write it, once."""
    if by.id not in meeting.people:
        return Refused("private")
    if meeting.review is None:
        return Refused("no_record_yet")
    return None if by.id in meetings.still_to_answer(meeting) else Refused("answered_already")
