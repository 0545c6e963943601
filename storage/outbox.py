"""Messages still to be delivered. What is to be said is committed here together with why; the courier delivers it.

    pending -> sending -> sent | pending (try again) | unknown (look it up first) | dead (with the reason) | gone

An intent is committed before the request, so a crash leaves either nothing sent or something that can be looked up.
A card is one row for life: its channel and ts are the card's address, and `wanted` counts the looks it should have. So
is somebody's Home, whose ts is the hash that Slack gave for what is shown there. What the clock has to say is gathered
here until nothing more is due, and a second copy that is to be deleted waits here, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from storage.prepared import Prepared, insert_into
from storage.schema import CARD, NUDGE, outbox

REQUEST: Final = timedelta(seconds=10)
"""How long a request to Slack may take."""

SETTLE: Final = timedelta(seconds=30)
"""How long Slack may take to show a message whose request went wrong; looking earlier finds nothing and posts twice."""

LEASE: Final = 3 * REQUEST + SETTLE
"""How long a letter belongs to its taker: finding its place, looking it up, one request, and the settling of it."""

OPEN: Final = ("pending", "unknown", "sending")
"""States that are not final, spelled as in the index of open rows."""

CLAIMING: Final = 7363
"""The number of PostgreSQL's advisory lock under which rows are taken; any number will do."""

HOME: Final = CARD
"""The urgency of somebody's Home, which they look at."""

Closed = Mapping[tuple[str, str], datetime]
"""Addresses (workspace, address) that may not be written to before a moment."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row that was taken for delivery. `in_doubt` asks to look it up before it is posted (again); `trying_since` is
    the first attempt (UTC) of what it says now."""

    id: int
    workspace: str
    key: str
    kind: Literal["message", "card", "ephemeral", "home", "copy"]
    address: str
    subject: str
    number: int
    payload: dict[str, Any] | None
    in_thread: bool
    thread_ts: str | None
    thread_channel: str | None
    channel: str | None
    ts: str | None
    wanted: int
    attempt: int
    in_doubt: bool
    first_intent_at: datetime
    lease_until: datetime
    trying_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be said once: to "@member", or in "#channel", there in the thread of the record's card if asked."""

    workspace: str
    address: str
    payload: Mapping[str, Any]
    urgency: int
    subject: str
    number: int
    in_thread: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message, and its line where many become one digest. What is `muted` waits for the receiver's next morning
    digest."""

    message: Message
    line: str
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was kept for somebody's digest, and the record it is about."""

    text: str
    subject: str
    number: int


def post(session: Session, messages: Sequence[Message], now: datetime) -> None:
    """Say all of them; those for one address in this order."""
    _INSERT.run(session, *(_message_row(message, now) for message in messages))


def whisper(
    session: Session,
    workspace: str,
    *,
    channel: str,
    user: str,
    thread_ts: str | None,
    payload: Mapping[str, Any],
    now: datetime,
) -> None:
    """Say something to one person where they are. Slack does not tell whether they saw it, so it is tried once."""
    row = _row(workspace, "ephemeral", f"{channel}:{user}", "", 0, 0, now)
    row |= {"in_thread": False, "thread_ts": thread_ts, "payload": dict(payload), "not_before": now}
    _INSERT.run(session, row)


def delete_copy(session: Session, workspace: str, channel: str, ts: str, now: datetime) -> None:
    """A second copy of a message of ours came about: it ought to be deleted."""
    row = _row(workspace, "copy", channel, "", 0, 0, now)
    row |= {"in_thread": False, "payload": {}, "not_before": now, "channel": channel, "ts": ts}
    _INSERT.run(session, row)


def refresh_card(
    session: Session, workspace: str, subject: str, number: int, *, address: str, urgency: int, now: datetime
) -> None:
    """The record changed: its card is to be posted, or shown anew, with whatever it says when it is delivered.

    A card that could not be delivered is tried once more; one that somebody deleted stays deleted.
    """
    row = _row(workspace, "card", address, subject, number, urgency, now) | {"in_thread": False, "not_before": now}
    _REFRESH.run(session, row)


