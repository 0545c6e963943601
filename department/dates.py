"""Moments in words, Chinese and English: understood wholly, or not at all.

Everything that was written must be part of the moment; what could mean two things is refused with the reason, so that
somebody can ask back. A day without a time means the closing time of the department's working day.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from department.calendar import CalendarExhausted, WorkCalendar, add_working_days
from department.records import Refused
from department.recurrence import DAYS

FURTHEST: Final = timedelta(days=3 * 366)
"""Nobody promises anything for later than this, and no calendar is known so far ahead."""

LONGEST: Final = 60
"""Characters of the longest phrase that is looked at."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who says it: the moment (aware), the zone they live in, and the department's working time."""

    now: datetime
    zone: ZoneInfo
    calendar: WorkCalendar

    @property
    def today(self) -> date:
        """The day it is where they are."""
        return self.now.astimezone(self.zone).date()

    @property
    def closing(self) -> time:
        """When the department's working day ends."""
        return self.calendar.spans[-1].end


@dataclass(frozen=True, slots=True)
class Found:
    """A moment (UTC) that was named within a longer text, and the text without it."""

    moment: datetime
    rest: str


def understand(said: str, asker: Asker) -> datetime | Refused:
    """The moment (aware, UTC) that is meant. Refuses with `date_unclear`, `date_ambiguous`, `no_such_time` (clocks are
    put forward then), `in_the_past` or `too_far`."""
    text = _plain(said.replace(f"({asker.zone.key})", ""))
    if not text or len(text) > LONGEST:
        return Refused("date_unclear", {"said": said.strip()[:LONGEST]})
    for pattern in _AMBIGUOUS:
        if pattern.fullmatch(text):
            return Refused("date_ambiguous", {"said": said.strip()})
    moments = list(_readings(text, asker))
    if not moments:
        return Refused("date_unclear", {"said": said.strip()})
    first = moments[0]
    if isinstance(first, Refused):
        return first
    if first <= asker.now:
        return Refused("in_the_past")
    if first - asker.now > FURTHEST:
        return Refused("too_far")
    return first


def day(said: str, asker: Asker) -> date | None:
    """The day that is meant, without a time: the first one that is not over. None for anything else."""
    if any(pattern.fullmatch(said) for pattern in _AMBIGUOUS):
        return None
    for found, rest in _days(said, asker):
        if not rest:
            return found.again if found.again and found.on < asker.today else found.on
    return None


def time_at_the_beginning(text: str) -> tuple[time, str] | Refused | None:
    """The time of day that a text begins with, and the rest of it; None where it begins with none. Refuses an hour that
    could be in the morning or in the afternoon."""
    text = unicodedata.normalize("NFKC", text).strip()
    said = re.sub(r"^(?:at|by|before)\s+", "", text, flags=re.IGNORECASE)
    is_led_in = said != text and said[0].isdigit()
    if not (is_led_in or _PIECE_OF_ONE.match(re.sub(rf"^(?:{_PERIODS}) ?", "", said))):
        return None
    for end in range(min(len(said), _LONGEST_PIECE), 0, -1):
        if said[end - 1].isascii() and said[end - 1 : end + 1].isalnum() and end < len(said) and said[end].isascii():
            continue  # in the middle of a word
        wall = _time(_plain(said[:end]))
        if isinstance(wall, Refused):
            return wall
        if wall is not None and wall.at is not None:
            return wall.at, _LEADS_OUT.sub("", said[end:]).strip(" ,;，、")
    return None


