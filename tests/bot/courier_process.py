"""A courier in a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.courier import Courier
from bot.views.blockkit import Payload
from playground import ManualClock
from storage.store import Store


def card(session: Session, workspace: str, subject: str, number: int) -> Payload:
    """A card that says which one it is."""
    return Payload([], f"card {number}")


def deliver(url: str, slack: str, now: datetime, point: str, times: int) -> None:
    """One pass, in which the process is killed when it comes to `point` for the given time."""
    left = times

    def at(step: str) -> None:
        nonlocal left
        if step == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    store = Store(url)
    client = WebClient(token="xoxb-test", base_url=slack, timeout=10, retry_handlers=[])
    Courier(store, ManualClock(now), client, card, at=at).deliver()
    store.dispose()
