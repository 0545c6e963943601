"""The limits stored are the limits wanted, and what is due is found in order, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from department.records import Deadline
from storage import deadlines
from storage.deadlines import Due
from storage.schema import deadlines as rows
from storage.store import Store

T = "T1"
NOON = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)


def limit(kind: str, minutes: float) -> Deadline:
    """A limit some minutes after noon."""
    return Deadline(kind, NOON + timedelta(minutes=minutes))


def replace(store: Store, number: int, *wanted: Deadline, workspace: str = T) -> None:
    """Make a record's limits those."""
    with store.transaction() as session:
        deadlines.replace(session, workspace, "complaint", number, wanted)


def stored(session: Session, number: int = 1) -> dict[str, datetime]:
    """A record's limits."""
    found = select(rows.c.kind, rows.c.due_at).where(rows.c.workspace == T, rows.c.number == number)
    return {kind: due_at for kind, due_at in session.execute(found)}  # noqa: C416 (rows are not pairs to mypy)


def fire(store: Store, minutes: float) -> list[tuple[int, str]]:
    """What is due some minutes after noon; it stays due."""
    with store.transaction() as session:
        found = deadlines.due(session, NOON + timedelta(minutes=minutes), 100)
    return [(item.number, item.kind) for item in found]


def test_only_what_is_wanted_stays_and_what_moved_moves(store: Store) -> None:
    replace(store, 1, limit("first", 1), limit("second", 2), limit("third", 3))
    replace(store, 2, limit("first", 9))
    replace(store, 1, limit("second", 2), limit("third", 33), limit("fourth", 4))
    with store.reading() as session:
        assert stored(session) == {
            "second": NOON + timedelta(minutes=2),
            "third": NOON + timedelta(minutes=33),
            "fourth": NOON + timedelta(minutes=4),
        }
        assert list(stored(session, 2)) == ["first"]
    replace(store, 1)
    with store.reading() as session:
        assert stored(session) == {}


def test_what_stays_the_same_is_not_written(store: Store) -> None:
    replace(store, 1, limit("first", 1))
    with store.transaction() as session:
        deadlines.postpone(session, Due(T, "complaint", 1, "first", NOON + timedelta(minutes=1)), NOON + timedelta(1))
    replace(store, 1, limit("first", 1))
    assert fire(store, 60) == []  # still put off
    replace(store, 1, limit("first", 2))
    assert fire(store, 60) == [(1, "first")]


def test_what_is_due_comes_oldest_first_and_never_early(store: Store) -> None:
    replace(store, 1, limit("a", 3), limit("b", 1))
    replace(store, 2, limit("a", 2))
    replace(store, 1, limit("a", 2.5), workspace="T2")
    assert fire(store, 0.99) == []
    assert fire(store, 1) == [(1, "b")]
    assert fire(store, 60) == [(1, "b"), (2, "a"), (1, "a"), (1, "a")]
    with store.transaction() as session:
        assert len(deadlines.due(session, NOON + timedelta(hours=1), 2)) == 2


def test_the_next_moment_is_known(store: Store) -> None:
    with store.reading() as session:
        assert deadlines.next_due(session) is None
    replace(store, 1, limit("a", 3), limit("b", 1))
    with store.reading() as session:
        assert deadlines.next_due(session) == NOON + timedelta(minutes=1)


def test_one_that_fails_is_put_off_and_the_others_go_on(store: Store) -> None:
    replace(store, 1, limit("a", 1))
    replace(store, 2, limit("a", 2))
    with store.transaction() as session:
        bad, *_ = deadlines.due(session, NOON + timedelta(minutes=5), 10)
        deadlines.postpone(session, bad, NOON + timedelta(minutes=10))
    assert fire(store, 5) == [(2, "a")]
    assert fire(store, 10) == [(2, "a"), (1, "a")]
    with store.reading() as session:
        assert stored(session) == {"a": NOON + timedelta(minutes=1)}  # it is as late as it is
