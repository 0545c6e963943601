"""The local Slack against a real Bolt app: the same day at the desk over HTTP and in Socket Mode, then what goes
wrong on it."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from playground import APP, BOT_USER_ID, Channel, LocalSlack, ManualClock, NotPossible, Persona, User, Workspace
from tests.playground.claims_desk import MANIFEST, ClaimsDesk, claim_form, field, option, over_http, over_sockets, plain

START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


class RealTime:
    """Real seconds as a test wants them."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("app") / "app.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


@pytest.fixture
def real_time() -> RealTime:
    return RealTime()


@pytest.fixture
def slack(manifest: Path, real_time: RealTime) -> Iterator[LocalSlack]:
    workspace = Workspace.seed(
        name="Nordlicht",
        domain="nordlicht",
        people=[
            User(
                handle="chen.yuqing", real_name="Chen Yuqing", tz="Asia/Shanghai", locale="zh-CN", email="c@n.example"
            ),
            User(handle="anna.weber", real_name="Anna Weber", tz="Europe/Berlin"),
        ],
        channels=[
            Channel(name="claims", members={"chen.yuqing", "anna.weber", APP}),
            Channel(name="lounge", members={"chen.yuqing", "anna.weber"}),
            Channel(name="board", kind="private", members={"anna.weber"}),
        ],
    )
    local = LocalSlack(manifest, workspace, ManualClock(START), real_time=real_time)
    local.start()
    yield local
    local.stop()


@pytest.fixture
def desk(slack: LocalSlack) -> Iterator[ClaimsDesk]:
    """The bot behind HTTP."""
    bot = ClaimsDesk(slack)
    with over_http(slack, bot):
        yield bot


@pytest.fixture(params=["http", "sockets"])
def desk_either_way(slack: LocalSlack, request: pytest.FixtureRequest) -> Iterator[ClaimsDesk]:
    """The bot, once behind HTTP and once in Socket Mode."""
    bot = ClaimsDesk(slack)
    run = over_http if request.param == "http" else over_sockets
    with run(slack, bot):
        yield bot


@pytest.fixture
def chen(slack: LocalSlack) -> Persona:
    return slack.person("chen.yuqing")


@pytest.fixture
def anna(slack: LocalSlack) -> Persona:
    return slack.person("anna.weber")


def file_a_claim(person: Persona, what: str = "12 cartons crushed") -> None:
    person.command("/claim", channel="#claims")
    person.fill(what=what, customer="küchen", cartons=12, kind="Damage")
    assert person.submit() == {}


