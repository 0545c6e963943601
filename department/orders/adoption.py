"""Orders that come in a file: what it may bring, and in whose name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields

from department.agreement import STAGES, Line, Member
from department.key_dates import KeyDate
from department.orders.checklist import applies
from department.orders.clock import deadlines, mark
from department.orders.dates import set_dates, unlikely
from department.orders.life import change, problems_of
from department.orders.parts import bosses, default_people, may_work
from department.orders.record import Done, Order, State, Terms
from department.people import Office
from department.records import Event, Refused, event


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
    done: Collection[str] | None,
    people: Mapping[str, str],
    dates: Mapping[str, str],
    workspace: str,
    number: Callable[[], int],
    tier: str = "",
) -> tuple[Order, list[Event]] | list[Refused]:
    """Take an order over from a file: a new one, in the stage the file says or at its confirmation, or what is new
    about one that is known (whose stage and people stay), where `by` may work on it.

    A new one is not past a gate, no gate or line for two people is done, and none before those it needs, only
    because a file says so: whoever may open it has to bring the file, or a manager or whoever looks after the
    agreement, who vouch for what was before. On their word the gates before its stage are open where the file does
    not say what is done (`done` is None). Limits of a new one that have passed already call nobody."""
    if order is not None:
        return _brought_up_to_date(order, office, by, terms=terms, dates=dates)
    if problems := [*problems_of(terms, office), *unlikely(dates, office)]:
        return problems
    stage = stage or "order_confirmation"
    vouches = by.admin or by.id in bosses(office)
    behind = [line.id for line in _gates_before(stage, terms, office)]
    if not vouches and (refused := _not_vouched_for(terms, office, by, {*behind, *(done or ())})):
        return refused
    its_number = number()
    everybody = {**default_people(terms, office, by, "", tier, its_number), **people}
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
    assumed = behind if done is None else []
    order.done = tuple(Done(line, by.id, office.now, assumed=True) for line in assumed)
    order.done += tuple(Done(line, by.id, office.now, checked_by=by.id if vouches else "") for line in done or ())
    order.fired = tuple(mark(deadline) for deadline in deadlines(order, office) if deadline.due_at <= office.now)
    events = [event("imported", office, by, new=order_no)]
    if assumed:
        events.append(event("gates_assumed", office, by, old=stage, new=", ".join(assumed)))
    return order, events


def may_bring_customers(office: Office, by: Member) -> Refused | None:
    """Why `by` may not take customers over from a file, if so. A customer's salesperson gets their orders, so it is for
    the lead of sales, the managers, and whoever looks after the agreement."""
    lead = office.agreement.lead_of(office.agreement.stages[0].owner_role)
    allowed = dict.fromkeys([*([lead.id] if lead else []), *bosses(office)])
    return None if by.admin or by.id in allowed else Refused("customers_not_yours", {"who": ", ".join(allowed)})


def _brought_up_to_date(
    order: Order, office: Office, by: Member, *, terms: Terms, dates: Mapping[str, str]
) -> tuple[Order, list[Event]] | list[Refused]:
    standing = order.current_dates
    moved = {code: value for code, value in dates.items() if code not in standing or standing[code].value != value}
    if terms == order.terms and not moved:
        return order, []
    if refusal := may_work(order, office, by):
        return [refusal]
    if problems := problems_of(terms, office):
        return problems
    events = change(order, terms, office, by)
    planned = set_dates(order, office, by, values=moved, source="")
    return [planned] if isinstance(planned, Refused) else (order, [*events, *planned])


def _gates_before(stage: str, terms: Terms, office: Office) -> list[Line]:
    behind = office.agreement.stages[: STAGES.index(stage)]
    return [line for each in behind for line in each.lines if line.gate and applies(line, terms)]


def _not_vouched_for(terms: Terms, office: Office, by: Member, done: Collection[str]) -> list[Refused]:
    lines = [line for stage in office.agreement.stages for line in stage.lines]
    asked_for = [line.id for line in lines if applies(line, terms)]
    refused = []
    for line in (line for line in lines if line.id in done):
        if before := [needed for needed in line.needs if needed in asked_for and needed not in done]:
            refused.append(Refused("needs_first", {"line": line.id, "lines": ", ".join(before)}))
        allowed = [member.id for member in office.agreement.with_role(line.role)]
        if (line.gate or line.check) and by.id not in allowed:
            facts = {"line": line.id, "who": ", ".join(allowed)}
            refused.append(Refused("gate_closed" if line.gate else "not_your_line", facts))
    return refused
