"""A small real Bolt app, a claims desk, and the ways to run it: for tests of the local Slack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground import BOT_USER_ID, LocalSlack
from playground.workspace import BOT_ID

MANIFEST = """
_metadata: {major_version: 2, minor_version: 1}
display_information: {name: Claims Desk}
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false}
  bot_user: {display_name: claims, always_online: true}
  shortcuts:
    - {name: Claim from message, type: message, callback_id: from_message, description: Turn it into a claim}
    - {name: New claim, type: global, callback_id: new_claim, description: Start a claim}
  slash_commands:
    - {command: /claim, description: File a claim, usage_hint: what happened, should_escape: true}
    - {command: /slow, description: Never acknowledges}
oauth_config:
  scopes:
    bot: [app_mentions:read, channels:history, channels:read, chat:write, commands, files:read, groups:history,
          im:history, im:write, reactions:read, reactions:write, users:read]
settings:
  event_subscriptions:
    bot_events: [app_home_opened, app_mention, app_uninstalled, member_joined_channel, message.channels, message.im,
                 reaction_added, team_join, tokens_revoked, user_change]
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
"""

CUSTOMERS = ["Küchenwerk GmbH", "Küstenhandel AG", "Acme Ltd"]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


def claim_form(note: str = "") -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "claim",
        "title": plain("File a claim"),
        "submit": plain("File"),
        "private_metadata": note,
        "notify_on_close": True,
        "blocks": [
            field("what", "What happened", {"type": "plain_text_input", "action_id": "text", "max_length": 200}),
            field(
                "customer",
                "Customer",
                {"type": "external_select", "action_id": "customer", "min_query_length": 2},
            ),
            field(
                "cartons",
                "Cartons",
                {"type": "number_input", "action_id": "number", "is_decimal_allowed": False, "min_value": "1"},
            ),
            field(
                "kind",
                "Kind",
                {
                    "type": "static_select",
                    "action_id": "kind",
                    "options": [option("Damage"), option("Delay")],
                },
                dispatch_action=True,
            ),
            field("since", "Since", {"type": "datepicker", "action_id": "date"}, optional=True),
        ],
    }


class ClaimsDesk:
    """What the bot does, and what it heard."""

    def __init__(self, slack: LocalSlack) -> None:
        self.heard: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self.form = claim_form()
        self.answer: dict[str, Any] = {}
        self.before_opening: Callable[[], None] = lambda: None
        self.on_event: Callable[[], None] = lambda: None
        self.client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.app = App(
            client=self.client,
            signing_secret=slack.signing_secret,
            authorize=lambda: AuthorizeResult(
                enterprise_id=None,
                team_id=slack.workspace.team_id,
                bot_token=slack.bot_token,
                bot_id=BOT_ID,
                bot_user_id=BOT_USER_ID,
            ),
            process_before_response=True,
            token_verification_enabled=False,
        )
        self._listen()

    def _listen(self) -> None:
        app = self.app
        app.command("/claim")(self._claim)
        app.command("/slow")(lambda: None)
        app.options("customer")(self._customers)
        app.action("kind")(self._kind_chosen)
        app.action("take")(self._take)
        app.action("close")(self._close)
        app.action("home_new")(self._open_claim)
        app.view("claim")(self._file)
        app.view("other")(self._answer)
        app.view_closed("claim")(self._closed)
        app.shortcut("from_message")(self._from_message)
        app.shortcut("new_claim")(self._open_claim)
        app.event("app_home_opened")(self._home)
        for event in (
            "message",
            "reaction_added",
            "app_mention",
            "team_join",
            "user_change",
            "member_joined_channel",
            "app_uninstalled",
            "tokens_revoked",
        ):
            app.event(event)(self._event)

    def _claim(self, ack: Any, body: dict[str, Any], client: WebClient) -> None:
        self.heard.append(body)
        if body["text"] == "help":
            ack(text="File a claim with /claim and what happened")
        elif body["text"] == "everybody":
            ack(text="A claim is coming", response_type="in_channel")
        else:
            self._open_claim(ack, body, client)

    def _open_claim(self, ack: Any, body: dict[str, Any], client: WebClient) -> None:
        self.before_opening()
        try:
            client.views_open(
                trigger_id=body["trigger_id"], view=self.form | {"private_metadata": body.get("text", "")}
            )
        except SlackApiError as error:
            self.errors.append(error.response["error"])
        ack()

    def _customers(self, ack: Any, payload: dict[str, Any]) -> None:
        ack(options=[option(name) for name in CUSTOMERS if payload["value"].lower() in name.lower()])

    def _kind_chosen(self, ack: Any, body: dict[str, Any], client: WebClient) -> None:
        self.heard.append(body)
        view = claim_form(body["view"]["private_metadata"])
        view["blocks"].append({"type": "section", "block_id": "hint", "text": plain("Add photos in the thread")})
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
        ack()

    def _file(self, ack: Any, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        self.heard.append(body)
        values = view["state"]["values"]
        if "?" in values["what"]["text"]["value"]:
            ack(response_action="errors", errors={"what": "Say what happened, do not ask"})
            return
        customer = values["customer"]["customer"]["selected_option"]["text"]["text"]
        ack()
        self.file(client, f"{customer}: {values['what']['text']['value']}")

    def _closed(self, ack: Any, body: dict[str, Any]) -> None:
        self.heard.append(body)
        ack()

    def _answer(self, ack: Any, body: dict[str, Any]) -> None:
        self.heard.append(body)
        ack(**self.answer)

    def file(self, client: WebClient, text: str) -> None:
        client.chat_postMessage(
            channel="#claims",
            text=text,
            blocks=[
                {"type": "section", "block_id": "text", "text": plain(text)},
                {
                    "type": "actions",
                    "block_id": "do",
                    "elements": [
                        {"type": "button", "action_id": "take", "text": plain("Take it"), "value": "C-1"},
                        {
                            "type": "button",
                            "action_id": "close",
                            "text": plain("Close"),
                            "confirm": {
                                "title": plain("Sure?"),
                                "text": plain("Close"),
                                "confirm": plain("Yes"),
                                "deny": plain("No"),
                            },
                        },
                    ],
                },
            ],
            metadata={"event_type": "claim", "event_payload": {"key": "C-1"}},
        )

    def _take(self, ack: Any, body: dict[str, Any], client: WebClient, respond: Any) -> None:
        self.heard.append(body)
        message = body["message"]
        client.chat_update(
            channel=body["channel"]["id"],
            ts=message["ts"],
            text="taken",
            blocks=[message["blocks"][0], {"type": "context", "elements": [plain(f"Taken by {body['user']['name']}")]}],
        )
        client.chat_postMessage(channel=body["channel"]["id"], thread_ts=message["ts"], text="Thank you")
        respond(text="It is yours now")
        ack()

    def _close(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        respond(delete_original=True)
        ack()

    def _from_message(self, ack: Any, body: dict[str, Any], client: WebClient, respond: Any) -> None:
        self.heard.append(body)
        ack()
        respond(text=f"Claim made of: {body['message']['text']}")

    def _home(self, event: dict[str, Any], client: WebClient) -> None:
        self.heard.append(event)
        if event["tab"] == "home":
            button = {"type": "button", "action_id": "home_new", "text": plain("New claim")}
            blocks = [{"type": "actions", "block_id": "start", "elements": [button]}]
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    def _event(self, body: dict[str, Any], event: dict[str, Any], request: Any) -> None:
        retry = request.headers.get("x-slack-retry-num", ["0"])[0]
        self.heard.append(event | {"event_id": body["event_id"], "retry": int(retry)})
        self.on_event()

    def heard_of(self, kind: str) -> list[dict[str, Any]]:
        return [said for said in self.heard if said.get("type") == kind]


@contextmanager
def over_http(slack: LocalSlack, desk: ClaimsDesk) -> Iterator[str]:
    """Serve the bot as in production behind HTTP; gives its request URL."""
    server = waitress.create_server(SlackRequestHandler(desk.app), host="127.0.0.1", port=0, threads=4, map={})
    thread = threading.Thread(target=server.run)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}/slack/events"
    slack.deliver_to(url)

    def close() -> None:
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.close()

    try:
        yield url
    finally:
        server.trigger.pull_trigger(close)
        thread.join()
        server.task_dispatcher.shutdown()


@contextmanager
def over_sockets(slack: LocalSlack, desk: ClaimsDesk) -> Iterator[SocketModeHandler]:
    """Connect the bot in Socket Mode."""
    handler = SocketModeHandler(desk.app, slack.app_token, ping_interval=0.2)
    handler.connect()  # type: ignore[no-untyped-call]
    slack.sockets.wait_for(1)
    try:
        yield handler
    finally:
        handler.client.auto_reconnect_enabled = False
        slack.sockets.kill()  # the client would wait seconds for its quiet socket
        handler.close()  # type: ignore[no-untyped-call]
