"""When something that repeats comes again: the agreement's small vocabulary, counted by dateutil's rrule.

every working day | every monday | every 2 weeks on friday | monthly on day 5 | monthly on the first monday
monthly on the last friday | monthly on the last working day | quarterly on day 5 | quarterly on the first tuesday
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, groupby
from operator import itemgetter
from typing import Final, Literal

from dateutil import rrule

from department.calendar import CalendarExhausted, WorkCalendar

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NTH: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
QUARTERS: Final = (1, 4, 7, 10)
"""The first month of each quarter."""

WEEKS_COUNT_FROM: Final = date(2023, 12, 31)
"""A Sunday before everything that is counted in fortnights and the like."""

LONGEST_PAUSE: Final = 400
"""Days after which something that never falls on a working day is given up."""

LONGEST_HOLIDAY: Final = timedelta(days=60)
"""Further back nothing is looked for that a holiday brings to the same day."""

OnDayOff = Literal["before", "after", "skip", "keep"]
"""What becomes of an occurrence on a day off: the working day before, the one after, none, or that day all the same."""

_WRITTEN = re.compile(
    rf"every working day|every (?P<day>{'|'.join(DAYS)})|every (?P<weeks>[2-8]) weeks on (?P<on>{'|'.join(DAYS)})"
    r"|(?P<months>monthly|quarterly) on "
    rf"(?:day (?P<dom>[1-9]|[12]\d|3[01])|the (?P<nth>{'|'.join(NTH)}) (?P<of>{'|'.join(DAYS)}))"
    r"|monthly on the last working day",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often, as it is written in the agreement."""

    written: str

    def __str__(self) -> str:
        """As it is written in the agreement."""
        return self.written

    @classmethod
    def parse(cls, said: str) -> Repeat:
        """Raises ValueError for anything outside the vocabulary."""
        written = " ".join(said.casefold().split())
        if _WRITTEN.fullmatch(written) is None:
            raise ValueError(
                f'{said!r} is not a repetition; write it like "every monday", "every 2 weeks on friday", '
                '"monthly on day 5", "quarterly on the first monday" or "monthly on the last working day"'
            )
        return cls(written)

    def days_after(self, day: date, calendar: WorkCalendar, on_day_off: OnDayOff) -> Iterator[date]:
        """The days after `day`, in order, as far as the calendar is known. A fortnight is counted from `day`."""
        last = day
        for _, found in self._occurrences(day, day, calendar, on_day_off):
            if found is not None and found > last:
                yield found
                last = found

    def between(
        self, since: date, until: date, calendar: WorkCalendar, on_day_off: OnDayOff
    ) -> Iterator[tuple[date, date | None]]:
        """The days that the rule alone has after `since` and not after `until`, each with the day it comes to, which is
        none where it is left out. Of several that come to one day only one does: the one whose own day it is, or else
        the first. A fortnight and the like is counted from one fixed week, so that every look finds the same."""
        first = max(since - LONGEST_HOLIDAY, calendar.begins)
        counted_from = WEEKS_COUNT_FROM if "weeks" in self.written else first
        occurrences = self._occurrences(counted_from, first, calendar, on_day_off)
        for found, together in groupby(occurrences, key=itemgetter(1)):
            plain_days = [plain for plain, _ in together]
            takes_place = found if found in plain_days else plain_days[0]
            for plain in plain_days:
                if plain > until:
                    return
                if plain > since:
                    yield plain, found if plain == takes_place else None

    def _occurrences(
        self, counted_from: date, after: date, calendar: WorkCalendar, on_day_off: OnDayOff
    ) -> Iterator[tuple[date, date | None]]:
        """The rule's own days after a day, as far as the calendar is known, each with the day it is moved to."""
        match self.written:
            case "every working day":
                on_day_off = "skip"
            case "monthly on the last working day":
                on_day_off = "before"
        try:
            for plain in self._plain(counted_from):
                if plain > after:
                    yield plain, moved(plain, calendar, on_day_off)
        except CalendarExhausted:
            return

    def _plain(self, day: date) -> Iterator[date]:
        if self.written == "every working day":
            for n in count(1):
                yield day + timedelta(days=n)
        for moment in self._rule(day):
            yield moment.date()

    def _rule(self, day: date) -> rrule.rrule:
        parts = _WRITTEN.fullmatch(self.written)
        found = parts.groupdict() if parts else {}
        start = datetime.combine(day, time())
        months = QUARTERS if found.get("months") == "quarterly" else None
        if self.written == "monthly on the last working day":
            return rrule.rrule(rrule.MONTHLY, bymonthday=-1, dtstart=start)
        if found["dom"]:
            # The 31st of a shorter month is its last day.
            days = tuple(range(28, int(found["dom"]) + 1)) if int(found["dom"]) > 28 else int(found["dom"])
            return rrule.rrule(rrule.MONTHLY, bymonth=months, bymonthday=days, bysetpos=-1, dtstart=start)
        if found["nth"]:
            weekday = rrule.weekdays[DAYS.index(found["of"])](NTH[found["nth"]])
            return rrule.rrule(rrule.MONTHLY, bymonth=months, byweekday=weekday, dtstart=start)
        weekday = rrule.weekdays[DAYS.index(found["day"] or found["on"])]
        return rrule.rrule(rrule.WEEKLY, interval=int(found["weeks"] or 1), byweekday=weekday, dtstart=start)