def refused(call: Any, **args: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        call(**args)
    return str(refusal.value.response["error"])


# A day at the desk


def test_a_claim_from_the_command_to_the_last_reaction(
    slack: LocalSlack, desk_either_way: ClaimsDesk, chen: Persona, anna: Persona
) -> None:
    desk = desk_either_way
    assert chen.command("/claim crushed & wet, ask @anna.weber in #claims", channel="#lounge") is None
    form = chen.view
    assert form is not None
    assert form.title == "File a claim"
    assert form.labels() == ["What happened", "Customer", "Cartons", "Kind", "Since"]
    anna_id, claims_id = slack.workspace.user("anna.weber").id, slack.channel("#claims").id
    assert form.private_metadata == (f"crushed &amp; wet, ask <@{anna_id}|anna.weber> in <#{claims_id}|claims>")

    assert chen.submit()["what"] == "Please complete this required field."
    assert chen.type_ahead("customer", "kü") == ["Küchenwerk GmbH", "Küstenhandel AG"]
    form = chen.fill(what="what is this?", customer="Küchenwerk GmbH", Cartons=12, kind="Damage", since="2026-09-30")
    assert "Add photos in the thread" in form.all_text()
    assert form.values()["cartons"] == "12"
    assert chen.submit() == {"what": "Say what happened, do not ask"}
    assert chen.fill(what="12 cartons <crushed>").errors == {"what": "Say what happened, do not ask"}
    assert chen.submit() == {}
    assert chen.view is None

    card = anna.sees("#claims")[-1]
    assert "Küchenwerk GmbH: 12 cartons <crushed>" in card.all_text()
    assert card.buttons() == ["Take it", "Close"]
    seen = anna.click(card, "Take it")
    assert seen is not None
    assert seen.text == "It is yours now"
    assert chen.whispers() == []
    assert anna.look(card).buttons() == []
    assert "Taken by anna.weber" in anna.look(card).all_text()
    with pytest.raises(NotPossible, match="no button 'Take it'"):
        anna.click(card, "Take it")
    assert [reply.text for reply in chen.thread(card)] == ["Thank you"]

    chen.reply(card, "photos follow", files=[("carton.jpg", b"jpeg")])
    said = desk.heard_of("message")[-1]
    assert (said["text"], said["thread_ts"], said["subtype"]) == ("photos follow", card.ts, "file_share")
    photo = said["files"][0]["url_private"].removeprefix(slack.url)
    assert on_page(slack, photo, Authorization=f"Bearer {slack.bot_token}") == (200, "jpeg")
    assert on_page(slack, photo)[0] == 404
    chen.react(card, "eyes")
    assert desk.heard_of("reaction_added")[-1]["item"] == {"type": "message", "channel": card.channel, "ts": card.ts}
    assert chen.look(card).reactions == {"eyes": [chen.id]}

    rumour = chen.post("#lounge", "the truck is late")
    seen = anna.shortcut("Claim from message", rumour)
    assert seen is not None
    assert seen.text == "Claim made of: the truck is late"

    home = anna.opens_home()
    assert home is not None
    assert home.buttons() == ["New claim"]
    anna.click(home, "New claim")
    anna.cancel()
    assert anna.view is None
    assert desk.heard_of("view_closed")[-1]["view"]["title"]["text"] == "File a claim"
    chen.shortcut("New claim")
    assert chen.fill(what="crushed").title == "File a claim"
    slack.assert_quiet()


def test_a_command_is_answered_to_its_writer_or_to_everybody(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona, anna: Persona
) -> None:
    seen = chen.command("/claim help", channel="#lounge")
    assert seen is not None
    assert seen.all_text() == "File a claim with /claim and what happened"
    assert anna.whispers() == []
    assert chen.command("/claim everybody", channel="#lounge") is None
    assert anna.sees("#lounge")[-1].text == "A claim is coming"


def test_a_person_cannot_do_what_the_screen_does_not_offer(desk: ClaimsDesk, chen: Persona, anna: Persona) -> None:
    with pytest.raises(NotPossible, match="not a valid command"):
        chen.command("/cliam", channel="#claims")
    with pytest.raises(NotPossible, match="not a member"):
        chen.sees("#board")
    with pytest.raises(NotPossible, match="no command in a thread"):
        chen.reply(chen.post("#claims", "hello"), "/claim now")
    with pytest.raises(NotPossible, match="no modal open"):
        chen.fill(what="crushed")
    chen.command("/claim", channel="#claims")
    for name, value, why in (
        ("kind", "Theft", "there are 'Damage', 'Delay'"),
        ("what", "x" * 201, "no more than 200"),
        ("what", "two\nlines", "one line"),
        ("cartons", "1.5", "whole number"),
        ("cartons", 0, "at least 1"),
        ("since", "yesterday", "not a value"),
        ("customer", "k", "after 2 characters"),
        ("customer", "Nobody", "no option 'Nobody'"),
        ("colour", "red", "no field 'colour'"),
    ):
        with pytest.raises(NotPossible, match=why):
            chen.fill(**{name: value})
    with pytest.raises(NotPossible, match="this message is not"):
        chen.edit(anna.post("#claims", "mine"), "yours")


def test_a_confirmation_can_be_dismissed_and_a_response_url_takes_the_message_away(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona
) -> None:
    desk.file(desk.client, "crushed")
    card = chen.sees("#claims")[-1]
    chen.click(card, "Close", confirm=False)
    assert chen.look(card).buttons() == ["Take it", "Close"]
    chen.click(card, "Close")
    assert chen.sees("#claims") == []


def test_whoever_is_deactivated_can_do_nothing(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    message = chen.post("#claims", "my last day")
    slack.user_change(chen.handle, deleted=True)
    for act in (
        lambda: chen.post("#claims", "one more thing"),
        lambda: chen.command("/claim", channel="#claims"),
        lambda: chen.react(message, "wave"),
        lambda: chen.opens_home(),
    ):
        with pytest.raises(NotPossible, match="is deactivated"):
            act()


def test_the_bot_hears_of_edits_deletions_mentions_joiners_and_its_own_messages(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona
) -> None:
    message = chen.post("#claims", "@claims are you there?")
    assert message.text == f"<@{BOT_USER_ID}> are you there?"
    assert message.all_text() == "@claims are you there?"
    chen.edit(message, "never mind")
    chen.delete(message)
    chen.dm("hello")
    slack.team_join(User(handle="new.one"))
    slack.user_change("new.one", deleted=True)
    slack.add_to_channel("#lounge", APP)
    slack.add_to_channel("#lounge", "new.one")
    desk.file(desk.client, "crushed")
    slack.settle()
    heard = [(event["type"], event.get("subtype", "")) for event in desk.heard]
    assert sorted(heard) == sorted(
        [
            ("message", ""),
            ("app_mention", ""),
            ("message", "message_changed"),
            ("message", "message_deleted"),
            ("message", ""),
            ("team_join", ""),
            ("user_change", ""),
            ("member_joined_channel", ""),
            ("member_joined_channel", ""),
        ]
    ), "Bolt leaves out the bot's own message, Slack does not"
    own = [d.payload["event"] for d in slack.deliveries if d.payload.get("event", {}).get("bot_id")]
    assert own[-1]["metadata"] == {"event_type": "claim", "event_payload": {"key": "C-1"}}
    assert [message.text for message in chen.dms()] == ["hello"]


def test_events_go_out_only_with_subscription_scope_and_membership(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona, anna: Persona
) -> None:
    chen.post("#lounge", "the bot is not here")
    slack.add_to_channel("#board", APP)
    anna.post("#board", "groups:history is granted, message.groups not subscribed")
    message = chen.post("#claims", "here")
    chen.react(message, "eyes")
    chen.unreact(message, "eyes")  # reaction_removed is not subscribed
    assert [event["type"] for event in desk.heard] == ["message", "reaction_added"]


def test_what_the_manifest_lacks_is_missing(tmp_path: Path) -> None:
    manifest = tmp_path / "app.yaml"
    bare = MANIFEST.replace(" commands,", "").replace("is_enabled: true", "is_enabled: false")
    bare = bare.replace("tab_enabled: true", "tab_enabled: false")
    manifest.write_text(bare, encoding="utf-8")
    people = [User(handle="chen.yuqing")]
    workspace = Workspace.seed(
        name="N", domain="n", people=people, channels=[Channel(name="claims", members={"chen.yuqing", APP})]
    )
    slack = LocalSlack(manifest, workspace, ManualClock(START))
    slack.start()
    try:
        chen = slack.person("chen.yuqing")
        client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        assert refused(client.views_publish, user_id=chen.id, view=home) == "not_enabled"
        with pytest.raises(NotPossible, match="scope commands"):
            chen.command("/claim", channel="#claims")
        with pytest.raises(NotPossible, match="Home tab"):
            chen.opens_home()
        with pytest.raises(NotPossible, match="Messages tab"):
            chen.dm("hello")
        blocks = [{"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain("Go")}]}]
        client.chat_postMessage(channel="#claims", text="x", blocks=blocks)
        with pytest.raises(NotPossible, match="interactivity"):
            chen.click(slack.channel("#claims").last(), "Go")
    finally:
        slack.stop()


# What the Web API refuses


def test_calls_are_refused_as_slack_refuses_them(slack: LocalSlack, chen: Persona) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    post = client.chat_postMessage
    assert refused(post, channel="#nowhere", text="x") == "channel_not_found"
    assert refused(post, channel="board", text="x") == "channel_not_found"
    assert refused(post, channel="#lounge", text="x") == "not_in_channel"
    assert refused(client.conversations_history, channel=slack.channel("#lounge").id) == "not_in_channel"
    assert refused(client.conversations_history, channel=slack.channel("#board").id) == "channel_not_found"
    mine = chen.post("#claims", "mine")
    update = client.chat_update
    assert refused(update, channel=mine.channel, ts=mine.ts, text="x") == "cant_update_message"
    assert refused(update, channel=mine.channel, ts="1.2", text="x") == "message_not_found"
    assert refused(post, channel=mine.channel, thread_ts="1.2", text="x") == "thread_not_found"
    assert refused(client.views_open, trigger_id="1.2", view=claim_form()) == "invalid_trigger_id"
    assert slack.faults_seen == []
    slack.assert_quiet()


def test_calls_that_can_never_be_right_are_loud(slack: LocalSlack) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    claims = slack.channel("#claims").id
    assert refused(client.api_call, api_method="pins.add") == "unknown_method"
    assert refused(client.conversations_list, types="private_channel") == "missing_scope"
    assert refused(client.api_call, api_method="chat.postMessage", json={"channel": claims}) == "no_text"
    bad = [{"type": "section", "text": {"type": "plain_text", "text": ""}}]
    assert refused(client.chat_postMessage, channel=claims, text="x", blocks=bad) == "invalid_blocks"
    view = claim_form() | {"submit": None}
    assert refused(client.views_open, trigger_id="1.2", view=view) == "invalid_arguments"
    stranger = WebClient(token="xoxb-other", base_url=slack.api_url, retry_handlers=[])
    assert refused(stranger.auth_test) == "invalid_auth"
    assert refused(client.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert [line.split(": ")[1] for line in slack.faults_seen] == [
        "unknown_method",
        "missing_scope",
        "no_text",
        "invalid_blocks",
        "invalid_arguments",
        "invalid_auth",
        "not_allowed_token_type",
    ]
    assert "groups:read" in slack.faults_seen[1]
    with pytest.raises(AssertionError, match="unknown_method"):
        slack.assert_quiet()


def test_a_channel_takes_three_messages_at_once_and_then_one_a_second(slack: LocalSlack) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    for name in ("#claims", "claims", slack.channel("#claims").id):
        client.chat_postMessage(channel=name, text="x")
    with pytest.raises(SlackApiError) as refusal:
        client.chat_postMessage(channel="#claims", text="x")
    assert refusal.value.response.status_code == 429
    assert refusal.value.response.headers["Retry-After"] == "1"
    slack.advance(START + timedelta(seconds=1))
    client.chat_postMessage(channel="#claims", text="x")
    stamps = [message.ts for message in slack.channel("#claims").messages]
    assert stamps == sorted(set(stamps))


def test_history_is_paged_newest_first_and_shows_metadata_only_when_asked(slack: LocalSlack) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    claims = slack.channel("#claims").id
    keys = [{"event_type": "claim", "event_payload": {"key": str(number)}} for number in range(3)]
    root, *_ = [client.chat_postMessage(channel=claims, text="x", metadata=key)["ts"] for key in keys]
    first = client.conversations_history(channel=claims, limit=2, include_all_metadata=True)
    assert [message["metadata"]["event_payload"]["key"] for message in first["messages"]] == ["2", "1"]
    second = client.conversations_history(channel=claims, cursor=first["response_metadata"]["next_cursor"])
    assert [message["ts"] for message in second["messages"]] == [root]
    assert "metadata" not in second["messages"][0]
    slack.advance(START + timedelta(seconds=9))
    reply = client.chat_postMessage(channel=claims, text="y", thread_ts=root)["ts"]
    replies = client.conversations_replies(channel=claims, ts=root)["messages"]
    assert [message["ts"] for message in replies] == [root, reply]
    assert len(client.conversations_history(channel=claims, oldest=root)["messages"]) == 2


def test_people_are_told_without_email_unless_the_scope_is_there(slack: LocalSlack, chen: Persona) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    user = client.users_info(user=chen.id, include_locale=True)["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Asia/Shanghai", 28800, "zh-CN")
    assert "email" not in user["profile"]
    assert "locale" not in client.users_info(user=chen.id)["user"]
    dm = client.conversations_open(users=chen.id)["channel"]["id"]
    assert client.chat_postMessage(channel=chen.id, text="hello")["channel"] == dm
    assert [message.text for message in chen.dms()] == ["hello"]


def test_the_bot_finds_its_way_around(slack: LocalSlack, chen: Persona, anna: Persona) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    claims, lounge = slack.channel("#claims"), slack.channel("#lounge")
    assert client.auth_test()["user_id"] == BOT_USER_ID
    listed = client.conversations_list(limit=1)
    assert [channel["name"] for channel in listed["channels"]] == ["claims"]
    listed = client.conversations_list(cursor=listed["response_metadata"]["next_cursor"])
    assert [(channel["name"], channel["is_member"]) for channel in listed["channels"]] == [("lounge", False)]
    assert client.conversations_info(channel=lounge.id)["channel"]["num_members"] == 2
    handles = [user["name"] for user in client.users_list()["members"]]
    assert handles == ["slackbot", "claims", "chen.yuqing", "anna.weber"]

    message = chen.post("#claims", "look", files=[("list.pdf", b"%PDF")])
    ts = message.ts
    assert client.files_info(file=message.files[0])["file"]["mimetype"] == "application/pdf"
    hidden = anna.post("#board", "look", files=[("list.pdf", b"%PDF")])
    assert refused(client.files_info, file=hidden.files[0]) == "file_not_found"
    link = client.chat_getPermalink(channel=claims.id, message_ts=ts)["permalink"]
    assert link == f"https://nordlicht.slack.com/archives/{claims.id}/p{ts.replace('.', '')}"
    client.reactions_add(channel=claims.id, timestamp=ts, name="white_check_mark")
    assert chen.look(message).reactions == {"white_check_mark": [BOT_USER_ID]}
    assert refused(client.reactions_add, channel=claims.id, timestamp=ts, name="white_check_mark") == "already_reacted"

    client.chat_postEphemeral(channel=claims.id, user=chen.id, text="psst")
    assert [seen.text for seen in chen.whispers()] == ["psst"]
    assert len(client.conversations_history(channel=claims.id)["messages"]) == 1
    assert refused(client.chat_postEphemeral, channel=claims.id, user="U1", text="psst") == "user_not_in_channel"

    own = client.chat_postMessage(channel=claims.id, text="old", metadata={"event_type": "a", "event_payload": {}})
    client.chat_update(channel=claims.id, ts=own["ts"], text="new", metadata={})
    assert (slack.channel("#claims").last().text, slack.channel("#claims").last().metadata) == ("new", None)
    assert refused(client.chat_update, channel=claims.id, ts=own["ts"], text="x" * 4001) == "msg_too_long"
    client.chat_delete(channel=claims.id, ts=own["ts"])
    assert slack.channel("#claims").last().text == "look"
    assert client.api_call("blocks.validate", json={"blocks": [{"type": "divider"}]})["ok"]
    assert refused(client.api_call, api_method="blocks.validate", json={"blocks": [{"type": "x"}]}) == "invalid_blocks"


def test_a_deleted_message_with_replies_leaves_its_thread(slack: LocalSlack, chen: Persona) -> None:
    message = chen.post("#claims", "never mind")
    chen.reply(message, "what?")
    chen.delete(message)
    assert [left.text for left in chen.sees("#claims")] == ["This message was deleted."]
    assert [reply.text for reply in chen.thread(message)] == ["what?"]


# Views under pressure


def test_every_kind_of_field_is_filled_in_as_slack_would_send_it(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona, anna: Persona
) -> None:
    choices = [option("Red"), option("Green")]
    desk.form = {
        "type": "modal",
        "callback_id": "other",
        "title": plain("Everything"),
        "submit": plain("Send"),
        "blocks": [
            field("radio", "Radio", {"type": "radio_buttons", "action_id": "a", "options": choices}),
            field("boxes", "Boxes", {"type": "checkboxes", "action_id": "a", "options": choices}),
            field("several", "Several", {"type": "multi_static_select", "action_id": "a", "options": choices}),
            field("who", "Who", {"type": "users_select", "action_id": "a"}),
            field("whom", "Whom", {"type": "multi_users_select", "action_id": "a"}),
            field("where", "Where", {"type": "conversations_select", "action_id": "a"}),
            field("time", "Time", {"type": "timepicker", "action_id": "a"}),
            field("moment", "Moment", {"type": "datetimepicker", "action_id": "a"}),
            field("mail", "Mail", {"type": "email_text_input", "action_id": "a"}),
            field("link", "Link", {"type": "url_text_input", "action_id": "a", "initial_value": "https://a.example"}),
            field("photos", "Photos", {"type": "file_input", "action_id": "a"}),
        ],
    }
    chen.command("/claim", channel="#claims")
    chen.fill(radio="Red", boxes=["red", "Green"], several=["Green"], who="anna.weber", whom=["Anna Weber"])
    chen.fill(where="#claims", time="09:30", moment=START, mail="a@b.example", photos=[("a.png", b"png")])
    assert chen.submit() == {}
    values = {name: state["a"] for name, state in desk.heard[-1]["view"]["state"]["values"].items()}
    photos = values.pop("photos")
    assert values == {
        "radio": {"type": "radio_buttons", "selected_option": choices[0]},
        "boxes": {"type": "checkboxes", "selected_options": choices},
        "several": {"type": "multi_static_select", "selected_options": [choices[1]]},
        "who": {"type": "users_select", "selected_user": anna.id},
        "whom": {"type": "multi_users_select", "selected_users": [anna.id]},
        "where": {"type": "conversations_select", "selected_conversation": slack.channel("#claims").id},
        "time": {"type": "timepicker", "selected_time": "09:30"},
        "moment": {"type": "datetimepicker", "selected_date_time": int(START.timestamp())},
        "mail": {"type": "email_text_input", "value": "a@b.example"},
        "link": {"type": "url_text_input", "value": "https://a.example"},
    }
    assert desk.client.files_info(file=photos["files"][0]["id"])["file"]["name"] == "a.png"


def test_a_submission_may_be_answered_with_another_view(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    def step(title: str) -> dict[str, Any]:
        text = {"type": "section", "text": plain(title)}
        return {
            "type": "modal",
            "callback_id": "other",
            "title": plain(title),
            "submit": plain("Next"),
            "blocks": [text],
        }

    def submit(**answer: Any) -> str:
        desk.answer = answer
        assert chen.submit() == {}
        return chen.view.title if chen.view is not None else ""

    desk.form = step("One")
    chen.command("/claim", channel="#claims")
    assert submit(response_action="push", view=step("Two")) == "Two"
    assert submit(response_action="update", view=step("Other")) == "Other"
    assert submit(response_action="push", view=step("Three")) == "Three"
    desk.answer = {"response_action": "push", "view": step("Four")}
    assert chen.submit() == {"": "连接出现问题，请再试一次。"}
    assert submit() == "Other"
    assert submit(response_action="clear") == ""
    assert slack.faults_seen == ["view_submission: push: push_limit_reached"]
    desk.form = step("One")
    chen.command("/claim", channel="#claims")
    desk.answer = {"response_action": "errors", "errors": {"nowhere": "wrong"}}
    assert "" in chen.submit()
    assert "errors for ['nowhere']" in slack.faults_seen[-1]


def test_a_trigger_lives_three_real_seconds_and_is_used_once(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona, real_time: RealTime
) -> None:
    def too_slow() -> None:
        real_time.seconds += 3.1

    desk.before_opening = too_slow
    chen.command("/claim", channel="#claims")
    desk.before_opening = lambda: None
    assert chen.view is None
    chen.command("/claim", channel="#claims")
    used = slack.calls("views.open")[-1].args["trigger_id"]
    assert desk.errors == ["expired_trigger_id"]
    assert refused(desk.client.views_open, trigger_id=used, view=claim_form()) == "exchanged_trigger_id"


def test_a_view_update_with_an_old_hash_loses_and_what_was_typed_survives_one_that_wins(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona
) -> None:
    chen.command("/claim", channel="#claims")
    old = chen.fill(what="crushed")
    desk.client.views_update(view_id=old.id, hash=old.hash, view=claim_form("newer"))
    conflict = refused(desk.client.views_update, view_id=old.id, hash=old.hash, view=claim_form())
    assert conflict == "hash_conflict"
    assert chen.view is not None
    assert chen.view.private_metadata == "newer"
    assert chen.view.values()["what"] == "crushed"


def test_a_late_answer_shows_the_person_a_timeout(slack: LocalSlack, chen: Persona) -> None:
    bot = ClaimsDesk(slack)
    slack.ack_seconds = 0.05
    with over_http(slack, bot):
        bot.before_opening = lambda: time.sleep(0.1)
        seen = chen.command("/claim", channel="#claims")
    assert seen is not None
    assert seen.text == "/claim 失败，错误为“operation_timeout”"
    assert slack.faults_seen == ["the bot did not acknowledge slash_commands: http_timeout"]


def test_a_response_url_takes_five_posts_in_thirty_minutes(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    def answer(url: str) -> int:
        body = json.dumps({"text": "still at it"}).encode()
        request = http.client.HTTPConnection("127.0.0.1", int(slack.url.rpartition(":")[2]))
        request.request("POST", url.removeprefix(slack.url), body)
        status = request.getresponse().status
        request.close()
        return status

    chen.command("/claim", channel="#lounge")
    url = desk.heard[-1]["response_url"]
    assert [answer(url) for _ in range(6)] == [200] * 5 + [404]
    chen.command("/claim", channel="#lounge")
    url = desk.heard[-1]["response_url"]
    slack.advance(START + timedelta(minutes=31))
    assert answer(url) == 404
    assert len(slack.calls("response_url")) == 7


# What goes wrong between Slack and the bot


def test_scripted_faults_strike_and_pass(slack: LocalSlack) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=2)
    claims = slack.channel("#claims").id
    slack.fault("chat.postMessage", status=429, retry_after=2)
    slack.fault("chat.postMessage", status=503, when={"text": "never"})
    slack.fault("chat.postMessage", status=503)
    slack.fault(r"chat\..*", garbage=True)
    slack.fault("chat.postMessage", error="is_archived")
    slack.fault("auth.test", after=1, times=2, status=500)

    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel=claims, text="x")
    assert limited.value.response.headers["Retry-After"] == "2"
    with pytest.raises(SlackApiError) as down:
        client.chat_postMessage(channel=claims, text="x")
    assert down.value.response.status_code == 503
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=claims, text="x")
    assert refused(client.chat_postMessage, channel=claims, text="x") == "is_archived"
    assert slack.channel("#claims").messages == []
    client.chat_postMessage(channel=claims, text="x")
    assert len(slack.channel("#claims").messages) == 1
    client.auth_test()
    for _ in range(2):
        with pytest.raises(SlackApiError):
            client.auth_test()
    client.auth_test()


def test_a_dropped_call_was_not_applied_but_a_lost_answer_was(slack: LocalSlack) -> None:
    impatient = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    for lost in (False, True):
        slack.fault("chat.postMessage", drop=True, apply=lost)
        with pytest.raises((http.client.HTTPException, OSError)):
            impatient.chat_postMessage(channel="#claims", text=f"lost {lost}")
    assert [message.text for message in slack.channel("#claims").messages] == ["lost True"]
    assert [call.status for call in slack.calls("chat.postMessage")] == [0, 0]
    retrying = WebClient(
        token=slack.bot_token, base_url=slack.api_url, retry_handlers=[ConnectionErrorRetryHandler(max_retry_count=1)]
    )
    slack.advance(START + timedelta(seconds=9))
    slack.fault("chat.postMessage", drop=True, apply=True)
    retrying.chat_postMessage(channel="#claims", text="twice")
    assert [message.text for message in slack.channel("#claims").messages][1:] == ["twice", "twice"]


def test_an_event_that_is_not_acknowledged_comes_again_at_once_after_one_and_after_five_minutes(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona
) -> None:
    def fail() -> None:
        raise RuntimeError("the database is down")

    desk.on_event = fail
    chen.post("#claims", "are you there?")
    assert [event["retry"] for event in desk.heard] == [0, 1]
    assert slack.next_due() == START + timedelta(minutes=1)
    slack.advance(START + timedelta(minutes=4))
    assert [event["retry"] for event in desk.heard] == [0, 1, 2]
    desk.on_event = lambda: None
    slack.advance(START + timedelta(minutes=5))
    assert [event["retry"] for event in desk.heard] == [0, 1, 2, 3]
    assert len({event["event_id"] for event in desk.heard}) == 1
    assert slack.next_due() is None
    assert [delivery.status for delivery in slack.deliveries] == [500, 500, 500, 200]
    assert slack.deliveries[2].headers["X-Slack-Retry-Reason"] == "http_error"


def test_a_delivery_can_come_again_many_times_and_at_the_same_moment(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona
) -> None:
    file_a_claim(chen)
    submission = next(d for d in slack.deliveries if d.kind == "view_submission")
    both_there = threading.Barrier(2, timeout=5)

    def wait_for_the_other() -> None:
        both_there.wait()

    desk.before_opening = wait_for_the_other
    again = slack.deliver_again(submission, times=2)
    assert [delivery.status for delivery in again] == [200, 200]
    assert len(slack.calls("chat.postMessage")) == 3
    command = next(d for d in slack.deliveries if d.kind == "slash_commands")
    slack.deliver_again(command, times=2, concurrently=True)
    assert desk.errors == ["exchanged_trigger_id", "exchanged_trigger_id"]


def test_only_slack_itself_is_believed(slack: LocalSlack, desk: ClaimsDesk) -> None:
    command = {"command": "/claim", "text": "help", "user_id": "U1", "team_id": "T1", "trigger_id": "1"}
    assert slack.forge(command)[0] == 200
    assert slack.forge(command, signature="v0=bad")[0] == 401
    assert slack.forge(command, stale=600)[0] == 401
    assert slack.forge(command, timestamp="abc")[0] == 500, "as Bolt answers to a timestamp that is no number"
    assert len(desk.heard) == 1


def test_sockets_are_refreshed_without_losing_the_bot_and_may_be_cut(slack: LocalSlack, chen: Persona) -> None:
    bot = ClaimsDesk(slack)
    with over_sockets(slack, bot):
        slack.sockets.disconnect("refresh_requested")
        slack.sockets.wait_for(1)
        assert chen.command("/claim help", channel="#claims") is not None
        assert len(slack.calls("apps.connections.open")) == 2
        slack.fault("apps.connections.open", times=100, status=503)
        slack.sockets.kill()
        slack.sockets.wait_for(0)
        seen = chen.command("/claim help", channel="#claims")
        assert seen is not None
        assert seen.text == "/claim 失败，错误为“dispatch_failed”"
    slack.assert_quiet()


def test_a_removed_app_is_told_so_and_gets_no_further(slack: LocalSlack, desk: ClaimsDesk) -> None:
    slack.uninstall()
    assert [event["type"] for event in desk.heard] == ["tokens_revoked", "app_uninstalled"]
    assert refused(desk.client.auth_test) == "account_inactive"


# Time


class Reminders:
    """A bot that has something to do at given moments, and writes down when it was told to."""

    def __init__(self, *due: datetime) -> None:
        self.due = sorted(due)
        self.done: list[datetime] = []

    def next_due(self) -> datetime | None:
        return self.due[0] if self.due else None

    def run_due(self, now: datetime) -> None:
        self.done.append(now)
        while self.due and self.due[0] <= now:
            self.due.pop(0)


def test_advancing_stops_at_every_moment_that_is_due_and_not_beyond(slack: LocalSlack) -> None:
    moments = [START + timedelta(hours=hours) for hours in (1, 2, 2, 30)]
    slack.on_advance = bot = Reminders(*moments)
    slack.advance(START + timedelta(hours=24))
    assert bot.done == moments[:2]
    assert slack.clock.now() == START + timedelta(hours=24)
    assert slack.next_due() == moments[-1]


def test_advancing_gives_up_on_a_bot_that_is_never_done(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.server.MOST_STEPS", 20)

    class Restless(Reminders):
        def run_due(self, now: datetime) -> None:
            pass

    slack.on_advance = Restless(START)
    with pytest.raises(RuntimeError, match="round in circles"):
        slack.advance(START + timedelta(hours=1))


def test_after_each_act_the_bot_may_post_what_it_has_ready(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    outbox = ["first", "second"]

    def drain() -> None:
        if outbox:
            desk.client.chat_postMessage(channel="#claims", text=outbox.pop(0))

    slack.after_each = drain
    chen.post("#claims", "hello")
    assert [message.text for message in chen.sees("#claims")] == ["hello", "first", "second"]


# The page


def on_page(slack: LocalSlack, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", int(slack.url.rpartition(":")[2]))
    sent = None if body is None else json.dumps(body)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers = {"Content-Type": "application/json"} | headers
    connection.request("GET" if body is None else "POST", path, sent, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, json.loads(text) if text.startswith("{") else text


def test_the_page_shows_one_persons_workspace_and_acts_as_them(
    slack: LocalSlack, desk: ClaimsDesk, chen: Persona, anna: Persona
) -> None:
    claims = slack.channel("#claims").id

    def act(**given: Any) -> dict[str, Any]:
        status, answer = on_page(slack, "/page/act", {"as": chen.id} | given)
        assert (status, answer["ok"]) == (200, True), answer
        return dict(answer)

    act(do="command", text="/claim help", channel=claims)
    act(do="command", text="/claim", channel=claims)
    status, seen = on_page(slack, f"/page/state?as={chen.id}")
    assert status == 200
    assert {channel["name"] for channel in seen["channels"]} == {"claims", "lounge", ""}
    assert [message["ephemeral"] for message in seen["messages"][claims]] == [True]
    view = seen["views"][-1]
    where = {"view": view["id"]}
    found = act(do="options", where=where, block_id="customer", action_id="customer", value="acme")["options"]
    values = view["values"]
    values["what"]["text"]["value"] = "crushed"
    values["customer"]["customer"]["selected_option"] = found[0]
    assert set(act(do="submit", view=view["id"], values=values)["errors"]) == {"cartons", "kind"}
    values["cartons"]["number"]["value"] = "3"
    kind = view["blocks"][3]["element"]["options"][0]
    values["kind"]["kind"]["selected_option"] = kind
    act(do="choose", where=where, block_id="kind", action_id="kind", action=values["kind"]["kind"], values=values)
    assert act(do="submit", view=view["id"], values=values)["errors"] == {}
    slack.settle()
    _, seen = on_page(slack, f"/page/state?as={anna.id}")
    card = seen["messages"][claims][-1]
    assert next(channel for channel in seen["channels"] if channel["id"] == claims)["unread"] == 1
    assert seen["views"] == []
    click = {"where": {"channel": claims, "ts": card["ts"]}, "block_id": "do", "action_id": "take"}
    act(do="click", **click)
    act(do="reply", channel=claims, ts=card["ts"], text="done")
    act(do="mark_read", channel=claims)
    assert act(do="advance", hours=4)["now"] == "2026-10-01T12:00:00Z"
    assert act(do="advance", to="next_morning")["now"] == "2026-10-02T01:00:00Z"
    assert act(do="advance", to="next_working_day")["now"] == "2026-10-05T01:00:00Z"  # past the weekend
    again = on_page(slack, "/page/act", {"as": chen.id, "do": "click"} | click)
    assert again == (200, {"ok": False, "error": "take is not shown any more", "why": "element_gone", "about": {}})


def test_who_scrolls_back_in_a_long_channel_leaves_the_newest_messages_behind(slack: LocalSlack, chen: Persona) -> None:
    claims = slack.channel("#claims").id
    said = [chen.post("#claims", f"carton {n}") for n in range(500)]

    def seen(**where: str) -> tuple[list[str], dict[str, int]]:
        query = "&".join(f"{key}={value}" for key, value in where.items())
        _, state = on_page(slack, f"/page/state?as={chen.id}&in={claims}&{query}")
        return [message["text"] for message in state["messages"][claims]], state["range"]

    shown, there = seen()
    assert (shown[0], shown[-1], there) == ("carton 460", "carton 499", {"earlier": 460, "later": 0, "back": 0})
    shown, there = seen(back="2")
    assert (shown[0], shown[-1], there) == ("carton 380", "carton 499", {"earlier": 380, "later": 0, "back": 2})
    shown, there = seen(back="99")
    assert (shown[0], shown[-1], there) == ("carton 0", "carton 179", {"earlier": 0, "later": 320, "back": 12})
    shown, there = seen(at=said[30].ts)
    assert "carton 30" in shown
    assert there["back"] == 12


def test_the_page_is_sent_the_open_channel_and_of_the_others_how_much_came_while_the_clock_moved(
    slack: LocalSlack, chen: Persona, anna: Persona
) -> None:
    claims, lounge = slack.channel("#claims").id, slack.channel("#lounge").id
    before = slack.clock.now()
    slack.advance(START + timedelta(hours=1))
    told = anna.post("#lounge", "tea is ready")
    anna.reply(told, "and cake")
    chen.post("#lounge", "coming")
    moved = urlencode({"from": before.isoformat(), "to": (START + timedelta(hours=2)).isoformat()})
    _, state = on_page(slack, f"/page/state?as={chen.id}&in={claims}&{moved}")
    assert set(state["messages"]) == {claims}
    came = {channel["id"]: channel["moved"] for channel in state["channels"]}
    assert came[lounge] == {"came": 2, "replies": 1, "changed": 0, "first": told.ts}
    assert came[claims]["came"] == 0


def test_nothing_is_delivered_again_before_anything_was_delivered(slack: LocalSlack, chen: Persona) -> None:
    answer = on_page(slack, "/page/act", {"as": chen.id, "do": "go_wrong", "how": "again"})[1]
    assert (answer["ok"], answer["why"]) == (False, "nothing_sent")


def test_somebody_puts_away_what_only_they_see(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    claims = slack.channel("#claims").id
    chen.command("/claim help", channel="#claims")
    [told] = chen.whispers()
    assert on_page(slack, "/page/act", {"as": chen.id, "do": "dismiss", "channel": claims, "ts": told.ts})[1]["ok"]
    assert chen.whispers() == []
    said = chen.post("#claims", "for everybody")
    refused = on_page(slack, "/page/act", {"as": chen.id, "do": "dismiss", "channel": claims, "ts": said.ts})[1]
    assert not refused["ok"]


def test_a_name_is_found_in_a_chinese_sentence_that_has_no_spaces(
    slack: LocalSlack, chen: Persona, anna: Persona
) -> None:
    claims = slack.workspace.channel("#claims").id
    assert (
        chen.post("#claims", f"请@{anna.handle}看一下#claims里的").text == f"请<@{anna.id}>看一下<#{claims}|claims>里的"
    )
    assert chen.post("#claims", f"ask {anna.handle}@acme.example").text == f"ask {anna.handle}@acme.example"


def test_the_clock_stays_where_somebody_stops_it(slack: LocalSlack, chen: Persona) -> None:
    class Watched(Reminders):
        def run_due(self, now: datetime) -> None:
            super().run_due(now)
            moving = on_page(slack, f"/page/state?as={chen.id}")[1]["moving"]
            assert (moving["stops"], moving["part"]) == (1, 0.25)
            on_page(slack, "/page/act", {"as": chen.id, "do": "stop_clock"})

    slack.on_advance = Watched(START + timedelta(hours=1), START + timedelta(hours=2))
    slack.advance(START + timedelta(hours=4))
    assert slack.clock.now() == START + timedelta(hours=1)
    assert on_page(slack, f"/page/state?as={chen.id}")[1]["moving"] is None
    assert on_page(slack, "/page/act", {"as": chen.id, "do": "advance", "hours": 1e308})[0] == 400


def test_the_page_hears_of_every_change(slack: LocalSlack, chen: Persona) -> None:
    async def watch() -> list[int]:
        async with (
            aiohttp.ClientSession() as browser,
            browser.ws_connect(f"{slack.url}/page/live?as={chen.id}") as live,
        ):
            first = (await live.receive_json())["changed"]
            await slack.acts.post(chen.user, slack.workspace.channel("#claims"), "hello", None, ())
            return [first, (await live.receive_json(timeout=5))["changed"]]

    before, after = slack.run(watch())
    assert after > before
    status, html = on_page(slack, "/")
    assert status == 200
    assert "<script" in html


def test_pictures_from_elsewhere_are_loaded_only_where_the_stage_allows_it(slack: LocalSlack) -> None:
    def policy() -> str:
        connection = http.client.HTTPConnection("127.0.0.1", int(slack.url.rpartition(":")[2]))
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return str(answer.headers["Content-Security-Policy"])

    assert "https:" not in policy()
    slack.stage.images_from = "https:"
    assert "img-src 'self' data: http://127.0.0.1:* http://localhost:* https:;" in policy()


def test_the_page_uploads_the_files_of_a_form(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    photos = field("photos", "Photos", {"type": "file_input", "action_id": "a"})
    desk.form = claim_form() | {"callback_id": "other", "blocks": [photos]}
    chen.command("/claim", channel="#claims")
    form = chen.view
    assert form is not None
    picked = {"name": "a.png", "content": base64.b64encode(b"png").decode()}
    values = {"photos": {"a": {"type": "file_input", "files": [picked]}}}
    act = {"as": chen.id, "do": "submit", "view": form.id, "values": values}
    assert on_page(slack, "/page/act", act) == (200, {"ok": True, "errors": {}})
    [file] = desk.heard[-1]["view"]["state"]["values"]["photos"]["a"]["files"]
    path = file["url_private"].removeprefix(slack.url)
    assert on_page(slack, path, Authorization=f"Bearer {slack.bot_token}") == (200, "png")


def test_the_page_refuses_states_that_no_field_can_have(slack: LocalSlack, desk: ClaimsDesk, chen: Persona) -> None:
    chen.command("/claim", channel="#claims")
    assert chen.view is not None
    bad = {"kind": {"kind": {"type": "static_select", "selected_option": {"text": plain("Theft"), "value": "theft"}}}}
    _, answer = on_page(slack, "/page/act", {"as": chen.id, "do": "submit", "view": chen.view.id, "values": bad})
    assert answer["errors"]["kind"] == "'Theft' is not among the options"


def test_the_server_answers_only_this_machine_and_its_own_page(slack: LocalSlack, chen: Persona) -> None:
    path = f"/page/state?as={chen.id}"
    assert on_page(slack, path)[0] == 200
    assert on_page(slack, path, Host="evil.example")[0] == 403
    assert on_page(slack, path, Origin="https://evil.example")[0] == 403
    assert on_page(slack, path, Origin="null")[0] == 403
    assert on_page(slack, path, Origin=slack.url)[0] == 200
    act = {"as": chen.id, "do": "home"}
    assert on_page(slack, "/page/act", act, Content_Type="text/plain")[0] == 415
    assert on_page(slack, "/page/act", act)[0] == 200
    assert on_page(slack, "/page/act", {"as": chen.id, "do": "fly"})[1]["ok"] is False
