"""What people do with complaints in Slack: the command, the shortcut, the card's buttons and the forms behind them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from bot import preparation
from bot.desk import Action
from bot.handlers import records
from bot.handlers.records import (
    Answer,
    anybody,
    as_number,
    choice_of,
    item_of,
    look,
    member_of,
    metadata,
    open_or_say,
    say,
)
from bot.handlers.records import amount as amount_in
from bot.request import Request, beside_fields, filled_in, permalink, typed
from bot.views import blockkit as kit
from bot.views.complaints import forms, listing, story
from bot.views.complaints.card import code
from bot.views.refusals import refusal
from bot.views.wording import Words
from department import complaints as rules
from department.agreement import Member
from department.complaints import SUBJECT, Complaint, Evidence, Report
from department.people import Office
from department.records import Event, Refused, clean
from storage import complaints as shelf
from storage import customers, orders, store

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))
show = records.shows(SUBJECT, story.history)


def command(request: Request) -> Answer:
    """`/complaint`, with what comes after it: a word of its own, a complaint's code, or the beginning of a new one."""
    text = typed(request.body.get("text", "")).strip()
    if named := _CODE.fullmatch(unicodedata.normalize("NFKC", text)):
        return _show(request, int(named[1] or named[2]))
    if named := _NO_CODE.fullmatch(text):
        return _refuse(request, Refused("not_found", {"code": named[1]}))
    match text.casefold():
        case "list" | "列表":
            return _list(request, "open", 0)
        case "mine" | "我的":
            return _list(request, "mine", 0)
        case "help" | "帮助" | "?" | "？" | "show" | "查看":
            return say(request, lambda session, office, by, words: listing.help_text(words))
        case _:
            customer, what_happened = _split(text)
            return _open_new(request, customer=customer, what_happened=what_happened)


_CODE: Final = re.compile(r"(?:(?:show|查看)\s*)?c\s*-?\s*([0-9]{1,9})|(?:show|查看)\s*#?([0-9]{1,9})", re.IGNORECASE)
"""C-12, c12, show 12."""

_NO_CODE: Final = re.compile(r"(?:show|查看)\s+(\S{0,40}\d\S{0,40})", re.IGNORECASE)
"""show HC26-0862: nothing of ours has such a code."""


def open_new(request: Request) -> Answer:
    """The button “File a complaint” on somebody's Home."""
    return _open_new(request, customer="", what_happened="")


def from_message(request: Request) -> Answer:
    """The shortcut “File a complaint” on a message: the form with its text, and a link back to it."""
    message = request.body["message"]
    source = {"channel": request.body["channel"]["id"], "ts": message["ts"]}
    return _open_new(request, customer="", what_happened=typed(message.get("text", "")), source=source)


def change_category(request: Request) -> Answer:
    """Another category was chosen in the form, which may ask for other things now."""
    view = request.body["view"]
    chosen = request.body["actions"][0]["selected_option"]["value"]
    filled = filled_in(request.body)
    form = look(
        request,
        lambda session, office, by, words: forms.new(
            office,
            words,
            customer=_known(filled["customer"]) if filled["customer"] else None,
            what_happened=filled["what_happened"],
            links=filled["links"],
            category=chosen,
            metadata=view["private_metadata"],
        ),
    )
    return request.update(form)


def customer_options(request: Request) -> Answer:
    """Known customers whose name holds what was typed, and the typed name as a new one."""
    wanted = clean(request.body.get("value", "")).strip()

    def see(session: Session, office: Office, by: Member | None, words: Words) -> Answer:
        if by is None:
            return {"options": []}
        known = customers.search(session, request.delivery.workspace, wanted, 20)
        options = [_known(customer.name) for customer in known]
        if wanted and wanted.casefold() not in {customer.name.casefold() for customer in known}:
            options.append(kit.option(words("New: {name}", name=wanted), wanted))
        return {"options": options}

    shown: Answer = request.desk.look(request.delivery.workspace, request.delivery.user, see)
    return shown


