"""How Slack writes users, conversations, messages, views and files in JSON, in the Web API and in payloads."""

from __future__ import annotations

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from playground.inputs import Json
from playground.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    SLACKBOT_ID,
    Channel,
    File,
    Message,
    User,
    View,
    Workspace,
)


def user_json(user: User, workspace: Workspace, now: datetime, address: str) -> Json:
    """A user as users.info gives it, without email and locale, which need a scope and an argument; `address` is our
    own, where the pictures are."""
    local = now.astimezone(ZoneInfo(user.tz))
    offset = local.utcoffset()
    return {
        "id": user.id,
        "team_id": workspace.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": local.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {
            "title": user.title,
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.handle,
            "display_name_normalized": user.handle,
            "image_192": f"{address}/pictures/{user.id}.svg",
            "team": workspace.team_id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot and user.id != SLACKBOT_ID,  # Slack itself says that Slackbot is no bot
        "is_app_user": False,
        "updated": 0,
    }


def drawn(user: User) -> str:
    """The picture of an account: its initial on a colour of its own, as SVG."""
    hue = sum(map(ord, user.handle)) * 53 % 360
    initial = escape((user.real_name or user.handle)[:1])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="192" viewBox="0 0 192 192">'
        f'<rect width="192" height="192" fill="hsl({hue} 38% 38%)"/>'
        '<text x="96" y="128" font-size="92" font-family="sans-serif" font-weight="600" fill="#fff" '
        f'text-anchor="middle">{initial}</text></svg>'
    )


def channel_json(channel: Channel) -> Json:
    """A conversation as conversations.info gives it."""
    if channel.kind == "im":
        other = next((member for member in sorted(channel.members) if member != BOT_USER_ID), BOT_USER_ID)
        return {"id": channel.id, "is_im": True, "user": other, "is_archived": False, "created": 0}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.archived,
        "is_general": False,
        "is_member": BOT_USER_ID in channel.members,
        "num_members": len(channel.members),
        "created": 0,
        "creator": SLACKBOT_ID,
    }


def message_json(message: Message, workspace: Workspace) -> Json:
    """A message as in a channel's history, without its metadata, which is given only when asked for."""
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    shown["team"] = workspace.team_id
    if message.subtype:
        shown["subtype"] = message.subtype
    if message.from_app:
        shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.edited:
        shown["edited"] = message.edited
    if message.files:
        shown["files"] = [file_json(workspace.files[file_id]) for file_id in message.files]
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.is_reply:
        parent = workspace.message(message.channel, message.thread_ts or "")
        shown["thread_ts"] = message.thread_ts
        if parent is not None:
            shown["parent_user_id"] = parent.user
    elif not message.whispered_to and (replies := workspace.replies(message.channel, message.ts)):
        shown |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }
    return shown


def view_json(view: View, workspace: Workspace) -> Json:
    """A view as views.* answer with it and as payloads carry it."""
    given = view.payload
    return {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "title": given.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": given.get("external_id", ""),
        "app_installed_team_id": workspace.team_id,
        "bot_id": BOT_ID,
    }


def file_json(file: File) -> Json:
    """A file as files.info gives it; its content is read with the bot token."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "size": len(file.content),
        "user": file.user,
        "created": file.created,
        "channels": sorted(file.channels),
        "url_private": file.url,
        "url_private_download": file.url,
    }
