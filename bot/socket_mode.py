"""Socket Mode with a watchdog: a socket that went silent is replaced, and until it is the process says so.

The SDK opens a new socket by itself when Slack closes one. The watchdog is for what it does not notice.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Final

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

PING_INTERVAL: Final = 10
STALE_AFTER: Final = 60
"""Seconds without a pong after which the socket counts as dead, whatever it says of itself."""

LOOK_EVERY: Final = 10

FINISH_WITHIN: Final = 12
"""Seconds that envelopes in hand get when the socket stops: one call to Slack and one to a busy database."""


class Socket:
    """One Socket Mode connection, kept alive until it is stopped."""

    def __init__(self, bolt: App, app_token: str) -> None:
        self.bolt = bolt
        self.app_token = app_token
        self._stopping = threading.Event()
        self._handler: _Handler | None = None
        self._watch = threading.Thread(target=self._keep_alive, name="socket-watchdog", daemon=True)

    def start(self) -> None:
        """Begin connecting. Slack may be away: the watchdog goes on trying."""
        self._watch.start()

    def stop(self) -> None:
        """Take nothing new, answer the envelopes in hand while the socket is still open, then close it."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(timeout=5)
        if self._handler is not None:
            self._handler.finish()

    def is_alive(self) -> bool:
        """Whether Slack has answered a ping within the last minute."""
        return (
            self._handler is not None and self._handler.client.is_connected() and self._handler.silence() < STALE_AFTER
        )

    def _keep_alive(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = LOOK_EVERY
            if self._handler is not None and self._handler.silence() < STALE_AFTER:
                continue
            try:
                self._connect()
            except Exception as error:
                log.warning("Slack's socket could not be opened, trying again: %s", type(error).__name__)

    def _connect(self) -> None:
        handler, old = _Handler(self.bolt, self.app_token), self._handler
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            handler.shut()  # it has begun threads of its own
            raise
        self._handler = handler
        if old is not None:
            log.warning("the socket was silent and has been replaced")
            old.shut()


class _Handler(SocketModeHandler):
    """Bolt's handler, which also knows how long Slack has been silent and what it has in hand."""

    def __init__(self, bolt: App, app_token: str) -> None:
        super().__init__(bolt, app_token, web_client=bolt.client, ping_interval=PING_INTERVAL)
        self._heard_at = time.monotonic()
        self._last_pong = 0.0
        self._in_hand = 0
        self._finishing = False
        self._changed = threading.Condition()

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Handle one envelope and answer it. What comes after `finish` is left for Slack to deliver again."""
        with self._changed:
            if self._finishing:
                return
            self._in_hand += 1
        try:
            super().handle(client, req)
        finally:
            with self._changed:
                self._in_hand -= 1
                self._changed.notify_all()

    def silence(self) -> float:
        """Seconds since another answer of Slack's to a ping was first seen, or since it began. The SDK notes by the
        machine's clock when one came, and a clock can be put back."""
        pong = getattr(self.client.current_session, "last_ping_pong_time", None) or 0.0
        if pong != self._last_pong:
            self._last_pong, self._heard_at = pong, time.monotonic()
        return time.monotonic() - self._heard_at

    def finish(self) -> None:
        """Answer what is in hand, take nothing more, and close."""
        with self._changed:
            self._finishing = True
            self._changed.wait_for(lambda: self._in_hand == 0, timeout=FINISH_WITHIN)
        self.shut()

    def shut(self) -> None:
        """Close at once: the SDK by itself waits for up to three seconds for something to come in before it closes."""
        raw = getattr(self.client.current_session, "sock", None)
        if raw is not None:
            self.client.auto_reconnect_enabled = False
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RD)
        try:
            self.close()  # type: ignore[no-untyped-call]
        except AttributeError:
            # The SDK raises this when it is closed in the middle of a reconnect.
            log.debug("the socket was closed while it was reconnecting")
