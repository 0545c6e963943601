"""The page's side of the server: the workspace as one person sees it, what they do, and word of every change.

The state of a form lives in the browser until it is sent along with an act; every act goes through `acts.py`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from playground.acts import Acts, OnMessage, OnView, Where
from playground.backend import Backend
from playground.inputs import Json, NotPossible
from playground.inspector import Inspector
from playground.shapes import file_json, view_json
from playground.workspace import BOT_USER_ID, Channel, Message, User, View

log = logging.getLogger(__name__)
STATIC: Final = Path(__file__).parent / "static"
_COALESCE: Final = 0.03  # seconds: a burst of changes is one redraw
_PAGE: Final = 40  # messages of the open conversation at first, and as many more as somebody goes further back
_PAGES: Final = 5  # of them at once: who goes back in five thousand messages leaves the newest behind
_ON_ITS_WAY: Final = timedelta(minutes=1)
_COURIERS_SECOND: Final = timedelta(seconds=1)
_MORNING: Final = 9
_SATURDAY: Final = 5
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:* {images}; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"  # no string is ever parsed as markup
)
_CHINESE: Final = re.compile("[\u3400-\u9fff]")


@dataclass(kw_only=True)
class Stage:
    """What the page shows besides the workspace. `next_due` is the next moment at which anything happens; `coming_up`
    tells what the bot will do, each with its moment and its words by language; `stories` are guided tours, as
    `static/tour.js` describes them, in the language `read_in` at first; `opens_as` (a handle) and `opens_in` (a
    channel's name) are where the page opens; `works_on` knows the working days; `images_from` are the sources, besides
    this machine, from which the page may load pictures, as a Content-Security-Policy names them."""

    next_due: Callable[[], datetime | None]
    coming_up: Callable[[], Sequence[tuple[datetime, Mapping[str, str]]]] = tuple
    stories: Sequence[Json] = ()
    read_in: str = "en"
    opens_as: str = ""
    opens_in: str = ""
    images_from: str = ""
    works_on: Callable[[date], bool] = field(default=lambda day: day.weekday() < _SATURDAY)


class Page:
    """Serves the page and its protocol."""

    def __init__(
        self, stage: Stage, backend: Backend, acts: Acts, advance: Callable[[datetime], Awaitable[None]]
    ) -> None:
        self._stage = stage
        self._backend = backend
        self._workspace = backend.workspace
        self._acts = acts
        self._advance = advance
        self._inspector = Inspector(backend)
        self._watchers: set[web.WebSocketResponse] = set()
        self._telling: asyncio.Task[None] | None = None
        self._acts_by_name: Mapping[str, Callable[[User, Json], Awaitable[Json | None]]] = {
            "command": self._command,
            "post": self._post,
            "dm": self._dm,
            "reply": self._reply,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "unreact": self._unreact,
            "click": self._act_on,
            "choose": self._act_on,
            "fill_action": self._act_on,
            "submit": self._submit,
            "cancel": self._cancel,
            "cancel_all": self._cancel_all,
            "dismiss": self._dismiss,
            "options": self._options,
            "shortcut": self._shortcut,
            "home": self._home,
            "file": self._file,
            "advance": self._move_clock,
            "stop_clock": self._stop_clock,
            "mark_read": self._mark_read,
            "go_wrong": self._go_wrong,
        }

    def add_routes(self, app: web.Application) -> None:
        """Add what the page asks for to the server."""
        app.router.add_get("/", self._index)
        app.router.add_get("/gallery", self._gallery)
        app.router.add_static("/static/", STATIC)
        app.router.add_get("/page/state", self._state)
        app.router.add_get("/page/coming", self._coming)
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/act", self._act)
        self._inspector.add_routes(app)
        self._backend.on_change = self._tell

    async def close(self) -> None:
        """Let the watching pages go."""
        self._backend.on_change = lambda: None
        if self._telling is not None:
            self._telling.cancel()
        for watcher in list(self._watchers):
            await watcher.close()

    # Requests

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html", headers=self._policy())

    async def _gallery(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "gallery.html", headers=self._policy())

    def _policy(self) -> Mapping[str, str]:
        return {"Content-Security-Policy": _POLICY.format(images=self._stage.images_from)}

    async def _state(self, request: web.Request) -> web.StreamResponse:
        due = await asyncio.to_thread(self._stage.next_due)  # the bot looks it up
        try:
            me = self._person(request.query.get("as", ""))
            seen = self._seen_by(me, self._window(me, request.query))
        except NotPossible as refusal:
            return web.json_response(_refused(refusal), status=404)
        except (KeyError, ValueError) as problem:
            return web.json_response({"ok": False, "error": f"this cannot be read: {problem}"}, status=400)
        seen["next_due"] = _iso(due) if due is not None else None
        seen["stories"] = list(self._stage.stories)
        seen["images"] = bool(self._stage.images_from)
        seen["read_in"], seen["opens_in"] = self._stage.read_in, self._stage.opens_in
        return web.json_response(seen)

    async def _coming(self, request: web.Request) -> web.StreamResponse:
        coming = await asyncio.to_thread(self._stage.coming_up)
        return web.json_response([{"at": _iso(moment), "said": dict(said)} for moment, said in coming])

    async def _live(self, request: web.Request) -> web.StreamResponse:
        watcher = web.WebSocketResponse(heartbeat=30)
        await watcher.prepare(request)
        self._watchers.add(watcher)
        try:
            await watcher.send_json({"changed": self._backend.version})
            async for _ in watcher:
                pass
        finally:
            self._watchers.discard(watcher)
        return watcher

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":  # a form of a foreign page could send anything else
            return web.json_response({"ok": False, "error": "send application/json"}, status=415)
        try:
            given = await request.json()
            act = self._acts_by_name.get(given["do"])
            if act is None:
                raise NotPossible(f"there is no act {given['do']!r}", "no_such_act")
            answer = await act(self._workspace.user(given["as"]), given)
        except NotPossible as refusal:
            return web.json_response(_refused(refusal))
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            error = f"this act cannot be read: {type(problem).__name__} {problem}"
            return web.json_response({"ok": False, "error": error}, status=400)
        return web.json_response({"ok": True, **(answer or {})})

    def _tell(self) -> None:
        if self._watchers and (self._telling is None or self._telling.done()):
            self._telling = asyncio.get_running_loop().create_task(self._tell_soon())

    async def _tell_soon(self) -> None:
        await asyncio.sleep(_COALESCE)
        for watcher in list(self._watchers):
            if not watcher.closed:
                await watcher.send_json({"changed": self._backend.version})

    # Acts

    async def _command(self, user: User, given: Json) -> None:
        await self._acts.command(user, given["text"], self._workspace.channel(given["channel"]))

    async def _post(self, user: User, given: Json) -> None:
        await self._acts.post(user, self._workspace.channel(given["channel"]), given["text"], None, ())

    async def _dm(self, user: User, given: Json) -> Json:
        channel = self._workspace.dm_between(user.id, self._workspace.user(given["with"]).id)
        self._backend.changed()
        return {"channel": channel.id}

    async def _reply(self, user: User, given: Json) -> None:
        channel = self._workspace.channel(given["channel"])
        await self._acts.post(user, channel, given["text"], given["ts"], ())

    async def _edit(self, user: User, given: Json) -> None:
        await self._acts.edit(user, _message(given), given["text"])

    async def _delete(self, user: User, given: Json) -> None:
        await self._acts.delete(user, _message(given))

    async def _react(self, user: User, given: Json) -> None:
        await self._acts.react(user, _message(given), given["name"])

    async def _unreact(self, user: User, given: Json) -> None:
        await self._acts.unreact(user, _message(given), given["name"])

    async def _mark_read(self, user: User, given: Json) -> None:
        await self._acts.mark_read(user, self._workspace.channel(given["channel"]))

    async def _act_on(self, user: User, given: Json) -> None:
        where = self._where(user, given["where"])
        state = self._uploaded(user, given.get("action") or {})
        values = self._values(user, given.get("values") or {})
        await self._acts.act_on(user, where, given["block_id"], given["action_id"], state, values)

    async def _submit(self, user: User, given: Json) -> Json:
        values = self._values(user, given["values"])
        return {"errors": await self._acts.submit(user, given["view"], values)}

    async def _cancel(self, user: User, given: Json) -> None:
        await self._acts.cancel(user, given["view"])

    async def _cancel_all(self, user: User, given: Json) -> None:
        await self._acts.cancel_all(user, given["view"])

    async def _dismiss(self, user: User, given: Json) -> None:
        await self._acts.dismiss(user, _message(given))

    async def _options(self, user: User, given: Json) -> Json:
        where = self._where(user, given["where"])
        return await self._acts.options(user, where, given["block_id"], given["action_id"], given["value"])

    async def _shortcut(self, user: User, given: Json) -> None:
        where = _message(given) if given.get("ts") else None
        await self._acts.shortcut(user, given["callback_id"], where)

    async def _home(self, user: User, given: Json) -> None:
        await self._acts.open_home(user)

    async def _file(self, user: User, given: Json) -> Json:
        file = self._workspace.files.get(given["file"])
        if file is None or not any(
            user.id in channel.members or channel.kind == "public"
            for channel in map(self._workspace.channel, file.channels)
        ):
            raise NotPossible("this file is not shared with you", "file_not_shared")
        return {"name": file.name, "mimetype": file.mimetype, "content": b64encode(file.content).decode()}

    async def _move_clock(self, user: User, given: Json) -> Json:
        now = self._backend.clock.now()
        if "hours" in given:
            until = now + timedelta(hours=float(given["hours"]))
        elif "until" in given:
            until = datetime.fromisoformat(given["until"])
        elif given["to"] == "next_morning":
            until = _morning(now, ZoneInfo(user.tz), lambda day: True)
        elif given["to"] == "next_working_day":
            until = _morning(now, ZoneInfo(user.tz), self._stage.works_on)
        else:
            until = await self._next_due(now)
        try:
            await self._advance(until)
        except Exception as problem:
            log.exception("the clock could not be moved to %s", until)
            failed = f"{type(problem).__name__} {problem}"
            raise NotPossible(f"on the way the bot failed: {failed}", "bot_failed", problem=failed) from problem
        return {"now": _iso(self._backend.clock.now())}

    async def _next_due(self, now: datetime) -> datetime:
        """The next moment at which something happens; what is on its way at this moment goes out first."""
        until = now
        while (due := await asyncio.to_thread(self._stage.next_due)) is not None:
            if due >= now + _ON_ITS_WAY:
                return due
            until = max(until + _COURIERS_SECOND, due)
            await self._advance(until)
        if until == now:
            raise NotPossible("nothing is due", "nothing_due")
        return until

    async def _stop_clock(self, user: User, given: Json) -> None:
        if self._backend.move is not None:
            self._backend.move.ended = True

    async def _go_wrong(self, user: User, given: Json) -> None:
        await self._inspector.go_wrong(given["how"])

    def _person(self, who: str) -> User:
        people = self._workspace.users.values()
        who = who or self._stage.opens_as
        return self._workspace.user(who) if who else next(user for user in people if not user.is_bot)

    def _values(self, user: User, values: Json) -> Json:
        """The states as Slack sends them: files that came along are uploaded, as Slack's client does first."""
        return {
            block_id: {action_id: self._uploaded(user, state) for action_id, state in by_action.items()}
            for block_id, by_action in values.items()
        }

    def _uploaded(self, user: User, state: Json) -> Json:
        if state.get("type") != "file_input":
            return state
        new_file = self._backend.new_file
        files = [
            file_json(new_file(user.id, file["name"], b64decode(file["content"]))) if "content" in file else file
            for file in state["files"]
        ]
        return state | {"files": files}

    def _where(self, user: User, given: Json) -> Where:
        if "view" in given:
            return OnView(given["view"])
        if given.get("home"):
            home = self._workspace.homes.get(user.id)
            if home is None:
                raise NotPossible("the app has not published a Home tab", "element_gone")
            return OnView(home.id)
        return _message(given)

    # What a person sees

    def _seen_by(self, me: User, window: Window) -> Json:
        workspace, manifest = self._workspace, self._backend.manifest
        bot = workspace.users[BOT_USER_ID]
        workspace.dm_with_app(me.id)
        mine = [channel for channel in workspace.channels.values() if me.id in channel.members]
        home = workspace.homes.get(me.id)
        return {
            "version": self._backend.version,
            "now": _iso(self._backend.clock.now()),
            "team": _for(me.locale, workspace.name),
            "domain": workspace.domain,
            "bot": {
                "user_id": bot.id,
                "name": bot.handle,
                "real_name": bot.real_name,
                "home_tab": manifest.home_tab,
                "messages_read_only": manifest.messages_read_only or not manifest.messages_tab,
            },
            "people": [_shown_person(user, me.locale) for user in workspace.users.values() if not user.deleted],
            "me": me.id,
            "channels": [self._channel(channel, me, window) for channel in mine],
            "messages": {
                channel.id: self._messages(channel, me, window) for channel in mine if channel.id == window.channel
            },
            "range": self._range(window)._asdict(),
            "views": [self._view(view) for view in workspace.stacks.get(me.id, ())],
            "home": self._view(home) if home is not None else None,
            "commands": [
                {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
                for c in manifest.commands.values()
            ],
            "shortcuts": [{"name": s.name, "type": s.type, "callback_id": s.callback_id} for s in manifest.shortcuts],
            "notes": list(self._backend.faults_seen),
            "moving": self._moving(),
        }

    def _window(self, me: User, query: Mapping[str, str]) -> Window:
        """What the page asks to see; where it names no conversation of this person's, the one in which it opens."""
        mine = [channel for channel in self._workspace.channels.values() if me.id in channel.members]
        first = sorted(mine, key=lambda one: (one.name != self._stage.opens_in, one.kind == "im"))
        asked = [channel for channel in mine if channel.id == query.get("in", "")]
        back = query.get("back", "")
        return Window(
            channel=next((channel.id for channel in [*asked, *first]), ""),
            thread=query.get("thread", ""),
            at=query.get("at", ""),
            back=int(back) if back.isascii() and back.isdigit() and len(back) < 5 else None,
            moved=(datetime.fromisoformat(query["from"]), datetime.fromisoformat(query["to"]))
            if "from" in query
            else None,
        )

    def _channel(self, channel: Channel, me: User, window: Window) -> Json:
        there = self._workspace.messages[channel.id]
        read_up_to = self._workspace.read_up_to.get((me.id, channel.id), "")
        shown: Json = {"id": channel.id, "name": channel.name, "kind": channel.kind, "member": True}
        shown["begun"] = bool(there)
        shown["unread"] = sum(message.ts > read_up_to and message.user != me.id for message in there)
        shown["moved"] = self._while_moved(channel, me, *window.moved) if window.moved else None
        if channel.kind == "im":
            shown["with"] = next(iter(channel.members - {me.id}), me.id)
        return shown

    def _messages(self, channel: Channel, me: User, window: Window) -> list[Json]:
        """The messages of the open conversation that the window shows, and the open thread."""
        there = self._workspace.messages[channel.id]
        seen = self._range(window)
        newest_reply = {message.thread_ts: message.ts for message in there if message.is_reply}
        replies = Counter(message.thread_ts for message in there if message.is_reply)
        outside = [message for message in there if _is_outside(message)]
        begins, ends = seen.earlier, len(outside) - seen.later
        shown = outside[begins:ends]
        if window.thread:
            shown += [message for message in there if window.thread in (message.ts, message.thread_ts)]
        first = outside[begins].ts if begins else ""
        last = outside[ends].ts if ends < len(outside) else ""
        for whisper in self._workspace.whispers.get(me.id, ()):
            if whisper.channel == channel.id and first <= whisper.ts and not (last and whisper.ts >= last):
                shown.append(whisper)
        kept = {(message.ts, message.whispered_to): message for message in shown}
        return [self._message(kept[key], replies, newest_reply) for key in sorted(kept)]

    def _while_moved(self, channel: Channel, me: User, begun: datetime, until: datetime) -> Json:
        """How many messages of others came or changed after one moment and until another, how many of them in threads,
        and the one to begin with."""
        whispers = [each for each in self._workspace.whispers.get(me.id, ()) if each.channel == channel.id]
        others = [each for each in [*self._workspace.messages[channel.id], *whispers] if each.user != me.id]

        def within(ts: str) -> bool:
            return begun.timestamp() < float(ts) <= until.timestamp()

        came = [each for each in others if within(each.ts)]
        changed = [each for each in others if each.edited and within(each.edited["ts"]) and not within(each.ts)]
        first = [*(each.thread_ts or each.ts for each in came), *(each.ts for each in changed)]
        return {
            "came": len(came),
            "replies": sum(not _is_outside(each) for each in came),
            "changed": len(changed),
            "first": min(first, default=None),
        }

    def _range(self, window: Window) -> Range:
        """How much of the open conversation is shown: pages, the oldest of them `back` pages from the newest one."""
        if window.channel not in self._workspace.messages:
            return Range(0, 0, 0)
        outside = [message.ts for message in self._workspace.messages[window.channel] if _is_outside(message)]
        pages = max(-(-len(outside) // _PAGE), 1)
        back = window.back
        if back is None:
            after = sum(ts >= window.at for ts in outside) if window.at else 0
            back = -(-after // _PAGE) if after > _PAGE // 2 else 0
        back = min(back, pages - 1)
        newest = max(back - (_PAGES - 1), 0)
        return Range(max(len(outside) - _PAGE * (back + 1), 0), _PAGE * newest, back)

    def _moving(self) -> Json | None:
        move = self._backend.move
        if move is None:
            return None
        way = (move.until - move.begun).total_seconds()
        gone = (self._backend.clock.now() - move.begun).total_seconds()
        return {"until": _iso(move.until), "stops": move.stops, "part": min(gone / way, 1) if way > 0 else 1}

    def _message(
        self, message: Message, replies: Mapping[str | None, int], newest_reply: Mapping[str | None, str]
    ) -> Json:
        whispered = bool(message.whispered_to)
        return {
            "ts": message.ts,
            "user": message.user,
            "subtype": message.subtype,
            "broadcast": message.broadcast,
            "text": message.text,
            "blocks": message.blocks,
            "thread_ts": message.thread_ts,
            "reply_count": 0 if whispered else replies.get(message.ts, 0),
            "replied_at": _at(newest_reply[message.ts]) if not whispered and message.ts in newest_reply else None,
            "reactions": [{"name": name, "users": users} for name, users in message.reactions.items()],
            "files": [file_json(self._workspace.files[file_id]) for file_id in message.files],
            "edited": message.edited is not None,
            "changed_at": _at(message.edited["ts"]) if message.edited is not None else None,
            "ephemeral": whispered,
            "at": _at(message.ts),
        }

    def _view(self, view: View) -> Json:
        shown = view_json(view, self._workspace)
        return shown | {"errors": view.errors, "values": shown["state"]["values"]}


@dataclass(frozen=True, slots=True)
class Window:
    """What of a workspace's messages a page shows: the open conversation, its open thread, the message that a link led
    to, and how many pages back somebody went since; and from when until when the clock was last moved, if it was."""

    channel: str = ""
    thread: str = ""
    at: str = ""
    back: int | None = None
    moved: tuple[datetime, datetime] | None = None


class Range(NamedTuple):
    """How many messages of the open conversation stand before and after those shown, and how many pages back it is."""

    earlier: int
    later: int
    back: int


def _is_outside(message: Message) -> bool:
    """Whether it stands in the conversation itself, not only in a thread."""
    return not message.is_reply or message.broadcast or message.subtype == "thread_broadcast"


def _message(given: Json) -> OnMessage:
    place = given.get("where", given)
    return OnMessage(place["channel"], place["ts"])


def _shown_person(user: User, locale: str) -> Json:
    name = _for(locale, user.real_name) or user.handle
    words = name.split()
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
    return {
        "id": user.id,
        "handle": user.handle,
        "real_name": name,
        "full_name": user.real_name,
        "title": _for(locale, user.title),
        "tz": user.tz,
        "locale": user.locale,
        "is_bot": user.is_bot,
        "avatar": letters.upper(),
    }


def _for(locale: str, written: str) -> str:
    """The part of a name or title written in two scripts, "吴梦洁 Wu Mengjie", that a reader of this language reads;
    all of it where there is one script."""
    chinese = [word for word in written.split() if _CHINESE.search(word)]
    latin = [word for word in written.split() if not _CHINESE.search(word)]
    return " ".join((chinese if locale.startswith("zh") else latin) or written.split())


def _refused(refusal: NotPossible) -> Json:
    return {"ok": False, "error": str(refusal), "why": refusal.why, "about": refusal.about}


def _morning(now: datetime, zone: ZoneInfo, suits: Callable[[date], bool]) -> datetime:
    """09:00 of the next day that suits, where the person is."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while not suits(day):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, _MORNING, tzinfo=zone).astimezone(UTC)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _at(ts: str) -> str:
    return _iso(datetime.fromtimestamp(float(ts), UTC))
