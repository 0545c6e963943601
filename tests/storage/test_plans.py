"""What is asked again and again is found by an index, however much there is besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from storage import complaints, leave, orders, outbox, store
from storage.schema import USUAL
from storage.schema import outbox as letters
from storage.store import Store

T = "T1"
NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)


def post(session: Session) -> None:
    """A message to somebody."""
    said = outbox.Message(workspace=T, address="@li", payload={}, urgency=USUAL, subject="complaint", number=1)
    outbox.post(session, [said], NOW)


def newest(session: Session) -> outbox.Letter:
    """That message, taken for delivery."""
    post(session)
    letter = outbox.claim(session, "me", NOW, {})
    assert letter is not None
    return letter


Ask = Callable[[Session], object]

ASKED: Final[list[tuple[str, Ask]]] = [
    ("ix_outbox_nudges", lambda session: outbox.nudges_since(session, T, "@li", NOW)),
    ("ix_outbox_waiting", lambda session: outbox.take_lines(session, T, "@li")),
    ("ix_outbox_gathered", lambda session: outbox.has_gathered(session)),
    ("ix_outbox_workspace_channel_ts", lambda session: outbox.canvas_before(session, newest(session), "C7")),
    ("ix_outbox_open", lambda session: outbox.overtake(session, T, "complaint", 1, {"li"}, NOW)),
    ("ix_outbox_open", lambda session: outbox.take_back(session, T, "complaint", 1, NOW)),
    ("ix_outbox_open", lambda session: outbox.give_up(session, newest(session), "me", "archived", NOW)),
    ("ix_complaints_workspace_customer_category", lambda session: complaints.latest_like(session, T, "", "", NOW)),
    ("ix_complaints_open", lambda session: complaints.open_cases(session, T, members=None, offset=0, limit=9)),
    ("ix_complaints_open", lambda session: complaints.open_cases(session, T, members=["li"], offset=0, limit=9)),
    ("ix_complaints_open", lambda session: complaints.gravest(session, T, ["S1"], 9)),
    ("ix_complaints_open", lambda session: orders.open_complaints(session, T, "HC26-0862")),
    ("uq_orders_order_no", lambda session: orders.by_order_no(session, T, "HC26-0862")),
    ("ix_events_workspace_at", lambda session: store.happened_since(session, T, NOW, 9)),
    ("ix_events_workspace_at", lambda session: store.happened_of(session, T, [("order", "handed_over")], NOW, 9)),
    ("ix_events_workspace_at", lambda session: store.acted_since(session, T, ["li"], NOW)),
    ("ix_absences_last", lambda session: leave.entered(session, NOW.date())),
]  # fmt: skip


@pytest.mark.parametrize(("index", "ask"), ASKED)
def test_it_is_found_by_its_index(index: str, ask: Ask, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction() as session:
        if not store.is_sqlite:  # which looks through tables as small as these, as it should
            session.execute(text("SET LOCAL enable_seqscan = off"))
        assert index in str(plans(session, monkeypatch, lambda: ask(session)))


def test_what_was_said_long_ago_costs_the_next_message_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction() as session:
        post(session)
        row = dict(session.execute(select(letters)).mappings().one()) | {"state": "sent"}
        del row["id"]
        session.execute(insert(letters), [row | {"key": f"k{n}"} for n in range(3000)])
    with store.transaction() as session:
        session.execute(text("ANALYZE outbox"))
        found = plans(session, monkeypatch, lambda: outbox.claim(session, "me", NOW, {(T, "#b"): NOW}))
    assert len([step for step in found if "ix_outbox_open" in step or "ix_outbox_tried" in step]) >= 3
    own = ("CONSTANT", "SCAN workspaces", "SCAN places", "SCAN heads")
    assert [
        step
        for step in found
        if ("SCAN" in step and "INDEX" not in step and not any(name in step for name in own)) or "Seq Scan" in step
    ] == []


def plans(session: Session, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]) -> list[str]:
    """The steps of every statement that `ask` sends, in the database's own words."""
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    driver = type(connection.connection)
    cursor = driver.cursor
    with monkeypatch.context() as patched:
        patched.setattr(driver, "cursor", lambda connection, *how: Noted(cursor(connection, *how), asked))
        ask()
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [
        str(step)
        for statement, parameters in asked
        if "WHERE" in statement
        for step in connection.exec_driver_sql(f"{explain} {statement}", parameters)
    ]


class Noted:
    """A driver's cursor that notes what is asked of it."""

    def __init__(self, cursor: Any, asked: list[tuple[str, Any]]) -> None:
        self._cursor, self._asked = cursor, asked

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        """Note it and do it."""
        self._asked.append((statement, parameters if isinstance(parameters, dict) else tuple(parameters)))
        return self._cursor.execute(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)
