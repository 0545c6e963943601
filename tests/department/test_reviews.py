"""The record of a talk of two: both answer it, and then it stays."""

from __future__ import annotations

from datetime import date

import pytest

from department import meetings, reviews
from department.agreement import Agreement
from department.meetings import Meeting
from department.records import Event, Refused
from tests.department.test_meetings import CHEN, HE, LIN, WHOLE, WU, office, talk

OFFICE = office("2026-10-20 15:00")


@pytest.fixture
def over() -> Meeting:
    """The talk with Wu Mengjie, which is over."""
    found = talk()
    found.state = "closed"
    return found


def write(meeting: Meeting, change: str = "Hand over before leave") -> list[Event] | list[Refused] | Refused:
    """The chair writes the record."""
    assert LIN is not None
    texts = {"numbers": "", "keep": "Answers at once", "change": change, "support": "Training"}
    return reviews.write(meeting, OFFICE, LIN, **texts, next_on=date(2027, 1, 5))


def reason(refused: object) -> str:
    """Why something was not done."""
    assert isinstance(refused, Refused)
    return refused.reason


def test_whoever_did_not_write_the_record_is_asked_and_answers_once(over: Meeting) -> None:
    assert LIN is not None
    assert WU is not None
    write(over)
    assert [(each.to, each.what) for each in meetings.asks(over, OFFICE)] == [("wu.mengjie", "review")]
    assert reason(reviews.agree(over, OFFICE, LIN)) == "answered_already"
    assert reviews.agree(over, OFFICE, WU) == [Event(what="review_agreed", actor="wu.mengjie", at=OFFICE.now)]
    assert meetings.asks(over, OFFICE) == []
    assert reason(reviews.dissent(over, OFFICE, WU, reason="No")) == "answered_already"


def test_written_anew_it_is_answered_anew_and_once_both_have_it_stays(over: Meeting) -> None:
    assert WU is not None
    write(over)
    write(over, change="Ask for cover in time")
    assert over.review is not None
    assert over.review.change == "Ask for cover in time"
    assert meetings.still_to_answer(over) == ["wu.mengjie"]
    reviews.dissent(over, OFFICE, WU, reason="Nobody could take them over")
    assert reason(write(over, change="Something else")) == "review_settled"


def test_nobody_else_writes_or_reads_it_but_whom_the_agreement_names(over: Meeting) -> None:
    assert HE is not None
    assert CHEN is not None
    write(over)
    assert reason(reviews.agree(over, OFFICE, HE)) == "private"
    assert reason(meetings.may_see(over, OFFICE, HE)) == "private"
    series = WHOLE.meetings["quarterly_review"].model_copy(update={"open_to": (HE.role,)})
    opened = Agreement.model_construct(**{**dict(WHOLE), "meetings": {"quarterly_review": series}})
    assert meetings.may_see(over, office("2026-10-20 15:00", agreement=opened), HE) is None
    assert reason(meetings.may_see(over, office("2026-10-20 15:00", agreement=opened), CHEN)) == "private"
    assert reason(reviews.agree(over, office("2026-10-20 15:00", agreement=opened), HE)) == "private"


def test_what_is_written_of_a_talk_stays_with_those_who_had_it_when_the_agreement_changes(over: Meeting) -> None:
    write(over)
    for meetings_now in (
        {},
        {"quarterly_review": WHOLE.meetings["quarterly_review"].model_copy(update={"chair": "a"})},
    ):
        changed = Agreement.model_construct(**{**dict(WHOLE), "meetings": meetings_now})
        assert meetings.review(over, office("2026-10-21 09:00", agreement=changed)) == []
        assert (over.state, over.chair, over.people) == ("closed", "lin.zhiyuan", ("lin.zhiyuan", "wu.mengjie"))


def test_before_the_talk_there_is_nothing_to_write_and_half_a_record_is_refused(over: Meeting) -> None:
    assert write(over, change=" ") == [Refused("text_missing", field="change")]
    over.state = "asked"
    assert reason(write(over)) == "no_record_yet"
