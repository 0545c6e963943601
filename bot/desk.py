"""The shell around every action: one action, one transaction, and only then the answer.

    delivery key -> record -> action -> events, record, deadlines, notices, card -> commit -> "ok" -> wake the courier

Whoever acts, a person through Slack or the clock through a deadline, goes through here. A delivery that comes
again gets the first answer again and changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot import agenda, preparation
from bot.clock import Clock
from bot.views import FACES, digest
from bot.views.blockkit import Payload
from bot.views.refusals import name
from bot.views.wording import Words, language_of
from department import SUBJECTS
from department.agreement import Agreement, Channel, Member
from department.people import Office
from department.records import CLOCK, UNDONE, Event, Notice, Refused
from storage import asks, deadlines, leave, left_out, outbox, people, store
from storage.outbox import Draft, Message
from storage.schema import CARD, DIGEST, NUDGE, URGENT, USUAL
from storage.store import Store

log = logging.getLogger(__name__)

DUE_AT_ONCE = 100
"""Deadlines looked up at once."""

FIRES_FOR = 0.25
"""Seconds after which the clock lets others write: whoever clicks while a weekend's worth falls due waits no longer."""

DIGEST_FROM = 4
"""From this many notices at once a person gets one digest instead."""

PROGRESS = 1000
"""Records after which a review says how far it is."""

LOOKS_FOR = timedelta(hours=1)
"""How long somebody who opened their Home is taken to look at it."""

RETRY_FIRING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something a person did in Slack, delivered at least once: the key that is the same every time it is
    delivered, who did it, and where an answer only for them can be shown."""

    workspace: str
    key: str
    user: str
    channel: str = ""
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees at once: the body of the answer to Slack, a message that only they see where they are, and
    what is said to them directly. An answer that is not final, such as field errors that can be mended, is not kept:
    the next delivery is looked at afresh."""

    body: dict[str, Any] = field(default_factory=dict)
    whisper: Payload | None = None
    said: Payload | None = None
    final: bool = True


@dataclass(frozen=True, slots=True)
class Coming:
    """Something the clock will do: when (UTC), what in words, and the limit with its record; what has its own set time
    is a limit without one: a "digest", the "overview" that goes with it, a "wish" with the member as its kind. Somebody
    can `send` only the next of these now; `left_out_by` is who left it out."""

    at: datetime
    text: str
    due: deadlines.Due | None = None
    record: Any = None
    names_somebody: bool = False
    is_next: bool = True
    left_out_by: str = ""


Outcome = list[Event] | Refused | list[Refused]
Action = Callable[[Any, Office, Member], list[Event] | list[Refused] | Refused]

TakingOver = Callable[[Session, Office, Callable[[], int]], Iterable[tuple[Any, list[Event]]]]


def is_done(outcome: Outcome) -> TypeGuard[list[Event]]:
    """Whether an action was done; else its outcome is why not."""
    return not isinstance(outcome, Refused) and not any(isinstance(item, Refused) for item in outcome)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a reply is written from: the department now, the reader's words, and the record, if there is one."""

    office: Office
    words: Words
    record: Any = None


