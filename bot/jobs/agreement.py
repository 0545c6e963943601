"""A changed agreement takes effect without a restart, as a whole or not at all."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.app import Supercargo
from bot.settings import read_agreement
from bot.views.agreement import problem, still_used
from bot.views.wording import Words
from department import SUBJECTS
from department.agreement import Agreement
from storage.store import Store, codes_in_use

log = logging.getLogger(__name__)

ENGLISH = Words(("en",), "UTC")
"""What the log is written in."""


class Watch:
    """Looks at the agreement's file now and then; the first look also makes up for changes while nobody looked."""

    def __init__(self, path: Path, supercargo: Supercargo) -> None:
        self.path = path
        self.supercargo = supercargo
        self.seen: tuple[float, int] | None = None

    def look(self) -> bool:
        """Take over the agreement if its file changed and is right. Returns whether it was taken over."""
        stamp = self._stamp()
        if stamp == self.seen:
            return False
        loaded = read_agreement(self.path)
        if isinstance(loaded, list):
            return self._refuse(stamp, [problem(found, ENGLISH) for found in loaded])
        if left := left_behind(self.supercargo.store, loaded):
            return self._refuse(stamp, [still_used(code, ENGLISH) for code in left])
        loaded.work_calendar()  # computed here, so that nobody who acts waits for it
        self.supercargo.desk.agreement = loaded
        if not self.supercargo.desk.review():
            return False
        self.seen = stamp  # only now: what fails on the way is done again at the next look
        log.info("agreement version %s is in force", loaded.version)
        return True

    def _refuse(self, stamp: tuple[float, int], problems: list[str]) -> bool:
        for said in problems:
            log.error("the agreement was not taken over: %s", said)
        self.seen = stamp
        return False

    def _stamp(self) -> tuple[float, int]:
        stat = self.path.stat()
        return (stat.st_mtime, stat.st_size)


def left_behind(store: Store, new: Agreement) -> list[str]:
    """Codes that records still stand in, such as a complaint's category, but an agreement no longer has."""
    with store.reading() as session:
        used = {
            code
            for rules in SUBJECTS.values()
            for attribute, known in rules.codes.items()
            for code in codes_in_use(session, rules.record, attribute) - set(known(new))
        }
    return sorted(used)
