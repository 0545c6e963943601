"""What happens in the workspace: every change is made here, once, and told to the bot and to the page.

People (`acts.py`) and the bot (`methods.py`) check what they may do; here it is done. An event goes to the bot only
if the manifest subscribes to it with the scope it needs and, for conversations, if the bot is a member.
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from playground.clock import Clock
from playground.deliver import Deliveries, Delivery, Timers
from playground.faults import Faults
from playground.inputs import Json, with_ids
from playground.manifest import Manifest
from playground.shapes import message_json, user_json, view_json
from playground.workspace import APP_ID, BOT_USER_ID, Channel, File, Message, User, View, Workspace

TRIGGER_SECONDS: Final = 3.0
"""Real seconds a trigger_id lives. docs.slack.dev/interactivity/handling-user-interaction"""
RESPONSE_URL_USES: Final = 5
"""Posts a response_url takes. docs.slack.dev/interactivity/handling-user-interaction"""
RESPONSE_URL_LIFE: Final = timedelta(minutes=30)
"""How long a response_url lives. docs.slack.dev/interactivity/handling-user-interaction"""
CHANNEL_TYPES: Final = {"public": "channel", "private": "group", "im": "im"}
_SUBSCRIPTIONS: Final = {"public": "message.channels", "private": "message.groups", "im": "message.im"}


@dataclass
class Trigger:
    """What a trigger_id stands for. `issued` is a reading of the real-time source."""

    user: str
    issued: float
    used: bool = False


@dataclass
class ResponseUrl:
    """What a response_url stands for. `message` is the message it came from: (channel, ts)."""

    user: str
    channel: str
    message: tuple[str, str] | None
    issued: datetime
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """One call the bot made: the method (or "response_url"), its arguments, Slack's answer and HTTP status, and
    the real seconds it took."""

    method: str
    args: Json
    answer: Json
    status: int
    at: datetime
    seconds: float


@dataclass
class Move:
    """The clock on its way: from when until when (aware UTC), how many due moments it has stopped at, and whether
    somebody asked it to stay where it is."""

    begun: datetime
    until: datetime
    stops: int = 0
    ended: bool = False


@dataclass
class Backend:
    """The workspace in action. Used on the server's loop only."""

    workspace: Workspace
    manifest: Manifest
    clock: Clock
    real_time: Callable[[], float]
    timers: Timers
    deliveries: Deliveries
    faults: Faults
    faults_seen: list[str]
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    entered_in_messages: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = field(default_factory=dict)
    installed: bool = True
    move: Move | None = None
    version: int = 0
    on_change: Callable[[], None] = lambda: None
    _last_ts: int = 0

    # Messages

    def post(self, message: Message) -> Message:
        """Put a message into its channel, tell the bot."""
        message.blocks = with_ids(message.blocks, self._block_id)
        message.name_of = self.workspace.name_of
        self.workspace.messages[message.channel].append(message)
        for file_id in message.files:
            self.workspace.files[file_id].channels.add(message.channel)
        self.changed()
        event = self._in_channel(message) | message_json(message, self.workspace)
        event |= {"event_ts": message.ts}
        if message.files:
            event["subtype"] = "file_share"
        if message.metadata is not None:
            event["metadata"] = message.metadata
        if not message.from_app:
            event["client_msg_id"] = secrets.token_hex(16)
        self._message_event(message.channel, event)
        in_channel = self.workspace.channels[message.channel].kind != "im" and self._bot_in(message.channel)
        if in_channel and not message.from_app and f"<@{BOT_USER_ID}>" in message.text:
            self.event("app_mention", event | {"type": "app_mention"})
        return message

    def new_message(
        self,
        channel: Channel,
        user: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        thread_ts: str | None = None,
        from_app: bool = False,
    ) -> Message:
        """A message that is not posted yet, with its timestamp. A reply to a reply joins the thread (ASSUMED)."""
        if thread_ts is not None:
            above = self.workspace.message(channel.id, thread_ts)
            if above is not None and above.is_reply:
                thread_ts = above.thread_ts
        return Message(
            channel=channel.id,
            ts=self.new_ts(),
            user=user,
            text=text,
            blocks=list(blocks),
            thread_ts=thread_ts,
            from_app=from_app,
        )

    def update(
        self, message: Message, editor: str, *, text: str, blocks: Sequence[Json], metadata: Json | None
    ) -> None:
        """Change what a message says."""
        before = copy.deepcopy(message_json(message, self.workspace))
        message.text = text
        message.blocks = with_ids(blocks, self._block_id)
        message.metadata = metadata
        ts = self.new_ts()
        message.edited = {"user": editor, "ts": ts}
        self.changed()
        if message.whispered_to:
            return
        event = self._in_channel(message) | {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": message_json(message, self.workspace),
            "previous_message": before,
            "ts": ts,
            "event_ts": ts,
        }
        self._message_event(message.channel, event)

    def delete(self, message: Message) -> None:
        """Take a message away. One with replies leaves a tombstone at the head of its thread."""
        before = copy.deepcopy(message_json(message, self.workspace))
        if not message.is_reply and self.workspace.replies(message.channel, message.ts):
            message.subtype, message.metadata, message.files = "tombstone", None, []
            self.update(message, message.user, text="This message was deleted.", blocks=(), metadata=None)
            return
        self.workspace.messages[message.channel].remove(message)
        self.changed()
        ts = self.new_ts()
        event = self._in_channel(message) | {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": before,
            "ts": ts,
            "event_ts": ts,
        }
        self._message_event(message.channel, event)

    def whisper(self, message: Message, to: str) -> Message:
        """Show one person a message that nobody else sees and no history keeps."""
        message.blocks = with_ids(message.blocks, self._block_id)
        message.name_of = self.workspace.name_of
        message.whispered_to = to
        self.workspace.whispers.setdefault(to, []).append(message)
        self.changed()
        return message

    def unwhisper(self, message: Message) -> None:
        """Take an ephemeral message away."""
        self.workspace.whispers[message.whispered_to].remove(message)
        self.changed()

    def react(self, message: Message, user: str, name: str) -> None:
        """Add a reaction."""
        message.reactions.setdefault(name, []).append(user)
        self._reaction_event("reaction_added", message, user, name)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Take a reaction back."""
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        self._reaction_event("reaction_removed", message, user, name)

    # Views

    def open_view(self, user: str, payload: Json) -> View:
        """Open a modal. A stack that was open is replaced (ASSUMED)."""
        view = self._new_view(user, payload, None)
        self.workspace.stacks[user] = [view]
        self.changed()
        return view

    def push_view(self, user: str, payload: Json) -> View:
        """Put a modal on top of the person's stack."""
        stack = self.workspace.stacks[user]
        view = self._new_view(user, payload, stack[-1])
        stack.append(view)
        self.changed()
        return view

    def update_view(self, view: View, payload: Json) -> None:
        """Replace what a view shows. What was entered stays where block_id and action_id stay."""
        view.payload = payload | {"blocks": with_ids(payload["blocks"], self._block_id)}
        view.hash = self._hash()
        view.errors = {}
        self.changed()

    def publish_home(self, user: str, payload: Json) -> View:
        """Put a view into a person's Home tab."""
        view = self.workspace.homes.get(user)
        if view is None:
            view = self._new_view(user, payload, None)
            self.workspace.homes[user] = view
            self.changed()
        else:
            view.entered = {}
            self.update_view(view, payload)
        return view

    def close_view(self, view: View) -> None:
        """Close one modal of a stack."""
        stack = self.workspace.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
        self.changed()

    def close_all_views(self, user: str) -> None:
        """Close a person's whole stack."""
        self.workspace.stacks[user] = []
        self.changed()

    # Keys that interactions carry

    def new_trigger(self, user: str) -> str:
        """A trigger_id for an interaction of this person."""
        trigger_id = f"{self.workspace.new_id('')}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Trigger(user, self.real_time())
        return trigger_id

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """A response_url for an interaction in this channel, on this message."""
        key = f"{self.workspace.team_id}/{secrets.token_hex(12)}"
        source = (message.channel, message.ts) if message is not None else None
        self.response_urls[key] = ResponseUrl(user, channel, source, self.clock.now())
        return f"{self.url}/hooks/{key}"

    def new_ts(self) -> str:
        """A message timestamp: the workspace's time, unique and growing."""
        micros = int(self.clock.now().timestamp()) * 1_000_000 + 100
        self._last_ts = max(micros, self._last_ts + 100)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # People

    def join(self, channel: Channel, user: User, inviter: str | None) -> None:
        """Make somebody a member of a channel."""
        channel.members.add(user.id)
        self.changed()
        needed = "channels:read" if channel.kind == "public" else "groups:read"
        if BOT_USER_ID in channel.members and needed in self.manifest.scopes:
            event = {
                "type": "member_joined_channel",
                "user": user.id,
                "channel": channel.id,
                "channel_type": "C" if channel.kind == "public" else "G",
                "team": self.workspace.team_id,
                "event_ts": self.new_ts(),
            }
            self.event("member_joined_channel", event | ({"inviter": inviter} if inviter else {}))

    def user_event(self, kind: str, user: User) -> None:
        """Tell the bot that somebody joined the workspace ("team_join") or changed ("user_change")."""
        self.changed()
        shown = user_json(user, self.workspace, self.clock.now(), self.url)
        if "users:read.email" in self.manifest.scopes:
            shown["profile"]["email"] = user.email
        self.event(kind, {"type": kind, "user": shown, "event_ts": self.new_ts()})

    def home_event(self, user: str, tab: str) -> None:
        """Tell the bot that somebody opened a tab of its App Home: "home" or "messages"."""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.dm_with_app(user).id,
            "event_ts": self.new_ts(),
            "tab": tab,
        }
        if tab == "home" and user in self.workspace.homes:
            event["view"] = view_json(self.workspace.homes[user], self.workspace)
        self.event("app_home_opened", event)

    def new_file(self, user: str, name: str, content: bytes) -> File:
        """Upload a file; it is shared with nobody yet."""
        file_id = self.workspace.new_id("F")
        file = File(
            id=file_id,
            name=name,
            mimetype=_MIMETYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream"),
            content=content,
            user=user,
            url=f"{self.url}/files/{file_id}/{name}",
            created=int(self.clock.now().timestamp()),
        )
        self.workspace.files[file_id] = file
        return file

    # Telling

    def event(self, subscription: str, event: Json) -> None:
        """Deliver an event to the bot if its manifest asks for it."""
        if not self.manifest.hears(subscription):
            return
        workspace = self.workspace
        payload: Json = {
            "token": "local",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": json.loads(json.dumps(event)),
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(self.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        self.deliveries.send_event(Delivery(event["type"], payload))

    def changed(self) -> None:
        """Tell the page that there is something new to draw."""
        self.version += 1
        self.on_change()

    def note_fault(self, sentence: str) -> None:
        """Say loudly that the bot did something Slack does not take."""
        self.faults_seen.append(sentence)
        self.changed()

    def _message_event(self, channel_id: str, event: Json) -> None:
        if self._bot_in(channel_id):
            self.event(_SUBSCRIPTIONS[self.workspace.channels[channel_id].kind], event)

    def _reaction_event(self, kind: str, message: Message, user: str, name: str) -> None:
        self.changed()
        if self._bot_in(message.channel):
            item = {"type": "message", "channel": message.channel, "ts": message.ts}
            event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
            self.event(kind, event | {"event_ts": self.new_ts()})

    def _in_channel(self, message: Message) -> Json:
        kind = self.workspace.channels[message.channel].kind
        return {"channel": message.channel, "channel_type": CHANNEL_TYPES[kind]}

    def _bot_in(self, channel_id: str) -> bool:
        return BOT_USER_ID in self.workspace.channels[channel_id].members

    def _new_view(self, user: str, payload: Json, below: View | None) -> View:
        view_id = self.workspace.new_id("V")
        return View(
            id=view_id,
            user=user,
            payload=payload | {"blocks": with_ids(payload["blocks"], self._block_id)},
            hash=self._hash(),
            root_id=below.root_id if below else view_id,
            previous_id=below.id if below else None,
            name_of=self.workspace.name_of,
        )

    def _hash(self) -> str:
        return f"{int(self.clock.now().timestamp())}.{secrets.token_hex(4)}"

    def _block_id(self) -> str:
        return self.workspace.new_id("b")


_MIMETYPES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
