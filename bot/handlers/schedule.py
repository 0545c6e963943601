"""`/supercargo schedule`: what will be posted when and why, and each entry sent now or left out by who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import digest, preparation, wishes
from bot.desk import Action, Coming, Desk, Reply, Scene
from bot.handlers.records import Answer, as_number, look, say, value_of
from bot.request import Request, aloud
from bot.views import blockkit as kit
from bot.views import schedule as views
from bot.views.wording import Words
from department import NOT_POSTED, SUBJECTS
from department.agreement import Member
from department.people import Office
from department.records import Event, Refused

AHEAD: Final = timedelta(days=14)
LOOKED_AT: Final = 1000

A_MINUTE: Final = 60

SET_TIMES: Final = {"digest": digest, "wish": wishes}
"""What has its own set time and is no record's: the supervisors may send it now or leave it out."""


def show(request: Request, page: int = 0) -> Answer:
    """The schedule of the next fourteen days, as far as whoever asks may know of it."""
    words: Words | None = look(request, lambda session, office, by, words: by and words)
    if words is None:
        return say(request, lambda session, office, by, words: kit.message())
    found = request.desk.coming_up(words, LOOKED_AT, request.desk.clock.now() + AHEAD)
    return say(request, partial(_page, found, page))


def _page(found: list[Coming], page: int, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    known = [each for each in found if each.at <= office.now + AHEAD and _may_see(each, office, by)]
    shown = known[page * views.PAGE : (page + 1) * views.PAGE]
    entries = [views.Entry(each.at, each.text, _value(each, page, office, by)) for each in shown]
    more = len(known) > (page + 1) * views.PAGE
    ends_early = found[-1].at if len(found) == LOOKED_AT and not more else None
    return views.page(entries, words, page=page, more=more, ends_early=ends_early)


def _may_see(each: Coming, office: Office, by: Member) -> bool:
    if each.deadline is None:  # a digest, or a message that is held back, which names its receiver
        return not each.names_somebody or office.is_supervisor(by)
    return SUBJECTS[each.deadline.subject].may_see(each.record, office, by) is None


def _value(each: Coming, page: int, office: Office, by: Member) -> str:
    due = each.deadline
    if each.set_time is not None and office.is_supervisor(by):
        what, who = each.set_time
        return f"{what}:{int(each.at.timestamp()) // A_MINUTE}:{page}:{who}"
    if due is None or SUBJECTS[due.subject].may_post(each.record, office, by, due.kind) is not None:
        return ""
    return f"{due.subject}:{due.number}:{page}:{due.kind}"


def turn(request: Request) -> Answer:
    """“Back” and “Further”."""
    return request.replace_original(show(request, as_number(value_of(request))))


def send_now(request: Request) -> Answer:
    """“Send now”."""
    subject, number, page, kind = _entry(request)
    if subject in SET_TIMES:
        _at_set_time(request, SET_TIMES[subject].bring_forward, number, kind)
        request.replace_original(show(request, page))
    if subject in SUBJECTS:
        bring_forward(request, subject, number, kind)
        request.replace_original(show(request, page))
    return {}


def skip(request: Request) -> Answer:
    """“Leave it out”."""
    subject, number, page, kind = _entry(request)
    if subject in SET_TIMES:
        _at_set_time(request, SET_TIMES[subject].leave_out, number, kind)
        request.replace_original(show(request, page))
    leave_out = SUBJECTS[subject].leave_out if subject in SUBJECTS else None
    if leave_out is not None:
        request.desk.act(request.delivery, subject, number, partial(leave_out, kind=kind), aloud)
        request.replace_original(show(request, page))
    return {}


def bring_forward(request: Request, subject: str, number: int, kind: str) -> Answer:
    """Do now what the clock would do later, with what the record has to know for it."""
    rules = SUBJECTS[subject]
    bring = rules.bring_forward
    if bring is None:
        return {}

    def action(session: Session) -> Action:
        def run(record: Any, office: Office, by: Member) -> list[Event] | Refused:
            if refused := rules.may_post(record, office, by, kind):
                return refused
            preparation.before_firing(session, subject, record, office, kind)
            return bring(record, office, by, kind=kind)

        return run

    return request.desk.act_knowing(request.delivery, subject, number, action, aloud)


AtSetTime = Callable[[Session, Desk, str, datetime, str], int]


def _at_set_time(request: Request, do: AtSetTime, minute: int, who: str) -> None:
    """Something else for what is planned for a minute, counted from 1970."""
    planned = datetime.fromtimestamp(minute * A_MINUTE, UTC)

    def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        if by is None:
            return aloud(Refused("not_a_member"), Scene(office, words))
        done = office.is_supervisor(by) and do(session, request.desk, request.delivery.workspace, planned, who)
        return aloud([] if done else NOT_POSTED, Scene(office, words))

    request.desk.once(request.delivery, attempt)


def _entry(request: Request) -> tuple[str, int, int, str]:
    """The subject and number of an entry's record, the page it stands on, and what the clock would do."""
    subject, number, page, kind = (*value_of(request).split(":", 3), "", "", "")[:4]
    return subject, as_number(number), as_number(page), kind


ACTIONS: Final[dict[str, Any]] = {
    "schedule.now": send_now,
    "schedule.skip": skip,
    "schedule.back": turn,
    "schedule.on": turn,
}
