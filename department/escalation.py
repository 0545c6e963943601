"""The ladder: whom the agreement tells next when nobody acts."""

from __future__ import annotations

from department.agreement import EscalationStep, Member
from department.people import Office


def step_key(step: EscalationStep) -> str:
    """The name of a step: its occasion, how much later, and who is told; no two steps of an agreement share it."""
    occasion = step.when if step.after is None else f"{step.when} + {step.after}"
    return f"{occasion}: {step.tell}"


def whom(step: EscalationStep, office: Office, *, owner: str, handler: str) -> Member | None:
    """The person a step tells: the owner's deputy, the handler's lead (the deputy where the handler leads or nobody
    does), or the first of a role; whoever stands in for them during leave."""
    agreement = office.agreement
    person: Member | None
    match step.tell:
        case "deputy":
            person = _deputy(owner, office)
        case "lead":
            worker = agreement.member(handler)
            lead = agreement.lead_of(worker.role) if worker else None
            person = lead if lead is not None and lead.id != handler else _deputy(handler, office)
        case role:
            person = next(iter(agreement.with_role(role)), None)
    return None if person is None else office.stand_in(person)


def _deputy(person: str, office: Office) -> Member | None:
    member = office.agreement.member(person)
    return None if member is None else office.deputy_of(member)
