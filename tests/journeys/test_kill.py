"""The process is killed in the middle of a person's act: what Slack was told "ok" for is there, and nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from storage.schema import complaints, deliveries, events, outbox
from tests.journeys.conftest import Department, settle

POINTS = pytest.mark.parametrize("point", ["before", "after"])


@contextmanager
def a_bot_that_dies(department: Department, point: str) -> Iterator[subprocess.Popen[str]]:
    """Slack talks to a second process on the same database, which kills itself before or after its first commit."""
    slack = department.slack
    command = [sys.executable, "-m", "tests.journeys.mortal", department.database_url, slack.api_url]
    told = [slack.bot_token, slack.signing_secret, department.clock.now().isoformat(), point]
    process = subprocess.Popen([*command, *told], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    slack.deliver_to(f"http://127.0.0.1:{int(process.stdout.readline())}/slack/events")
    yield process
    assert process.wait(timeout=10) == -9
    process.stdout.close()
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
