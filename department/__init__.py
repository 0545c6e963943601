"""The rules of the department: pure Python, no Slack, no SQL, no clock.

This index names each subject's answers: its record, what a changed agreement means for it, the limits that run on
it, what the clock does when one falls due, what it asks of whom, and who is told of what happened. (Its actions are
called by name.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from department import activities, awards, complaints, emergencies, leave, meetings, orders, praise, tasks
from department.agreement import Agreement, Member
from department.ahead import NOTHING_TO_SEND, pass_over
from department.people import Office
from department.records import Ask, Deadline, Event, Notice, Refused


@dataclass(frozen=True, slots=True)
class Rules:
    """What the shell has to know of a subject. The record is the subject's own class, so it is `Any` here.

    `following` are the states in which it follows the agreement; `codes` names, for each attribute that holds a code
    of the agreement, the codes there are; `review` is what a changed agreement means for such a record; `involves` are
    the members who have a part in it; `sum_up` keeps on the record what lists are looked up by; `may_see` says who
    must not even know of a record. `foreseen` are the limits of the states that are still to come, as far as they are
    known.

    `department.ahead` does now, or not at all, what the clock would do, as far as `may_post` lets somebody: `owes` is
    whose delay a limit only tells of, `bring_forward` does all other limits early in another way than `fall_due`,
    `pass_over` marks one as reached and does nothing, and `calls_off` ends, with a limit, what it is about. What is
    `only_in_time` is never done early, and what `only_looks` says nothing by itself.
    """

    record: type[Any]
    following: tuple[str, ...]
    codes: Mapping[str, Callable[[Agreement], Collection[str]]]
    review: Callable[[Any, Office], list[Event]]
    deadlines: Callable[[Any, Office], list[Deadline]]
    fall_due: Callable[[Any, Office, str], list[Event]]
    asks: Callable[[Any, Office], list[Ask]]
    notices: Callable[[Event, Any, Office], list[Notice]]
    involves: Callable[[Any], set[str]]
    sum_up: Callable[[Any, Office], None] = lambda record, office: None
    may_post: Callable[[Any, Office, Member, str], Refused | None] = lambda record, office, by, kind: NOTHING_TO_SEND
    owes: Callable[[Any, Office, str], str] = lambda record, office, kind: ""
    bring_forward: Callable[..., list[Event] | Refused] | None = None
    pass_over: Callable[[Any, Office, str], None] = pass_over
    calls_off: Mapping[str, Callable[[Any, Office, Member], list[Event] | Refused]] = field(default_factory=dict)
    only_in_time: Collection[str] = ()
    only_looks: Collection[str] = ()
    may_see: Callable[[Any, Office, Member], Refused | None] = lambda record, office, by: None
    foreseen: Callable[[Any, Office], list[Deadline]] = lambda record, office: []


SUBJECTS: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        complaints.SUBJECT: Rules(
            complaints.Complaint,
            complaints.OPEN,
            {
                "category": lambda agreement: agreement.complaints.categories,
                "severity": lambda agreement: agreement.complaints.severities,
            },
            complaints.review,
            complaints.deadlines,
            complaints.fall_due,
            complaints.asks,
            complaints.notices,
            lambda case: {case.owner, case.handler},
            may_post=complaints.may_post,
            owes=complaints.owes,
            pass_over=complaints.pass_over,
        ),
        orders.SUBJECT: Rules(
            orders.Order,
            orders.OPEN,
            {"payment": lambda agreement: ("", *agreement.orders.payment_terms)},
            orders.review,
            orders.deadlines,
            orders.fall_due,
            orders.asks,
            orders.notices,
            lambda order: {order.owner, *order.people.values()},
            orders.sum_up,
            may_post=orders.may_post,
            owes=orders.owes,
            pass_over=orders.pass_over,
        ),
        emergencies.SUBJECT: Rules(
            emergencies.Emergency,
            emergencies.OPEN,
            {"playbook": lambda agreement: agreement.emergencies},
            emergencies.review,
            emergencies.deadlines,
            emergencies.fall_due,
            emergencies.asks,
            emergencies.notices,
            lambda emergency: {emergency.lead, *emergency.team.values()},
            may_post=emergencies.may_post,
            owes=emergencies.owes,
        ),
        tasks.SUBJECT: Rules(
            tasks.Task,
            tasks.OPEN,
            {},
            tasks.review,
            tasks.deadlines,
            tasks.fall_due,
            tasks.asks,
            tasks.notices,
            lambda task: {task.owner, task.giver, *task.watchers},
            may_post=tasks.may_post,
            owes=tasks.owes,
            may_see=tasks.may_see,
            foreseen=tasks.foreseen,
        ),
        leave.SUBJECT: Rules(
            leave.Absence,
            leave.OPEN,
            {},
            leave.review,
            leave.deadlines,
            leave.fall_due,
            leave.asks,
            leave.notices,
            lambda absence: {absence.member},
        ),
        praise.SUBJECT: Rules(
            praise.Praise,
            praise.OPEN,
            {"value": lambda agreement: ("", *agreement.praise.values)},
            praise.review,
            praise.deadlines,
            praise.fall_due,
            praise.asks,
            praise.notices,
            lambda praised: {*praised.givers, *praised.people},
            praise.sum_up,
        ),
        meetings.SUBJECT: Rules(
            meetings.Meeting,
            meetings.FOLLOWING,
            {},
            meetings.review,
            meetings.deadlines,
            meetings.fall_due,
            meetings.asks,
            meetings.notices,
            lambda meeting: set(meeting.people),
            may_post=meetings.may_post,
            bring_forward=meetings.bring_forward,
            pass_over=meetings.pass_over,
            calls_off=MappingProxyType({"begin": meetings.call_off}),
            only_looks=("shown",),
            may_see=meetings.may_see,
            foreseen=meetings.foreseen,
        ),
        awards.SUBJECT: Rules(
            awards.Round,
            awards.FOLLOWING,
            {},
            awards.review,
            awards.deadlines,
            awards.fall_due,
            awards.asks,
            awards.notices,
            lambda round_: set(round_.winners),
            may_post=awards.may_post,
            bring_forward=awards.bring_forward,
            calls_off=MappingProxyType(dict.fromkeys(awards.STEPS, awards.call_off)),
            only_looks=("shown",),
            foreseen=awards.foreseen,
        ),
        activities.SUBJECT: Rules(
            activities.Activity,
            activities.OPEN,
            {},
            activities.review,
            activities.deadlines,
            activities.fall_due,
            activities.asks,
            activities.notices,
            lambda activity: {activity.organizer, *activity.coming},
            may_post=activities.may_post,
            pass_over=activities.pass_over,
            only_in_time=("over",),
        ),
    }
)
