"""A complaint's whole life: filed, acknowledged, investigated, resolved, closed; and what happens when nobody acts.

Two people on every case: the owner (sales) speaks to the customer, the handler finds the cause. Nobody
decides compensation on a case they work on. A case that demands a corrective action cannot close without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from department.agreement import Category, EscalationStep, Limit, Member, Severity
from department.calendar import WorkCalendar, add_working_days, add_working_time, working_time_between
from department.people import Office
from department.records import CLOCK, Deadline, Event, Notice, Refused

SUBJECT: Final = "complaint"

State = Literal["new", "open", "waiting", "resolved", "closed"]
Transport = Literal["sea", "air", "road"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file or a link that shows what happened: Slack's file id or an empty string, where it opens, its title."""

    file: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch of waiting for the customer, UTC, open while `until` is None; the resolution clock stands still."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer was promised and by when (UTC)."""

    text: str
    due_at: datetime
    by: str
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Compensation somebody working on the case proposed, and who decides on it; `decision` is empty until then."""

    amount: Decimal
    currency: str
    text: str
    by: str
    decider: str
    decision: Literal["", "approved", "declined"] = ""


@dataclass(kw_only=True, eq=False)
class Complaint:
    """One customer complaint. Moments are aware UTC; people are member ids; money is a Decimal with its ISO code."""

    workspace: str
    number: int
    state: State = "new"
    customer: str
    order: str = ""
    category: str
    severity: str
    what_happened: str
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    noticed_on: date
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    transport: Transport | None = None
    delivered_on: date | None = None
    carrier_notice_reminded: bool = False
    carrier_notice_sent_at: datetime | None = None
    filed_by: str
    filed_at: datetime
    owner: str
    handler: str
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    waits: tuple[Wait, ...] = ()
    promise: Promise | None = None
    proposal: Proposal | None = None
    cause: str = ""
    remedy: str = ""
    repeat_of: int | None = None
    corrective_action: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    escalated: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody wrote into the complaint form, with each value already of its kind but nothing checked."""

    customer: str
    category: str
    severity: str
    what_happened: str
    noticed_on: date
    order: str = ""
    quantity: str = ""
    amount: Decimal | None = None
    currency: str = ""
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    transport: Transport | None = None
    delivered_on: date | None = None
    customer_owner: str = ""
    country: str = ""


def file(
    report: Report,
    office: Office,
    by: Member,
    *,
    workspace: str,
    number: Callable[[], int],
    earlier: int | None,
) -> tuple[Complaint, list[Event]] | list[Refused]:
    """File a complaint: check every field, find its owner and handler.

    `number` is asked for the new case's number only when nothing is wrong; `earlier` is the number of the last
    complaint of the same customer and category within the agreement's recurrence window. Returns the new record
    with its first events, or every problem at once.
    """
    problems = _problems(report, office)
    if problems:
        return problems
    owner, handler = _owner(report, office, by), _handler(report, office, by)
    case = Complaint(
        workspace=workspace,
        number=number(),
        customer=report.customer.strip(),
        order=report.order.strip(),
        category=report.category,
        severity=report.severity,
        what_happened=report.what_happened.strip(),
        quantity=report.quantity.strip(),
        amount=report.amount,
        currency=report.currency if report.amount is not None else "",
        noticed_on=report.noticed_on,
        evidence=report.evidence,
        source=report.source,
        transport=report.transport,
        delivered_on=report.delivered_on,
        filed_by=by.id,
        filed_at=office.now,
        owner=owner.id,
        handler=handler.id,
        repeat_of=earlier,
        told=tuple(dict.fromkeys((owner.id, handler.id))),
    )
    events = [_event("filed", office, by, new=report.severity)]
    if earlier is not None:
        events.append(Event(what="repeat_found", actor=CLOCK, at=office.now, new=str(earlier)))
    return case, events


