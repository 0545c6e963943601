"""Orders looked up other than by their number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from department.complaints import OPEN as COMPLAINT_OPEN
from department.key_dates import CUT_OFFS, current
from department.orders import OPEN, Handoff, Order
from storage import store
from storage.schema import complaints, orders

CUT_OFFS_SPAN: Final = timedelta(days=14)
"""More than lies between the first and the last cut-off of one voyage."""


_BY_ORDER_NO: Final = select(Order).where(
    orders.c.workspace == bindparam("in_workspace"), orders.c.order_no == bindparam("written")
)


def by_order_no(session: Session, workspace: str, order_no: str) -> Order | None:
    """The order of this number, whatever the case and the width of its letters."""
    written = unicodedata.normalize("NFKC", order_no).strip().upper()
    if not written:
        return None
    return session.scalars(_BY_ORDER_NO, {"in_workspace": workspace, "written": written}).first()


def numbers_like(session: Session, workspace: str, beginning: str) -> list[str]:
    """Order numbers that begin so."""
    found = select(orders.c.order_no).where(
        orders.c.workspace == workspace, orders.c.order_no.startswith(beginning, autoescape=True)
    )
    return list(session.scalars(found))


def open_orders(
    session: Session,
    workspace: str,
    *,
    owner: str = "",
    stage: str = "",
    late_at: datetime | None = None,
    at_risk: bool = False,
    offset: int,
    limit: int,
) -> list[Order]:
    """Orders that are not over, the newest first; of one owner, in one stage, those whose dates cannot all be kept, or,
    the latest first, those with a limit that has passed at a moment."""
    found = select(Order).where(orders.c.workspace == workspace, orders.c.state.in_(OPEN))
    if owner:
        found = found.where(orders.c.owner == owner)
    if stage:
        found = found.where(orders.c.stage == stage)
    if at_risk:
        found = found.where(orders.c.at_risk)
    if late_at is not None:
        found = found.where(orders.c.limit_at < late_at).order_by(orders.c.limit_at)
    return list(session.scalars(found.order_by(orders.c.number.desc()).offset(offset).limit(limit)))


def of_person(session: Session, workspace: str, member: str, limit: int) -> list[Order]:
    """Orders that are not over and in which somebody has a part, whoever has them now; the next limit first."""
    has_a_part = or_(orders.c.owner == member, orders.c.people.cast(String).contains(f'"{member}"', autoescape=True))
    found = select(Order).where(orders.c.workspace == workspace, orders.c.state.in_(OPEN), has_a_part)
    return list(session.scalars(found.order_by(orders.c.limit_at.is_(None), orders.c.limit_at).limit(limit)))


def count_at_risk(session: Session, workspace: str) -> int:
    """How many open orders have dates that cannot all be kept."""
    found = select(func.count()).select_from(orders).where(orders.c.workspace == workspace, orders.c.at_risk)
    return session.execute(found).scalar_one()


def cut_offs(
    session: Session, workspace: str, *, since: datetime, until: datetime, stage: str = "", owner: str = ""
) -> list[tuple[datetime, str, int]]:
    """The cut-offs of open orders between two moments, the soonest first: when, which, and the order's number; of one
    stage and one owner where these are given. Only the orders' dates are read."""
    first = orders.c.cut_off_at.between(since - CUT_OFFS_SPAN, until)
    found = select(orders.c.number, orders.c.dates).where(orders.c.workspace == workspace, first)
    for wanted, column in ((stage, orders.c.stage), (owner, orders.c.owner)):
        if wanted:
            found = found.where(column == wanted)
    moments = [
        (datetime.fromisoformat(dates[code].value), code, number)
        for number, dates in ((row.number, current(row.dates)) for row in session.execute(found))
        for code in CUT_OFFS
        if code in dates
    ]
    return sorted((each for each in moments if since <= each[0] <= until), key=lambda each: (each[0], each[2]))


def of_cut_offs(
    session: Session, workspace: str, found: Sequence[tuple[datetime, str, int]]
) -> list[tuple[datetime, str, Order]]:
    """The same with the orders themselves."""
    numbers = {number for _, _, number in found}
    there = {order.number: order for order in store.read_several(session, Order, workspace, numbers)}
    return [(moment, code, there[number]) for moment, code, number in found if number in there]


def handoffs_since(session: Session, workspace: str, since: datetime) -> list[Handoff]:
    """Every handoff of the orders that were open at some time since a moment."""
    found = select(orders.c.handoffs).where(
        orders.c.workspace == workspace, (orders.c.ended_at.is_(None)) | (orders.c.ended_at >= since)
    )
    return [handoff for handoffs in session.scalars(found) for handoff in handoffs]


def search(session: Session, workspace: str, typed: str, limit: int) -> list[Order]:
    """Orders and inquiries whose number or customer holds what was typed, the newest first."""
    wanted = typed.strip()
    inquiry = re.fullmatch(r"(?:IN-)?([0-9]{1,9})", wanted, re.IGNORECASE)
    named = or_(
        orders.c.order_no.contains(wanted.upper(), autoescape=True),
        orders.c.customer.icontains(wanted, autoescape=True),
        (orders.c.order_no == "") & (orders.c.number == int(inquiry[1])) if inquiry else false(),
    )
    found = select(Order).where(orders.c.workspace == workspace, named)
    return list(session.scalars(found.order_by(orders.c.number.desc()).limit(limit)))


def open_complaints(session: Session, workspace: str, order_no: str) -> list[int]:
    """The numbers of an order's complaints that are not closed."""
    if not order_no:
        return []
    found = select(complaints.c.number).where(
        complaints.c.workspace == workspace,
        complaints.c.order == order_no,
        complaints.c.state.in_(COMPLAINT_OPEN),
    )
    return list(session.scalars(found.order_by(complaints.c.number)))


def every(session: Session, workspace: str) -> list[Order]:
    """Every order there is, in the order of their beginning."""
    return list(session.scalars(select(Order).where(orders.c.workspace == workspace).order_by(orders.c.number)))
