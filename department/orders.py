"""An order's whole life, from inquiry to after-sales: six stages, each handed over and acknowledged.

Until the receiver acknowledges, the sender still owns the order. A handoff that nobody answers reminds, then goes to
the deputy, then to the manager. What is due when is computed from the agreement's checklists and the order's dates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain, count
from typing import Final, Literal
from zoneinfo import ZoneInfo

from department.agreement import STAGES, Due, Label, Line, Member, PaymentTerm, Stage
from department.calendar import add_working_time, working_time_between
from department.incoterms import RULES
from department.key_dates import CUT_OFFS, FORECAST_LATE, KEY_DATES, KeyDate, as_day, as_moment, current
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused
from department.schedule import asked_for, handoff_steps, last_presentation, line_due, stage_due, warn_at

SUBJECT: Final = "order"
OPEN: Final = ("open", "on_hold")
"""The states in which something is still to be done."""

State = Literal["open", "on_hold", "lost", "cancelled", "closed"]

EmergencyNews = Literal["emergency_declared", "emergency_over"]

PRESENTATION_WARNINGS: Final = (3, 0)
"""Calendar days before the last day of presentation on which it is called to mind, on the day itself to the manager,
too: our own plan is days earlier."""

INSURED: Final = Decimal("1.1")
"""The part of the invoice a policy covers at least where we insure. Sources: Incoterms 2020, CIF and CIP A5; UCP 600,
article 28f."""

LONGEST: Final = 3000
"""Characters of anything a person writes into a form."""


@dataclass(frozen=True, slots=True)
class Done:
    """A line of the checklist that is done: by whom, when (UTC), the second person who looked where one must, and the
    reason where somebody opened a gate in the place of those who may."""

    line: str
    by: str
    at: datetime
    checked_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handoff:
    """The order offered to one person for a stage. `missing` are the lines that were open then, and `reason` why it was
    offered all the same; `bounce_reason` is a code of the agreement, `note` what was written with the answer."""

    number: int
    from_stage: str
    to_stage: str
    role: str
    sender: str
    receiver: str
    offered_at: datetime
    missing: tuple[str, ...] = ()
    reason: str = ""
    state: Literal["offered", "acknowledged", "bounced", "withdrawn", "expired"] = "offered"
    decided_by: str = ""
    decided_at: datetime | None = None
    bounce_reason: str = ""
    note: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed with the customer about one order; money is a Decimal with its ISO code."""

    customer: str
    product: str
    country: str = ""
    customer_po: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    rule: str = ""
    place: str = ""
    payment: str = ""
    presentation_days: int | None = None


