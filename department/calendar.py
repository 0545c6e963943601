"""Working time: when the department works, and the moment a number of working hours or days is used up.

Two things are promised. Time is counted as it passes: local working hours are turned into UTC day by day,
so a night on which the clocks change is as long as it was. And nothing is guessed in silence: a day without
an official list is provisional, a day outside the calendar raises CalendarExhausted.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec, module_from_spec
from itertools import islice, pairwise, takewhile
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

COMPANY_CLOSED: Final = "Company closed"
"""The name of a day off that is the company's own."""

NO_DAYS: Final[Mapping[date, str]] = MappingProxyType({})

Interval = tuple[datetime, datetime]
"""Two aware UTC moments, half open."""


A_DAY: Final = timedelta(days=1)


class CalendarExhausted(Exception):
    """The answer lies outside the years the calendar knows."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of working hours in local time, half open. It begins on the working day itself; when `end` is
    not after `start` it passes midnight and ends the next morning."""

    start: time
    end: time

    @property
    def length(self) -> timedelta:
        """How long the span is by the wall clock."""
        return self._minutes(self.end) - self._minutes(self.start) + timedelta(days=self.passes_midnight)

    @property
    def passes_midnight(self) -> bool:
        """Whether the span ends on the date after the one it begins on."""
        return self.end <= self.start

    @staticmethod
    def _minutes(wall: time) -> timedelta:
        return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)


class _WorkingDay(NamedTuple):
    """The hours of a day in UTC that leave does not take away, and when it closes, leave or not."""

    open: tuple[Interval, ...]
    closes: datetime


@dataclass(frozen=True)
class WorkCalendar:
    """When a department, or one person of it, works.

    `week` holds the weekdays (0 is Monday), `spans` the hours of a working day in ascending order. `days_off`
    names the official and the company's days off; `makeup_days` are working days whatever else is said of
    them. The days from `begins` to `ends` are known; what is said of those after `official_until` is
    provisional because no official list exists. `absences` is a person's leave in UTC, half open.

    Raises ValueError when the spans are out of order or overlap, or an absence does not end after it begins.
    """

    timezone: ZoneInfo
    week: frozenset[int]
    spans: tuple[Span, ...]
    days_off: Mapping[date, str] = field(hash=False)
    makeup_days: frozenset[date]
    official_until: date
    ends: date
    absences: tuple[Interval, ...] = ()
    begins: date = field(default=date.min, kw_only=True)

    def __post_init__(self) -> None:
        if any(a.passes_midnight or b.start < a.end for a, b in pairwise(self.spans)):
            raise ValueError("spans must follow each other and only the last may pass midnight")
        if self._passes_midnight and self.spans[-1].end > self.spans[0].start:
            raise ValueError("the last span runs into the first one of the next day")
        if any(back <= away for away, back in self.absences):
            raise ValueError("an absence must end after it begins")

    def is_working_day(self, day: date) -> bool:
        """Whether the department works on `day`, whoever is on leave. Raises CalendarExhausted."""
        self._require_known(day)
        return day in self.makeup_days or (day.weekday() in self.week and day not in self.days_off)

    def is_provisional(self, day: date) -> bool:
        """Whether an official list could still change what is said of `day`."""
        return not self.begins <= day <= self.official_until

    def without(self, absences: Iterable[Interval]) -> WorkCalendar:
        """The calendar of somebody who is away during `absences` (aware, half open) as well."""
        away = tuple((_utc(start), _utc(end)) for start, end in absences)
        return replace(self, absences=self.absences + away)

    def also_open_on(self, days: Iterable[date]) -> WorkCalendar:
        """The same calendar with `days` as working days, whether off or not: the days of a duty rota."""
        return replace(self, makeup_days=self.makeup_days.union(days))

    def is_open(self, moment: datetime) -> bool:
        """Whether `moment` (aware) is working time. Closing time itself is not. Raises CalendarExhausted."""
        now = _utc(moment)
        self._require_known(self._local_date(now))
        return any(opens == now for opens, _ in islice(self._open_from(now), 1))

    def next_open(self, moment: datetime) -> datetime:
        """The first working moment at or after `moment` (aware), in UTC. Raises CalendarExhausted."""
        for opens, _ in self._open_from(_utc(moment)):
            return opens
        raise self._exhausted()

    @cached_property
    def hours_per_day(self) -> timedelta:
        """The working time of one ordinary day by the wall clock."""
        return sum((span.length for span in self.spans), timedelta())

    def _open_from(self, moment: datetime) -> Iterator[Interval]:
        """The stretches of working time from `moment` (UTC) to the end of the calendar, in order."""
        for day in self._days_from(moment):
            for opens, closes in day.open:
                if closes > moment:
                    yield max(opens, moment), closes

    def _closings_from(self, moment: datetime) -> Iterator[datetime]:
        """The closing times at or after `moment` (UTC) of the working days not wholly lost to leave. Leave for
        a part of a day does not move its closing time, so more leave never means an earlier limit."""
        for day in self._days_from(moment):
            if day.open and day.closes >= moment:
                yield day.closes

    def _days_from(self, moment: datetime) -> Iterator[_WorkingDay]:
        """The working days whose hours may reach past `moment` (UTC), last night's shift among them."""
        day, days = self._local_date(moment) - timedelta(days=self._passes_midnight), self._days
        while day <= self.ends:
            if day not in days:
                days[day] = self._hours_of(day) if self.is_working_day(day) else None
            if (working := days[day]) is not None:
                yield working
            day += A_DAY

    def _hours_of(self, day: date) -> _WorkingDay | None:
        open_hours: Iterable[Interval] = _hours(self.timezone, self.spans, day)
        closes = max((end for _, end in open_hours), default=None)
        for away, back in self.absences:
            open_hours = [
                (start, end)
                for opens, closes_at in open_hours
                for start, end in ((opens, min(closes_at, away)), (max(opens, back), closes_at))
                if start < end
            ]
        return None if closes is None else _WorkingDay(tuple(open_hours), closes)

    def _local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.timezone).date()

    def _require_known(self, day: date) -> None:
        if not self.begins <= day <= self.ends:
            raise self._exhausted()

    def _exhausted(self) -> CalendarExhausted:
        return CalendarExhausted(f"the working calendar knows the days from {self.begins} to {self.ends}")

    @cached_property
    def _days(self) -> dict[date, _WorkingDay | None]:
        """What was asked for so far; None for a day on which nobody works."""
        return {}

    @cached_property
    def _passes_midnight(self) -> bool:
        return bool(self.spans) and self.spans[-1].passes_midnight


