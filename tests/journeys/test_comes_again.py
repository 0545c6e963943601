"""Not only what changes a record comes again: forms, lists, refusals, choices and profiles do, and nothing shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground import User
from tests.journeys.conftest import COMPLAINTS, Department
from tests.journeys.picture import at_once, click, deliver, last, picture

Act = Callable[[Department], str]
"""Does something in Slack and names the kind of its delivery."""


def opens_the_form(department: Department) -> str:
    department.person("chen.yuqing").command("/complaint Prairie Table Inc.: rust", channel="#export-orders")
    return "slash_commands"


def asks_for_the_list(department: Department) -> str:
    department.file()
    department.person("zhou.hang").command("/complaint list", channel="#export-orders")
    return "slash_commands"


def takes_a_message_into_the_form(department: Department) -> str:
    message = department.person("zhou.hang").post("#export-orders", "The customer says that the forks rust")
    department.person("chen.yuqing").shortcut("complaint.from_message", message)
    return "message_action"


def leaves_a_field_wrong(department: Department) -> str:
    chen = department.person("chen.yuqing")
    chen.command("/complaint Prairie Table Inc.: rust", channel="#export-orders")
    chen.fill(category="quality", severity="S3", links="not a link")
    assert chen.submit()
    return "view_submission"


def clicks_what_is_not_theirs(department: Department) -> str:
    department.person("ye.xiaoyan").click(department.file(), "complaint.acknowledge")
    return "block_actions"


def opens_the_history_from_the_menu(department: Department) -> str:
    department.person("ye.xiaoyan").choose(department.file(), "complaint.more", "history:1")
    return "block_actions"


def chooses_another_category(department: Department) -> str:
    chen = department.person("chen.yuqing")
    chen.command("/complaint", channel="#export-orders")
    chen.fill(category="transit_damage")
    return "block_actions"


def chooses_a_language(department: Department) -> str:
    wu = department.person("wu.mengjie")
    wu.command("/supercargo", channel="#export-orders")
    wu.click(wu.whispers()[-1], "people.language.zh")
    return "block_actions"


def changes_a_profile(department: Department) -> str:
    department.slack.user_change("zhou.hang", locale="en-GB")
    return "user_change"


def files_a_complaint(department: Department) -> str:
    department.file()
    return "view_submission"


def acknowledges_by_button(department: Department) -> str:
    department.person("he.rui").click(department.file(), "complaint.acknowledge")
    return "block_actions"


def acknowledges_by_reaction(department: Department) -> str:
    department.person("he.rui").react(department.file(), "eyes")
    return "reaction_added"


def acknowledges_by_reply(department: Department) -> str:
    department.person("he.rui").reply(department.file(), "收到")
    return "message"


def asks_in_a_direct_message(department: Department) -> str:
    department.person("wu.mengjie").dm("what is due today")
    return "message"


def asks_aloud(department: Department) -> str:
    department.person("wu.mengjie").post("#export-orders", "@Supercargo what is due today")
    return "app_mention"


def looks_a_customer_up(department: Department) -> str:
    chen = department.person("chen.yuqing")
    chen.command("/complaint", channel="#export-orders")
    assert chen.type_ahead("customer", "küch")
    return "block_suggestion"


def joins(department: Department) -> str:
    department.slack.team_join(User(handle="new.colleague", email="new@haichu.example"))
    return "team_join"


@pytest.mark.parametrize(
    "act",
    [
        files_a_complaint,
        acknowledges_by_button,
        acknowledges_by_reaction,
        acknowledges_by_reply,
        asks_in_a_direct_message,
        asks_aloud,
        looks_a_customer_up,
        joins,
        opens_the_form,
        asks_for_the_list,
        takes_a_message_into_the_form,
        leaves_a_field_wrong,
        clicks_what_is_not_theirs,
        opens_the_history_from_the_menu,
        chooses_another_category,
        chooses_a_language,
        changes_a_profile,
    ],
)
def test_whatever_comes_again_is_done_once_and_gets_its_first_answer(department: Department, act: Act) -> None:
    first = last(department.slack, act(department))
    before = picture(department)
    again = [
        *department.slack.deliver_again(first),
        *department.slack.deliver_again(first, times=3, retry_num=2, concurrently=True),
    ]
    assert picture(department) == before
    assert [(each.status, each.answer) for each in again] == [(200, first.answer)] * 4
    department.slack.assert_quiet()


def test_our_own_messages_that_slack_tells_of_again_and_again_stay_where_they_are(department: Department) -> None:
    department.file()
    ours = [
        sent for sent in department.slack.deliveries if sent.kind == "message" and "bot_id" in sent.payload["event"]
    ]
    before = picture(department)
    for each in ours:
        department.slack.deliver_again(each, times=2, concurrently=True)
    assert picture(department) == before


def test_an_old_choice_that_comes_late_does_not_undo_the_newer_one(department: Department) -> None:
    chooses_a_language(department)
    old = last(department.slack, "block_actions")
    wu = department.person("wu.mengjie")
    wu.click(wu.whispers()[-1], "people.language.en")
    deliver(department, old)
    seen = wu.command("/complaint help", channel=COMPLAINTS)
    assert seen is not None
    assert "opens the form" in seen.all_text()

    chooses_another_category(department)
    old = last(department.slack, "block_actions")
    chen = department.person("chen.yuqing")
    chen.fill(category="quality")
    assert deliver(department, old).status == 200
    assert chen.view is not None
    assert "transport" not in chen.view.values()


def test_a_form_submitted_twice_at_the_same_moment_files_one_complaint(department: Department) -> None:
    chen = department.person("chen.yuqing")
    chen.command("/complaint Nordic Home: lids do not close", channel="#export-orders")
    chen.fill(category="quality", severity="S3")
    view = chen.view
    assert view is not None
    at_once(department, *(department.slack.acts.submit(chen.user, view.id, {}) for _ in range(2)))
    assert len(department.cards()) == 1
    assert len(department.told("chen.yuqing")) == 1
    department.file()
    assert "C-2" in department.card().all_text()


def test_a_double_click_at_the_same_moment_acknowledges_once(department: Department) -> None:
    card = department.file()
    at_once(department, *(click(department, "chen.yuqing", card, "complaint.acknowledge") for _ in range(2)))
    assert sum("已接手" in said for said in department.thread()) == 1
    assert len(department.person("chen.yuqing").whispers()) == 1


def test_three_people_file_at_the_same_moment_and_each_complaint_has_its_own_number(department: Department) -> None:
    filers = [department.person(who) for who in ("chen.yuqing", "zhou.hang", "wu.mengjie")]
    views = []
    for filer in filers:
        filer.command("/complaint Brand New Ltd: scratches", channel="#export-orders")
        views.append(filer.fill(category="quality", severity="S3"))
    submitted = zip(filers, views, strict=True)
    at_once(department, *(department.slack.acts.submit(who.user, view.id, {}) for who, view in submitted))
    assert sorted(card.all_text().split(" ")[0] for card in department.cards()) == ["C-1", "C-2", "C-3"]
