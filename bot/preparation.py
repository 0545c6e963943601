"""What a record has to know of all the others before somebody or the clock acts on it: the agenda of a meeting, the
count of an award, the order numbers that are taken. It is put on the record itself, so that the rules see nothing
else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import agenda
from bot.views import FACES, Face
from bot.views import awards as award_views
from bot.views import emergencies as emergency_views
from bot.views import leave as leave_views
from bot.views.meetings import card as meeting_card
from bot.views.orders.card import DATES, code_of, risk
from bot.views.refusals import name
from bot.views.tasks import card as task_card
from bot.views.wording import Words
from department import SUBJECTS, awards, leave, meetings, orders
from department.agreement import Label, Leave, Member
from department.agreement import Topic as Group
from department.awards import Counted, Round
from department.complaints import SUBJECT as COMPLAINT
from department.complaints import Complaint
from department.emergencies import SUBJECT as EMERGENCY
from department.emergencies import Emergency
from department.leave import Absence, Waiting
from department.meetings import Meeting, Topic
from department.orders import Order
from department.orders.limits import handoff_steps
from department.people import Office
from department.records import Event
from department.tasks import SUBJECT as TASK
from department.tasks import Attached, Task
from storage import asks, complaints, outbox, people, store
from storage import awards as rounds
from storage import emergencies as emergencies_kept
from storage import meetings as meetings_kept
from storage import orders as orders_kept
from storage import tasks as tasks_kept

MOST: Final = 8
"""Lines of one group of an agenda: more is not talked about in a meeting."""

LOOKED_AT: Final = 500
"""Late asks, or events, that are looked through for an agenda."""

A_WEEK: Final = timedelta(days=7)
A_MONTH: Final = timedelta(days=31)
LAST_ROUNDS: Final = 3
CUT_OFFS_AHEAD: Final = timedelta(days=10)
LAST_MEETINGS: Final = 10
MOST_ROUNDS: Final = 12
"""Rounds that the agreement can look back."""

WINS: Final[Mapping[tuple[str, str], Sequence[str]]] = MappingProxyType(
    {
        ("order", "confirmed"): ("open", "on_hold", "closed"),
        ("complaint", "closed"): ("closed",),
        ("praise", "given"): ("given",),
    }
)
"""What is named as a win: the subject and what happened, and the states in which it still holds."""

Say = Callable[[Words], str]


@dataclass(frozen=True, slots=True)
class About:
    """A line of an agenda: how it is said, and the record it leads to, if any."""

    say: Say
    subject: str = ""
    number: int = 0


def before_acting(session: Session, record: Any, office: Office) -> None:
    """Put on a record what it has to know when somebody acts on it."""
    if isinstance(record, Order) and not record.order_no:
        record.taken = orders_kept.numbers_like(session, record.workspace, orders.order_number(record, office))


def before_showing(session: Session, record: Any) -> None:
    """Put on a record what its card and its history show of others: the open tasks that belong to it."""
    codes = _codes(record)
    if not codes:
        return
    found = tasks_kept.belonging(session, record.workspace, codes)
    record.tasks = [Attached(task, agenda.link(session, record.workspace, TASK, task.number)) for task in found]


def _codes(record: Any) -> list[str]:
    match record:
        case Order():
            return [each for each in (record.order_no, FACES[orders.SUBJECT].code(record.number)) if each]
        case Complaint():
            return [FACES[COMPLAINT].code(record.number)]
        case _:
            return []


def shows(session: Session, record: Any, events: Sequence[Event]) -> list[tuple[str, Any]]:
    """Whose cards show something of a record that has changed: those of what a task belongs to, or belonged to."""
    if not isinstance(record, Task):
        return []
    codes = {record.about, *(event.old for event in events if event.what == "belongs")} - {""}
    return [found for code in sorted(codes) if (found := called(session, record.workspace, code))]


def called(session: Session, workspace: str, code: str) -> tuple[str, Any] | None:
    """The subject and the record that people call by a code, such as C-12 or SO-2610-03; None where there is none."""
    prefix, _, rest = code.upper().partition("-")
    subject = next((each for each in SUBJECTS if FACES[each].code(0).partition("-")[0] == prefix), "")
    number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 10 else 0
    record: Any = store.read(session, SUBJECTS[subject].record, workspace, number) if subject and number else None
    if record is None:
        subject, record = orders.SUBJECT, orders_kept.by_order_no(session, workspace, code)
    return (subject, record) if record is not None else None


def before_firing(session: Session, subject: str, record: Any, office: Office, kind: str) -> None:
    """Put on a record what it has to know for a deadline of this kind."""
    if subject in _BEFORE:
        _BEFORE[subject](session, record, office, kind)


def after_change(session: Session, subject: str, record: Any, events: Sequence[Event], office: Office) -> None:
    """What follows from a change beside the record itself, before anybody is told of it: the ballot of a round that is
    not open goes; who stands in is to hear what waits; who comes back during the day has their digest then."""
    if subject == awards.SUBJECT and record.state != "voting":
        rounds.forget_ballot(session, record.workspace, record.number)
    if subject == leave.SUBJECT and record.state == "away":
        _what_waits(session, record, office)
    if subject == leave.SUBJECT and any(event.what == "over" for event in events):
        _back_by_day(session, record, office)


def _what_waits(session: Session, absence: Absence, office: Office) -> None:
    cover = office.agreement.member(leave.cover_of(absence, office))
    if cover is None:
        return
    until = office.ends_at(absence.leave)
    found, absence.waits = asks.moving(session, absence.workspace, absence.member, until, MOST)
    items = agenda.visible_to([cover], agenda.with_records(session, absence.workspace, found), office)
    absence.waiting = tuple(_waiting(session, absence, line, office) for line in _asked(items, office, named=False))


def _waiting(session: Session, absence: Absence, line: About, office: Office) -> Waiting:
    zh, en = (" ".join(line.say(Words((each,), office.agreement.timezone)).split()) for each in ("zh", "en"))
    return Waiting(Label(zh=zh, en=en), agenda.link(session, absence.workspace, line.subject, line.number))


def _back_by_day(session: Session, absence: Absence, office: Office) -> None:
    """Whoever comes back when their morning is over need not wait for the next one to hear what happened."""
    member, reader = (
        office.agreement.member(absence.member),
        people.reader(session, absence.workspace, absence.member),
    )
    if member is None or reader is None or reader.digest_at is None:
        return
    opens, zone = office.calendar.next_open(office.now), ZoneInfo(office.agreement.timezone)
    if opens.astimezone(zone).date() == office.today < reader.digest_at.astimezone(zone).date():
        people.plan_digest(session, absence.workspace, reader.person.slack_user, opens, None)


def _order(session: Session, order: Order, office: Office, kind: str) -> None:
    """Who did nothing since this morning's opening, and about whom the manager was not asked yet."""
    if not kind.endswith(f": {orders.SILENT}"):
        return
    receivers = {handoff.receiver for handoff in order.offered}
    opening = office.agreement.working_hours.spans[0].start
    since = datetime.combine(office.today, opening, ZoneInfo(office.agreement.timezone)).astimezone(UTC)
    asked = store.happened_of(session, order.workspace, [(orders.SUBJECT, orders.SILENT)], since, LOOKED_AT)
    seen = {
        *store.acted_since(session, order.workspace, receivers, since),
        *people.looking(session, order.workspace, receivers, since),
        *(event.old for _, _, event in asked),
    }
    order.silent = receivers - seen


