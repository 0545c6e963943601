"""What every record of a promise shares, whatever its subject.

An action changes a record and returns events, or it returns a refusal the person can act on; it never
does half. From the record's state alone follow the deadlines that run on it and, from each event, the
notices that go out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from department.agreement import Member
    from department.people import Office

CLOCK: Final = "clock"
"""The actor of everything that happens because a moment came."""

UNDONE: Final = "undone"
"""What happened when somebody took their last action back; what was to be said of that is not said."""

NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a record. Appended once, never changed: it is what disputes are settled with.

    `actor` is a member's id or CLOCK, `at` an aware UTC moment, `old` and `new` the values that changed
    (ids, codes or ISO dates, not words), `note` what the person wrote.
    """

    what: str
    actor: str
    at: datetime
    old: str = ""
    new: str = ""
    note: str = ""


def event(what: str, office: Office, by: Member, *, old: str = "", new: str = "", note: str = "") -> Event:
    """What somebody did to a record now."""
    return Event(what=what, actor=by.id, at=office.now, old=old, new=new, note=note)


def of_the_clock(what: str, office: Office, *, old: str = "", new: str = "", note: str = "") -> Event:
    """What happened to a record by itself, now."""
    return Event(what=what, actor=CLOCK, at=office.now, old=old, new=new, note=note)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit that runs on a record now: its kind, unique within the record, and the UTC moment it falls due."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a record asks of a member now. From these follow each person's Home, their morning digest and the counts of
    who has how much.

    `what` names the words and the buttons, `item` the part of the record it is about, `due_at` (UTC) by when. An answer
    or a decision is `waited_for`: somebody else cannot go on without it. What `stays` waits for the member through a
    leave; everything else is shown to the cover as well.
    """

    to: str
    what: str
    due_at: datetime | None = None
    item: str = ""
    waited_for: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an action was not done: a reason the views have words for, the facts the words need, and, when
    the reason lies in one field of a form, that field's name."""

    reason: str
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody is to be told of an event.

    `to` is a member's id for a direct message, or empty for the thread of the record's card, or, `aloud`, for the
    channel itself. `wording` names the text; `urgent` goes before everything else and through the quiet hours;
    `not_before` is the end of the receiver's quiet hours when the notice has to wait for it; from `lapses_at` on it is
    no use, so that it does not wait for a morning that comes later.
    """

    wording: str
    to: str = ""
    aloud: bool = False
    urgent: bool = False
    not_before: datetime | None = None
    lapses_at: datetime | None = None


def clean(text: str) -> str:
    """Text a database can keep: without NUL and lone surrogates, which PostgreSQL refuses; all else as typed."""
    return _UNKEEPABLE.sub("", text)


_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
