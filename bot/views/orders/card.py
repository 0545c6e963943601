"""The one living card of an order, and the pieces of it that its other views share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.tasks.listing import belonging
from bot.views.wording import HERE, Phrase, Several, Value, Words, phrase
from department import orders as rules
from department.agreement import STAGES, Line
from department.key_dates import KEY_DATES, OD_DUE
from department.orders import Handoff, Order
from department.orders.limits import handoff_steps, line_due
from department.people import Office
from department.records import Refused

LINES: Final = 12
"""Lines of the checklist a card shows; the checklist itself shows them all."""

DATES: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "valid_until": phrase("quotation valid until"),
        "promised_shipment": phrase("promised shipment"),
        "deposit_due": phrase("deposit due"),
        "lc_received": phrase("L/C received"),
        "lc_latest_shipment": phrase("L/C latest shipment"),
        "lc_expiry": phrase("L/C expiry"),
        "cargo_ready": phrase("cargo ready"),
        "cy_open": phrase("CY open"),
        "si_cutoff": phrase("SI cut-off"),
        "vgm_cutoff": phrase("VGM cut-off"),
        "customs_cutoff": phrase("customs cut-off"),
        "cy_closing": phrase("CY closing"),
        "etd": phrase("ETD"),
        "invoice_date": phrase("invoice dated"),
        "packing_list_date": phrase("packing list dated"),
        "origin_date": phrase("certificate of origin dated"),
        "inspection_date": phrase("inspection certificate dated"),
        "insurance_date": phrase("insurance policy dated"),
        "bl_date": phrase("B/L date"),
        "advice_date": phrase("shipping advice dated"),
        "draft_date": phrase("draft dated"),
        "presented_on": phrase("presented to the bank"),
        "eta": phrase("ETA"),
        "delivered_on": phrase("delivered"),
        "balance_due": phrase("balance due"),
        "od_due": phrase("credit due"),
        "free_time_end": phrase("free time ends"),
    }
)
"""The names of the dates, as the trade writes them."""


def code(number: int) -> str:
    """How people name an inquiry before it has an order number: IN-12."""
    return f"IN-{number}"


def code_of(order: Order) -> str:
    """How people name an order: its order number, or the inquiry's before it is confirmed."""
    return order.order_no or code(order.number)


def card(order: Order, office: Office, words: Words) -> Payload:
    """The one living message of an order, as it stands now."""
    return kit.message(
        kit.header(titled(order, words)),
        kit.section(progress(order, office, words)),
        kit.facts(facts(order, office, words)),
        *(_offered(handoff, order, office, words) for handoff in order.offered),
        checklist(order, office, words),
        belonging(order.tasks, office, words),
        kit.context(*remarks(order, office, words)),
        kit.actions(f"order:{order.number}:{order.stage}:{order.state}", *_buttons(order, office, words)),
    )


def titled(order: Order, words: Words) -> str:
    """The order's code and customer."""
    return words("{code} · {customer}", code=code_of(order), customer=order.customer)


def progress(order: Order, office: Office, words: Words) -> str:
    """The stage bar: how many of the six stages, and which one."""
    place = STAGES.index(order.stage)
    bar = "●" * place + ("◐" if order.state in rules.OPEN else "●") + "○" * (len(STAGES) - place - 1)
    stage = words.say(office.agreement.stage(order.stage).label)
    return f"{bar}  {place + 1}/{len(STAGES)}  {stage}"


def state(order: Order, office: Office) -> Phrase:
    """The state in words."""
    match order.state:
        case "open" if rules.is_late(order, office):
            return phrase("late")
        case "open":
            return phrase("on its way")
        case "on_hold":
            return phrase("on hold")
        case "lost":
            return phrase("lost")
        case "cancelled":
            return phrase("cancelled")
        case "closed":
            return phrase("order closed")


def stage_name(stage: str, office: Office) -> Value:
    """A stage by its name in the agreement."""
    return office.agreement.stage(stage).label


def line_name(line: str, office: Office) -> Value:
    """A line of a checklist by its name in the agreement, or its id when it is not there any more."""
    found = (item for stage in office.agreement.stages for item in stage.lines if item.id == line)
    return next((item.label for item in found), line)


def lines_named(ids: str, office: Office) -> Value:
    """Names for a list of lines ("a, b")."""
    return Several(tuple(_limit_name(item, office) for item in ids.split(", ") if item))


def _limit_name(item: str, office: Office) -> Value:
    match item:
        case "stage":
            return phrase("the stage")
        case "handoff":
            return phrase("the answer to the handoff")
        case line:
            return line_name(line, office)


def summary(order: Order, office: Office, words: Words) -> str:
    """The order in one line: how far, with whom, the next limit."""
    said = words(
        "{stage} · with {owner} · {state}",
        stage=stage_name(order.stage, office),
        owner=name(order.owner, office),
        state=state(order, office),
    )
    limit = rules.next_limit(order, office)
    return f"{said} · {_limit(limit, office, words)}" if limit else said


