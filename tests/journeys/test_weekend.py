"""The bot was off, or it is night: what fell due is done in order, and nobody is flooded or woken."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.journeys.conftest import SHANGHAI, Department, settle


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_after_a_weekend_off_every_overdue_step_fires_in_order_and_each_person_hears_once(
    department: Department,
) -> None:
    for n in range(5):
        department.file(what_happened=f"Rust {n}", order=f"HC26-{n}", customer=f"Customer {n}")
    before = len(department.told("zhou.hang"))
    department.clock.advance_to(at("2026-10-26 09:00"))  # half of the resolution's time went by unseen, too
    settle(department)
    told = department.told("zhou.hang")[before:]
    assert len(told) == 1, told
    assert "有5件事需要您处理" in told[0]
    assert all(f"C-{n}" in told[0] for n in range(1, 6))
    deputy = department.told("zheng.lili")  # of the handler, since nobody leads after-sales
    assert len(deputy) == 1
    assert "有5件事需要您处理" in deputy[0]
    thread = " ".join(department.thread())
    assert thread.index("未按时响应") < thread.index("已过一半")


def test_a_restart_finds_nothing_to_say_again(department: Department) -> None:
    department.file()
    department.until("2026-10-13 09:01")
    before = [message.all_text() for message in department.slack.channel("#export-complaints").messages]
    for _ in range(3):
        department.bot.run_due(department.clock.now())
        settle(department)
    assert [message.all_text() for message in department.slack.channel("#export-complaints").messages] == before


def test_at_night_an_ordinary_complaint_waits_for_the_morning_and_a_critical_one_does_not(
    department: Department,
) -> None:
    department.until("2026-10-12 22:00")
    department.file(severity="S3")
    assert department.told("he.rui") == []
    department.file(severity="S1", customer="Tafelhuis B.V.")
    assert len(department.told("he.rui")) == 1
    assert "C-2" in department.told("he.rui")[0]
    department.until("2026-10-13 07:59")
    assert len(department.told("he.rui")) == 1
    department.until("2026-10-13 08:01")
    assert len(department.told("he.rui")) == 2