def refresh_home(session: Session, workspace: str, member: str, now: datetime, subject: str | None = None) -> None:
    """Somebody looks at their Home, and it should look different: narrowed down to a `subject`, or to none (""), where
    they chose that just now, else as before."""
    row = _row(workspace, "home", f"~{member}", "", 0, HOME, now) | {"in_thread": False, "not_before": now}
    row |= {"key": f"home:{member}", "payload": {"subject": subject or ""}}
    _REFRESH_HOME.run(session, row)
    if subject is not None:
        mine = (outbox.c.workspace == workspace, outbox.c.key == row["key"])
        session.execute(update(outbox).where(*mine).values(payload=row["payload"]))


def gather(session: Session, drafts: Sequence[Draft], now: datetime) -> None:
    """Keep what is not said yet because more is to come."""
    rows = ((draft, _message_row(draft.message, now)) for draft in drafts)
    kept = {"kind": "draft", "state": "gathered"}
    _INSERT.run(
        session,
        *(
            row | kept | {"payload": {"said": row["payload"], "line": draft.line, "muted": draft.muted}}
            for draft, row in rows
        ),
    )


def has_gathered(session: Session) -> bool:
    """Whether something was gathered and not said."""
    return _GATHERED.first(session) is not None


def take_gathered(session: Session) -> list[Draft]:
    """What was gathered, in order; it is said now."""
    gathered = _is(outbox.c.state, "gathered")
    rows = session.execute(delete(outbox).where(gathered).returning(outbox)).all()
    return [
        Draft(
            Message(
                workspace=row.workspace,
                address=row.address,
                payload=row.payload["said"],
                urgency=row.urgency,
                subject=row.subject,
                number=row.number,
                not_before=row.not_before,
            ),
            row.payload["line"],
            row.payload["muted"],
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def keep_for_digest(session: Session, message: Message, line: str, now: datetime) -> None:
    """A message that somebody reads in a line of their next digest instead."""
    row = _row(message.workspace, "line", message.address, message.subject, message.number, 0, now)
    _INSERT.run(session, row | {"in_thread": False, "not_before": now, "state": "waiting", "payload": {"text": line}})


def take_lines(session: Session, workspace: str, address: str) -> list[Line]:
    """The lines that were kept for somebody's digest, oldest first; they are said now."""
    mine = (outbox.c.workspace == workspace, outbox.c.address == address, _is(outbox.c.state, "waiting"))
    wanted = select(outbox.c.id, outbox.c.payload, outbox.c.subject, outbox.c.number)
    found = list(session.execute(wanted.where(*mine).order_by(outbox.c.id)))
    if found:
        session.execute(update(outbox).where(outbox.c.id.in_([row.id for row in found])).values(state="sent"))
    return [Line(str(row.payload["text"]), row.subject, row.number) for row in found]


def nudges_since(session: Session, workspace: str, address: str, since: datetime) -> int:
    """How many messages somebody has been sent directly since a moment that the clock had to say."""
    found = select(func.count(outbox.c.id)).where(
        outbox.c.workspace == workspace,
        outbox.c.address == address,
        outbox.c.created_at >= since,
        outbox.c.kind == "message",
        outbox.c.urgency >= literal_column(str(NUDGE)),  # spelled out: see `_is`
    )
    return int(session.execute(found).scalar_one())


def take_back(session: Session, workspace: str, subject: str, number: int, now: datetime) -> None:
    """What was to be said of a record later than now, and was not tried yet, is not said at all."""
    session.execute(delete(outbox).where(*_held_back(workspace, subject, number, now)))


def overtake(
    session: Session, workspace: str, subject: str, number: int, members: Collection[str], now: datetime
) -> None:
    """The same, to members of whom the record does not ask any more what it asked, and who hear why."""
    addresses = [f"@{member}" for member in members]
    held = (*_held_back(workspace, subject, number, now), outbox.c.address.in_(addresses))
    session.execute(delete(outbox).where(*held))


def _held_back(workspace: str, subject: str, number: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox.c.workspace == workspace,
        outbox.c.subject == subject,
        outbox.c.number == number,
        outbox.c.kind == "message",
        *_IS_PENDING,
        outbox.c.attempt == 0,
        outbox.c.not_before > now,
    )


def has_work(session: Session, now: datetime, closed: Closed) -> bool:
    """Whether there is something for `claim`: a letter that may go out, or one whose taker died."""
    return _EXPIRED.first(session, {"now": now}) is not None or bool(_ready(session, now, closed))


def claim(session: Session, owner: str, now: datetime, closed: Closed) -> Letter | None:
    """Take the next letter that may go out now: urgent first, then in order, one at a time for each address.

    Rows whose taker died are in doubt from the end of their lease. What waits for a dead card dies with it.
    """
    _one_claim_at_a_time(session)
    _EXPIRE.run(session, {"now": now})
    while ready := _ready(session, now, closed):
        row = _WITH_CARD.first(session, {"taken": ready[0].id})
        if row is None:
            continue  # PostgreSQL: it was settled or taken back between the two statements
        if row.in_thread and row.card_ts is None:
            session.execute(
                update(outbox).where(outbox.c.id == row.id).values(state="dead", reason="its card could not be posted")
            )
            continue
        lease_until = now + LEASE
        _TAKE.run(session, {"taken": row.id, "owner": owner, "lease_until": lease_until, "now": now})
        return _letter(row, now, lease_until)
    return None


def sent(session: Session, letter: Letter, owner: str, channel: str, ts: str, now: datetime) -> str | None:
    """It is there. A card that should look different by now goes out again.

    Returns the ts that counts: another one than `ts` when an earlier copy was heard meanwhile, None when the letter
    is no longer this taker's.
    """
    taken = {"letter": letter.id, "taker": owner, "trial": letter.attempt, "said": letter.wanted}
    kept: str | None = _SENT.scalar(session, taken | {"place": channel, "there": ts, "now": now})
    return kept


def found(session: Session, letter: Letter, owner: str, channel: str, ts: str, now: datetime) -> None:
    """An attempt nobody was sure of had posted it. What a card said then may be out of date: it is shown anew."""
    _settle(
        session,
        letter,
        owner,
        state="pending" if letter.kind == "card" else "sent",
        channel=channel,
        ts=ts,
        attempt=0,
        not_before=now,
        reason=None,
        intent_at=None,
        trying_since=None,
    )


def again(session: Session, letter: Letter, owner: str, not_before: datetime, reason: str, *, is_new: bool) -> None:
    """This attempt certainly did not post it: try again at `not_before`; where it `is_new`, as though for the first
    time. If an earlier attempt may have posted it, that is still to be looked up."""
    since = {"trying_since": None} if is_new else {}
    _settle(session, letter, owner, **_as_before(letter), **since, not_before=not_before, reason=reason)


def forget_hash(session: Session, letter: Letter, owner: str, now: datetime) -> None:
    """Something else is shown on somebody's Home than we thought: show it anew, whatever is there."""
    _settle(session, letter, owner, state="pending", ts=None, not_before=now, attempt=letter.attempt)


def hold(session: Session, letter: Letter, owner: str, not_before: datetime) -> None:
    """Slack asked to wait. That was no attempt."""
    _settle(session, letter, owner, **_as_before(letter), not_before=not_before, attempt=letter.attempt - 1)


def unknown(session: Session, letter: Letter, owner: str, not_before: datetime, reason: str) -> None:
    """Nobody can tell whether it is there: look it up at `not_before`."""
    _settle(session, letter, owner, state="unknown", not_before=not_before, reason=reason)


def die(session: Session, letter: Letter, owner: str, reason: str) -> None:
    """It will never be delivered; the reason is for the person who runs this."""
    _settle(session, letter, owner, state="dead", reason=reason)


def give_up(session: Session, letter: Letter, owner: str, reason: str, waiting_since: datetime) -> None:
    """Nothing can be delivered to its address: what has waited for it since before `waiting_since` dies with it."""
    die(session, letter, owner, reason)
    waited = (
        outbox.c.workspace == letter.workspace,
        outbox.c.address == letter.address,
        *_IS_PENDING,
        outbox.c.created_at < waiting_since,
        outbox.c.not_before < waiting_since,
        outbox.c.kind == "message",
    )
    session.execute(update(outbox).where(*waited).values(state="dead", reason=reason))


def readdress(session: Session, letter: Letter, owner: str, address: str, now: datetime) -> None:
    """It goes to somebody else instead, who has to act on it now."""
    _settle(session, letter, owner, state="pending", address=address, not_before=now, attempt=0, intent_at=None)


def gone(session: Session, letter: Letter, owner: str, reason: str) -> None:
    """Nobody wants it any more, such as a card that somebody deleted; it is not posted again."""
    _settle(session, letter, owner, state="gone", reason=reason)


def amend(session: Session, letter: Letter, owner: str, payload: Mapping[str, Any], now: datetime) -> None:
    """What it needed is there: it goes out with this payload."""
    _settle(session, letter, owner, **_as_before(letter), payload=payload, not_before=now, attempt=0)


def canvas_before(session: Session, letter: Letter, channel: str) -> str | None:
    """The canvas that the newest earlier message about the same record, in the same channel, leads to."""
    earlier = select(outbox.c.payload).where(
        outbox.c.workspace == letter.workspace,
        outbox.c.channel == channel,
        outbox.c.ts.is_not(None),
        outbox.c.subject == letter.subject,
        outbox.c.number == letter.number,
        outbox.c.kind == "message",
        outbox.c.state == "sent",
        outbox.c.id < letter.id,
    )
    canvases = (payload.get("canvas", {}) for payload in session.scalars(earlier.order_by(outbox.c.id.desc())))
    return next((str(canvas["id"]) for canvas in canvases if "id" in canvas), None)


def heard(session: Session, workspace: str, key: str, channel: str, ts: str, now: datetime) -> bool:
    """One of our own messages was seen in Slack: the first copy seen is the one that counts. Settles a row that was
    in doubt; returns whether the message is another copy, which ought to be deleted."""
    row = _OF_KEY.first(session, {"in_workspace": workspace, "of_key": key})
    if row is None:
        return False
    if row.ts is not None:
        return bool(row.ts != ts)
    there: dict[str, Any] = {"channel": channel, "ts": ts}
    if row.state != "sending" and "canvas" in (row.payload or {}):
        there |= {"not_before": now}  # it is there, but perhaps nobody may read its canvas yet
    elif row.state != "sending":
        # What the card said then may be out of date: it is shown anew.
        state = "pending" if row.kind == "card" else "sent"
        there |= {"state": state, "attempt": 0, "not_before": now, "reason": None}
        there |= {"intent_at": None, "trying_since": None}
    session.execute(update(outbox).where(outbox.c.id == row.id).values(there))
    return False


def record_at(session: Session, workspace: str, channel: str, ts: str) -> tuple[str, int] | None:
    """The record a message of ours is about."""
    found = select(outbox.c.subject, outbox.c.number).where(
        outbox.c.workspace == workspace, outbox.c.channel == channel, outbox.c.ts == ts, outbox.c.subject != ""
    )
    row = session.execute(found).first()
    return None if row is None else (row.subject, row.number)


def record_of_newest(session: Session, workspace: str, channel: str) -> tuple[str, int] | None:
    """The record that our newest message in a conversation is about, if it is about one."""
    newest = select(outbox.c.ts).where(
        outbox.c.workspace == workspace,
        outbox.c.channel == channel,
        outbox.c.ts.is_not(None),
        outbox.c.kind != "copy",
    )
    ts = session.execute(newest.order_by(outbox.c.id.desc()).limit(1)).scalar()
    return None if ts is None else record_at(session, workspace, channel, ts)


def place_of(session: Session, workspace: str, subject: str, number: int) -> tuple[str, str] | None:
    """The channel and timestamp of a record's card, once it is posted."""
    found = select(outbox.c.channel, outbox.c.ts).where(
        outbox.c.workspace == workspace,
        outbox.c.kind == "card",
        outbox.c.subject == subject,
        outbox.c.number == number,
        outbox.c.ts.is_not(None),
    )
    row = session.execute(found).first()
    return None if row is None else (row.channel, row.ts)


def has_no_place(session: Session, workspace: str, subject: str, number: int) -> bool:
    """Whether Slack does not take a record's card in its channel: we are not in it, or it is archived. While Slack
    cannot be reached, nobody knows."""
    row = session.execute(
        select(outbox.c.address, outbox.c.state, outbox.c.reason).where(
            outbox.c.workspace == workspace,
            outbox.c.kind == "card",
            outbox.c.subject == subject,
            outbox.c.number == number,
            outbox.c.ts.is_(None),
        )
    ).first()
    return row is not None and (row.state == "dead" or row.reason == not_in(row.address))


def not_in(channel: str) -> str:
    """The reason why nothing can be posted in a channel that the bot is not in."""
    return f"there is no channel {channel} that the bot can see; invite the bot to it"


def next_due(session: Session, now: datetime, closed: Closed) -> datetime | None:
    """The next moment at which something may go out; None when nothing waits."""
    heads = {(head.workspace, head.address) for head in _HEADS.all(session, {"now": now})}
    shut = {place: until for place, until in closed.items() if until > now}
    if heads - shut.keys():
        return now
    soonest: datetime | None = _SOONEST.scalar(session, {"now": now})
    moments = [shut[place] for place in heads]
    return min([*moments, *([soonest] if soonest is not None else [])], default=None)


def held(session: Session, now: datetime, limit: int) -> list[Any]:
    """The rows that wait for a moment still to come, the soonest first: address and not_before."""
    found = select(outbox.c.address, outbox.c.not_before).where(*_IS_PENDING, outbox.c.not_before > now)
    return list(session.execute(found.order_by(outbox.c.not_before, outbox.c.id).limit(limit)))


def dead(session: Session, limit: int) -> list[Any]:
    """The newest rows that could not be delivered: id, address, reason, subject, number, created_at."""
    found = select(
        outbox.c.id, outbox.c.address, outbox.c.reason, outbox.c.subject, outbox.c.number, outbox.c.created_at
    ).where(outbox.c.state == "dead")
    return list(session.execute(found.order_by(outbox.c.id.desc()).limit(limit)))


def revive(session: Session, ids: Collection[int], now: datetime) -> list[int]:
    """Deliver what could not be delivered after all; what may have been posted is looked up first, and a reply takes
    its card along. Returns the ids of those that were dead."""
    return _revive(session, ids, {"state": _anew()}, now)


def repost(session: Session, ids: Collection[int], now: datetime) -> list[int]:
    """The same without looking, for what nobody can look up. Returns the ids of those that were dead."""
    return _revive(session, ids, {"state": "pending", "intent_at": None}, now)


def bury(session: Session, ids: Collection[int]) -> list[int]:
    """Nobody wants these any more. Returns the ids of those that were dead."""
    return _of_the_dead(session, ids, {"state": "gone"})


def _revive(session: Session, ids: Collection[int], state: Mapping[str, Any], now: datetime) -> list[int]:
    again = {"attempt": 0, "not_before": now, "trying_since": None, "reason": None}
    reply, card = outbox.alias("reply"), outbox.alias("card")
    same = (card.c.workspace == reply.c.workspace) & (card.c.subject == reply.c.subject)
    cards = (
        select(card.c.id)
        .join(reply, same & (card.c.number == reply.c.number))
        .where(card.c.kind == "card", reply.c.in_thread, reply.c.id.in_(ids))
    )
    _of_the_dead(session, session.scalars(cards).all(), {"state": _anew(), **again})
    return _of_the_dead(session, ids, {**state, **again})


def _of_the_dead(session: Session, ids: Collection[int], values: Mapping[str, Any]) -> list[int]:
    changed = update(outbox).where(outbox.c.state == "dead", outbox.c.id.in_(ids)).values(values)
    return sorted(session.scalars(changed.returning(outbox.c.id)))


def forget(session: Session, before: datetime) -> None:
    """Drop what was said, or given up, before a moment. Cards stay: they are still changed."""
    done = outbox.c.state.in_(("sent", "dead", "gone"))
    session.execute(delete(outbox).where(done, outbox.c.kind != "card", outbox.c.created_at < before))


def counts(session: Session) -> dict[str, int]:
    """How many rows stand in each state."""
    counted = select(outbox.c.state, func.count(outbox.c.id)).group_by(outbox.c.state)
    return dict(list(session.execute(counted)))


def _ready(session: Session, now: datetime, closed: Closed) -> list[Any]:
    """The first row that may be taken now of each address that may be written to, in order: workspace, address, id."""
    heads = _HEADS.all(session, {"now": now})
    return [head for head in heads if (until := closed.get((head.workspace, head.address))) is None or until <= now]


def _is(state: ColumnElement[str], *states: str) -> ColumnElement[bool]:
    """Spelled out instead of bound: with parameters neither database recognises its partial index."""
    spelled: list[ColumnElement[str]] = [literal_column(f"'{each}'") for each in states]
    return state == spelled[0] if len(spelled) == 1 else state.in_(spelled)


_IS_PENDING = (_is(outbox.c.state, *OPEN), outbox.c.state == "pending")
_NOW = bindparam("now", type_=outbox.c.not_before.type)
_INSERT = Prepared(insert(outbox))
_GATHERED = Prepared(select(outbox.c.id).where(_is(outbox.c.state, "gathered")).limit(1))
_HAS_EXPIRED = (
    _is(outbox.c.state, *OPEN),
    outbox.c.owner.is_not(None),
    outbox.c.state == "sending",
    outbox.c.lease_until <= bindparam("now"),
)
_EXPIRED = Prepared(select(outbox.c.id).where(*_HAS_EXPIRED).limit(1))
_EXPIRE = Prepared(update(outbox).where(*_HAS_EXPIRED).values(state="unknown", not_before=bindparam("now")))
_TAKE = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("taken"))
    .values(
        state="sending",
        owner=bindparam("owner"),
        attempt=outbox.c.attempt + 1,
        lease_until=bindparam("lease_until"),
        intent_at=func.coalesce(outbox.c.intent_at, _NOW),
        trying_since=func.coalesce(outbox.c.trying_since, _NOW),
    )
)
_AGAIN = _is(outbox.c.kind, "card", "home") & (outbox.c.wanted > bindparam("said"))
_THERE = bindparam("there", type_=outbox.c.ts.type)
_SENT = Prepared(
    update(outbox)
    .where(
        outbox.c.id == bindparam("letter"),
        outbox.c.state == "sending",
        outbox.c.owner == bindparam("taker"),
        outbox.c.attempt == bindparam("trial"),
    )
    .values(
        state=case((_AGAIN, "pending"), else_="sent"),
        channel=func.coalesce(outbox.c.channel, bindparam("place", type_=outbox.c.channel.type)),
        ts=case((outbox.c.kind == "home", _THERE), else_=func.coalesce(outbox.c.ts, _THERE)),
        shown=bindparam("said"),
        attempt=0,
        not_before=bindparam("now"),
        reason=None,
        intent_at=None,
        trying_since=None,
    )
    .returning(outbox.c.ts)
)
_OPENS = case((outbox.c.state == "sending", outbox.c.lease_until), else_=outbox.c.not_before)
_SOONEST = Prepared(select(func.min(_OPENS).label("moment")).where(_is(outbox.c.state, *OPEN), _OPENS > _NOW))
_OF_KEY = Prepared(
    select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.ts, outbox.c.payload)
    .where(outbox.c.workspace == bindparam("in_workspace"), outbox.c.key == bindparam("of_key"))
    .with_for_update()
)


