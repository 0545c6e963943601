"""A Slack workspace in memory: people, channels, messages, and the views that are open.

It holds; it decides nothing. Whatever changes it while the local Slack runs goes through `backend.py`.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, TypeAlias

from playground import blockkit
from playground.inputs import Json, NotPossible, elements, readable, states

Kind: TypeAlias = Literal["public", "private", "im"]

BOT_USER_ID: Final = "U0APPBOT1"
BOT_ID: Final = "B0APPBOT1"
APP_ID: Final = "A0LOCALAPP"
SLACKBOT_ID: Final = "USLACKBOT"
APP: Final = "@app"
"""Stands for the app's own bot user where a channel's members are listed."""


@dataclass(kw_only=True)
class User:
    """A person (or bot). `handle` is the name in mentions; an empty `id` gets one when added; `tz` is IANA."""

    handle: str
    real_name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "UTC"
    locale: str = "en-US"
    id: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False


@dataclass(kw_only=True)
class Channel:
    """A conversation. `members` are user ids; when adding one, handles and APP do as well."""

    name: str
    kind: Kind = "public"
    members: set[str] = field(default_factory=set)
    id: str = ""
    archived: bool = False


class _Surface:
    """What messages and views have in common: blocks that a person looks at."""

    blocks: list[Json]
    name_of: Callable[[str], str]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """As it stands now. Through pickle, which takes a fifth of the time: personas look all the time."""
        rest = {name: value for name, value in vars(self).items() if name != "name_of"}
        copied = copy.copy(self)
        vars(copied).update(pickle.loads(pickle.dumps(rest)))  # noqa: S301 (our own, made in the same line)
        return copied

    def all_text(self) -> str:
        """Every text shown, one line each, mrkdwn unescaped, mentions as "@handle"."""
        return blockkit.plain_text_of(self.blocks, self.name_of)

    def buttons(self) -> list[str]:
        """The labels of the buttons shown, in order."""
        return [element["text"]["text"] for _, element in elements(self.blocks) if element["type"] == "button"]

    def button(self, label: str) -> Json:
        """The button with this label. Raises NotPossible when it is not shown."""
        for _, element in elements(self.blocks):
            if element["type"] == "button" and element["text"]["text"] == label:
                return element
        raise NotPossible(f"there is no button {label!r}; there are {self.buttons()}")


@dataclass(kw_only=True)
class Message(_Surface):
    """A message. `ts` is its id within `channel`; `whispered_to` is set for an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    from_app: bool = False
    subtype: str = ""
    whispered_to: str = ""
    broadcast: bool = False
    name_of: Callable[[str], str] = field(default=str, repr=False, compare=False)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def all_text(self) -> str:
        """The text of every block, or of the message when it has no blocks."""
        return super().all_text() if self.blocks else blockkit.readable(self.text, self.name_of)


