"""The collaboration agreement as checked, frozen values. A value of this kind is right in itself: whatever would not
be is refused by `load` in `department/agreement_file.py`, all of it at once, each problem with its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from department.calendar import Span, WorkCalendar, country_calendar
from department.incoterms import RULES
from department.recurrence import OnDayOff, Repeat

Language = Literal["zh", "en"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BANKING_DAYS = frozenset(range(5))
"""The weekdays on which a bank takes documents, Monday to Friday."""

LONGEST: Mapping[str, int] = {"working_hours": 480, "working_days": 60}
"""As long as a limit may be: twelve weeks."""

YEARS = range(2000, 2100)
"""The years in which an agreement may begin, and leave and duties lie."""

YEARS_BEFORE, YEARS_AFTER = 6, 12
"""The years of the working calendar around that in which an agreement begins: what goes on began before it, and nobody
writes a new one each year."""

NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Codes that CLDR has among its territories, and that are no country of ISO 3166."""

_LIMIT = re.compile(
    r"(\d+(?:\.5)?)\s*(?:(working hours?|个?工作小时|个?工时)|(working days?|个?工作日))", re.IGNORECASE
)
_DUE = re.compile(r"(?:(\d+)\s+(hours?|days?|working days?)\s+(before|after)|on)\s+([a-z_]+)", re.IGNORECASE)
_AHEAD = re.compile(r"(?:(\d{1,2}) working days? before|the same day),? (\d{1,2}:\d{2})", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def _wrong(reason: str, *at: str | int, **facts: str) -> PydanticCustomError:
    """What is wrong with a value, or with what stands `at` a place within it; bot/views/agreement.py has the words."""
    return PydanticCustomError(reason, reason, {"at": at, **facts})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Label(_Frozen):
    """A name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        """The name in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


class Limit(_Frozen):
    """A time limit in working time, written "4 working hours", "3.5 working hours" or "3 个工作日"."""

    value: float = Field(gt=0)
    unit: Literal["working_hours", "working_days"]

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if self.unit == "working_days" and self.value % 1:
            raise _wrong("half_day")
        if self.value > LONGEST[self.unit]:
            raise _wrong("limit_too_long", **{unit: str(most) for unit, most in LONGEST.items()})
        return self

    def __str__(self) -> str:
        """The limit as it is written in the agreement."""
        return f"{self.value:g} {self.unit.replace('_', ' ')}"


class Due(_Frozen):
    """By when a line of an order's checklist is done, counted from one of the order's dates ("10 days before
    cargo_ready", "48 hours before cy_closing", "1 working day after bl_date", "on balance_due"), or from the tick of
    another line ("3 days after quote_sent")."""

    value: int = Field(ge=0, le=1000)
    unit: Literal["hours", "days", "working_days"]
    before: bool
    date: str

    def __str__(self) -> str:
        """As it is written in the agreement."""
        if not self.value:
            return f"on {self.date}"
        unit = self.unit.replace("_", " ")[: None if self.value > 1 else -1]
        return f"{self.value} {unit} {'before' if self.before else 'after'} {self.date}"


class Ahead(_Frozen):
    """A moment before something: so many working days before its day, at a time of day; written "1 working day before,
    15:00" or "the same day, 08:30"."""

    days: int = Field(ge=0, le=20)
    at: time

    def __str__(self) -> str:
        """As it is written in the agreement."""
        if not self.days:
            return f"the same day, {self.at:%H:%M}"
        return f"{self.days} working day{'s' if self.days > 1 else ''} before, {self.at:%H:%M}"


def _ahead(said: object) -> object:
    if isinstance(said, Ahead):
        return said
    found = _AHEAD.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise _wrong("not_ahead")
    return Ahead.model_validate({"days": int(found[1] or 0), "at": _clock_time(found[2])})


def _repeats(said: str) -> str:
    try:
        return Repeat.parse(said).written
    except ValueError:
        raise _wrong("not_a_repetition") from None


def _limit(said: object) -> object:
    if isinstance(said, Limit):
        return said
    found = _LIMIT.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise _wrong("not_a_limit")
    return Limit(value=float(found[1]), unit="working_hours" if found[2] else "working_days")


def _due(said: object) -> object:
    if isinstance(said, Limit | Due) or (isinstance(said, str) and _LIMIT.fullmatch(said.strip())):
        return said if isinstance(said, Due) else _limit(said)
    found = _DUE.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise _wrong("not_a_due")
    code = found[4].lower()
    unit = (found[2] or "days").lower().replace(" ", "_").rstrip("s") + "s"
    before = (found[3] or "").lower() == "before"
    return Due.model_validate({"value": int(found[1] or 0), "unit": unit, "before": before, "date": code})


def counted_from(said: object) -> str:
    """The date or the line that a limit written so counts from; empty for a limit in working time, or none at all."""
    found = _DUE.fullmatch(said.strip()) if isinstance(said, str) else None
    return found[4].lower() if found else ""


def _rule(code: str) -> str:
    if code not in RULES:
        raise _wrong("not_incoterms", known=", ".join(RULES))
    return code


def span(said: str) -> Span:
    """A stretch of time written "08:30-12:00". Raises ValueError for anything else, and for one that ends as it begins:
    nobody knows whether that is no time or the whole day."""
    found = _SPAN.fullmatch(said.strip())
    try:
        if found is None:
            raise ValueError
        stretch = Span(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
        if stretch.start == stretch.end:
            raise ValueError
        return stretch
    except ValueError:
        raise ValueError('is not a stretch of time; write it like "08:30-12:00"') from None


def _span(said: object) -> object:
    if isinstance(said, Span):
        return said
    try:
        return span(said if isinstance(said, str) else "")
    except ValueError:
        raise _wrong("not_a_stretch") from None


def _clock_time(said: object) -> object:
    if isinstance(said, time):
        return said
    try:
        return time.fromisoformat(said.strip().zfill(5) if isinstance(said, str) else "")
    except ValueError:
        raise _wrong("not_a_time") from None


def _days(said: object) -> object:
    """Single days and ranges ("2027-02-04..2027-02-14") as one tuple of days."""
    if not isinstance(said, list | tuple):
        return said
    days: list[object] = []
    for n, item in enumerate(said):
        first, _, last = str(item).partition("..")
        try:
            begin = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if last else begin
        except ValueError:
            raise _wrong("not_days", n) from None
        if end < begin:
            raise _wrong("days_backwards", n)
        if end - begin > timedelta(days=366):
            raise _wrong("days_too_many", n)
        days += [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    return tuple(days)


_zones = cache(available_timezones)  # it walks through the machine's files each time


def _zone(name: str) -> str:
    if name not in _zones():
        raise _wrong("not_a_zone")
    return name


def _country(code: str) -> str:
    if len(code) != 2 or code not in Locale("en").territories or code in NO_COUNTRIES:
        raise _wrong("not_a_country")
    return code


def _currency(code: str) -> str:
    if code not in Locale("en").currencies:
        raise _wrong("not_a_currency")
    return code


def _credit(said: object) -> object:
    found = said if isinstance(said, Due) else _due(said) if _DUE.fullmatch(str(said).strip()) else None
    if not isinstance(found, Due) or found.unit != "days" or found.before:
        raise _wrong("not_a_credit")
    return found


def _year(day: date) -> date:
    if day.year not in YEARS:
        raise _wrong("year_odd", first=str(YEARS.start), last=str(YEARS.stop - 1))
    return day


def _each_once(items: tuple[str, ...]) -> tuple[str, ...]:
    for n, item in enumerate(items):
        if item in items[:n]:
            raise _wrong("stands_twice", n)
    return items


TimeLimit = Annotated[Limit, BeforeValidator(_limit, json_schema_input_type=str)]
LineLimit = Annotated[Limit | Due, BeforeValidator(_due, json_schema_input_type=str)]
CreditPeriod = Annotated[Due, BeforeValidator(_credit, json_schema_input_type=str), PlainSerializer(str)]
IncotermsCode = Annotated[str, AfterValidator(_rule)]
Stretch = Annotated[
    Span,
    BeforeValidator(_span, json_schema_input_type=str),
    PlainSerializer(lambda span: f"{span.start:%H:%M}-{span.end:%H:%M}"),
]
Before = Annotated[Ahead, BeforeValidator(_ahead, json_schema_input_type=str), PlainSerializer(str)]
Repeats = Annotated[str, AfterValidator(_repeats)]
Days = Annotated[tuple[date, ...], BeforeValidator(_days, json_schema_input_type=list[str])]
ClockTime = Annotated[
    time, BeforeValidator(_clock_time, json_schema_input_type=str), PlainSerializer(lambda at: f"{at:%H:%M}")
]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]
ChannelName = Annotated[str, Field(pattern=r"^#[^\s#A-Z]{1,80}$")]
Languages = Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_each_once)]