def _meeting(session: Session, meeting: Meeting, office: Office, kind: str) -> None:
    if kind in ("ask", "begin"):
        meeting.topics = topics(session, meeting, office)
        before = meetings_kept.note_takers(
            session, meeting.workspace, meeting.series, meeting.begins_at, len(meeting.people)
        )
        meetings.appoint(meeting, office, before)
    if kind == "shown":
        meeting.unposted = outbox.has_no_place(session, meeting.workspace, meetings.SUBJECT, meeting.number)
    if kind == "minutes":
        take_actions(session, meeting, office)


def take_actions(session: Session, meeting: Meeting, office: Office) -> None:
    """The tasks given in a meeting, as they stand now."""
    given = tasks_kept.of_meetings(session, meeting.workspace, [meeting_card.code(meeting.number)])
    meeting.actions = tuple(_topic(session, meeting, "action", _task(task, office), office) for task in given)


def action_line(task: Task, office: Office) -> Topic:
    """A task that was just given, as a line of its meeting; its card is not posted yet."""
    zh, en = (_task(task, office).say(Words((each,), office.agreement.timezone)) for each in ("zh", "en"))
    return Topic("action", zh, en)


def topics(session: Session, meeting: Meeting, office: Office) -> tuple[Topic, ...]:
    """What the records put on the agenda of a meeting now, without what not everybody there may see."""
    there = [member for person in meeting.people if (member := office.agreement.member(person))]
    if meeting.is_private:
        asked = asks.of_member(session, meeting.workspace, meeting.person, limit=2 * MOST)
        mine = [each for each in asked if each.subject != meetings.SUBJECT]
        items = agenda.visible_to(there, agenda.with_records(session, meeting.workspace, mine), office)
        return tuple(
            _topic(session, meeting, "mine", line, office) for line in _asked(items[:MOST], office, named=False)
        )
    series = meetings.series_of(meeting, office.agreement)
    found_late = asks.late(session, meeting.workspace, office.now, LOOKED_AT) if series else []
    late = agenda.visible_to(there, agenda.with_records(session, meeting.workspace, found_late), office)
    found: list[Topic] = []
    for group in series.agenda if series else ():
        lines = list(_of_group(session, group, meeting, late, office))
        found += [_topic(session, meeting, group, line, office) for line in lines[:MOST]]
        if len(lines) > MOST:
            found.append(_topic(session, meeting, group, About(_more(len(lines) - MOST)), office))
    return tuple(found)


