"""The bot was off, or it is night: what fell due is done in order, and nobody is flooded or woken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from bot import desk
from bot.agenda import Agenda
from bot.views import FACES, digest
from bot.views.blockkit import Payload
from department.agreement import Member
from department.complaints import Complaint
from department.people import Office
from storage.deadlines import Due
from storage.outbox import Draft
from storage.schema import deadlines, events, outbox
from tests.journeys.conftest import COMPLAINTS, SHANGHAI, Department, settle


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
    assert "有5件事需要你处理" in told[0]
    assert all(f"C-{n}" in told[0] for n in range(1, 6))
    deputy = department.told("zheng.lili")  # of the handler, since nobody leads after-sales
    assert len(deputy) == 1
    assert "有5件事需要你处理" in deputy[0]
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


def test_a_critical_step_goes_through_the_night_and_leaves_the_others_for_the_morning(department: Department) -> None:
    department.file(severity="S1", customer="Tafelhuis B.V.")
    for n in range(4):
        department.file(severity="S4", customer=f"Customer {n}")
    before = len(department.told("zhou.hang"))
    department.clock.advance_to(at("2026-10-14 21:00"))
    settle(department)
    (urgent,) = department.told("zhou.hang")[before:]
    assert "Tafelhuis" in urgent
    assert "Customer 0" not in urgent
    department.until("2026-10-15 08:01")
    assert "有4件事需要你处理" in department.told("zhou.hang")[-1]


@pytest.mark.parametrize("part", ["notice", "line"])
def test_a_record_that_cannot_be_shown_holds_up_no_other(
    department: Department, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    for n in range(2):
        department.file(customer=f"Customer {n}")
    face = FACES["complaint"]

    def unless_the_first(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*about: Any) -> Any:
            if any(isinstance(each, Complaint) and each.number == 1 for each in about):
                raise ValueError("no words for this one")
            return make(*about)

        return made

    broken: dict[str, Any] = {part: unless_the_first(getattr(face, part))}
    monkeypatch.setattr(desk, "FACES", {"complaint": replace(face, **broken)})
    department.clock.advance_to(at("2026-10-13 09:01"))
    settle(department)
    assert [("Customer 0" in said, "Customer 1" in said) for said in department.told("zhou.hang")] == [(False, True)]
    assert "a deadline could not fire: complaint 1" in caplog.text
    monkeypatch.undo()
    department.later(minutes=5)
    assert "Customer 0" in department.told("zhou.hang")[-1]


def test_a_database_that_gives_up_in_the_middle_undoes_all_that_fell_due_and_does_it_again(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not department.bot.store.is_sqlite:
        pytest.skip("SQLite alone ends a transaction by itself and goes on without one")
    for n in range(3):
        department.file(customer=f"Customer {n}")
    department.slack.after_each = None
    department.clock.advance_to(department.clock.now() + timedelta(days=1))
    before, fire, fired = counts(department), desk.Desk._fire, []

    def full(own: desk.Desk, session: Session, item: Due, office: Office) -> list[Draft] | None:
        fired.append(item.number)
        if len(fired) == 2:
            cast(Connection, session.bind).connection.execute("ROLLBACK")  # as a full disk makes it do
            raise RuntimeError("the disk is full")
        return fire(own, session, item, office)

    monkeypatch.setattr(desk.Desk, "_fire", full)
    with pytest.raises(RuntimeError):
        department.bot.desk.fire_due()
    assert counts(department) == before
    assert department.bot.desk.fire_due() == 3
    settle(department)
    said = [message.all_text() for message in department.slack.channel(COMPLAINTS).messages]
    assert sum("未按时响应" in text for text in said) == 3


def counts(department: Department) -> list[int]:
    """How many rows there are of what a deadline writes."""
    with department.bot.store.reading() as session:
        return [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (events, outbox, deadlines)
        ]


def test_a_digest_that_cannot_be_made_keeps_no_other_from_its_reader(
    department: Department, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    department.file()
    department.file(by="wu.mengjie", customer="Brightwell Homewares Ltd")
    morning = digest.morning

    def unless_chen(mine: Agenda, member: Member, *rest: Any, **more: Any) -> Payload:
        if member.id == "chen.yuqing":
            raise ValueError("no words for this one")
        return morning(mine, member, *rest, **more)

    monkeypatch.setattr(digest, "morning", unless_chen)
    department.until("2026-10-13 08:41")
    assert "Your day" in department.told("wu.mengjie")[-1]
    assert "a digest could not be made for chen.yuqing" in caplog.text
    before = len(department.told("chen.yuqing"))
    monkeypatch.undo()
    department.later(minutes=5)
    assert len(department.told("chen.yuqing")) == before + 1


def test_in_the_morning_nobody_is_asked_for_what_was_settled_in_the_night(department: Department) -> None:
    department.until("2026-10-12 22:30")
    card = department.file(by="chen.yuqing", severity="S3")
    assert department.told("he.rui") == []
    chen = department.person("chen.yuqing")
    chen.click(card, "complaint.acknowledge")
    settle(department)
    chen.click(chen.look(card), "complaint.resolve")
    chen.fill(cause="Damp cartons", remedy="Replaced")
    assert chen.submit() == {}
    department.until("2026-10-13 08:01")
    (told,) = department.told("he.rui")
    assert "Damp cartons" in told
    assert department.asked("he.rui", "complaint.acknowledge") == []


def test_what_waited_for_somebody_whose_account_closes_in_the_night_goes_to_the_deputy(department: Department) -> None:
    department.until("2026-10-12 22:30")
    department.file()
    department.slack.user_change("he.rui", deleted=True)
    department.until("2026-10-13 08:05")
    assert len(department.asked("zheng.lili", "complaint.acknowledge")) == 1


def test_a_decision_goes_on_to_the_next_when_its_decider_leaves_the_company(department: Department) -> None:
    card = department.file(severity="S2")
    chen = department.person("chen.yuqing")
    chen.click(card, "complaint.acknowledge")
    settle(department)
    chen.choose(department.card(), "complaint.more", "compensation:1")
    chen.fill(amount="2000", currency="USD", text="Half of the order")
    assert chen.submit() == {}
    assert len(department.asked("lin.zhiyuan", "complaint.approve")) == 1
    department.slack.user_change("lin.zhiyuan", deleted=True)
    settle(department)
    assert len(department.asked("gu.mingde", "complaint.approve")) == 1
