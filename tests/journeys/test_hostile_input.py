"""What people type is shown as they typed it and pings nobody; what they must not touch they cannot."""

from __future__ import annotations

import json

import pytest

from bot.desk import Desk
from playground import User
from playground.deliver import Delivery
from storage.store import Unavailable
from tests.journeys.conftest import COMPLAINTS, Department, settle

NASTY = [
    "<!channel> look",
    "<@U00000002>",
    "&lt;!here&gt;",
    "<https://evil.example|bank>",
    "\u202egnirts \u200b\u2060",
    "😀" * 40,
    "NUL \0 here",
    "x" * 3000,
    "`*_~ ```",
    "{who} {0.__class__} %s",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_text_is_shown_as_typed_and_pings_nobody(department: Department, text: str) -> None:
    card = department.file(what_happened=text, customer=f"A {text}"[:70].replace("\0", "").replace("\0", ""), order=text[:60], quantity=text[:60])
    shown = card.all_text().replace("\u2026", "")
    assert text.replace("\0", "")[:50] in shown
    handler = department.person("he.rui")
    handler.choose(department.card(), "complaint.more", "添加备注 / Add a note")
    handler.fill(text=text)
    assert handler.submit() == {}
    for call in department.slack.calls("chat.postMessage") + department.slack.calls("chat.update"):
        sent = json.dumps({"text": call.args["text"], "blocks": mrkdwn_only(call.args["blocks"])}, ensure_ascii=False)
        for control in ("<!channel", "<!here", "<@U", "<https://evil"):
            assert control not in sent
    department.slack.assert_quiet()


def mrkdwn_only(blocks: object) -> list[str]:
    """The texts of a message in which Slack reads control sequences."""
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    if isinstance(blocks, list):
        return [text for block in blocks for text in mrkdwn_only(block)]
    if isinstance(blocks, dict):
        own = [str(blocks["text"])] if blocks.get("type") == "mrkdwn" else []
        return own + [
            text for value in blocks.values() if isinstance(value, dict | list) for text in mrkdwn_only(value)
        ]
    return []


def test_thirty_thousand_characters_in_a_quoted_message_fill_the_form_as_far_as_it_goes(department: Department) -> None:
    alice = department.person("chen.yuqing")
    message = alice.post("#export-orders", "压坏" * 15_000)
    alice.shortcut("File a complaint", message=message)
    alice.fill(customer="Küchenwerk Handels GmbH", category="quality", severity="S3")
    assert alice.submit() == {}
    assert "压坏" in department.card().all_text()
    seen = alice.command("/complaint ACME: " + "x" * 30_000, channel="#export-orders")
    assert seen is None
    assert alice.view is not None


@pytest.mark.parametrize("value", ["999", "-1", "1 OR 1=1", "", "9" * 40, "１"])
def test_a_number_of_somebody_elses_making_finds_nothing(department: Department, value: str) -> None:
    card = department.file()
    owner = department.person("chen.yuqing")
    owner.click(card, "complaint.acknowledge")
    clicked = next(item for item in reversed(department.slack.deliveries) if item.kind == "block_actions")
    forged = clicked.again(0, "")
    action = {**clicked.payload["actions"][0], "value": value, "action_ts": "1790000009.000009"}
    forged.payload = {**clicked.payload, "actions": [action]}
    (answer,) = department.slack.deliver_again(forged)
    settle(department)
    assert answer.status == 200
    assert "没有" in owner.whispers()[-1].all_text()


def test_another_workspace_sees_and_changes_nothing(department: Department) -> None:
    card = department.file()
    department.person("he.rui").click(card, "complaint.acknowledge")
    clicked = next(item for item in reversed(department.slack.deliveries) if item.kind == "block_actions")
    forged = clicked.again(0, "")
    forged.payload = {**clicked.payload, "team": {"id": "TOTHER"}, "trigger_id": "x"}
    before = department.card().all_text()
    (answer,) = department.slack.deliver_again(forged)
    settle(department)
    assert answer.status == 200
    assert department.card().all_text() == before


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}, {"email": "new@elsewhere.example"}])
def test_who_left_is_a_guest_or_is_somebody_else_now_has_no_say(
    department: Department, change: dict[str, object]
) -> None:
    card = department.file()
    clicking = department.person("chen.yuqing")
    clicking.click(card, "complaint.acknowledge")
    clicked = next(item for item in reversed(department.slack.deliveries) if item.kind == "block_actions")
    department.slack.user_change("chen.yuqing", **change)
    department.slack.settle()
    forged = clicked.again(0, "")
    action = {
        **clicked.payload["actions"][0],
        "action_id": "complaint.carrier_notice",
        "action_ts": "1790000009.000009",
    }
    forged.payload = {**clicked.payload, "actions": [action]}
    department.slack.deliver_again(forged)
    settle(department)
    said = [call.args["text"] for call in department.slack.calls("chat.postEphemeral")]
    assert "成员名单" in said[-1]


def test_the_database_is_gone_and_everybody_is_told_to_try_again(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = department.file()
    alice = department.person("chen.yuqing")
    alice.command("/complaint", channel="#export-orders")
    alice.fill(customer="ACME", category="quality", severity="S3", what_happened="x")

    def gone(*_: object) -> None:
        raise Unavailable("OperationalError")

    with monkeypatch.context() as broken:
        broken.setattr(Desk, "once", gone)
        broken.setattr(Desk, "look", gone)
        errors = alice.submit()
        assert any("请一分钟后再试" in text for text in errors.values())
        seen = department.person("zhou.hang").command("/complaint list", channel="#export-orders")
        assert seen is not None
        assert "请一分钟后再试" in seen.all_text()
        department.person("he.rui").click(card, "complaint.acknowledge")
        assert "请一分钟后再试" in department.person("he.rui").whispers()[-1].all_text()
        event = message_event(department)
    assert "尚无人接手" in department.card().all_text()
    assert alice.submit() == {}
    assert len(department.cards()) == 2
    assert event.status == 503


def message_event(department: Department) -> Delivery:
    """A reply that should acknowledge, sent while the database is away."""
    department.person("chen.yuqing").reply(department.cards()[0], "收到")
    return next(item for item in reversed(department.slack.deliveries) if item.kind == "message")


def test_what_nobody_here_knows_is_answered_and_changes_nothing(department: Department) -> None:
    card = department.file()
    department.person("chen.yuqing").click(card, "complaint.acknowledge")
    clicked = next(item for item in reversed(department.slack.deliveries) if item.kind == "block_actions")
    old = clicked.again(0, "")
    old.payload = {**clicked.payload, "actions": [{**clicked.payload["actions"][0], "action_id": "of.an.old.version"}]}
    (answer,) = department.slack.deliver_again(old)
    assert answer.status == 200


def test_only_members_of_the_agreement_are_served(department: Department) -> None:
    department.slack.team_join(User(handle="visitor", real_name="Visitor", email="visitor@elsewhere.example"))
    department.slack.add_to_channel(COMPLAINTS, "visitor")
    card = department.file()
    visitor = department.person("visitor")
    visitor.click(card, "complaint.acknowledge")
    assert "成员名单" in visitor.whispers()[-1].all_text()
    for line in ("/complaint", "/complaint list", "/complaint show C-1", "/supercargo"):
        visitor_sees = visitor.command(line, channel=COMPLAINTS)
        assert visitor_sees is not None
        assert "成员名单" in visitor_sees.all_text()
        assert "Küchenwerk" not in visitor_sees.all_text()
