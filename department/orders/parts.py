"""Who has which part of an order, and who may do what to it."""

from __future__ import annotations

from collections.abc import Collection

from department.agreement import Member
from department.orders.record import Handoff, Order, Terms
from department.people import Office
from department.records import Event, Refused


def may_work(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not work on the order now, if so."""
    if by.id not in may_act(order, office):
        return not_yours(order)
    if order.state == "on_hold":
        return Refused("on_hold")
    return None if order.state == "open" else Refused("order_over")


def may_decide(order: Order, office: Office, by: Member) -> Refused | None:
    """Why `by` may not decide now what becomes of the whole order, if so: its terms, to hold it, to call it off. Its
    owner and its salesperson, who stands in for them, their mentors and leads, and the manager may."""
    if by.id not in deciders(order, office):
        return not_to_decide(order, office)
    return may_work(order, office, by)


def may_see(order: Order, office: Office, by: Member) -> bool:
    """Whether somebody may see the order: everybody of the agreement."""
    return office.agreement.member(by.id) is not None


def may_answer(handoff: Handoff, office: Office) -> set[str]:
    """Who may acknowledge or bounce a handoff: its receiver, who stands in, and whom it was escalated to."""
    receiver = office.agreement.member(handoff.receiver)
    cover = {office.stand_in(receiver).id} if receiver else set()
    return {handoff.receiver, *cover, *handoff.told} - {handoff.sender}


def may_act(order: Order, office: Office) -> set[str]:
    """The order's people, those who stand in for them, mentors, leads of their roles, and the manager."""
    return _and_theirs((order.owner, *order.people.values()), office)


def deciders(order: Order, office: Office) -> set[str]:
    """Who decides about the whole order: its owner and its salesperson, and theirs."""
    return _and_theirs((order.owner, *_salespeople(order, office)), office)


def _salespeople(order: Order, office: Office) -> list[str]:
    return [person for role, person in order.people.items() if role == office.agreement.stages[0].owner_role]


def not_yours(order: Order) -> Refused:
    """That the order is other people's, with who they are."""
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((order.owner, *order.people.values())))})


def not_to_decide(order: Order, office: Office) -> Refused:
    """That others decide about the order, with who they are."""
    return Refused("not_yours", {"who": ", ".join(dict.fromkeys((order.owner, *_salespeople(order, office))))})


def _and_theirs(persons: Collection[str], office: Office) -> set[str]:
    people = [member for person in persons if (member := office.agreement.member(person))]
    stand_ins = [office.stand_in(member).id for member in people]
    leads = [lead.id for member in people if (lead := office.agreement.lead_of(member.role))]
    mentors = [member.mentor for member in people if member.mentor]
    return {*persons, *stand_ins, *leads, *mentors, *bosses(office)}


def bosses(office: Office) -> list[str]:
    """The ids of the supervisors."""
    return [member.id for member in office.supervisors()]


def gatekeepers(role: str, order: Order, office: Office) -> list[str]:
    """Who opens a gate that is a role's: those who have it, and for whoever is away the one who stands in. Nobody opens
    a gate for their own part of the order in the place of somebody else; then a supervisor does."""
    parts = {order.owner, *(person for its_role, person in order.people.items() if its_role != role)}
    above = [boss for boss in office.supervisors() if boss.id not in parts and office.is_there(boss.id)]
    keepers: list[Member] = []
    for member in office.agreement.with_role(role):
        cover = office.stand_in(member)
        keepers += [member, *([cover] if cover.id not in parts or cover == member else above[:1])]
    return list(dict.fromkeys(keeper.id for keeper in keepers))


def with_role(role: str, office: Office) -> list[str]:
    """Who has a role, and who stands in for them."""
    members = office.agreement.with_role(role)
    return list(dict.fromkeys([*(member.id for member in members), *(office.stand_in(item).id for item in members)]))


def person_with(role: str, order: Order, office: Office) -> Member | None:
    """The order's person of a role, else the first who has it."""
    return office.agreement.member(order.people.get(role, "")) or first_of(role, office)


def first_of(role: str, office: Office) -> Member | None:
    """The lead of a role, else anybody who has it, else a supervisor."""
    candidates = (office.agreement.lead_of(role), *office.agreement.with_role(role), *office.supervisors())
    found = next((person for person in candidates if person is not None), None)
    return office.stand_in(found) if found else None


def owner_role(order: Order, office: Office) -> str:
    """The role that has the order in its present stage."""
    return office.agreement.stage(order.stage).owner_role


def give(order: Order, role: str, to: str, office: Office, actor: str, reason: str) -> Event:
    """Give a role's part of the order to a member, and the order itself where it is that role's now."""
    before = order.people[role]
    order.people = {**order.people, role: to}
    if order.owner == before and role == owner_role(order, office):
        order.owner = to
    return Event(what="person_changed", actor=actor, at=office.now, old=before, new=to, note=reason)


def default_people(
    terms: Terms, office: Office, by: Member, customer_owner: str, tier: str, number: int
) -> dict[str, str]:
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
            chosen = first_of(role, office)
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