def find(text: str, asker: Asker) -> Found | Refused | None:
    """The moment a sentence such as "send the PI by Friday 5pm" or "周五下午5点前给ACME发PI" names; None if it names
    none. Of several the one that is said to be the limit counts ("by Friday", "周五前"). Refuses, besides as
    `understand` does, with `several_moments`, and where what is left of the sentence holds a piece of a moment."""
    said = unicodedata.normalize("NFKC", text).strip()
    named = _named(said, asker)
    limits = [each for each in named if _is_limit(said, each)]
    if not named:
        piece = _PIECE_OF_ONE.search(said)
        return Refused("date_unclear", {"said": piece[0].strip()}) if piece else None
    if len(limits or named) > 1:
        return Refused("several_moments", {"said": "; ".join(said[each.begin : each.end] for each in limits or named)})
    chosen = (limits or named)[0]
    if isinstance(chosen.moment, Refused):
        return chosen.moment
    before, after = said[: chosen.begin], said[chosen.end :]
    beside = _TOUCHES_BEFORE.search(before) or _TOUCHES_AFTER.search(after)
    earlier, later = _named(before, asker), _named(after, asker)
    touches = any(not before[each.end :].strip() for each in earlier) or any(
        not after[: each.begin].strip() for each in later
    )
    others = (
        earlier or later or any(piece.search(side) for piece in (_PIECE_OF_ONE, _SHORT_DAY) for side in (before, after))
    )
    if beside or touches or (others and not limits):
        return Refused("date_unclear", {"said": " ".join(said[max(0, chosen.begin - 8) : chosen.end + 8].split())})
    rest = f"{_LEADS_IN.sub('', before)} {_LEADS_OUT.sub('', after)}"
    return Found(chosen.moment, re.sub(r"\s+", " ", rest.replace("( )", " ")).strip(" ,;，、；。"))


@dataclass(frozen=True, slots=True)
class _Named:
    """A stretch of a text that names a moment, or one that could be several."""

    begin: int
    end: int
    moment: datetime | Refused


def _named(said: str, asker: Asker) -> list[_Named]:
    """The moments a text names, in its order, each as long as it can be read."""
    found: list[_Named] = []
    for begin, end in _pieces(said):
        if any(begin < each.end and each.begin < end for each in found):
            continue
        moment = understand(said[begin:end], asker)
        if isinstance(moment, datetime) or moment.reason != "date_unclear":
            found.append(_Named(begin, end, moment))
    return sorted(found, key=lambda each: each.begin)


def _is_limit(said: str, named: _Named) -> bool:
    """Whether it is said to be the moment by which something is done."""
    return bool(
        _BY.search(said, 0, named.begin)
        or _UNTIL.search(said[named.begin : named.end])
        or _LEADS_OUT.search(said[named.end :])
    )


_AT_THE_LATEST: Final = r"截止到?|截至|最晚|最迟|不晚于|不迟于"
_BY = re.compile(rf"(\b(by|before|until|till|due|no later than)|{_AT_THE_LATEST})\s*$", re.IGNORECASE)
_UNTIL = re.compile(r"(前|内)$")
_LEADS_IN = re.compile(
    rf"(\b(by|before|until|till|due|on|at|no later than)|{_AT_THE_LATEST}|[在于到])\s*$", re.IGNORECASE
)
_LEADS_OUT = re.compile(r"^\s*(之前|以前|前|之内|以内|内|(at the )?latest\b)", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;，、；。]+")
NUMBER: Final = r"(?:\d{1,3}|[零〇一二两三四五六七八九十]{1,3})"
"""A pattern of a number, in digits or in Chinese."""

_TIME_OF_DAY: Final = (
    r"(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})\s*[点时](?!间)|\d{1,2}[:：]\d\d|\d{1,2}\s*[ap]\.?m\b|\d{1,2}\s?h\b"
)
_DAY_OF_SOME_KIND: Final = (
    r"(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d|[今昨前明后]天|[上下]周|(?:\d{1,2}|[一二三四五六七八九十]{1,3})月底|每[周天月年日]"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:yesterday|today|tomorrow|tonight)\b"
    r"|(?<![\w/.-])\d{1,2}[/.]\d{1,2}(?![\w/.%])"
)
_ZONE: Final = (
    r"\b(?:utc|gmt|cet|cest|bst|est|edt|cst|cdt|mst|mdt|pst|pdt|ist|jst|kst|hkt|sgt)\b"
    r"|\b(?:local|their|your|our|my|us|uk|china|european|german) time\b"
    r"|\b(?:berlin|london|paris|new york|chicago|tokyo|beijing) time\b"
    r"|(?:北京|当地|本地|美国|欧洲|德国|英国|伦敦|柏林|纽约|东京|香港|客户|对方)时间"
)
_PIECE_OF_ONE = re.compile(rf"{_TIME_OF_DAY}|{_DAY_OF_SOME_KIND}", re.IGNORECASE)
"""What belongs to a moment although the whole is none that we understand: "3点", "every Friday", "12/11"."""