def _refresh(dialect: str) -> Any:
    """A card's row, new or asked to look different."""
    row = insert_into(outbox, dialect)
    return row.on_conflict_do_update(
        index_elements=[outbox.c.workspace, outbox.c.subject, outbox.c.number],
        index_where=outbox.c.kind == literal_column("'card'"),  # spelled out: see `_is`
        set_=_once_more(row),
    )


def _refresh_home(dialect: str) -> Any:
    """The row of somebody's Home, new or asked to look different."""
    row = insert_into(outbox, dialect)
    return row.on_conflict_do_update(index_elements=[outbox.c.workspace, outbox.c.key], set_=_once_more(row))


_REFRESH = Prepared(_refresh)
_REFRESH_HOME = Prepared(_refresh_home)


def _once_more(row: Any) -> dict[str, Any]:
    ended = (outbox.c.state == "sent") | (outbox.c.state == "dead")
    return {
        "wanted": outbox.c.wanted + 1,
        "state": case((ended, _anew()), else_=outbox.c.state),
        "attempt": case((ended, 0), else_=outbox.c.attempt),
        "not_before": case((ended, row.excluded.not_before), else_=outbox.c.not_before),
        "trying_since": case((ended, null()), else_=outbox.c.trying_since),
    }


def _anew() -> ColumnElement[str]:
    """The state in which something that ended is tried again: if an attempt may have posted it, it is looked up."""
    return case((outbox.c.intent_at.is_(None), "pending"), else_="unknown")


