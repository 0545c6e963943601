"""The bot in a process of its own that kills itself (SIGKILL) before or after its first commit. For tests."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from multiprocessing.connection import Connection

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import demo
from bot.app import build
from bot.door import Door
from bot.http_server import HttpServer
from bot.settings import Settings
from department.agreement_file import load
from playground import ManualClock


def serve(
    told: Connection, database: str, api_url: str, bot_token: str, signing_secret: str, moment: str, point: str
) -> None:
    """Serve until killed; tells the port. `point` is "before" or "after" the first commit that writes."""
    agreement = load(demo.AGREEMENT.read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(agreement, list)
    settings = Settings.model_validate(
        {"SLACK_BOT_TOKEN": bot_token, "SLACK_API_URL": api_url, "SUPERCARGO_DATABASE": database}
    )
    house = build(settings, agreement, ManualClock(datetime.fromisoformat(moment)))
    die_at(point)
    server = HttpServer(Door(house, signing_secret, dict), "127.0.0.1", 0)
    told.send(server.port)
    server.run()


def die_at(point: str) -> None:
    """Die at the first commit that writes."""

    def writes(session: Session) -> bool:
        return session.connection().get_execution_options().get("begin_mode") == "IMMEDIATE"

    def die(session: Session) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def before(session: Session) -> None:
        if not writes(session):
            return
        if point == "before":
            die(session)
        event.listen(session, "after_commit", die)

    event.listen(Session, "before_commit", before)
