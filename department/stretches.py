"""Days of leave in words, Chinese and English: from when until when, with half days; understood wholly, or not at all.

"明天下午到周五中午", "10月20日-23日", "3天", "下周" | "Oct 20 to 23", "Mon-Wed", "tomorrow afternoon", "next week"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from department.calendar import CalendarExhausted
from department.dates import FURTHEST, LONGEST, NUMBER, Asker, day, number
from department.records import Refused


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included; `afternoon` leaves the first morning out, `until_noon` the last afternoon. `last` is None
    where only the beginning was said."""

    first: date
    last: date | None
    afternoon: bool = False
    until_noon: bool = False


def understand_days(said: str, asker: Asker) -> Stretch | Refused:
    """The days that are meant. Refuses with `days_unclear`, or `days_ambiguous` where they could be others."""
    text = _plain(said)
    found = list(dict.fromkeys(_readings(text, asker))) if text and len(text) <= LONGEST else []
    if not found:
        return Refused("days_unclear", {"said": said.strip()[:LONGEST]})
    if len(found) > 1:
        return Refused("days_ambiguous", {"said": said.strip()})
    return found[0]


def _plain(said: str) -> str:
    text = unicodedata.normalize("NFKC", said).casefold().strip(" .。,，!！")
    text = re.sub(r"\bthis (?=morning|afternoon)", "today ", re.sub(r"\s+", " ", text))
    text = re.sub(r"\b(?:now|right away)\b|现在|即日", "today", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", text)
    return re.sub(r"^(?:请假|休假|off )", "", text)


def _readings(text: str, asker: Asker) -> Iterator[Stretch]:
    """What the whole text can be read as."""
    if counted := [*_counted(text, asker), *_week(text, asker)]:
        yield from counted
        return
    only = _FROM.match(text)
    alone = _half_day(text[only.end() :] if only else text, asker)
    if alone is not None:
        on, half = alone
        yield Stretch(on, None if only else on, half == "pm", half == "am" and not only)
        return
    for cut in _UNTIL.finditer(text):
        before = _FROM.sub("", text[: cut.start()])
        yield from _from_until(before, text[cut.end() :], asker)


_FROM: Final = re.compile(r"^(?:from |starting |since |从|自)")
_UNTIL: Final = re.compile(r" ?(?:\b(?:to|until|till|through|thru)\b|到|至|[-–—~]) ?")
_HALF: Final = re.compile(
    r" ?(?:(?P<pm>下午|(?:in the )?afternoon)|(?P<am>上午|早上|(?:in the )?morning)|(?P<noon>中午|noon|midday))$"
)

_FROM_TODAY: Final = re.compile(r"[今明后本这]|下(?!午)|大后天|today|tomorrow|tmr|(?:the )?day after|this |next ")
"""How a day begins that is counted from today, not from the first day of leave: "下周一到下周三"."""

_BEFORE_TODAY: Final = {"昨天": 1, "前天": 2, "yesterday": 1, "the day before yesterday": 2, "day before yesterday": 2}
"""Whoever fell ill may say so when they are back."""


def _from_until(before: str, after: str, asker: Asker) -> Iterator[Stretch]:
    """From one day to another; of one of them the number alone may be said, "Oct 20 to 23", "20-23 Oct"."""
    began = _half_day(before, asker) if before else (asker.today, "")
    if began is None and (ended := _half_day(after, asker)):
        began = _same_month(ended[0], before)
    if began is None:
        return
    first, half = began
    then = asker if _FROM_TODAY.match(after) else replace(asker, now=datetime.combine(first, time(), asker.zone))
    ended = _half_day(after, then) or _same_month(first, after)
    if ended is not None and ended[0] >= first:
        yield Stretch(first, ended[0], half in ("pm", "noon"), ended[1] in ("am", "noon"))


def _half_day(text: str, asker: Asker) -> tuple[date, str] | None:
    """A day, and "am", "pm" or "noon" where only that part of it is meant; "noon" is only the end of something else."""
    found = _HALF.search(text)
    half = (found.lastgroup or "") if found else ""
    named = text[: found.start()] if found else text
    on = day(named, asker) if named else asker.today if half else None
    if named in _BEFORE_TODAY:
        on = asker.today - timedelta(days=_BEFORE_TODAY[named])
    if on is None and re.search(r"月\d{1,2}$", named):
        on = day(f"{named}日", asker)
    return None if on is None else (on, half)


def _same_month(other: date, said: str) -> tuple[date, str] | None:
    """A day of the month that another day is in, of which only the number is said."""
    found = re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?", said)
    try:
        return (other.replace(day=int(found[1])), "") if found else None
    except ValueError:
        return None


_COUNTED: Final = (
    re.compile(
        rf"(?:(?:从|自)?(?P<day>.+?)(?:起|开始|(?=请假|休)),?)?(?:请假|休)?(?P<n>{NUMBER})个?(?P<unit>工作日|天|周|星期|礼拜)"
    ),
    re.compile(
        r"(?:(?:from )?(?P<day>(?!for ).+?) )?(?:for )?(?P<n>\d{1,3}|an?|one|two|three|four|five)"
        r" (?P<unit>(?:working |business )?days?|weeks?)"
    ),
    re.compile(
        r"(?P<n>\d{1,3}|an?|one|two|three|four|five) (?P<unit>(?:working |business )?days?|weeks?)"
        r" (?:from|starting) (?P<day>.+)"
    ),
)
_IN_WORDS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def _counted(text: str, asker: Asker) -> Iterator[Stretch]:
    """So many days from one on: working days, or whole weeks."""
    for pattern in _COUNTED:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        first = day(found["day"], asker) if found["day"] else asker.today
        n = _IN_WORDS.get(found["n"]) or number(found["n"])
        if first is None or not n or (found["day"] == "today" and " from " in text):  # "3 days from now" is one day
            continue
        if found["unit"].startswith(("周", "星期", "礼拜", "week")):
            yield Stretch(first, first + timedelta(days=7 * n - 1))
        elif (last := _after_working_days(first, n, asker)) is not None:
            yield Stretch(first, last)


def _after_working_days(first: date, n: int, asker: Asker) -> date | None:
    """The n-th working day from `first` on."""
    try:
        days = (first + timedelta(days=each) for each in range(FURTHEST.days))
        working = (each for each in days if asker.calendar.is_working_day(each))
        return next((each for count, each in enumerate(working, 1) if count == n), None)
    except CalendarExhausted:
        return None


_WEEK: Final = (
    (0, re.compile(r"(?:all )?this week|[本这]个?(?:周|星期|礼拜)")),
    (1, re.compile(r"(?:all )?next week|下个?(?:周|星期|礼拜)")),
    (2, re.compile(r"(?:the )?week after next|下下个?(?:周|星期|礼拜)")),
)


def _week(text: str, asker: Asker) -> Iterator[Stretch]:
    """The working days of a week."""
    for weeks, pattern in _WEEK:
        if pattern.fullmatch(text):
            monday = asker.today - timedelta(days=asker.today.weekday()) + timedelta(weeks=weeks)
            days = [monday + timedelta(days=n) for n in range(7)]
            try:
                working = [each for each in days if asker.calendar.is_working_day(each) and each >= asker.today]
            except CalendarExhausted:
                return
            if working:
                yield Stretch(working[0], working[-1])
