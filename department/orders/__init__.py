"""An order's whole life, from inquiry to after-sales: six stages, each handed over and acknowledged.

What it is stands in `record`, its beginning, terms and end in `life`, its way from one person to the next in
`handoffs`. What has to be done is in `checklist`, by when in `limits`, the dates it hangs on in `dates`; what the clock
does in `clock`. `parts` says who may, `told` who is told of it, `adoption` what a file may bring.
"""

from department.orders.adoption import adopt, may_bring_customers
from department.orders.checklist import (
    complete,
    condition_of,
    is_done,
    lines_of,
    missing_lines,
    open_lines,
    override,
    payment_of,
    person_of,
    ticked_lines,
    untick,
)
from department.orders.clock import asks, deadlines, fall_due, is_late, next_limit, review, sum_up
from department.orders.dates import risks, set_dates, warnings
from department.orders.handoffs import (
    acknowledge,
    bounce,
    may_offer,
    offer,
    order_number,
    receivers_of,
    redirect,
    withdraw,
)
from department.orders.life import (
    EmergencyNews,
    cancel,
    close,
    hear_of_emergency,
    hold,
    lose,
    note,
    open_inquiry,
    reassign,
    reopen,
    resume,
    revise,
)
from department.orders.limits import credit_due
from department.orders.parts import may_answer, may_decide, may_see, may_work
from department.orders.record import LONGEST, OPEN, SILENT, SUBJECT, Done, Handoff, Order, State, Terms, next_stage
from department.orders.told import notices

__all__ = [
    "LONGEST",
    "OPEN",
    "SILENT",
    "SUBJECT",
    "Done",
    "EmergencyNews",
    "Handoff",
    "Order",
    "State",
    "Terms",
    "acknowledge",
    "adopt",
    "asks",
    "bounce",
    "cancel",
    "close",
    "complete",
    "condition_of",
    "credit_due",
    "deadlines",
    "fall_due",
    "hear_of_emergency",
    "hold",
    "is_done",
    "is_late",
    "lines_of",
    "lose",
    "may_answer",
    "may_bring_customers",
    "may_decide",
    "may_offer",
    "may_see",
    "may_work",
    "missing_lines",
    "next_limit",
    "next_stage",
    "note",
    "notices",
    "offer",
    "open_inquiry",
    "open_lines",
    "order_number",
    "override",
    "payment_of",
    "person_of",
    "reassign",
    "receivers_of",
    "redirect",
    "reopen",
    "resume",
    "review",
    "revise",
    "risks",
    "set_dates",
    "sum_up",
    "ticked_lines",
    "untick",
    "warnings",
    "withdraw",
]
