"""Messages still to be delivered. What is to be said is committed here together with why; the courier delivers it.

    pending -> sending -> sent | pending (try again) | unknown (look it up first) | dead (with the reason) | gone

An intent is committed before the request, so a crash leaves either nothing sent or something that can be looked up.
A card is one row for life: its channel and ts are the card's address, and `wanted` counts the looks it should have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, case, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.schema import outbox

REQUEST: Final = timedelta(seconds=10)
"""How long a request to Slack may take."""

SETTLE: Final = timedelta(seconds=30)
"""How long Slack may take to show a message whose request went wrong; looking earlier finds nothing and posts twice."""

LOOKED_AT: Final = 200
"""Open rows looked at in one pass."""

OPEN: Final = ("pending", "unknown")


@dataclass(frozen=True, slots=True)
class Letter:
    """A row that was taken for delivery. `in_doubt` asks to look it up before it is posted (again)."""

    id: int
    workspace: str
    key: str
    kind: Literal["message", "card", "ephemeral"]
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
    intent_at: datetime
    first_intent_at: datetime
    lease_until: datetime
    created_at: datetime


def post(
    session: Session,
    workspace: str,
    *,
    address: str,
    in_thread: bool,
    payload: Mapping[str, Any],
    urgency: int,
    not_before: datetime | None,
    subject: str,
    number: int,
    now: datetime,
) -> None:
    """Say something once: to "@member", or in "#channel", there in the thread of the record's card if so asked."""
    session.execute(
        insert(outbox).values(
            **_row(workspace, "message", address, subject, number, urgency, now),
            in_thread=in_thread,
            payload=dict(payload),
            not_before=max(now, not_before or now),
        )
    )


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
    session.execute(
        insert(outbox).values(
            **_row(workspace, "ephemeral", f"{channel}:{user}", "", 0, 0, now),
            in_thread=False,
            thread_ts=thread_ts,
            payload=dict(payload),
            not_before=now,
        )
    )