def acknowledge(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """Take the case: the first response is given and its clock stops."""
    if case.state != "new":
        return Refused("already_acknowledged", {"who": case.acknowledged_by or case.owner})
    if by.id not in _hands(case, office):
        return _not_yours(case)
    case.state = "open"
    case.acknowledged_by, case.acknowledged_at = by.id, office.now
    return [_event("acknowledged", office, by)]


def reassign(
    case: Complaint, office: Office, by: Member, *, part: Literal["owner", "handler"], to: str, reason: str
) -> list[Event] | Refused:
    """Give the case's owner or handler part to another member."""
    if refusal := may_work(case, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    before = case.owner if part == "owner" else case.handler
    if receiver.id == before:
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if part == "owner":
        case.owner = receiver.id
    else:
        case.handler = receiver.id
    case.told = _and(case.told, receiver.id)
    return [_event(f"{part}_changed", office, by, old=before, new=receiver.id, note=reason.strip())]


def change_severity(case: Complaint, office: Office, by: Member, *, to: str, reason: str) -> list[Event] | Refused:
    """Raise or lower the severity, with the reason; every limit follows."""
    if refusal := may_work(case, office, by):
        return refusal
    if to not in office.agreement.complaints.severities:
        return Refused("unknown_severity", field="severity")
    if to == case.severity:
        return Refused("same_severity", {"severity": to}, field="severity")
    if problem := _too_mild(_category(case.category, office), to, office):
        return problem
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    before, case.severity = case.severity, to
    return [_event("severity_changed", office, by, old=before, new=to, note=reason.strip())]


def wait_for_customer(case: Complaint, office: Office, by: Member, *, for_what: str) -> list[Event] | Refused:
    """Stop the resolution clock until the customer answers."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.state == "waiting":
        return Refused("already_waiting")
    if not for_what.strip():
        return Refused("reason_missing", field="for_what")
    case.state = "waiting"
    case.waits = (*case.waits, Wait(office.now))
    return [_event("waiting", office, by, note=for_what.strip())]


def resume(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The customer answered: the resolution clock runs again."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state != "waiting":
        return Refused("not_waiting")
    _stop_waiting(case, office)
    case.state = "open"
    return [_event("resumed", office, by)]


def note(case: Complaint, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into the case's history; anybody in the department may."""
    if not text.strip():
        return Refused("text_missing", field="text")
    return [_event("noted", office, by, note=text.strip())]


def promise(case: Complaint, office: Office, by: Member, *, text: str, due_at: datetime) -> list[Event] | Refused:
    """Promise the customer something by a moment (UTC); it becomes a deadline of its own."""
    if refusal := may_work(case, office, by):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    if due_at <= office.now:
        return Refused("in_the_past", field="due_at")
    before = case.promise.due_at.isoformat() if case.promise else ""
    case.promise = Promise(text.strip(), due_at, by.id)
    return [_event("promised", office, by, old=before, new=due_at.isoformat(), note=text.strip())]


def keep_promise(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The customer has what was promised."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.promise is None:
        return Refused("no_promise")
    kept, case.promise = case.promise, None
    return [_event("promise_kept", office, by, old=kept.due_at.isoformat(), note=kept.text)]


def propose_compensation(
    case: Complaint, office: Office, by: Member, *, amount: Decimal, currency: str, text: str
) -> list[Event] | Refused:
    """Propose compensation. Who decides follows from the amount and the agreement's bands, and is never anybody
    who works on the case or made the proposal."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.proposal is not None and not case.proposal.decision:
        return Refused("undecided_compensation", {"who": case.proposal.decider})
    if amount <= 0:
        return Refused("amount_not_positive", field="amount")
    if currency not in _currencies(office):
        return Refused("unknown_currency", {"currencies": ", ".join(_currencies(office))}, field="currency")
    if not text.strip():
        return Refused("text_missing", field="text")
    deciders = _deciders(case, office, amount, currency, by.id)
    if not deciders:
        return Refused("nobody_can_decide")
    case.proposal = Proposal(amount, currency, text.strip(), by.id, deciders[0].id)
    return [
        _event(
            "compensation_proposed",
            office,
            by,
            old=deciders[0].id,
            new=f"{currency} {amount}",
            note=text.strip(),
        )
    ]


def decide_compensation(
    case: Complaint, office: Office, by: Member, *, decision: Literal["approved", "declined"], reason: str
) -> list[Event] | Refused:
    """Decide the proposal: the person of the amount's band or of one above, never somebody who works on the case."""
    if refusal := may_decide(case, office, by):
        return refusal
    proposal = case.proposal
    assert proposal is not None  # noqa: S101 (may_decide looked)
    if decision == "declined" and not reason.strip():
        return Refused("reason_missing", field="reason")
    case.proposal = replace(proposal, decision=decision)
    return [
        _event(
            f"compensation_{decision}",
            office,
            by,
            old=proposal.by,
            new=f"{proposal.currency} {proposal.amount}",
            note=reason.strip(),
        )
    ]


def resolve(case: Complaint, office: Office, by: Member, *, cause: str, remedy: str) -> list[Event] | Refused:
    """The customer has an answer: what caused it and what was done."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.proposal is not None and not case.proposal.decision:
        return Refused("undecided_compensation", {"who": case.proposal.decider})
    if not cause.strip():
        return Refused("text_missing", field="cause")
    if not remedy.strip():
        return Refused("text_missing", field="remedy")
    _stop_waiting(case, office)
    case.state, case.resolved_at = "resolved", office.now
    case.cause, case.remedy = cause.strip(), remedy.strip()
    return [_event("resolved", office, by, old=case.cause, new=case.remedy)]


def close(case: Complaint, office: Office, by: Member, *, corrective_action: str) -> list[Event] | Refused:
    """Close a resolved case. Where its severity or a repeat demands it, only with the corrective action taken."""
    if refusal := may_close(case, office, by):
        return refusal
    if demands_corrective_action(case, office) and not corrective_action.strip():
        return Refused("corrective_action_missing", field="corrective_action")
    case.state, case.closed_at = "closed", office.now
    case.corrective_action = corrective_action.strip()
    return [_event("closed", office, by, note=case.corrective_action)]


def reopen(case: Complaint, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """The customer is not satisfied after all: the case is open again and the resolution clock starts anew."""
    if refusal := may_reopen(case, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    before, case.state = case.state, "open"
    case.resolved_at = case.closed_at = None
    case.reopened_at = office.now
    case.escalated, case.told = (), tuple(dict.fromkeys((case.owner, case.handler)))
    return [_event("reopened", office, by, old=before, note=reason.strip())]


def carrier_notice_sent(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The consignee's notice of damage is with the carrier."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.transport is None:
        return Refused("no_carrier_notice")
    if case.carrier_notice_sent_at is not None:
        return Refused("notice_already_sent")
    case.carrier_notice_sent_at = office.now
    return [_event("carrier_notice_sent", office, by)]


def fall_due(case: Complaint, office: Office, kind: str) -> list[Event]:
    """What the clock does when the deadline `kind` falls due."""
    if kind == "promise" and case.promise is not None:
        case.promise = replace(case.promise, reminded=True)
        return [Event(what="promise_due", actor=CLOCK, at=office.now, new=case.owner, note=case.promise.text)]
    if kind == "carrier_notice":
        case.carrier_notice_reminded = True
        return [Event(what="carrier_notice_due", actor=CLOCK, at=office.now, new=case.owner)]
    step = next((step for step in office.agreement.complaints.escalation if step_key(step) == kind), None)
    if step is None:
        return []
    case.escalated = _and(case.escalated, kind)
    person = _escalate_to(step, case, office)
    if person is None:
        return [Event(what="escalation_skipped", actor=CLOCK, at=office.now, old=kind)]
    if person.id in case.told:
        return [Event(what="escalation_skipped", actor=CLOCK, at=office.now, old=kind, new=person.id)]
    case.told = _and(case.told, person.id)
    return [Event(what="escalated", actor=CLOCK, at=office.now, old=kind, new=person.id)]


def deadlines(case: Complaint, office: Office) -> list[Deadline]:
    """Every limit that runs on the case now. Nothing is due twice: a step that was taken is in the record."""
    return list(_deadlines(case, office))


def _deadlines(case: Complaint, office: Office) -> Iterator[Deadline]:
    if case.state == "closed":
        return
    if case.promise is not None and not case.promise.reminded:
        yield Deadline("promise", case.promise.due_at)
    if not case.carrier_notice_reminded and case.carrier_notice_sent_at is None:
        notice_by = carrier_notice_by(case, office)
        if notice_by is not None:
            opening = datetime.combine(notice_by, office.calendar.spans[0].start, office.calendar.timezone)
            yield Deadline("carrier_notice", opening.astimezone(UTC))
    for step in office.agreement.complaints.escalation:
        moment = None if step_key(step) in case.escalated else _moment(step, case, office)
        if moment is not None:
            yield Deadline(step_key(step), moment)


def _moment(step: EscalationStep, case: Complaint, office: Office) -> datetime | None:
    calendar = calendar_of(case, office)
    if step.when == "first_response_missed":
        moment = first_response_due(case, office) if case.state == "new" else None
    elif case.state not in ("new", "open"):
        return None
    elif step.when == "half_of_resolution":
        moment = half_of_resolution(case, office)
    else:
        moment = resolution_due(case, office)
    return moment if moment is None or step.after is None else after(moment, step.after, calendar)


def step_key(step: EscalationStep) -> str:
    """The name of a step of the ladder: its occasion and, where it comes later, how much."""
    return step.when if step.after is None else f"{step.when} + {step.after}"


def calendar_of(case: Complaint, office: Office) -> WorkCalendar:
    """The working time in which the case's limits run: urgent severities also run on the duty days of holidays."""
    return office.duty_calendar if _severity(case.severity, office).duty_in_holidays else office.calendar


def first_response_due(case: Complaint, office: Office) -> datetime:
    """By when somebody must have acknowledged (UTC)."""
    return after(case.filed_at, _severity(case.severity, office).first_response, calendar_of(case, office))


def resolution_due(case: Complaint, office: Office) -> datetime:
    """By when the case must be resolved (UTC): the agreement's limit, later by the working time spent waiting."""
    calendar = calendar_of(case, office)
    limit = _category(case.category, office).resolve or _severity(case.severity, office).resolve
    due = after(_clock_start(case), limit, calendar)
    waited = sum((_worked(wait, case, office) for wait in case.waits), timedelta())
    return add_working_time(calendar, due, waited) if waited else due


def half_of_resolution(case: Complaint, office: Office) -> datetime:
    """The moment (UTC) at which half of the resolution's working time, waiting apart, is gone."""
    calendar = calendar_of(case, office)
    start, due = _clock_start(case), resolution_due(case, office)
    waited = sum((_worked(wait, case, office) for wait in case.waits), timedelta())
    total = working_time_between(calendar, start, due) - waited
    return add_working_time(calendar, start, total / 2 + waited)


def after(moment: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """`moment` plus a limit of the agreement, in working time (UTC)."""
    if limit.unit == "working_days":
        return add_working_days(calendar, moment, limit.value)
    return add_working_time(calendar, moment, timedelta(hours=limit.value))


def carrier_notice_by(case: Complaint, office: Office) -> date | None:
    """The last day on which the consignee's written notice of damage still reaches the carrier in time, counted in
    calendar days from delivery (3 by sea under the Hague-Visby Rules, 14 by air under the Montreal Convention,
    7 by road under the CMR; the agreement holds the numbers). None where no carrier is concerned."""
    days = _category(case.category, office).carrier_notice
    if not days or case.transport is None:
        return None
    return (case.delivered_on or case.noticed_on) + timedelta(days=days.by(case.transport))


def demands_corrective_action(case: Complaint, office: Office) -> bool:
    """Whether the case may only close with a corrective action: grave severities and repeats."""
    return _severity(case.severity, office).corrective_action or case.repeat_of is not None


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the case took, in working time: to the first response (None while there is none), waiting for the
    customer, working on it, and in all."""

    first_response: timedelta | None
    waiting: timedelta
    working: timedelta
    total: timedelta


def durations(case: Complaint, office: Office) -> Durations:
    """The four durations of the case up to its resolution or, while it is open, up to now."""
    calendar = calendar_of(case, office)
    end = case.resolved_at or office.now
    total = working_time_between(calendar, case.filed_at, end)
    waiting = sum((working_time_between(calendar, wait.since, wait.until or end) for wait in case.waits), timedelta())
    first = (
        None if case.acknowledged_at is None else working_time_between(calendar, case.filed_at, case.acknowledged_at)
    )
    return Durations(first, waiting, total - waiting, total)


def notices(event: Event, case: Complaint, office: Office) -> list[Notice]:
    """Who is told of an event. The thread of the card is told of everything but reactions to it; people are
    written to directly when they have to act. Nobody is written to about what they did themselves."""
    urgent = _severity(case.severity, office).through_quiet_hours
    receivers = [person for person in dict.fromkeys(_to_act(event, case)) if person and person != event.actor]
    told = [Notice(wording=event.what, urgent=urgent)]
    if event.what == "filed":
        told.append(Notice(wording="filed_by_you", to=event.actor))
    for receiver in receivers:
        member = office.agreement.member(receiver)
        quiet_until = None if urgent or member is None else office.quiet_until(member)
        told.append(Notice(wording=event.what, to=receiver, urgent=urgent, not_before=quiet_until))
    return told


def _to_act(event: Event, case: Complaint) -> Sequence[str]:
    match event.what:
        case "filed" | "reopened" | "severity_changed":
            return (case.owner, case.handler)
        case "owner_changed" | "handler_changed" | "escalated" | "promise_due" | "carrier_notice_due":
            return (event.new,)
        case "compensation_proposed" | "compensation_approved" | "compensation_declined":
            return (event.old,)
        case _:
            return ()


def _problems(report: Report, office: Office) -> list[Refused]:
    terms = office.agreement.complaints
    problems: list[Refused] = []
    if not report.customer.strip():
        problems.append(Refused("customer_missing", field="customer"))
    if not report.what_happened.strip():
        problems.append(Refused("text_missing", field="what_happened"))
    if report.noticed_on > office.today + timedelta(days=1):
        problems.append(Refused("in_the_future", field="noticed_on"))
    if report.severity not in terms.severities:
        problems.append(Refused("unknown_severity", field="severity"))
    category = terms.categories.get(report.category)
    if category is None:
        problems.append(Refused("unknown_category", field="category"))
        return problems
    if report.severity in terms.severities and (too_mild := _too_mild(category, report.severity, office)):
        problems.append(too_mild)
    if category.carrier_notice and report.transport is None:
        problems.append(Refused("transport_missing", field="transport"))
    if report.delivered_on is not None and report.delivered_on > office.today + timedelta(days=1):
        problems.append(Refused("in_the_future", field="delivered_on"))
    if report.amount is not None and report.amount < 0:
        problems.append(Refused("amount_not_positive", field="amount"))
    if report.amount is not None and report.currency not in _currencies(office):
        problems.append(Refused("unknown_currency", {"currencies": ", ".join(_currencies(office))}, field="currency"))
    return problems


def _too_mild(category: Category, severity: str, office: Office) -> Refused | None:
    order = list(office.agreement.complaints.severities)
    if category.min_severity is None or order.index(severity) <= order.index(category.min_severity):
        return None
    return Refused("severity_too_mild", {"severity": category.min_severity}, field="severity")


def _owner(report: Report, office: Office, by: Member) -> Member:
    """The customer's own salesperson, else the market's, else the filer if in sales, else the sales lead; on a
    day off, for severities somebody answers then, whoever is on duty."""
    agreement = office.agreement
    if _severity(report.severity, office).duty_in_holidays and (on_duty := office.on_duty()):
        return on_duty
    sales = agreement.with_role(agreement.complaints.first_contact)
    candidates = (
        agreement.member(report.customer_owner),
        next((person for person in sales if report.country and report.country in person.markets), None),
        by if by in sales else None,
        agreement.lead_of(agreement.complaints.first_contact),
        sales[0] if sales else None,
    )
    return office.stand_in(next((person for person in candidates if person is not None), by))


def _handler(report: Report, office: Office, by: Member) -> Member:
    """The lead of the category's role, else anybody who has it, else a supervisor, else whoever filed it."""
    role = _category(report.category, office).handler
    agreement = office.agreement
    candidates = (agreement.lead_of(role), *agreement.with_role(role), *office.supervisors(), by)
    return office.stand_in(next(person for person in candidates if person is not None))


def _escalate_to(step: EscalationStep, case: Complaint, office: Office) -> Member | None:
    agreement = office.agreement
    if step.tell == "deputy":
        owner = agreement.member(case.owner)
        person = agreement.member(owner.deputy or "") if owner else None
    elif step.tell == "lead":
        handler = agreement.member(case.handler)
        person = agreement.lead_of(handler.role) if handler else None
        person = person or next(iter(office.supervisors()), None)
    else:
        person = next(iter(agreement.with_role(step.tell)), None)
    return None if person is None else office.stand_in(person)


def _deciders(case: Complaint, office: Office, amount: Decimal, currency: str, proposer: str) -> list[Member]:
    """Those who may decide, the first of the amount's band first; nobody who works on the case."""
    agreement, terms = office.agreement, office.agreement.complaints.compensation
    rate = Decimal(1) if currency == terms.currency else terms.rates[currency]
    barred = {case.owner, case.handler, proposer}
    deciders: list[Member] = []
    for band in terms.bands:
        if band.up_to is not None and amount * rate > band.up_to:
            continue
        lead = agreement.lead_of(band.decides)
        people = [lead] if band.lead and lead else list(agreement.with_role(band.decides))
        deciders += [person for person in map(office.stand_in, people) if person.id not in barred]
    return deciders


def _currencies(office: Office) -> list[str]:
    terms = office.agreement.complaints.compensation
    return [terms.currency, *terms.rates]


def _hands(case: Complaint, office: Office) -> set[str]:
    """Who may act on the case: owner and handler, those who stand in for them, everybody it was escalated to, the
    leads of their roles, and the roles of the ladder."""
    agreement = office.agreement
    people = [person for person in (agreement.member(case.owner), agreement.member(case.handler)) if person]
    leads = [lead for person in people if (lead := agreement.lead_of(person.role))]
    stand_ins = [office.stand_in(person) for person in people]
    return {
        case.owner,
        case.handler,
        *case.told,
        *(p.id for p in (*stand_ins, *leads, *office.supervisors())),
    }


def may_work(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not work on the case now, if so."""
    if by.id not in _hands(case, office):
        return _not_yours(case)
    if case.state in ("resolved", "closed"):
        return Refused("reopen_first")
    return None


def may_decide(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not decide the proposed compensation, if so."""
    proposal = case.proposal
    if proposal is None or proposal.decision:
        return Refused("nothing_to_decide")
    deciders = [person.id for person in _deciders(case, office, proposal.amount, proposal.currency, proposal.by)]
    if by.id in deciders:
        return None
    if by.id in {case.owner, case.handler, proposal.by}:
        return Refused("own_case", {"who": ", ".join(deciders) or proposal.decider})
    return Refused("not_the_decider", {"who": ", ".join(deciders) or proposal.decider})


def may_close(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not close the case now, if so."""
    if by.id not in _hands(case, office):
        return _not_yours(case)
    if case.state == "closed":
        return Refused("already_closed")
    return None if case.state == "resolved" else Refused("resolve_first")


def may_reopen(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not reopen the case now, if so; whoever filed it may, too."""
    if by.id not in {*_hands(case, office), case.filed_by}:
        return _not_yours(case)
    return None if case.state in ("resolved", "closed") else Refused("still_open")


def _not_yours(case: Complaint) -> Refused:
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((case.owner, case.handler)))})


def _stop_waiting(case: Complaint, office: Office) -> None:
    case.waits = tuple(wait if wait.until else replace(wait, until=office.now) for wait in case.waits)


def _worked(wait: Wait, case: Complaint, office: Office) -> timedelta:
    """The working time of a finished wait that falls into the present run of the resolution clock."""
    if wait.until is None:
        return timedelta()
    return working_time_between(calendar_of(case, office), max(wait.since, _clock_start(case)), wait.until)


def _clock_start(case: Complaint) -> datetime:
    return case.reopened_at or case.filed_at


def _severity(code: str, office: Office) -> Severity:
    return office.agreement.complaints.severities[code]


def _category(code: str, office: Office) -> Category:
    return office.agreement.complaints.categories[code]


def _event(what: str, office: Office, by: Member, *, old: str = "", new: str = "", note: str = "") -> Event:
    return Event(what=what, actor=by.id, at=office.now, old=old, new=new, note=note)


def _and(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return codes if code in codes else (*codes, code)
