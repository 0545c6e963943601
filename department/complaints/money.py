"""Compensation on a complaint: proposed by whoever works on it, decided by somebody who never did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from department import compensation
from department.agreement import Member
from department.compensation import Proposal
from department.complaints.parts import may_work
from department.complaints.record import Complaint
from department.people import Office
from department.records import Event, Refused, event, of_the_clock


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
        return undecided(case, office, case.undecided)
    if amount <= 0:
        return Refused("amount_not_positive", field="amount")
    if currency not in compensation.currencies(office):
        return compensation.unknown_currency(office)
    if refusal := compensation.too_fine(amount, currency):
        return refusal
    if not text.strip():
        return Refused("text_missing", field="text")
    proposal = Proposal(len(case.proposals) + 1, amount, currency, text.strip(), by.id, decider="")
    deciders = who_decides(case, office, proposal, case.worked)
    if not deciders:
        return Refused("nobody_can_decide")
    case.proposals = (*case.proposals, replace(proposal, decider=deciders[0].id))
    return [
        event("compensation_proposed", office, by, old=deciders[0].id, new=f"{currency} {amount}", note=proposal.text)
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


def may_decide(case: Complaint, office: Office, by: Member, *, number: int) -> Refused | None:
    """Why `by` may not decide the proposal of this number, if so."""
    proposal = case.undecided
    if proposal is None or proposal.number != number:
        return Refused("nothing_to_decide")
    deciders = [person.id for person in who_decides(case, office, proposal, case.worked)]
    if by.id in deciders:
        return None
    who = {"who": ", ".join(deciders) or proposal.decider}
    return Refused("own_case" if by.id in {*case.worked, proposal.by} else "not_the_decider", who)


def undecided(case: Complaint, office: Office, proposal: Proposal) -> Refused:
    """That a proposal waits for its decision, with who can make it."""
    deciders = [person.id for person in who_decides(case, office, proposal, case.worked)]
    return Refused("undecided_compensation", {"who": ", ".join(deciders) or proposal.decider})


def who_decides(case: Complaint, office: Office, proposal: Proposal, worked: Collection[str]) -> list[Member]:
    """Who may decide a proposal, the next one first: nobody who `worked` on the case or made it."""
    return compensation.deciders(
        proposal.amount,
        proposal.currency,
        before=case.proposals,
        barred={*worked, proposal.by},
        office=office,
    )


def move_decision(case: Complaint, office: Office) -> list[Event]:
    """Give the open decision to the next who may make it, if its decider may not any more."""
    proposal = case.undecided
    if proposal is None:
        return []
    deciders = who_decides(case, office, proposal, case.worked)
    if not deciders or proposal.decider in [person.id for person in deciders]:
        return []
    moved = replace(proposal, decider=deciders[0].id)
    case.proposals = tuple(moved if item is proposal else item for item in case.proposals)
    amount = f"{proposal.currency} {proposal.amount}"
    return [of_the_clock("compensation_moved", office, old=moved.decider, new=amount, note=proposal.text)]


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
    return event(f"compensation_{decision}", office, by, old=proposal.by, new=amount, note=reason)
