"""A local Slack on loopback: Web API, Socket Mode, response_urls, files and the page, in a thread of its own.

It answers only requests that name this machine as host and that no foreign web page sent. The bot may call back
while a delivery to it is under way: all of the workspace lives on one event loop that never waits for a thread.
"""

from __future__ import annotations

import asyncio
import copy
import json
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web

from playground import keeping
from playground.acts import Acts
from playground.backend import Backend, Call, Move
from playground.clock import Clock, SharedClock
from playground.deliver import Deliveries, Delivery, SignedHttp, Sockets, Timers, encoded, signed_headers
from playground.faults import Fault, Faults
from playground.inputs import Json, NotPossible
from playground.manifest import read_manifest
from playground.methods import Answer, WebApi
from playground.page import Page, Stage
from playground.persona import Persona
from playground.shapes import drawn
from playground.workspace import BOT_USER_ID, Channel, Message, User, Workspace

T = TypeVar("T")
MOST_STEPS: Final = 10_000
"""Due moments one `advance` goes through before it gives up: the bot reschedules without end."""
_OWN_NAMES: Final = frozenset({"127.0.0.1", "localhost"})
_TICK: Final = 0.25
_PATIENCE: Final = 60.0
_MOST_BYTES: Final = 20 * 1024 * 1024


class OnAdvance(Protocol):
    """The bot, as the clock control sees it."""

    def next_due(self) -> datetime | None: ...

    def run_due(self, now: datetime) -> None: ...


