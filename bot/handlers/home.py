"""Somebody's Home: it is opened, narrowed down, and shown anew by the courier whenever what it says has changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.agenda import gather, overview
from bot.desk import LOOKS_FOR, Desk, Reply
from bot.handlers.records import Answer, open_or_say
from bot.request import Request, filled_in
from bot.views import blockkit as kit
from bot.views import home as views
from bot.views.orders.card import DATES
from bot.views.refusals import name
from bot.views.talk import entry, show_button
from bot.views.wording import Words
from department.agreement import Member, span
from department.ahead import for_supervisors
from department.people import Office
from department.records import Refused
from storage import complaints as complaints_kept
from storage import orders as orders_kept
from storage import outbox, people
from storage import tasks as tasks_kept


def opened(request: Request) -> Answer:
    """Somebody opened the app's first tab. Slack says so each time; only a look at the Home is one."""
    if request.body["event"].get("tab") == "home":
        seen(request)
    return {}


def seen(request: Request, subject: str | None = None) -> None:
    """Somebody looks at their Home now: show it as things stand; of one `subject` only, if they chose one. A choice
    lasts as long as they look: whoever comes back later sees everything."""
    workspace, user = request.delivery.workspace, request.delivery.user
    with request.desk.store.transaction() as session:
        person = people.by_slack_user(session, workspace, user)
        if person is None:
            return
        now = request.desk.clock.now()
        if subject is None and not people.looking(session, workspace, {person.member}, now - LOOKS_FOR):
            subject = ""
        people.looks(session, workspace, user, now)
        outbox.refresh_home(session, workspace, person.member, now, subject)
    request.desk.wake()


def narrow(request: Request) -> Answer:
    """One subject was chosen, or everything again."""
    chosen = str(request.body["actions"][0]["selected_option"]["value"])
    seen(request, chosen if chosen in views.SUBJECTS else "")
    return {}


def show_mine(request: Request) -> Answer:
    """“My orders”, “My tasks”, “My complaints”: whatever somebody has a part in, also where others have to act now."""
    kind = request.body["actions"][0]["value"]
    if kind not in views.MINE:
        return {}

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        workspace, most = request.delivery.workspace, LISTED + 1
        found: Sequence[Any]
        match kind:
            case "order":
                found = orders_kept.of_person(session, workspace, by.id, most)
            case "task":
                found = tasks_kept.of_person(session, workspace, by.id, most)
            case _:
                found = complaints_kept.open_cases(
                    session, workspace, members=office.with_covered(by), offset=0, limit=most
                )
        rows = [(*entry(record, office, words), show_button(record, words)) for record in found[:LISTED]]
        return views.listed(words.say(views.MINE[kind]), rows, words, more=len(found) > LISTED)

    return open_or_say(request, see)


WEEK: Final = timedelta(days=7)

LISTED: Final = 40
"""Records of a kind on one page: a form holds 100 blocks."""


def show_late(request: Request) -> Answer:
    """“All that is late” on a manager's Home."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block | Refused:
        found = overview(session, request.delivery.workspace, by, office)
        return views.late(found, by, office, words) if found else for_supervisors(office)

    return open_or_say(request, see)


def show_at_risk(request: Request) -> Answer:
    """The orders at risk, on a manager's Home."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        found = orders_kept.open_orders(session, request.delivery.workspace, at_risk=True, offset=0, limit=LISTED + 1)
        rows = [(*entry(order, office, words), show_button(order, words)) for order in found[:LISTED]]
        return views.listed(words("Orders at risk"), rows, words, more=len(found) > LISTED)

    return open_or_say(request, see)


def show_cut_offs(request: Request) -> Answer:
    """What the carriers close in the next seven days, on a manager's Home."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        workspace = request.delivery.workspace
        closing = orders_kept.cut_offs(session, workspace, since=office.now, until=office.now + WEEK, limit=LISTED + 1)
        rows = [
            (
                " · ".join((words.near_moment(moment), words.say(DATES[code]), entry(order, office, words)[0])),
                words("{name}", name=name(order.owner, office)),
                show_button(order, words),
            )
            for moment, code, order in closing[:LISTED]
        ]
        return views.listed(words("Cut-offs ahead"), rows, words, more=len(closing) > LISTED)

    return open_or_say(request, see)


def open_settings(request: Request) -> Answer:
    """“Settings” on somebody's Home."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block | Refused:
        person = people.by_slack_user(session, request.delivery.workspace, request.delivery.user)
        if person is None:
            return Refused("not_a_member")
        quiet = office.agreement.working_hours.quiet_hours
        agreed = (f"{office.agreement.digest.at:%H:%M}", f"{quiet.start:%H:%M}-{quiet.end:%H:%M}")
        return views.settings(person, words, agreed=agreed)

    return open_or_say(request, see)


def choose(request: Request) -> Answer:
    """The settings were submitted."""
    values, delivery = filled_in(request.body), request.delivery
    quiet = values["quiet_hours"].strip()

    def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        try:
            hours = span(quiet) if quiet else None
        except ValueError:
            said = words("Write the quiet hours like 20:00-08:00.")
            return Reply({"response_action": "errors", "errors": {"quiet_hours": said}}, final=False)
        wrong = [field for field in ("birthday", "joined") if values[field].strip() and not _day(values[field])]
        if wrong:
            said = words("Write month and day, such as 05-17.")
            return Reply({"response_action": "errors", "errors": dict.fromkeys(wrong, said)}, final=False)
        language = values["language"]
        at = values["digest_time"]
        people.choose(
            session,
            delivery.workspace,
            delivery.user,
            language="" if language == "profile" else language,
            digest_time=at if re.fullmatch(r"\d\d:\d\d", at) else "",
            quiet_hours=f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else "",
            muted=",".join(each for each in values["muted"] if each in views.SUBJECTS),
            birthday=_day(values["birthday"]),
            joined=_day(values["joined"]),
            wished_in=values["wished_in"] if values["wished_in"] in ("dm", "channel") else "",
        )
        if by is not None:
            outbox.refresh_home(session, delivery.workspace, by.id, office.now)
        return Reply({"response_action": "clear"})

    return request.desk.once(delivery, attempt)


def _day(said: str) -> str:
    """Month and day of "5-17", "05/17" or "5月17日" as "05-17"; empty for anything else, and for nothing."""
    found = re.fullmatch(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", unicodedata.normalize("NFKC", said).strip())
    try:
        return f"{date(2024, int(found[1]), int(found[2])):%m-%d}" if found else ""  # a leap year
    except ValueError:
        return ""


def shown_to(desk: Desk, session: Session, workspace: str, member_id: str, subject: str) -> kit.Block | None:
    """The Home of a member as things stand; None for somebody outside the agreement."""
    member = desk.agreement.member(member_id)
    if member is None:
        return None
    office = desk.office(session)
    words = desk.words_of(session, workspace, member)
    agenda = gather(session, workspace, member, office, subject)
    return views.home(agenda, member, office, words, subject=subject)


ACTIONS: Final[dict[str, Any]] = {
    "home.filter": narrow,
    "home.mine.order": show_mine,
    "home.mine.task": show_mine,
    "home.mine.complaint": show_mine,
    "home.late": show_late,
    "home.risk": show_at_risk,
    "home.cutoffs": show_cut_offs,
    "people.settings": open_settings,
}
VIEWS: Final[dict[str, Any]] = {"people.settings": choose}
