"""What people do with orders in Slack: the command, the shortcut, the card's buttons and the forms behind them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import orders as sheet
from bot import preparation
from bot.desk import Action, Reply
from bot.handlers import customers as customer_handlers
from bot.handlers import records
from bot.handlers.files import Kind, Sent, write
from bot.handlers.records import (
    Answer,
    Sight,
    anybody,
    as_number,
    choice_of,
    item_of,
    look,
    member_of,
    metadata,
    number_of,
    open_or_say,
    say,
    value_of,
)
from bot.request import Request, aloud, beside_fields, filled_in, permalink, respond, typed
from bot.views import blockkit as kit
from bot.views import files
from bot.views.complaints.card import code as complaint_code
from bot.views.emergencies import code as emergency_code
from bot.views.orders import forms, listing, story
from bot.views.orders import sheet as views
from bot.views.orders.listing import Chosen, Page
from bot.views.refusals import refusal
from bot.views.wording import COUNTRIES, Words
from department import orders as rules
from department.agreement import Member
from department.emergencies import held_back
from department.key_dates import KEY_DATES
from department.orders import SUBJECT, Order, Terms
from department.people import Office
from department.records import Event, Refused, clean
from storage import customers, emergencies, people, store
from storage import orders as shelf

act, opens, submits = (partial(made, SUBJECT) for made in (records.act, records.opens, records.submits))
show = records.shows(SUBJECT, story.history)

WEEK: Final = timedelta(days=7)


def command(request: Request) -> Answer:
    """`/order`, with what comes after it: a word of its own, an order's number, or the beginning of a new one."""
    raw = str(request.body.get("text", "")).strip()
    if found := _LIST_OF.fullmatch(raw):
        return _list_of(request, member_of(request, found[1]))
    text = typed(raw).strip()
    word, _, rest = unicodedata.normalize("NFKC", text).partition(" ")
    match word.casefold():
        case "list" | "列表":
            return _narrowed(request, rest.strip().casefold())
        case "open" | "mine" | "我的" | "late" | "逾期" | "risk" | "risks" | "风险" if not rest:
            return _narrowed(request, word.casefold())
        case "cutoffs" | "cut-offs" | "cutoff" | "截单" if not rest:
            return _narrowed(request, word.casefold())
        case "help" | "帮助" | "?" | "？":
            return say(request, lambda session, office, by, words: listing.help_text(words))
        case "import" | "导入" if not rest:
            return FILE.ask(request)
        case "import" | "导入" if rest.strip().casefold() in ("customers", "客户"):
            return customer_handlers.FILE.ask(request)
        case "导入客户" if not rest:
            return customer_handlers.FILE.ask(request)
        case "export" | "导出" | "导出客户":
            return _export(request, word.casefold(), rest.strip().casefold().split())
        case "show" | "查看":
            return _show(request, rest)
        case "dates" | "日期":
            return _open_dates(request, rest)
        case "new" | "新建":
            return _open_new(request, text.partition(" ")[2])
        case _ if not rest and CODE.fullmatch(word.upper()):
            return _show(request, word)
        case _:
            return _open_new(request, text)


def _export(request: Request, word: str, named: list[str]) -> Answer:
    """Every order, or customer, in a spreadsheet: XLSX, or CSV where that is said."""
    ending = "csv" if "csv" in named else "xlsx"
    if word == "导出客户" or {"customers", "客户"} & {*named}:
        return customer_handlers.export(request, ending)
    workspace = request.delivery.workspace
    return _written_out(request, ending, lambda session, office: shelf.every(session, workspace))


def export_list(request: Request) -> Answer:
    """“Export” under a list: what it shows, all pages of it, in a spreadsheet."""
    chosen, workspace = listing.chosen_of(value_of(request)), request.delivery.workspace
    answer = _written_out(request, "xlsx", lambda session, office: _found(session, workspace, chosen, office))
    respond(request.body, {**answer, "replace_original": False})
    return {}


def _written_out(request: Request, ending: str, found: Callable[[Session, Office], Sequence[Order]]) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        name = f"orders-{office.today}.{ending}"
        write(request, name, lambda session, office: sheet.table(found(session, office), office))
        return files.on_its_way(words)

    return say(request, see)


