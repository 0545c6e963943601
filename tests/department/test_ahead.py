"""What the clock will do, done at once or left out by who may: of every subject, one limit after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from department import SUBJECTS, ahead, awards, emergencies, meetings, orders, tasks
from department.people import Office
from department.records import Deadline, Refused
from tests.department.test_activities import hiking
from tests.department.test_awards import voting
from tests.department.test_complaints import filed
from tests.department.test_meetings import LIN, WHOLE, office, weekly
from tests.department.test_orders import order
from tests.department.test_orders import who as somebody
from tests.department.test_tasks import given

MONDAY = office("2026-10-12 09:00")


def urgent() -> tasks.Task:
    """An urgent task that Wu Mengjie gave to He Rui."""
    task, _ = given("wu.mengjie", "he.rui")
    task.priority = "urgent"
    return task


def handed_over() -> orders.Order:
    """An order with a date, offered to Jiang Bo by Huang Tao."""
    offered = order("production")
    orders.set_dates(offered, MONDAY, somebody("zhou.hang"), values={"promised_shipment": "2026-10-30"}, source="")
    receivers = {"logistics": "jiang.bo"}
    boss = somebody("lin.zhiyuan")
    outcome = orders.offer(offered, MONDAY, boss, to_stage="logistics", receivers=receivers, reason="The ship sails")
    assert not isinstance(outcome, Refused), outcome
    return offered


def hijacked() -> emergencies.Emergency:
    """The first playbook, declared by Wu Mengjie."""
    made = emergencies.declare(
        MONDAY,
        somebody("wu.mengjie"),
        playbook=next(iter(WHOLE.emergencies)),
        order=0,
        concerns="",
        people={},
        what_happened="The truck is gone",
        workspace="T1",
        number=lambda: 1,
    )
    assert isinstance(made, tuple)
    return made[0]


RECORDS = {
    "complaint": lambda: filed(MONDAY),
    "order": handed_over,
    "emergency": hijacked,
    "task": urgent,
    "meeting": weekly,
    "award": lambda: voting("jiang.bo", "fang.min"),
    "activity": hiking,
}


@pytest.mark.parametrize("subject", RECORDS)
def test_what_was_left_out_is_over_once_its_moment_has_come_and_calls_nobody(subject: str) -> None:
    rules = SUBJECTS[subject]
    record: Any = RECORDS[subject]()
    limits = rules.deadlines(record, MONDAY)
    assert limits
    for limit in limits:
        then = replace(MONDAY, now=limit.due_at + timedelta(seconds=1))
        if limit.kind in rules.calls_off or limit not in rules.deadlines(record, then):
            continue
        rules.pass_over(record, then, limit.kind)
        assert limit not in rules.deadlines(record, then), limit.kind


def steered(subject: str, record: Any, by: str, kind: str, there: Office = MONDAY) -> list[tuple[str, str]] | str:
    """What happens, and whom it names, when somebody sends it now; or why not."""
    outcome = ahead.bring_forward(SUBJECTS[subject], record, there, somebody(by), kind)
    return outcome.reason if isinstance(outcome, Refused) else [(event.what, event.new) for event in outcome]


def left_out(subject: str, record: Any, by: str, limit: Deadline) -> str:
    """Whether somebody may leave it out; or why not."""
    outcome = ahead.leave_out(SUBJECTS[subject], record, MONDAY, somebody(by), limit)
    return outcome.reason if isinstance(outcome, Refused) else outcome[0].what


def test_of_a_complaint_nobody_lets_themselves_off_and_nobody_is_called_late_before_they_are() -> None:
    case = filed(MONDAY)
    first = min(SUBJECTS["complaint"].deadlines(case, MONDAY), key=lambda each: each.due_at)
    told = case.told
    assert steered("complaint", case, "lin.zhiyuan", first.kind) == [("prompted", case.owner)]
    assert case.told == told
    assert first in SUBJECTS["complaint"].deadlines(case, MONDAY)
    assert left_out("complaint", case, case.owner, first) == "own_limit"
    assert left_out("complaint", case, case.handler, first) == "left_out"
    assert left_out("complaint", case, "tang.wei", first) == "not_yours"
    assert steered("complaint", case, "tang.wei", first.kind) == "not_yours"


def test_the_giver_of_a_task_sends_its_reminder_early_once_and_the_owner_leaves_nothing_out() -> None:
    task = urgent()
    tasks.accept(task, MONDAY, somebody("he.rui"))
    soon, due = (each for each in tasks.deadlines(task, MONDAY) if each.kind in ("due_soon", "due"))
    assert left_out("task", task, "he.rui", due) == "not_this_task"
    assert steered("task", task, "wu.mengjie", "due_soon") == [("due_soon", "he.rui")]
    assert steered("task", task, "wu.mengjie", "due_soon") == "nothing_to_send"
    assert soon not in tasks.deadlines(task, MONDAY)
    assert steered("task", task, "wu.mengjie", "due") == [("prompted", "he.rui")]
    assert due in tasks.deadlines(task, MONDAY)


def test_what_the_manager_alone_is_asked_of_a_handoff_nobody_else_leaves_out() -> None:
    offered = handed_over()
    limits = {each.kind: each for each in orders.deadlines(offered, MONDAY)}
    silent = next(limit for kind, limit in limits.items() if kind.endswith(orders.SILENT))
    reminder, escalation = (
        next(kind for kind in limits if kind.startswith("handoff") and part in kind)
        for part in (": remind", ": deputy")
    )
    assert left_out("order", offered, offered.owner, silent) == "for_supervisors"
    assert left_out("order", offered, "lin.zhiyuan", silent) == "left_out"
    assert left_out("order", offered, offered.owner, limits[escalation]) == "left_out"
    assert steered("order", offered, "lin.zhiyuan", escalation) == [("prompted", "jiang.bo")]
    assert steered("order", offered, "lin.zhiyuan", reminder) == [("reminded", "jiang.bo")]


def test_whoever_decides_ties_closes_the_ballot_early_or_ends_the_round_without_a_winner() -> None:
    round_, there = voting("jiang.bo", "fang.min"), office("2026-11-05 11:00")
    assert steered("award", round_, "jiang.bo", "close", there) == "not_the_decider"
    agreed = round_.announces_at
    awards.take_count(round_, there, awards.Counted({"jiang.bo": 9}, 9))
    assert steered("award", round_, "lin.zhiyuan", "close", there) == [("closed", "9"), ("counted", "jiang.bo")]
    assert (round_.state, round_.announces_at) == ("counted", agreed)
    assert steered("award", round_, "lin.zhiyuan", "close", there) == "nothing_to_send"
    assert left_out("award", round_, "lin.zhiyuan", Deadline("announce", agreed)) == "void"
    assert (round_.state, round_.winners) == ("void", ())


def test_minutes_that_are_left_out_close_the_meeting_without_a_word() -> None:
    meeting, begun = weekly(), office("2026-10-19 09:00")
    assert LIN is not None
    assert left_out("meeting", meeting, "lin.zhiyuan", meetings.foreseen(meeting, MONDAY)[0]) == "left_out"
    meetings.fall_due(meeting, begun, "begin")
    assert steered("meeting", meeting, "lin.zhiyuan", "shown", begun) == "nothing_to_send"
    meetings.pass_over(meeting, office("2026-10-19 10:00"), "minutes")
    assert meeting.state == "closed"
    assert [each.kind for each in meetings.deadlines(meeting, begun)] == []


def test_thanks_are_never_sent_before_there_is_something_to_thank_for() -> None:
    assert steered("activity", hiking(), "wu.mengjie", "over") == "nothing_to_send"
