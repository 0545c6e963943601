"""`/complaint` and what may come after it."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Department


@pytest.mark.parametrize("said", ["C-1", "c1", "show C-1", "show c1", "show 1", "查看 C-1", "Ｃ－１", "show #1"])
def test_a_code_in_any_spelling_shows_the_complaint(department: Department, said: str) -> None:
    department.file()
    chen = department.person("chen.yuqing")
    shown = chen.command(f"/complaint {said}", channel="#export-orders")
    assert shown is not None
    assert "Rust spots" in shown.all_text()


@pytest.mark.parametrize("said", ["List of missing cartons is attached", "show room samples broken", "mine of salt"])
def test_a_sentence_that_begins_like_a_word_of_ours_is_a_complaint(department: Department, said: str) -> None:
    chen = department.person("chen.yuqing")
    chen.command(f"/complaint {said}", channel="#export-orders")
    assert chen.view is not None
    assert chen.view.values()["what_happened"] == said


def test_whoever_wants_to_see_what_has_no_code_of_ours_is_told_so(department: Department) -> None:
    for said in ("HC26-0862", "99999999999"):
        seen = department.person("chen.yuqing").command(f"/complaint show {said}", channel="#export-orders")
        assert seen is not None
        assert said in seen.all_text()


def test_who_files_their_own_case_can_acknowledge_it_from_the_receipt(department: Department) -> None:
    department.file(by="chen.yuqing")
    chen = department.person("chen.yuqing")
    (receipt,) = chen.dms()
    assert "C-1" in receipt.all_text()
    chen.click(receipt, "complaint.acknowledge")
    assert "处理中" in department.card().all_text()


def test_what_only_you_can_see_appears_where_you_clicked_and_not_in_a_thread(department: Department) -> None:
    department.file()
    tang = department.person("tang.wei")
    tang.click(department.card(), "complaint.acknowledge")
    assert tang.whispers()[-1].thread_ts is None
    tang.reply(department.card(), "收到")
    assert tang.whispers()[-1].thread_ts == department.card().ts
