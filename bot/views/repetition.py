"""How often something comes again, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.views.wording import Phrase, Words, phrase
from department.recurrence import DAYS

WEEKDAYS: Final[Mapping[str, Phrase]] = dict(
    zip(
        DAYS,
        (
            phrase("Monday"),
            phrase("Tuesday"),
            phrase("Wednesday"),
            phrase("Thursday"),
            phrase("Friday"),
            phrase("Saturday"),
            phrase("Sunday"),
        ),
        strict=True,
    )
)

NTHS: Final[Mapping[str, Phrase]] = {
    "first": phrase("first"),
    "second": phrase("second"),
    "third": phrase("third"),
    "fourth": phrase("fourth"),
    "last": phrase("last"),
}


def repetition(written: str, words: Words) -> str:
    """How often it comes again, in words."""
    if written == "every working day":
        return words("every working day")
    if written == "monthly on the last working day":
        return words("on the last working day of each month")
    how, _, day = written.rpartition(" ")
    if how == "monthly on day":
        return words("each month on day {day}", day=day)
    if how == "quarterly on day":
        return words("each quarter on day {day}", day=day)
    weekday = WEEKDAYS[day]
    if how == "every":
        return words("every week on {weekday}", weekday=weekday)
    if how.startswith("every "):
        return words("every {weeks} weeks on {weekday}", weeks=how.split()[1], weekday=weekday)
    if how.startswith("quarterly"):
        return words("each quarter on the {nth} {weekday}", nth=NTHS[how.rpartition(" ")[2]], weekday=weekday)
    return words("each month on the {nth} {weekday}", nth=NTHS[how.rpartition(" ")[2]], weekday=weekday)
