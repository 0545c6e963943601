"""Praise looked up by who received it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from department.praise import Praise
from storage.schema import praises


def received(
    session: Session, workspace: str, member: str, since: datetime, until: datetime | None = None
) -> list[Praise]:
    """What somebody was praised for since a moment, or within a time, the newest first."""
    found = select(Praise).where(
        praises.c.workspace == workspace,
        praises.c.state == "given",
        praises.c.given_at >= since,
        praises.c.named.contains(f",{member},", autoescape=True),
    )
    if until is not None:
        found = found.where(praises.c.given_at < until)
    return list(session.scalars(found.order_by(praises.c.given_at.desc())))


def for_message(session: Session, workspace: str, source: str) -> Praise | None:
    """The praise without words for the message with this link, taken back or not."""
    found = select(Praise).where(praises.c.workspace == workspace, praises.c.source == source, praises.c.text == "")
    return session.scalars(found.order_by(praises.c.number.desc()).limit(1)).first()


def newest(session: Session, workspace: str, limit: int) -> list[Praise]:
    """The newest praise of all."""
    found = select(Praise).where(praises.c.workspace == workspace, praises.c.state == "given")
    return list(session.scalars(found.order_by(praises.c.number.desc()).limit(limit)))
