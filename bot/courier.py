"""Takes the outbox to Slack: every message once, in order for each channel, urgent ones first, at Slack's pace.

Slack knows no idempotency key, so each message carries the opaque key of its row in its metadata. When nobody can
tell whether a request was carried out, the message is looked up by that key before it is posted again.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Final, Literal
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.views.blockkit import CANVAS_LINK, MESSAGE_BLOCKS, UPDATED_FALLBACK, Block, Payload, cut_mrkdwn
from storage import outbox, people
from storage.outbox import Letter
from storage.store import Store, Unavailable

log = logging.getLogger(__name__)

METADATA: Final = "supercargo_message"

A_SECOND: Final = timedelta(seconds=1)
"""Slack takes one message a second for each channel (https://docs.slack.dev/apis/web-api/rate-limits)."""

BREATH: Final = 0.05
"""Seconds between two looks at the outbox: under load most of them find every channel's second still running."""

ATTEMPTS: Final = 8
"""How often Slack may answer that something went wrong."""

LONGEST_PAUSE: Final = timedelta(minutes=10)
NOT_TOLD_HOW_LONG: Final = 30
"""Seconds to wait after a 429 whose Retry-After is missing or no number."""

PATIENCE: Final = timedelta(hours=24)
"""How long a message is tried while its receiver or channel is not in Slack, or while nobody can tell what became of
it. While Slack cannot be reached, or does not let us in, everything waits."""

APART: Final = frozenset({"canvas", "repeat"})
"""What a payload holds beside the message: its canvas, and the words to say that it may be a repeat."""

LOOKED_UP: Final = 999
"""Messages read in one page of a look-up, as many as Slack gives (https://docs.slack.dev/reference/methods/conversations.history):
what needs many pages is asked for too often."""

SKEW: Final = timedelta(minutes=5)
"""How far Slack's clock and ours may be apart: with more, no request of Slack's is accepted."""

GONE: Final = frozenset({"message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed"})

NO_CANVASES: Final = frozenset(
    {
        "canvas_disabled_user_team",
        "free_teams_cannot_create_non_tabbed_canvases",
        "missing_scope",
        "restricted_action",
        "unknown_method",
    }
)
"""The workspace has no canvases, or none for us (https://docs.slack.dev/reference/methods/canvases.create)."""

NO_SUCH_CANVAS: Final = frozenset({"canvas_deleted", "canvas_not_found"})
"""Somebody deleted it (https://docs.slack.dev/reference/methods/canvases.edit)."""

NO_CHANNEL: Final = frozenset({"channel_not_found", "not_in_channel"})

MENDABLE: Final = frozenset(
    {
        "accesslimited",
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Nothing was posted, and nothing will be until somebody mends the installation: every message waits for that.
Errors as listed at https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours."""

REFUSED: Final = frozenset(
    {
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "blocked_file_type",
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "channel_is_archived",
        "channel_not_found",
        "channel_type_not_supported",
        "cant_broadcast_message",
        "cant_post_message",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "external_channel_migrating",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_post_type",
        "invalid_users",
        "is_archived",
        "is_inactive",
        "json_not_object",
        "markdown_text_conflict",
        "message_limit_exceeded",
        "messages_tab_disabled",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "method_deprecated",
        "missing_file_data",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_dual_broadcast_content_update",
        "no_text",
        "not_enabled",
        "not_in_channel",
        "pinned_message_update_not_allowed",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_file_upload_sharing_blocked",
        "slack_connect_blocked_file_type",
        "slack_connect_lists_sharing_blocked",
        "thread_not_found",
        "too_many_attachments",
        "too_many_contact_cards",
        "too_many_users",
        "unsupported_content",
        "update_failed",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_list_not_supplied",
        "users_not_found",
    }
)
"""Nothing was posted, and this message never will be. Every error that is in none of these sets, such as
`internal_error` ("some aspect of the operation succeeded") or one we never saw, leaves it open."""

NOT_SENT: Final = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
"""Failures before the first byte of the request was written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter goes: a channel id, and for an ephemeral message the user."""

    channel: str
    user: str = ""


class Undeliverable(Exception):
    """The letter has no place to go at present."""


class GoneAway(Undeliverable):
    """Its receiver's account is closed."""


class Courier:
    """Delivers. `render_card` gives the card of a record as it stands now and `render_home` somebody's Home; `stand_in`
    names the member who acts on a record in the place of one whose account is closed; `at` is told each step, for
    crash tests. `worked_at` (monotonic) is when it last could look at the outbox."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        client: WebClient,
        render_card: Callable[[Session, str, str, int], Payload | None],
        render_home: Callable[[Session, str, str, str], Block | None] = lambda session, workspace, member, subject: (
            None
        ),
        stand_in: Callable[[Session, str, str, str, int], str | None] = lambda session, *about: None,
        at: Callable[[str], None] = lambda step: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.client = client
        self.render_card = render_card
        self.render_home = render_home
        self.stand_in = stand_in
        self.at = at
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._closed: dict[tuple[str, str], datetime] = {}
        self._looked_at = clock.now()
        self._work = threading.Event()
        self._delivering = threading.Lock()
        self.worked_at = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set: at once when something was committed, but what is committed within a few
        hundredths of a second is one look; and every second anyway."""
        while not stop.is_set():
            try:
                self.deliver()
            except Unavailable:
                log.warning("the database cannot be read; messages wait")
            except Exception:
                log.exception("delivery failed and goes on")
            stop.wait(BREATH)
            self._work.wait(timeout=1)
            self._work.clear()

    def wake(self) -> None:
        """Something was committed."""
        self._work.set()

    def deliver(self) -> int:
        """Deliver everything that may go out now; returns how many letters were tried. Raises `Unavailable`."""
        tried = 0
        with self._delivering:
            while letter := self._claim():
                self.at("claimed")
                self._deliver(letter)
                tried += 1
        return tried

    def next_due(self) -> datetime | None:
        """The next moment (UTC) at which something may go out."""
        with self.store.reading() as session:
            return outbox.next_due(session, self.clock.now(), self._closed)

    def heard(self, workspace: str, event: dict[str, Any]) -> None:
        """One of our own messages came in as an event: it is there, and a second copy of it is deleted."""
        key = _key(event)
        if key is None or "ts" not in event:
            return
        with self.store.transaction() as session:
            if event.get("bot_id") != people.own_bot_id(session, workspace):
                return
            now = self.clock.now()
            if outbox.heard(session, workspace, key, event["channel"], event["ts"], now):
                outbox.delete_copy(session, workspace, event["channel"], event["ts"], now)
        self.wake()

    def _claim(self) -> Letter | None:
        now = self.clock.now()
        if now < self._looked_at:  # the clock was put back, and what is closed would stay so for as long
            self._closed.clear()
        self._looked_at = now
        self._closed = {place: until for place, until in self._closed.items() if until > now}
        with self.store.reading() as session:  # most looks find nothing, and readers hold up nobody
            has_work = outbox.has_work(session, now, self._closed)
        self.worked_at = time.monotonic()
        if not has_work:
            return None
        with self.store.transaction() as session:
            return outbox.claim(session, self.owner, now, self._closed)

    def _deliver(self, letter: Letter) -> None:
        may_be_there = False
        try:
            place = self._place(letter)
            seen = self._seen(letter, place) if letter.in_doubt else "no"
            if seen == "yes":
                return
            payload = self._payload(letter)
            if seen == "nobody can tell":
                payload = _may_be_a_repeat(letter.payload or {})
            if payload is None:
                self._die(letter, "its record does not exist")
            elif "markdown" in payload.get("canvas", {}):
                may_be_there = True
                self._keep_canvas(letter, place, payload)
            elif self.clock.now() + outbox.REQUEST + outbox.SETTLE <= letter.lease_until:
                may_be_there = True
                self._send(letter, place, payload)
            # else too late to be sure that nobody else takes it meanwhile; it is looked up when its lease ends
        except Unavailable:
            raise
        except Undeliverable as error:
            if not (isinstance(error, GoneAway) and self._hand_on(letter)):
                self._no_place(letter, str(error))
        except SlackApiError as error:
            self._refused(letter, error, may_be_there=may_be_there)
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if not may_be_there or isinstance(reason, NOT_SENT):
                self._wait(letter, f"Slack cannot be reached: {type(reason).__name__}")
            else:
                self._in_doubt(letter, f"no answer: {type(reason).__name__}", None)
        except Exception as error:
            log.exception("a message for %s met an error of ours, or an answer that nobody understands", letter.address)
            self._in_doubt(letter, type(error).__name__, ATTEMPTS)

    def _send(self, letter: Letter, place: Place, payload: dict[str, Any]) -> None:
        self.at("before_post")
        if letter.kind == "ephemeral":
            self.client.chat_postEphemeral(
                channel=place.channel, user=place.user, thread_ts=letter.thread_ts, **payload
            )
            channel, ts = place.channel, ""
        elif letter.kind == "home":
            shown = self.client.views_publish(user_id=place.user, view=payload, hash=letter.ts)
            channel, ts = "", str(shown["view"]["hash"])
        elif letter.kind == "copy":
            self.client.chat_delete(channel=place.channel, ts=str(letter.ts))
            channel, ts = place.channel, str(letter.ts)
        elif letter.ts is not None:
            text = cut_mrkdwn(payload["text"], UPDATED_FALLBACK)
            self.client.chat_update(channel=place.channel, ts=letter.ts, **{**payload, "text": text})
            channel, ts = place.channel, letter.ts
        else:
            answer = self.client.chat_postMessage(
                channel=place.channel,
                thread_ts=letter.thread_ts,
                metadata={"event_type": METADATA, "event_payload": {"k": letter.key}},
                unfurl_links=False,
                unfurl_media=False,
                **{name: value for name, value in payload.items() if name not in APART},
            )
            channel, ts = answer["channel"], answer["ts"]
            if not (isinstance(channel, str) and isinstance(ts, str)):
                raise ValueError("Slack said yes without saying where")
            self._open_canvas(letter, channel)
        self.at("after_post")
        now = self.clock.now()
        self._close(letter, now + A_SECOND)
        self.at("before_mark")
        with self.store.transaction() as session:
            kept = outbox.sent(session, letter, self.owner, channel, ts, now)
            if kept is not None and kept != ts:
                outbox.delete_copy(session, letter.workspace, channel, ts, now)

    def _payload(self, letter: Letter) -> dict[str, Any] | None:
        """What to send: frozen when it was decided, or, for a card or a Home, as things stand at this moment."""
        if letter.kind == "home":
            with self.store.reading() as session:
                subject = str((letter.payload or {}).get("subject", ""))
                return self.render_home(session, letter.workspace, letter.address.removeprefix("~"), subject)
        if letter.kind != "card":
            return letter.payload
        with self.store.reading() as session:
            payload = self.render_card(session, letter.workspace, letter.subject, letter.number)
        return None if payload is None else payload.as_json()

    def _keep_canvas(self, letter: Letter, place: Place, payload: dict[str, Any]) -> None:
        """Make the canvas that a message leads to, and let the message itself go out next; or, where an earlier message
        leads to one of the same record, write that one anew. When Slack's answer is lost, it is done once more: a
        canvas that is written twice is the same, and nobody is led to one that was made in vain."""
        content = {"type": "markdown", "markdown": payload["canvas"]["markdown"]}
        with self.store.reading() as session:
            known = outbox.canvas_before(session, letter, place.channel)
        try:
            if known is not None and self._written_anew(known, content):
                self._settle(lambda session: outbox.gone(session, letter, self.owner, f"written into {known}"))
                return
            made = self.client.canvases_create(title=payload["canvas"]["title"], document_content=content)
        except SlackApiError as error:
            reason = _name(error)
            if reason not in NO_CANVASES:
                raise
            log.info("a canvas cannot be kept here: %s", reason)
            self._settle(lambda session: outbox.gone(session, letter, self.owner, f"no canvas: {reason}"))
            return
        with self.store.reading() as session:
            link = f"{people.address(session, letter.workspace)}docs/{letter.workspace}/{made['canvas_id']}"
        leading = json.loads(json.dumps(payload).replace(CANVAS_LINK, link)) | {"canvas": {"id": made["canvas_id"]}}
        self._settle(lambda session: outbox.amend(session, letter, self.owner, leading, self.clock.now()))

    def _written_anew(self, canvas: str, content: dict[str, str]) -> bool:
        """Replace everything in a canvas; returns whether it is still there."""
        try:
            self.client.canvases_edit(canvas_id=canvas, changes=[{"operation": "replace", "document_content": content}])
        except SlackApiError as error:
            if _name(error) not in NO_SUCH_CANVAS:
                raise
            return False
        return True

    def _open_canvas(self, letter: Letter, channel: str) -> None:
        """Let the channel read the canvas that the message in it leads to: Slack wants it led to before."""
        canvas = (letter.payload or {}).get("canvas")
        if canvas is None:
            return
        try:
            self.client.canvases_access_set(canvas_id=canvas["id"], access_level="read", channel_ids=[channel])
        except SlackApiError as error:
            log.warning("a canvas could not be opened to its channel: %s", _name(error))

    def _place(self, letter: Letter) -> Place:
        if letter.kind == "ephemeral":
            channel, _, user = letter.address.partition(":")
            return Place(channel, user)
        if letter.kind == "home":
            return Place("", self._account(letter.workspace, letter.address.removeprefix("~")).slack_user)
        if letter.channel is not None:
            return Place(letter.channel)
        if letter.thread_channel is not None:
            return Place(letter.thread_channel)
        if letter.address.startswith("@"):
            return Place(self._direct_conversation(letter.workspace, letter.address.removeprefix("@")))
        with self.store.reading() as session:
            channel_id = people.channel_id(session, letter.workspace, letter.address)
        if channel_id is None:
            raise Undeliverable(outbox.not_in(letter.address))
        return Place(channel_id)

    def _direct_conversation(self, workspace: str, member: str) -> str:
        person = self._account(workspace, member)
        if person.dm_channel:
            return person.dm_channel
        channel = str(self.client.conversations_open(users=person.slack_user)["channel"]["id"])
        self._settle(lambda session: people.keep_dm_channel(session, workspace, person.slack_user, channel))
        return channel

    def _account(self, workspace: str, member: str) -> people.Person:
        with self.store.reading() as session:
            person = people.by_member(session, workspace, member)
        if person is None:
            raise Undeliverable(f"{member} has no Slack account with the agreement's e-mail address")
        if not person.active:
            raise GoneAway(f"{member}'s Slack account is closed")
        return person

    def _hand_on(self, letter: Letter) -> bool:
        """Give what waited for somebody whose account is closed to whoever acts on its record now."""
        member = letter.address.removeprefix("@")
        if letter.kind != "message" or letter.ts is not None:
            return False
        with self.store.reading() as session:
            other = self.stand_in(session, letter.workspace, member, letter.subject, letter.number)
        if other is None:
            return False
        now = self.clock.now()
        self._settle(lambda session: outbox.readdress(session, letter, self.owner, f"@{other}", now))
        return True

    def _seen(self, letter: Letter, place: Place) -> Literal["yes", "no", "nobody can tell"]:
        """Look the message up by its key. "yes" when there is nothing to post now; nobody can tell when Slack did not
        let us look so often that something urgent is rather said twice."""
        if letter.kind == "ephemeral":  # tried once: nobody can look it up
            self._settle(lambda session: outbox.sent(session, letter, self.owner, "", "", self.clock.now()))
            return "yes"
        if letter.ts is not None and letter.kind == "message":
            copies = [letter.ts]
        elif letter.ts is not None or letter.kind == "home":
            return "no"
        else:
            try:
                copies = self._copies(letter, place)
            except SlackApiError as error:
                name = _name(error)
                if not name or _seconds_to_wait(error) is not None or name in MENDABLE - {"missing_scope"}:
                    raise
                if letter.attempt >= ATTEMPTS and "repeat" in (letter.payload or {}):
                    return "nobody can tell"
                self._in_doubt(letter, f"cannot be looked up: {name}", ATTEMPTS)
                return "yes"
        if not copies:
            return "no"
        self._open_canvas(letter, place.channel)
        now = self.clock.now()

        def settle(session: Session) -> None:
            outbox.found(session, letter, self.owner, place.channel, copies[0], now)
            for ts in copies[1:]:
                outbox.delete_copy(session, letter.workspace, place.channel, ts, now)

        self._settle(settle)
        return "yes"

    def _copies(self, letter: Letter, place: Place) -> list[str]:
        """The ts of every copy of the letter in Slack, the first one first."""
        with self.store.reading() as session:
            own = people.own_bot_id(session, letter.workspace)
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": f"{(letter.first_intent_at - SKEW).timestamp():.6f}",
            "limit": LOOKED_UP,
            "include_all_metadata": True,
        }
        copies: list[str] = []
        while True:
            if letter.thread_ts is not None:
                page = self.client.conversations_replies(ts=letter.thread_ts, **asked)
            else:
                page = self.client.conversations_history(**asked)
            copies += [
                message["ts"]
                for message in page["messages"]
                if _key(message) == letter.key and own in (None, message.get("bot_id"))
            ]
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return sorted(copies)

    def _refused(self, letter: Letter, error: SlackApiError, *, may_be_there: bool) -> None:
        name, seconds = _name(error), _seconds_to_wait(error)
        if seconds is not None:
            until = self.clock.now() + timedelta(seconds=seconds)
            self._close(letter, until)
            self._settle(lambda session: outbox.hold(session, letter, self.owner, until))
        elif name == "hash_conflict":
            self._settle(lambda session: outbox.forget_hash(session, letter, self.owner, self.clock.now()))
        elif name in GONE and letter.ts is not None:
            self._settle(lambda session: outbox.gone(session, letter, self.owner, "deleted in Slack"))
        elif name in NO_CHANNEL and letter.address.startswith("#"):
            self._no_place(letter, outbox.not_in(letter.address))
        elif name in MENDABLE:
            self._wait(letter, f"Slack refused: {name}")
        elif name in REFUSED:
            self._die(letter, f"Slack refused: {name}")
        elif not name and not may_be_there:
            self._wait(letter, "Slack cannot be reached: something on the way to it answered")
        else:
            # Without an error's name it is not Slack that answered, but something on the way to it.
            self._in_doubt(letter, f"Slack answered: {name or 'nothing that can be read'}", ATTEMPTS if name else None)

    def _in_doubt(self, letter: Letter, reason: str, attempts: int | None) -> None:
        """It may be there. Updating a card twice does no harm; an ephemeral message cannot be looked up."""
        now = self.clock.now()
        if letter.kind == "ephemeral":
            self._settle(lambda session: outbox.sent(session, letter, self.owner, "", "", now))
        elif letter.attempt >= attempts if attempts else now - letter.trying_since > PATIENCE:
            self._die(letter, f"nobody can tell whether it was posted; {reason}")
        elif letter.ts is not None or letter.kind == "home":
            self._try_again(letter, reason, is_new=False)
        else:
            until = now + outbox.SETTLE + _pause(letter.attempt - 1)
            self._settle(lambda session: outbox.unknown(session, letter, self.owner, until, reason))

    def _wait(self, letter: Letter, reason: str) -> None:
        """This attempt posted nothing, and the message is not to blame: however long that lasts, it is not given up."""
        self._try_again(letter, reason, is_new=True)

    def _no_place(self, letter: Letter, reason: str) -> None:
        """Nobody is there to take it, which may be mended within a day."""
        now = self.clock.now()
        if now - letter.trying_since <= PATIENCE:
            self._try_again(letter, reason, is_new=False)
            return
        log.error("messages for %s cannot be delivered: %s", letter.address, reason)
        self._settle(lambda session: outbox.give_up(session, letter, self.owner, reason, now - PATIENCE))

    def _try_again(self, letter: Letter, reason: str, *, is_new: bool) -> None:
        until = self.clock.now() + _pause(letter.attempt)
        self._settle(lambda session: outbox.again(session, letter, self.owner, until, reason, is_new=is_new))

    def _die(self, letter: Letter, reason: str) -> None:
        log.error("a message for %s cannot be delivered: %s", letter.address, reason)
        self._settle(lambda session: outbox.die(session, letter, self.owner, reason))

    def _close(self, letter: Letter, until: datetime) -> None:
        self._closed[letter.workspace, letter.address] = until

    def _settle(self, write: Callable[[Session], object]) -> None:
        self.at("before_mark")
        with self.store.transaction() as session:
            write(session)


def _key(message: Mapping[str, Any]) -> str | None:
    """The key of the row a message of ours came from."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA:
        return None
    key = (metadata.get("event_payload") or {}).get("k")
    return key if isinstance(key, str) else None


def _may_be_a_repeat(payload: Mapping[str, Any]) -> dict[str, Any]:
    remark = {"type": "context", "elements": [{"type": "plain_text", "text": payload["repeat"]}]}
    blocks = [remark, *payload["blocks"]][:MESSAGE_BLOCKS]
    return {**payload, "text": f"{payload['repeat']} {payload['text']}", "blocks": blocks}


def _pause(attempt: int) -> timedelta:
    """Twice as long after each attempt, up to ten minutes."""
    return min(timedelta(seconds=2 ** min(max(attempt, 0), 10)), LONGEST_PAUSE)


def _name(error: SlackApiError) -> str:
    """Slack's name of the error; empty when the answer was not Slack's."""
    status = _answer(error, "status_code", "status")
    name = error.response.get("error") if isinstance(_body(error), dict) else None
    readable = isinstance(name, str) and name.isidentifier() and isinstance(status, int) and status < 500
    return str(name) if readable else ""


def _seconds_to_wait(error: SlackApiError) -> float | None:
    """How long Slack wants us to wait; None when it did not say that we are too fast."""
    if _answer(error, "status_code", "status") != 429 and _name(error) not in ("ratelimited", "rate_limited"):
        return None
    headers = {str(name).lower(): said for name, said in (_answer(error, "headers", "headers") or {}).items()}
    said = str(headers.get("retry-after", "")).strip()
    return float(said) if said.isascii() and said.isdigit() else NOT_TOLD_HOW_LONG


def _body(error: SlackApiError) -> object:
    return getattr(error.response, "data", error.response)


def _answer(error: SlackApiError, attribute: str, item: str) -> Any:
    """A part of the answer: the SDK hands over its own response, or, when it could not be read, a plain dict."""
    if isinstance(error.response, dict):
        return error.response.get(item)
    return getattr(error.response, attribute, None)
