"""The doors to the internet: everything is refused before it is parsed unless Slack signed it just now.

`/slack/events` takes Slack's payloads, `/livez` tells that the process answers, `/readyz` that it can do its work.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

from bot.app import Supercargo

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Ready = Callable[[], Mapping[str, bool]]

LARGEST_BODY: Final = 1_000_000
"""Bytes. Slack's own payloads stay far below: a view has at most 250 KB."""


class Door:
    """The WSGI application that Slack calls."""

    def __init__(self, supercargo: Supercargo, signing_secret: str, ready: Ready) -> None:
        self.slack = SlackRequestHandler(supercargo.bolt, path="/slack/events")
        self.verifier = SignatureVerifier(signing_secret)
        self.health = Health(ready)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/slack/events"):
            return self.health(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return _text(start_response, "400 Bad Request", "")
        if len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
            return _text(start_response, "413 Content Too Large", "")
        body = environ["wsgi.input"].read(int(length))
        if not self._is_signed(body, environ):
            log.warning("a request without Slack's signature was refused")
            return _text(start_response, "401 Unauthorized", "")
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            answered: Iterable[bytes] = self.slack(environ, _unless_unreadable(start_response))
        except Exception as error:
            # Bolt's own parsers raise on payloads that are not of Slack's form. The body stays out of the log.
            log.warning("a signed request could not be read: %s", type(error).__name__)
            return _text(start_response, "400 Bad Request", "")
        return answered

    def _is_signed(self, body: bytes, environ: Environ) -> bool:
        """Slack's signature over the raw body, not older than five minutes.

        Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
        """
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and signature.isascii()):
            return False
        try:
            return self.verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False  # Slack signs text only


class Health:
    """The WSGI application for whoever watches the process; it takes nothing in."""

    def __init__(self, ready: Ready) -> None:
        self.ready = ready

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", "/livez":
                return _text(start_response, "200 OK", "alive")
            case "GET", "/readyz":
                checks = self.ready()
                said = "\n".join(f"{name}: {'ok' if good else 'not ready'}" for name, good in checks.items())
                return _text(start_response, "200 OK" if all(checks.values()) else "503 Service Unavailable", said)
            case _:
                return _text(start_response, "404 Not Found", "")


class Unreadable(Exception):
    """A signed request that is not of Slack's form."""


def _unless_unreadable(start_response: StartResponse) -> StartResponse:
    """Our listeners answer for their own faults, so a 500 of Bolt's is about a payload that it could not read."""

    def start(status: str, headers: list[tuple[str, str]]) -> Any:
        if status.startswith("500"):
            raise Unreadable
        return start_response(status, headers)

    return start


def _text(start_response: StartResponse, status: str, said: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
    return [said.encode()]
