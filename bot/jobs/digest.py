"""Every ten seconds: whoever's morning has come gets their digest."""

from __future__ import annotations

from bot import digest
from bot.app import Supercargo


def tick(supercargo: Supercargo) -> None:
    """Say good morning to everybody whose time has come."""
    while digest.run_due(supercargo.desk) and not supercargo.desk.stopping.is_set():
        pass