class WorkingHours(_Frozen):
    """When the department works, and when nobody is written to."""

    week: tuple[Weekday, ...] = Field(min_length=1)
    spans: tuple[Stretch, ...] = Field(min_length=1)
    quiet_hours: Stretch

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for n, span in enumerate(self.spans):
            if span.end <= span.start:
                raise _wrong("span_backwards", "spans", n)
            if n and span.start < self.spans[n - 1].end:
                raise _wrong("spans_overlap", "spans", n)
        return self

    @property
    def noon(self) -> time:
        """Where half a day off begins or ends: at the last break before one o'clock, without one at twelve, or where
        that is no working time, at the end of the first span."""
        breaks = [span.end for span in self.spans[:-1] if span.end <= time(13)]
        if breaks:
            return breaks[-1]
        inside = any(span.start < time(12) < span.end for span in self.spans)
        return time(12) if inside else self.spans[0].end


class Calendar(_Frozen):
    """Which days are off. The country's official days are known; here stand the company's own, and the official days
    of a year that was published after this version, with their source."""

    country: Country
    closed: Days = ()
    days_off: Days = ()
    makeup_workdays: Days = ()
    source: str = ""

    @model_validator(mode="after")
    def _has_source(self) -> Self:
        if (self.days_off or self.makeup_workdays) and not self.source:
            raise _wrong("source_missing", "days_off" if self.days_off else "makeup_workdays")
        return self


