"""When those who signed up for an activity are reminded of it."""

from __future__ import annotations

from department import activities
from department.activities import Activity
from tests.department.test_meetings import HE, WU, at, office


def hiking() -> Activity:
    """Announced for Saturday morning, with Wu Mengjie and He Rui."""
    assert WU is not None
    assert HE is not None
    there = office("2026-10-14 09:00")
    made = activities.announce(
        there,
        WU,
        title="Hiking",
        text="",
        place="",
        begins_at=at("2026-10-17 09:30"),
        seats=0,
        workspace="T1",
        number=lambda: 1,
    )
    assert isinstance(made, tuple)
    for member in (WU, HE):
        activities.join(made[0], there, member)
    return made[0]


def test_on_the_working_day_before_each_is_reminded_and_the_organizer_hears_how_many_come() -> None:
    activity, there = hiking(), office("2026-10-16 15:00")
    [event] = activities.fall_due(activity, there, "remind")
    told = activities.notices(event, activity, there)
    assert {each.to: each.wording for each in told} == {"he.rui": "reminded", "wu.mengjie": "headcount"}
    assert {each.lapses_at for each in told} == {activity.begins_at}


def test_after_a_standstill_nobody_is_reminded_of_what_has_begun() -> None:
    activity = hiking()
    assert activities.fall_due(activity, office("2026-10-17 12:00"), "remind") == []
    assert [each.kind for each in activities.deadlines(activity, office("2026-10-17 12:00"))] == ["over"]
