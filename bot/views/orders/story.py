"""What happened to an order, in words: its notices, its timeline, its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.orders.card import (
    DATES,
    answer_buttons,
    checklist,
    code_of,
    facts,
    incomplete,
    line_name,
    lines_named,
    progress,
    remarks,
    stage_name,
    summary,
    titled,
    value,
)
from bot.views.refusals import TERMS, name
from bot.views.tasks.listing import belonging
from bot.views.wording import Phrase, Value, Words, phrase
from department import orders as rules
from department.orders import Order
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice

LATEST: Final = 25
"""Events shown in a message, which holds 50 blocks; a page to read shows three times as many."""

LINE: Final = 400
"""Characters of an event in the timeline."""


def notice(told: Notice, event: Event, order: Order, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to a person who has to act, then with the buttons for it."""
    said = kit.section(sentence(event, order, office, words))
    if not told.to:
        return kit.message(said, *_noted(event))
    handoff = next((item for item in order.offered if told.to in (item.receiver, *item.told)), None)
    missing = [kit.section("\n".join(incomplete(handoff, office, words)))] if handoff and handoff.missing else []
    show = kit.button("order.show", words("Show {code}", code=code_of(order)), str(order.number))
    buttons = [*(answer_buttons(handoff, order, words) if handoff else []), show]
    if event.what == rules.SILENT:
        buttons.insert(0, kit.button("leave.for", words("Enter their leave"), event.old, style="primary"))
    if event.what in ("line_late", "stage_warned", "stage_late") or (event.what == "prompted" and not handoff):
        buttons.insert(0, kit.button("order.checklist", words("Checklist"), str(order.number), style="primary"))
    return kit.message(
        kit.header(titled(order, words)),
        said,
        *_noted(event),
        *missing,
        kit.context(summary(order, office, words)),
        kit.actions(f"order:{order.number}:notice", *buttons),
    )


