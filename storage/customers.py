"""The customers that are known: for the type-ahead, and for whose they are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from department.records import clean
from storage.prepared import Prepared, insert_into
from storage.schema import customers


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as far as it is known; `owner` is the member who looks after it."""

    name: str
    code: str = ""
    country: str = ""
    owner: str = ""
    tier: str = ""


def search(session: Session, workspace: str, typed: str, limit: int) -> list[Customer]:
    """Customers whose name holds what was typed, whatever its case or width."""
    found = (
        select(customers.c.name, customers.c.code, customers.c.country, customers.c.owner, customers.c.tier)
        .where(customers.c.workspace == workspace, customers.c.folded.contains(folded(typed), autoescape=True))
        .order_by(customers.c.folded)
        .limit(limit)
    )
    return [Customer(*row) for row in session.execute(found)]


_BY_NAME: Final = Prepared(
    select(customers.c.name, customers.c.code, customers.c.country, customers.c.owner, customers.c.tier).where(
        customers.c.workspace == bindparam("workspace"), customers.c.folded == bindparam("folded")
    )
)


def by_name(session: Session, workspace: str, name: str) -> Customer | None:
    """The customer of this name, whatever its case or width."""
    row = _BY_NAME.first(session, {"workspace": workspace, "folded": folded(name)})
    return None if row is None else Customer(*row)


def by_code(session: Session, workspace: str, code: str) -> Customer | None:
    """The customer of this number in the department's own books."""
    found = select(customers.c.name, customers.c.code, customers.c.country, customers.c.owner, customers.c.tier).where(
        customers.c.workspace == workspace, customers.c.code == code.strip()
    )
    row = session.execute(found).first() if code.strip() else None
    return None if row is None else Customer(*row)


def names(session: Session, workspace: str) -> list[str]:
    """Every customer's name."""
    return list(session.scalars(select(customers.c.name).where(customers.c.workspace == workspace)))


def every(session: Session, workspace: str) -> list[list[str]]:
    """Every customer: number, name, country, time zone, tier, currency, owner."""
    found = select(
        customers.c.code,
        customers.c.name,
        customers.c.country,
        customers.c.timezone,
        customers.c.tier,
        customers.c.currency,
        customers.c.owner,
    ).where(customers.c.workspace == workspace)
    return [list(row) for row in session.execute(found.order_by(customers.c.folded))]


def add(session: Session, workspace: str, name: str) -> None:
    """Remember a new customer's name."""
    upsert(session, workspace, name=name)


def upsert(session: Session, workspace: str, *, name: str, **known: str) -> None:
    """Remember a customer, or what is new about one."""
    kept = {"name": clean(name).strip(), **known}
    _upsert(tuple(kept)).run(session, {"workspace": workspace, "folded": folded(name), **kept})


@cache
def _upsert(kept: tuple[str, ...]) -> Prepared:
    def remember(dialect: str) -> Any:
        row = insert_into(customers, dialect)
        known = [customers.c.workspace, customers.c.folded]
        return row.on_conflict_do_update(index_elements=known, set_={name: row.excluded[name] for name in kept})

    return Prepared(remember)


def folded(name: str) -> str:
    """A name as it is compared: full-width and half-width, upper and lower case are the same."""
    return " ".join(clean(unicodedata.normalize("NFKC", name)).casefold().split())
