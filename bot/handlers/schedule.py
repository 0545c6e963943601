"""`/supercargo schedule`: what will be posted when and why, each entry sent now, left out or put back by who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import digest, preparation, wishes
from bot.desk import Action, Coming, Reply, Scene
from bot.handlers.records import Answer, as_number, look, say, value_of
from bot.request import Request, aloud
from bot.views import FACES
from bot.views import blockkit as kit
from bot.views import schedule as views
from bot.views.wording import Words
from department import SUBJECTS, Rules, ahead
from department.agreement import Member
from department.ahead import NOTHING_TO_SEND, Early
from department.people import Office
from department.records import Deadline, Event, Refused
from storage import left_out, people
from storage.deadlines import Due

AHEAD: Final = timedelta(days=14)
LOOKED_AT: Final = 1000

SET_TIMES: Final = ("digest", "overview", "wish")
"""What has its own set time and is no record's."""

SENT_AT_SET_TIMES: Final = MappingProxyType({"digest": digest.bring_forward, "wish": wishes.bring_forward})
"""What of it can be sent now."""


def show(request: Request, page: int = 0) -> Answer:
    """The schedule of the next fourteen days, as far as whoever asks may know of it."""
    words: Words | None = look(request, lambda session, office, by, words: by and words)
    if words is None:
        return say(request, lambda session, office, by, words: kit.message())
    found = request.desk.coming_up(words, LOOKED_AT, request.desk.clock.now() + AHEAD)
    return say(request, partial(_page, request.delivery.workspace, found, page))


def _page(
    workspace: str, found: list[Coming], page: int, session: Session, office: Office, by: Member, words: Words
) -> kit.Payload:
    known = [each for each in found if each.at <= office.now + AHEAD and _may_see(each, office, by)]
    shown = known[page * views.PAGE : (page + 1) * views.PAGE]
    entries = [_entry(each, workspace, page, session, office, by, words) for each in shown]
    more = len(known) > (page + 1) * views.PAGE
    ends_early = found[-1].at if len(found) == LOOKED_AT and not more else None
    return views.page(entries, words, page=page, more=more, ends_early=ends_early)


def _may_see(each: Coming, office: Office, by: Member) -> bool:
    if each.due is None:  # a message that is held back, which names its receiver
        return not each.names_somebody or office.is_supervisor(by)
    if each.record is None:
        return True
    return SUBJECTS[each.due.subject].may_see(each.record, office, by) is None


def _entry(
    each: Coming, workspace: str, page: int, session: Session, office: Office, by: Member, words: Words
) -> views.Entry:
    due, record = each.due, each.record
    if due is None:
        return views.Entry(each.at, each.text)
    value = f"{due.subject}:{due.number}:{page}:{int(due.due_at.timestamp())}:{due.kind}"
    if record is None:
        early: Early = "send" if each.is_next and due.subject in SENT_AT_SET_TIMES else ""
        if _may_at_set_time(session, replace(due, workspace=workspace), office, by) is not None:
            return views.Entry(each.at, each.text)
        return views.Entry(each.at, each.text, value, early, is_left_out=bool(each.left_out_by))
    rules, face = SUBJECTS[due.subject], FACES[due.subject]
    if rules.may_post(record, office, by, due.kind) is not None:
        return views.Entry(each.at, each.text)
    return views.Entry(
        each.at,
        each.text,
        value,
        ahead.early(rules, record, office, due.kind) if _runs(rules, record, office, due) else "",
        is_left_out=bool(each.left_out_by),
        if_sent=words.say(face.if_sent[due.kind]) if due.kind in face.if_sent else "",
        if_left_out=words.say(face.if_left_out[due.kind]) if due.kind in face.if_left_out else "",
    )


def _runs(rules: Rules, record: Any, office: Office, due: Due) -> bool:
    return Deadline(due.kind, due.due_at) in rules.deadlines(record, office)


def turn(request: Request) -> Answer:
    """“Back” and “Further”."""
    return request.replace_original(show(request, as_number(value_of(request))))


def send_now(request: Request) -> Answer:
    """“Send now”, or “Remind now”."""
    entry = _chosen(request)
    if entry.subject in SENT_AT_SET_TIMES:

        def do(session: Session, due: Due, by: Member) -> bool:
            return bool(SENT_AT_SET_TIMES[due.subject](session, request.desk, due))

        return _at_set_time(request, entry, do)
    if entry.subject in SUBJECTS:
        bring_forward(request, entry.subject, entry.number, entry.kind)
        request.replace_original(show(request, entry.page))
    return {}


