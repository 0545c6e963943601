"""What happened to a complaint, in words: its notices, its timeline, its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from bot.views import blockkit as kit
from bot.views import schedule
from bot.views.blockkit import Block, Payload
from bot.views.complaints.card import (
    amount_of,
    carrier_warning,
    code,
    evidence,
    facts,
    limit,
    promised,
    remarks,
    summary,
)
from bot.views.refusals import name
from bot.views.tasks.listing import belonging
from bot.views.wording import Phrase, Value, Words, n_phrase, phrase
from department import compensation
from department import complaints as rules
from department.agreement import Limit
from department.complaints import Complaint, Durations
from department.escalation import step_key, whom
from department.people import Office
from department.records import CLOCK, Ask, Event, Notice

LATEST: Final = 25
"""Events shown in a message, which holds 50 blocks; a page to read shows three times as many."""

LINE: Final = 400
"""Characters of an event in the timeline: a page holds 250 KB, and the thread has the whole text."""


def notice(told: Notice, event: Event, case: Complaint, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to a person who has to act, then with the buttons for it."""
    if told.wording == "filed_by_you":
        return _receipt(event, case, office, words)
    said = kit.section(sentence(event, case, office, words))
    if not told.to:
        return kit.message(said, *_noted(event, words))
    return kit.message(
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        said,
        *_noted(event, words),
        kit.context(summary(case, office, words), *_asked(event, case, office, words, to=told.to)),
        kit.actions(f"complaint:{case.number}:notice", *_notice_buttons(event, case, words, to=told.to)),
    )