def _card_of(row: Any, card: Any) -> ColumnElement[bool]:
    return and_(
        card.c.workspace == row.c.workspace,
        card.c.subject == row.c.subject,
        card.c.number == row.c.number,
        card.c.kind == literal_column("'card'"),  # spelled out: see `_is`
    )


def _heads() -> Select[Any]:
    """Of each address the first row that may go out. What is being sent, and what was tried and waits for its next try,
    keeps everything else for its address back. It costs as much as there are addresses, however many rows wait: from
    one workspace and address to the next it jumps along the index."""
    row, other, card = outbox.alias("row"), outbox.alias("other"), outbox.alias("card")
    is_open = _is(row.c.state, *OPEN)

    def lowest(column: ColumnElement[str], *beyond: ColumnElement[bool]) -> Any:
        return select(func.min(column)).where(is_open, *beyond).scalar_subquery()

    workspaces = select(lowest(row.c.workspace).label("workspace")).cte("workspaces", recursive=True)
    next_workspace = lowest(row.c.workspace, row.c.workspace > workspaces.c.workspace)
    workspaces = workspaces.union_all(select(next_workspace).where(workspaces.c.workspace.is_not(None)))
    first_place = lowest(row.c.address, row.c.workspace == workspaces.c.workspace)
    places = select(workspaces.c.workspace, first_place.label("address")).cte("places", recursive=True)
    next_place = lowest(row.c.address, row.c.workspace == places.c.workspace, row.c.address > places.c.address)
    places = places.union_all(select(places.c.workspace, next_place).where(places.c.address.is_not(None)))
    busy = select(other.c.workspace, other.c.address).where(
        _is(other.c.state, *OPEN),
        other.c.owner.is_not(None),
        (other.c.state == "sending") | (other.c.not_before > _NOW),
    )
    has_card = exists().where(_card_of(row, card), card.c.ts.is_not(None) | (card.c.state == "dead"))
    ready = (
        select(row)
        .where(is_open, row.c.workspace == places.c.workspace, row.c.address == places.c.address)
        .where(row.c.state != "sending", row.c.not_before <= _NOW, row.c.in_thread.is_(False) | has_card)
        .order_by(row.c.urgency, row.c.id)
        .limit(1)
    )
    urgency, first = (
        ready.with_only_columns(column).scalar_subquery().label(column.name) for column in (row.c.urgency, row.c.id)
    )
    heads = select(places.c.workspace, places.c.address, urgency, first)
    free = tuple_(places.c.workspace, places.c.address).not_in(busy)
    found = heads.where(places.c.address.is_not(None), free).subquery("heads")
    return select(found).where(found.c.id.is_not(None)).order_by(found.c.urgency, found.c.id)


