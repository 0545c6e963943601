"""What a meeting is: what people wrote for it, what the records put on its agenda, what was decided and given in it,
what two write down of their talk.

    planned -> asked -> held -> closed,  planned | asked -> lapsed,  planned | asked <-> skipped | dropped
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

SUBJECT: Final = "meeting"

OPEN: Final = ("planned", "asked", "held")
"""The states in which it is still to come, or goes on."""

FOLLOWING: Final = (*OPEN, "dropped")
"""The states in which it follows the agreement: what was dropped comes back with its series, or with its day."""

State = Literal["planned", "asked", "held", "closed", "skipped", "lapsed", "dropped"]

LONGEST: Final = 480
"""Minutes."""

RED: Final = frozenset({"actions", "cut_offs", "stuck", "late", "complaints", "risks", "money"})
"""The topics that need a meeting; where all of them are empty, the chair is asked whether to skip it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody wrote before the meeting: what is done, what comes next, where they are stuck, what they need."""

    member: str
    at: datetime
    done: str = ""
    next: str = ""
    stuck: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the agenda as it stood when it was written, in both languages. `group` is the part of the agenda it
    belongs to, `link` leads to what it is about."""

    group: str
    zh: str
    en: str
    link: str = ""

    def in_(self, language: str) -> str:
        """The line in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, who wrote it down, and when (UTC)."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What one of two sees otherwise than it is written, and when they said so (UTC)."""

    member: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """The record of a talk of two: the numbers that mattered, what to keep, what to change, the support that is
    promised, the day of the next talk; who wrote it, who agreed, and who sees it otherwise."""

    numbers: str
    keep: str
    change: str
    support: str
    next_on: date | None
    by: str
    at: datetime
    agreed: tuple[str, ...] = ()
    otherwise: Otherwise | None = None


@dataclass(kw_only=True, eq=False)
class Meeting:
    """One meeting. `series` is its key in the agreement, empty for one that somebody called; `planned_on` the day its
    rule alone has it on; `person` whom the chair talks with alone, with a `review` of what they said. `actions`
    are the tasks given in it, as the minutes tell them; `unposted`, not kept, says that its channel does not take its
    card. Moments are aware UTC."""

    workspace: str
    number: int
    state: State = "planned"
    series: str = ""
    person: str = ""
    planned_on: date | None = None
    title: str = ""
    place: str = ""
    begins_at: datetime
    minutes: int
    chair: str
    note_taker: str = ""
    people: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    topics: tuple[Topic, ...] = ()
    actions: tuple[Topic, ...] = ()
    decisions: tuple[Decision, ...] = ()
    review: Review | None = None
    here: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    moved: bool = False
    late: bool = False
    reason: str = ""
    sequence: int = 0
    called_by: str = ""
    closed_at: datetime | None = None
    fired: tuple[str, ...] = ()
    version: int = 1
    unposted: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is over (UTC)."""
        return self.begins_at + timedelta(minutes=self.minutes)

    @property
    def is_private(self) -> bool:
        """Whether it is a talk of two that nobody else sees."""
        return bool(self.person)

    @property
    def is_red(self) -> bool:
        """Whether something on its agenda needs a meeting."""
        return any(topic.group in RED for topic in self.topics) or any(line.stuck or line.help for line in self.lines)