def facts(order: Order, office: Office, words: Words) -> list[tuple[str, str]]:
    """What stands in two columns: labels and values."""
    said = [
        (words("With"), words("{name}", name=name(order.owner, office))),
        (words("State"), words.say(state(order, office))),
    ]
    if order.product not in ("", "–"):
        said.append((words("Product"), kit.cut(order.product, 300)))
    if limit := rules.next_limit(order, office):
        named = words.say(_limit_name(limit[1], office))
        said.insert(2, (words("Next limit"), kit.joined("\n", [named, words.limit(limit[0], office.now)])))
    if order.quantity:
        said.append((words("Quantity"), order.quantity))
    if order.amount is not None:
        said.append((words("Amount"), words.money(order.amount, order.currency)))
    if order.rule:
        said.append((words("Incoterms 2020"), f"{order.rule} {order.place}"))
    if term := rules.payment_of(order, office):
        said.append((words("Payment"), words.say(term.label)))
    if order.customer_po:
        said.append((words("Customer's PO"), order.customer_po))
    return said


def _limit(limit: tuple[datetime, str], office: Office, words: Words) -> str:
    late = "⚠ " if limit[0] < office.now else ""
    return f"{late}{words.say(_limit_name(limit[1], office))}, {words.full_moment(limit[0])}"


def checklist(order: Order, office: Office, words: Words) -> Block | None:
    """The lines of the stage that are open, with whose they are and by when: the gates, then what is due next."""
    lines = rules.lines_of(order, office)
    if not lines or order.state not in rules.OPEN:
        return None
    open_lines = [line for line in lines if not rules.is_done(line, order)]
    still_open = sorted(open_lines, key=lambda line: _urgency(line, order, office))
    head = words("Checklist: {done} of {all} done", done=str(len(lines) - len(still_open)), all=str(len(lines)))
    shown: list[str] = [_line(line, order, office, words) for line in still_open[:LINES]]
    if len(still_open) > LINES:
        shown.append(words.n("and {n} more line", "and {n} more lines", len(still_open) - LINES))
    return kit.section(kit.joined("\n", [head, *shown]))


def _urgency(line: Line, order: Order, office: Office) -> tuple[bool, bool, datetime]:
    """Gates come first, then what is due first, at last what has no limit."""
    due = line_due(line, order, office)
    return not line.gate, due is None, due or order.since


def _line(line: Line, order: Order, office: Office, words: Words) -> kit.Safe:
    person = rules.person_of(line, order, office)
    due = line_due(line, order, office)
    second = line.check is not None and any(done.line == line.id for done in order.done)
    mark = "☐"
    if line.gate:
        mark = "🔒"
    elif second:
        mark = "◪"
    said = [f"{mark} {line_said(line, order, office, words)}"]
    if person is not None:
        said.append(words.say(person.name))
    if second:
        said.append(words("second check"))
    if due is not None:
        said.append(words.limit(due, office.now))
    elif line.optional:
        said.append(words("optional"))
    return kit.joined(" · ", said)


def line_said(line: Line, order: Order, office: Office, words: Words) -> str:
    """A line by its name, and of a gate what must be there before it opens."""
    condition = rules.condition_of(line, order, office)
    return words("{line} ({what})", line=line.label, what=condition) if condition else words.say(line.label)


def remarks(order: Order, office: Office, words: Words) -> list[str]:
    """The small print: dates, what does not fit together, gates opened by somebody else, who opened it."""
    dates = {code: item.value for code, item in order.current_dates.items()}
    if ends := rules.credit_due(order, office):
        dates.setdefault(OD_DUE, ends.isoformat())
    said = [
        kit.joined(": ", [words.say(DATES[code]), _drawn(dates[code], words)]) for code in KEY_DATES if code in dates
    ]
    remarks: list[str] = [kit.joined(" · ", said)] if said else []
    remarks += [warning(item, words) for item in rules.warnings(order, office)]
    for done in order.done:
        if done.reason:
            opened = words(
                "{who} opened “{line}” in the place of those who may: {reason}",
                who=name(done.by, office),
                line=line_name(done.line, office),
                reason=kit.cut(done.reason, 300),
            )
            remarks.append(f"🔓 {opened}")
    if assumed := tuple(line_name(done.line, office) for done in order.done if done.assumed):
        said_by = name(order.opened_by, office)
        counted = words("Counts as passed, on {who}'s word: {lines}", who=said_by, lines=Several(assumed))
        remarks.append(f"🔓 {counted}")
    if order.ending:
        remarks.append(f"{words('Why')}: {kit.cut(order.ending, 500)}")
    opened_by = kit.mrkdwn(
        "{said} {moment}",
        said=words("Opened by {who}", who=name(order.opened_by, office)),
        moment=words.moment(order.opened_at),
    )
    return [*remarks, kit.Safe(opened_by["text"])]


def _drawn(said: str, words: Words) -> str:
    """The value of a date, where Slack draws moments."""
    return words.moment(datetime.fromisoformat(said)) if len(said) > 10 else value(said, words)


def value(said: str, words: Words) -> str:
    """The value of a date: a day, or a moment in the reader's zone; empty for one that was taken back."""
    if not said:
        return "–"
    return words.say(date.fromisoformat(said)) if len(said) == 10 else words.full_moment(datetime.fromisoformat(said))


