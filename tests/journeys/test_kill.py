"""The process is killed in the middle of a person's act: what Slack was told "ok" for is there, and nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot import demo
from bot.app import build
from bot.clock import SystemClock
from bot.jobs import people as roster
from department.agreement_file import load
from playground import LocalSlack, ManualClock
from playground.deliver import Delivery
from storage.schema import complaints, deliveries, events, outbox
from storage.store import Store
from tests.journeys.conftest import MONDAY_MORNING

WHAT_ONE_FILING_WRITES = {"complaints": 1, "events": 1, "outbox": 4, "deliveries": 1}  # card, thread, handler, receipt


@pytest.fixture
def slack(database_url: str) -> Iterator[LocalSlack]:
    """A local Slack whose people and channels the database knows."""
    agreement = load(demo.AGREEMENT.read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(agreement, list)
    running = LocalSlack(demo.MANIFEST, demo.workspace_of(agreement), ManualClock(MONDAY_MORNING))
    running.start()
    bot = build(demo.settings_for(running, database_url), agreement, SystemClock())
    roster.refresh(bot)
    bot.store.dispose()
    yield running
    running.stop()


@contextmanager
def mortal(slack: LocalSlack, database_url: str, point: str, nth: int = 1) -> Iterator[subprocess.Popen[str]]:
    """The bot in a process that kills itself at a point."""
    command = [sys.executable, "-m", "tests.journeys.mortal", database_url, slack.api_url]
    process = subprocess.Popen(
        [*command, slack.bot_token, slack.signing_secret, point, str(nth)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    slack.deliver_to(f"http://127.0.0.1:{int(process.stdout.readline())}/slack/events")
    yield process
    process.kill()
    process.wait(timeout=10)
    process.stdout.close()


def rows(database_url: str) -> dict[str, int]:
    store = Store(database_url)
    with store.reading() as session:
        counted = {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (complaints, events, outbox, deliveries)
        }
    store.dispose()
    return counted


def submit_and_lose_the_bot(slack: LocalSlack) -> Delivery:
    """Fill in the form and submit it; the bot dies over it, so Slack shows the person an error."""
    person = slack.person("chen.yuqing")
    person.command("/complaint", channel="#export-orders")
    person.fill(customer="ACME", category="quality", severity="S3", what_happened="Rust spots")
    assert person.submit() != {}, "the form was accepted by a bot that was to die"
    return next(delivery for delivery in reversed(slack.deliveries) if delivery.kind == "view_submission")


@pytest.mark.parametrize("point", ["before", "after"])
def test_killed_around_the_commit_a_form_is_filed_once_or_not_acknowledged(
    slack: LocalSlack, database_url: str, point: str
) -> None:
    with mortal(slack, database_url, point) as process:
        lost = submit_and_lose_the_bot(slack)
        assert process.wait(timeout=10) == -9
    assert not lost.acknowledged
    nothing = dict.fromkeys(WHAT_ONE_FILING_WRITES, 0)
    assert rows(database_url) == (nothing if point == "before" else WHAT_ONE_FILING_WRITES)

    with mortal(slack, database_url, "never"):
        again = slack.deliver_again(lost, times=3, concurrently=True)
    assert [delivery.status for delivery in again] == [200, 200, 200]
    assert rows(database_url) == WHAT_ONE_FILING_WRITES


@pytest.mark.parametrize("point", ["before", "after"])
def test_killed_over_an_event_slack_delivers_it_again_and_it_counts_once(
    slack: LocalSlack, database_url: str, point: str
) -> None:
    with mortal(slack, database_url, "never"):
        person = slack.person("chen.yuqing")
        person.command("/complaint", channel="#export-orders")
        person.fill(customer="ACME", category="quality", severity="S3", what_happened="Rust spots")
        assert person.submit() == {}
    posted_at = post_the_card(slack, database_url)
    card = slack.workspace.message(slack.workspace.channel("#export-complaints").id, posted_at)
    assert card is not None
    with mortal(slack, database_url, point) as process:
        slack.person("chen.yuqing").reply(card, "收到")
        assert process.wait(timeout=10) == -9
    with mortal(slack, database_url, "never"):
        slack.advance(datetime.fromtimestamp(slack.clock.now().timestamp() + 600, slack.clock.now().tzinfo))
    store = Store(database_url)
    with store.reading() as session:
        happened = session.execute(select(events.c.what).order_by(events.c.id)).scalars().all()
    store.dispose()
    assert happened == ["filed", "acknowledged"]


def post_the_card(slack: LocalSlack, database_url: str) -> str:
    """Let a courier of our own deliver what was filed; returns the card's ts."""
    agreement = load(demo.AGREEMENT.read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(agreement, list)
    bot = build(demo.settings_for(slack, database_url), agreement, SystemClock())
    bot.courier.deliver()
    with bot.store.reading() as session:
        ts = session.execute(select(outbox.c.ts).where(outbox.c.kind == "card")).scalar_one()
    bot.store.dispose()
    return str(ts)
