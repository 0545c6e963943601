"""Every minute: what the agreement's calendar holds is entered, if a day began or the agreement changed."""

from __future__ import annotations

from bot.app import Supercargo


def tick(supercargo: Supercargo) -> None:
    """Enter the meetings and rounds that come into sight."""
    supercargo.planner.look()
