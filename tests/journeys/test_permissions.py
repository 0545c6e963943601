"""Whatever a payload says of records, people and places is a hint; who may do what is looked up every time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from playground import Delivery, Message, User
from tests.journeys.conftest import COMPLAINTS, Department
from tests.journeys.picture import Json, changed, deliver, last, picture, stored

NOT_OURS = ["2", "0", "-1", "", "x", "1 OR 1=1", "１", "9" * 30, "1; DROP TABLE complaints", "../1"]
"""Numbers of no complaint in this workspace, in every form somebody may try."""


def with_value(value: str) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        payload["actions"][0]["value"] = value

    return change


def with_choice(value: str) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        payload["actions"][0]["selected_option"]["value"] = value

    return change


def with_metadata(value: str) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        payload["view"]["private_metadata"] = value

    return change


def note_on(department: Department) -> None:
    department.person("he.rui").choose(department.card(), "complaint.more", "note:1")
    department.person("he.rui").fill(text="Photos have come")
    assert department.person("he.rui").submit() == {}


@pytest.mark.on_both
def test_a_number_of_no_complaint_finds_nothing_wherever_it_stands(
    department: Department, caplog: pytest.LogCaptureFixture
) -> None:
    department.file()
    note_on(department)
    submitted, chosen = last(department.slack, "view_submission"), last(department.slack, "block_actions")
    department.person("he.rui").click(department.card(), "complaint.acknowledge")
    clicked = last(department.slack, "block_actions")
    before = stored(department)
    with caplog.at_level(logging.WARNING):
        for value in NOT_OURS:
            assert deliver(department, changed(clicked, with_value(value))).status == 200
            for choice in ("note", "keep_promise", "nothing"):
                assert deliver(department, changed(chosen, with_choice(f"{choice}:{value}"))).status == 200
            answer = deliver(department, changed(submitted, with_metadata(value))).answer
            assert answer["response_action"] == "errors"
    assert stored(department) == before
    assert caplog.text == ""
    department.slack.assert_quiet()


def test_a_page_of_the_list_that_does_not_exist_is_the_first_one_or_empty(
    department: Department, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(9):
        department.file(customer=f"Customer {n}")
    ye = department.person("ye.xiaoyan")
    seen = ye.command("/complaint list", channel="#export-orders")
    assert seen is not None
    ye.click(seen, "complaint.list.on")
    clicked = last(department.slack, "block_actions")
    with caplog.at_level(logging.WARNING):
        for value in ("open:-5", "open:x", "open:" + "9" * 30, "open:99999", "", "mine:１", "nobody:1"):
            assert deliver(department, changed(clicked, with_value(value))).status == 200
    assert caplog.text == ""
    department.slack.assert_quiet()


@pytest.mark.on_both
def test_the_same_ids_in_another_workspace_are_other_people_and_other_complaints(department: Department) -> None:
    """Ids are only unique within a workspace."""
    card = department.file()
    he = department.person("he.rui")
    department.person("ye.xiaoyan").click(card, "complaint.acknowledge")
    clicked = last(department.slack, "block_actions")
    he.reply(card, "looking into it, more tomorrow")
    he.react(card, "tada")
    he.command("/complaint show C-1", channel=COMPLAINTS)
    before = stored(department)

    def elsewhere(payload: Json) -> None:
        for place in (payload, payload.get("team") or {}):
            for name in ("team_id", "id"):
                if name in place and str(place[name]).startswith("T"):
                    place[name] = "TOTHER"
        if "user" in payload and isinstance(payload["user"], dict):
            payload["user"] |= {"id": he.id, "team_id": "TOTHER"}
        if "event" in payload:
            payload["event"] |= {"text": "收到"} if payload["event"]["type"] == "message" else {"reaction": "eyes"}

    for kind in ("block_actions", "message", "reaction_added", "slash_commands"):
        sent = deliver(
            department, changed(last(department.slack, kind) if kind != "block_actions" else clicked, elsewhere)
        )
        assert sent.status == 200
        assert "Küchenwerk" not in str(sent.answer)
    assert stored(department) == before


OUTSIDERS = [
    User(handle="of another department", email="visitor@elsewhere.example"),
    User(handle="guest with a member's address", email="chen@haichu.example", is_restricted=True),
    User(handle="bot with a member's address", email="chen@haichu.example", is_bot=True),
]


def test_whoever_is_not_in_the_agreement_is_told_so_and_changes_and_sees_nothing(department: Department) -> None:
    card = department.file()
    for outsider in OUTSIDERS:
        visits(department, card, replace(outsider))
    department.slack.assert_quiet()


def visits(department: Department, card: Message, visitor: User) -> None:
    slack = department.slack
    slack.workspace.add_user(visitor)
    visitor.is_bot, is_bot = False, visitor.is_bot  # the local Slack lets nobody act as a bot
    person = slack.person(visitor.id)
    visitor.is_bot = is_bot
    slack.user_change(visitor.id, tz="Asia/Shanghai")
    slack.add_to_channel(COMPLAINTS, visitor.id)
    before = stored(department)
    answers = [
        person.command("/complaint Prairie Table Inc.: rust", channel=COMPLAINTS),
        person.command("/complaint list", channel=COMPLAINTS),
        person.command("/complaint show C-1", channel=COMPLAINTS),
        person.command("/supercargo", channel=COMPLAINTS),
        person.shortcut("complaint.from_message", card),
        person.click(card, "complaint.acknowledge"),
        person.click(card, "complaint.reassign"),
        person.choose(card, "complaint.more", "history:1"),
    ]
    for answer in answers:
        assert answer is not None
        assert "成员名单" in answer.all_text()
        assert "Küchenwerk" not in answer.all_text()
    person.reply(card, "收到")
    person.react(card, "white_check_mark")
    assert person.view is None
    assert stored(department) == before


def test_a_deactivated_colleague_and_an_open_form_of_theirs_have_no_say_any_more(department: Department) -> None:
    card = department.file()
    he = department.person("he.rui")
    he.choose(card, "complaint.more", "note:1")
    he.fill(text="On my last day")
    department.slack.user_change("he.rui", deleted=True)
    before = stored(department)
    he.user.deleted = False  # as though Slack let through what was on its way
    assert "成员名单" in str(he.submit())
    he.click(card, "complaint.acknowledge")
    assert "成员名单" in he.whispers()[-1].all_text()
    assert stored(department) == before
    department.slack.user_change("he.rui", deleted=False)
    assert he.submit() == {}


def test_whether_it_may_be_done_is_asked_again_when_the_form_comes_in(department: Department) -> None:
    department.file(category="wrong_documents", customer="Prairie Table Inc.")
    zhou, lin = department.person("zhou.hang"), department.person("lin.zhiyuan")
    zhou.click(department.card(), "complaint.acknowledge")
    lin.click(department.card(), "complaint.resolve")
    lin.fill(cause="Typing error", remedy="New document")
    zhou.click(department.card(), "complaint.resolve")
    zhou.fill(cause="Wrong HS code", remedy="Certificate issued again")
    assert zhou.submit() == {}
    before = stored(department)
    assert "重新打开" in lin.submit()["cause"]
    assert stored(department) == before


def test_the_buttons_of_old_messages_do_nothing_twice(department: Department) -> None:
    card = department.file(severity="S2", amount="800", currency="USD")
    he, lin, chen = (department.person(who) for who in ("he.rui", "lin.zhiyuan", "chen.yuqing"))
    asked = he.dms()[-1]
    chen.click(card, "complaint.acknowledge")
    chen.choose(department.card(), "complaint.more", "compensation:1")
    chen.fill(amount="800", currency="USD", text="Credit note")
    assert chen.submit() == {}
    proposal = lin.dms()[-1]
    lin.click(proposal, "complaint.approve")
    before = stored(department)
    for person, message, button in (
        (he, asked, "complaint.acknowledge"),
        (lin, proposal, "complaint.approve"),
        (lin, proposal, "complaint.decline"),
    ):
        seen = person.click(message, button)
        assert seen is not None
    assert lin.view is None
    assert stored(department) == before
    department.slack.assert_quiet()


def test_what_nobody_here_knows_is_taken_and_changes_nothing(department: Department) -> None:
    card = department.file()
    chen = department.person("chen.yuqing")
    chen.shortcut("complaint.from_message", chen.post("#export-orders", "Rust"))
    chen.cancel()
    note_on(department)
    department.person("ye.xiaoyan").click(card, "complaint.acknowledge")
    department.person("ye.xiaoyan").react(card, "tada")
    department.person("chen.yuqing").command("/complaint", channel="#export-orders")

    def renamed(payload: Json) -> None:
        for action in payload.get("actions", []):
            action["action_id"] = "of.an.old.version"
        for place, name in (("view", "callback_id"), ("event", "type")):
            if place in payload:
                payload[place][name] = "of.an.old.version"
        for name in ("callback_id", "command"):
            if name in payload:
                payload[name] = "/of-an-old-version"

    before = picture(department)
    for kind in ("block_actions", "view_submission", "reaction_added", "message_action", "slash_commands"):
        sent = deliver(department, changed(last(department.slack, kind), renamed))
        assert (sent.status, sent.answer) == (200, None), kind
    event = last(department.slack, "reaction_added")
    closed = last(department.slack, "view_submission").payload
    for kind, payload in (
        ("view_closed", closed | {"type": "view_closed", "is_cleared": False}),
        ("app_home_opened", event.payload | {"event": {"type": "app_home_opened", "user": chen.id, "tab": "about"}}),
        (
            "reaction_added",
            event.payload | {"event": event.payload["event"] | {"item": {"type": "file", "file": "F1"}}},
        ),
    ):
        assert deliver(department, Delivery(kind, payload)).status == 200
    assert picture(department) == before


def test_an_old_button_of_a_proposal_decides_nothing_about_the_next_one(department: Department) -> None:
    department.file()
    chen, he, lin = (department.person(who) for who in ("chen.yuqing", "he.rui", "lin.zhiyuan"))
    chen.click(department.card(), "complaint.acknowledge")

    def propose(amount: str) -> Message:
        he.choose(department.card(), "complaint.more", "compensation:1")
        he.fill(amount=amount, currency="USD", text="credit note")
        assert he.submit() == {}
        return lin.dms()[-1]

    first = propose("100")
    he.choose(department.card(), "complaint.more", "withdraw:1")
    second = propose("4900")
    lin.click(first, "complaint.approve")
    assert "已经决定" in lin.whispers()[-1].all_text()
    assert "4,900" in department.card().all_text()
    assert "批准" not in " ".join(department.thread())
    lin.click(second, "complaint.approve")
    assert any("批准赔付 USD 4,900" in said for said in department.thread())
    assert "赔付 USD 4,900" in he.dms()[-1].all_text()
    assert "赔付 USD 4,900" in chen.dms()[-1].all_text()