def _with_card() -> Select[Any]:
    card = outbox.alias("card")
    found = select(outbox, card.c.ts.label("card_ts"), card.c.channel.label("card_channel"))
    taken = (outbox.c.id == bindparam("taken"), outbox.c.state != "sending", _is(outbox.c.state, *OPEN))
    return found.select_from(outbox.outerjoin(card, _card_of(outbox, card))).where(*taken)


_HEADS = Prepared(_heads())
_WITH_CARD = Prepared(_with_card())


def _one_claim_at_a_time(session: Session) -> None:
    """SQLite has one writer anyway; several couriers on PostgreSQL would each see an address free."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CLAIMING)))


def _letter(row: Any, now: datetime, lease_until: datetime) -> Letter:
    return Letter(
        id=row.id,
        workspace=row.workspace,
        key=row.key,
        kind=row.kind,
        address=row.address,
        subject=row.subject,
        number=row.number,
        payload=row.payload,
        in_thread=row.in_thread,
        thread_ts=row.card_ts if row.in_thread else row.thread_ts,
        thread_channel=row.card_channel if row.in_thread else None,
        channel=row.channel,
        ts=row.ts,
        wanted=row.wanted,
        attempt=row.attempt + 1,
        in_doubt=row.state == "unknown",
        first_intent_at=row.intent_at or now,
        lease_until=lease_until,
        trying_since=row.trying_since or now,
    )


def _settle(session: Session, letter: Letter, owner: str, **values: Any) -> str | None:
    """Only the taker of this very attempt may say how it ended. Returns the row's ts."""
    mine = (
        outbox.c.id == letter.id,
        outbox.c.state == "sending",
        outbox.c.owner == owner,
        outbox.c.attempt == letter.attempt,
    )
    ts: str | None = session.execute(update(outbox).where(*mine).values(values).returning(outbox.c.ts)).scalar()
    return ts


def _as_before(letter: Letter) -> dict[str, Any]:
    return {"state": "unknown"} if letter.in_doubt else {"state": "pending", "intent_at": None}


def _message_row(message: Message, now: datetime) -> dict[str, Any]:
    row = _row(message.workspace, "message", message.address, message.subject, message.number, message.urgency, now)
    return row | {
        "in_thread": message.in_thread,
        "payload": dict(message.payload),
        "not_before": max(now, message.not_before or now),
    }


def _new_key(now: datetime) -> str:
    """A key that nobody else has, later ones behind earlier ones: those made together lie together in their index. The
    same idea as UUID version 7 (RFC 9562, section 5.7), which Python has from 3.14 on."""
    return f"{int(now.timestamp() * 1000):012x}{token_hex(10)}"


def _row(
    workspace: str, kind: str, address: str, subject: str, number: int, urgency: int, now: datetime
) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "key": _new_key(now),
        "kind": kind,
        "address": address,
        "subject": subject,
        "number": number,
        "urgency": urgency,
        "wanted": 1,
        "shown": 0,
        "state": "pending",
        "attempt": 0,
        "created_at": now,
    }
