"""Slack delivers at least once, people click twice, two people click at once: everything happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from playground.deliver import Delivery
from storage.schema import complaints, events, outbox
from tests.journeys.conftest import COMPLAINTS, Department, settle


def state_of(department: Department) -> dict[str, Any]:
    """Everything that a delivery could have changed, seen from inside and from outside."""
    with department.bot.store.reading() as session:
        rows = {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (complaints, events, outbox)
        }
    people = [member.id for member in department.bot.desk.agreement.members]
    return {
        **rows,
        "channel": [message.all_text() for message in department.slack.channel(COMPLAINTS).messages],
        "told": {person: department.told(person) for person in people},
    }


def last(department: Department, kind: str) -> Delivery:
    return next(delivery for delivery in reversed(department.slack.deliveries) if delivery.kind == kind)


def act_once(department: Department, kind: str) -> None:
    """One act of each kind of payload that changes something."""
    owner = department.person("chen.yuqing")
    card = department.file()
    match kind:
        case "view_submission":
            pass
        case "block_actions":
            owner.click(card, "complaint.acknowledge")
        case "message":
            owner.reply(card, "收到")
        case "reaction_added":
            owner.react(card, "white_check_mark")


@pytest.mark.parametrize("kind", ["view_submission", "block_actions", "message", "reaction_added"])
@pytest.mark.parametrize("concurrently", [False, True])
def test_a_payload_that_comes_four_times_counts_once(department: Department, kind: str, concurrently: bool) -> None:
    act_once(department, kind)
    if kind != "view_submission":
        assert "处理中" in department.card().all_text()
    before, first = state_of(department), last(department, kind)
    again = department.slack.deliver_again(first, times=3, concurrently=concurrently)
    settle(department)
    assert [delivery.status for delivery in again] == [200, 200, 200]
    assert [delivery.answer for delivery in again] == [first.answer] * 3
    assert state_of(department) == before


def test_the_first_delivery_of_a_form_may_already_come_twice_at_once(department: Department) -> None:
    """Both copies are new to us: neither has been answered when the other begins."""
    department.file()
    submitted = last(department, "view_submission")
    view = {**submitted.payload["view"], "id": "VOTHER", "hash": "other"}
    fresh = department.slack.deliver_again(submitted)[0].__class__(
        **{
            **{name: getattr(submitted, name) for name in ("kind", "retry_num", "retry_reason")},
            "payload": {**submitted.payload, "view": view},
        }
    )
    before = len(department.cards())
    again = department.slack.deliver_again(fresh, times=4, concurrently=True)
    settle(department)
    assert {delivery.status for delivery in again} == {200}
    assert len(department.cards()) == before + 1


def test_a_command_and_a_shortcut_that_come_again_open_nothing_and_break_nothing(department: Department) -> None:
    alice = department.person("chen.yuqing")
    alice.command("/complaint", channel="#export-orders")
    department.slack.deliver_again(last(department, "slash_commands"), times=2)
    alice.cancel()
    message = alice.post("#export-orders", "ACME says 12 cartons are crushed")
    alice.shortcut("File a complaint", message=message)
    department.slack.deliver_again(last(department, "message_action"), times=2)
    assert department.cards() == []


def test_two_people_acknowledge_at_the_same_moment_and_one_has_it(department: Department) -> None:
    card = department.file()
    owner, handler = department.person("chen.yuqing"), department.person("he.rui")
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda person: person.click(card, "complaint.acknowledge"), (owner, handler)))
    settle(department)
    assert sum("已接手这起投诉" in said for said in department.thread()) == 1
    whispered = [message.all_text() for person in (owner, handler) for message in person.whispers()]
    assert sum("已经接手" in said for said in whispered) == 1


def test_a_double_click_is_one_click_and_a_kind_word(department: Department) -> None:
    card = department.file()
    owner = department.person("chen.yuqing")
    owner.click(card, "complaint.acknowledge")
    stale = last(department, "block_actions")
    second = {**stale.payload["actions"][0], "action_ts": "1790000001.000001"}
    twice = stale.again(0, "")
    twice.payload = {**stale.payload, "actions": [second], "trigger_id": "other"}
    department.slack.deliver_again(twice)
    settle(department)
    assert sum("已接手这起投诉" in said for said in department.thread()) == 1
    assert "已经接手" in owner.whispers()[-1].all_text()
