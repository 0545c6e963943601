"""Every minute: whoever is to be congratulated is."""

from __future__ import annotations

from bot import wishes
from bot.app import Supercargo


def tick(supercargo: Supercargo) -> None:
    """Congratulate everybody whose moment has come."""
    while wishes.run_due(supercargo.desk) and not supercargo.desk.stopping.is_set():
        pass