def add_working_time(calendar: WorkCalendar, start: datetime, amount: timedelta) -> datetime:
    """The UTC moment at which `amount` of working time after `start` (aware) has been used up.

    A limit that is used up at closing time ends there, not at the next opening. No amount at all ends at
    `start`. Raises ValueError for a negative amount, CalendarExhausted when the calendar ends first.
    """
    if amount < timedelta():
        raise ValueError("working time is counted forward only")
    begin, left = _utc(start), amount
    if not left:
        return begin
    for opens, closes in calendar._open_from(begin):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise calendar._exhausted()


def working_time_between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """The working time that passes from `start` to `end` (both aware), nothing when `end` is not after
    `start`. Raises CalendarExhausted.
    """
    begin, until = _utc(start), _utc(end)
    if until <= begin:
        return timedelta()
    calendar._require_known(calendar._local_date(until - datetime.resolution))
    passed = takewhile(lambda stretch: stretch[0] < until, calendar._open_from(begin))
    return sum((min(closes, until) - opens for opens, closes in passed), timedelta())


def add_working_days(calendar: WorkCalendar, start: datetime, days: int) -> datetime:
    """The closing time, in UTC, of the `days`-th working day after the one that `start` (aware) counts to.

    What arrives after closing time or on a day off counts to the next working day; a day somebody is on leave
    throughout is no working day of theirs. Raises ValueError for negative `days`, CalendarExhausted when the
    calendar ends first.
    """
    if days < 0:
        raise ValueError("working days are counted forward only")
    for closes in islice(calendar._closings_from(_utc(start)), days, None):
        return closes
    raise calendar._exhausted()


