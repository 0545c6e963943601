"""The checklist: which lines an order asks for, who may tick them, and the gates that hold it up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from department.agreement import STAGES, Due, Label, Line, Member, PaymentTerm, Stage
from department.key_dates import FORECAST_LATE
from department.orders.parts import bosses, gatekeepers, may_act, person_with, with_role
from department.orders.record import LONGEST, Done, Order, Terms
from department.people import Office
from department.records import NO_FACTS, Event, Refused, event


def lines_of(order: Order, office: Office) -> list[Line]:
    """The lines that this order's rule, payment term and country ask for now: those the present stage ends with, and
    those of later stages that run already."""
    here, stages = STAGES.index(order.stage), office.agreement.stages
    later = [line for stage in stages[here + 1 :] for line in lines_in(stage, order)]
    return [
        *exit_lines(order, office),
        *(line for line in later if line.from_ and STAGES.index(line.from_) <= here),
    ]


def missing_lines(order: Order, office: Office) -> list[Line]:
    """What has to be done before the present stage ends, and is not."""
    return [line for line in exit_lines(order, office) if not (line.optional or line.recurs or is_done(line, order))]


def exit_lines(order: Order, office: Office) -> list[Line]:
    """The lines of the present stage, and before them the gates of earlier stages that are shut and that something
    still waits for."""
    shut = [line for line in _gates_behind(order, office) if not is_done(line, order)]
    return [*shut, *lines_in(office.agreement.stage(order.stage), order)]


def _gates_behind(order: Order, office: Office) -> list[Line]:
    """The gates of earlier stages that something still waits for."""
    stages, here = office.agreement.stages, STAGES.index(order.stage)
    waited_for = {needed for stage in stages[here:] for line in lines_in(stage, order) for needed in line.needs}
    before = [line for stage in stages[:here] for line in lines_in(stage, order)]
    return [line for line in before if line.gate and line.id in waited_for]


def open_lines(order: Order, office: Office) -> list[Line]:
    """The lines of the present checklist that are not done."""
    return [line for line in lines_of(order, office) if not is_done(line, order)]


def ticked_lines(order: Order, office: Office) -> list[Line]:
    """The lines that can be opened again: those of the present checklist that somebody ticked, and the gates of earlier
    stages that something still waits for."""
    lines = {line.id: line for line in [*_gates_behind(order, office), *lines_of(order, office)]}
    return [line for line in lines.values() if last_done(order, line.id) is not None]


def is_done(line: Line, order: Order) -> bool:
    """Whether a line is done, and looked at by a second person where it must be; what recurs never is."""
    if line.recurs:
        return False
    done = last_done(order, line.id)
    return done is not None and (line.check is None or bool(done.checked_by) or bool(done.reason))


def person_of(line: Line, order: Order, office: Office) -> Member | None:
    """Whose line it is now: the order's person of its role, the second person where the first has done theirs."""
    role = line.check if line.check and last_done(order, line.id) is not None else line.role
    return person_with(role, order, office)


def payment_of(order: Order, office: Office) -> PaymentTerm | None:
    """The order's term of payment."""
    return office.agreement.orders.payment_terms.get(order.payment)


def condition_of(line: Line, order: Order, office: Office) -> Label | None:
    """What must be there before a gate on the way to production opens, under the order's term of payment."""
    term, production = payment_of(order, office), STAGES.index("production")
    before = [item.id for stage in office.agreement.stages[:production] for item in stage.lines if item.gate]
    return term.gate if term and line.id in before else None


def complete(
    order: Order,
    office: Office,
    by: Member,
    *,
    lines: Collection[str],
    note: str = "",
    held: Mapping[str, str] = NO_FACTS,
) -> list[Event] | Refused:
    """Tick lines of the checklist, with a note where there is something to say: whoever has the line's role, or the
    order. A gate is opened by its own role only; a line that a second person must look at stays open until that person,
    somebody else, ticks it too. `held` are lines that an emergency holds back, each with the emergency's code."""
    if refusal := _may_tick(order, office):
        return refusal
    if stopped := next((line for line in lines if line in held), None):
        return Refused("held_by_emergency", {"line": stopped, "code": held[stopped]}, field="lines")
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
    """Open a line again: whoever ticked it, or has the order; a gate also whoever keeps it."""
    if refusal := _may_tick(order, office):
        return refusal
    done = last_done(order, line)
    if done is None:
        return Refused("nothing_ticked")
    gates = [item for item in all_lines(order, office) if item.id == line and item.gate]
    keepers = [person for gate in gates for person in gatekeepers(gate.role, order, office)]
    if by.id not in {done.by, done.checked_by, order.owner, *keepers, *bosses(office)}:
        return Refused("not_your_line", {"who": done.by})
    order.done = tuple(item for item in order.done if item is not done)
    return [event("unticked", office, by, old=line)]


