"""Every second: whatever fell due is done now."""

from __future__ import annotations

from bot.app import Supercargo


def tick(supercargo: Supercargo) -> None:
    """Fire every due deadline; after a stop of days the oldest first."""
    while supercargo.desk.fire_due() and not supercargo.desk.stopping.is_set():
        pass
