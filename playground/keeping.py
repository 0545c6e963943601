"""Keeps a workspace in a file, and finds it again.

Connections, trigger ids and the app's tokens are not kept: they are new at each start, as after a Slack outage.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from playground.inputs import Json
from playground.workspace import Channel, File, Message, User, View, Workspace


def snapshot(workspace: Workspace, now: datetime) -> str:
    """The workspace and the moment of its clock (aware), as `restore` reads them."""
    state = {
        "now": now.isoformat(),
        "team_id": workspace.team_id,
        "name": workspace.name,
        "domain": workspace.domain,
        "last_number": workspace.last_number,
        "users": _all(workspace.users.values()),
        "channels": _all(workspace.channels.values()),
        "messages": _all(message for messages in workspace.messages.values() for message in messages),
        "whispers": _all(workspace.all_whispers()),
        "stacks": [_all(stack) for stack in workspace.stacks.values()],
        "homes": _all(workspace.homes.values()),
        "files": _all(workspace.files.values()),
        "read_up_to": [[*key, ts] for key, ts in workspace.read_up_to.items()],
    }
    return json.dumps(state, ensure_ascii=False, default=_plain)


def write(state: str, path: Path) -> None:
    """Put a snapshot into the file, wholly or not at all."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(state)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def restore(path: Path) -> tuple[Workspace, datetime]:
    """The workspace in the file and the moment its clock showed. Raises ValueError when the file is something else."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        workspace = Workspace(team_id=state["team_id"], name=state["name"], domain=state["domain"])
        named = workspace.name_of
        workspace.last_number = state["last_number"]
        workspace.users = {item["id"]: User(**item) for item in state["users"]}
        for item in state["channels"]:
            workspace.channels[item["id"]] = Channel(**item | {"members": set(item["members"])})
            workspace.messages[item["id"]] = []
        for item in state["messages"]:
            workspace.messages[item["channel"]].append(Message(**item, name_of=named))
        for item in state["whispers"]:
            workspace.whispers.setdefault(item["whispered_to"], []).append(Message(**item, name_of=named))
        for stack in state["stacks"]:
            views = [View(**item, name_of=named) for item in stack]
            workspace.stacks |= {views[0].user: views} if views else {}
        workspace.homes = {item["user"]: View(**item, name_of=named) for item in state["homes"]}
        for item in state["files"]:
            content, channels = b64decode(item["content"]), set(item["channels"])
            workspace.files[item["id"]] = File(**item | {"content": content, "channels": channels})
        workspace.read_up_to = {(user, channel): ts for user, channel, ts in state["read_up_to"]}
        return workspace, datetime.fromisoformat(state["now"])
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise ValueError(f"{path} does not hold a workspace: {type(problem).__name__} {problem}") from problem


def _all(items: Iterable[User | Channel | Message | View | File]) -> list[Json]:
    return [{part.name: getattr(item, part.name) for part in fields(item) if part.compare} for item in items]


def _plain(value: Any) -> object:
    match value:
        case set():
            return sorted(value)
        case bytes():
            return b64encode(value).decode("ascii")
    raise TypeError(f"{value!r} cannot be kept")
