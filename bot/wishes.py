"""Congratulations on a birthday and on the day somebody joined: for those who asked for it, where they want it."""

from __future__ import annotations

import logging
from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.desk import RETRY_FIRING, Desk
from bot.views import blockkit as kit
from bot.views import wishes as views
from department.agreement import Member, Wishes
from department.calendar import CalendarExhausted
from department.people import Office
from department.recurrence import moved
from storage import left_out, outbox, people, store
from storage.deadlines import Due
from storage.outbox import Message
from storage.people import Celebrated, Person
from storage.schema import NUDGE, USUAL

log = logging.getLogger(__name__)

AT_ONCE: Final = 50

STILL_WORTH_IT: Final = timedelta(days=3)
"""How late a wish may come after a standstill."""

LOOKS_AGAIN: Final = timedelta(days=1)
"""When nothing is to be said now: the agreement may change."""


def run_due(desk: Desk) -> int:
    """Congratulate everybody whose moment has come, and plan the next one in the same transaction. Returns how many
    were looked at."""
    with desk.store.reading() as session:
        if not people.has_wishes(session, desk.clock.now()):
            return 0
    with desk.store.transaction() as session:
        office = desk.office(session)
        found = people.wishes_due(session, office.now, AT_ONCE)
        for each in found:
            member, terms = office.agreement.member(each.person.member), office.agreement.wishes
            try:
                with session.begin_nested():
                    if member is not None and terms is not None and each.wish_at is not None:
                        _say(session, desk, each, each.wish_at, member, office)
                planned = next_wish(each.person, member, terms, office, office.now) if member and terms else None
            except Exception as error:
                if store.has_ended(session, error):
                    raise
                log.exception("a wish could not be said for %s", each.person.member)
                planned = office.now + RETRY_FIRING
            people.plan_wish(session, each.workspace, each.person.slack_user, planned or office.now + LOOKS_AGAIN)
    if found:
        desk.wake()
    return len(found)


def bring_forward(session: Session, desk: Desk, due: Due) -> int:
    """Congratulate somebody now whose day is planned for a moment. Returns how many they are."""
    office = desk.office(session)
    member, terms = office.agreement.member(due.kind), office.agreement.wishes
    if member is None or terms is None:
        return 0
    found = [each for each in people.wishes_at(session, due.workspace, due.due_at) if each.person.member == due.kind]
    for each in found:
        _say(session, desk, each, due.due_at, member, office)
        following = next_wish(each.person, member, terms, office, due.due_at)
        people.plan_wish(session, due.workspace, each.person.slack_user, following or due.due_at + LOOKS_AGAIN)
    return len(found)


def next_wish(person: Person, member: Member, terms: Wishes, office: Office, after: datetime) -> datetime | None:
    """The next moment (UTC) at which somebody is congratulated, where they are."""
    zone = office.zone_of(member)
    today = after.astimezone(zone).date()
    moments = [
        datetime.combine(day, terms.at, zone).astimezone(UTC)
        for said in (person.birthday, person.joined)
        if said
        for day in _days_around(said, today, terms, office)
    ]
    return min((moment for moment in moments if moment > after), default=None)


def _days_around(said: str, day: date, terms: Wishes, office: Office) -> list[date]:
    """The days, by the agreement, on which somebody is congratulated in a day's year and in those beside it, as far as
    the calendar is known."""
    found = []
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            found.append(moved(_in_year(said, year), office.calendar, terms.on_day_off))
        except CalendarExhausted:
            continue
    return [each for each in found if each is not None]


def _in_year(said: str, year: int) -> date:
    """That day of a year; the 29th of February of a common year is its 28th."""
    month, day = map(int, said.split("-"))
    return date(year, month, 28) if (month, day) == (2, 29) and not isleap(year) else date(year, month, day)


def _say(session: Session, desk: Desk, each: Celebrated, wish_at: datetime, member: Member, office: Office) -> None:
    terms = office.agreement.wishes
    if terms is None or office.now - wish_at > STILL_WORTH_IT:
        return
    if left_out.is_left_out(session, Due(each.workspace, "wish", 0, member.id, wish_at)):
        return
    day = wish_at.astimezone(office.zone_of(member)).date()
    of_the_day = [
        what
        for what, said in (("birthday", each.person.birthday), ("joined", each.person.joined))
        if said and day in _days_around(said, day, terms, office)
    ]
    in_channel = each.person.wished_in == "channel"
    channel = office.agreement.channels.praise
    words = desk.words_of_channel(channel) if in_channel else desk.words_of(session, each.workspace, member)
    not_before = None if in_channel else office.quiet_until(member, each.person.quiet_hours)
    messages = [
        Message(
            workspace=each.workspace,
            address=channel.name if in_channel else f"@{member.id}",
            payload=kit.message(*views.wish(what, member, words)).as_json(),
            urgency=USUAL if in_channel else NUDGE,
            subject="",
            number=0,
            not_before=not_before,
        )
        for what in of_the_day
    ]
    outbox.post(session, messages, office.now)
