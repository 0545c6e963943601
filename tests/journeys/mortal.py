"""The bot in a process of its own that kills itself (SIGKILL) before or after its first commit. For tests."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection

from bot import demo
from bot.app import build
from bot.door import Door
from bot.http_server import HttpServer
from bot.settings import Settings
from playground import ManualClock

AGREEMENT = demo.sample_agreement()
"""Read once, with its calendar, before processes fork off."""
AGREEMENT.work_calendar()


def serve(
    told: Connection, database: str, api_url: str, bot_token: str, signing_secret: str, moment: str, point: str
) -> None:
    """Serve until killed; tells the port. `point` is "before" or "after" the first commit that writes."""
    settings = Settings.model_validate(
        {"SLACK_BOT_TOKEN": bot_token, "SLACK_API_URL": api_url, "SUPERCARGO_DATABASE": database}
    )
    house = build(settings, AGREEMENT, ManualClock(datetime.fromisoformat(moment)))
    house.store.at = partial(die, f"{point}_commit")
    server = HttpServer(Door(house, signing_secret, dict), "127.0.0.1", 0)
    told.send(server.port)
    server.run()


def die(point: str, step: str) -> None:
    """Die at the first commit that writes."""
    if step == point:
        os.kill(os.getpid(), signal.SIGKILL)
