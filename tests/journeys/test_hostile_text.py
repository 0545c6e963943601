"""What people type stays text through a complaint's whole life: it pings nobody, links nowhere and breaks nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from playground import Delivery, View
from tests.journeys.conftest import COMPLAINTS, Department, settle
from tests.journeys.picture import changed, deliver, last, stored

CONTROLS = (
    "<!channel> <!here> <@U00000002> <#C00000001> <!subteam^S1> <https://evil.example|bank> <!date^1^{date}|x> "
    "&lt;!channel&gt; &amp;lt; @channel {who} {0.__class__} %s \u202egnirts\u202c \u200bzero\u2060 \ufeff "
    "👩\u200d👩\u200d👧 e\u0301"
)
DATE = re.compile(r"<!date\^\d+\^[^<>|]+\|[^<>|]+>")
"""The one thing of ours in which Slack reads a control sequence."""


def sent(department: Department) -> Iterator[Any]:
    """Everything the bot ever sent: messages, updates, whispers, forms, and its answers."""
    for call in department.slack.backend.calls:
        if call.method.startswith(("chat.post", "chat.update", "views.")) or call.method == "response_url":
            yield {
                name: json.loads(value) if name in ("blocks", "view") and isinstance(value, str) else value
                for name, value in call.args.items()
            }
    for delivery in department.slack.deliveries:
        yield delivery.answer


def mrkdwn(sent: Any, *, top: bool = True) -> Iterator[str]:
    """Every text in which Slack reads control sequences, and no element that is one itself."""
    if isinstance(sent, dict):
        assert sent.get("type") not in ("user", "usergroup", "broadcast", "channel")
        if (top or sent.get("type") == "mrkdwn") and isinstance(sent.get("text"), str):
            yield sent["text"]
        for part in sent.values():
            yield from mrkdwn(part, top=False)
    elif isinstance(sent, list):
        for part in sent:
            yield from mrkdwn(part, top=False)


def assert_harmless(department: Department) -> None:
    texts = [text for each in sent(department) for text in mrkdwn(each)]
    assert len(texts) > 10
    for text in texts:
        rest = DATE.sub("", text)
        assert "<" not in rest, text
        assert ">" not in rest, text
        assert not re.search("&(?!amp;|lt;|gt;)", rest), text
    department.slack.assert_quiet()


def fill_every_field(department: Department, text: str) -> None:
    """A complaint's whole life with the text in every field that takes one."""
    chen, he, lin = (department.person(who) for who in ("chen.yuqing", "he.rui", "lin.zhiyuan"))
    line = text.replace("\n", " ")
    chen.command(f"/complaint {line.replace(':', ' ')[:40]}: {text}", channel="#export-orders")
    chen.fill(category="quality", severity="S2", what_happened=text, order=line[:200], quantity=line[:200])
    assert chen.submit() == {}
    chen.click(department.card(), "complaint.acknowledge")
    due_at = department.clock.now() + timedelta(hours=2)
    for who, form, fields in (
        (he, "note", {"text": text}),
        (chen, "promise", {"text": text, "due_at": due_at}),
        (he, "severity", {"severity": "S1", "reason": text}),
        (chen, "reassign", {"part": "owner", "to": "zhou.hang", "reason": line[:200]}),
        (he, "wait", {"for_what": text}),
    ):
        choose(department, who.handle, form)
        who.fill(**fields)
        assert who.submit() == {}
    he.click(department.card(), "complaint.resume")
    he.choose(department.card(), "complaint.more", "compensation:1")
    he.fill(amount="800", currency="USD", text=text)
    assert he.submit() == {}
    lin.click(lin.dms()[-1], "complaint.decline")
    lin.fill(reason=text)
    assert lin.submit() == {}
    department.later(hours=3)  # the promise falls due
    chen.choose(department.card(), "complaint.more", "keep_promise:1:1")
    for who, form, fields in (
        (he, "resolve", {"cause": text, "remedy": text}),
        (chen, "close", {"corrective_action": text}),
        (chen, "reopen", {"reason": text}),
    ):
        choose(department, who.handle, form)
        who.fill(**fields)
        assert who.submit() == {}


def choose(department: Department, who: str, form: str) -> None:
    person, card = department.person(who), department.card()
    buttons = [element for block in card.blocks for element in block.get("elements", []) if element["type"] == "button"]
    if any(button["action_id"] == f"complaint.{form}" for button in buttons):
        person.click(card, f"complaint.{form}")
    else:
        person.choose(card, "complaint.more", f"{form}:1")


@pytest.mark.parametrize("text", [CONTROLS, (CONTROLS + "\n") * 9, "<" * 3000], ids=["once", "lines", "brackets"])
def test_through_its_whole_life_it_is_shown_as_typed_and_stays_text(department: Department, text: str) -> None:
    fill_every_field(department, text)
    ye = department.person("ye.xiaoyan")
    for line in ("list", "show C-1", f"show {text[:200]}", f"{text[:50]}"):
        ye.command(f"/complaint {line}", channel=COMPLAINTS)
    assert ye.view is not None
    ye.cancel()
    assert CONTROLS[:60] in department.card().all_text() or text.startswith("<<<")
    assert text.strip()[:500] in department.card().all_text()
    assert_harmless(department)


