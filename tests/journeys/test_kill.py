"""The process is killed in the middle of a person's act: what Slack was told "ok" for is there, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from storage.schema import complaints, deliveries, events, outbox
from tests.journeys import mortal
from tests.journeys.conftest import Department, settle
from tests.journeys.fleet import FORKS
from tests.journeys.test_orders import card as order_card
from tests.journeys.test_orders import offered
from tests.journeys.test_orders import thread as order_thread
from tests.journeys.test_tasks import give

POINTS = pytest.mark.parametrize("point", ["before", "after"])


@contextmanager
def a_bot_that_dies(department: Department, point: str) -> Iterator[None]:
    """Slack talks to a second process on the same database, which kills itself before or after its first commit."""
    slack = department.slack
    ours, theirs = FORKS.Pipe()
    told = (slack.bot_token, slack.signing_secret, department.clock.now().isoformat(), point)
    process = FORKS.Process(
        target=mortal.serve, args=(theirs, department.database_url, slack.api_url, *told), daemon=True
    )
    process.start()
    slack.deliver_to(f"http://127.0.0.1:{ours.recv()}/slack/events")
    yield
    process.join(timeout=10)
    assert process.exitcode == -9
    slack.deliver_to(department.request_url)


def rows(department: Department) -> dict[str, int]:
    with department.bot.store.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (complaints, events, outbox, deliveries)
        }


@POINTS
def test_killed_around_the_commit_a_form_is_filed_once_or_not_at_all(department: Department, point: str) -> None:
    department.slack.after_each = None
    person = department.person("chen.yuqing")
    person.command("/complaint", channel="#export-orders")
    person.fill(customer="ACME", category="quality", severity="S3", what_happened="Rust spots")
    with a_bot_that_dies(department, point):
        assert person.submit() != {}, "Slack was told ok by a bot that died"
    lost = next(item for item in reversed(department.slack.deliveries) if item.kind == "view_submission")
    filed = {"complaints": 1, "events": 1, "outbox": 4, "deliveries": 1}  # card, thread, handler, receipt
    assert rows(department) == (dict.fromkeys(filed, 0) if point == "before" else filed)

    again = department.slack.deliver_again(lost, times=3, concurrently=True)
    assert [item.status for item in again] == [200, 200, 200]
    assert rows(department) == filed
    settle(department)
    assert len(department.cards()) == 1


@POINTS
def test_killed_over_a_reply_slack_delivers_it_again_and_it_counts_once(department: Department, point: str) -> None:
    card = department.file()
    department.slack.after_each = None
    with a_bot_that_dies(department, point):
        department.person("chen.yuqing").reply(card, "收到")
    department.later(minutes=10)
    with department.bot.store.reading() as session:
        happened = session.execute(select(events.c.what).order_by(events.c.id)).scalars().all()
    assert happened == ["filed", "acknowledged"]
    assert sum("已接手" in said for said in department.thread()) == 1


@POINTS
def test_killed_over_a_taken_handoff_the_order_changes_hands_once(department: Department, point: str) -> None:
    offered(department)
    department.slack.after_each = None
    with a_bot_that_dies(department, point):
        department.person("zheng.lili").reply(order_card(department), "收到")
    department.later(minutes=10)
    with department.bot.store.reading() as session:
        happened = session.execute(select(events.c.what).order_by(events.c.id)).scalars().all()
    assert [what for what in happened if what in ("acknowledged", "stage_began")][-2:] == [
        "acknowledged",
        "stage_began",
    ]
    assert happened.count("acknowledged") == 3  # to the quotation, to the confirmation, and this one
    assert "4/6" in order_card(department).all_text()
    assert order_thread(department).count("“生产安排”开始") == 1


@POINTS
def test_killed_over_a_given_task_it_is_given_once_or_can_be_given_again(department: Department, point: str) -> None:
    department.slack.after_each = None
    with a_bot_that_dies(department, point):
        give(department)
    lost = next(item for item in reversed(department.slack.deliveries) if item.kind == "slash_commands")
    again = department.slack.deliver_again(lost, times=3, concurrently=True)
    assert [item.status for item in again] == [200, 200, 200]
    department.later(minutes=1)
    assert len([message for message in department.slack.channel("#export-tasks").messages if not message.is_reply]) == 1
    assert sum("send PI" in said for said in department.told("jiang.bo")) == 1