def country_calendar(
    country: str,
    years: Collection[int],
    *,
    timezone: ZoneInfo,
    week: Collection[int],
    spans: tuple[Span, ...],
    closed: Iterable[date] = (),
    days_off: Mapping[date, str] = NO_DAYS,
    makeup_days: Collection[date] = frozenset(),
) -> WorkCalendar:
    """The calendar of a company in `country` (ISO 3166 alpha-2) from the first to the last of `years`.

    Public holidays and make-up workdays are those of the `holidays` package. `days_off` and `makeup_days` are
    official days the package lacks and win over it; a year it has no official list for becomes official when
    they hold the whole list of that year, which then replaces the package's estimate. `closed` are the
    company's own days off and win over everything. Raises ValueError for a country the package does not know.
    """
    first, last = min(years), max(years)
    company_days = frozenset(closed)
    known = _public_holidays(country, first, last)
    supplied = {year for year in known.unlisted if _is_whole_list(days_off, known.days_off, year)}
    unlisted = known.unlisted - supplied
    names = {day: name for day, name in known.days_off.items() if day.year not in supplied}
    names |= days_off
    names |= dict.fromkeys(company_days, COMPANY_CLOSED)
    return WorkCalendar(
        timezone=timezone,
        week=frozenset(week),
        spans=spans,
        days_off=MappingProxyType(names),
        makeup_days=known.makeup_days.difference(days_off).union(makeup_days) - company_days,
        official_until=date(min(unlisted, default=last + 1) - 1, 12, 31),
        ends=date(last, 12, 31),
        begins=date(first, 1, 1),
    )


@dataclass(frozen=True, slots=True)
class _PublicHolidays:
    """What the `holidays` package says of a country; `unlisted` are the years it has no official list for."""

    days_off: Mapping[date, str]
    makeup_days: frozenset[date]
    unlisted: frozenset[int]


@lru_cache(maxsize=64)
def _public_holidays(country: str, first: int, last: int) -> _PublicHolidays:
    years = range(first, last + 1)
    try:
        # The words "(estimated)" are found in English only.
        package = _holidays_package().country_holidays(country, years=years, language="en_US")
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for the country {country!r}") from unknown
    days_off = {day: name for day, name in package.items() if day.year in years}
    last_swap = max((year for year, days in _special_days(package) if _moves_a_workday(days)), default=last)
    return _PublicHolidays(
        days_off=MappingProxyType(days_off),
        makeup_days=frozenset(day for day in package.weekend_workdays if day.year in years),
        unlisted=frozenset(
            {year for year in years if year > last_swap}
            | {year for year in years if not any(day.year == year for day in days_off)}
            | {day.year for day, name in days_off.items() if "estimated" in name}
        ),
    )


@cache
def _holidays_package() -> Any:
    """The package, imported when an agreement needs it. With one country it would load the rules of all 250 (8 MB and
    a tenth of a second), because its folder of countries names them all: the folder is entered without that list."""
    import holidays

    if folder := find_spec("holidays.countries"):
        sys.modules.setdefault(folder.name, module_from_spec(folder))
    return holidays


def _special_days(package: Any) -> Iterable[tuple[int, Any]]:
    special: Mapping[int, Any] = getattr(package, "special_public_holidays", None) or {}
    return special.items()


def _moves_a_workday(days: Any) -> bool:
    """Whether a year's special days, one or several, hold a day off that is worked on another day instead.

    Governments that do this (China's State Council, Russia, Hungary, Vietnam...) decide it a year at a time,
    so the years after their last decision are estimates, which the package does not say. Such a day is
    written (month, day, month worked, day worked), any other (month, day, name).
    """
    several = days if isinstance(days[0], tuple) else (days,)
    return any(len(day) > 3 for day in several)


def _is_whole_list(days_off: Mapping[date, str], expected: Mapping[date, str], year: int) -> bool:
    """Whether `days_off` has a day for every holiday expected in `year`. Two days either way are allowed,
    because an official list moves days off about and the start of an Islamic month depends on the moon."""
    given = [day for day in days_off if day.year == year]
    return bool(given) and all(
        any(abs(day - holiday) <= timedelta(days=2) for day in given) for holiday in expected if holiday.year == year
    )


@lru_cache(maxsize=8192)
def _hours(timezone: ZoneInfo, spans: tuple[Span, ...], day: date) -> tuple[Interval, ...]:
    """The hours of a working day as UTC intervals, in order and apart."""

    def moment(on: date, wall: time) -> datetime:
        return datetime.combine(on, wall, timezone).astimezone(UTC)

    hours: list[Interval] = []
    for span in spans:
        opens = moment(day, span.start)
        closes = moment(day + timedelta(days=span.passes_midnight), span.end)
        # A wall time the clock leaps over is read as one after the leap, which may be past the next one.
        if hours:
            opens = max(opens, hours[-1][1])
        if opens < closes:
            hours.append((opens, closes))
    return tuple(hours)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)
