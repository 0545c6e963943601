"""A complaint's whole life: filed, acknowledged, investigated, resolved, closed; and what happens when nobody acts.

Two people on every case: the owner (sales) speaks to the customer, the handler finds the cause. Nobody
decides compensation on a case they work on. A case that demands a corrective action cannot close without one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from department import compensation
from department.agreement import Category, EscalationStep, Member, Severity
from department.calendar import WorkCalendar, add_working_time, working_time_between
from department.compensation import Proposal
from department.escalation import step_key, whom
from department.people import Office
from department.records import CLOCK, Ask, Deadline, Event, Notice, Refused
from department.schedule import after

if TYPE_CHECKING:
    from department.tasks import Attached

SUBJECT: Final = "complaint"
OPEN: Final = ("new", "open", "waiting", "resolved")
"""The states in which something is still to be done."""

State = Literal["new", "open", "waiting", "resolved", "closed"]
Transport = Literal["sea", "air", "road"]

OPEN_PROMISES: Final = 5
"""As many as a card has room for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file or a link that shows what happened: Slack's file id or an empty string, where it opens, its title."""

    file: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, UTC, going on while `until` is None."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer was promised and by when (UTC), open until it is kept."""

    number: int
    text: str
    due_at: datetime
    by: str
    reminded: bool = False
    kept_at: datetime | None = None


