"""Who is who: the agreement's members and channels matched with Slack's, by e-mail address and by name."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import Supercargo
from department.agreement import Agreement
from storage import people

log = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
"""Profile changes come as events; this finds the ones that got lost."""

PAGE = 200
"""Slack recommends no more users or channels a page."""


class Roster:
    """Keeps the stored people and channels up to date; until it has succeeded once it tries at every tick."""

    def __init__(self, supercargo: Supercargo) -> None:
        self.supercargo = supercargo
        self.refreshed_at: datetime | None = None
        self.agreement: Agreement | None = None

    def refresh(self) -> None:
        """Ask Slack who is there, unless that was done lately for the same agreement."""
        now, agreement = self.supercargo.clock.now(), self.supercargo.desk.agreement
        if self.refreshed_at and now - self.refreshed_at < EVERY and self.agreement is agreement:
            return
        try:
            refresh(self.supercargo)
        except (SlackApiError, OSError) as error:
            log.warning("Slack could not be asked who is who, trying again: %s", type(error).__name__)
            return
        self.refreshed_at, self.agreement = now, agreement


def refresh(supercargo: Supercargo) -> None:
    """Ask Slack who we are, who is there and which channels there are, and store it. Raises Slack's errors."""
    client, agreement = supercargo.client, supercargo.desk.agreement
    me, users, found = client.auth_test(), accounts(client), channels(client)
    with supercargo.store.transaction() as session:
        workspace = str(me["team_id"])
        people.identify(
            session,
            workspace,
            bot_user=str(me["user_id"]),
            bot_id=str(me["bot_id"]),
            name=str(me["team"]),
            url=str(me.get("url") or ""),
        )
        before = people.closed(session)
        for user in users:
            people.upsert(session, workspace, user, agreement)
        moved = before ^ people.closed(session)
        people.store_channels(session, workspace, {f"#{channel['name']}": channel["id"] for channel in found})
    supercargo.desk.review_of(workspace, moved)


def accounts(client: WebClient) -> list[dict[str, Any]]:
    """Every account of the workspace, as Slack's user objects."""
    return _pages(lambda cursor: client.users_list(limit=PAGE, cursor=cursor, include_locale=True), "members")


def channels(client: WebClient) -> list[dict[str, Any]]:
    """Every channel the bot can see, as Slack's conversation objects."""
    return _pages(
        lambda cursor: client.conversations_list(
            limit=PAGE, cursor=cursor, exclude_archived=True, types="public_channel,private_channel"
        ),
        "channels",
    )


def _pages(call: Any, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = call(cursor)
        found += page[key]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return found
