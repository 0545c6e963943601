"""Praise: good work named aloud, in the giver's own words. It is counted in nobody's ranking.

given -> withdrawn
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from department.agreement import Label, Member
from department.people import Office
from department.records import Ask, Deadline, Event, Notice, Refused

SUBJECT: Final = "praise"
OPEN: Final = ()
"""Nothing is ever still to be done about it."""

State = Literal["given", "withdrawn"]


@dataclass(kw_only=True, eq=False)
class Praise:
    """Praise for one or several members. `value` is a value of the agreement that it stands for, or empty; `source` a
    link to the message that it is about; without words the praise is for that message, and of all `givers` who thank
    for it. Moments are aware UTC; `named` holds the people as lists look them up."""

    workspace: str
    number: int
    state: State = "given"
    givers: tuple[str, ...]
    people: tuple[str, ...]
    text: str
    value: str = ""
    source: str = ""
    given_at: datetime
    named: str = ""
    version: int = 1


def give(
    office: Office,
    by: Member,
    *,
    people: Sequence[str],
    text: str,
    value: str,
    source: str,
    workspace: str,
    number: Callable[[], int],
) -> tuple[Praise, list[Event]] | list[Refused]:
    """Praise somebody else. Returns the record with its first events, or every problem at once."""
    problems: list[Refused] = []
    if not people or any(office.agreement.member(person) is None for person in people):
        problems.append(Refused("not_in_agreement", field="people"))
    elif by.id in people:
        problems.append(Refused("praises_oneself", field="people"))
    if not text.strip() and not source:
        problems.append(Refused("text_missing", field="text"))
    if value and value not in office.agreement.praise.values:
        problems.append(Refused("unknown_value", field="value"))
    if problems:
        return problems
    praise = Praise(
        workspace=workspace,
        number=number(),
        givers=(by.id,),
        people=tuple(dict.fromkeys(people)),
        text=text.strip(),
        value=value,
        source=source,
        given_at=office.now,
    )
    return praise, [Event(what="given", actor=by.id, at=office.now, new=", ".join(praise.people), note=praise.text)]


def tagged(text: str, values: Mapping[str, Label]) -> tuple[str, str]:
    """The words without the "#value" they end with, and that value of the agreement, by its key or its name in either
    language; words that end with no value stay as they are, with none."""
    words, mark, said = text.rpartition("#")
    for key, label in values.items():
        if mark and said.strip().casefold() in (key.casefold(), label.zh.casefold(), label.en.casefold()):
            return words.rstrip(), key
    return text, ""


def thank_too(praise: Praise, office: Office, by: Member) -> list[Event]:
    """Somebody else thanks for the same message. What its givers took back begins anew; what a supervisor took back
    stays so."""
    if by.id in (*praise.givers, *praise.people) or (praise.state == "withdrawn" and praise.givers):
        return []
    praise.givers, praise.state = (*praise.givers, by.id), "given"
    return [Event(what="thanked_too", actor=by.id, at=office.now, new=", ".join(praise.people))]


def take_back_thanks(praise: Praise, office: Office, by: Member) -> list[Event]:
    """A giver no longer thanks for the message; of anybody else nothing changes."""
    outcome = withdraw(praise, office, by) if by.id in praise.givers else []
    return [] if isinstance(outcome, Refused) else outcome


def withdraw(praise: Praise, office: Office, by: Member) -> list[Event] | Refused:
    """A giver takes their own thanks back, a supervisor the whole of it."""
    if praise.state != "given":
        return Refused("praise_withdrawn")
    if by.id in praise.givers:
        praise.givers = tuple(giver for giver in praise.givers if giver != by.id)
        if praise.givers:
            return [Event(what="took_back", actor=by.id, at=office.now)]
    elif not office.is_supervisor(by):
        return Refused("not_your_praise", {"who": praise.givers[0]})
    praise.state = "withdrawn"
    return [Event(what="withdrawn", actor=by.id, at=office.now)]


def deadlines(praise: Praise, office: Office) -> list[Deadline]:
    """No limit runs on it."""
    return []


def fall_due(praise: Praise, office: Office, kind: str) -> list[Event]:
    """Nothing falls due."""
    return []


def asks(praise: Praise, office: Office) -> list[Ask]:
    """It asks nothing of anybody."""
    return []


def review(praise: Praise, office: Office) -> list[Event]:
    """A changed agreement changes nothing about it."""
    return []


def notices(event: Event, praise: Praise, office: Office) -> list[Notice]:
    """Those who are praised hear of it themselves, outside their quiet hours."""
    if event.what != "given":
        return []
    members = [member for person in praise.people if (member := office.agreement.member(person))]
    return [Notice(wording="given", to=member.id, not_before=office.quiet_until(member)) for member in members]


def sum_up(praise: Praise, office: Office) -> None:
    """What lists look it up by."""
    praise.named = f",{','.join(praise.people)},"
