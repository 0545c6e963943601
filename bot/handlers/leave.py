"""What people do about leave in Slack: the command, the form, the card's buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.handlers import records
from bot.handlers.records import Answer, Sight, member_of, open_or_say, say, value_of
from bot.request import Request, beside_fields, filled_in, typed
from bot.views import blockkit as kit
from bot.views import leave as views
from bot.views.refusals import refusal
from bot.views.wording import Words
from department import leave as rules
from department.agreement import Member
from department.dates import Asker
from department.leave import SUBJECT, Absence
from department.people import Office
from department.records import Event, Refused
from department.stretches import Stretch, understand_days
from storage import leave as shelf
from storage import people

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))

SHOWN: Final = 40
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def command(request: Request) -> Answer:
    """`/away`, with what comes after it: a word of its own, or from when until when."""
    raw = str(request.body.get("text", "")).strip()
    match typed(raw).casefold():
        case "list" | "列表" | "who" | "谁":
            return say(request, partial(who_is_away, request.delivery.workspace))
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: views.help_text(words))
    return _open(request, raw)


def open_form(request: Request) -> Answer:
    """The button “Enter leave” on somebody's Home."""
    return _open(request, "")


def open_for(request: Request) -> Answer:
    """The button “Enter their leave”: the form for somebody who may not be in."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        person = people.by_member(session, request.delivery.workspace, value_of(request))
        today = Stretch(office.today, office.today)
        return views.form(office, words, member=person.slack_user if person else "", said=today)

    return open_or_say(request, see)


def show_away(request: Request) -> Answer:
    """The button that shows who is away."""

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        shown = who_is_away(request.delivery.workspace, session, office, by, words)
        return kit.modal("leave.read", words("Who is away"), "", words("Close"), *shown.blocks)

    return open_or_say(request, see)


def who_is_away(workspace: str, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    """Who is or will be away; supervisors see the holes in the cover, too."""
    agreed = [leave for leave in office.agreement.leave if leave.to >= office.today]
    is_boss = office.is_supervisor(by)
    holes = rules.holes(office, office.today, office.today + rules.AHEAD) if is_boss else []
    return views.listing(shelf.planned(session, workspace, limit=SHOWN), agreed, holes, office, words, by=by)


def file(request: Request) -> Answer:
    """The form was submitted."""
    values = filled_in(request.body)
    member = member_of(request, values["member"])
    deputy = member_of(request, values["deputy"]) or "?" if values["deputy"] else ""

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Absence, list[Event]] | list[Refused]:
        return rules.file(
            office,
            by,
            member=member,
            kind=values["kind"],
            deputy=deputy,
            workspace=request.delivery.workspace,
            number=number,
            **_days(values),
        )

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def change(request: Request) -> Answer:
    """The form with other days, or somebody else who stands in, was submitted."""
    values = filled_in(request.body)
    deputy = member_of(request, values["deputy"]) or "?" if values["deputy"] else ""
    return submits(lambda filled: partial(rules.change, deputy=deputy, **_days(filled)))(request)


def _open(request: Request, raw: str) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        text, deputy = typed(_MENTION.sub(" ", raw)).strip(), next(iter(_MENTION.findall(raw)), "")
        said = understand_days(text, Asker(office.now, words.timezone, office.calendar)) if text else None
        doubt = refusal(said, office, words) if isinstance(said, Refused) else ""
        days = said if isinstance(said, Stretch) else None
        return views.form(office, words, member=request.delivery.user, deputy=deputy, said=days, doubt=doubt)

    return open_or_say(request, see)


def _days(values: dict[str, Any]) -> dict[str, Any]:
    first, last = (date.fromisoformat(said) if (said := values[name]) else None for name in ("first", "last"))
    return {
        "first": first,
        "last": last,
        "afternoon": "afternoon" in values["halves"],
        "until_noon": "until_noon" in values["halves"],
    }


def _change_form(sight: Sight) -> kit.Block:
    absence = sight.record
    deputy = people.by_member(sight.session, absence.workspace, absence.deputy) if absence.deputy else None
    return views.form(sight.office, sight.words, absence=absence, deputy=deputy.slack_user if deputy else "")


ACTIONS: Final = {
    "leave.new": open_form,
    "leave.for": open_for,
    "leave.show": show_away,
    "leave.cancel": act(rules.cancel),
    "leave.change": opens(_change_form, rules.may_change),
}

VIEWS: Final = {"leave.file": file, "leave.change": change}