def _check_forwards(first: date, last: date) -> None:
    if last < first:
        raise _wrong("days_backwards", "to", given=f"{first}..{last}")


class Duty(_Frozen):
    """Who answers urgent cases on days off."""

    from_: Annotated[date, AfterValidator(_year)] = Field(alias="from")
    to: Annotated[date, AfterValidator(_year)]
    members: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        _check_forwards(self.from_, self.to)
        return self


class Leave(_Frozen):
    """Somebody's leave, both days included; `afternoon` leaves the first day's morning out, `until_noon` the last day's
    afternoon; `deputy` stands in where the usual one does not."""

    member: str
    from_: Annotated[date, AfterValidator(_year)] = Field(alias="from")
    to: Annotated[date, AfterValidator(_year)]
    deputy: str | None = None
    afternoon: bool = False
    until_noon: bool = False

    @model_validator(mode="after")
    def _takes_time(self) -> Self:
        if self.from_ == self.to and self.afternoon and self.until_noon:
            raise _wrong("no_time_off", "until_noon")
        _check_forwards(self.from_, self.to)
        return self


class Member(_Frozen):
    """Somebody of the department; `since` is the day they joined it."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")
    name: Label
    role: str
    also: tuple[str, ...] = ()
    email: str = ""
    deputy: str | None = None
    lead: bool = False
    admin: bool = False
    trainee: bool = False
    mentor: str | None = None
    markets: tuple[Country, ...] = ()
    timezone: Zone | None = None
    language: Language | None = None
    since: date | None = None


class Channel(_Frozen):
    """A channel, and the languages the bot writes there."""

    name: ChannelName
    languages: Languages


class Channels(_Frozen):
    """Where the bot writes."""

    main: Channel
    orders: Channel
    complaints: Channel
    emergencies: Channel
    tasks: Channel
    praise: Channel

    def all(self) -> Iterator[Channel]:
        """Every channel."""
        yield from (self.main, self.orders, self.complaints, self.emergencies, self.tasks, self.praise)


StageId = Literal["inquiry", "quotation", "order_confirmation", "production", "logistics", "after_sales"]
STAGES: tuple[StageId, ...] = get_args(StageId)


class Line(_Frozen):
    """A line of a stage's checklist: whose it is and by when, never after `latest`; `from` an earlier stage on it runs
    already. `rules`, `payments` and `countries` say for which orders it is asked for; `check` is the role of the second
    person who looks; `opens` a gate only its own role opens, or `override` with a written reason; `needs` are the lines
    that come before it; `optional` ones hold nothing up. What is asked for `again` at several limits, or `repeats`, is
    never done once and for all and holds nothing up either. `tell` are the roles that hear that it was done."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    label: Label
    role: str
    due: LineLimit | None = None
    latest: LineLimit | None = None
    from_: StageId | None = Field(default=None, alias="from")
    rules: tuple[IncotermsCode, ...] = ()
    payments: tuple[str, ...] = ()
    countries: tuple[Country, ...] = ()
    check: str | None = None
    gate: bool = False
    override: str | None = None
    needs: tuple[str, ...] = ()
    optional: bool = False
    again: tuple[LineLimit, ...] = ()
    repeats: Repeats | None = None
    tell: tuple[str, ...] = ()

    @property
    def recurs(self) -> bool:
        """Whether it is asked for more than once."""
        return bool(self.again or self.repeats)


