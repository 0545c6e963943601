"""Who leads a meeting, who is asked and told, and when it comes, whatever people and holidays do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.demo import sample_agreement
from bot.views.meetings import card, files, story
from bot.views.wording import Words
from department import meetings
from department.agreement import Agreement, Leave
from department.meetings import Meeting, Topic
from department.people import Office
from department.records import CLOCK, Event, Refused
from tests.department.test_dates import SHANGHAI

WHOLE = sample_agreement()
LIN, CHEN, WU, HE = (WHOLE.member(person) for person in ("lin.zhiyuan", "chen.yuqing", "wu.mengjie", "he.rui"))
LIN_AWAY = Leave.model_validate({"member": "lin.zhiyuan", "from": "2026-10-16", "to": "2026-10-21"})
WU_AWAY = Leave.model_validate({"member": "wu.mengjie", "from": "2026-10-16", "to": "2026-10-21"})


def at(local: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)


def office(local: str, *leave: Leave, agreement: Agreement = WHOLE, **zones: str) -> Office:
    """The department at a moment; zones by family name."""
    ids = {member.id.partition(".")[0]: member.id for member in agreement.members}
    return Office(agreement, at(local), leave, zones={ids[name]: zone for name, zone in zones.items()})


def planned(local: str, agreement: Agreement = WHOLE) -> list[Meeting]:
    """The meetings that are entered at a moment."""
    found = meetings.plan(office(local, agreement=agreement), [])
    return [make("T1", number)[0] for number, make in enumerate(found, 1)]


def weekly() -> Meeting:
    """The meeting of Monday, 19 October 2026."""
    return next(each for each in planned("2026-10-15 09:00") if each.series == "weekly")


def talk() -> Meeting:
    """The talk of the chair with Wu Mengjie, moved to that week."""
    found = next(each for each in planned("2026-09-15 09:00") if each.person == "wu.mengjie")
    found.begins_at, found.moved = at("2026-10-20 14:00"), True
    return found


def told(event: str, meeting: Meeting, there: Office) -> dict[str, str]:
    """Who is told what of an event."""
    return {
        each.to: each.wording for each in meetings.notices(Event(what=event, actor=CLOCK, at=there.now), meeting, there)
    }


@pytest.mark.parametrize("since", ["2026-01-20 09:00", "2026-03-10 09:00", "2026-09-20 09:00", "2027-01-10 09:00"])
def test_nobody_is_asked_to_two_meetings_at_once(since: str) -> None:
    hours = sorted((each.begins_at, each.ends_at, each.series, each.person) for each in planned(since))
    clashes = [(one, other) for one, other in pairwise(hours) if other[0] < one[1]]
    assert clashes == []


def test_talks_of_two_follow_each_other_within_working_time() -> None:
    begins = sorted(each.begins_at for each in planned("2026-12-29 09:30") if each.person)
    assert len(begins) == len(set(begins)) == len(WHOLE.members) - 1
    assert all(WHOLE.work_calendar().is_open(each) for each in begins)
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(begins))


def test_put_to_work_on_a_day_off_it_asks_nobody_before_the_next_working_day() -> None:
    there = office("2026-01-01 00:00")
    # the 4th of January is a Sunday that is worked
    assert min(meetings.asked_at(each, there) for each in planned("2026-01-01 00:00")) == at("2026-01-04 08:30")


def test_what_is_put_back_into_the_agreement_after_its_hour_does_not_come_back() -> None:
    meeting, gone = weekly(), Agreement.model_construct(**{**dict(WHOLE), "meetings": {}})
    meetings.review(meeting, office("2026-10-16 10:00", agreement=gone))
    assert meetings.review(meeting, office("2026-10-19 09:00")) == []
    assert meeting.state == "dropped"
    assert [each.what for each in meetings.review(meeting, office("2026-10-19 08:59"))] == ["restored"]


def test_while_the_chair_is_away_the_deputy_leads_and_is_asked_whether_to_skip() -> None:
    meeting, there = weekly(), office("2026-10-16 15:00", LIN_AWAY)
    assert told("asked", meeting, there)["chen.yuqing"] == "nothing_red"
    assert "lin.zhiyuan" not in told("asked", meeting, there)
    assert CHEN is not None
    assert meetings.may_change(meeting, there, CHEN) is None
    assert meetings.may_change(meeting, office("2026-10-16 15:00"), CHEN) is not None
    meeting.state = "held"
    shown = str(card.card(meeting, there, Words(("en",), "Asia/Shanghai")).as_json())
    assert "Chen Yuqing, for Lin Zhiyuan" in shown


def test_a_chair_whose_account_is_closed_is_stood_in_for_as_well() -> None:
    there = replace(office("2026-10-16 15:00"), closed=frozenset({"lin.zhiyuan"}))
    assert told("asked", weekly(), there)["chen.yuqing"] == "nothing_red"


def test_a_talk_of_two_is_not_held_while_one_of_them_is_away_but_waits_to_be_moved() -> None:
    meeting, there = talk(), office("2026-10-13 10:00", WU_AWAY)
    meetings.fall_due(meeting, there, "ask")
    assert told("asked", meeting, there)["lin.zhiyuan"] == "away_then"
    then = replace(there, now=meeting.begins_at)
    (event,) = meetings.fall_due(meeting, then, "begin")
    assert (event.what, meeting.state) == ("missed", "asked")
    assert told("missed", meeting, then) == {"lin.zhiyuan": "missed"}
    assert meetings.deadlines(meeting, then) == []
    assert LIN is not None
    meetings.move(meeting, then, LIN, to=at("2026-10-22 14:00"))
    assert ("begin", at("2026-10-22 14:00")) in [(each.kind, each.due_at) for each in meetings.deadlines(meeting, then)]
    back = replace(then, now=meeting.begins_at)
    assert [each.what for each in meetings.fall_due(meeting, back, "begin")] == ["begun"]


def test_a_talk_that_one_of_the_two_moves_or_skips_is_told_to_the_other_alone() -> None:
    assert WU is not None
    assert HE is not None
    there = office("2026-10-19 10:00")
    [moved] = meetings.move(talk(), there, WU, to=at("2026-10-21 14:00"))  # type: ignore[misc]
    assert isinstance(moved, Event)
    skipped = Event(what="skipped", actor="wu.mengjie", at=there.now)
    for event in (moved, skipped):
        heard = [(each.to, each.wording) for each in meetings.notices(event, talk(), there)]
        assert heard == [("lin.zhiyuan", event.what)]
    refused = meetings.move(talk(), there, HE, to=at("2026-10-21 14:00"))
    assert isinstance(refused, Refused)


def test_who_sleeps_until_the_meeting_is_over_is_not_asked_for_a_line() -> None:
    meeting, there = weekly(), office("2026-10-19 08:30", wu="America/New_York", he="Europe/Berlin")
    assert "wu.mengjie" not in told("reminded", meeting, there)
    assert "tang.wei" in told("reminded", meeting, there)
    # asked on Friday afternoon, both are reached before Monday
    assert told("asked", meeting, office("2026-10-16 15:00", wu="America/New_York"))["wu.mengjie"] == "line"


def test_everybodys_hour_is_named_where_the_slack_profile_alone_says_where_they_sit() -> None:
    meeting, there = weekly(), office("2026-10-19 08:30", wu="America/New_York")
    said = card.when(meeting, there, Words(("en",), "Asia/Shanghai"))
    assert "Sun 18 Oct 2026 21:00 (America/New_York)" in said


def test_asked_after_the_hour_of_the_reminder_nobody_is_reminded_at_once() -> None:
    meeting, there = weekly(), office("2026-10-19 08:45")
    meetings.fall_due(meeting, there, "ask")
    assert [each.kind for each in meetings.deadlines(meeting, there)] == ["begin"]


def test_after_a_standstill_over_its_hour_nobody_is_asked_or_reminded_of_a_line() -> None:
    meeting, there = weekly(), office("2026-10-19 09:40")
    for kind in ("ask", "remind"):
        assert meetings.fall_due(meeting, there, kind) == []
    assert [each.what for each in meetings.fall_due(meeting, there, "begin")] == ["begun"]
    assert meeting.late


def test_the_minutes_reach_who_was_not_there_and_who_is_away_when_they_are_back() -> None:
    meeting, there = weekly(), office("2026-10-19 09:35", WU_AWAY)
    meeting.state, meeting.cannot = "closed", ("he.rui",)
    assert set(told("closed", meeting, there)) == {""}  # nothing was decided
    meeting.actions = (Topic("action", "寄样品", "send samples"),)
    assert set(told("closed", meeting, there)) == {"", "he.rui", "wu.mengjie"}
    meeting.here = tuple(person for person in meeting.people if person not in ("he.rui", "wu.mengjie", "tang.wei"))
    assert set(told("closed", meeting, there)) == {"", "he.rui", "wu.mengjie", "tang.wei"}
    closed = Event(what="closed", actor=CLOCK, at=there.now)
    [wu] = [each for each in meetings.notices(closed, meeting, there) if each.to == "wu.mengjie"]
    assert wu.not_before == at("2026-10-22 08:00")


def test_who_calls_a_meeting_without_an_agenda_is_not_asked_whether_to_skip_it() -> None:
    assert WU is not None
    there = office("2026-10-14 09:00")
    made = meetings.call(
        there,
        WU,
        title="Prices",
        begins_at=at("2026-10-15 16:00"),
        minutes=30,
        people=["he.rui", "tang.wei"],
        place="",
        workspace="T1",
        number=lambda: 1,
    )
    assert isinstance(made, tuple)
    meeting, _ = made
    assert set(told("asked", meeting, there).values()) == {"line"}
    meetings.appoint(meeting, there, ["he.rui"])
    assert meeting.note_taker == "tang.wei"  # for He Rui did so the last time


def test_begun_early_it_ends_as_much_earlier() -> None:
    meeting, there = weekly(), office("2026-10-16 10:00")
    assert LIN is not None
    meetings.bring_forward(meeting, there, LIN, kind="begin")
    assert meeting.ends_at == there.now + timedelta(minutes=30)


def test_calendars_take_in_another_room_or_length() -> None:
    meeting = weekly()
    series = WHOLE.meetings["weekly"].model_copy(update={"minutes": 60, "place": "Room 9"})
    changed = Agreement.model_construct(**{**dict(WHOLE), "meetings": {"weekly": series}})
    there = office("2026-10-16 10:00", agreement=changed)
    meetings.review(meeting, there)
    meetings.review(meeting, there)
    assert (meeting.minutes, meeting.place, meeting.sequence) == (60, "Room 9", 1)
    invitation = files.invitation(meeting, there, Words(("en",), "Asia/Shanghai")).decode()
    assert "ORGANIZER;CN=" in invitation
    assert "mailto:lin@" in invitation


def test_after_two_meetings_in_a_holiday_there_is_one() -> None:
    days = [
        each.begins_at.astimezone(SHANGHAI).date() for each in planned("2026-01-20 09:00") if each.series == "weekly"
    ]
    assert days[:5] == [date(2026, 1, 26), date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 24), date(2026, 3, 2)]


def test_a_chair_who_cannot_come_is_stood_in_for_and_the_deputy_hears_that_they_lead() -> None:
    meeting, there = weekly(), office("2026-10-16 16:00")
    assert LIN is not None
    assert CHEN is not None
    [event] = meetings.excuse(meeting, there, LIN)  # type: ignore[misc]
    assert isinstance(event, Event)
    [notice] = meetings.notices(event, meeting, there)
    assert (notice.to, meetings.chairs(meeting, there)) == ("chen.yuqing", "chen.yuqing")
    said = str(story.notice(notice, event, meeting, there, Words(("en",), "Asia/Shanghai")).as_json())
    assert "You lead it instead" in said
    assert meetings.may_change(meeting, there, CHEN) is None


def test_whoever_cannot_come_to_a_talk_of_two_leaves_it_to_the_other_to_move_it() -> None:
    meeting, there = talk(), office("2026-10-19 10:00")
    assert LIN is not None
    [event] = meetings.excuse(meeting, there, LIN)  # type: ignore[misc]
    assert isinstance(event, Event)
    assert [(each.to, each.wording) for each in meetings.notices(event, meeting, there)] == [
        ("wu.mengjie", "away_then")
    ]


def test_whoever_took_notes_and_left_the_department_is_replaced() -> None:
    meeting, there = weekly(), office("2026-10-19 09:00")
    meeting.note_taker = "he.rui"
    meetings.appoint(meeting, there, [])
    assert meeting.note_taker == "he.rui"
    meeting.people = tuple(person for person in meeting.people if person != "he.rui")
    meetings.appoint(meeting, there, [])
    assert meeting.note_taker in meeting.people


def test_what_somebody_moves_weeks_ahead_is_told_and_what_the_agreement_moves_then_is_not() -> None:
    meeting, there = weekly(), office("2026-10-01 10:00")
    assert LIN is not None
    [moved] = meetings.move(meeting, there, LIN, to=at("2026-10-20 14:00"))  # type: ignore[misc]
    assert isinstance(moved, Event)
    heard = [each.to for each in meetings.notices(moved, meeting, there)]
    assert set(heard) == {person for person in meeting.people if person != "lin.zhiyuan"}
    assert meetings.notices(replace(moved, actor=CLOCK), meeting, there) == []


def test_a_skip_is_taken_back_by_who_leads_up_to_its_hour_and_calendars_take_it_in_again() -> None:
    meeting, there, words = weekly(), office("2026-10-16 16:00"), Words(("en",), "Asia/Shanghai")
    assert LIN is not None
    assert HE is not None
    meetings.fall_due(meeting, office("2026-10-16 15:00"), "ask")
    meetings.skip(meeting, there, LIN, reason="All is calm")
    assert meetings.deadlines(meeting, there) == []
    assert "METHOD:CANCEL" in files.invitation(meeting, there, words).decode()
    assert isinstance(meetings.resume(meeting, there, HE), Refused)
    assert meetings.resume(meeting, office("2026-10-19 09:00"), LIN) == Refused("meeting_over")
    [event] = meetings.resume(meeting, there, LIN)  # type: ignore[misc]
    assert isinstance(event, Event)
    assert (meeting.state, meeting.reason, meeting.sequence) == ("asked", "", 2)
    assert [each.kind for each in meetings.deadlines(meeting, there)] == ["remind", "begin"]
    assert {each.to for each in meetings.notices(event, meeting, there)} == set(meeting.people) - {"lin.zhiyuan"}
    assert meetings.has_card(meeting)  # the one that said that it was off
    assert "Everybody is asked" in str(card.card(meeting, there, words).as_json())
    assert "METHOD:PUBLISH" in files.invitation(meeting, there, words).decode()
