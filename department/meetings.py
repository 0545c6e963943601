"""Meetings that prepare themselves: everybody is asked for a line, the agenda fills itself from the records, decisions
and actions stay.

    planned -> asked -> held -> closed,  planned | asked -> lapsed,  planned | asked <-> skipped | dropped

A meeting comes from a series of the agreement, or somebody calls one. A private one is a talk of two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from department.agreement import Agreement, Ahead, Channel, Member
from department.agreement import Meeting as Series
from department.calendar import WorkCalendar, working_time_between
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused
from department.recurrence import Repeat

SUBJECT: Final = "meeting"
OPEN: Final = ("planned", "asked", "held")
"""The states in which it is still to come, or goes on."""

FOLLOWING: Final = (*OPEN, "dropped")
"""The states in which it follows the agreement: what was dropped comes back with its series, or with its day."""

State = Literal["planned", "asked", "held", "closed", "skipped", "lapsed", "dropped"]

PLANNED_AHEAD: Final = timedelta(days=60)
"""How far ahead the meetings of a series are entered."""

ASKED_BEFORE: Final = Ahead(days=1, at=time(15))
"""When people are asked for their line before a meeting that somebody called."""

LATE_BY: Final = timedelta(minutes=60)
"""How late a meeting that somebody called may still be opened."""

PUNCTUAL: Final = timedelta(minutes=2)
"""A meeting opened later than this says so."""

WRAPPED_UP: Final = timedelta(minutes=5)
"""How long after its end the minutes go out."""

SHOWN_BY: Final = timedelta(minutes=5)
"""How long after it began its card has to stand in the channel; else whoever leads it is told that it does not."""

STILL_KEPT: Final = timedelta(days=1)
"""How long after it was closed decisions may still be added."""

LOOKED_BACK: Final = timedelta(days=14)
"""Longer than any holiday."""

LONGEST: Final = 480
"""Minutes."""

RED: Final = frozenset({"actions", "cut_offs", "stuck", "late", "complaints", "risks", "money"})
"""The topics that need a meeting; where all of them are empty, the chair is asked whether to skip it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody wrote before the meeting: what is done, what comes next, where they are stuck, what they need."""

    member: str
    at: datetime
    done: str = ""
    next: str = ""
    stuck: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the agenda as it stood when it was written, in both languages. `group` is the part of the agenda it
    belongs to, `link` leads to what it is about."""

    group: str
    zh: str
    en: str
    link: str = ""

    def in_(self, language: str) -> str:
        """The line in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, who wrote it down, and when (UTC)."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What one of two sees otherwise than it is written, and when they said so (UTC)."""

    member: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """The record of a talk of two: the numbers that mattered, what to keep, what to change, the support that is
    promised, the day of the next talk; who wrote it, who agreed, and who sees it otherwise."""

    numbers: str
    keep: str
    change: str
    support: str
    next_on: date | None
    by: str
    at: datetime
    agreed: tuple[str, ...] = ()
    otherwise: Otherwise | None = None


