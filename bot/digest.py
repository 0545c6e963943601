"""Each working morning one message for each person instead of many: what waits for them, what is late, what is due."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import agenda
from bot.desk import RETRY_FIRING, Desk
from bot.views import FACES, home
from bot.views import digest as views
from bot.views import praise as praise_views
from bot.views.wording import Words
from department import SUBJECTS
from department.agreement import WEEK, Leave, Member
from department.leave import SUBJECT as LEAVE
from department.orders import SILENT
from department.people import Office
from storage import left_out, outbox, people, praise, store
from storage.deadlines import Due
from storage.outbox import Message
from storage.schema import DIGEST

log = logging.getLogger(__name__)

AT_ONCE: Final = 50
"""People whose digests are made in one transaction."""

LOOKED_AT: Final = 1000
"""Events that are looked through for it, the newest ones."""

MEANWHILE: Final = 15
"""Lines about what happened while somebody was away."""


def run_due(desk: Desk) -> int:
    """Say good morning to everybody whose time has come; plans the next one. Returns how many were looked at.

    A stop over several mornings makes one digest. Each is written in the transaction that plans the next one.
    """
    with desk.store.reading() as session:  # most looks find nothing, and readers hold up nobody
        if not people.has_digests(session, desk.clock.now()):
            return 0
    with desk.store.transaction() as session:
        office = desk.office(session)
        readers = people.digests_due(session, office.now, AT_ONCE)
        for reader in readers:
            member = office.agreement.member(reader.person.member)
            if member is None:
                _plan_again_later(session, reader, office)
                continue
            try:
                since = office.now
                with session.begin_nested():
                    if reader.digest_at is None or _is_left_out(session, reader.workspace, reader.digest_at):
                        said, since = False, reader.digest_at or office.now
                    else:
                        said = _say(session, desk, reader, member, office)
                planned = agenda.next_digest(member, reader.person.digest_time, office, since)
            except Exception as error:
                if store.has_ended(session, error):
                    raise
                log.exception("a digest could not be made for %s", member.id)
                said, planned = False, office.now + RETRY_FIRING
            people.plan_digest(
                session, reader.workspace, reader.person.slack_user, planned, office.now if said else None
            )
    if readers:
        desk.wake()
    return len(readers)


def bring_forward(session: Session, desk: Desk, due: Due) -> int:
    """Say good morning now to everybody whose next digest is planned for a moment. Returns how many they are."""
    office = desk.office(session)
    found = people.digests_at(session, due.workspace, due.due_at)
    for reader in found:
        member = office.agreement.member(reader.person.member)
        if member is not None:
            following = agenda.next_digest(member, reader.person.digest_time, office, due.due_at)
            said = _say(session, desk, reader, member, office)
            people.plan_digest(
                session, due.workspace, reader.person.slack_user, following, office.now if said else None
            )
    return len(found)


def _is_left_out(session: Session, workspace: str, moment: datetime) -> bool:
    return left_out.is_left_out(session, Due(workspace, "digest", 0, "", moment))


def _plan_again_later(session: Session, reader: people.Reader, office: Office) -> None:
    tomorrow = office.now + timedelta(days=1)
    people.plan_digest(session, reader.workspace, reader.person.slack_user, tomorrow, None)


def _say(session: Session, desk: Desk, reader: people.Reader, member: Member, office: Office) -> bool:
    if office.leave_of(member.id) is not None:
        return False
    workspace, address = reader.workspace, f"@{member.id}"
    words = desk.words_of(session, workspace, member)
    mine = agenda.gather(session, workspace, member, office)
    kept = [
        (line.text, agenda.link(session, workspace, line.subject, line.number))
        for line in outbox.take_lines(session, workspace, address)
    ]
    meanwhile = _meanwhile(session, reader, member, office, words)
    overview = _overview(session, reader, mine, member, office, words)
    thanks = _thanked(session, reader, member, office, words)
    if mine.is_empty and not (mine.slipped or kept or meanwhile or overview or thanks):
        return True
    payload = views.morning(
        mine, member, office, words, kept=kept, meanwhile=meanwhile, overview=overview, thanks=thanks
    )
    message = Message(
        workspace=workspace, address=address, payload=payload.as_json(), urgency=DIGEST, subject="", number=0
    )
    outbox.post(session, [message], office.now)
    return True


def _meanwhile(
    session: Session, reader: people.Reader, member: Member, office: Office, words: Words
) -> list[tuple[str, str]]:
    """What happened to somebody's records during the leave they are just back from, in its order, each line with the
    address it leads to; the newest ones where it is much."""
    leave = _back_from(member, reader.digested_at, office)
    if leave is None:
        return []
    lines: list[tuple[str, str]] = []
    for subject, number, event in store.happened_since(session, reader.workspace, office.begins_at(leave), LOOKED_AT):
        record = store.read(session, SUBJECTS[subject].record, reader.workspace, number)
        if record is None or event.actor == member.id or member.id not in SUBJECTS[subject].involves(record):
            continue
        if subject == LEAVE or event.what in ("planned", SILENT):
            continue
        line = FACES[subject].line(event, record, office, words)
        lines.append((line, agenda.link(session, reader.workspace, subject, number)))
        if len(lines) == MEANWHILE:
            break
    return lines[::-1]


def _thanked(
    session: Session, reader: people.Reader, member: Member, office: Office, words: Words
) -> list[tuple[str, str]]:
    """What somebody was thanked for in the month before, in their first digest of a month, each line with the address
    of the message it is for."""
    first = office.today.replace(day=1)
    if _last_morning(reader, office) >= first:
        return []
    zone = ZoneInfo(office.agreement.timezone)
    before = (first - timedelta(days=1)).replace(day=1)
    since, until = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (before, first))
    found = praise.received(session, reader.workspace, member.id, since, until)
    return [(praise_views.summary(item, office, words), item.source) for item in found]


def _last_morning(reader: people.Reader, office: Office) -> date:
    """The day of somebody's last digest; yesterday for whoever had none yet."""
    yesterday = office.now - timedelta(days=1)
    return (reader.digested_at or yesterday).astimezone(ZoneInfo(office.agreement.timezone)).date()


def _back_from(member: Member, digested_at: datetime | None, office: Office) -> Leave | None:
    """The leave that ended since somebody's last digest."""
    ended = [leave for leave in office.leave if leave.member == member.id and office.ends_at(leave) <= office.now]
    newest = max(ended, key=office.ends_at, default=None)
    if newest is None or (digested_at is not None and digested_at > office.ends_at(newest)):
        return None
    return newest if office.now - office.ends_at(newest) < timedelta(days=7) else None


def _overview(
    session: Session, reader: people.Reader, mine: agenda.Agenda, member: Member, office: Office, words: Words
) -> list[str]:
    """The weekly overview, for those who are agreed, in their first digest from the agreed day on."""
    terms = office.agreement.digest
    agreed = office.today - timedelta(days=(office.today.weekday() - WEEK.index(terms.overview_on)) % 7)
    if _last_morning(reader, office) >= agreed:
        return []
    if not any(role in terms.overview_to for role in (member.role, *member.also)):
        return []
    since = datetime.combine(agreed, time(), ZoneInfo(office.agreement.timezone)).astimezone(UTC)
    left = left_out.ahead(session, since)
    if any((due.workspace, due.subject) == (reader.workspace, "overview") and due.due_at <= office.now for due in left):
        return []
    return home.overview_lines(mine.overview or agenda.risks(session, reader.workspace, member, office), office, words)