def warning(found: Refused, words: Words) -> str:
    """What the order's dates or papers warn of."""
    facts = found.facts
    match found.reason:
        case "warn_presentation":
            return words("Documents must be presented to the bank by {day}.", day=date.fromisoformat(facts["day"]))
        case "warn_advised_late":
            said = words(
                "The shipping advice is dated {day}; {last} was its last day.",
                day=date.fromisoformat(facts["day"]),
                last=date.fromisoformat(facts["last"]),
            )
            return f"⚠ {said}"
        case "warn_insurance":
            least = words.money(Decimal(facts["amount"]), facts["currency"])
            return words("The policy must cover at least {amount}, 110 % of the invoice.", amount=least)
        case "warn_container_rule":
            return words(
                "{rule} is made for goods delivered on board; for containers FCA, CPT or CIP fit better.",
                rule=facts["rule"],
            )
        case _:
            return f"⚠ {risk(found, words)}"


def risk(found: Refused, words: Words) -> str:
    """Why the order's dates cannot all be kept."""
    facts = found.facts
    match found.reason:
        case "warn_ship_at_risk":
            return words(
                "The cargo is ready on {ready}, too late for the shipment promised for {ship}. Tell the customer.",
                ready=date.fromisoformat(facts["ready"]),
                ship=date.fromisoformat(facts["ship"]),
            )
        case "warn_presented_late":
            return words(
                "Presented to the bank on {day}; the last day of presentation was {last}.",
                day=date.fromisoformat(facts["day"]),
                last=date.fromisoformat(facts["last"]),
            )
        case _:
            return words("“{early}” lies after “{late}”.", early=DATES[facts["early"]], late=DATES[facts["late"]])


def _offered(handoff: Handoff, order: Order, office: Office, words: Words) -> Block:
    """A handoff that waits for an answer."""
    said = words(
        "{sender} offers this to {receiver} for {stage}. Answer by {moment}.",
        sender=name(handoff.sender, office),
        receiver=name(handoff.receiver, office),
        stage=stage_name(handoff.to_stage, office),
        moment=HERE,
    )
    offer = words.with_moment(f"⇢ {said}", handoff_steps(handoff, office)["answer"])
    return kit.section(kit.joined("\n", [offer, *incomplete(handoff, office, words)]))


def incomplete(handoff: Handoff, office: Office, words: Words) -> list[str]:
    """What was missing when it was offered, and why it was offered all the same."""
    if not handoff.missing:
        return []
    missing = words("Missing: {lines}.", lines=lines_named(", ".join(handoff.missing), office))
    return [f"⚠ {missing}", kit.cut(handoff.reason, 500)]


def answer_buttons(handoff: Handoff, order: Order, words: Words) -> list[Block]:
    """Take it over, or send it back."""
    value = f"{order.number}:{handoff.number}"
    return [
        kit.button("order.acknowledge", words("I have it"), value, style="primary"),
        kit.button("order.bounce", words("Send back"), value),
    ]


def _buttons(order: Order, office: Office, words: Words) -> list[Block | None]:
    number = str(order.number)
    if order.state == "on_hold":
        return [kit.button("order.resume", words("Resume"), number, style="primary"), _more(order, office, words)]
    if order.state != "open":
        return [kit.button("order.reopen", words("Reopen order"), number), _more(order, office, words)]
    onward = rules.next_stage(order)
    if order.offered:
        first = answer_buttons(order.offered[0], order, words)
        if len(order.offered) > 1:  # each takes their own part of it
            first = [kit.button("order.acknowledge", words("I have it"), f"{order.number}:0", style="primary")]
    elif onward:
        first = [kit.button("order.offer", words("Hand over"), number, style="primary")]
    else:
        first = [kit.button("order.close", words("Close order"), number, style="primary")]
    return [
        *first,
        kit.button("order.checklist", words("Checklist"), number),
        kit.button("order.dates", words("Dates"), number),
        _more(order, office, words),
    ]


def _more(order: Order, office: Office, words: Words) -> Block:
    """A choice is one of the other buttons: its name and the order."""
    offered = [("history", words("Show history")), ("note", words("Add a note"))]
    if order.state == "open":
        offered += [("terms", words("Change the terms")), ("reassign", words("Change the people"))]
        if order.offered:
            offered += [("withdraw", words("Withdraw the handoff"))]
            offered += [("redirect", words("Offer it to somebody else"))]
        elif rules.next_stage(order) == "":
            offered.append(("offer", words("Hand over")))
        if any(line.gate and line.override for line in rules.open_lines(order, office)):
            offered.append(("override", words("Open a gate with a reason")))
        if rules.ticked_lines(order, office):
            offered.append(("untick", words("Open a line again")))
        offered.append(("hold", words("Put on hold")))
        offered.append(
            ("cancel", words("Cancel order")) if order.order_no else ("lose", words("Customer does not buy"))
        )
    return kit.menu(
        "order.more", words("More"), [kit.option(said, f"{which}:{order.number}") for which, said in offered]
    )
