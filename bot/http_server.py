"""waitress, stopped in order: no new connections, every answer in hand goes out, then the rest is closed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from waitress import wasyncore
from waitress.server import create_server

from bot.door import LARGEST_BODY

THREADS: Final = 8
CONNECTIONS: Final = 1000
"""waitress takes no new connections beyond this; its default of 100 turns a burst into dropped requests."""

FINISH_WITHIN: Final = 12
"""Seconds that answers in hand get when the server stops: one call to Slack and one to a busy database."""


class HttpServer:
    """An HTTP server for one WSGI application. `run` serves until `stop` is called, from any thread."""

    def __init__(
        self, application: Callable[..., Iterable[bytes]], host: str, port: int, threads: int = THREADS
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it writes a line for every request that waits
        self._server = create_server(
            application,
            host=host,
            port=port,
            threads=threads,
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST_BODY,
            ident=None,
        )
        self._stopping = threading.Event()
        self._waking = threading.Lock()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.effective_port)

    def run(self) -> None:
        """Serve until `stop`, and return when everything is closed."""
        while not self._stopping.is_set():
            self._turn()
        wasyncore.dispatcher.close(self._server)
        deadline = time.monotonic() + FINISH_WITHIN
        while self._is_busy() and time.monotonic() < deadline:
            self._turn()
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        with self._waking:
            self._server.trigger.close()
        wasyncore.close_all(self._server._map)

    def stop(self) -> None:
        """Take no new connections, finish what is in hand, and let `run` return."""
        with self._waking:  # `run` may see it and be done before it is woken
            self._stopping.set()
            self._server.pull_trigger()

    def _turn(self) -> None:
        self._server.asyncore.loop(timeout=1, map=self._server._map, use_poll=True, count=1)

    def _is_busy(self) -> bool:
        channels: Iterable[Any] = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)
