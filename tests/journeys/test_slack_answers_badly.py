"""Slack refuses, breaks or hangs up while somebody waits for a form or an answer, and while we start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.jobs.people import Roster
from playground import Seen
from tests.journeys.conftest import COMPLAINTS, Department
from tests.journeys.picture import picture, posted_once, stored

BAD: dict[str, dict[str, Any]] = {
    "too many requests": {"status": 429, "retry_after": 30},
    "too many requests, without a word for how long": {"status": 429},
    "broken": {"status": 500},
    "under repair": {"status": 503},
    "nonsense": {"garbage": True},
    "hangs up": {"drop": True},
    "inner fault": {"error": "internal_error"},
}
LATE = {"too late": {"error": "expired_trigger_id"}}
DONE = {"does it and hangs up": {"drop": True, "apply": True}}


def test_a_form_that_slack_does_not_open_is_asked_for_once_more_wherever_it_was_asked_for(
    department: Department, caplog: pytest.LogCaptureFixture
) -> None:
    card = department.file()
    chen = department.person("chen.yuqing")
    message = chen.post("#export-orders", "Prairie Table says that the forks rust")
    ways: tuple[Callable[[], Seen | None], ...] = (
        lambda: chen.command("/complaint", channel="#export-orders"),
        lambda: chen.shortcut("complaint.from_message", message),
        lambda: chen.click(card, "complaint.reassign"),
        lambda: chen.choose(card, "complaint.more", "history:1"),
    )
    before = stored(department)
    for name, fault in (BAD | LATE | DONE).items():
        for ask in ways:
            department.slack.fault("views.open", **fault)
            seen = ask()
            assert seen is not None, name
            assert "请再做一次" in seen.all_text(), name
            assert (chen.view is not None) == (name in DONE)
            assert ask() is None
            assert chen.view is not None
            chen.cancel()
    assert stored(department) == before
    assert not [record for record in caplog.records if record.name == "bot.app" and record.levelname == "ERROR"]
    department.slack.assert_quiet()


def test_a_click_that_can_be_answered_nowhere_is_left_to_slack_to_speak_of(department: Department) -> None:
    card = department.file()
    department.slack.fault("views.open", status=500)
    department.slack.fault("response_url", drop=True)
    seen = department.person("chen.yuqing").click(card, "complaint.reassign")
    assert seen is not None
    assert "连接出现问题" in seen.all_text()


def test_a_choice_in_a_form_that_slack_does_not_redraw_can_be_made_again(department: Department) -> None:
    chen = department.person("chen.yuqing")
    chen.command("/complaint Prairie Table Inc.: rust", channel="#export-orders")
    for fault in BAD.values():
        department.slack.fault("views.update", **fault)
        chen.fill(category="transit_damage")
        assert chen.view is not None
        assert "transport" not in chen.view.values()
    chen.fill(category="quality")
    chen.fill(category="transit_damage", severity="S3", transport="air")
    assert chen.submit() == {}


def test_a_language_that_was_chosen_counts_even_if_the_message_cannot_be_redrawn(department: Department) -> None:
    wu = department.person("wu.mengjie")
    door = wu.command("/supercargo", channel="#export-orders")
    assert door is not None
    for fault, language in zip([*BAD.values(), *DONE.values()], ["zh", "en"] * 4, strict=True):
        department.slack.fault("response_url", **fault)
        assert wu.click(door, f"people.language.{language}") is None
    seen = wu.command("/complaint help", channel="#export-orders")
    assert seen is not None
    assert "opens the form" in seen.all_text()


def test_a_refusal_is_whispered_once_or_where_nobody_can_tell_not_again(department: Department) -> None:
    card = department.file()
    ye = department.person("ye.xiaoyan")
    for name, fault in (BAD | DONE).items():
        before = len(ye.whispers())
        department.slack.fault("chat.postEphemeral", **fault)
        ye.click(card, "complaint.acknowledge")
        department.later(minutes=2)
        certain = name.startswith("too many") or name in DONE
        assert len(ye.whispers()) - before == certain, name


def test_several_complaints_in_bad_weather_stand_there_once_and_in_their_order(department: Department) -> None:
    for n, fault in enumerate((BAD | DONE).values()):
        department.slack.fault(r"chat\.(postMessage|update)", after=n, times=1, **fault)
        department.slack.fault("conversations.(open|history|replies)", after=n, times=1, **fault)
    for n in range(1, 5):
        department.submit_form(customer=f"Customer {n}", what_happened=f"Rust {n}")
    department.later(hours=1)
    department.person("he.rui").click(department.cards()[0], "complaint.acknowledge")
    department.later(hours=1)
    expected = [f"C-{n} · Customer {n}" for n in range(1, 5)]
    assert [card.all_text().splitlines()[0] for card in department.cards()] == expected
    assert [said.splitlines()[0] for said in department.told("he.rui")] == expected
    assert ["处理中" in card.all_text() for card in department.cards()] == [True, False, False, False]
    for card in department.cards():
        said = [reply.all_text() for reply in department.slack.channel(COMPLAINTS).thread(card)]
        assert ["登记" in each for each in said] == [True, False][: len(said)]
    assert posted_once(department)


def test_it_starts_while_slack_is_away_and_knows_everybody_once_slack_is_back(department: Department) -> None:
    department.slack.workspace.user("ye.xiaoyan").tz = "Europe/London"  # the event of it got lost
    before = picture(department)
    roster = Roster(department.bot)
    for method in ("auth.test", "users.list", "conversations.list"):
        for fault in BAD.values():
            department.slack.fault(method, **fault)
            roster.refresh()
            assert picture(department) == before
    roster.refresh()
    assert picture(department) != before
    assert "Europe/London" in str(stored(department)["people"])
    calls = len(department.slack.calls("users.list"))
    roster.refresh()
    assert len(department.slack.calls("users.list")) == calls


def test_a_changed_profile_that_slack_does_not_tell_more_of_is_asked_for_again(department: Department) -> None:
    for n, fault in enumerate(BAD.values()):
        department.slack.fault("users.info", **fault)
        department.slack.user_change("zhou.hang", locale="en-GB", tz=f"Etc/GMT+{n}")
        assert f"Etc/GMT+{n}" in str(stored(department)["people"])
        department.later(minutes=10)


def test_without_the_link_to_its_message_a_complaint_is_filed_all_the_same(department: Department) -> None:
    chen = department.person("chen.yuqing")
    for n, fault in enumerate(BAD.values()):
        chen.shortcut("complaint.from_message", chen.post("#export-orders", "The forks rust"))
        chen.fill(customer="Prairie Table Inc.", category="quality", severity="S3")
        department.slack.fault("chat.getPermalink", **fault)
        assert chen.submit() == {}
        assert len(department.cards()) == n + 1