def sentence(event: Event, order: Order, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = phrase("The clock") if event.actor == CLOCK else name(event.actor, office)
    match event.what:
        case "opened":
            return words("{who} opened this inquiry. It is with {new}.", who=who, new=name(event.new, office))
        case "imported":
            return words("{who} took this order over from a file.", who=who)
        case "gates_assumed":
            return words(
                "The file says nothing of the gates before {stage}. On {who}'s word they count as passed: {lines}. Where money is still due, finance opens the line again.",
                stage=stage_name(event.old, office),
                who=who,
                lines=lines_named(event.new, office),
            )
        case "offered":
            return words(
                "{who} hands this over to {new} for {stage}. It stays with {who} until {new} has it.",
                who=who,
                new=name(event.new, office),
                stage=stage_name(event.old, office),
            )
        case "acknowledged":
            return words(
                "{who} has it now, from {old}, for {stage}.",
                who=who,
                old=name(event.old, office),
                stage=stage_name(event.new, office),
            )
        case "bounced":
            reasons = office.agreement.orders.handoffs.bounce_reasons
            why: Value = reasons.get(event.new, event.new)
            return words("{who} sends it back to {old}: {reason}.", who=who, old=name(event.old, office), reason=why)
        case "bounced_often":
            return words(
                "It was sent back {count} times. {new}, please look into it.",
                count=event.old,
                new=name(event.new, office),
            )
        case "withdrawn":
            return words("{who} withdrew the handoff to {new}.", who=who, new=name(event.new, office))
        case "redirected":
            return words(
                "{who} offers it to {new} instead of {old}.",
                who=who,
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "reminded":
            return words("{new} has not answered this handoff yet.", new=name(event.new, office))
        case "handoff_escalated":
            return words(
                "{old} has not answered this handoff. {new} can take it, send it back or pass it on.",
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "silent":
            return words(
                "{old} has done nothing here all morning, and this order waits for them. Are they in? If not, enter their leave: then it goes to who stands in. Nobody but you is asked.",
                old=name(event.old, office),
            )
        case "escalation_idle":
            return words("Nobody has answered this handoff, and nobody else is there to be told.")
        case "deputy_is_sender":
            return words(
                "{old} is away, and the deputy is who sends it. It goes to {new}.",
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "expired":
            return words("Nobody took this handoff. It stays with {old}; offer it again.", old=name(event.old, office))
        case "confirmed":
            return words("The order is confirmed. Its number is {new}.", new=event.new)
        case "stage_began":
            return words("{stage} begins.", stage=stage_name(event.new, office))
        case "stage_warned":
            return words.n(
                "In {n} day this stage must be done.", "In {n} days this stage must be done.", int(event.old)
            )
        case "presentation_near":
            return words("Documents must be presented to the bank by {day}.", day=date.fromisoformat(event.new))
        case "stage_late":
            return words("{stage} should be done by now.", stage=stage_name(event.old, office))
        case "ticked":
            return words("{who} ticked “{line}”.", who=who, line=line_name(event.new, office))
        case "checked":
            return words("{who} looked over “{line}” as the second person.", who=who, line=line_name(event.new, office))
        case "unticked":
            return words("{who} opened “{line}” again.", who=who, line=line_name(event.old, office))
        case "gate_overridden":
            return words(
                "{who} opened the gate “{line}” in the place of those who may.",
                who=who,
                line=line_name(event.new, office),
            )
        case "gate_shut":
            return words(
                "With the new term of payment the gate “{line}” is shut again, {new}.",
                line=line_name(event.old, office),
                new=name(event.new, office),
            )
        case "line_late":
            return words(
                "“{line}” is due now. It is with {new}.",
                line=line_name(event.old, office),
                new=name(event.new, office),
            )
        case "date_set":
            code, _, before = event.old.partition("=")
            after = event.new.partition("=")[2]
            if not before:
                return words("{who} set {date}: {new}.", who=who, date=DATES[code], new=value(after, words))
            return words(
                "{who} moved {date}: {old} → {new}.",
                who=who,
                date=DATES[code],
                old=value(before, words),
                new=value(after, words),
            )
        case "work_moved":
            return words(
                "{who} moved dates. Your limits have changed: {lines}.",
                who=who,
                lines=lines_named(event.new, office),
            )
        case "ship_at_risk":
            return words(
                "The cargo is ready on {new}; the shipment promised for {old} is at risk. The customer must hear it within a working day.",
                new=date.fromisoformat(event.new),
                old=date.fromisoformat(event.old),
            )
        case "person_changed" | "owner_moved":
            return words(
                "{who} gave {old}'s part to {new}.", who=who, old=name(event.old, office), new=name(event.new, office)
            )
        case "noted":
            return words("{who} noted:", who=who)
        case "emergency_declared":
            return words("{who} declared an emergency about this order: {code}.", who=who, code=event.new)
        case "emergency_over":
            return words("The emergency {code} is over.", code=event.new)
        case "held":
            return words("{who} put the order on hold; no limit runs.", who=who)
        case "taken_up":
            return words("{who} took the order up again.", who=who)
        case "lost":
            return words("The customer does not buy, says {who}.", who=who)
        case "cancelled":
            return words("{who} cancelled the order.", who=who)
        case "order_closed":
            return words("{who} closed the order.", who=who)
        case "order_reopened":
            return words("{who} reopened the order.", who=who)
        case "changed_payment":
            terms = office.agreement.orders.payment_terms
            said: list[Value] = [terms[it].label if it in terms else it or "–" for it in (event.old, event.new)]
            return words(
                "{who} changed “{what}”: {old} → {new}.", who=who, what=TERMS["payment"], old=said[0], new=said[1]
            )
        case what if what.startswith("changed_"):
            return words(
                "{who} changed “{what}”: {old} → {new}.",
                who=who,
                what=TERMS[what.removeprefix("changed_")],
                old=kit.cut(event.old, 200) or "–",
                new=kit.cut(event.new, 200) or "–",
            )
        case "prompted":
            return schedule.reminding(event, _coming(event.old, order, office), office, words)
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, order: Order, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    said = f"{titled(order, words)}: {sentence(event, order, office, words)} {event.note}"
    return said.strip().replace("\n", " ")


def coming(kind: str, order: Order, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    return f"{titled(order, words)}: {words.say(_coming(kind, order, office))}"


def _coming(kind: str, order: Order, office: Office) -> Phrase:
    what, _, which = kind.partition(" ")
    match what:
        case "handoff" if ": remind " in which:
            return phrase("unless somebody answers the handoff, they are reminded.")
        case "handoff":
            return phrase("unless somebody answers the handoff, the next person hears of it.")
        case "line":
            return phrase("“{line}” falls due.", line=line_name(which, office))
        case "presentation":
            return phrase("the last day for presentation comes near.")
        case "warn":
            return phrase("the stage's limit comes near.")
        case _:
            return phrase("{stage} should be done.", stage=stage_name(order.stage, office))


def shown(order: Order, events: Sequence[Event], office: Office, words: Words) -> Payload:
    """Everything about an order: its facts, its checklist and its latest events."""
    return kit.message(*_everything(order, events, office, words, latest=LATEST))


def history(order: Order, events: Sequence[Event], office: Office, words: Words) -> Block:
    """The same as a page to read, with more of the events."""
    everything = _everything(order, events, office, words, latest=3 * LATEST)
    return kit.modal("order.read", code_of(order), "", words("Close"), *everything)


def _everything(
    order: Order, happened: Sequence[Event], office: Office, words: Words, *, latest: int
) -> list[Block | None]:
    events = [event for event in happened if event.what != rules.SILENT]
    left_out = max(len(events) - latest, 0)
    people = ", ".join(
        words("{role} {who}", role=office.agreement.roles.get(role, role), who=name(person, office))
        for role, person in order.people.items()
    )
    return [
        kit.header(titled(order, words)),
        kit.section(progress(order, office, words)),
        kit.facts(facts(order, office, words)),
        checklist(order, office, words),
        belonging(order.tasks, office, words),
        kit.context(people, *remarks(order, office, words)),
        kit.divider(),
        kit.context(words.n("{n} earlier event is not shown.", "{n} earlier events are not shown.", left_out))
        if left_out
        else None,
        *(_in_the_timeline(event, order, office, words) for event in events[left_out:]),
    ]


def _in_the_timeline(event: Event, order: Order, office: Office, words: Words) -> Block | None:
    said = f"{sentence(event, order, office, words)} {event.note}".strip()
    return kit.context(words.moment(event.at), kit.cut(said, LINE))


def _noted(event: Event) -> list[Block]:
    return [kit.quote(event.note)] if event.note else []


def asked(ask: Ask, order: Order, office: Office, words: Words) -> tuple[str, Block | None]:
    """What an order asks of somebody in one line, and the button for it."""
    number = str(order.number)
    what: Value
    match ask.what:
        case "acknowledge":
            handoff = next((item for item in order.offered if str(item.number) == ask.item), None)
            stage = handoff.to_stage if handoff else order.stage
            what = phrase("say that you have it ({stage})", stage=stage_name(stage, office))
            button = kit.button("order.acknowledge", words("I have it"), f"{number}:{ask.item}")
        case "stage":
            what = phrase("finish {stage} and hand it over", stage=stage_name(order.stage, office))
            button = kit.button("order.show", words("Show {code}", code=code_of(order)), number)
        case _:
            what = line_name(ask.item, office)
            button = kit.button("order.checklist", words("Checklist"), number)
    return words("{record}: {what}", record=titled(order, words), what=what), button
