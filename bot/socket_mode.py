"""Socket Mode with a watchdog: a socket that went silent is replaced, and until it is the process says so."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

log = logging.getLogger(__name__)

PING_INTERVAL: Final = 10
STALE_AFTER: Final = 60
"""Seconds without a pong after which the socket counts as dead, whatever it says of itself."""

LOOK_EVERY: Final = 10


class Socket:
    """One Socket Mode connection, kept alive until it is stopped."""

    def __init__(self, bolt: App, app_token: str) -> None:
        self.bolt = bolt
        self.app_token = app_token
        self._stopping = threading.Event()
        self._handler: SocketModeHandler | None = None
        self._watch = threading.Thread(target=self._keep_alive, name="socket-watchdog", daemon=True)

    def start(self) -> None:
        """Begin connecting. Slack may be away: the watchdog goes on trying."""
        self._watch.start()

    def stop(self) -> None:
        """Close the connection; envelopes that are being handled are answered first."""
        self._stopping.set()
        self._watch.join(timeout=5)
        if self._handler is not None:
            self._close(self._handler)

    def is_alive(self) -> bool:
        """Whether Slack has answered a ping within the last minute."""
        if self._handler is None or not self._handler.client.is_connected():
            return False
        pong = getattr(self._handler.client.current_session, "last_ping_pong_time", None)
        return pong is None or time.time() - pong < STALE_AFTER

    def _keep_alive(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = LOOK_EVERY
            if self.is_alive():
                continue
            try:
                self._connect()
            except Exception as error:
                log.warning("Slack's socket could not be opened, trying again: %s", type(error).__name__)

    def _connect(self) -> None:
        old = self._handler
        handler = SocketModeHandler(self.bolt, self.app_token, web_client=self.bolt.client, ping_interval=PING_INTERVAL)
        handler.connect()  # type: ignore[no-untyped-call]
        self._handler = handler
        if old is not None:
            log.warning("the socket was silent and has been replaced")
            self._close(old)

    @staticmethod
    def _close(handler: SocketModeHandler) -> None:
        try:
            handler.close()  # type: ignore[no-untyped-call]
        except AttributeError:
            # The SDK raises this when it is closed in the middle of a reconnect.
            log.debug("the socket was closed while it was reconnecting")