def _of_group(
    session: Session, group: Group, meeting: Meeting, late: list[agenda.Item], office: Office
) -> Iterable[About]:
    match group:
        case "wins":
            return _wins(session, meeting, office)
        case "actions":
            last = meetings_kept.held(session, meeting.workspace, LAST_MEETINGS)
            codes = [meeting_card.code(each.number) for each in last]
            given = tasks_kept.of_meetings(session, meeting.workspace, codes)
            return [
                _task(task, office) for task in given if task.state != "closed" and task.due_at <= office.now + A_WEEK
            ]
        case "cut_offs":
            return [_cut_off(*each, office) for each in _cut_offs(session, meeting, office)]
        case "stuck" | "money" | "late":
            return _asked([each for each in late if _belongs_to(each, meeting, office) == group], office)
        case "awards":
            return [_round(each, office) for each in rounds.newest(session, meeting.workspace, LAST_ROUNDS)]
        case "people":
            return [*_newcomers(office), *_congratulated(session, office)]
        case "complaints":
            gravest = list(office.agreement.complaints.severities)[:2]
            found = complaints.gravest(session, meeting.workspace, gravest, LOOKED_AT)
            return [_complaint(case, office) for case in found]
        case "risks":
            emergencies = emergencies_kept.going_on(session, meeting.workspace, LOOKED_AT)
            clashing = orders_kept.open_orders(session, meeting.workspace, at_risk=True, offset=0, limit=LOOKED_AT)
            return [*(_emergency(each, office) for each in emergencies), *(_at_risk(each, office) for each in clashing)]
        case "cover":
            return [*_away(office), *_holes(office)]