def override(order: Order, office: Office, by: Member, *, line: str, reason: str) -> list[Event] | Refused:
    """Open a gate in the place of those who may, with a written reason: the role the agreement names for that."""
    if refusal := _may_tick(order, office):
        return refusal
    item = next((item for item in open_lines(order, office) if item.id == line and item.gate), None)
    if item is None:
        return Refused("nothing_ticked")
    allowed = gatekeepers(item.override or item.role, order, office)
    if item.override is None or by.id not in allowed:
        return Refused("not_the_gatekeeper", {"who": ", ".join(allowed)})
    if not reason.strip():
        return Refused("reason_missing", field="reason")
    order.done = (*order.done, Done(line, by.id, office.now, reason=reason.strip()[:LONGEST]))
    return [event("gate_overridden", office, by, new=line, note=reason.strip()[:LONGEST])]


def gates_shut(order: Order, office: Office) -> Refused | None:
    """Why the next stage cannot begin, if a gate is shut."""
    shut = [line for line in exit_lines(order, office) if line.gate and not is_done(line, order)]
    keepers = dict.fromkeys(person for line in shut for person in gatekeepers(line.role, order, office))
    facts = {"line": ", ".join(line.id for line in shut), "who": ", ".join(keepers)}
    return Refused("gate_closed", facts) if shut else None


def shut_gates_again(order: Order, office: Office, by: Member) -> list[Event]:
    """What was opened under one term of payment says nothing under another."""
    gates = {line.id: line for stage in office.agreement.stages for line in stage.lines if line.gate}
    opened = [item for item in order.done if item.line in gates]
    order.done = tuple(item for item in order.done if item not in opened)
    keepers = {item.line: person_with(gates[item.line].role, order, office) for item in opened}
    return [
        event("gate_shut", office, by, old=line, new=keeper.id if keeper else "") for line, keeper in keepers.items()
    ]


def _may_tick(order: Order, office: Office) -> Refused | None:
    if order.state == "on_hold":
        return Refused("on_hold")
    return None if order.state == "open" else Refused("order_over")


def _tick(order: Order, line: Line, office: Office, by: Member) -> list[Event] | Refused:
    done = None if line.recurs else last_done(order, line.id)
    if done is not None and line.check and not done.checked_by:
        if by.id == done.by:
            who = ", ".join(_seconds(line, done.by, office))
            return Refused("second_person", {"line": line.id, "who": who}, field="lines")
        if by.id not in _seconds(line, done.by, office):
            return Refused("not_your_line", {"who": ", ".join(_seconds(line, done.by, office))}, field="lines")
        order.done = tuple(replace(item, checked_by=by.id) if item is done else item for item in order.done)
        return [event("checked", office, by, old=done.by, new=line.id)]
    if done is not None:
        return []
    allowed = set(gatekeepers(line.role, order, office) if line.gate else with_role(line.role, office))
    if line.gate and by.id not in allowed:
        return Refused("gate_closed", {"line": line.id, "who": ", ".join(sorted(allowed))}, field="lines")
    if line.check:  # the two who look are of two roles
        first = person_with(line.role, order, office)
        allowed |= {first.id} if first else set()
    if by.id not in (allowed if line.check else {*allowed, order.owner, *may_act(order, office)}):
        return Refused("not_your_line", {"who": ", ".join(sorted(allowed))}, field="lines")
    open_before = [item.id for item in all_lines(order, office) if item.id in line.needs and not is_done(item, order)]
    if open_before:
        return Refused("needs_first", {"line": line.id, "lines": ", ".join(open_before)}, field="lines")
    order.done = (*order.done, Done(line.id, by.id, office.now))
    return [event("ticked", office, by, new=line.id)]


def _seconds(line: Line, first: str, office: Office) -> list[str]:
    """Who may look over a line as the second person; a supervisor where the first one is all there is."""
    others = [person for person in with_role(line.check or "", office) if person != first]
    return others or [boss for boss in bosses(office) if boss != first]


def last_done(order: Order, line: str) -> Done | None:
    """When a line was last ticked, and by whom."""
    return next((item for item in reversed(order.done) if item.line == line), None)


def all_lines(order: Order, office: Office) -> list[Line]:
    """The lines of all stages that this order asks for."""
    return [line for stage in office.agreement.stages for line in lines_in(stage, order)]


def lines_in(stage: Stage, order: Order) -> list[Line]:
    """The lines of a stage that this order asks for."""
    late = FORECAST_LATE in order.current_dates
    return [line for line in stage.lines if applies(line, order) and (late or not hangs_on_forecast(line))]


def applies(line: Line, order: Terms | Order) -> bool:
    """Whether an order's rule, payment term and country ask for a line."""
    return (
        (not line.rules or order.rule in line.rules)
        and (not line.payments or order.payment in line.payments)
        and (not line.countries or order.country in line.countries)
    )


def hangs_on_forecast(line: Line) -> bool:
    """Whether a line is asked for only once the shipment is at risk."""
    return isinstance(line.due, Due) and line.due.date == FORECAST_LATE
