"""An emergency: somebody declares it, one of the agreement's playbooks begins, its people are called in, its steps run
with their limits, what it costs is added up, somebody decides, and it is stood down with what was learned. One that
turns out to be none is called off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from department.agreement import Member, Playbook, PlaybookStep
from department.ahead import not_ones_own, pass_over
from department.compensation import value_of
from department.people import Office
from department.records import Ask, Deadline, Event, Notice, Refused, event, of_the_clock
from department.schedule import after

SUBJECT: Final = "emergency"
OPEN: Final = ("declared",)
"""The states in which something is still to be done."""

State = Literal["declared", "stood_down", "called_off"]
DECISION: Final = "decision"
"""The name of the decision's limit beside those of the steps."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that was done, by whom and when (UTC)."""

    step: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cost:
    """Something that the emergency costs, who added it and when (UTC)."""

    by: str
    at: datetime
    amount: Decimal
    currency: str
    what: str


@dataclass(kw_only=True, eq=False)
class Emergency:
    """One emergency. Moments are aware UTC; people are member ids, `team` by role; `order` is the number of the order
    it is about, 0 for none, and `concerns` what people call it."""

    workspace: str
    number: int
    state: State = "declared"
    playbook: str
    order: int = 0
    concerns: str = ""
    what_happened: str
    declared_by: str
    declared_at: datetime
    lead: str
    team: Mapping[str, str]
    done: tuple[StepDone, ...] = ()
    costs: tuple[Cost, ...] = ()
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    lesson: str = ""
    stood_down_at: datetime | None = None
    fired: tuple[str, ...] = ()
    version: int = 1


def declare(
    office: Office,
    by: Member,
    *,
    playbook: str,
    order: int,
    concerns: str,
    people: Mapping[str, str],
    what_happened: str,
    workspace: str,
    number: Callable[[], int],
) -> tuple[Emergency, list[Event]] | list[Refused]:
    """Declare an emergency; anybody may. `people` are the order's own people by role, who are called in first. Returns
    the record with its first events, or every problem at once."""
    problems: list[Refused] = []
    if playbook not in office.agreement.emergencies:
        problems.append(Refused("unknown_playbook", field="playbook"))
    if not what_happened.strip():
        problems.append(Refused("text_missing", field="what_happened"))
    if problems:
        return problems
    plan = office.agreement.emergencies[playbook]
    roles = dict.fromkeys((plan.lead, *plan.team, *(step.role for step in plan.steps), plan.decision.role))
    team = {role: member.id for role in roles if (member := _called_in(role, people, office))}
    emergency = Emergency(
        workspace=workspace,
        number=number(),
        playbook=playbook,
        order=order,
        concerns=concerns,
        what_happened=what_happened.strip(),
        declared_by=by.id,
        declared_at=office.now,
        lead=team.get(plan.lead, by.id),
        team=team,
    )
    return emergency, [event("declared", office, by, new=emergency.lead)]


def complete(emergency: Emergency, office: Office, by: Member, *, step: str) -> list[Event] | Refused:
    """A step of the playbook is done."""
    if refusal := may_act(emergency, office, by):
        return refusal
    if step not in [item.id for item in open_steps(emergency, office)]:
        return Refused("step_done")
    emergency.done = (*emergency.done, StepDone(step, by.id, office.now))
    return [event("step_done", office, by, new=step)]