_SHORT_DAY = re.compile(rf"\b(?:{'|'.join(each[:3] for each in DAYS)})\b", re.IGNORECASE)
"""Beside another moment a day; else it may be a word, such as "sat"."""

_TOUCHES_BEFORE = re.compile(
    rf"[上昨每月周期拜年第至到或和]$|(?:{_TIME_OF_DAY}|{_DAY_OF_SOME_KIND}|{_ZONE}|\b(?:last|past|previous|every|each|after|from|since|and|or|to)|[-–~/])"
    r"[\s,，(（]*(?:\b(?:by|before|until|till|due|on|at|no later than)\b)?\s*$|\b(?:for|of|etd|eta)[\s:：]*$",
    re.IGNORECASE,
)
_TOUCHES_AFTER = re.compile(
    r"^\s*(?:之前|以前|前|之内|以内|内)?[\s,，(（]*"
    r"(?:\b(?:at|or|to|until|and|around|about)\b|或者?|至|到|和|或是|左右|[-–~、])*\s*"
    rf"(?:{_TIME_OF_DAY}|{_DAY_OF_SOME_KIND}|{_ZONE}|{NUMBER}(?:天|日|小时|分钟|周|号|个?月)"
    r"|\d{1,2}(?!\d)(?!\s*[\u4e00-\u9fff])|[零一二两三四五六七八九十]餐|的(?!时候)"
    r"|\b(?:half past|quarter|noon|o'clock)\b|每)",
    re.IGNORECASE,
)
"""What stands beside a moment and would change what it means."""

_LONGEST_PIECE: Final = 36


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of the text that may be a moment, long ones first. English ones are whole words, at the text's
    beginning or end or after a word such as "by"; "第15号" and "15号柜" are numbers of something."""
    words = [found.span() for found in _WORD.finditer(text)]
    starts = {begin for begin, _ in words} | {n for n, char in enumerate(text) if char in _OPENERS}
    ends = {end for _, end in words} | {n + 1 for n, char in enumerate(text) if char in _CLOSERS}
    for begin, end in sorted(
        (
            (begin, end)
            for begin in starts
            if _COULD_BEGIN.match(text, begin) and text[begin - 1 : begin] not in _NUMBERS_THINGS
            for end in ends
            if 2 <= end - begin <= _LONGEST_PIECE
            and not _NUMBERED_THING.match(text, end - 1)
            and not (text[end : end + 1].isalnum() and _BARE_NUMBER.search(text, begin, end))
        ),
        key=lambda each: (each[0] - each[1], each[0]),
    ):
        stands_apart = begin == 0 or end == len(text) or _LEADS_IN.search(text, 0, begin)
        if stands_apart or not text[begin:end].isascii():
            yield begin, end


_OPENERS: Final = frozenset("今明后大本这下周星礼年月上中晚早半两一二三四五六七八九十0123456789")
_CLOSERS: Final = frozenset("天日号点分半刻时后内底初班午晚早前周年一二三四五六0123456789")
_BARE_NUMBER = re.compile(r"(?<![:\d/.-])\d{1,2}$")
_NUMBERED_THING = re.compile(r"号[柜箱仓库楼线车机门码厂房船泊单店]")
_NUMBERS_THINGS: Final = frozenset("第-./:#0123456789零一二三四五六七八九十")


_CHINESE: Final = r"[\u4e00-\u9fff]"


def _plain(said: str) -> str:
    text = unicodedata.normalize("NFKC", said).casefold().strip(" .。,，!！")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(rf"(?<={_CHINESE}) (?=[\d{_CHINESE[1:]})|(?<=\d) (?={_CHINESE})", "", text)
    text = re.sub(rf"^(?:(?:by|before|until|till|due|on|at|no later than)\s+|(?:{_AT_THE_LATEST})\s*)", "", text)
    return re.sub(r"\s*(下班)?(之前|以前|前)$", lambda found: " 下班" if found[1] else "", text).strip()


def _readings(text: str, asker: Asker) -> Iterator[datetime | Refused]:
    """What the whole text can be read as: a stretch from now, or a day with or without a time, in either order."""
    exact = _stretch(text, asker)
    if exact is not None:
        yield exact
    for day, rest in _days(text, asker):
        yield from _at(day, _CLOSE if not rest else _time(rest), asker)
    for cut in range(1, len(text)):
        wall = _time(text[:cut].strip())
        if wall is not None:
            for day, rest in _days(text[cut:].strip(), asker):
                if not rest:
                    yield from _at(day, wall, asker)
    yield from _at(_Day(asker.today), _time(text), asker)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day; `again` is the same kind of day once more, where the first one may be over already."""

    on: date
    again: date | None = None


