"""A button, a menu choice or a form about one record, whatever its subject: from the payload to the action and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot import agenda, preparation
from bot.desk import Action, Reply
from bot.request import Request, aloud, beside_fields, filled_in, respond
from bot.views import blockkit as kit
from bot.views.refusals import refusal
from bot.views.wording import Words
from department import SUBJECTS
from department.agreement import Member
from department.people import Office
from department.records import Event, Refused
from storage import people, store

Answer = dict[str, Any]
Handler = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a form or a page about a record is drawn from: the record, who looks, the department, their words."""

    session: Session
    record: Any
    by: Member
    office: Office
    words: Words


Early = Callable[[Any, Office, Member], Refused | None]


def act(subject: str, action: Action) -> Handler:
    """A button that does `action` at once."""

    def do(request: Request) -> Answer:
        return request.desk.act(request.delivery, subject, number_of(request), action, aloud)

    return do


def opens(subject: str, form: Callable[[Sight], kit.Block], early: Early) -> Handler:
    """A button that opens `form`, unless the person could not submit it anyway."""

    def do(request: Request) -> Answer:
        def see(session: Session, office: Office, by: Member | None, words: Words) -> kit.Block | None:
            record = store.read(session, SUBJECTS[subject].record, request.delivery.workspace, number_of(request))
            if by is None or record is None or early(record, office, by) is not None:
                return None
            return form(Sight(session, record, by, office, words))

        shown = look(request, see)
        if shown is not None:
            return request.open(shown)
        return act(subject, lambda record, office, by: early(record, office, by) or [])(request)

    return do


def shows(subject: str, history: Callable[[Any, Sequence[Event], Office, Words], kit.Block]) -> Handler:
    """A button that shows a record with its history."""

    def do(request: Request) -> Answer:
        def see(session: Session, office: Office, by: Member | None, words: Words) -> kit.Block | None:
            record = store.read(session, SUBJECTS[subject].record, request.delivery.workspace, number_of(request))
            if by is None or record is None:
                return None
            preparation.before_showing(session, record)
            page = history(record, store.history(session, record.workspace, subject, record.number), office, words)
            address = agenda.link(session, record.workspace, subject, record.number)
            return kit.with_links(page, [(address, words("Go to its card"))] if address else [])

        shown = look(request, see)
        return request.open(shown) if shown is not None else act(subject, lambda record, office, by: [])(request)

    return do


def submits(subject: str, action: Callable[[dict[str, Any]], Action | Refused]) -> Handler:
    """A form about one record; `action` is made from its values."""

    def do(request: Request) -> Answer:
        made = action(filled_in(request.body))
        run: Action = (lambda record, office, by: made) if isinstance(made, Refused) else made
        return request.desk.act(
            request.delivery, subject, metadata(request)[0], run, partial(beside_fields, request.body)
        )

    return do


def anybody(record: Any, office: Office, by: Member) -> Refused | None:
    """Everybody of the agreement may."""
    return None


def look(request: Request, see: Callable[[Session, Office, Member | None, Words], Any]) -> Any:
    """What `see` makes of the department as it is, without changing anything."""
    return request.desk.look(request.delivery.workspace, request.delivery.user, see)


def say(request: Request, see: Callable[[Session, Office, Member, Words], kit.Payload]) -> Answer:
    """An answer that only the person sees; somebody outside the agreement is told so."""
    return {"response_type": "ephemeral", **look(request, _to_members(see)).as_json()}


def open_or_say(
    request: Request, see: Callable[[Session, Office, Member, Words], kit.Block | kit.Payload | Refused]
) -> Answer:
    """Open the form or page that `see` draws. What it says or refuses instead only the person sees, and somebody
    outside the agreement is told so: in the answer to a command, which Slack shows, else where they clicked."""
    shown = look(request, _to_members(see))
    if not isinstance(shown, kit.Payload):
        return request.open(shown)
    said = {"response_type": "ephemeral", **shown.as_json()}
    if "command" in request.body:
        return said
    if not respond(request.body, said):
        request.desk.once(request.delivery, lambda session, office, by, words: Reply(whisper=shown))
    return {}


def _to_members(
    see: Callable[[Session, Office, Member, Words], Any],
) -> Callable[[Session, Office, Member | None, Words], Any]:
    def known(session: Session, office: Office, by: Member | None, words: Words) -> Any:
        shown = Refused("not_a_member") if by is None else see(session, office, by, words)
        return kit.message(kit.section(refusal(shown, office, words))) if isinstance(shown, Refused) else shown

    return known


def member_of(request: Request, slack_user: str) -> str:
    """The member with this Slack account; empty for somebody who is none."""
    found = look(
        request,
        lambda session, office, by, words: people.by_slack_user(session, request.delivery.workspace, slack_user),
    )
    return found.member if found is not None else ""


def number_of(request: Request) -> int:
    """The record of a button or of a choice in a menu."""
    return as_number(value_of(request).partition(":")[0])


def item_of(request: Request) -> int:
    """Its promise, proposal or handoff, where the button is about one."""
    return as_number(value_of(request).partition(":")[2])


def metadata(request: Request) -> tuple[int, int]:
    """The record of a form, and its promise, proposal or handoff, where the form is about one."""
    number, _, item = request.body["view"]["private_metadata"].partition(":")
    return as_number(number), as_number(item)


def value_of(request: Request) -> str:
    """What a button stands for, "12" or "12:3"; in a menu the name of the button comes first."""
    done = request.body["actions"][0]
    return str(done["value"] if "value" in done else done["selected_option"]["value"].partition(":")[2])


def choice_of(request: Request) -> str:
    """The name of the button that a choice in a menu stands for."""
    return str(request.body["actions"][0]["selected_option"]["value"].partition(":")[0])


def as_number(text: str) -> int:
    """A number of ours that went to Slack and back; 0, which is nothing's number, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def amount(text: str) -> Decimal | None:
    """An amount of money somebody could mean; None for anything else, such as "NaN" or "1e99"."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and -6 <= found.adjusted() < 15 else None
