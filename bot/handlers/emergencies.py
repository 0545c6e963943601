"""What people do with emergencies in Slack: the command, the form, the card's buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.desk import Action
from bot.handlers import records
from bot.handlers.orders import CODE, find
from bot.handlers.records import (
    Answer,
    Sight,
    anybody,
    choice_of,
    look,
    member_of,
    metadata,
    open_or_say,
    say,
    value_of,
)
from bot.request import Request, beside_fields, filled_in, typed
from bot.views import blockkit as kit
from bot.views import emergencies as views
from bot.views.orders.card import code_of, titled
from bot.views.wording import Words
from department import emergencies as rules
from department import orders as order_rules
from department.agreement import Member
from department.emergencies import SUBJECT, Emergency
from department.orders import EmergencyNews, Order
from department.people import Office
from department.records import Event, Refused, clean
from storage import emergencies as shelf
from storage import orders, store

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))

SHOWN: Final = 20


def command(request: Request) -> Answer:
    """`/emergency`, with what comes after it: a word of its own, or what happened."""
    text = typed(request.body.get("text", "")).strip()
    match text.casefold():
        case "list" | "列表":
            return say(
                request,
                lambda session, office, by, words: views.listing(
                    shelf.going_on(session, request.delivery.workspace, SHOWN), office, words
                ),
            )
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: views.help_text(words))
    return open_or_say(request, partial(_form, request, text))


def declare(request: Request) -> Answer:
    """The form was submitted."""
    values, workspace = filled_in(request.body), request.delivery.workspace

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Emergency, list[Event]] | list[Refused]:
        order = find(session, workspace, values["order"]) if values["order"] else None
        words = Words(("en",), office.agreement.timezone)
        declared = rules.declare(
            office,
            by,
            playbook=values["playbook"],
            order=order.number if order else 0,
            concerns=titled(order, words) if order else "",
            people=order.people if order else {},
            what_happened=values["what_happened"],
            workspace=workspace,
            number=number,
        )
        if order is not None and not isinstance(declared, list):
            _tell_order(request, session, office, by, order, "emergency_declared", declared[0].number)
        return declared

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def order_options(request: Request) -> Answer:
    """Orders and inquiries whose number or customer holds what was typed."""
    wanted = clean(request.body.get("value", "")).strip()

    def see(session: Session, office: Office, by: Member | None, words: Words) -> Answer:
        found = orders.search(session, request.delivery.workspace, wanted, 20) if by else []
        return {"options": [kit.option(titled(order, words), code_of(order)) for order in found]}

    shown: Answer = look(request, see)
    return shown


def step(request: Request) -> Answer:
    """A step was chosen from the card's menu: it is done."""
    return act(partial(rules.complete, step=choice_of(request)))(request)


def step_done(request: Request) -> Answer:
    """The button beside one step on somebody's Home."""
    return act(partial(rules.complete, step=value_of(request).partition(":")[2]))(request)


def give_lead(request: Request) -> Answer:
    """The form that gives the lead to somebody else was submitted."""
    to = member_of(request, filled_in(request.body)["to"])
    return submits(lambda filled: partial(rules.give_lead, to=to))(request)


def _form(request: Request, text: str, session: Session, office: Office, by: Member, words: Words) -> kit.Block:
    first, _, rest = text.partition(" ")
    order = find(session, request.delivery.workspace, first) if CODE.fullmatch(first.upper()) else None
    chosen = kit.option(titled(order, words), code_of(order)) if order else None
    return views.declare(office, words, order=chosen, what_happened=rest if order else text)


def _written(name: str, title: Callable[[Words], str], label: Callable[[Words], str]) -> Callable[[Sight], kit.Block]:
    return lambda sight: views.written(
        f"emergency.{name}", sight.record, sight.office, title(sight.words), label(sight.words), sight.words
    )


def stand_down(request: Request) -> Answer:
    """The form that stands an emergency down was submitted."""
    lesson = filled_in(request.body)["text"]
    return _ends(request, partial(rules.stand_down, lesson=lesson))


def call_off(request: Request) -> Answer:
    """The form that says that it is no emergency was submitted."""
    reason = filled_in(request.body)["text"]
    return _ends(request, partial(rules.call_off, reason=reason))


def _ends(request: Request, end: Callable[[Emergency, Office, Member], list[Event] | Refused]) -> Answer:
    def action(session: Session) -> Action:
        def do(emergency: Emergency, office: Office, by: Member) -> list[Event] | Refused:
            outcome = end(emergency, office, by)
            if isinstance(outcome, Refused):
                return Refused(outcome.reason, outcome.facts, field="text")
            order = store.load(session, Order, emergency.workspace, emergency.order) if emergency.order else None
            if order is not None:
                _tell_order(request, session, office, by, order, "emergency_over", emergency.number)
            return outcome

        return do

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, metadata(request)[0], action, reply)


def _tell_order(
    request: Request, session: Session, office: Office, by: Member, order: Order, what: EmergencyNews, number: int
) -> None:
    """A line in the thread of the order it is about."""
    events = order_rules.hear_of_emergency(order, office, by, what=what, code=views.code(number))
    request.desk.take_in(
        session, order.workspace, order_rules.SUBJECT, lambda session, office, number: [(order, events)], office
    )


ACTIONS: Final = {
    "emergency.step": step,
    "emergency.step_done": step_done,
    "emergency.decide": opens(
        _written("decide", lambda words: words("Decide"), lambda words: words("What is decided, and why")),
        rules.may_decide,
    ),
    "emergency.note": opens(_written("note", lambda words: words("Add a note"), lambda words: words("Note")), anybody),
    "emergency.cost": opens(lambda sight: views.cost(sight.record, sight.office, sight.words), anybody),
    "emergency.call_off": opens(
        _written("call_off", lambda words: words("No emergency"), lambda words: words("Why")), rules.may_act
    ),
    "emergency.lead": opens(lambda sight: views.lead(sight.record, sight.office, sight.words), rules.may_act),
    "emergency.stand_down": opens(
        _written("stand_down", lambda words: words("Stand down"), lambda words: words("What did we learn")),
        rules.may_act,
    ),
}

VIEWS: Final = {
    "emergency.declare": declare,
    "emergency.decide": submits(lambda filled: partial(rules.decide, text=filled["text"])),
    "emergency.note": submits(lambda filled: partial(rules.note, text=filled["text"])),
    "emergency.lead": give_lead,
    "emergency.stand_down": stand_down,
    "emergency.call_off": call_off,
    "emergency.cost": submits(
        lambda filled: partial(
            rules.add_cost,
            amount=records.amount(filled["amount"]),
            currency=filled["currency"],
            what=filled["text"],
        )
    ),
}
