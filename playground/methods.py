"""The Web API, as far as a bot of this kind uses it, with Slack's own error codes; the rest is refused loudly.

A call is checked in this order: scripted fault, token, rate, method known, scope, arguments, objects, content. Slack
does not publish its order (ASSUMED). Sources: docs.slack.dev/reference/methods, one page a method.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from playground import blockkit
from playground.backend import (
    RESPONSE_URL_LIFE,
    RESPONSE_URL_USES,
    TRIGGER_SECONDS,
    Backend,
    Call,
    ResponseUrl,
    Trigger,
)
from playground.faults import Fault
from playground.inputs import Json, NotPossible
from playground.shapes import channel_json, file_json, message_json, user_json, view_json
from playground.workspace import APP_ID, BOT_ID, BOT_USER_ID, CANVAS, Channel, File, Message, User, View

BURST: Final = 3
"""Messages a channel takes at once before one a second. The rate: docs.slack.dev/apis/web-api/rate-limits; the
burst: ASSUMED."""
_NO_TOKEN: Final = frozenset({"blocks.validate"})
_APP_TOKEN: Final = frozenset({"apps.connections.open"})
_HISTORY_SCOPES: Final = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
_READ_SCOPES: Final = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
_KINDS: Final = {"public_channel": "public", "private_channel": "private", "im": "im"}
_BOT_IS_WRONG: Final = frozenset(
    {
        "unknown_method",
        "missing_scope",
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "no_text",
        "msg_too_long",
        "not_authed",
        "invalid_auth",
        "not_allowed_token_type",
        "view_too_large",
        "duplicate_external_id",
        "push_limit_reached",
        "invalid_name",
    }
)
"""Errors that no circumstance excuses: each is noted as a fault of the bot."""


class SlackError(Exception):
    """A refusal by the Web API: `{"ok": false, "error": code, ...}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code} | more


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP. `drop` closes the connection instead; `garbage` is sent in place of JSON."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    garbage: str = ""
    drop: bool = False
    delay: float = 0


@dataclass(frozen=True)
class _Method:
    run: Callable[[Args], Json]
    scope: str = ""
    required: tuple[str, ...] = ()


class Args:
    """The arguments of one call, whether they came as JSON or as a form."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str) -> str:
        """A string; empty when absent."""
        return str(self.given.get(name) or "")

    def flag(self, name: str) -> bool:
        """A boolean; false when absent."""
        return self.given.get(name) in (True, "true", "1", 1)

    def number(self, name: str, default: int) -> int:
        """An integer. Raises `invalid_arguments` for anything else."""
        try:
            return int(self.given.get(name) or default)
        except (TypeError, ValueError):
            raise _invalid(f"must provide an integer [json-pointer:/{name}]") from None

    def parsed(self, name: str, error: str) -> Any:
        """A JSON value, which a form carries as a string. Raises `error` when it is not JSON."""
        value = self.given.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value


class WebApi:
    """Answers the bot's calls."""

    def __init__(self, backend: Backend, bot_token: str, app_token: str, new_ticket: Callable[[], str]) -> None:
        self._backend = backend
        self._workspace = backend.workspace
        self._bot_token = bot_token
        self._app_token = app_token
        self._new_ticket = new_ticket
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._methods: dict[str, _Method] = {
            "apps.connections.open": _Method(self._connections_open),
            "auth.test": _Method(self._auth_test),
            "blocks.validate": _Method(self._validate),
            "canvases.access.set": _Method(
                self._open_canvas, "canvases:write", ("canvas_id", "access_level", "channel_ids")
            ),
            "canvases.create": _Method(self._create_canvas, "canvases:write"),
            "canvases.edit": _Method(self._edit_canvas, "canvases:write", ("canvas_id", "changes")),
            "chat.delete": _Method(self._delete, "chat:write", ("channel", "ts")),
            "chat.getPermalink": _Method(self._permalink, "", ("channel", "message_ts")),
            "chat.postEphemeral": _Method(self._post_ephemeral, "chat:write", ("channel", "user")),
            "chat.postMessage": _Method(self._post_message, "chat:write", ("channel",)),
            "chat.update": _Method(self._update, "chat:write", ("channel", "ts")),
            "conversations.history": _Method(self._history, "", ("channel",)),
            "conversations.info": _Method(self._conversation, "", ("channel",)),
            "conversations.list": _Method(self._conversations),
            "conversations.open": _Method(self._open, "im:write"),
            "conversations.replies": _Method(self._replies, "", ("channel", "ts")),
            "files.completeUploadExternal": _Method(self._complete_upload, "files:write", ("files",)),
            "files.getUploadURLExternal": _Method(self._upload_url, "files:write", ("filename", "length")),
            "files.info": _Method(self._file, "files:read", ("file",)),
            "reactions.add": _Method(self._react, "reactions:write", ("channel", "timestamp", "name")),
            "users.info": _Method(self._user, "users:read", ("user",)),
            "users.list": _Method(self._users, "users:read"),
            "views.open": _Method(self._open_view, "", ("trigger_id", "view")),
            "views.publish": _Method(self._publish, "", ("user_id", "view")),
            "views.push": _Method(self._push_view, "", ("trigger_id", "view")),
            "views.update": _Method(self._update_view, "", ("view",)),
        }

    def call(self, method: str, args: Json, token: str) -> Answer:
        """Answer one call of the bot, and note it."""
        began = time.monotonic()
        fault = self._backend.faults.take(method, args)
        if fault is not None and not fault.apply and _strikes_at_once(fault):
            return self._noted(began, method, args, _struck(fault, {"ok": False, "error": fault.error}))
        answer = self._checked(method, args, token)
        if fault is not None:
            answer = _struck(fault, answer.body) if _strikes_at_once(fault) else _delayed(answer, fault)
        return self._noted(began, method, args, answer)

    def respond(self, key: str, body: Json) -> Answer:
        """Take a post to a response_url. Wording of its refusals: ASSUMED."""
        began = time.monotonic()
        fault = self._backend.faults.take("response_url", body)
        if fault is not None and not fault.apply and _strikes_at_once(fault):
            return self._noted(began, "response_url", body, _struck(fault, {"ok": False, "error": fault.error}))
        try:
            self.answer_to(self._usable(key), body)
            answer = Answer({"ok": True})
        except SlackError as error:
            self._note_if_wrong("response_url", error.answer)
            answer = Answer(error.answer, status=404 if error.answer["error"] in _URL_GONE else 400)
        if fault is not None and _strikes_at_once(fault):
            answer = _struck(fault, answer.body)
        return self._noted(began, "response_url", body, answer)

    def answer_to(self, source: ResponseUrl, body: Json) -> None:
        """Carry out what the bot answered to a command or through a response_url. Raises SlackError."""
        args = Args(body)
        original = self._workspace.message(*source.message) if source.message else None
        if args.flag("delete_original"):
            if original is not None:
                self._withdraw(original)
            return
        text, blocks = self._content(args)
        if args.flag("replace_original") and original is not None:
            self._backend.update(original, BOT_USER_ID, text=text, blocks=blocks, metadata=original.metadata)
            return
        message = self._backend.new_message(
            self._workspace.channels[source.channel],
            BOT_USER_ID,
            text,
            blocks=blocks,
            thread_ts=args.text("thread_ts") or None,
            from_app=True,
        )
        if body.get("response_type") == "in_channel":
            self._backend.post(message)
        else:
            self._backend.whisper(message, source.user)

    def view_problem(self, payload: Any) -> str:
        """Why Slack would not show this view as a modal, in its words; empty when it would."""
        found = blockkit.problems(payload, "modal")
        return "; ".join(f"{problem.message} [json-pointer:/view{problem.pointer}]" for problem in found)

    # Checks before a method runs

    def _checked(self, method: str, args: Json, token: str) -> Answer:
        try:
            self._check_token(method, token)
            self._check_rate(method, args)
            known = self._methods.get(method)
            if known is None:
                raise SlackError("unknown_method", req_method=method)
            if known.scope:
                self._need(known.scope)
            missing = [name for name in known.required if args.get(name) in (None, "")]
            if missing:
                raise _invalid(*(f"missing required field: {name}" for name in missing))
            body = {"ok": True} | known.run(Args(args))
        except _RateLimitError as limited:
            return Answer(limited.answer, status=429, headers={"Retry-After": str(limited.seconds)})
        except SlackError as error:
            self._note_if_wrong(method, error.answer)
            body = error.answer
        return Answer(body, headers={"X-OAuth-Scopes": ",".join(sorted(self._backend.manifest.scopes))})

    def _check_token(self, method: str, token: str) -> None:
        if method in _NO_TOKEN:
            return
        if not token:
            raise SlackError("not_authed")
        if not self._backend.installed:
            raise SlackError("account_inactive")
        if token not in (self._bot_token, self._app_token):
            raise SlackError("invalid_auth")
        if (token == self._app_token) != (method in _APP_TOKEN):
            raise SlackError("not_allowed_token_type")

    def _check_rate(self, method: str, args: Json) -> None:
        if method != "chat.postMessage":
            return
        key = str(args.get("channel"))
        try:
            key = self._workspace.channel(key).id
        except NotPossible:
            if key in self._workspace.users:
                key = self._workspace.dm_with_app(key).id
        now = self._backend.clock.now()
        left, at = self._buckets.get(key, (float(BURST), now))
        left = min(float(BURST), left + (now - at).total_seconds())
        if left < 1:
            self._buckets[key] = (left, now)
            raise _RateLimitError(1)
        self._buckets[key] = (left - 1, now)

    def _need(self, scope: str) -> None:
        granted = self._backend.manifest.scopes
        if scope not in granted:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(granted)))

    def _note_if_wrong(self, method: str, answer: Json) -> None:
        if answer["error"] in _BOT_IS_WRONG:
            details = answer.get("response_metadata", {}).get("messages", [])
            needed = [f"needs {answer['needed']}"] if "needed" in answer else []
            self._backend.note_fault(": ".join([method, answer["error"], *needed, *details]))

    def _noted(self, began: float, method: str, args: Json, answer: Answer) -> Answer:
        status, seconds = 0 if answer.drop else answer.status, time.monotonic() - began
        self._backend.calls.append(Call(method, args, answer.body, status, self._backend.clock.now(), seconds))
        return answer

    # The app itself

    def _auth_test(self, args: Args) -> Json:
        return {
            "url": f"https://{self._workspace.domain}.slack.com/",
            "team": self._workspace.name,
            "user": self._workspace.users[BOT_USER_ID].handle,
            "team_id": self._workspace.team_id,
            "user_id": BOT_USER_ID,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _connections_open(self, args: Args) -> Json:
        address = self._backend.url.replace("http://", "ws://", 1)
        return {"url": f"{address}/link?ticket={self._new_ticket()}&app_id={APP_ID}"}

    def _validate(self, args: Args) -> Json:
        given = [name for name in ("blocks", "view", "message") if name in args]
        if len(given) != 1:
            raise _invalid("must provide exactly one of blocks, view, message")
        name = given[0]
        payload = args.parsed(name, "invalid_arguments")
        if name == "blocks":
            found = blockkit.problems(payload, "message")
        elif name == "message":
            blocks = payload.get("blocks", []) if isinstance(payload, dict) else payload
            found = blockkit.problems(blocks, "message")
        else:
            home = isinstance(payload, dict) and payload.get("type") == "home"
            found = blockkit.problems(payload, "home" if home else "modal")
        if found:
            raise _refusal(blockkit.as_error(found, name))  # type: ignore[arg-type]
        return {}

    # Messages

    def _post_message(self, args: Args) -> Json:
        channel = self._addressee(args.text("channel"))
        self._check_may_post(channel)
        text, blocks = self._content(args)
        message = self._backend.new_message(
            channel,
            BOT_USER_ID,
            text,
            blocks=blocks,
            thread_ts=self._thread(channel, args),
            from_app=True,
        )
        message.broadcast = args.flag("reply_broadcast")
        message.subtype = "thread_broadcast" if message.broadcast else ""
        message.metadata = _metadata(args) or None
        self._backend.post(message)
        shown = message_json(message, self._workspace)
        return {"channel": channel.id, "ts": message.ts, "message": shown}

    def _post_ephemeral(self, args: Args) -> Json:
        channel = self._visible(args.text("channel"))
        reader = args.text("user")
        if reader not in channel.members:
            raise SlackError("user_not_in_channel")
        text, blocks = self._content(args)
        thread_ts = args.text("thread_ts") or None
        message = self._backend.new_message(
            channel, BOT_USER_ID, text, blocks=blocks, thread_ts=thread_ts, from_app=True
        )
        self._backend.whisper(message, reader)
        return {"message_ts": message.ts}

    def _update(self, args: Args) -> Json:
        message = self._own_message(args.text("channel"), args.text("ts"), "cant_update_message")
        text = args.text("text") if "text" in args else message.text
        if len(text) > blockkit.UPDATE_TEXT_MAX:
            raise SlackError("msg_too_long")
        blocks: Sequence[Json] = message.blocks
        if "blocks" in args:
            blocks = self._blocks(args)
        if not text and not blocks:
            raise SlackError("no_text")
        metadata = message.metadata
        if "metadata" in args:
            metadata = _metadata(args) or None
        self._backend.update(message, BOT_USER_ID, text=text, blocks=blocks, metadata=metadata)
        shown = message_json(message, self._workspace)
        return {"channel": message.channel, "ts": message.ts, "text": text, "message": shown}

    def _delete(self, args: Args) -> Json:
        message = self._own_message(args.text("channel"), args.text("ts"), "cant_delete_message")
        self._backend.delete(message)
        return {"channel": message.channel, "ts": message.ts}

    def _permalink(self, args: Args) -> Json:
        channel = self._visible(args.text("channel"))
        message = self._posted(channel, args.text("message_ts"))
        link = f"https://{self._workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
        if message.is_reply:
            link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}

    def _react(self, args: Args) -> Json:
        message = self._posted(self._visible(args.text("channel")), args.text("timestamp"))
        name = args.text("name")
        if not name.strip("+-_").replace("-", "").replace("_", "").replace("+", "").isalnum():
            raise SlackError("invalid_name")
        if BOT_USER_ID in message.reactions.get(name, ()):
            raise SlackError("already_reacted")
        self._backend.react(message, BOT_USER_ID, name)
        return {}

    # Conversations

    def _history(self, args: Args) -> Json:
        channel = self._readable(args.text("channel"))
        found = [message for message in self._workspace.top_level(channel.id) if _within(message.ts, args)]
        page, more = _page(found[::-1], args, 100)
        return {"messages": [self._shown(message, args) for message in page], "pin_count": 0} | more

    def _replies(self, args: Args) -> Json:
        channel = self._readable(args.text("channel"))
        root = self._workspace.message(channel.id, args.text("ts"))
        if root is None or root.whispered_to:
            raise SlackError("thread_not_found")
        if root.is_reply:
            return {"messages": [self._shown(root, args)], "has_more": False}
        replies = [reply for reply in self._workspace.replies(channel.id, root.ts) if _within(reply.ts, args)]
        page, more = _page([root, *replies], args, 1000)
        return {"messages": [self._shown(message, args) for message in page]} | more

    def _conversation(self, args: Args) -> Json:
        channel = self._known(args.text("channel"))
        self._need(_READ_SCOPES[channel.kind])
        return {"channel": channel_json(channel)}

    def _conversations(self, args: Args) -> Json:
        kinds = []
        for name in (args.text("types") or "public_channel").split(","):
            if name.strip() not in _KINDS:
                raise SlackError("invalid_types")
            kinds.append(_KINDS[name.strip()])
            self._need(_READ_SCOPES[kinds[-1]])
        found = [
            channel
            for channel in self._workspace.channels.values()
            if channel.kind in kinds
            and (channel.kind == "public" or BOT_USER_ID in channel.members)
            and not (channel.archived and args.flag("exclude_archived"))
        ]
        page, more = _page(found, args, 100)
        return {"channels": [channel_json(channel) for channel in page]} | more

    def _open(self, args: Args) -> Json:
        if "channel" in args:
            return {"channel": {"id": self._known(args.text("channel")).id}}
        users = [name for name in args.text("users").split(",") if name]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            raise _invalid("this local Slack has no direct messages between more than two")
        user = self._workspace.users.get(users[0])
        if user is None or user.deleted:
            raise SlackError("user_not_found" if user is None else "user_disabled")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        return {"channel": {"id": self._workspace.dm_with_app(user.id).id}}

    # People and files

    def _user(self, args: Args) -> Json:
        user = self._workspace.users.get(args.text("user"))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": self._user_json(user, args)}

    def _users(self, args: Args) -> Json:
        page, more = _page(list(self._workspace.users.values()), args, 1000)
        more.pop("has_more")
        return {"members": [self._user_json(user, args) for user in page], "cache_ts": 0} | more

    def _file(self, args: Args) -> Json:
        file = self._workspace.files.get(args.text("file"))
        if file is None or not self.may_read(file):
            raise SlackError("file_not_found")
        return {"file": file_json(file), "comments": [], "response_metadata": {"next_cursor": ""}}

    def _upload_url(self, args: Args) -> Json:
        if args.number("length", 0) <= 0:
            raise _invalid("must be a positive length [json-pointer:/length]")
        file = self._backend.new_file(BOT_USER_ID, args.text("filename"), b"")
        return {"upload_url": f"{self._backend.url}/upload/{file.id}", "file_id": file.id}

    def _complete_upload(self, args: Args) -> Json:
        """Share uploaded files in a channel, as one message."""
        named = args.parsed("files", "invalid_arguments")
        files = [self._workspace.files.get(str(each.get("id"))) for each in named]
        found = [file for file in files if file is not None and file.user == BOT_USER_ID and file.content]
        if not found or len(found) != len(files):
            raise SlackError("file_not_found")
        if args.text("channel_id"):
            channel = self._addressee(args.text("channel_id"))
            self._check_may_post(channel)
            message = self._backend.new_message(channel, BOT_USER_ID, args.text("initial_comment"), from_app=True)
            message.files = [file.id for file in found]
            self._backend.post(message)
        return {"files": [file_json(file) for file in found]}

    def _create_canvas(self, args: Args) -> Json:
        """A canvas of the bot's own. docs.slack.dev/reference/methods/canvases.create"""
        if args.text("channel_id"):
            raise _invalid("tabs of channels are not served here [json-pointer:/channel_id]")
        markdown = _markdown(
            args.parsed("document_content", "invalid_arguments") or {"type": "markdown", "markdown": ""}
        )
        file = self._backend.new_file(BOT_USER_ID, args.text("title"), markdown.encode())
        file.mimetype = CANVAS
        file.url = f"https://{self._workspace.domain}.slack.com/docs/{self._workspace.team_id}/{file.id}"
        return {"canvas_id": file.id}

    def _edit_canvas(self, args: Args) -> Json:
        """Replace all that a canvas of the bot's says: without a section that is the whole of it.
        docs.slack.dev/reference/methods/canvases.edit"""
        file = self._canvas(args)
        match args.parsed("changes", "invalid_arguments"):
            case [{"operation": "replace", "document_content": content, **rest}] if not rest:
                file.content = _markdown(content).encode()
            case _:
                raise _invalid("of the changes only the replacement of all is served here [json-pointer:/changes]")
        return {}

    def _canvas(self, args: Args) -> File:
        file = self._workspace.files.get(args.text("canvas_id"))
        if file is None or file.mimetype != CANVAS:
            raise SlackError("canvas_not_found")
        return file

    def _open_canvas(self, args: Args) -> Json:
        """Let channels read a canvas that a message in them leads to; the error without one is ASSUMED.
        docs.slack.dev/reference/methods/canvases.access.set"""
        file = self._canvas(args)
        if args.text("access_level") not in ("read", "write"):
            raise _invalid("must be a valid enum value [json-pointer:/access_level]")
        for name in args.text("channel_ids").split(","):
            channel = self._addressee(name)
            if not any(file.url in json.dumps(message.blocks) for message in self._workspace.messages[channel.id]):
                raise SlackError("restricted_action")
            file.channels.add(channel.id)
        return {}

    def may_read(self, file: File) -> bool:
        """Whether the bot may read a file: shared where it is a member, or handed to it in a form."""
        shared = [self._workspace.channels[channel_id] for channel_id in file.channels]
        return not shared or any(BOT_USER_ID in channel.members for channel in shared)

    def _user_json(self, user: User, args: Args) -> Json:
        shown = user_json(user, self._workspace, self._backend.clock.now(), self._backend.url)
        if "users:read.email" in self._backend.manifest.scopes and user.email:
            shown["profile"]["email"] = user.email
        if args.flag("include_locale"):
            shown["locale"] = user.locale
        return shown

    # Views

    def _open_view(self, args: Args) -> Json:
        payload = self._view(args, "modal")
        trigger = self._trigger(args)
        return self._view_answer(self._backend.open_view(trigger.user, payload))

    def _push_view(self, args: Args) -> Json:
        payload = self._view(args, "modal")
        trigger = self._trigger(args)
        stack = self._workspace.stacks.get(trigger.user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= blockkit.VIEW_STACK_MAX:
            raise SlackError("push_limit_reached")
        return self._view_answer(self._backend.push_view(trigger.user, payload))

    def _update_view(self, args: Args) -> Json:
        if "view_id" not in args and "external_id" not in args:
            raise _invalid("must provide view_id or external_id")
        view = (
            self._workspace.view(args.text("view_id"))
            if "view_id" in args
            else self._workspace.view_called(args.text("external_id"))
        )
        payload = self._view(args, "home" if view is not None and view.type == "home" else "modal", view)
        if view is None:
            raise SlackError("not_found")
        self._check_hash(view, args)
        self._backend.update_view(view, payload)
        return self._view_answer(view)

    def _publish(self, args: Args) -> Json:
        payload = self._view(args, "home", self._workspace.homes.get(args.text("user_id")))
        if not self._backend.manifest.home_tab:
            raise SlackError("not_enabled")
        if args.text("user_id") not in self._workspace.users:
            raise _invalid("invalid user_id [json-pointer:/user_id]")
        home = self._workspace.homes.get(args.text("user_id"))
        if home is not None:
            self._check_hash(home, args)
        return self._view_answer(self._backend.publish_home(args.text("user_id"), payload))

    def _view(self, args: Args, surface: blockkit.Surface, replaced: View | None = None) -> Json:
        payload = args.parsed("view", "invalid_arguments")
        if found := blockkit.problems(payload, surface):
            raise _refusal(blockkit.as_error(found, "views"))
        external_id = payload.get("external_id")
        holder = self._workspace.view_called(external_id) if external_id else None
        if holder is not None and holder is not replaced:
            raise SlackError("duplicate_external_id")
        return dict(payload)

    def _trigger(self, args: Args) -> Trigger:
        trigger = self._backend.triggers.get(args.text("trigger_id"))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._backend.real_time() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def _check_hash(self, view: View, args: Args) -> None:
        if "hash" in args and args.text("hash") != view.hash:
            raise SlackError("hash_conflict")

    def _view_answer(self, view: View) -> Json:
        return {"view": view_json(view, self._workspace)}

    # Objects a call names

    def _addressee(self, name: str) -> Channel:
        user = self._workspace.users.get(name)
        if user is not None:
            if user.is_bot:
                raise SlackError("channel_not_found")
            return self._workspace.dm_with_app(user.id)
        channel = self._workspace.channels.get(name)
        if channel is None:
            channel = next(
                (
                    other
                    for other in self._workspace.channels.values()
                    if other.kind == "public" and other.name == name.removeprefix("#")
                ),
                None,
            )
        if channel is None or (channel.kind != "public" and BOT_USER_ID not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def _check_may_post(self, channel: Channel) -> None:
        if channel.archived:
            raise SlackError("is_archived")
        if BOT_USER_ID not in channel.members and "chat:write.public" not in self._backend.manifest.scopes:
            raise SlackError("not_in_channel")

    def _known(self, channel_id: str) -> Channel:
        channel = self._workspace.channels.get(channel_id)
        if channel is None or (channel.kind != "public" and BOT_USER_ID not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def _visible(self, channel_id: str) -> Channel:
        channel = self._known(channel_id)
        if BOT_USER_ID not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _readable(self, channel_id: str) -> Channel:
        channel = self._known(channel_id)
        self._need(_HISTORY_SCOPES[channel.kind])
        return self._visible(channel_id)

    def _posted(self, channel: Channel, ts: str) -> Message:
        message = self._workspace.message(channel.id, ts)
        if message is None or message.whispered_to:
            raise SlackError("message_not_found")
        return message

    def _own_message(self, channel_id: str, ts: str, error: str) -> Message:
        message = self._posted(self._known(channel_id), ts)
        if not message.from_app or message.subtype == "tombstone":
            raise SlackError(error)
        return message

    def _thread(self, channel: Channel, args: Args) -> str | None:
        if "thread_ts" not in args:
            return None
        above = self._workspace.message(channel.id, args.text("thread_ts"))
        if above is None or above.whispered_to:
            raise SlackError("thread_not_found")
        return above.ts

    def _usable(self, key: str) -> ResponseUrl:
        source = self._backend.response_urls.get(key)
        if source is None:
            raise SlackError("invalid_url")
        if self._backend.clock.now() - source.issued > RESPONSE_URL_LIFE:
            raise SlackError("expired_url")
        if source.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        source.uses += 1
        return source

    def _withdraw(self, message: Message) -> None:
        if message.whispered_to:
            self._backend.unwhisper(message)
        else:
            self._backend.delete(message)

    # Content

    def _content(self, args: Args) -> tuple[str, Sequence[Json]]:
        for name in ("attachments", "markdown_text"):
            if args.given.get(name):
                raise _invalid(f"this local Slack does not draw {name}")
        text = args.text("text")[: blockkit.MESSAGE_TEXT_KEPT]
        blocks = self._blocks(args) if "blocks" in args else ()
        if not text and not blocks:
            raise SlackError("no_text")
        return text, blocks

    def _blocks(self, args: Args) -> Sequence[Json]:
        blocks = args.parsed("blocks", "invalid_blocks_format")
        if found := blockkit.problems(blocks, "message"):
            raise _refusal(blockkit.as_error(found, "chat"))
        return list(blocks)

    def _shown(self, message: Message, args: Args) -> Json:
        shown = message_json(message, self._workspace)
        if message.metadata is not None and args.flag("include_all_metadata"):
            shown["metadata"] = message.metadata
        return shown


def _markdown(content: object) -> str:
    """What a canvas is to say."""
    said = content.get("markdown") if isinstance(content, dict) and content.get("type") == "markdown" else None
    if not isinstance(said, str) or len(said) > _CANVAS_MAX:
        raise _invalid("must be Markdown of at most 1 MiB [json-pointer:/document_content]")
    return said


_CANVAS_MAX: Final = 1_048_576  # characters, docs.slack.dev/reference/methods/canvases.create
_URL_GONE: Final = frozenset({"invalid_url", "expired_url", "used_url"})


class _RateLimitError(SlackError):
    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


def _invalid(*messages: str) -> SlackError:
    lines = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": lines})


def _refusal(answer: Json) -> SlackError:
    error = SlackError(answer["error"])
    error.answer = answer
    return error


def _metadata(args: Args) -> Json:
    metadata = args.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if metadata and not (
        isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_schema")
    return metadata


def _within(ts: str, args: Args) -> bool:
    oldest, latest = args.text("oldest"), args.text("latest")
    at = _micros(ts)
    if args.flag("inclusive"):
        return (not oldest or _micros(oldest) <= at) and (not latest or at <= _micros(latest))
    return (not oldest or _micros(oldest) < at) and (not latest or at < _micros(latest))


def _micros(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or 0)


def _page(found: Sequence[Any], args: Args, default: int) -> tuple[Sequence[Any], Json]:
    start = 0
    if cursor := args.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    end = start + min(args.number("limit", default), 1000)
    more = end < len(found)
    cursor = base64.b64encode(str(end).encode()).decode() if more else ""
    return found[start:end], {"has_more": more, "response_metadata": {"next_cursor": cursor}}


def _strikes_at_once(fault: Fault) -> bool:
    return bool(fault.status or fault.drop or fault.garbage or fault.error)


def _struck(fault: Fault, body: Json) -> Answer:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    if fault.status == 429:
        body = {"ok": False, "error": "ratelimited"}
    elif fault.status >= 500:
        return Answer({}, fault.status, headers, garbage="upstream connect error", delay=fault.delay)
    garbage = "<html>try again later" if fault.garbage else ""
    return Answer(body, fault.status or 200, headers, garbage=garbage, drop=fault.drop, delay=fault.delay)


def _delayed(answer: Answer, fault: Fault) -> Answer:
    return Answer(answer.body, answer.status, answer.headers, delay=fault.delay)
