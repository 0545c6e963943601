"""Deliveries to the bot, over Socket Mode or as signed HTTP requests, and the retries of events.

An interaction or a command is delivered once and must be answered within three real seconds. An event that is not
acknowledged is sent again nearly at once, after one minute and after five minutes of the workspace's time.
Sources: docs.slack.dev/apis/events-api, /apis/events-api/using-socket-mode,
/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from playground.clock import Clock
from playground.inputs import Json

ACK_SECONDS: Final = 3.0
"""Real seconds an app has to acknowledge. docs.slack.dev/interactivity/handling-user-interaction"""
RETRY_AFTER: Final = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
"""When an unacknowledged event is sent again, counted from the first attempt. docs.slack.dev/apis/events-api"""
MAX_SOCKETS: Final = 10
"""Connections an app may hold. docs.slack.dev/apis/events-api/using-socket-mode"""


@dataclass
class Delivery:
    """One request to the bot.

    `kind` is the type of an interaction, "slash_commands", or the type of an event. `status` is the HTTP status,
    200 for an acknowledged envelope, None when no answer came; `reason` then says why, in the words of
    x-slack-retry-reason. `answer` is the body, parsed. `headers` are those of the request. `at` is the workspace's time
    when it was sent, `seconds` how long the answer really took.
    """

    kind: str
    payload: Json
    retry_num: int = 0
    retry_reason: str = ""
    status: int | None = None
    answer: Any = None
    reason: str = ""
    no_retry: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    seconds: float = 0

    @property
    def acknowledged(self) -> bool:
        """Whether the bot answered 200 in time."""
        return self.status == 200

    @property
    def wire(self) -> str:
        """The type of its Socket Mode envelope."""
        if self.payload.get("type") == "event_callback":
            return "events_api"
        return "slash_commands" if self.kind == "slash_commands" else "interactive"

    def again(self, retry_num: int, retry_reason: str) -> Delivery:
        """The same payload, to be sent once more."""
        return Delivery(self.kind, self.payload, retry_num, retry_reason)


class Transport(Protocol):
    """A way to the bot. `send` fills in the delivery's outcome and never raises."""

    async def send(self, delivery: Delivery, ack_seconds: float) -> None: ...


class Timers:
    """Work that falls due at moments of the workspace's time."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = count()

    def at(self, moment: datetime, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` when the clock reaches `moment`."""
        heapq.heappush(self._waiting, (moment, next(self._order), work))

    def next_due(self) -> datetime | None:
        """When the next work falls due."""
        return self._waiting[0][0] if self._waiting else None

    async def run_due(self, now: datetime) -> None:
        """Do all work due by `now`, in order, and wait for it."""
        while self._waiting and self._waiting[0][0] <= now:
            _, _, work = heapq.heappop(self._waiting)
            await work()


