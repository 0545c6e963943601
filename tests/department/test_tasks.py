"""The rules of tasks that need no Slack to be seen: who judges what somebody did, and how far ahead anything is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo import sample_agreement
from department import leave
from department import tasks as rules
from department.agreement import Leave, Member
from department.people import Office
from department.records import Refused
from department.tasks import Given, Task

AGREEMENT = sample_agreement()
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
OFFICE = Office(AGREEMENT, NOW)
DUE = NOW + timedelta(days=2)


def who(member: str) -> Member:
    """A member of the sample department."""
    found = AGREEMENT.member(member)
    assert found is not None
    return found


def without(*members: str) -> Office:
    """The department while these are on leave."""
    days = {"from": NOW.date(), "to": NOW.date()}
    return replace(OFFICE, entered=tuple(Leave.model_validate({"member": each, **days}) for each in members))


def given(giver: str, owner: str, office: Office = OFFICE) -> tuple[Task, list[str]]:
    """A task, and what happened when it was given."""
    made = rules.give(Given(title="PI", owner=owner, due_at=DUE), office, who(giver), workspace="T1", number=lambda: 1)
    assert not isinstance(made, list)
    task, events = made
    return task, [f"{event.what} {event.new}" for event in events]


def test_who_stands_in_for_the_giver_does_not_accept_their_own_result() -> None:
    task, _ = given("wu.mengjie", "chen.yuqing")  # Chen stands in for Wu
    chen, lin, wu = who("chen.yuqing"), who("lin.zhiyuan"), who("wu.mengjie")
    rules.accept(task, OFFICE, chen)
    rules.ask_for_time(task, without("wu.mengjie"), chen, until=DUE + timedelta(days=1), reason="the bank")
    refused = rules.grant_time(task, without("wu.mengjie"), chen)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.facts["who"]) == ("own_result", "lin.zhiyuan")
    [done] = rules.finish(task, without("wu.mengjie"), chen)  # type: ignore[misc]
    told = {notice.to for notice in rules.notices(done, task, without("wu.mengjie"))}
    assert told == {"", "lin.zhiyuan"}
    asked = {(ask.to, ask.stays) for ask in rules.asks(task, without("wu.mengjie"))}
    assert asked == {("wu.mengjie", True), ("lin.zhiyuan", False)}
    assert isinstance(rules.approve(task, without("wu.mengjie"), chen), Refused)
    assert {(ask.to, ask.stays) for ask in rules.asks(task, OFFICE)} == {("wu.mengjie", True)}
    assert rules.may_judge(task, OFFICE, wu) is None
    assert rules.may_judge(task, OFFICE, lin) is None
    assert not isinstance(rules.approve(task, without("wu.mengjie"), lin), Refused)


def test_who_gives_a_task_to_somebody_they_stand_in_for_does_not_do_so_in_silence() -> None:
    _, events = given("wu.mengjie", "zhou.hang", without("zhou.hang"))  # Wu stands in for Zhou
    assert events == ["given zhou.hang", "deputy_is_giver chen.yuqing"]
    _, events = given("wu.mengjie", "zhou.hang")
    assert events == ["given zhou.hang"]


def test_what_comes_back_after_its_moment_is_not_called_late_anew_nor_ready() -> None:
    task, _ = given("wu.mengjie", "jiang.bo")
    rules.finish(task, OFFICE, who("jiang.bo"))
    later = replace(OFFICE, now=DUE + timedelta(days=1))
    rules.send_back(task, later, who("wu.mengjie"), reason="the bank's address")
    assert rules.deadlines(task, later) == []
    assert task.progress < 100


def test_nothing_is_promised_for_later_than_the_calendar_knows() -> None:
    for year in (2038, 2039, 2045):
        late = datetime(year, 12, 15, 9, tzinfo=UTC)
        made = rules.give(
            Given(title="PI", owner="jiang.bo", due_at=late),
            OFFICE,
            who("wu.mengjie"),
            workspace="T1",
            number=lambda: 1,
        )
        assert isinstance(made, list)
        assert [refused.reason for refused in made] == ["too_far"]
        task, _ = given("wu.mengjie", "jiang.bo")
        rules.accept(task, OFFICE, who("jiang.bo"))
        for outcome in (
            rules.change(task, OFFICE, who("wu.mengjie"), Given(title="PI", owner=task.owner, due_at=late)),
            [rules.ask_for_time(task, OFFICE, who("jiang.bo"), until=late, reason="x")],
            leave.file(
                OFFICE,
                who("jiang.bo"),
                member="jiang.bo",
                first=late.date(),
                last=late.date(),
                afternoon=False,
                until_noon=False,
                kind="annual",
                deputy="",
                workspace="T1",
                number=lambda: 1,
            ),
        ):
            assert isinstance(outcome, list)
            assert [each.reason for each in outcome if isinstance(each, Refused)] == ["too_far"], (year, outcome)


def test_more_time_is_not_granted_when_it_is_over_or_the_task_is_off() -> None:
    task, _ = given("wu.mengjie", "jiang.bo")
    wu, jiang = who("wu.mengjie"), who("jiang.bo")
    rules.accept(task, OFFICE, jiang)
    rules.ask_for_time(task, OFFICE, jiang, until=DUE + timedelta(days=1), reason="the bank")
    late = replace(OFFICE, now=DUE + timedelta(days=2))
    refused = rules.grant_time(task, late, wu)
    assert isinstance(refused, Refused)
    assert (refused.reason, task.due_at) == ("in_the_past", DUE)
    rules.cancel(task, late, wu, reason="not needed")
    for answer in (rules.grant_time, rules.refuse_time):
        refused = answer(task, late, wu)
        assert isinstance(refused, Refused)
        assert refused.reason == "nothing_wished"


def test_what_fell_due_before_today_stands_in_the_morning_and_is_not_said_again() -> None:
    task, _ = given("wu.mengjie", "jiang.bo")
    rules.accept(task, OFFICE, who("jiang.bo"))
    task.priority = "urgent"
    for hours, told in ((1, {"", "jiang.bo", "wu.mengjie"}), (24, {""})):
        office = replace(OFFICE, now=DUE + timedelta(hours=hours))
        [slipped] = rules.fall_due(replace(task), office, "overdue")
        assert {notice.to for notice in rules.notices(slipped, task, office)} == told
