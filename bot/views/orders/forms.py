"""The forms of an order: to open it, to hand it over, and one for each action that needs words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block
from bot.views.orders.card import DATES, line_name, line_said, stage_name, titled
from bot.views.refusals import name
from bot.views.wording import Several, Words, phrase
from department import orders as rules
from department.incoterms import RULES
from department.key_dates import KEY_DATES, OD_DUE
from department.orders import Handoff, Order, Terms
from department.orders.limits import line_due
from department.people import Office


def new(office: Office, words: Words, *, customer: Block | None, product: str, metadata: str) -> Block:
    """The form that opens an order as an inquiry."""
    return kit.modal(
        "order.open",
        words("New inquiry"),
        words("Open"),
        words("Cancel"),
        *_terms(office, words, customer, Terms(customer="", product=product)),
        private_metadata=metadata,
    )


def terms(order: Order, office: Office, words: Words) -> Block:
    """What is agreed with the customer, to be changed."""
    customer = kit.option(order.customer, order.customer)
    return _form("order.terms", order, words("Terms"), words, *_terms(office, words, customer, order.terms))


def offer(order: Order, office: Office, words: Words, *, accounts: Mapping[str, str]) -> Block:
    """Whom to hand the order to. `accounts` are Slack's users by member."""
    onward = rules.next_stage(order)
    ways = [kit.option(words("Next stage: {stage}", stage=stage_name(onward, office)), onward)] if onward else []
    ways.append(kit.option(words("Somebody else within {stage}", stage=stage_name(order.stage, office)), order.stage))
    missing = rules.missing_lines(order, office)
    receivers = rules.receivers_of(office.agreement.stage(onward or order.stage), order, office)
    warning = words("Still open: {lines}", lines=Several(tuple(line.label for line in missing)))
    return _form(
        "order.offer",
        order,
        words("Hand over"),
        words,
        kit.section(f"⚠ {warning}") if missing and onward else None,
        kit.entry("to_stage", words("For which stage"), kit.radios("to_stage", ways, onward or order.stage)),
        *(
            kit.entry(
                f"receiver:{role}",
                words("{role}: to whom", role=office.agreement.roles[role]),
                _person(f"receiver:{role}", words, accounts.get(member, "")),
            )
            for role, member in receivers.items()
        ),
        kit.entry(
            "reason",
            words("Why it goes although something is open"),
            kit.text_input("reason", multiline=True),
            optional=True,
        ),
    )


def bounce(order: Order, handoff: Handoff, office: Office, words: Words) -> Block:
    """Why it goes back: a reason of the agreement and a sentence."""
    reasons = office.agreement.orders.handoffs.bounce_reasons
    form = _form(
        "order.bounce",
        order,
        words("Send back"),
        words,
        kit.entry(
            "reason",
            words("Why"),
            kit.menu("reason", words("Choose"), [kit.option(words.say(said), key) for key, said in reasons.items()]),
        ),
        kit.entry(
            "text",
            words("What exactly is missing or wrong"),
            kit.text_input("text", multiline=True),
            hint=words("One sentence the sender can act on."),
        ),
    )
    return {**form, "private_metadata": f"{order.number}:{handoff.number}"}


def checklist(order: Order, office: Office, words: Words) -> Block:
    """The lines of the stage to tick, ten in each group of boxes."""
    lines = rules.open_lines(order, office)
    groups = []
    for start in range(0, len(lines), 10):
        options = []
        for line in lines[start : start + 10]:
            due, person = line_due(line, order, office), rules.person_of(line, order, office)
            said = [words.say(person.name)] if person else []
            said += [words.full_moment(due)] if due else []
            options.append(kit.option(line_said(line, order, office, words), line.id, " · ".join(said)))
        boxes = {"type": "checkboxes", "action_id": "lines", "options": options}
        groups.append(kit.entry(f"lines:{start}" if start else "lines", words("Done now"), boxes, optional=True))
    done = tuple(line_name(line, office) for line in dict.fromkeys(item.line for item in order.done))
    finished = words("Done: {lines}", lines=Several(done)) if done else ""
    nothing = kit.section(words("Everything on this stage's checklist is done."))
    if not groups:
        return kit.modal("order.read", words("Checklist"), "", words("Close"), nothing, kit.context(finished))
    note = kit.entry("note", words("Note"), kit.text_input("note", multiline=True), optional=True)
    return _form(
        "order.checklist", order, words("Checklist"), words, *groups, note, kit.context(kit.cut(finished, 1500))
    )