@dataclass(frozen=True, slots=True)
class Named:
    """A repetition within a longer text, and the text before and after it."""

    repeat: Repeat
    before: str
    after: str


def find(text: str) -> Named | None:
    """The repetition that a sentence names, such as "every Friday send the report" or "每周五 发周报"; None where it
    names none of the vocabulary."""
    for pattern, written in _SAID:
        found = pattern.search(text)
        if found is None:
            continue
        parts = {name: _CODES[name].get(said.casefold(), said) for name, said in found.groupdict().items() if said}
        return Named(Repeat.parse(written.format(**parts)), text[: found.start()].strip(), text[found.end() :].strip())
    return None


_DAY = r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
_EN_DAY = rf"(?P<day>{'|'.join(f'{each[:3]}(?:{each[3:]}s?)?' for each in DAYS)}|tues|thurs?)\b"
_CODES: Final[dict[str, dict[str, str]]] = {
    "day": {
        **dict(zip("一二三四五六日", DAYS, strict=True)),
        "天": "sunday",
        **{said: day for day in DAYS for said in (day[:3], f"{day}s")},
        "tues": "tuesday",
        "thur": "thursday",
        "thurs": "thursday",
    },
    "weeks": {"两": "2", "二": "2", "三": "3", "四": "4", "two": "2", "three": "3", "four": "4"},
    "nth": {"第一": "first", "第二": "second", "第三": "third", "第四": "fourth", "最后一": "last"},
    "months": {"月": "monthly", "季度": "quarterly", "month": "monthly", "quarter": "quarterly"},
    "dom": {},
}
"""How the agreement writes what people say, for each part of a repetition: "三" is a Wednesday or three weeks."""

_SAID: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), written)
    for pattern, written in (
        (r"每个?工作日|\bevery (?:working day|workday|business day|weekday)\b", "every working day"),
        (rf"每隔?(?P<weeks>[两二三四2-8])个?(?:周|星期|礼拜)的?{_DAY}", "every {weeks} weeks on {day}"),
        (rf"(?:每隔一周的?|隔){_DAY}", "every 2 weeks on {day}"),
        (rf"\bevery (?P<weeks>[2-8]|two|three|four) weeks on {_EN_DAY}", "every {weeks} weeks on {day}"),
        (rf"\b(?:every other|every second|each other) {_EN_DAY}", "every 2 weeks on {day}"),
        (
            r"每个?月的?最后一个工作日|\b(?:on )?the last (?:working|business) day of (?:each|every|the) month\b"
            r"|\b(?:monthly|every month) on the last (?:working|business) day\b",
            "monthly on the last working day",
        ),
        (rf"每个?(?P<months>月|季度)的?(?P<nth>第一|第二|第三|第四|最后一)个?{_DAY}", "{months} on the {nth} {day}"),
        (
            rf"\b(?:on )?the (?P<nth>{'|'.join(NTH)}) (?P<day>{'|'.join(DAYS)}) of (?:each|every) "
            r"(?P<months>month|quarter)\b",
            "{months} on the {nth} {day}",
        ),
        (
            rf"\b(?P<months>monthly|quarterly) on the (?P<nth>{'|'.join(NTH)}) (?P<day>{'|'.join(DAYS)})\b",
            "{months} on the {nth} {day}",
        ),
        (r"每个?(?P<months>月|季度)的?(?P<dom>[1-9]|[12]\d|3[01])[日号]", "{months} on day {dom}"),
        (
            r"\b(?:every )?(?P<months>monthly|quarterly|(?<=every )(?:month|quarter)) on (?:day |the )?"
            r"(?P<dom>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)?\b",
            "{months} on day {dom}",
        ),
        (
            r"\b(?:on )?the (?P<dom>[12]\d|3[01]|[1-9])(?:st|nd|rd|th) of (?:each|every) (?P<months>month|quarter)\b",
            "{months} on day {dom}",
        ),
        (rf"每个?{_DAY}", "every {day}"),
        (rf"\b(?:every|each) {_EN_DAY}", "every {day}"),
    )
)
"""How people say what the agreement writes, the longer ones first."""


def moved(day: date, calendar: WorkCalendar, on_day_off: OnDayOff) -> date | None:
    """The day that something planned for `day` comes to; None where it is left out. Raises CalendarExhausted."""
    if on_day_off == "keep" or calendar.is_working_day(day):
        return day
    if on_day_off == "skip":
        return None
    step = timedelta(days=-1 if on_day_off == "before" else 1)
    for n in range(1, LONGEST_PAUSE):
        if calendar.is_working_day(day + n * step):
            return day + n * step
    return None
