"""Runs Supercargo until it is told to stop, and then stops in order: no new work, finish what is in hand, close."""

from __future__ import annotations

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

from sqlalchemy import select

from bot import jobs
from bot.app import Supercargo, build
from bot.clock import SystemClock
from bot.door import Door, Health
from bot.http_server import THREADS, HttpServer
from bot.settings import Settings
from bot.socket_mode import Socket
from department.agreement import Agreement
from storage.store import Unavailable

log = logging.getLogger(__name__)


WORKS_WITHIN: Final = 60
"""Seconds since the last look at what is due and what is to be delivered: a call to Slack takes ten at most."""


class CannotListen(Exception):
    """The address for HTTP is taken, or not ours."""


class Service:
    """The courier's thread, the ticks, and one of the two ways in."""

    def __init__(self, settings: Settings, agreement: Agreement) -> None:
        self.supercargo = build(settings, agreement, SystemClock())
        self.settings = settings
        self.stopping = self.supercargo.desk.stopping
        self.scheduler = jobs.schedule(self.supercargo, settings.agreement)
        self.courier = threading.Thread(
            target=self.supercargo.courier.run, args=(self.stopping,), name="courier", daemon=True
        )

    def start(self) -> None:
        """Start what runs beside the way in. Raises `storage.store.InUse` when another process has the database.

        What was loaded before stays for good: the collector need not look through it again and again, which takes a
        tenth of a second each time.
        """
        self.supercargo.store.claim()
        gc.freeze()
        gc.enable()
        self.courier.start()
        self.scheduler.start()

    def stop(self) -> None:
        """Let every tick and the letter in hand finish."""
        self.stopping.set()
        self.supercargo.courier.wake()
        self.scheduler.shutdown(wait=True)
        self.courier.join(timeout=12)
        self.supercargo.store.dispose()

    def ready(self) -> Mapping[str, bool]:
        """What has to work for the process to be of use, and has worked within the last minute."""
        long_ago = time.monotonic() - WORKS_WITHIN
        return {
            "database": _answers(self.supercargo),
            "courier": self.courier.is_alive() and self.supercargo.courier.worked_at > long_ago,
            "ticks": self.scheduler.running and self.supercargo.desk.fired_at > long_ago,
        }


def over_http(settings: Settings, agreement: Agreement) -> None:
    """Serve Slack's requests over HTTP until SIGTERM or Ctrl-C."""
    service = Service(settings, agreement)
    door = Door(service.supercargo, settings.signing_secret.get_secret_value(), service.ready)
    server = _listen(door, settings, THREADS)
    service.start()
    try:
        _on_stop(server.stop)
        log.info("listening on http://%s:%s", settings.host, server.port)
        server.run()
    finally:
        service.stop()


def over_socket(settings: Settings, agreement: Agreement) -> None:
    """Serve Slack's envelopes over Socket Mode until SIGTERM or Ctrl-C, with the health pages on the port."""
    service = Service(settings, agreement)
    socket = Socket(service.supercargo.bolt, settings.app_token.get_secret_value())
    health = Health(lambda: {**service.ready(), "socket": socket.is_alive()})
    server = _listen(health, settings, 1)

    def stop() -> None:
        socket.stop()
        server.stop()

    service.start()
    try:
        _on_stop(stop)
        socket.start()
        log.info("connecting to Slack; health on http://%s:%s/readyz", settings.host, server.port)
        server.run()
    finally:
        service.stop()


def _listen(application: Door | Health, settings: Settings, threads: int) -> HttpServer:
    try:
        return HttpServer(application, settings.host, settings.port, threads=threads)
    except (OSError, ValueError) as error:  # waitress says ValueError of a host that is none
        why = error.strerror if isinstance(error, OSError) else "there is no such host"
        raise CannotListen(f"{settings.host}:{settings.port}: {why}") from error


def _on_stop(stop: Callable[[], None]) -> None:
    """Stop in order at the first signal; the second one ends the process at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)
        threading.Thread(target=stop, name="stop").start()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, handle)


def _answers(supercargo: Supercargo) -> bool:
    """Whether the database lets us write: SQLite hands over its write lock, PostgreSQL answers."""
    try:
        with supercargo.store.transaction() as session:
            session.execute(select(1))
    except Unavailable:
        return False
    return True