def _found(session: Session, workspace: str, chosen: Chosen, office: Office) -> Sequence[Order]:
    """Every order that a list shows, on whichever page."""
    if chosen.state == "cutoffs":
        closing = _closing(session, workspace, chosen, office)
        return list({order.number: order for _, _, order in closing}.values())
    return _open(session, workspace, chosen, office)


def _narrowed(request: Request, word: str) -> Answer:
    """The list that a word asks for, or a stage by its name; any other word leaves all that is open."""
    match word:
        case "mine" | "我的":
            return _list_of(request, member_of(request, request.delivery.user))
        case "late" | "逾期":
            return _list(request, Chosen("late"), 0)
        case "risk" | "risks" | "风险":
            return _list(request, Chosen("risk"), 0)
        case "cutoffs" | "cut-offs" | "cutoff" | "截单":
            return _list(request, Chosen("cutoffs"), 0)
    stages = request.desk.agreement.stages
    called = (stage.id for stage in stages if word in (stage.id, stage.label.en.casefold(), stage.label.zh))
    return _list(request, Chosen(stage=next(called, "")), 0)


_LIST_OF: Final = re.compile(r"(?:list|列表)\s+<@([A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
"""list @somebody, as Slack sends it."""

CODE: Final = re.compile(r"[A-Z]{2,6}[0-9]{0,4}-[0-9]{1,6}(?:-[0-9]{1,6})?")
"""SO-2610-03, HC26-0861, IN-12."""


def open_new(request: Request) -> Answer:
    """The button “Start an inquiry” on somebody's Home."""
    return _open_new(request, "")


def from_message(request: Request) -> Answer:
    """The shortcut “Start an inquiry” on a message: the form with its text, and a link back to it."""
    message = request.body["message"]
    source = {"channel": request.body["channel"]["id"], "ts": message["ts"]}
    return _open_new(request, "", product=typed(message.get("text", "")), source=source)


def mentioned(request: Request, text: str) -> Answer:
    """A message that names an order: its writer, and nobody else, sees how far it is, once in a thread."""
    named = list(dict.fromkeys(CODE.findall(unicodedata.normalize("NFKC", text).upper())))[:3]
    if not named:
        return {}
    delivery, told = request.delivery, request.body["event"]
    thread = f"{delivery.channel}:{told.get('thread_ts') or told['ts']}"

    def key(order: Order) -> str:
        return f"N:{thread}:{delivery.user}:{order.number}"

    def new(session: Session, office: Office, by: Member | None, words: Words) -> list[Order]:
        found = [order for code in named if (order := find(session, delivery.workspace, code)) is not None]
        return [
            order
            for order in {order.number: order for order in found}.values()
            if by is not None
            and rules.may_see(order, office, by)
            and store.answered(session, delivery.workspace, key(order)) is None
        ]

    def see(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
        shown = new(session, office, by, words)
        if not shown:
            return Reply()
        for order in shown:
            store.remember(session, delivery.workspace, key(order), {}, office.now)
        blocks = [block for order in shown for block in listing.compact(order, office, words).blocks]
        return Reply(whisper=kit.message(*blocks))

    return request.desk.once(delivery, see) if look(request, new) else {}


def open_inquiry(request: Request) -> Answer:
    """The form of a new inquiry was submitted."""
    values = filled_in(request.body)
    message = json.loads(request.body["view"]["private_metadata"])
    source = permalink(request, message)
    received_at = datetime.fromtimestamp(float(message["ts"]), UTC) if message else None
    workspace = request.delivery.workspace

    def make(
        session: Session, office: Office, by: Member, number: Callable[[], int]
    ) -> tuple[Order, list[Event]] | list[Refused]:
        known = customers.by_name(session, workspace, values["customer"])
        terms = _terms(values, known)
        if isinstance(terms, Refused):
            return [terms]
        opened = rules.open_inquiry(
            terms,
            office,
            by,
            workspace=workspace,
            number=number,
            customer_owner=known.owner if known else "",
            tier=known.tier if known else "",
            source=source,
            received_at=received_at,
        )
        if not isinstance(opened, list) and (known is None or not known.country):
            customers.upsert(session, workspace, name=terms.customer, country=terms.country)
        return opened

    return request.desk.create(request.delivery, SUBJECT, make, partial(beside_fields, request.body))


def revise(request: Request) -> Answer:
    """The form with the terms was submitted."""
    values, workspace, shown = filled_in(request.body), request.delivery.workspace, _as_shown(request)
    untouched = [field for field, value in values.items() if value == shown.get(field, "")]
    if "customer" not in untouched and "country" in untouched:  # another customer brings its own country
        untouched.remove("country")
        values["country"] = ""

    def action(session: Session) -> Action:
        terms = _terms(values, customers.by_name(session, workspace, values["customer"]))
        if isinstance(terms, Refused):
            return lambda order, office, by: terms

        def revise_what_was_changed(order: Order, office: Office, by: Member) -> list[Event] | list[Refused] | Refused:
            kept = {field: getattr(order, field) for field in untouched}  # others may have changed it meanwhile
            return rules.revise(order, office, by, terms=replace(terms, **kept))

        return revise_what_was_changed

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, metadata(request)[0], action, reply)


def offer(request: Request) -> Answer:
    """The form that hands an order over was submitted."""
    values = filled_in(request.body)
    receivers = {
        name.removeprefix("receiver:"): member_of(request, user)
        for name, user in values.items()
        if name.startswith("receiver:")
    }
    to_stage = values["to_stage"]

    def action(order: Order, office: Office, by: Member) -> list[Event] | Refused:
        chosen = receivers if to_stage != order.stage else _within(receivers, office)
        offered = rules.offer(order, office, by, to_stage=to_stage, receivers=chosen, reason=values["reason"])
        if isinstance(offered, Refused) and offered.field in receivers:
            return Refused(offered.reason, offered.facts, field=f"receiver:{offered.field}")
        return offered

    return submits(lambda filled: action)(request)


def country_options(request: Request) -> Answer:
    """Countries whose name, in the person's language, or code holds what was typed."""
    wanted = clean(request.body.get("value", "")).strip().casefold()

    def see(session: Session, office: Office, by: Member | None, words: Words) -> Answer:
        said = {code: words.country(code) for code in COUNTRIES}
        found = [code for code, name in said.items() if wanted == code.casefold() or wanted in name.casefold()]
        return {"options": [kit.option(said[code], code) for code in found[:20]]}

    shown: Answer = look(request, see)
    return shown


def tick(request: Request) -> Answer:
    """The checklist was submitted: no line is ticked that an emergency about the customer holds back."""
    workspace, number, filled = request.delivery.workspace, metadata(request)[0], filled_in(request.body)
    chosen = [line for name, lines in filled.items() if name.startswith("lines") for line in lines]

    def action(session: Session) -> Action:
        order = store.read(session, Order, workspace, number)
        going_on = emergencies.of_customer(session, workspace, order.customer) if order else []

        def complete(order: Order, office: Office, by: Member) -> list[Event] | Refused:
            held = {line: emergency_code(which) for line, which in held_back(going_on, office).items()}
            return rules.complete(order, office, by, lines=chosen, note=filled["note"], held=held)

        return complete

    reply = partial(beside_fields, request.body)
    return request.desk.act_knowing(request.delivery, SUBJECT, number, action, reply)


def close(request: Request) -> Answer:
    """“Close order”: not while it has an open complaint."""
    workspace, number = request.delivery.workspace, number_of(request)

    def action(session: Session) -> Action:
        order = store.read(session, Order, workspace, number)
        open_cases = shelf.open_complaints(session, workspace, order.order_no if order else "")
        return partial(rules.close, open_complaints=[complaint_code(case) for case in open_cases])

    return request.desk.act_knowing(request.delivery, SUBJECT, number, action, aloud)


def _look_at(
    request: Request, session: Session, sent: Sent, office: Office, by: Member, words: Words
) -> tuple[Sequence[sheet.Row], kit.Block]:
    workspace = request.delivery.workspace
    found = sheet.read(sent.raw, sent.name, office.agreement, sheet.books(session, workspace))
    if len(found.rows) > views.ROWS:
        return (), views.too_many(len(found.rows), words)
    adopted, refused = sheet.foresee(session, office, by, found.rows, workspace)
    if problems := [*found.problems, *refused]:
        return (), files.problems(words("Import orders"), problems, office, words)
    return found.rows, views.preview(adopted, found, sent.id, office, words)


def _take(
    request: Request, session: Session, rows: Iterable[sheet.Row], office: Office, by: Member, words: Words
) -> kit.Block:
    workspace = request.delivery.workspace
    count = request.desk.take_in(
        session,
        workspace,
        SUBJECT,
        lambda session, office, number: sheet.adopt(session, office, by, number, rows, workspace),
        office,
    )
    return views.done(count, words)


FILE: Final = Kind("order.import", lambda words: words("Import orders"), _look_at, _take)


def acknowledge(request: Request) -> Answer:
    """“I have it” under a handoff."""
    return act(partial(rules.acknowledge, number=item_of(request)))(request)


def bounce(request: Request) -> Answer:
    """“Send back” under a handoff opens its form."""
    wanted = item_of(request)

    def early(order: Order, office: Office, by: Member) -> Refused | None:
        handoff = next((item for item in order.offered if item.number == wanted), None)
        if handoff is None:
            return Refused("nothing_offered")
        mine = by.id in rules.may_answer(handoff, office)
        return None if mine else Refused("not_offered_to_you", {"who": handoff.receiver})

    def form(sight: Sight) -> kit.Block:
        handoff = next(item for item in sight.record.offered if item.number == wanted)
        return forms.bounce(sight.record, handoff, sight.office, sight.words)

    return opens(form, early)(request)


def bounced(request: Request) -> Answer:
    """That form was submitted."""
    handoff = metadata(request)[1]
    return submits(lambda filled: partial(rules.bounce, number=handoff, reason=filled["reason"], text=filled["text"]))(
        request
    )


def reassign(request: Request) -> Answer:
    """The form that gives a part to somebody else was submitted."""
    to = member_of(request, filled_in(request.body)["to"])
    return submits(lambda filled: partial(rules.reassign, role=filled["role"], to=to, reason=filled["reason"]))(request)


def redirect(request: Request) -> Answer:
    """The form that offers a handoff to somebody else was submitted."""
    to = member_of(request, filled_in(request.body)["to"])
    return submits(
        lambda filled: partial(rules.redirect, number=as_number(filled["handoff"]), to=to, reason=filled["reason"])
    )(request)


def more(request: Request) -> Answer:
    """The menu “More” on a card, and the menu under a list: each choice is one of the other buttons."""
    choice = choice_of(request)
    return MORE[choice](request) if choice in MORE else {}


def turn_page(request: Request) -> Answer:
    """“Older” or “Newer” under a list."""
    code, _, page = request.body["actions"][0]["value"].rpartition(":")
    return request.replace_original(_list(request, listing.chosen_of(code), as_number(page)))


def choose_list(request: Request) -> Answer:
    """Another list was chosen under one."""
    chosen = listing.chosen_of(request.body["actions"][0]["selected_option"]["value"])
    return request.replace_original(_list(request, chosen, 0))


def _open_new(request: Request, text: str, *, product: str = "", source: dict[str, str] | None = None) -> Answer:
    customer, said = _split(text)

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block:
        known = customers.by_name(session, request.delivery.workspace, customer) if customer else None
        named = known.name if known else customer
        chosen = kit.option(named, named) if named else None
        return forms.new(office, words, customer=chosen, product=product or said, metadata=json.dumps(source or {}))

    return open_or_say(request, see)


def _split(text: str) -> tuple[str, str]:
    """ "ACME: 3,000 spatulas" is a customer and a product; without a colon all of it is the product."""
    customer, *product = re.split("：|:(?!//)", text, maxsplit=1)
    return (customer.strip(), product[0].strip()) if product and len(customer) <= kit.OPTION else ("", text.strip())


def _open_dates(request: Request, said: str) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Block | Refused:
        order = find(session, request.delivery.workspace, said)
        if order is None:
            return Refused("no_order", {"code": said or "…"})
        return rules.may_work(order, office, by) or forms.dates(order, office, words)

    return open_or_say(request, see)


def _show(request: Request, said: str) -> Answer:
    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        order = find(session, request.delivery.workspace, said)
        if order is None:
            return kit.message(kit.section(refusal(Refused("no_order", {"code": said or "…"}), office, words)))
        preparation.before_showing(session, order)
        return story.shown(order, store.history(session, order.workspace, SUBJECT, order.number), office, words)

    return say(request, see)


def find(session: Session, workspace: str, said: str) -> Order | None:
    """The order somebody means by SO-2610-03, IN-12 or 12."""
    code = unicodedata.normalize("NFKC", said).strip().upper().removeprefix("#")
    found = shelf.by_order_no(session, workspace, code)
    if found is None:
        number = as_number(code.removeprefix("IN").removeprefix("-"))
        found = store.read(session, Order, workspace, number) if number else None
    return found


def _list_of(request: Request, owner: str) -> Answer:
    """Somebody's orders; of nobody in the agreement there are none."""
    if owner:
        return _list(request, Chosen(owner=owner), 0)
    return say(
        request,
        lambda session, office, by, words: kit.message(
            kit.section(refusal(Refused("not_in_agreement"), office, words)),
        ),
    )


def _list(request: Request, chosen: Chosen, page: int) -> Answer:
    workspace, offset, reviewed = request.delivery.workspace, page * listing.PAGE, request.desk.reviewed

    def see(session: Session, office: Office, by: Member, words: Words) -> kit.Payload:
        if chosen.state == "cutoffs":
            closing = _closing(session, workspace, chosen, office, offset, listing.PAGE + 1)
            more = len(closing) > listing.PAGE
            return listing.cut_offs(closing[: listing.PAGE], office, words, Page(chosen, page, more, reviewed))
        found = _open(session, workspace, chosen, office, offset, listing.PAGE + 1)
        more = len(found) > listing.PAGE
        return listing.page_of(found[: listing.PAGE], office, words, Page(chosen, page, more, reviewed))

    return say(request, see)


def _closing(
    session: Session, workspace: str, chosen: Chosen, office: Office, offset: int = 0, limit: int | None = None
) -> list[tuple[datetime, str, Order]]:
    return shelf.cut_offs(
        session,
        workspace,
        since=office.now,
        until=office.now + WEEK,
        stage=chosen.stage,
        owner=chosen.owner,
        offset=offset,
        limit=limit,
    )


def _open(
    session: Session, workspace: str, chosen: Chosen, office: Office, offset: int = 0, limit: int | None = None
) -> list[Order]:
    return shelf.open_orders(
        session,
        workspace,
        owner=chosen.owner,
        stage=chosen.stage,
        late_at=office.now if chosen.state == "late" else None,
        at_risk=chosen.state == "risk",
        offset=offset,
        limit=limit,
    )


def _terms(values: dict[str, Any], known: customers.Customer | None) -> Terms | Refused:
    amount = records.amount(values["amount"])
    if values["amount"] and amount is None:
        return Refused("not_a_number", field="amount")
    return Terms(
        customer=known.name if known else values["customer"].strip(),
        country=values["country"] or (known.country if known else ""),
        product=values["product"].strip(),
        quantity=values["quantity"].strip(),
        amount=amount,
        currency=values["currency"] if amount is not None else "",
        rule=values["rule"],
        place=values["place"].strip(),
        payment=values["payment"],
        presentation_days=as_number(values["presentation_days"]) or None,
        customer_po=values["customer_po"].strip(),
    )


def _within(receivers: dict[str, str], office: Office) -> dict[str, str]:
    """Within a stage the order goes to one person, whatever their role."""
    person = next(iter(receivers.values()), "")
    member = office.agreement.member(person)
    return {member.role if member else "": person}


def set_dates(request: Request) -> Answer:
    """The form with the dates was submitted: only what somebody changed in it counts, for others may have moved dates
    since it was opened."""
    filled, shown = filled_in(request.body), _as_shown(request)
    values = {}
    for code, kind in KEY_DATES.items():
        said = filled.get(code) or ""
        if said != shown.get(code, ""):
            values[code] = datetime.fromtimestamp(int(said), UTC).isoformat() if said and kind == "moment" else said
    return submits(lambda filled: partial(rules.set_dates, values=values, source=filled["source"]))(request)


def _as_shown(request: Request) -> dict[str, Any]:
    """What stood in a form's fields when it was opened, by block id."""
    shown = {}
    for block in request.body["view"]["blocks"]:
        element = block.get("element", {})
        chosen = element.get("initial_option", {}).get("value")
        initial = (element.get(name) for name in ("initial_value", "initial_date", "initial_date_time"))
        shown[block["block_id"]] = chosen or next(filter(None, initial), "")
    return shown


def _offer_form(sight: Sight) -> kit.Block:
    stage = rules.next_stage(sight.record) or sight.record.stage
    receivers = rules.receivers_of(sight.office.agreement.stage(stage), sight.record, sight.office)
    accounts = people.by_members(sight.session, sight.record.workspace, set(receivers.values()))
    return forms.offer(
        sight.record,
        sight.office,
        sight.words,
        accounts={member: person.slack_user for member, person in accounts.items()},
    )


def _written(name: str, title: Callable[[Words], str], label: Callable[[Words], str]) -> Callable[[Sight], kit.Block]:
    return lambda sight: forms.written(
        f"order.{name}", sight.record, title(sight.words), label(sight.words), sight.words
    )


def _has_gate(order: Order, office: Office, by: Member) -> Refused | None:
    gates = [line for line in rules.open_lines(order, office) if line.gate and line.override]
    return None if order.state == "open" and gates else Refused("nothing_ticked")


def _has_offer(order: Order, office: Office, by: Member) -> Refused | None:
    return rules.may_work(order, office, by) or (None if order.offered else Refused("nothing_offered"))


def _has_done(order: Order, office: Office, by: Member) -> Refused | None:
    return None if rules.ticked_lines(order, office) else Refused("nothing_ticked")


FORMS: Final = {
    "offer": opens(_offer_form, rules.may_offer),
    "checklist": opens(lambda sight: forms.checklist(sight.record, sight.office, sight.words), anybody),
    "dates": opens(lambda sight: forms.dates(sight.record, sight.office, sight.words), rules.may_work),
    "terms": opens(lambda sight: forms.terms(sight.record, sight.office, sight.words), rules.may_decide),
    "reassign": opens(lambda sight: forms.reassign(sight.record, sight.office, sight.words), rules.may_work),
    "redirect": opens(lambda sight: forms.redirect(sight.record, sight.office, sight.words), _has_offer),
    "override": opens(lambda sight: forms.override(sight.record, sight.office, sight.words), _has_gate),
    "untick": opens(lambda sight: forms.untick(sight.record, sight.office, sight.words), _has_done),
    "note": opens(_written("note", lambda words: words("Add a note"), lambda words: words("Note")), anybody),
    "hold": opens(_written("hold", lambda words: words("Put on hold"), lambda words: words("Why")), rules.may_decide),
    "lose": opens(
        _written("lose", lambda words: words("Customer does not buy"), lambda words: words("Why")), rules.may_decide
    ),
    "cancel": opens(
        _written("cancel", lambda words: words("Cancel order"), lambda words: words("Why")), rules.may_decide
    ),
    "reopen": opens(_written("reopen", lambda words: words("Reopen order"), lambda words: words("Why")), anybody),
}

MORE: Final = {"history": show, "withdraw": act(rules.withdraw), **FORMS}

ACTIONS: Final = {
    "order.new": open_new,
    "order.acknowledge": acknowledge,
    "order.bounce": bounce,
    "order.resume": act(rules.resume),
    "order.close": close,
    "order.more": more,
    "order.show": show,
    "order.list.back": turn_page,
    "order.list.on": turn_page,
    "order.list.export": export_list,
    "order.list.state": choose_list,
    "order.list.stage": choose_list,
    "order.list.owner": choose_list,
    **{f"order.{name}": opener for name, opener in FORMS.items()},
}

VIEWS: Final = {
    "order.open": open_inquiry,
    "order.import": FILE.preview,
    "order.import.apply": FILE.apply,
    "order.terms": revise,
    "order.offer": offer,
    "order.bounce": bounced,
    "order.checklist": tick,
    "order.dates": set_dates,
    "order.reassign": reassign,
    "order.redirect": redirect,
    "order.override": submits(lambda filled: partial(rules.override, line=filled["line"], reason=filled["reason"])),
    "order.untick": submits(lambda filled: partial(rules.untick, line=filled["line"])),
    "order.note": submits(lambda filled: partial(rules.note, text=filled["text"])),
    "order.hold": submits(lambda filled: partial(rules.hold, reason=filled["text"])),
    "order.lose": submits(lambda filled: partial(rules.lose, reason=filled["text"])),
    "order.cancel": submits(lambda filled: partial(rules.cancel, reason=filled["text"])),
    "order.reopen": submits(lambda filled: partial(rules.reopen, reason=filled["text"])),
}
