"""What repeats comes again on the agreed days, and days off are handled as agreed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from department import recurrence
from department.recurrence import DAYS, OnDayOff, Repeat
from tests.department.test_dates import CALENDAR

SEPTEMBER = date(2026, 9, 14)  # a Monday; 1 to 7 October are days off, 10 October is a working Saturday


def days(written: str, on_day_off: OnDayOff, n: int, after: date = SEPTEMBER) -> list[str]:
    found = islice(Repeat.parse(written).days_after(after, CALENDAR, on_day_off), n)
    return [day.strftime("%m-%d") for day in found]


@pytest.mark.parametrize(
    ("written", "on_day_off", "expected"),
    [
        ("every monday", "keep", ["09-21", "09-28", "10-05", "10-12"]),
        ("every monday", "skip", ["09-21", "09-28", "10-12", "10-19"]),
        ("every monday", "before", ["09-21", "09-28", "09-30", "10-12"]),
        ("every monday", "after", ["09-21", "09-28", "10-08", "10-12"]),
        ("Every 2 weeks on friday", "keep", ["09-18", "10-02", "10-16"]),
        ("every working day", "skip", ["09-15", "09-16", "09-17", "09-18", "09-20"]),
        ("monthly on day 31", "keep", ["09-30", "10-31", "11-30"]),
        ("monthly on day 5", "before", ["09-30", "11-05", "12-04"]),
        ("monthly on the first monday", "after", ["10-08", "11-02", "12-07"]),
        ("monthly on the last friday", "keep", ["09-25", "10-30", "11-27"]),
        ("monthly on the last working day", "skip", ["09-30", "10-30", "11-30"]),
    ],
)
def test_the_days_of_the_vocabulary(written: str, on_day_off: OnDayOff, expected: list[str]) -> None:
    assert days(written, on_day_off, len(expected)) == expected


@pytest.mark.parametrize("said", ["", "sometimes", "every blue monday", "monthly on day 32", "every 1 weeks on friday"])
def test_anything_else_is_refused_with_examples(said: str) -> None:
    with pytest.raises(ValueError, match="every monday"):
        Repeat.parse(said)


@given(
    st.sampled_from(
        [f"every {day}" for day in DAYS]
        + ["every working day", "monthly on day 29", "monthly on the last working day", "every 3 weeks on sunday"]
    ),
    st.sampled_from(["before", "after", "skip"]),
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
)
def test_the_days_rise_and_are_working_days(written: str, on_day_off: OnDayOff, after: date) -> None:
    found = list(islice(Repeat.parse(written).days_after(after, CALENDAR, on_day_off), 6))
    assert found == sorted(set(found))
    assert all(day > after and CALENDAR.is_working_day(day) for day in found)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 40), st.sampled_from(["before", "after", "skip"]))
@pytest.mark.parametrize("said", ["every 2 weeks on friday", "every monday", "quarterly on day 5", "every working day"])
def test_whoever_looks_later_finds_the_same_days(said: str, since: date, later: int, on_day_off: OnDayOff) -> None:
    repeat, until = Repeat.parse(said), since + timedelta(days=140)
    first = list(repeat.between(since, until, CALENDAR, on_day_off))
    again = list(repeat.between(since + timedelta(days=later), until, CALENDAR, on_day_off))
    assert again
    assert [each for each in first if each[0] > since + timedelta(days=later)] == again
    taking_place = [day for _, day in first if day is not None]
    assert taking_place == sorted(set(taking_place))


@pytest.mark.parametrize(
    ("written", "on_day_off", "expected"),
    [
        # 15 to 23 February 2026 are days off: the first of two Mondays is made up for, and not the other one as well
        ("every monday", "after", {"02-09": "02-09", "02-16": "02-24", "02-23": None, "03-02": "03-02"}),
        ("every monday", "before", {"02-09": "02-09", "02-16": "02-14", "02-23": None, "03-02": "03-02"}),
        # on the Tuesday after them there is a meeting of its own
        ("every tuesday", "after", {"02-10": "02-10", "02-17": None, "02-24": "02-24", "03-03": "03-03"}),
        ("every 2 weeks on friday", "after", {"02-06": "02-06", "02-20": "02-24", "03-06": "03-06"}),
    ],
)
def test_a_holiday_brings_no_two_occurrences_to_one_day(
    written: str, on_day_off: OnDayOff, expected: dict[str, str | None]
) -> None:
    found = Repeat.parse(written).between(date(2026, 2, 3), date(2026, 3, 7), CALENDAR, on_day_off)
    assert {f"{plain:%m-%d}": day and f"{day:%m-%d}" for plain, day in found} == expected


SAID = {
    "每周五 发周报": ("every friday", "发周报"),
    "每周三 发周报": ("every wednesday", "发周报"),
    "每两周周四 盘点": ("every 2 weeks on thursday", "盘点"),
    "每三周周二 盘点": ("every 3 weeks on tuesday", "盘点"),
    "每月第二个周二 例会": ("monthly on the second tuesday", "例会"),
    "every Thurs reconcile": ("every thursday", "reconcile"),
    "every month on the 5th reconcile": ("monthly on day 5", "reconcile"),
    "every Friday send the weekly report": ("every friday", "send the weekly report"),
    "send the weekly report every Friday": ("every friday", "send the weekly report"),
    "每个工作日 核对到账": ("every working day", "核对到账"),
    "隔周五 对账": ("every 2 weeks on friday", "对账"),
    "every other Friday reconcile": ("every 2 weeks on friday", "reconcile"),
    "每月5号 付房租": ("monthly on day 5", "付房租"),
    "pay the rent on the 5th of each month": ("monthly on day 5", "pay the rent"),
    "每月最后一个工作日 结账": ("monthly on the last working day", "结账"),
    "每月第一个周一 例会": ("monthly on the first monday", "例会"),
    "the first Monday of every month meet": ("monthly on the first monday", "meet"),
    "每季度5日 报税": ("quarterly on day 5", "报税"),
}


@pytest.mark.parametrize("said", SAID)
def test_how_often_is_understood_in_either_language(said: str) -> None:
    found = recurrence.find(said)
    assert found is not None
    assert (str(found.repeat), f"{found.before} {found.after}".strip()) == SAID[said]


@pytest.mark.parametrize("said", ["每天打卡", "daily report", "monthly report by Friday", "每次发货前"])
def test_what_is_no_repetition_of_the_agreement_is_none(said: str) -> None:
    assert recurrence.find(said) is None
