"""Meetings that prepare themselves: everybody is asked for a line, the agenda fills itself from the records, decisions
and actions stay. A meeting comes from a series of the agreement, or somebody calls one; a private one is a talk of two.

What it is stands in `record`, when the agreement's own come in `series`, what people do in `life`, what the clock does
in `clock`. `parts` says who leads it, who is there and who may, `told` who is asked and told.
"""

from department.meetings.clock import asked_at, asks, deadlines, fall_due, foreseen, pass_over, review
from department.meetings.life import (
    appoint,
    attend,
    bring_forward,
    call,
    call_off,
    decide,
    end,
    excuse,
    may_post,
    move,
    resume,
    skip,
    take_action,
    write,
)
from department.meetings.parts import (
    absent,
    chairs,
    channel,
    has_card,
    keeps_record,
    may_change,
    may_decide,
    may_lead,
    may_resume,
    may_see,
    may_write,
    series_of,
    still_to_answer,
)
from department.meetings.record import FOLLOWING, OPEN, SUBJECT, Decision, Line, Meeting, Otherwise, Review, Topic
from department.meetings.series import LOOKED_BACK, plan
from department.meetings.told import notices

__all__ = [
    "FOLLOWING",
    "LOOKED_BACK",
    "OPEN",
    "SUBJECT",
    "Decision",
    "Line",
    "Meeting",
    "Otherwise",
    "Review",
    "Topic",
    "absent",
    "appoint",
    "asked_at",
    "asks",
    "attend",
    "bring_forward",
    "call",
    "call_off",
    "chairs",
    "channel",
    "deadlines",
    "decide",
    "end",
    "excuse",
    "fall_due",
    "foreseen",
    "has_card",
    "keeps_record",
    "may_change",
    "may_decide",
    "may_lead",
    "may_post",
    "may_resume",
    "may_see",
    "may_write",
    "move",
    "notices",
    "pass_over",
    "plan",
    "resume",
    "review",
    "series_of",
    "skip",
    "still_to_answer",
    "take_action",
    "write",
]