@dataclass(kw_only=True)
class View(_Surface):
    """An open modal or a person's Home tab. `entered` holds the state objects of what they put in so far."""

    id: str
    user: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    entered: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    name_of: Callable[[str], str] = field(default=str, repr=False, compare=False)

    @property
    def blocks(self) -> list[Json]:  # type: ignore[override]
        """The blocks shown."""
        return list(self.payload["blocks"])

    @property
    def type(self) -> str:
        """ "modal" or "home"."""
        return str(self.payload["type"])

    @property
    def title(self) -> str:
        """The title in the head of a modal."""
        return str(self.payload.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """The bot's name for this kind of view."""
        return str(self.payload.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the bot keeps in the view; no person sees it."""
        return str(self.payload.get("private_metadata", ""))

    @property
    def state(self) -> dict[str, dict[str, Json]]:
        """`state.values` as the bot gets it."""
        return states(self.blocks, self.entered)

    def labels(self) -> list[str]:
        """The labels of the input fields, in order."""
        return [block["label"]["text"] for block in self.blocks if block["type"] == "input"]

    def values(self) -> dict[str, Any]:
        """What stands in each field, as a person reads it, by block_id."""
        return {block_id: readable(state) for block_id, by_action in self.state.items() for state in by_action.values()}


@dataclass(kw_only=True)
class File:
    """An uploaded file, or a canvas, whose content is Markdown; `channels` may read it."""

    id: str
    name: str
    mimetype: str
    content: bytes
    user: str
    url: str
    channels: set[str] = field(default_factory=set)
    created: int = 0


CANVAS: Final = "application/vnd.slack-docs"
"""The type of a file that is a canvas."""


class Workspace:
    """Everything one Slack workspace holds."""

    def __init__(self, *, team_id: str = "T0LOCAL01", name: str = "Local", domain: str = "local") -> None:
        self.team_id = team_id
        self.name = name
        self.domain = domain
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.whispers: dict[str, list[Message]] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.read_up_to: dict[tuple[str, str], str] = {}
        self.last_number = 0

        def name_of(some_id: str) -> str:  # a closure, which a copy of a message keeps as it is
            if some_id in self.users:
                return self.users[some_id].handle
            return self.channels[some_id].name if some_id in self.channels else some_id

        self.name_of = name_of
        self.add_user(User(id=SLACKBOT_ID, handle="slackbot", real_name="Slackbot", is_bot=True))
        self.add_user(User(id=BOT_USER_ID, handle="app", real_name="App", is_bot=True))

    @classmethod
    def seed(cls, *, name: str, domain: str, people: Iterable[User], channels: Iterable[Channel]) -> Workspace:
        """A workspace with these people and channels. Members may be given by handle, the app as APP."""
        workspace = cls(name=name, domain=domain)
        for person in people:
            workspace.add_user(person)
        for channel in channels:
            workspace.add_channel(channel)
        return workspace

    def new_id(self, prefix: str) -> str:
        """A fresh id: the prefix and a number that grows."""
        self.last_number += 1
        return f"{prefix}{self.last_number:08X}"

    def add_user(self, user: User) -> User:
        """Add a person. Raises ValueError when the handle is taken."""
        if any(other.handle == user.handle for other in self.users.values()):
            raise ValueError(f"there is already somebody called {user.handle}")
        user.id = user.id or self.new_id("U")
        user.real_name = user.real_name or user.handle
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Add a channel. Raises ValueError when its name is taken, NotPossible for an unknown member."""
        if channel.name and any(other.name == channel.name for other in self.channels.values()):
            raise ValueError(f"there is already a channel {channel.name}")
        channel.name = channel.name.removeprefix("#")
        channel.members = {self.user(member).id for member in channel.members}
        channel.id = channel.id or self.new_id("D" if channel.kind == "im" else "C")
        self.channels[channel.id] = channel
        self.messages[channel.id] = []
        return channel

    def user(self, who: str) -> User:
        """A user by id, handle ("@" allowed), real name, or APP. Raises NotPossible when there is none."""
        if who == APP:
            return self.users[BOT_USER_ID]
        if who in self.users:
            return self.users[who]
        for user in self.users.values():
            if who.removeprefix("@") == user.handle or who == user.real_name:
                return user
        raise NotPossible(f"nobody here is called {who}", "nobody_called", name=who)

    def channel(self, which: str) -> Channel:
        """A channel by id or name ("#" allowed). Raises NotPossible when there is none."""
        if which in self.channels:
            return self.channels[which]
        for channel in self.channels.values():
            if channel.name and channel.name == which.removeprefix("#"):
                return channel
        raise NotPossible(f"there is no channel {which}", "no_such_channel", name=which)

    def dm_with_app(self, user_id: str) -> Channel:
        """The direct message between a person and the app, made when first asked for."""
        return self.dm_between(user_id, BOT_USER_ID)

    def dm_between(self, one: str, other: str) -> Channel:
        """The direct message between two users (ids), made when first asked for; with oneself, for notes."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == {one, other}:
                return channel
        return self.add_channel(Channel(name="", kind="im", members={one, other}))

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message as it is now, or None when there is none (any more). Ephemeral messages are found too."""
        for message in self.messages.get(channel_id, ()):
            if message.ts == ts:
                return message
        for message in self.all_whispers():
            if message.channel == channel_id and message.ts == ts:
                return message
        return None

    def all_whispers(self) -> Iterator[Message]:
        """Every ephemeral message anybody sees."""
        for whispers in self.whispers.values():
            yield from whispers

    def top_level(self, channel_id: str) -> list[Message]:
        """The messages of a channel outside threads, and those broadcast from threads, oldest first."""
        return [message for message in self.messages[channel_id] if not message.is_reply or message.broadcast]

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """The replies below a message, oldest first."""
        return [m for m in self.messages[channel_id] if m.is_reply and m.thread_ts == thread_ts]

    def view(self, view_id: str) -> View | None:
        """An open modal or a Home tab by id."""
        for view in self.all_views():
            if view.id == view_id:
                return view
        return None

    def view_called(self, external_id: str) -> View | None:
        """An open view by the bot's own id for it."""
        for view in self.all_views():
            if view.payload.get("external_id") == external_id:
                return view
        return None

    def all_views(self) -> Sequence[View]:
        """Every open modal and every Home tab."""
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())
