"""The agreement's file changes while the bot runs: it takes effect as a whole, or not at all."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from bot import demo
from bot.jobs.agreement import Watch, left_behind
from department.agreement_file import load
from storage import deadlines
from tests.journeys.conftest import SHANGHAI, Department, settle
from tests.journeys.test_orders import card as order_card
from tests.journeys.test_orders import start


def save(path: Path, *changes: tuple[str, str]) -> None:
    text = demo.AGREEMENT.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (0, path.stat().st_size))


def next_limit(department: Department) -> str:
    with department.bot.store.reading() as session:
        due = deadlines.next_due(session)
    assert due is not None
    return due.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def test_a_shorter_limit_moves_the_deadlines_of_open_complaints_and_their_cards(
    department: Department, tmp_path: Path
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch = Watch(file, department.bot)
    department.file()
    assert next_limit(department) == "10-13 09:00"
    save(file, ("first_response: 8 working hours", "first_response: 1 working hour"))
    assert watch.look()
    assert next_limit(department) == "10-12 10:00"
    department.until("2026-10-12 10:01")
    assert any("未按时响应" in said for said in department.thread())
    assert not watch.look()


def test_stopping_ends_the_review_of_records_and_the_next_look_begins_it_anew(
    department: Department, tmp_path: Path
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file, ("first_response: 8 working hours", "first_response: 1 working hour"))
    watch = Watch(file, department.bot)
    department.file()
    department.bot.desk.stopping.set()
    assert not watch.look()
    assert next_limit(department) == "10-13 09:00"
    department.bot.desk.stopping.clear()
    assert watch.look()
    assert next_limit(department) == "10-12 10:00"


def test_a_broken_agreement_changes_nothing_and_says_what_is_wrong(
    department: Department, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch = Watch(file, department.bot)
    before = department.bot.desk.agreement
    save(file, ("first_response: 8 working hours", "first_response: soon"))
    with caplog.at_level(logging.ERROR):
        assert not watch.look()
    assert department.bot.desk.agreement is before
    assert "'soon' is not a time limit" in caplog.text


def test_an_agreement_that_drops_a_stage_is_refused_and_the_orders_in_it_stay_there(
    department: Department, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch, before = Watch(file, department.bot), department.bot.desk.agreement
    start(department)
    text = demo.AGREEMENT.read_text(encoding="utf-8")
    save(file, (text[text.index("  - id: inquiry") : text.index("  - id: quotation")], ""))
    with caplog.at_level(logging.ERROR):
        assert not watch.look()
    assert "an order goes through six stages" in caplog.text
    assert department.bot.desk.agreement is before
    assert "1/6  客户询盘" in order_card(department).all_text()


def test_a_category_that_complaints_still_use_cannot_be_taken_away(department: Department, tmp_path: Path) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch = Watch(file, department.bot)
    department.file(category="late_delivery")
    save(file, ("late_delivery:", "delayed:"))
    assert not watch.look()
    new = load(file.read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(new, list)
    assert left_behind(department.bot.store, new) == ["late_delivery"]
    assert "交货延迟" in department.card().all_text()


def ye_xiaoyan_leaves(department: Department, watch: Watch) -> None:
    """She is not in the agreement any more, and Jiang Bo has her role."""
    lines = demo.AGREEMENT.read_text(encoding="utf-8").splitlines(keepends=True)
    left = next(line for line in lines if "id: ye.xiaoyan" in line)
    save(watch.path, (left, ""), ("role: logistics, email: jiang", "role: logistics, also: [documents], email: jiang"))
    assert watch.look()
    settle(department)


def test_the_part_of_somebody_who_left_the_agreement_goes_to_another_and_they_lose_their_say(
    department: Department, tmp_path: Path
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch = Watch(file, department.bot)
    department.file(category="wrong_documents")
    ye_xiaoyan_leaves(department, watch)
    assert any("由ye.xiaoyan改为蒋波" in said for said in department.thread())
    assert any("C-1" in said for said in department.told("jiang.bo"))
    former = department.person("ye.xiaoyan")
    former.click(department.card(), "complaint.acknowledge")
    assert "协议" in former.whispers()[-1].all_text()
    department.person("jiang.bo").click(department.card(), "complaint.acknowledge")
    assert "处理中" in department.card().all_text()


def test_a_case_reopened_after_its_handler_left_goes_to_another_who_hears_of_it(
    department: Department, tmp_path: Path
) -> None:
    file = tmp_path / "agreement.yaml"
    save(file)
    watch = Watch(file, department.bot)
    department.file(category="wrong_documents")
    chen = department.person("chen.yuqing")
    chen.click(department.card(), "complaint.acknowledge")
    for button, filled in (
        ("complaint.resolve", {"cause": "Typing error", "remedy": "New document"}),
        ("complaint.close", {"corrective_action": "Second pair of eyes"}),
    ):
        chen.click(department.card(), button)
        chen.fill(**filled)
        assert chen.submit() == {}
    ye_xiaoyan_leaves(department, watch)
    assert department.told("jiang.bo") == []
    chen.click(department.card(), "complaint.reopen")
    chen.fill(reason="the new one is wrong, too")
    assert chen.submit() == {}
    assert "蒋波" in department.card().all_text()
    assert any("由ye.xiaoyan改为蒋波" in said for said in department.told("jiang.bo"))
    chen.click(department.card(), "complaint.resolve")
    assert chen.submit() == {}  # as it stood before
    chen.click(department.card(), "complaint.close")
    assert chen.submit() == {}
    assert "Second pair of eyes" in department.card().all_text()