def file(request: Request) -> Answer:
    """The complaint form was submitted."""
    source = permalink(request, json.loads(request.body["view"]["private_metadata"]))
    values = filled_in(request.body)
    workspace = request.delivery.workspace

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Complaint, list[Event]] | list[Refused]:
        known = customers.by_name(session, workspace, values["customer"])
        order = orders.by_order_no(session, workspace, values["order"])
        said = {**values, "order": orders.as_written(values["order"])}
        report = _report(said, source, known, order.people if order else {})
        if isinstance(report, list):
            return report
        since = _months_before(office, office.agreement.complaints.recurrence_months)
        earlier = shelf.latest_like(session, workspace, report.customer, report.category, since)
        filed = rules.file(report, office, by, workspace=workspace, number=number, earlier=earlier)
        if known is None and not isinstance(filed, list):
            customers.add(session, workspace, report.customer)
        return filed

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def reassign(request: Request) -> Answer:
    """The form that gives a part of the case to somebody else was submitted."""
    member = member_of(request, filled_in(request.body)["to"])
    return submits(lambda filled: partial(rules.reassign, part=filled["part"], to=member, reason=filled["reason"]))(
        request
    )


def approve(request: Request) -> Answer:
    """The proposal of the button is approved."""
    return act(partial(rules.decide_compensation, number=item_of(request), decision="approved", reason=""))(request)


def decline(request: Request) -> Answer:
    """The form that declines the proposal of the button."""
    proposal = item_of(request)
    return opens(
        lambda sight: forms.decline(sight.record, proposal, sight.words), partial(rules.may_decide, number=proposal)
    )(request)


def declined(request: Request) -> Answer:
    """That form was submitted."""
    proposal = metadata(request)[1]
    return submits(
        lambda filled: partial(rules.decide_compensation, number=proposal, decision="declined", reason=filled["reason"])
    )(request)


def keep_promise(request: Request) -> Answer:
    """The promise of the button is kept."""
    return act(partial(rules.keep_promise, number=item_of(request)))(request)


def more(request: Request) -> Answer:
    """The menu “More” on a card: each choice is one of the other buttons."""
    choice = choice_of(request)
    return MORE[choice](request) if choice in MORE else {}


def turn_page(request: Request) -> Answer:
    """“Older” or “Newer” under a list."""
    kind, _, page = request.body["actions"][0]["value"].partition(":")
    return request.replace_original(_list(request, kind, as_number(page)))


def _open_new(request: Request, *, customer: str, what_happened: str, source: dict[str, str] | None = None) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        known = customers.by_name(session, request.delivery.workspace, customer) if customer else None
        chosen = _known(known.name if known else customer) if customer else None
        return forms.new(office, words, customer=chosen, what_happened=what_happened, metadata=json.dumps(source or {}))

    return open_or_say(request, see)


def _list(request: Request, kind: str, page: int) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        mine = office.with_covered(by) if kind == "mine" else None
        cases = shelf.open_cases(
            session, request.delivery.workspace, members=mine, offset=page * listing.PAGE, limit=listing.PAGE + 1
        )
        title = words("Complaints with you") if mine else words("Open complaints")
        return listing.page_of(
            cases[: listing.PAGE],
            office,
            words,
            title=title,
            page=page,
            more=len(cases) > listing.PAGE,
            kind=kind,
        )

    return say(request, see)


def _show(request: Request, number: int) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        case = store.read(session, Complaint, request.delivery.workspace, number)
        if case is None:
            return kit.message(kit.section(refusal(Refused("not_found", {"code": code(number)}), office, words)))
        preparation.before_showing(session, case)
        return story.shown(case, store.history(session, case.workspace, SUBJECT, case.number), office, words)

    return say(request, see)


def _refuse(request: Request, refused: Refused) -> Answer:
    return say(request, lambda session, office, by, words: kit.message(kit.section(refusal(refused, office, words))))


def _known(name: str) -> kit.Block:
    return kit.option(name, name)


def _split(text: str) -> tuple[str, str]:
    """ "ACME: 12 cartons crushed" is a customer and what happened; without a colon all of it happened."""
    customer, *what_happened = _COLON.split(text, maxsplit=1)
    if what_happened and len(customer) <= kit.OPTION:
        return customer.strip(), what_happened[0].strip()
    return "", text


_COLON: Final = re.compile(r"：|(?<!\d):(?!//)|(?<=\d):(?!//|\d)")
"""Not the one in an address or in a time."""