def dates(order: Order, office: Office, words: Words) -> Block:
    """Every date of the order in one form; an empty field takes a date back."""
    standing = order.current_dates
    entries = []
    for code, kind in KEY_DATES.items():
        element: Block = {"type": "datepicker" if kind == "day" else "datetimepicker", "action_id": code}
        if code in standing:
            known = standing[code].value
            if kind == "day":
                element["initial_date"] = known
            else:
                element["initial_date_time"] = int(datetime.fromisoformat(known).timestamp())
        hint = _hint(code, order, office, words)
        entries.append(kit.entry(code, _capital(words.say(DATES[code])), element, hint=hint, optional=True))
    source = kit.entry(
        "source",
        words("From whom"),
        kit.text_input("source", placeholder=words("carrier's mail, forwarder, factory")),
        optional=True,
    )
    return _form("order.dates", order, words("Dates"), words, *entries, source)


def _hint(code: str, order: Order, office: Office, words: Words) -> str:
    """What somebody should know who enters a date."""
    ends = rules.credit_due(order, office)
    if code == OD_DUE and ends:
        return words("Empty: {day}, as the term of payment says.", day=ends)
    if code == "delivered_on" and order.rule:
        return words.say(_DELIVERED[RULES[order.rule].delivered])
    return ""


_DELIVERED: Final = {
    "at_disposal": phrase("Under this rule: the goods stand ready for the buyer at the named place."),
    "to_carrier": phrase("Under this rule: the first carrier has the goods."),
    "alongside": phrase("Under this rule: the goods are alongside the ship."),
    "on_board": phrase("Under this rule: the goods are on board."),
    "ready_to_unload": phrase("Under this rule: the goods have arrived, ready to be unloaded."),
    "unloaded": phrase("Under this rule: the goods are unloaded at the named place."),
}
"""When goods count as delivered, by the rule."""


def reassign(order: Order, office: Office, words: Words) -> Block:
    """Who takes which part."""
    roles = [
        kit.option(words.say(office.agreement.roles[role]), role)
        for role in order.people
        if role in office.agreement.roles
    ]
    return _form(
        "order.reassign",
        order,
        words("Change the people"),
        words,
        kit.entry("role", words("Which part"), kit.menu("role", words("Choose"), roles)),
        kit.entry("to", words("To whom"), _person("to", words)),
        kit.entry("reason", words("Why"), kit.text_input("reason"), optional=True),
    )


def redirect(order: Order, office: Office, words: Words) -> Block:
    """Whom the waiting handoff goes to instead."""
    waiting = [
        kit.option(
            words("{stage}: {who}", stage=stage_name(item.to_stage, office), who=name(item.receiver, office)),
            str(item.number),
        )
        for item in order.offered
    ]
    return _form(
        "order.redirect",
        order,
        words("Offer to another"),
        words,
        kit.entry(
            "handoff", words("Which handoff"), kit.menu("handoff", words("Choose"), waiting, waiting[0]["value"])
        ),
        kit.entry("to", words("To whom"), _person("to", words)),
        kit.entry("reason", words("Why"), kit.text_input("reason"), optional=True),
    )


def override(order: Order, office: Office, words: Words) -> Block:
    """Which gate is opened by somebody else, and why."""
    gates = [
        kit.option(words.say(line.label), line.id)
        for line in rules.open_lines(order, office)
        if line.gate and line.override
    ]
    return _form(
        "order.override",
        order,
        words("Open a gate"),
        words,
        kit.entry("line", words("Which gate"), kit.menu("line", words("Choose"), gates, gates[0]["value"])),
        kit.entry("reason", words("Why"), kit.text_input("reason", multiline=True)),
    )


