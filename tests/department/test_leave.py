"""The rules of leave that need no Slack to be seen: where nobody stands in, and who is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.demo import sample_agreement
from department import leave as rules
from department.agreement import Leave
from department.leave import Absence
from department.people import Office
from department.records import Event

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
OFFICE = Office(sample_agreement(), NOW)
DAY = date(2026, 10, 14)


def absence(member: str) -> Absence:
    """A day on which somebody wants to be away."""
    return Absence(workspace="T1", number=1, member=member, first=DAY, last=DAY, filed_by=member, filed_at=NOW)


def away(member: str, day: date = DAY) -> Office:
    """The department in which somebody has entered leave already."""
    return replace(OFFICE, entered=(Leave.model_validate({"member": member, "from": day, "to": day}),))


def told_of_a_hole(planned: Absence, office: Office) -> list[str]:
    """Who hears that nobody stands in."""
    event = Event(what="planned", actor=planned.member, at=NOW)
    return [notice.to for notice in rules.notices(event, planned, office) if notice.wording == "hole"]


def test_the_manager_hears_of_a_hole_whoever_of_the_two_enters_their_leave_last() -> None:
    # Jiang Bo stands in for Ye Xiaoyan
    assert told_of_a_hole(absence("ye.xiaoyan"), away("jiang.bo")) == ["lin.zhiyuan"]
    assert told_of_a_hole(absence("jiang.bo"), away("ye.xiaoyan")) == ["lin.zhiyuan"]
    assert told_of_a_hole(absence("ye.xiaoyan"), OFFICE) == []


def test_a_sick_note_after_the_fact_tells_of_no_hole_that_is_over() -> None:
    yesterday = date(2026, 10, 11)
    ill = replace(absence("ye.xiaoyan"), first=date(2026, 10, 9), last=NOW.date())
    assert told_of_a_hole(ill, away("jiang.bo", date(2026, 10, 9))) == []
    assert told_of_a_hole(replace(ill, first=yesterday), away("jiang.bo", NOW.date())) == ["lin.zhiyuan"]


def test_a_deputy_whose_account_is_closed_leaves_a_hole() -> None:
    closed = replace(OFFICE, closed=frozenset({"jiang.bo"}))
    assert told_of_a_hole(absence("ye.xiaoyan"), closed) == ["lin.zhiyuan"]


def test_while_the_manager_is_away_the_next_supervisor_hears_of_a_hole() -> None:
    both = (*away("jiang.bo").entered, *away("lin.zhiyuan", NOW.date()).entered)
    [told] = told_of_a_hole(absence("ye.xiaoyan"), replace(OFFICE, entered=both))
    assert told == "gu.mingde"