@dataclass(kw_only=True, eq=False)
class Meeting:
    """One meeting. `series` is its key in the agreement, empty for one that somebody called; `planned_on` the day its
    rule alone has it on; `person` whom the chair talks with alone, with a `review` of what they said. `actions`
    are the tasks given in it, as the minutes tell them; `unposted`, not kept, says that its channel does not take its
    card. Moments are aware UTC."""

    workspace: str
    number: int
    state: State = "planned"
    series: str = ""
    person: str = ""
    planned_on: date | None = None
    title: str = ""
    place: str = ""
    begins_at: datetime
    minutes: int
    chair: str
    note_taker: str = ""
    people: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    topics: tuple[Topic, ...] = ()
    actions: tuple[Topic, ...] = ()
    decisions: tuple[Decision, ...] = ()
    review: Review | None = None
    here: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    moved: bool = False
    late: bool = False
    reason: str = ""
    sequence: int = 0
    called_by: str = ""
    closed_at: datetime | None = None
    fired: tuple[str, ...] = ()
    version: int = 1
    unposted: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is over (UTC)."""
        return self.begins_at + timedelta(minutes=self.minutes)

    @property
    def is_private(self) -> bool:
        """Whether it is a talk of two that nobody else sees."""
        return bool(self.person)

    @property
    def is_red(self) -> bool:
        """Whether something on its agenda needs a meeting."""
        return any(topic.group in RED for topic in self.topics) or any(line.stuck or line.help for line in self.lines)


def plan(
    office: Office, known: Collection[tuple[str, str, date]]
) -> Iterator[Callable[[str, int], tuple[Meeting, list[Event]]]]:
    """The meetings of the agreement that are not entered yet, up to sixty days ahead, each to be made with its
    workspace and number. `known` are those that are entered (series, person, the rule's day)."""
    entered = set(known)
    for key, series in office.agreement.meetings.items():
        partners = _partners(series, office.agreement)
        for plain, day in _days(series, office):
            missing = [person for person in partners if (key, person, plain) not in entered]
            if day is None or not missing:
                continue
            begins_at = _beginnings(series, day, office)
            for person in missing:
                if begins_at[person] > office.now:
                    yield _planned(office, key, series, person, plain, begins_at[person])


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
    if refusal := _takes_part(meeting, office, by) or _goes_on(meeting):
        return refusal
    if by.id in meeting.here:
        return Refused("here_already")
    meeting.here = (*meeting.here, by.id)
    meeting.cannot = tuple(each for each in meeting.cannot if each != by.id)
    return [Event(what="here", actor=by.id, at=office.now)]


def excuse(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """Somebody cannot come; the chair is told, and they get the minutes."""
    if refusal := _takes_part(meeting, office, by) or _is_open(meeting):
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


def end(meeting: Meeting, office: Office, by: Member) -> list[Event] | Refused:
    """It is over before its time: the minutes go out now."""
    if refusal := may_lead(meeting, office, by) or _goes_on(meeting):
        return refusal
    return _closed(meeting, office, by.id)


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
    return _moved(meeting, to, office, by.id)


def bring_forward(meeting: Meeting, office: Office, by: Member, *, kind: str) -> list[Event] | Refused:
    """Do now what the clock would do later: ask for the lines, remind, or begin."""
    if refusal := may_post(meeting, office, by, kind):
        return refusal
    meeting.fired = (*meeting.fired, kind)
    match kind:
        case "ask":
            return _asked(meeting, office, by.id)
        case "remind":
            return [Event(what="reminded", actor=by.id, at=office.now)]
        case _:
            meeting.begins_at = min(meeting.begins_at, office.now)
            return _begun(meeting, office, by.id)


def leave_out(meeting: Meeting, office: Office, by: Member, *, kind: str) -> list[Event] | Refused:
    """Do not ask or remind this time; leaving out the beginning skips the meeting."""
    if kind == "begin":
        return skip(meeting, office, by, reason="")
    if refusal := may_post(meeting, office, by, kind):
        return refusal
    meeting.fired = (*meeting.fired, kind)
    return [Event(what="left_out", actor=by.id, at=office.now, new=kind)]


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


def may_post(meeting: Meeting, office: Office, by: Member, kind: str) -> Refused | None:
    """Who leads it, before it begins: what the clock would still do."""
    if refusal := may_change(meeting, office, by):
        return refusal
    still = [deadline.kind for deadline in deadlines(meeting, office)]
    return None if kind in still else Refused("nothing_to_send")


def may_write(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who takes part, until it is over."""
    return _takes_part(meeting, office, by) or _is_open(meeting)


def may_decide(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    """Who takes part, during the meeting and for a day after it."""
    if refusal := _takes_part(meeting, office, by):
        return refusal
    closed = meeting.closed_at
    fresh = meeting.state == "closed" and closed is not None and office.now - closed <= STILL_KEPT
    return None if meeting.state == "held" or fresh else Refused("meeting_not_on")


def deadlines(meeting: Meeting, office: Office) -> list[Deadline]:
    """Asking for lines, the reminder, the beginning, a look whether its card is there, and the minutes; once more, when
    something was added to them."""
    found = []
    if meeting.state == "planned" and "ask" not in meeting.fired:
        found.append(Deadline("ask", asked_at(meeting, office)))
    remind = _reminded_at(meeting, office)
    if meeting.state == "asked" and remind is not None and "remind" not in meeting.fired:
        found.append(Deadline("remind", remind))
    if meeting.state in ("planned", "asked") and "begin" not in meeting.fired:
        found.append(Deadline("begin", meeting.begins_at))
    if meeting.state == "held":
        found.append(Deadline("minutes", meeting.ends_at + WRAPPED_UP))
    if meeting.state == "closed" and meeting.closed_at is not None and "minutes" not in meeting.fired:
        found.append(Deadline("minutes", meeting.closed_at + STILL_KEPT))
    if meeting.state == "held" and has_card(meeting) and "shown" not in meeting.fired:
        found.append(Deadline("shown", meeting.begins_at + SHOWN_BY))
    return found


def foreseen(meeting: Meeting, office: Office) -> list[Deadline]:
    """The reminder of a meeting whose lines are not asked for yet, and the minutes of one that has not begun."""
    if meeting.state not in ("planned", "asked"):
        return []
    found = [Deadline("minutes", meeting.ends_at + WRAPPED_UP)]
    series = series_of(meeting, office.agreement)
    if meeting.state == "planned" and series is not None and series.remind is not None:
        moment = _ahead(meeting.begins_at, series.remind, office)
        if asked_at(meeting, office) < moment < meeting.begins_at:
            found.append(Deadline("remind", moment))
    return found


def asked_at(meeting: Meeting, office: Office) -> datetime:
    """The moment (UTC) at which everybody is asked for a line; when that is over, the next one on a working day."""
    series = series_of(meeting, office.agreement)
    moment = _ahead(meeting.begins_at, series.ask if series else ASKED_BEFORE, office)
    if moment < office.now and not office.calendar.is_working_day(office.today):
        moment = office.calendar.next_open(office.now)
    return min(moment, meeting.begins_at)


def _reminded_at(meeting: Meeting, office: Office) -> datetime | None:
    series = series_of(meeting, office.agreement)
    moment = _ahead(meeting.begins_at, series.remind, office) if series and series.remind else None
    return moment if moment is not None and moment < meeting.begins_at else None


def fall_due(meeting: Meeting, office: Office, kind: str) -> list[Event]:
    """What the clock does."""
    meeting.fired = (*meeting.fired, kind)
    match kind:
        case "ask":
            if office.now >= meeting.begins_at:
                return []  # the beginning is due as well, and comes next
            return _asked(meeting, office, CLOCK)
        case "remind":
            return [Event(what="reminded", actor=CLOCK, at=office.now)]
        case "begin" if meeting.is_private and (gone := absent(meeting, office)):
            return [Event(what="missed", actor=CLOCK, at=office.now, new=", ".join(gone))]
        case "begin":
            return _begun(meeting, office, CLOCK)
        case "shown":
            return [Event(what="unposted", actor=CLOCK, at=office.now)] if meeting.unposted else []
        case "minutes" if meeting.state == "closed":
            return [Event(what="amended", actor=CLOCK, at=office.now)]
        case _:
            return _closed(meeting, office, CLOCK)


def asks(meeting: Meeting, office: Office) -> list[Ask]:
    """A line of everybody who takes part and has not written one; an answer to the record of a talk of two."""
    if meeting.review is not None:
        return [Ask(to=person, what="review", waited_for=True, stays=True) for person in still_to_answer(meeting)]
    if meeting.state != "asked" or "begin" in meeting.fired:
        return []
    return [
        Ask(to=person, what="line", item=person, due_at=meeting.begins_at, stays=True) for person in _silent(meeting)
    ]


def review(meeting: Meeting, office: Office) -> list[Event]:
    """The agreement or its calendar changed: the meeting follows its series, unless somebody moved it by hand."""
    if not meeting.series or meeting.state not in FOLLOWING or meeting.state == "held":
        return []
    series = office.agreement.meetings.get(meeting.series)
    plain = meeting.planned_on
    day = _falls_on(series, plain, office) if series and plain else None
    if series is None or day is None or (meeting.person and meeting.person not in _partners(series, office.agreement)):
        return _dropped(meeting, office)
    begins_at = _begins_at(series, meeting.person, day, office)
    if meeting.state == "dropped" and begins_at <= office.now:
        return []
    if (meeting.minutes, meeting.place) != (series.minutes, series.place):
        meeting.sequence += 1
    meeting.chair, meeting.minutes, meeting.place = series.chair, series.minutes, series.place
    meeting.people = _attending(series, meeting.person, office.agreement)
    if meeting.state == "dropped":
        return _restored(meeting, begins_at, office)
    if meeting.moved or begins_at == meeting.begins_at or begins_at <= office.now:
        return []
    events = _moved(meeting, begins_at, office, CLOCK)
    meeting.moved = False
    return events


def notices(event: Event, meeting: Meeting, office: Office) -> list[Notice]:
    """Who takes part is asked and reminded by themselves; who is away or wrote already is not."""
    there = [person for person in meeting.people if office.is_there(person)]
    leads = [meeting.chair if meeting.is_private else _acting(chairs(meeting, office), office)]
    match event.what:
        case "asked":
            silent = [person for person in _silent(meeting) if person in there and person != event.actor]
            return [*_in_time("line", silent, meeting, office), *_of_the_chair(meeting, leads, office)]
        case "reminded":
            silent = [person for person in _silent(meeting) if person in there]
            return _in_time("line_again", silent, meeting, office)
        case "missed":
            return _direct("missed", there, office)
        case "begun" if meeting.is_private:
            return [replace(told, urgent=True) for told in _direct("begun", there, office)]
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
            return [Notice(wording=event.what)]
        case "closed" | "amended":
            told = there if meeting.is_private else _missed_it(meeting, office)
            direct = _direct("minutes", told, office) if meeting.decisions or meeting.actions else []
            if keeps_record(meeting, office.agreement) and meeting.review is None:
                direct += _direct("review_missing", [meeting.chair], office)
            return direct if meeting.is_private else [Notice(wording="minutes"), Notice(wording="canvas"), *direct]
        case _:
            return []


def has_card(meeting: Meeting) -> bool:
    """A meeting stands in the channel from its hour on, or, once people were asked for it, when it is called off."""
    was_off = "ask" in meeting.fired and (meeting.state == "skipped" or "resume" in meeting.fired)
    return not meeting.is_private and (was_off or meeting.state in ("held", "closed", "lapsed"))


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


def keeps_record(meeting: Meeting, agreement: Agreement) -> bool:
    """Whether the two write down what they agreed on; `department.reviews` has what they do with it."""
    series = series_of(meeting, agreement)
    return meeting.is_private and series is not None and series.record


def still_to_answer(meeting: Meeting) -> list[str]:
    """Who has not answered the record of a talk of two."""
    said = meeting.review
    if said is None:
        return []
    answered = {*said.agreed, *([said.otherwise.member] if said.otherwise else [])}
    return [person for person in meeting.people if person not in answered]


def channel(agreement: Agreement, meeting: Meeting) -> Channel:
    """Where it is held: in its series' own channel, else in the department's main one."""
    series = series_of(meeting, agreement)
    return (series.channel if series else None) or agreement.channels.main


def series_of(meeting: Meeting, agreement: Agreement) -> Series | None:
    """Its series in the agreement, if it comes from one that is still there."""
    return agreement.meetings.get(meeting.series)


def _planned(
    office: Office, key: str, series: Series, person: str, plain: date, begins_at: datetime
) -> Callable[..., tuple[Meeting, list[Event]]]:
    def make(workspace: str, number: int) -> tuple[Meeting, list[Event]]:
        meeting = Meeting(
            workspace=workspace,
            number=number,
            series=key,
            person=person,
            planned_on=plain,
            begins_at=begins_at,
            minutes=series.minutes,
            chair=series.chair,
            people=_attending(series, person, office.agreement),
            place=series.place,
        )
        return meeting, [Event(what="planned", actor=CLOCK, at=office.now, new=begins_at.isoformat())]

    return make


def _days(series: Series, office: Office) -> Iterator[tuple[date, date | None]]:
    """The rule's own days up to the horizon, each with the day it comes to; also some that are over, since a holiday
    may bring them to a day that is still to come."""
    since, until = office.today - LOOKED_BACK, office.today + PLANNED_AHEAD
    return Repeat(series.repeats).between(since, until, office.calendar, series.on_day_off)


def _falls_on(series: Series, plain: date, office: Office) -> date | None:
    then = replace(office, now=datetime.combine(plain, time(12), ZoneInfo(office.agreement.timezone)))
    return next((day for found, day in _days(series, then) if found == plain), None)


def _partners(series: Series, agreement: Agreement) -> list[str]:
    """With whom there is a meeting of its own: everybody for talks of two, nobody in particular for the others."""
    if not series.each:
        return [""]
    return [person for person in _roles(series, agreement) if person != series.chair]


def _attending(series: Series, person: str, agreement: Agreement) -> tuple[str, ...]:
    return (series.chair, person) if person else tuple(dict.fromkeys([series.chair, *_roles(series, agreement)]))


def _roles(series: Series, agreement: Agreement) -> list[str]:
    return [
        member.id
        for member in agreement.members
        if not series.attend or any(role in series.attend for role in (member.role, *member.also))
    ]


def _begins_at(series: Series, person: str, day: date, office: Office) -> datetime:
    return _beginnings(series, day, office)[person]


def _beginnings(series: Series, day: date, office: Office) -> dict[str, datetime]:
    """When it begins on a day, by partner: at its hour; talks of two one after the other from that hour on, within
    working time and beside the other meetings of the day."""
    begins_at = datetime.combine(day, series.at, ZoneInfo(office.agreement.timezone)).astimezone(UTC)
    if not series.each:
        return {"": begins_at}
    slots = _slots(begins_at, timedelta(minutes=series.minutes), _meetings_on(day, office), office.calendar)
    return dict(zip(_partners(series, office.agreement), slots, strict=False))


def _meetings_on(day: date, office: Office) -> list[tuple[datetime, datetime]]:
    """When the series that are no talks of two take place on a day, from when to when."""
    since, until = day - LOOKED_BACK, day + LOOKED_BACK
    return [
        (begins_at, begins_at + timedelta(minutes=series.minutes))
        for series in office.agreement.meetings.values()
        if not series.each
        for _, found in Repeat(series.repeats).between(since, until, office.calendar, series.on_day_off)
        if found == day
        for begins_at in _beginnings(series, day, office).values()
    ]


def _slots(
    begins_at: datetime, length: timedelta, taken: list[tuple[datetime, datetime]], calendar: WorkCalendar
) -> Iterator[datetime]:
    """Where slots of a length begin that follow each other, none of them across a break or a meeting."""
    moment = calendar.next_open(begins_at)
    while True:
        if working_time_between(calendar, moment, moment + length) < length:
            moment = calendar.next_open(moment + A_MOMENT)
        elif clashing := [end for begin, end in taken if begin < moment + length and moment < end]:
            moment = calendar.next_open(max(clashing))
        else:
            yield moment
            moment = calendar.next_open(moment + length)


A_MOMENT: Final = timedelta(minutes=5)


def _ahead(begins_at: datetime, ahead: Ahead, office: Office) -> datetime:
    zone = ZoneInfo(office.agreement.timezone)
    day = begins_at.astimezone(zone).date()
    left = ahead.days
    while left:
        day -= timedelta(days=1)
        left -= office.calendar.is_working_day(day)
    return datetime.combine(day, ahead.at, zone).astimezone(UTC)


def _asked(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    meeting.state = "asked"
    remind = _reminded_at(meeting, office)
    if remind is not None and remind <= office.now:
        meeting.fired = (*meeting.fired, "remind")
    return [Event(what="asked", actor=actor, at=office.now, new=meeting.note_taker)]


def _begun(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    series = series_of(meeting, office.agreement)
    grace = timedelta(minutes=series.late_by) if series else LATE_BY
    if office.now - meeting.begins_at > max(grace, PUNCTUAL):
        meeting.state = "lapsed"
        return [Event(what="lapsed", actor=actor, at=office.now)]
    meeting.state = "held"
    meeting.late = office.now - meeting.begins_at > PUNCTUAL
    return [Event(what="begun", actor=actor, at=office.now)]


def _closed(meeting: Meeting, office: Office, actor: str) -> list[Event]:
    meeting.state = "closed"
    meeting.closed_at = office.now
    meeting.fired = tuple(dict.fromkeys((*meeting.fired, "minutes")))
    return [Event(what="closed", actor=actor, at=office.now)]


def _owe_minutes_again(meeting: Meeting) -> None:
    """What is added after the minutes went out stands in them a day later, all of it at once."""
    if meeting.state == "closed":
        meeting.fired = tuple(each for each in meeting.fired if each != "minutes")


def _moved(meeting: Meeting, to: datetime, office: Office, actor: str) -> list[Event]:
    before, meeting.begins_at = meeting.begins_at, to
    meeting.moved = True
    meeting.sequence += 1
    meeting.fired = ()
    if meeting.state == "asked" and asked_at(meeting, office) > office.now:
        meeting.state = "planned"
    return [Event(what="moved", actor=actor, at=office.now, old=before.isoformat(), new=to.isoformat())]


def _dropped(meeting: Meeting, office: Office) -> list[Event]:
    if meeting.state == "dropped":
        return []
    meeting.state = "dropped"
    meeting.sequence += 1
    return [Event(what="dropped", actor=CLOCK, at=office.now)]


def _restored(meeting: Meeting, begins_at: datetime, office: Office) -> list[Event]:
    meeting.state, meeting.begins_at, meeting.moved, meeting.fired = "planned", begins_at, False, ()
    meeting.sequence += 1
    return [Event(what="restored", actor=CLOCK, at=office.now, new=begins_at.isoformat())]


def _silent(meeting: Meeting) -> list[str]:
    written = {line.member for line in meeting.lines}
    return [person for person in meeting.people if person not in written and person not in meeting.cannot]


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


def _takes_part(meeting: Meeting, office: Office, by: Member) -> Refused | None:
    return None if by.id in (*meeting.people, chairs(meeting, office)) else Refused("not_in_meeting")


def _is_open(meeting: Meeting) -> Refused | None:
    return None if meeting.state in OPEN else Refused("meeting_over")


def _goes_on(meeting: Meeting) -> Refused | None:
    return None if meeting.state == "held" else Refused("meeting_not_on")
