"""Days of leave in words: from when until when, with half days, wholly or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.demo import sample_agreement
from department.dates import Asker
from department.records import Refused
from department.stretches import Stretch, understand_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 10, 12, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)
ASKER = Asker(MONDAY, SHANGHAI, sample_agreement().work_calendar())


def october(first: int, last: int | None, half: str = "") -> Stretch:
    """Days of October: "pm" begins at noon, "am" ends at noon."""
    until = None if last is None else date(2026, 10, last)
    return Stretch(date(2026, 10, first), until, "pm" in half, "am" in half)


SAID = {
    "今天": october(12, 12),
    "今天下午": october(12, 12, "pm"),
    "this afternoon": october(12, 12, "pm"),
    "明天上午": october(13, 13, "am"),
    "tomorrow morning": october(13, 13, "am"),
    "明天下午到周五中午": october(13, 16, "pm am"),
    "tomorrow afternoon to Friday noon": october(13, 16, "pm am"),
    "明天到周五": october(13, 16),
    "from tomorrow to Friday": october(13, 16),
    "from tomorrow until Friday morning": october(13, 16, "am"),
    "到周五": october(12, 16),
    "until Friday": october(12, 16),
    "从明天": october(13, None),
    "from tomorrow": october(13, None),
    "10月20日-10月23日": october(20, 23),
    "10月20日-23日": october(20, 23),
    "10月20-23日": october(20, 23),
    "10月20日 到 23号": october(20, 23),
    "Oct 20 to 23": october(20, 23),
    "Oct 20-23": october(20, 23),
    "20-23 Oct": october(20, 23),
    "20 to 23 October": october(20, 23),
    "10/20-10/23": october(20, 23),
    "2026-10-20 - 2026-10-23": october(20, 23),
    "2026-10-20": october(20, 20),
    "Mon-Wed": october(12, 14),
    "周一至周三": october(12, 14),
    "Friday to Monday": october(16, 19),
    "下周一到下周三": october(19, 21),
    "next Monday to next Wednesday": october(19, 21),
    "明天到后天": october(13, 14),
    "明天上午到下午": october(13, 13),
    "昨天到今天": october(11, 12),
    "yesterday to Wednesday": october(11, 14),
    "for 3 days": october(12, 14),
    "next week": october(19, 23),
    "下周": october(19, 23),
    "this week": october(12, 16),
    "3天": october(12, 14),
    "3 days": october(12, 14),
    "明天起3天": october(13, 15),
    "从周五开始休两天": october(16, 19),  # the weekend does not count
    "tomorrow for 2 days": october(13, 14),
    "2 working days from Friday": october(16, 19),
    "a week": october(12, 18),
    "12月30日到1月2日": Stretch(date(2026, 12, 30), date(2027, 1, 2)),
    "Dec 30 to Jan 2": Stretch(date(2026, 12, 30), date(2027, 1, 2)),
}

REFUSED = (
    "from tomorrow to 32 Oct",
    "Oct 20 to 32",
    "10/11-10/12",
    "Friday or Monday",
    "明天3点到周五",
    "tomorrow at 3 until Friday",
    "周五到",
    "Oct 23 to 20",
    "some day next week",
    "tomorrow to Friday and Monday",
    "noonish",
    "半天",
    "to to",
    "-",
)


@pytest.mark.parametrize("said", SAID)
def test_days_are_understood_wholly(said: str) -> None:
    assert understand_days(said, ASKER) == SAID[said]


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_not_understood_wholly_is_never_one_day(said: str) -> None:
    assert isinstance(understand_days(said, ASKER), Refused)
