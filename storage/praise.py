"""Praise looked up by who received it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from department.praise import Praise
from storage.schema import praises


def received(
    session: Session, workspace: str, member: str, since: datetime, until: datetime | None = None
) -> list[Praise]:
    """What somebody was praised for since a moment, or within a time, the newest first."""
    wanted = {"in_workspace": workspace, "marked": f",{member},".replace("_", "/_"), "since": since, "until": until}
    return list(session.scalars(_RECEIVED if until is None else _RECEIVED_BETWEEN, wanted))


def for_message(session: Session, workspace: str, source: str) -> Praise | None:
    """The praise without words for the message with this link, taken back or not."""
    found = select(Praise).where(praises.c.workspace == workspace, praises.c.source == source, praises.c.text == "")
    return session.scalars(found.order_by(praises.c.number.desc()).limit(1)).first()


def newest(session: Session, workspace: str, limit: int) -> list[Praise]:
    """The newest praise of all."""
    found = select(Praise).where(praises.c.workspace == workspace, praises.c.state == "given")
    return list(session.scalars(found.order_by(praises.c.number.desc()).limit(limit)))


_RECEIVED = (
    select(Praise)
    .where(
        praises.c.workspace == bindparam("in_workspace"),
        praises.c.state == "given",
        praises.c.given_at >= bindparam("since"),
        praises.c.named.contains(bindparam("marked"), escape="/"),
    )
    .order_by(praises.c.given_at.desc())
)
_RECEIVED_BETWEEN = _RECEIVED.where(praises.c.given_at < bindparam("until"))
