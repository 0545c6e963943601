"""The one living card of a complaint, and the pieces of it that its other views share."""

from __future__ import annotations

from bot.views import blockkit as kit
from bot.views.blockkit import Block, Payload
from bot.views.refusals import name
from bot.views.tasks.listing import belonging
from bot.views.wording import HERE, Phrase, Words, phrase
from department import compensation
from department import complaints as rules
from department.compensation import Proposal
from department.complaints import Complaint, Promise
from department.people import Office


def code(number: int) -> str:
    """How people name a complaint: C-12."""
    return f"C-{number}"


def card(case: Complaint, office: Office, words: Words) -> Payload:
    """The one living message of a complaint, as it stands now."""
    return kit.message(
        kit.header(words("{code} · {customer}", code=code(case.number), customer=case.customer)),
        kit.facts(facts(case, office, words)),
        kit.quote(case.what_happened, 600),
        evidence(case, words),
        belonging(case.tasks, office, words),
        kit.context(*remarks(case, office, words)),
        kit.actions(f"complaint:{case.number}:{case.state}", *_buttons(case, words)),
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


def summary(case: Complaint, office: Office, words: Words) -> str:
    """The complaint in one line: how grave, what kind, with whom, how far."""
    return words(
        "{severity} · {category} · customer's side {owner} · investigation {handler} · {state}",
        severity=case.severity,
        category=office.agreement.complaints.categories[case.category].label,
        owner=name(case.owner, office),
        handler=name(case.handler, office),
        state=state(case),
    )


def facts(case: Complaint, office: Office, words: Words) -> list[tuple[str, str]]:
    """What stands in two columns: labels and values, none of them a person's free text."""
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
    facts += limit(case, office, words)
    if case.amount is not None:
        facts.append((words("Claim"), words.money(case.amount, case.currency)))
    facts.append((words("Noticed"), words.say(case.noticed_on)))
    return facts


def limit(case: Complaint, office: Office, words: Words) -> list[tuple[str, str]]:
    """The limit that runs, if one does, with its label."""
    if case.state == "new":
        return [(words("First reply by"), words.limit(rules.first_response_due(case, office), office.now))]
    if case.state == "open":
        return [(words("Resolve by"), words.limit(rules.resolution_due(case, office), office.now))]
    return []


def remarks(case: Complaint, office: Office, words: Words) -> list[str]:
    """The small print: everything else that is known, a person's own text once, whatever the languages."""
    filed = kit.mrkdwn(
        "{said} {moment}",
        said=words("Filed by {who}", who=name(case.filed_by, office)),
        moment=words.moment(case.filed_at),
    )
    remarks: list[str] = [kit.Safe(filed["text"])]
    concerned = [
        f"{label}: {said}"
        for label, said in ((words("Order"), case.order), (words("Concerned"), case.quantity))
        if said
    ]
    remarks.append(" · ".join(concerned))
    if case.repeat_of is not None:
        remarks.append(words("Repeat of {code}: closes only with a corrective action.", code=code(case.repeat_of)))
    remarks.append(carrier_warning(case, office, words))
    if case.remedy and case.state in ("resolved", "closed"):
        remarks += [f"{words('Cause')}: {case.cause}", f"{words('Remedy')}: {case.remedy}"]
    if case.corrective_action:
        remarks.append(f"{words('Corrective action')}: {case.corrective_action}")
    remarks += _compensation(case, office, words)
    remarks.append(kit.joined("\n", (promised(promise, words) for promise in case.open_promises)))
    return remarks


def promised(promise: Promise, words: Words) -> str:
    """What was promised to the customer, and by when."""
    by = words.with_moment(words("Promised to the customer by {moment}", moment=HERE), promise.due_at)
    return kit.joined(": ", [by, kit.cut(promise.text, 500)])


def carrier_warning(case: Complaint, office: Office, words: Words) -> str:
    """What is to be done about the carrier, and by when; empty where nothing is."""
    notice_by = rules.carrier_notice_by(case, office)
    if notice_by is None or case.carrier_notice_sent_at is not None or case.state == "closed":
        return ""
    if notice_by < office.today:
        return words(
            "⚠ The time for the notice of damage to the carrier ended on {day}. Let the consignee send it all the same, at once.",
            day=notice_by,
        )
    return words("⚠ The consignee must send the notice of damage to the carrier by {day}.", day=notice_by)


def _compensation(case: Complaint, office: Office, words: Words) -> list[str]:
    said = [
        words("Compensation of {amount}: approved.", amount=amount_of(proposal, words))
        for proposal in compensation.approved(case.proposals)
    ]
    if case.undecided is not None:
        said.append(
            words(
                "Compensation of {amount} is proposed; {who} decides.",
                amount=amount_of(case.undecided, words),
                who=name(case.undecided.decider, office),
            )
        )
    elif case.proposals and case.proposals[-1].decision == "declined":
        said.append(words("Compensation of {amount}: declined.", amount=amount_of(case.proposals[-1], words)))
    return ["\n".join(said)] if said else []


def amount_of(proposal: Proposal, words: Words) -> str:
    """How much is proposed."""
    return words.money(proposal.amount, proposal.currency)


def evidence(case: Complaint, words: Words) -> Block | None:
    """Links to what shows it."""
    items = [(item.url, item.title) for item in case.evidence if item.url]
    if case.source:
        items.insert(0, (case.source, words("The message this complaint came from")))
    return kit.links(items)


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
    """A choice is one of the other buttons: its name, the complaint and, where it needs one, the promise."""
    offered = [("history", words("Show history")), ("note", words("Add a note"))]
    if case.state in ("new", "open", "waiting"):
        offered.append(("severity", words("Change severity")))
        offered.append(("promise", words("Promise the customer something")))
    if case.state in ("open", "waiting"):
        if case.undecided is None:
            offered.append(("compensation", words("Propose compensation")))
        else:
            offered.append(("withdraw", words("Withdraw the proposal")))
    if case.transport is not None and case.carrier_notice_sent_at is None and case.state != "closed":
        offered.append(("carrier_notice", words("Carrier has the notice")))
    if case.state == "waiting":
        offered.append(("reassign", words("Reassign")))
    options = [kit.option(said, f"{choice}:{case.number}") for choice, said in offered]
    for promise in case.open_promises:
        kept = f"{words('Promise kept')}: {promise.text}"
        options.append(kit.option(kept, f"keep_promise:{case.number}:{promise.number}"))
    return kit.menu("complaint.more", words("More"), options)