@dataclass(frozen=True, slots=True)
class _Wall:
    """A time of day, None for the closing time."""

    at: time | None


_CLOSE = _Wall(None)


def _at(day: _Day, wall: _Wall | Refused | None, asker: Asker) -> Iterator[datetime | Refused]:
    """The moment of a time on a day; nothing for what is no time, a refusal for one that could be two."""
    if wall is None or isinstance(wall, Refused):
        yield from [wall] if wall else []
        return
    moments = [_moment(each, wall, asker) for each in (day.on, day.again) if each is not None]
    coming = [moment for moment in moments if isinstance(moment, Refused) or moment > asker.now]
    yield from coming[:1] or moments[:1]


def _moment(day: date, wall: _Wall, asker: Asker) -> datetime | Refused:
    local = datetime.combine(day, wall.at or asker.closing, asker.zone)
    utc = local.astimezone(ZoneInfo("UTC"))
    if utc.astimezone(asker.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return Refused("no_such_time", {"said": f"{local:%H:%M}"})
    return utc


# Numbers

_DIGITS: Final = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}


def number(said: str) -> int | None:
    """A number up to 99 in digits or in Chinese; None for anything else."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _DIGITS.get(said) if len(said) == 1 else None
    first, second = _DIGITS.get(tens or "一"), _DIGITS.get(ones or "零")
    if not first or second is None or ones == "零":
        return None
    return first * 10 + second


_EN_NUMBERS: Final = {
    **dict.fromkeys(("a", "an"), 1),
    **{
        word: n
        for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
    },
}
_EN_NUMBER: Final = rf"(?:\d{{1,3}}|{'|'.join(_EN_NUMBERS)})"


# Stretches from now

_FROM_NOW: Final = r"(?:之?后|以后|之?内|以内)"
_HOURS = re.compile(
    rf"(?P<n>{NUMBER})(?P<half>个半)?\s*个?(?P<unit>小时|钟头|分钟){_FROM_NOW}|(?P<halfhour>半个?(?:小时|钟头)){_FROM_NOW}"
)
_IN_HOURS = re.compile(
    rf"(?:in|within) (?:(?P<n>\d{{1,3}}\.5|{_EN_NUMBER}) ?|(?P<half>half an? ?))"
    r"(?P<unit>minutes?|mins?|m|hours?|hrs?|hr|h)"
    r"|(?P<n2>\d{1,3}) ?(?P<unit2>minutes?|mins?|hours?|hrs?|hr|h) from now"
)


def _stretch(text: str, asker: Asker) -> datetime | None:
    utc = ZoneInfo("UTC")
    if found := _HOURS.fullmatch(text):
        if found["halfhour"]:
            return (asker.now + timedelta(minutes=30)).astimezone(utc)
        n = number(found["n"])
        if n is None or (found["half"] and found["unit"] == "分钟"):
            return None
        hours = n + (0.5 if found["half"] else 0)
        amount = timedelta(minutes=n) if found["unit"] == "分钟" else timedelta(hours=hours)
        return (asker.now + amount).astimezone(utc)
    if found := _IN_HOURS.fullmatch(text):
        said, unit = found["n"] or found["n2"] or "0.5", found["unit"] or found["unit2"]
        amount_of = float(_EN_NUMBERS.get(said, said))
        return (
            asker.now + (timedelta(minutes=amount_of) if unit.startswith("m") else timedelta(hours=amount_of))
        ).astimezone(utc)
    return None


# Days

_ZH_WEEKDAYS: Final = {char: n for n, char in enumerate("一二三四五六日")} | {"天": 6}
_EN_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EN_WEEKDAY: Final = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)

_AMBIGUOUS: Final = (
    re.compile(r"\d{1,6}"),
    re.compile(r"(0?[1-9]|1[0-2])[/.](0?[1-9]|1[0-2])([/.]20\d\d)?( .*)?"),
    re.compile(
        r"下+个?(周|星期|礼拜|月)|next (week|month)|本周|这周|this week|周末|weekend|the weekend|(this|next) weekend"
    ),
)
"""A bare number, a day and month that could be turned round, and stretches in which no day is named."""

_MIDDLE = re.compile(r"[a-z0-9]{2}")
_BESIDE = re.compile(rf"[ (]*(?:(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|(?P<en>{_EN_WEEKDAY})(?![a-z0-9]))")
_Read = Callable[[re.Match[str], Asker], "_Day | None"]


def _days(text: str, asker: Asker) -> Iterator[tuple[_Day, str]]:
    """Every way to read a day at the text's beginning, with what is left of the text. Where a day of the week stands
    beside a date, as in "11月27日（周五）", both have to agree."""
    for day, rest in _days_alone(text, asker):
        yield day, rest
        if beside := _BESIDE.match(rest):
            yield from _agreeing(day, beside, rest[beside.end() :])
    if beside := _BESIDE.match(text):
        for day, rest in _days_alone(text[beside.end() :].strip(" ,()"), asker):
            yield from _agreeing(day, beside, rest)


def _agreeing(day: _Day, weekday: re.Match[str], rest: str) -> Iterator[tuple[_Day, str]]:
    said = weekday["zh"] or weekday["en"]
    number = _ZH_WEEKDAYS[said] if weekday["zh"] else _number_of_weekday(said)
    days = [each for each in (day.on, day.again) if each is not None and each.weekday() == number]
    if days:
        yield _Day(*days), rest.strip(" ,()")


def _days_alone(text: str, asker: Asker) -> Iterator[tuple[_Day, str]]:
    for pattern, read in _DAYS:
        found = pattern.match(text)
        if found is None:
            continue
        rest = text[found.end() :]
        if _MIDDLE.fullmatch(found.group()[-1:] + rest[:1]):
            continue  # in the middle of a word
        try:
            day = read(found, asker)
        except (ValueError, OverflowError, CalendarExhausted):
            continue
        if day is not None:
            yield day, rest.strip(" ,")


def _in_days(n: int | None) -> _Read:
    return lambda found, asker: _Day(asker.today + timedelta(days=n or 0))


def _zh_weekday(found: re.Match[str], asker: Asker) -> _Day | None:
    return _weekday(_ZH_WEEKDAYS[found["day"]], found["which"] or "", asker)


def _en_weekday(found: re.Match[str], asker: Asker) -> _Day | None:
    number = _number_of_weekday(found["day"])
    which = {"this": "本", "next": "下"}.get(found["which"] or "", "")
    return _weekday(number, which, asker)


def _number_of_weekday(said: str) -> int:
    return next(n for n, name in enumerate(_EN_WEEKDAYS) if name.startswith(said[:3]))


def _weekday(number: int, which: str, asker: Asker) -> _Day | None:
    """ "Friday" is the next one there is, "this Friday" this week's, "next Friday" the following week's."""
    monday = asker.today - timedelta(days=asker.today.weekday())
    if which:
        weeks = which.count("下")
        return _Day(monday + timedelta(weeks=weeks, days=number))
    ahead = (number - asker.today.weekday()) % 7
    day = asker.today + timedelta(days=ahead)
    return _Day(day, day + timedelta(days=7))


def _after_days(found: re.Match[str], asker: Asker) -> _Day | None:
    said = found["n"]
    n = _EN_NUMBERS.get(said, number(said))
    if n is None:
        return None
    unit = found["unit"]
    if "工作日" in unit or "business" in unit or "working" in unit:
        return (
            _Day(add_working_days(asker.calendar, asker.now, n).astimezone(asker.zone).date()) if 0 < n < 300 else None
        )
    if unit[0] in "天日d":
        return _Day(asker.today + timedelta(days=n))
    if unit[0] in "周星礼w":
        return _Day(asker.today + timedelta(weeks=n))
    return _Day(_month_later(asker.today, n))


def _month_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_day(found: re.Match[str], asker: Asker) -> _Day | None:
    """A month and a day of the year that is named, or of this one or the next."""
    month, day = number(found["month"]), number(found["dom"])
    if month is None or day is None:
        return None
    said = found["year"]
    if not said:
        return _this_year_or_next(month, day, asker)
    if said.startswith(("今", "明", "后")):
        return _Day(date(asker.today.year + "今明后".index(said[0]), month, day))
    return _Day(date(int(said.rstrip("年")), month, day))


def _this_year_or_next(month: int, day: int, asker: Asker) -> _Day:
    """A day that is over since long is next year's; one that is just over is over."""
    this = date(asker.today.year, month, day)
    if timedelta() <= asker.today - this <= _JUST_OVER:
        return _Day(this)
    try:
        return _Day(this, this.replace(year=this.year + 1))
    except ValueError:
        return _Day(this)  # 29 February