@dataclass(kw_only=True, eq=False)
class Order:
    """One order (or inquiry). Moments are aware UTC; people are member ids by role; `owner` is who has it now. `since`
    is when its stage began, later by the time it was over, or on hold, as it is since `held_at`. Kept for lists:
    `limit_at`, its soonest limit; `cut_off_at`, its first cut-off; `at_risk`, whether its dates cannot all be kept.
    `fired` are the limits that were reached, each with its moment: a moved date runs anew. `taken`, not kept, are order
    numbers of others that begin as its own would.
    """

    workspace: str
    number: int
    order_no: str = ""
    state: State = "open"
    stage: str = "inquiry"
    since: datetime
    owner: str
    customer: str
    product: str
    country: str = ""
    customer_po: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    rule: str = ""
    place: str = ""
    payment: str = ""
    presentation_days: int | None = None
    people: Mapping[str, str]
    done: tuple[Done, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    dates: tuple[KeyDate, ...] = ()
    fired: tuple[str, ...] = ()
    source: str = ""
    limit_at: datetime | None = None
    cut_off_at: datetime | None = None
    at_risk: bool = False
    taken: Collection[str] = ()
    opened_by: str
    opened_at: datetime
    held_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str = ""
    version: int = 1

    @property
    def terms(self) -> Terms:
        """What is agreed with the customer."""
        return Terms(**{item.name: getattr(self, item.name) for item in fields(Terms)})

    @property
    def offered(self) -> tuple[Handoff, ...]:
        """The handoffs that wait for an answer."""
        return tuple(handoff for handoff in self.handoffs if handoff.state == "offered")

    @property
    def current_dates(self) -> dict[str, KeyDate]:
        """The order's dates as they stand."""
        return current(self.dates)


def open_inquiry(
    terms: Terms,
    office: Office,
    by: Member,
    *,
    workspace: str,
    number: Callable[[], int],
    customer_owner: str = "",
    tier: str = "",
    source: str = "",
    received_at: datetime | None = None,
) -> tuple[Order, list[Event]] | list[Refused]:
    """Start an order as an inquiry. `customer_owner` and `tier` are what is known of the customer; its limits run from
    `received_at` (UTC), when its message came, else from now. Returns the record
    with its first events, or every problem at once."""
    if problems := _problems(terms, office):
        return problems
    its_number = number()
    people = _people(terms, office, by, customer_owner, tier, its_number)
    order = Order(
        workspace=workspace,
        number=its_number,
        since=min(received_at or office.now, office.now),
        owner=people[office.agreement.stages[0].owner_role],
        people=people,
        source=source,
        opened_by=by.id,
        opened_at=office.now,
        **{item.name: getattr(terms, item.name) for item in fields(terms)},
    )
    return order, [_event("opened", office, by, new=order.owner)]


def adopt(
    terms: Terms,
    office: Office,
    by: Member,
    *,
    order: Order | None,
    order_no: str,
    stage: str,
    state: State,
    owner: str,
    done: Collection[str],
    people: Mapping[str, str],
    dates: Mapping[str, str],
    workspace: str,
    number: Callable[[], int],
    tier: str = "",
) -> tuple[Order, list[Event]] | list[Refused]:
    """Take an order over from a file: a new one, in the stage the file says or at its confirmation, or what is new
    about one that is known (whose stage and people stay), where `by` may work on it.

    A new one is not past a gate, and no gate or line for two people is done, only because a file says so: whoever may
    open it has to bring the file, or a manager or whoever looks after the agreement, who vouch for what was before.
    Limits of a new one that have passed already call nobody."""
    if order is not None:
        return _brought_up_to_date(order, office, by, terms=terms, dates=dates)
    if problems := _problems(terms, office):
        return problems
    stage = stage or "order_confirmation"
    vouches = by.admin or by.id in _bosses(office)
    if not vouches and (refused := _not_vouched_for(terms, office, by, stage=stage, done=done)):
        return refused
    its_number = number()
    everybody = {**_people(terms, office, by, "", tier, its_number), **people}
    order = Order(
        workspace=workspace,
        number=its_number,
        order_no=order_no,
        state=state,
        stage=stage,
        since=office.now,
        owner=owner or everybody[office.agreement.stage(stage).owner_role],
        people=everybody,
        opened_by=by.id,
        opened_at=office.now,
        **{item.name: getattr(terms, item.name) for item in fields(terms)},
    )
    order.dates = tuple(KeyDate(code, value, by.id, office.now, "") for code, value in dates.items())
    order.done = tuple(Done(line, by.id, office.now, checked_by=by.id if vouches else "") for line in done)
    order.fired = tuple(_mark(deadline) for deadline in deadlines(order, office) if deadline.due_at <= office.now)
    return order, [_event("imported", office, by, new=order_no)]


def _brought_up_to_date(
    order: Order, office: Office, by: Member, *, terms: Terms, dates: Mapping[str, str]
) -> tuple[Order, list[Event]] | list[Refused]:
    standing = order.current_dates
    moved = {code: value for code, value in dates.items() if code not in standing or standing[code].value != value}
    if terms == order.terms and not moved:
        return order, []
    if refusal := may_work(order, office, by):
        return [refusal]
    if problems := _problems(terms, office):
        return problems
    events = _changes(order, terms, office, by)
    planned = set_dates(order, office, by, values=moved, source="")
    return [planned] if isinstance(planned, Refused) else (order, [*events, *planned])


def _not_vouched_for(terms: Terms, office: Office, by: Member, *, stage: str, done: Collection[str]) -> list[Refused]:
    behind = STAGES[: STAGES.index(stage)]
    held = [
        line
        for each in office.agreement.stages
        for line in each.lines
        if (line.gate and each.id in behind and _applies(line, terms))
        or ((line.gate or line.check) and line.id in done)
    ]
    refused = []
    for line in held:
        allowed = [member.id for member in office.agreement.with_role(line.role)]
        if by.id not in allowed:
            facts = {"line": line.id, "who": ", ".join(allowed)}
            refused.append(Refused("gate_closed" if line.gate else "not_your_line", facts))
    return refused


def revise(order: Order, office: Office, by: Member, *, terms: Terms) -> list[Event] | list[Refused] | Refused:
    """Change what is agreed with the customer; each change keeps the value before."""
    if refusal := may_decide(order, office, by):
        return refusal
    if problems := _problems(terms, office):
        return problems
    missing = _missing_terms(terms) if order.order_no else []
    if missing:
        return Refused("terms_missing", {"fields": ", ".join(missing)}, field=missing[0])
    return _changes(order, terms, office, by)


def offer(
    order: Order, office: Office, by: Member, *, to_stage: str, receivers: Mapping[str, str], reason: str
) -> list[Event] | Refused:
    """Offer the order to the next stage, or to somebody else within this one. `receivers` are members by role. Lines of
    the checklist that are still open need a reason. Whoever hands over to themselves has acknowledged with that."""
    if refusal := may_offer(order, office, by):
        return refusal
    onward = to_stage == next_stage(order)
    if not onward and to_stage != order.stage:
        return Refused("not_the_next_stage", {"stage": order.stage})
    if onward and to_stage == "order_confirmation" and (wanted := _missing_terms(order)):
        return Refused("terms_missing", {"fields": ", ".join(wanted)})
    missing = tuple(line.id for line in missing_lines(order, office)) if onward else ()
    if missing and not reason.strip():
        return Refused("checklist_open", {"lines": ", ".join(missing)}, field="reason")
    chosen: list[tuple[str, Member, bool]] = []
    for role, person in receivers.items():
        receiver = office.agreement.member(person)
        if receiver is None:
            return Refused("not_in_agreement", field=role)
        there, flagged = _there(receiver, by, office)
        if there is None:
            return Refused("nobody_there", {"who": receiver.id}, field=role)
        if not onward and there.id == order.owner:
            return Refused("has_it_already", {"who": there.id}, field=role)
        chosen.append((role, there, flagged))
    if onward and by.id in [receiver.id for _, receiver, _ in chosen] and (refusal := _gates_shut(order, office)):
        return refusal
    events: list[Event] = []
    for role, receiver, flagged in chosen:
        made = Handoff(
            len(order.handoffs) + 1,
            order.stage,
            to_stage,
            role,
            by.id,
            receiver.id,
            office.now,
            missing,
            reason.strip()[:LONGEST] if missing else "",
        )
        order.handoffs = (*order.handoffs, made)
        if flagged:
            events.append(_of_the_clock("deputy_is_sender", office, old=receivers[role], new=receiver.id))
        if receiver.id == by.id:
            events += _acknowledged(order, made, office, by)
        else:
            events.append(_event("offered", office, by, old=to_stage, new=receiver.id, note=made.reason))
    return events


def acknowledge(order: Order, office: Office, by: Member, *, number: int = 0) -> list[Event] | Refused:
    """Take the order over: the receiver, whoever stands in, or whoever the handoff was escalated to. Without a number
    it is the first handoff that waits for `by`. The next stage does not begin before a gate that is shut."""
    waiting = [handoff for handoff in order.offered if number in (0, handoff.number)]
    if not waiting:
        decided = next((handoff for handoff in order.handoffs if handoff.number == number), None)
        if decided is not None and decided.state == "acknowledged":
            return Refused("already_acknowledged", {"who": decided.decided_by})
        return Refused("nothing_offered")
    for handoff in waiting:
        if by.id in may_answer(handoff, office):
            if handoff.to_stage != order.stage and (refusal := _gates_shut(order, office)):
                return refusal
            return _acknowledged(order, handoff, office, by)
    return Refused("not_offered_to_you", {"who": ", ".join(handoff.receiver for handoff in waiting)})


def bounce(order: Order, office: Office, by: Member, *, number: int, reason: str, text: str) -> list[Event] | Refused:
    """Send a handoff back with a reason of the agreement and a sentence. What was offered with it is withdrawn. As many
    bounces in a stage as the agreement says go to the manager."""
    handoff = next((item for item in order.offered if item.number == number), None)
    if handoff is None:
        return Refused("nothing_offered")
    if by.id not in may_answer(handoff, office):
        return Refused("not_offered_to_you", {"who": handoff.receiver})
    terms = office.agreement.orders.handoffs
    if reason not in terms.bounce_reasons:
        return Refused("unknown_reason", field="reason")
    if not text.strip():
        return Refused("text_missing", field="text")
    note = text.strip()[:LONGEST]
    answered = replace(
        handoff, state="bounced", decided_by=by.id, decided_at=office.now, bounce_reason=reason, note=note
    )
    _replace_handoff(order, answered)
    events = [_event("bounced", office, by, old=handoff.sender, new=reason, note=note)]
    events += _withdrawn(order, office, by, [item for item in order.offered if item.to_stage == handoff.to_stage])
    bounces = [
        item
        for item in order.handoffs
        if item.state == "bounced" and (item.from_stage, item.to_stage) == (handoff.from_stage, handoff.to_stage)
    ]
    if len(bounces) % terms.bounces_before_manager == 0:
        manager = _first(terms.manager, office)
        events.append(_of_the_clock("bounced_often", office, old=str(len(bounces)), new=manager.id if manager else ""))
    return events


def withdraw(order: Order, office: Office, by: Member) -> list[Event] | Refused:
    """Take the offer back: who made it, or who may work on the order."""
    if not order.offered:
        return Refused("nothing_offered")
    if by.id not in {*(item.sender for item in order.offered), *_may_act(order, office)}:
        return _not_yours(order)
    return _withdrawn(order, office, by, order.offered)


def redirect(order: Order, office: Office, by: Member, *, number: int, to: str, reason: str) -> list[Event] | Refused:
    """Offer a waiting handoff to somebody else; its limits begin anew."""
    handoff = next((item for item in order.offered if item.number == number), None)
    if handoff is None:
        return Refused("nothing_offered")
    if by.id not in {handoff.sender, *may_answer(handoff, office), *_may_act(order, office)}:
        return _not_yours(order)
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if receiver.id in (handoff.receiver, handoff.sender):  # until it is acknowledged the sender has it
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    _replace_handoff(order, replace(handoff, receiver=receiver.id, offered_at=office.now, told=()))
    return [_event("redirected", office, by, old=handoff.receiver, new=receiver.id, note=reason.strip())]


def complete(
    order: Order, office: Office, by: Member, *, lines: Collection[str], note: str = ""
) -> list[Event] | Refused:
    """Tick lines of the checklist, with a note where there is something to say: whoever has the line's role, or the
    order. A gate is opened by its own role only; a
    line that a second person must look at stays open until that person, somebody else, ticks it too."""
    if refusal := _may_tick(order, office):
        return refusal
    events: list[Event] = []
    before = order.done
    for line in [item for item in lines_of(order, office) if item.id in lines]:
        outcome = _tick(order, line, office, by)
        if isinstance(outcome, Refused):
            order.done = before
            return outcome
        events += outcome
    if not events:
        return Refused("nothing_ticked", field="lines")
    return [replace(events[0], note=note.strip()[:LONGEST]), *events[1:]]


def untick(order: Order, office: Office, by: Member, *, line: str) -> list[Event] | Refused:
    """Open a line again: whoever ticked it, or has the order."""
    if refusal := _may_tick(order, office):
        return refusal
    done = _done(order, line)
    if done is None:
        return Refused("nothing_ticked")
    if by.id not in {done.by, done.checked_by, order.owner, *_bosses(office)}:
        return Refused("not_your_line", {"who": done.by})
    order.done = tuple(item for item in order.done if item is not done)
    return [_event("unticked", office, by, old=line)]


def override(order: Order, office: Office, by: Member, *, line: str, reason: str) -> list[Event] | Refused:
    """Open a gate in the place of those who may, with a written reason: the role the agreement names for that."""
    if refusal := _may_tick(order, office):
        return refusal
    item = next((item for item in open_lines(order, office) if item.id == line and item.gate), None)
    if item is None:
        return Refused("nothing_ticked")
    keepers = _keepers(item.override or item.role, order, office)
    if item.override is None or by.id not in keepers:
        return Refused("not_the_gatekeeper", {"who": ", ".join(keepers)})
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    order.done = (*order.done, Done(line, by.id, office.now, reason=reason.strip()[:LONGEST]))
    return [_event("gate_overridden", office, by, new=line, note=reason.strip()[:LONGEST])]


def set_dates(
    order: Order, office: Office, by: Member, *, values: Mapping[str, str], source: str
) -> list[Event] | Refused:
    """Set, move or take back dates ("" takes one back); what does not change is left out. Whoever's work moves with
    them is told, and so are those who must know when the cargo comes too late for the promised shipment."""
    if refusal := may_work(order, office, by):
        return refusal
    before, standing = _plan(order, office), order.current_dates
    was_too_late = ready_too_late(order, office)
    events: list[Event] = []
    for code, value in values.items():
        old = standing[code].value if code in standing else ""
        if code not in KEY_DATES or value == old:
            continue
        order.dates = (*order.dates, KeyDate(code, value, by.id, office.now, source.strip()[:200]))
        events.append(_event("date_set", office, by, old=f"{code}={old}", new=f"{code}={value}", note=source.strip()))
    if not events:
        return events
    events += _replanned(order, office, by, before)
    if ready_too_late(order, office) and not was_too_late:
        ready, shipment = (order.current_dates[code].value for code in ("cargo_ready", "promised_shipment"))
        events.append(_of_the_clock("ship_at_risk", office, old=shipment, new=ready))
        order.dates = (*order.dates, KeyDate(FORECAST_LATE, office.now.isoformat(), CLOCK, office.now))
        anew = [line.id for line in _all_lines(order, office) if _hangs_on_forecast(line)]
        order.done = tuple(item for item in order.done if item.line not in anew)
    return events


def reassign(order: Order, office: Office, by: Member, *, role: str, to: str, reason: str) -> list[Event] | Refused:
    """Give a role's part of the order to another member."""
    if refusal := may_work(order, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if role not in order.people:
        return Refused("unknown_role", field="role")
    if order.people[role] == receiver.id:
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    return [_give(order, role, receiver.id, office, by.id, reason.strip())]


def note(order: Order, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into the order's logbook; anybody in the department may."""
    if not text.strip():
        return Refused("text_missing", field="text")
    return [_event("noted", office, by, note=text.strip())]


def hear_of_emergency(order: Order, office: Office, by: Member, *, what: EmergencyNews, code: str) -> list[Event]:
    """An emergency about this order was declared, or is over: its logbook says so."""
    return [_event(what, office, by, new=code)]


def hold(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """Put the order on hold: no limit runs until it is resumed."""
    if refusal := may_decide(order, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    events = _withdrawn(order, office, by, order.offered)
    order.state, order.held_at = "on_hold", office.now
    return [*events, _event("held", office, by, note=reason.strip())]


def resume(order: Order, office: Office, by: Member) -> list[Event] | Refused:
    """The order goes on where it was held."""
    if by.id not in _deciders(order, office):
        return _not_to_decide(order, office)
    if order.state != "on_hold":
        return Refused("not_on_hold")
    order.state = "open"
    _run_on(order, office)
    return [_event("taken_up", office, by)]


def lose(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The customer does not buy: only before the order is confirmed."""
    if order.order_no:
        return Refused("cancel_instead")
    return _end(order, office, by, "lost", reason)


def cancel(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """A confirmed order is called off."""
    return _end(order, office, by, "cancelled", reason)


def close(
    order: Order, office: Office, by: Member, *, open_complaints: Collection[str], reason: str = ""
) -> list[Event] | Refused:
    """Close an order in its last stage. `open_complaints` are the codes of its complaints that are not closed: while
    there is one, it cannot."""
    if refusal := may_work(order, office, by):
        return refusal
    if order.stage != STAGES[-1]:
        return Refused("not_the_last_stage", {"stage": order.stage})
    if open_complaints:
        return Refused("complaints_open", {"codes": ", ".join(open_complaints)})
    if missing := [line.id for line in missing_lines(order, office)]:
        return Refused("lines_open", {"lines": ", ".join(missing)})
    order.state, order.ended_at = "closed", office.now
    return [_event("order_closed", office, by)]


def reopen(order: Order, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """An order that was lost, cancelled or closed goes on."""
    if by.id not in _deciders(order, office):
        return _not_to_decide(order, office)
    if order.state in OPEN:
        return Refused("order_open")
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    order.state, order.ending = "open", ""
    _run_on(order, office)
    return [_event("order_reopened", office, by, note=reason.strip())]


def _run_on(order: Order, office: Office) -> None:
    """The stage's limits run on with what was left of them when it was held, or ended."""
    stopped = order.held_at or order.ended_at or office.now
    stood_still = working_time_between(office.calendar, max(stopped, order.since), office.now)
    order.since = add_working_time(office.calendar, order.since, stood_still)
    order.held_at = order.ended_at = None


# What is to be done, and by when


def lines_of(order: Order, office: Office) -> list[Line]:
    """The lines that this order's rule, payment term and country ask for now: those the present stage ends with, and
    those of later stages that run already."""
    here, stages = STAGES.index(order.stage), office.agreement.stages
    later = [line for stage in stages[here + 1 :] for line in _lines(stage, order)]
    return [
        *_exit_lines(order, office),
        *(line for line in later if line.from_ and STAGES.index(line.from_) <= here),
    ]


def missing_lines(order: Order, office: Office) -> list[Line]:
    """What has to be done before the present stage ends, and is not."""
    return [line for line in _exit_lines(order, office) if not (line.optional or line.recurs or is_done(line, order))]


def _exit_lines(order: Order, office: Office) -> list[Line]:
    """The lines of the present stage, and before them the gates of earlier stages that are shut and that something
    still waits for."""
    stages = office.agreement.stages
    here = STAGES.index(order.stage)
    waited_for = {needed for stage in stages[here:] for line in _lines(stage, order) for needed in line.needs}
    shut = [
        line
        for stage in stages[:here]
        for line in _lines(stage, order)
        if line.gate and line.id in waited_for and not is_done(line, order)
    ]
    return [*shut, *_lines(stages[here], order)]


def open_lines(order: Order, office: Office) -> list[Line]:
    """The lines of the present checklist that are not done."""
    return [line for line in lines_of(order, office) if not is_done(line, order)]


def is_done(line: Line, order: Order) -> bool:
    """Whether a line is done, and looked at by a second person where it must be; what recurs never is."""
    if line.recurs:
        return False
    done = _done(order, line.id)
    return done is not None and (line.check is None or bool(done.checked_by) or bool(done.reason))


def person_of(line: Line, order: Order, office: Office) -> Member | None:
    """Whose line it is now: the order's person of its role, the second person where the first has done theirs."""
    role = line.check if line.check and _done(order, line.id) is not None else line.role
    return _person(role, order, office)


def next_stage(order: Order) -> str:
    """The stage after the present one; empty after the last."""
    place = STAGES.index(order.stage) + 1
    return STAGES[place] if place < len(STAGES) else ""


def receivers_of(stage: Stage, order: Order, office: Office) -> dict[str, str]:
    """Who takes a stage over, by role: its owner's role and those who take it over at the same time."""
    found = {role: _person(role, order, office) for role in dict.fromkeys((stage.owner_role, *stage.also_to))}
    return {role: person.id for role, person in found.items() if person is not None}


def payment_of(order: Order, office: Office) -> PaymentTerm | None:
    """The order's term of payment."""
    return office.agreement.orders.payment_terms.get(order.payment)


def condition_of(line: Line, order: Order, office: Office) -> Label | None:
    """What must be there before a gate on the way to production opens, under the order's term of payment."""
    term, production = payment_of(order, office), STAGES.index("production")
    before = [item.id for stage in office.agreement.stages[:production] for item in stage.lines if item.gate]
    return term.gate if term and line.id in before else None


def next_limit(order: Order, office: Office) -> tuple[datetime, str] | None:
    """The soonest limit (UTC) that runs on the order and what it is: a line's id, "stage" or "handoff"."""
    if order.state != "open":
        return None
    found = [(moment, line.id) for line in open_lines(order, office) if (moment := line_due(line, order, office))]
    if limit := stage_due(order, office):
        found.append((limit, "stage"))
    found += [(handoff_steps(handoff, office)["answer"], "handoff") for handoff in order.offered]
    return min(found, default=None)


def is_late(order: Order, office: Office) -> bool:
    """Whether a limit of the order has passed."""
    limit = next_limit(order, office)
    return limit is not None and limit[0] < office.now


def sum_up(order: Order, office: Office) -> None:
    """Keep on the order what lists are looked up by: the soonest limit, the first cut-off, whether it is at risk."""
    limit = next_limit(order, office)
    order.limit_at = limit[0] if limit else None
    cut_offs = [datetime.fromisoformat(item.value) for code, item in order.current_dates.items() if code in CUT_OFFS]
    order.cut_off_at = min(cut_offs) if cut_offs and order.state == "open" else None
    order.at_risk = order.state == "open" and bool(risks(order, office))


def presentation_warned_at(order: Order, office: Office) -> dict[int, datetime]:
    """When (UTC) the last day of presentation under a letter of credit is called to mind, by the days before it: once
    the transport document has its date, and while nothing was presented."""
    dates, last = order.current_dates, last_presentation(order, office)
    if not _by_credit(order, office) or last is None or "bl_date" not in dates or "presented_on" in dates:
        return {}
    closing = office.agreement.working_hours.spans[-1].end
    end = as_moment(last.isoformat(), ZoneInfo(office.agreement.timezone), closing)
    return {days: warn_at(end, days, office) for days in PRESENTATION_WARNINGS}


def ready_too_late(order: Order, office: Office) -> bool:
    """Whether the cargo is ready too late for the promised shipment, by the days the agreement wants between them; of
    goods that have left nobody asks any more."""
    dates = order.current_dates
    has_left = order.stage == "after_sales" or "bl_date" in dates or "delivered_on" in dates
    if has_left or "cargo_ready" not in dates or "promised_shipment" not in dates:
        return False
    ready, shipment = dates["cargo_ready"].value, dates["promised_shipment"].value
    latest = datetime.fromisoformat(shipment) - timedelta(days=office.agreement.orders.ship_at_risk.days)
    return datetime.fromisoformat(ready) > latest


def risks(order: Order, office: Office) -> list[Refused]:
    """Which of the order's dates cannot all be kept, as reasons the views have words for."""
    dates = {code: item.value for code, item in order.current_dates.items()}
    found: list[Refused] = []
    if ready_too_late(order, office):
        found.append(Refused("warn_ship_at_risk", {"ready": dates["cargo_ready"], "ship": dates["promised_shipment"]}))
    for early, late in _IN_ORDER if "bl_date" in dates else (*_PLANNED, *_IN_ORDER):
        if early in dates and late in dates and _lies_after(dates[early], dates[late], office):
            found.append(Refused("warn_order", {"early": early, "late": late}))
    last = last_presentation(order, office) if _by_credit(order, office) else None
    if last and dates.get("presented_on", "") > last.isoformat():
        found.append(Refused("warn_presented_late", {"day": dates["presented_on"], "last": last.isoformat()}))
    return found


def _lies_after(one: str, other: str, office: Office) -> bool:
    """Whether a date lies after another one: two moments by the minute, else by the day at the department's place."""
    zone = ZoneInfo(office.agreement.timezone)
    if len(one) > 10 and len(other) > 10:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    return as_day(one, zone) > as_day(other, zone)


def _by_credit(order: Order, office: Office) -> bool:
    term = payment_of(order, office)
    return term is not None and term.credit_letter


def warnings(order: Order, office: Office) -> list[Refused]:
    """What does not fit together in the order's dates and papers, and what its papers demand, as reasons the views have
    words for.

    Source of the letter-of-credit checks: UCP 600, articles 6, 14c, 29 and 31, in our own words."""
    found = risks(order, office)
    last = last_presentation(order, office) if _by_credit(order, office) else None
    if last and "presented_on" not in order.current_dates:
        found.append(Refused("warn_presentation", {"day": last.isoformat()}))
    insures = order.rule in RULES and RULES[order.rule].seller_insures
    if insures and order.amount is not None and "insurance_date" not in order.current_dates:
        found.append(Refused("warn_insurance", {"amount": str(order.amount * INSURED), "currency": order.currency}))
    if order.rule in RULES and RULES[order.rule].sea_only and "cy_closing" in order.current_dates:
        found.append(Refused("warn_container_rule", {"rule": order.rule}))
    return found


_PLANNED: Final = (("cargo_ready", "lc_latest_shipment"), ("promised_shipment", "lc_latest_shipment"))
"""Dates that come in this order until the goods are on board, and say nothing any more then."""

_IN_ORDER: Final = (
    ("cargo_ready", "etd"),
    ("cy_open", "cy_closing"),
    ("si_cutoff", "etd"),
    ("cy_closing", "etd"),
    ("etd", "eta"),
    ("invoice_date", "bl_date"),
    ("invoice_date", "packing_list_date"),
    ("packing_list_date", "bl_date"),
    ("origin_date", "bl_date"),
    ("inspection_date", "bl_date"),
    ("insurance_date", "bl_date"),
    ("bl_date", "eta"),
    ("bl_date", "presented_on"),
    ("bl_date", "advice_date"),
    ("bl_date", "draft_date"),
    ("draft_date", "lc_expiry"),
    ("bl_date", "lc_latest_shipment"),
    ("bl_date", "lc_expiry"),
    ("etd", "lc_latest_shipment"),
    ("lc_latest_shipment", "lc_expiry"),
)
"""Dates that come in this order on every order, those of its papers included.

Sources: UCP 600, articles 14i (no paper is dated after its presentation) and 28e (insurance no later than shipment); an
inspection certificate after shipment could not have inspected it."""


# What the clock does


def deadlines(order: Order, office: Office) -> list[Deadline]:
    """The limits that run on the order now; none while it is on hold or over."""
    if order.state != "open":
        return []
    found = [
        Deadline(f"handoff {handoff.number}: {step}", moment)
        for handoff in order.offered
        for step, moment in handoff_steps(handoff, office).items()
        if step != "answer"
    ]
    if limit := stage_due(order, office):
        found.append(Deadline("stage", limit))
        found += [
            Deadline(f"warn {days}", warn_at(limit, days, office))
            for days in office.agreement.stage(order.stage).warn_days
        ]
    for line in open_lines(order, office):
        limits = asked_for(line, order, office) if line.recurs else [line_due(line, order, office)]
        runs = (Deadline(f"line {line.id}", moment) for moment in limits if moment)
        found += [deadline for deadline in runs if _mark(deadline) not in order.fired][:1]
    warned_at = presentation_warned_at(order, office)
    found += [Deadline(f"presentation {days}", moment) for days, moment in warned_at.items()]
    return [deadline for deadline in found if _mark(deadline) not in order.fired]


def asks(order: Order, office: Office) -> list[Ask]:
    """What it asks of whom: an answer to a handoff, the stage of its owner, the lines of those who do them."""
    if order.state != "open":
        return []
    found = [
        Ask(
            to=handoff.receiver,
            what="acknowledge",
            due_at=handoff_steps(handoff, office)["answer"],
            item=str(handoff.number),
            waited_for=True,
        )
        for handoff in order.offered
    ]
    found.append(Ask(to=order.owner, what="stage", due_at=stage_due(order, office)))
    for line in open_lines(order, office):
        moment, person = line_due(line, order, office), person_of(line, order, office)
        if moment is not None and person is not None:
            to = order.people.get(line.role, person.id)
            found.append(Ask(to=to, what="line", due_at=moment, item=line.id, stays=line.gate))
    return found


def fall_due(order: Order, office: Office, kind: str) -> list[Event]:
    """What happens when a limit is reached; it does so once for the moment it has now."""
    deadline = next((item for item in deadlines(order, office) if item.kind == kind), None)
    if deadline is None:
        return []
    order.fired = (*order.fired, _mark(deadline))
    what, _, which = kind.partition(" ")
    match what:
        case "handoff":
            number, _, step = which.partition(": ")
            return _unanswered(order, office, int(number), step)
        case "warn":
            return [_of_the_clock("stage_warned", office, old=which, new=order.owner)]
        case "presentation":
            last = last_presentation(order, office)
            return [_of_the_clock("presentation_near", office, old=which, new=last.isoformat() if last else "")]
        case "stage":
            return [_of_the_clock("stage_late", office, old=order.stage, new=order.owner)]
        case _:
            line = next(item for item in open_lines(order, office) if item.id == which)
            person = person_of(line, order, office)
            return [_of_the_clock("line_late", office, old=line.id, new=person.id if person else order.owner)]


def review(order: Order, office: Office) -> list[Event]:
    """Hold the order against the agreement in force: whoever left has nothing any more."""
    events: list[Event] = []
    known = office.agreement.member
    for role, person in dict(order.people).items():
        if known(person) is None and (successor := _first(role, office) or office.acts_for(person)):
            events.append(_give(order, role, successor.id, office, CLOCK, ""))
    if known(order.owner) is None and (successor := _person(_owner_role(order, office), order, office)):
        before, order.owner = order.owner, successor.id
        events.append(_of_the_clock("owner_moved", office, old=before, new=successor.id))
    for handoff in order.offered:
        receiver = known(handoff.receiver)
        if receiver is not None and receiver.id not in office.closed:
            continue
        if successor := _next_receiver(handoff, office):
            _replace_handoff(order, replace(handoff, receiver=successor.id, offered_at=office.now, told=()))
            events.append(_of_the_clock("redirected", office, old=handoff.receiver, new=successor.id))
    return events


def notices(event: Event, order: Order, office: Office) -> list[Notice]:
    """Who is told: the card's thread of everything but files and whose work moved; people directly when they have to
    act or wait for an answer, or whoever stands in for them. Nobody is written to about what they did themselves."""
    told = [] if event.what in ("work_moved", "imported") else [Notice(wording=event.what)]
    people = {member.id: member for person in _concerned(event, order, office) if (member := office.acts_for(person))}
    receivers = [member for member in people.values() if member.id != event.actor]
    return told + [Notice(wording=event.what, to=item.id, not_before=office.quiet_until(item)) for item in receivers]


def _concerned(event: Event, order: Order, office: Office) -> Iterable[str]:
    match event.what:
        case "opened" | "reminded" | "handoff_escalated" | "bounced_often" | "line_late" | "stage_warned" | "gate_shut":
            return (event.new,)
        case "offered":
            gates = [line for line in open_lines(order, office) if line.gate and event.old != order.stage]
            keepers = (_person(line.role, order, office) for line in gates)
            return (event.new, *(keeper.id for keeper in keepers if keeper))
        case "stage_late":
            return (event.new, *_with_mentor(event.new, office))
        case "ticked":
            roles = next((line.tell for line in _all_lines(order, office) if line.id == event.new), ())
            return [person.id for role in roles if (person := _person(role, order, office))]
        case "acknowledged" | "bounced":
            return (event.old,)
        case "redirected" | "person_changed" | "owner_moved":
            return (event.new,)
        case "withdrawn":
            return (event.new,)
        case "expired":
            return (event.old,)
        case "work_moved":
            return (event.old,)
        case "ship_at_risk":
            roles = office.agreement.orders.ship_at_risk.tell
            return [person.id for role in roles if (person := _person(role, order, office))]
        case "stage_began":
            roles = office.agreement.stage(order.stage).tell
            return [person.id for role in roles if (person := _person(role, order, office))]
        case "presentation_near":
            papers = [line for line in lines_of(order, office) if line.payments]
            asked = dict.fromkeys(role for line in papers for role in (line.role, line.check) if role)
            manager = _first(office.agreement.orders.handoffs.manager, office) if event.old == "0" else None
            people = [*(_person(role, order, office) for role in asked), manager]
            return [order.owner, *(person.id for person in people if person)]
        case "deputy_is_sender":
            manager = _first(office.agreement.orders.handoffs.manager, office)
            return (manager.id,) if manager else ()
        case "held" | "taken_up" | "lost" | "cancelled" | "order_closed" | "order_reopened" | "gate_overridden":
            return dict.fromkeys((order.owner, *order.people.values()))
        case _:
            return ()


# Who may


def may_work(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not work on the order now, if so."""
    if by.id not in _may_act(order, office):
        return _not_yours(order)
    if order.state == "on_hold":
        return Refused("on_hold")
    return None if order.state == "open" else Refused("order_over")


def may_decide(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not decide now what becomes of the whole order, if so: its terms, to hold it, to call it off. Its
    owner and its salesperson, who stands in for them, their mentors and leads, and the manager may."""
    if by.id not in _deciders(order, office):
        return _not_to_decide(order, office)
    return may_work(order, office, by)


def may_offer(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not hand the order over now, if so."""
    if refusal := may_work(order, office, by):
        return refusal
    if order.offered:
        return Refused("handoff_pending", {"who": ", ".join(item.receiver for item in order.offered)})
    return None


def may_see(order: Order, office: Office, by: Member) -> bool:
    """Whether somebody may see the order: everybody of the agreement."""
    return office.agreement.member(by.id) is not None


def may_answer(handoff: Handoff, office: Office) -> set[str]:
    """Who may acknowledge or bounce a handoff: its receiver, who stands in, and whom it was escalated to."""
    receiver = office.agreement.member(handoff.receiver)
    cover = {office.stand_in(receiver).id} if receiver else set()
    return {handoff.receiver, *cover, *handoff.told} - {handoff.sender}


def _may_act(order: Order, office: Office) -> set[str]:
    """The order's people, those who stand in for them, mentors, leads of their roles, and the manager."""
    return _and_theirs((order.owner, *order.people.values()), office)


def _deciders(order: Order, office: Office) -> set[str]:
    """Who decides about the whole order: its owner and its salesperson, and theirs."""
    return _and_theirs((order.owner, *_salespeople(order, office)), office)


def _salespeople(order: Order, office: Office) -> list[str]:
    return [person for role, person in order.people.items() if role == office.agreement.stages[0].owner_role]


def _not_to_decide(order: Order, office: Office) -> Refused:
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((order.owner, *_salespeople(order, office))))})


def _and_theirs(persons: Collection[str], office: Office) -> set[str]:
    people = [member for person in persons if (member := office.agreement.member(person))]
    stand_ins = [office.stand_in(member).id for member in people]
    leads = [lead.id for member in people if (lead := office.agreement.lead_of(member.role))]
    mentors = [member.mentor for member in people if member.mentor]
    return {*persons, *stand_ins, *leads, *mentors, *_bosses(office)}


def _bosses(office: Office) -> list[str]:
    return [member.id for member in office.supervisors()]


def _gates_shut(order: Order, office: Office) -> Refused | None:
    """Why the next stage cannot begin, if a gate is shut."""
    shut = [line for line in _exit_lines(order, office) if line.gate and not is_done(line, order)]
    keepers = dict.fromkeys(person for line in shut for person in _keepers(line.role, order, office))
    facts = {"line": ", ".join(line.id for line in shut), "who": ", ".join(keepers)}
    return Refused("gate_closed", facts) if shut else None


def _keepers(role: str, order: Order, office: Office) -> list[str]:
    """Who opens a gate that is a role's: those who have it, and for whoever is away the one who stands in. Nobody opens
    a gate for their own part of the order in the place of somebody else; then a supervisor does."""
    parts = {order.owner, *(person for its_role, person in order.people.items() if its_role != role)}
    bosses = [boss for boss in office.supervisors() if boss.id not in parts and office.is_there(boss.id)]
    keepers: list[Member] = []
    for member in office.agreement.with_role(role):
        cover = office.stand_in(member)
        keepers += [member, *([cover] if cover.id not in parts or cover == member else bosses[:1])]
    return list(dict.fromkeys(keeper.id for keeper in keepers))


def _may_tick(order: Order, office: Office) -> Refused | None:
    if order.state == "on_hold":
        return Refused("on_hold")
    return None if order.state == "open" else Refused("order_over")


def _not_yours(order: Order) -> Refused:
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((order.owner, *order.people.values())))})


def _with_role(role: str, office: Office) -> list[str]:
    """Who has a role, and who stands in for them."""
    members = office.agreement.with_role(role)
    return list(dict.fromkeys([*(member.id for member in members), *(office.stand_in(item).id for item in members)]))


# Parts


def _tick(order: Order, line: Line, office: Office, by: Member) -> list[Event] | Refused:
    done = None if line.recurs else _done(order, line.id)
    if done is not None and line.check and not done.checked_by:
        if by.id == done.by:
            who = ", ".join(_seconds(line, done.by, office))
            return Refused("second_person", {"line": line.id, "who": who}, field="lines")
        if by.id not in _seconds(line, done.by, office):
            return Refused("not_your_line", {"who": ", ".join(_seconds(line, done.by, office))}, field="lines")
        order.done = tuple(replace(item, checked_by=by.id) if item is done else item for item in order.done)
        return [_event("checked", office, by, old=done.by, new=line.id)]
    if done is not None:
        return []
    allowed = set(_keepers(line.role, order, office) if line.gate else _with_role(line.role, office))
    if line.gate and by.id not in allowed:
        return Refused("gate_closed", {"line": line.id, "who": ", ".join(sorted(allowed))}, field="lines")
    if line.check:  # the two who look are of two roles
        first = _person(line.role, order, office)
        allowed |= {first.id} if first else set()
    if by.id not in (allowed if line.check else {*allowed, order.owner, *_may_act(order, office)}):
        return Refused("not_your_line", {"who": ", ".join(sorted(allowed))}, field="lines")
    open_before = [item.id for item in _all_lines(order, office) if item.id in line.needs and not is_done(item, order)]
    if open_before:
        return Refused("needs_first", {"line": line.id, "lines": ", ".join(open_before)}, field="lines")
    order.done = (*order.done, Done(line.id, by.id, office.now))
    return [_event("ticked", office, by, new=line.id)]


def _seconds(line: Line, first: str, office: Office) -> list[str]:
    """Who may look over a line as the second person; a supervisor where the first one is all there is."""
    others = [person for person in _with_role(line.check or "", office) if person != first]
    return others or [boss for boss in _bosses(office) if boss != first]


def _done(order: Order, line: str) -> Done | None:
    return next((item for item in reversed(order.done) if item.line == line), None)


def _all_lines(order: Order, office: Office) -> list[Line]:
    return [line for stage in office.agreement.stages for line in _lines(stage, order)]


def _lines(stage: Stage, order: Order) -> list[Line]:
    late = FORECAST_LATE in order.current_dates
    return [line for line in stage.lines if _applies(line, order) and (late or not _hangs_on_forecast(line))]


def _applies(line: Line, order: Terms | Order) -> bool:
    return (
        (not line.rules or order.rule in line.rules)
        and (not line.payments or order.payment in line.payments)
        and (not line.countries or order.country in line.countries)
    )


def _hangs_on_forecast(line: Line) -> bool:
    """Whether a line is asked for only once the shipment is at risk."""
    return isinstance(line.due, Due) and line.due.date == FORECAST_LATE


def _acknowledged(order: Order, handoff: Handoff, office: Office, by: Member) -> list[Event]:
    answered = replace(handoff, state="acknowledged", decided_by=by.id, decided_at=office.now)
    _replace_handoff(order, answered)
    if handoff.to_stage != order.stage or handoff.role == _owner_role(order, office):
        order.people = {**order.people, handoff.role: by.id}  # else it changed hands, not whose part is whose
    events = [_event("acknowledged", office, by, old=handoff.sender, new=handoff.to_stage)]
    if any(item.to_stage == handoff.to_stage for item in order.offered):
        return events  # others take it over at the same time and have not answered yet
    if handoff.to_stage == order.stage:
        order.owner = by.id
        return events
    before, order.stage, order.since = order.stage, handoff.to_stage, office.now
    order.owner = order.people[office.agreement.stage(order.stage).owner_role]
    if order.stage == "order_confirmation" and not order.order_no:
        order.order_no = order_number(order, office)
        events.append(_event("confirmed", office, by, new=order.order_no))
    return [*events, _event("stage_began", office, by, old=before, new=order.stage)]


def order_number(order: Order, office: Office) -> str:
    """The order number given at confirmation, such as SO-2610-03: year and month at the department's place, and the
    running number of the inquiry it began as; SO-2610-03-2 where a file brought that number along."""
    plain = f"SO-{office.today:%y%m}-{order.number:02}"
    numbers = chain([plain], (f"{plain}-{again}" for again in count(2)))
    return next(number for number in numbers if number not in order.taken)


def _withdrawn(order: Order, office: Office, by: Member, offered: Iterable[Handoff]) -> list[Event]:
    events = []
    for handoff in offered:
        _replace_handoff(order, replace(handoff, state="withdrawn", decided_by=by.id, decided_at=office.now))
        events.append(_event("withdrawn", office, by, old=handoff.to_stage, new=handoff.receiver))
    return events


def _unanswered(order: Order, office: Office, number: int, step: str) -> list[Event]:
    handoff = next(item for item in order.offered if item.number == number)
    if step == "expire":
        _replace_handoff(order, replace(handoff, state="expired", decided_at=office.now))
        return [_of_the_clock("expired", office, old=handoff.sender, new=handoff.receiver)]
    if step.startswith("remind"):
        return [_of_the_clock("reminded", office, new=handoff.receiver)]
    tell = step.partition(": ")[2]
    receiver = office.agreement.member(handoff.receiver)
    person: Member | None
    match tell:
        case "deputy":
            person = office.deputy_of(receiver) if receiver else None
        case "lead":
            person = office.agreement.lead_of(handoff.role)
        case role:
            person = _first(role, office)
    person = office.stand_in(person) if person else None
    if person is None or person.id in (handoff.receiver, *handoff.told):
        return [_of_the_clock("escalation_idle", office, old=tell, new=person.id if person else "")]
    if person.id == handoff.sender:
        return [_of_the_clock("deputy_is_sender", office, old=handoff.receiver, new=person.id)]
    _replace_handoff(order, replace(handoff, told=(*handoff.told, person.id)))
    return [_of_the_clock("handoff_escalated", office, old=handoff.receiver, new=person.id)]


def _replace_handoff(order: Order, changed: Handoff) -> None:
    order.handoffs = tuple(changed if item.number == changed.number else item for item in order.handoffs)


def _plan(order: Order, office: Office) -> dict[str, datetime | None]:
    """The limits of the lines that are open, those of later stages included where they hang on a date, and of the
    stage."""
    plan = {line.id: line_due(line, order, office) for line in [*open_lines(order, office), *_ahead(order, office)]}
    return {**plan, "stage": stage_due(order, office)}


def _ahead(order: Order, office: Office) -> list[Line]:
    later = office.agreement.stages[STAGES.index(order.stage) + 1 :]
    lines = [line for stage in later for line in _lines(stage, order)]
    return [line for line in lines if isinstance(line.due, Due) and not is_done(line, order)]


def _replanned(order: Order, office: Office, by: Member, before: Mapping[str, datetime | None]) -> list[Event]:
    """One event for each person whose lines have other limits now, but who did not do it. Of a later stage it counts
    what was planned before: nobody is told yet of what is only being entered."""
    moved: dict[str, list[str]] = {}
    here = {line.id: line for line in open_lines(order, office)}
    lines = {**{line.id: line for line in _ahead(order, office)}, **here}
    for code, moment in _plan(order, office).items():
        if moment == before.get(code) or (code in lines and code not in here and not before.get(code)):
            continue
        person = person_of(lines[code], order, office) if code in lines else office.agreement.member(order.owner)
        if person is not None and person.id != by.id:
            moved.setdefault(person.id, []).append(code)
    return [_event("work_moved", office, by, old=person, new=", ".join(codes)) for person, codes in moved.items()]


def _give(order: Order, role: str, to: str, office: Office, actor: str, reason: str) -> Event:
    before = order.people[role]
    order.people = {**order.people, role: to}
    if order.owner == before and role == _owner_role(order, office):
        order.owner = to
    return Event(what="person_changed", actor=actor, at=office.now, old=before, new=to, note=reason)


def _end(
    order: Order, office: Office, by: Member, how: Literal["lost", "cancelled"], reason: str
) -> list[Event] | Refused:
    if by.id not in _deciders(order, office):
        return _not_to_decide(order, office)
    if order.state not in OPEN:
        return Refused("order_over")
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    events = _withdrawn(order, office, by, order.offered)
    order.state, order.ended_at, order.ending = how, office.now, reason.strip()[:LONGEST]
    return [*events, _event(how, office, by, note=order.ending)]


def _there(receiver: Member, sender: Member, office: Office) -> tuple[Member | None, bool]:
    """Who can take it: the receiver or, during leave, who stands in; never the sender instead of somebody else. Says
    too whether the stand-in would have been the sender."""
    cover = office.stand_in(receiver)
    if cover.id == receiver.id and not office.is_there(receiver.id):
        return None, False
    if cover.id != sender.id or receiver.id == sender.id:
        return cover, False
    others = (office.agreement.lead_of(receiver.role), *office.supervisors())
    found = (item for item in others if item and item.id != sender.id and office.is_there(item.id))
    return next(found, None), True


def _people(terms: Terms, office: Office, by: Member, customer_owner: str, tier: str, number: int) -> dict[str, str]:
    """Who has which part by default: sales is the customer's own salesperson, the market's, or who opens it. Elsewhere
    an A customer goes to the lead of the role, the others to its members in turn; who is away is left out."""
    agreement = office.agreement
    found: dict[str, str] = {}
    roles = [role for stage in agreement.stages for role in (stage.owner_role, *(line.role for line in stage.lines))]
    for role in dict.fromkeys(roles):
        there = [item for item in agreement.with_role(role) if office.is_there(item.id) and not item.trainee]
        if role == agreement.stages[0].owner_role:
            chosen = _salesperson(terms, office, by, customer_owner, tier)
        elif not there:
            chosen = _first(role, office)
        else:
            lead = agreement.lead_of(role)
            chosen = lead if tier == "A" and lead in there else there[number % len(there)]
        if chosen is not None:
            found[role] = chosen.id
    return found


def _salesperson(terms: Terms, office: Office, by: Member, customer_owner: str, tier: str) -> Member | None:
    """A customer of the first tier in a trainee's market is the mentor's."""
    agreement = office.agreement
    sales = agreement.with_role(agreement.stages[0].owner_role)
    markets = next((person for person in sales if terms.country and terms.country in person.markets), None)
    if markets is not None and markets.trainee and tier == "A":
        markets = agreement.member(markets.mentor or "")
    candidates = (
        agreement.member(customer_owner),
        markets,
        by if by in sales else None,
        agreement.lead_of(agreement.stages[0].owner_role),
        sales[0] if sales else None,
    )
    found = next((person for person in candidates if person is not None), None)
    return office.stand_in(found) if found else None


def _person(role: str, order: Order, office: Office) -> Member | None:
    """The order's person of a role, else the first who has it."""
    return office.agreement.member(order.people.get(role, "")) or _first(role, office)


def _next_receiver(handoff: Handoff, office: Office) -> Member | None:
    """Who gets a handoff whose receiver is not there any more: somebody of the role, else a supervisor; never who sent
    it, who could not answer."""
    gone = office.agreement.member(handoff.receiver)
    people = (
        office.stand_in(gone) if gone else None,
        office.agreement.lead_of(handoff.role),
        *office.agreement.with_role(handoff.role),
        *office.supervisors(),
    )
    there = (item for item in people if item and item.id != handoff.sender and office.is_there(item.id))
    return next(there, None)


def _first(role: str, office: Office) -> Member | None:
    """The lead of a role, else anybody who has it, else a supervisor."""
    candidates = (office.agreement.lead_of(role), *office.agreement.with_role(role), *office.supervisors())
    found = next((person for person in candidates if person is not None), None)
    return office.stand_in(found) if found else None


def _with_mentor(person: str, office: Office) -> tuple[str, ...]:
    member = office.agreement.member(person)
    return (member.mentor,) if member and member.trainee and member.mentor else ()


def _owner_role(order: Order, office: Office) -> str:
    return office.agreement.stage(order.stage).owner_role


def _problems(terms: Terms, office: Office) -> list[Refused]:
    problems: list[Refused] = []
    if not terms.customer.strip():
        problems.append(Refused("customer_missing", field="customer"))
    if not terms.product.strip():
        problems.append(Refused("text_missing", field="product"))
    if terms.amount is not None and terms.amount <= 0:
        problems.append(Refused("amount_not_positive", field="amount"))
    if terms.amount is not None and not terms.currency:
        problems.append(Refused("currency_missing", field="currency"))
    if terms.rule and terms.rule not in RULES:
        problems.append(Refused("unknown_rule", field="rule"))
    if terms.rule and not terms.place.strip():
        problems.append(Refused("place_missing", {"rule": terms.rule}, field="place"))
    if terms.payment and terms.payment not in office.agreement.orders.payment_terms:
        problems.append(Refused("unknown_payment", field="payment"))
    if terms.presentation_days is not None and not 1 <= terms.presentation_days <= 99:
        problems.append(Refused("not_a_number", field="presentation_days"))
    return problems


def _changes(order: Order, terms: Terms, office: Office, by: Member) -> list[Event]:
    events = []
    paid_by = order.payment
    for item in fields(terms):
        before, after = getattr(order, item.name), getattr(terms, item.name)
        if before != after:
            setattr(order, item.name, after)
            events.append(_event(f"changed_{item.name}", office, by, old=_said(before), new=_said(after)))
    if order.payment != paid_by:
        events += _shut_gates(order, office, by)
    return events


def _shut_gates(order: Order, office: Office, by: Member) -> list[Event]:
    """What was opened under one term of payment says nothing under another."""
    gates = {line.id: line for stage in office.agreement.stages for line in stage.lines if line.gate}
    opened = [item for item in order.done if item.line in gates]
    order.done = tuple(item for item in order.done if item not in opened)
    keepers = {item.line: _person(gates[item.line].role, order, office) for item in opened}
    return [
        _event("gate_shut", office, by, old=line, new=keeper.id if keeper else "") for line, keeper in keepers.items()
    ]


def _missing_terms(terms: Terms | Order) -> list[str]:
    """What an order must have before it can be confirmed."""
    return [name for name in ("amount", "currency", "rule", "place", "payment") if not getattr(terms, name)]


def _mark(deadline: Deadline) -> str:
    return f"{deadline.kind} @ {deadline.due_at.isoformat()}"


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _event(what: str, office: Office, by: Member, *, old: str = "", new: str = "", note: str = "") -> Event:
    return Event(what=what, actor=by.id, at=office.now, old=old, new=new, note=note)


def _of_the_clock(what: str, office: Office, *, old: str = "", new: str = "", note: str = "") -> Event:
    return Event(what=what, actor=CLOCK, at=office.now, old=old, new=new, note=note)
