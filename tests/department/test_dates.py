"""Moments in words: the whole phrase is understood, or nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.wording import Words
from department.calendar import Span, country_calendar
from department.dates import Asker, Found, find, understand
from department.records import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = country_calendar(
    "CN",
    range(2025, 2029),
    timezone=SHANGHAI,
    week=frozenset(range(5)),
    spans=(Span(time(9), time(12)), Span(time(13), time(18))),
    closed=(),
    days_off={},
    makeup_days=frozenset(),
)
MONDAY = Asker(datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI), SHANGHAI, CALENDAR)

PHRASES = [
    ("明天", "11-24"),
    ("后天", "11-25"),
    ("大后天", "11-26"),
    ("今天下午3点", "11-23 15:00"),
    ("明天上午9点半", "11-24 09:30"),
    ("下周三下午3点", "12-02 15:00"),
    ("下周一", "11-30"),
    ("本周五", "11-27"),
    ("这周五下班前", "11-27 18:00"),
    ("周五", "11-27"),
    ("星期天", "11-29"),
    ("礼拜四晚上8点", "11-26 20:00"),
    ("3天后", "11-26"),
    ("三天之后", "11-26"),
    ("两小时后", "11-23 12:00"),
    ("半小时后", "11-23 10:30"),
    ("2个工作日内", "11-25"),
    ("一周后", "11-30"),
    ("两周内", "12-07"),
    ("月底", "11-30"),
    ("下个月5号", "12-05"),
    ("下月初", "12-01"),
    ("12月15日", "12-15"),
    ("12月15号下午两点", "12-15 14:00"),
    ("2026年12月31日", "12-31"),
    ("年底", "12-31"),
    ("明年1月10日", "2027-01-10"),
    ("15号", "12-15"),
    ("中午12点", "11-23 12:00"),
    ("今晚", "11-23"),
    ("明早8点", "11-24 08:00"),
    ("下下周二", "12-08"),
    ("十二月三号", "12-03"),
    ("一个半小时后", "11-23 11:30"),
    ("11/30 17:00", "11-30 17:00"),
    ("tomorrow", "11-24"),
    ("tmr 3pm", "11-24 15:00"),
    ("day after tomorrow", "11-25"),
    ("next Fri 5pm", "12-04 17:00"),
    ("Friday", "11-27"),
    ("this Friday 5pm", "11-27 17:00"),
    ("Fri 17:00", "11-27 17:00"),
    ("next Monday", "11-30"),
    ("in 2h", "11-23 12:00"),
    ("in 2 hours", "11-23 12:00"),
    ("in 30 min", "11-23 10:30"),
    ("in 3 days", "11-26"),
    ("3 days from now", "11-26"),
    ("in 2 weeks", "12-07"),
    ("in 2 business days", "11-25"),
    ("EOD", "11-23 18:00"),
    ("COB tomorrow", "11-24 18:00"),
    ("EOW", "11-27"),
    ("end of month", "11-30"),
    ("end of next week", "12-04"),
    ("Dec 15", "12-15"),
    ("15 Dec 2pm", "12-15 14:00"),
    ("2026-12-01 14:30", "12-01 14:30"),
    ("noon tomorrow", "11-24 12:00"),
    ("tonight 8pm", "11-23 20:00"),
]

HOLD_OUT = [
    ("明天下班前", "11-24 18:00"),
    ("下周五中午", "12-04 12:00"),
    ("周三上午10:30", "11-25 10:30"),
    ("下个月底", "12-31 18:00"),
    ("二十八号下午四点三刻", "11-28 16:45"),
    ("五个工作日内", "11-30 18:00"),
    ("30分钟后", "11-23 10:30"),
    ("下午5点前", "11-23 17:00"),
    ("今天晚上9点", "11-23 21:00"),
    ("12月1日14:00", "12-01 14:00"),
    ("by Friday 5 pm", "11-27 17:00"),
    ("before noon", "11-23 12:00"),
    ("on the 15th of December", "12-15 18:00"),
    ("Jan 3", "2027-01-03 18:00"),
    ("in an hour", "11-23 11:00"),
    ("a week from now", "11-30 18:00"),
    ("next Tuesday at 9:30am", "12-01 09:30"),
    ("Monday morning", "11-23 12:00"),
    ("this afternoon", "11-23 18:00"),
    ("30/11", "11-30 18:00"),
    ("17:30", "11-23 17:30"),
    ("end of the week", "11-27 18:00"),
    ("EOD Thursday", "11-26 18:00"),
    ("最晚周五", "11-27 18:00"),
    ("最迟下周二下午三点半", "12-01 15:30"),
    ("不晚于12月1日", "12-01 18:00"),
    ("48小时内", "11-25 10:00"),
    ("3天之内", "11-26 18:00"),
    ("今天内", "11-23 18:00"),
    ("本周内", "11-27 18:00"),
    ("11月底前", "11-30 18:00"),
    ("周五 下午 3 点 半", "11-27 15:30"),
    ("下午12点半", "11-23 12:30"),
    ("晚上11点", "11-23 23:00"),
    ("周五 11月27日", "11-27 18:00"),
    ("12月4日（周五）下午5点", "12-04 17:00"),
    ("within 48 hours", "11-25 10:00"),
    ("in two days", "11-25 18:00"),
    ("Wednesday next week, 3pm", "12-02 15:00"),
    ("next week Wednesday", "12-02 18:00"),
    ("Friday, Dec 4, 5 PM", "12-04 17:00"),
    ("Fri 27 Nov, 17:00", "11-27 17:00"),
    ("end of December", "12-31 18:00"),
    ("31.12.2026", "12-31 18:00"),
]

NO_MOMENT = [
    "ok",
    "May I ask",
    "第3批货",
    "尽快",
    "订单12345",
    "2 containers",
    "sat down",
    "PO 20261123-7",
    "CIF 1200 USD",
    "99",
    "下周",
    "next week",
    "01/12",
    "3点",
    "tomorrow at 3",
    "this",
    "asap",
    "",
    "32号",
    "2月30日",
    "13月1日",
    "十十二月三号",
    "25:00",
    "tomorrow and then some",
    "周五周六",
    "今晚零点",
    "晚上1点",
    "夜里两点",
    "凌晨12点",
    "上午15点",
    "周五11月28日",
    "Friday, Nov 28",
    "10.1.2027",
]


@pytest.mark.parametrize(("said", "expected"), PHRASES + HOLD_OUT, ids=[said for said, _ in PHRASES + HOLD_OUT])
def test_a_phrase_is_the_moment_people_mean(said: str, expected: str) -> None:
    moment = understand(said, MONDAY)
    assert isinstance(moment, datetime), moment
    expected = expected if expected.startswith("20") else f"2026-{expected}"
    assert moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M").startswith(expected)
    assert moment.utcoffset() == timedelta()


@pytest.mark.parametrize("said", NO_MOMENT)
def test_what_is_no_moment_or_could_be_two_is_not_guessed(said: str) -> None:
    assert isinstance(understand(said, MONDAY), Refused)


def test_the_reason_of_a_refusal_can_be_asked_about() -> None:
    for said, reason in (
        ("01/12", "date_ambiguous"),
        ("99", "date_ambiguous"),
        ("3点", "date_ambiguous"),
        ("tomorrow at 3", "date_ambiguous"),
        ("11月1日", "in_the_past"),
        ("asap", "date_unclear"),
        ("this Monday 9am", "in_the_past"),
        ("2035-01-01", "too_far"),
    ):
        refused = understand(said, MONDAY)
        assert isinstance(refused, Refused)
        assert refused.reason == reason, said


def test_a_wall_time_that_the_clocks_leave_out_is_refused_in_the_askers_zone() -> None:
    berlin = replace(MONDAY, now=datetime(2027, 3, 26, 9, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))
    refused = understand("2027-03-28 02:30", berlin)
    assert isinstance(refused, Refused)
    assert refused.reason == "no_such_time"
    assert understand("2027-03-28 03:30", berlin) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_the_same_words_mean_the_askers_own_day() -> None:
    chicago = replace(MONDAY, zone=ZoneInfo("America/Chicago"))  # there it is still Sunday evening
    assert understand("tomorrow 5pm", chicago) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert understand("tomorrow 5pm", MONDAY) == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("send PI to ACME by Friday 5pm", "11-27 17:00", "send PI to ACME"),
        ("周五下午5点前 给ACME发PI", "11-27 17:00", "给ACME发PI"),
        ("给ACME明天下班前发PI", "11-24 18:00", "给ACME 发PI"),
        ("tomorrow call the forwarder", "11-24 18:00", "call the forwarder"),
        (
            "check the 3,000 cartons of SO-2610-03 before noon tomorrow",
            "11-24 12:00",
            "check the 3,000 cartons of SO-2610-03",
        ),
        ("核对第15号柜的箱单，12月1日前", "12-01 18:00", "核对第15号柜的箱单"),
        ("by 2026-12-01 14:30 book space", "12-01 14:30", "book space"),
        ("周五下午 5 点前发PI", "11-27 17:00", "发PI"),
        ("确认12月20日的船期，周五前", "11-27 18:00", "确认12月20日的船期"),
        ("星期一报告，周三前交", "11-25 18:00", "星期一报告, 交"),
        ("ask about the 20 Dec ETD by Friday", "11-27 18:00", "ask about the 20 Dec ETD"),
        ("周五3个柜装箱", "11-27 18:00", "3个柜装箱"),
        ("明天一起开会", "11-24 18:00", "一起开会"),
        ("发PI（周五前）", "11-27 18:00", "发PI"),
        ("send PI to ACME by Friday 5pm at the latest", "11-27 17:00", "send PI to ACME"),
        ("最晚周五下午三点交报告", "11-27 15:00", "交报告"),
        ("订12月15日的船，周五前", "11-27 18:00", "订12月15日的船"),
    ],
)
def test_the_moment_is_found_in_a_sentence_and_the_rest_is_left(text: str, expected: str, rest: str) -> None:
    found = find(text, MONDAY)
    assert isinstance(found, Found), found
    assert found.moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == expected
    assert found.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "send PI to ACME",
        "the buyer sat on our mail",
        "给ACME发PI",
        "order SO-2610-03",
        "12 cartons, 3,000 pcs",
        "第3批货",
        "by email",
        "十二号柜",
    ],
)
def test_no_moment_is_found_where_none_is_named(text: str) -> None:
    assert find(text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("周五5点前给ACME发PI", "date_ambiguous"),
        ("明天3点给ACME发PI", "date_ambiguous"),
        ("send PI by Friday 5", "date_ambiguous"),
        ("send PI by Friday 17h", "date_unclear"),
        ("send PI by 12/11 5pm", "date_ambiguous"),
        ("上周五前发PI", "date_unclear"),
        ("send PI by last Friday", "date_unclear"),
        ("昨天下午5点前", "date_unclear"),
        ("11月1日前发PI", "in_the_past"),
        ("2月30日前发PI", "date_unclear"),
        ("周一至周五跟进", "several_moments"),
        ("周五前发PI，月底前发货", "several_moments"),
        ("明天确认周五的船期", "several_moments"),
        ("send PI by Friday or Saturday", "date_unclear"),
        ("send PI by Friday 5pm CET", "date_unclear"),
        ("周五下午5点（北京时间）前发PI", "date_unclear"),
        ("每周五发周报", "date_unclear"),
        ("send the report every Friday", "date_unclear"),
        ("Sat call the bank Fri 5pm", "several_moments"),
        ("Sat downnext Fri 5pmok", "date_unclear"),
        ("下周发PI", "date_unclear"),
        ("一日三餐", "date_unclear"),
        ("订12月15日的船", "date_unclear"),
        ("book vessel ETD 12/15", "date_unclear"),
        ("book the truck for Friday", "date_unclear"),
    ],
)
def test_a_moment_that_is_only_half_understood_is_asked_about(text: str, reason: str) -> None:
    found = find(text, MONDAY)
    assert isinstance(found, Refused), found
    assert found.reason == reason


PIECES = (
    [said for said, _ in PHRASES]
    + NO_MOMENT
    + ["前", "at", "by", " ", "点", "十", "月", "-", "/", "下", "in", "1", "半", "两"]
)


@given(st.lists(st.sampled_from(PIECES), max_size=5).map("".join) | st.text(max_size=30))
def test_no_text_at_all_makes_it_stumble_and_what_it_finds_is_still_to_come(said: str) -> None:
    moment = understand(said, MONDAY)
    assert isinstance(moment, Refused) or moment > MONDAY.now
    found = find(said, MONDAY)
    if isinstance(found, Found):
        assert found.moment > MONDAY.now
        second = [left for left in found.rest.split() if isinstance(find(f"by {left}", MONDAY), Found)]
        assert not second or any(limit in said for limit in ("前", "内", "by")), found


@given(
    st.dates(date(2026, 11, 24), date(2028, 12, 31)), st.times(), st.sampled_from(["Asia/Shanghai", "Europe/Berlin"])
)
def test_what_is_echoed_is_understood_as_the_same_moment(day: date, at: time, zone: str) -> None:
    asker = replace(MONDAY, zone=ZoneInfo(zone))
    minute = f"{day} {at:%H:%M}"
    moment = understand(minute, asker)
    if isinstance(moment, Refused):
        assert moment.reason in ("in_the_past", "no_such_time")
        return
    assert f"{moment.astimezone(asker.zone):%Y-%m-%d %H:%M}" == minute


@given(st.dates(date(2026, 11, 24), date(2027, 9, 23)))
def test_every_way_to_write_a_day_is_the_same_day(day: date) -> None:
    said = {
        understand(written, MONDAY)
        for written in (
            day.isoformat(),
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.month}月{day.day}号",
            f"{day.day} {day:%B}",
            f"{day:%b} {day.day}, {day.year}",
        )
    }
    assert said == {datetime.combine(day, time(18), SHANGHAI).astimezone(UTC)}


@given(st.dates(date(2026, 11, 24), date(2028, 12, 31)), st.times(), st.sampled_from(["en", "zh"]))
def test_what_supercargo_says_back_can_be_said_to_it(day: date, at: time, language: str) -> None:
    moment = datetime.combine(day, at.replace(second=0, microsecond=0), SHANGHAI)
    said = Words((language,), "Asia/Shanghai").full_moment(moment)
    assert understand(said, MONDAY) == moment, said