_JUST_OVER: Final = timedelta(days=60)


def _en_month_day(found: re.Match[str], asker: Asker) -> _Day | None:
    month, day = _MONTHS.index(found["month"][:3]) + 1, int(found["dom"])
    if found["year"]:
        return _Day(date(int(found["year"]), month, day))
    return _this_year_or_next(month, day, asker)


def _slashes(found: re.Match[str], asker: Asker) -> _Day | None:
    """11/30 or 30/11: whichever can only be read in one way."""
    first, second = int(found["a"]), int(found["b"])
    month, day = (first, second) if second > 12 else (second, first)
    return _Day(date(int(found["year"]), month, day)) if found["year"] else _this_year_or_next(month, day, asker)


def _day_of_month(found: re.Match[str], asker: Asker) -> _Day | None:
    day, which = number(found["dom"]), found["which"] or ""
    if day is None:
        return None
    first = asker.today.replace(day=1)
    following = _month_later(first, 1)
    if which:
        return _Day((following if "下" in which else first).replace(day=day))
    try:
        this = first.replace(day=day)
    except ValueError:
        return _Day(following.replace(day=day))
    return _Day(this, following.replace(day=day) if day <= monthrange(following.year, following.month)[1] else None)


def _end_of_month(months: int) -> _Read:
    def read(found: re.Match[str], asker: Asker) -> _Day:
        first = _month_later(asker.today.replace(day=1), months)
        return _Day(first.replace(day=monthrange(first.year, first.month)[1]))

    return read