def decide(emergency: Emergency, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Decide what the playbook wants decided: the role it names for that, or a supervisor."""
    if refusal := may_decide(emergency, office, by):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    emergency.decision, emergency.decided_by, emergency.decided_at = text.strip(), by.id, office.now
    return [event("decided", office, by, note=text.strip())]


def note(emergency: Emergency, office: Office, by: Member, *, text: str) -> list[Event] | Refused:
    """Write a line into the log; anybody in the department may."""
    if not text.strip():
        return Refused("text_missing", field="text")
    return [event("noted", office, by, note=text.strip())]


def add_cost(
    emergency: Emergency, office: Office, by: Member, *, amount: Decimal | None, currency: str, what: str
) -> list[Event] | Refused:
    """Add to what it costs so far; the bills may come when it is over."""
    if refusal := _not_of_the_team(emergency, office, by):
        return refusal
    if amount is None or amount <= 0:
        return Refused("amount_not_positive", field="amount")
    if not currency:
        return Refused("currency_missing", field="currency")
    if not what.strip():
        return Refused("text_missing", field="text")
    emergency.costs = (*emergency.costs, Cost(by.id, office.now, amount, currency, what.strip()))
    return [event("cost_added", office, by, old=currency, new=str(amount), note=what.strip())]


def cost_so_far(emergency: Emergency, office: Office) -> list[tuple[Decimal, str]]:
    """What it costs so far, in the agreement's currency; apart what is in a currency without a rate."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    ours = office.agreement.complaints.compensation.currency
    for cost in emergency.costs:
        value = value_of(cost.amount, cost.currency, office)
        sums[cost.currency if value is None else ours] += cost.amount if value is None else value
    return [(amount, currency) for currency, amount in sums.items()]


def call_off(emergency: Emergency, office: Office, by: Member, *, reason: str) -> list[Event] | Refused:
    """It is no emergency: who leads it, who declared it, or a supervisor says so, with the reason."""
    if emergency.state != "declared":
        return Refused("emergency_over")
    if refusal := _not_who_leads(emergency, office, by):
        return refusal
    if not reason.strip():
        return Refused("reason_missing", field="text")
    emergency.state, emergency.lesson, emergency.stood_down_at = "called_off", reason.strip(), office.now
    return [event("called_off", office, by, note=reason.strip())]


def give_lead(emergency: Emergency, office: Office, by: Member, *, to: str) -> list[Event] | Refused:
    """Somebody else leads from now on."""
    if refusal := may_act(emergency, office, by):
        return refusal
    receiver = office.agreement.member(to)
    if receiver is None:
        return Refused("not_in_agreement", field="to")
    if receiver.id == emergency.lead:
        return Refused("has_it_already", {"who": receiver.id}, field="to")
    before, emergency.lead = emergency.lead, receiver.id
    return [event("lead_changed", office, by, old=before, new=receiver.id)]


def stand_down(emergency: Emergency, office: Office, by: Member, *, lesson: str) -> list[Event] | Refused:
    """It is over: once decided, with what was learned."""
    if refusal := may_act(emergency, office, by):
        return refusal
    if not emergency.decision:
        decision = office.agreement.emergencies[emergency.playbook].decision
        return Refused("decide_first", {"who": emergency.team.get(decision.role, emergency.lead)}, field="lesson")
    if not lesson.strip():
        return Refused("text_missing", field="lesson")
    emergency.state, emergency.lesson, emergency.stood_down_at = "stood_down", lesson.strip(), office.now
    return [event("stood_down", office, by, note=lesson.strip())]


def playbook_of(emergency: Emergency, office: Office) -> Playbook:
    """The playbook that it follows."""
    return office.agreement.emergencies[emergency.playbook]


def held_back(emergencies: Iterable[Emergency], office: Office) -> dict[str, int]:
    """The lines of the checklists that emergencies hold back while they are going on, with the number of the first."""
    held: dict[str, int] = {}
    for emergency in emergencies:
        for line in playbook_of(emergency, office).holds:
            held.setdefault(line, emergency.number)
    return held


def open_steps(emergency: Emergency, office: Office) -> list[PlaybookStep]:
    """The steps that are still to be done."""
    done = {item.step for item in emergency.done}
    return [step for step in playbook_of(emergency, office).steps if step.id not in done]


def step_due(emergency: Emergency, step: PlaybookStep, office: Office) -> datetime:
    """By when a step is to be done (UTC), in working time with duty days counted."""
    return after(emergency.declared_at, step.within, office.duty_calendar)


def decision_due(emergency: Emergency, office: Office) -> datetime:
    """By when it is to be decided (UTC)."""
    return after(emergency.declared_at, playbook_of(emergency, office).decision.within, office.duty_calendar)


def person_of(role: str, emergency: Emergency, office: Office) -> Member | None:
    """Who has a role in it now."""
    member = office.agreement.member(emergency.team.get(role, ""))
    return office.stand_in(member) if member else _called_in(role, {}, office)


def deadlines(emergency: Emergency, office: Office) -> list[Deadline]:
    """The limits that run: one for each open step, and the decision's."""
    if emergency.state != "declared":
        return []
    found = [Deadline(f"step {step.id}", step_due(emergency, step, office)) for step in open_steps(emergency, office)]
    if not emergency.decision:
        found.append(Deadline(DECISION, decision_due(emergency, office)))
    return [deadline for deadline in found if deadline.kind not in emergency.fired]


def asks(emergency: Emergency, office: Office) -> list[Ask]:
    """What it asks of whom: the steps, and the decision."""
    if emergency.state != "declared":
        return []
    found = [
        Ask(
            to=emergency.team.get(step.role, emergency.lead),
            what="step",
            due_at=step_due(emergency, step, office),
            item=step.id,
            waited_for=True,
        )
        for step in open_steps(emergency, office)
    ]
    if not emergency.decision:
        role = playbook_of(emergency, office).decision.role
        to = emergency.team.get(role, emergency.lead)
        due = decision_due(emergency, office)
        found.append(Ask(to=to, what="decide", due_at=due, waited_for=True, stays=True))
    return found


def fall_due(emergency: Emergency, office: Office, kind: str) -> list[Event]:
    """A step or the decision is late: once."""
    if kind not in [deadline.kind for deadline in deadlines(emergency, office)]:
        return []
    pass_over(emergency, office, kind)
    if kind == DECISION:
        person = person_of(playbook_of(emergency, office).decision.role, emergency, office)
        return [of_the_clock("decision_late", office, new=person.id if person else emergency.lead)]
    step = next(item for item in open_steps(emergency, office) if f"step {item.id}" == kind)
    person = person_of(step.role, emergency, office)
    return [of_the_clock("step_late", office, old=step.id, new=person.id if person else emergency.lead)]


def owes(emergency: Emergency, office: Office, kind: str) -> str:
    """Whose step, or decision, is late when a limit is reached."""
    plan = playbook_of(emergency, office)
    roles = {DECISION: plan.decision.role} | {f"step {step.id}": step.role for step in plan.steps}
    return emergency.team.get(roles.get(kind, ""), emergency.lead)


def may_post(emergency: Emergency, office: Office, by: Member, kind: str) -> Refused | None:
    """Why `by` may not have somebody reminded, or leave a limit out, if so: who leads it, who declared it and
    supervisors may."""
    return _not_who_leads(emergency, office, by) or not_ones_own(owes(emergency, office, kind), office, by)


def review(emergency: Emergency, office: Office) -> list[Event]:
    """Hold it against the agreement in force: whoever left does not lead any more."""
    if office.agreement.member(emergency.lead) is not None:
        return []
    successor = _called_in(playbook_of(emergency, office).lead, {}, office)
    if successor is None:
        return []
    before, emergency.lead = emergency.lead, successor.id
    return [of_the_clock("lead_changed", office, old=before, new=successor.id)]


def notices(event: Event, emergency: Emergency, office: Office) -> list[Notice]:
    """Who is told, at any hour: the thread of everything, the whole team when it begins, is decided or ends, and
    whoever has to act."""
    told = [Notice(wording=event.what, urgent=True)]
    match event.what:
        case "declared" | "decided" | "stood_down" | "called_off":
            concerned = [emergency.lead, *emergency.team.values()]
        case "step_late":
            concerned = [event.new, emergency.lead]
        case "decision_late" | "lead_changed":
            concerned = [event.new, emergency.lead]
        case "prompted":
            concerned = [event.new]
        case _:
            concerned = []
    people = {member.id: member for person in concerned if (member := office.acts_for(person))}
    return told + [Notice(wording=event.what, to=person, urgent=True) for person in people if person != event.actor]


def may_act(emergency: Emergency, office: Office, by: Member) -> Refused | None:
    """Why `by` may not act on it now, if so: the team, who stands in, whoever declared it, and supervisors may."""
    if emergency.state != "declared":
        return Refused("emergency_over")
    return _not_of_the_team(emergency, office, by)


def _not_of_the_team(emergency: Emergency, office: Office, by: Member) -> Refused | None:
    team = [
        member for person in (emergency.lead, *emergency.team.values()) if (member := office.agreement.member(person))
    ]
    allowed = {*(item.id for item in team), *(office.stand_in(item).id for item in team), emergency.declared_by}
    if by.id in {*allowed, emergency.lead} or office.is_supervisor(by):
        return None
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((emergency.lead, *emergency.team.values())))})


