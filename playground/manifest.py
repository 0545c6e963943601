"""The app as its manifest describes it: what it may call, what it hears and what people can start.

A scope, an event or a command that the manifest lacks is missing here too, so it fails in a test and not at the
first installation. Source: Slack's app manifest schema, major version 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ruamel.yaml import YAML

SCOPES_OF_EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "reaction_added": "reactions:read",
        "reaction_removed": "reactions:read",
        "team_join": "users:read",
        "user_change": "users:read",
    }
)
"""The scope without which Slack does not deliver an event (docs.slack.dev/reference/events, one page an event)."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command. `should_escape` turns mentions, channels and links in its text into their ids."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut: `type` is "global" or "message"."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the local Slack takes from an app manifest."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    bot_events: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: tuple[Shortcut, ...]
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    interactive: bool

    def hears(self, subscription: str) -> bool:
        """Whether Slack delivers this kind of event: subscribed to, and its scope granted."""
        needed = SCOPES_OF_EVENTS.get(subscription)
        return subscription in self.bot_events and (needed is None or needed in self.scopes)


def read_manifest(path: Path) -> Manifest:
    """Read a schema 2 manifest (YAML). Raises OSError when unreadable, KeyError when a required key is absent."""
    return _parsed(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=16)  # a test suite starts many local Slacks from one manifest, and YAML is slow to read
def _parsed(text: str) -> Manifest:
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    features = data.get("features", {})
    settings = data.get("settings", {})
    home = features.get("app_home", {})
    scopes = data.get("oauth_config", {}).get("scopes", {})
    name = data["display_information"]["name"]
    commands = [
        Command(
            item["command"],
            item["description"],
            item.get("usage_hint", ""),
            item.get("should_escape", False),
        )
        for item in features.get("slash_commands", [])
    ]
    return Manifest(
        name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        scopes=frozenset(scopes.get("bot", [])) | frozenset(scopes.get("bot_optional", [])),
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands=MappingProxyType({command.command: command for command in commands}),
        shortcuts=tuple(
            Shortcut(item["name"], item["type"], item["callback_id"], item["description"])
            for item in features.get("shortcuts", [])
        ),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False),
        messages_read_only=home.get("messages_tab_read_only_enabled", True),  # ASSUMED default
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
    )
