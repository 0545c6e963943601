"""What is no longer needed is not kept: answers to deliveries, and messages that were delivered or given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.app import Supercargo
from storage import left_out, outbox, store

KEPT: Final = timedelta(days=30)
"""Slack delivers an event again for a day at most; a month leaves time to look into what went wrong."""


def tidy(supercargo: Supercargo) -> None:
    """Forget what is older than a month. Records, their events and their cards stay."""
    before = supercargo.clock.now() - KEPT
    with supercargo.store.transaction() as session:
        store.forget_answers(session, before)
        outbox.forget(session, before)
        left_out.forget(session, before)
