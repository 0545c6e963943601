"""Working time, checked by real rows, by both State Council schedules, and minute by minute against the wall clock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from department.calendar import (
    CalendarExhausted,
    Span,
    WorkCalendar,
    add_working_days,
    add_working_time,
    country_calendar,
    working_time_between,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
RIYADH = ZoneInfo("Asia/Riyadh")
NEW_YORK = ZoneInfo("America/New_York")

MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})
TWO_SPANS = (Span(time(8, 30), time(12)), Span(time(13), time(17, 30)))
NIGHT_SHIFT = (Span(time(22), time(6)),)


def the_days(*written: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, written))


def days(first: str, last: str) -> list[date]:
    """Every day from `first` to `last`, both included (ISO dates)."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + n * DAY for n in range((end - begin).days + 1)]


# General Office of the State Council: 国办发明电〔2024〕12号 of 2024-11-12 for 2025, notice of 2025-11-04 for 2026.
STATE_COUNCIL_OFF = frozenset(
    days("2025-01-01", "2025-01-01")
    + days("2025-01-28", "2025-02-04")
    + days("2025-04-04", "2025-04-06")
    + days("2025-05-01", "2025-05-05")
    + days("2025-05-31", "2025-06-02")
    + days("2025-10-01", "2025-10-08")
    + days("2026-01-01", "2026-01-03")
    + days("2026-02-15", "2026-02-23")
    + days("2026-04-04", "2026-04-06")
    + days("2026-05-01", "2026-05-05")
    + days("2026-06-19", "2026-06-21")
    + days("2026-09-25", "2026-09-27")
    + days("2026-10-01", "2026-10-07")
)
STATE_COUNCIL_MAKEUP = the_days(
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
)


def china(first: int = 2025, last: int = 2026, **official: object) -> WorkCalendar:
    return country_calendar(
        "CN",
        range(first, last + 1),
        timezone=SHANGHAI,
        week=MONDAY_TO_FRIDAY,
        spans=TWO_SPANS,
        **official,  # type: ignore[arg-type]
    )


def abroad(country: str, first: int, last: int) -> WorkCalendar:
    return country_calendar(
        country, range(first, last + 1), timezone=ZoneInfo("UTC"), week=MONDAY_TO_FRIDAY, spans=TWO_SPANS
    )


def night_shift() -> WorkCalendar:
    """Tuesday to Saturday nights in New York; both changes of the clocks in 2026 fall into a Saturday's shift."""
    return WorkCalendar(
        timezone=NEW_YORK,
        week=frozenset({1, 2, 3, 4, 5}),
        spans=NIGHT_SHIFT,
        days_off={date(2026, 7, 3): "Independence Day", date(2026, 11, 26): "Thanksgiving"},
        makeup_days=frozenset({date(2026, 11, 30)}),
        official_until=date(2026, 12, 31),
        ends=date(2027, 12, 31),
        begins=date(2026, 1, 1),
    )


def at(calendar: WorkCalendar, local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=calendar.timezone)