class Deliveries:
    """Sends to the bot, keeps what was sent, and sends events again."""

    def __init__(self, clock: Clock, timers: Timers, transport: Transport, note_fault: Callable[[str], None]) -> None:
        self.transport = transport
        self.ack_seconds = ACK_SECONDS
        self.log: list[Delivery] = []
        self._clock = clock
        self._timers = timers
        self._note_fault = note_fault
        self._running: set[asyncio.Task[None]] = set()

    async def send(self, delivery: Delivery) -> Delivery:
        """Deliver once and wait for the answer."""
        self.log.append(delivery)
        delivery.at, began = self._clock.now(), time.monotonic()
        await self.transport.send(delivery, self.ack_seconds)
        delivery.seconds = time.monotonic() - began
        if not delivery.acknowledged and delivery.reason != "connection_failed":
            self._note_fault(
                f"the bot did not acknowledge {delivery.kind}: "
                + (f"HTTP {delivery.status}" if delivery.status is not None else delivery.reason)
            )
        return delivery

    def send_event(self, delivery: Delivery) -> None:
        """Deliver an event in the background, again and again as Slack does."""
        first = self._clock.now()
        self._start(self._attempt(delivery, first))

    async def idle(self) -> None:
        """Wait until no event is on its way. Retries that wait for the clock do not count."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def stop(self) -> None:
        """Give up every event that is on its way."""
        for task in self._running:
            task.cancel()
        await self.idle()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _attempt(self, delivery: Delivery, first: datetime) -> None:
        await self.send(delivery)
        if delivery.acknowledged or delivery.no_retry or delivery.retry_num >= len(RETRY_AFTER):
            return
        again = delivery.again(delivery.retry_num + 1, delivery.reason)
        due = first + RETRY_AFTER[delivery.retry_num]
        if due <= first:
            await self._attempt(again, first)
        else:
            self._timers.at(due, lambda: self._attempt(again, first))


class Sockets:
    """Socket Mode: the connections the bot holds. Any of them may get a payload; here they take turns."""

    def __init__(self) -> None:
        self._open: list[web.WebSocketResponse] = []
        self._wires: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._replaced: set[web.WebSocketResponse] = set()
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._envelopes = count(1)
        self._turn = count()
        self._changed = asyncio.Condition()

    def __len__(self) -> int:
        """How many connections are open that need no replacement."""
        return len(self._open) - len(self._replaced)

    def new_ticket(self) -> str:
        """A ticket for one connection, as apps.connections.open hands out."""
        ticket = f"ticket-{next(self._envelopes)}"
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MAX_SOCKETS:
            return web.Response(status=408 if ticket not in self._tickets else 429)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open) + 1,
                "debug_info": {"host": "local", "approximate_connection_time": 3600},
                "connection_info": {"app_id": request.query.get("app_id", "")},
            }
        )
        self._open.append(socket)
        self._wires[socket] = request.transport
        self._close_replaced()
        await self._tell()
        try:
            async for frame in socket:
                if frame.type == aiohttp.WSMsgType.TEXT:
                    self._take_ack(frame.data)
        finally:
            self._open.remove(socket)
            self._replaced.discard(socket)
            del self._wires[socket]
            await self._tell()
        return socket

    async def send(self, delivery: Delivery, ack_seconds: float) -> None:
        """Send in an envelope and wait for its acknowledgement."""
        if not self._open:
            delivery.reason = "connection_failed"
            return
        envelope_id = f"envelope-{next(self._envelopes)}"
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": delivery.wire,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.wire != "events_api",
        }
        if delivery.wire == "events_api":
            envelope |= {"retry_attempt": delivery.retry_num, "retry_reason": delivery.retry_reason}
        ack: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        try:
            lasting = [socket for socket in self._open if socket not in self._replaced] or self._open
            await lasting[next(self._turn) % len(lasting)].send_json(envelope)
            delivery.answer = await asyncio.wait_for(ack, ack_seconds)
            delivery.status = 200
        except TimeoutError:
            delivery.reason = "http_timeout"
        except ConnectionError:
            delivery.reason = "connection_failed"
        finally:
            del self._acks[envelope_id]

    async def disconnect(self, reason: str) -> None:
        """Ask for every connection to be replaced. One that was is closed when the next one has opened."""
        for socket in list(self._open):
            self._replaced.add(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})

    async def kill(self) -> None:
        """Cut every connection without a word."""
        for wire in self._wires.values():
            if wire is not None:
                wire.abort()

    async def wait_for(self, connections: int) -> None:
        """Wait until exactly this many connections are open that need no replacement."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self) == connections)

    def _close_replaced(self) -> None:
        for socket in self._replaced:
            if (wire := self._wires[socket]) is not None:
                wire.close()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _take_ack(self, frame: str) -> None:
        answer = json.loads(frame)
        ack = self._acks.get(answer.get("envelope_id", ""))
        if ack is not None and not ack.done():
            ack.set_result(answer.get("payload"))


class SignedHttp:
    """Signed HTTP requests to the bot's one request URL."""

    def __init__(self, url: str, signing_secret: str) -> None:
        self._url = url
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery, ack_seconds: float) -> None:
        """Post the payload, signed with the time as it really is, and wait for the answer."""
        body, content_type = encoded(delivery)
        delivery.headers = signed_headers(body, content_type, self._secret, str(int(time.time())))
        if delivery.retry_num and delivery.wire == "events_api":
            delivery.headers |= {
                "X-Slack-Retry-Num": str(delivery.retry_num),
                "X-Slack-Retry-Reason": delivery.retry_reason,
            }
        try:
            async with asyncio.timeout(ack_seconds):
                await self._post(delivery, body)
        except TimeoutError:
            delivery.status, delivery.reason = None, "http_timeout"
        except (aiohttp.ClientError, OSError):
            delivery.status, delivery.reason = None, "connection_failed"
        except ValueError:  # not the JSON its content type promises
            delivery.status, delivery.reason = None, "unknown_error"

    async def post_raw(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Post any bytes with any headers: what somebody who is not Slack could do."""
        async with self._opened().post(self._url, data=body, headers=headers) as response:
            return response.status, await response.text()

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, delivery: Delivery, body: bytes) -> None:
        async with self._opened().post(self._url, data=body, headers=delivery.headers) as response:
            text = await response.text()
            delivery.status = response.status
            delivery.no_retry = response.headers.get("x-slack-no-retry") == "1"
            if response.status != 200:
                delivery.reason = "http_error"
            if response.content_type == "application/json" and text:
                delivery.answer = json.loads(text)
            elif text:
                delivery.answer = {"text": text}

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of an HTTP delivery and its content type."""
    if delivery.wire == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.wire == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def signed_headers(body: bytes, content_type: str, secret: str, timestamp: str) -> dict[str, str]:
    """The headers that prove that a request comes from Slack."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
