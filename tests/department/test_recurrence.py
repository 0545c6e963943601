"""What repeats comes again on the agreed days, and days off are handled as agreed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 40))
@pytest.mark.parametrize("said", ["every 2 weeks on friday", "every monday", "quarterly on day 5", "every working day"])
def test_whoever_looks_later_finds_the_same_days(said: str, since: date, later: int) -> None:
    repeat, until = Repeat.parse(said), since + timedelta(days=60)
    first = list(repeat.between(since, until, CALENDAR, "after"))
    again = list(repeat.between(since + timedelta(days=later), until, CALENDAR, "after"))
    assert [each for each in first if each[0] > since + timedelta(days=later)] == again
