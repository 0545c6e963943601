"""A Slack of a few methods whose answers are scripted: every way in which a request goes wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

OUR_BOT = "B0US"
PAGE = 100


@dataclass(frozen=True)
class Fault:
    """What happens to one request: whether it takes effect all the same, and what comes back; `body` None hangs up, or,
    when it is `silent`, waits until the other side does."""

    takes_effect: bool
    body: bytes | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False


def answers(error: str, *, takes_effect: bool = False) -> Fault:
    """Slack's own `ok: false`."""
    return Fault(takes_effect, json.dumps({"ok": False, "error": error}).encode())


def too_fast(**headers: str) -> Fault:
    """HTTP 429."""
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return Fault(False, b'{"ok": false, "error": "ratelimited"}', 429, named)


HANGS_UP = Fault(False, None)
HANGS_UP_AFTERWARDS = Fault(True, None)
SILENT = Fault(False, None, silent=True)
SILENT_AFTERWARDS = Fault(True, None, silent=True)
GATEWAY_ERROR = Fault(False, b"<html>502 Bad Gateway</html>", 502)
GATEWAY_ERROR_AFTERWARDS = Fault(True, b"<html>502 Bad Gateway</html>", 502)
GARBAGE = Fault(True, b"<html>Welcome to the hotel's network</html>")
CUT_SHORT = Fault(True, b'{"ok": true, "chan')
EMPTY = Fault(True, b'{"ok": true}')


class FakeSlack:
    """Serves on loopback. `messages` is what the channels show, in the order in which it took effect."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.messages: list[dict[str, Any]] = []
        self.whispers: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.down_until: datetime | None = None
        self.during: dict[str, Callable[[], None]] = {}
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._lock = threading.Lock()
        slack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                method = self.path.rsplit("/", 1)[-1]
                slack._serve(self, method, self._arguments())

            do_GET = do_POST  # noqa: N815 (the base class calls them so)

            def _arguments(self) -> dict[str, Any]:
                path, _, query = self.path.partition("?")
                self.path = path
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                is_json = "json" in (self.headers.get("Content-Type") or "")
                said = json.loads(text) if is_json else dict(parse_qsl(text))
                return {**dict(parse_qsl(query)), **said}

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class calls it that)
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/"

    def close(self) -> None:
        """Stop serving; connections are refused from now on."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def will(self, method: str, *faults: Fault) -> None:
        """What happens to the coming calls of a method, one each."""
        self._faults[method] += faults

    def mend(self) -> None:
        """Nothing of that happens any more."""
        self._faults.clear()

    def texts(self, channel: str = "") -> list[str]:
        """What a channel shows, or all of them."""
        return [said["text"] for said in self.messages if channel in ("", said["channel"])]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    def post(self, channel: str, text: str, *, key: str = "", bot: str = OUR_BOT) -> str:
        """Somebody's message; returns its ts."""
        metadata = {"event_type": "supercargo_message", "event_payload": {"k": key}} if key else None
        return str(self._chat_postMessage({"channel": channel, "text": text, "metadata": metadata}, bot)["ts"])

    def _serve(self, handler: BaseHTTPRequestHandler, method: str, arguments: dict[str, Any]) -> None:
        arguments.pop("token", None)
        with self._lock:
            self.calls.append((method, arguments))
            fault = self._faults[method].popleft() if self._faults[method] else None
            if self.down_until is not None and self.now() < self.down_until:
                fault = GATEWAY_ERROR
            answer: dict[str, Any] = {}
            if fault is None or fault.takes_effect:
                answer = getattr(self, f"_{method.replace('.', '_')}")(arguments)
            if method in self.during:
                self.during.pop(method)()
        if fault is None:
            fault = Fault(True, json.dumps({"ok": True, **answer}).encode())
        if fault.silent:
            handler.connection.recv(1)
        if fault.body is None:
            handler.close_connection = True
            with suppress(OSError):
                handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.send_response(fault.status)
        for name, said in fault.headers.items():
            handler.send_header(name, said)
        handler.send_header("Content-Length", str(len(fault.body)))
        handler.end_headers()
        handler.wfile.write(fault.body)

    def _chat_postMessage(self, arguments: dict[str, Any], bot: str = OUR_BOT) -> dict[str, Any]:  # noqa: N802
        metadata = arguments.get("metadata")
        message = {
            "channel": arguments["channel"],
            "ts": f"{self.now().timestamp() + len(self.messages) * 1e-6:.6f}",
            "thread_ts": arguments.get("thread_ts"),
            "text": arguments["text"],
            "metadata": json.loads(metadata) if isinstance(metadata, str) else metadata,
            "bot_id": bot,
        }
        self.messages.append(message)
        return {"channel": message["channel"], "ts": message["ts"]}

    def _chat_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (arguments["channel"], arguments["ts"]):
                message["text"] = arguments["text"]
                return {"channel": message["channel"], "ts": message["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _chat_delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.messages = [message for message in self.messages if message["ts"] != arguments["ts"]]
        return {}

    def _canvases_create(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"canvas_id": "F1"}

    def _canvases_access_set(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {}

    def _chat_postEphemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.whispers.append(arguments)
        return {"message_ts": "1.000001"}

    def _conversations_open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{arguments['users']}"}}

    def _conversations_history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        there = [message for message in self.messages if message["thread_ts"] is None]
        return self._page(list(reversed(there)), arguments)

    def _conversations_replies(self, arguments: dict[str, Any]) -> dict[str, Any]:
        there = [message for message in self.messages if arguments["ts"] in (message["ts"], message["thread_ts"])]
        return self._page(there, arguments)

    def _page(self, there: list[dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
        asked = [
            message
            for message in there
            if message["channel"] == arguments["channel"] and float(message["ts"]) > float(arguments["oldest"])
        ]
        start = int(arguments.get("cursor") or 0)
        end = start + min(PAGE, int(arguments["limit"]))
        cursor = str(end) if end < len(asked) else ""
        return {"messages": asked[start:end], "response_metadata": {"next_cursor": cursor}}