def sentence(event: Event, case: Complaint, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = _actor(event, office)
    match event.what:
        case "filed":
            today = (case.owner, case.handler, rules.first_response_due(case, office).isoformat())
            owner, handler, due = event.old.split() or today  # older ones do not say what they began with
            return words(
                "{who} filed this complaint. {owner} speaks to the customer, {handler} looks for the cause. First reply by {moment}.",
                who=who,
                owner=name(owner, office),
                handler=name(handler, office),
                moment=_moment_of(due, words),
            )
        case "repeat_found":
            return words(
                "The same customer had a complaint of this kind before: {code}. This one closes only with a corrective action.",
                code=code(int(event.new)),
            )
        case "acknowledged":
            return words("{who} acknowledged the complaint.", who=who)
        case "owner_changed":
            return words(
                "{who} handed the customer's side over from {old} to {new}.",
                who=who,
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "handler_changed":
            return words(
                "{who} handed the investigation over from {old} to {new}.",
                who=who,
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "severity_changed":
            return words("{who} changed the severity from {old} to {new}.", who=who, old=event.old, new=event.new)
        case "waiting":
            return words("{who} waits for the customer; the resolution clock stands still.", who=who)
        case "resumed":
            return words("The customer answered, says {who}; the resolution clock runs again.", who=who)
        case "noted":
            return words("{who} noted:", who=who)
        case "promised":
            return words(
                "{who} promised the customer something by {moment}:",
                who=who,
                moment=_moment_of(event.new, words),
            )
        case "promise_kept":
            return words("{who} kept the promise to the customer:", who=who)
        case "promise_due":
            return words("The promise to the customer is due now. Has it been kept?")
        case "compensation_proposed":
            return words(
                "{who} proposes {amount} as compensation; {decider} decides.",
                who=who,
                amount=_amount(event.new, words),
                decider=name(event.old, office),
            )
        case "compensation_moved":
            return words(
                "{decider} decides on the compensation of {amount} now.",
                decider=name(event.old, office),
                amount=_amount(event.new, words),
            )
        case "compensation_approved":
            return words("{who} approved the compensation of {amount}.", who=who, amount=_amount(event.new, words))
        case "compensation_declined":
            return words("{who} declined the compensation of {amount}.", who=who, amount=_amount(event.new, words))
        case "compensation_withdrawn":
            return words(
                "{who} withdrew the proposed compensation of {amount}.", who=who, amount=_amount(event.new, words)
            )
        case "resolved":
            return words("{who} resolved the complaint.", who=who)
        case "closed":
            return words("{who} closed the complaint.", who=who)
        case "reopened":
            return words("{who} reopened the complaint; the resolution clock starts again.", who=who)
        case "carrier_notice_sent":
            return words("The consignee's notice of damage is with the carrier, says {who}.", who=who)
        case "carrier_notice_due":
            return words(
                "The notice of damage must reach the carrier by {day}. The consignee must send it; a notice from us does not count.",
                day=date.fromisoformat(event.new),
            )
        case "escalated":
            return words(
                "{occasion} This goes to {new} now.",
                occasion=_occasion(event.old, office),
                new=name(event.new, office),
            )
        case "escalation_skipped" if event.new:
            return words(
                "{occasion} {new} has this already, so nobody else is told.",
                occasion=_occasion(event.old, office),
                new=name(event.new, office),
            )
        case "escalation_skipped":
            return words("{occasion} The agreement names nobody to tell.", occasion=_occasion(event.old, office))
        case "prompted":
            return schedule.reminding(event, _coming(event.old, case, office), office, words)
        case "left_out" | "put_back":
            return schedule.left_out(event, office, words)
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, case: Complaint, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    named = words("{code} · {customer}", code=code(case.number), customer=case.customer)
    return " ".join((f"{named}:", sentence(event, case, office, words), *_written(event, words))).replace("\n", " ")


def coming(kind: str, case: Complaint, office: Office, words: Words) -> str:
    """What happens when a deadline of this kind falls due, in one line."""
    named = words("{code} · {customer}", code=code(case.number), customer=case.customer)
    return f"{named}: {words.say(_coming(kind, case, office))}"


def _coming(kind: str, case: Complaint, office: Office) -> Phrase:
    step = next((step for step in office.agreement.complaints.escalation if step_key(step) == kind), None)
    if step is None:
        return (
            phrase("the notice to the carrier is called to mind.")
            if kind == "carrier_notice"
            else phrase("a promise to the customer falls due.")
        )
    person = whom(step, office, owner=case.owner, handler=case.handler)
    told = phrase("nobody") if person is None else name(person.id, office)
    match step.when:
        case "first_response_missed":
            return phrase("unless somebody acknowledges it, {who} is told.", who=told)
        case "half_of_resolution":
            return phrase("half of the time for the resolution is gone, {who} is told.", who=told)
        case _:
            return phrase("unless it is resolved, {who} is told.", who=told)


def shown(case: Complaint, events: Sequence[Event], office: Office, words: Words) -> Payload:
    """Everything about a complaint: its facts, its story, its four durations and its latest events."""
    return kit.message(*_everything(case, events, office, words, latest=LATEST))


def history(case: Complaint, events: Sequence[Event], office: Office, words: Words) -> Block:
    """The same as a page to read, with more of the events."""
    everything = _everything(case, events, office, words, latest=3 * LATEST)
    return kit.modal("complaint.history", code(case.number), "", words("Close"), *everything)


def _everything(
    case: Complaint, events: Sequence[Event], office: Office, words: Words, *, latest: int
) -> list[Block | None]:
    left_out = max(len(events) - latest, 0)
    return [
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        kit.facts(facts(case, office, words)),
        kit.quote(case.what_happened),
        evidence(case, words),
        belonging(case.tasks, office, words),
        kit.context(*remarks(case, office, words)),
        kit.facts(_durations(rules.durations(case, office), words)),
        kit.divider(),
        kit.context(words.n("{n} earlier event is not shown.", "{n} earlier events are not shown.", left_out))
        if left_out
        else None,
        *(_in_the_timeline(event, case, office, words) for event in events[left_out:]),
    ]


def _in_the_timeline(event: Event, case: Complaint, office: Office, words: Words) -> Block | None:
    """Who did what when, old and new."""
    said = " ".join((sentence(event, case, office, words), *_written(event, words)))
    return kit.context(words.moment(event.at), kit.cut(said, LINE))


def _notice_buttons(event: Event, case: Complaint, words: Words, *, to: str) -> list[Block | None]:
    value = str(case.number)
    show = kit.button("complaint.show", words("Show {code}", code=code(case.number)), value)
    match event.what:
        case "compensation_proposed" | "compensation_moved" if case.undecided is not None:
            asked = f"{value}:{case.undecided.number}"
            sure = kit.confirmation(
                words("Approve compensation"),
                words(
                    "{amount} for {customer}. Approve?",
                    amount=_amount(event.new, words),
                    customer=kit.cut(case.customer, 80),
                ),
                words("Approve"),
                words("Cancel"),
            )
            return [
                kit.button("complaint.approve", words("Approve"), asked, style="primary", confirm=sure),
                kit.button("complaint.decline", words("Decline"), asked),
                show,
            ]
        case "promise_due":
            kept = kit.button("complaint.keep_promise", words("Promise kept"), f"{value}:{event.new}", style="primary")
            return [kept, show]
        case "carrier_notice_due":
            return [
                kit.button("complaint.carrier_notice", words("Carrier has the notice"), value, style="primary"),
                show,
            ]
        case _ if case.state == "new" and to not in _relieved(event):
            return [kit.button("complaint.acknowledge", words("Acknowledge"), value, style="primary"), show]
        case _:
            return [show]


def _receipt(event: Event, case: Complaint, office: Office, words: Words) -> Payload:
    """What whoever filed it gets: its number, and, if they have a part in it, what that asks of them."""
    filed = words(
        "{code} is filed. {owner} speaks to {customer}, {handler} looks for the cause. First reply by {moment}.",
        code=code(case.number),
        owner=name(case.owner, office),
        customer=case.customer,
        handler=name(case.handler, office),
        moment=words.full_moment(rules.first_response_due(case, office)),
    )
    if event.actor not in (case.owner, case.handler):
        show = kit.button("complaint.show", words("Show {code}", code=code(case.number)), str(case.number))
        return kit.message(kit.section(filed, show))
    return kit.message(
        kit.section(filed),
        kit.context(*_asked(event, case, office, words, to=event.actor)),
        kit.actions(f"complaint:{case.number}:notice", *_notice_buttons(event, case, words, to=event.actor)),
    )


def _asked(event: Event, case: Complaint, office: Office, words: Words, *, to: str) -> list[str]:
    """What an event asks of one person."""
    asked = []
    has_new_part = event.what in ("filed", "owner_changed", "handler_changed") and to not in _relieved(event)
    if has_new_part and case.state == "new" and to == case.owner:
        asked.append(
            words(
                "You speak to the customer: we have it, its number, what we need, when they hear from us. Admit nothing before the evidence is there."
            )
        )
    if has_new_part and case.state == "new" and to == case.handler:
        asked.append(words("You look for the cause. Ask for the evidence on the first day."))
    if has_new_part and to in (case.owner, case.handler):
        asked.append(carrier_warning(case, office, words))
    if event.what in ("owner_changed", "handler_changed", "severity_changed") and to not in _relieved(event):
        asked += [kit.joined(": ", labelled) for labelled in limit(case, office, words)]
    if event.what == "owner_changed" and to not in _relieved(event):
        asked += [promised(each, words) for each in case.open_promises]
    if event.what in ("compensation_proposed", "compensation_moved"):
        before = ", ".join(amount_of(proposal, words) for proposal in compensation.approved(case.proposals))
        if before:
            asked.append(words("Approved before for this complaint: {amounts}.", amounts=before))
    if event.what == "escalated":
        asked.append(words("Pay, replace or refuse? Decide, reassign it, or take it yourself."))
    return asked


def _relieved(event: Event) -> tuple[str, ...]:
    """Who had a part until this event."""
    return (event.old,) if event.what in ("owner_changed", "handler_changed") else ()


def _durations(durations: Durations, words: Words) -> list[tuple[str, str]]:
    return [
        (
            words("To the first response"),
            words.working_time(durations.first_response) if durations.first_response is not None else "–",
        ),
        (words("Waiting for the customer"), words.working_time(durations.waiting)),
        (words("Working on it"), words.working_time(durations.working)),
        (words("In all"), words.working_time(durations.total)),
    ]


def _noted(event: Event, words: Words) -> list[Block]:
    return [kit.quote(text) for text in _written(event, words)]


def _written(event: Event, words: Words) -> list[str]:
    """What people wrote with an event."""
    if event.what == "resolved":
        return [f"{words('Cause')}: {event.old}", f"{words('Remedy')}: {event.new}"]
    return [event.note] if event.note else []


def _actor(event: Event, office: Office) -> Value:
    return phrase("The clock") if event.actor == CLOCK else name(event.actor, office)


def _occasion(key: str, office: Office) -> Phrase:
    """Why a step of the ladder is taken."""
    step = next((step for step in office.agreement.complaints.escalation if step_key(step) == key), None)
    match key.partition(":")[0].partition(" + ")[0]:
        case "first_response_missed":
            said = phrase("Nobody has acknowledged this complaint in time.")
        case "half_of_resolution":
            said = phrase("Half of the time for the resolution is gone.")
        case _:
            said = phrase("The time for the resolution is over.")
    if step is None or step.after is None:
        return said
    return phrase("{occasion} That was {later} ago.", occasion=said, later=_limit(step.after))


def _limit(limit: Limit) -> Phrase:
    if limit.unit == "working_days":
        return n_phrase("{n} working day", "{n} working days", int(limit.value))
    if limit.value % 1:
        return phrase("{hours} working h", hours=f"{limit.value:g}")
    return n_phrase("{n} working hour", "{n} working hours", int(limit.value))


def _amount(text: str, words: Words) -> str:
    currency, _, amount = text.partition(" ")
    return words.money(Decimal(amount), currency)


def _moment_of(iso: str, words: Words) -> str:
    return words.full_moment(datetime.fromisoformat(iso))


def asked(ask: Ask, case: Complaint, office: Office, words: Words) -> tuple[str, Block | None]:
    """What a complaint asks of somebody in one line, and the button that does it."""
    number = str(case.number)
    show = kit.button("complaint.show", words("Show {code}", code=code(case.number)), number)
    what: Value
    button = show
    acknowledge = kit.button("complaint.acknowledge", words("Acknowledge"), number)
    resolve = kit.button("complaint.resolve", words("Resolve"), number)
    match ask.what:
        case "acknowledge":
            what, button = phrase("first reply"), acknowledge
        case "resolve":  # nobody resolves what nobody has acknowledged
            what = phrase("find the cause and a remedy")
            button = acknowledge if case.state == "new" else resolve
        case "close":
            what, button = phrase("close it"), kit.button("complaint.close", words("Close complaint"), number)
        case "promise":
            promised = next((item.text for item in case.open_promises if str(item.number) == ask.item), "")
            what = phrase("promised to the customer: {text}", text=kit.cut(promised, 80))
            button = kit.button("complaint.keep_promise", words("Promise kept"), f"{number}:{ask.item}")
        case _:
            proposal = case.undecided
            amount = words.money(proposal.amount, proposal.currency) if proposal else ""
            what = phrase("decide on compensation of {amount}", amount=amount)
    title = words("{code} · {customer}", code=code(case.number), customer=case.customer)
    return words("{record}: {what}", record=title, what=what), button
