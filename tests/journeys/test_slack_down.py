"""Slack is slow, full, broken or silent: what was decided is posted all the same, once and in order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import COMPLAINTS, Department, settle

FAULTS: dict[str, dict[str, Any]] = {
    "asks to wait": {"status": 429, "retry_after": 7},
    "asks to wait and does not say how long": {"status": 429},
    "is broken": {"status": 500},
    "is being repaired": {"status": 503},
    "answers nonsense": {"garbage": True},
    "hangs up before it listens": {"drop": True},
    "does it and hangs up": {"drop": True, "apply": True},
    "names an inner fault": {"error": "internal_error"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_slack_does_everything_is_said_once(department: Department, fault: str) -> None:
    for method in ("chat.postMessage", "chat.update", "conversations.open"):
        department.slack.fault(method, times=2, **FAULTS[fault])
    department.person("chen.yuqing").command("/complaint Prairie Table Inc.: rust", channel="#export-orders")
    department.person("chen.yuqing").fill(category="quality", severity="S3")
    assert department.person("chen.yuqing").submit() == {}
    department.later(minutes=20)
    department.person("zhou.hang").click(department.card(), "complaint.acknowledge")
    department.later(minutes=20)

    assert len(department.cards()) == 1
    assert "处理中" in department.card().all_text()
    assert sum("登记了这起投诉" in said for said in department.thread()) == 1
    assert sum("已接手" in said for said in department.thread()) == 1
    for person in ("zhou.hang", "he.rui"):
        assert sum("登记了这起投诉" in said for said in department.told(person)) == 1


def test_after_an_outage_everything_is_there_once_and_in_order(department: Department) -> None:
    department.slack.fault(r"chat\..*", times=400, status=503)
    department.submit_form()
    department.until("2026-10-12 11:00")
    assert department.cards() == []
    department.slack.clear_faults()
    department.until("2026-10-12 12:00")
    assert len(department.cards()) == 1
    assert sum("登记了这起投诉" in said for said in department.thread()) == 1
    assert any("登记了这起投诉" in said for said in department.told("he.rui"))


def test_the_channel_does_not_know_the_bot_and_once_invited_it_catches_up(department: Department) -> None:
    department.slack.fault(
        "chat.postMessage", times=3, error="not_in_channel", when={"channel": complaints_id(department)}
    )
    department.submit_form()
    department.later(hours=1)
    settle(department)
    assert len(department.cards()) == 1


def complaints_id(department: Department) -> str:
    return department.slack.workspace.channel(COMPLAINTS).id