def untick(order: Order, office: Office, words: Words) -> Block:
    """Which line is open after all."""
    done = [kit.option(words.say(line.label), line.id) for line in rules.ticked_lines(order, office)]
    return _form(
        "order.untick",
        order,
        words("Open a line again"),
        words,
        kit.entry("line", words("Which line"), kit.menu("line", words("Choose"), done, done[0]["value"])),
    )


def written(callback: str, order: Order, title: str, label: str, words: Words) -> Block:
    """A form that asks for one text."""
    entry = kit.entry("text", label, kit.text_input("text", multiline=True))
    return _form(callback, order, title, words, entry)


def _terms(office: Office, words: Words, customer: Block | None, known: Terms) -> list[Block]:
    agreement = office.agreement
    bands = agreement.complaints.compensation
    currencies = dict.fromkeys((bands.currency, *bands.rates, *([known.currency] if known.currency else [])))
    payments = [kit.option(words.say(term.label), code) for code, term in agreement.orders.payment_terms.items()]
    country = kit.option(words.country(known.country), known.country) if known.country else None
    return [
        kit.entry(
            "customer",
            words("Customer"),
            kit.type_ahead("customer", words("Type a name"), customer),
            hint=words("A new name is fine: type it whole and choose it."),
        ),
        kit.entry(
            "country",
            words("Country"),
            kit.type_ahead("country", words("Type a name"), country),
            hint=words("Where the goods go; empty: the customer's own country."),
            optional=True,
        ),
        kit.entry("product", words("Product"), kit.text_input("product", multiline=True, initial=known.product)),
        kit.entry("quantity", words("Quantity"), kit.text_input("quantity", initial=known.quantity), optional=True),
        kit.entry(
            "amount",
            words("Amount"),
            _number("amount", "" if known.amount is None else str(known.amount), decimal=True),
            optional=True,
        ),
        kit.entry(
            "currency",
            words("Currency"),
            kit.menu("currency", words("Choose"), [kit.option(item, item) for item in currencies], known.currency),
            optional=True,
        ),
        kit.entry(
            "rule",
            words("Incoterms 2020 rule"),
            kit.menu("rule", words("Choose"), [kit.option(item, item) for item in RULES], known.rule),
            optional=True,
        ),
        kit.entry(
            "place",
            words("Named place"),
            kit.text_input("place", initial=known.place, placeholder="Ningbo"),
            hint=words("A rule without its place says nothing: FOB Ningbo, CIF Felixstowe."),
            optional=True,
        ),
        kit.entry(
            "payment",
            words("Payment"),
            kit.menu("payment", words("Choose"), payments, known.payment),
            optional=True,
        ),
        kit.entry(
            "presentation_days",
            words("L/C: days for presentation"),
            _number("presentation_days", str(known.presentation_days or ""), decimal=False),
            optional=True,
        ),
        kit.entry(
            "customer_po",
            words("Customer's PO"),
            kit.text_input("customer_po", initial=known.customer_po),
            optional=True,
        ),
    ]


def _number(action_id: str, initial: str, *, decimal: bool) -> Block:
    element: Block = {"type": "number_input", "action_id": action_id, "is_decimal_allowed": decimal, "min_value": "0"}
    return {**element, "initial_value": initial} if initial else element


def _person(action_id: str, words: Words, initial: str = "") -> Block:
    element: Block = {"type": "users_select", "action_id": action_id, "placeholder": kit.plain(words("Choose"))}
    return {**element, "initial_user": initial} if initial else element


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _form(callback: str, order: Order, title: str, words: Words, *blocks: Block | None) -> Block:
    return kit.modal(
        callback,
        title,
        words("Save"),
        words("Cancel"),
        kit.section(titled(order, words)),
        *blocks,
        private_metadata=str(order.number),
    )
