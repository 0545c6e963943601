"""The time of the local Slack: one clock it shares with the bot, moved forward by tests and by the page.

Message timestamps, event retries, response_url age and rate limits follow this clock. What guards a connection
(trigger ids, acknowledgements, signatures, sockets) follows real time instead, whatever this clock says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol


class Clock(Protocol):
    """What the local Slack needs of a clock: aware UTC moments, and a way forward."""

    def now(self) -> datetime: ...

    def advance_to(self, moment: datetime) -> None: ...


class ManualClock:
    """A clock that stands still until it is moved. For tests."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        """The moment the clock was last set to, aware UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment`; the same as `advance_to`."""
        self.advance_to(moment)

    def advance_to(self, moment: datetime) -> None:
        """Move forward to `moment` (aware). Raises ValueError for a moment that has passed."""
        moment = _utc(moment)
        if moment < self._now:
            raise ValueError(f"the clock only moves forward: it is {self._now}, {moment} has passed")
        self._now = moment


class SharedClock:
    """A clock that runs on from `start` (aware; by default the real moment) and can be hurried. For the playground."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta() if start is None else _utc(start) - datetime.now(UTC)
        self._moving = Lock()

    def now(self) -> datetime:
        """`start`, the time that has really passed since, and everything skipped so far, aware UTC."""
        return datetime.now(UTC) + self._offset

    def advance_to(self, moment: datetime) -> None:
        """Skip to `moment` (aware). A moment that has passed changes nothing: real time got there first."""
        with self._moving:
            self._offset += max(_utc(moment) - self.now(), timedelta())


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)
