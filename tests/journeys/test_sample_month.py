"""October of the sample department, lived again by its people: it ends as its records say, and as it is shipped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import demo, past
from department.orders import Order
from playground import Workspace, keeping
from storage import orders as shelf
from storage.schema import metadata


def test_october_ends_as_its_records_say_and_as_it_is_shipped(tmp_path: Path) -> None:
    with demo.month() as (slack, supercargo, database):
        past.live(slack, supercargo, lambda moment: None)
        slack.assert_quiet()
        with supercargo.store.reading() as session:
            found = {order.order_no: order for order in shelf.every(session, slack.workspace.team_id)}
        as_the_records_say(found)
        lived = words(slack.workspace), states(database)
    past.unpack(tmp_path)
    workspace, now = keeping.restore(tmp_path / past.WORKSPACE)
    shipped = words(workspace), states(tmp_path / past.DATABASE)
    assert now == past.OPENING
    assert shipped == lived, "October goes another way now: uv run python docs/past.py"


def as_the_records_say(found: dict[str, Order]) -> None:
    """Every order is in its stage, every handoff had its answer, every date that was moved stands."""
    rows = past.table("orders")
    assert {no: order.stage for no, order in found.items()} == {row["order_no"]: row["stage"] for row in rows}
    told = {"accepted": "acknowledged", "bounced": "bounced", "pending": "offered"}
    answered = {
        (no, item.from_stage, item.to_stage, item.sender, item.state)
        for no, order in found.items()
        for item in order.handoffs
    }
    assert answered == {
        (row["order_no"], row["from_stage"], row["to_stage"], row["from_user"], told[row["outcome"]])
        for row in past.handoffs()
    }
    moved = {(row["order_no"], row["field"]) for row in past.table("key_dates")}
    said = [(row["order_no"], name, row[name]) for row in rows for name in ("cy_closing_at", "etd")]
    compared = [item for item in said if item[:2] in moved and item[2]]
    assert len(compared) > 15
    for order_no, name, value in compared:
        standing = found[order_no].current_dates[past.DATES[name]].value
        assert datetime.fromisoformat(standing).timestamp() == datetime.fromisoformat(value).timestamp()


def words(workspace: Workspace) -> dict[str, list[tuple[str, str, int]]]:
    """What people wrote in each conversation, and how many reactions it got."""
    return {
        channel: [
            (workspace.name_of(message.user), message.text, sum(map(len, message.reactions.values())))
            for message in messages
            if not message.from_app
        ]
        for channel, messages in workspace.messages.items()
    }


def states(database: Path) -> dict[str, list[Any]]:
    """The number and the state of every record."""
    tables = [name for name, table in metadata.tables.items() if {"number", "state"} <= set(table.columns.keys())]
    with closing(sqlite3.connect(database)) as kept:
        return {name: kept.execute(f"SELECT number, state FROM {name} ORDER BY 1, 2").fetchall() for name in tables}  # noqa: S608 (our own names)