def on_the_clock(calendar: WorkCalendar, moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(calendar.timezone).strftime("%Y-%m-%d %H:%M")


class TestTheDaysOfChina:
    @pytest.mark.parametrize("year", [2025, 2026])
    def test_every_day_is_as_the_state_council_announced(self, year: int) -> None:
        calendar = china()
        whole_year = days(f"{year}-01-01", f"{year}-12-31")
        announced = [
            day
            for day in whole_year
            if day in STATE_COUNCIL_MAKEUP or (day.weekday() < 5 and day not in STATE_COUNCIL_OFF)
        ]
        assert [day for day in whole_year if calendar.is_working_day(day)] == announced
        assert [day for day in whole_year if chinese_calendar.is_workday(day)] == announced
        assert not any(calendar.is_provisional(day) for day in whole_year)

    def test_a_year_the_state_council_has_not_announced_is_provisional(self) -> None:
        calendar = china(2026, 2035)
        assert not calendar.is_provisional(date(2026, 12, 31))
        assert all(calendar.is_provisional(day) for day in days("2034-01-01", "2035-12-31"))
        assert not calendar.is_working_day(date(2035, 10, 1))

    def test_a_whole_list_in_the_agreement_makes_the_year_official_and_replaces_the_estimate(self) -> None:
        estimate = china(2035, 2035)
        assert estimate.is_provisional(date(2035, 5, 2))
        assert not estimate.is_working_day(date(2035, 2, 12))
        announced = dict(estimate.days_off)
        del announced[date(2035, 2, 12)]
        calendar = china(2035, 2035, days_off=announced, makeup_days={date(2035, 2, 3)})
        assert not calendar.is_provisional(date(2035, 12, 31))
        assert calendar.is_working_day(date(2035, 2, 12))
        assert calendar.is_working_day(date(2035, 2, 3))

    def test_a_list_that_forgets_a_festival_leaves_the_year_provisional_and_the_estimate_standing(self) -> None:
        announced = {day: name for day, name in china(2035, 2035).days_off.items() if day.month != 10}
        calendar = china(2035, 2035, days_off=announced)
        assert calendar.is_provisional(date(2035, 5, 2))
        assert not calendar.is_working_day(date(2035, 10, 1))

    def test_a_list_for_a_later_year_does_not_make_the_year_before_official(self) -> None:
        calendar = china(2034, 2035, days_off=china(2035, 2035).days_off)
        assert calendar.is_provisional(date(2034, 3, 6))
        assert calendar.official_until == date(2033, 12, 31)

    def test_an_official_day_of_the_agreement_wins_over_the_list(self) -> None:
        calendar = china(days_off={date(2026, 10, 10): "Typhoon"}, makeup_days={date(2026, 10, 7)})
        assert not calendar.is_working_day(date(2026, 10, 10))
        assert calendar.is_working_day(date(2026, 10, 7))

    def test_company_days_close_even_a_makeup_saturday(self) -> None:
        calendar = china(closed=iter(days("2026-02-13", "2026-02-28")))
        assert not calendar.is_working_day(date(2026, 2, 14))
        assert not calendar.is_working_day(date(2026, 2, 25))
        assert calendar.days_off[date(2026, 2, 25)] == "Company closed"
        assert add_working_days(calendar, at(calendar, "2026-02-12T10:00"), 1) == at(calendar, "2026-03-02T17:30")

    def test_days_of_the_duty_rota_count_as_working_days(self) -> None:
        calendar = china()
        holiday = at(calendar, "2026-10-03T10:00")
        on_duty = calendar.also_open_on(days("2026-10-01", "2026-10-07"))
        assert add_working_time(on_duty, holiday, 4 * HOUR) == at(calendar, "2026-10-03T15:00")
        assert add_working_time(calendar, holiday, 4 * HOUR) == at(calendar, "2026-10-08T13:30")
        assert on_duty.is_working_day(date(2026, 10, 10)), "the make-up Saturday is still worked"


class TestOtherCountries:
    def test_the_days_off_are_those_of_the_country(self) -> None:
        germany = abroad("DE", 2026, 2026)
        assert not germany.is_working_day(date(2026, 4, 3)), "Good Friday"
        assert germany.is_working_day(date(2026, 10, 1))
        assert not germany.is_provisional(date(2026, 12, 31))

    def test_a_year_with_holidays_that_wait_for_the_moon_is_provisional(self) -> None:
        emirates = abroad("AE", 2025, 2035)
        assert not emirates.is_provisional(date(2025, 12, 31))
        assert emirates.is_provisional(date(2035, 1, 2))

    def test_the_language_of_the_machine_does_not_hide_what_is_provisional(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LANGUAGE", "ar")
        assert abroad("AE", 2034, 2036).is_provisional(date(2036, 1, 2))

    @pytest.mark.parametrize("country", ["VN", "RU", "HU"])
    def test_a_country_that_moves_workdays_by_decree_is_provisional_after_its_last_decree(self, country: str) -> None:
        calendar = abroad(country, 2025, 2040)
        assert not calendar.is_provisional(date(2025, 6, 2))
        assert calendar.is_provisional(date(2040, 6, 4))

    def test_a_makeup_day_outside_china_is_worked(self) -> None:
        assert abroad("HU", 2026, 2026).is_working_day(date(2026, 1, 10)), "a Saturday, for 2 January"

    def test_a_year_of_which_nothing_is_known_is_provisional(self) -> None:
        assert abroad("LK", 2025, 2040).is_provisional(date(2040, 6, 4))

    def test_a_country_nobody_knows_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'XX'"):
            abroad("XX", 2026, 2026)


class TestFixedDates:
    """Counted by hand on a printed calendar."""

    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [
            ("2026-09-30T16:30", 2, "2026-10-08 09:30"),  # over National Day
            ("2026-10-09T17:00", 2, "2026-10-10 10:00"),  # into the make-up Saturday
            ("2026-02-13T17:00", 1, "2026-02-14 09:00"),  # into the make-up Saturday before Spring Festival
            ("2026-02-13T17:00", 9, "2026-02-24 09:00"),  # through it and over Spring Festival
            ("2026-10-12T11:30", 1, "2026-10-12 13:30"),  # over lunch
            ("2026-10-12T08:30", 3.5, "2026-10-12 12:00"),  # ends when lunch begins
            ("2026-10-12T13:00", 4.5, "2026-10-12 17:30"),  # ends at closing time, not the next morning
            ("2026-10-12T02:00", 8, "2026-10-12 17:30"),  # arrived at night
            ("2026-09-24T16:00", 8, "2026-09-28 16:00"),  # the Thursday before Mid-Autumn
            ("2026-10-12T17:30", 0.5, "2026-10-13 09:00"),  # arrived at closing time
        ],
    )
    def test_a_limit_in_working_hours_ends_where_the_calendar_on_the_wall_says(
        self, start: str, hours: float, due: str
    ) -> None:
        calendar = china()
        assert on_the_clock(calendar, add_working_time(calendar, at(calendar, start), hours * HOUR)) == due

    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [
            ("2026-03-07T22:00", 7, "2026-03-08 06:00"),  # the night is 7 hours long
            ("2026-03-07T22:00", 8, "2026-03-10 23:00"),
            ("2026-10-31T22:00", 9, "2026-11-01 06:00"),  # the night is 9 hours long
            ("2026-10-31T22:00", 8, "2026-11-01 05:00"),
            ("2026-07-02T23:00", 8, "2026-07-04 23:00"),  # last night's shift reaches into the holiday
        ],
    )
    def test_a_night_shift_is_as_long_as_the_night_was(self, start: str, hours: float, due: str) -> None:
        calendar = night_shift()
        assert on_the_clock(calendar, add_working_time(calendar, at(calendar, start), hours * HOUR)) == due

    @pytest.mark.parametrize(
        ("received", "working_days", "due"),
        [
            ("2026-10-12T21:40", 10, "2026-10-27 17:30"),
            ("2026-10-13T15:30", 10, "2026-10-27 17:30"),
            ("2026-10-09T08:20", 10, "2026-10-22 17:30"),  # 10 October is a make-up Saturday
            ("2026-10-30T10:15", 3, "2026-11-04 17:30"),
            ("2026-10-21T22:30", 5, "2026-10-29 17:30"),
        ],
    )
    def test_complaints_of_october_2026_fall_due_when_they_really_did(
        self, received: str, working_days: int, due: str
    ) -> None:
        calendar = china()
        assert on_the_clock(calendar, add_working_days(calendar, at(calendar, received), working_days)) == due

    def test_what_arrives_at_closing_time_counts_to_the_day_and_a_moment_later_to_the_next(self) -> None:
        calendar = china()
        closing = at(calendar, "2026-10-12T17:30")
        assert add_working_days(calendar, closing, 1) == at(calendar, "2026-10-13T17:30")
        assert add_working_days(calendar, closing + datetime.resolution, 1) == at(calendar, "2026-10-14T17:30")
        assert add_working_days(calendar, closing, 0) == closing

    def test_what_arrives_in_the_small_hours_counts_to_the_shift_that_is_running(self) -> None:
        calendar = night_shift()
        assert add_working_days(calendar, at(calendar, "2026-06-03T05:59"), 1) == at(calendar, "2026-06-04T06:00")
        assert add_working_days(calendar, at(calendar, "2026-06-03T06:01"), 1) == at(calendar, "2026-06-05T06:00")

    def test_working_time_is_counted_to_the_microsecond(self) -> None:
        calendar = china()
        start = at(calendar, "2026-10-12T11:59:59.999999")
        assert add_working_time(calendar, start, 2 * datetime.resolution) == at(calendar, "2026-10-12T13:00:00.000001")

    def test_a_day_has_eight_working_hours_and_a_night_too(self) -> None:
        assert china().hours_per_day == 8 * HOUR
        assert night_shift().hours_per_day == 8 * HOUR

    def test_no_time_at_all_ends_where_it_began(self) -> None:
        calendar = china()
        sunday = at(calendar, "2026-10-11T03:00")
        assert add_working_time(calendar, sunday, timedelta()) == sunday

    def test_nothing_passes_backwards(self) -> None:
        calendar = china()
        start, end = at(calendar, "2026-10-12T10:00"), at(calendar, "2026-10-12T11:00")
        assert working_time_between(calendar, end, start) == timedelta()

    def test_the_next_opening_is_now_while_open_and_after_the_holidays_otherwise(self) -> None:
        calendar = china()
        assert calendar.next_open(at(calendar, "2026-09-30T17:29")) == at(calendar, "2026-09-30T17:29")
        assert calendar.next_open(at(calendar, "2026-09-30T17:30")) == at(calendar, "2026-10-08T08:30")

    def test_spans_that_meet_because_the_clock_leaps_are_not_counted_twice(self) -> None:
        early = (Span(time(1), time(2, 45)), Span(time(2, 50), time(3, 10)), Span(time(3, 20), time(5)))
        calendar = WorkCalendar(NEW_YORK, frozenset({6}), early, {}, frozenset(), date.max, date(2026, 12, 31))
        sunday = at(calendar, "2026-03-08T00:00")
        assert working_time_between(calendar, sunday, sunday + DAY) == 3 * HOUR
        assert add_working_time(calendar, sunday, 3 * HOUR) == at(calendar, "2026-03-08T05:00")