class Stage(_Frozen):
    """A stage of an order: who owns it, by when, what is to be done in it, who takes it over at the same time
    (`also_to`), who is told that it began (`tell`), and how many days before its date the owner is warned."""

    id: StageId
    label: Label
    owner_role: str
    limit: LineLimit | None = None
    lines: tuple[Line, ...] = ()
    also_to: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    warn_days: tuple[Annotated[int, Field(gt=0, le=366)], ...] = ()


class PaymentTerm(_Frozen):
    """A term of payment: its name, what has to be there before production, how else it is written, and how its goods
    are released. `credit_letter` ones live by the dates of the letter of credit; `falls_due` is when credit that is
    given ends."""

    label: Label
    gate: Label
    spelled: tuple[str, ...] = ()
    credit_letter: bool = False
    falls_due: CreditPeriod | None = None


class HandoffStep(_Frozen):
    """Nobody answers a handoff: how long after the offer, and who is told."""

    after: TimeLimit
    tell: str


class Handoffs(_Frozen):
    """What is agreed about handing an order over."""

    acknowledge_within: TimeLimit
    remind_after: tuple[TimeLimit, ...] = ()
    escalation: tuple[HandoffStep, ...] = ()
    expires_after: TimeLimit
    bounce_reasons: Mapping[str, Label] = Field(min_length=1)
    bounces_before_manager: int = Field(gt=0)
    manager: str


class ShipAtRisk(_Frozen):
    """When the cargo is ready less than so many days before the promised shipment, these roles are told."""

    days: int = Field(ge=0, le=366)
    tell: tuple[str, ...] = Field(min_length=1)


class Orders(_Frozen):
    """What is agreed about orders."""

    payment_terms: Mapping[str, PaymentTerm] = Field(min_length=1)
    handoffs: Handoffs
    ship_at_risk: ShipAtRisk
    presentation_days: int = Field(default=21, gt=0, le=366)
    advice_days: int = Field(default=3, gt=0, le=366)


class CarrierNotice(_Frozen):
    """Calendar days from delivery in which the consignee's notice of damage must reach the carrier."""

    sea: int = Field(gt=0, le=366)
    air: int = Field(gt=0, le=366)
    road: int = Field(gt=0, le=366)

    def by(self, transport: Literal["sea", "air", "road"]) -> int:
        """The days for one way of transport."""
        return {"sea": self.sea, "air": self.air, "road": self.road}[transport]


class Category(_Frozen):
    """A kind of complaint: who looks for its cause, and what is special about it."""

    label: Label
    handler: str
    resolve: TimeLimit | None = None
    min_severity: str | None = None
    carrier_notice: CarrierNotice | None = None


class Severity(_Frozen):
    """How grave a complaint is, and what follows from that."""

    label: Label
    meaning: Label
    first_response: TimeLimit
    resolve: TimeLimit
    duty_in_holidays: bool = False
    through_quiet_hours: bool = False
    corrective_action: bool = False


class EscalationStep(_Frozen):
    """When nobody acts: on which occasion, how much later, and who is told."""

    when: Literal["first_response_missed", "half_of_resolution", "resolution_missed"]
    after: TimeLimit | None = None
    tell: str


class Band(_Frozen):
    """Who decides compensation up to an amount; the last band has no upper end."""

    up_to: Decimal | None = Field(default=None, gt=0)
    decides: str
    lead: bool = False