def _end_of_a_month(found: re.Match[str], asker: Asker) -> _Day | None:
    said = found["month"]
    month = _MONTHS.index(said[:3]) + 1 if said.isascii() and said.isalpha() else number(said)
    if month is None or not 1 <= month <= 12:
        return None
    first = _month_later(asker.today.replace(day=1), (month - asker.today.month) % 12)
    return _Day(first.replace(day=monthrange(first.year, first.month)[1]))


def _end_of_week(weeks: int) -> _Read:
    """The last working day of the week."""

    def read(found: re.Match[str], asker: Asker) -> _Day:
        monday = asker.today - timedelta(days=asker.today.weekday()) + timedelta(weeks=weeks)
        days = [monday + timedelta(days=n) for n in range(7)]
        working = [day for day in days if day.weekday() < 5 and asker.calendar.is_working_day(day)]
        return _Day(working[-1] if working else days[4])

    return read


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_DAYS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = tuple(
    (_compiled(pattern), read)
    for pattern, read in (
        (r"(?:今天|今日)(?:(?:之|以)?内)?|今(?=[早晚晨夜])", _in_days(0)),
        (r"明天|明日|明(?=[早晚晨])", _in_days(1)),
        (r"后天", _in_days(2)),
        (r"大后天", _in_days(3)),
        (r"(?P<which>本|这个?|下下个?|下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])", _zh_weekday),
        (rf"(?P<n>{NUMBER}) ?个?(?P<unit>工作日|天|日|周|星期|礼拜|月){_FROM_NOW}", _after_days),
        (rf"(?P<n>{NUMBER}) ?个?(?P<unit>工作日|周|星期|礼拜)$", _after_days),
        (rf"(?P<year>\d{{4}}年|今年|明年|后年)?(?P<month>{NUMBER})月(?P<dom>{NUMBER})[日号]", _month_day),
        (rf"(?P<which>本月|这个?月|下个?月)?(?P<dom>{NUMBER})[日号]", _day_of_month),
        (r"(?:本|这个?)(?:周|星期|礼拜)(?:之|以)?内", _end_of_week(0)),
        (r"(?:本|这个?)月(?:之|以)?内|(?:本|这个?)?月底", _end_of_month(0)),
        (rf"(?P<month>{NUMBER})月底", _end_of_a_month),
        (r"下个?月底", _end_of_month(1)),
        (r"下个?月初", lambda found, asker: _Day(_month_later(asker.today.replace(day=1), 1))),
        (r"(?:今年)?年底|今年底", lambda found, asker: _Day(date(asker.today.year, 12, 31))),
        (r"today|tod|this(?= (?:morning|afternoon|evening))", _in_days(0)),
        (r"(?=tonight)", _in_days(0)),
        (r"tomorrow|tmrw|tmr|tmw", _in_days(1)),
        (r"(?:the )?day after tomorrow", _in_days(2)),
        (rf"(?:on )?(?:(?P<which>this|next) (?:week )?)?(?P<day>{_EN_WEEKDAY})", _en_weekday),
        (rf"(?P<day>{_EN_WEEKDAY}) (?:of )?(?P<which>this|next) week", _en_weekday),
        (
            rf"(?:in |within )(?P<n>{_EN_NUMBER}) (?P<unit>(?:business |working )days?|days?|weeks?|months?)",
            _after_days,
        ),
        (
            rf"(?P<n>{_EN_NUMBER}) (?P<unit>(?:business |working )days?|days?|weeks?|months?) (?:from now|later)",
            _after_days,
        ),
        (r"eow|end of (?:the |this )?week", _end_of_week(0)),
        (r"end of next week", _end_of_week(1)),
        (r"eom|end of (?:the |this )?month", _end_of_month(0)),
        (r"end of next month", _end_of_month(1)),
        (rf"end of (?P<month>{_MONTH})", _end_of_a_month),
        (r"eoy|end of (?:the |this )?year", lambda found, asker: _Day(date(asker.today.year, 12, 31))),
        (
            rf"(?P<month>{_MONTH})\.? (?:the )?(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?(?![\d:])",
            _en_month_day,
        ),
        (
            rf"(?:the )?(?P<dom>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\.?"
            r"(?:,? (?P<year>20\d\d))?(?![\d:])",
            _en_month_day,
        ),
        (
            r"(?P<year>20\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<dom>\d{1,2})(?!\d)",
            lambda found, asker: _Day(date(int(found["year"]), int(found["month"]), int(found["dom"]))),
        ),
        (r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year>20\d\d))?(?![\d/])", _slashes),
        (r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<year>20\d\d)(?!\d)", _slashes),
    )
)


