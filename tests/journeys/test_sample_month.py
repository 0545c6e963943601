"""October of the sample department, played again by its people: it ends as its records say."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

import pytest

from bot import demo, orders
from department import orders as rules
from department.agreement import Agreement, Leave
from department.orders import SUBJECT, Order
from storage import orders as shelf
from tests.journeys.conftest import SHANGHAI, Department, opened

SAMPLE = demo.CUSTOMERS.parent
Record = dict[str, str]
DATES = {"cy_closing_at": "cy_closing", "si_cutoff_at": "si_cutoff", "vgm_cutoff_at": "vgm_cutoff", "etd": "etd"}
TO_HIMSELF = "deputy is the sender himself"
"""The records let the logistics coordinator hand an order to himself; here it simply stays his."""


def table(name: str) -> list[Record]:
    """A file of the sample's records."""
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sample_agreement() -> Agreement:
    """With the documents clerk's leave of that month."""
    agreement = demo.sample_agreement()
    leave = Leave.model_validate({"member": "ye.xiaoyan", "from": "2026-10-12", "to": "2026-10-16"})
    return Agreement.model_construct(**{**dict(agreement), "leave": (leave,)})


def load(department: Department, handoffs: list[Record]) -> None:
    """The orders as they stood before: in the stage of the month's first handoff, without what that month changed."""
    desk, workspace = department.bot.desk, department.slack.workspace.team_id
    first = {row["order_no"]: row for row in sorted(handoffs, key=lambda row: row["offered_at"], reverse=True)}
    rows = table("orders")
    for row in rows:
        row["cy_closing_at"] = row["etd"] = row["status"] = ""
        if began := first.get(row["order_no"]):
            row["stage"], row["owner"] = began["from_stage"], began["from_user"]
    head = list(dict.fromkeys([*rows[0], "owner"]))
    lines = [head, *([row.get(name, "") for name in head] for row in rows)]
    raw = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()
    with desk.store.reading() as session:
        found = orders.read(raw, "orders.csv", desk.agreement, orders.books(session, workspace))
    assert not found.problems
    by = desk.agreement.member("lin.zhiyuan")
    assert by is not None

    def adopt(session: Any, office: Any, number: Any) -> Any:
        return orders.adopt(session, office, by, number, found.rows, workspace)

    desk.take_over(workspace, SUBJECT, adopt)


def card(department: Department, order_no: str) -> Any:
    """The card of an order."""
    for message in department.slack.channel("#export-orders").messages:
        if not message.is_reply and f"{order_no} · " in message.all_text():
            return message
    raise AssertionError(order_no)


def open_gates(department: Department, order_no: str) -> None:
    """Finance opens what is shut, which the records do not tell of."""
    with department.bot.store.reading() as session:
        order = shelf.by_order_no(session, department.slack.workspace.team_id, order_no)
        assert order is not None
        lines = rules.open_lines(order, department.bot.desk.office(session))
    boxes: dict[str, list[str]] = {}
    for place, line in enumerate(lines):
        if line.gate:
            boxes.setdefault(f"lines:{place // 10 * 10}" if place >= 10 else "lines", []).append(line.id)
    if boxes:
        qian = department.person("qian.hui")
        qian.click(card(department, order_no), "order.checklist")
        qian.fill(**boxes)
        assert qian.submit() == {}


def play(department: Department, what: str, row: Record) -> None:
    """One entry of the records, done by the person in Slack."""
    shown = card(department, row["order_no"])
    if what == "date":
        person = department.person(row["set_by"])
        person.click(shown, "order.dates")
        code, value = DATES[row["field"]], row["value"]
        person.fill(**{code: value if len(value) == 10 else datetime.fromisoformat(value), "source": row["source"]})
        assert person.submit() == {}
    elif what == "offer":
        person = department.person(row["from_user"])
        person.click(shown, "order.offer")
        form = person.view
        assert form is not None
        [field] = [name for name in form.values() if name.startswith("receiver:")]
        person.fill(**{"to_stage": row["to_stage"], field: row["to_user"], "reason": "as in the records"})
        assert person.submit() == {}
    elif row["outcome"] == "accepted":
        open_gates(department, row["order_no"])
        department.person(row["to_user"]).click(shown, "order.acknowledge")
    else:
        receiver = row["to_user"] if row["bounce_reason"] != "person_away" else "lin.zhiyuan"
        person = department.person(receiver)
        person.click(shown, "order.bounce")
        person.fill(reason=row["bounce_reason"], text=row["note"])
        assert person.submit() == {}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # the demonstration lives it on SQLite
def test_the_sample_month_ends_as_its_records_say(database_url: str) -> None:
    handoffs, key_dates = table("handoffs"), table("key_dates")
    begin = datetime(2026, 9, 28, 8, 30, tzinfo=SHANGHAI)
    with opened(database_url, sample_agreement(), begin) as department:
        load(department, handoffs)
        department.until("2026-09-28 09:30")
        story = [(row["set_at"], "date", row) for row in key_dates]
        played = [row for row in handoffs if row["note"] != TO_HIMSELF]
        story += [(row["offered_at"], "offer", row) for row in played]
        story += [(row["decided_at"], "answer", row) for row in played if row["decided_at"]]
        for at, what, row in sorted(story, key=lambda item: (item[0], item[1] == "answer")):
            department.slack.advance(max(datetime.fromisoformat(at), department.clock.now()))
            play(department, what, row)
        department.until("2026-10-31 23:59")

        with department.bot.store.reading() as session:
            found: dict[str, Order] = {
                order.order_no: order for order in shelf.every(session, department.slack.workspace.team_id)
            }
        rows = table("orders")
        assert {no: order.stage for no, order in found.items()} == {row["order_no"]: row["stage"] for row in rows}
        states = {"accepted": "acknowledged", "bounced": "bounced", "pending": "offered"}
        answered = {
            (no, item.from_stage, item.to_stage, item.sender, item.state)
            for no, order in found.items()
            for item in order.handoffs
        }
        assert answered == {
            (row["order_no"], row["from_stage"], row["to_stage"], row["from_user"], states[row["outcome"]])
            for row in played
        }
        moved = {(row["order_no"], row["field"]) for row in key_dates}
        said = [(row["order_no"], name, row[name]) for row in rows for name in ("cy_closing_at", "etd")]
        compared = [item for item in said if item[:2] in moved and item[2]]
        assert len(compared) > 15
        for order_no, name, value in compared:
            standing = found[order_no].current_dates[DATES[name]].value
            assert datetime.fromisoformat(standing).timestamp() == datetime.fromisoformat(value).timestamp()