def _belongs_to(item: agenda.Item, meeting: Meeting, office: Office) -> Group:
    """What is late stands in one group: a handoff, a gate that waits for money, if that has a group of its own, or all
    the rest."""
    series = meetings.series_of(meeting, office.agreement)
    if item.subject == orders.SUBJECT and item.ask.waited_for:
        return "stuck"
    is_gate = item.subject == orders.SUBJECT and item.ask.what == "line" and item.ask.stays
    return "money" if is_gate and series is not None and "money" in series.agenda else "late"


def _round(round_: Round, office: Office) -> About:
    def say(words: Words) -> str:
        return f"{award_views.title(round_, office, words)}: {award_views.state(round_, office, words)}"

    return About(say, awards.SUBJECT, round_.number)


def _newcomers(office: Office) -> Iterator[About]:
    def say(member: Member, since: date, words: Words) -> str:
        if since > office.today:
            return words("{who} joins the team on {day}.", who=member.name, day=since)
        return words("{who} joined the team on {day}.", who=member.name, day=since)

    for member in office.agreement.members:
        if member.since is not None and abs(member.since - office.today) <= A_MONTH:
            yield About(partial(say, member, member.since))


def _congratulated(session: Session, office: Office) -> Iterator[About]:
    """Who wants to be congratulated in the channel; of all the others nothing is said."""

    def say(member: Member, day: date, words: Words) -> str:
        return words("{who} is congratulated on {day}.", who=member.name, day=day)

    for person, place, moment in people.wishes_ahead(session, office.now + A_MONTH):
        member = office.agreement.member(person)
        if member is not None and place == "channel":
            day = moment.astimezone(ZoneInfo(office.agreement.timezone)).date()
            yield About(partial(say, member, day))


def _wins(session: Session, meeting: Meeting, office: Office) -> Iterator[About]:
    happened = store.happened_of(session, meeting.workspace, list(WINS), office.now - A_WEEK, LOOKED_AT)
    named: set[tuple[str, int]] = set()
    for subject, number, event in happened:
        record = store.read(session, SUBJECTS[subject].record, meeting.workspace, number)
        if record is None or record.state not in WINS[subject, event.what] or (subject, number) in named:
            continue
        named.add((subject, number))
        yield About(partial(_line, event, record, FACES[subject], office), subject, number)


def _line(event: Event, record: Any, face: Face, office: Office, words: Words) -> str:
    return face.line(event, record, office, words)


def _cut_offs(session: Session, meeting: Meeting, office: Office) -> list[tuple[datetime, str, Order]]:
    until = office.now + CUT_OFFS_AHEAD
    return orders_kept.cut_offs(session, meeting.workspace, since=office.now, until=until)


def _cut_off(moment: datetime, code: str, order: Order, office: Office) -> About:
    def say(words: Words) -> str:
        return words(
            "{order} · {customer}: {what} on {when}, with {who}",
            order=code_of(order),
            customer=order.customer,
            what=DATES[code],
            when=words.near_moment(moment),
            who=name(order.owner, office),
        )

    return About(say, orders.SUBJECT, order.number)


def _asked(items: Iterable[agenda.Item], office: Office, *, named: bool = True) -> list[About]:
    def say(item: agenda.Item, words: Words) -> str:
        text, _ = FACES[item.subject].asked(item.ask, item.record, office, words)
        return f"{words.say(name(item.ask.to, office))} · {text}" if named else text

    return [About(partial(say, item), item.subject, item.record.number) for item in items]


def _complaint(case: Complaint, office: Office) -> About:
    def say(words: Words) -> str:
        return words(
            "{code} · {customer} ({severity}), with {who}",
            code=FACES[COMPLAINT].code(case.number),
            customer=case.customer,
            severity=case.severity,
            who=name(case.owner, office),
        )

    return About(say, COMPLAINT, case.number)