def skip(request: Request) -> Answer:
    """“Leave it out”."""

    def do(session: Session, due: Due, by: Member) -> bool:
        left_out.enter(session, due, by.id)
        return True

    def leave_out(
        session: Session, rules: Rules, due: Due, record: Any, office: Office, by: Member
    ) -> list[Event] | Refused:
        outcome = ahead.leave_out(rules, record, office, by, Deadline(due.kind, due.due_at))
        if not isinstance(outcome, Refused) and due.kind not in rules.calls_off:
            left_out.enter(session, due, by.id)
        return outcome

    return _steer(request, do, leave_out)


def put_back(request: Request) -> Answer:
    """“Not left out after all”."""

    def do(session: Session, due: Due, by: Member) -> bool:
        left_out.put_back(session, due)
        return True

    def back(
        session: Session, rules: Rules, due: Due, record: Any, office: Office, by: Member
    ) -> list[Event] | Refused:
        if not left_out.is_left_out(session, due):
            return NOTHING_TO_SEND
        outcome = ahead.put_back(rules, record, office, by, Deadline(due.kind, due.due_at))
        if not isinstance(outcome, Refused):
            left_out.put_back(session, due)
        return outcome

    return _steer(request, do, back)


def bring_forward(request: Request, subject: str, number: int, kind: str) -> Answer:
    """Do now what the clock would do later, with what the record has to know for it."""
    rules = SUBJECTS[subject]

    def action(session: Session) -> Action:
        def run(record: Any, office: Office, by: Member) -> list[Event] | Refused:
            if refused := rules.may_post(record, office, by, kind):
                return refused
            preparation.before_firing(session, subject, record, office, kind)
            return ahead.bring_forward(rules, record, office, by, kind)

        return run

    return request.desk.act_knowing(request.delivery, subject, number, action, aloud)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a button of the schedule stands for: the subject and number of the record, the page, the second (of 1970) it
    is due, and the kind of the limit."""

    subject: str
    number: int
    page: int
    second: int
    kind: str


AtSetTime = Callable[[Session, Due, Member], bool]
Steering = Callable[[Session, Rules, Due, Any, Office, Member], list[Event] | Refused]


def _steer(request: Request, at_set_time: AtSetTime, of_record: Steering) -> Answer:
    """Something about an entry, whether it is a record's or has its own set time."""
    entry = _chosen(request)
    if entry.subject in SET_TIMES:
        return _at_set_time(request, entry, at_set_time)
    if entry.subject not in SUBJECTS:
        return {}
    rules, workspace = SUBJECTS[entry.subject], request.delivery.workspace

    def action(session: Session) -> Action:
        def run(record: Any, office: Office, by: Member) -> list[Event] | Refused:
            limits = [*rules.deadlines(record, office), *rules.foreseen(record, office)]
            found = (each for each in limits if (each.kind, int(each.due_at.timestamp())) == (entry.kind, entry.second))
            limit = next(found, None)
            if limit is None:
                return rules.may_post(record, office, by, entry.kind) or NOTHING_TO_SEND
            due = Due(workspace, entry.subject, entry.number, limit.kind, limit.due_at)
            return of_record(session, rules, due, record, office, by)

        return run

    request.desk.act_knowing(request.delivery, entry.subject, entry.number, action, aloud)
    return request.replace_original(show(request, entry.page))


def _at_set_time(request: Request, entry: Chosen, do: AtSetTime) -> Answer:
    """Something about what has its own set time."""
    moment = datetime.fromtimestamp(entry.second, UTC)
    due = Due(request.delivery.workspace, entry.subject, 0, entry.kind, moment)

    def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        if by is None:
            return aloud(Refused("not_a_member"), Scene(office, words))
        refused = _may_at_set_time(session, due, office, by)
        is_ahead = office.now < moment <= office.now + AHEAD
        if refused is None and not (is_ahead and do(session, due, by)):
            refused = NOTHING_TO_SEND
        return aloud(refused or [], Scene(office, words))

    request.desk.once(request.delivery, attempt)
    return request.replace_original(show(request, entry.page))


def _may_at_set_time(session: Session, due: Due, office: Office, by: Member) -> Refused | None:
    """Supervisors may, but a wish that comes by a direct message is for whoever gets it alone."""
    if due.subject == "wish":
        if by.id == due.kind:
            return None
        person = people.by_member(session, due.workspace, due.kind)
        if person is None or person.wished_in != "channel":
            return Refused("own_wish")
    if office.is_supervisor(by):
        return None
    return ahead.for_supervisors(office)


def _chosen(request: Request) -> Chosen:
    subject, number, page, second, kind = (*value_of(request).split(":", 4), "", "", "", "")[:5]
    return Chosen(subject, as_number(number), as_number(page), _second(second), kind)


def _second(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


ACTIONS: Final[dict[str, Any]] = {
    "schedule.now": send_now,
    "schedule.skip": skip,
    "schedule.put_back": put_back,
    "schedule.back": turn,
    "schedule.on": turn,
}
