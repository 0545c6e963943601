"""What the clock will do, done at once or left out: by whoever leads what it is about, or stands above it.

What would only be true at its moment, such as that somebody is late, is not said before: whoever owes it is reminded
instead, and the limit stays as agreed. Nobody leaves out what comes of their own delay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from department.agreement import Member
from department.people import Office
from department.records import Deadline, Event, Refused, event

if TYPE_CHECKING:
    from department import Rules

NOTHING_TO_SEND: Final = Refused("nothing_to_send")
"""It was done already, or is not to be done before its time."""

Early = Literal["send", "remind", ""]


def early(rules: Rules, record: Any, office: Office, kind: str) -> Early:
    """What can be done now of what a limit will bring: the same, a reminder to whoever owes it, or nothing."""
    runs = kind in [deadline.kind for deadline in rules.deadlines(record, office)]
    if not runs or kind in (*rules.only_in_time, *rules.only_looks):
        return ""
    return "remind" if rules.owes(record, office, kind) else "send"


def bring_forward(rules: Rules, record: Any, office: Office, by: Member, kind: str) -> list[Event] | Refused:
    """Do that now."""
    if refused := rules.may_post(record, office, by, kind):
        return refused
    if not early(rules, record, office, kind):
        return NOTHING_TO_SEND
    if person := rules.owes(record, office, kind):
        return [event("prompted", office, by, old=kind, new=person)]
    if rules.bring_forward is not None:
        return rules.bring_forward(record, office, by, kind=kind)
    return [replace(each, actor=by.id) for each in rules.fall_due(record, office, kind)]


def leave_out(rules: Rules, record: Any, office: Office, by: Member, due: Deadline) -> list[Event] | Refused:
    """Leave a limit out at its moment; what cannot be thought away from its record is called off with that."""
    if refused := rules.may_post(record, office, by, due.kind):
        return refused
    if due.kind in rules.only_looks:
        return NOTHING_TO_SEND
    if due.kind in rules.calls_off:
        return rules.calls_off[due.kind](record, office, by)
    return [event("left_out", office, by, old=due.due_at.isoformat(), new=due.kind)]


def put_back(rules: Rules, record: Any, office: Office, by: Member, due: Deadline) -> list[Event] | Refused:
    """Take that back before its moment."""
    if refused := rules.may_post(record, office, by, due.kind):
        return refused
    return [event("put_back", office, by, old=due.due_at.isoformat(), new=due.kind)]


def pass_over(record: Any, office: Office, kind: str) -> None:
    """A limit is over, and does not fall due again."""
    record.fired = (*record.fired, kind)


def for_supervisors(office: Office) -> Refused:
    """That only supervisors may, with who they are."""
    return Refused("for_supervisors", {"who": ", ".join(boss.id for boss in office.supervisors())})


def not_ones_own(person: str, office: Office, by: Member) -> Refused | None:
    """Whoever owes something does not let themselves off, unless nobody stands above them."""
    if person != by.id or office.is_supervisor(by):
        return None
    return Refused("own_limit", {"who": ", ".join(boss.id for boss in office.supervisors())})