class TestLeave:
    def leave(self, first: str, last: str) -> tuple[datetime, datetime]:
        calendar = china()
        return at(calendar, first), at(calendar, last)

    def test_hours_go_on_when_the_person_is_back(self) -> None:
        calendar = china().without([self.leave("2026-09-28", "2026-09-30")])
        start = at(calendar, "2026-09-24T16:00")
        assert add_working_time(calendar, start, 8 * HOUR) == at(calendar, "2026-09-30T16:00")
        assert working_time_between(calendar, start, at(calendar, "2026-09-30T00:00")) == 1.5 * HOUR

    def test_leave_over_a_part_of_the_day_takes_only_that_part(self) -> None:
        calendar = china().without([self.leave("2026-10-12T10:00", "2026-10-12T14:00")])
        assert add_working_time(calendar, at(calendar, "2026-10-12T09:00"), 2 * HOUR) == at(
            calendar, "2026-10-12T15:00"
        )
        assert not calendar.is_open(at(calendar, "2026-10-12T10:00"))
        assert calendar.is_open(at(calendar, "2026-10-12T14:00"))

    def test_a_second_leave_adds_to_the_first(self) -> None:
        calendar = (
            china().without([self.leave("2026-10-13", "2026-10-14")]).without([self.leave("2026-10-12", "2026-10-13")])
        )
        assert calendar.next_open(at(calendar, "2026-10-12T09:00")) == at(calendar, "2026-10-14T08:30")

    def test_a_day_of_leave_is_no_working_day_of_the_person_but_one_of_the_department(self) -> None:
        calendar = china().without([self.leave("2026-10-13", "2026-10-14")])
        assert add_working_days(calendar, at(calendar, "2026-10-12T10:00"), 1) == at(calendar, "2026-10-14T17:30")
        assert calendar.is_working_day(date(2026, 10, 13))

    def test_half_a_day_of_leave_does_not_bring_the_due_moment_forward(self) -> None:
        calendar = china().without([self.leave("2026-10-13T12:00", "2026-10-14")])
        assert add_working_days(calendar, at(calendar, "2026-10-12T10:00"), 1) == at(calendar, "2026-10-13T17:30")

    def test_leave_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(ValueError, match="absence"):
            china().without([self.leave("2026-10-14", "2026-10-13")])


