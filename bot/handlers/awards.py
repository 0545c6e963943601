"""What people do about awards in Slack: nominate, vote, decide a tie, object."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.agenda import link
from bot.desk import Action, Outcome, Reply, Scene, is_done
from bot.handlers import records
from bot.handlers.records import Answer, Sight, member_of, metadata, say
from bot.handlers.talk import find
from bot.request import Request, beside_fields, filled_in, typed
from bot.views import awards as views
from bot.views import blockkit as kit
from bot.views.wording import Words
from department import awards as rules
from department.agreement import Member
from department.awards import SUBJECT, Round
from department.people import Office
from department.records import Event, Refused
from storage import awards as rounds

opens, submits = (partial(made, SUBJECT) for made in (records.opens, records.submits))

SHOWN: Final = 10


def command(request: Request) -> Answer:
    """`/award`."""
    match typed(str(request.body.get("text", ""))).strip().casefold():
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: views.help_text(words))
        case _:
            return say(request, partial(_listing, request))


def nominated(request: Request) -> Answer:
    """The form of a nomination was submitted."""
    filled = filled_in(request.body)
    nominee = member_of(request, filled["nominee"])

    def action(session: Session) -> Action:
        def run(round_: Round, office: Office, by: Member) -> list[Event] | list[Refused] | Refused:
            about = _cards(session, round_.workspace, filled["about"], office, by)
            return rules.nominate(round_, office, by, nominee=nominee, fact=filled["fact"], about=about)

        return run

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, metadata(request)[0], action, reply)


def _cards(session: Session, workspace: str, said: str, office: Office, by: Member) -> dict[str, str | None]:
    """The addresses of the cards of the records that somebody names; None for a code that is none's."""
    found: dict[str, str | None] = {}
    for code in filter(None, re.split(r"[\s,，、;；]+", unicodedata.normalize("NFKC", said).upper())):
        known = find(session, workspace, code, office, by)
        found[code] = link(session, workspace, known[0], known[1].number) if known else None
    return found


def voted(request: Request) -> Answer:
    """A ballot paper was handed in: counted in the transaction that notes that this member has voted. The delivery is
    kept under a key that, unlike that of other forms, tells nothing of what was filled in."""
    nominee = filled_in(request.body)["nominee"]
    delivery = replace(request.delivery, key=f"V:{request.body['view']['id']}")

    def action(session: Session) -> Action:
        def run(round_: Round, office: Office, by: Member) -> list[Event] | Refused:
            outcome = rules.vote(round_, office, by, nominee=nominee)
            if not isinstance(outcome, Refused):
                try:
                    rounds.cast(session, round_.workspace, round_.number, by.id, nominee, round_.nominees)
                except rounds.VotedAlready:
                    return Refused("voted_already", field="nominee")
            return outcome

        return run

    def reply(outcome: Outcome, scene: Scene) -> Reply:
        if is_done(outcome):
            return Reply({"response_action": "update", "view": views.voted(scene.words)})
        return beside_fields(request.body, outcome, scene)

    return request.desk.act_knowing(delivery, SUBJECT, metadata(request)[0], action, reply)


def _listing(request: Request, session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
    return views.listing(rounds.newest(session, request.delivery.workspace, SHOWN), office, words)


def _vote_form(sight: Sight) -> kit.Block:
    return views.vote_form(sight.record, sight.by.id, sight.office, sight.words)


def _void_form(sight: Sight) -> kit.Block:
    words = sight.words
    return views.written("award.void", sight.record, words("Declare void"), words("Why"), words)


def _objection_form(sight: Sight) -> kit.Block:
    words = sight.words
    return views.written("award.object", sight.record, words("Object"), words("What speaks against it"), words)


ACTIONS: Final[dict[str, Any]] = {
    "award.nominate": opens(
        lambda sight: views.nominate_form(sight.record, sight.office, sight.words), rules.may_nominate
    ),
    "award.vote": opens(_vote_form, rules.may_vote),
    "award.settle": opens(lambda sight: views.settle_form(sight.record, sight.office, sight.words), rules.may_settle),
    "award.object": opens(_objection_form, rules.may_object),
    "award.void": opens(_void_form, rules.may_declare_void),
}

VIEWS: Final[dict[str, Any]] = {
    "award.nominate": nominated,
    "award.vote": voted,
    "award.settle": submits(lambda filled: partial(rules.settle, winners=filled["winners"], reason=filled["reason"])),
    "award.object": submits(lambda filled: partial(rules.object_, reason=filled["text"])),
    "award.void": submits(lambda filled: partial(rules.declare_void, reason=filled["text"])),
}
