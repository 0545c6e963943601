"""Who is asked and told of what happens to a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from department.agreement import Member
from department.meetings.parts import absent, chairs, keeps_record, series_of, without_a_line
from department.meetings.record import Meeting
from department.people import Office
from department.records import CLOCK, Event, Notice


def notices(event: Event, meeting: Meeting, office: Office) -> list[Notice]:
    """Who takes part is asked and reminded by themselves; who is away or wrote already is not."""
    there = [person for person in meeting.people if office.is_there(person)]
    leads = [meeting.chair if meeting.is_private else _acting(chairs(meeting, office), office)]
    match event.what:
        case "asked":
            silent = [person for person in without_a_line(meeting) if person in there and person != event.actor]
            return [*_in_time("line", silent, meeting, office), *_of_the_chair(meeting, leads, office)]
        case "reminded":
            silent = [person for person in without_a_line(meeting) if person in there]
            return _in_time("line_again", silent, meeting, office)
        case "missed":
            return _direct("missed", there, office)
        case "begun" if meeting.is_private:
            return [replace(told, urgent=True) for told in _direct("begun", there, office)]
        case "begun" if "resume" in meeting.fired:  # its card stands further up, where it said that it was off
            return [Notice(wording="begins", aloud=True)]
        case "moved" | "skipped" | "resumed" | "dropped" | "restored" if _concerns_people(event, meeting, office):
            return _direct(event.what, [person for person in there if person != event.actor], office)
        case "called":
            return _direct("called", [person for person in there if person != event.actor], office)
        case "unposted":
            return _direct("unposted", leads, office)
        case "excused" if meeting.is_private:
            return _direct("away_then", [person for person in there if person != event.actor], office)
        case "excused":
            return _direct("excused", [person for person in leads if person != event.actor], office)
        case "review_written" | "review_agreed" | "review_dissented":
            return _direct(event.what, [person for person in meeting.people if person != event.actor], office)
        case "decided" if meeting.is_private:
            return _direct("decided", [person for person in there if person != event.actor], office)
        case "decided" | "action" if not meeting.is_private:
            added = [Notice(wording="canvas")] if meeting.state == "closed" else []
            return [Notice(wording=event.what), *added]
        case "closed" | "amended":
            told = there if meeting.is_private else _missed_it(meeting, office)
            direct = _direct("minutes", told, office) if meeting.decisions or meeting.actions else []
            if keeps_record(meeting, office.agreement) and meeting.review is None:
                direct += _direct("review_missing", [meeting.chair], office)
            return direct if meeting.is_private else [Notice(wording="minutes"), Notice(wording="canvas"), *direct]
        case _:
            return []


def _concerns_people(event: Event, meeting: Meeting, office: Office) -> bool:
    """Whether somebody did it, or else it is near enough for people to have it in mind."""
    moments = [meeting.begins_at, *([datetime.fromisoformat(event.old)] if event.what == "moved" else [])]
    return event.actor != CLOCK or min(moments) - office.now < timedelta(days=8)


def _acting(person: str, office: Office) -> str:
    member = office.acts_for(person)
    return member.id if member else person


def _of_the_chair(meeting: Meeting, leads: Sequence[str], office: Office) -> list[Notice]:
    """What is to be decided about it: to move it when one of the two is away, or to skip it when nothing is red."""
    series = series_of(meeting, office.agreement)
    if meeting.is_private:
        return _direct("away_then", leads, office) if absent(meeting, office) else []
    if meeting.is_red or not (series and series.agenda):
        return []
    return _direct("nothing_red", leads, office)


def _missed_it(meeting: Meeting, office: Office) -> list[str]:
    """Who was not there: who did not say that they are, or, where nobody did, who said that they cannot come or was
    away. Who is still away is told when they are back."""
    missing = [person for person in meeting.people if person not in meeting.here]
    missed = missing if meeting.here else absent(meeting, office)
    return [person for person in missed if person not in office.closed]


def _in_time(wording: str, people: Sequence[str], meeting: Meeting, office: Office) -> list[Notice]:
    """For those whose quiet hours end before it begins: a question that comes after it is no use to anybody."""
    told = _direct(wording, people, office)
    return [notice for notice in told if notice.not_before is None or notice.not_before < meeting.begins_at]


def _direct(wording: str, people: Sequence[str], office: Office) -> list[Notice]:
    members = [member for person in people if (member := office.agreement.member(person))]
    return [Notice(wording=wording, to=member.id, not_before=_reached_at(member, office)) for member in members]


def _reached_at(member: Member, office: Office) -> datetime | None:
    leave = office.leave_of(member.id)
    if leave is None:
        return office.quiet_until(member)
    back = replace(office, now=office.ends_at(leave))
    return back.quiet_until(member) or back.now