class TestTheEndsOfTheCalendar:
    ASKED: tuple[Callable[[WorkCalendar, datetime], object], ...] = (
        lambda calendar, moment: add_working_time(calendar, moment, HOUR),
        lambda calendar, moment: add_working_days(calendar, moment, 1),
        lambda calendar, moment: working_time_between(calendar, moment, moment + HOUR),
        lambda calendar, moment: calendar.next_open(moment),
        lambda calendar, moment: calendar.is_open(moment),
        lambda calendar, moment: calendar.is_working_day(moment.astimezone(calendar.timezone).date()),
    )

    @pytest.mark.parametrize("ask", ASKED)
    @pytest.mark.parametrize("moment", ["2024-12-31T16:30", "2027-01-01T00:00"])
    def test_outside_its_years_a_calendar_answers_nothing(
        self, ask: Callable[[WorkCalendar, datetime], object], moment: str
    ) -> None:
        calendar = china()
        with pytest.raises(CalendarExhausted, match="2025-01-01 to 2026-12-31"):
            ask(calendar, at(calendar, moment))

    @pytest.mark.parametrize(
        "ask",
        [
            lambda calendar, moment: add_working_time(calendar, moment, HOUR),
            lambda calendar, moment: add_working_days(calendar, moment, 1),
            lambda calendar, moment: calendar.next_open(moment + HOUR),
            lambda calendar, moment: working_time_between(calendar, moment, moment + DAY),
        ],
    )
    def test_a_limit_that_runs_past_the_last_day_is_not_guessed(
        self, ask: Callable[[WorkCalendar, datetime], object]
    ) -> None:
        calendar = china()
        with pytest.raises(CalendarExhausted):
            ask(calendar, at(calendar, "2026-12-31T17:00"))

    def test_the_last_evening_is_still_known(self) -> None:
        calendar = china()
        evening = at(calendar, "2026-12-31T17:00")
        assert working_time_between(calendar, evening, at(calendar, "2027-01-01T00:00")) == HOUR / 2
        assert not calendar.is_open(at(calendar, "2026-12-31T23:00"))

    def test_the_first_morning_of_a_night_shift_depends_on_a_day_nobody_knows(self) -> None:
        calendar = night_shift()
        with pytest.raises(CalendarExhausted):
            calendar.is_open(at(calendar, "2026-01-01T03:00"))

    def test_a_day_before_the_calendar_begins_is_provisional(self) -> None:
        assert china().is_provisional(date(2024, 12, 31))

    @pytest.mark.parametrize("never", ["no days", "no hours", "always away"])
    def test_somebody_who_never_works_exhausts_the_calendar_instead_of_looping(self, never: str) -> None:
        calendar = {
            "no days": country_calendar("DE", [2026], timezone=BERLIN, week=(), spans=TWO_SPANS),
            "no hours": country_calendar("DE", [2026], timezone=BERLIN, week=MONDAY_TO_FRIDAY, spans=()),
            "always away": china().without([(datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))]),
        }[never]
        start = datetime(2026, 6, 1, tzinfo=UTC)
        with pytest.raises(CalendarExhausted):
            add_working_time(calendar, start, HOUR)
        with pytest.raises(CalendarExhausted):
            add_working_days(calendar, start, 1)
        assert working_time_between(calendar, start, start + 7 * DAY) == timedelta()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("spans", "reason"),
        [
            ((Span(time(13), time(17)), Span(time(8), time(12))), "follow each other"),
            ((Span(time(8), time(13)), Span(time(12), time(17))), "follow each other"),
            ((Span(time(22), time(2)), Span(time(23), time(4))), "only the last"),
            ((Span(time(5), time(9)), Span(time(22), time(6))), "first one of the next day"),
        ],
    )
    def test_spans_that_overlap(self, spans: tuple[Span, ...], reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            country_calendar("CN", [2026], timezone=SHANGHAI, week=MONDAY_TO_FRIDAY, spans=spans)

    def test_a_moment_without_time_zone(self) -> None:
        naive = datetime(2026, 10, 12, 9)  # noqa: DTZ001
        with pytest.raises(ValueError, match="no time zone"):
            add_working_time(china(), naive, HOUR)

    def test_counting_backwards(self) -> None:
        start = datetime(2026, 10, 12, tzinfo=UTC)
        with pytest.raises(ValueError, match="forward"):
            add_working_time(china(), start, -HOUR)
        with pytest.raises(ValueError, match="forward"):
            add_working_days(china(), start, -1)


def test_starting_up_does_not_wait_for_the_holiday_rules_of_every_country() -> None:
    asked = "import sys; import department.calendar; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_one_country_loads_its_own_holidays_and_not_those_of_250() -> None:
    asked = (
        "import sys; from department.calendar import _public_holidays; _public_holidays('CN', 2026, 2026);"
        "print(*sorted(name for name in sys.modules if name.startswith('holidays.countries.')))"
    )
    told = subprocess.run([sys.executable, "-c", asked], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert told.split() == ["holidays.countries.china"]


# From here on, working time is walked minute by minute on the wall clock of four places, and compared.


@dataclass(frozen=True, repr=False)
class Place:
    """A department and everything the oracle has to know about it, written down a second time by hand."""

    name: str
    calendar: WorkCalendar
    timezone: ZoneInfo
    weekend: tuple[str, ...]
    off: frozenset[date]
    makeup: frozenset[date]
    hours: tuple[tuple[time, time], ...]
    edges: tuple[date, ...]
    """Days around which mistakes hide."""

    def __repr__(self) -> str:
        return self.name

    def works_on(self, day: date) -> bool:
        return day in self.makeup or (day.strftime("%a") not in self.weekend and day not in self.off)

    def works_at(self, local: datetime) -> bool:
        wall = local.time()
        for start, end in self.hours:
            if start < end:
                if start <= wall < end and self.works_on(local.date()):
                    return True
            elif (wall >= start and self.works_on(local.date())) or (wall < end and self.works_on(local.date() - DAY)):
                return True
        return False


BERLIN_OFF = the_days("2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-12-25")
RIYADH_OFF = the_days("2026-03-19", "2026-03-22", "2026-09-23")
PLACES = (
    Place(
        "Shanghai",
        china(),
        SHANGHAI,
        ("Sat", "Sun"),
        STATE_COUNCIL_OFF,
        STATE_COUNCIL_MAKEUP,
        ((time(8, 30), time(12)), (time(13), time(17, 30))),
        tuple(sorted(STATE_COUNCIL_MAKEUP)) + tuple(day for day in sorted(STATE_COUNCIL_OFF) if day.year == 2026),
    ),
    Place(
        "Berlin",
        WorkCalendar(
            BERLIN,
            MONDAY_TO_FRIDAY,
            (Span(time(8), time(12, 15)), Span(time(12, 45), time(16, 30))),
            dict.fromkeys(BERLIN_OFF, "Feiertag"),
            frozenset(),
            official_until=date(2026, 12, 31),
            ends=date(2027, 12, 31),
        ),
        BERLIN,
        ("Sat", "Sun"),
        BERLIN_OFF,
        frozenset(),
        ((time(8), time(12, 15)), (time(12, 45), time(16, 30))),
        (date(2026, 3, 29), date(2026, 10, 25), *sorted(BERLIN_OFF)),
    ),
    Place(
        "Riyadh",
        WorkCalendar(
            RIYADH,
            frozenset({6, 0, 1, 2, 3}),
            (Span(time(8), time(17)),),
            dict.fromkeys(RIYADH_OFF, "Holiday"),
            frozenset(),
            official_until=date(2026, 12, 31),
            ends=date(2027, 12, 31),
        ),
        RIYADH,
        ("Fri", "Sat"),
        RIYADH_OFF,
        frozenset(),
        ((time(8), time(17)),),
        (date(2026, 6, 5), *sorted(RIYADH_OFF)),
    ),
    Place(
        "New York at night",
        night_shift(),
        NEW_YORK,
        ("Sun", "Mon"),
        frozenset({date(2026, 7, 3), date(2026, 11, 26)}),
        frozenset({date(2026, 11, 30)}),
        ((time(22), time(6)),),
        tuple(sorted(the_days("2026-03-07", "2026-10-31", "2026-07-03", "2026-11-26", "2026-11-30"))),
    ),
)
BY_NAME = {place.name: place for place in PLACES}


@cache
def open_minutes(place: str, utc_day: date) -> tuple[datetime, ...]:
    """The working minutes that begin on a UTC day, found by looking at the wall clock of the place each minute."""
    midnight = datetime.combine(utc_day, time(), UTC)
    minutes = (midnight + n * MINUTE for n in range(1440))
    return tuple(m for m in minutes if BY_NAME[place].works_at(m.astimezone(BY_NAME[place].timezone)))


def walk(place: Place, start: datetime, leave: list[tuple[datetime, datetime]]) -> Iterator[datetime]:
    """The working minutes from `start` on, one by one, without those of `leave`."""
    for n in count():
        for minute in open_minutes(place.name, start.date() + n * DAY):
            if minute >= start and not any(away <= minute < back for away, back in leave):
                yield minute


@dataclass(frozen=True)
class Case:
    place: Place
    start: datetime
    leave: list[tuple[datetime, datetime]]

    @property
    def calendar(self) -> WorkCalendar:
        return self.place.calendar.without(self.leave)


def moments(place: Place) -> st.SearchStrategy[datetime]:
    """Whole minutes in UTC, mostly near a day and a time of day at which something changes."""
    near_an_edge = st.builds(lambda day, n: day + n * DAY, st.sampled_from(place.edges), st.integers(-2, 2))
    any_day = st.dates(date(2026, 1, 5), date(2026, 11, 20))
    a_boundary = st.sampled_from([wall for span in place.hours for wall in span])
    any_wall = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))

    def moment(day: date, wall: time, minutes: int) -> datetime:
        return datetime.combine(day, wall, place.timezone).astimezone(UTC) + minutes * MINUTE

    return st.builds(
        moment,
        st.one_of(near_an_edge, near_an_edge, any_day),
        st.one_of(a_boundary, any_wall),
        st.sampled_from([0, 0, -1, 1, 30]),
    )


