"""What a person did in Slack, read once from the payload: who, where, and the key under which it is done once.

Everything a payload says but who acts (`user`, as Slack signed it) is a hint only: records are loaded by the
workspace and checked against the rules again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.desk import Delivery, Desk, Outcome, Reply, Scene
from bot.spreadsheets import LARGEST
from bot.views import blockkit as kit
from bot.views.refusals import refusal
from department.records import Refused, clean

log = logging.getLogger(__name__)

Body = Mapping[str, Any]

ANSWER_WITHIN: Final = 2
"""Seconds a call to Slack may take while somebody waits: Slack forgets a trigger, and the person, after three."""


@dataclass(frozen=True, slots=True)
class Request:
    """One payload: its delivery, Slack's own body, the desk, and a client for what needs a trigger. Raises ValueError
    when an answer to it would not go to Slack."""

    delivery: Delivery
    body: Body
    desk: Desk
    client: WebClient

    def __post_init__(self) -> None:
        if "response_url" in self.body and not _is_slacks(str(self.body["response_url"]), "hooks", self.client):
            raise ValueError("an answer is asked for where Slack takes none")

    def open(self, view: kit.Block) -> dict[str, Any]:
        """Show a form, on top of the one the person is in, if any."""
        trigger = self.body["trigger_id"]
        if "view" in self.body and self.body["view"]["type"] == "modal":
            self.client.views_push(trigger_id=trigger, view=view)
        else:
            self.client.views_open(trigger_id=trigger, view=view)
        return {}

    def download(self, file: str) -> tuple[str, bytes]:
        """A file somebody sent: its name and what is in it. Only where Slack's own API says it lies is asked for it."""
        told = self.client.files_info(file=file)["file"]
        address = str(told["url_private_download"])
        if not _is_slacks(address, "files", self.client):
            raise ValueError("a file lies where Slack keeps none")
        asked = urllib.request.Request(  # noqa: S310 (the address was checked)
            address, headers={"Authorization": f"Bearer {self.client.token}"}
        )
        with urllib.request.urlopen(asked, timeout=ANSWER_WITHIN, context=self.client.ssl) as answer:  # noqa: S310
            return str(told.get("name") or "file"), answer.read(LARGEST + 1)

    def update(self, view: kit.Block) -> dict[str, Any]:
        """Show something else in the form the person is in, unless it changed or was closed since this was sent."""
        shown = self.body["view"]
        try:
            self.client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            if error.response.get("error") not in ("hash_conflict", "not_found"):
                raise
        return {}

    def replace_original(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Put another content in the place of the message that was clicked; if Slack does not take it, that stays."""
        respond(self.body, {**answer, "replace_original": True})
        return {}


def _is_slacks(address: str, service: str, client: WebClient) -> bool:
    """Whether an address is that of a service of Slack's: https://files.slack.com and https://hooks.slack.com stand
    beside https://slack.com/api, and the local Slack has everything in one place."""
    there, api = urlsplit(address), urlsplit(client.base_url)
    beside = f"{service}.{(api.hostname or '').removeprefix('www.')}"
    return (there.scheme, there.hostname) == ("https", beside) or there.netloc == api.netloc


def command(body: Body, desk: Desk, client: WebClient) -> Request:
    """A slash command."""
    return Request(
        Delivery(body["team_id"], f"T:{body['trigger_id']}", body["user_id"], body["channel_id"]),
        body,
        desk,
        client,
    )


def shortcut(body: Body, desk: Desk, client: WebClient) -> Request:
    """A global or message shortcut."""
    channel = body.get("channel", {}).get("id", "")
    return Request(
        Delivery(_workspace(body), f"T:{body['trigger_id']}", body["user"]["id"], channel), body, desk, client
    )


def action(body: Body, desk: Desk, client: WebClient) -> Request:
    """A click on a button or a choice from a menu."""
    done, container = body["actions"][0], body.get("container", {})
    place = container.get("message_ts") or container.get("view_id", "")
    key = f"A:{body['user']['id']}:{done['action_ts']}:{done['action_id']}:{place}"
    message = body.get("message", {})
    channel = body.get("channel", {}).get("id", "")
    thread = message.get("thread_ts") if message.get("thread_ts") != message.get("ts") else None
    return Request(Delivery(_workspace(body), key, body["user"]["id"], channel, thread), body, desk, client)


def view(body: Body, desk: Desk, client: WebClient) -> Request:
    """A form that was submitted. The key holds what was filled in: Slack keeps a view's hash after field errors."""
    shown = body["view"]
    filled = hashlib.sha256(json.dumps(shown["state"]["values"], sort_keys=True).encode()).hexdigest()[:16]
    key = f"V:{shown['id']}:{shown['hash']}:{filled}"
    return Request(Delivery(_workspace(body), key, body["user"]["id"]), body, desk, client)


def options(body: Body, desk: Desk, client: WebClient) -> Request:
    """Somebody types into a menu that is looked up; nothing is done, so there is no key."""
    return Request(Delivery(_workspace(body), "", body["user"]["id"]), body, desk, client)


def event(body: Body, desk: Desk, client: WebClient) -> Request:
    """Something that happened in a conversation. A message is one thing however many events tell of it."""
    told = body["event"]
    user = told.get("user", "")
    item = told.get("item", {})
    channel = told.get("channel") or item.get("channel", "")
    is_message = told["type"] in ("message", "app_mention") and "subtype" not in told
    key = f"M:{channel}:{told['ts']}" if is_message else f"E:{body['event_id']}"
    return Request(
        Delivery(
            body["team_id"],
            key,
            user if isinstance(user, str) else user["id"],
            channel if isinstance(channel, str) else "",
            told.get("thread_ts"),
        ),
        body,
        desk,
        client,
    )


def respond(body: Body, answer: dict[str, Any]) -> bool:
    """Show something where the person clicked, at the address Slack gave for that. Returns whether Slack took it."""
    if "response_url" not in body:
        return False
    try:
        hook = WebhookClient(body["response_url"], timeout=ANSWER_WITHIN, retry_handlers=[])
        status = hook.send_dict(answer).status_code
    except (OSError, HTTPException) as error:
        log.warning("an answer could not be shown: %s", type(error).__name__)
        return False
    return status == 200


def permalink(request: Request, message: dict[str, str]) -> str:
    """The link to the message that a record came from; empty where Slack does not give the bot one."""
    if not message:
        return ""
    try:
        return str(request.client.chat_getPermalink(channel=message["channel"], message_ts=message["ts"])["permalink"])
    except (SlackApiError, OSError):
        return ""


def aloud(outcome: Outcome, scene: Scene) -> Reply:
    """The reply to a click, a reply or a reaction: a refusal is said to the person alone, success shows by itself."""
    if isinstance(outcome, Refused):
        return Reply(whisper=kit.message(kit.section(refusal(outcome, scene.office, scene.words))))
    return Reply()


def beside_fields(body: Body, outcome: Outcome, scene: Scene) -> Reply:
    """The reply to a form: every refusal beside the field it belongs to, or beside the first one; success closes it."""
    refused = [outcome] if isinstance(outcome, Refused) else [item for item in outcome if isinstance(item, Refused)]
    if not refused:
        return Reply({"response_action": "clear"})
    fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    errors: dict[str, str] = {}
    for item in refused:
        place = item.field if item.field in fields else fields[0]
        errors.setdefault(place, refusal(item, scene.office, scene.words))
    return Reply({"response_action": "errors", "errors": errors}, final=False)


def filled_in(body: Body) -> dict[str, Any]:
    """The values of a submitted form by block id: text, a chosen value, a date, users, a moment, or files."""
    values: dict[str, Any] = {}
    for block_id, elements in body["view"]["state"]["values"].items():
        for state in elements.values():
            values[block_id] = _value(state)
    return values


def _value(state: Mapping[str, Any]) -> Any:
    match state["type"]:
        case "static_select" | "external_select" | "radio_buttons":
            chosen = state.get("selected_option")
            return clean(chosen["value"]) if chosen else ""
        case "checkboxes" | "multi_static_select":
            return [clean(option["value"]) for option in state.get("selected_options") or []]
        case "datepicker":
            return state.get("selected_date") or ""
        case "timepicker":
            return state.get("selected_time") or ""
        case "datetimepicker":
            return state.get("selected_date_time")
        case "users_select":
            return state.get("selected_user") or ""
        case "multi_users_select":
            return state.get("selected_users") or []
        case "file_input":
            return state.get("files") or []
        case _:
            return clean(state.get("value") or "")


def typed(text: str) -> str:
    """What a person typed, from a text as Slack sends it in commands and messages: "<@U1|ann>" was "@ann".

    Source: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
    """
    return clean(kit.unescape(_REFERENCE.sub(_named, text)))


_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def _named(found: re.Match[str]) -> str:
    mark, what, label = found[1], found[2], found[3] or ""
    if not mark:
        return label if what.startswith("mailto:") else what
    return ("#" if mark == "#" else "@") + (label or what).removeprefix("@")


def _workspace(body: Body) -> str:
    team = body.get("team") or {}
    return str(team.get("id") or body["user"]["team_id"])