def test_many_overdue_complaints_with_such_texts_make_a_digest_of_text(department: Department) -> None:
    for _ in range(4):
        chen = department.person("chen.yuqing")
        chen.command(f"/complaint {CONTROLS.replace(':', ' ')[:40]}: {CONTROLS}", channel="#export-orders")
        chen.fill(category="quality", severity="S3")
        assert chen.submit() == {}
    department.until("2026-10-13 10:00")
    department.clock.advance_to(department.clock.now() + timedelta(days=20))
    settle(department)
    assert any("<!channel>" in said for said in department.told("lin.zhiyuan"))
    assert_harmless(department)


def test_thirty_thousand_characters_fill_the_form_as_far_as_it_goes(department: Department) -> None:
    zhou = department.person("zhou.hang")
    text = ("<!here> 压坏 " * 3000)[:30_000]
    zhou.shortcut("complaint.from_message", zhou.post("#export-orders", text))
    assert isinstance(zhou.view, View)
    assert zhou.view.values()["what_happened"] == text[:3000]
    offered = zhou.type_ahead("customer", text)
    assert len(offered) == 1
    assert offered[0].endswith("…")
    zhou.cancel()
    zhou.command(f"/complaint show {text}", channel="#export-orders")
    zhou.command(f"/complaint {text}: {text}", channel="#export-orders")
    zhou.command(f"/complaint {text}", channel="#export-orders")
    assert zhou.view.values()["what_happened"] == text[:3000]
    assert zhou.reply(zhou.post(COMPLAINTS, "x"), text)
    department.slack.assert_quiet()


@pytest.mark.on_both
def test_nul_and_half_characters_are_left_out_and_a_text_of_nothing_else_is_missing(department: Department) -> None:
    department.file()
    submitted = last(department.slack, "view_submission")

    def with_texts(customer: str, what_happened: str) -> Delivery:
        def change(payload: dict[str, Any]) -> None:
            values = payload["view"]["state"]["values"]
            values["customer"]["customer"]["selected_option"] |= {"value": customer}
            values["what_happened"]["what_happened"]["value"] = what_happened
            values["order"]["order"]["value"] = "A\0B\ud83d"

        return changed(submitted, change)

    answer = deliver(department, with_texts("\0", "\ud83d \udc4d")).answer
    assert set(answer["errors"]) == {"customer", "what_happened"}
    assert deliver(department, with_texts("Half\ud83d\0 Ltd", "a\0\ud800b")).answer == {"response_action": "clear"}
    assert "C-2 · Half Ltd" in department.card().all_text()
    assert "AB" in department.card().all_text()
    assert "\nab\n" in department.card().all_text()
    for typed in ("\0", "\ud83d", " ", "half"):
        suggestion = {**submitted.payload, "type": "block_suggestion", "action_id": "customer", "value": typed}
        assert deliver(department, Delivery("block_suggestion", suggestion)).status == 200
    assert department.person("chen.yuqing").command("/complaint show C-2\0", channel=COMPLAINTS) is not None
    department.person("chen.yuqing").react(department.card(), "tada")
    assert_harmless(department)


def test_what_slack_would_not_take_as_a_link_is_said_beside_its_field(department: Department) -> None:
    chen = department.person("chen.yuqing")
    chen.command("/complaint Prairie Table Inc.: rust", channel="#export-orders")
    chen.fill(category="quality", severity="S3")
    before = stored(department)
    for link in (
        "http://[",
        "https://",
        "javascript:alert(1)",
        "https://a b",
        "https://x\u202ey",
        "//x",
        "https://℀.cn",
    ):
        chen.fill(links=f"https://photos.example/1\n{link}")
        assert set(chen.submit()) == {"links"}, link
    assert stored(department) == before
    chen.fill(links="https://photos.example/1\n\n http://x.example/?a=<!channel>&b=1|2 ")
    assert chen.submit() == {}
    assert_harmless(department)


def test_a_mention_and_an_address_are_shown_as_they_were_typed(department: Department) -> None:
    """Slack hands them over in its own form."""
    typed = "ask @zhou.hang in #export-dept, see https://photos.example/1?a=1&b=2 <3"
    chen = department.person("chen.yuqing")
    chen.command(f"/complaint {typed}", channel="#export-orders")
    assert chen.view is not None
    assert chen.view.values()["what_happened"] == typed
    chen.cancel()
    chen.shortcut("complaint.from_message", chen.post("#export-orders", typed))
    assert chen.view is not None
    assert chen.view.values()["what_happened"] == typed.replace("@zhou.hang", f"@{department.person('zhou.hang').id}")


def test_an_amount_nobody_could_mean_is_said_beside_its_field(department: Department) -> None:
    department.file(amount="4000", currency="USD")
    submitted = last(department.slack, "view_submission")

    def claimed(amount: str) -> Delivery:
        def change(payload: dict[str, Any]) -> None:
            payload["view"]["state"]["values"]["amount"]["amount"]["value"] = amount

        return changed(submitted, change)

    before = stored(department)
    for amount in ("NaN", "Infinity", "1e999999", "-1", "1,5", "9" * 200):
        answer = deliver(department, claimed(amount)).answer
        assert list(answer["errors"]) == ["amount"], amount
    assert stored(department) == before