def _emergency(emergency: Emergency, office: Office) -> About:
    def say(words: Words) -> str:
        return words(
            "{what}, led by {who}",
            what=emergency_views.titled(emergency, office, words),
            who=name(emergency.lead, office),
        )

    return About(say, EMERGENCY, emergency.number)


def _at_risk(order: Order, office: Office) -> About:
    def say(words: Words) -> str:
        return words(
            "{order} · {customer}, with {who}: {why}",
            order=code_of(order),
            customer=order.customer,
            who=name(order.owner, office),
            why=" ".join(risk(each, words) for each in orders.risks(order, office)),
        )

    return About(say, orders.SUBJECT, order.number)


def _task(task: Task, office: Office) -> About:
    def say(words: Words) -> str:
        return f"{task_card.titled(task)} · {task_card.summary(task, office, words)}"

    return About(say, TASK, task.number)


def _away(office: Office) -> Iterator[About]:
    def say(leave_: Leave, words: Words) -> str:
        who = name(leave_.member, office)
        return words("{who} is away {days}.", who=who, days=leave_views.days(leave_, words))

    until = office.today + timedelta(days=13)
    for each in sorted(office.leave, key=lambda each: each.from_):
        if each.from_ <= until and each.to >= office.today:
            yield About(partial(say, each))


def _holes(office: Office) -> Iterator[About]:
    for hole in leave.holes(office, office.today, office.today + leave.AHEAD):
        yield About(partial(leave_views.hole_line, hole, office))


def _more(n: int) -> Say:
    return lambda words: words.n("and {n} more", "and {n} more", n)


def _topic(session: Session, meeting: Meeting, group: str, line: About, office: Office) -> Topic:
    zh, en = (" ".join(line.say(Words((each,), office.agreement.timezone)).split()) for each in ("zh", "en"))
    link = agenda.link(session, meeting.workspace, line.subject, line.number) if line.subject else ""
    return Topic(group, zh, en, link)


def _award(session: Session, round_: Round, office: Office, kind: str) -> None:
    if kind == "shown":
        round_.unposted = outbox.has_no_place(session, round_.workspace, awards.SUBJECT, round_.number)
    before = rounds.winners_before(session, round_, MOST_ROUNDS)
    if kind == "announce":
        accounts = people.by_members(session, round_.workspace, round_.winners)
        round_.portraits = {person: account.picture for person, account in accounts.items() if account.picture}
    if kind in ("open", "vote", "close"):  # the round before may be decided late
        awards.take_history(round_, office, before)
    if kind != "close":
        return
    counted = Counted(
        votes=rounds.votes(session, round_.workspace, round_.number),
        cast=rounds.count_of_voters(session, round_.workspace, round_.number),
        in_time=_in_time(session, round_, office),
        winners_before=before,
    )
    awards.take_count(round_, office, counted)


def _in_time(session: Session, round_: Round, office: Office) -> dict[str, tuple[int, int]]:
    """For each nominee the handoffs they answered in time, and all that were offered to them, in the time the award is
    for."""
    zone = ZoneInfo(office.agreement.timezone)
    first, last = awards.period(round_, office.agreement)
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    found: dict[str, tuple[int, int]] = {}
    for handoff in orders_kept.handoffs_since(session, round_.workspace, since.astimezone(UTC)):
        if handoff.receiver not in round_.nominees or not since <= handoff.offered_at < until:
            continue
        if handoff.state == "withdrawn":
            continue
        good, all_ = found.get(handoff.receiver, (0, 0))
        answered = handoff.decided_at is not None and handoff.decided_at <= handoff_steps(handoff, office)["answer"]
        found[handoff.receiver] = (good + answered, all_ + 1)
    return found


_BEFORE: Final[Mapping[str, Callable[[Session, Any, Office, str], None]]] = MappingProxyType(
    {meetings.SUBJECT: _meeting, awards.SUBJECT: _award, orders.SUBJECT: _order}
)
