"""October of the sample department, lived again by its people: it ends as its records say, and as it is shipped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import demo, past
from department import orders as rules
from department.orders import Handoff, Order, asks
from department.people import Office
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
    """Every order is in its stage and state and with whom took it last, every handoff had its answer at its time, every
    date stands."""
    rows, key_dates = past.table("orders"), sorted(past.table("key_dates"), key=lambda row: row["set_at"])
    assert {no: order.stage for no, order in found.items()} == {row["order_no"]: row["stage"] for row in rows}

    over = {"on_hold", "closed", "cancelled"}  # all else a status says follows from an open order's dates and gates
    assert {no: order.state for no, order in found.items()} == {
        row["order_no"]: row["status"] if row["status"] in over else "open" for row in rows
    }
    assert {no for no, order in found.items() if waits_for_credit(order)} == of_status(rows, "blocked")
    at_risk = {no for no, order in found.items() if order.at_risk or deposit_is_overdue(order)}
    assert at_risk == of_status(rows, "at_risk") | {"HC26-0885"}  # six days for the shipment, the agreement wants seven

    recorded: dict[tuple[str, ...], past.Record] = {handoff_of(row): row for row in past.handoffs()}
    answered: dict[tuple[str, ...], Handoff] = {
        (no, item.from_stage, item.to_stage, item.sender, item.receiver, item.state, item.bounce_reason): item
        for no, order in found.items()
        for item in order.handoffs
    }
    assert answered.keys() == recorded.keys()
    for which, row in recorded.items():
        handoff = answered[which]
        for moment, said in ((handoff.offered_at, row["offered_at"]), (handoff.decided_at, row["decided_at"])):
            assert bool(moment) == bool(said), which
            assert moment is None or abs(moment - datetime.fromisoformat(said)) < timedelta(minutes=15), which

    taken = [row for row in past.table("handoffs") if row["outcome"] == "accepted"]
    has_it = {row["order_no"]: row["to_user"] for row in sorted(taken, key=lambda row: row["decided_at"])}
    assert len(has_it) > 20
    assert {no: found[no].owner for no in has_it} == has_it

    last = {(row["order_no"], row["field"]): row["value"] for row in key_dates}
    assert len(last) > 30
    for (order_no, name), value in last.items():
        standing = found[order_no].current_dates[past.DATES[name]].value
        assert datetime.fromisoformat(standing).timestamp() == datetime.fromisoformat(value).timestamp()
    for row in rows:
        for name in ("cy_closing_at", "etd"):
            assert not row[name] or last.get((row["order_no"], name), row[name]) == row[name]


def only_trouble_is_late(found: dict[str, Order], office: Office) -> None:
    """What people could do by the morning the demonstration opens is done: a few lines are late, where an order does
    not get on or waits for money."""
    gates = {line.id for stage in office.agreement.stages for line in stage.lines if line.gate}
    late = [
        (no, ask.item)
        for no, order in found.items()
        for ask in asks(order, office)
        if ask.what == "line" and ask.due_at and ask.due_at < office.now
    ]
    assert 1 <= len(late) <= 8
    stuck = {row["order_no"] for row in past.table("orders") if row["status"] in past.TROUBLE}
    assert [(no, line) for no, line in late if no not in stuck and line not in gates] == []


def of_status(rows: list[past.Record], status: str) -> set[str]:
    """The orders of which the records say so."""
    return {row["order_no"] for row in rows if row["status"] == status}


def waits_for_credit(order: Order) -> bool:
    """Whether it cannot go into production because nobody has said yes to the credit."""
    return order.stage == "order_confirmation" and is_shut(order) and "deposit_due" not in order.current_dates


def deposit_is_overdue(order: Order) -> bool:
    """Whether the deposit should have come and has not."""
    due = order.current_dates.get("deposit_due")
    return due is not None and date.fromisoformat(due.value) < past.OPENING.date() and is_shut(order)


def is_shut(order: Order) -> bool:
    """Whether the gate before production is shut."""
    office = Office(demo.sample_agreement(), past.OPENING)
    return order.state == "open" and "money_gate" in [line.id for line in rules.open_lines(order, office)]


def handoff_of(row: past.Record) -> tuple[str, ...]:
    """A handoff of the records: where both the receiver and the deputy cannot take it, it is the manager's."""
    told = {"accepted": "acknowledged", "bounced": "bounced", "pending": "offered"}
    receiver = row["to_user"] if row["bounce_reason"] != "person_away" else "lin.zhiyuan"
    way = (row["order_no"], row["from_stage"], row["to_stage"], row["from_user"], receiver)
    return (*way, told[row["outcome"]], row["bounce_reason"])


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