# Times of day

_HOURS_OF: Final = {
    "凌晨": range(7),
    **dict.fromkeys(("早上", "早晨", "清晨", "早"), range(4, 12)),
    "上午": range(5, 13),
    "中午": range(11, 15),
    "下午": range(12, 24),
    "傍晚": range(16, 21),
    **dict.fromkeys(("晚上", "晚", "夜里"), range(17, 24)),
}
"""The hours that a part of the day can mean; another one, such as 夜里两点, is asked about."""

_PERIODS: Final = "|".join(_HOURS_OF)
_ZH_TIME = re.compile(
    rf"(?P<period>{_PERIODS})? ?(?:(?P<h>{NUMBER})[点时](?:钟|整)?"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<m>{NUMBER})分?)?"
    r"|(?P<h2>\d{1,2}):(?P<m2>\d\d))"
)
_EN_TIME = re.compile(r"(?:at )?(?P<h>\d{1,2})(?::(?P<m>\d\d))? ?(?P<half>am|pm|a\.m|p\.m)\.?")
_NAMED: Final = {
    "noon": time(12),
    "中午": time(12),
    "上午": time(12),
    "morning": time(12),
    "in the morning": time(12),
    "早上": time(9),
    "早": time(9),
    "evening": time(20),
    "tonight": time(21),
    "晚上": time(21),
    "晚": time(21),
}
_CLOSING: Final = frozenset(
    (
        "下班",
        "eod",
        "cob",
        "end of day",
        "close of business",
        "end of business",
        "下午",
        "afternoon",
        "in the afternoon",
    )
)