def _report(
    values: dict[str, Any], source: str, known: customers.Customer | None, order_people: Mapping[str, str]
) -> Report | list[Refused]:
    problems: list[Refused] = []
    amount = amount_in(values["amount"])
    if values["amount"] and amount is None:
        problems.append(Refused("not_a_number", field="amount"))
    links = [line.strip() for line in values["links"].splitlines() if line.strip()]
    if not all(map(_is_link, links)):
        problems.append(Refused("not_a_link", field="links"))
    if problems:
        return problems
    files = [
        Evidence(item["id"], item.get("permalink", ""), item.get("title") or item.get("name", ""))
        for item in values["files"]
    ]
    return Report(
        customer=known.name if known else values["customer"],
        category=values["category"],
        severity=values["severity"],
        what_happened=values["what_happened"],
        noticed_on=date.fromisoformat(values["noticed_on"]),
        order=values["order"],
        quantity=values["quantity"],
        amount=amount,
        currency=values["currency"],
        evidence=(*files, *(Evidence("", link, link) for link in links)),
        source=source,
        transport=values.get("transport") or None,
        delivered_on=date.fromisoformat(values["delivered_on"]) if values.get("delivered_on") else None,
        customer_owner=known.owner if known else "",
        country=known.country if known else "",
        order_people=order_people,
    )


def _months_before(office: Office, months: int) -> datetime:
    return office.now - relativedelta(months=months)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and text.isprintable() and " " not in text


def _promise(values: dict[str, Any]) -> Action:
    due_at = datetime.fromtimestamp(values["due_at"], UTC)
    return partial(rules.promise, text=values["text"], due_at=due_at)


def _compensation(values: dict[str, Any]) -> Action | Refused:
    amount = amount_in(values["amount"])
    if amount is None:
        return Refused("not_a_number", field="amount")
    return partial(rules.propose_compensation, amount=amount, currency=values["currency"], text=values["text"])


FORMS: Final = {
    "reassign": opens(lambda sight: forms.reassign(sight.record, sight.words), rules.may_work),
    "severity": opens(lambda sight: forms.severity(sight.record, sight.office, sight.words), rules.may_work),
    "wait": opens(lambda sight: forms.wait(sight.record, sight.words), rules.may_work),
    "note": opens(lambda sight: forms.note(sight.record, sight.words), anybody),
    "promise": opens(lambda sight: forms.promise(sight.record, sight.words), rules.may_work),
    "compensation": opens(lambda sight: forms.compensation(sight.record, sight.office, sight.words), rules.may_work),
    "resolve": opens(lambda sight: forms.resolve(sight.record, sight.words), rules.may_work),
    "close": opens(lambda sight: forms.close(sight.record, sight.office, sight.words), rules.may_close),
    "reopen": opens(lambda sight: forms.reopen(sight.record, sight.words), rules.may_reopen),
}

MORE: Final = {
    "history": show,
    "keep_promise": keep_promise,
    "withdraw": act(rules.withdraw_compensation),
    "carrier_notice": act(rules.carrier_notice_sent),
    **FORMS,
}

ACTIONS: Final = {
    "complaint.new": open_new,
    "complaint.acknowledge": act(rules.acknowledge),
    "complaint.resume": act(rules.resume),
    "complaint.keep_promise": keep_promise,
    "complaint.carrier_notice": act(rules.carrier_notice_sent),
    "complaint.approve": approve,
    "complaint.decline": decline,
    "complaint.category": change_category,
    "complaint.more": more,
    "complaint.show": show,
    "complaint.list.back": turn_page,
    "complaint.list.on": turn_page,
    **{f"complaint.{name}": opener for name, opener in FORMS.items()},
}

VIEWS: Final = {
    "complaint.file": file,
    "complaint.reassign": reassign,
    "complaint.severity": submits(
        lambda filled: partial(rules.change_severity, to=filled["severity"], reason=filled["reason"])
    ),
    "complaint.wait": submits(lambda filled: partial(rules.wait_for_customer, for_what=filled["for_what"])),
    "complaint.note": submits(lambda filled: partial(rules.note, text=filled["text"])),
    "complaint.promise": submits(_promise),
    "complaint.compensation": submits(_compensation),
    "complaint.decline": declined,
    "complaint.resolve": submits(lambda filled: partial(rules.resolve, cause=filled["cause"], remedy=filled["remedy"])),
    "complaint.close": submits(lambda filled: partial(rules.close, corrective_action=filled["corrective_action"])),
    "complaint.reopen": submits(lambda filled: partial(rules.reopen, reason=filled["reason"])),
}
