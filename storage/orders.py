"""Orders looked up other than by their number."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, bindparam, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from department.key_dates import CUT_OFFS
from department.orders import OPEN, Handoff, Order
from storage import store
from storage.complaints import IS_OPEN
from storage.prepared import Prepared
from storage.schema import EMPTY, complaints, orders

_BY_ORDER_NO: Final = Prepared(
    select(orders.c.number).where(
        orders.c.workspace == bindparam("in_workspace"),
        orders.c.order_no == bindparam("written"),
        orders.c.order_no != EMPTY,  # SQLite recognises the index of those that have a number by this
    )
)


def by_order_no(session: Session, workspace: str, order_no: str) -> Order | None:
    """The order of this number, whatever the case and the width of its letters."""
    written = as_written(order_no)
    if not written:
        return None
    number = _BY_ORDER_NO.scalar(session, {"in_workspace": workspace, "written": written})
    return None if number is None else store.read(session, Order, workspace, number)


def as_written(order_no: str) -> str:
    """An order number in the letters that it is kept in."""
    return unicodedata.normalize("NFKC", order_no).strip().upper()


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
    offset: int = 0,
    limit: int | None = None,
) -> list[Order]:
    """Orders that are not over, the newest first; of one owner, in one stage, those whose dates cannot all be kept, or,
    the latest first, those with a limit that has passed at a moment. Only their numbers are put in order: whole orders
    are long."""
    found = select(orders.c.number).where(orders.c.workspace == workspace, orders.c.state.in_(OPEN))
    if owner:
        found = found.where(orders.c.owner == owner)
    if stage:
        found = found.where(orders.c.stage == stage)
    if at_risk:
        found = found.where(orders.c.at_risk)
    by: tuple[ColumnElement[Any], ...] = (orders.c.number.desc(),)
    if late_at is not None:
        found = found.where(orders.c.limit_at < late_at)
        by = (orders.c.limit_at.asc(), orders.c.number.asc())
    page = found.order_by(*by).offset(offset).limit(limit)
    whole = select(Order).where(orders.c.workspace == workspace, orders.c.number.in_(page)).order_by(*by)
    return list(session.scalars(whole))


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
    session: Session,
    workspace: str,
    *,
    since: datetime,
    until: datetime,
    stage: str = "",
    owner: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[tuple[datetime, str, Order]]:
    """The cut-offs of open orders between two moments, the soonest first: when, which, and the order; of one stage and
    one owner where these are given. Of each kind no more is read than the page can need."""
    each_kind = []
    for code in CUT_OFFS:
        moment = orders.c[f"{code}_at"]
        of_kind = select(moment.label("moment"), orders.c.number, literal(code).label("code")).where(
            orders.c.workspace == workspace, moment.between(since, until)
        )
        for wanted, column in ((stage, orders.c.stage), (owner, orders.c.owner)):
            if wanted:
                of_kind = of_kind.where(column == wanted)
        last = None if limit is None else offset + limit
        each_kind.append(select(of_kind.order_by(moment, orders.c.number).limit(last).subquery()))
    every_kind = union_all(*each_kind).subquery()
    page = select(every_kind.c.moment, every_kind.c.code, every_kind.c.number)
    page = page.order_by(every_kind.c.moment, every_kind.c.number, every_kind.c.code).offset(offset).limit(limit)
    found = session.execute(page).all()
    numbers = {row.number for row in found}
    there = {order.number: order for order in store.read_several(session, Order, workspace, numbers)}
    return [(row.moment, row.code, there[row.number]) for row in found if row.number in there]


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
        IS_OPEN,
    )
    return list(session.scalars(found.order_by(complaints.c.number)))


def every(session: Session, workspace: str) -> list[Order]:
    """Every order there is, in the order of their beginning."""
    return list(session.scalars(select(Order).where(orders.c.workspace == workspace).order_by(orders.c.number)))
