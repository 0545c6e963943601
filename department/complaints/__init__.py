"""A complaint's whole life: filed, acknowledged, investigated, resolved, closed; and what happens when nobody acts.

Two people on every case: the owner (sales) speaks to the customer, the handler finds the cause. Nobody decides
compensation on a case they work on. A case that demands a corrective action cannot close without one.

What it is stands in `record`, how it begins in `filing`, what people do to it in `life`, compensation in `money`, what
the clock does in `clock`, by when in `limits`. `parts` says who may, `told` who is told of it.
"""

from department.complaints.clock import asks, deadlines, fall_due, may_post, owes, pass_over, review
from department.complaints.filing import Report, file
from department.complaints.life import (
    acknowledge,
    acknowledge_by_reaction,
    carrier_notice_sent,
    change_severity,
    close,
    keep_promise,
    note,
    promise,
    reassign,
    reopen,
    resolve,
    resume,
    wait_for_customer,
)
from department.complaints.limits import (
    Durations,
    carrier_notice_by,
    demands_corrective_action,
    durations,
    first_response_due,
    resolution_due,
)
from department.complaints.money import decide_compensation, may_decide, propose_compensation, withdraw_compensation
from department.complaints.parts import may_close, may_reopen, may_work
from department.complaints.record import (
    OPEN,
    SUBJECT,
    Complaint,
    Evidence,
    Promise,
    State,
    Stretch,
)
from department.complaints.told import notices

__all__ = [
    "OPEN",
    "SUBJECT",
    "Complaint",
    "Durations",
    "Evidence",
    "Promise",
    "Report",
    "State",
    "Stretch",
    "acknowledge",
    "acknowledge_by_reaction",
    "asks",
    "carrier_notice_by",
    "carrier_notice_sent",
    "change_severity",
    "close",
    "deadlines",
    "decide_compensation",
    "demands_corrective_action",
    "durations",
    "fall_due",
    "file",
    "first_response_due",
    "keep_promise",
    "may_close",
    "may_decide",
    "may_post",
    "may_reopen",
    "may_work",
    "note",
    "notices",
    "owes",
    "pass_over",
    "promise",
    "propose_compensation",
    "reassign",
    "reopen",
    "resolution_due",
    "resolve",
    "resume",
    "review",
    "wait_for_customer",
    "withdraw_compensation",
]
