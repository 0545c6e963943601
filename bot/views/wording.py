"""Words in a person's language, or in a channel's two: gettext catalogs, dates, working time, money.

The English text in the code is the message id; `bot/locale` holds the other catalogs. A test fails on a text
without its translation and on a translation without its text.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_precision

from bot.views.blockkit import Safe, escape
from department.agreement import Label

LOCALES = {"en": "en", "zh": "zh_CN"}
"""The languages of an agreement, and their catalogs."""

BESIDE = 40
"""Characters up to which two languages stand side by side; longer texts stand one under the other."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message that waits for the language of the sentence it goes into."""

    message: str
    plural: str
    n: int
    values: Mapping[str, Value]

    def in_(self, language: str) -> str:
        """The phrase in one language, its {named} places filled in."""
        text = (
            catalog(language).ngettext(self.message, self.plural, self.n)
            if self.plural
            else (catalog(language).gettext(self.message))
        )
        put = escape if self.names_commands else str
        return text.format(n=self.n, **{name: put(_in(value, language)) for name, value in self.values.items()})

    @property
    def names_commands(self) -> bool:
        """Whether it says what to type, between backticks: then it is mrkdwn, and what goes into it is escaped."""
        return "`" in self.message


@dataclass(frozen=True, slots=True)
class Several:
    """Some values in a row, each in the language of the sentence they go into."""

    values: tuple[Value, ...]

    def in_(self, language: str) -> str:
        """All of them in one language."""
        return ("、" if language == "zh" else ", ").join(_in(value, language) for value in self.values)


Value = str | date | Label | Phrase | Several


def phrase(message: str, **values: Value) -> Phrase:
    """A part of a sentence, to be said in the sentence's language."""
    return Phrase(message, "", 0, values)


def n_phrase(singular: str, plural: str, n: int) -> Phrase:
    """The same, with a number that fills the place {n} and chooses the form."""
    return Phrase(singular, plural, n, {})


HERE: Final = "\ue000"
"""Where `Words.with_moment` puts the moment: a character nobody writes."""


class Words:
    """Everything that is said to one reader: a person's one language, or both languages of a channel."""

    def __init__(self, languages: tuple[str, ...], timezone: str) -> None:
        self.languages = languages
        self.timezone = ZoneInfo(timezone)

    def __call__(self, message: str, **values: Value) -> str:
        """The message in the reader's language, with its {named} places filled in."""
        return self.say(Phrase(message, "", 0, values))

    def n(self, singular: str, plural: str, n: int) -> str:
        """The singular or plural form for the number `n`, which fills the place {n}."""
        return self.say(Phrase(singular, plural, n, {}))

    def say(self, value: Value) -> str:
        """Anything that knows its languages: a label of the agreement, a phrase, a day."""
        if len(self.languages) == 1:
            said = _in(value, self.languages[0])
        else:
            texts = list(dict.fromkeys(_in(value, language) for language in self.languages))
            said = (" / " if all(len(text) <= BESIDE for text in texts) else "\n").join(texts)
        return Safe(said) if isinstance(value, Phrase) and value.names_commands else said

    def moment(self, moment: datetime) -> Safe:
        """A moment, drawn in the viewer's own time zone by Slack; the fallback says the reader's zone.

        Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
        """
        said = self.full_moment(moment)
        return Safe(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{said}>")

    def with_moment(self, sentence: str, moment: datetime) -> Safe:
        """A sentence that was said with HERE in the place of a moment, which Slack draws there."""
        return Safe(escape(sentence).replace(HERE, self.moment(moment)))

    def limit(self, moment: datetime, now: datetime) -> Safe:
        """By when, with a sign and a word in front once that is over."""
        by = self.moment(moment)
        return by if now <= moment else Safe(f"⚠ {self('late')} · {by}")

    def full_moment(self, moment: datetime) -> str:
        """A moment where Slack draws no date tokens, with the name of the reader's zone and, in one language, its
        weekday, so that nobody has to guess."""
        local = moment.astimezone(self.timezone)
        day = self.say(local.date()) if len(self.languages) == 1 else f"{local:%Y-%m-%d}"
        return f"{day} {local:%H:%M} ({self.timezone.key})"

    def near_moment(self, moment: datetime) -> str:
        """A moment in a list whose zone is said once: weekday, day and time."""
        local = moment.astimezone(self.timezone)
        pattern = "EEE d MMM HH:mm" if self.languages[0] == "en" else "M月d日 EEE HH:mm"
        return format_datetime(local, pattern, locale=_locale(self.languages[0]))

    def in_zone(self, timezone: str) -> Words:
        """The same words for somebody elsewhere."""
        return Words(self.languages, timezone)

    def working_time(self, amount: timedelta) -> str:
        """A stretch of working time in hours and minutes."""
        hours, minutes = divmod(round(amount.total_seconds() / 60), 60)
        if not hours:
            return self("{minutes} min", minutes=str(minutes))
        if not minutes:
            return self("{hours} working h", hours=str(hours))
        return self("{hours} working h {minutes} min", hours=str(hours), minutes=str(minutes))

    def country(self, code: str) -> str:
        """A country's name; in both languages where both are spoken."""
        names = (_locale(language).territories.get(code, code) for language in self.languages)
        return " / ".join(dict.fromkeys(names))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its ISO code: never a sign, since ¥ is two currencies."""
        places = get_currency_precision(currency)
        return f"{currency} {format_decimal(amount, '#,##0.' + '0' * places if places else '#,##0', locale='en')}"


COUNTRIES: Final = tuple(sorted(code for code in map(str, Locale("en").territories) if len(code) == 2))
"""Every country's two letters."""


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


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


def _in(value: Value, language: str) -> str:
    match value:
        case str():
            return value
        case date():
            return _day(value, language)
        case _:
            return value.in_(language)


@lru_cache(maxsize=1000)
def _day(day: date, language: str) -> str:
    pattern = "EEE d MMM y" if language == "en" else "y年M月d日 EEE"
    return format_date(day, pattern, locale=_locale(language))