def _not_who_leads(emergency: Emergency, office: Office, by: Member) -> Refused | None:
    if by.id in {emergency.lead, emergency.declared_by} or office.is_supervisor(by):
        return None
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((emergency.lead, emergency.declared_by)))})


def may_decide(emergency: Emergency, office: Office, by: Member) -> Refused | None:
    """Why `by` may not decide now, if so."""
    if emergency.state != "declared":
        return Refused("emergency_over")
    if emergency.decision:
        return Refused("decided_already", {"who": emergency.decided_by})
    person = person_of(playbook_of(emergency, office).decision.role, emergency, office)
    bosses = [boss.id for boss in office.supervisors()]
    if by.id in ([person.id] if person else []) + bosses:
        return None
    return Refused("not_the_decider", {"who": person.id if person else ", ".join(bosses)})


def _called_in(role: str, people: Mapping[str, str], office: Office) -> Member | None:
    """Who is called in for a role: the order's person, else the lead of the role, anybody who has it, a supervisor."""
    agreement = office.agreement
    candidates = (
        agreement.member(people.get(role, "")),
        agreement.lead_of(role),
        *agreement.with_role(role),
        *office.supervisors(),
    )
    found = next((person for person in candidates if person is not None), None)
    return office.stand_in(found) if found else None
