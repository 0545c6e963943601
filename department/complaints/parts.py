"""Who has which part of a complaint, and who may do what to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from department.agreement import Category, Member
from department.complaints.record import Complaint, category_of, each_once
from department.people import Office
from department.records import CLOCK, Event, Refused


def may_work(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not work on the case now, if so."""
    if by.id not in may_act(case, office):
        return not_yours(case)
    if case.state in ("resolved", "closed"):
        return Refused("reopen_first")
    return None


def may_close(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not close the case now, if so."""
    if by.id not in may_act(case, office):
        return not_yours(case)
    if case.state == "closed":
        return Refused("already_closed")
    if case.state != "resolved":
        return Refused("resolve_first")
    return Refused("promise_open", {"text": case.open_promises[0].text}) if case.open_promises else None


def may_reopen(case: Complaint, office: Office, by: Member) -> Refused | None:
    """Why `by` may not reopen the case now, if so; whoever filed it may, too."""
    if by.id not in {*may_act(case, office), case.filed_by}:
        return not_yours(case)
    return None if case.state in ("resolved", "closed") else Refused("still_open")


def may_act(case: Complaint, office: Office) -> set[str]:
    """Who may act on the case: those who have it, the leads of their roles, and supervisors."""
    leads = [lead for person in _people(case, office) if (lead := office.agreement.lead_of(person.role))]
    return have_it(case, office) | {person.id for person in (*leads, *office.supervisors())}


def have_it(case: Complaint, office: Office) -> set[str]:
    """Who has the case: owner and handler, those who stand in for them, and everybody it was escalated to."""
    stand_ins = [office.stand_in(person).id for person in _people(case, office)]
    return {case.owner, case.handler, *case.told, *stand_ins}


def _people(case: Complaint, office: Office) -> list[Member]:
    return [person for who in (case.owner, case.handler) if (person := office.agreement.member(who))]


def not_yours(case: Complaint) -> Refused:
    """That the case is other people's, with who they are."""
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((case.owner, case.handler)))})


def not_grave_enough(category: Category, severity: str, office: Office) -> Refused | None:
    """That a complaint of this kind is always graver, if so."""
    order = list(office.agreement.complaints.severities)
    if category.min_severity is None or order.index(severity) <= order.index(category.min_severity):
        return None
    return Refused("severity_too_mild", {"severity": category.min_severity}, field="severity")


def handler_of(category: str, office: Office, order_people: Mapping[str, str] = MappingProxyType({})) -> Member | None:
    """Who has the category's role on the order, else the role's lead, else anybody who has it, else a supervisor."""
    role = category_of(category, office).handler
    agreement = office.agreement
    candidates = (
        agreement.member(order_people.get(role, "")),
        agreement.lead_of(role),
        *agreement.with_role(role),
        *office.supervisors(),
    )
    found = next((person for person in candidates if person is not None), None)
    return None if found is None else office.stand_in(found)


def fallback_owner(office: Office) -> Member:
    """The lead of those who speak to customers, else any of them, else a supervisor, else the first member."""
    agreement = office.agreement
    sales = agreement.complaints.first_contact
    candidates = (agreement.lead_of(sales), *agreement.with_role(sales), *office.supervisors(), *agreement.members)
    return office.stand_in(next(person for person in candidates if person is not None))


def hand_over_from_leavers(case: Complaint, office: Office) -> list[Event]:
    """The parts of people who left the agreement go to others."""
    events: list[Event] = []
    if office.agreement.member(case.owner) is None:
        events.append(hand_over(case, office, CLOCK, "owner", fallback_owner(office), ""))
    if office.agreement.member(case.handler) is None:
        handler = handler_of(case.category, office) or fallback_owner(office)
        events.append(hand_over(case, office, CLOCK, "handler", handler, ""))
    return events


def hand_over(
    case: Complaint, office: Office, actor: str, part: Literal["owner", "handler"], to: Member, reason: str
) -> Event:
    """Give a part of the case to somebody else, who has it from now on."""
    if part == "owner":
        before, case.owner = case.owner, to.id
    else:
        before, case.handler = case.handler, to.id
    case.told, case.worked = each_once(*case.told, to.id), each_once(*case.worked, to.id)
    return Event(what=f"{part}_changed", actor=actor, at=office.now, old=before, new=to.id, note=reason)
