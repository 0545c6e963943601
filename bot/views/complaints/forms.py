"""The forms of a complaint: to file it, and one for each action that needs words."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.complaints.card import code
from bot.views.wording import Words
from department import complaints as rules
from department.complaints import Complaint
from department.people import Office


def new(
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


def reassign(case: Complaint, words: Words) -> Block:
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


def severity(case: Complaint, office: Office, words: Words) -> Block:
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


def wait(case: Complaint, words: Words) -> Block:
    """What the customer is to send or say."""
    return _form(
        "complaint.wait",
        case,
        words("Wait for customer"),
        words,
        kit.entry("for_what", words("What are we waiting for"), kit.text_input("for_what", multiline=True)),
    )


def note(case: Complaint, words: Words) -> Block:
    """A line for the history."""
    return _form(
        "complaint.note",
        case,
        words("Add a note"),
        words,
        kit.entry("text", words("Note"), kit.text_input("text", multiline=True)),
    )


def promise(case: Complaint, words: Words) -> Block:
    """What the customer may expect, and when."""
    return _form(
        "complaint.promise",
        case,
        words("Promise"),
        words,
        kit.entry("text", words("What the customer was promised"), kit.text_input("text", multiline=True)),
        kit.entry("due_at", words("By when"), {"type": "datetimepicker", "action_id": "due_at"}),
    )


def compensation(case: Complaint, office: Office, words: Words) -> Block:
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


def decline(case: Complaint, proposal: int, words: Words) -> Block:
    """Why the compensation is declined."""
    entry = kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True))
    return {
        **_form("complaint.decline", case, words("Decline"), words, entry),
        "private_metadata": f"{case.number}:{proposal}",
    }


def resolve(case: Complaint, words: Words) -> Block:
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


def close(case: Complaint, office: Office, words: Words) -> Block:
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
            kit.text_input("corrective_action", multiline=True, initial=case.corrective_action),
            hint=words("What was changed so that it does not happen again?"),
            optional=not demanded,
        ),
    )


def reopen(case: Complaint, words: Words) -> Block:
    """Why the case is not done after all."""
    return _form(
        "complaint.reopen",
        case,
        words("Reopen"),
        words,
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
    )


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
