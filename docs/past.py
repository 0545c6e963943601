"""Lives the month before the demonstration anew and keeps it in the package, after a change of what is in it.

uv run python docs/past.py
"""

from __future__ import annotations

import sys
from datetime import datetime

from bot import demo, past


def main() -> None:
    """Live October, a dot for each thing that happens, and write what came of it."""

    def said(moment: datetime) -> None:
        print(".", end="", file=sys.stderr, flush=True)

    with demo.month() as (slack, supercargo, database):
        past.live(slack, supercargo, said)
        slack.assert_quiet()
        past.keep(slack, database, past.SHIPPED)


if __name__ == "__main__":
    main()
