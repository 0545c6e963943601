"""Words in a person's language, or in a channel's two: gettext catalogs, dates, working time, money.

The English text in the code is the message id; `bot/locale` holds the other catalogs. A test fails on a text
without its translation and on a translation without its text.
"""

from __future__ import annotations

import gettext
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_precision

from bot.views.blockkit import Safe
from department.agreement import Label

LOCALES = {"en": "en", "zh": "zh_CN"}
"""The languages of an agreement, and their catalogs."""

Value = str | Label


class Words:
    """Everything that is said to one reader: a person's one language, or both languages of a channel."""

    def __init__(self, languages: tuple[str, ...], timezone: str) -> None:
        self.languages = languages
        self.timezone = ZoneInfo(timezone)

    def __call__(self, message: str, **values: Value) -> str:
        """The message in the reader's language, with its {named} places filled in."""
        return self._each([catalog(language).gettext(message) for language in self.languages], values)

    def n(self, singular: str, plural: str, n: int, **values: Value) -> str:
        """The singular or plural form for the number `n`, which fills the place {n}."""
        texts = [catalog(language).ngettext(singular, plural, n) for language in self.languages]
        return self._each(texts, {"n": str(n), **values})

    def label(self, label: Label) -> str:
        """A name that the agreement gives in both languages."""
        return self._each(["{label}"] * len(self.languages), {"label": label})

    def day(self, day: date) -> str:
        """A date with its weekday."""
        return self._joined([_day(day, language) for language in self.languages])

    def moment(self, moment: datetime) -> Safe:
        """A moment, drawn in the viewer's own time zone by Slack; the fallback says the reader's zone.

        Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
        """
        local = moment.astimezone(self.timezone)
        said = format_datetime(local, "yyyy-MM-dd HH:mm", locale="en")
        return Safe(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{said} {local.tzname()}>")

    def plain_moment(self, moment: datetime) -> str:
        """A moment where Slack draws no date tokens: in the reader's zone, with its name."""
        local = moment.astimezone(self.timezone)
        return f"{format_datetime(local, 'yyyy-MM-dd HH:mm', locale='en')} {local.tzname()}"

    def working_time(self, amount: timedelta) -> str:
        """A stretch of working time in hours and minutes."""
        hours, minutes = divmod(round(amount.total_seconds() / 60), 60)
        if not hours:
            return self("{minutes} min", minutes=str(minutes))
        if not minutes:
            return self("{hours} working h", hours=str(hours))
        return self("{hours} working h {minutes} min", hours=str(hours), minutes=str(minutes))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its ISO code: never a sign, since ¥ is two currencies."""
        places = get_currency_precision(currency)
        return f"{currency} {format_decimal(amount, '#,##0.' + '0' * places if places else '#,##0', locale='en')}"

    def _each(self, templates: list[str], values: dict[str, Value]) -> str:
        said = [
            template.format(**{name: value.in_(language) if isinstance(value, Label) else value for name, value in values.items()})
            for template, language in zip(templates, self.languages, strict=True)
        ]
        return self._joined(said)

    @staticmethod
    def _joined(texts: list[str]) -> str:
        different = list(dict.fromkeys(texts))
        return (" / " if all(len(text) <= 40 for text in different) else "\n").join(different)


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """The catalog of an agreement's language; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    path = Path(__file__).parents[1] / "locale" / LOCALES[language] / "LC_MESSAGES" / "supercargo.po"
    with path.open("rb") as source:
        messages = read_po(source, locale=LOCALES[language])
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language_of(slack_locale: str, spoken: tuple[str, ...]) -> str:
    """The agreement's language nearest to a Slack profile's locale ("zh-CN", "en-US"); its first one where none is."""
    language = slack_locale.replace("_", "-").split("-")[0].lower()
    return language if language in spoken else spoken[0]


def _day(day: date, language: str) -> str:
    return format_date(day, "EEE d MMM y" if language == "en" else "y年M月d日 EEE", locale=Locale.parse(LOCALES[language]))