def _time(text: str) -> _Wall | Refused | None:
    """A time of day; None for what is none. Refuses an hour that could be in the morning or in the afternoon."""
    text = text.removeprefix("at ").strip()
    if text in _CLOSING:
        return _CLOSE
    if text in _NAMED:
        return _Wall(_NAMED[text])
    if text.startswith("tonight "):
        after = _time(text.removeprefix("tonight "))
        return after if isinstance(after, _Wall) and after.at is not None and after.at >= time(16) else None
    if found := _EN_TIME.fullmatch(text):
        hour, minute = int(found["h"]), int(found["m"] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return _Wall(time(hour % 12 + (12 if found["half"][0] == "p" else 0), minute))
    if found := _ZH_TIME.fullmatch(text):
        return _zh_time(found)
    return Refused("date_ambiguous", {"said": text}) if _HALF_A_DAY.fullmatch(text) else None


_HALF_A_DAY = re.compile(r"(?:0?[1-9]|1[0-2])(?: ?o'clock)?")


def _zh_time(found: re.Match[str]) -> _Wall | Refused | None:
    hour = number(found["h"] or found["h2"])
    minute = number(found["m"] or found["m2"] or "0")
    if found["half"]:
        minute = 30
    if found["quarter"]:
        minute = 15 if found["quarter"] == "一" else 45
    if hour is None or minute is None or hour > 23 or minute > 59:
        return None
    if found["period"]:
        hours = [each for each in _HOURS_OF[found["period"]] if hour in (each, each - 12 or each)]
        return _Wall(time(hours[0], minute)) if hours else Refused("date_ambiguous", {"said": found[0]})
    written_out = found["h2"] is not None and len(found["h2"]) == 2
    if hour < 7 and not written_out:
        return Refused("date_ambiguous", {"said": found[0]})  # 3点, 3:00: by night or in the afternoon
    return _Wall(time(hour, minute))


_COULD_BEGIN = re.compile(
    "|".join(
        re.sub(r"\(\?P<\w+>", "(?:", part)
        for part in (
            *(pattern.pattern for pattern, _ in _DAYS if "P=sep" not in pattern.pattern),
            r"20\d\d[-/.]\d",
            _HOURS.pattern,
            _IN_HOURS.pattern,
            _ZH_TIME.pattern,
            _EN_TIME.pattern,
            *map(re.escape, sorted(_NAMED)),
            *map(re.escape, sorted(_CLOSING)),
        )
    ),
    re.IGNORECASE,
)
"""What a moment within a sentence may begin with."""
