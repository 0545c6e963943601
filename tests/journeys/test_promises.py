"""What the customer was promised, and the buttons that say it was kept."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.conftest import Department


def promise(department: Department, text: str, hours: int) -> None:
    chen = department.person("chen.yuqing")
    chen.choose(department.card(), "complaint.more", "promise:1")
    chen.fill(text=text, due_at=department.clock.now() + timedelta(hours=hours))
    assert chen.submit() == {}


def test_two_promises_fall_due_one_after_the_other_and_each_has_its_own_button(department: Department) -> None:
    department.file()
    chen = department.person("chen.yuqing")
    chen.click(department.card(), "complaint.acknowledge")
    promise(department, "photos of the stock", 2)
    promise(department, "a report", 4)
    assert "photos of the stock" in department.card().all_text()
    department.later(hours=2)
    first = chen.dms()[-1]
    assert "photos of the stock" in first.all_text()
    department.later(hours=2)
    second = chen.dms()[-1]
    assert "a report" in second.all_text()
    chen.click(first, "complaint.keep_promise")
    assert "photos of the stock" not in department.card().all_text()
    assert "a report" in department.card().all_text()
    chen.click(first, "complaint.keep_promise")
    assert "没有未兑现的承诺" in chen.whispers()[-1].all_text()


def test_a_resolved_complaint_with_an_open_promise_says_what_is_still_owed_and_can_be_closed_after_it(
    department: Department,
) -> None:
    department.file()
    chen = department.person("chen.yuqing")
    chen.click(department.card(), "complaint.acknowledge")
    promise(department, "photos of the stock", 2)
    chen.click(department.card(), "complaint.resolve")
    chen.fill(cause="coating", remedy="credit note")
    assert chen.submit() == {}
    chen.click(department.card(), "complaint.close")
    assert "photos of the stock" in chen.whispers()[-1].all_text()
    chen.choose(department.card(), "complaint.more", "keep_promise:1:1")
    chen.click(department.card(), "complaint.close")
    chen.fill(corrective_action="")
    assert chen.submit() == {}
    assert "已关闭" in department.card().all_text()
