"""What people see of a complaint: its card, its notices, its forms, its list and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.wording import Phrase, Value, Words, n_phrase, phrase
from department import complaints as rules
from department.agreement import Limit
from department.complaints import Complaint, Durations
from department.people import Office
from department.records import CLOCK, Event, Notice

PAGE = 8
"""Complaints on one page of the list: each takes a paragraph and a line, and a message holds 50 blocks."""


def code(number: int) -> str:
    """How people name a complaint: C-12."""
    return f"C-{number}"


def card(case: Complaint, office: Office, words: Words) -> Payload:
    """The one living message of a complaint, as it stands now."""
    return kit.message(
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        kit.facts(_facts(case, office, words)),
        kit.quote(case.what_happened, 600),
        _evidence(case, words),
        kit.context(*_remarks(case, office, words)),
        kit.actions(f"complaint:{case.number}:{case.state}", *_buttons(case, words)),
    )


def notice(told: Notice, event: Event, case: Complaint, office: Office, words: Words) -> Payload:
    """What is said of an event: in the card's thread, or to a person who has to act, then with the buttons for it."""
    if told.wording == "filed_by_you":
        return _receipt(case, office, words)
    said = kit.section(sentence(event, case, office, words))
    if not told.to:
        return kit.message(said, _noted(event))
    return kit.message(
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        said,
        _noted(event),
        kit.context(_summary(case, office, words), *_asked(told, event, case, office, words)),
        kit.actions(f"complaint:{case.number}:notice", *_notice_buttons(event, case, words)),
    )


