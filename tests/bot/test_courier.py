"""What the courier promises: every message once, in order, urgent ones first, at Slack's pace, whatever goes wrong."""

from __future__ import annotations

import logging
import multiprocessing
import random
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot import courier as couriers
from bot.courier import Courier
from bot.views.blockkit import Payload
from playground import ManualClock
from storage import outbox, people
from storage.schema import outbox as rows
from storage.schema import people as roster
from storage.store import Store, Unavailable
from tests.bot import courier_process
from tests.bot.fake_slack import (
    CUT_SHORT,
    EMPTY,
    GARBAGE,
    GATEWAY_ERROR,
    GATEWAY_ERROR_AFTERWARDS,
    HANGS_UP,
    HANGS_UP_AFTERWARDS,
    OUR_BOT,
    SILENT,
    SILENT_AFTERWARDS,
    FakeSlack,
    Fault,
    answers,
    too_fast,
)

T = "T1"
MORNING = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
SALES, COMPLAINTS = "#sales", "#complaints"


class Office:
    """A store, a fake Slack and a courier between them, on a clock that the test moves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = ManualClock(MORNING)
        self.slack = FakeSlack(self.clock.now)
        self.render: Callable[[int], Payload | None] = lambda number: Payload([], f"card {number}")
        self.courier = self.another_courier(store)
        with store.transaction() as session:
            people.store_channels(session, T, {SALES: "CSALES", COMPLAINTS: "CCOMPLAINTS"})
            people.identify(session, T, bot_user="U0US", bot_id=OUR_BOT, name="Haichu")
            self.hire(session, "ann")

    def hire(self, session: Session, member: str) -> None:
        """Give a member a Slack account."""
        known = {"locale": "en-US", "timezone": "", "active": True}
        session.execute(roster.insert().values(workspace=T, slack_user=f"U{member}", member=member, **known))

    def another_courier(self, store: Store) -> Courier:
        """One more courier, as after a restart or in another replica."""

        def card(session: Session, workspace: str, subject: str, number: int) -> Payload | None:
            return self.render(number)

        client = WebClient(token="xoxb-test", base_url=self.slack.url, timeout=5, retry_handlers=[])
        return Courier(store, self.clock, client, card)

    def say(
        self,
        what: str,
        *,
        address: str = SALES,
        urgency: int = 2,
        in_thread: bool = False,
        number: int = 1,
        not_before: datetime | None = None,
        **more: Any,
    ) -> None:
        """Put a message into the outbox."""
        with self.store.transaction() as session:
            message = outbox.Message(
                workspace=T,
                address=address,
                in_thread=in_thread,
                payload={"text": what, **more},
                urgency=urgency,
                not_before=not_before,
                subject="complaint",
                number=number,
            )
            outbox.post(session, [message], self.clock.now())

    def refresh(self, number: int = 1) -> None:
        """A record changed."""
        with self.store.transaction() as session:
            outbox.refresh_card(session, T, "complaint", number, address=COMPLAINTS, urgency=1, now=self.clock.now())

    def later(self, **amount: float) -> None:
        """Let time pass, with a pass of the courier at each moment it asks for."""
        end = self.clock.now() + timedelta(**amount)
        self.courier.deliver()
        for _ in range(10_000):
            due = self.courier.next_due()
            if due is None or due > end:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            self.courier.deliver()
        else:
            pytest.fail("the courier never comes to rest")
        self.clock.advance_to(end)
        self.courier.deliver()

    def row(self, n: int = 0) -> Any:
        """A row of the outbox, in the order in which they were made."""
        with self.store.reading() as session:
            return list(session.execute(select(rows).order_by(rows.c.id)))[n]

    def states(self) -> list[str]:
        """The state of every row."""
        with self.store.reading() as session:
            return list(session.scalars(select(rows.c.state).order_by(rows.c.id)))


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """The office on each database."""
    opened = Office(store)
    yield opened
    opened.slack.close()


# What goes out


def test_a_message_carries_an_opaque_key_and_unfurls_nothing(office: Office) -> None:
    office.say("good morning")
    assert office.courier.deliver() == 1
    (call,) = office.slack.called("chat.postMessage")
    assert call["channel"] == "CSALES"
    assert call["metadata"]["event_payload"] == {"k": office.row().key}
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)
    assert office.row().state == "sent"
    assert office.row().ts == office.slack.messages[0]["ts"]


def test_a_channel_gets_one_message_a_second_in_order(office: Office) -> None:
    for word in ("one", "two", "three"):
        office.say(word)
    office.say("elsewhere", address="@ann")
    assert office.courier.deliver() == 2
    assert office.slack.texts("CSALES") == ["one"]
    assert office.slack.texts("DUann") == ["elsewhere"]
    assert office.courier.next_due() == MORNING + timedelta(seconds=1)
    office.later(seconds=2)
    assert office.slack.texts("CSALES") == ["one", "two", "three"]


def test_what_is_urgent_overtakes_a_long_queue(office: Office) -> None:
    for n in range(300):
        office.say(f"bulk {n}")
    office.say("nobody has answered", urgency=0)
    office.say("for ann", address="@ann")
    office.courier.deliver()
    assert office.slack.texts() == ["nobody has answered", "for ann"]


def test_a_message_for_the_end_of_the_quiet_hours_lets_others_pass(office: Office) -> None:
    office.say("in the morning", not_before=MORNING + timedelta(hours=8))
    office.say("now")
    office.later(hours=1)
    assert office.slack.texts() == ["now"]
    assert office.courier.next_due() == MORNING + timedelta(hours=8)
    office.later(hours=7)
    assert office.slack.texts() == ["now", "in the morning"]


def test_the_same_channel_name_in_two_workspaces_is_two_channels(office: Office) -> None:
    office.say("ours")
    with office.store.transaction() as session:
        people.store_channels(session, "T2", {SALES: "CTHEIRS"})
        theirs = outbox.Message(
            workspace="T2", address=SALES, payload={"text": "theirs"}, urgency=2, subject="", number=0
        )
        outbox.post(session, [theirs], MORNING)
    assert office.courier.deliver() == 2
    assert office.slack.texts("CTHEIRS") == ["theirs"]


# Cards


def test_a_reply_waits_for_its_card_and_follows_it_into_the_thread(office: Office) -> None:
    office.say("filed", address=COMPLAINTS, in_thread=True, urgency=0)
    office.courier.deliver()
    assert office.slack.texts() == []
    office.refresh()
    office.later(seconds=1)
    card, reply = office.slack.messages
    assert (card["text"], reply["text"]) == ("card 1", "filed")
    assert reply["thread_ts"] == card["ts"]
    with office.store.reading() as session:
        assert outbox.record_at(session, T, "CCOMPLAINTS", reply["ts"]) == ("complaint", 1)


def test_a_card_changed_many_times_is_posted_once_and_then_updated_once(office: Office) -> None:
    for _ in range(3):
        office.refresh()
    office.later(seconds=5)
    assert office.slack.texts() == ["card 1"]
    assert office.slack.called("chat.update") == []
    office.render = lambda number: Payload([], "acknowledged")
    for _ in range(3):
        office.refresh()
    office.later(seconds=5)
    assert office.slack.texts() == ["acknowledged"]
    assert len(office.slack.called("chat.update")) == 1


def test_a_card_that_changes_while_it_is_on_its_way_is_shown_anew(office: Office) -> None:
    office.refresh()
    office.slack.during["chat.postMessage"] = office.refresh
    office.later(seconds=5)
    assert len(office.slack.called("chat.postMessage")) == 1
    assert len(office.slack.called("chat.update")) == 1
    assert (office.row().wanted, office.row().shown) == (2, 2)


def test_a_card_somebody_deleted_is_not_posted_again(office: Office) -> None:
    office.refresh()
    office.later(seconds=5)
    office.slack.messages.clear()
    for _ in range(2):
        office.refresh()
        office.later(minutes=5)
    assert office.slack.texts() == []
    assert office.row().state == "gone"
    assert len(office.slack.called("chat.update")) == 1


def test_replies_to_a_card_that_is_refused_die_with_it_and_the_next_change_tries_the_card_again(
    office: Office,
) -> None:
    office.slack.will("chat.postMessage", answers("is_archived"))
    office.refresh()
    office.say("filed", address=COMPLAINTS, in_thread=True)
    office.later(minutes=5)
    assert office.states() == ["dead", "dead"]
    assert office.row(1).reason == "its card could not be posted"
    office.refresh()
    office.say("acknowledged", address=COMPLAINTS, in_thread=True)
    office.later(minutes=5)
    assert office.slack.texts() == ["card 1", "acknowledged"]


def test_a_card_found_after_a_doubt_is_shown_as_it_stands_now(office: Office) -> None:
    office.render = lambda number: Payload([], "new")
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.refresh()
    office.courier.deliver()
    office.render = lambda number: Payload([], "acknowledged")
    office.refresh()
    office.later(minutes=2)
    assert office.slack.texts() == ["acknowledged"]
    assert len(office.slack.called("chat.postMessage")) == 1


def test_an_update_whose_answer_is_lost_is_done_again_without_a_look_up(office: Office) -> None:
    office.refresh()
    office.later(seconds=5)
    office.slack.will("chat.update", HANGS_UP_AFTERWARDS)
    office.refresh()
    office.later(minutes=2)
    assert office.row().state == "sent"
    assert len(office.slack.called("chat.update")) == 2
    assert office.slack.called("conversations.history") == []


def test_a_card_that_cannot_be_written_holds_up_nobody_for_ever(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(number: int) -> Payload:
        raise RuntimeError("a fault of ours")

    office.render = broken
    office.refresh()
    office.say("for all", address=COMPLAINTS)
    office.say("elsewhere")
    office.later(hours=2)
    assert office.states() == ["dead", "sent", "sent"]
    assert "an error of ours" in caplog.text


def test_a_card_without_a_record_is_a_dead_letter(office: Office) -> None:
    office.render = lambda number: None
    office.refresh()
    office.courier.deliver()
    assert (office.row().state, office.row().reason) == ("dead", "its record does not exist")


# What Slack answers


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "is_archived", "restricted_action", "no_text"])
def test_what_slack_will_never_take_is_a_dead_letter_at_once_and_the_next_one_goes_on(
    office: Office, error: str
) -> None:
    office.slack.will("chat.postMessage", answers(error))
    office.say("bad")
    office.say("good")
    office.later(seconds=5)
    assert office.slack.texts() == ["good"]
    assert (office.row().state, office.row().reason) == ("dead", f"Slack refused: {error}")
    with office.store.reading() as session:
        assert [(dead.address, dead.reason) for dead in outbox.dead(session, 5)] == [(SALES, f"Slack refused: {error}")]
        assert outbox.counts(session) == {"dead": 1, "sent": 1}


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
def test_while_the_installation_is_broken_everything_waits_in_order(office: Office, error: str) -> None:
    office.slack.will("chat.postMessage", *[answers(error)] * 20)
    for word in ("one", "two"):
        office.say(word)
    office.later(hours=1)
    assert office.slack.texts() == []
    office.later(hours=5)
    assert office.slack.texts() == ["one", "two"]


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
def test_a_channel_without_the_bot_gets_its_messages_once_somebody_invites_it(office: Office, error: str) -> None:
    office.slack.will("chat.postMessage", *[answers(error)] * 5)
    office.say("hello")
    office.courier.deliver()
    assert "invite the bot" in office.row().reason
    office.later(minutes=30)
    assert office.slack.texts() == ["hello"]


def test_an_installation_that_was_mended_has_a_day_to_be_invited_again(office: Office) -> None:
    for word in ("one", "two"):
        office.say(word)
    office.slack.will("chat.postMessage", *[answers("token_revoked")] * 1000)
    office.later(hours=60)
    office.slack.mend()
    office.slack.will("chat.postMessage", *[answers("not_in_channel")] * 3)
    office.later(minutes=1)
    assert set(office.states()) == {"pending"}
    office.later(hours=1)
    assert office.slack.texts() == ["one", "two"]


IN_DOUBT = {
    "hangs up": HANGS_UP,
    "hangs up afterwards": HANGS_UP_AFTERWARDS,
    "gateway error": GATEWAY_ERROR,
    "gateway error afterwards": GATEWAY_ERROR_AFTERWARDS,
    "garbage": GARBAGE,
    "cut short": CUT_SHORT,
    "an empty yes": EMPTY,
    "internal_error": answers("internal_error"),
    "internal_error afterwards": answers("internal_error", takes_effect=True),
    "fatal_error afterwards": answers("fatal_error", takes_effect=True),
    "service_unavailable": answers("service_unavailable"),
    "request_timeout afterwards": answers("request_timeout", takes_effect=True),
    "an error nobody knows": answers("purple_monday", takes_effect=True),
}


@pytest.mark.parametrize("fault", IN_DOUBT.values(), ids=IN_DOUBT)
def test_when_nobody_can_tell_it_is_looked_up_after_the_settle_time_and_posted_once(
    office: Office, fault: Fault
) -> None:
    office.slack.will("chat.postMessage", fault)
    office.say("one")
    office.say("two")
    office.later(seconds=29)
    assert office.row().state == "unknown"
    assert office.slack.called("conversations.history") == []
    office.later(minutes=2)
    assert office.slack.texts() == ["one", "two"]
    assert office.states() == ["sent", "sent"]
    assert office.row().ts == office.slack.messages[0]["ts"]
    assert len(office.slack.called("chat.postMessage")) == (2 if fault.takes_effect else 3)


@pytest.mark.parametrize("fault", [SILENT, SILENT_AFTERWARDS], ids=["lost", "arrived"])
def test_when_slack_never_answers_it_is_looked_up_and_posted_once(office: Office, fault: Fault) -> None:
    office.slack.will("chat.postMessage", fault)
    office.say("one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.courier.client, "timeout", 0.2)
        office.courier.deliver()
    assert (office.row().state, office.row().reason) == ("unknown", "no answer: TimeoutError")
    office.later(minutes=2)
    assert office.slack.texts() == ["one"]
    assert office.row().state == "sent"


def test_a_long_text_is_posted_whole_and_cut_where_slack_refuses_more(office: Office) -> None:
    long = "word " * 2000
    office.say(long)
    office.render = lambda number: Payload([], long)
    office.refresh()
    office.later(seconds=5)
    office.refresh()
    office.later(seconds=5)
    assert [len(call["text"]) for call in office.slack.called("chat.postMessage")] == [len(long), len(long)]
    assert [len(call["text"]) for call in office.slack.called("chat.update")] == [4000]


@pytest.mark.parametrize("fault", [HANGS_UP, HANGS_UP_AFTERWARDS], ids=["lost", "arrived"])
def test_a_reply_in_doubt_is_looked_up_in_its_thread(office: Office, fault: Fault) -> None:
    office.refresh()
    office.later(seconds=5)
    office.slack.will("chat.postMessage", fault)
    office.say("filed", address=COMPLAINTS, in_thread=True)
    office.later(minutes=2)
    assert office.slack.texts() == ["card 1", "filed"]
    assert len(office.slack.called("conversations.replies")) == 1
    assert office.slack.called("conversations.history") == []


@pytest.mark.parametrize(
    "fault",
    [too_fast(Retry_After="60"), HANGS_UP, GATEWAY_ERROR, answers("internal_error"), answers("missing_scope")],
    ids=["too fast", "hangs up", "gateway error", "internal error", "not allowed"],
)
def test_what_cannot_be_looked_up_is_not_posted_again(office: Office, fault: Fault) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.slack.will("conversations.history", fault, fault, fault)
    office.say("one")
    office.later(minutes=10)
    assert office.slack.texts() == ["one"]
    assert office.row().state == "sent"
    assert len(office.slack.called("chat.postMessage")) == 1


def test_what_can_never_be_looked_up_ends_as_a_dead_letter_and_frees_the_channel(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.slack.will("conversations.history", *[answers("missing_scope")] * 20)
    office.say("one")
    office.say("two")
    office.later(hours=1)
    assert office.states() == ["dead", "sent"]
    assert "nobody can tell" in office.row().reason
    assert office.slack.texts() == ["one", "two"]


def test_something_urgent_that_nobody_can_look_up_is_rather_said_twice_and_says_so(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.slack.will("conversations.history", *[answers("missing_scope")] * 20)
    office.say("call now", urgency=0, repeat="(again?)", blocks=[])
    office.later(hours=1)
    assert office.slack.texts() == ["call now", "(again?) call now"]
    assert office.states() == ["sent"]


def test_what_nobody_can_look_up_is_posted_when_somebody_has_looked_for_it(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP)
    office.slack.will("conversations.history", *[answers("missing_scope")] * 20)
    office.say("one")
    office.later(hours=1)
    with office.store.transaction() as session:
        assert outbox.repost(session, [1], office.clock.now()) == [1]
    office.later(seconds=5)
    assert office.slack.texts() == ["one"]


def test_a_reply_that_is_tried_again_takes_its_dead_card_along(office: Office) -> None:
    office.slack.will("chat.postMessage", answers("restricted_action"))
    office.refresh()
    office.say("reply", address=COMPLAINTS, in_thread=True)
    office.later(seconds=10)
    assert office.states() == ["dead", "dead"]
    with office.store.transaction() as session:
        assert outbox.revive(session, [2], office.clock.now()) == [2]
    office.later(seconds=10)
    assert office.slack.texts() == ["card 1", "reply"]


def test_a_doubtful_card_that_was_given_up_is_looked_up_before_its_next_change_posts_it_again(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.slack.will("conversations.history", *[answers("missing_scope")] * 8)
    office.refresh()
    office.later(hours=1)
    assert office.states() == ["dead"]
    office.refresh()
    office.later(minutes=5)
    assert office.slack.texts() == ["card 1"]
    assert office.states() == ["sent"]


def test_a_dead_letter_that_is_tried_again_is_looked_up_first(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS, answers("is_archived"))
    office.slack.will("conversations.history", *[answers("missing_scope")] * 8)
    office.say("there already")
    office.later(hours=1)
    office.say("not there")
    office.say("not wanted")
    office.later(hours=48)
    assert office.states() == ["dead", "dead", "sent"]
    with office.store.transaction() as session:
        assert outbox.revive(session, [1, 2, 3, 99], office.clock.now()) == [1, 2]
    office.later(minutes=5)
    assert office.states() == ["sent", "sent", "sent"]
    assert office.slack.texts() == ["there already", "not wanted", "not there"]


def test_a_dead_letter_that_nobody_wants_is_forgotten(office: Office) -> None:
    office.slack.will("chat.postMessage", answers("is_archived"))
    office.say("bad")
    office.say("good")
    office.later(seconds=5)
    with office.store.transaction() as session:
        assert outbox.bury(session, [1, 2]) == [1]
        assert outbox.revive(session, [1], office.clock.now()) == []
    assert office.states() == ["gone", "sent"]


def test_what_waits_in_a_backup_that_is_restored_is_looked_up_first(office: Office) -> None:
    office.say("posted after the backup")
    office.say("not posted yet")
    office.slack.post("CSALES", "posted after the backup", key=office.row().key)
    guide = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
    (statement,) = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    with office.store.transaction() as session:
        session.execute(text(statement))
    office.later(minutes=2)
    assert office.slack.texts() == ["posted after the backup", "not posted yet"]


def test_a_look_up_turns_every_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(couriers, "LOOKED_UP", 100)
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.say("one")
    office.courier.deliver()
    for n in range(250):
        office.slack.post("CSALES", f"chatter {n}", bot="B0THER")
    office.later(minutes=2)
    assert len(office.slack.called("conversations.history")) == 3
    assert len(office.slack.called("chat.postMessage")) == 1


def test_a_copy_of_the_key_by_another_app_does_not_pass_for_our_message(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP)
    office.say("one")
    office.courier.deliver()
    office.slack.post("CSALES", "not ours", key=office.row().key, bot="B0THER")
    office.later(minutes=2)
    assert office.slack.texts() == ["not ours", "one"]


def test_copies_found_by_a_look_up_are_deleted_but_for_the_first(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.say("one")
    office.courier.deliver()
    office.slack.post("CSALES", "one", key=office.row().key)
    office.later(minutes=2)
    assert len(office.slack.called("chat.delete")) == 1
    assert [message["ts"] for message in office.slack.messages] == [office.row().ts]


def test_after_eight_answers_of_that_kind_it_is_a_dead_letter_and_the_next_goes_on(office: Office) -> None:
    office.slack.will("chat.postMessage", *[answers("internal_error")] * 8)
    office.say("one")
    office.say("two")
    office.later(hours=2)
    assert office.states() == ["dead", "sent"]
    assert len(office.slack.called("chat.postMessage")) == 9


@pytest.mark.parametrize("hours", [0.5, 60])
def test_however_long_slack_is_down_costs_no_message_and_no_order(office: Office, hours: float) -> None:
    office.slack.down_until = MORNING + timedelta(hours=hours)
    for n in range(5):
        office.say(f"{n}")
    office.later(hours=hours + 1)
    assert office.slack.texts() == ["0", "1", "2", "3", "4"]


def test_a_slack_that_cannot_be_reached_is_tried_again_without_a_look_up(store: Store) -> None:
    office = Office(store)
    office.slack.close()
    office.say("one")
    office.courier.deliver()
    assert (office.row().state, office.row().intent_at) == ("pending", None)
    assert office.row().not_before == MORNING + timedelta(seconds=2)
    office.later(hours=26)  # longer than anything else is waited for
    assert (office.row().state, office.row().reason) == ("pending", "Slack cannot be reached: ConnectionRefusedError")


@pytest.mark.parametrize(
    "error", [OSError(101, "Network is unreachable"), TimeoutError("timed out")], ids=["unreachable", "no answer"]
)
def test_a_weekend_without_a_network_costs_no_message_and_no_order(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    connects = urllib.request.urlopen

    def unplugged(*anything: Any, **more: Any) -> Any:
        if office.clock.now() < MORNING + timedelta(hours=60):
            raise urllib.error.URLError(error)  # as urllib says it of a connection that never was
        return connects(*anything, **more)

    monkeypatch.setattr(urllib.request, "urlopen", unplugged)
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", unplugged)
    for word in ("one", "two", "three"):
        office.say(word)
    office.later(hours=62)
    assert office.slack.texts() == ["one", "two", "three"]


def test_a_message_that_was_posted_before_the_network_went_is_looked_up_when_it_is_back(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.slack.will("conversations.history", *[GATEWAY_ERROR] * 1000)
    office.say("one")
    office.later(hours=60)
    assert office.states() == ["unknown"]
    office.slack.mend()
    office.later(hours=1)
    assert (office.slack.texts(), office.states()) == (["one"], ["sent"])


@pytest.mark.parametrize("ahead", [50, 290])
def test_a_clock_ahead_of_slacks_finds_what_was_posted(office: Office, ahead: int) -> None:
    office.slack.now = lambda: office.clock.now() - timedelta(seconds=ahead)
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.say("one")
    office.later(minutes=5)
    assert (office.slack.texts(), office.states()) == (["one"], ["sent"])


def test_a_clock_that_is_put_back_silences_no_channel(office: Office) -> None:
    office.clock.advance_to(MORNING + timedelta(hours=2))
    office.say("one")
    office.courier.deliver()
    office.clock._now = MORNING + timedelta(hours=1)
    office.say("two")
    office.later(seconds=5)
    assert office.slack.texts() == ["one", "two"]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (too_fast(Retry_After="1"), 1),
        (too_fast(retry_after="3600"), 3600),
        (too_fast(), 30),
        (too_fast(Retry_After="abc"), 30),
        (Fault(False, b"Too Many Requests", 429, {"Retry-After": "45"}), 45),
    ],
    ids=["a second", "an hour", "missing", "garbage", "no JSON"],
)
def test_told_to_wait_it_waits_without_spending_an_attempt_even_after_a_restart(
    office: Office, fault: Fault, seconds: int
) -> None:
    office.slack.will("chat.postMessage", fault)
    office.say("one")
    office.say("two")
    office.say("for ann", address="@ann")
    office.courier.deliver()
    assert office.slack.texts() == ["for ann"]
    assert (office.row().state, office.row().attempt) == ("pending", 0)
    restarted = office.another_courier(office.store)
    assert restarted.deliver() == 0
    assert restarted.next_due() == MORNING + timedelta(seconds=seconds)
    office.clock.advance_to(MORNING + timedelta(seconds=seconds))
    restarted.deliver()
    assert office.slack.texts("CSALES") == ["one"]


def test_every_error_has_one_meaning() -> None:
    assert not couriers.REFUSED & couriers.MENDABLE
    assert not (couriers.REFUSED | couriers.MENDABLE) & {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "ratelimited",
    }
    assert couriers.NO_CHANNEL <= couriers.REFUSED


# Our own messages come back as events


def event(office: Office, ts: str, key: str, bot: str = OUR_BOT) -> dict[str, Any]:
    """The event Slack sends for a message with our metadata."""
    metadata = {"event_type": "supercargo_message", "event_payload": {"k": key}}
    return {"type": "message", "channel": "CSALES", "ts": ts, "bot_id": bot, "metadata": metadata}


def test_our_own_message_coming_in_settles_the_doubt_without_a_look_up(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP_AFTERWARDS)
    office.say("one")
    office.courier.deliver()
    ts = office.slack.messages[0]["ts"]
    office.courier.heard(T, event(office, ts, office.row().key))
    assert (office.row().state, office.row().ts) == ("sent", ts)
    office.later(minutes=2)
    assert len(office.slack.calls) == 1


def test_a_canvas_is_opened_to_its_channel_though_the_answer_is_lost_and_the_message_comes_in(office: Office) -> None:
    office.slack.will("canvases.access.set", HANGS_UP)
    office.say("minutes", canvas={"title": "Minutes", "markdown": "# Decisions"})
    office.courier.deliver()
    office.courier.heard(T, event(office, office.slack.messages[0]["ts"], office.row().key))
    office.later(minutes=2)
    assert office.row().state == "sent"
    assert len(office.slack.called("canvases.access.set")) == 2
    assert office.slack.texts() == ["minutes"]


def test_a_second_copy_coming_in_is_deleted(office: Office) -> None:
    office.say("one")
    office.courier.deliver()
    key, first = office.row().key, office.row().ts
    late = office.slack.post("CSALES", "one", key=key)
    office.courier.heard(T, event(office, first, key))
    office.courier.heard(T, event(office, late, key))
    office.slack.will("chat.delete", GATEWAY_ERROR)
    office.courier.deliver()
    office.courier = office.another_courier(office.store)  # as after a restart
    office.later(minutes=1)
    assert [message["ts"] for message in office.slack.messages] == [first]
    assert office.states() == ["sent", "sent"]


def test_a_late_first_copy_that_comes_in_during_the_second_attempt_leaves_one_of_them(office: Office) -> None:
    office.slack.will("chat.postMessage", HANGS_UP)
    office.say("one")
    office.courier.deliver()
    key = office.row().key
    late: list[str] = []

    def arrives() -> None:
        late.append(office.slack.post("CSALES", "one", key=key))
        office.courier.heard(T, event(office, late[0], key))

    office.slack.during["chat.postMessage"] = arrives
    office.later(minutes=2)
    assert office.row().ts == late[0]
    assert [message["ts"] for message in office.slack.messages] == late


@pytest.mark.parametrize(
    "stranger",
    [{"bot_id": "B0THER"}, {"metadata": {"event_type": "supercargo_message"}}, {"metadata": {"event_type": "else"}}],
)
def test_events_that_are_not_ours_change_nothing(office: Office, stranger: dict[str, Any]) -> None:
    office.slack.will("chat.postMessage", HANGS_UP)
    office.say("one")
    office.courier.deliver()
    office.courier.heard(T, event(office, "1.000001", office.row().key) | stranger)
    assert office.row().state == "unknown"


# Who it is for


def test_a_direct_conversation_is_opened_once(office: Office) -> None:
    office.say("one", address="@ann")
    office.say("two", address="@ann")
    office.later(seconds=5)
    assert office.slack.texts("DUann") == ["one", "two"]
    assert len(office.slack.called("conversations.open")) == 1


def test_a_member_without_an_account_gets_the_message_once_there_is_one(office: Office) -> None:
    office.say("welcome", address="@bob")
    office.later(hours=20)
    assert office.slack.texts() == []
    with office.store.transaction() as session:
        office.hire(session, "bob")
    office.later(minutes=11)
    assert office.slack.texts("DUbob") == ["welcome"]


def test_what_is_older_than_a_day_has_as_much_patience_as_what_is_new(office: Office) -> None:
    office.refresh()
    office.courier.deliver()
    office.say("for Monday", not_before=office.clock.now() + timedelta(hours=60))
    office.later(hours=59)
    office.render = lambda number: Payload([], "card 1, changed")
    office.refresh()
    office.slack.will("chat.update", GATEWAY_ERROR)
    office.later(hours=2)
    assert office.slack.texts() == ["card 1, changed", "for Monday"]
    office.slack.will("chat.postMessage", GATEWAY_ERROR)
    office.say("and later", not_before=office.clock.now() + timedelta(hours=30))
    office.later(hours=31)
    assert office.slack.texts()[-1] == "and later"


def test_whoever_never_comes_costs_one_day_not_one_for_each_message(office: Office) -> None:
    for word in ("one", "two", "three"):
        office.say(word, address="@bob")
    office.later(hours=25)
    assert office.states() == ["dead"] * 3


def test_after_a_day_without_an_account_it_is_a_dead_letter_people_understand(office: Office) -> None:
    office.say("welcome", address="@bob")
    office.later(hours=25)
    assert office.row().state == "dead"
    assert office.row().reason == "bob has no Slack account with the agreement's e-mail address"


@pytest.mark.parametrize("fault", [None, HANGS_UP, answers("internal_error")], ids=["fine", "hangs up", "error"])
def test_a_whisper_is_tried_once(office: Office, fault: Fault | None) -> None:
    if fault:
        office.slack.will("chat.postEphemeral", fault)
    with office.store.transaction() as session:
        outbox.whisper(
            session, T, channel="CSALES", user="Uann", thread_ts=None, payload={"text": "not yours"}, now=MORNING
        )
    office.later(hours=1)
    (call,) = office.slack.called("chat.postEphemeral")
    assert (call["channel"], call["user"]) == ("CSALES", "Uann")
    assert office.row().state == "sent"


def test_a_whisper_whose_taker_died_is_not_said_again(office: Office) -> None:
    with office.store.transaction() as session:
        outbox.whisper(
            session, T, channel="CSALES", user="Uann", thread_ts=None, payload={"text": "not yours"}, now=MORNING
        )

    def dies(step: str) -> None:
        if step == "after_post":
            raise KeyboardInterrupt

    office.courier.at = dies
    with pytest.raises(KeyboardInterrupt):
        office.courier.deliver()
    office.courier = office.another_courier(office.store)
    office.later(minutes=10)
    assert len(office.slack.called("chat.postEphemeral")) == 1
    assert office.states() == ["sent"]


# Machines break


def test_a_database_that_cannot_be_written_posts_nothing(office: Office) -> None:
    office.say("one")
    with office.store.engine.connect() as other:
        if office.store.is_sqlite:
            with office.store.engine.connect() as first:
                first.exec_driver_sql("PRAGMA busy_timeout=1")
                other.exec_driver_sql("ROLLBACK")
                other.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            other.execute(text("LOCK TABLE outbox"))
        with pytest.raises(Unavailable):
            office.courier.deliver()
    assert office.slack.calls == []


def test_the_loop_delivers_when_it_is_woken_and_ends_when_it_is_told(office: Office) -> None:
    posted, stop = threading.Event(), threading.Event()
    office.slack.during["chat.postMessage"] = posted.set
    loop = threading.Thread(target=office.courier.run, args=(stop,))
    loop.start()
    office.say("one")
    office.courier.wake()
    assert posted.wait(5)
    stop.set()
    office.courier.wake()
    loop.join(5)
    assert not loop.is_alive()


POINTS = ("claimed", "before_post", "after_post", "before_mark")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_point_nothing_is_lost_and_nothing_is_said_twice(
    office: Office, database_url: str, point: str, seed: int
) -> None:
    chance = random.Random(f"{point} {seed}")  # noqa: S311 (a plan of faults, not a secret)
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([courier_process.__name__])
    office.refresh()
    said = [f"message {n}" for n in range(4)]
    for what in said:
        in_thread = chance.random() < 0.5
        office.say(what, address=COMPLAINTS if in_thread else SALES, in_thread=in_thread)
    faults = [None, HANGS_UP, HANGS_UP_AFTERWARDS, GATEWAY_ERROR_AFTERWARDS, too_fast(Retry_After="5")]
    for plan in [(point, 1), *((chance.choice(POINTS), chance.randint(1, 2)) for _ in range(2)), ("never", 1)]:
        if fault := chance.choice(faults):
            office.slack.will("chat.postMessage", fault)
        arguments = (database_url, office.slack.url, office.clock.now(), *plan)
        process = forks.Process(target=courier_process.deliver, args=arguments)
        process.start()
        process.join(30)
        assert process.exitcode in (0, -9)
        office.clock.advance_to(office.clock.now() + timedelta(seconds=chance.choice([1, 5, 61])))
    office.later(minutes=30)
    assert sorted(office.slack.texts()) == sorted(["card 1", *said])
    assert set(office.states()) == {"sent"}
    for channel in ("CSALES", "CCOMPLAINTS"):
        assert office.slack.texts(channel) == sorted(office.slack.texts(channel))


def test_several_couriers_on_one_postgresql_say_everything_once_and_in_order(office: Office) -> None:
    if office.store.is_sqlite:
        stores = [office.store] * 3
    else:
        stores = [Store(office.store.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    crew = [office.another_courier(store) for store in stores]
    with office.store.transaction() as session:
        people.store_channels(session, T, {f"#c{n}": f"C{n}" for n in range(4)})
    for n in range(10):
        for channel in range(4):
            office.say(f"{n:02}", address=f"#c{channel}")
    for _ in range(12):
        workers = [threading.Thread(target=courier.deliver) for courier in crew]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        office.clock.advance_to(office.clock.now() + timedelta(seconds=1))
    for channel in range(4):
        assert office.slack.texts(f"C{channel}") == [f"{n:02}" for n in range(10)]
    for store in stores:
        store.dispose()


def test_a_courier_that_was_frozen_past_its_lease_looks_first_whether_somebody_else_posted(office: Office) -> None:
    office.say("one", address="@ann")
    office.slack.during["conversations.open"] = lambda: office.clock.advance_to(MORNING + outbox.LEASE)
    office.courier.deliver()
    methods = [method for method, _ in office.slack.calls]
    assert methods == ["conversations.open", "conversations.history", "chat.postMessage"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """slack_sdk logs every answer it cannot read."""
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("slack_sdk").setLevel(logging.NOTSET)