def refresh_card(
    session: Session, workspace: str, subject: str, number: int, *, address: str, urgency: int, now: datetime
) -> None:
    """The record changed: its card is to be posted, or shown anew, with whatever it says when it is delivered."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(outbox).values(
        **_row(workspace, "card", address, subject, number, urgency, now), in_thread=False, not_before=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[outbox.c.workspace, outbox.c.subject, outbox.c.number],
            index_where=outbox.c.kind == "card",
            set_={
                "wanted": outbox.c.wanted + 1,
                "state": case((outbox.c.state == "sent", "pending"), else_=outbox.c.state),
                "attempt": case((outbox.c.state == "sent", 0), else_=outbox.c.attempt),
                "not_before": case((outbox.c.state == "sent", now), else_=outbox.c.not_before),
            },
        )
    )


def claim(session: Session, owner: str, now: datetime, limit: int, closed: Mapping[str, datetime]) -> list[Letter]:
    """Take what may go out now: urgent first, then in order, one at a time for each address.

    `closed` holds addresses that may not be written to before a moment. Rows whose taker died are in doubt from the
    end of their lease. What waits for a dead card dies with it.
    """
    session.execute(
        update(outbox)
        .where(outbox.c.state == "sending", outbox.c.lease_until <= now)
        .values(state="unknown", not_before=now)
    )
    letters: list[Letter] = []
    for row in _ready(session, now, closed)[:limit]:
        lease_until = now + REQUEST + SETTLE
        taken = session.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.state == row.state, outbox.c.attempt == row.attempt)
            .values(
                state="sending",
                owner=owner,
                attempt=outbox.c.attempt + 1,
                lease_until=lease_until,
                intent_at=func.coalesce(outbox.c.intent_at, now),
            )
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            letters.append(_letter(row, now, lease_until))
    return letters


def sent(session: Session, letter: Letter, owner: str, channel: str, ts: str, now: datetime) -> None:
    """It is there. A card that should look different by now goes out again."""
    again = (outbox.c.kind == "card") & (outbox.c.wanted > letter.wanted)
    _settle(
        session,
        letter,
        owner,
        state=case((again, "pending"), else_="sent"),
        channel=channel,
        ts=ts,
        shown=letter.wanted,
        attempt=0,
        not_before=now,
        reason=None,
        intent_at=None,
    )


def again(session: Session, letter: Letter, owner: str, not_before: datetime, reason: str) -> None:
    """It is certainly not there: try again at `not_before`."""
    _settle(session, letter, owner, state="pending", not_before=not_before, reason=reason, intent_at=None)


def hold(session: Session, letter: Letter, owner: str, not_before: datetime) -> None:
    """Slack asked to wait. That was no attempt."""
    _settle(session, letter, owner, state="pending", not_before=not_before, attempt=letter.attempt - 1, intent_at=None)


def unknown(session: Session, letter: Letter, owner: str, not_before: datetime, reason: str) -> None:
    """Nobody can tell whether it is there: look it up at `not_before`."""
    _settle(session, letter, owner, state="unknown", not_before=not_before, reason=reason)


def die(session: Session, letter: Letter, owner: str, reason: str) -> None:
    """It will never be delivered; the reason is for the person who runs this."""
    _settle(session, letter, owner, state="dead", reason=reason)


def gone(session: Session, letter: Letter, owner: str) -> None:
    """Somebody deleted the card; it is not posted again."""
    _settle(session, letter, owner, state="gone", reason="deleted in Slack")


def heard(session: Session, workspace: str, key: str, channel: str, ts: str, now: datetime) -> bool:
    """One of our own messages was seen in Slack. Settles a row that was in doubt; returns whether the message is a
    second copy that ought to be deleted."""
    row = session.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.ts).where(outbox.c.workspace == workspace, outbox.c.key == key)
    ).first()
    if row is None:
        return False
    if row.ts is not None:
        return bool(row.ts < ts)
    if row.state == "unknown":
        session.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.state == "unknown")
            .values(state="sent", channel=channel, ts=ts, attempt=0, shown=outbox.c.wanted, not_before=now)
        )
    return False


def record_at(session: Session, workspace: str, channel: str, ts: str) -> tuple[str, int] | None:
    """The record a message of ours is about."""
    found = select(outbox.c.subject, outbox.c.number).where(
        outbox.c.workspace == workspace, outbox.c.channel == channel, outbox.c.ts == ts, outbox.c.subject != ""
    )
    row = session.execute(found).first()
    return None if row is None else (row.subject, row.number)


def next_due(session: Session, now: datetime, closed: Mapping[str, datetime]) -> datetime | None:
    """The next moment at which something may go out; None when nothing waits."""
    if _ready(session, now, closed):
        return now
    opens = case((outbox.c.state == "sending", outbox.c.lease_until), else_=outbox.c.not_before)
    soonest = session.execute(
        select(func.min(opens)).where(outbox.c.state.in_(("pending", "unknown", "sending")), opens > now)
    ).scalar()
    waiting = set(
        session.scalars(select(outbox.c.address).where(outbox.c.state.in_(OPEN), outbox.c.not_before <= now).distinct())
    )
    moments = [until for address, until in closed.items() if until > now and address in waiting]
    return min([*moments, *([soonest] if soonest is not None else [])], default=None)


def dead(session: Session, limit: int) -> list[Any]:
    """The newest rows that could not be delivered: address, reason, subject, number, created_at."""
    found = select(outbox.c.address, outbox.c.reason, outbox.c.subject, outbox.c.number, outbox.c.created_at).where(
        outbox.c.state == "dead"
    )
    return list(session.execute(found.order_by(outbox.c.id.desc()).limit(limit)))


def counts(session: Session) -> dict[str, int]:
    """How many rows stand in each state."""
    found = session.execute(select(outbox.c.state, func.count().label("count")).group_by(outbox.c.state))
    return {row.state: row.count for row in found}


def _ready(session: Session, now: datetime, closed: Mapping[str, datetime]) -> list[Any]:
    """Rows that may be taken now, the first of each address."""
    card = outbox.alias("card")
    found = (
        select(
            outbox, card.c.ts.label("card_ts"), card.c.channel.label("card_channel"), card.c.state.label("card_state")
        )
        .outerjoin(
            card,
            (card.c.workspace == outbox.c.workspace)
            & (card.c.subject == outbox.c.subject)
            & (card.c.number == outbox.c.number)
            & (card.c.kind == "card"),
        )
        .where(outbox.c.state.in_(OPEN), outbox.c.not_before <= now)
        .order_by(outbox.c.urgency, outbox.c.id)
        .limit(LOOKED_AT)
    )
    busy = {
        (row.workspace, row.address)
        for row in session.execute(
            select(outbox.c.workspace, outbox.c.address).where(_keeps_others_back(now)).distinct()
        )
    }
    ready: list[Any] = []
    for row in session.execute(found):
        place = (row.workspace, row.address)
        if row.in_thread and row.card_state == "dead":
            session.execute(
                update(outbox).where(outbox.c.id == row.id).values(state="dead", reason="its card could not be posted")
            )
        elif place not in busy and closed.get(row.address, now) <= now and not (row.in_thread and row.card_ts is None):
            busy.add(place)
            ready.append(row)
    return ready


def _keeps_others_back(now: datetime) -> ColumnElement[bool]:
    """What is being sent, and what failed and waits for its next try, keeps its place in the order."""
    waits = (outbox.c.state == "unknown") | ((outbox.c.state == "pending") & (outbox.c.attempt > 0))
    return or_(outbox.c.state == "sending", waits & (outbox.c.not_before > now))


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
        intent_at=now,
        first_intent_at=row.intent_at or now,
        lease_until=lease_until,
        created_at=row.created_at,
    )


def _settle(session: Session, letter: Letter, owner: str, **values: Any) -> None:
    """Only the taker of this very attempt may say how it ended."""
    session.execute(
        update(outbox)
        .where(
            outbox.c.id == letter.id,
            outbox.c.state == "sending",
            outbox.c.owner == owner,
            outbox.c.attempt == letter.attempt,
        )
        .values(**values)
    )


def _row(
    workspace: str, kind: str, address: str, subject: str, number: int, urgency: int, now: datetime
) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "key": uuid4().hex,
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