@dataclass(kw_only=True, eq=False)
class Complaint:
    """One customer complaint. Moments are aware UTC; people are member ids; money is a Decimal with its ISO code.

    `waits` are the stretches of waiting for the customer, in which the resolution clock stands still, `rests` those
    between a resolution and a reopening. `told` has the case now; `worked` are all who ever owned, handled or
    acknowledged it. `tasks`, not kept, are the open ones that belong to it.
    """

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
    waits: tuple[Stretch, ...] = ()
    rests: tuple[Stretch, ...] = ()
    promises: tuple[Promise, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    cause: str = ""
    remedy: str = ""
    repeat_of: int | None = None
    corrective_action: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    escalated: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()
    tasks: Sequence[Attached] = ()
    version: int = 1

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        """What the customer is still waiting for."""
        return tuple(promise for promise in self.promises if promise.kept_at is None)

    @property
    def undecided(self) -> Proposal | None:
        """The proposal of compensation that waits for its decision."""
        return next((proposal for proposal in self.proposals if not proposal.decision), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody wrote into the complaint form, with each value already of its kind but nothing checked;
    `order_people` are the members who have each role's part of its order."""

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
    order_people: Mapping[str, str] = field(default_factory=dict)


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
    owner = _owner(report, office, by)
    handler = _handler_of(report.category, office, report.order_people) or by
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
        told=_of(owner.id, handler.id),
        worked=_of(owner.id, handler.id),
    )
    events = [_event("filed", office, by, new=report.severity)]
    if earlier is not None:
        events.append(Event(what="repeat_found", actor=CLOCK, at=office.now, new=str(earlier)))
    return case, events


def acknowledge(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """Take the case: the first response is given and its clock stops."""
    if case.state != "new":
        return Refused("already_acknowledged", {"who": case.acknowledged_by or case.owner})
    if by.id not in _may_act(case, office):
        return _not_yours(case)
    case.state = "open"
    case.acknowledged_by, case.acknowledged_at = by.id, office.now
    case.worked = _of(*case.worked, by.id)
    return [_event("acknowledged", office, by)]


def reassign(
    case: Complaint, office: Office, by: Member, *, part: Literal["owner", "handler"], to: str, reason: str
) -> list[Event] | Refused:
    """Give the case's owner or handler part to another member. Whoever takes a part can no longer decide the case's
    compensation; an open decision moves to the next who may."""
    if refusal := may_work(case, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if receiver.id == (case.owner if part == "owner" else case.handler):
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    if (cover := office.stand_in(receiver)) != receiver:
        return Refused("is_away", {"who": receiver.id, "cover": cover.id}, field="to")
    if case.undecided is not None and not _deciders(case, office, case.undecided, {*case.worked, receiver.id}):
        return Refused("nobody_else_decides", {"who": receiver.id}, field="to")
    return [_hand_over(case, office, by.id, part, receiver, reason.strip()), *_move_decision(case, office)]


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
    case.waits = (*case.waits, Stretch(office.now))
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
    """Promise the customer something by a moment (UTC); each promise is a deadline of its own until it is kept."""
    if refusal := may_work(case, office, by):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    if due_at <= office.now:
        return Refused("in_the_past", field="due_at")
    if len(case.open_promises) == OPEN_PROMISES:
        return Refused("too_many_promises", field="text")
    case.promises = (*case.promises, Promise(len(case.promises) + 1, text.strip(), due_at, by.id))
    return [_event("promised", office, by, new=due_at.isoformat(), note=text.strip())]


def keep_promise(case: Complaint, office: Office, by: Member, *, number: int) -> list[Event] | Refused:
    """The customer has what was promised; also possible on a resolved case."""
    if by.id not in _may_act(case, office):
        return _not_yours(case)
    kept = next((promise for promise in case.open_promises if promise.number == number), None)
    if kept is None:
        return Refused("no_promise")
    case.promises = tuple(replace(item, kept_at=office.now) if item is kept else item for item in case.promises)
    return [_event("promise_kept", office, by, old=kept.due_at.isoformat(), note=kept.text)]


def propose_compensation(
    case: Complaint, office: Office, by: Member, *, amount: Decimal, currency: str, text: str
) -> list[Event] | Refused:
    """Propose compensation. Who decides follows from the agreement's bands and the sum with what was approved before,
    and is never anybody who ever worked on the case or made the proposal. One proposal at a time."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.undecided is not None:
        return Refused("undecided_compensation", {"who": case.undecided.decider})
    if amount <= 0:
        return Refused("amount_not_positive", field="amount")
    if currency not in compensation.currencies(office):
        return _unknown_currency(office)
    if not text.strip():
        return Refused("text_missing", field="text")
    proposal = Proposal(len(case.proposals) + 1, amount, currency, text.strip(), by.id, decider="")
    deciders = _deciders(case, office, proposal, case.worked)
    if not deciders:
        return Refused("nobody_can_decide")
    case.proposals = (*case.proposals, replace(proposal, decider=deciders[0].id))
    return [
        _event("compensation_proposed", office, by, old=deciders[0].id, new=f"{currency} {amount}", note=proposal.text)
    ]


def decide_compensation(
    case: Complaint,
    office: Office,
    by: Member,
    *,
    number: int,
    decision: Literal["approved", "declined"],
    reason: str,
) -> list[Event] | Refused:
    """Decide the proposal of this number: the person of the sum's band or of one above."""
    if refusal := may_decide(case, office, by, number=number):
        return refusal
    if decision == "declined" and not reason.strip():
        return Refused("reason_missing", field="reason")
    return [_decided(case, office, by, decision, reason.strip())]


def withdraw_compensation(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """Take the undecided proposal back."""
    if refusal := may_work(case, office, by):
        return refusal
    return Refused("nothing_to_decide") if case.undecided is None else [_decided(case, office, by, "withdrawn", "")]


def resolve(case: Complaint, office: Office, by: Member, *, cause: str, remedy: str) -> list[Event] | Refused:
    """The customer has an answer: what caused it and what was done."""
    if refusal := may_work(case, office, by):
        return refusal
    if case.state == "new":
        return Refused("acknowledge_first")
    if case.undecided is not None and _deciders(case, office, case.undecided, case.worked):
        return Refused("undecided_compensation", {"who": case.undecided.decider})
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
    if case.resolved_at is not None:
        case.rests = (*case.rests, Stretch(case.resolved_at, office.now))
    case.resolved_at = case.closed_at = None
    case.reopened_at = office.now
    case.escalated, case.told = (), _of(case.owner, case.handler)
    return [_event("reopened", office, by, old=before, note=reason.strip())]


def carrier_notice_sent(case: Complaint, office: Office, by: Member) -> list[Event] | Refused:
    """The consignee's notice of damage is with the carrier; also possible on a resolved case."""
    if by.id not in _may_act(case, office):
        return _not_yours(case)
    if case.transport is None:
        return Refused("no_carrier_notice")
    if case.carrier_notice_sent_at is not None:
        return Refused("notice_already_sent")
    case.carrier_notice_sent_at = office.now
    return [_event("carrier_notice_sent", office, by)]


def review(case: Complaint, office: Office) -> list[Event]:
    """What a changed agreement means for an open case: the parts of people who left it go to others, and so does a
    decision that its decider may no longer make."""
    events: list[Event] = []
    if office.agreement.member(case.owner) is None:
        events.append(_hand_over(case, office, CLOCK, "owner", _fallback_owner(office), ""))
    if office.agreement.member(case.handler) is None:
        handler = _handler_of(case.category, office) or _fallback_owner(office)
        events.append(_hand_over(case, office, CLOCK, "handler", handler, ""))
    return events + _move_decision(case, office)


def fall_due(case: Complaint, office: Office, kind: str) -> list[Event]:
    """What the clock does when the deadline `kind` falls due."""
    for promised in case.open_promises:
        if kind == _promise_key(promised):
            reminded = replace(promised, reminded=True)
            case.promises = tuple(reminded if item is promised else item for item in case.promises)
            return [_of_the_clock("promise_due", office, old=promised.by, new=str(promised.number), note=promised.text)]
    if kind == "carrier_notice" and (notice_by := carrier_notice_by(case, office)) is not None:
        case.carrier_notice_reminded = True
        return [_of_the_clock("carrier_notice_due", office, new=notice_by.isoformat())]
    step = next((step for step in office.agreement.complaints.escalation if step_key(step) == kind), None)
    if step is None:
        return []
    case.escalated = _of(*case.escalated, kind)
    person = whom(step, office, owner=case.owner, handler=case.handler)
    if person is None or person.id in case.told:
        return [_of_the_clock("escalation_skipped", office, old=kind, new=person.id if person else "")]
    case.told = _of(*case.told, person.id)
    return [_of_the_clock("escalated", office, old=kind, new=person.id)]


def asks(case: Complaint, office: Office) -> list[Ask]:
    """What it asks of whom: the first response, the solution, what was promised, a decision, the closing."""
    if case.state == "closed":
        return []
    found = [
        Ask(to=case.owner, what="promise", due_at=item.due_at, item=str(item.number)) for item in case.open_promises
    ]
    if case.state == "new":
        due = first_response_due(case, office)
        found.append(Ask(to=case.owner, what="acknowledge", due_at=due, waited_for=True))
    if case.state in ("new", "open"):
        found.append(Ask(to=case.handler, what="resolve", due_at=resolution_due(case, office)))
    if case.state == "resolved":
        found.append(Ask(to=case.handler, what="close"))
    if (proposal := case.undecided) is not None:
        found.append(Ask(to=proposal.decider, what="decide", item=str(proposal.number), waited_for=True, stays=True))
    return found


def deadlines(case: Complaint, office: Office) -> list[Deadline]:
    """Every limit that runs on the case now. Nothing is due twice: a step that was taken is in the record."""
    return list(_deadlines(case, office))


def _deadlines(case: Complaint, office: Office) -> Iterator[Deadline]:
    if case.state == "closed":
        return
    for promised in case.open_promises:
        if not promised.reminded:
            yield Deadline(_promise_key(promised), promised.due_at)
    if (moment := _carrier_reminder(case, office)) is not None:
        yield Deadline("carrier_notice", moment)
    for step in office.agreement.complaints.escalation:
        moment = None if step_key(step) in case.escalated else _moment(step, case, office)
        if moment is not None:
            yield Deadline(step_key(step), moment)


def _promise_key(promised: Promise) -> str:
    return f"promise {promised.number}"


def _carrier_reminder(case: Complaint, office: Office) -> datetime | None:
    """The opening of the last working day before the notice's last day, else that of the last day itself."""
    if case.carrier_notice_reminded or case.carrier_notice_sent_at is not None:
        return None
    notice_by = carrier_notice_by(case, office)
    if notice_by is None or notice_by < case.filed_at.astimezone(office.calendar.timezone).date():
        return None
    before = notice_by - timedelta(days=1)
    while not office.calendar.is_working_day(before):
        before -= timedelta(days=1)
    openings = (
        datetime.combine(day, office.calendar.spans[0].start, office.calendar.timezone) for day in (before, notice_by)
    )
    return next((opening.astimezone(UTC) for opening in openings if opening > case.filed_at), None)


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
    customer, working on it, and in all. What lies between a resolution and a reopening does not count."""

    first_response: timedelta | None
    waiting: timedelta
    working: timedelta
    total: timedelta


def durations(case: Complaint, office: Office) -> Durations:
    """The four durations of the case up to its resolution or, while it is open, up to now."""
    calendar = calendar_of(case, office)
    end = case.resolved_at or office.now

    def spent(stretches: tuple[Stretch, ...]) -> timedelta:
        return sum((working_time_between(calendar, item.since, item.until or end) for item in stretches), timedelta())

    total = working_time_between(calendar, case.filed_at, end) - spent(case.rests)
    waiting = spent(case.waits)
    first = (
        None if case.acknowledged_at is None else working_time_between(calendar, case.filed_at, case.acknowledged_at)
    )
    return Durations(first, waiting, total - waiting, total)


def notices(event: Event, case: Complaint, office: Office) -> list[Notice]:
    """Who is told of an event. The thread of the card is told of everything but reactions to it; people are
    written to directly when they have to act or wait for it, or whoever stands in for them. Nobody is written to
    about what they did themselves, but whoever filed the case gets its number."""
    urgent = _severity(case.severity, office).through_quiet_hours
    told = [Notice(wording=event.what, urgent=urgent)]
    if event.what == "filed":
        told.append(Notice(wording="filed_by_you", to=event.actor))
    receivers = {member.id: member for person in _concerned(event, case) if (member := office.acts_for(person))}
    for receiver in receivers.values():
        if receiver.id != event.actor:
            quiet_until = None if urgent else office.quiet_until(receiver)
            told.append(Notice(wording=event.what, to=receiver.id, urgent=urgent, not_before=quiet_until))
    return told


def _concerned(event: Event, case: Complaint) -> tuple[str, ...]:
    match event.what:
        case "filed" | "reopened" | "severity_changed" | "carrier_notice_due":
            return (case.owner, case.handler)
        case "owner_changed" | "handler_changed" | "escalated":
            return (event.new,)
        case "promise_due":
            return (case.owner, event.old)
        case "compensation_proposed" | "compensation_moved":
            return (event.old,)
        case "compensation_approved" | "compensation_declined":
            return (event.old, case.owner, case.handler)
        case "resolved":
            return (case.owner, case.handler, case.filed_by)
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
    if report.amount is not None and report.currency not in compensation.currencies(office):
        problems.append(_unknown_currency(office))
    return problems


def _too_mild(category: Category, severity: str, office: Office) -> Refused | None:
    order = list(office.agreement.complaints.severities)
    if category.min_severity is None or order.index(severity) <= order.index(category.min_severity):
        return None
    return Refused("severity_too_mild", {"severity": category.min_severity}, field="severity")


def _owner(report: Report, office: Office, by: Member) -> Member:
    """The order's salesperson, else the customer's own, else the market's, else the filer if in sales, else the sales
    lead; on a day off, for severities somebody answers then, whoever is on duty."""
    agreement = office.agreement
    if _severity(report.severity, office).duty_in_holidays and (on_duty := office.on_duty()):
        return on_duty
    sales = agreement.with_role(agreement.complaints.first_contact)
    candidates = (
        agreement.member(report.order_people.get(agreement.complaints.first_contact, "")),
        agreement.member(report.customer_owner),
        next((person for person in sales if report.country and report.country in person.markets), None),
        by if by in sales else None,
        agreement.lead_of(agreement.complaints.first_contact),
        sales[0] if sales else None,
    )
    return office.stand_in(next((person for person in candidates if person is not None), by))


def _fallback_owner(office: Office) -> Member:
    """The lead of those who speak to customers, else any of them, else a supervisor, else the first member."""
    agreement = office.agreement
    sales = agreement.complaints.first_contact
    candidates = (agreement.lead_of(sales), *agreement.with_role(sales), *office.supervisors(), *agreement.members)
    return office.stand_in(next(person for person in candidates if person is not None))


def _handler_of(category: str, office: Office, order_people: Mapping[str, str] = MappingProxyType({})) -> Member | None:
    """Who has the category's role on the order, else the role's lead, else anybody who has it, else a supervisor."""
    role = _category(category, office).handler
    agreement = office.agreement
    candidates = (
        agreement.member(order_people.get(role, "")),
        agreement.lead_of(role),
        *agreement.with_role(role),
        *office.supervisors(),
    )
    found = next((person for person in candidates if person is not None), None)
    return None if found is None else office.stand_in(found)


def _hand_over(
    case: Complaint, office: Office, actor: str, part: Literal["owner", "handler"], to: Member, reason: str
) -> Event:
    if part == "owner":
        before, case.owner = case.owner, to.id
    else:
        before, case.handler = case.handler, to.id
    case.told, case.worked = _of(*case.told, to.id), _of(*case.worked, to.id)
    return Event(what=f"{part}_changed", actor=actor, at=office.now, old=before, new=to.id, note=reason)


def _deciders(case: Complaint, office: Office, proposal: Proposal, worked: Collection[str]) -> list[Member]:
    return compensation.deciders(
        proposal.amount,
        proposal.currency,
        before=case.proposals,
        barred={*worked, proposal.by},
        office=office,
    )


def _move_decision(case: Complaint, office: Office) -> list[Event]:
    """Give the open decision to the next who may make it, if its decider may not any more."""
    proposal = case.undecided
    if proposal is None:
        return []
    deciders = _deciders(case, office, proposal, case.worked)
    if not deciders or proposal.decider in [person.id for person in deciders]:
        return []
    moved = replace(proposal, decider=deciders[0].id)
    case.proposals = tuple(moved if item is proposal else item for item in case.proposals)
    amount = f"{proposal.currency} {proposal.amount}"
    return [_of_the_clock("compensation_moved", office, old=moved.decider, new=amount, note=proposal.text)]


def _decided(
    case: Complaint,
    office: Office,
    by: Member,
    decision: Literal["approved", "declined", "withdrawn"],
    reason: str,
) -> Event:
    proposal = case.undecided
    assert proposal is not None  # noqa: S101 (the caller looked)
    case.proposals = tuple(replace(item, decision=decision) if item is proposal else item for item in case.proposals)
    amount = f"{proposal.currency} {proposal.amount}"
    return _event(f"compensation_{decision}", office, by, old=proposal.by, new=amount, note=reason)


def _may_act(case: Complaint, office: Office) -> set[str]:
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
    if by.id not in _may_act(case, office):
        return _not_yours(case)
    if case.state in ("resolved", "closed"):
        return Refused("reopen_first")
    return None


def may_decide(case: Complaint, office: Office, by: Member, *, number: int) -> Refused | None:
    """Why `by` may not decide the proposal of this number, if so."""
    proposal = case.undecided
    if proposal is None or proposal.number != number:
        return Refused("nothing_to_decide")
    deciders = [person.id for person in _deciders(case, office, proposal, case.worked)]
    if by.id in deciders:
        return None
    who = {"who": ", ".join(deciders) or proposal.decider}
    return Refused("own_case" if by.id in {*case.worked, proposal.by} else "not_the_decider", who)


def may_close(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not close the case now, if so."""
    if by.id not in _may_act(case, office):
        return _not_yours(case)
    if case.state == "closed":
        return Refused("already_closed")
    if case.state != "resolved":
        return Refused("resolve_first")
    return Refused("promise_open", {"text": case.open_promises[0].text}) if case.open_promises else None


def may_reopen(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not reopen the case now, if so; whoever filed it may, too."""
    if by.id not in {*_may_act(case, office), case.filed_by}:
        return _not_yours(case)
    return None if case.state in ("resolved", "closed") else Refused("still_open")


def _not_yours(case: Complaint) -> Refused:
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((case.owner, case.handler)))})


def _stop_waiting(case: Complaint, office: Office) -> None:
    case.waits = tuple(wait if wait.until else replace(wait, until=office.now) for wait in case.waits)


def _worked(wait: Stretch, case: Complaint, office: Office) -> timedelta:
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


def _of_the_clock(what: str, office: Office, *, old: str = "", new: str = "", note: str = "") -> Event:
    return Event(what=what, actor=CLOCK, at=office.now, old=old, new=new, note=note)


def _of(*ids: str) -> tuple[str, ...]:
    """Each once, in this order."""
    return tuple(dict.fromkeys(ids))


def _unknown_currency(office: Office) -> Refused:
    known = ", ".join(compensation.currencies(office))
    return Refused("unknown_currency", {"currencies": known}, field="currency")
