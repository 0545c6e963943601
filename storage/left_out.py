"""What somebody left out of all that the clock will do. It is passed over at its moment: until then it can be put back,
and what is moved to another moment is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from storage.deadlines import Due
from storage.prepared import Prepared, insert_into
from storage.schema import left_out


def enter(session: Session, due: Due, member: str) -> None:
    """Somebody leaves it out; whoever did so first has done it."""
    row = {name: getattr(due, name) for name in _KEY}
    dialect = session.get_bind().dialect.name
    session.execute(insert_into(left_out, dialect).on_conflict_do_nothing(), [row | {"member": member}])


def put_back(session: Session, due: Due) -> None:
    """It is to be done after all."""
    session.execute(delete(left_out).where(*(left_out.c[name] == getattr(due, name) for name in _KEY)))


def is_left_out(session: Session, due: Due) -> bool:
    """Whether somebody left it out."""
    return _BY.first(session, {f"of_{name}": getattr(due, name) for name in _KEY}) is not None


def ahead(session: Session, since: datetime) -> dict[Due, str]:
    """Everything that is left out from a moment on, with who did so."""
    found = select(*(left_out.c[name] for name in _KEY), left_out.c.member).where(left_out.c.due_at >= since)
    return {Due(*row[:-1]): row[-1] for row in session.execute(found)}


def forget(session: Session, before: datetime) -> None:
    """Drop what was left out before a moment."""
    session.execute(delete(left_out).where(left_out.c.due_at < before))


_KEY = ("workspace", "subject", "number", "kind", "due_at")
_BY = Prepared(select(left_out.c.member).where(*(left_out.c[name] == bindparam(f"of_{name}") for name in _KEY)))
