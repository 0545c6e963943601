"""The bot was stopped over a weekend. What it starts with is what the database knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import select

from bot import demo, desk
from bot.app import build
from storage.schema import events
from tests.journeys.conftest import SHANGHAI, Department, settle
from tests.journeys.picture import last, picture, posted_once


@contextmanager
def stopped_until(department: Department, local: str, database_url: str) -> Iterator[None]:
    """Nothing runs until a moment in Shanghai; then another process takes over."""
    department.slack.after_each = None
    department.clock.advance_to(datetime.fromisoformat(local).replace(tzinfo=SHANGHAI))
    first = department.bot
    settings = demo.settings_for(department.slack, database_url)
    department.bot = build(settings, first.desk.agreement, department.clock)
    department.slack.on_advance = department.bot
    settle(department)
    yield
    department.bot.store.dispose()
    department.bot = first


def file_before_the_weekend(department: Department, how_many: int, **filled: str) -> None:
    department.until("2026-10-15 16:00")
    for n in range(1, how_many + 1):
        department.file(customer=f"Customer {n}", what_happened=f"Rust {n}", **filled)


def test_three_overdue_complaints_are_told_one_by_one_once_the_day_begins(
    department: Department, database_url: str
) -> None:
    file_before_the_weekend(department, 3)
    with stopped_until(department, "2026-10-19 06:00", database_url):
        assert all("未按时响应" not in said for said in department.told("zhou.hang"))
        assert any("未按时响应" in said for said in department.thread())
        department.until("2026-10-19 07:59")
        assert department.told("zhou.hang") == []
        department.until("2026-10-19 08:01")
        told = [said.splitlines()[0] for said in department.told("zhou.hang")]
        assert told == [f"C-{n} · Customer {n}" for n in (1, 2, 3)]
        department.until("2026-10-19 18:00")
        assert len(department.told("zhou.hang")) == 3
        assert posted_once(department)


def test_five_overdue_complaints_are_one_digest_for_each_and_wait_for_the_morning_too(
    department: Department, database_url: str
) -> None:
    file_before_the_weekend(department, 5)
    with stopped_until(department, "2026-10-26 22:00", database_url):
        assert department.told("zhou.hang") == []
        department.until("2026-10-27 08:01")
        for who in ("zhou.hang", "zheng.lili"):
            (digest,) = department.told(who)
            assert [f"C-{n} · " in digest for n in range(1, 6)] == [True] * 5
        with department.bot.store.reading() as session:
            fired = session.execute(select(events.c.number, events.c.old).where(events.c.actor == "clock"))
            steps = [tuple(row) for row in fired]
        for n in range(1, 6):
            assert [step for number, step in steps if number == n] == [
                "first_response_missed: deputy",
                "half_of_resolution: lead",
            ]
        assert posted_once(department)


def test_critical_ones_wake_people_when_it_starts_at_night(department: Department, database_url: str) -> None:
    file_before_the_weekend(department, 4, severity="S1")
    with stopped_until(department, "2026-10-17 23:00", database_url):
        assert len(department.told("zhou.hang")) == 1


def test_what_was_clicked_before_the_weekend_and_comes_again_on_monday_keeps_its_answer(
    department: Department, database_url: str
) -> None:
    file_before_the_weekend(department, 1)
    department.person("ye.xiaoyan").click(department.card(), "complaint.acknowledge")
    department.person("chen.yuqing").reply(department.card(), "收到")
    with stopped_until(department, "2026-10-19 09:00", database_url):
        before = picture(department)
        for kind in ("view_submission", "block_actions", "message"):
            first = last(department.slack, kind)
            (again,) = department.slack.deliver_again(first)
            assert (again.status, again.answer) == (200, first.answer)
        settle(department)
        assert picture(department) == before


@pytest.mark.on_both
def test_a_process_that_dies_in_the_middle_of_mondays_work_leaves_one_digest_for_each(
    department: Department, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "FIRES_FOR", 0)  # one deadline, and others may write
    file_before_the_weekend(department, 4)
    department.slack.after_each = None
    department.clock.advance_to(datetime.fromisoformat("2026-10-19 09:00").replace(tzinfo=SHANGHAI))
    assert department.bot.desk.fire_due() == 1
    department.bot.courier.deliver()
    assert department.told("zhou.hang") == []
    with stopped_until(department, "2026-10-19 09:01", database_url):
        (told,) = department.told("zhou.hang")
        assert all(f"C-{n}" in told for n in (1, 2, 3, 4))
        assert department.bot.desk.fire_due() == 0
        assert posted_once(department)
