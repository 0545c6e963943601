"""What people do about a meeting: call it, write for it, come, decide, end it, skip it, move it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from department.agreement import Member
from department.meetings.clock import ask_for_lines, begin, close, move_to
from department.meetings.parts import (
    absent,
    chairs,
    goes_on,
    is_open,
    may_change,
    may_decide,
    may_lead,
    may_resume,
    may_write,
    takes_part,
)
from department.meetings.record import LONGEST, Decision, Line, Meeting, Topic
from department.people import Office
from department.records import Event, Refused


def call(
    office: Office,
    by: Member,
    *,
    title: str,
    begins_at: datetime | None,
    minutes: int,
    people: Sequence[str],
    place: str,
    workspace: str,
    number: Callable[[], int],
) -> tuple[Meeting, list[Event]] | list[Refused]:
    """Call an extra meeting, with oneself in the chair; nobody named means everybody. Returns the record with its first
    events, or every problem at once."""
    problems = []
    if not title.strip():
        problems.append(Refused("text_missing", field="title"))
    if begins_at is None or begins_at <= office.now:
        problems.append(Refused("in_the_past", field="begins_at"))
    elif begins_at > office.now + timedelta(days=366):
        problems.append(Refused("too_far", field="begins_at"))
    if not 0 < minutes <= LONGEST:
        problems.append(Refused("not_so_long", field="minutes"))
    if any(office.agreement.member(person) is None for person in people):
        problems.append(Refused("not_in_agreement", field="people"))
    if problems or begins_at is None:
        return problems
    attending = people or [member.id for member in office.agreement.members]
    meeting = Meeting(
        workspace=workspace,
        number=number(),
        title=title.strip(),
        begins_at=begins_at,
        minutes=minutes,
        chair=by.id,
        people=tuple(dict.fromkeys([by.id, *attending])),
        place=place.strip(),
        called_by=by.id,
    )
    return meeting, [Event(what="called", actor=by.id, at=office.now, new=begins_at.isoformat(), note=meeting.title)]


def appoint(meeting: Meeting, office: Office, lately: Sequence[str]) -> None:
    """Who takes notes, unless somebody who will be there does already: of those who will be there whoever has not done
    so for longest, the chair only when nobody else is. `lately` are those who took notes before, the newest first."""
    gone, leads = absent(meeting, office), chairs(meeting, office)
    if meeting.note_taker in (*meeting.people, leads) and meeting.note_taker not in gone:
        return
    others = [person for person in meeting.people if person != leads and person not in gone]
    ago = {person: n for n, person in reversed(list(enumerate(lately)))}
    meeting.note_taker = max(others, key=lambda person: ago.get(person, len(lately)), default=leads)


def write(
    meeting: Meeting, office: Office, by: Member, *, done: str, next_: str, stuck: str, help_: str
) -> list[Event] | list[Refused] | Refused:
    """Write, or write anew, one's own line; late ones still count."""
    if refusal := may_write(meeting, office, by):
        return refusal
    line = Line(by.id, office.now, done.strip(), next_.strip(), stuck.strip(), help_.strip())
    if not (line.done or line.next or line.stuck or line.help):
        return [Refused("text_missing", field="done")]
    meeting.lines = (*(each for each in meeting.lines if each.member != by.id), line)
    return [Event(what="written", actor=by.id, at=office.now)]


def attend(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """Somebody is there."""
    if refusal := takes_part(meeting, office, by) or goes_on(meeting):
        return refusal
    if by.id in meeting.here:
        return Refused("here_already")
    meeting.here = (*meeting.here, by.id)
    meeting.cannot = tuple(each for each in meeting.cannot if each != by.id)
    return [Event(what="here", actor=by.id, at=office.now)]


def excuse(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """Somebody cannot come; the chair is told, and they get the minutes."""
    if refusal := takes_part(meeting, office, by) or is_open(meeting):
        return refusal
    if by.id in meeting.cannot:
        return Refused("excused_already")
    meeting.cannot = (*meeting.cannot, by.id)
    meeting.here = tuple(each for each in meeting.here if each != by.id)
    return [Event(what="excused", actor=by.id, at=office.now)]


def decide(meeting: Meeting, office: Office, by: Member, *, text: str) -> list[Event] | list[Refused] | Refused:
    """Write down what was decided, during the meeting or within a day after it."""
    if refusal := may_decide(meeting, office, by):
        return refusal
    if not text.strip():
        return [Refused("text_missing", field="text")]
    meeting.decisions = (*meeting.decisions, Decision(text.strip(), by.id, office.now))
    _owe_minutes_again(meeting)
    return [Event(what="decided", actor=by.id, at=office.now, note=text.strip())]


def take_action(meeting: Meeting, office: Office, by: Member, *, title: str, action: Topic) -> list[Event]:
    """Somebody was given something to do in it, in words and as a line; whoever may decide may give it."""
    meeting.actions = (*meeting.actions, action)
    _owe_minutes_again(meeting)
    return [Event(what="action", actor=by.id, at=office.now, note=title)]


def _owe_minutes_again(meeting: Meeting) -> None:
    """What is added after the minutes went out stands in them a day later, all of it at once."""
    if meeting.state == "closed":
        meeting.fired = tuple(each for each in meeting.fired if each != "minutes")


def end(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """It is over before its time: the minutes go out now."""
    if refusal := may_lead(meeting, office, by) or goes_on(meeting):
        return refusal
    return close(meeting, office, by.id)


def skip(meeting: Meeting, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """It does not take place this time."""
    if refusal := may_change(meeting, office, by):
        return refusal
    meeting.state = "skipped"
    meeting.reason = reason.strip()
    meeting.sequence += 1
    return [Event(what="skipped", actor=by.id, at=office.now, note=meeting.reason)]


def resume(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """A skip is taken back before its hour: it takes place after all."""
    if refusal := may_resume(meeting, office, by):
        return refusal
    meeting.state = "asked" if "ask" in meeting.fired else "planned"
    meeting.reason = ""
    meeting.fired = (*meeting.fired, "resume")
    meeting.sequence += 1
    return [Event(what="resumed", actor=by.id, at=office.now, new=meeting.begins_at.isoformat())]


def move(meeting: Meeting, office: Office, by: Member, *, to: datetime | None) -> list[Event] | list[Refused] | Refused:
    """It takes place at another moment this time."""
    if refusal := may_change(meeting, office, by):
        return refusal
    if to is None or to <= office.now:
        return [Refused("in_the_past", field="to")]
    if to > office.now + timedelta(days=366):
        return [Refused("too_far", field="to")]
    return move_to(meeting, to, office, by.id)


def bring_forward(meeting: Meeting, office: Office, by: Member, *, kind: str) -> list[Event] | Refused:
    """Do now what the clock would do later: ask for the lines, remind, begin, or send the minutes."""
    meeting.fired = (*meeting.fired, kind)
    match kind:
        case "ask":
            return ask_for_lines(meeting, office, by.id)
        case "remind":
            return [Event(what="reminded", actor=by.id, at=office.now)]
        case "begin":
            meeting.begins_at = min(meeting.begins_at, office.now)
            return begin(meeting, office, by.id)
        case _ if meeting.state == "closed":
            return [Event(what="amended", actor=by.id, at=office.now)]
        case _:
            return close(meeting, office, by.id)


def call_off(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """A meeting whose beginning is left out is skipped."""
    return skip(meeting, office, by, reason="")


def may_post(meeting: Meeting, office: Office, by: Member, kind: str) -> Refused | None:
    """Who leads it."""
    return may_lead(meeting, office, by)
