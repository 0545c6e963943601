"""Enters what the agreement's calendar holds for the next sixty days: meetings and the rounds of awards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.desk import Desk
from department import awards, meetings
from department.agreement import Agreement
from department.people import Office
from department.records import Event
from storage import awards as rounds
from storage import meetings as shelf
from storage import people

Made = tuple[Any, list[Event]]


class Planner:
    """Looks once a day, and whenever the agreement changes. Any number of processes may look: each meeting is entered
    once, by whoever comes first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen: tuple[Agreement, date] | None = None

    def look(self) -> None:
        """Enter what is not entered yet. Raises `storage.store.Unavailable`."""
        agreement = self.desk.agreement
        today = self.desk.clock.now().astimezone(ZoneInfo(agreement.timezone)).date()
        if self.seen is not None and self.seen[0] is agreement and self.seen[1] == today:
            return
        with self.desk.store.reading() as session:
            workspaces = people.workspaces_known(session)
            office = self.desk.office(session)
            missing = [
                (workspace, subject)
                for workspace in workspaces
                for subject, wanted in WANTED.items()
                if next(iter(wanted(session, office, workspace)), None) is not None
            ]
        for workspace, subject in missing:
            self._enter(workspace, subject)
        self.seen = (agreement, today) if workspaces else None

    def _enter(self, workspace: str, subject: str) -> None:
        def make(session: Session, office: Office, number: Callable[[], int]) -> Iterable[Made]:
            for made in list(WANTED[subject](session, office, workspace)):
                yield made(workspace, number())

        try:
            self.desk.take_over(workspace, subject, make)
        except IntegrityError:
            return  # another process has just entered the same


def _meetings(session: Session, office: Office, workspace: str) -> Iterable[Callable[[str, int], Made]]:
    return meetings.plan(office, shelf.known(session, workspace, office.today - meetings.LOOKED_BACK))


def _awards(session: Session, office: Office, workspace: str) -> Iterable[Callable[[str, int], Made]]:
    return awards.plan(office, rounds.known(session, workspace, office.today - awards.LOOKED_BACK))


WANTED: dict[str, Callable[[Session, Office, str], Iterable[Callable[[str, int], Made]]]] = {
    meetings.SUBJECT: _meetings,
    awards.SUBJECT: _awards,
}
"""What is still to be entered, by subject."""