class Desk:
    """Runs actions. `agreement` is replaced as a whole when the file changes; while the records are held against it,
    `reviewed` is how many of how many are. `fired_at` (monotonic) is when the clock last got what it owed done; once
    `stopping` is set, what takes long ends early."""

    def __init__(self, store: Store, clock: Clock, agreement: Agreement, wake: Callable[[], None]) -> None:
        self.store = store
        self.clock = clock
        self.agreement = agreement
        self.wake = wake
        self.stopping = threading.Event()
        self.fired_at = time.monotonic()
        self.reviewed: tuple[int, int] | None = None

    def office(self, session: Session) -> Office:
        """The department at this moment."""
        now = self.clock.now()
        today = now.astimezone(ZoneInfo(self.agreement.timezone)).date()
        return Office(self.agreement, now, leave.entered(session, today), people.closed(session), people.zones(session))

    def act(
        self,
        delivery: Delivery,
        subject: str,
        number: int,
        action: Action,
        reply: Callable[[Outcome, Scene], Reply],
    ) -> dict[str, Any]:
        """Do `action` to a record for whoever `delivery` says acts; returns the answer to Slack, committed.

        Raises `storage.store.Unavailable` when the database cannot take it: then nothing has happened.
        """
        return self.act_knowing(delivery, subject, number, lambda session: action, reply)

    def act_knowing(
        self,
        delivery: Delivery,
        subject: str,
        number: int,
        action: Callable[[Session], Action],
        reply: Callable[[Outcome, Scene], Reply],
    ) -> dict[str, Any]:
        """The same for an action that has to know what other records say, in the same transaction."""

        def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
            if by is None:
                return reply(Refused("not_a_member"), Scene(office, words))
            record = store.load(session, SUBJECTS[subject].record, delivery.workspace, number)
            if record is None:
                missing = Refused("not_found", {"code": FACES[subject].code(number)})
                return reply(missing, Scene(office, words))
            preparation.before_acting(session, record, office)
            outcome = action(session)(record, office, by)
            if is_done(outcome):
                self._keep(session, subject, record, outcome, office)
            return reply(outcome, Scene(office, words, record))

        return self.once(delivery, attempt)

    def create(
        self,
        delivery: Delivery,
        subject: str,
        make: Callable[[Session, Office, Member, Callable[[], int]], tuple[Any, list[Event]] | list[Refused]],
        reply: Callable[[Outcome, Scene], Reply],
    ) -> dict[str, Any]:
        """Make a new record; `make` gets the session for what it has to look up and a source of its number."""

        def attempt(session: Session, office: Office, by: Member | None, words: Words) -> Reply:
            if by is None:
                return reply(Refused("not_a_member"), Scene(office, words))
            made = make(session, office, by, lambda: store.next_number(session, delivery.workspace, subject))
            if isinstance(made, list):
                return reply(made, Scene(office, words))
            record, events = made
            self._keep(session, subject, record, events, office)
            return reply(events, Scene(office, words, record))

        return self.once(delivery, attempt)

    def take_over(self, workspace: str, subject: str, make: TakingOver) -> None:
        """Store what `make` takes over from a file, all of it in one transaction. Raises `Unavailable`."""
        with self.store.transaction() as session:
            self.take_in(session, workspace, subject, make, self.office(session))
        self.wake()

    def take_in(self, session: Session, workspace: str, subject: str, make: TakingOver, office: Office) -> int:
        """The same within a transaction; returns how many records it was."""
        count = 0
        for record, events in make(session, office, lambda: store.next_number(session, workspace, subject)):
            self._keep(session, subject, record, events, office)
            count += 1
        return count

    def once(
        self, delivery: Delivery, attempt: Callable[[Session, Office, Member | None, Words], Reply]
    ) -> dict[str, Any]:
        """Do anything once for a delivery, however often it comes; `attempt` gets None for somebody outside the
        agreement. Returns the answer to Slack, committed. Raises `Unavailable`."""
        try:
            with self.store.short_transaction() as session:
                answer = store.answered(session, delivery.workspace, delivery.key)
                if answer is not None:
                    return answer
                office = self.office(session)
                by, words = self._reader(session, delivery.workspace, delivery.user)
                reply = attempt(session, office, by, words)
                if reply.whisper is not None:
                    self._whisper(session, delivery, reply.whisper, office)
                if reply.said is not None:
                    self._say(session, delivery, reply.said, office)
                if reply.final:
                    store.remember(session, delivery.workspace, delivery.key, reply.body, office.now)
        except (store.AlreadyAnswered, store.Deadlock, StaleDataError):
            # The same delivery, or another one for the same record, was committed between our look and our commit, or
            # goes through now that we gave way.
            return self.once(delivery, attempt)
        self.wake()
        return reply.body

    def next_due(self) -> datetime | None:
        """The next moment (UTC) at which a deadline falls due."""
        with self.store.reading() as session:
            return deadlines.next_due(session)

    def coming_up(self, words: Words, limit: int, until: datetime | None = None) -> list[Coming]:
        """What the clock will do next, in words: limits that fall due, messages that are held back; up to a moment what
        can be foreseen, too. Where there are more limits than `limit`, it ends with the last of them."""
        with self.store.reading() as session:
            office = self.office(session)
            limits = deadlines.coming(session, limit, until)
            left = {replace(due, workspace=""): by for due, by in left_out.ahead(session, office.now).items()}
            if len(limits) == limit:
                until = min(until, limits[-1].due_at) if until else None
            found = []
            seen: set[tuple[str, int]] = set()
            for item in limits:
                rules, face = SUBJECTS[item.subject], FACES[item.subject]
                record = store.read(session, rules.record, item.workspace, item.number)
                if record is None or (until and item.kind in rules.only_looks):
                    continue
                found.append(Coming(item.due_at, face.coming(item.kind, record, office, words), item, record))
                for each in rules.foreseen(record, office) if until and (item.subject, item.number) not in seen else ():
                    due = replace(item, kind=each.kind, due_at=each.due_at)
                    found.append(Coming(each.due_at, face.coming(each.kind, record, office, words), due, record))
                seen.add((item.subject, item.number))
            found += [
                *(self._at_set_times(session, office, words, until) if until else ()),
                *self._held(session, words, limit),
            ]
        ahead = sorted((each for each in found if until is None or each.at <= until), key=lambda each: each.at)[:limit]
        return [_marked(each, left, office, words) for each in ahead]

    def _at_set_times(self, session: Session, office: Office, words: Words, until: datetime) -> Iterable[Coming]:
        planned = {moment for _, moment in people.digests_ahead(session, until)}
        for moment, count in agenda.digests_ahead(session, office, until).items():
            said = words.n("the morning digest of {n} person.", "the morning digests of {n} people.", count)
            yield Coming(moment, said, _at_set_time("digest", "", moment), is_next=moment in planned)
        for moment in agenda.overviews_ahead(office, until):
            said = words("with the morning digest: the weekly overview.")
            yield Coming(moment, said, _at_set_time("overview", "", moment), is_next=False)
        for person, place, moment in people.wishes_ahead(session, until):
            member = self.agreement.member(person)
            if member is not None and place == "channel":
                said = words("{who} is congratulated in the praise channel.", who=member.name)
                yield Coming(moment, said, _at_set_time("wish", member.id, moment))
            elif member is not None:
                said = words("somebody is congratulated by a direct message.")
                yield Coming(moment, said, _at_set_time("wish", member.id, moment))

    def _held(self, session: Session, words: Words, limit: int) -> Iterable[Coming]:
        for address, moment in outbox.held(session, self.clock.now(), limit):
            member = self.agreement.member(address.removeprefix("@"))
            said = words(
                "{who} gets a message that waits for the end of the quiet hours.",
                who=member.name if member else address,
            )
            yield Coming(moment, said, names_somebody=True)

    def look(self, workspace: str, user: str, see: Callable[[Session, Office, Member | None, Words], Any]) -> Any:
        """Show something without changing anything; `see` gets None for somebody outside the agreement."""
        with self.store.reading() as session:
            by, words = self._reader(session, workspace, user)
            return see(session, self.office(session), by, words)

    def fire_due(self) -> int:
        """Do what the clock owes: what is due, in order, each with its record's own action, as many as go into one
        short transaction. What is to be said to people is gathered until nothing more is due, so that each hears of
        all of it at once. Returns how many fired; a record whose firing fails is put off and holds up no other, and
        one that somebody is changing at this moment is left for the next time."""
        with self.store.reading() as session:  # most looks find nothing, and readers hold up nobody
            owes = bool(deadlines.due(session, self.clock.now(), 1)) or outbox.has_gathered(session)
        if not owes:
            self.fired_at = time.monotonic()
            return 0
        with self.store.transaction() as session:
            office = self.office(session)
            drafts: list[Draft] = []
            fired = 0
            enough = time.monotonic() + FIRES_FOR
            for item in deadlines.due(session, office.now, DUE_AT_ONCE):
                try:
                    with session.begin_nested():
                        found = self._fire(session, item, office)
                except Exception as error:
                    if store.has_ended(session, error):
                        raise
                    log.exception("a deadline could not fire: %s %s %s", item.subject, item.number, item.kind)
                    deadlines.postpone(session, item, office.now + RETRY_FIRING)
                else:
                    drafts += found or []
                    fired += found is not None
                if time.monotonic() > enough:
                    break
            if fired and deadlines.due(session, office.now, 1):
                to_people = [draft for draft in drafts if draft.message.address.startswith("@")]
                outbox.gather(session, to_people, office.now)
                drafts = [draft for draft in drafts if not draft.message.address.startswith("@")]
            else:
                drafts = [*outbox.take_gathered(session), *drafts]
            self._tell(session, drafts, office)
        self.fired_at = time.monotonic()
        self.wake()
        return fired

    def _fire(self, session: Session, item: deadlines.Due, office: Office) -> list[Draft] | None:
        rules = SUBJECTS[item.subject]
        record = store.take(session, rules.record, item.workspace, item.number)
        if record is None:
            return None
        due = next((each for each in rules.deadlines(record, office) if each.kind == item.kind), None)
        events: list[Event] = []
        if due is not None and due.due_at <= office.now:
            preparation.before_firing(session, item.subject, record, office, item.kind)
            if left_out.is_left_out(session, replace(item, due_at=due.due_at)):
                rules.pass_over(record, office, item.kind)
            else:
                events = rules.fall_due(record, office, item.kind)
        return self._settle(session, item.subject, record, events, office)

    def review(self) -> bool:
        """Hold every record that follows the agreement against the one in force: who has it, its deadlines, its card.
        One record a transaction, so that nobody waits for all of them. Returns whether it went through them all, which
        it does not when it is stopped; raises `Unavailable`. Doing it again does no harm."""
        with self.store.reading() as session:
            found = [
                (subject, workspace, number)
                for subject, rules in SUBJECTS.items()
                for workspace, number in store.numbers(session, rules.record, rules.following)
            ]
        try:
            for done, (subject, workspace, number) in enumerate(found):
                if self.stopping.is_set():
                    return False
                self.reviewed = (done, len(found))
                if done and done % PROGRESS == 0:
                    log.info("%s of %s records are held against the agreement", done, len(found))
                try:
                    self._review(subject, workspace, number)
                except store.Unavailable:
                    raise
                except Exception:
                    log.exception("a record could not be held against the agreement: %s %s", subject, number)
        finally:
            self.reviewed = None
        self.wake()
        return True

    def review_of(self, workspace: str, members: Collection[str]) -> None:
        """Hold what is asked of some members against who is there now: an account was closed, or opened again. Raises
        `Unavailable`; doing it again does no harm."""
        with self.store.reading() as session:
            found = asks.records(session, workspace, members)
        for subject, number in found:
            self._review(subject, workspace, number)
        self.wake()

    def stand_in(self, session: Session, workspace: str, member: str, subject: str, number: int) -> str | None:
        """Who is to hear of a record what was meant for a member whose account is closed: whoever acts for them now, if
        the record asks them for something that others may do."""
        if subject not in SUBJECTS or not asks.moves(session, workspace, subject, number, member):
            return None
        other = self.office(session).acts_for(member)
        return None if other is None or other.id == member else other.id

    def _review(self, subject: str, workspace: str, number: int) -> None:
        with self.store.transaction() as session:
            office, rules = self.office(session), SUBJECTS[subject]
            record = store.load(session, rules.record, workspace, number)
            if record is not None:
                self._keep(session, subject, record, rules.review(record, office), office)

    def payload_of_card(self, session: Session, workspace: str, subject: str, number: int) -> Payload | None:
        """The card of a record as it stands now; None when there is no such record."""
        record = store.read(session, SUBJECTS[subject].record, workspace, number)
        if record is None:
            return None
        face = FACES[subject]
        preparation.before_showing(session, record)
        return face.card(record, self.office(session), self.words_of_channel(face.channel(self.agreement, record)))

    def words_of(self, session: Session, workspace: str, member: Member) -> Words:
        """A member's own words, in their own zone."""
        return self._words(member, people.by_member(session, workspace, member.id))

    def words_of_channel(self, channel: Channel) -> Words:
        """The words for a channel, in one or both languages as the agreement says."""
        return Words(channel.languages, self.agreement.timezone)

    def _words(self, member: Member, person: people.Person | None) -> Words:
        """A member's own words: their own choice, the agreement's, their Slack profile's language, in that order."""
        zone = member.timezone or (person.timezone if person else "") or self.agreement.timezone
        chosen = (person.language if person else "") or member.language
        language = chosen or language_of(person.locale if person else "", self.agreement.languages)
        return Words((language,), zone)

    def _reader(self, session: Session, workspace: str, user: str) -> tuple[Member | None, Words]:
        person = people.by_slack_user(session, workspace, user)
        member = self.agreement.member(person.member) if person and person.active else None
        if member is None:
            return None, Words((self.agreement.languages[0],), self.agreement.timezone)
        return member, self._words(member, person)

    def _keep(self, session: Session, subject: str, record: Any, events: Sequence[Event], office: Office) -> None:
        self._tell(session, self._settle(session, subject, record, events, office), office)

    def _settle(
        self, session: Session, subject: str, record: Any, events: Sequence[Event], office: Office
    ) -> list[Draft]:
        """Store what changed and what follows from it; returns the notices, still to be told."""
        rules = SUBJECTS[subject]
        workspace, number = record.workspace, record.number
        rules.sum_up(record, office)
        is_new = record not in session
        if is_new:
            store.add(session, record)
        session.flush()
        store.append(session, workspace, subject, number, events)
        if events:
            preparation.after_change(session, subject, record, events, office)
        limits, asked = rules.deadlines(record, office), rules.asks(record, office)
        keep_limits, keep_asked = (deadlines.enter, asks.enter) if is_new else (deadlines.replace, asks.replace)
        moved = keep_limits(session, workspace, subject, number, limits)
        shift = keep_asked(session, workspace, subject, number, asked)
        shown = [(subject, record)] if events or moved else []
        for other, on_card in [*shown, *(preparation.shows(session, record, events) if events else ())]:
            if FACES[other].has_card(on_card):
                address = FACES[other].channel(office.agreement, on_card).name
                about = (workspace, other, on_card.number)
                outbox.refresh_card(session, *about, address=address, urgency=CARD, now=office.now)
        if any(event.what == UNDONE for event in events):
            outbox.take_back(session, workspace, subject, number, office.now)
        notices = [(event, notice) for event in events for notice in rules.notices(event, record, office)]
        receivers = {notice.to for _, notice in notices if notice.to}
        self._show(session, workspace, shift.concerned | receivers, office)
        accounts = people.by_members(session, workspace, receivers) if receivers else {}
        if overtaken := receivers & shift.relieved:
            outbox.overtake(session, workspace, subject, number, overtaken, office.now)
        drafts = [self._draft(subject, record, event, notice, accounts, office) for event, notice in notices]
        return [draft for draft in drafts if draft is not None]

    def _draft(
        self,
        subject: str,
        record: Any,
        event: Event,
        notice: Notice,
        accounts: Mapping[str, people.Person],
        office: Office,
    ) -> Draft | None:
        face, member = FACES[subject], office.agreement.member(notice.to)
        channel = face.channel(office.agreement, record)
        if (notice.to and member is None) or not (notice.to or face.has_card(record)):
            return None
        account = accounts.get(notice.to)
        words = self._words(member, account) if member else self.words_of_channel(channel)
        not_before = notice.not_before
        if member and account and account.quiet_hours and not notice.urgent:
            not_before = _later(not_before, office.quiet_until(member, account.quiet_hours))
        waits = member is not None and not _lapses_before_the_morning(notice, member, account, office)
        payload = face.notice(notice, event, record, office, words).as_json()
        if notice.urgent:
            payload["repeat"] = words("This may be a repeat: Slack does not say whether it arrived.")
        message = Message(
            workspace=record.workspace,
            address=f"@{notice.to}" if notice.to else channel.name,
            payload=payload,
            urgency=URGENT if notice.urgent else NUDGE if waits and event.actor == CLOCK else USUAL,
            subject=subject,
            number=record.number,
            in_thread=not (notice.to or notice.aloud),
            not_before=not_before,
        )
        muted = account is not None and not notice.urgent and subject in account.muted.split(",")
        muted = muted and not _waits_for(notice.to, subject, record, office)
        line = face.line(event, record, office, words) if notice.to else ""
        return Draft(message, line, muted)

    def _tell(self, session: Session, drafts: Sequence[Draft], office: Office) -> None:
        """Write every notice into the outbox. Many at once for one person become one digest; those that go through the
        quiet hours never carry others along. Of what the clock has to say nobody gets more messages a day than is
        agreed: the rest is in their next digest."""
        direct: dict[tuple[str, str, bool], list[Draft]] = defaultdict(list)
        messages = [draft.message for draft in drafts if not draft.message.address.startswith("@")]
        for draft in drafts:
            message = draft.message
            if message.address.startswith("@"):
                direct[message.workspace, message.address, message.urgency == URGENT].append(draft)
        midnight = datetime.combine(office.today, wall_time(), ZoneInfo(office.agreement.timezone)).astimezone(UTC)
        for (workspace, address, _), together in direct.items():
            nudges = [draft for draft in together if draft.message.urgency == NUDGE]
            said = outbox.nudges_since(session, workspace, address, midnight) if nudges else 0
            kept = [draft for draft in together if draft.muted]
            rest = [draft for draft in nudges if not draft.muted]
            room = max(office.agreement.digest.messages_a_day - said, 0)
            if not room or len(together) - len(kept) < DIGEST_FROM:
                kept += rest[room:]
            for draft in kept:
                outbox.keep_for_digest(session, draft.message, draft.line, office.now)
            together = [draft for draft in together if draft not in kept]
            many = len(together) >= DIGEST_FROM
            messages += [self._digest(session, together)] if many else [item.message for item in together]
        outbox.post(session, messages, office.now)

    def _digest(self, session: Session, together: Sequence[Draft]) -> Message:
        """One message in the place of many; it waits as long as the last of them."""
        first = together[0].message
        member = self.agreement.member(first.address.removeprefix("@"))
        everybody = Words(self.agreement.languages, self.agreement.timezone)
        words = self.words_of(session, first.workspace, member) if member else everybody
        waits = [draft.message.not_before for draft in together if draft.message.not_before is not None]
        return Message(
            workspace=first.workspace,
            address=first.address,
            payload=digest.digest([draft.line for draft in together], words).as_json(),
            urgency=URGENT if first.urgency == URGENT else DIGEST,
            subject="",
            number=0,
            not_before=max(waits, default=None),
        )

    def _show(self, session: Session, workspace: str, members: Collection[str], office: Office) -> None:
        """Those who look at their Home at present see the change there."""
        if members:
            covers = {cover.id for each in members if (cover := office.acts_for(each))}
            for member in people.looking(session, workspace, {*members, *covers}, office.now - LOOKS_FOR):
                outbox.refresh_home(session, workspace, member, office.now)

    def _say(self, session: Session, delivery: Delivery, payload: Payload, office: Office) -> None:
        person = people.by_slack_user(session, delivery.workspace, delivery.user)
        if person is not None:
            message = Message(
                workspace=delivery.workspace,
                address=f"@{person.member}",
                payload=payload.as_json(),
                urgency=URGENT,
                subject="",
                number=0,
            )
            outbox.post(session, [message], office.now)

    def _whisper(self, session: Session, delivery: Delivery, payload: Payload, office: Office) -> None:
        if not delivery.channel:  # from a Home or a form
            self._say(session, delivery, payload, office)
            return
        outbox.whisper(
            session,
            delivery.workspace,
            channel=delivery.channel,
            user=delivery.user,
            thread_ts=delivery.thread,
            payload=payload.as_json(),
            now=office.now,
        )


def _at_set_time(what: str, kind: str, moment: datetime) -> deadlines.Due:
    """The limit of what is no record's, in whichever workspace."""
    return deadlines.Due("", what, 0, kind, moment)


def _marked(each: Coming, left: Mapping[deadlines.Due, str], office: Office, words: Words) -> Coming:
    """With who left it out, if somebody did."""
    member = left.get(replace(each.due, workspace="")) if each.due else None
    if member is None:
        return each
    said = words("{what} Left out by {who}.", what=each.text, who=name(member, office))
    return replace(each, text=said, left_out_by=member)


def _waits_for(member: str, subject: str, record: Any, office: Office) -> bool:
    """Whether somebody else cannot go on before a member has answered."""
    return any(ask.to == member and ask.waited_for for ask in SUBJECTS[subject].asks(record, office))


def _lapses_before_the_morning(notice: Notice, member: Member, account: people.Person | None, office: Office) -> bool:
    """Whether a notice would be no use any more in its receiver's next digest."""
    own_time = account.digest_time if account else ""
    return notice.lapses_at is not None and agenda.next_digest(member, own_time, office, office.now) >= notice.lapses_at


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