AMOUNTS = st.one_of(
    st.sampled_from([1, 2, 59, 60, 210, 240, 255, 270, 479, 480, 481, 540, 960]),
    st.integers(1, 40 * 60),
).map(lambda minutes: minutes * MINUTE)


@st.composite
def cases(draw: st.DrawFn, places: tuple[Place, ...] = PLACES) -> Case:
    place = draw(st.sampled_from(places))
    start = draw(moments(place))
    near_start = st.integers(-24 * 60, 72 * 60).map(lambda n: start + n * MINUTE)
    away = st.tuples(
        st.one_of(near_start, st.just(start), moments(place)), st.sampled_from([MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY])
    )
    leave = draw(st.one_of(st.just([]), st.lists(away.map(lambda leave: (leave[0], leave[0] + leave[1])), max_size=3)))
    return Case(place, start, leave)


# The same examples every time: a test run must not depend on luck.
repeatable = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@given(data=st.data(), amount=AMOUNTS)
@repeatable
def test_working_time_is_what_a_walk_along_the_wall_clock_finds(
    place: Place, data: st.DataObject, amount: timedelta
) -> None:
    case = data.draw(cases((place,)))
    minutes = walk(place, case.start, case.leave)
    first = next(minutes)
    last = first
    for _ in range(amount // MINUTE - 1):
        last = next(minutes)
    assert case.calendar.next_open(case.start) == first
    assert case.calendar.is_open(case.start) is (first == case.start)
    assert add_working_time(case.calendar, case.start, amount) == last + MINUTE
    assert working_time_between(case.calendar, case.start, last + MINUTE) == amount


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@given(data=st.data(), working_days=st.integers(0, 12))
@repeatable
def test_working_days_are_those_ticked_off_on_a_wall_calendar(
    place: Place, data: st.DataObject, working_days: int
) -> None:
    start = data.draw(moments(place))
    opening, closing = place.hours[-1]
    next_morning = DAY if opening > closing else timedelta()
    ticked: list[datetime] = []
    day = start.astimezone(place.timezone).date() - DAY
    while len(ticked) <= working_days:
        closes = datetime.combine(day + next_morning, closing, place.timezone).astimezone(UTC)
        if place.works_on(day) and start <= closes:
            ticked.append(closes)
        day += DAY
    assert add_working_days(place.calendar, start, working_days) == ticked[-1]


@given(case=cases(), amount=AMOUNTS)
@repeatable
def test_as_much_time_has_passed_as_was_added(case: Case, amount: timedelta) -> None:
    due = add_working_time(case.calendar, case.start, amount)
    assert working_time_between(case.calendar, case.start, due) == amount


@given(case=cases(), first=AMOUNTS, second=AMOUNTS)
@repeatable
def test_two_amounts_one_after_the_other_are_their_sum(case: Case, first: timedelta, second: timedelta) -> None:
    between = add_working_time(case.calendar, case.start, first)
    assert add_working_time(case.calendar, between, second) == add_working_time(
        case.calendar, case.start, first + second
    )


@given(case=cases(), amount=AMOUNTS, later=st.integers(0, 5 * 24 * 60), working_days=st.integers(0, 6))
@repeatable
def test_what_starts_later_is_never_due_earlier(case: Case, amount: timedelta, later: int, working_days: int) -> None:
    start = case.start + later * MINUTE
    assert add_working_time(case.calendar, case.start, amount) <= add_working_time(case.calendar, start, amount)
    assert add_working_days(case.calendar, case.start, working_days) <= add_working_days(
        case.calendar, start, working_days
    )


@given(case=cases(), amount=AMOUNTS)
@repeatable
def test_a_limit_ends_at_the_end_of_a_working_minute_and_at_the_first_possible_one(
    case: Case, amount: timedelta
) -> None:
    due = add_working_time(case.calendar, case.start, amount)
    assert case.calendar.is_open(due - MINUTE)
    assert working_time_between(case.calendar, due - MINUTE, due) == MINUTE
    assert working_time_between(case.calendar, case.start, due - MINUTE) == amount - MINUTE


@given(case=cases(), amount=AMOUNTS, working_days=st.integers(0, 6))
@repeatable
def test_more_leave_never_means_an_earlier_limit(case: Case, amount: timedelta, working_days: int) -> None:
    present = case.place.calendar
    assert add_working_time(case.calendar, case.start, amount) >= add_working_time(present, case.start, amount)
    assert add_working_days(case.calendar, case.start, working_days) >= add_working_days(
        present, case.start, working_days
    )


@given(case=cases(), amount=AMOUNTS, zone=st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]))
@repeatable
def test_the_zone_a_moment_is_written_in_does_not_matter(case: Case, amount: timedelta, zone: ZoneInfo) -> None:
    elsewhere = case.start.astimezone(zone)
    due = add_working_time(case.calendar, case.start, amount)
    assert add_working_time(case.calendar, elsewhere, amount) == due
    assert working_time_between(case.calendar, elsewhere, due.astimezone(zone)) == amount
