"""Which letter is taken next, and that only its taker may say how it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import outbox
from storage.outbox import Letter
from storage.schema import outbox as rows
from storage.store import Store, upgrade

T = "T1"
NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)


def post(
    session: Session, what: str, address: str = "#a", urgency: int = 2, not_before: datetime | None = None
) -> None:
    """A message."""
    message = outbox.Message(
        workspace=T,
        address=address,
        payload={"text": what},
        urgency=urgency,
        not_before=not_before,
        subject="complaint",
        number=1,
    )
    outbox.post(session, [message], NOW)


def claim(store: Store, now: datetime = NOW, owner: str = "me") -> Letter | None:
    """Take the next letter."""
    with store.transaction() as session:
        return outbox.claim(session, owner, now, {})


def take(store: Store, now: datetime = NOW) -> Letter:
    """Take the next letter, which is there."""
    letter = claim(store, now)
    assert letter is not None
    return letter


def said(letter: Letter | None) -> str | None:
    """What a letter says."""
    return letter.payload["text"] if letter is not None and letter.payload else None


def test_urgent_first_then_in_order_and_one_at_a_time_for_each_address(store: Store) -> None:
    with store.transaction() as session:
        post(session, "a1")
        post(session, "a2")
        post(session, "b1", "#b", urgency=3)
        post(session, "c1", "#c", urgency=0)
    assert [said(claim(store)) for _ in range(4)] == ["c1", "a1", "b1", None]


def test_the_next_one_for_an_address_goes_when_the_first_has_ended(store: Store) -> None:
    with store.transaction() as session:
        post(session, "a1")
        post(session, "a2")
    first = take(store)
    with store.transaction() as session:
        outbox.again(session, first, "me", LATER, "unreachable", is_new=False)
    assert claim(store) is None
    assert said(take(store, LATER)) == "a1"


@pytest.mark.parametrize("end", ["hold", "again", "unknown"])
def test_what_was_tried_and_waits_keeps_its_place(store: Store, end: str) -> None:
    with store.transaction() as session:
        post(session, "a1")
        post(session, "a2", urgency=0, not_before=NOW + timedelta(seconds=1))
    first = take(store)
    with store.transaction() as session:
        if end == "hold":
            outbox.hold(session, first, "me", LATER)
        elif end == "again":
            outbox.again(session, first, "me", LATER, "unreachable", is_new=False)
        else:
            outbox.unknown(session, first, "me", LATER, "no answer")
    assert claim(store, NOW + timedelta(seconds=5)) is None


@pytest.mark.parametrize("end", ["hold", "again"])
def test_a_doubt_lasts_until_it_is_settled_whatever_comes_between(store: Store, end: str) -> None:
    with store.transaction() as session:
        post(session, "a1")
    first = take(store)
    with store.transaction() as session:
        outbox.unknown(session, first, "me", LATER, "no answer")
    second = take(store, LATER)
    assert second.in_doubt
    with store.transaction() as session:
        if end == "hold":
            outbox.hold(session, second, "me", LATER)
        else:
            outbox.again(session, second, "me", LATER, "unreachable", is_new=False)
    third = take(store, LATER)
    assert third.in_doubt
    assert third.first_intent_at == NOW


def test_what_a_dead_process_had_taken_is_in_doubt_once_its_lease_ends(store: Store) -> None:
    with store.transaction() as session:
        post(session, "a1")
    taken = take(store)
    assert claim(store, taken.lease_until - timedelta(seconds=1)) is None
    again = take(store, taken.lease_until)
    assert (again.in_doubt, again.attempt, again.first_intent_at) == (True, 2, NOW)


@pytest.mark.parametrize("next_taker", ["me", "somebody else"])
def test_only_the_taker_of_this_attempt_says_how_it_ended(store: Store, next_taker: str) -> None:
    with store.transaction() as session:
        post(session, "a1")
    slow = take(store)
    with store.transaction() as session:
        outbox.claim(session, next_taker, slow.lease_until, {})
        assert outbox.sent(session, slow, "me", "C1", "1.1", LATER) is None
        outbox.die(session, slow, "me", "too late")
        assert outbox.counts(session) == {"sending": 1}


def test_the_next_moment_is_the_first_at_which_something_may_happen(store: Store) -> None:
    def next_due(closed: outbox.Closed | None = None) -> datetime | None:
        with store.reading() as session:
            return outbox.next_due(session, NOW, closed or {})

    assert next_due() is None
    with store.transaction() as session:
        post(session, "a1", not_before=NOW + timedelta(hours=8))
    assert next_due() == NOW + timedelta(hours=8)
    with store.transaction() as session:
        post(session, "b1", "#b")
    assert next_due() == NOW
    assert next_due({(T, "#b"): LATER}) == LATER
    taken = take(store)
    assert next_due() == taken.lease_until


def test_each_workspace_has_its_turn(store: Store) -> None:
    with store.transaction() as session:
        for workspace in ("T1", "T2", "T3"):
            message = outbox.Message(
                workspace=workspace, address="#a", payload={"text": "hello"}, urgency=2, subject="complaint", number=1
            )
            outbox.post(session, [message], NOW)
    assert [take(store).workspace for _ in range(3)] == ["T1", "T2", "T3"]


def test_a_look_costs_the_same_however_much_waits_for_an_address(tmp_path: Path) -> None:
    def steps(waiting: int) -> int:
        url = f"sqlite:///{tmp_path}/{waiting}.db"
        upgrade(url)
        store, counted = Store(url), [0]

        def count() -> None:
            counted[0] += 1

        with store.transaction() as session:
            for n in range(waiting):
                post(session, f"{n}", "#b")
        with store.reading() as session:
            outbox.has_work(session, NOW, {})
            driver: Any = session.connection().connection.driver_connection
            driver.set_progress_handler(count, 1)
            assert not outbox.has_work(session, NOW, {(T, "#b"): LATER})
        store.dispose()
        return counted[0]

    assert steps(3) * 1.2 > steps(300)


def test_after_a_while_what_was_said_is_forgotten_but_cards_and_what_waits_are_not(store: Store) -> None:
    with store.transaction() as session:
        post(session, "said", "#a")
        post(session, "waits", "#b", not_before=NOW + timedelta(days=60))
        outbox.refresh_card(session, T, "complaint", 1, address="#c", urgency=1, now=NOW)
    for _ in range(2):
        letter = take(store)
        with store.transaction() as session:
            outbox.sent(session, letter, "me", "C1", f"1.{letter.id}", NOW)
    with store.transaction() as session:
        outbox.forget(session, NOW)
        assert outbox.counts(session) == {"sent": 2, "pending": 1}
        outbox.forget(session, LATER)
        assert set(session.scalars(select(rows.c.address))) == {"#b", "#c"}


def test_a_card_is_refreshed_as_often_as_it_changes_also_when_the_driver_prepares_the_statement(store: Store) -> None:
    for _ in range(12):
        with store.transaction() as session:
            outbox.refresh_card(session, T, "complaint", 1, address="#a", urgency=1, now=NOW)
    with store.reading() as session:
        assert session.execute(select(rows.c.wanted)).scalars().all() == [12]