class Compensation(_Frozen):
    """Who decides how much. `rates` are agreed bookkeeping rates: the value of one unit in `currency`."""

    currency: Currency
    rates: Mapping[Currency, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ascend(self) -> Self:
        below = Decimal()
        for n, band in enumerate(self.bands):
            is_last = n == len(self.bands) - 1
            if is_last != (band.up_to is None) or (band.up_to is not None and band.up_to <= below):
                raise _wrong("bands_must_rise", "bands", n)
            below = band.up_to or below
        if self.currency in self.rates:
            raise _wrong("own_rate", "rates", self.currency)
        return self


class Complaints(_Frozen):
    """What is agreed about complaints. There are no more categories and severities than a form can show."""

    first_contact: str
    categories: Mapping[str, Category] = Field(min_length=1, max_length=100)
    severities: Mapping[str, Severity] = Field(min_length=1, max_length=10)
    escalation: tuple[EscalationStep, ...] = Field(min_length=1)
    compensation: Compensation
    recurrence_months: int = Field(gt=0, le=120)

    @model_validator(mode="after")
    def _each_step_once(self) -> Self:
        for n, step in enumerate(self.escalation):
            if step in self.escalation[:n]:
                raise _wrong("stands_twice", "escalation", n)
        return self


Priority = Literal["urgent", "high", "normal", "low"]


class Tasks(_Frozen):
    """What is agreed about tasks: when an offer must be answered, how many hours before the due moment somebody is
    reminded of an urgent or high one (the others wait for the morning digest), from when on a task counts as slipped,
    and what becomes of a repeating one that would fall on a day off."""

    accept_within: TimeLimit
    remind_before: Mapping[Priority, Annotated[int, Field(gt=0, le=480)]] = Field(default_factory=dict)
    overdue_after: TimeLimit
    on_day_off: OnDayOff = "before"


class Digest(_Frozen):
    """The one message that each person gets on a working morning: when, how many direct messages the clock may send
    somebody a day (urgent ones excepted; the rest waits for the next digest), and who gets the weekly overview on which
    day."""

    at: ClockTime
    messages_a_day: int = Field(gt=0)
    overview_on: Weekday = "mon"
    overview_to: tuple[str, ...] = ()


class Praise(_Frozen):
    """What is agreed about praise: the department's values, and the reaction (Slack's short name) that thanks the
    writer of a message."""

    values: Mapping[str, Label] = Field(default_factory=dict)
    reaction: str = Field(default="", pattern=r"^[a-z0-9_+'-]*$")


Topic = Literal[
    "wins", "actions", "cut_offs", "stuck", "late", "complaints", "risks", "money", "awards", "people", "cover"
]


class Meeting(_Frozen):
    """A meeting that comes again and again: when, who leads it, who attends (roles; nobody named means everybody), when
    each is asked for a line and reminded of it, what its agenda holds, the channel it is held in if not the main one,
    and how many minutes late it may still be opened. `each` is a talk of the chair with everybody alone, one after the
    other, that nobody else sees but the roles it is `open_to`; where it keeps a `record`, the two write down what to
    keep, what to change and which support is promised, and both answer it."""

    label: Label
    repeats: Repeats
    at: ClockTime
    on_day_off: OnDayOff = "after"
    minutes: int = Field(gt=0, le=480)
    chair: str
    attend: tuple[str, ...] = ()
    ask: Before
    remind: Before | None = None
    agenda: tuple[Topic, ...] = ()
    channel: Channel | None = None
    place: str = ""
    late_by: int = Field(default=60, ge=0, le=1440)
    each: bool = False
    record: bool = False
    open_to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _only_a_talk_of_two_is_private(self) -> Self:
        if (self.record or self.open_to) and not self.each:
            raise _wrong("only_for_talks", "record" if self.record else "open_to")
        return self


TieBreak = Literal["handoffs_on_time", "not_a_winner_lately", "manager"]


class Prize(_Frozen):
    """What a winner gets."""

    amount: Decimal = Field(gt=0)
    currency: Currency


class Award(_Frozen):
    """An award: when its round opens, for how many working days people nominate and then vote, how many win, who cannot
    win (roles, and where it is for a `whole_period` whoever joined after its first day), how great a part of the
    department has to vote, what decides a tie (with how many handoffs their share counts, and in how many rounds one
    has won lately), in how many following rounds a winner is left out, for how many working days anybody may object,
    and what it is endowed with."""

    label: Label
    repeats: Repeats
    on_day_off: OnDayOff = "after"
    at: ClockTime
    nominate_days: int = Field(gt=0, le=20)
    vote_days: int = Field(gt=0, le=20)
    objection_days: int = Field(default=1, ge=0, le=10)
    winners: int = Field(default=1, gt=0, le=5)
    not_for: tuple[str, ...] = ()
    whole_period: bool = False
    quorum: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    ties: tuple[TieBreak, ...] = ("handoffs_on_time", "not_a_winner_lately", "manager")
    least_handoffs: int = Field(default=5, gt=0, le=100)
    lately: int = Field(default=3, gt=0, le=12)
    not_again_for: int = Field(default=1, ge=0, le=12)
    decides: str
    prize: Prize | None = None


class Wishes(_Frozen):
    """When those who wish it are congratulated on their birthday and on the day they joined, and what becomes of it on
    a day off."""

    at: ClockTime
    on_day_off: OnDayOff = "after"


class PlaybookStep(_Frozen):
    """A step of a playbook: what, whose role, and how soon after the declaration."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    text: Label
    role: str
    within: TimeLimit


class PlaybookDecision(_Frozen):
    """What has to be decided, by which role, and how soon."""

    text: Label
    role: str
    within: TimeLimit


class Playbook(_Frozen):
    """What happens in an emergency of one kind: who leads, who is called in, the steps, the decision, and when it is
    over. `holds` are lines of the checklists that nobody ticks meanwhile, on any order of its customer."""

    label: Label
    lead: str
    team: tuple[str, ...] = ()
    steps: tuple[PlaybookStep, ...] = Field(min_length=1)
    decision: PlaybookDecision
    over: Label
    holds: tuple[str, ...] = ()


class Agreement(_Frozen):
    """The whole agreement."""

    version: int = Field(gt=0)
    effective_from: Annotated[date, AfterValidator(_year)]
    company: Label
    department: Label
    timezone: Zone
    languages: Languages
    working_hours: WorkingHours
    calendar: Calendar
    duty_rota: tuple[Duty, ...] = ()
    leave: tuple[Leave, ...] = ()
    roles: Mapping[str, Label] = Field(min_length=1)
    members: tuple[Member, ...] = Field(min_length=1)
    channels: Channels
    stages: tuple[Stage, ...] = Field(min_length=1)
    orders: Orders
    complaints: Complaints
    tasks: Tasks
    digest: Digest
    praise: Praise = Praise()
    meetings: Mapping[str, Meeting] = Field(default_factory=dict)
    awards: Mapping[str, Award] = Field(default_factory=dict)
    wishes: Wishes | None = None
    emergencies: Mapping[str, Playbook] = Field(min_length=1)

    _places: Any = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _six_stages(self) -> Self:
        if tuple(stage.id for stage in self.stages) != STAGES:
            raise _wrong("six_stages", "stages", stages=", ".join(STAGES))
        return self

    def member(self, member: str) -> Member | None:
        """The member with this id."""
        return self._by_id.get(member)

    def with_role(self, role: str) -> tuple[Member, ...]:
        """Everybody with a role, as their first one or another."""
        return self._by_role.get(role, ())

    def lead_of(self, role: str) -> Member | None:
        """The lead of a role."""
        return next((member for member in self.with_role(role) if member.lead), None)

    def stage(self, stage: str) -> Stage:
        """The stage with this id, one of STAGES."""
        return next(item for item in self.stages if item.id == stage)

    def every_channel(self) -> list[Channel]:
        """Every channel the bot writes in, once."""
        of_meetings = [series.channel for series in self.meetings.values() if series.channel]
        return list({channel.name: channel for channel in (*of_meetings, *self.channels.all())}.values())

    def work_calendar(self) -> WorkCalendar:
        """The department's working time, from six years before the one in which this version begins to twelve after."""
        return self._work_calendar

    def bank_calendar(self) -> WorkCalendar:
        """When the country's banks are open: its official days, whatever the company's own week and days off are."""
        return self._bank_calendar

    @cached_property
    def _by_id(self) -> dict[str, Member]:
        return {member.id: member for member in self.members}

    @cached_property
    def _by_role(self) -> dict[str, tuple[Member, ...]]:
        roles = {*self.roles, *(member.role for member in self.members)}
        return {role: tuple(m for m in self.members if role in (m.role, *m.also)) for role in roles}

    @cached_property
    def _work_calendar(self) -> WorkCalendar:
        week = frozenset(WEEK.index(day) for day in self.working_hours.week)
        return self._calendar_of(week, self.calendar.closed)

    @cached_property
    def _bank_calendar(self) -> WorkCalendar:
        return self._calendar_of(BANKING_DAYS, ())

    def _calendar_of(self, week: frozenset[int], closed: tuple[date, ...]) -> WorkCalendar:
        begins = self.effective_from.year
        return country_calendar(
            self.calendar.country,
            range(begins - YEARS_BEFORE, begins + YEARS_AFTER + 1),
            timezone=ZoneInfo(self.timezone),
            week=week,
            spans=self.working_hours.spans,
            closed=closed,
            days_off=dict.fromkeys(self.calendar.days_off, self.calendar.source),
            makeup_days=frozenset(self.calendar.makeup_workdays),
        )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the file, for completion in editors."""
    schema = Agreement.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Collaboration agreement", **schema}