def sentence(event: Event, case: Complaint, office: Office, words: Words) -> str:
    """What happened, in one sentence."""
    who = _actor(event, office)
    match event.what:
        case "filed":
            return words(
                "{who} filed this complaint. {owner} speaks to the customer, {handler} looks for the cause. First reply by {moment}.",
                who=who,
                owner=name(case.owner, office),
                handler=name(case.handler, office),
                moment=words.plain_moment(rules.first_response_due(case, office)),
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
                "{who} gave the customer's side from {old} to {new}.",
                who=who,
                old=name(event.old, office),
                new=name(event.new, office),
            )
        case "handler_changed":
            return words(
                "{who} gave the investigation from {old} to {new}.",
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
        case "compensation_approved":
            return words("{who} approved the compensation of {amount}.", who=who, amount=_amount(event.new, words))
        case "compensation_declined":
            return words("{who} declined the compensation of {amount}.", who=who, amount=_amount(event.new, words))
        case "resolved":
            return words(
                "{who} resolved the complaint. Cause: {cause} Remedy: {remedy}",
                who=who,
                cause=event.old,
                remedy=event.new,
            )
        case "closed":
            return words("{who} closed the complaint.", who=who)
        case "reopened":
            return words("{who} reopened the complaint; the resolution clock starts again.", who=who)
        case "carrier_notice_sent":
            return words("The consignee's notice of damage is with the carrier, says {who}.", who=who)
        case "carrier_notice_due":
            return words(
                "Today is the last day for the notice of damage to the carrier. The consignee must send it; a notice from us does not count."
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
        case what:
            raise ValueError(f"no words for the event {what!r}")


def line(event: Event, case: Complaint, office: Office, words: Words) -> str:
    """An event in one line of a digest."""
    return (
        words("{code} · {customer}", code=code(case.number), customer=case.customer)
        + ": "
        + sentence(event, case, office, words)
    )


def listing(
    cases: Sequence[Complaint], office: Office, words: Words, *, title: str, page: int, more: bool, kind: str
) -> Payload:
    """A page of complaints, each with a button that shows it."""
    if not cases:
        return kit.message(
            kit.section(words("There is nothing here. `/complaint` files a complaint."))
            if page == 0
            else kit.section(words("There is nothing more."))
        )
    rows: list[Block | None] = [kit.header(title)]
    for case in cases:
        rows.append(
            kit.section(
                words(
                    "{code} · {customer} · {severity} · {state}",
                    code=code(case.number),
                    customer=case.customer,
                    severity=case.severity,
                    state=state(case),
                ),
                kit.button("complaint.show", words("Show {code}", code=code(case.number)), str(case.number)),
            )
        )
        rows.append(kit.context(_summary(case, office, words), kit.cut(case.what_happened.replace("\n", " "), 120)))
    rows.append(
        kit.actions(
            "complaint:list",
            kit.button("complaint.list.back", words("Newer"), f"{kind}:{page - 1}") if page else None,
            kit.button("complaint.list.on", words("Older"), f"{kind}:{page + 1}") if more else None,
        )
    )
    return kit.message(*rows)


def timeline(events: Sequence[Event], case: Complaint, office: Office, words: Words) -> list[Block]:
    """The timeline: who did what when, old and new, the last twenty-five events."""
    blocks: list[Block] = []
    for event in events[-25:]:
        line = kit.mrkdwn(
            "{moment}  {said}",
            moment=words.moment(event.at),
            said=sentence(event, case, office, words) + (f" {event.note}" if event.note else ""),
        )
        blocks.append({"type": "context", "elements": [line]})
    return blocks


def shown(case: Complaint, events: Sequence[Event], office: Office, words: Words) -> Payload:
    """Everything about a complaint: its facts, its story, its four durations and its timeline."""
    return kit.message(
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        kit.facts(_facts(case, office, words)),
        kit.quote(case.what_happened),
        _evidence(case, words),
        kit.context(*_remarks(case, office, words)),
        kit.facts(_durations(rules.durations(case, office), words)),
        kit.divider(),
        *timeline(events, case, office, words),
    )


def history(case: Complaint, events: Sequence[Event], office: Office, words: Words) -> Block:
    """The same as a page to read."""
    return kit.modal(
        "complaint.history", code(case.number), "", words("Close"), *shown(case, events, office, words).blocks
    )


def help_text(words: Words) -> Payload:
    """What `/complaint` can do."""
    return kit.message(
        kit.header(words("Complaints")),
        kit.section(words("`/complaint` opens the form.")),
        kit.section(
            words(
                "`/complaint ACME: 12 cartons crushed` opens it filled in: the customer before the colon, what happened after it."
            )
        ),
        kit.section(
            words(
                "`/complaint list` shows the open complaints, `/complaint mine` those with you, `/complaint show C-12` one with its history."
            )
        ),
        kit.section(words("On any message: the menu “File a complaint” takes the message into the form.")),
        kit.section(
            words(
                "In the complaint's thread: reply “ack”, “on it” or “收到”, or react with ✅, and it is yours. Everything else is a button on its card."
            )
        ),
    )


def form(
    office: Office,
    words: Words,
    *,
    customer: Block | None = None,
    what_happened: str = "",
    category: str = "",
    links: str = "",
    metadata: str,
) -> Block:
    """The form that files a complaint. It asks for the transport only where the category concerns a carrier."""
    terms = office.agreement.complaints
    chosen = terms.categories.get(category)
    categories = [kit.option(words.say(item.label), key) for key, item in terms.categories.items()]
    severities = [
        kit.option(words("{code} · {label}", code=key, label=item.label), key, words.say(item.meaning))
        for key, item in terms.severities.items()
    ]
    currencies = [kit.option(item, item) for item in (terms.compensation.currency, *terms.compensation.rates)]
    return kit.modal(
        "complaint.file",
        words("File a complaint"),
        words("File"),
        words("Cancel"),
        kit.entry(
            "customer",
            words("Customer"),
            kit.type_ahead("customer", words("Type a name"), customer),
            hint=words("A new name is fine: type it whole and choose it."),
        ),
        kit.entry(
            "category",
            words("Category"),
            kit.menu("complaint.category", words("Choose"), categories, category),
            live=True,
        ),
        kit.entry(
            "severity",
            words("Severity"),
            kit.radios("severity", severities, (chosen.min_severity or "") if chosen else ""),
        ),
        kit.entry(
            "what_happened",
            words("What happened"),
            kit.text_input("what_happened", multiline=True, initial=what_happened),
        ),
        *(_transport_entries(words) if chosen is not None and chosen.carrier_notice else ()),
        kit.entry(
            "noticed_on",
            words("When was it noticed"),
            {"type": "datepicker", "action_id": "noticed_on", "initial_date": office.today.isoformat()},
        ),
        kit.entry("order", words("Order number"), kit.text_input("order", placeholder="HC26-0862"), optional=True),
        kit.entry(
            "quantity",
            words("How much is concerned"),
            kit.text_input("quantity", placeholder=words("12 cartons of 480")),
            optional=True,
        ),
        kit.entry(
            "amount",
            words("Amount claimed"),
            {"type": "number_input", "action_id": "amount", "is_decimal_allowed": True, "min_value": "0"},
            optional=True,
        ),
        kit.entry(
            "currency",
            words("Currency"),
            kit.menu("currency", words("Choose"), currencies, terms.compensation.currency),
            optional=True,
        ),
        kit.entry(
            "files",
            words("Evidence: files"),
            {"type": "file_input", "action_id": "files", "max_files": 10},
            hint=words("Photos with the carton mark, packing list, delivery note."),
            optional=True,
        ),
        kit.entry(
            "links",
            words("Evidence: links"),
            kit.text_input("links", multiline=True, initial=links),
            hint=words("One address a line."),
            optional=True,
        ),
        private_metadata=metadata,
    )


def reassign_form(case: Complaint, words: Words) -> Block:
    """Whom to give which part of the case."""
    parts = [
        kit.option(words("The customer's side"), "owner"),
        kit.option(words("The investigation"), "handler"),
    ]
    return _form(
        "complaint.reassign",
        case,
        words("Reassign"),
        words,
        kit.entry("part", words("Which part"), kit.radios("part", parts, "handler")),
        kit.entry(
            "to",
            words("To whom"),
            {"type": "users_select", "action_id": "to", "placeholder": kit.plain(words("Choose"))},
        ),
        kit.entry("reason", words("Why"), kit.text_input("reason"), optional=True),
    )


def severity_form(case: Complaint, office: Office, words: Words) -> Block:
    """Which severity it is after all, and why."""
    severities = [
        kit.option(words("{code} · {label}", code=key, label=item.label), key, words.say(item.meaning))
        for key, item in office.agreement.complaints.severities.items()
    ]
    return _form(
        "complaint.severity",
        case,
        words("Change severity"),
        words,
        kit.entry("severity", words("Severity"), kit.radios("severity", severities, case.severity)),
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
    )


def wait_form(case: Complaint, words: Words) -> Block:
    """What the customer is to send or say."""
    return _form(
        "complaint.wait",
        case,
        words("Wait for customer"),
        words,
        kit.entry("for_what", words("What are we waiting for"), kit.text_input("for_what", multiline=True)),
    )


def note_form(case: Complaint, words: Words) -> Block:
    """A line for the history."""
    return _form(
        "complaint.note",
        case,
        words("Add a note"),
        words,
        kit.entry("text", words("Note"), kit.text_input("text", multiline=True)),
    )


def promise_form(case: Complaint, words: Words) -> Block:
    """What the customer may expect, and when."""
    return _form(
        "complaint.promise",
        case,
        words("Promise"),
        words,
        kit.entry("text", words("What the customer was promised"), kit.text_input("text", multiline=True)),
        kit.entry("due_at", words("By when"), {"type": "datetimepicker", "action_id": "due_at"}),
    )


def compensation_form(case: Complaint, office: Office, words: Words) -> Block:
    """How much, and for what."""
    terms = office.agreement.complaints.compensation
    currencies = [kit.option(item, item) for item in (terms.currency, *terms.rates)]
    return _form(
        "complaint.compensation",
        case,
        words("Compensation"),
        words,
        kit.entry(
            "amount",
            words("Amount"),
            {"type": "number_input", "action_id": "amount", "is_decimal_allowed": True, "min_value": "0"},
        ),
        kit.entry(
            "currency",
            words("Currency"),
            kit.menu("currency", words("Choose"), currencies, case.currency or terms.currency),
        ),
        kit.entry(
            "text",
            words("For what, and in which form"),
            kit.text_input("text", multiline=True),
            hint=words("Credit note, replacement, discount, refund, rework."),
        ),
    )


def decline_form(case: Complaint, words: Words) -> Block:
    """Why the compensation is declined."""
    return _form(
        "complaint.decline",
        case,
        words("Decline"),
        words,
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
    )


def resolve_form(case: Complaint, words: Words) -> Block:
    """What caused it and what was done."""
    return _form(
        "complaint.resolve",
        case,
        words("Resolve"),
        words,
        kit.entry(
            "cause",
            words("Cause"),
            kit.text_input("cause", multiline=True, initial=case.cause),
            hint=words("Why did it happen, and why did nobody notice?"),
        ),
        kit.entry(
            "remedy",
            words("Remedy"),
            kit.text_input("remedy", multiline=True, initial=case.remedy),
            hint=words("What did the customer get?"),
        ),
    )


def close_form(case: Complaint, office: Office, words: Words) -> Block:
    """The corrective action, demanded or not."""
    demanded = rules.demands_corrective_action(case, office)
    return _form(
        "complaint.close",
        case,
        words("Close complaint"),
        words,
        kit.entry(
            "corrective_action",
            words("Corrective action"),
            kit.text_input("corrective_action", multiline=True),
            hint=words("What was changed so that it does not happen again?"),
            optional=not demanded,
        ),
    )


def reopen_form(case: Complaint, words: Words) -> Block:
    """Why the case is not done after all."""
    return _form(
        "complaint.reopen",
        case,
        words("Reopen"),
        words,
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
    )


def state(case: Complaint) -> Phrase:
    """The state in words."""
    match case.state:
        case "new":
            return phrase("nobody has it yet")
        case "open":
            return phrase("in work")
        case "waiting":
            return phrase("waiting for the customer")
        case "resolved":
            return phrase("resolved")
        case "closed":
            return phrase("closed")


def _facts(case: Complaint, office: Office, words: Words) -> list[tuple[str, str]]:
    terms = office.agreement.complaints
    facts = [
        (words("State"), words.say(state(case))),
        (
            words("Severity"),
            words("{code} · {label}", code=case.severity, label=terms.severities[case.severity].label),
        ),
        (words("Category"), words.say(terms.categories[case.category].label)),
        (words("Customer's side"), words("{name}", name=name(case.owner, office))),
        (words("Investigation"), words("{name}", name=name(case.handler, office))),
    ]
    if case.state == "new":
        facts.append((words("First reply by"), words.moment(rules.first_response_due(case, office))))
    elif case.state == "open":
        facts.append((words("Resolve by"), words.moment(rules.resolution_due(case, office))))
    if case.order:
        facts.append((words("Order"), case.order))
    if case.quantity:
        facts.append((words("Concerned"), case.quantity))
    if case.amount is not None:
        facts.append((words("Claim"), words.money(case.amount, case.currency)))
    facts.append((words("Noticed"), words.say(case.noticed_on)))
    return facts


def _remarks(case: Complaint, office: Office, words: Words) -> list[str]:
    remarks: list[str] = [
        kit.Safe(
            kit.mrkdwn(
                "{said} {moment}",
                said=words("Filed by {who}", who=name(case.filed_by, office)),
                moment=words.moment(case.filed_at),
            )["text"]
        )
    ]
    if case.repeat_of is not None:
        remarks.append(words("Repeat of {code}: closes only with a corrective action.", code=code(case.repeat_of)))
    notice_by = rules.carrier_notice_by(case, office)
    if notice_by is not None and case.carrier_notice_sent_at is None:
        remarks.append(
            words(
                "⚠ The consignee must send the notice of damage to the carrier by {day}.",
                day=notice_by,
            )
        )
    if case.promise is not None:
        promised = words("Promised to the customer: {text}", text=case.promise.text)
        remarks.append(kit.Safe(f"{kit.escape(promised)} ({words.moment(case.promise.due_at)})"))
    if case.proposal is not None:
        remarks.append(_proposal(case, office, words))
    if case.remedy and case.state in ("resolved", "closed"):
        remarks.append(words("Cause: {cause}", cause=case.cause))
        remarks.append(words("Remedy: {remedy}", remedy=case.remedy))
    if case.corrective_action:
        remarks.append(words("Corrective action: {text}", text=case.corrective_action))
    return remarks


def _proposal(case: Complaint, office: Office, words: Words) -> str:
    proposal = case.proposal
    assert proposal is not None  # noqa: S101 (the caller looked)
    amount = words.money(proposal.amount, proposal.currency)
    match proposal.decision:
        case "approved":
            return words("Compensation of {amount}: approved.", amount=amount)
        case "declined":
            return words("Compensation of {amount}: declined.", amount=amount)
        case _:
            return words(
                "Compensation of {amount} is proposed; {who} decides.",
                amount=amount,
                who=name(proposal.decider, office),
            )


def _buttons(case: Complaint, words: Words) -> list[Block | None]:
    value = str(case.number)
    match case.state:
        case "new":
            return [
                kit.button("complaint.acknowledge", words("Acknowledge"), value, style="primary"),
                _reassign(case, words),
                _more(case, words),
            ]
        case "open":
            return [
                kit.button("complaint.resolve", words("Resolve"), value, style="primary"),
                kit.button("complaint.wait", words("Wait for customer"), value),
                _reassign(case, words),
                _more(case, words),
            ]
        case "waiting":
            return [
                kit.button("complaint.resume", words("Customer answered"), value, style="primary"),
                kit.button("complaint.resolve", words("Resolve"), value),
                _more(case, words),
            ]
        case "resolved":
            return [
                kit.button("complaint.close", words("Close complaint"), value, style="primary"),
                kit.button("complaint.reopen", words("Reopen"), value),
                _more(case, words),
            ]
        case "closed":
            return [kit.button("complaint.reopen", words("Reopen"), value), _more(case, words)]


def _reassign(case: Complaint, words: Words) -> Block:
    return kit.button("complaint.reassign", words("Reassign"), str(case.number))


def _more(case: Complaint, words: Words) -> Block:
    number = case.number
    options = [
        kit.option(words("Show history"), f"history:{number}"),
        kit.option(words("Add a note"), f"note:{number}"),
    ]
    if case.state in ("new", "open", "waiting"):
        options.append(kit.option(words("Change severity"), f"severity:{number}"))
        options.append(kit.option(words("Promise the customer something"), f"promise:{number}"))
        if case.promise is not None:
            options.append(kit.option(words("Promise kept"), f"keep_promise:{number}"))
        if case.state != "new":
            options.append(kit.option(words("Propose compensation"), f"compensation:{number}"))
        if case.transport is not None and case.carrier_notice_sent_at is None:
            options.append(kit.option(words("Carrier has the notice"), f"carrier_notice:{number}"))
        if case.state == "waiting":
            options.append(kit.option(words("Reassign"), f"reassign:{number}"))
    return kit.menu("complaint.more", words("More"), options)


def _notice_buttons(event: Event, case: Complaint, words: Words) -> list[Block | None]:
    value = str(case.number)
    show = kit.button("complaint.show", words("Show {code}", code=code(case.number)), value)
    match event.what:
        case "compensation_proposed":
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
                kit.button("complaint.approve", words("Approve"), value, style="primary", confirm=sure),
                kit.button("complaint.decline", words("Decline"), value),
                show,
            ]
        case "promise_due":
            return [kit.button("complaint.keep_promise", words("Promise kept"), value, style="primary"), show]
        case "carrier_notice_due":
            return [
                kit.button("complaint.carrier_notice", words("Carrier has the notice"), value, style="primary"),
                show,
            ]
        case _ if case.state == "new":
            return [kit.button("complaint.acknowledge", words("Acknowledge"), value, style="primary"), show]
        case _:
            return [show]


def _receipt(case: Complaint, office: Office, words: Words) -> Payload:
    return kit.message(
        kit.section(
            words(
                "{code} is filed. {owner} speaks to {customer}, {handler} looks for the cause. First reply by {moment}.",
                code=code(case.number),
                owner=name(case.owner, office),
                customer=case.customer,
                handler=name(case.handler, office),
                moment=words.plain_moment(rules.first_response_due(case, office)),
            ),
            kit.button("complaint.show", words("Show {code}", code=code(case.number)), str(case.number)),
        )
    )


def _asked(told: Notice, event: Event, case: Complaint, office: Office, words: Words) -> list[str]:
    asked = []
    if event.what == "filed" and told.to == case.owner:
        asked.append(
            words(
                "You speak to the customer: we have it, its number, what we need, when they hear from us. Admit nothing before the evidence is there."
            )
        )
    if event.what == "filed" and told.to == case.handler:
        asked.append(words("You look for the cause. Ask for the evidence on the first day."))
    notice_by = rules.carrier_notice_by(case, office)
    if event.what == "filed" and notice_by is not None and told.to in (case.owner, case.handler):
        asked.append(
            words(
                "⚠ The consignee must send the notice of damage to the carrier by {day}.",
                day=notice_by,
            )
        )
    if event.what == "escalated":
        asked.append(words("Pay, replace or refuse? Decide, reassign it, or take it yourself."))
    return asked


def _summary(case: Complaint, office: Office, words: Words) -> str:
    return words(
        "{severity} · {category} · customer's side {owner} · investigation {handler} · {state}",
        severity=case.severity,
        category=office.agreement.complaints.categories[case.category].label,
        owner=name(case.owner, office),
        handler=name(case.handler, office),
        state=state(case),
    )


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


def _noted(event: Event) -> Block | None:
    return kit.quote(event.note) if event.note else None


def _evidence(case: Complaint, words: Words) -> Block | None:
    items = [(item.url, item.title) for item in case.evidence if item.url]
    if case.source:
        items.insert(0, (case.source, words("The message this complaint came from")))
    return kit.links(items)


def _transport_entries(words: Words) -> tuple[Block, Block]:
    ways = [
        kit.option(words("By sea"), "sea"),
        kit.option(words("By air"), "air"),
        kit.option(words("By road"), "road"),
    ]
    return (
        kit.entry(
            "transport",
            words("How the goods travelled"),
            kit.radios("transport", ways, "sea"),
            hint=words("The time limit of the carrier depends on it."),
        ),
        kit.entry(
            "delivered_on",
            words("Delivered to the customer on"),
            {"type": "datepicker", "action_id": "delivered_on"},
            hint=words("Left empty: the day it was noticed."),
            optional=True,
        ),
    )


def _form(callback: str, case: Complaint, title: str, words: Words, *blocks: Block) -> Block:
    intro = kit.section(words("{code} · {customer}", code=code(case.number), customer=case.customer))
    return kit.modal(callback, title, words("Save"), words("Cancel"), intro, *blocks, private_metadata=str(case.number))


def _actor(event: Event, office: Office) -> Value:
    return phrase("The clock") if event.actor == CLOCK else name(event.actor, office)


def _occasion(key: str, office: Office) -> Phrase:
    """Why a step of the ladder is taken."""
    match key.partition(" + ")[0]:
        case "first_response_missed":
            said = phrase("Nobody has acknowledged this complaint in time.")
        case "half_of_resolution":
            said = phrase("Half of the time for the resolution is gone.")
        case _:
            said = phrase("The time for the resolution is over.")
    steps = office.agreement.complaints.escalation
    later = next((step.after for step in steps if rules.step_key(step) == key), None)
    return said if later is None else phrase("{occasion} (since {later})", occasion=said, later=_limit(later))


def _limit(limit: Limit) -> Phrase:
    if limit.unit == "working_days":
        return n_phrase("{n} working day", "{n} working days", limit.value)
    return n_phrase("{n} working hour", "{n} working hours", limit.value)


def _amount(text: str, words: Words) -> str:
    currency, _, amount = text.partition(" ")
    return words.money(Decimal(amount), currency)


def _moment_of(iso: str, words: Words) -> str:
    return words.plain_moment(datetime.fromisoformat(iso))
