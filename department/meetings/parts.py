"""Who has which part in a meeting: its series, who leads it, who is there, who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from department.agreement import Agreement, Channel, Member
from department.agreement import Meeting as Series
from department.meetings.record import OPEN, Meeting
from department.people import Office
from department.records import Refused

STILL_KEPT: Final = timedelta(days=1)
"""How long after it was closed decisions may still be added."""


def series_of(meeting: Meeting, agreement: Agreement) -> Series | None:
    """Its series in the agreement, if it comes from one that is still there."""
    return agreement.meetings.get(meeting.series)


def channel(agreement: Agreement, meeting: Meeting) -> Channel:
    """Where it is held: in its series' own channel, else in the department's main one."""
    series = series_of(meeting, agreement)
    return (series.channel if series else None) or agreement.channels.main


def keeps_record(meeting: Meeting, agreement: Agreement) -> bool:
    """Whether the two write down what they agreed on; `department.reviews` has what they do with it."""
    series = series_of(meeting, agreement)
    return meeting.is_private and series is not None and series.record


def has_card(meeting: Meeting) -> bool:
    """A meeting stands in the channel from its hour on, or, once people were asked for it, when it is called off."""
    was_off = "ask" in meeting.fired and (meeting.state == "skipped" or "resume" in meeting.fired)
    return not meeting.is_private and (was_off or meeting.state in ("held", "closed", "lapsed"))


def still_to_answer(meeting: Meeting) -> list[str]:
    """Who has not answered the record of a talk of two."""
    said = meeting.review
    if said is None:
        return []
    answered = {*said.agreed, *([said.otherwise.member] if said.otherwise else [])}
    return [person for person in meeting.people if person not in answered]


def without_a_line(meeting: Meeting) -> list[str]:
    """Who takes part, has not written a line and did not say that they cannot come."""
    written = {line.member for line in meeting.lines}
    return [person for person in meeting.people if person not in written and person not in meeting.cannot]


def absent(meeting: Meeting, office: Office) -> list[str]:
    """Who cannot come: those who said so, and those who are away then."""
    then = _then(meeting, office)
    return [person for person in meeting.people if not then.is_there(person)]


def chairs(meeting: Meeting, office: Office) -> str:
    """Who leads it: the chair, or, when they are not there then, whoever stands in; nobody does in a talk of two."""
    stands_in = None if meeting.is_private else _then(meeting, office).acts_for(meeting.chair)
    return stands_in.id if stands_in else meeting.chair


def _then(meeting: Meeting, office: Office) -> Office:
    """The department at its hour, without those who said that they cannot come."""
    return replace(office, now=meeting.begins_at, closed=office.closed | frozenset(meeting.cannot))


def may_see(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Everybody, but a talk of two, which only these two see, and whom the agreement names."""
    if not meeting.is_private or by.id in meeting.people:
        return None
    series = series_of(meeting, office.agreement)
    named = series.open_to if series else ()
    return None if any(role in named for role in (by.role, *by.also)) else Refused("private")


def may_lead(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """The chair or who stands in, whoever takes notes, whoever called it, the supervisors; in a talk of two, both."""
    if refusal := may_see(meeting, office, by):
        return refusal
    boss = [] if meeting.is_private else office.supervisors()
    named = {meeting.chair, meeting.note_taker, meeting.called_by, meeting.person}
    leading = {*named, chairs(meeting, office), *(each.id for each in boss)}
    return None if by.id in leading else Refused("not_your_meeting", {"who": meeting.chair})


def may_change(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who leads it, as long as it has not begun."""
    if refusal := may_lead(meeting, office, by):
        return refusal
    return None if meeting.state in ("planned", "asked") else Refused("meeting_begun")


def may_resume(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who leads it, when it was skipped and its hour is still to come."""
    if refusal := may_lead(meeting, office, by):
        return refusal
    is_off = meeting.state == "skipped" and office.now < meeting.begins_at
    return None if is_off else Refused("meeting_over")


def may_write(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who takes part, until it is over."""
    return takes_part(meeting, office, by) or is_open(meeting)


def may_decide(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who takes part, during the meeting and for a day after it."""
    if refusal := takes_part(meeting, office, by):
        return refusal
    closed = meeting.closed_at
    fresh = meeting.state == "closed" and closed is not None and office.now - closed <= STILL_KEPT
    return None if meeting.state == "held" or fresh else Refused("meeting_not_on")


def takes_part(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who was invited, or leads it."""
    return None if by.id in (*meeting.people, chairs(meeting, office)) else Refused("not_in_meeting")


def is_open(meeting: Meeting) -> Refused | None:
    """As long as it is still to come, or goes on."""
    return None if meeting.state in OPEN else Refused("meeting_over")


def goes_on(meeting: Meeting) -> Refused | None:
    """While it goes on."""
    return None if meeting.state == "held" else Refused("meeting_not_on")