class LocalSlack:
    """One workspace with one app, the bot under test, installed from its manifest.

    `real_time` gives real seconds for the age of trigger ids. `after_each`, when set, is called after every act of a
    persona, in the thread that acts. `on_advance` is the bot for `advance`. `faults_seen` lists what the bot did that
    Slack does not take. `stage` is what the page shows
    besides.
    """

    def __init__(
        self,
        manifest: Path,
        workspace: Workspace,
        clock: Clock,
        port: int = 0,
        *,
        real_time: Callable[[], float] = time.monotonic,
    ) -> None:
        self.workspace = workspace
        self.clock = clock
        self.manifest = read_manifest(manifest)
        self.bot_token = f"xoxb-local-{secrets.token_hex(12)}"
        self.app_token = f"xapp-local-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.faults_seen: list[str] = []
        self.after_each: Callable[[], None] | None = None
        self.on_advance: OnAdvance | None = None
        self.stage = Stage(next_due=self.next_due)
        bot = workspace.users[BOT_USER_ID]
        bot.handle, bot.real_name = self.manifest.bot_name, self.manifest.name
        self._port = port
        self._sockets = Sockets()
        self._timers = Timers()
        self._deliveries = Deliveries(
            clock, self._timers, self._sockets, lambda sentence: self.backend.note_fault(sentence)
        )
        self._faults = Faults()
        self.backend = Backend(
            workspace=workspace,
            manifest=self.manifest,
            clock=clock,
            real_time=real_time,
            timers=self._timers,
            deliveries=self._deliveries,
            faults=self._faults,
            faults_seen=self.faults_seen,
        )
        self._api = WebApi(self.backend, self.bot_token, self.app_token, self._sockets.new_ticket)
        self.acts = Acts(self.backend, self._api)
        self.sockets = SocketControl(self._sockets, self.run)
        self._page = Page(self.stage, self.backend, self.acts, self._advance_for_page)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-slack", daemon=True)
        self._advancing = threading.Lock()
        self._runner: web.AppRunner | None = None
        self._http: list[SignedHttp] = []
        self._ticking: asyncio.Task[None] | None = None
        self._kept_in: Path | None = None
        self._kept = -1

    # Running

    def start(self) -> None:
        """Listen on loopback. Raises OSError when the port is taken."""
        self._thread.start()
        try:
            self.run(self._open())
        except BaseException:
            self._end_thread()
            raise

    def stop(self) -> None:
        """Close every connection, end the thread and let go of the bot: aiohttp remembers its servers."""
        self.run(self._close())
        self._end_thread()
        self.on_advance = self.after_each = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self.backend.url

    @property
    def api_url(self) -> str:
        """The base of the Web API: a WebClient's `base_url`."""
        return f"{self.url}/api/"

    def keep_in(self, path: Path) -> None:
        """Keep the workspace in the file from now on: whatever this server answers is in it before the answer goes out,
        so that a killed local Slack forgets nothing that the bot was told had happened."""
        self._kept_in = path

        async def write() -> None:
            self._keep()

        self.run(write())

    def deliver_to(self, request_url: str) -> None:
        """Deliver by signed HTTP requests to this URL from now on, no longer over Socket Mode."""
        transport = SignedHttp(request_url, self.signing_secret)
        self._http.append(transport)
        self._deliveries.transport = transport

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work on the server's loop and wait for it. Not from that loop itself."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("the local Slack cannot wait for itself: call it from another thread")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    # People and places

    def person(self, who: str) -> Persona:
        """Somebody by handle, id or real name, to act as them. Raises NotPossible when there is nobody."""
        user = self.workspace.user(who)
        if user.is_bot:
            raise NotPossible(f"{who} is a bot")
        return Persona(user, self)

    def channel(self, which: str) -> ChannelView:
        """A channel by name or id, seen from outside."""
        return ChannelView(self.workspace.channel(which), self)

    def add_to_channel(self, channel: str, who: str) -> None:
        """Make somebody, or the app (APP), a member of a channel, and tell the bot."""
        self._happen(lambda: self.backend.join(self.workspace.channel(channel), self.workspace.user(who), None))

    def team_join(self, user: User) -> Persona:
        """Somebody new joins the workspace."""

        def joins() -> None:
            self.backend.user_event("team_join", self.workspace.add_user(user))

        self._happen(joins)
        return self.person(user.id)

    def user_change(self, who: str, **changes: Any) -> None:
        """Change a user's fields (`deleted=True`, `tz=...`), and tell the bot."""

        def change() -> None:
            user = self.workspace.user(who)
            for name, value in changes.items():
                if not hasattr(user, name):
                    raise AttributeError(name)
                setattr(user, name, value)
            self.backend.user_event("user_change", user)

        self._happen(change)

    def uninstall(self) -> None:
        """Remove the app: its tokens end, it is told so."""

        def remove() -> None:
            self.backend.event("tokens_revoked", {"type": "tokens_revoked", "tokens": {"bot": [BOT_USER_ID]}})
            self.backend.event("app_uninstalled", {"type": "app_uninstalled"})
            self.backend.installed = False

        self._happen(remove)

    # Looking behind the scenes

    def calls(self, method: str) -> list[Call]:
        """The calls the bot made of this method ("response_url" for posts there), oldest first."""
        return [call for call in self.backend.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the bot so far, oldest first, each attempt by itself."""
        return list(self._deliveries.log)

    @property
    def ack_seconds(self) -> float:
        """Real seconds the bot has to acknowledge a delivery."""
        return self._deliveries.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self._deliveries.ack_seconds = seconds

    def assert_quiet(self) -> None:
        """Raise AssertionError if the bot did anything Slack does not take."""
        if self.faults_seen:
            raise AssertionError("the local Slack saw:\n" + "\n".join(self.faults_seen))

    # Making things go wrong

    def fault(
        self,
        method: str,
        *,
        times: int = 1,
        after: int = 0,
        when: Mapping[str, Any] | None = None,
        status: int = 0,
        retry_after: int = 0,
        error: str = "",
        garbage: bool = False,
        drop: bool = False,
        apply: bool = False,
        delay: float = 0,
    ) -> None:
        """Script a fault of coming calls; see `faults.Fault`."""
        self._faults.add(
            Fault(
                method=method,
                times=times,
                after=after,
                when=when or {},
                status=status,
                retry_after=retry_after,
                error=error,
                garbage=garbage,
                drop=drop,
                apply=apply,
                delay=delay,
            )
        )

    def clear_faults(self) -> None:
        """Everything that was scripted to go wrong goes right again."""
        self._faults.clear()

    def deliver_again(
        self, delivery: Delivery, *, times: int = 1, retry_num: int = 1, concurrently: bool = False
    ) -> list[Delivery]:
        """Send a delivery once more, as Slack or a replay may; an event as its retry of that number. The answers are
        returned, not carried out."""
        again = [delivery.again(retry_num, "http_timeout") for _ in range(times)]

        async def send() -> None:
            if concurrently:
                await asyncio.gather(*(self._deliveries.send(each) for each in again))
            else:
                for each in again:
                    await self._deliveries.send(each)

        self.run(send())
        self.settle()
        return again

    def forge(
        self, payload: Json, *, signature: str | None = None, timestamp: str | None = None, stale: int = 0
    ) -> tuple[int, str]:
        """Send the bot a payload by HTTP as somebody who is not Slack: with a wrong `signature`, any `timestamp`, or
        signed rightly but `stale` seconds ago. Gives status and body of the answer."""
        transport = self._deliveries.transport
        if not isinstance(transport, SignedHttp):
            raise NotPossible("only HTTP deliveries can be forged: call deliver_to first")
        kind = "slash_commands" if "command" in payload else str(payload.get("type"))
        body, content_type = encoded(Delivery(kind, payload))
        sent_at = timestamp if timestamp is not None else str(int(time.time()) - stale)
        headers = signed_headers(body, content_type, self.signing_secret, sent_at)
        if signature is not None:
            headers["X-Slack-Signature"] = signature
        return self.run(transport.post_raw(body, headers))

    # Time

    def advance(self, until: datetime) -> None:
        """Move the clock to `until`, stopping at each moment something falls due, in the local Slack or in the bot,
        and waiting there until it is done. Raises RuntimeError after 10,000 stops."""
        with self._advancing:
            self.backend.move = move = Move(self.clock.now(), until)
            try:
                self._go_on(move)
            finally:
                self.backend.move = None
        self._on_loop(self.backend.changed)

    def _go_on(self, move: Move) -> None:
        self.settle()
        while move.stops < MOST_STEPS:
            due = self.next_due()
            if move.ended:
                return
            if due is None or due > move.until:
                break
            move.stops += 1
            now = max(due, self.clock.now())
            self.clock.advance_to(now)
            self.run(self._timers.run_due(now))
            if self.on_advance is not None:
                self.on_advance.run_due(now)
            self.settle()
        else:
            raise RuntimeError(f"{MOST_STEPS} stops and still something due: the bot goes round in circles")
        if move.until > self.clock.now():
            self.clock.advance_to(move.until)

    def next_due(self) -> datetime | None:
        """The next moment at which something falls due, in the local Slack or in the bot."""
        mine = self._timers.next_due()
        bots = self.on_advance.next_due() if self.on_advance is not None else None
        return min((moment for moment in (mine, bots) if moment is not None), default=None)

    def settle(self) -> None:
        """Wait until everything under way is done: events delivered, `after_each` called, and what that caused."""
        for _ in range(MOST_STEPS):
            self.run(self._deliveries.idle())
            if self.after_each is None:
                return
            before = len(self._deliveries.log)
            self.after_each()
            self.run(self._deliveries.idle())
            if len(self._deliveries.log) == before:
                return
        raise RuntimeError("after_each causes deliveries without end")

    def _happen(self, what: Callable[[], None]) -> None:
        self._on_loop(what)
        self.settle()

    def _on_loop(self, what: Callable[[], None]) -> None:
        async def happening() -> None:
            what()

        self.run(happening())

    async def _advance_for_page(self, until: datetime) -> None:
        await asyncio.to_thread(self.advance, until)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            await self._timers.run_due(self.clock.now())
            self._keep()

    def _keep(self) -> None:
        if self._kept_in is not None and self._kept != self.backend.version:
            keeping.write(keeping.snapshot(self.workspace, self.clock.now()), self._kept_in)
            self._kept = self.backend.version

    # The server

    async def _open(self) -> None:
        app = web.Application(middlewares=[self._guard], client_max_size=_MOST_BYTES)
        app.router.add_route("*", "/api/{method}", self._serve_api)
        app.router.add_get("/link", self._sockets.serve)
        app.router.add_post("/hooks/{key:.+}", self._serve_response_url)
        app.router.add_get("/files/{id}/{name}", self._serve_file)
        app.router.add_post("/upload/{id}", self._take_upload)
        app.router.add_get("/pictures/{id}.svg", self._serve_picture)
        self._page.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.backend.url = f"http://127.0.0.1:{self._port}"
        if isinstance(self.clock, SharedClock):  # a clock that stands still moves by `advance` alone
            self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def _close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        if self._kept_in is not None:
            self._kept = -1  # the clock has gone on
            self._keep()
        await self._deliveries.stop()
        await self._sockets.kill()
        await self._page.close()
        for transport in self._http:
            await transport.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._loop.shutdown_default_executor()

    def _end_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        # The name alone, for Socket Mode clients leave the port out; a foreign page cannot give this name anyway.
        origin = request.headers.get("Origin")
        ours = {f"http://{name}:{self._port}" for name in _OWN_NAMES}
        if request.host.partition(":")[0] not in _OWN_NAMES or (origin is not None and origin not in ours):
            return web.Response(status=403, text="only for this machine")
        answer = await handler(request)
        self._keep()
        return answer

    async def _serve_api(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        args: Json = dict(request.query)
        if request.content_type == "application/json":
            try:
                args |= json.loads(text or "{}")  # SDKs send some calls with an empty body
            except (ValueError, TypeError):
                return web.json_response({"ok": False, "error": "invalid_json"})
        else:
            args |= dict(parse_qsl(text, keep_blank_values=True))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = token or str(args.get("token", ""))
        args.pop("token", None)
        answer = self._api.call(request.match_info["method"], args, token)
        # Every answer of the Web API names the token's scopes (docs.slack.dev/authentication/installing-with-oauth).
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self.manifest.scopes))}
        return await self._sent(request, replace(answer, headers={**scopes, **answer.headers}))

    async def _serve_response_url(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.text())
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        return await self._sent(request, self._api.respond(request.match_info["key"], body))

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["id"])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if file is None or token != self.bot_token or not self._api.may_read(file):
            return web.Response(status=404)
        if "files:read" not in self.manifest.scopes:
            return web.Response(status=403)
        return web.Response(body=file.content, content_type=file.mimetype)

    async def _serve_picture(self, request: web.Request) -> web.StreamResponse:
        user = self.workspace.users.get(request.match_info["id"])
        if user is None:
            return web.Response(status=404)
        return web.Response(text=drawn(user), content_type="image/svg+xml")

    async def _take_upload(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["id"])
        if file is None or file.user != BOT_USER_ID or file.content:
            return web.Response(status=404)
        file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _sent(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if answer.garbage:
            return web.Response(text=answer.garbage, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


class ChannelView:
    """A channel seen from outside, whoever its members are."""

    def __init__(self, channel: Channel, slack: LocalSlack) -> None:
        self.id = channel.id
        self.name = channel.name
        self._channel = channel
        self._slack = slack

    def members(self) -> list[str]:
        """The handles of its members, sorted."""
        return sorted(self._slack.workspace.users[member].handle for member in self._channel.members)

    @property
    def messages(self) -> list[Message]:
        """Everything written in it, replies too, oldest first."""
        return self._copied(lambda: self._slack.workspace.messages[self.id])

    def thread(self, message: Message) -> list[Message]:
        """The replies below a message, oldest first."""
        return self._copied(lambda: self._slack.workspace.replies(self.id, message.thread_ts or message.ts))

    def last(self) -> Message:
        """Its latest message outside threads. Raises NotPossible when there is none."""
        messages = self._copied(lambda: self._slack.workspace.top_level(self.id)[-1:])
        if not messages:
            raise NotPossible(f"nobody has written into {self.name}")
        return messages[0]

    def first(self, says: str) -> Message:
        """Its oldest message outside threads whose text says something. Raises NotPossible when there is none."""
        top_level = self._slack.workspace.top_level
        messages = self._copied(lambda: [each for each in top_level(self.id) if says in each.text][:1])
        if not messages:
            raise NotPossible(f"nobody has written {says!r} into {self.name}")
        return messages[0]

    def _copied(self, messages: Callable[[], list[Message]]) -> list[Message]:
        async def copied() -> list[Message]:
            return copy.deepcopy(messages())

        return self._slack.run(copied())


class SocketControl:
    """The bot's Socket Mode connections, from a test's side."""

    def __init__(self, sockets: Sockets, run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._sockets = sockets
        self._run = run

    def __len__(self) -> int:
        return len(self._sockets)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to replace every connection, as Slack does every few hours."""
        self._run(self._sockets.disconnect(reason))

    def kill(self) -> None:
        """Cut every connection without a word."""
        self._run(self._sockets.kill())

    def wait_for(self, connections: int) -> None:
        """Wait until exactly this many connections are open. Raises TimeoutError after ten real seconds."""
        self._run(asyncio.wait_for(self._sockets.wait_for(connections), 10))
