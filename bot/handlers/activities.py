"""What people do about team activities in Slack: announce, sign up, leave."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.handlers import records
from bot.handlers.records import Answer, as_number, open_or_say, say
from bot.request import Request, beside_fields, filled_in, typed
from bot.views import activities as views
from bot.views import blockkit as kit
from bot.views.wording import Words
from department import activities as rules
from department.activities import SUBJECT, Activity
from department.agreement import Member
from department.people import Office
from department.records import Event, Refused
from storage import activities as shelf

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))

SHOWN: Final = 12


def command(request: Request) -> Answer:
    """`/activity`, with what comes after it."""
    text = typed(str(request.body.get("text", ""))).strip()
    word, _, rest = text.partition(" ")
    match word.casefold():
        case "" | "list" | "列表":
            return say(request, partial(_listing, request))
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: views.help_text(words))
        case "new" | "新建":
            return _open(request, rest)
        case _:
            return _open(request, text)


def new(request: Request) -> Answer:
    """The button “Announce one”."""
    return _open(request, "")


def announced(request: Request) -> Answer:
    """The form was submitted."""
    values = filled_in(request.body)
    seats = unicodedata.normalize("NFKC", values["seats"]).strip()

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Activity, list[Event]] | list[Refused]:
        if seats and not as_number(seats):
            return [Refused("no_places", field="seats")]
        return rules.announce(
            office,
            by,
            title=values["title"],
            text=values["text"],
            place=values["place"],
            begins_at=_moment(values["begins_at"]),
            seats=as_number(seats),
            workspace=request.delivery.workspace,
            number=number,
        )

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def _open(request: Request, title: str) -> Answer:
    return open_or_say(request, lambda session, office, by, words: views.form(words, title=title[:200]))


def _moment(picked: int | None) -> datetime | None:
    return datetime.fromtimestamp(picked, UTC) if picked else None


def _listing(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    return views.listing(shelf.coming_up(session, request.delivery.workspace, office.now, SHOWN), words)


ACTIONS: Final[dict[str, Any]] = {
    "activity.join": act(rules.join),
    "activity.leave": act(rules.leave),
    "activity.change": opens(lambda sight: views.change_form(sight.record, sight.words), rules.may_change),
    "activity.cancel": opens(lambda sight: views.cancel_form(sight.record, sight.words), rules.may_change),
    "activity.new": new,
}
VIEWS: Final[dict[str, Any]] = {
    "activity.announce": announced,
    "activity.change": submits(
        lambda filled: partial(rules.change, begins_at=_moment(filled["begins_at"]), place=filled["place"])
    ),
    "activity.cancel": submits(lambda filled: partial(rules.cancel, reason=filled["reason"])),
}
