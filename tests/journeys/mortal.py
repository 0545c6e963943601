"""The bot in a process of its own that kills itself (SIGKILL) at the n-th commit, before or after it. For tests.

python -m tests.journeys.mortal DATABASE API_URL BOT_TOKEN SIGNING_SECRET before|after|never N
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import demo
from bot.app import build
from bot.clock import SystemClock
from bot.door import Door
from bot.http_server import HttpServer
from bot.settings import Settings
from department.agreement_file import load


def main() -> None:
    """Serve until killed; prints the port."""
    database, api_url, bot_token, signing_secret, point, nth = sys.argv[1:7]
    agreement = load(demo.AGREEMENT.read_text(encoding="utf-8"), "agreement.yaml")
    assert not isinstance(agreement, list)
    settings = Settings.model_validate(
        {"SLACK_BOT_TOKEN": bot_token, "SLACK_API_URL": api_url, "SUPERCARGO_DATABASE": database}
    )
    house = build(settings, agreement, SystemClock())
    if point != "never":
        die_at(point, int(nth))
    server = HttpServer(Door(house, signing_secret, dict), "127.0.0.1", 0)
    print(server.port, flush=True)
    server.run()


def die_at(point: str, nth: int) -> None:
    """Die at the n-th commit that wrote something."""
    commits = 0

    def count(session: Session) -> None:
        nonlocal commits
        if session.connection().get_execution_options().get("begin_mode") != "IMMEDIATE":
            return
        commits += 1
        if commits == nth and point == "before":
            os.kill(os.getpid(), signal.SIGKILL)

    def after(session: Session) -> None:
        if commits == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_commit", count)
    if point == "after":
        event.listen(Session, "after_commit", after)


if __name__ == "__main__":
    main()
